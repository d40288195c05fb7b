"""The numbers that a figure draws: chosen rows of results, with their labels and their standing."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal, TypeVar

import pandas as pd

from barometer.analysis import Association, Estimates
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.analysis.labelled import LabelledResult
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang
from barometer.publication.gaps import is_gap, shown_n
from barometer.publication.style import THIN_N

Role = Literal["main", "part", "plain", "total", "combination", "rest", "left", "right"]
Basis = Literal["published", "assumed", "delivery"]
Order = Literal["value", "given"]
Result = Estimates | LabelledResult | Association

LAST = ("other", "dont_know", "none", "not_relevant")
"""Answers that come last whatever their share."""


@dataclass(frozen=True, slots=True)
class Mark:
    """
    One share that is drawn.

    Attributes
    ----------
    share, ci_low, ci_high : float
        0 to 1; nan where there is none.
    role : {"main", "part", "plain", "total", "combination", "rest", "left", "right"}
        The composite of a union, its parts, a mark of its own, the share of all that groups stand beside, answers that
        were given together, what the note says of all others, or a side of a battery.
    basis : {"published", "assumed", "delivery"}
        Synthetic data fitted to what was published or resting on an assumption, or a real delivery.
    thin : bool
        Whether too few answers stand behind it for a full mark.
    n : int
        Answers in the base; `NO_N` where they are not shown.
    """

    indicator: str
    group: str
    label_da: str
    label_en: str
    share: float
    ci_low: float
    ci_high: float
    n: int
    role: Role
    basis: Basis
    thin: bool

    @property
    def end(self) -> float:
        """Where the mark and its interval end."""
        return max(0.0 if math.isnan(end) else end for end in (self.share, self.ci_high))

    @property
    def is_hollow(self) -> bool:
        """Whether it is drawn hollow, so that nobody relies on it."""
        return self.thin

    def label(self, lang: Lang) -> str:
        """Return its label in one language."""
        return self.label_da if lang == "da" else self.label_en


AnyMark = TypeVar("AnyMark", bound=Mark)


def drawn_bars(estimates: Estimates, *, union: bool, order: Order) -> pd.DataFrame:
    """
    Rows for bars: the total of each indicator, or a composite followed by its parts.

    Parameters
    ----------
    estimates : Estimates
        Without a domain; the first indicator is the composite of a union.
    union : bool
    order : {"value", "given"}
    """
    first, *rest = estimates.indicators
    if not union:
        labels = without_common_answer([indicator.label for indicator in estimates.indicators])
        named = zip(estimates.indicators, labels, strict=True)
        return to_data(ordered([estimated_mark(estimates, i.name, TOTAL, label, "plain") for i, label in named], order))
    parts = [estimated_mark(estimates, part.name, TOTAL, part.label, "part") for part in rest]
    return to_data([estimated_mark(estimates, first.name, TOTAL, first.label, "main"), *ordered(parts, order)])


def without_common_answer(labels: Sequence[Label]) -> list[Label]:
    """Leave out the answer that every row of a grid was given ("Citizens: promoted"): the subtitle says it once."""
    ends = {(label.da.partition(": ")[2], label.en.partition(": ")[2]) for label in labels}
    if len(labels) < 2 or len(ends) > 1 or ends == {("", "")}:
        return list(labels)
    return [Label(label.da.partition(": ")[0], label.en.partition(": ")[0]) for label in labels]


def drawn_domains(estimates: Estimates, *, order: Order) -> pd.DataFrame:
    """
    Rows for dots: every group of one domain, and the total.

    Parameters
    ----------
    estimates : Estimates
        One indicator by one domain.
    order : {"value", "given"}
    """
    name = estimates.indicators[0].name
    groups = [
        estimated_mark(estimates, name, group.code, group.label, "plain") for group in estimates.domains[0].groups
    ]
    return to_data([*ordered(groups, order), estimated_mark(estimates, name, TOTAL, TOTAL_LABEL, "total")])


def to_data(marks: Sequence[Mark]) -> pd.DataFrame:
    """Return marks as a frame, one row each."""
    return pd.DataFrame([asdict(mark) for mark in marks])


def to_marks(data: pd.DataFrame) -> list[Mark]:
    """Return the rows of a frame as marks; what columns there are besides is left aside."""
    columns = [data[field.name].tolist() for field in fields(Mark)]
    return [Mark(*row) for row in zip(*columns, strict=True)]


def estimated_mark(estimates: Estimates, indicator: str, group: str, label: Label, role: Role) -> Mark:
    """Return one share of a result as a mark; `group` is "total" without a domain."""
    found = estimates.row(indicator, *([group] if estimates.domains else []))
    return Mark(
        indicator=indicator,
        group=group,
        label_da=label.da,
        label_en=label.en,
        share=float(found["share"]),
        ci_low=float(found["ci_low"]),
        ci_high=float(found["ci_high"]),
        n=shown_n(found["n"]),
        role=role,
        basis=_basis(estimates, indicator, group),
        thin=shown_n(found["n"]) < THIN_N and not is_gap(found),
    )


def _basis(estimates: Estimates, indicator: str, group: str) -> Basis:
    where = (estimates.domains[0].name, group) if estimates.domains and group != TOTAL else ("", "")
    return share_basis(estimates, indicator, where)


def share_basis(result: Result, indicator: str, where: tuple[str, str] = ("", "")) -> Basis:
    """
    Say whether a share of synthetic data was fitted to what was published, or rests on an assumption.

    Parameters
    ----------
    result : Estimates, LabelledResult or Association
    indicator : str
    where : tuple of str
        Domain and group; two empty texts for the total.
    """
    return fitted_basis(result.codebook, result.method.wave, indicator, where) if result.is_synthetic else "delivery"


def fitted_basis(book: Codebook, wave: int, indicator: str, where: tuple[str, str] = ("", "")) -> Basis:
    """Say whether a synthetic wave was fitted to a published share; the codebook as the wave used it."""
    drawn = book.indicators.get(indicator)
    if drawn is None:  # made of several answers for publication
        return "assumed"
    # A part of a union and the answer that makes it are one share under two names.
    same = {other.name for other in book.indicators.values() if (other.rule, other.base) == (drawn.rule, drawn.base)}
    fitted = any(
        claim.fitted and claim.check in ("exact", "range") and claim.statistic == "share"
        for claim in book.wave_claims(wave)
        if claim.indicator in same and (claim.domain, claim.group) == where
    )
    return "published" if fitted else "assumed"


def ordered(marks: Sequence[AnyMark], order: Order) -> list[AnyMark]:
    """Put marks in order; answers such as "other" come last whatever their share."""
    last = [mark for mark in marks if mark.group in LAST or mark.indicator.rpartition(".")[2] in LAST]
    rest = [mark for mark in marks if mark not in last]
    if order == "value":
        rest = sorted(rest, key=lambda mark: -1.0 if math.isnan(mark.share) else mark.share, reverse=True)
    return [*rest, *last]
