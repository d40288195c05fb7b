"""The folder of a report: replaced as a whole or not at all, and nobody else's."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barometer.errors import OutputError
from barometer.microdata.store import writing_to

MARK = "manifest.json"
"""Its presence, with a list of files, says that a folder is a report and may be replaced."""
EARLIER_MARK = "report.json"
"""What version 0.1.0 called it."""


def refuse_strangers(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier report, since the folder is replaced as a whole."""
    if out.exists() and not out.is_dir():
        raise OutputError(out, "is a file; name a folder for the report")
    known = listed_files(out)
    strangers = [path for path in files_of(out) if path not in known]
    if strangers:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise OutputError(
            out, f"holds files that are not a report's: {strangers[0]}{more}; name another folder, or empty it"
        )


def files_of(folder: Path) -> list[str]:
    """Every file in a folder, by its path from there."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def listed_files(out: Path) -> set[str]:
    """Files that the list of an earlier report names, itself included; none if there is no such list."""
    for mark, key in ((MARK, "outputs"), (EARLIER_MARK, "files")):
        try:
            listed = {str(file["file"]) for file in json.loads((out / mark).read_text(encoding="utf-8"))[key]}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        return {*listed, mark}
    return set()


@contextmanager
def replacing_folder(out: Path) -> Iterator[Path]:
    """
    Yield a new folder that takes the place of `out` only if everything went well.

    Raises
    ------
    OutputError
        If there is no place for it, or it cannot take the other's place; what was there is there again.
    """
    with writing_to(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-")
    with staging as name:
        fresh, old = Path(name) / "new", Path(name) / "old"
        fresh.mkdir()
        try:
            yield fresh
        except OutputError as error:
            if not error.path.is_relative_to(name):
                raise
            raise OutputError(out, error.reason) from error  # the staging folder is nobody's business
        with writing_to(out):
            if out.exists():
                out.rename(old)
            try:
                fresh.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise
