"""Weights of a wave moved to counts of the population, and the report of what that did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import check_wave, wave_design, wave_method
from barometer.analysis.method import check_one_of
from barometer.analysis.weight_report import HEADINGS, Reweighting
from barometer.errors import ArgumentError
from barometer.microdata import StartWeights, Wave, Weighting, WeightingMethod
from barometer.microdata.weighting import CROSS, FRAME, MARGIN_COLUMNS, METHODS, STARTS

Name = str | tuple[str, ...]
Margins = Mapping[Name, Mapping[Name, float]] | pd.DataFrame | Sequence[Name] | Literal["frame"]
RESPONSE_METHODS = {"cells": "adjust_by_cells", "propensity": "replicate_propensity"}
"""Adjustments that the kernel has for arrays, and where."""


def reweight(
    wave: Wave,
    margins: Margins = FRAME,
    *,
    method: WeightingMethod = "raking",
    bounds: tuple[float, float] | None = None,
    trim: tuple[float, float] | None = None,
    start: StartWeights = "delivered",
) -> Reweighting:
    """
    Move the weights of a wave to counts of the population.

    Parameters
    ----------
    wave : Wave
        It stays as it is. One that was reweighted is reweighted again, on top.
    margins : mapping, DataFrame, sequence of names, or "frame"
        Population counts: a mapping of a domain to a mapping of its groups to counts; a tuple of domains crosses them,
        with tuples of groups, or "sector x size" with "health x small". A DataFrame has the columns domain, group and
        count. Names alone take the counts of the wave's frame, or of the sizes of its strata; "frame" does so for all
        registers that the frame knows.
    method : {"raking", "linear", "logit", "poststratify"}
        See `barometer.survey.calibrate_weights`.
    bounds : (float, float), optional
        Least and most of new weight over old.
    trim : (float, float), optional
        Bounds of the weights themselves, cut before they are calibrated; what is cut is given to the others.
    start : {"delivered", "design"}
        Move the delivered weights, or units of the frame over units drawn in the stratum, scaled so that those who
        answered stand for the population.

    Returns
    -------
    Reweighting
        `.wave` for estimates, `.table`, `.spread`, `.influential()`, `bm.draw(...)`.

    Raises
    ------
    CalibrationError
        With every margin, level and count at fault: groups without a count or without answers, margins with different
        totals, bounds that no weights meet. No weight is changed then, and no group joined to another.
    UnknownNameError
        If there is no such domain or group.
    ArgumentError
        If a choice is none of what it may be, or the frame does not tell a count.

    Notes
    -----
    What estimates of the wave say of their method names it. Standard errors come from the residuals of the regression
    on the margins, as R's `calibrate`.

    Examples
    --------
    >>> import barometer as bm
    >>> moved = bm.reweight(bm.load_wave(4), ["level", "sector", "size"], start="design")
    >>> moved.wave.weighting[0].method, len(moved.table)
    ('raking', 21)
    """
    check_wave(wave)
    if method in RESPONSE_METHODS:
        where = RESPONSE_METHODS[method]
        known = ", ".join(METHODS)
        raise ArgumentError(
            "method", f"{method!r} is for arrays of a sample: `barometer.survey.{where}`. A wave is moved by {known}"
        )
    check_one_of("method", method, METHODS)
    check_one_of("start", start, STARTS)
    if start == "design" and wave.weighting:
        raise ArgumentError("start", "is of a wave whose weights were not moved before: reweight the wave as delivered")
    domains, counts = _margins(wave, margins)
    wish = Weighting(domains, counts, method, bounds, _pair(trim), start)
    return report_weights(replace(wave, weighting=(*wave.weighting, wish)))


def report_weights(wave: Wave) -> Reweighting:
    """
    Report what moving the weights of a wave did to them.

    Parameters
    ----------
    wave : Wave
        Reweighted by `reweight`, or by the section [weighting] of its layout.

    Raises
    ------
    ArgumentError
        If its weights are those of the delivery.
    CalibrationError
        If a wish of its layout cannot be carried out.
    """
    check_wave(wave)
    if not wave.weighting:
        raise ArgumentError("wave", "has the weights of its delivery: reweight it, or put [weighting] into its layout")
    calibrated = wave_design(wave).calibration
    if calibrated is None:
        raise ArgumentError("wave", "has a design that was not calibrated")
    report = calibrated.report
    wish = wave.weighting[-1]
    base = report.base_weight
    if wish.trim is not None:
        before = replace(wish, trim=None)
        base = _before_trimming(wave, before)
    fit = report.fit
    table = pd.DataFrame(
        {
            "domain": fit.margin,
            "group": [str(level) for level in fit.level],
            "n": fit.n,
            "before": np.concatenate([np.bincount(m.code, base, len(m.labels)) for m in report.targets.margins]),
            "target": fit.target,
            "achieved": fit.achieved,
        }
    )
    for name in ("before", "target", "achieved"):
        table[f"share_{name}"] = table[name] / table.groupby("domain", sort=False)[name].transform("sum")
    table["provenance"] = wave.provenance.kind
    table = table[list(HEADINGS)]
    ratio = np.divide(report.weight, base, out=np.ones_like(base), where=base > 0.0)
    weighted = base > 0.0
    spread = _spread({"before": base[weighted], "after": report.weight[weighted], "ratio": ratio[weighted]})
    cut = 0 if wish.trim is None else int(((base < wish.trim[0]) | (base > wish.trim[1])).sum())
    method = wave_method(wave, survey.Choices(), "record")
    return Reweighting(wave, table, spread, base, report.weight, cut, report.gap, report.iterations, method)


def _before_trimming(wave: Wave, wish: Weighting) -> NDArray[np.float64]:
    """Return the weights that the last step began with."""
    untrimmed = wave_design(replace(wave, weighting=(*wave.weighting[:-1], wish))).calibration
    if untrimmed is None:
        raise ArgumentError("wave", "has a design that was not calibrated")
    return untrimmed.report.base_weight


def _spread(weights: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    rows = []
    for name, values in weights.items():
        found = survey.weight_spread(values)
        median = float(found.quantiles[list(found.probabilities).index(0.5)])
        rows.append(
            {
                "weights": name,
                "smallest": found.smallest,
                "median": median,
                "mean": found.mean,
                "largest": found.largest,
                "cv": found.cv,
                "deff": found.deff,
                "n_effective": found.n_effective,
            }
        )
    return pd.DataFrame(rows)


def _margins(wave: Wave, margins: Any) -> tuple[tuple[str, ...], dict[str, dict[str, float]] | None]:
    """Write margins as names of domains, and their counts where they were given."""
    if isinstance(margins, pd.DataFrame):
        return _of_frame(margins)
    if isinstance(margins, Mapping):
        counts: dict[str, dict[str, float]] = {}
        for name, groups in margins.items():
            if not isinstance(groups, Mapping):
                raise ArgumentError("margins", f"{_title(name)}: must be a mapping of group to count")
            counts[_title(name)] = {_title(group): count for group, count in groups.items()}
        if not counts:
            raise ArgumentError("margins", "names no domain")
        return tuple(counts), counts
    if isinstance(margins, str):
        margins = _registers(wave) if margins == FRAME else (margins,)
    if not isinstance(margins, Sequence) or not margins:
        raise ArgumentError("margins", 'must be counts by domain and group, names of domains, or "frame"')
    return tuple(_title(name) for name in margins), None


def _of_frame(table: pd.DataFrame) -> tuple[tuple[str, ...], dict[str, dict[str, float]]]:
    if absent := [name for name in MARGIN_COLUMNS if name not in table]:
        raise ArgumentError(
            "margins", f"needs the columns {', '.join(MARGIN_COLUMNS)}; {', '.join(absent)} are missing"
        )
    if table.duplicated(["domain", "group"]).any():
        raise ArgumentError("margins", "have a group twice in the same domain")
    counts = {
        str(domain): dict(zip(rows["group"].astype(str), rows["count"], strict=True))
        for domain, rows in table.groupby("domain", sort=False)
    }
    return tuple(counts), counts


def _registers(wave: Wave) -> tuple[str, ...]:
    known = wave.frame.registers if wave.frame is not None else wave.record.stratum
    if not known:
        raise ArgumentError("margins", "the wave has no frame and no strata: give the counts")
    return tuple(known)


def _title(name: object) -> str:
    return CROSS.join(map(str, name)) if isinstance(name, tuple) else str(name)


def _pair(trim: Any) -> tuple[float, float] | None:
    if trim is None:
        return None
    try:
        low, high = (float(end) for end in trim)
    except (TypeError, ValueError):
        raise ArgumentError("trim", f"must be two weights, the lower first; got {trim!r}") from None
    return low, high
