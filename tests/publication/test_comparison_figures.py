"""Figures of compared groups and crossed answers: numbers are the result's, words hold, nothing lies on anything."""

import dataclasses
import pickle
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from figure_layout import VIEWS, lines_alone, placed
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.comparison_dots import draw_comparison_dots
from barometer.publication.levels import draw_levels
from barometer.publication.pair_matrix import draw_pair_matrix
from barometer.publication.palette import AMBER, GREY_LIGHT, PAPER, TEAL
from barometer.publication.share_panels import draw_share_panels
from barometer.publication.style import SIZES, SizeName

draw = partial(bm.draw, policy="none")
"""What is suppressed is shown in `disclosure/`; here it is how numbers are drawn."""

FIRMS = "positive_role.private_firms"
LANGUAGES: tuple[Lang, ...] = ("da", "en")
CASES: dict[str, Callable[[bm.Wave], object]] = {
    "all": lambda wave: bm.compare_domains(wave, "shared", by="sector"),
    "rest": lambda wave: bm.compare_domains(wave, FIRMS, by="sector", against="rest"),
    "group": lambda wave: bm.compare_domains(wave, "shared.yes", by="sector", against="municipal_schools"),
    "sizes": lambda wave: bm.compare_domains(wave, "innovative", by="size"),
    "pairs": lambda wave: bm.compare_domains(wave, "shared", by="sector", against="pairs"),
    "size_pairs": lambda wave: bm.compare_domains(wave, "innovative", by="size", against="pairs"),
    "levels": lambda wave: bm.estimate_shares(wave, "value", by="level"),
    "level_findings": lambda wave: bm.compare_domains(wave, "value", by="level"),
    "yes": lambda wave: bm.test_association(wave, "shared", "evaluated"),
    "sectors": lambda wave: bm.test_association(wave, "shared", "sector"),
    "novelty": lambda wave: bm.test_association(wave, "novelty", "level"),
    "scale": lambda wave: bm.test_association(wave, "culture.risk", "size"),
}


@pytest.fixture(scope="module")
def real(wave: bm.Wave) -> bm.Wave:
    return as_delivery(wave)


@pytest.fixture(scope="module")
def figures(real: bm.Wave) -> dict[str, bm.Figure]:
    return {name: draw(make(real)) for name, make in CASES.items()}  # type: ignore[arg-type]


def fits(name: str, size: SizeName) -> bool:
    """Differences of fifteen groups are more than a column or a slide has room for."""
    return name != "pairs" or size in ("text", "web")


SEEN = [(name, *view) for name in CASES for view in VIEWS if fits(name, view[0])]


@pytest.mark.parametrize(("name", "size", "lang"), SEEN)
def test_no_text_lies_on_another_on_a_mark_or_outside(
    figures: dict[str, bm.Figure], name: str, size: SizeName, lang: Lang
) -> None:
    found = placed(figures[name].in_language(lang), size, lines_alone)
    assert found.faults() == []
    assert found.dots.total() + found.patches == (figures[name].data["role"] != "total").sum()


def dots(ax: Axes, marker: str = "oDs^") -> list[tuple[float, str, str]]:
    """Share, edge and face of every dot, as drawn."""
    found = [line for line in ax.lines if isinstance(line.get_marker(), str) and line.get_marker() in tuple(marker)]
    return [
        (float(np.asarray(line.get_xdata())[0]), to_hex(line.get_markeredgecolor()), to_hex(line.get_markerfacecolor()))
        for line in found
    ]


def test_dots_are_the_shares_of_the_result_in_the_colour_of_the_adjusted_test(real: bm.Wave) -> None:
    result = bm.compare_domains(real, FIRMS, by="sector")
    data = draw(result).data
    groups = data[data["role"] == "plain"].set_index("group")
    found = pd.concat([result.standouts(), result.uncertain()]).set_index("group")
    assert len(found) > 1
    for group, row in groups.iterrows():
        expected = result.row(FIRMS, str(group))
        assert row["share"] == expected["share"]
        assert row["difference"] == expected["difference"]
        assert row["ci_low"] == result.estimates.row(FIRMS, str(group))["ci_low"]
        stands_out = str(group) in found.index
        assert row["direction"] == (found.loc[str(group), "direction"] if stands_out else "")
        if stands_out:
            assert row["at_least"] == found.loc[str(group), "at_least"]
    drawn = dots(draw_comparison_dots(data))
    assert [x for x, _, _ in drawn] == groups["share"].tolist()
    colours = groups["direction"].map({"above": TEAL, "below": AMBER, "": GREY_LIGHT}).tolist()
    assert [edge for _, edge, _ in drawn] == colours
    hollow = groups["thin"] | ((groups["direction"] != "") & (groups["note"] == "few_counted"))
    assert [face == PAPER for _, _, face in drawn] == hollow.tolist()
    assert groups["share"].is_monotonic_decreasing


