"""What the checks of a delivery found, as a table that can be read, saved and shown."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, Fault
from barometer.microdata.inert_text import inert
from barometer.microdata.rules import check_rules, of_severity
from barometer.microdata.store import replacing_file

SEVERITIES = {"error": Label("fejl", "error"), "warning": Label("bemærkning", "warning")}
HEADINGS = {
    "severity": Label("Alvor", "Severity"),
    "rule": Label("Regel", "Rule"),
    "title": Label("Om", "About"),
    "column": Label("Kolonne", "Column"),
    "count": Label("Rækker", "Rows"),
    "rows": Label("Rækkenumre", "Row numbers"),
    "message": Label("Besked", "Message"),
    "remedy": Label("Hvad nu", "What to do"),
}
USABLE = Label("kan bruges", "can be used")
UNUSABLE = Label("kan ikke bruges", "cannot be used")
NOTHING_FOUND = Label("intet fundet", "nothing found")
ERRORS = (Label("fejl", "error"), Label("fejl", "errors"))
WARNINGS = (Label("bemærkning", "warning"), Label("bemærkninger", "warnings"))
"""What is counted: one of it, and several."""
_OF_A_RULE = ("title", "remedy")
"""What `to_frame` adds from the records of the rules."""

_MOST_SHOWN = 200
"""Characters of a cell that the display shows."""


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
        One row per finding: severity, rule, column, count (of rows), rows (the first of their numbers), message.

        Errors come first. Row numbers are those of an editor (the header is row 1), at most 1,000 of them, and no value
        of a unit is ever in it.
        """
        rules = check_rules()
        rows = [
            (rules[f.rule].severity, f.rule, f.column, f.count, ", ".join(map(str, f.rows)), f.message)
            for f in (*self.errors, *self.warnings)
        ]
        return pd.DataFrame(rows, columns=[name for name in HEADINGS if name not in _OF_A_RULE]).astype(
            {"count": "int64"}
        )

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table for reading in one language.

        It has what each rule is about and what to do as well; the messages are English.
        """
        rules = check_rules()
        frame = self.table.assign(
            severity=self.table["severity"].map({code: label.text(lang) for code, label in SEVERITIES.items()}),
            title=self.table["rule"].map({code: rule.title.text(lang) for code, rule in rules.items()}),
            remedy=self.table["rule"].map({code: rule.remedy.text(lang) for code, rule in rules.items()}),
        )
        return frame[list(HEADINGS)].rename(columns={name: label.text(lang) for name, label in HEADINGS.items()})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook; the messages are English.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return (Sheet("check", "", self.file, (self.summary(lang),), self.to_frame(lang)),)

    def save(self, path: str | Path) -> Path:
        """
        Write the table.

        Parameters
        ----------
        path : str or Path
            Ends in .csv or .json. In a CSV file a column name that a spreadsheet would run has an apostrophe before it.

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
                table = self.table.assign(column=[inert(name) for name in self.table["column"]])
                table.to_csv(staged, index=False, lineterminator="\n")
            else:
                content = {"file": self.file, "usable": self.is_usable, "findings": self.table.to_dict("records")}
                staged.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def summary(self, lang: Lang = "en") -> str:
        """Say in a line whether the delivery can be used, in Danish or English."""
        counts = Counter(fault.rule for fault in self.faults)
        listed = ", ".join(f"{number} {rule}" for rule, number in counts.items()) or NOTHING_FOUND.text(lang)
        state = (USABLE if self.is_usable else UNUSABLE).text(lang)
        errors = _counted(len(self.errors), ERRORS, lang)
        return f"{self.file} {state}: {errors}, {_counted(len(self.warnings), WARNINGS, lang)} ({listed})"

    def __repr__(self) -> str:
        """Return the summary and every finding."""
        return "\n  ".join([f"<CheckReport: {self.summary()}>", *map(str, (*self.errors, *self.warnings))])

    def _repr_html_(self) -> str:
        frame = self.to_frame("en")
        head = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in frame.columns)
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(_short(value))}</td>" for value in row) + "</tr>"
            for row in frame.itertuples(index=False)
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if self.faults else ""
        return f"<p><strong>{escape(self.summary())}</strong></p>{table}"


def _counted(number: int, nouns: tuple[Label, Label], lang: Lang) -> str:
    one, several = nouns
    return f"{number} {(one if number == 1 else several).text(lang)}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
