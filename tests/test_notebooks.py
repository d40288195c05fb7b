"""Notebooks: no outputs in git, the public API only, and a short one runs."""

import json
import re
from pathlib import Path

import nbformat
import pytest

import barometer as bm
from barometer.publication.report.notebooks import notebook_body, notebook_title, run_notebook, show_drawings

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
    assert not re.search(r"\bdef |\bclass |\bopen\(|/\w+/|\._", code)


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
    body = notebook_body(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    assert 'href="02_other_one.html"' in body
    assert 'href="https://a.dk/b.ipynb"' in body


def test_one_runs_the_same_twice_and_needs_no_network() -> None:
    """The others run in `make report`, which fails if a cell does."""
    (path,) = (path for path in NOTEBOOKS if path.stem == "03_sector_comparison")
    executed = run_notebook(path)
    body = notebook_body(executed)
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