def test_a_level_of_its_own_decides_what_is_coloured(real: bm.Wave) -> None:
    strict = draw(bm.compare_domains(real, "shared.yes", by="sector", confidence=0.9999))
    assert set(strict.data["direction"]) == {""}
    assert strict.headline == "Tried to share – nobody stands out from all"
    assert "different from all at the 0.01% level" in strict.caption


@pytest.mark.parametrize("name", ["all", "rest"])
def test_dots_say_where_their_axis_starts(figures: dict[str, bm.Figure], name: str) -> None:
    low = draw_comparison_dots(figures[name].data).get_xlim()[0]
    for lang, starts in zip(LANGUAGES, ("Aksen begynder ved", "The axis starts at"), strict=True):
        caption = figures[name].in_language(lang).caption.replace("\u00a0", " ")
        assert (f"{starts} {per_cent(low, lang)}." in caption) == (low > 0.0)
        assert (starts in caption) == (low > 0.0)


def test_the_reference_is_a_line_and_the_rest_a_stroke_in_each_row(figures: dict[str, bm.Figure]) -> None:
    total = figures["all"].data.query("role == 'total'")
    dashed = [line for line in draw_comparison_dots(figures["all"].data).lines if line.get_linestyle() == "--"]
    assert [np.asarray(line.get_xdata())[0] for line in dashed] == total["share"].tolist()
    rest = figures["rest"].data
    strokes = [
        np.asarray(line.get_xdata())[0]
        for line in draw_comparison_dots(rest).lines
        if len(np.asarray(line.get_xdata())) == 2 and len(set(np.asarray(line.get_xdata()))) == 1
    ]
    assert strokes == rest["share_versus"].tolist()
    group = figures["group"].data.query("role == 'total'")
    assert group["group"].tolist() == ["municipal_schools"]
    assert "municipal_schools" not in set(figures["group"].data.query("role == 'plain'")["group"])


def test_headlines_name_who_stands_out_but_not_on_few_answers(figures: dict[str, bm.Figure], wave: bm.Wave) -> None:
    assert figures["all"].headline == "Tried to share – municipal works and environment above all"
    assert figures["all"].in_language("da").headline == "Forsøgt delt – kommunal teknik og miljø ligger over alle"
    assert figures["group"].headline == "Tried to share by sector"
    assert figures["sizes"].headline == "Innovative workplaces – 50 employees or more above all"
    assert draw(bm.compare_domains(wave, "shared.yes")).headline.startswith("Synthetic data: tried to share")


def test_the_footer_says_correction_family_and_doubts(figures: dict[str, bm.Figure], real: bm.Wave) -> None:
    caption = figures["all"].caption
    assert "p by Holm, simultaneous intervals by Bonferroni, over each indicator's comparisons (15)" in caption
    assert "few answers of the rarer kind" in caption
    assert "“Don't know” stays in the base." in caption
    plain = draw(bm.compare_domains(real, "innovative", by="size", adjust="none", test="odds_ratio"))
    assert "3" in plain.caption
    assert "of the logarithm of the odds ratio, neither p nor intervals are adjusted" in plain.caption
    assert "Standing out: Municipal works and environment, 72% (60.3–81.6%), above" in figures["all"].alt_text


def test_a_group_with_nobody_is_a_labelled_gap_and_said_not_to_be_tested(real: bm.Wave) -> None:
    result = bm.compare_domains(real, "innovative", by="size")
    shares = result.estimates.table.copy()
    shares.loc[shares["size"] == "small", ["share", "ci_low", "ci_high"]] = np.nan
    shares.loc[shares["size"] == "small", "n"] = 0
    table = result.table.copy()
    gone = table["group"] == "small"
    table.loc[gone, ["share", "difference", "p_adjusted", "together_low", "together_high"]] = np.nan
    table.loc[gone, "n"] = 0
    table["note"] = pd.Categorical(np.where(gone, "empty_base", ""))
    estimates = dataclasses.replace(result.estimates, table=shares)
    figure = draw(dataclasses.replace(result, table=table, estimates=estimates))
    written = {text.get_text() for text in draw_comparison_dots(figure.data).texts}
    assert "nobody in base" in written
    assert "Not tested: 3-19 employees (nobody in the base of one of the two)." in figure.caption
    assert placed(figure, "column", lines_alone).faults() == []


