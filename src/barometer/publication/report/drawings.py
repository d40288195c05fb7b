"""Files of every figure of a report: drawn once, and again only when something that they are drawn from has changed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from barometer.codebook.records import Lang
from barometer.microdata.store import writing_to
from barometer.publication.compact import compact_svg
from barometer.publication.compact_pictures import compact_png
from barometer.publication.figure import Figure
from barometer.publication.fingerprints import DRAWING, code_digest, digest, package_versions
from barometer.publication.report.cache import Cache
from barometer.publication.report.processes import end_with_parent, process_context

LANGUAGES: tuple[Lang, ...] = ("da", "en")
FEW = 6
"""Figures that are drawn before another process has started."""
Files = dict[str, bytes]


def write_drawings(
    figures: Sequence[tuple[str, Figure]], folder: Path, cache: Cache, *, workers: int, tell: Callable[[str], None]
) -> None:
    """
    Write SVG, PNG, CSV and words of every figure.

    Parameters
    ----------
    figures : sequence of (str, Figure)
        Each with the folder inside `folder` that it goes to.
    folder : Path
    cache : Cache
    workers : int
    tell : callable

    Raises
    ------
    OutputError
        If the folder or the cache cannot be written to.
    """
    missing: list[tuple[str, Figure]] = []
    for place, figure in figures:
        found = cache.find(drawing_key(figure))
        if found is None:
            missing.append((place, figure))
        else:
            _write(found, folder / place)
    if found_before := len(figures) - len(missing):
        tell(f"figures as before: {found_before}")
    with _pool(workers if len(missing) > FEW else 1) as pool:
        waiting = {pool.submit(drawn_files, figure): (place, figure) for place, figure in missing}
        for done, future in enumerate(as_completed(waiting), start=1):
            place, figure = waiting[future]
            cache.keep(drawing_key(figure), future.result())
            _write(future.result(), folder / place)
            tell(f"figures {done}/{len(missing)}")


def drawing_key(figure: Figure) -> str:
    """Checksum of all that the files of a figure are made from: numbers, words, drawing, code and packages."""
    draw = figure.drawing.draw
    return digest(
        {
            "figure": [figure.id, figure.kind, figure.source, repr(figure.method)],
            "data": figure.data.to_csv(index=False),
            "words": {lang: repr(words) for lang, words in figure.words.items()},
            "drawing": f"{draw.__module__}.{getattr(draw, '__qualname__', repr(draw))}",
            "code": code_digest(),
            "packages": package_versions(DRAWING),
        }
    )


def drawn_files(figure: Figure) -> Files:
    """Draw a figure for the page (SVG) and for a text (PNG) in both languages, with its numbers and words."""
    files = figure.files(size="text", formats=("csv", "json"), languages=LANGUAGES)
    for lang in LANGUAGES:
        shown = figure.in_language(lang)
        files[f"{figure.id}.{lang}.svg"] = compact_svg(shown.render("svg", "web").decode()).encode()
        files[f"{figure.id}.{lang}.png"] = compact_png(shown.render("png", "text"))
    return files


def _write(files: Files, folder: Path) -> None:
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)


@contextmanager
def _pool(workers: int) -> Iterator[Executor]:
    """Yield what draws; when something fails, what was not begun is not begun."""
    if workers > 1:
        from concurrent.futures import ProcessPoolExecutor

        pool: Executor = ProcessPoolExecutor(workers, process_context(), end_with_parent)
    else:
        pool = ThreadPoolExecutor(max_workers=1)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
