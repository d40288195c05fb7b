"""The figure of what non-response could change: what is drawn is in the result, nothing overlaps, the words hold."""

import dataclasses
import pickle

import numpy as np
import pytest
from figure_layout import placed
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from published_samples import as_delivery
from test_upset_figure import LANGUAGES

import barometer as bm
from barometer.publication.bound_rows import draw_bound_rows
from barometer.publication.bounds import axis_window, range_text, to_bounds
from barometer.publication.style import SIZES, SizeName

LAYOUTS: list[tuple[str, SizeName]] = [
    *(("share", size) for size in SIZES),
    ("groups", "column"),
    ("groups", "slide"),
    ("difference", "column"),
]
LONG = "Andel af arbejdspladser med en meget lang betegnelse, som ingen kolonne har plads til på én linje"


@pytest.fixture(scope="module")
def results(waves: dict[int, bm.Wave]) -> dict[str, bm.Sensitivity]:
    wave = waves[4]
    return {
        "share": bm.bound_share(wave, "innovative", at_least=0.8),
        "no statement": bm.bound_share(wave, "partner.private_firms"),
        "groups": bm.bound_share(wave, "innovative", at_least=0.8, by="level"),
        "many groups": bm.bound_share(wave, "innovative", by="sector"),
        "difference": bm.bound_difference(wave, "innovative", "state", "municipality", by="level"),
    }


def bands(ax: Axes) -> list[tuple[float, float]]:
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [(box.get_x(), box.get_x() + box.get_width()) for box in boxes]


def dots(ax: Axes, *markers: str) -> list[float]:
    return [float(np.asarray(line.get_xdata())[0]) for line in ax.lines if line.get_marker() in markers]


