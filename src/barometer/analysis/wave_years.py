"""When each wave was, in years: as its period says, or as it was given."""

import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from barometer.errors import ArgumentError

EXAMPLE = "{4: 2022.3}"
YEARS = 1900, 2200
"""A number outside is a mistake for a year."""


def place_waves(periods: Mapping[int, str], years: Mapping[int, float] | None) -> dict[int, float]:
    """
    Place waves in time.

    Parameters
    ----------
    periods : dict of int to str
        By wave; a wave is placed at the mean of the first and the last year that its period names.
    years : dict of int to float or None
        Instead of that, for some of the waves; nan where it is not known.

    Returns
    -------
    dict of int to float
        nan where the period names no year.

    Raises
    ------
    ArgumentError
        If `years` is no dict of waves to years, names another wave, or places a wave no later than the one before.
    """
    given = {} if years is None else years
    if not isinstance(given, Mapping):
        raise ArgumentError("years", f"must be a dict of waves to years, for instance {EXAMPLE}; got {years!r}")
    for wave, year in given.items():
        if isinstance(wave, bool) or not isinstance(wave, int | np.integer):
            raise ArgumentError("years", f"names waves by their number, for instance {EXAMPLE}; got the key {wave!r}")
        if wave not in periods:
            raise ArgumentError("years", f"names wave {wave}, which is not among the waves {list(periods)}")
        if isinstance(year, bool) or not isinstance(year, int | float | np.number):
            raise ArgumentError(
                "years", f"must give wave {wave} a number, for instance {EXAMPLE}, or float('nan') if it is not known; "
                f"got {year!r}"
            )  # fmt: skip
        if not (np.isnan(year) or YEARS[0] <= year <= YEARS[1]):
            raise ArgumentError("years", f"must give wave {wave} a year, for instance {EXAMPLE}; got {year!r}")
    placed = {wave: _year(period) for wave, period in periods.items()} | {int(w): float(y) for w, y in given.items()}
    known = [(wave, year) for wave, year in sorted(placed.items()) if np.isfinite(year)]
    for (before, one), (after, two) in pairwise(known):
        if two <= one:
            raise ArgumentError(
                "years",
                f"wave {before} is placed at {one:g} and wave {after} at {two:g}: a later wave must come later in "
                f"time. Say when each was, for instance years={EXAMPLE}",
            )
    return placed


def _year(period: str) -> float:
    found = [int(year) for year in re.findall(r"\d{4}", period)]
    return (found[0] + found[-1]) / 2.0 if found else float("nan")
