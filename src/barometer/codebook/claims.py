"""Read claims.csv: one published statement a row."""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from barometer.codebook.published import Claim, ClaimCheck, Direction, Statistic
from barometer.codebook.records import DontKnowRule, Label
from barometer.errors import Fault

COLUMNS = (
    "id", "wave", "statistic", "check", "indicator", "base", "domain", "group", "versus", "rivals", "published",
    "published_n", "low", "high", "direction", "order", "alternatives", "dont_know", "fitted", "confidence",
    "inferred_da", "inferred_en", "reason_da", "reason_en", "contradiction_da", "contradiction_en",
    "fitted_to_da", "fitted_to_en", "question", "source",
)  # fmt: skip
Confidence = Literal["high", "medium", "low"]


def read_claims(path: Path, faults: list[Fault]) -> tuple[Claim, ...]:
    """Read every claim; faults carry the row number."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault("codebook", f"is not UTF-8 at byte {error.start}", path.name))
        return ()
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if tuple(header) != COLUMNS:
        faults.append(Fault("codebook", f"the columns must be {', '.join(COLUMNS)}", path.name))
        return ()
    claims = []
    for number, cells in enumerate(rows, start=2):
        if len(cells) == len(COLUMNS):
            claims.append(_claim(_Row(dict(zip(COLUMNS, cells, strict=True)), number, path.name, faults)))
        else:
            message = f"must have {len(COLUMNS)} cells, has {len(cells)}"
            faults.append(Fault("codebook", message, path.name, (number,)))
    return tuple(claims)


class _Row:
    """One CSV row whose cells are read with their faults."""

    def __init__(self, cells: Mapping[str, str], number: int, file: str, faults: list[Fault]) -> None:
        self.cells = cells
        self._number = number
        self._file = file
        self._faults = faults

    def fault(self, column: str, message: str) -> None:
        self._faults.append(Fault("codebook", message, f"{self._file} {column}", (self._number,)))

    def number(self, column: str) -> float | None:
        text = self.cells[column]
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(column, "must be a number or empty")
            return 0.0
        return value

    def integer(self, column: str) -> int | None:
        value = self.number(column)
        if value is not None and value != int(value):
            self.fault(column, "must be a whole number or empty")
        return None if value is None else int(value)

    def choice(self, column: str, literal: Any) -> Any:
        allowed = get_args(literal)
        if self.cells[column] not in allowed:
            self.fault(column, f"must be one of {', '.join(allowed)}")
            return allowed[0]
        return self.cells[column]

    def numbers(self, column: str) -> tuple[float, ...]:
        try:
            return tuple(float(part) for part in self.cells[column].split(";") if part)
        except ValueError:
            self.fault(column, "must be numbers separated by semicolons")
            return ()

    def pairs(self, column: str) -> tuple[tuple[str, str], ...]:
        pairs = []
        for part in filter(None, self.cells[column].split(";")):
            higher, arrow, lower = part.partition(">")
            if not arrow:
                self.fault(column, "must be group>group, separated by semicolons")
            pairs.append((higher, lower))
        return tuple(pairs)


def _claim(row: _Row) -> Claim:
    cells = row.cells
    claim = Claim(
        id=cells["id"],
        wave=row.integer("wave") or 0,
        statistic=row.choice("statistic", Statistic),
        check=row.choice("check", ClaimCheck),
        indicator=cells["indicator"],
        base=cells["base"],
        domain=cells["domain"],
        group=cells["group"],
        versus=cells["versus"],
        rivals=tuple(filter(None, cells["rivals"].split(";"))),
        published=row.number("published"),
        published_n=row.integer("published_n"),
        low=row.number("low"),
        high=row.number("high"),
        direction=row.choice("direction", Direction) if cells["direction"] else None,
        order=row.pairs("order"),
        alternatives=row.numbers("alternatives"),
        dont_know=row.choice("dont_know", DontKnowRule),
        reason=Label(cells["reason_da"], cells["reason_en"]),
        contradiction=Label(cells["contradiction_da"], cells["contradiction_en"]),
        fitted_to=Label(cells["fitted_to_da"], cells["fitted_to_en"]),
        fitted=cells["fitted"] == "yes",
        inferred=Label(cells["inferred_da"], cells["inferred_en"]),
        confidence=row.choice("confidence", Confidence),
        source=cells["source"],
        question=cells["question"],
    )
    if (claim.check == "exact") != (claim.published is not None):
        row.fault("published", "is the number of an exact claim, and empty for every other")
    if (claim.check == "range") != (claim.low is not None and claim.high is not None):
        row.fault("low", "low and high are the range of a worded claim, and empty for every other")
    if claim.statistic in ("share", "response_rate") and not 0.0 <= (claim.published or 0.0) <= 100.0:
        row.fault("published", "is per cent, 0 to 100")
    if claim.low is not None and claim.high is not None and claim.low >= claim.high:
        row.fault("low", "must be below high")
    if not claim.source:
        row.fault("source", "the address of the page is missing")
    if (claim.check == "direction") != (claim.direction is not None):
        row.fault("direction", "belongs to a claim about significance, and only there")
    if claim.check in ("range", "impossible") and not claim.reason.en:
        row.fault("reason_en", "a worded range and a claim that cannot be computed need a reason in both languages")
    for name in ("inferred", "reason", "contradiction", "fitted_to"):
        if bool(cells[f"{name}_da"]) != bool(cells[f"{name}_en"]):
            row.fault(f"{name}_da", "texts come in both languages or in none")
    if cells["fitted"] not in ("yes", "no"):
        row.fault("fitted", "must be yes or no")
    return claim
