"""Run notebooks and turn them into pages that need no network."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from barometer.errors import NotebookError, OutputError
from barometer.publication.compact import DRAWING, checksum, compact_drawings, share_glyphs
from barometer.publication.report.cells import Message, run_cells
from barometer.publication.report.processes import process_context

TIMEOUT = 120
"""Seconds that one cell may take."""
GUARD = 'in a script, build reports below `if __name__ == "__main__":`'
ALTERNATIVE = re.compile(r'^<svg data-drawing="(\w+)"[^>]*>(?:<title>.*?</title>)?<desc>(.*?)</desc>', re.DOTALL)
"""Which drawing it is, and what is said of it to those who do not see it."""


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
    if find_spec("ipykernel") is None or find_spec("nbconvert") is None:
        raise OutputError(path, "needs ipykernel and nbconvert: pip install 'innovation-barometer[report]'")
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, (cell, messages) in enumerate(zip(cells, _answers(path, [c.source for c in cells]), strict=True), 1):
        cell.execution_count = number
        cell.outputs = _joined([nbformat.v4.output_from_msg(message) for message in messages])
    notebook.metadata.language_info = {"name": "python"}
    text: str = nbformat.writes(notebook)
    return text + "\n"


def _answers(path: Path, sources: Sequence[str]) -> Iterator[list[Message]]:
    """Yield the messages of each cell; the process ends with the last of them, or with the first that fails."""
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run_cells, args=(sources, path.parent, theirs))
    process.start()
    theirs.close()
    try:
        for number, source in enumerate(sources, 1):
            cell = f"cell {number} ({_first_line(source)})"
            if not ours.poll(TIMEOUT):
                raise NotebookError(path, f"{cell} took more than {TIMEOUT} seconds")
            messages = ours.recv()
            if failed := [each["content"] for each in messages if each["header"]["msg_type"] == "error"]:
                raise NotebookError(path, f"{cell}: {failed[0]['ename']}: {failed[0]['evalue']}")
            yield messages
    except EOFError:
        raise NotebookError(path, f"its process ended before its cells did; {GUARD}") from None
    finally:
        process.kill()
        process.join()
        ours.close()


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
