"""The cells of a notebook, run in the process that this is called in."""

import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SHOWN = ("stream", "display_data", "execute_result", "error")
Message = dict[str, Any]


def run_cells(sources: Sequence[str], folder: Path, answers: "Connection[list[Message], None]") -> None:
    """
    Run cells one after the other and send the messages of each as soon as it has ended.

    The kernel is Jupyter's own and lives in this process: it opens no port and no socket. It has no loop for cells that
    `await`, and refuses them.

    Parameters
    ----------
    sources : sequence of str
        Code of the cells.
    folder : Path
        Where they run.
    answers : Connection
        Gets one list of messages a cell, each as far as a notebook keeps it.
    """
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
    for source in sources:
        client.execute(source, allow_stdin=False)
        answers.send(_messages(client))


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
