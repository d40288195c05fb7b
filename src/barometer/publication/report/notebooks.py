"""Run notebooks, each in a process of its own."""

from importlib.util import find_spec
from pathlib import Path

from barometer.errors import NotebookError, OutputError
from barometer.publication.report.cells import Finish, executed_text, run_cells
from barometer.publication.report.notebook_pages import notebook_body
from barometer.publication.report.processes import process_context

TIMEOUT = 120
"""Seconds that one cell may take."""
GUARD = 'in a script, build reports below `if __name__ == "__main__":`'


def run_notebook(path: Path) -> str:
    """
    Execute a notebook in a process of its own.

    Returns
    -------
    str
        The executed notebook as JSON, the same at every run: no timing, no execution-time metadata.

    Raises
    ------
    NotebookError
        If a cell fails, or does not end.
    OutputError
        If the packages for it are not installed.
    """
    return _run(path, executed_text)


def run_to_page(path: Path) -> str:
    """
    Execute a notebook and make it a page, both in a process of its own.

    Returns
    -------
    str
        As `notebook_body` gives it.

    Raises
    ------
    NotebookError, OutputError
        As `run_notebook`.
    """
    return _run(path, notebook_body)


def _run(path: Path, finish: Finish) -> str:
    """Return what `finish` makes of the executed notebook; the process ends with it, or with a cell that fails."""
    if find_spec("ipykernel") is None or find_spec("nbconvert") is None:
        raise OutputError(path, "needs ipykernel and nbconvert: pip install 'innovation-barometer[report]'")
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run_cells, args=(path, finish, theirs))
    process.start()
    theirs.close()
    doing = "its first cell"
    try:
        while True:
            if not ours.poll(TIMEOUT):
                raise NotebookError(path, f"{doing} took more than {TIMEOUT} seconds")
            kind, told = ours.recv()
            if kind == "finished":
                return str(told)
            if kind == "failed":
                raise NotebookError(path, f"{doing}: {told}")
            doing = told
    except EOFError:
        raise NotebookError(path, f"its process ended before its cells did; {GUARD}") from None
    finally:
        process.kill()
        process.join()
        ours.close()
