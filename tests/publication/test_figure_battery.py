"""Batteries and levels: bars and dots are where the data say, words hold, assumed marks are pale."""

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.patches import Rectangle
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.crosscheck import crosscheck
from barometer.codebook.published import Headline
from barometer.codebook.records import Label, Lang
from barometer.errors import Fault
from barometer.publication.battery import draw_battery
from barometer.publication.composing import compose
from barometer.publication.drawn import to_marks
from barometer.publication.levels import draw_levels
from barometer.publication.palette import AMBER_LIGHT, GREY, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.report.drawings import LANGUAGES
from barometer.publication.style import SIZES, style
from barometer.publication.words import holds

Drawn = dict[tuple[str, int], bm.Figure]


def bars(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def intervals(ax: Axes) -> list[tuple[float, float]]:
    found: list[Any] = [container for container in ax.containers if isinstance(container, ErrorbarContainer)]
    return [tuple(sorted(bar.lines[2][0].get_segments()[0][:, 0])) for bar in found]


@pytest.mark.parametrize(("name", "number"), [("factors", 4), ("culture", 3), ("safe_operation_by_collaboration", 3)])
def test_sides_are_bars_to_the_left_and_right_of_zero(drawn: Drawn, name: str, number: int) -> None:
    data = drawn[name, number].data
    sign = np.where(data["role"] == "left", -1.0, 1.0)
    ax = draw_battery(data)
    np.testing.assert_allclose([bar.get_width() for bar in bars(ax)], sign * data["share"])
    ends = np.sort(sign[:, None] * data[["ci_low", "ci_high"]].to_numpy(), axis=1)
    np.testing.assert_allclose(intervals(ax), ends)
    written = [text.get_text() for text in ax.texts]
    assert {data["answer_en"].iloc[0], data["answer_en"].iloc[1]} <= {text.replace("\n", " ") for text in written}


def test_sides_have_their_colours_and_what_is_assumed_is_grey_and_hollow(drawn: Drawn) -> None:
    data = drawn["factors", 4].data
    looks = {
        (mark.role, mark.basis): (to_hex(bar.get_facecolor()), to_hex(bar.get_edgecolor()))
        for mark, bar in zip(to_marks(data), bars(draw_battery(data)), strict=True)
    }
    assert looks["left", "published"][0] == AMBER_LIGHT
    assert looks["right", "published"][0] == TEAL_LIGHT
    assert looks["left", "assumed"] == looks["right", "assumed"] == (PAPER, GREY)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["factors", "culture"])
def test_both_sides_have_ticks_in_a_column_whose_digits_keep_apart(drawn: Drawn, name: str, lang: Lang) -> None:
    with style():
        canvas = compose(drawn[name, 3].in_language(lang), SIZES["column"])
    (ax,) = canvas.axes
    assert ax.get_xticks()[0] < 0.0
    assert len(ax.get_xticks()) >= 5
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(left.x1 + 2.0 < right.x0 for left, right in pairwise(boxes))


def test_few_answers_make_a_bar_hollow_in_the_colour_of_its_side(drawn: Drawn) -> None:
    data = drawn["factors", 4].data.head(2).assign(thin=True, basis="delivery")
    left, right = bars(draw_battery(data))
    assert {to_hex(left.get_facecolor()), to_hex(right.get_facecolor())} == {PAPER}
    assert (to_hex(left.get_edgecolor()), to_hex(right.get_edgecolor())) == (AMBER_LIGHT, TEAL_LIGHT)


def test_the_footer_says_how_many_are_not_drawn(drawn: Drawn) -> None:
    for name in ("culture", "factors"):
        figure = drawn[name, 3]
        pairs = figure.data["share"].to_numpy().reshape(-1, 2)
        rest = 100.0 * (1.0 - pairs.sum(axis=1))
        span = f"{rest.min():.0f}\N{EN DASH}{rest.max():.0f}%"
        assert f"is “don't know” and “not relevant” and is not drawn ({span})." in figure.caption


def test_groups_are_called_what_the_figure_calls_them(drawn: Drawn) -> None:
    values = drawn["citizens_values", 3].in_language("da")
    assert set(values.data["label_da"]) == {"Positiv rolle", "Ingen positiv rolle"}
    assert "Positiv rolle – højest: Forbedret kvalitet" in values.alt_text
    assert drawn["risk_by_innovative", 3].data["label_en"].iloc[0] == "Innovative workplaces"


def test_assumed_dots_are_pale_and_published_ones_are_not(drawn: Drawn) -> None:
    figure = drawn["limited_resources_values", 4]
    ax = draw_levels(figure.data)
    faces = [to_hex(str(line.get_markerfacecolor())) for line in ax.lines if line.get_marker() in ("o", "s")]
    assert faces == [TEAL, AMBER_LIGHT, TEAL, AMBER_LIGHT]
    assert "pale marks rest on an assumption" in figure.caption


def test_a_delivery_has_no_pale_mark_and_says_what_is_found(wave: bm.Wave) -> None:
    figure = bm.draw("citizens_values", as_delivery(wave))
    assert set(figure.data["basis"]) == {"delivery"}
    assert figure.headline == "Citizens' insight or influence grows more often when citizens play a positive role"


def test_findings_of_one_indicator_and_of_one_side(drawn: Drawn) -> None:
    levels = to_marks(drawn["core_task_by_novelty", 3].data)
    assert holds(Headline(Label("", ""), "lower_in:core_task.linked:copy:first"), levels)
    assert not holds(Headline(Label("", ""), "higher_in:core_task.linked:copy:first"), levels)
    assert not holds(Headline(Label("", ""), "lower_in:core_task.future:copy:first"), levels)
    sides = to_marks(drawn["factors", 3].data)
    assert holds(Headline(Label("", ""), "largest:factor.limited_resources.hampered"), sides)
    assert not holds(Headline(Label("", ""), "largest:factor.limited_resources.promoted"), sides)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": ""}, "kinds domains and levels need `by`"),
        ({"groups": (("maybe", Label("a", "b")),)}, "has no group 'maybe'"),
        ({"kind": "battery", "by": ""}, "names the same two answers to each row, in pairs"),
    ],
)
def test_records_that_cannot_be_drawn_are_refused(change: dict[str, Any], message: str) -> None:
    faults: list[Fault] = []
    book = bm.codebook()
    record = dataclasses.replace(book.figure("citizens_values"), **change)
    crosscheck(dataclasses.replace(book, figures={**book.figures, "citizens_values": record}), faults)
    assert any(message in str(fault) for fault in faults)
