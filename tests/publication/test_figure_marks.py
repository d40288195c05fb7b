"""Marks: what is drawn is where the data say."""

import math
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from published_samples import frame, mark

from barometer.publication.marks import draw_bars, draw_domains
from barometer.publication.palette import GREY, INK, MUTED, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.rows import rows_height
from barometer.publication.style import SIZES

NAN = math.nan
ROW = SIZES["text"].row
UNION = frame(
    mark("Whole", indicator="w", role="main", share=0.62, ci_low=0.6, ci_high=0.65),
    mark("Large part", indicator="w.a", role="part", share=0.4, ci_low=0.37, ci_high=0.44),
    mark("Small part", indicator="w.b", role="part", share=0.125, ci_low=0.1, ci_high=0.16),
)
GROUPS = frame(
    mark("Upper", group="u", share=0.7, ci_low=0.65, ci_high=0.74, n=1877),
    mark("Lower", group="l", share=0.31, ci_low=0.22, ci_high=0.41, n=29, thin=True),
    mark("All", group="total", role="total", share=0.55, ci_low=0.53, ci_high=0.57, n=1906),
)


def bars(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def whiskers(ax: Axes) -> list[list[float]]:
    """Ends and row of each interval of a bar."""
    found: list[list[float]] = []
    for container in ax.containers:
        if isinstance(container, ErrorbarContainer):
            collection: Any = container.lines[2][0]
            ((low, y), (high, _)) = collection.get_segments()[0]
            found.append([float(low), float(high), float(y)])
    return found


def dots(ax: Axes) -> list[Any]:
    return [line for line in ax.lines if line.get_marker() in ("o", "D")]


def lines(ax: Axes) -> list[Any]:
    return [line for line in ax.lines if line.get_marker() not in ("o", "D")]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_bars_start_at_zero_and_are_as_wide_as_their_share() -> None:
    ax = draw_bars(UNION)
    assert [bar.get_x() for bar in bars(ax)] == [0.0, 0.0, 0.0]
    assert [bar.get_width() for bar in bars(ax)] == pytest.approx(UNION["share"].tolist())
    assert ax.get_xlim()[0] == 0.0
    assert ax.get_xlim()[1] > 0.65


def test_whiskers_of_bars_end_where_the_interval_ends() -> None:
    ax = draw_bars(UNION)
    rows = [bar.get_y() + bar.get_height() / 2 for bar in bars(ax)]
    expected = [[low, high, y] for low, high, y in zip(UNION["ci_low"], UNION["ci_high"], rows, strict=True)]
    assert whiskers(ax) == [pytest.approx(ends) for ends in expected]


def test_rows_go_down_with_air_below_the_composite() -> None:
    ax = draw_bars(UNION)
    row = SIZES["text"].row
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars(ax)] == pytest.approx([0.5 * row, 2 * row, 3 * row])
    assert rows_height(UNION, "en", SIZES["text"]) == 3.5 * row
    assert rows_height(GROUPS, "en", SIZES["text"]) == 2 * row


def test_a_row_is_as_tall_as_its_label_needs() -> None:
    size = SIZES["text"]
    tall = frame(mark("a label of many words that needs more than one line or two or three, " * 3))
    lines = texts(draw_bars(tall))[0].count("\n") + 1
    assert lines > 3
    assert rows_height(tall, "en", size) > lines * size.label


@pytest.mark.parametrize(
    ("lang", "numbers"), [("da", ["62\u202f%", "40\u202f%", "13\u202f%"]), ("en", ["62%", "40%", "13%"])]
)
def test_every_bar_has_its_label_and_its_number(lang: Any, numbers: list[str]) -> None:
    written = texts(draw_bars(UNION, lang=lang))
    assert sorted(written) == sorted(["Whole", "Large part", "Small part", *numbers])


def test_labels_are_in_the_language_asked_for() -> None:
    data = UNION.assign(label_da=["Helhed", "Stor del", "Lille del"])
    assert "Helhed" in texts(draw_bars(data, lang="da"))
    assert "Whole" in texts(draw_bars(data, lang="en"))


def test_a_number_stands_beyond_its_bar_and_interval() -> None:
    ax = draw_bars(frame(mark("A", share=0.5, ci_low=0.4, ci_high=0.6), mark("B", share=0.3, ci_low=NAN, ci_high=NAN)))
    places: Any = {text.get_text(): text.xy for text in ax.texts}  # type: ignore[attr-defined]
    assert places["50%"] == (0.6, 0.5 * ROW)
    assert places["30%"] == (0.3, 1.5 * ROW)


def test_the_composite_is_in_the_accent_colour_and_the_rest_is_not() -> None:
    faces = [colors.to_hex(bar.get_facecolor()) for bar in bars(draw_bars(UNION))]
    assert faces == [TEAL, TEAL_LIGHT, TEAL_LIGHT]


def test_a_thin_bar_is_hollow() -> None:
    thin, full = bars(draw_bars(frame(mark("A", thin=True), mark("B"))))
    assert colors.to_hex(thin.get_facecolor()) == PAPER
    assert colors.to_hex(thin.get_edgecolor()) == TEAL_LIGHT
    assert thin.get_linewidth() > 0
    assert colors.to_hex(full.get_facecolor()) == TEAL_LIGHT


