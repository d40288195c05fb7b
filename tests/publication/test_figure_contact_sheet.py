"""The contact sheet: every figure under its name, the same bytes at every run."""

import matplotlib.image
import numpy as np
import pytest
from published_samples import with_figures

import barometer as bm
from barometer.errors import ArgumentError
from barometer.publication.contact_sheet import AIR, NAME, sheet_of


def pixels(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    import io

    return np.round(255 * matplotlib.image.imread(io.BytesIO(png), format="png")).astype(np.uint8)


def test_every_figure_lies_on_the_sheet_pixel_for_pixel(wave: bm.Wave) -> None:
    few = with_figures(wave, "citizens", "culture", "citizens_values")
    sheet = pixels(bm.contact_sheet([few], "da"))
    left = AIR
    # Themes in the codebook's order: citizens before culture.
    for name in ("citizens", "citizens_values", "culture"):
        image = bm.draw(name, wave, lang="da").pixels("column", 100)
        tall, wide = image.shape[:2]
        np.testing.assert_array_equal(sheet[AIR + NAME : AIR + NAME + tall, left : left + wide, :3], image[..., :3])
        assert sheet[AIR : AIR + NAME, left : left + wide, :3].min() < 100
        left += wide + AIR


def test_it_is_the_same_at_every_run_and_differs_by_language(wave: bm.Wave) -> None:
    few = with_figures(wave, "evaluation")
    first = bm.contact_sheet(few)
    assert first == bm.contact_sheet([few])
    assert first != bm.contact_sheet(few, "da")


def test_names_are_never_mathematics_and_rows_are_as_tall_as_their_tallest(wave: bm.Wave) -> None:
    short, tall = bm.draw("evaluation", wave), bm.draw("culture", wave)
    heights = [figure.pixels("column", 100).shape[0] for figure in (short, tall)]
    sheet = pixels(sheet_of([("$\\bad{x$", short), ("b", tall), ("c", short)], beside=2))
    assert sheet.shape[0] == sum([max(heights), heights[0]]) + 2 * (NAME + AIR) + AIR


def test_nothing_to_show_and_no_such_language_are_refused(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="no published figure"):
        bm.contact_sheet([])
    with pytest.raises(ArgumentError, match="must be da or en"):
        bm.contact_sheet(wave, "sv")  # type: ignore[arg-type]