def test_a_matrix_has_every_difference_both_ways_and_shares_on_the_diagonal(real: bm.Wave) -> None:
    result = bm.compare_domains(real, "shared.yes", by="sector", against="pairs")
    data = draw(result).data
    assert len(data) == 15 * 15
    cells = data.set_index(["group", "versus_group"])
    for row in result.table.to_dict("records"):
        assert cells.loc[(row["group"], row["versus"]), "difference"] == row["difference"]
        assert cells.loc[(row["versus"], row["group"]), "difference"] == -row["difference"]
        assert cells.loc[(row["versus"], row["group"]), "n"] == row["n_versus"]
    found = result.standouts()
    assert (data["direction"] != "").sum() == 2 * (len(found) + len(result.uncertain()))
    for pair in found.to_dict("records"):
        assert cells.loc[(pair["group"], pair["versus"]), "direction"] == pair["direction"]
        assert cells.loc[(pair["versus"], pair["group"]), "direction"] != pair["direction"]
    diagonal = data[data["group"] == data["versus_group"]]
    assert diagonal["share"].is_monotonic_decreasing
    assert diagonal["difference"].isna().all()


def test_cells_are_filled_only_where_the_test_finds_and_hollow_where_it_is_doubted(
    figures: dict[str, bm.Figure],
) -> None:
    data = figures["pairs"].data
    ax = draw_pair_matrix(data)
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    numbers = [text for text in ax.texts if text.get_text().lstrip("+\N{MINUS SIGN}").isdigit()]
    assert len(cells) == len(numbers) == len(data)
    seen = set()
    for cell, text, row in zip(cells, numbers, data.to_dict("records"), strict=True):
        doubted = row["note"] == "few_counted"
        if row["group"] == row["versus_group"]:
            assert text.get_text() == f"{100 * row['share']:.0f}"
            continue
        sign = "+" if text.get_text().startswith("+") else "-" if "\N{MINUS SIGN}" in text.get_text() else ""
        assert sign == "" or (sign == "+") == (row["difference"] > 0)
        assert (text.get_fontweight() == 600) == (row["direction"] != "")
        filled = to_hex(cell.get_facecolor()) != PAPER
        assert filled == (row["direction"] != "" and not doubted)
        seen.add((row["direction"], filled))
    assert seen == {("", False), ("above", True), ("above", False), ("below", True), ("below", False)}


def test_headline_and_text_alternative_of_pairs(figures: dict[str, bm.Figure], real: bm.Wave) -> None:
    assert figures["pairs"].headline == (
        "Tried to share – municipal works and environment above municipal elderly care"
    )
    assert figures["size_pairs"].headline == "Innovative workplaces – 2 of 3 pairs differ"
    assert "50 employees or more above 3-19 employees, 7 percentage points" in figures["size_pairs"].alt_text
    strict = draw(bm.compare_domains(real, "shared.yes", by="level", against="pairs"), lang="da")
    assert strict.headline == "Forsøgt delt – ingen par adskiller sig sikkert"


def test_levels_are_the_estimates_and_named_in_the_first_row_alone(real: bm.Wave) -> None:
    estimates = bm.estimate_shares(real, "value", by="level")
    data = draw(estimates).data
    for row in data.to_dict("records"):
        expected = estimates.row(row["indicator"], row["group"])
        for name in ("share", "ci_low", "ci_high", "n"):
            assert row[name] == expected[name]
    ax = draw_levels(data)
    assert [x for x, _, _ in dots(ax)] == data["share"].tolist()
    assert len({edge for _, edge, _ in dots(ax)}) == 3
    written = [text.get_text() for text in ax.texts]
    assert [written.count(name) for name in ("Municipalities", "Regions", "The state")] == [1, 1, 1]
    assert data["answer_en"].tolist()[-3:] == ["Don't know"] * 3


def test_levels_say_what_the_test_found(figures: dict[str, bm.Figure], real: bm.Wave) -> None:
    result = bm.compare_domains(real, "value", by="level")
    found = result.standouts()
    written = [text.get_text() for text in draw_levels(figures["level_findings"].data).texts]
    assert sum(text.endswith(("above all", "below all")) for text in written) == len(found) > 0
    assert figures["level_findings"].headline == f"Values achieved – certain differences from all: {len(found)} of 21"
    assert figures["levels"].headline == "Values achieved by level of government"


def test_a_narrow_axis_has_more_than_one_tick(real: bm.Wave, figures: dict[str, bm.Figure]) -> None:
    panels = draw_share_panels(
        draw(bm.test_association(real, "novelty", "level")).data, size=SIZES["column"]
    ).child_axes
    for ax in (draw_comparison_dots(figures["all"].data, size=SIZES["column"]), *panels):
        ticks = [label.get_window_extent() for label in ax.get_xticklabels()]
        assert len(ticks) > 1
        assert all(left.x1 + 2.0 < right.x0 for left, right in pairwise(ticks))