def test_an_assumed_bar_is_hollow_dashed_and_grey_with_a_muted_number() -> None:
    ax = draw_bars(frame(mark("A", basis="assumed", share=0.5), mark("B", share=0.4)))
    assumed, published = bars(ax)
    assert colors.to_hex(assumed.get_facecolor()) == PAPER
    assert colors.to_hex(assumed.get_edgecolor()) == GREY
    assert assumed.get_linestyle() not in ("solid", "-")
    assert published.get_linestyle() in ("solid", "-")
    colour = {text.get_text(): text.get_color() for text in ax.texts}
    assert (colour["50%"], colour["40%"]) == (MUTED, INK)


def test_a_bar_without_an_interval_has_no_whisker() -> None:
    assert whiskers(draw_bars(frame(mark("A", share=1.0, ci_low=NAN, ci_high=NAN)))) == []
    assert len(whiskers(draw_bars(frame(mark("A", share=1.0, ci_low=NAN, ci_high=NAN), mark("B"))))) == 1


def test_a_bar_without_a_share_is_a_labelled_gap() -> None:
    ax = draw_bars(frame(mark("Nobody", share=NAN, ci_low=NAN, ci_high=NAN, n=0), mark("B", share=0.5)))
    assert sorted(texts(ax)) == ["50%", "B", "Nobody", "nobody in the base"]
    assert len(whiskers(ax)) == 1


def test_a_suppressed_share_is_a_gap_that_says_so() -> None:
    for draw in (draw_bars, draw_domains):
        ax = draw(frame(mark("A", share=NAN, ci_low=NAN, ci_high=NAN, n=60), mark("B", share=0.5)))
        assert "suppressed (few answers)" in texts(ax)


def test_dots_stand_at_their_shares_from_the_top() -> None:
    assert [(float(d.get_xdata()[0]), float(d.get_ydata()[0])) for d in dots(draw_domains(GROUPS))] == [
        (0.7, 0.5 * ROW),
        (0.31, 1.5 * ROW),
    ]


def test_intervals_of_dots_end_where_the_data_say() -> None:
    ax = draw_domains(GROUPS)
    spans = [line for line in lines(ax) if len(set(line.get_ydata())) == 1]
    assert [list(line.get_xdata()) for line in spans] == [[0.65, 0.74], [0.22, 0.41]]
    assert [line.get_ydata()[0] for line in spans] == [0.5 * ROW, 1.5 * ROW]


def test_the_share_of_all_is_a_dashed_line_with_its_number_and_no_row() -> None:
    ax = draw_domains(GROUPS)
    (total,) = [line for line in lines(ax) if list(line.get_ydata()) == [0, 1]]
    assert list(total.get_xdata()) == [0.55, 0.55]
    assert total.get_linestyle() == "--"
    assert "All 55%" in texts(ax)
    assert "All" not in texts(ax)


def test_groups_have_columns_of_shares_and_answers() -> None:
    assert sorted(texts(draw_domains(GROUPS, lang="en"))) == sorted(
        ["Upper", "Lower", "Share", "70%", "31%", "n", "1,877", "29", "All 55%"]
    )
    assert {"Andel", "70\u202f%", "1.877"} <= set(texts(draw_domains(GROUPS, lang="da")))


def test_a_thin_dot_is_hollow_and_an_assumed_one_a_pale_diamond() -> None:
    full, thin = dots(draw_domains(GROUPS))
    assert (full.get_markerfacecolor(), thin.get_markerfacecolor()) == (TEAL, PAPER)
    assert thin.get_markeredgecolor() == TEAL
    (assumed,) = dots(draw_domains(frame(mark("A", group="a", basis="assumed"))))
    assert (assumed.get_marker(), full.get_marker()) == ("D", "o")
    assert assumed.get_markerfacecolor() == TEAL_LIGHT


def test_a_group_without_an_interval_is_a_dot_alone_and_one_without_a_share_has_no_dot() -> None:
    lonely = frame(mark("A", group="a", share=0.0, ci_low=NAN, ci_high=NAN))
    assert len(draw_domains(lonely).lines) == 1
    empty = draw_domains(frame(mark("A", group="a", share=NAN, ci_low=NAN, ci_high=NAN, n=0)))
    assert len(empty.lines) == 0
    assert {"A", "\u2013", "0"} <= set(texts(empty))


def test_the_axis_of_dots_holds_every_interval() -> None:
    low, high = draw_domains(GROUPS).get_xlim()
    assert low <= 0.22
    assert high >= 0.74


@pytest.mark.parametrize("draw", [draw_bars, draw_domains])
def test_ticks_name_the_share_where_they_stand(draw: Callable[..., Axes]) -> None:
    ax = draw(UNION if draw is draw_bars else GROUPS, lang="en")
    labels = [label.get_text() for label in ax.get_xticklabels()]
    shown = [float(label.rstrip("%")) / 100 for label in labels]
    assert shown == pytest.approx(list(ax.get_xticks()))
    assert [label.endswith("%") for label in labels] == [*([False] * (len(labels) - 1)), True]
    assert len(labels) > 2


@pytest.mark.parametrize(("draw", "data"), [(draw_bars, UNION), (draw_domains, GROUPS)])
def test_an_axes_given_is_the_one_drawn_on(draw: Callable[..., Axes], data: pd.DataFrame) -> None:
    ax = Figure().add_subplot()
    before = (data.copy(), dict(mpl.rcParams))
    assert draw(data, ax=ax, size=SIZES["column"]) is ax
    assert ax.texts
    pd.testing.assert_frame_equal(data, before[0])
    assert dict(mpl.rcParams) == before[1]


def test_each_drawing_without_an_axes_has_a_canvas_of_its_own() -> None:
    assert draw_bars(UNION).figure is not draw_bars(UNION).figure
