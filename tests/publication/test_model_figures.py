"""Figures of models: what is drawn is what the model says, headlines say what tests allow, nothing lies on anything."""

import dataclasses
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from figure_layout import VIEWS, lines_alone, placed
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.effect_marks import draw_effects
from barometer.publication.effects import Effect, effect_text, effects_data
from barometer.publication.palette import GREY, PAPER, TEAL
from barometer.publication.style import SizeName

draw = partial(bm.draw, policy="none")
"""What is suppressed is shown in `disclosure/`; here it is how numbers are drawn."""

LANGUAGES: tuple[Lang, ...] = ("da", "en")
CASES = ("odds", "points", "rates", "margins", "ordered", "differences", "effects")
PLAIN = Effect(
    "size",
    "medium",
    "Størrelse",
    "Size",
    "Mellem",
    "Medium",
    2.0,
    1.5,
    2.7,
    np.nan,
    "odds_ratio",
    99,
    True,
    "delivery",
    False,
)


@pytest.fixture(scope="module")
def model(wave: bm.Wave) -> bm.Model:
    return bm.fit_model(wave, "shared ~ evaluated + sector + size")


@pytest.fixture(scope="module")
def figures(wave: bm.Wave, model: bm.Model) -> dict[str, bm.Figure]:
    return {
        "odds": draw(model),
        "points": draw(bm.fit_model(wave, "shared ~ evaluated + level", family="linear")),
        "rates": draw(bm.fit_model(wave, "shared ~ evaluated*level", family="poisson")),
        "margins": draw(model.margins("sector")),
        "ordered": draw(model.margins("size")),
        "differences": draw(model.compare_margins("sector")),
        "effects": draw(model.marginal_effects()),
    }


def lines(ax: Axes, gid: str) -> list[np.ndarray]:
    return [np.column_stack(line.get_data()).astype(float) for line in ax.lines if line.get_gid() == gid]


@pytest.mark.parametrize("case", CASES)
def test_dots_and_intervals_are_where_the_data_say(figures: dict[str, bm.Figure], case: str) -> None:
    data = figures[case].data
    rows = data[data["level"] != "total"]
    ax = draw_effects(data)
    assert [dot[0, 0] for dot in lines(ax, "value")] == rows["value"].tolist()
    assert [tuple(line[:, 0]) for line in lines(ax, "interval")] == list(
        zip(rows["ci_low"], rows["ci_high"], strict=True)
    )
    assert [dot[0, 0] for dot in lines(ax, "observed")] == rows["observed"].dropna().tolist()
    heights = [dot[0, 1] for dot in lines(ax, "value")]
    assert heights == sorted(heights)
    expected = {"odds_ratio": 1.0, "rate_ratio": 1.0, "points": 0.0}.get(data["scale"].iloc[0])
    if expected is None:
        expected = data.loc[data["level"] == "total", "value"].item()
    assert {line[0, 0] for line in lines(ax, "line")} == {expected}
    assert ax.get_xscale() == ("log" if expected == 1.0 else "linear")


def test_the_data_are_the_numbers_of_the_result(model: bm.Model, figures: dict[str, bm.Figure]) -> None:
    table = model.table.set_index(["term", "level"])
    drawn = figures["odds"].data.set_index(["term", "level"])
    assert len(drawn) == len(table) - 1 - 3
    own = table.loc[drawn.index]
    for name, source in (("value", ""), ("ci_low", "_low"), ("ci_high", "_high")):
        assert drawn[name].tolist() == own[f"odds_ratio{source}"].tolist()
    assert drawn["n"].tolist() == own["n"].tolist()
    shares = model.margins("sector").table.set_index("level")
    drawn = figures["margins"].data.set_index("level")
    assert set(drawn.index) == set(shares.index)
    for name, source in (("value", "estimate"), ("observed", "observed"), ("ci_low", "ci_low"), ("n", "n")):
        pd.testing.assert_series_equal(drawn[name], shares.loc[drawn.index, source], check_names=False)
    differences = model.compare_margins("sector").table.set_index("level")["estimate"]
    assert figures["differences"].data.set_index("level")["value"].to_dict() == differences.to_dict()


def test_only_what_term_and_interval_agree_on_stands_out(model: bm.Model, figures: dict[str, bm.Figure]) -> None:
    data = figures["odds"].data
    assert data.loc[data["stands_out"], "level"].tolist() == ["yes", "regional_administration"]
    faces = [line.get_markeredgecolor() for line in draw_effects(data).lines if line.get_gid() == "value"]
    assert [to_hex(str(face)) == TEAL for face in faces] == data["stands_out"].tolist()
    assert {to_hex(str(face)) for face in faces} == {TEAL, GREY}
    nothing = dataclasses.replace(model.compare_margins("sector"), p_values={"sector": 0.2})
    assert not draw(nothing).data["stands_out"].any()
    untested = dataclasses.replace(model.compare_margins("sector"), p_values={"sector": np.nan})
    assert not draw(untested).data["stands_out"].any()


