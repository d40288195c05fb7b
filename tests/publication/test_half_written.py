"""Writing that stops in the middle: what was there stays, and nothing half-written is left."""

import dataclasses
from pathlib import Path

import pytest

import barometer as bm
from barometer.errors import OutputError

FULL = OSError(28, "No space left on device")


def test_a_figure_that_cannot_be_written_whole_leaves_the_earlier_one(
    wave: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = bm.draw("citizens", wave)
    figure.save(tmp_path, formats=("csv", "json"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write = Path.write_bytes

    def fill_up(path: Path, content: bytes) -> int:
        if path.suffix == ".json":
            raise FULL
        return write(path, content[:10])

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(OutputError, match=r"cannot be written to .No space left on device") as caught:
        figure.save(tmp_path, formats=("csv", "json"))
    assert caught.value.path == tmp_path
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_report_that_cannot_be_written_whole_leaves_the_earlier_one(
    wave: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(wave, codebook=dataclasses.replace(wave.codebook, figures={}))
    page = bm.build_report(tmp_path / "report", few)
    before = page.read_bytes()

    def fill_up(*_: object, **__: object) -> int:
        raise FULL

    monkeypatch.setattr(Path, "write_text", fill_up)
    with pytest.raises(OutputError, match="No space left on device") as caught:
        bm.build_report(tmp_path / "report", few)
    assert caught.value.path == tmp_path / "report"
    assert page.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
