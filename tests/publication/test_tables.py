"""Publication tables: numbers stay numbers, every text stays a text, and what must stand beside them does."""

import csv
import dataclasses
import html
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import barometer as bm
from barometer.codebook.records import Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, OutputError, UnknownNameError
from barometer.microdata.inert_text import inert
from barometer.publication.tables import CsvForm
from barometer.publication.typed_text import latex_text, markdown_paragraph, markdown_text, one_line

HOSTILE = (
    "<script>alert(1)</script>",
    "a $x$ b",
    "50 % & more",
    "snake_case_ and _loose_",
    "a|b",
    "x" * 300,
    "\u05e9\u05dc\u05d5\u05dd (\u05d1)",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\tTAB",
    "\rCR",
    "back\\slash {brace} ^~#",
    "[1] *stars* `ticks`",
    "two\nlines",
)
FORMULAS = tuple(text for text in HOSTILE if text.startswith(("=", "+", "-", "@", "\t", "\r")))


class Hostile:
    """A result whose every text is hostile, with numbers beside them."""

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        table = pd.DataFrame(
            {
                "=Label|": list(HOSTILE),
                "Share": [0.125 + i / 100 for i in range(len(HOSTILE))],
                "Change": [-1.5] * len(HOSTILE),
                "n": [1000 + i for i in range(len(HOSTILE))],
            }
        )
        return (Sheet("hostile", "", "=title & <b>", ("-note | $1", f"note {lang}"), table, ("Share",)),)


@pytest.fixture(scope="module")
def hostile() -> bm.PublicationTable:
    return bm.to_table(Hostile())  # of no type that disclosure control knows: a note says so


@pytest.fixture(scope="module")
def shares(wave: bm.Wave) -> bm.Estimates:
    return bm.estimate_shares(wave, ["value.quality", "value.efficiency"], by="level")


