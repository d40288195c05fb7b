"""Notebooks of a report: run once, and again only when their cells, the code, a codebook or the data have changed."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from barometer.errors import MissingFileError
from barometer.microdata.load import shipped_layout
from barometer.publication.fingerprints import (
    COMPUTING,
    NOTEBOOKS,
    PACKAGE,
    code_digest,
    codebook_digest,
    digest,
    digest_files,
    package_versions,
)
from barometer.publication.report.cache import Cache
from barometer.publication.report.notebook_pages import notebook_title
from barometer.publication.report.notebooks import run_to_page
from barometer.publication.site.content import NotebookPage

RECORDS = PACKAGE / "codebook"
BODY = "body.html"
AT_A_TIME = 2
"""They run in processes of their own, beside the drawing and without waiting for it."""


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
            self._waiting.append((path, key, found or self._runner.submit(run_to_page, path)))

    def pages(self) -> list[NotebookPage]:
        """
        Return the executed notebooks in the order of their names.

        Raises
        ------
        NotebookError
            If a cell failed.
        """
        return [self._page(path, key, result) for path, key, result in self._waiting]

    def check(self) -> None:
        """
        Look whether a notebook has failed that has ended by now.

        Raises
        ------
        NotebookError
            If a cell failed.
        """
        for _, _, result in self._waiting:
            if not isinstance(result, dict) and result.done():
                result.result()

    def stop(self) -> None:
        """Begin no more of them; those that run are waited for."""
        self._runner.shutdown(cancel_futures=True)

    def _page(self, path: Path, key: str, result: dict[str, bytes] | Future[str]) -> NotebookPage:
        if isinstance(result, dict):
            body = result[BODY].decode()
        else:
            body = result.result()
            self._cache.keep(key, {BODY: body.encode()})
            self._tell(f"notebook {path.stem}")
        source = path.read_bytes()
        return NotebookPage(path.stem, notebook_title(source.decode()), source, body)


def notebook_key(path: Path) -> str:
    """
    Checksum of all that an executed notebook is made from.

    Any record counts for every notebook: labels, claims and figures reach what it shows by many ways, and a page that
    is wrongly as before is worse than one that is made again.
    """
    data = shipped_layout(3).parent
    return digest(
        {
            "notebook": hashlib.sha256(path.read_bytes()).hexdigest(),
            "records": codebook_digest(RECORDS),
            "data": digest_files(data, data.glob("*_synthetic.*")),
            "code": code_digest(),
            "packages": package_versions((*COMPUTING, *NOTEBOOKS)),
        }
    )
