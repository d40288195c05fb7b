"""The contact sheet: every figure under its name, the same bytes at every run."""

from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from published_samples import with_figures

import barometer as bm
from barometer.errors import ArgumentError, OutputError
from barometer.publication.contact_sheet import AIR, NAME, sheet_of


def pixels(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    import io

    return np.round(255 * matplotlib.image.imread(io.BytesIO(png), format="png")).astype(np.uint8)


def test_every_figure_lies_on_the_sheet_pixel_for_pixel(wave: bm.Wave) -> None:
    few = with_figures(wave, "citizens", "culture", "citizens_values")
    made = bm.contact_sheet([few], "da")
    sheet = pixels(made.png)
    assert [name.partition(",")[0] for name in made.figures] == ["citizens", "citizens_values", "culture"]
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


def test_a_notebook_shows_the_picture_in_few_colours_and_its_text_is_a_line(wave: bm.Wave) -> None:
    sheet = bm.contact_sheet(with_figures(wave, "evaluation"))
    shown, whole = (pixels(png).astype(int) for png in (sheet._repr_png_(), sheet.png))
    assert len(sheet._repr_png_()) < len(sheet.png) / 2
    assert np.abs(shown[..., :3] - whole[..., :3]).mean() < 2.0
    assert repr(sheet) == f"<ContactSheet: 1 figures, {len(sheet.png) / 1e6:.1f} MB; .save('sheet.png')>"


def test_it_is_saved_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = bm.ContactSheet(b"a picture", ("evaluation, 2018-2019",))
    assert sheet.save(tmp_path / "new" / "sheet.png").read_bytes() == b"a picture"
    with pytest.raises(ArgumentError, match=r"must end in .png, got 'sheet.jpg'"):
        sheet.save(tmp_path / "sheet.jpg")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written to"):
        sheet.save(tmp_path / "file" / "sheet.png")

    def full(_: Path, data: bytes) -> int:  # noqa: ARG001
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        bm.ContactSheet(b"another", ()).save(tmp_path / "new" / "sheet.png")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["sheet.png"]
    assert (tmp_path / "new" / "sheet.png").read_bytes() == b"a picture"


def test_names_are_never_mathematics_and_rows_are_as_tall_as_their_tallest(wave: bm.Wave) -> None:
    short, tall = bm.draw("evaluation", wave), bm.draw("culture", wave)
    heights = [figure.pixels("column", 100).shape[0] for figure in (short, tall)]
    sheet = pixels(sheet_of([("$\\bad{x$", short), ("b", tall), ("c", short)], beside=2))
    assert sheet.shape[0] == sum([max(heights), heights[0]]) + 2 * (NAME + AIR) + AIR


def test_nothing_to_show_and_no_such_language_are_refused(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="waves: must be a wave or several"):
        bm.contact_sheet([])
    bare = replace(wave, codebook=replace(wave.codebook, figures={}))
    with pytest.raises(ArgumentError, match="no published figure"):
        bm.contact_sheet(bare)
    with pytest.raises(ArgumentError, match="must be da or en"):
        bm.contact_sheet(wave, "sv")  # type: ignore[arg-type]
