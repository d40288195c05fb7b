"""The cells of a notebook, run in the process that this is called in."""

import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from barometer.publication.report.processes import end_with_parent

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHOWN = ("stream", "display_data", "execute_result", "error")
Message = dict[str, Any]
Told = tuple[Literal["begins", "failed", "finished"], str]
Finish = Callable[["NotebookNode"], str]
"""Makes of an executed notebook what is wanted of it."""


def run_cells(path: Path, finish: Finish, answers: "Connection[Told, None]") -> None:
    """
    Run the cells of a notebook one after the other, in its folder.

    The kernel is Jupyter's own and lives in this process: it opens no port and no socket. It has no loop for cells that
    `await`, and refuses them.

    Parameters
    ----------
    path : Path
    finish : callable
        Gets the executed notebook, here.
    answers : Connection
        Is told which cell begins, and what failed in it or what `finish` made.
    """
    import nbformat

    end_with_parent()
    notebook = nbformat.read(path, as_version=4)
    client = _client(path.parent)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        answers.send(("begins", f"cell {number} ({_first_line(cell.source)})"))
        client.execute(cell.source, allow_stdin=False)
        messages = _messages(client)
        if failed := [each["content"] for each in messages if each["header"]["msg_type"] == "error"]:
            answers.send(("failed", f"{failed[0]['ename']}: {failed[0]['evalue']}"))
            return
        cell.execution_count = number
        cell.outputs = _joined([nbformat.v4.output_from_msg(message) for message in messages])
    notebook.metadata.language_info = {"name": "python"}
    answers.send(("begins", "its page"))
    answers.send(("finished", finish(notebook)))


def executed_text(notebook: "NotebookNode") -> str:
    """Return an executed notebook as JSON."""
    import nbformat

    text: str = nbformat.writes(notebook)
    return text + "\n"


def _client(folder: Path) -> Any:
    """Return what executes cells in a folder, in this process."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # nobody debugs it, so it need not warn
    import matplotlib as mpl
    from ipykernel.inprocess import InProcessKernelManager

    mpl.rcParams["backend"] = "module://matplotlib_inline.backend_inline"  # as a notebook has it
    os.chdir(folder)
    manager = InProcessKernelManager()
    manager.start_kernel()
    manager.kernel.shell.autoawait = False
    client = manager.client()
    client.start_channels()
    return client


def _messages(client: Any) -> list[Message]:
    """Return what one cell showed, up to the message that the kernel has nothing more to do."""
    found: list[Message] = []
    while True:
        message = client.get_iopub_msg()
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return found
        if kind in SHOWN:
            found.append({"header": {"msg_type": kind}, "content": content})


def _first_line(source: str) -> str:
    """Return the line that a reader finds a cell of code by."""
    lines = source.strip().splitlines()
    return lines[0] if lines else "empty"


def _joined(outputs: list[Any]) -> list[Any]:
    """Put what is printed together: it comes in pieces, other ones at every run."""
    whole: list[Any] = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole
