"""Answers that overlap, taken apart into combinations that do not."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from barometer.codebook.records import Label
from barometer.errors import ArgumentError

BoolArray = NDArray[np.bool_]

NONE = "none"
"""Code of those in the base who have none of the answers."""
OTHER = "other_combinations"
"""Code of the combinations that are not listed, taken together."""
NONE_LABEL = Label("Ingen af dem", "None of them")
OTHER_LABEL = Label("Andre kombinationer", "Other combinations")
ONLY = Label("Kun: {one}", "Only: {one}")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Combinations:
    """
    Which answers go together and who has exactly those.

    Attributes
    ----------
    members : (c, k) bool
        Answers of each combination that is listed, the largest combination first.
    lumped : int
        Combinations that somebody has and that are not listed.
    chosen : (n, c + l + 1) bool
        Who has each one; then, where there are any (l = 1), any of those not listed; then none of the answers.
    """

    members: BoolArray
    lumped: int
    chosen: BoolArray

    def codes(self, names: tuple[str, ...]) -> list[str]:
        """Code of each column of `chosen`: the names of its answers with "+" between, and two codes of their own."""
        listed = ["+".join(name for name, has in zip(names, row, strict=True) if has) for row in self.members]
        return [*listed, *([OTHER] if self.lumped else []), NONE]

    def labels(self, options: tuple[Label, ...]) -> list[Label]:
        """Label of each column of `chosen`."""
        listed = [_label([option for option, has in zip(options, row, strict=True) if has]) for row in self.members]
        return [*listed, *([OTHER_LABEL] if self.lumped else []), NONE_LABEL]


def find_combinations(yes: BoolArray, present: BoolArray, weight: NDArray[np.float64], most: int) -> Combinations:
    """
    Take overlapping answers apart into combinations, of which everybody in the base has exactly one.

    Parameters
    ----------
    yes : (n, k) bool
        Who has each answer; false outside the base.
    present : (n,) bool
        Who is in the base.
    weight : (n,) float
    most : int
        Combinations that are listed at the most.

    Returns
    -------
    Combinations
        Every one that there can be, where they are no more than `most`, those that nobody has too. Otherwise of those
        that somebody has the largest by weight; of equal ones those of fewer answers, then those of earlier answers.

    Raises
    ------
    ArgumentError
        If `most` is not a whole number above 0.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise ArgumentError("most", f"must be a whole number above 0; got {most!r}")
    k = yes.shape[1]
    some = np.flatnonzero(present & yes.any(axis=1))
    patterns, pattern = np.unique(yes[some], axis=0, return_inverse=True)
    size = np.bincount(pattern.ravel(), weights=weight[some], minlength=len(patterns))
    # An observed pattern's size is found again by its answers, in the order that the listing goes by.
    sizes = {tuple(np.flatnonzero(row).tolist()): total for row, total in zip(patterns, size, strict=True)}
    everything = k < most.bit_length() + 1 and 2**k - 1 <= most
    if everything:
        possible = (tuple(i for i, has in enumerate(row) if has) for row in product((False, True), repeat=k))
        sizes = {members: sizes.get(members, 0.0) for members in possible if members}
    order = sorted(sizes, key=lambda members: (-sizes[members], len(members), members))
    listed = order[:most]
    member = np.zeros((len(listed), k), dtype=np.bool_)
    for position, members in enumerate(listed):
        member[position, list(members)] = True
    has = np.stack([(yes == row).all(axis=1) & present for row in member], axis=1, dtype=np.bool_) if listed else None
    exactly = np.zeros((len(present), 0), dtype=np.bool_) if has is None else has
    none = present & ~yes.any(axis=1)
    columns = [exactly, none[:, np.newaxis]]
    if len(order) > len(listed):
        columns.insert(1, (present & ~none & ~exactly.any(axis=1))[:, np.newaxis])
    return Combinations(member, len(order) - len(listed), np.concatenate(columns, axis=1))


def _label(options: list[Label]) -> Label:
    if len(options) == 1:
        return Label(ONLY.da.format(one=options[0].da), ONLY.en.format(one=options[0].en))
    return Label(" + ".join(option.da for option in options), " + ".join(option.en for option in options))
