"""Writing that stops in the middle: what was there stays, and nothing half-written is left."""

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
