"""Checksums of what a report is made with: the package's own files, the packages it uses, a codebook."""

import hashlib
import json
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
NAME = "barometer"
"""What the package calls itself."""
DISTRIBUTION = "innovation-barometer"
"""What it is installed as."""
DRAWING = ("matplotlib", "numpy", "pandas", "pillow")
"""Packages that a drawn figure rests on when its numbers are there."""
COMPUTING = (*DRAWING, "formulaic", "pyarrow", "scipy")
NOTEBOOKS = ("ipykernel", "ipython", "nbconvert", "nbformat")
WRITING = ("xlsxwriter",)
TYPE = ("fonttools",)


def digest(content: object) -> str:
    """Checksum of plain values, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def digest_files(folder: Path, files: Iterable[Path]) -> str:
    """Checksum of files by their paths in a folder and their bytes."""
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return digest(found)


@cache
def code_digest() -> str:
    """Checksum of the package's source, templates and fonts, without its codebooks."""
    files = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".css", ".ttf", ".toml")]
    apart = (PACKAGE / "codebook", PACKAGE / "shipped")
    return digest_files(PACKAGE, [f for f in files if f.suffix == ".py" or not any(map(f.is_relative_to, apart))])


def codebook_digest(folder: Path) -> str:
    """Checksum of a codebook's records."""
    return digest_files(folder, [path for path in folder.rglob("*") if path.suffix in (".toml", ".csv")])


@cache
def package_versions(names: tuple[str, ...] = (*COMPUTING, *NOTEBOOKS, *WRITING, *TYPE)) -> dict[str, str]:
    """Versions of Python and of the packages that are installed."""
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def describe_code() -> dict[str, Any]:
    """Name, version and checksum of this package."""
    return {"name": NAME, "version": version(DISTRIBUTION), "sha256": code_digest()}
