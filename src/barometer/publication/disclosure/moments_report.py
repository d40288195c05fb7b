"""What was found in sums that are to leave, and what was done to them, line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis.tables import as_html
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.microdata.store import replacing, writing_to
from barometer.publication.disclosure.audit import WHY
from barometer.publication.disclosure.earlier import Difference
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.small_cells import REASONS
from barometer.survey import CellSums

COLUMNS = ("step", "stratum", "group", "outcome", "reason")
HEADINGS = {
    "step": Label("Trin", "Step"),
    "stratum": Label("Stratum", "Stratum"),
    "group": Label("Gruppe", "Group"),
    "outcome": Label("Svar", "Answer"),
    "reason": Label("Grund", "Reason"),
}
STEPS = {
    "found": Label("celle, der røber for meget", "cell that reveals too much"),
    "difference": Label("kan trækkes fra et tidligere udtræk", "can be taken from a file that left before"),
    "merged": Label("strata slået sammen", "strata merged"),
    "omitted": Label("svar udeladt", "answer left out"),
    "left_out": Label("gruppe kun med i totalen", "group counts for the total only"),
    "taken_off": Label("fjernet fra filen", "taken out of the file"),
}
TAKEN_OFF = {
    "products": Label("produkter af svar med hinanden", "products of answers with each other"),
    "constants": Label(
        "enkelte svar og vægte, som summerne blev målt fra: erstattet af gennemsnit",
        "single answers and weights that sums were measured from: means stand in their place",
    ),
    "units": Label("navne på stikprøveenheder", "labels of sampling units"),
}
WORDS = WHY | TAKEN_OFF
TITLE = Label("Summer, der skal ud af huset", "Sums that are to leave")
JOINED = " + "


@dataclass(frozen=True, eq=False, repr=False)
class MomentsReport:
    """
    One row per finding and per step.

    Attributes
    ----------
    table : DataFrame
        step ("found", "difference", "merged", "omitted", "left_out", "taken_off"), stratum, group and outcome (labels;
        "" for all), and reason (a code). It holds no count, and is for whoever made the sums.
    policy : DisclosurePolicy
    """

    table: pd.DataFrame
    policy: DisclosurePolicy

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the rows with steps, reasons and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        few = self.policy.threshold
        return self.table.assign(
            step=[STEPS[code].text(lang) for code in self.table["step"]],
            reason=[WORDS[code].text(lang).format(few=few) for code in self.table["reason"]],
        ).rename(columns={name: heading.text(lang) for name, heading in HEADINGS.items()})

    def to_csv(self, path: str | Path, lang: Lang = "en") -> Path:
        """
        Write the rows in words to a CSV file.

        Parameters
        ----------
        path : str or Path
        lang : {"da", "en"}

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        path = Path(path)
        with replacing(path.parent) as staged, writing_to(path):
            self.to_frame(lang).to_csv(staged / path.name, index=False, lineterminator="\n")
        return path

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the rows as a sheet of a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return (Sheet("moments", "", TITLE.text(lang), (self.policy.text(lang),), self.to_frame(lang)),)

    def __repr__(self) -> str:
        """Say how many rows there are of each step."""
        told = ", ".join(f"{count:,} {step}" for step, count in self.table["step"].value_counts(sort=False).items())
        return f"<MomentsReport, policy {self.policy.name!r}: {told or 'nothing found'}>"

    def _repr_html_(self) -> str:
        return as_html(self.to_frame("en"), f"{TITLE.en}. {self.policy.text('en')}")


def found_rows(sums: CellSums, found: NDArray[np.int8]) -> list[tuple[str, ...]]:
    """
    Lay out the cells that reveal too much.

    Parameters
    ----------
    sums : CellSums
    found : (c, k) int8
        Index into `REASONS`.
    """
    strata = strata_of(sums)
    of_cluster = sums.facts.stages[0].stratum_of_cluster
    return [
        (
            "found",
            strata[of_cluster[sums.cluster[cell]]],
            _group(sums, cell),
            sums.names[outcome],
            REASONS[found[cell, outcome]],
        )
        for cell, outcome in np.argwhere(found > 0).tolist()
    ]


def difference_rows(differences: Iterable[Difference]) -> list[tuple[str, ...]]:
    """Lay out groups that can be taken from those of an earlier file."""
    return [
        ("difference", "", f"{text_of(each.group)} | {text_of(each.other)}", each.outcome, "few_in_base")
        for each in differences
    ]


def strata_of(sums: CellSums) -> list[str]:
    """Return the strata in words: their labels, or their numbers where they have none."""
    names = sums.facts.names
    if names is None:
        return [str(number + 1) for number in range(sums.facts.strata)]
    return [text_of(label) if isinstance(label, tuple) else str(label) for label in names.stages[0].stratum]


def text_of(labels: Sequence[object]) -> str:
    """Write several labels as one."""
    return JOINED.join(map(str, labels))


def _group(sums: CellSums, cell: int) -> str:
    group = int(sums.group[cell])
    return ", ".join(map(str, sums.labels[group])) if group >= 0 else ""
