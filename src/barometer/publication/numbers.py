"""Every number that a report shows, as one table, and what moved since it was last approved."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang
from barometer.errors import MissingFileError, OutputError
from barometer.microdata.store import replacing_file, writing_to
from barometer.publication.editions import Edition
from barometer.publication.figure import Figure

COLUMNS = ("wave", "kind", "record", "row", "quantity", "value")
Place = tuple[str, str, str, str, str]
"""Wave, kind, record, row and quantity."""
CLOSE = 1e-9
"""Numbers that are nearer to each other, in their own size or absolutely, are the same on another machine."""
LISTED = 40
"""Moved numbers that a message lists at the most."""
DRAWN = ("share", "difference", "change", "value", "ci_low", "ci_high", "n")
ABSENT = ""
Against = Literal["approved", "earlier"]
TOLD = {
    "approved": Label("{} af {} tal er anderledes end de godkendte.", "{} of {} numbers differ from those approved."),
    "earlier": Label(
        "{} af {} tal er anderledes end i den forrige rapport.",
        "{} of {} numbers differ from those of the last report.",
    ),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """
    One number that is not what it was.

    Attributes
    ----------
    wave, kind, record, row, quantity : str
        Where: kind "figure" or "claim", the name of the record, the row in it and what the number is.
    before, after : str
        As written; empty where there was, or is, none.
    """

    wave: str
    kind: str
    record: str
    row: str
    quantity: str
    before: str
    after: str

    def __str__(self) -> str:
        """Say where, from what and to what."""
        place = " ".join(filter(None, (f"wave {self.wave}", self.kind, self.record, self.row, self.quantity)))
        return f"{place}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Drift:
    """
    Numbers held against those that were approved, or those of an earlier report.

    Attributes
    ----------
    moved : tuple of Moved
    compared : int
        Numbers looked at.
    against : {"approved", "earlier"}
    """

    moved: tuple[Moved, ...]
    compared: int
    against: Against = "approved"

    def summary(self, lang: Lang = "en") -> str:
        """Say how many numbers moved."""
        moved, compared = integer(len(self.moved), lang), integer(self.compared, lang)
        return TOLD[self.against].text(lang).format(moved, compared)

    def __str__(self) -> str:
        """List what moved, the first of it where it is much."""
        more = [f"and {len(self.moved) - LISTED} more"] if len(self.moved) > LISTED else []
        return "\n  ".join([self.summary(), *map(str, self.moved[:LISTED]), *more])


def numbers_of(editions: Sequence[Edition], trends: Mapping[str, Figure] | None = None) -> pd.DataFrame:
    """
    Return every drawn number and every computed claim, one a row, sorted.

    Parameters
    ----------
    editions : sequence of Edition
    trends : dict of str to Figure, optional
        Drawn over all of them.

    Returns
    -------
    DataFrame
        All texts: wave, kind ("figure" or "claim"), record, row, quantity, value. Numbers with 12 significant digits.
    """
    rows = [row for edition in editions for row in (*_drawn(str(edition.number), edition.figures), *_computed(edition))]
    rows += _drawn("+".join(str(edition.number) for edition in editions), (trends or {}).values())
    return pd.DataFrame(sorted(rows), columns=list(COLUMNS), dtype=str)


def write_numbers(numbers: pd.DataFrame, path: str | Path) -> Path:
    """
    Write numbers as the ones that are approved.

    Raises
    ------
    OutputError
        If the file cannot be written; an earlier one stays.
    """
    path = Path(path)
    with replacing_file(path) as staged, writing_to(path):
        numbers.to_csv(staged, index=False, lineterminator="\n")
    return path


def read_numbers(path: str | Path) -> pd.DataFrame:
    """
    Read numbers that `write_numbers` wrote.

    Raises
    ------
    MissingFileError
        If there is no such file.
    OutputError
        If it is another kind of file.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, "baseline of numbers", "Write it with `barometer report --bless`.")
    try:
        found = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError):
        found = pd.DataFrame()
    if tuple(found.columns) != COLUMNS:
        raise OutputError(path, "is not a baseline of numbers; write it anew with `barometer report --bless`")
    return found


def compare_numbers(before: pd.DataFrame, after: pd.DataFrame, *, against: Against = "approved") -> Drift:
    """
    List the numbers that came, went or moved by more than a billionth.

    Parameters
    ----------
    before, after : DataFrame
        As `numbers_of` gives. A wave that `after` lacks is not compared.
    against : {"approved", "earlier"}
        What `before` is: the numbers that were approved, or those of an earlier report.
    """
    kept = before[before["wave"].isin(set(after["wave"]))]
    old, new = _by_place(kept), _by_place(after)
    places = sorted({*old, *new})
    moved = tuple(
        Moved(*place, old.get(place, ABSENT), new.get(place, ABSENT))
        for place in places
        if not _same(old.get(place, ABSENT), new.get(place, ABSENT))
    )
    return Drift(moved, len(places), against)


def _by_place(numbers: pd.DataFrame) -> dict[Place, str]:
    return {(w, k, r, row, q): value for w, k, r, row, q, value in numbers.itertuples(index=False, name=None)}


def _same(was: str, now: str) -> bool:
    if was == now:
        return True
    try:
        return math.isclose(float(was), float(now), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


def _drawn(wave: str, figures: Iterable[Figure]) -> Iterator[tuple[str, ...]]:
    for figure in figures:
        places = [name for name in ("indicator", "group", "versus", "period") if name in figure.data]
        shown = [name for name in DRAWN if name in figure.data]
        for position, values in enumerate(figure.data.to_dict("records")):
            row = " ".join(str(values[name]) for name in places) or str(position)
            for name in shown:
                yield wave, "figure", figure.id, row, name, _written(values[name])


def _computed(edition: Edition) -> Iterator[tuple[str, ...]]:
    for checked in edition.checked.claims:
        found = checked.computed
        numbers = {"value": found.value, "ci_low": found.low, "ci_high": found.high, "p": found.p_value, "n": found.n}
        written = {name: _written(number) for name, number in numbers.items() if number is not None}
        for name, value in {**written, "verdict": str(checked.verdict)}.items():
            yield str(edition.number), "claim", checked.claim.id, "", name, value


def _written(number: object) -> str:
    if isinstance(number, float):
        return "" if math.isnan(number) else f"{number:.12g}"
    return str(number)