def test_headlines_say_the_finding_where_the_test_has_one(wave: bm.Wave, model: bm.Model) -> None:
    assert draw(model, lang="da").headline == (
        "Syntetiske data: »Evaluering: evalueret« og delsektor hænger sammen med »Forsøgt delt: ja«, "
        "når alt andet er ens"
    )
    delivered = bm.fit_model(as_delivery(wave), "shared ~ size")
    assert draw(delivered).headline == "What goes with “Tried to share: yes”?"
    assert draw(delivered).alt_text.startswith("Dot plot of odds ratios. What goes with “Tried to share: yes”? Size")
    assert draw(delivered.margins("size"), lang="da").headline == "»Forsøgt delt: ja« efter størrelse"
    assert "no certain difference at the 5% level" in draw(delivered.margins("size")).caption
    assert "ynthetic" not in draw(delivered).caption
    assert set(draw(delivered).data["basis"]) == {"delivery"}


def test_of_a_cross_and_what_is_in_it_only_the_cross_is_spoken_of(wave: bm.Wave, figures: dict[str, bm.Figure]) -> None:
    crossed = figures["rates"]
    assert "holds in the reference group of the other" in crossed.caption
    assert "holds in the reference group" not in figures["odds"].caption
    assert crossed.data.loc[crossed.data["term"] == "evaluated.yes", "stands_out"].all()
    assert crossed.headline == "Synthetic data: what goes with “Tried to share: yes”?"
    real = draw(bm.fit_model(as_delivery(wave), "shared ~ evaluated"))
    assert real.headline == "“Evaluation: evaluated” goes with “Tried to share: yes”"


def test_headings_name_the_reference_group(figures: dict[str, bm.Figure]) -> None:
    headings = list(dict.fromkeys(figures["odds"].data["heading_en"]))
    assert headings == [
        "Evaluation: evaluated, compared with: No",
        "Sector, compared with: Municipal administration",
        "Size, compared with: 3-19 employees",
    ]
    assert figures["rates"].data["heading_da"].iloc[-1].endswith(": samspil, ud over leddene hver for sig")
    versus = draw(bm.fit_model(bm.load_wave(3), "shared ~ level").compare_margins("level", versus="total"))
    assert versus.data["heading_en"].iloc[0] == "Level of government, compared with: All, as they are"


def test_groups_are_in_order_of_value_but_for_those_on_a_scale(figures: dict[str, bm.Figure]) -> None:
    sectors = figures["margins"].data
    assert sectors.loc[sectors["level"] != "total", "value"].is_monotonic_decreasing
    sizes = figures["ordered"].data
    assert sizes["level"].tolist() == ["total", "small", "medium", "large"]


def test_notes_say_how_to_read_it_source_and_n(figures: dict[str, bm.Figure]) -> None:
    caption = figures["odds"].caption
    for said in (
        "Odds ratios of innovative workplaces",
        "Above 1: more often",
        "In the model: “Evaluation: evaluated”, sector and size.",
        "F test finds a difference at the 5% level",
        "not corrected for the number of groups",
        "“Don't know” stays in the base.",
        "95% confidence interval of the assumed design",
        "n\u00a0=\u00a01,877",
        "Synthetic data: not answers from the survey",
        "fewer than 30 answers",
    ):
        assert said in caption
    assert "lowest Regional administration, 0.15 (0.04 to 0.54)" in figures["odds"].alt_text
    assert "Justeret: som om alle var i gruppen" in figures["margins"].in_language("da").caption
    assert "Alle, 56\u202f%" in figures["margins"].in_language("da").alt_text


def test_a_group_without_numbers_is_a_gap_that_says_why(model: bm.Model) -> None:
    result = model.compare_margins("sector")
    table = result.table.copy()
    table.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    table.loc[0, "note"] = "empty_cell"
    figure = draw(dataclasses.replace(result, table=table))
    assert figure.data["label_en"].iloc[-1] == "Child care (nobody in the group or in a cross with it)"
    ax = draw_effects(figure.data)
    assert len(lines(ax, "value")) == len(lines(ax, "interval")) == len(table) - 1
    assert "\N{EN DASH}" in [text.get_text() for text in ax.texts]


