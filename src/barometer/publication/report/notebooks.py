"""Run notebooks and turn them into pages that need no network."""

import os
import re
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

from barometer.errors import NotebookError, OutputError
from barometer.publication.compact import DRAWING, checksum, compact_drawings, share_glyphs

TIMEOUT = 120
"""Seconds that one cell may take."""
ALTERNATIVE = re.compile(r'^<svg data-drawing="(\w+)"[^>]*>(?:<title>.*?</title>)?<desc>(.*?)</desc>', re.DOTALL)
"""Which drawing it is, and what is said of it to those who do not see it."""


def run_notebook(path: Path) -> str:
    """
    Execute a notebook in a kernel of this environment.

    Returns
    -------
    str
        The executed notebook as JSON, the same at every run: no timing, no execution-time metadata.

    Raises
    ------
    NotebookError
        If a cell fails.
    OutputError
        If the packages for it are not installed.
    """
    try:
        import nbformat
        from jupyter_client import AsyncKernelManager
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError:
        raise OutputError(path, "needs nbclient: pip install 'innovation-barometer[report]'") from None
    notebook = nbformat.read(path, as_version=4)
    # Sockets in a folder of their own, where there are any: microdata never pass through an open port of the machine.
    with tempfile.TemporaryDirectory() as sockets:
        manager = AsyncKernelManager(
            transport="ipc" if os.name == "posix" else "tcp", connection_file=str(Path(sockets) / "kernel.json")
        )
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=TIMEOUT,
            record_timing=False,
            coalesce_streams=True,  # or what is printed comes in pieces, other ones at every run
            resources={"metadata": {"path": str(path.parent)}},
        )
        try:
            client.execute(cleanup_kc=True)
        except CellExecutionError as error:
            raise NotebookError(path, f"{error.ename}: {error.evalue}") from None
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    text: str = nbformat.writes(notebook)
    return text + "\n"


def notebook_title(source: str) -> str:
    """Return the first heading of a notebook."""
    import nbformat

    for cell in nbformat.reads(source, as_version=4).cells:
        if cell.cell_type == "markdown" and (match := re.search(r"^#\s+(.+)$", cell.source, re.MULTILINE)):
            return match[1].strip()
    return "Notebook"


def notebook_body(source: str) -> str:
    """
    Return an executed notebook as the inner HTML of a page, without style sheets and scripts of its own.

    What leads to another notebook of its folder leads to the page of that one.
    """
    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", anchor_link_text="")
    body: str = exporter.from_notebook_node(nbformat.reads(source, as_version=4))[0]
    # As a picture a drawing would lose its text alternative, and carry its glyphs by itself.
    inline = re.sub(r'<img\b[^>]*src="data:image/svg\+xml;base64,([^"]*)"[^>]*>', _decoded, body)
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", compact_drawings(inline), flags=re.DOTALL)
    return re.sub(r'href="(\w+)\.ipynb"', r'href="\1.html"', _reachable(bare))


def drawings_by_checksum(folder: Path) -> dict[str, str]:
    """Return the drawings in the folder of a report: addresses from there, by what tells them apart."""
    paths = sorted(folder.glob("figures/*/*.svg"))
    return {checksum(path.read_text(encoding="utf-8")): path.relative_to(folder).as_posix() for path in paths}


def show_drawings(body: str, drawings: Mapping[str, str]) -> str:
    """
    Let a notebook's page show the report's own file of a drawing where it is the very same, and share other glyphs.

    Parameters
    ----------
    body : str
        As `notebook_body` gives it.
    drawings : dict of str to str
        As `drawings_by_checksum` gives them.
    """

    def shown(found: re.Match[str]) -> str:
        told = ALTERNATIVE.search(found[0])
        address = drawings.get(told[1]) if told else None
        return f'<img src="../{address}" alt="{told[2]}" loading="lazy">' if told and address else found[0]

    return share_glyphs(DRAWING.sub(shown, body))


def _reachable(body: str) -> str:
    """Let the keyboard reach a table that scrolls; the empty corner of a frame is the head of nothing."""
    return body.replace('<div class="output_html ', '<div tabindex="0" class="output_html ').replace(
        "<th></th>", "<td></td>"
    )


def _decoded(found: re.Match[str]) -> str:
    svg = b64decode(found[1]).decode()
    return svg[svg.index("<svg") :]
