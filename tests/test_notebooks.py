"""Notebooks: no outputs in git, the public API only, and a short one runs."""

import importlib
import json
import re
from pathlib import Path

import nbformat
import pytest

import barometer as bm
from barometer.errors import NotebookError
from barometer.publication.report.notebook_pages import notebook_body, notebook_title, show_drawings
from barometer.publication.report.notebooks import run_notebook, run_to_page

RUN = importlib.import_module("barometer.publication.report.notebooks")
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def cells(path: Path, kind: str) -> list[str]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


def test_they_are_numbered_from_one_without_a_gap() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(1, len(NOTEBOOKS) + 1)]


def test_every_theme_is_held_against_what_was_published_in_a_notebook() -> None:
    code = "\n".join(source for path in NOTEBOOKS for source in cells(path, "code"))
    assert set(re.findall(r'\.of_theme\("(\w+)"\)', code)) == set(bm.codebook().themes)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_outputs_stable_ids_and_a_title(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in notebook["cells"])
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids == [f"{path.stem[:2]}-{number:02d}" for number in range(len(ids))]
    assert notebook_title(path.read_text(encoding="utf-8")) != "Notebook"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_the_public_face_is_used(path: Path) -> None:
    code = "\n".join(cells(path, "code"))
    assert re.findall(r"^(?:import|from) .*$", code, re.MULTILINE) in (
        ["import barometer as bm"],
        ["import pandas as pd", "import barometer as bm"],
    )
    assert not re.search(r"\bdef |\bclass |\bopen\(|(?<![.\w])/\w+/|\._", code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_it_leads_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", "\n".join(cells(path, "markdown")))
    assert [link for link in links if not (path.parent / link).is_file()] == []


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if 11 <= int(path.stem[:2]) <= 29], ids=lambda p: p.stem)
def test_a_theme_begins_with_the_delivery_and_ends_with_what_was_published(path: Path) -> None:
    code = cells(path, "code")
    assert "bm.load_wave(" in code[0]
    assert "bm.verify(" in "".join(code)
    assert ".of_theme(" in "".join(code[-2:])
    told = "\n".join(cells(path, "markdown"))
    assert "`load_wave` read" in told
    assert re.search("by construction", told, re.IGNORECASE)


def test_a_page_leads_to_the_pages_of_other_notebooks() -> None:
    cell = nbformat.v4.new_markdown_cell("[that one](02_other_one.ipynb), and [a file](https://a.dk/b.ipynb)")
    body = notebook_body(nbformat.v4.new_notebook(cells=[cell]))
    assert 'href="02_other_one.html"' in body
    assert 'href="https://a.dk/b.ipynb"' in body


def test_one_runs_the_same_twice_and_needs_no_network() -> None:
    """The others run in `make report`, which fails if a cell does."""
    (path,) = (path for path in NOTEBOOKS if path.stem == "03_sector_comparison")
    executed = run_notebook(path)
    body = run_to_page(path)
    assert body == notebook_body(nbformat.reads(executed, as_version=4))
    assert "ynthetic" in body
    assert "<script" not in body
    assert "<style" not in body
    assert "<img" not in body
    assert "<svg " in body
    assert 'role="img"' in body
    assert not re.search(r"(?:src|href)=[\"']https?:", body)
    (drawing,) = set(re.findall(r'data-drawing="(\w+)"', body)[:1])
    page = show_drawings(body, {drawing: "figures/wave3/one.en.svg"})
    assert page.count('<img src="../figures/wave3/one.en.svg" alt="') == body.count(drawing) > 0
    assert "data-drawing" not in page
    assert re.sub(r'"[0-9a-f-]{36}"', "", executed) == re.sub(r'"[0-9a-f-]{36}"', "", run_notebook(path))


def notebook_of(folder: Path, *sources: str) -> Path:
    """Write a notebook of these cells."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": str(i), "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for i, source in enumerate(sources)
    ]
    path = folder / "01_mine.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def test_cells_share_names_and_show_what_they_print_and_end_with_in_order(tmp_path: Path) -> None:
    (tmp_path / "beside.txt").write_text("read", encoding="utf-8")
    path = notebook_of(
        tmp_path, "x = 1", "print('a')\nprint('b')\ndisplay(x)\nprint('c')\nx + 1", "open('beside.txt').read()"
    )
    first, second, third = json.loads(run_notebook(path))["cells"]
    assert (first["outputs"], first["execution_count"]) == ([], 1)
    assert [output["output_type"] for output in second["outputs"]] == [
        "stream", "display_data", "stream", "execute_result",
    ]  # fmt: skip
    assert "".join(second["outputs"][0]["text"]) == "a\nb\n"
    assert second["outputs"][3]["data"]["text/plain"] == ["2"]
    assert third["outputs"][0]["data"]["text/plain"] == ["'read'"]


def test_a_notebook_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    run_notebook(notebook_of(tmp_path, "import barometer as bm\nbm.left = mine = 1"))
    (cell,) = json.loads(
        run_notebook(notebook_of(tmp_path, "import barometer as bm\n'mine' in globals() or hasattr(bm, 'left')"))
    )["cells"]
    assert cell["outputs"][0]["data"]["text/plain"] == ["False"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "raise ValueError('spoilt')",
            r"01_mine.ipynb stopped: cell 1 \(raise .*\): ValueError: spoilt",
        ),
        ("import os; os._exit(3)", "its process ended before its cells did"),
        ("import asyncio\nawait asyncio.sleep(0)", "cell 1 .*: SyntaxError: 'await' outside function"),
        ("import time; time.sleep(60)", "cell 1 .* took more than 1 seconds"),
    ],
)
def test_a_notebook_that_fails_dies_or_does_not_end_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    monkeypatch.setattr(RUN, "TIMEOUT", 1 if "sleep" in source else 60)
    with pytest.raises(NotebookError, match=told):
        run_notebook(notebook_of(tmp_path, source, "1"))
