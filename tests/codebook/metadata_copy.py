"""A copy of the shipped metadata folder that a test may change."""

import shutil
from pathlib import Path

import pytest

from barometer.codebook import Codebook, load_codebook
from barometer.codebook.loader import SHIPPED
from barometer.errors import CodebookError, Fault


class MetadataCopy:
    """
    Edits to the files of a metadata folder, and what the loader makes of them.

    Only the claims of wave 3 are copied, so that tests can name them by their row.
    """

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "metadata"
        shutil.copytree(SHIPPED, self.folder)
        header, *rows = (SHIPPED / "claims.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        self.write("claims.csv", header + "".join(row for row in rows if row.split(",")[1] == "3"))

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the first place where a passage stands."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        self.write(file, text.replace(old, new, 1))

    def append(self, file: str, text: str) -> None:
        self.write(file, (self.folder / file).read_text(encoding="utf-8") + text)

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8", newline="")

    def load(self) -> Codebook:
        return load_codebook(self.folder)

    def faults(self) -> tuple[Fault, ...]:
        """Load what is broken and return what the error lists."""
        with pytest.raises(CodebookError) as caught:
            self.load()
        assert caught.value.folder == self.folder
        assert isinstance(caught.value, ValueError)
        for fault in caught.value.faults:
            assert str(fault) in str(caught.value)
        return caught.value.faults
