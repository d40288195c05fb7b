"""Labels that attack: from the records of a codebook to every file that is published, they are shown as text."""

import csv
import importlib
import json
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import nbformat
import pytest
from published_samples import with_little
from python_calamine import CalamineWorkbook
from shipped_waves import RAW

import barometer as bm
from barometer.codebook.loader import SHIPPED
from barometer.publication.report.notebook_pages import notebook_body, show_drawings

LONG = "x" * 260
ATTACK = f"=cmd|' /C calc'!A0 <script>alert(1)</script> & $x$ 100 % \"q\" \u05e9\u05dc\u05d5\u05dd (\u05d1) {LONG}"
PLACES = {
    "questions.toml": ("With whom did the workplace collaborate on the latest innovation?", "Citizens"),
    "indicators.toml": ("Citizens",),
    "domains.toml": ("Municipalities", "Level of government"),
    "bases.toml": ("innovative workplaces, latest innovation",),
    "themes.toml": ("Citizens",),
    "figures.toml": (
        "Citizens' positive role in innovations",
        "Citizens play a positive role in over half of innovations",
        "The parts overlap and add up to more than the whole.",
    ),
    "waves/wave3.toml": ("Innovation Barometer, 3rd edition",),
}
"""English texts of records that are attacked: questions, answers, parts of unions, groups, titles."""
RUN = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> bm.Wave:
    """Load the shipped wave under a codebook whose labels attack; two of its figures are left."""
    folder = tmp_path_factory.mktemp("attacked") / "metadata"
    shutil.copytree(SHIPPED, folder)
    for name, texts in PLACES.items():
        records = (folder / name).read_text(encoding="utf-8")
        for text in texts:
            assert f'"{text}"' in records
            records = records.replace(f'"{text}"', json.dumps(ATTACK))
        (folder / name).write_text(records, encoding="utf-8")
    loaded = bm.load_wave(3, RAW / "wave3_synthetic.csv", codebook=folder)
    return with_little(loaded, "citizens", "innovative_by_level")


@pytest.fixture(scope="module")
def report(wave: bm.Wave, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report, without its fonts: they take as long as all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("barometer.publication.report.build"), "web_fonts", lambda _: {})
        return bm.build_report(tmp_path_factory.mktemp("report") / "r", wave).parent


class Texts(HTMLParser):
    """What a browser makes of a page: its tags, its texts, and what is said of pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.texts += [value or "" for name, value in attrs if name == "alt"]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(page: str) -> int:
    """Count the texts of a page that hold the attack whole; nothing of it may have become a tag."""
    found = Texts(page)
    assert "script" not in found.tags
    return sum(ATTACK in text for text in found.texts)


def cells(path: Path) -> list[str]:
    danish = path.name.endswith(".da.csv")
    with path.open(encoding="utf-8-sig" if danish else "utf-8", newline="") as file:
        return [cell for row in csv.reader(file, delimiter=";" if danish else ",") for cell in row]


def test_pages_show_the_labels_as_text(report: Path) -> None:
    found = {path.relative_to(report).as_posix(): shown(path.read_text("utf-8")) for path in report.rglob("*.html")}
    for name in ("index", "gallery", "quality", "methods", "cite", "verification/all", "themes/citizens"):
        assert found[f"{name}.en.html"] > 0, name
    theme = Texts((report / "themes" / "citizens.en.html").read_text(encoding="utf-8"))
    assert theme.texts.count(ATTACK) >= 4  # the theme, the figure, its question, its row
    assert sum(text.startswith(f"{ATTACK} (n\u00a0=\u00a0") for text in theme.texts) == 1


def test_drawings_are_well_formed_and_hold_no_script(report: Path) -> None:
    drawings = list(report.rglob("*.svg"))
    assert len(drawings) == 4
    for path in drawings:
        tags = {element.tag.rpartition("}")[2] for element in ET.parse(path).iter()}
        assert tags & {"path", "use"}
        assert not tags & {"script", "a", "foreignObject", "image"}
        assert path.name.endswith(".da.svg") or "alert(1)" in path.read_text(encoding="utf-8")


def test_no_cell_of_a_file_is_a_formula(report: Path) -> None:
    files = list(report.rglob("*.csv"))
    assert len(files) > 8
    texts = [cell for path in files if "statbank" not in path.parts for cell in cells(path)]
    assert sum(cell.startswith(f"'{ATTACK[:30]}") for cell in texts) >= 5
    for cell in texts:
        assert not cell.startswith(RUN) or re.fullmatch(r"-[\d.,e-]*", cell), cell
    for name in ("barometer.xlsx", "barometer.en.xlsx"):
        with zipfile.ZipFile(report / name) as book:
            sheets = [book.read(part).decode() for part in book.namelist() if part.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 4
        assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)
    book = CalamineWorkbook.from_path(report / "barometer.en.xlsx")
    values = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert values.count(ATTACK) == 2  # the headline of a figure in the contents, and on its sheet


def test_tables_show_the_labels_as_text_in_every_form(wave: bm.Wave, tmp_path: Path) -> None:
    table = bm.to_table(bm.estimate_shares(wave, "positive_role.citizens", by="level"))
    assert shown(table.to_html()) >= 2
    latex = table.to_latex()
    assert r"\textless{}script\textgreater{}" in latex
    assert not re.search(r"(?<!\\)[$%#_]", latex.partition(r"\midrule")[2].partition(r"\bottomrule")[0])
    mistune: Any = pytest.importorskip("mistune")
    page = Texts(mistune.create_markdown(escape=False, plugins=["table"])(table.to_markdown()))
    assert "script" not in page.tags
    assert any("<script>alert(1)</script> & $x$" in text for text in page.texts)
    for form in ("danish", "international"):
        name = "table.da.csv" if form == "danish" else "table.csv"
        assert not [cell for cell in cells(table.to_csv(tmp_path / name, form=form)) if cell.startswith(RUN)]


def test_a_notebook_shows_the_labels_as_text(wave: bm.Wave) -> None:
    """What a notebook shows of results and of drawings; `repr` too, whose text nbconvert escapes."""
    shares = bm.estimate_shares(wave, "positive_role.citizens", by="level")
    results = (shares, bm.to_table(shares), wave.codebook.show("partner"), bm.verify(wave))
    outputs = [
        nbformat.v4.new_output("display_data", {"text/html": result._repr_html_(), "text/plain": repr(result)})
        for result in results
    ]
    figure = bm.draw("citizens", wave)
    outputs.append(nbformat.v4.new_output("display_data", {"image/svg+xml": figure._repr_svg_()}))
    outputs.append(nbformat.v4.new_output("stream", text=ATTACK))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("results", outputs=outputs)])
    body = show_drawings(notebook_body(notebook), {})
    assert shown(body) >= len(results)
    assert "<svg" in body
