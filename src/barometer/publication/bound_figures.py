"""Figure of what a share, or a difference, would be if those who did not answer differ."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

from barometer.analysis import Sensitivity
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.estimates import TOTAL
from barometer.analysis.tables import group_label
from barometer.codebook.records import Label, Lang
from barometer.publication.bound_figure_words import bound_words, one_row_words
from barometer.publication.bound_rows import BOUND_ROWS
from barometer.publication.bounds import Bound, BoundKind, bounds_data, measure_of, plain_points, value_text
from barometer.publication.drawn import Basis, Role, fitted_basis
from barometer.publication.figure import Figure
from barometer.publication.style import THIN_N

ESTIMATED = Label("Estimat {share} med stikprøveusikkerhed", "Estimate {share} with sampling error")
DIFFER = Label("Afviger højst {points} procentpoint", "Differ by at most {points} percentage points")
TIP = Label(
    "Afviger {points} procentpoint: udsagnet vælter", "Differ by {points} percentage points: the statement tips"
)
TIP_SAMPLING = Label(
    "Afviger {points} procentpoint: vælter med stikprøveusikkerhed",
    "Differ by {points} percentage points: tips with sampling error",
)
MIXTURE = Label("Stikprøve og bortfald i ét interval", "Sampling and non-response in one interval")
WORST = Label("Hvad de end ville have svaret", "Whatever they would have said")
STEPS: dict[str, tuple[BoundKind, Label]] = {
    "half": ("step", DIFFER),
    "chosen": ("step", DIFFER),
    "double": ("step", DIFFER),
    "tip": ("tip", TIP),
    "tip_sampling": ("tip_sampling", TIP_SAMPLING),
}
NAN = math.nan
Facts = Mapping[Hashable, Any]


def bounds_figure(found: Sensitivity, lang: Lang) -> Figure:
    """Make the figure of bounds: the steps of one share or difference, or one row per group of several."""
    rows = found.table.to_dict("records")
    one = len(rows) == 1
    marks = _steps(found, rows[0]) if one else [_group(found, row) for row in rows]
    words = {each: (one_row_words if one else bound_words)(found, marks, each) for each in LANGUAGES}
    name = "_".join(["bounds", rows[0]["indicator"], *_within(rows[-1])]).replace(".", "_")
    return Figure(name, "bounds", bounds_data(marks), lang, words, "", found.method.text("en"), BOUND_ROWS)


def _within(last: Facts) -> list[str]:
    """Name the domain of several groups, or the two groups of a difference."""
    if last["domain"] == TOTAL:
        return []
    return [last["domain"], *last["group"].split(" - ")] if " - " in last["group"] else [last["domain"]]


def _steps(found: Sensitivity, row: Facts) -> list[Bound]:
    """Put the estimate first, its bounds in the order of delta, then the one interval and the worst case."""
    measure = measure_of(row["group"])
    label = Label(*(ESTIMATED.text(each).format(share=value_text(row["share"], measure, each)) for each in LANGUAGES))
    estimate = {"share": row["share"], "ci_low": row["ci_low"], "ci_high": row["ci_high"]}
    marks = [_mark(found, row, "sampling", label, role="main", basis=_basis(found, row), **estimate)]
    for step in found.steps().to_dict("records"):
        kind, words = STEPS[step["kind"]]
        label = Label(*(words.text(each).format(points=plain_points(step["delta"], each)) for each in LANGUAGES))
        bounds = {"bound_low": step["low"], "bound_high": step["high"]}
        covered = {"covered_low": step["covered_low"], "covered_high": step["covered_high"]}
        marks.append(_mark(found, row, kind, label, delta=step["delta"], **bounds, **covered))
    both = {"ci_low": row["mixture_low"], "ci_high": row["mixture_high"]}
    marks.append(_mark(found, row, "mixture", MIXTURE, delta=row["delta"], **both))
    worst = {"worst_low": row["worst_low"], "worst_high": row["worst_high"]}
    return [*marks, _mark(found, row, "worst", WORST, **worst)]


def _group(found: Sensitivity, row: Facts) -> Bound:
    """Put everything that is known of a group into one row; the whole stands apart."""
    label = Label(*(group_label(found.codebook, row["domain"], row["group"], each) for each in LANGUAGES))
    named = {"low": "bound_low", "high": "bound_high"}
    drawn = ("share", "ci_low", "ci_high", "low", "high", "covered_low", "covered_high", "worst_low", "worst_high")
    return _mark(
        found,
        row,
        "group",
        label,
        role="main" if row["domain"] == TOTAL else "plain",
        basis=_basis(found, row),
        delta=row["delta"],
        tip=row["tip"],
        **{named.get(name, name): row[name] for name in drawn},
    )


def _mark(
    found: Sensitivity,
    row: Facts,
    kind: BoundKind,
    label: Label,
    *,
    role: Role = "plain",
    basis: Basis | None = None,
    **numbers: Any,
) -> Bound:
    """Make a row that draws the numbers given and nothing else."""
    empty = Bound(
        indicator=row["indicator"],
        group=row["group"],
        label_da=label.da,
        label_en=label.en,
        share=NAN,
        ci_low=NAN,
        ci_high=NAN,
        n=row["n"],
        role=role,
        basis=basis or ("assumed" if found.is_synthetic else "delivery"),
        thin=row["n"] < THIN_N,
        kind=kind,
        measure=measure_of(row["group"]),
        threshold=row["threshold"],
        holds=True,
    )
    mark = replace(empty, **numbers)
    lowest = min(end for end in (*mark.ends[1:-1], mark.worst_low if kind == "worst" else NAN, math.inf) if end == end)
    return replace(mark, holds=not lowest < mark.threshold - 1e-12)


def _basis(found: Sensitivity, row: Facts) -> Basis:
    """Say whether the estimate itself was published; bounds never were."""
    if not found.is_synthetic or " - " in row["group"]:
        return "assumed" if found.is_synthetic else "delivery"
    where = ("", "") if row["domain"] == TOTAL else (row["domain"], row["group"])
    return fitted_basis(found.codebook, found.method.wave, row["indicator"], where)
