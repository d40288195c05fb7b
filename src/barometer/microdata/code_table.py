"""Tables of codes in which one key may stand for a range of numbers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, eq=False)
class RangedCodes(Mapping[str, str]):
    """
    Codes and their answers, some keys being ranges; both ends belong to a range.

    Iterating gives the keys as they are written; looking a code up finds the range that it lies in.

    Attributes
    ----------
    written : dict of str to str
        Key to answer.

    Examples
    --------
    >>> codes = RangedCodes({"0": "none", "1..49": "some"})
    >>> codes["7"], "50" in codes, list(codes)
    ('some', False, ['0', '1..49'])
    """

    written: Mapping[str, str]

    def __getitem__(self, code: str) -> str:
        """Return the answer of a key, or of the range that a code lies in."""
        if code in self.written:
            return self.written[code]
        return next(iter([answer for key, answer in self.written.items() if covers(key, code)]))

    def __contains__(self, code: object) -> bool:
        """Whether a code is listed, by itself or in a range."""
        return any(covers(key, str(code)) for key in self.written)

    def __iter__(self) -> Iterator[str]:
        """Give the keys as they are written."""
        return iter(self.written)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self.written)


def with_ranges(codes: Mapping[str, str]) -> Mapping[str, str]:
    """Return a table of codes in which ranges are found, if it has any."""
    return RangedCodes(codes) if any(map(range_of, codes)) else codes


def covers(key: str, code: str) -> bool:
    """
    Whether a key of a table of codes stands for a delivered code.

    Examples
    --------
    >>> covers("1", "1"), covers("1..49", "7"), covers("1..49", "50"), covers("1..49", "x")
    (True, True, False, False)
    """
    limits = range_of(key)
    if limits is None or not _NUMBER.fullmatch(code):
        return key == code
    return limits[0] <= float(code) <= limits[1]


def range_of(key: str) -> tuple[float, float] | None:
    """Return both ends of a key that is a range; None for a plain code."""
    found = _RANGE.fullmatch(key)
    return (float(found[1]), float(found[2])) if found else None


def range_faults(codes: Mapping[str, str]) -> list[str]:
    """Say which ranges end before they begin, and which overlap."""
    ranges = {key: limits for key in codes if (limits := range_of(key))}
    faults = [f"{key!r} is no range, it ends before it begins" for key, (low, high) in ranges.items() if low > high]
    for (first, (low, high)), (second, (start, end)) in combinations(ranges.items(), 2):
        if low <= end and start <= high:
            faults.append(f"{first!r} and {second!r} overlap")
    return faults
