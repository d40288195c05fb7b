"""A saved extract of StatBank, checked against the codebook's records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.sheet import Sheet
from barometer.codebook.statbank import StatBankTable, StatBankVariable
from barometer.errors import ArgumentError, DeliveryError, Fault, UnknownNameError
from barometer.microdata import SYNTHETIC
from barometer.publication.statbank.cells import CONTENT, NIL, SYMBOLS, keys, read_number, time_variable
from barometer.publication.tables import PublicationTable

if TYPE_CHECKING:
    from barometer.publication.statbank.comparison import StatBankComparison
    from barometer.publication.statbank.shares import StatBankShares

Origin = Literal["published", "synthetic"]
EXTRACT_HEADINGS = {
    "published": Label("Offentliggjort", "Published"),
    "symbol": Label("Tegn", "Symbol"),
    "decimals": Label("Decimaler", "Decimals"),
}
SOURCE = Label(
    "Kilde: Danmarks Statistik, Statistikbanken, tabel {id}.", "Source: Statistics Denmark, StatBank, table {id}."
)
UNIT = Label("Andel i procent af: {base}.", "Share in per cent of: {base}.")


@dataclass(frozen=True, slots=True, eq=False)
class RawCells:
    """
    The cells of a file before anything is known of them.

    Attributes
    ----------
    keys : DataFrame
        One row per cell; a column for each variable, by its code in capitals: codes, texts, or "code text".
    content : tuple of str
        Number or symbol of each.
    rows : tuple of int
        Row of the file of each; empty where a file has no rows.
    provenance : {"published", "synthetic"}
    labels : mapping of str to dict
        Texts that the file itself gives codes, by variable.
    decimals : int
        Of all numbers, where the file says so itself; 0 where it does not.
    """

    keys: pd.DataFrame
    content: tuple[str, ...]
    rows: tuple[int, ...]
    provenance: Origin
    labels: Mapping[str, Mapping[str, str]]
    decimals: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class StatBankExtract:
    """
    Cells of a table of StatBank as they were saved.

    Attributes
    ----------
    record : StatBankTable
        What its variables and codes are here.
    table : DataFrame
        One row per cell: the variables by StatBank's codes (where a file has texts only, a text that the codebook does
        not know), share (0 to 1), symbol (what stands in the place of a number), decimals (those of the table: the most
        that the file says or any of its numbers has, since JSON and spreadsheets drop a last nought).
    file : str
        Name of the file.
    provenance : {"published", "synthetic"}
        Synthetic: this package computed it from artificial microdata.
    codebook : Codebook
    """

    record: StatBankTable
    table: pd.DataFrame
    file: str
    provenance: Origin
    codebook: Codebook

    @property
    def is_synthetic(self) -> bool:
        """Whether the numbers are this package's own, from artificial microdata."""
        return self.provenance == "synthetic"

    @property
    def waves(self) -> tuple[int, ...]:
        """Numbers of the waves whose years it has."""
        time = time_variable(self.record)
        years = set(self.table[time.code])
        return tuple(int(code.ours) for code in time.codes if code.kind == "wave" and code.code in years)

    def compare(self, computed: "StatBankShares") -> "StatBankComparison":
        """
        Set the published numbers beside computed ones.

        Parameters
        ----------
        computed : StatBankShares
            Of the same table.

        Raises
        ------
        ArgumentError
            If it is of another table, or no computed table.
        """
        from barometer.publication.statbank.comparison import compare_extract

        return compare_extract(self, computed)

    def notes(self, lang: Lang = "en") -> tuple[str, ...]:
        """Return what has to stand beside the numbers: base, source, and all of the codebook's warnings."""
        base = self.codebook.bases[self.record.base].label.text(as_lang(lang))
        origin = (f"{SYNTHETIC.text(lang)}.",) if self.is_synthetic else (SOURCE.text(lang).format(id=self.record.id),)
        return (*origin, UNIT.text(lang).format(base=base), *self.record.warnings(lang))

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the cells with headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        headings = {name: EXTRACT_HEADINGS[name].text(lang) for name in ("symbol", "decimals")}
        return self.table.rename(columns={"share": EXTRACT_HEADINGS["published"].text(lang), **headings})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        share = EXTRACT_HEADINGS["published"].text(lang)
        title = self.record.label.text(lang)
        return (Sheet(f"{self.record.id} StatBank", "", title, self.notes(lang), self.to_frame(lang), (share,)),)

    def __repr__(self) -> str:
        """Say which table of which years it is, and how many cells have a number."""
        years = ", ".join(dict.fromkeys(self.table[time_variable(self.record).code]))
        found, origin = int(self.table["share"].notna().sum()), "; SYNTHETIC" if self.is_synthetic else ""
        return f"<StatBankExtract {self.record.id}: {years}; {found} of {len(self.table)} cells have a number{origin}>"

    def _repr_html_(self) -> str:
        return PublicationTable(self.sheets("en")[0], "en").to_html()


