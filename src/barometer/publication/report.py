"""The report: figures, numbers, verification, workbook and notebooks in one folder that opens without a network."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from barometer.analysis import WaveFacts, wave_facts
from barometer.errors import ArgumentError, MissingFileError, OutputError
from barometer.microdata import Wave, load_wave
from barometer.microdata.inert_text import inert_frame
from barometer.microdata.store import describe_file, write_json, writing_to
from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.notebooks import notebook_body, notebook_title, run_notebook
from barometer.publication.pages import PAGE, SITE, notebook_page, report_page
from barometer.publication.result_sheets import Result
from barometer.publication.style import FONTS
from barometer.publication.verification import Verification, verify
from barometer.publication.workbook import to_excel

MARK = "report.json"
"""Its presence says that a folder is a report and may be replaced."""


def build_report(
    out: str | Path,
    wave: Wave | None = None,
    *,
    notebooks: str | Path | None = None,
    workers: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """
    Build the report of a wave.

    Parameters
    ----------
    out : str or Path
        Folder for it: not there yet, empty, or an earlier report, which stays until the new one is whole.
    wave : Wave, optional
        The shipped synthetic wave 3 by default.
    notebooks : str or Path, optional
        Folder whose notebooks are executed into the report. They show the shipped synthetic waves: a report of a real
        delivery is made without them.
    workers : int
        Processes that draw figures. More than one needs the `if __name__ == "__main__"` guard in a script.
    tell : callable, optional
        Gets one line of progress at a time.

    Returns
    -------
    Path
        The page to open.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written to.
    ArgumentError
        If notebooks are asked for beside a real delivery.
    MissingFileError
        If there is no notebook in the folder of notebooks.
    NotebookError
        If a notebook fails.
    """
    out = Path(out)
    _refuse_strangers(out)
    wave = wave or load_wave(3)
    if notebooks is not None and not wave.is_synthetic:
        raise ArgumentError("notebooks", "show the shipped synthetic waves and stay out of a report of a real delivery")
    with _replacing_folder(out) as folder:
        sources = _notebooks(notebooks)
        facts = wave_facts(wave)
        # Kernels are processes of their own: two notebooks run beside the drawing without waiting for it.
        with ThreadPoolExecutor(max_workers=2) as runner:
            running = [runner.submit(run_notebook, path) for path in sources]
            tell("verifying claims")
            checked = verify(wave)
            figures = [draw(name, wave) for name in wave.codebook.figures]
            _save_figures(figures, folder / "figures", workers, tell)
            pages = [
                _write_notebook(folder, path, result, wave, tell) for path, result in zip(sources, running, strict=True)
            ]
        tell("writing workbook and pages")
        with writing_to(out):
            _write_pages(folder, facts, figures, checked, pages)
    return out / PAGE["da"]


def _write_pages(
    folder: Path, facts: WaveFacts, figures: list[Figure], checked: Verification, notebooks: list[tuple[str, str]]
) -> None:
    """Write the tables, the pages with what they need, and the list of all files."""
    inert_frame(checked.table).to_csv(folder / "verification.csv", index=False, lineterminator="\n")
    results: dict[str, Result] = {"verification": checked, **{figure.id: figure for figure in figures}}
    to_excel(results, folder / "barometer.xlsx", lang="da")
    for lang in ("da", "en"):
        text = report_page(facts, figures, checked, notebooks, lang)
        (folder / PAGE[lang]).write_text(text, encoding="utf-8")
    shutil.copy(SITE / "style.css", folder)
    shutil.copytree(FONTS, folder / "fonts")
    listed = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = [{**describe_file(path), "file": path.relative_to(folder).as_posix()} for path in listed]
    kind = "synthetic" if checked.is_synthetic else "delivery"
    write_json({"wave": facts.record.number, "kind": kind, "files": files}, folder / MARK)


def _refuse_strangers(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier report, since the folder is replaced as a whole."""
    if out.exists() and not out.is_dir():
        raise OutputError(out, "is a file; name a folder for the report")
    strangers = [path for path in _files(out) if path not in _listed(out)]
    if strangers:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise OutputError(
            out, f"holds files that are not a report's: {strangers[0]}{more}; name another folder, or empty it"
        )


def _notebooks(folder: str | Path | None) -> list[Path]:
    if folder is None:
        return []
    found = sorted(Path(folder).glob("*.ipynb"))
    if not found:
        raise MissingFileError(Path(folder) / "*.ipynb", "notebook", "Name the folder that holds them, or none.")
    return found


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _listed(out: Path) -> set[str]:
    """Files that the list of an earlier report names, itself included; none if there is no such list."""
    try:
        listed = {file["file"] for file in json.loads((out / MARK).read_text(encoding="utf-8"))["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {*listed, MARK}


@contextmanager
def _replacing_folder(out: Path) -> Iterator[Path]:
    """Yield a new folder that takes the place of `out` only if everything went well."""
    with writing_to(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-")
    with staging as name:
        fresh, old = Path(name) / "new", Path(name) / "old"
        fresh.mkdir()
        yield fresh
        with writing_to(out):
            if out.exists():
                out.rename(old)
            try:
                fresh.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise


def _save_figures(figures: list[Figure], folder: Path, workers: int, tell: Callable[[str], None]) -> None:
    with writing_to(folder):
        folder.mkdir()
    with _pool(workers) as pool:
        waiting: list[Future[list[Path]]] = [pool.submit(_save, figure, folder) for figure in figures]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            tell(f"figures {done}/{len(figures)}")


def _pool(workers: int) -> Executor:
    if workers > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        return ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn"))
    return ThreadPoolExecutor(max_workers=1)


def _save(figure: Figure, folder: Path) -> list[Path]:
    """Save a figure at text width with its numbers, and as a column for narrow screens."""
    wide = figure.save(folder, languages=("da", "en"))
    return wide + figure.save(folder, size="column", formats=("svg",), languages=("da", "en"))


def _write_notebook(
    folder: Path, path: Path, running: Future[str], wave: Wave, tell: Callable[[str], None]
) -> tuple[str, str]:
    source = running.result()
    tell(f"notebook {path.stem}")
    target, title = folder / "notebooks", notebook_title(source)
    text = notebook_page(title, notebook_body(source), synthetic=wave.is_synthetic)
    with writing_to(target):
        target.mkdir(exist_ok=True)
        (target / path.name).write_text(source, encoding="utf-8")
        (target / f"{path.stem}.html").write_text(text, encoding="utf-8")
    return f"notebooks/{path.stem}.html", title
