"""Whole figures: no text lies on another, on a mark or outside the canvas, at any size in either language."""

import dataclasses
from itertools import combinations
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from published_samples import PUBLISHED, drawing, mark

import barometer as bm
from barometer.codebook.records import Lang
from barometer.publication.figure import DPI, _compose
from barometer.publication.style import SIZES, SizeName, style

LANGUAGES: tuple[Lang, ...] = ("da", "en")
CASES: list[tuple[str, int, SizeName]] = [(*published, size) for published in PUBLISHED for size in SIZES]
# Every size is measured at the resolution of its PNG; the SVG has the same unhinted widths.
RESOLUTION = DPI


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where everything lies, in points from the lower left corner."""

    width: float
    height: float
    axes: Bbox
    texts: list[tuple[str, Bbox]]
    row_labels: list[tuple[str, Bbox]]
    marks: list[Bbox]

    def overlaps(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie on each other."""
        return [(a, b) for (a, first), (b, second) in combinations(self.texts, 2) if _meet(first, second)]

    def on_marks(self) -> list[str]:
        """Texts that lie on a bar, a dot, a line or an interval; boxes that touch by a hair do not count."""
        return [text for text, box in self.texts if any(_meet(box, other, 0.2) for other in self.marks)]

    def outside(self) -> list[str]:
        """Texts that leave the canvas."""
        return [t for t, b in self.texts if b.x0 < 0 or b.y0 < 0 or b.x1 > self.width or b.y1 > self.height]

    def labels_in_axes(self) -> list[str]:
        """Row labels that reach into the axes."""
        return [text for text, box in self.row_labels if box.x1 > self.axes.x0]


def _meet(first: Bbox, second: Bbox, slack: float = 0.0) -> bool:
    wide = min(first.x1, second.x1) - max(first.x0, second.x0)
    high = min(first.y1, second.y1) - max(first.y0, second.y0)
    return bool(wide > slack and high > slack)


def measure(canvas: Canvas, resolution: int) -> Layout:
    """Ask the renderer how much room every text and mark takes at a resolution."""
    canvas.dpi = resolution
    agg: Any = canvas.canvas
    renderer = agg.get_renderer()
    canvas.draw_without_rendering()

    def place(artist: Any) -> Bbox:
        return Bbox(artist.get_window_extent(renderer).get_points() * 72.0 / resolution)

    (ax,) = canvas.axes
    texts = [text for text in canvas.findobj(Text) if text.get_visible() and text.get_text().strip()]
    rows = [t for t in texts if isinstance(t, Annotation) and t.get_horizontalalignment() == "right" and t.xy[0] == 0.0]
    return Layout(
        width=canvas.bbox.width * 72.0 / resolution,
        height=canvas.bbox.height * 72.0 / resolution,
        axes=place(ax),
        texts=[(text.get_text(), place(text)) for text in texts],
        row_labels=[(text.get_text(), place(text)) for text in rows],
        marks=[place(artist) for artist in (*ax.patches, *ax.lines, *ax.collections)],
    )


def compose(figure: bm.Figure, size: SizeName) -> Layout:
    with style():
        return measure(_compose(figure, SIZES[size]), RESOLUTION)


@pytest.fixture(scope="module")
def layouts(waves: dict[int, bm.Wave]) -> dict[tuple[str, int, SizeName], list[Layout]]:
    figures = {(name, number): bm.draw(name, waves[number]) for name, number in PUBLISHED}
    return {
        (name, number, size): [compose(figures[name, number].in_language(lang), size) for lang in LANGUAGES]
        for name, number, size in CASES
    }


Layouts = dict[tuple[str, int, SizeName], list[Layout]]


@pytest.mark.parametrize(("name", "number", "size"), CASES)
def test_no_two_texts_lie_on_each_other(layouts: Layouts, name: str, number: int, size: SizeName) -> None:
    assert [layout.overlaps() for layout in layouts[name, number, size]] == [[], []]


@pytest.mark.parametrize(("name", "number", "size"), CASES)
def test_no_text_lies_on_a_mark(layouts: Layouts, name: str, number: int, size: SizeName) -> None:
    assert [layout.on_marks() for layout in layouts[name, number, size]] == [[], []]


@pytest.mark.parametrize(("name", "number", "size"), CASES)
def test_no_text_leaves_the_canvas(layouts: Layouts, name: str, number: int, size: SizeName) -> None:
    assert [layout.outside() for layout in layouts[name, number, size]] == [[], []]


@pytest.mark.parametrize(("name", "number", "size"), CASES)
def test_no_row_label_reaches_into_the_axes(
    waves: dict[int, bm.Wave], layouts: Layouts, name: str, number: int, size: SizeName
) -> None:
    for layout in layouts[name, number, size]:
        rows = bm.draw(name, waves[number]).data["role"].ne("total").sum()
        assert len(layout.row_labels) == rows
        assert layout.labels_in_axes() == []


@pytest.mark.parametrize("size", list(SIZES))
def test_canvases_have_the_size_of_their_place(layouts: Layouts, size: SizeName) -> None:
    for name, number in PUBLISHED:
        for layout in layouts[name, number, size]:
            assert layout.width == pytest.approx({"column": 9, "text": 16, "slide": 25, "web": 18}[size] / 2.54 * 72)
            assert layout.axes.width > 0.2 * layout.width
            if size == "slide":
                assert layout.height == pytest.approx(14 / 2.54 * 72)


def test_more_rows_make_a_taller_figure_but_not_a_taller_slide(wave: bm.Wave) -> None:
    figure = bm.draw("value", wave)
    few, many = (drawing(figure, *[mark(f"Row {i}") for i in range(rows)]) for rows in (3, 8))
    assert compose(many, "text").height - compose(few, "text").height == pytest.approx(5 * SIZES["text"].row)
    assert compose(many, "slide").height == compose(few, "slide").height


def test_the_helper_sees_texts_that_collide_leave_the_canvas_and_cross_into_the_axes() -> None:
    canvas = Canvas(figsize=(4, 2), dpi=72)
    FigureCanvasAgg(canvas)
    ax = canvas.add_axes((0.3, 0.2, 0.6, 0.6))
    ax.set_axis_off()
    canvas.text(0.05, 0.05, "first")
    canvas.text(0.06, 0.06, "second")
    canvas.text(0.97, 0.9, "third is long")
    ax.barh(0.5, 1.0, height=0.5)
    ax.annotate(
        "row", (0.0, 0.5), (5, 0), xycoords="axes fraction", textcoords="offset points", ha="right", va="center"
    )
    layout = measure(canvas, 200)
    assert layout.overlaps() == [("first", "second")]
    assert layout.outside() == ["third is long"]
    assert layout.labels_in_axes() == ["row"]
    assert layout.on_marks() == ["row"]
