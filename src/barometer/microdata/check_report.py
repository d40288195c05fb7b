"""What the checks of a delivery found, as a table that can be read, saved and shown."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError, Fault
from barometer.microdata.rules import check_rules, of_severity
from barometer.microdata.store import replacing_file

MOST_ROWS = 1000
"""Row numbers that the table lists of one finding."""
SEVERITIES = {"error": Label("fejl", "error"), "warning": Label("bemærkning", "warning")}
HEADINGS = {
    "severity": Label("Alvor", "Severity"),
    "rule": Label("Regel", "Rule"),
    "column": Label("Kolonne", "Column"),
    "count": Label("Rækker", "Rows"),
    "rows": Label("Rækkenumre", "Row numbers"),
    "message": Label("Besked", "Message"),
}


@dataclass(frozen=True, eq=False, repr=False)
class CheckReport:
    """
    Everything that was found in a delivery.

    Attributes
    ----------
    file : str
    faults : tuple of Fault
        Errors and warnings, in the order of the checks.
    """

    file: str
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What stops: the delivery cannot be used."""
        return of_severity(self.faults, "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is odd, and does not stop."""
        return of_severity(self.faults, "warning")

    @property
    def is_usable(self) -> bool:
        """Whether the delivery can be loaded."""
        return not self.errors

    @cached_property
    def table(self) -> pd.DataFrame:
        """
        One row per finding: severity, rule, column, count (of rows), rows (their numbers), message.

        Row numbers are those of an editor (the header is row 1), and no value of a unit is ever in it.
        """
        rules = check_rules()
        rows = [
            (rules[f.rule].severity, f.rule, f.column, len(f.rows), _listed(f.rows), f.message) for f in self.faults
        ]
        return pd.DataFrame(rows, columns=list(HEADINGS)).astype({"count": "int64"})

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the table with headings and severities in one language; messages are English."""
        words = {code: label.text(lang) for code, label in SEVERITIES.items()}
        frame = self.table.assign(severity=self.table["severity"].map(words))
        return frame.rename(columns={name: label.text(lang) for name, label in HEADINGS.items()})

    def save(self, path: str | Path) -> Path:
        """
        Write the table.

        Parameters
        ----------
        path : str or Path
            Ends in .csv or .json.

        Raises
        ------
        ArgumentError
            If the ending is another.
        OutputError
            If it cannot be written.
        """
        path = Path(path)
        if path.suffix not in (".csv", ".json"):
            raise ArgumentError("path", f"must end in .csv or .json, got {path.name!r}")
        with replacing_file(path) as staged:
            if path.suffix == ".csv":
                self.table.to_csv(staged, index=False, lineterminator="\n")
            else:
                content = {"file": self.file, "usable": self.is_usable, "findings": self.table.to_dict("records")}
                staged.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def summary(self) -> str:
        """Say in a line whether the delivery can be used."""
        counts = Counter(fault.rule for fault in self.faults)
        listed = ", ".join(f"{number} {rule}" for rule, number in counts.items()) or "nothing found"
        state = "can be used" if self.is_usable else "cannot be used"
        return f"{self.file} {state}: {len(self.errors)} errors, {len(self.warnings)} warnings ({listed})"

    def __repr__(self) -> str:
        """Return the summary and every finding."""
        return "\n  ".join([f"<CheckReport: {self.summary()}>", *(str(fault) for fault in self.faults)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th style='text-align:left'>{label.en}</th>" for label in HEADINGS.values())
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(_short(value))}</td>" for value in row) + "</tr>"
            for row in self.table.itertuples(index=False)
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if self.faults else ""
        return f"<p><strong>{escape(self.summary())}</strong></p>{table}"


def _listed(rows: tuple[int, ...]) -> str:
    more = f" and {len(rows) - MOST_ROWS:,} more" if len(rows) > MOST_ROWS else ""
    return ", ".join(map(str, rows[:MOST_ROWS])) + more


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."
