"""Whole figures: no text lies on another, on a mark or outside the canvas, at any size in either language."""

import pytest
from figure_layout import measured, placed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from published_samples import PUBLISHED, drawing, mark

import barometer as bm
from barometer.codebook.records import Lang
from barometer.publication.style import SIZES, SizeName

Named = tuple[str, int]
LATEST = dict(PUBLISHED)
"""The last wave of each figure."""
# One column has the least room. Waves differ in their numbers only: English is looked at in one of them.
NARROW: list[tuple[str, int, Lang]] = [
    *((name, number, "da") for name, number in PUBLISHED),
    *((name, number, "en") for name, number in LATEST.items()),
]
WIDTHS = {"column": 9, "text": 16, "slide": 25, "web": 18}


@pytest.mark.parametrize(("name", "number", "lang"), NARROW)
def test_nothing_collides_in_one_column(drawn: dict[Named, bm.Figure], name: str, number: int, lang: Lang) -> None:
    figure = drawn[name, number].in_language(lang)
    layout = placed(figure, "column")
    assert layout.faults() == []
    rows = figure.data["answer_en"].nunique() if figure.kind == "levels" else len(figure.data)
    rows = rows // 2 if figure.kind == "battery" else rows - (figure.data["role"] == "total").sum()
    assert len(layout.row_labels) == rows
    assert layout.axes.width > 0.2 * layout.whole.width


@pytest.mark.parametrize("size", [size for size in SIZES if size != "column"])
@pytest.mark.parametrize("kind", ["union", "bars", "domains", "levels", "battery"])
def test_nothing_collides_in_the_figures_that_need_most_room(
    drawn: dict[Named, bm.Figure], kind: str, size: SizeName
) -> None:
    own = [figure for figure in drawn.values() if figure.kind == kind]
    tallest = max(own, key=lambda figure: len(figure.data))
    wordiest = max(own, key=lambda figure: figure.data["label_da"].str.len().sum() / len(figure.data))
    for figure in {figure.id: figure for figure in (tallest, wordiest)}.values():
        for lang in ("da", "en"):
            assert placed(figure.in_language(lang), size).faults() == []


@pytest.mark.parametrize("size", list(SIZES))
def test_canvases_have_the_size_of_their_place(drawn: dict[Named, bm.Figure], size: SizeName) -> None:
    whole = placed(drawn["value", 3], size).whole
    assert whole.width == pytest.approx(WIDTHS[size] / 2.54 * 72)
    if size == "slide":
        assert whole.height == pytest.approx(14 / 2.54 * 72)


def test_more_rows_make_a_taller_figure_but_not_a_taller_slide(wave: bm.Wave) -> None:
    figure = bm.draw("value", wave)
    few, many = (drawing(figure, *[mark(f"Row {i}") for i in range(rows)]) for rows in (3, 8))
    grown = placed(many, "text").whole.height - placed(few, "text").whole.height
    assert grown == pytest.approx(5 * SIZES["text"].row)
    assert placed(many, "slide").whole.height == placed(few, "slide").whole.height


def test_the_helper_sees_texts_that_collide_leave_the_canvas_and_cross_into_the_axes() -> None:
    canvas = Canvas(figsize=(4, 2), dpi=72)
    FigureCanvasAgg(canvas)
    ax = canvas.add_axes((0.3, 0.2, 0.6, 0.6))
    ax.set_axis_off()
    canvas.text(0.05, 0.05, "first")
    canvas.text(0.06, 0.06, "second")
    canvas.text(0.97, 0.9, "third is long")
    ax.barh(0.5, 1.0, height=0.5)
    ax.plot([0.0, 0.2, 0.2], [1.0, 1.0, 0.0])
    ax.annotate(
        "row", (0.0, 0.5), (5, 0), xycoords="axes fraction", textcoords="offset points", ha="right", va="center"
    )
    layout = measured(canvas)
    assert layout.faults() == ["first | second", "row on a mark", "third is long outside", "row in the axes"]
    assert len(layout.marks) == 3