@pytest.mark.parametrize("name", ["share", "groups", "difference"])
def test_bands_dots_and_the_statements_line_are_where_the_data_say(
    results: dict[str, bm.Sensitivity], name: str
) -> None:
    data = bm.draw(results[name]).data
    ax = draw_bound_rows(data)
    drawn = data[data["bound_low"].notna()]
    np.testing.assert_allclose(bands(ax), drawn[["bound_low", "bound_high"]], rtol=1e-12)
    rings = [0.8, 0.8] if name == "share" else [0.0] if name == "difference" else []
    shares = data["share"].dropna().tolist()
    assert sorted(dots(ax, "o", "D")) == pytest.approx(sorted([*shares, *rings]), abs=1e-9)
    (line,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert set(np.asarray(line.get_xdata())) == {data["threshold"].iloc[0]}


def test_rows_are_the_estimate_its_steps_the_one_interval_and_the_worst_case(
    results: dict[str, bm.Sensitivity],
) -> None:
    found = results["share"]
    data, row, steps = bm.draw(found).data, found.table.iloc[0], found.steps()
    assert data["kind"].tolist() == ["sampling", "tip_sampling", "tip", "step", "step", "mixture", "worst"]
    assert data["share"].to_list()[0] == row["share"]
    assert data[["ci_low", "ci_high"]].iloc[0].tolist() == [row["ci_low"], row["ci_high"]]
    np.testing.assert_array_equal(data["bound_low"].iloc[1:5], steps["low"])
    np.testing.assert_array_equal(data["covered_high"].iloc[1:5], steps["covered_high"])
    assert data["holds"].to_list()[1:5] == steps["holds"].tolist()
    assert data[["ci_low", "ci_high"]].iloc[5].tolist() == [row["mixture_low"], row["mixture_high"]]
    assert data[["worst_low", "worst_high"]].iloc[6].tolist() == [row["worst_low"], row["worst_high"]]


def test_groups_are_drawn_in_one_row_each_as_the_table_has_them(results: dict[str, bm.Sensitivity]) -> None:
    found = results["groups"]
    data = bm.draw(found).data
    for drawn, name in (("share", "share"), ("bound_low", "low"), ("covered_high", "covered_high"), ("tip", "tip")):
        np.testing.assert_array_equal(data[drawn], found.table[name])
    assert data["role"].tolist() == ["main", "plain", "plain", "plain"]
    assert data["basis"].tolist()[0] == "published"


@pytest.mark.parametrize(("name", "size"), LAYOUTS)
def test_no_text_lies_on_another_on_a_mark_or_outside(
    results: dict[str, bm.Sensitivity], name: str, size: SizeName
) -> None:
    figure = bm.draw(results[name])
    assert [placed(figure.in_language(lang), size).faults() for lang in LANGUAGES] == [[], []]


@pytest.mark.parametrize("size", ["column", "web"])
def test_many_groups_and_long_labels_have_room(results: dict[str, bm.Sensitivity], size: SizeName) -> None:
    for name in ("many groups", "no statement"):
        assert placed(bm.draw(results[name]), size).faults() == []
    figure = bm.draw(results["share"])
    long = dataclasses.replace(figure, data=figure.data.assign(label_da=LONG, label_en=LONG))
    assert placed(long, size).faults() == []


def test_the_axis_holds_all_but_the_worst_case_and_says_where_that_goes_on(
    waves: dict[int, bm.Wave], results: dict[str, bm.Sensitivity]
) -> None:
    figure = bm.draw(results["share"])
    low, high = axis_window(to_bounds(figure.data))
    assert (low, high) == pytest.approx((0.6, 1.0))
    assert dots(draw_bound_rows(figure.data), "<", ">") == pytest.approx([0.6])
    assert "Arrows: beyond the axis." in figure.caption
    wide = bm.draw(bm.bound_share(waves[4], "innovative", at_least=0.2))
    assert dots(draw_bound_rows(wide.data), "<", ">") == []
    assert "Arrows" not in wide.caption


def test_words_say_synthetic_first_the_finding_and_the_sentence(results: dict[str, bm.Sensitivity]) -> None:
    figure = bm.draw(results["share"], lang="da")
    assert figure.headline == (
        "Syntetiske data: innovative arbejdspladser – »mindst 80\N{NARROW NO-BREAK SPACE}%« holder ikke længere, hvis "
        "de, der ikke har svaret, afviger 4,8 procentpoint (2,2 med stikprøveusikkerhed)"
    )
    for name, found in results.items():
        drawn = bm.draw(found)
        for lang in LANGUAGES:
            words = drawn.words[lang]
            assert words.headline.startswith(("Syntetiske data: ", "Synthetic data: "))
            assert words.footer[0] == found.text(lang)
            assert "nan" not in " ".join((words.alt_text, words.subtitle, *words.footer)), name
        amber = "Amber: the statement does not hold all along the row." in drawn.caption
        assert amber == (name in ("share", "groups", "difference")) == (not drawn.data["holds"].all()), name
    assert "Tips at" not in bm.draw(results["many groups"]).caption
    assert "as often as the weights say" in bm.draw(results["no statement"]).caption


def test_headlines_follow_the_statement(waves: dict[int, bm.Wave]) -> None:
    real = as_delivery(waves[4])
    said = {at: bm.draw(bm.bound_share(real, "innovative", at_least=at)).headline for at in (0.2, 0.8, 0.82, 0.95)}
    assert said[0.2] == "Innovative workplaces – “at least 20%” holds whatever those who did not answer would have said"
    assert said[0.8].startswith("Innovative workplaces – “at least 80%” no longer holds if those")
    assert said[0.82].endswith("is uncertain because of sampling error alone")
    assert said[0.95].endswith("does not hold as it stands")
    plain = bm.draw(bm.bound_share(real, "innovative"))
    assert plain.headline.endswith("76.7–89.6% if those who did not answer differ by at most 10 percentage points")
    for at, held in ((0.8, "none of the 3"), (0.5, "all 3"), (0.75, "1 of 3")):
        found = bm.draw(bm.bound_share(real, "innovative", at_least=at, by="level"))
        assert f"“at least {100 * at:.0f}%” holds in {held} groups" in found.headline
    assert "ynthetic" not in plain.caption


def test_the_alt_text_says_type_finding_change_and_extremes(results: dict[str, bm.Sensitivity]) -> None:
    found, figure = results["share"], bm.draw(results["share"])
    row = found.table.iloc[0]
    for lang, kind in zip(LANGUAGES, ("Intervaldiagram", "Interval chart"), strict=True):
        alt = figure.words[lang].alt_text
        assert alt.startswith(kind)
        for low, high in (("ci_low", "ci_high"), ("mixture_low", "mixture_high"), ("worst_low", "worst_high")):
            assert range_text(row[low], row[high], "share", lang) in alt
    assert "The bounds go from 81.7–84.6% at 2.2 to 70.2–94.0% at 20 percentage points" in figure.alt_text
    groups = bm.draw(results["groups"]).alt_text
    assert "Highest: The state, 85.6% (bounds 79.8–91.4%); lowest: Municipalities, 82.4%" in groups


def test_moved_weights_are_said_under_the_figure(waves: dict[int, bm.Wave]) -> None:
    moved = bm.reweight(waves[4], ["level"], start="design").wave
    assert "Vægtene er flyttet fra designvægtene" in bm.draw(bm.bound_share(moved, "innovative"), lang="da").caption


def test_it_is_the_same_at_every_run_travels_and_shows_its_numbers(results: dict[str, bm.Sensitivity]) -> None:
    figure = bm.draw(results["difference"])
    assert figure.id == "bounds_innovative_level_state_municipality"
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")
    shown = figure.to_frame("da")
    assert {"Gruppe", "Andel", "Afviger højst", "Grænse, nedre", "Yderste grænse, øvre"} <= set(shown.columns)
    assert len(figure.sheets("en")[0].table) == len(figure.data)