def test_thin_groups_are_hollow(figures: dict[str, bm.Figure]) -> None:
    data = figures["odds"].data
    dots = [line for line in draw_effects(data).lines if line.get_gid() == "value"]
    hollow = [to_hex(str(dot.get_markerfacecolor())) == PAPER for dot in dots]
    assert hollow == (data["n"] < 30).tolist()
    assert any(hollow)


def effect_axes(**changes: Any) -> Axes:
    return draw_effects(effects_data([dataclasses.replace(PLAIN, **changes)]))


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ((0.4, 4.4), ["0.5", "1", "2", "4"]),
        ((0.9, 1.2), ["0.7", "0.8", "0.9", "1", "1.1", "1.2", "1.4"]),
        ((0.06, 2.5), ["0.1", "0.2", "0.5", "1", "2"]),
        ((0.03, 30.0), ["0.05", "0.2", "1", "5", "20"]),
    ],
)
def test_ticks_of_ratios_are_readable(ends: tuple[float, float], ticks: list[str]) -> None:
    ax = effect_axes(value=1.0, ci_low=ends[0], ci_high=ends[1])
    written = [label.get_text() for label in ax.get_xticklabels()]
    assert written == ticks


def test_danish_ticks_have_a_decimal_comma(model: bm.Model) -> None:
    ax = draw_effects(draw(model).data, lang="da")
    assert "0,5" in [label.get_text() for label in ax.get_xticklabels()]


def test_an_interval_that_is_too_long_ends_in_an_arrow() -> None:
    ax = effect_axes(ci_low=1e-9, ci_high=1e9)
    assert sorted(str(line.get_marker()) for line in ax.lines if line.get_marker() in ("<", ">")) == ["<", ">"]
    assert 0.01 < ax.get_xlim()[0] < ax.get_xlim()[1] < 70
    assert not [line for line in effect_axes().lines if line.get_marker() in ("<", ">")]


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0.154, "odds_ratio", "0,15"),
        (12.34, "odds_ratio", "12,3"),
        (123.4, "rate_ratio", "123"),
        (0.123, "points", "+12,3"),
        (-0.02, "points", "\N{MINUS SIGN}2,0"),
        (0.567, "share", "57\u202f%"),
        (float("nan"), "share", "\N{EN DASH}"),
    ],
)
def test_values_are_written_as_they_are_read(value: float, scale: Any, text: str) -> None:
    assert effect_text(value, scale, "da") == text


def fits(case: str, size: SizeName) -> bool:
    """Fifteen sectors with a heading, or with a footer of some lines, are more than a slide has room for."""
    return not (size == "slide" and case in ("odds", "differences", "effects", "margins"))


SEEN = [(case, *view) for case in CASES for view in VIEWS if fits(case, view[0])]


@pytest.mark.parametrize(("case", "size", "lang"), SEEN)
def test_no_text_lies_on_another_on_a_mark_or_outside(
    figures: dict[str, bm.Figure], case: str, size: SizeName, lang: Lang
) -> None:
    found = placed(figures[case].in_language(lang), size, lines_alone)
    assert found.faults() == []
    rows = figures[case].data.query("level != 'total'")
    assert found.dots["o"] == len(rows)
    assert found.dots["s"] == rows["observed"].notna().sum()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_a_label_are_never_broken(figures: dict[str, bm.Figure], lang: Lang) -> None:
    for case in ("odds", "margins"):
        texts = placed(figures[case].in_language(lang), "column").texts
        written = {text.replace("\n", " ") for text, _ in texts}
        data = figures[case].data
        assert set(data.loc[data["level"] != "total", f"label_{lang}"]) <= written


def test_more_rows_than_a_slide_has_room_for_are_refused(figures: dict[str, bm.Figure]) -> None:
    with pytest.raises(ArgumentError, match="rows do not fit; use another size"):
        figures["odds"].render("png", "slide")


def test_files_are_written_and_the_same_at_every_run(model: bm.Model, tmp_path: Path) -> None:
    figure = draw(model.margins("size"))
    paths = figure.save(tmp_path, languages=LANGUAGES)
    assert {path.name for path in paths} >= {"shared_yes_margins_size.da.png", "shared_yes_margins_size.csv"}
    numbers = pd.read_csv(tmp_path / "shared_yes_margins_size.csv")
    assert numbers["Estimate"].tolist() == figure.data["value"].tolist()
    assert numbers["Share, not adjusted"].tolist() == figure.data["observed"].tolist()
    assert set(numbers["Measure"]) == {"Adjusted share"}
    assert draw(model.margins("size")).render("svg") == figure.render("svg")
    assert b"<desc>Dot plot of adjusted shares" in figure.render("svg")


def test_a_figure_travels_between_processes(figures: dict[str, bm.Figure]) -> None:
    figure = figures["ordered"]
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")
