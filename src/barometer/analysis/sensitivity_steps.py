"""How the bounds of a share or a difference widen, step by step, as those who did not answer differ more."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from barometer import survey

StepKind = Literal["half", "chosen", "double", "tip_sampling", "tip"]
SAME = 5e-4
"""Deltas that are nearer to each other would be written as the same number of points."""
NEAR = 0.2
"""Half and double of delta are left out where another step is nearer than this part of delta."""


def bounds_at(
    parts: "Sequence[survey.MissingPart]", delta: float, *, se: float, confidence: float
) -> "survey.ShareBounds":
    """
    Bound a share, or the difference of two, if those who did not answer differ by at most delta.

    Parameters
    ----------
    parts : sequence of MissingPart
        One of a share, two of a difference.
    delta : float
        Fraction of one.
    se : float
        Standard error of the difference; a share carries its own.
    confidence : float
    """
    if len(parts) == 1:
        return survey.bound_share(parts[0], delta, confidence=confidence)
    first, second = parts
    return survey.bound_difference(first, second, delta, se=se, confidence=confidence)


def steps_of(parts: "Sequence[survey.MissingPart]", row: Mapping[Hashable, Any], confidence: float) -> pd.DataFrame:
    """
    Bound one row of a sensitivity at half of its delta, at delta, at the double, and where its statement tips.

    Parameters
    ----------
    parts : sequence of MissingPart
        Of the row.
    row : mapping
        Of `Sensitivity.table`.
    confidence : float

    Returns
    -------
    DataFrame
        One row per step, by delta: kind, delta, low, high, covered_low, covered_high, holds (whether the statement
        holds between the bounds with sampling error; true where there is none). Tipping points come first: a step that
        says nothing new beside another is left out.
    """
    steps: list[tuple[StepKind, float]] = []
    wanted: tuple[tuple[StepKind, float], ...] = (
        ("tip", row["tip"]),
        ("tip_sampling", row["tip_sampling"]),
        ("chosen", row["delta"]),
        ("double", min(2.0 * row["delta"], 1.0)),
        ("half", row["delta"] / 2.0),
    )
    for kind, delta in wanted:
        apart = NEAR * row["delta"] if kind in ("half", "double") else SAME
        if delta > 0.0 and all(abs(delta - other) >= apart for _, other in steps):
            steps.append((kind, float(delta)))
    rows = []
    for kind, delta in sorted(steps, key=lambda step: step[1]):
        found = bounds_at(parts, delta, se=row["se"], confidence=confidence)
        least = found.low if np.isnan(found.ci_low) else found.ci_low
        holds = bool(np.isnan(row["threshold"]) or least >= row["threshold"] - 1e-12)
        rows.append((kind, delta, found.low, found.high, found.ci_low, found.ci_high, holds))
    return pd.DataFrame(rows, columns=["kind", "delta", "low", "high", "covered_low", "covered_high", "holds"])
