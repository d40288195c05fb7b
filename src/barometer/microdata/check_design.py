"""Checks of the design of a delivery: weights, strata, and groups that lie inside others."""

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.evaluate import BoolArray
from barometer.microdata.harmonise import rows_where
from barometer.microdata.layout import Layout
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
        faults.append(Fault("stratum", "must be a whole number of workplaces", layout.population, rows_where(odd)))
    # What is no number, negative or infinite was told when the column was read.
    known = ~odd & (sizes >= 1) & (np.isfinite(sizes) | (layout.population == ""))
    for name in stratum:
        known &= microdata[name].cat.codes.to_numpy() >= 0
    if known.any():
        _check_strata(microdata[known], layout, stratum, faults)


def _check_weights(weight: np.ndarray[tuple[int], np.dtype[np.float64]], layout: Layout, faults: list[Fault]) -> None:
    counted = weight[np.isfinite(weight) & (weight > 0)]
    if not np.isnan(weight).any() and counted.size == 0:
        faults.append(Fault("weight", "all are zero", layout.weight))
    if counted.size > 1:
        worth = counted.sum() ** 2 / (counted**2).sum()
        if counted.size / worth > WEIGHT_SPREAD:
            message = f"differ so much that {counted.size:,} answers are worth {worth:,.0f}; are they right?"
            faults.append(Fault("weight-spread", message, layout.weight))


def _check_strata(microdata: pd.DataFrame, layout: Layout, stratum: tuple[str, ...], faults: list[Fault]) -> None:
    codes, names = strata_of(microdata, stratum)
    sizes = microdata["population"].to_numpy(np.float64)
    answers = np.bincount(codes, minlength=len(names))
    least, most = np.full(len(names), np.inf), np.zeros(len(names))
    np.minimum.at(least, codes, sizes)
    np.maximum.at(most, codes, sizes)
    several = least < most
    place = layout.population
    over, lonely = ~several & (answers > most), ~several & (answers == 1) & (most > 1)
    told = [(h, place, "has several population sizes") for h in np.flatnonzero(several)]
    told += [(h, "", f"has {answers[h]} answers but {most[h]:.0f} workplaces") for h in np.flatnonzero(over)]
    alone = "has one answer and is not taken whole; join it to a similar stratum"
    told += [(h, "", alone) for h in np.flatnonzero(lonely)]
    faults += [Fault("stratum", f"stratum {names[h]} {message}", where) for h, where, message in told]
    if "weight" not in microdata or microdata["weight"].isna().any():
        return
    total = np.bincount(codes, microdata["weight"].to_numpy(np.float64), minlength=len(names))
    off = ~several & (answers <= most) & np.isfinite(most) & (np.abs(total - most) > WEIGHT_TOLERANCE * most)
    for h in np.flatnonzero(off):
        message = f"the weights of stratum {names[h]} add up to {total[h]:,.1f}, its population is {most[h]:,.0f}"
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
            message = f"does not lie in the {domain.inside} of the same row"
            faults.append(Fault("registers", message, coded.name, rows_where(wrong)))
