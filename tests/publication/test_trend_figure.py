"""Figures of trends: what is drawn is where the data say, nothing lies on anything else, the words hold."""

import dataclasses
import pickle
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from figure_layout import VIEWS, placed
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.text import Text
from published_samples import as_delivery
from test_figure_colours import DEFICIENCIES, seen_distance

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.composing import compose
from barometer.publication.palette import AMBER, AMBER_LIGHT, GREY, PAPER, TEAL, TEAL_LIGHT, contrast_ratio
from barometer.publication.series import Series, find_faults, short_period, to_series
from barometer.publication.series_marks import series_window
from barometer.publication.style import SIZES, SizeName
from barometer.publication.trend_chart import draw_trend
from barometer.publication.trend_lines import lines_fit

draw = partial(bm.draw, policy="none")
"""What is suppressed is shown in `disclosure/`; here it is how numbers are drawn."""

LANGUAGES: tuple[Lang, ...] = ("da", "en")
SIX = [
    "partner.citizens",
    "partner.private_firms",
    "partner.knowledge_institutions",
    "partner.same_sector",
    "partner.foundations",
    "partner.none",
]
CASES: dict[str, tuple[tuple[int, ...], Any, str | None]] = {
    "one": ((1, 2, 3, 4), "innovative", None),
    "six": ((1, 2, 3, 4), SIX, None),
    "many": ((1, 2, 3, 4), "partner", None),
    "level": ((1, 2, 3, 4), "innovative", "level"),
    "sector": ((1, 2, 3, 4), "innovative", "sector"),
    "gap": ((1, 2, 3, 4), "shared", None),
    "two_breaks": ((1, 2, 3, 4), ["initiator.employees", "initiator.managers", "initiator.legislation"], None),
    "slope": ((3, 4), ["partner.citizens", "partner.private_firms", "partner.same_sector"], None),
}


@pytest.fixture(scope="module")
def trends(waves: dict[int, bm.Wave]) -> dict[str, bm.Trend]:
    return {
        name: bm.estimate_trend([waves[number] for number in numbers], indicators, by)
        for name, (numbers, indicators, by) in CASES.items()
    }


@pytest.fixture(scope="module")
def figures(trends: dict[str, bm.Trend]) -> dict[str, bm.Figure]:
    return {name: draw(trend) for name, trend in trends.items()}


def plots(ax: Axes) -> list[Axes]:
    return [child for child in ax.child_axes if isinstance(child, Axes)]


def dots(ax: Axes) -> list[tuple[float, float]]:
    """Year and share of every dot."""
    marked = [line for line in ax.lines if line.get_marker() in ("o", "D") and line.get_linestyle() == "None"]
    return [(float(np.asarray(line.get_xdata())[0]), float(np.asarray(line.get_ydata())[0])) for line in marked]


def intervals(ax: Axes) -> list[tuple[float, float]]:
    bars: list[Any] = [container for container in ax.containers if isinstance(container, ErrorbarContainer)]
    return [tuple(bar.lines[2][0].get_segments()[0][:, 1]) for bar in bars]


def joins(ax: Axes) -> list[tuple[tuple[float, float], bool]]:
    """Shares that a line joins, and whether it is dashed; leaders and rules are thinner."""
    found = []
    for line in ax.lines:
        ends = np.asarray(line.get_ydata(), dtype=float)
        if len(ends) == 2 and line.get_linewidth() >= 1.5 and line.get_marker() == "None":
            found.append(((float(ends[0]), float(ends[1])), line.get_linestyle() == "--"))
    return found


