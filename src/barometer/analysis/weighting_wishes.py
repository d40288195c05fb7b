"""From the arguments of `reweight` to a step of the weighting: what is asked for, checked before it is carried out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from barometer.analysis.drawn_sample import delivered_frame
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import ResponseAdjustment, Wave, Weighting, WeightingStep
from barometer.microdata.response_wish import (
    MODEL_WEIGHTS,
    OWN_KEYS,
    RESPONSE_METHODS,
    RULES,
    response_faults,
)
from barometer.microdata.weighting import (
    CROSS,
    FRAME,
    MARGIN_COLUMNS,
    METHODS,
    RESIDUALS,
    STARTS,
)

OF_CALIBRATION = ("bounds", "trim", "start", "residuals")


def weighting_step(wave: Wave, margins: Any, method: str, chosen: Mapping[str, Any]) -> WeightingStep:
    """
    Make the step that was asked for.

    Parameters
    ----------
    wave : Wave
    margins, method
        As of `reweight`.
    chosen : dict
        Its other arguments, those that were given.

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, or belongs to another method.
    """
    check_choice("method", method, (*METHODS, *RESPONSE_METHODS))
    own = (*OWN_KEYS[method], "replicates") if method in RESPONSE_METHODS else OF_CALIBRATION
    for name in chosen:
        if name not in own:
            raise ArgumentError(name, f'is no choice of method "{method}", which has {", ".join(own)}')
    if method in RESPONSE_METHODS:
        return _adjustment(wave, margins, method, chosen)
    return _calibration(wave, margins, method, chosen)


def _calibration(wave: Wave, margins: Any, method: Any, chosen: Mapping[str, Any]) -> Weighting:
    check_choice("start", chosen.get("start", "delivered"), STARTS)
    check_choice("residuals", chosen.get("residuals", "regression"), RESIDUALS)
    if chosen.get("start") == "design" and wave.weighting:
        raise ArgumentError("start", "is of a wave whose weights were not moved before: reweight the wave as delivered")
    domains, counts = _margins(wave, margins)
    pairs = {"trim": _pair(chosen["trim"])} if "trim" in chosen else {}
    return Weighting(domains, counts, method, **{**chosen, **pairs})


def _adjustment(wave: Wave, margins: Any, method: Any, chosen: Mapping[str, Any]) -> ResponseAdjustment:
    """Check what was asked of non-response; nothing is computed yet."""
    if wave.weighting:
        raise ArgumentError(
            "method",
            f'"{method}" begins from the design weights: adjust the wave as delivered, and calibrate what comes',
        )
    if isinstance(margins, str):
        strata = wave.record.stratum or delivered_frame(wave).registers
        margins = strata if margins == FRAME else (margins,)
    if isinstance(margins, Mapping | pd.DataFrame) or not isinstance(margins, Sequence) or not margins:
        example = 'for instance ["sector", "size"]'
        raise ArgumentError("margins", f'"{method}" takes names of registers of the frame, {example}')
    check_choice("rule", chosen.get("rule", "classes"), RULES)
    check_choice("model_weight", chosen.get("model_weight", "design"), MODEL_WEIGHTS)
    for name in ("minimum", "classes", "replicates"):
        if name in chosen and (not isinstance(chosen[name], int) or isinstance(chosen[name], bool)):
            raise ArgumentError(name, f"must be a whole number; got {chosen[name]!r}")
    if "largest" in chosen and (isinstance(chosen["largest"], bool) or not isinstance(chosen["largest"], int | float)):
        raise ArgumentError("largest", f"must be a number above 1; got {chosen['largest']!r}")
    wish = ResponseAdjustment(_check_names([_title(name) for name in margins]), method, **chosen)
    for fault in response_faults(wish):
        name, _, text = fault.partition(" ")
        raise ArgumentError("margins" if name == "domains" else name, text)
    return wish


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
        _check_names([_title(name) for name in margins])
        _check_counts(counts)
        if not counts:
            raise ArgumentError("margins", "names no domain")
        return tuple(counts), counts
    if isinstance(margins, str):
        margins = _registers(wave) if margins == FRAME else (margins,)
    if not isinstance(margins, Sequence) or not margins:
        raise ArgumentError("margins", 'must be counts by domain and group, names of domains, or "frame"')
    return _check_names([_title(name) for name in margins]), None


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
    _check_counts(counts)
    return tuple(counts), counts


def _check_names(titles: Sequence[str]) -> tuple[str, ...]:
    """Refuse a margin that comes twice, and a domain that is crossed with itself."""
    for title in titles:
        parts = title.split(CROSS)
        if titles.count(title) > 1 or len(set(parts)) < len(parts):
            raise ArgumentError("margins", f"{title}: the same domain comes twice; name it once")
    return tuple(titles)


def _check_counts(counts: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse counts that are no numbers."""
    for title, groups in counts.items():
        for group, count in groups.items():
            if isinstance(count, bool | np.bool_) or not isinstance(count, int | float | np.number):
                raise ArgumentError("margins", f"{title}: the count of {group!r} must be a number; got {count!r}")


def _registers(wave: Wave) -> tuple[str, ...]:
    known = wave.frame.registers if wave.frame is not None else wave.record.stratum
    if not known:
        raise ArgumentError("margins", "the wave has no frame and no strata: give the counts")
    return tuple(known)


def _title(name: object) -> str:
    return CROSS.join(map(str, name)) if isinstance(name, tuple) else str(name)


def _pair(trim: Any) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in trim)
    except (TypeError, ValueError):
        raise ArgumentError("trim", f"must be two weights, the lower first; got {trim!r}") from None
    if not 0.0 <= low < high:
        raise ArgumentError("trim", f"must be two weights, the lower first and not below 0; got {trim!r}")
    return low, high
