"""Checks of the design of a delivery: weights, strata, and groups that lie inside others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.microdata.layout import Layout
from barometer.microdata.placing import at_rows, in_short
from barometer.microdata.wave import strata_of

WEIGHT_TOLERANCE = 0.005
"""Relative gap between a stratum's sum of weights and its population from which a warning is given."""
WEIGHT_SPREAD = 2.0
"""1 + cv² of the weights, from which a warning is given: the answers are worth half of them or fewer (Kish 1965)."""


def check_design(microdata: pd.DataFrame, layout: Layout, stratum: tuple[str, ...], faults: list[Fault]) -> None:
    """
    Check weights and strata, as far as the columns for it can be read.

    Parameters
    ----------
    microdata : DataFrame
        Harmonised; columns that could not be read are missing or hold NaN.
    layout : Layout
    stratum : tuple of str
        Register columns whose cross is the strata.
    faults : list of Fault
        Gets what is found: rules stratum, weight, weight-sum and weight-spread.
    """
    if "weight" in microdata:
        _check_weights(microdata["weight"].to_numpy(np.float64), layout, faults)
    if "population" not in microdata or any(name not in microdata for name in stratum):
        return
    sizes = microdata["population"].to_numpy(np.float64)
    odd = np.isfinite(sizes) & (sizes >= 0) & ((sizes < 1) | (np.floor(sizes) != sizes))
    if odd.any():
        faults.append(at_rows("stratum", "must be a whole number of units", layout.population, odd))
    # What is no number, negative or infinite was told when the column was read.
    known = ~odd & (sizes >= 1) & (np.isfinite(sizes) | (layout.population == ""))
    for name in stratum:
        known &= microdata[name].cat.codes.to_numpy() >= 0
    if known.any():
        columns = [name for name in (*stratum, "population", "weight") if name in microdata]
        _check_strata(microdata[columns], known, layout, stratum, faults)


def _check_weights(weight: FloatArray, layout: Layout, faults: list[Fault]) -> None:
    counted = weight[np.isfinite(weight) & (weight > 0)]
    if not np.isnan(weight).any() and counted.size == 0:
        faults.append(Fault("weight", "all are zero", layout.weight))
    if counted.size > 1:
        worth = counted.sum() ** 2 / (counted**2).sum()
        if counted.size / worth > WEIGHT_SPREAD:
            message = f"differ so much that {counted.size:,} answers are worth {worth:,.0f}; are they right?"
            faults.append(Fault("weight-spread", message, layout.weight))


def _check_strata(
    design: pd.DataFrame, known: BoolArray, layout: Layout, stratum: tuple[str, ...], faults: list[Fault]
) -> None:
    """Check the strata of the rows of which stratum and population size are known."""
    codes, names = strata_of(design[known], stratum)
    sizes = design["population"].to_numpy(np.float64)[known]
    answers = np.bincount(codes, minlength=len(names))
    least, most = np.full(len(names), np.inf), np.zeros(len(names))
    np.minimum.at(least, codes, sizes)
    np.maximum.at(most, codes, sizes)
    several = least < most
    over = ~several & (answers > most)
    # A row whose stratum is not known may be the second answer, or the weight that lacks.
    lonely = ~several & (answers == 1) & (most > 1) & known.all()
    held = [f"{name} ({n} of {size:.0f})" for name, n, size in zip(names, answers, most, strict=True)]
    for wrong, place, listed, one, many in (
        (several, layout.population, names, "has several population sizes", "have several population sizes"),
        (over, layout.population, held, "has more answers than units", "have more answers than units"),
        (
            lonely,
            "",
            names,
            "has one answer and is not taken whole; join it to a similar stratum",
            "have one answer each and are not taken whole; join each to a similar stratum",
        ),
    ):
        if wrong.any():
            rows = np.zeros(len(known), dtype=np.bool_)
            rows[known] = wrong[codes]
            which = [listed[h] for h in np.flatnonzero(wrong)]
            message = (
                f"stratum {which[0]} {one}" if len(which) == 1 else f"{len(which)} strata {many}: {in_short(which)}"
            )
            faults.append(at_rows("stratum", message, place, rows))
    if known.all() and "weight" in design and not design["weight"].isna().any():
        total = np.zeros(len(names))
        np.add.at(total, codes, design["weight"].to_numpy(np.float64))
        checked = ~several & ~over & np.isfinite(most)
        _check_sums(total[checked], most[checked], [names[h] for h in np.flatnonzero(checked)], layout, faults)


def _check_sums(
    total: FloatArray, population: FloatArray, names: Sequence[str], layout: Layout, faults: list[Fault]
) -> None:
    gap = np.abs(total - population) / population
    off = np.flatnonzero(gap > WEIGHT_TOLERANCE)
    if not off.size:
        return
    farthest_first = off[np.argsort(-gap[off], kind="stable")]
    listed = [f"{names[h]} ({total[h]:,.1f} of {population[h]:,.0f})" for h in farthest_first]
    message = (
        f"the weights of {off.size} of {len(names)} strata do not add up to their population, farthest off first: "
        f"{in_short(listed)}"
    )
    if off.size == 1:
        h = int(off[0])
        message = f"the weights of stratum {names[h]} add up to {total[h]:,.1f}, its population is {population[h]:,.0f}"
    faults.append(Fault("weight-sum", message, layout.weight))


def check_nesting(microdata: pd.DataFrame, layout: Layout, codebook: Codebook, faults: list[Fault]) -> None:
    """Check that a group which lies inside another (a sector in its level) is delivered with it."""
    for name, coded in layout.registers.items():
        domain = codebook.domains[name]
        if name not in microdata or domain.inside not in microdata:
            continue
        outer = [group.code for group in codebook.domains[domain.inside].groups]
        expected = np.array([outer.index(group.of) for group in domain.groups], dtype=np.intp)
        inner_codes = microdata[name].cat.codes.to_numpy()
        outer_codes = microdata[domain.inside].cat.codes.to_numpy()
        wrong: BoolArray = (inner_codes >= 0) & (outer_codes >= 0) & (expected[inner_codes] != outer_codes)
        if wrong.any():
            faults.append(
                at_rows("registers", f"does not lie in the {domain.inside} of the same row", coded.name, wrong)
            )