@pytest.mark.parametrize("name", ["one", "six", "level", "two_breaks", "slope"])
def test_dots_and_intervals_are_where_the_data_say(figures: dict[str, bm.Figure], name: str) -> None:
    data = figures[name].data
    drawn = data.dropna(subset=["share"])
    (plot,) = plots(draw_trend(data))
    assert sorted(share for _, share in dots(plot)) == sorted(drawn["share"])
    np.testing.assert_allclose(sorted(intervals(plot)), sorted(zip(drawn["ci_low"], drawn["ci_high"], strict=True)))
    if name == "one":
        assert [year for year, _ in dots(plot)] == [2013.5, 2015.5, 2018.5, 2022.0]


def test_panels_draw_each_series_on_one_scale(figures: dict[str, bm.Figure]) -> None:
    data = figures["sector"].data
    panels = plots(draw_trend(data))
    groups = [each for each in to_series(data) if each.role != "total"]
    assert len(panels) == len(groups) == 15
    for panel, each in zip(panels, groups, strict=True):
        assert [share for _, share in dots(panel)] == [point.share for point in each.shown]
        assert panel.get_ylim() == panels[0].get_ylim()


def test_numbers_drawn_are_those_of_the_result(trends: dict[str, bm.Trend], figures: dict[str, bm.Figure]) -> None:
    for name, trend in trends.items():
        domain = trend.domains[0].name if trend.domains else None
        table = trend.table.assign(group=trend.table[domain].astype(str) if domain else "total")
        columns = ["share", "ci_low", "ci_high", "n", "year"]
        keys = ["indicator", "group", "wave"]
        table["indicator"] = table["indicator"].astype(str)
        expected = table.set_index(keys).sort_index()[columns]
        pd.testing.assert_frame_equal(figures[name].data.set_index(keys).sort_index()[columns], expected)


def test_a_break_is_dashed_with_a_rule_and_a_gap_has_no_line(figures: dict[str, bm.Figure]) -> None:
    one = figures["one"].data
    (plot,) = plots(draw_trend(one))
    shares = one["share"].tolist()
    assert joins(plot) == [
        ((shares[0], shares[1]), True),
        ((shares[1], shares[2]), False),
        ((shares[2], shares[3]), False),
    ]
    (rule,) = [
        line for line in plot.lines if list(np.asarray(line.get_ydata())) == [0, 1] and line.get_linestyle() != "-"
    ]
    assert np.asarray(rule.get_xdata())[0] == pytest.approx((2013.5 + 2015.5) / 2)
    (gap,) = plots(draw_trend(figures["gap"].data))
    assert joins(gap) == []
    assert len(gap.patches) == 1


def test_the_reason_of_a_break_stands_in_the_figure(figures: dict[str, bm.Figure]) -> None:
    def written(name: str, lang: Lang) -> str:
        ax = draw_trend(figures[name].data, lang=lang)
        return " ".join(text.get_text().replace("\n", " ") for text in ax.texts)

    assert "Brud: Danmarks Statistik nævner 2015-2016 og 2018-2019 som forløbere" in written("one", "da")
    assert "Not comparable: " in written("gap", "en")
    both = written("two_breaks", "en")
    assert "2013-14 to 2015-16 – Break in the series: Statistics Denmark" in both
    assert "Not comparable (new legislation or national political demands): " in both
    assert "2018-19 to 2021-23 – Break in the series: COVID-19" in both


def test_colours_say_what_the_adjusted_test_allows(trends: dict[str, bm.Trend], figures: dict[str, bm.Figure]) -> None:
    spans = trends["six"].spans.set_index("indicator")
    roles = figures["six"].data.groupby("indicator", sort=False)["role"].first()
    clear, up = spans["p_adjusted"] < 0.05, spans["change"] > 0.0
    assert roles.to_dict() == {
        name: "plain" if not clear[name] else "up" if up[name] else "down" for name in roles.index
    }
    assert {"up", "down", "plain"} == set(roles)
    assert spans["p_value"]["partner.none"] < 0.05 < spans["p_adjusted"]["partner.none"]
    (plot,) = plots(draw_trend(figures["six"].data))
    lines = [line for line in plot.lines if line.get_linewidth() >= 1.5 and line.get_marker() == "None"]
    colours = {to_hex(line.get_color()) for line in lines}
    # Lines to and from what rests on an assumption are pale.
    assert colours - {TEAL, AMBER} == {TEAL_LIGHT, AMBER_LIGHT, GREY}


