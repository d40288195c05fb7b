"""Every number that can be reached from a result."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

import barometer as bm
from barometer.analysis.withheld import Withheld
from barometer.codebook import Codebook
from barometer.errors import ArgumentError, WithheldError


def numbers_in(thing: object, seen: set[int]) -> Iterator[float]:
    """Every number that can be reached by public attributes and by methods that ask for nothing."""
    if isinstance(thing, int | float | np.number):
        yield float(thing)
        return
    if id(thing) in seen or isinstance(thing, str | bytes | Codebook | Path | type):
        return
    seen.add(id(thing))
    if isinstance(thing, Withheld):
        yield from numbers_in(thing.kept, seen)
        return
    assert not isinstance(thing, bm.Wave), "microdata can be reached"
    if isinstance(thing, np.ndarray) and thing.dtype.kind in "fiu":
        yield from thing.ravel().astype(np.float64).tolist()
    elif isinstance(thing, pd.DataFrame):
        for column in thing.select_dtypes("number"):
            yield from thing[column].astype("Float64").dropna().astype(float).tolist()
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from numbers_in(value, seen)
    elif isinstance(thing, list | tuple | np.ndarray | pd.Series):
        for value in thing:
            yield from numbers_in(value, seen)
    elif dataclasses.is_dataclass(thing):
        yield from numbers_of_attributes(thing, seen)


def numbers_of_attributes(thing: object, seen: set[int]) -> Iterator[float]:
    for name in (name for name in dir(thing) if not name.startswith("_")):
        try:
            value = getattr(thing, name)
            found = value() if callable(value) and not isinstance(value, Withheld) else value
        except (WithheldError, TypeError, ArgumentError, KeyError, IndexError, ValueError):
            continue
        yield from numbers_in(found, seen)