def checked_extract(path: Path, cells: RawCells, book: Codebook) -> StatBankExtract:
    """
    Hold the cells of a file against the records of the codebook.

    Raises
    ------
    DeliveryError
        With every fault.
    """
    record = _record(path, list(cells.keys.columns), book)
    faults: list[Fault] = []
    table = pd.DataFrame(
        {variable.code: _known_codes(variable, cells, faults) for variable in record.variables}, dtype="str"
    )
    numbers = [read_number(text) for text in cells.content]
    faults += _wrong_content(cells, numbers)
    if not faults:
        faults += _twice_or_absent(table, cells, keys(record))
    if faults:
        raise DeliveryError(path, faults)
    table["share"] = [
        found[0] if found else 0.0 if text == NIL else float("nan")
        for found, text in zip(numbers, cells.content, strict=True)
    ]
    table["symbol"] = ["" if found else text for found, text in zip(numbers, cells.content, strict=True)]
    table["decimals"] = max([cells.decimals, *(found[1] for found in numbers if found)])
    return StatBankExtract(record, table, path.name, cells.provenance, book)


def _record(path: Path, columns: Sequence[str], book: Codebook) -> StatBankTable:
    """Find the table that has just these variables."""
    for record in book.statbank.values():
        if {code.upper() for code in keys(record)} == set(columns):
            return record
    if not book.statbank:
        raise ArgumentError("codebook", f"{book.about.name} has no tables of StatBank; read it by the one that has")
    known = "; ".join(f"{record.id} ({', '.join(keys(record))})" for record in book.statbank.values())
    message = f"has the variables {', '.join(columns[:9])}, which is none of: {known}. Choose all variables in StatBank"
    raise DeliveryError(path, [Fault("columns", message)])


def _known_codes(variable: StatBankVariable, cells: RawCells, faults: list[Fault]) -> list[str]:
    """Return the code of every cell; what is unknown is a fault, unless the records have a gap that it may lie in."""
    column = cells.keys[variable.code.upper()]
    given = cells.labels.get(variable.code.upper(), {})
    found = {text: _code(variable, text, given.get(text, "")) for text in dict.fromkeys(column)}
    for text in [text for text, code in found.items() if code is None]:
        rows = [row for row, cell in zip(cells.rows, column, strict=False) if cell == text]
        count = int((column == text).sum())
        message = f"the code or text {text!r} is not known; is it another table? Save it with codes"
        faults.append(Fault("codes", message, variable.code, tuple(rows), count))
    return [found[text] or "" for text in column]


def _code(variable: StatBankVariable, text: str, label: str) -> str | None:
    """Return the code that a cell means by a code, by both, or by a text alone."""
    for candidate in (text, text.partition(" ")[0]):
        try:
            return variable.find(candidate).code
        except UnknownNameError:
            continue
    texts = {known.casefold(): code.code for code in variable.codes for known in (code.label.da, code.label.en)}
    plain = text.removeprefix("'").casefold()
    if plain in texts or label.casefold() in texts:
        return texts.get(plain) or texts[label.casefold()]
    return text if variable.unknown and text and not text[0].isdecimal() else None


def _wrong_content(cells: RawCells, numbers: Sequence[object]) -> list[Fault]:
    """Tell cells that are neither a number in per cent nor a symbol, and two decimal marks in one file."""
    wrong = [place for place, text in enumerate(cells.content) if numbers[place] is None and text not in SYMBOLS]
    faults = []
    if wrong:
        rows = tuple(cells.rows[place] for place in wrong) if cells.rows else ()
        message = f"is neither a number from 0 to 100 nor one of {' '.join(SYMBOLS)}; is the file cut short or changed?"
        faults.append(Fault("content", message, CONTENT, rows, len(wrong)))
    if {",", "."} <= {
        mark for place, text in enumerate(cells.content) if numbers[place] for mark in text if mark in ",."
    }:
        faults.append(Fault("content", "has both decimal commas and decimal points; save it in one language", CONTENT))
    return faults


def _twice_or_absent(table: pd.DataFrame, cells: RawCells, names: list[str]) -> list[Fault]:
    """Tell cells that are there twice, and those that a whole table would have."""
    faults = []
    repeated = table.duplicated(names, keep=False)
    if repeated.any():
        rows = tuple(row for row, twice in zip(cells.rows, repeated, strict=False) if twice)
        faults.append(Fault("duplicates", "the same cell is there more than once", "", rows, int(repeated.sum())))
    expected = 1
    for name in names:
        expected *= table[name].nunique()
    absent = expected - len(table.drop_duplicates(names))
    if absent:
        message = f"{absent} of {expected} cells are not there; is the file cut short? Save it again"
        faults.append(Fault("file", message))
    return faults
