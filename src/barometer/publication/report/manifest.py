"""The manifest of a report: what went in, what made it, and a checksum of everything that came out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from barometer.errors import MissingFileError, OutputError, as_path
from barometer.microdata.store import describe_file, sha256
from barometer.publication.editions import Edition
from barometer.publication.fingerprints import codebook_digest, describe_code, package_versions
from barometer.publication.report.earlier import NUMBERS, EarlierNumbers
from barometer.publication.report.folder import MARK, files_of


@dataclass(frozen=True, slots=True)
class ManifestCheck:
    """
    A report held against its manifest.

    Attributes
    ----------
    folder : Path
    changed, missing, extra : tuple of str
        Files whose bytes are others, that are gone, and that the manifest does not list.
    files : int
        Files that it lists.
    """

    folder: Path
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    files: int

    @property
    def is_whole(self) -> bool:
        """Whether every file is what was written, and no other is there."""
        return not (self.changed or self.missing or self.extra)

    def __str__(self) -> str:
        """List what is not as it was."""
        if self.is_whole:
            return f"{self.folder}: all {self.files} files are as the report was written"
        found = (("changed", self.changed), ("missing", self.missing), ("not in the manifest", self.extra))
        return "\n".join(f"{what}: {name}" for what, names in found for name in names)


def describe_inputs(
    editions: Sequence[Edition], notebooks: Sequence[Path], baseline: Path | None, earlier: EarlierNumbers | None
) -> list[dict[str, Any]]:
    """Name every input with its checksum: microdata, codebook, notebooks, the approved numbers, the last report's."""
    waves = [
        {
            "what": "microdata",
            "wave": edition.number,
            "kind": edition.provenance.kind,
            "file": edition.provenance.file,
            "sha256": edition.provenance.sha256,
            "corrections": edition.provenance.corrections,
        }
        for edition in editions
    ]
    book = editions[0].codebook
    records = [{"what": "codebook", "name": book.about.name, "sha256": codebook_digest(book.folder)}]
    sources = [{"what": "notebook", "file": path.name, "sha256": sha256(path)} for path in notebooks]
    approved = [{"what": "baseline", "file": baseline.name, "sha256": sha256(baseline)}] if baseline else []
    last = [{"what": "earlier report", "file": NUMBERS, "sha256": earlier.sha256}] if earlier else []
    return [*waves, *records, *sources, *approved, *last]


def describe_run(folder: Path, inputs: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> dict[str, Any]:
    """
    Describe a report that lies in a folder: the same for the same inputs, code and packages.

    No clock and no path of the machine is in it.
    """
    outputs = [{**describe_file(folder / name), "file": name} for name in files_of(folder) if name != MARK]
    return {
        "code": describe_code(),
        "packages": package_versions(),
        "inputs": list(inputs),
        "options": dict(options),
        "outputs": outputs,
    }


def verify_manifest(folder: str | Path) -> ManifestCheck:
    """
    Hash the files of a report again and hold them against its manifest.

    Parameters
    ----------
    folder : str or Path
        Of the report, or its manifest.

    Returns
    -------
    ManifestCheck

    Raises
    ------
    MissingFileError
        If there is no manifest in it.
    OutputError
        If what is called so is none.
    """
    folder = as_path("folder", folder)
    if folder.name == MARK and not folder.is_dir():
        folder = folder.parent
    if not (folder / MARK).is_file():
        raise MissingFileError(folder / MARK, "manifest", "Build a report there with `barometer report`.")
    try:
        listed = json.loads((folder / MARK).read_text(encoding="utf-8"))["outputs"]
        expected = {_inside(file["file"]): str(file["sha256"]) for file in listed}
    except (ValueError, KeyError, TypeError):
        raise OutputError(folder / MARK, "is not the manifest of a report; build the report again") from None
    found = {name for name in files_of(folder) if name != MARK}
    there = sorted(found & set(expected))
    return ManifestCheck(
        folder,
        changed=tuple(name for name in there if sha256(folder / name) != expected[name]),
        missing=tuple(sorted(set(expected) - found)),
        extra=tuple(sorted(found - set(expected))),
        files=len(expected),
    )


def _inside(name: str) -> str:
    """Return a path that stays in its folder; any other is no report's."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(name)
    return name
