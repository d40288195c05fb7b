"""Notebooks of a report: run once, and again only when their cells, the code, the codebook or the data have changed."""

import hashlib
import re
import tomllib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from barometer.errors import MissingFileError
from barometer.microdata.load import shipped_layout
from barometer.publication.fingerprints import (
    COMPUTING,
    NOTEBOOKS,
    PACKAGE,
    code_digest,
    digest,
    digest_files,
    package_versions,
)
from barometer.publication.report.cache import Cache
from barometer.publication.report.notebooks import notebook_body, notebook_title, run_notebook
from barometer.publication.site.content import NotebookPage

RECORDS = PACKAGE / "codebook"
FIGURES = RECORDS / "metadata" / "figures.toml"
BODY = "body.html"
AT_A_TIME = 2
"""Kernels are processes of their own: two run beside the drawing without waiting for it."""


def find_notebooks(folder: str | Path | None) -> list[Path]:
    """
    Find the notebooks of a folder.

    Raises
    ------
    MissingFileError
        If there is none.
    """
    if folder is None:
        return []
    found = sorted(Path(folder).glob("*.ipynb"))
    if not found:
        raise MissingFileError(Path(folder) / "*.ipynb", "notebook", "Name the folder that holds them, or none.")
    return found


class NotebookRuns:
    """
    Runs that began; `pages` waits for them.

    Parameters
    ----------
    paths : list of Path
    cache : Cache
    tell : callable
    """

    def __init__(self, paths: list[Path], cache: Cache, tell: Callable[[str], None]) -> None:
        self._cache, self._tell = cache, tell
        self._runner = ThreadPoolExecutor(max_workers=AT_A_TIME)
        self._waiting: list[tuple[Path, str, dict[str, bytes] | Future[str]]] = []
        for path in paths:
            key = notebook_key(path)
            found = cache.find(key)
            self._waiting.append((path, key, found or self._runner.submit(run_notebook, path)))

    def pages(self) -> list[NotebookPage]:
        """
        Return the executed notebooks in the order of their names.

        Raises
        ------
        NotebookError
            If a cell failed.
        """
        return [self._page(path, key, result) for path, key, result in self._waiting]

    def stop(self) -> None:
        """Begin no more of them; those that run are waited for."""
        self._runner.shutdown(cancel_futures=True)

    def _page(self, path: Path, key: str, result: dict[str, bytes] | Future[str]) -> NotebookPage:
        if isinstance(result, dict):
            body = result[BODY].decode()
        else:
            body = notebook_body(result.result())
            self._cache.keep(key, {BODY: body.encode()})
            self._tell(f"notebook {path.stem}")
        source = path.read_bytes()
        return NotebookPage(path.stem, notebook_title(source.decode()), source, body)


def notebook_key(path: Path) -> str:
    """
    Checksum of all that an executed notebook is made from.

    Of the records of published figures only those that it names, unless it looks at a codebook as a whole: so one
    changed figure runs the notebooks again that show it.
    """
    source = path.read_text(encoding="utf-8")
    records = [file for file in RECORDS.rglob("*") if file.suffix in (".toml", ".csv") and file != FIGURES]
    data = shipped_layout(3).parent
    return digest(
        {
            "notebook": hashlib.sha256(source.encode()).hexdigest(),
            "figures": _figures_named(source),
            "records": digest_files(RECORDS, records),
            "data": digest_files(data, data.glob("*_synthetic.*")),
            "code": code_digest(),
            "packages": package_versions((*COMPUTING, *NOTEBOOKS)),
        }
    )


def _figures_named(source: str) -> dict[str, Any]:
    figures = tomllib.loads(FIGURES.read_text(encoding="utf-8"))
    if re.search(r"\bcodebook\(|\.codebook\b", source):
        return figures
    quoted = set(re.findall(r"""["'](\w+)\\?["']""", source))  # a notebook is JSON: its quotes have a backslash
    return {name: record for name, record in figures.items() if name in quoted}
