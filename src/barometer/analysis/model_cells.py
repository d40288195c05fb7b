"""The groups of a model's factors and the cells of their crosses: who is in them, and whose answers do not vary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.records import Domain
from barometer.codebook.wording import indicator_text

CROSS = " x "
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Factor:
    """
    A domain or indicator as an explaining factor.

    Attributes
    ----------
    domain : Domain
    codes : (n,) int
        Group of each row; -1 in none.
    reference : int
        The group that the others are compared with.
    n : (groups,) int
        Rows of the model's base in each group.
    label : str
        English name, for messages.
    """

    domain: Domain
    codes: NDArray[np.intp]
    reference: int
    n: NDArray[np.intp]
    label: str

    @property
    def levels(self) -> tuple[str, ...]:
        """Codes of the groups."""
        return tuple(group.code for group in self.domain.groups)

    @property
    def others(self) -> list[int]:
        """Groups besides the reference."""
        return [place for place in range(len(self.levels)) if place != self.reference]


def english_name(book: Codebook, name: str) -> str:
    """Name a factor in a message."""
    return book.domains[name].label.en if name in book.domains else indicator_text(book, name, "en")


def cell_text(term: Term, groups: Sequence[int], factors: Mapping[str, Factor]) -> str:
    """Name a cell in a message by its labels, with the codes that an argument takes."""
    each = [factors[name].domain.groups[group] for name, group in zip(term, groups, strict=True)]
    labels = " and ".join(f'{factors[name].label} "{group.label.en}"' for name, group in zip(term, each, strict=True))
    return f"{labels} ({CROSS.join(group.code for group in each)!r})"


def count_cells(
    term: Term,
    factors: Mapping[str, Factor],
    base: NDArray[np.bool_],
    values: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Rows of the base in each cell of a cross, or the sum of values."""
    sizes = [len(factors[name].levels) for name in term]
    cell = np.ravel_multi_index([factors[name].codes[base] for name in term], sizes)
    found = np.bincount(cell, weights=None if values is None else values[base], minlength=int(np.prod(sizes)))
    return found.reshape(sizes).astype(np.float64)


def cell_notes(n: NDArray[np.float64], yes: NDArray[np.float64]) -> NDArray[np.str_]:
    """
    Say of each cell why its share has no standard error: one answer, or the same answer from everybody.

    Parameters
    ----------
    n, yes : float arrays of one shape
        Rows, and rows with the outcome.

    Returns
    -------
    str array of that shape
        "one_answer", "share_zero", "share_one", or empty where answers vary and where nobody is.
    """
    notes = np.full(n.shape, "", dtype="U10")
    notes[yes == n] = "share_one"
    notes[yes == 0.0] = "share_zero"
    notes[n == 1.0] = "one_answer"
    notes[n == 0.0] = ""
    return notes


def note_of_column(
    term: Term,
    groups: Sequence[int],
    factors: Mapping[str, Factor],
    notes: Mapping[Term, NDArray[np.str_]],
) -> str:
    """
    Return the note of a coefficient: of the first cell it is measured from whose answers do not vary.

    Notes
    -----
    A coefficient of a cross is a difference of differences between its groups and their reference groups; factors
    that the term is crossed with elsewhere in the formula are at their reference groups.
    """
    own = dict(zip(term, groups, strict=True))
    found = []
    for crossed, cells in notes.items():
        if set(term) <= set(crossed):
            ends = [
                (own[name], factors[name].reference) if name in own else (factors[name].reference,) for name in crossed
            ]
            found += [str(cells[cell]) for cell in product(*ends)]
    return _first(found)


def note_of_setting(setting: Mapping[str, int], notes: Mapping[Term, NDArray[np.str_]]) -> str:
    """Return the note of an adjusted share: of the first cell with these groups whose answers do not vary."""
    found: list[str] = []
    for crossed, cells in notes.items():
        if set(crossed) & set(setting):
            inside = tuple(setting.get(name, slice(None)) for name in crossed)
            found += np.ravel(cells[inside]).tolist()
    return _first(found)


def _first(notes: Iterable[str]) -> str:
    return next((note for note in notes if note), "")