class Cells(HTMLParser):
    """Texts of the cells, and every tag that was met."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.add(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def read_html(text: str) -> Cells:
    parser = Cells()
    parser.feed(text.split("</table>")[0])
    return parser


def read_csv(path: Path, form: CsvForm) -> list[list[str]]:
    encoding, mark = ("utf-8-sig", ";") if form == "danish" else ("utf-8", ",")
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=mark))


def test_texts_in_html_are_texts(hostile: bm.PublicationTable) -> None:
    found = read_html(hostile.to_html())
    assert found.tags == {"div", "table", "caption", "thead", "tr", "th", "tbody", "td"}
    assert [text.replace("\r", "\n") for text in found.cells[::4]] == [text.replace("\r", "\n") for text in HOSTILE]
    assert found.cells[1:4] == ["12.5%", "\N{MINUS SIGN}1.500", "1,000"]
    assert hostile.to_html().count("dir='auto'") == 1 + 4 + 4 * len(HOSTILE) + 3
    assert hostile._repr_html_() == hostile.to_html()


def test_texts_in_latex_are_texts(hostile: bm.PublicationTable) -> None:
    text = hostile.to_latex()
    rows = text.split("\\midrule\n")[1].split("\\bottomrule")[0].splitlines()
    assert len(rows) == len(HOSTILE)
    for row in rows:
        assert row.endswith(r" \\")
        assert len(re.findall(r"(?<!\\)&", row)) == 3
        assert not re.search(r"(?<!\\)[$%#_]", row)
    assert latex_text("a_b & 5 % $x$ {~} ^ \\ #|<>") == (
        r"a\_b \& 5 \% \$x\$ \{\textasciitilde{}\} \textasciicircum{} \textbackslash{} \#\textbar{}"
        r"\textless{}\textgreater{}"
    )
    assert latex_text("a--b ''c ,,d") == "a-{}-b '{}'c ,{},d"  # no dash and no quotation marks
    assert latex_text("[1] *") == "{[}1{]} {*}"  # neither may follow the end of a row
    assert latex_text("x" * 45) == r"\allowbreak{}".join(["x" * 20, "x" * 20, "x" * 5])
    assert r"\begin{tabular}{>{\raggedright\arraybackslash}p{0.3\linewidth}rrr}" in text
    assert r"12.5\% & \ensuremath{-}1.500 & 1,000 \\" in rows[0]


class Units:
    """A result with a column of each unit."""

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        table = pd.DataFrame(
            {
                "Group": ["a", "b", "c"],
                "Share": [0.125, 0.0, 1.0],
                "Change of the share": [-0.00049, 0.0512, float("nan")],
                "Mid-year": [2013.5, 2022.0, 2018.5],
                "Odds ratio": [0.5, float("inf"), 2.25],
                "p-value": [0.0007, 0.0004, 0.25],
                "n": [1877, 12, 5],
            }
        )
        return (Sheet("units", "", lang, (), table, ("Share",), ("Change of the share",), ("Mid-year",)),)


def test_every_column_has_its_unit(tmp_path: Path) -> None:
    english, danish = (bm.to_table(Units(), lang=lang) for lang in ("en", "da"))
    cells = read_html(english.to_html()).cells
    assert cells[:7] == ["a", "12.5%", "0.0", "2013.5", "0.500", "< 0.001", "1,877"]
    assert cells[7:14] == ["b", "0.0%", "5.1", "2022.0", "\N{INFINITY}", "< 0.001", "12"]
    assert "Change of the share, percentage points" in english.to_markdown()
    assert "| c | 100,0\u202f% |  | 2018,5 | 2,250 | 0,250 | 5 |" in danish.to_markdown()
    rows = read_csv(danish.to_csv(tmp_path / "a.csv", form="danish"), "danish")
    top = rows.index([]) + 1
    assert rows[top][1:4] == ["Share (%)", "Change of the share, procentpoint", "Mid-year"]
    assert rows[top + 1][1:4] == ["12,5", "-0,049", "2013,5"]
    assert r"\shortstack[r]{Change of the\\share,\\percentage\\points}" in english.to_latex()
    book = CalamineWorkbook.from_path(english.to_excel(tmp_path / "a.xlsx"))
    written = book.get_sheet_by_index(1).to_python(skip_empty_area=False)
    head = next(place for place, row in enumerate(written) if row[0] == "Group")
    assert written[head + 2][:5] == ["b", 0.0, 0.0512, 2022.0, "\N{INFINITY}"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    forms = [re.findall(rf'<c r="{column}{head + 2}" s="(\d+)"', sheet)[0] for column in "BCDEG"]
    assert forms[0] == forms[1]
    assert len(set(forms)) == 4  # per cent, a year, a number, a whole number


def test_texts_in_markdown_are_texts(hostile: bm.PublicationTable) -> None:
    lines = hostile.to_markdown().splitlines()
    assert lines[0] == "**=title &amp; &lt;b&gt;**"
    assert lines[2:4] == [r"| =Label\| | Share | Change | n |", "| :--- | ---: | ---: | ---: |"]
    rows = lines[4 : 4 + len(HOSTILE)]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert not any("<" in row for row in rows)
    assert r"\- note" not in lines
    assert r"\-note \| \$1" in lines
    assert markdown_text("a_b _c_") == r"a_b \_c\_"
    assert markdown_paragraph("1. first") == r"1\. first"
    assert markdown_paragraph("# head") == r"\# head"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_in_markdown_reads_back(text: str) -> None:
    assert html.unescape(re.sub(r"\\([\\`*\[\]|~$!_])", r"\1", markdown_text(text))) == one_line(text)


def test_another_program_reads_the_markdown_as_one_table_of_texts(hostile: bm.PublicationTable) -> None:
    mistune = pytest.importorskip("mistune")
    found = read_html(mistune.create_markdown(escape=False, plugins=["table"])(hostile.to_markdown()))
    assert found.tags <= {"p", "strong", "table", "thead", "tr", "th", "tbody", "td"}
    assert [cell.strip() for cell in found.cells[::4]] == [one_line(text).strip() for text in HOSTILE]


@pytest.mark.parametrize("form", ["international", "danish"])
def test_csv_runs_no_formula_and_keeps_its_numbers(hostile: bm.PublicationTable, tmp_path: Path, form: CsvForm) -> None:
    rows = read_csv(hostile.to_csv(tmp_path / "a.csv", form=form), form)
    assert rows[:3] == [["'=title & <b>"], ["'-note | $1"], ["note en"]]
    assert rows[3] == ["Not under disclosure control: check the numbers before they are published."]
    assert rows[4] == []
    assert rows[5] == ["'=Label|", "Share (%)", "Change", "n"]
    assert [row[0] for row in rows[6:]] == [one_line(f"'{text}" if text in FORMULAS else text) for text in HOSTILE]
    mark = "," if form == "danish" else "."
    assert rows[6][1:] == [f"12{mark}5", f"-1{mark}5", "1000"]
    assert [float(row[1].replace(",", ".")) for row in rows[6:]] == pytest.approx(
        [12.5 + i for i in range(len(HOSTILE))], rel=1e-12
    )
    assert hostile.to_csv(tmp_path / "b.csv", form=form).read_bytes().startswith(b"\xef\xbb\xbf") == (form == "danish")


def test_texts_in_excel_are_texts_and_numbers_numbers(hostile: bm.PublicationTable, tmp_path: Path) -> None:
    path = hostile.to_excel(tmp_path / "a.xlsx")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("hostile").to_python(skip_empty_area=False)
    assert [row[0] for row in rows[:3]] == ["=title & <b>", "-note | $1", "note en"]
    assert [str(row[0]).replace("_x000D_", "\r") for row in rows[6:]] == list(HOSTILE)
    assert rows[6][1:4] == [0.125, -1.5, 1000]
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in xml


@pytest.mark.parametrize(
    ("lang", "share", "n", "least"), [("da", "68,0\u202f%", "1.877", "< 0,001"), ("en", "68.0%", "1,877", "< 0.001")]
)
def test_numbers_are_written_as_the_language_does(
    shares: bm.Estimates, lang: Lang, share: str, n: str, least: str
) -> None:
    first = read_html(bm.to_table(shares, lang=lang).to_html()).cells
    assert first[2] == share
    assert first[7] == n
    tiny = Sheet("p", "", "p", (), pd.DataFrame({"p": [0.0004, 0.5, -0.0001, 0.0]}))

    class Tiny:
        def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:  # noqa: ARG002
            return (tiny,)

    minus = f"> \N{MINUS SIGN}{least[2:]}"
    half, nought = ("0,500", "0,000") if lang == "da" else ("0.500", "0.000")
    assert read_html(bm.to_table(Tiny(), lang=lang).to_html()).cells == [least, half, minus, nought]


@pytest.mark.parametrize(("lang", "words"), [("da", ["ja", "nej"]), ("en", ["yes", "no"])])
def test_what_is_true_or_not_is_a_word_in_every_form(tmp_path: Path, lang: Lang, words: list[str]) -> None:
    class Truth:
        def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:  # noqa: ARG002
            return (Sheet("truth", "", "t", (), pd.DataFrame({"holds": [True, False]})),)

    table = bm.to_table(Truth(), lang=lang)
    assert read_html(table.to_html()).cells == words
    rows = read_csv(table.to_csv(tmp_path / "truth.csv"), "international")
    assert [row[0] for row in rows[-2:]] == words


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_form_says_of_whom_how_many_how_and_from_where(shares: bm.Estimates, tmp_path: Path, lang: Lang) -> None:
    table = bm.to_table(shares, lang=lang)
    notes = [shares.method.text(lang), "n = 1.877." if lang == "da" else "n = 1,877.", "2018-2019."]
    notes += ["Syntetiske data: ikke svar" if lang == "da" else "Synthetic data: not answers"]
    csv_text = table.to_csv(tmp_path / "a.csv").read_text("utf-8")
    sheet = CalamineWorkbook.from_path(table.to_excel(tmp_path / "a.xlsx")).get_sheet_by_index(1).to_python()
    excel = " ".join(str(row[0]) for row in sheet)
    for note in notes:
        assert note in html.unescape(table.to_html())
        assert markdown_text(note) in table.to_markdown()
        assert latex_text(note) in table.to_latex()
        assert note in csv_text
        assert note in excel


def test_what_every_row_says_stands_once_and_only_for_reading(shares: bm.Estimates, tmp_path: Path) -> None:
    table = bm.to_table(shares)
    assert "<th scope='col' dir='auto' style='text-align:left'>Data</th>" not in table.to_html()
    assert "Don&#x27;t know: “Don&#x27;t know” stays in the base." in table.to_html()
    path = table.to_csv(tmp_path / "a.csv")
    frame = pd.read_csv(path, skiprows=len(table.sheet.notes) + 2)
    assert len(frame.columns) == len(table.sheet.table.columns)
    assert frame["Share (%)"].tolist() == pytest.approx((100 * shares.table["share"]).tolist(), rel=1e-11)


def test_small_cells_are_suppressed_unless_the_policy_says_not(wave: bm.Wave) -> None:
    few = bm.estimate_shares(wave, "initiator.abroad", by="level")
    safe, open_ = bm.to_table(few), bm.to_table(few, policy="none")
    assert safe.sheet.table["Share"].isna().any()
    assert open_.sheet.table["Share"].notna().all()
    assert "suppressed" in safe.sheet.notes[-1]
    assert safe.sheet.notes[-1] != open_.sheet.notes[-1]


def test_a_result_of_several_tables_gives_each(wave: bm.Wave) -> None:
    found = bm.test_association(wave, "shared", "evaluated")
    tables = bm.to_tables(found, lang="en")
    assert [table.sheet.part for table in tables] == ["", "shares"]
    assert bm.to_table(found).sheet.part == ""
    assert bm.to_table(found, part="shares").sheet.table.equals(tables[1].sheet.table)
    with pytest.raises(UnknownNameError, match=r"no part of this result 'sharse'\. Did you mean"):
        bm.to_table(found, part="sharse")


def test_what_cannot_be_a_table_is_refused_before_anything_is_written(
    hostile: bm.PublicationTable, tmp_path: Path
) -> None:
    with pytest.raises(ArgumentError, match=r"must be a result of the barometer.*got DataFrame"):
        bm.to_table(pd.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="must be da or en"):
        bm.to_table(Hostile(), lang="de")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"must end in \.csv"):
        hostile.to_csv(tmp_path / "a.txt")
    with pytest.raises(ArgumentError, match="international, danish; got 'french'"):
        hostile.to_csv(tmp_path / "a.csv", form="french")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"must end in \.xlsx"):
        hostile.to_excel(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        hostile.to_csv(tmp_path / "taken" / "a.csv")


def test_figures_write_their_labels_inert(wave: bm.Wave, tmp_path: Path) -> None:
    figure = bm.draw("value", wave)
    data = figure.data.assign(label_en=[f"={text}" for text in figure.data["label_en"]])
    dataclasses.replace(figure, data=data).save(tmp_path, formats=("csv",))
    for name, form in (("value.csv", "international"), ("value.da.csv", "danish")):
        rows = read_csv(tmp_path / name, form)  # type: ignore[arg-type]
        assert len(rows) == 1 + len(data)
        assert all(row[0].startswith("'=") == (form == "international") for row in rows[1:])
    assert inert("-1") == "'-1"
