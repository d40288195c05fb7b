"""What an earlier report drew and ran, by the checksum of all that it was made from."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from barometer.microdata.store import writing_to

LIST = "files.json"


@dataclass(frozen=True, slots=True)
class Cache:
    """
    A folder of entries: files with a list of their checksums, never code.

    Attributes
    ----------
    folder : Path or None
        None keeps nothing.
    used : set of str
        Keys that were asked for; `prune` drops the others.
    """

    folder: Path | None
    used: set[str] = field(default_factory=set)

    def find(self, key: str) -> dict[str, bytes] | None:
        """Return the files of an entry by their names; None if there is none, or it is not what it was."""
        self.used.add(key)
        if self.folder is None:
            return None
        try:
            listed = json.loads((self.folder / key / LIST).read_text(encoding="utf-8"))
            files = {name: (self.folder / key / name).read_bytes() for name in listed if Path(name).name == name}
        except (OSError, ValueError, TypeError):
            return None
        return files if {name: _checksum(content) for name, content in files.items()} == listed else None

    def keep(self, key: str, files: Mapping[str, bytes]) -> None:
        """
        Keep an entry; it is there as a whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        if self.folder is None:
            return
        with writing_to(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".writing-") as name:
                fresh = Path(name) / key
                fresh.mkdir()
                for file, content in files.items():
                    (fresh / file).write_bytes(content)
                listed = {file: _checksum(content) for file, content in files.items()}
                (fresh / LIST).write_text(json.dumps(listed, sort_keys=True), encoding="utf-8")
                if (self.folder / key).exists():
                    shutil.rmtree(self.folder / key)
                fresh.rename(self.folder / key)

    def prune(self) -> None:
        """Drop the entries that were not asked for."""
        if self.folder is None or not self.folder.is_dir():
            return
        with writing_to(self.folder):
            for path in self.folder.iterdir():
                if path.name not in self.used and (path / LIST).is_file():
                    shutil.rmtree(path)


def _checksum(content: bytes) -> str:
    return sha256(content).hexdigest()
