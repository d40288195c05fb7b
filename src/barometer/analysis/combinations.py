"""Answers that overlap, taken apart into combinations that do not."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.microdata.arrays import BoolArray

LANGUAGES: tuple[Lang, ...] = ("da", "en")
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
        listed = [
            combination_label([option for option, has in zip(options, row, strict=True) if has]) for row in self.members
        ]
        return [*listed, *([OTHER_LABEL] if self.lumped else []), NONE_LABEL]

    def to_frame(self, names: tuple[str, ...]) -> pd.DataFrame:
        """List the combinations: name, and a yes or no for each answer."""
        return pd.DataFrame(
            {
                "name": self.codes(names)[: len(self.members)],
                **dict(zip(names, self.members.T, strict=True)),
            }
        )


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
    sizes = {tuple(np.flatnonzero(row).tolist()): total for row, total in zip(patterns, size, strict=True)}
    if 2**k - 1 <= most:
        possible = (tuple(np.flatnonzero(row).tolist()) for row in product((False, True), repeat=k))
        sizes = {members: sizes.get(members, 0.0) for members in possible if members}
    order = sorted(sizes, key=lambda members: (-sizes[members], len(members), members))
    listed = order[:most]
    member = np.array([[position in members for position in range(k)] for members in listed], np.bool_).reshape(-1, k)
    exactly = np.array([(yes == row).all(axis=1) & present for row in member], np.bool_).reshape(-1, len(yes)).T
    none = present & ~yes.any(axis=1)
    columns = [exactly, none[:, np.newaxis]]
    if len(order) > len(listed):
        columns.insert(1, (present & ~none & ~exactly.any(axis=1))[:, np.newaxis])
    return Combinations(member, len(order) - len(listed), np.concatenate(columns, axis=1))


def combination_label(options: list[Label]) -> Label:
    """Name a combination by its answers."""
    if len(options) == 1:
        return Label(*(ONLY.text(lang).format(one=lower_first(options[0].text(lang))) for lang in LANGUAGES))
    first, *rest = options
    return Label(
        *(" + ".join([first.text(lang), *(lower_first(option.text(lang)) for option in rest)]) for lang in LANGUAGES)
    )
