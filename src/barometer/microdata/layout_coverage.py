"""What a layout leaves out: of the codebook, of the delivered file, of the codes in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import as_path
from barometer.microdata.code_table import covers
from barometer.microdata.codes import CodedValues
from barometer.microdata.harmonise import delivered_codes
from barometer.microdata.layout import CodedColumn, Layout, mapping_faults, read_layout
from barometer.microdata.proposal.columns import categories_of, present_codes
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read import read_delivery

GapKind = Literal["layout", "question", "place", "design", "absent", "not used", "code", "register", "unused code"]

STOPPING: tuple[GapKind, ...] = ("layout", "question", "place", "design", "absent", "not used", "code")
"""Gaps with which a delivery cannot be loaded; the others are only worth knowing."""


@dataclass(frozen=True, slots=True)
class Gap:
    """
    One thing that a layout leaves out.

    Attributes
    ----------
    kind : str
        "layout" (an entry that cannot be), "question" (no column of it is mapped), "place" (one column of a question,
        or a register that strata are made of), "design", "absent" (the file lacks a column of the layout), "not used"
        (a delivered column that is neither mapped nor ignored), "code" (in the file, not in the layout); "register"
        (one that a wave can do without) and "unused code" (listed, not in the file) do not stop.
    name : str
        Name in the codebook; empty where there is none.
    column : str
        Delivered column; empty where there is none.
    message : str
        What to do.
    """

    kind: GapKind
    name: str
    column: str
    message: str

    @property
    def stops(self) -> bool:
        """Whether the delivery cannot be loaded with it."""
        return self.kind in STOPPING


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayoutCoverage:
    """
    What a layout leaves out of a wave and of a file.

    Attributes
    ----------
    layout : str
        Name of the layout file.
    wave : int
    gaps : tuple of Gap
        Those that stop first.
    """

    layout: str
    wave: int
    gaps: tuple[Gap, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left out that would stop the delivery from being loaded."""
        return not any(gap.stops for gap in self.gaps)

    @property
    def table(self) -> pd.DataFrame:
        """One row per gap: kind, name, column, stops, message."""
        rows = [(gap.kind, gap.name, gap.column, gap.stops, gap.message) for gap in self.gaps]
        return pd.DataFrame(rows, columns=["kind", "name", "column", "stops", "message"])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table

    def __repr__(self) -> str:
        """One gap a line, after a line that counts them."""
        stopping = sum(gap.stops for gap in self.gaps)
        verdict = "complete" if self.is_complete else f"not complete, {stopping} to mend"
        head = f"{self.layout}, wave {self.wave}: {verdict}; {len(self.gaps) - stopping} to know"
        return "\n".join([head, *(f"  {_line(gap)}" for gap in self.gaps)])

    def _repr_html_(self) -> str:
        head = escape(repr(self).partition("\n")[0])
        return f"<p>{head}</p>{self.table.to_html(index=False, border=0)}"


def check_layout(
    path: str | Path, *, codebook: str | Path | Codebook = "denmark", data: str | Path | None = None
) -> LayoutCoverage:
    """
    List what a layout leaves out.

    Parameters
    ----------
    path : str or Path
        The layout.
    codebook : str, Path or Codebook
        What the delivery answers to: a shipped codebook by its name, or the folder of another one.
    data : str or Path, optional
        The delivery; by default the file that the layout names, beside it.

    Returns
    -------
    LayoutCoverage
        `.is_complete`, and `.table` with everything.

    Raises
    ------
    MissingFileError
        If the layout or the delivery is not there.
    LayoutError
        If the layout cannot be read: a key is missing, misspelt or not of its kind.
    DeliveryError
        If the delivery cannot be read.
    """
    file = as_path("path", path)
    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    layout = read_layout(file)
    faults = mapping_faults(layout, book)
    gaps = [Gap("layout", "", "", fault.message) for fault in faults]
    if layout.wave in book.waves:
        gaps += _left_out_of_codebook(layout, book)
        raw = read_delivery(Path(data) if data else layout.path.with_name(layout.file), layout)
        gaps += _left_out_of_file(layout, raw)
    return LayoutCoverage(layout.path.name, layout.wave, tuple(sorted(gaps, key=lambda gap: not gap.stops)))


def _left_out_of_codebook(layout: Layout, codebook: Codebook) -> Iterator[Gap]:
    record, columns = codebook.wave(layout.wave), codebook.columns(layout.wave)
    for name in record.questions:
        places = [column.name for column in columns.values() if column.question == name]
        missing = [place for place in places if place not in layout.answers]
        if missing and len(missing) == len(places):
            yield Gap("question", name, "", f"nothing is mapped to any of its {_count(len(places), 'column')}")
        else:
            yield from (Gap("place", place, "", "no delivered column is mapped to it") for place in missing)
    for domain in codebook.domains.values():
        if domain.kind == "register" and domain.name not in layout.registers:
            if domain.name in record.stratum:
                yield Gap("place", domain.name, "", "strata are made of it, and no delivered column is mapped to it")
            else:
                yield Gap("register", domain.name, "", "not mapped: results cannot be split by it")
    if not layout.id:
        yield Gap("design", "id", "", "name the column with the number of each row")
    if record.weighted and not layout.weight:
        yield Gap("design", "weight", "", f"wave {layout.wave} is weighted: name the column")


def _left_out_of_file(layout: Layout, raw: RawTable) -> Iterator[Gap]:
    expected, delivered = layout.delivered_columns, list(map(str, raw.frame.columns))
    for name in expected:
        if name not in delivered:
            yield Gap("absent", "", name, "the layout maps this column and the file does not have it")
    for name in delivered:
        if name not in expected and not layout.ignores(name):
            yield Gap("not used", "", name, "is neither mapped nor ignored")
    for place, column in (*layout.registers.items(), *layout.answers.items()):
        if column.name in delivered:
            yield from _codes(place, column, delivered_codes(raw, column.name, column.codes, layout.missing))


def _codes(place: str, column: CodedColumn, values: CodedValues) -> Iterator[Gap]:
    found = present_codes(values)
    unlisted = [code for code in found if code not in column.codes]
    if unlisted:
        which = ", ".join(unlisted) if categories_of(values) is not None else _count(len(unlisted), "code")
        yield Gap("code", place, column.name, f"in the file and not in the layout: {which}")
    unused = [key for key in column.codes if not any(covers(key, code) for code in found)]
    if unused:
        yield Gap("unused code", place, column.name, f"in the layout and not in the file: {', '.join(unused)}")


def _line(gap: Gap) -> str:
    where = " <- ".join(text for text in (gap.name, gap.column) if text)
    return f"[{gap.kind}] {where}: {gap.message}" if where else f"[{gap.kind}] {gap.message}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
