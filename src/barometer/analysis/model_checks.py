"""What a formula cannot ask of its data: nested factors, empty cells, and groups whose outcome is foretold."""

from collections.abc import Mapping
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from barometer.analysis.formulas import ModelFormula
from barometer.analysis.model_cells import CROSS, Factor, Term, cell_text, count_cells
from barometer.errors import ModelError

if TYPE_CHECKING:
    from barometer import survey

LISTED = 5
"""Cells that a message names at the most."""


def check_nested(formula: ModelFormula, factors: Mapping[str, Factor], base: NDArray[np.bool_]) -> None:
    """Refuse a factor whose groups are made of the groups of another."""
    for inner, outer in permutations(factors, 2):
        if (count_cells((inner, outer), factors, base) > 0.0).sum() == np.count_nonzero(factors[inner].n):
            raise ModelError(
                "collinear",
                (outer,),
                f"{outer!r} follows from {inner!r}, each group of which lies in one group of the other, so that their "
                f"effects cannot be told apart: leave one of them out of {formula.text!r}",
            )


def check_crosses(term: Term, factors: Mapping[str, Factor], counts: NDArray[np.float64]) -> None:
    """Refuse a cross in which groups that have rows meet a reference group without any."""
    if len(term) < 2:
        return
    missing = []
    for groups in zip(*np.nonzero(counts == 0.0), strict=True):
        places = list(zip(term, groups, strict=True))
        if all(factors[name].n[group] for name, group in places) and any(
            factors[name].reference == group for name, group in places
        ):
            missing.append(cell_text(term, groups, factors))
    if missing:
        raise ModelError(
            "empty_cell",
            (":".join(term),),
            f"there are no workplaces in {_listed(missing)}, and other cells of {':'.join(term)!r} are measured from "
            "there. Choose other reference groups (reference=), leave a group out (leave_out=), or leave the cross out",
        )


def check_outcomes(
    factors: Mapping[str, Factor],
    cells: Mapping[Term, tuple[NDArray[np.float64], NDArray[np.float64]]],
    family: "survey.FamilyName",
    outcome: str,
) -> None:
    """
    Refuse a group, or a cell of a cross, in which everybody has the same outcome: its odds have no bound.

    Parameters
    ----------
    factors : mapping of str to Factor
    cells : mapping of terms to pairs of arrays
        Rows in each cell, and rows with the outcome.
    family : {"logistic", "linear", "poisson"}
        A linear model has bounds everywhere, a Poisson model where somebody has the outcome.
    outcome : str
        Its name in the message.
    """
    if family == "linear":
        return
    told, names = [], []
    for term, (n, yes) in cells.items():
        same = (yes == 0.0) | ((yes == n) & (family == "logistic"))
        for groups in zip(*np.nonzero(same & (n > 0.0)), strict=True):
            many = "1 workplace" if n[groups] == 1.0 else f"{int(n[groups]):,} workplaces"
            # What they answered is not said: of few it would tell who answered what.
            told.append(f"{cell_text(term, groups, factors)}, {many}")
            level = CROSS.join(factors[name].levels[group] for name, group in zip(term, groups, strict=True))
            names.append(f"{':'.join(term)}: {level}")
    first_n, first_yes = next(iter(cells.values()))
    if told and 0.0 < first_yes.sum() < first_n.sum():
        raise ModelError(
            "separated",
            names,
            f'answers to "{outcome}" do not vary in {_listed(told)}. Where answers do not vary '
            "a coefficient has no bound. Leave the group out (leave_out=), put it together with another by a coarser "
            "domain, or leave the term out",
        )


def _listed(parts: list[str]) -> str:
    more = f"; and {len(parts) - LISTED} more" if len(parts) > LISTED else ""
    return "; ".join(parts[:LISTED]) + more
