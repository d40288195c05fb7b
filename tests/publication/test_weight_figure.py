"""The figure of moved weights: what is drawn is in the report, nothing lies on anything else, the words hold."""

import pickle
from typing import Any

import numpy as np
import pytest
from figure_layout import VIEWS, placed
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from published_samples import as_delivery
from test_upset_figure import rectangles

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.lettering import GAP
from barometer.publication.style import SEMIBOLD, SIZES, SizeName
from barometer.publication.typesetting import TABULAR, text_width
from barometer.publication.weight_marks import draw_weights

CASES: dict[str, Any] = {
    "all": ["level", "sector", "size"],
    "two": ["level", "size"],
    "crossed": [("level", "size")],
    "one": ["level"],
}


@pytest.fixture(scope="module")
def results(waves: dict[int, bm.Wave]) -> dict[str, bm.Reweighting]:
    found = {name: bm.reweight(waves[4], margins, start="design") for name, margins in CASES.items()}
    return found | {"nothing": bm.reweight(waves[4], ["level"])}


def blocks(figure: bm.Figure) -> tuple[Axes, Axes]:
    upper, lower = (child for child in draw_weights(figure.data).child_axes if isinstance(child, Axes))
    return upper, lower


@pytest.mark.parametrize("name", [*CASES, "nothing"])
def test_dots_and_columns_are_where_the_report_says(results: dict[str, bm.Reweighting], name: str) -> None:
    found = results[name]
    figure = bm.draw(found)
    plain = figure.data[figure.data["role"] == "plain"]
    for column in ("before", "target"):
        np.testing.assert_array_equal(plain[column], found.table[f"share_{column}"])
    np.testing.assert_array_equal(plain["share"], found.table["share_achieved"])
    upper, lower = blocks(figure)
    dots = np.array([np.asarray(line.get_xdata())[0] for line in upper.lines if line.get_marker() == "o"]).reshape(
        -1, 2
    )
    expected = found.table["share_before"] / found.table["share_target"] - 1.0
    np.testing.assert_allclose(dots[:, 0], expected, rtol=1e-12)
    np.testing.assert_allclose(dots[:, 1], 0.0, atol=1e-9)
    heights = [bar.get_height() for bar in rectangles(lower)]
    assert heights == found.distribution["n"].tolist()
    assert sum(heights) == found.weight.size


# More groups than a slide has room for.
SEEN = [
    (name, *view)
    for name in (*CASES, "nothing")
    for view in VIEWS
    if (name, view[0]) not in (("all", "slide"), ("crossed", "slide"))
]


@pytest.mark.parametrize(("name", "size", "lang"), SEEN)
def test_no_text_lies_on_another_on_a_mark_or_outside(
    results: dict[str, bm.Reweighting], name: str, size: SizeName, lang: Lang
) -> None:
    found = placed(bm.draw(results[name], lang=lang), size)
    assert found.faults() == []
    assert found.dots["o"] == 2 * len(results[name].table)
    assert found.patches == len(results[name].distribution)


def test_more_groups_than_a_slide_has_room_for_are_refused(results: dict[str, bm.Reweighting]) -> None:
    with pytest.raises(ArgumentError, match="slide: the rows do not fit"):
        bm.draw(results["all"]).render("png", "slide")


def test_words_say_synthetic_first_what_was_done_and_what_it_cost(results: dict[str, bm.Reweighting]) -> None:
    found = results["all"]
    figure = bm.draw(found, lang="da")
    assert figure.headline.startswith("Syntetiske data: efter vægtning fordeler de 1.611 svar sig som populationen")
    assert "raking til rammens antal" in figure.caption
    assert "Designeffekt af vægtning: 1,22 før og 1,25 efter" in figure.caption
    assert "Længst fra populationen før: Politi, retsvæsen og forsvar, 5,6" in figure.alt_text
    assert "Farthest from the population before" in figure.in_language("en").alt_text
    real = bm.reweight(as_delivery(found.wave), ["level"])
    assert bm.draw(real).headline.startswith("After weighting the 1,611 answers")
    assert "ynthetic" not in bm.draw(real).caption


def test_it_is_the_same_at_every_run_travels_and_shows_its_numbers(results: dict[str, bm.Reweighting]) -> None:
    figure = bm.draw(results["two"])
    assert figure.render("png") == bm.draw(results["two"]).render("png")
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")
    shown = figure.to_frame("da")
    assert {"Andel før", "Andel i populationen", "Andel", "Svar (n)"} <= set(shown.columns)
    assert not any(isinstance(text, Text) and "nan" in text.get_text() for text in blocks(figure)[0].texts)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_weights_that_did_not_move_have_a_scale_and_their_count_beside_the_column(
    results: dict[str, bm.Reweighting], lang: Lang
) -> None:
    upper, lower = (child for child in draw_weights(bm.draw(results["nothing"]).data, lang=lang).child_axes)
    assert isinstance(upper, Axes)
    assert isinstance(lower, Axes)
    ticks = [text.get_text() for text in upper.get_xticklabels()]
    assert len(ticks) == 3
    assert "%" in ticks[0]
    height = next(text for text in lower.texts if text.get_text().startswith("1"))
    (column,) = rectangles(lower)
    assert isinstance(height, Annotation)
    assert height.xy[0] == pytest.approx(column.get_x() + column.get_width())


def test_labels_with_digits_end_where_the_others_end(results: dict[str, bm.Reweighting]) -> None:
    """Digits of one width are wider than matplotlib measures: ends are held against the drawn advance of the font."""
    size = SIZES["text"]
    upper, _ = blocks(bm.draw(results["two"]))
    labels = [text for text in upper.texts if isinstance(text, Annotation) and text.get_fontsize() == size.label]
    assert {"3-19 employees", "The state"} <= {text.get_text() for text in labels}
    for text in labels:
        bold = text.get_fontweight() == SEMIBOLD
        lines = text.get_text().split("\n")
        wide = max(text_width(line, size.label, semibold=bold, features=TABULAR) for line in lines)
        assert text.get_position()[0] + wide == pytest.approx(-GAP)
