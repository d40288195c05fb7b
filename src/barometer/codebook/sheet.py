"""A table with what has to stand beside it: what every result gives to a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from barometer.codebook.book import Codebook
from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang

if TYPE_CHECKING:
    import pandas as pd

BASE = Label("Basis: {base}. n = {n}.", "Base: {base}. n = {n}.")
POINTS = Label("procentpoint", "percentage points")
SOURCE = Label("Kilde: {edition}, {period}.", "Source: {edition}, {period}.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One table of a result, in words of one language.

    Attributes
    ----------
    name : str
        What the result calls itself.
    part : str
        Which of its tables; empty for the first.
    title : str
    notes : tuple of str
        Base, n, rule for don't know, method, source, and that data are synthetic where they are.
    table : DataFrame
        Numbers are numbers.
    shares : tuple of str
        Headings of columns that hold fractions of one, to be shown as per cent.
    points : tuple of str
        Headings of columns that hold differences of such fractions, to be shown in percentage points.
    years : tuple of str
        Headings of columns that hold years, which have no thousands mark.
    """

    name: str
    part: str
    title: str
    notes: tuple[str, ...]
    table: "pd.DataFrame"
    shares: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    years: tuple[str, ...] = ()

    def heading(self, name: object, lang: Lang) -> str:
        """Return the heading of a column as it is shown: differences of shares with their unit."""
        return f"{name}, {POINTS.text(lang)}" if name in self.points else str(name)


def first_few(labels: Sequence[str]) -> str:
    """Write the first three of some labels, for a title; labels may have commas themselves."""
    return "; ".join(labels[:3]) + ("; ..." if len(labels) > 3 else "")


def base_note(book: Codebook, bases: Iterable[str], n: int | None, lang: Lang) -> str:
    """Say of whom numbers are, and how many answered; a dash where no number of answers may be shown."""
    labels = "; ".join(book.bases[base].label.text(lang) for base in dict.fromkeys(bases))
    return BASE.text(lang).format(base=labels, n="\N{EN DASH}" if n is None else integer(n, lang))


def most_answers(counts: "pd.Series") -> int | None:
    """Return the largest number of answers that a table shows; None where all are suppressed."""
    shown = counts.dropna()
    return None if shown.empty else int(shown.max())


def source_note(book: Codebook, wave: int, period: str, lang: Lang) -> str:
    """Say where the answers come from."""
    return SOURCE.text(lang).format(edition=book.wave(wave).label.text(lang), period=period)


def period_note(book: Codebook, bases: Iterable[str], period: str, n: int | None, lang: Lang) -> str:
    """Say where the answers of one period come from, of whom they are, and how many answered."""
    wave = next(record.number for record in book.waves.values() if record.period == period)
    return f"{source_note(book, wave, period, lang)} {base_note(book, bases, n, lang)}"
