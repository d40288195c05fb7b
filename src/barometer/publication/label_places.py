"""Places of labels beside a line's end: as near as they come to where they belong without lying on each other."""

from collections.abc import Sequence

import numpy as np


def spread_labels(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """
    Move labels apart, each as little as the others allow.

    Parameters
    ----------
    wanted : sequence of float
        Where the centre of each label belongs, in points.
    heights : sequence of float
        Of the labels, in points.
    low, high : float
        Ends of the room; labels that need more run past `high`.

    Returns
    -------
    list of float
        Centres, in the order of `wanted`; the labels keep the order of their wanted places.

    Notes
    -----
    Labels that touch are pooled to a block that stands at the mean of what its labels want, as in isotonic regression
    (least squares).
    """
    order = np.argsort(np.asarray(wanted, dtype=np.float64), kind="stable")
    sizes = np.asarray(heights, dtype=np.float64)[order]
    before = np.concatenate([[0.0], np.cumsum(sizes)[:-1]]) + sizes / 2.0
    blocks: list[tuple[float, int]] = []
    for target in np.asarray(wanted, dtype=np.float64)[order] - before:
        mean, count = float(target), 1
        while blocks and blocks[-1][0] > mean:
            earlier, many = blocks.pop()
            mean, count = (earlier * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    starts = np.concatenate([np.full(count, mean) for mean, count in blocks]) if blocks else np.empty(0)
    starts = np.clip(starts, low, max(low, high - float(sizes.sum())))
    centres = np.empty(len(order))
    centres[order] = starts + before
    return [float(centre) for centre in centres]
