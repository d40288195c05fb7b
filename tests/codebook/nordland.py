"""The invented country of examples/copenhagen, as it is or in a copy that a test may change."""

import shutil
from pathlib import Path

import barometer as bm
from barometer.codebook import Codebook

EXAMPLE = Path(__file__).parents[2] / "examples" / "copenhagen"


class Nordland:
    """A copy of the example whose files a test may change."""

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "my_country"
        shutil.copytree(EXAMPLE, self.folder)

    @property
    def codebook(self) -> Path:
        return self.folder / "codebook"

    @property
    def delivery(self) -> Path:
        return self.folder / "delivery" / "nordland1.csv"

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a passage of a file of the codebook that is there exactly once."""
        path = self.codebook / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} does not hold {old!r} once"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        path = self.codebook / file
        path.write_text((path.read_text(encoding="utf-8") if path.is_file() else "") + text, encoding="utf-8")

    def book(self) -> Codebook:
        return bm.codebook(self.codebook)

    def wave(self) -> bm.Wave:
        return bm.load_wave(1, self.delivery, codebook=self.codebook)