def test_a_change_is_in_the_headline_only_where_its_test_allows(waves: dict[int, bm.Wave]) -> None:
    real = [as_delivery(waves[number]) for number in (2, 3, 4)]
    assert (
        draw(bm.estimate_trend(real, "innovative", samples="independent")).headline
        == "Innovative workplaces, 2015-2016 to 2021-2023"
    )
    up = draw(bm.estimate_trend(real, "partner.same_sector", samples="independent"))
    assert up.headline == (
        "Partners: public workplaces at the same level outside their own organisation – up from 15% in 2015-2016 "
        "to 31% in 2021-2023"
    )
    assert "Change from 2015-2016 to 2021-2023: +15.7 percentage points (+12.6 to +18.7)." in up.caption
    down = draw(bm.estimate_trend(real, "partner.private_firms", samples="independent"), lang="da")
    assert down.headline == (
        "Samarbejdspartnere: private virksomheder – faldet fra 21\u202f% i 2015-2016 til 16\u202f% i 2021-2023"
    )
    assert "yntetisk" not in down.headline + down.caption + down.alt_text


def test_a_change_without_a_test_is_told_with_its_reason(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend([waves[3], waves[4]], "partner.same_sector")
    numbers = ["ci_low", "ci_high", "p_value", "p_adjusted"]
    unknown = trend.spans.assign(note="share_zero", **dict.fromkeys(numbers, np.nan))
    figure = draw(dataclasses.replace(trend, spans=unknown), lang="da")
    assert "procentpoint, ikke testet (en andel er 0: dens usikkerhed kan ikke beregnes)." in figure.caption
    assert "steget" not in figure.headline


def test_the_caption_names_the_correction_that_was_made(waves: dict[int, bm.Wave]) -> None:
    for adjust, named in (("holm", "Holm for"), ("bh", "Benjamini and Hochberg for"), ("none", "unadjusted,")):
        trend = bm.estimate_trend([waves[3], waves[4]], "innovative", "level", adjust=adjust)  # type: ignore[arg-type]
        assert f"(t-test, 5%, {named} 3 tests)" in draw(trend).caption


def test_a_change_across_a_break_is_no_headline(waves: dict[int, bm.Wave]) -> None:
    pair = bm.estimate_trend([waves[1], waves[2]], "innovative")
    assert pair.changes["p_value"].iloc[0] < 0.001
    figure = draw(pair)
    assert figure.headline == "Synthetic data: innovative workplaces, 2013-2014 to 2015-2016"
    assert "not tested: the series breaks" in figure.caption


def test_a_headline_of_change_needs_more_than_an_assumption_at_both_ends(
    trends: dict[str, bm.Trend], waves: dict[int, bm.Wave]
) -> None:
    six = trends["six"]
    assert (six.spans["p_adjusted"] < 0.05).sum() == 2  # and both begin and end with a share that nobody published
    assert draw(six, lang="da").headline == "Syntetiske data: samarbejdspartnere, 2013-2014 til 2021-2023"
    evaluated = bm.estimate_trend(list(waves.values()), "evaluated.yes")
    assert " from " in draw(evaluated).headline  # published in all waves
    real = bm.estimate_trend(
        [as_delivery(waves[number]) for number in (2, 4)], [one.name for one in six.indicators], samples="independent"
    )
    assert "af 6 andele har ændret sig klart fra 2015-2016 til 2021-2023" in draw(real, lang="da").headline


def test_rounded_shares_that_are_the_same_get_a_decimal(waves: dict[int, bm.Wave]) -> None:
    real = [as_delivery(waves[number]) for number in (3, 4)]
    trend = bm.estimate_trend(real, "partner.citizens", samples="independent")
    sure = dataclasses.replace(trend, spans=trend.spans.assign(p_adjusted=0.001))
    assert "from 32.9% in 2018-2019 to 32.9% in" in draw(sure).headline


def test_the_caption_says_rules_lines_source_and_answers(figures: dict[str, bm.Figure]) -> None:
    caption = figures["six"].caption
    assert "Holm for 6 tests" in caption
    assert "95% confidence interval of the assumed design" in caption
    assert "“Don't know” stays in the base." in caption
    assert "A wave does not have the indicator (2013-2014): Foundations." in caption
    assert "1st to 4th edition. n\u00a0=\u00a01,093\u00a0/\u00a01,942" in caption
    danish = figures["sector"].in_language("da").caption
    assert "Hule mærker: under 30 svar." in danish
    assert "Pile: intervallet går ud over aksen." in danish
    assert "Aksen går fra 40\u202f% til 100\u202f%." in danish


def test_few_answers_are_hollow_and_do_not_stretch_the_axis(figures: dict[str, bm.Figure]) -> None:
    data = figures["sector"].data
    thin = data[data["thin"]]
    assert len(thin) > 0
    assert thin["ci_low"].min() < series_window(to_series(data))[0]
    hollow = 0
    for panel in plots(draw_trend(data)):
        hollow += sum(
            to_hex(str(line.get_markerfacecolor())) == PAPER for line in panel.lines if line.get_marker() == "D"
        )
    assert hollow == len(thin)


def test_the_text_alternative_tells_type_levels_and_change(figures: dict[str, bm.Figure]) -> None:
    text = figures["one"].alt_text
    assert text.startswith("Line chart over waves. Synthetic data: innovative workplaces")
    assert "2013-2014, 86% (83.7–87.9%)" in text
    danish = figures["slope"].in_language("da").alt_text
    assert danish.startswith("Hældningsdiagram over to bølger.")
    assert "Højest i 2021-2023: Borgere, 33\u202f%" in danish


def dots_and_intervals(panel: Axes) -> list[Any]:
    """Labels stand at the end of lines, which are therefore left out."""
    drawn = [line for line in panel.lines if line.get_marker() in ("o", "D")]
    return [*drawn, *(each for each in panel.collections if isinstance(each, LineCollection))]


SEEN = [(name, *view) for name in CASES for view in VIEWS]


@pytest.mark.parametrize(("name", "size", "lang"), SEEN)
def test_no_text_lies_on_another_on_a_mark_or_outside(
    figures: dict[str, bm.Figure], name: str, size: SizeName, lang: Lang
) -> None:
    assert placed(figures[name].in_language(lang), size, dots_and_intervals).faults() == []


def test_fifteen_panels_on_a_slide_have_smaller_headings(figures: dict[str, bm.Figure]) -> None:
    for lang in LANGUAGES:
        many, one = (compose(figures[name].in_language(lang), SIZES["slide"]) for name in ("sector", "one"))
        headlines = [float(canvas.texts[0].get_fontsize()) for canvas in (many, one)]
        assert headlines[0] < headlines[1]
        assert min(float(text.get_fontsize()) for text in many.findobj(Text) if isinstance(text, Text)) > 6.0


def test_labels_without_room_make_small_multiples(figures: dict[str, bm.Figure]) -> None:
    six = to_series(figures["six"].data)
    assert lines_fit(six, "en", SIZES["text"], SIZES["text"].width - 20)
    assert not lines_fit(six, "en", SIZES["column"], SIZES["column"].width - 14)
    assert len(plots(draw_trend(figures["many"].data))) == 11


def test_two_waves_are_a_slope_chart_also_in_a_column(figures: dict[str, bm.Figure]) -> None:
    slope = to_series(figures["slope"].data)
    assert lines_fit(slope, "da", SIZES["column"], SIZES["column"].width - 14)


def test_an_item_that_all_answers_share_is_said_once(waves: dict[int, bm.Wave]) -> None:
    figure = draw(bm.estimate_trend([waves[3], waves[4]], "culture.risk"))
    assert figure.data["label_en"].nunique() == 6
    assert not figure.data["label_en"].str.contains(":").any()
    assert "new" in figure.headline


def test_amber_can_be_read_as_text_and_told_from_teal() -> None:
    assert contrast_ratio(AMBER, PAPER) >= 4.5
    assert contrast_ratio(AMBER_LIGHT, PAPER) >= 3.0
    assert min(seen_distance(TEAL, AMBER, eye) for eye in DEFICIENCIES) > 15.0


def test_periods_are_short_where_the_century_is_one() -> None:
    assert [short_period(text) for text in ("2013-2014", "1999-2001", "2022")] == ["2013-14", "1999-2001", "2022"]


def test_a_series_that_skips_a_wave_is_joined_to_the_last_that_has_it(waves: dict[int, bm.Wave]) -> None:
    figure = draw(bm.estimate_trend([waves[n] for n in (1, 2, 3, 4)], "partner.foundations"))
    (each,) = to_series(figure.data)
    assert [point.join for point in each.points] == ["", "", "line", "line"]
    assert find_faults([each]) == []
    assert "ikke spurgt" in " ".join(text.get_text() for text in plots(draw_trend(figure.data, lang="da"))[0].texts)


def test_places_that_are_partly_gaps_name_the_series(figures: dict[str, bm.Figure]) -> None:
    first, second = find_faults(to_series(figures["two_breaks"].data))
    assert (first.before, first.after, first.whole, len(first.gapped)) == (1, 2, False, 1)
    assert (second.before, second.after, second.gaps) == (3, 4, ())


def test_periods_without_a_year_stand_in_a_row(figures: dict[str, bm.Figure]) -> None:
    (plot,) = plots(draw_trend(figures["one"].data.assign(year=np.nan)))
    assert [year for year, _ in dots(plot)] == [0.0, 1.0, 2.0, 3.0]


def test_files_are_the_same_at_every_run_and_figures_travel(trends: dict[str, bm.Trend]) -> None:
    figure = draw(trends["six"])
    assert draw(trends["six"]).render("svg") == figure.render("svg")
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")
    assert list(figure.to_frame("da")) == [
        "Gruppe", "Periode", "Andel", "Nedre grænse", "Øvre grænse", "Svar (n)", "Grundlag",
    ]  # fmt: skip


def test_what_has_no_figure_says_so(waves: dict[int, bm.Wave]) -> None:
    pair = [waves[3], waves[4]]
    with pytest.raises(ArgumentError, match="several indicators by a domain"):
        draw(bm.estimate_trend(pair, "partner", "level"))
    with pytest.raises(ArgumentError, match="cross of domains"):
        draw(bm.estimate_trend(pair, "innovative", ["level", "size"]))
    with pytest.raises(ArgumentError, match="take at most 24"):
        draw(bm.estimate_trend(pair, "*"))
    trend = bm.estimate_trend(pair, "innovative")
    with pytest.raises(ArgumentError, match="no wave has a share"):
        draw(dataclasses.replace(trend, table=trend.table.assign(share=np.nan)))


def test_a_series_without_numbers_is_a_panel_that_says_why(figures: dict[str, bm.Figure]) -> None:
    data = figures["many"].data.copy()
    data.loc[data["indicator"] == "partner.none", ["share", "ci_low", "ci_high"]] = np.nan
    data.loc[data["indicator"] == "partner.none", "note"] = "empty_base"
    empty: list[Series] = [each for each in to_series(data) if not each.shown]
    assert len(empty) == 1
    texts = [text.get_text().replace("\n", " ") for panel in plots(draw_trend(data)) for text in panel.texts]
    assert "Nobody in the base" in texts
