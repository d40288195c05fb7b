"""Files of a figure: the same bytes each time, safe in any page, numbers beside the drawing."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from figure_layout import placed
from published_samples import drawing, mark, with_figures

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import OutputError
from barometer.publication.editions import make_edition
from barometer.publication.site import Content, site_pages
from barometer.publication.site.content import NotebookPage
from barometer.publication.style import SIZES, SizeName

SVG = "{http://www.w3.org/2000/svg}"
ATTACK = "<script>alert(1)</script> --> & 100 % \"$x$\" \\bad{ 'q'"
RIGHT_TO_LEFT = "עברית 50 % (ערבית: العربية) & <b>$x$</b>"
LONG = "fifty-nine letters of a label that goes on and on and on, " * 5 + "and ends."


@pytest.fixture(scope="module")
def figure(wave: bm.Wave) -> bm.Figure:
    return bm.draw("private_firms", wave)


@pytest.fixture(scope="module")
def dots(wave: bm.Wave) -> bm.Figure:
    return bm.draw("innovative_by_level", wave)


def spoken(figure: bm.Figure, text: str) -> bm.Figure:
    """The figure with a text in all its words and the labels of its marks, whatever its kind; "All" stays."""
    texts = [name for name in map(str, figure.data) if name.startswith(("label_", "answer_"))]
    kept = figure.data["role"] == "total"
    data = figure.data.copy()
    for name in texts:
        data[name] = data[name].where(kept, text)
    words = {
        lang: replace(w, headline=text, subtitle=text, footer=(text,), alt_text=text)
        for lang, w in figure.words.items()
    }
    return replace(figure, data=data, words=words, source=text)


def attacked(figure: bm.Figure, text: str) -> bm.Figure:
    """The figure with a text in every place that words can come from."""
    words = {
        lang: replace(w, headline=text, subtitle=text, footer=(text,), alt_text=text)
        for lang, w in figure.words.items()
    }
    marks = [mark(text, group="a"), mark(f"{text} 2", group="b"), mark("All", role="total")]
    return drawing(figure, *marks, words=words, source=text)


@pytest.mark.parametrize("format", ["png", "svg"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_drawing_twice_gives_the_same_bytes(wave: bm.Wave, format: str, lang: Lang) -> None:
    first, second = (bm.draw("collaboration", wave, lang=lang) for _ in range(2))
    drawn = first.render(format, "column")  # type: ignore[arg-type]
    assert drawn == second.render(format, "column")  # type: ignore[arg-type]
    assert drawn == first.render(format, "column")  # type: ignore[arg-type]


def test_another_process_with_another_hash_seed_draws_the_same_bytes(figure: bm.Figure) -> None:
    script = (
        "import barometer as bm, hashlib\n"
        "figure = bm.draw('private_firms')\n"
        "for kind in ('png', 'svg'): print(hashlib.sha256(figure.render(kind)).hexdigest())\n"
    )
    expected = [hashlib.sha256(figure.render(kind)).hexdigest() for kind in ("png", "svg")]
    assert expected[0] != expected[1]
    result = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == expected


def test_settings_of_the_user_have_no_say_and_stay_as_they_were(figure: bm.Figure) -> None:
    drawn = figure.render("svg")
    with mpl.rc_context({"font.size": 40.0, "axes.facecolor": "red", "lines.linewidth": 9.0, "figure.dpi": 33.0}):
        before = dict(mpl.rcParams)
        assert figure.render("svg") == drawn
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("size", list(SIZES))
def test_png_has_the_pixels_of_its_size(figure: bm.Figure, size: SizeName) -> None:
    png = figure.render("png", size)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(png[16:20], "big")
    assert width == pytest.approx({"column": 9, "text": 16, "slide": 25, "web": 18}[size] / 2.54 * 200, abs=1)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_svg_says_what_it_shows_and_scales(figure: bm.Figure, lang: Lang) -> None:
    shown = figure.in_language(lang)
    text = shown.render("svg", "web").decode()
    root = ET.fromstring(text[text.index("<svg") :])
    assert root.get("role") == "img"
    assert root.get("lang") == lang
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.findtext(f"{SVG}title") == shown.headline
    assert root.findtext(f"{SVG}desc") == shown.alt_text
    assert root.get("viewBox") is not None
    assert root.get("width") is None
    assert root.get("height") is None


def test_svg_holds_no_date_and_no_address_to_load_from(figure: bm.Figure) -> None:
    text = figure.render("svg").decode()
    root = ET.fromstring(text[text.index("<svg") :])
    assert not [element for element in root.iter() if element.tag.endswith("}date")]
    links = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
    assert links
    assert all(link.startswith("#") for link in links)


def test_letters_in_svg_are_paths_so_that_no_font_is_needed(figure: bm.Figure) -> None:
    text = figure.render("svg").decode()
    assert "<text" not in text
    assert text.count("<path") > 20


@pytest.mark.parametrize("text", [ATTACK, LONG])
@pytest.mark.parametrize("size", list(SIZES))
def test_any_label_is_drawn_as_it_is_written(figure: bm.Figure, dots: bm.Figure, text: str, size: SizeName) -> None:
    for shown in (attacked(figure, text), attacked(dots, text)):
        assert shown.render("png", size)[:4] == b"\x89PNG"
        svg = shown.render("svg", size).decode()
        assert "<script" not in svg
        root = ET.fromstring(svg[svg.index("<svg") :])
        assert root.findtext(f"{SVG}title") == text
        assert root.findtext(f"{SVG}desc") == text


@pytest.mark.parametrize("name", ["citizens", "innovative_by_level", "citizens_values", "risk_by_innovative"])
@pytest.mark.parametrize("text", [ATTACK, LONG, RIGHT_TO_LEFT])
def test_any_label_is_text_in_every_kind_of_figure(
    drawn: dict[tuple[str, int], bm.Figure], name: str, text: str, tmp_path: Path
) -> None:
    shown = spoken(drawn[name, 3], text)
    faults = placed(shown, "text").faults()
    assert [fault for fault in faults if fault.endswith("outside")] == []
    svg = shown.render("svg").decode()
    assert "<script" not in svg
    assert "<b>" not in svg
    root = ET.fromstring(svg[svg.index("<svg") :])
    assert root.findtext(f"{SVG}title") == root.findtext(f"{SVG}desc") == text
    shown.save(tmp_path, formats=("csv", "json"))
    with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        assert {row["Group"] for row in csv.DictReader(file)} - {"All"} == {text}
    assert json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))["words"]["da"]["alt_text"] == text


def test_letters_of_a_script_written_from_the_right_have_glyphs(
    drawn: dict[tuple[str, int], bm.Figure], recwarn: pytest.WarningsRecorder
) -> None:
    svg = spoken(drawn["citizens", 3], RIGHT_TO_LEFT).render("svg").decode()
    assert 'id="DejaVuSans-' in svg
    assert [str(warning.message) for warning in recwarn] == []


def test_dollar_signs_are_drawn_as_dollar_signs(figure: bm.Figure) -> None:
    plain, dollars = (drawing(figure, mark(label)).render("svg").decode() for label in ("a", "$a$"))
    assert dollars.count("<use") == plain.count("<use") + 2
    assert set(re.findall(r'id="([A-Za-z]+-[A-Za-z]+)-\w+"', dollars)) == {"FiraSans-Regular", "FiraSans-SemiBold"}


class Names(HTMLParser):
    """Collects the tags of a page and the values of one attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.alternatives: list[str | None] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.alternatives += [value for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        self.data.append(data)


@pytest.mark.parametrize("text", [ATTACK, LONG, "=cmd|' /C calc'!A0", "\u202eright to left, {braces} and 100 %"])
def test_any_label_is_text_in_every_page(wave: bm.Wave, figure: bm.Figure, text: str) -> None:
    edition = replace(make_edition(with_figures(wave, figure.id)), figures=(attacked(figure, text),))
    content = Content((edition,), (NotebookPage("a", text, b"", ""),))
    parsers = {name: Names() for name in site_pages(content)}
    for name, html in site_pages(content).items():
        parsers[name].feed(html)
        assert "script" not in parsers[name].tags
    theme = parsers["themes/private_firms.en.html"]
    assert theme.alternatives == [text]
    assert text in theme.data
    assert f"{text} 2" in theme.data
    assert parsers["gallery.en.html"].alternatives == [text]
    assert text in parsers["notebooks/all.en.html"].data


def test_save_writes_drawings_numbers_and_words_under_one_stem(figure: bm.Figure, tmp_path: Path) -> None:
    paths = figure.save(tmp_path / "new" / "folder", languages=("da", "en"))
    names = {path.name for path in paths}
    drawings = {f"private_firms.{lang}.{kind}" for lang in ("da", "en") for kind in ("png", "svg")}
    assert names == drawings | {"private_firms.csv", "private_firms.da.csv", "private_firms.json"}
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == names
    assert (tmp_path / "new" / "folder" / "private_firms.da.svg").read_bytes() == figure.in_language("da").render("svg")


def test_save_writes_what_is_asked_for_only(figure: bm.Figure, tmp_path: Path) -> None:
    paths = figure.save(tmp_path, size="column", formats=("svg",))
    assert [path.name for path in paths] == ["private_firms-column.en.svg"]
    assert [path.name for path in tmp_path.iterdir()] == ["private_firms-column.en.svg"]


def test_csv_has_the_number_format_of_each_language(figure: bm.Figure, tmp_path: Path) -> None:
    figure.save(tmp_path, formats=("csv",))
    danish, english = (tmp_path / name for name in ("private_firms.da.csv", "private_firms.csv"))
    assert danish.read_bytes().startswith(b"\xef\xbb\xbfGruppe;Andel;")
    assert english.read_bytes().startswith(b"Group,Share,")
    assert b"\r" not in danish.read_bytes() + english.read_bytes()
    with danish.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert "," in rows[0]["Andel"]
    assert [float(row["Andel"].replace(",", ".")) for row in rows] == figure.data["share"].tolist()
    with english.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["Share"]) for row in rows] == figure.data["share"].tolist()
    assert [float(row["Lower bound"]) for row in rows] == figure.data["ci_low"].tolist()
    assert [int(row["Answers (n)"]) for row in rows] == figure.data["n"].tolist()


def test_json_has_the_words_in_both_languages_the_source_and_the_method(figure: bm.Figure, tmp_path: Path) -> None:
    (path,) = figure.save(tmp_path, formats=("json",))
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["id"] == "private_firms"
    assert content["source"].startswith("https://co-pi.dk/")
    assert content["method"].startswith("Weighted shares")
    assert content["words"]["da"]["headline"] == figure.words["da"].headline
    assert content["words"]["en"]["footer"] == list(figure.words["en"].footer)
    assert content["words"]["da"]["alt_text"] != content["words"]["en"]["alt_text"]


def test_a_folder_that_cannot_be_written_to_is_said_so(figure: bm.Figure, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written to") as caught:
        figure.save(tmp_path / "taken", formats=("csv",))
    assert caught.value.path == tmp_path / "taken"
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_figure_shows_itself_as_svg_and_by_its_headline(figure: bm.Figure) -> None:
    assert figure._repr_svg_() == figure.render("svg", "web").decode()
    assert repr(figure) == f"<Figure private_firms: {figure.headline}>"
