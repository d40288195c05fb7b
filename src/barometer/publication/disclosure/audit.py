"""What was done to every cell of a table, and why: for whoever checks it before it goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.analysis.tables import as_html
from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.microdata.store import replacing, writing_to
from barometer.publication.disclosure.policy import DisclosurePolicy

COLUMNS = ("table", "wave", "base", "item", "domain", "group", "status", "reason")
HEADINGS = {
    "table": Label("Tabel", "Table"),
    "wave": Label("Bølge", "Wave"),
    "base": Label("Basis", "Base"),
    "item": Label("Svar", "Answer"),
    "domain": Label("Opdeling", "Domain"),
    "group": Label("Gruppe", "Group"),
    "status": Label("Status", "Status"),
    "reason": Label("Grund", "Reason"),
}
STATUSES = {
    "published": Label("vist", "published"),
    "primary": Label("undertrykt", "suppressed"),
    "secondary": Label("undertrykt for at beskytte andre", "suppressed to protect others"),
    "suppressed": Label("undertrykt", "suppressed"),
    "merged": Label("slået sammen med nabosvar", "merged with a neighbouring answer"),
    "rounded": Label("afrundet", "rounded"),
}
WHY = {
    "": Label("", ""),
    "few_answers": Label("under {few} svarede sådan", "below {few} answered so"),
    "few_others": Label("under {few} svarede ikke sådan", "below {few} did not answer so"),
    "none_answered": Label("ingen svarede sådan", "nobody answered so"),
    "all_answered": Label("alle svarede sådan", "everybody answered so"),
    "few_in_base": Label("under {few} i basis", "below {few} in the base"),
    "dominance": Label("få bidrag udgør det meste", "few contributions make up most of it"),
    "protects": Label("en anden celle kunne beregnes af den", "another cell could be worked back from it"),
}
CELLS = Label("Celler: {told}.", "Cells: {told}.")
TITLE = Label("Diskretionering, celle for celle", "Disclosure control, cell by cell")


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """
    One row per cell of one or more tables.

    Attributes
    ----------
    table : DataFrame
        table (name of the result), wave, base, item, domain, group (codes; "" and "total" for all), status
        ("published", "primary", "secondary", "merged", "rounded") and reason (a code of `WHY`). It never holds a count.
    policy : DisclosurePolicy
    """

    table: pd.DataFrame
    policy: DisclosurePolicy

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells by status."""
        found = self.table["status"].value_counts()
        return {status: int(found[status]) for status in STATUSES if status in found}

    def public(self) -> "Audit":
        """
        Return the audit as readers may have it: what is suppressed, not why.

        That a cell is small, and not only there to protect one, narrows what it can be to less than the policy leaves.
        """
        gone = self.table["status"].isin(["primary", "secondary"])
        table = self.table.assign(status=self.table["status"].mask(gone, "suppressed"), reason="")
        return Audit(table, self.policy)

    def text(self, lang: Lang = "en") -> str:
        """
        Say what the policy is, and how many cells readers see and do not see; never why.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        told = [
            f"{integer(count, lang)} {STATUSES[status].text(lang)}" for status, count in self.public().counts.items()
        ]
        return f"{self.policy.text(lang)} {CELLS.text(lang).format(told=', '.join(told))}"

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the rows with status, reason and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        few = self.policy.threshold
        return self.table.assign(
            status=[STATUSES[code].text(lang) for code in self.table["status"]],
            reason=[WHY[code].text(lang).format(few=few) for code in self.table["reason"]],
        ).rename(columns={name: heading.text(lang) for name, heading in HEADINGS.items()})

    def to_csv(self, path: str | Path) -> Path:
        """
        Write the rows, codes as they are, to a CSV file.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        path = Path(path)
        with replacing(path.parent) as staged, writing_to(path):
            self.table.to_csv(staged / path.name, index=False, lineterminator="\n")
        return path

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the rows as a sheet of a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return (Sheet("disclosure", "", TITLE.text(lang), (self.policy.text(lang),), self.to_frame(lang)),)

    def __repr__(self) -> str:
        """Say how many cells have which status."""
        told = ", ".join(f"{count:,} {status}" for status, count in self.counts.items())
        return f"<Audit, policy {self.policy.name!r}: {told or 'no cells'}>"

    def _repr_html_(self) -> str:
        return as_html(self.to_frame("en"), f"{TITLE.en}. {self.text('en')}")


def put_together(audits: Sequence[Audit]) -> Audit:
    """Return the rows of several audits under one policy as one."""
    table = pd.concat([audit.table for audit in audits], ignore_index=True)
    return Audit(table, audits[0].policy)


def write_rows(name: str, cells: Sequence[tuple[object, ...]], status: np.ndarray, reason: np.ndarray) -> pd.DataFrame:
    """
    Lay out the rows of one table.

    Parameters
    ----------
    name : str
    cells : sequence of Cell
    status, reason : (rows,) str
    """
    frame = pd.DataFrame.from_records(list(cells), columns=list(COLUMNS[1:6]))
    frame.insert(0, "table", name)
    return frame.assign(status=status, reason=reason)