@pytest.mark.parametrize("size", ["column", "text", "web"])
def test_no_word_over_a_panel_is_broken(real: bm.Wave, size: SizeName) -> None:
    data = draw(bm.test_association(real, "novelty", "level")).data
    word = "Forskningsinstitutionernes"
    written = draw_share_panels(data.assign(answer_da=word + " " + data["answer_da"]), lang="da", size=SIZES[size])
    heads = [text.get_text() for text in written.findobj(Text) if isinstance(text, Text)]
    assert sum(word in head.split() for head in heads) == data["answer_da"].nunique()


def test_panels_are_the_shares_down_the_columns(real: bm.Wave) -> None:
    result = bm.test_association(real, "novelty", "level")
    data = draw(result).data
    shares = result.shares("column").set_index(["row", "column"])
    for row in data[data["role"] == "plain"].to_dict("records"):
        expected = shares.loc[(row["indicator"].partition(".")[2], row["group"])]
        for name in ("share", "ci_low", "ci_high", "n"):
            assert row[name] == expected[name]
    ax = draw_share_panels(data)
    panels = [child for child in ax.child_axes if isinstance(child, Axes)]
    assert [x for panel in panels for x, _, _ in dots(panel)] == data["share"].tolist()
    assert len({panel.get_xlim() for panel in panels}) == 1
    whole = data[data["role"] == "main"].groupby("indicator")["share"].sum()
    assert whole.sum() == pytest.approx(1.0)


def test_an_association_is_said_only_below_five_per_cent(figures: dict[str, bm.Figure], real: bm.Wave) -> None:
    assert figures["yes"].headline == "“Tried to share” is associated with “Evaluation”"
    assert figures["novelty"].in_language("da").headline == (
        "Der er ikke fundet en sammenhæng mellem »Nyhedsgrad« og »Forvaltningsniveau«"
    )
    assert "Rao and Scott's F: F(1, 1832) = 17.02, p < 0.001." in figures["yes"].caption
    result = bm.test_association(real, "shared", "evaluated")
    untested = dataclasses.replace(result, test=dataclasses.replace(result.test, note="one_row", p_value=np.nan))
    figure = draw(untested)
    assert figure.headline == "Tried to share by evaluation"
    assert "nothing to test" in figure.caption


def test_synthetic_shares_that_were_published_are_told_from_assumed_ones(wave: bm.Wave) -> None:
    figure = draw(bm.estimate_shares(wave, [FIRMS, "innovative"], by="level"))
    bases = figure.data.groupby("indicator")["basis"].agg(set)
    assert bases["innovative"] == {"published"}
    assert "Numbers in bold were published" in figure.caption
    assert figure.headline.startswith("Synthetic data: ")


@pytest.mark.parametrize("name", CASES)
def test_files_are_the_same_at_every_run_and_travel_between_processes(
    figures: dict[str, bm.Figure], real: bm.Wave, name: str
) -> None:
    drawn = figures[name].render("svg")
    again: bm.Figure = draw(CASES[name](real))  # type: ignore[arg-type]
    assert again.render("svg") == drawn
    assert pickle.loads(pickle.dumps(figures[name])).render("svg") == drawn
    assert f"<desc>{figures[name].alt_text[:8]}".encode() in drawn


def test_tables_have_the_difference_beside_the_share(figures: dict[str, bm.Figure]) -> None:
    table = figures["all"].to_frame("da")
    assert {"Gruppe", "Andel", "Forskel", "Mindst", "Justeret p-værdi", "Sammenlignet med"} <= set(table.columns)
    assert table["Forskel"].tolist()[:-1] == figures["all"].data["difference"].tolist()[:-1]
    assert set(figures["novelty"].to_frame("en")["Answer"]) == set(figures["novelty"].data["answer_en"])


def test_what_has_no_figure_says_what_to_do(real: bm.Wave, figures: dict[str, bm.Figure]) -> None:
    with pytest.raises(ArgumentError, match="take one indicator"):
        draw(bm.estimate_shares(real, "value", by="sector"))
    with pytest.raises(ArgumentError, match="7 indicators by 15 groups have no figure; take one"):
        draw(bm.compare_domains(real, "value", by="sector"))
    with pytest.raises(ArgumentError, match="cross of domains"):
        draw(bm.compare_domains(real, "shared.yes", by=["level", "size"]))
    with pytest.raises(ArgumentError, match="take 15 or fewer"):
        draw(bm.estimate_shares(real, "culture.*", by="level"))
    with pytest.raises(ArgumentError, match="15 groups do not fit; use another size"):
        figures["pairs"].render("png", "column")
