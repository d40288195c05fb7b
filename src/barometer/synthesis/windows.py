"""What published shares of one question leave each other: parts add up to their whole."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from barometer.codebook.records import Indicator
from barometer.synthesis.board import Board

Window = tuple[float, float]
"""Lowest and highest per cent."""
STEP = 1e-6
"""Per cent that a window must shrink by for the others to be looked at again."""


def narrowed(windows: Mapping[str, Window], sums: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Window]:
    """
    Narrow windows until each whole can still be the sum of its parts, and each part what the others leave of it.

    Whole per cents that are published of one question may hold together although they do not add up, if the unrounded
    shares lie in some corners of their windows only: 56 and 19 with 74 in all, or 16, 56, 19 and 10. A share that is
    decided first must leave the later ones their corner.

    Parameters
    ----------
    windows : dict of str to (low, high)
        Per cents of the same base.
    sums : sequence of (whole, parts)
        Which shares add up to which.

    Returns
    -------
    dict of str to (low, high)
        The windows as they were if nothing keeps them all.

    Examples
    --------
    >>> narrowed({"all": (74, 75), "a": (56, 57), "b": (10, 20)}, [("all", ("a", "b"))])
    {'all': (74, 75), 'a': (56, 57), 'b': (17, 19)}
    """
    found = dict(windows)
    moved = True
    while moved:
        moved = False
        for whole, parts in sums:
            lows, highs = sum(found[part][0] for part in parts), sum(found[part][1] for part in parts)
            bounds = {whole: (lows, highs)}
            for part in parts:
                low, high = found[part]
                bounds[part] = (found[whole][0] - (highs - high), found[whole][1] - (lows - low))
            for name, (least, most) in bounds.items():
                low, high = found[name]
                if least > low + STEP or most < high - STEP:
                    found[name] = (max(low, least), min(high, most))
                    moved = True
                if found[name][0] > found[name][1]:
                    return dict(windows)
    return found


def leeway(
    indicator: Indicator, board: Board, weight: NDArray[np.float64], published: Mapping[str, Window]
) -> tuple[float, float] | None:
    """
    Middle and half width of what the other shares of its question leave to a published share.

    Parameters
    ----------
    indicator : Indicator
        An answer or a group of answers of a question with one answer, or of a grid.
    board : Board
        Shares that are decided on it stand where they are.
    weight : (n,) float
    published : dict of str to (low, high)
        Indicator to the window of its published per cent.

    Returns
    -------
    (middle, half width) or None
        None where the published window stays as it is.
    """
    question = board.codebook.questions.get(indicator.question)
    if question is None or question.kind not in ("single", "grid"):
        return None
    prefix, _, code = indicator.name.rpartition(".")
    everyone = ""
    wholes = {group.code: group.answers for group in question.groups}
    wholes[everyone] = tuple(answer.code for answer in question.answers)
    sums = [*wholes.items(), *_nested(wholes)]
    windows: dict[str, Window] = {everyone: (100.0, 100.0)}
    for other in sorted({*wholes, *wholes[everyone]} - {everyone}):
        name = f"{prefix}.{other}"
        windows[other] = _decided(name, board, weight) or published.get(name, (0.0, 100.0))
    windows[code] = published[indicator.name]
    low, high = narrowed(windows, sums)[code]
    return None if (low, high) == windows[code] else ((low + high) / 2, (high - low) / 2)


def _nested(wholes: Mapping[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    """Each whole as a smaller one inside it and what is left."""
    return [
        (whole, (inner, *(code for code in parts if code not in held)))
        for whole, parts in wholes.items()
        for inner, held in wholes.items()
        if set(held) < set(parts)
    ]


def _decided(name: str, board: Board, weight: NDArray[np.float64]) -> Window | None:
    """Return a share that is decided, as a window without width."""
    truth = board.indicator(name)
    if truth.open.any():
        return None
    base = board.base(board.codebook.indicators[name].base)
    share = 100.0 * float(weight[truth.certain].sum() / weight[base].sum())
    return share, share
