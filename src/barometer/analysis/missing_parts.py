"""Each group of a share as the kernel's bounds see it: what was answered, and what the weights give to the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.drawn_sample import DrawnSample
from barometer.analysis.estimates import TOTAL, Estimates
from barometer.errors import ArgumentError
from barometer.microdata import Wave


@dataclass(frozen=True, slots=True, eq=False)
class GroupPart:
    """
    One group, or the whole, and the part of its share that rests on answers nobody gave.

    Attributes
    ----------
    keys : dict
        Codes: indicator, domain, group.
    n : int
        Answers in the base.
    ci_low, ci_high : float
        Sampling interval of the share, response taken as given; nan where there is none.
    missing : MissingPart
    answered : float
        Share of those who answered, with design weights.
    worst : (float, float)
        Bounds whatever the others would have said.
    note : str
        What is assumed, as a code of `NOTES`.
    """

    keys: dict[str, object]
    n: int
    ci_low: float
    ci_high: float
    missing: "survey.MissingPart"
    answered: float
    worst: tuple[float, float]
    note: str


def group_parts(wave: Wave, sample: DrawnSample, estimates: Estimates, by: str | None) -> list[GroupPart]:
    """
    Split the share of the whole, and of each group, into what was answered and what the weights give to the others.

    Parameters
    ----------
    wave : Wave
    sample : DrawnSample
        With the weights that the estimates were made with.
    estimates : Estimates
        One indicator, by `by`.
    by : str or None
        A register domain that the frame has.

    Raises
    ------
    ArgumentError
        If nobody in a group is in the base.
    """
    indicator = estimates.indicators[0]
    arrays = wave.indicator_arrays([indicator], [indicator.dont_know])
    yes, base = arrays.yes[:, 0], arrays.bases[:, arrays.base[0]]
    groups: list[tuple[str, str]] = [(TOTAL, TOTAL)]
    masks: list[NDArray[np.bool_]] = [np.ones(sample.answered.size, dtype=np.bool_)]
    for codes in estimates.groups:
        groups.append((str(by), codes[0]))
        masks.append((sample.registers[str(by)] == codes[0]).to_numpy(dtype=np.bool_))
    parts = []
    for (domain, group), mask, (_, row) in zip(groups, masks, estimates.table.iterrows(), strict=True):
        keys: dict[str, object] = {"indicator": indicator.name, "domain": domain, "group": group}
        parts.append(_part(keys, sample, mask, yes, base, row))
    return parts


def _part(
    keys: dict[str, object],
    sample: DrawnSample,
    mask: NDArray[np.bool_],
    yes: NDArray[np.bool_],
    base: NDArray[np.bool_],
    row: pd.Series,
) -> GroupPart:
    inside, se = mask[sample.answered], row["se"]
    d = np.where(inside, sample.weight[sample.answered], 0.0)
    w = np.where(inside, sample.delivered[sample.answered], 0.0)
    drawn = sample.weight[mask].sum()
    if not (w @ base > 0.0 and d @ base > 0.0):
        raise ArgumentError("by", f"nobody in the group {keys['group']!r} is in the base of {keys['indicator']!r}")
    w *= drawn / w.sum()
    share, answered = float(w @ yes / (w @ base)), float(d @ yes / (d @ base))
    rate = min(float(d @ base / (w @ base)), 1.0)
    imputed = share if rate == 1.0 else (share - rate * answered) / (1.0 - rate)
    note = "" if base.all() else "base_assumed"
    if not -1e-9 <= imputed <= 1.0 + 1e-9:
        note = "weights_moved"
    # A share of 0 or 1 has no spread to take a standard error from, which is not a standard error of 0.
    known = float("nan") if np.isnan(row["ci_low"]) else float(se)
    part = survey.MissingPart(min(share, 1.0), rate, float(np.clip(imputed, 0.0, 1.0)), known)
    everybody = min(float(d.sum() / drawn), 1.0)
    worst = survey.worst_case_bounds(min(answered, 1.0), everybody, min(float(d @ base / d.sum()), 1.0))
    return GroupPart(keys, int(row["n"]), row["ci_low"], row["ci_high"], part, answered, worst, note)


def register_of(sample: DrawnSample, by: str | None) -> str | None:
    """
    Return a domain that is a register of the frame.

    Raises
    ------
    ArgumentError
        If it is none: of another nobody knows who else is in it.
    """
    known = tuple(sample.registers.columns)
    if by is not None and by not in known:
        raise ArgumentError(
            "by",
            f"must be a register that the frame has ({', '.join(known)}): of {by!r} nobody knows who else is in it",
        )
    return by
