"""The columns of a model: dummies of factors and of their crosses, and what they are under a setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.formulas import ModelFormula, full_name
from barometer.analysis.method import DontKnowChoice
from barometer.codebook.records import Domain
from barometer.errors import ArgumentError, ModelError, UnknownNameError
from barometer.microdata import Wave

INTERCEPT = "intercept"
CROSS = " x "


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
    """

    domain: Domain
    codes: NDArray[np.intp]
    reference: int
    n: NDArray[np.intp]

    @property
    def levels(self) -> tuple[str, ...]:
        """Codes of the groups."""
        return tuple(group.code for group in self.domain.groups)

    @property
    def others(self) -> list[int]:
        """Groups besides the reference."""
        return [place for place in range(len(self.levels)) if place != self.reference]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One coefficient: a group of each factor of a term.

    Attributes
    ----------
    term : tuple of str
        Empty for the intercept.
    groups : tuple of int
        One for each factor of the term.
    name, level : str
        Of the column, and of its groups together.
    n : int
        Rows of the base in it.
    """

    term: tuple[str, ...]
    groups: tuple[int, ...]
    name: str
    level: str
    n: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelColumns:
    """
    A model's outcome, factors and columns.

    Attributes
    ----------
    formula : ModelFormula
    outcome : (n,) float
        1 yes, 0 no, nan outside the base.
    in_base : int
        Rows in the outcome's base.
    factors : dict of str to Factor
    columns : tuple of Column
        Those that are fitted, the intercept first.
    empty : tuple of Column
        Groups and crosses that nobody is in.
    matrix : (n, p) float
        nan where a factor is missing.
    """

    formula: ModelFormula
    outcome: NDArray[np.float64]
    in_base: int
    factors: Mapping[str, Factor]
    columns: tuple[Column, ...]
    empty: tuple[Column, ...]
    matrix: NDArray[np.float64]

    @property
    def names(self) -> tuple[str, ...]:
        """(p,) names of the columns."""
        return tuple(column.name for column in self.columns)

    def setting(self, name: str, group: int) -> "survey.Setting":
        """Set every row to one group of a factor: what its columns are then."""
        changed = {column.name: self._as_if(column, name, group) for column in self.columns if name in column.term}
        return survey.Setting(setting_name(name, self.factors[name].levels[group]), changed)

    def _as_if(self, column: Column, name: str, group: int) -> "NDArray[np.float64] | float":
        result: NDArray[np.float64] | float = 1.0
        for factor, own in zip(column.term, column.groups, strict=True):
            result = result * (float(own == group) if factor == name else self.factors[factor].codes == own)
        return result

    def can_set(self, name: str, group: int) -> bool:
        """Whether the model has a prediction for everybody in a group: somebody is in it and in its crosses."""
        place = [(name, group)]
        return not any(pair in zip(column.term, column.groups, strict=True) for column in self.empty for pair in place)


def setting_name(factor: str, level: str) -> str:
    """Name a margin."""
    return f"{factor}[{level}]"


def model_columns(
    wave: Wave,
    formula: ModelFormula,
    family: "survey.FamilyName",
    dont_know: DontKnowChoice,
    reference: Mapping[str, str],
) -> ModelColumns:
    """
    Make the columns of a formula from a wave's answers.

    Parameters
    ----------
    wave : Wave
    formula : ModelFormula
    family : {"logistic", "linear", "poisson"}
    dont_know : {"record", "keep", "drop", "no", "disagree"}
    reference : mapping of str to str
        Group that others are compared with, by factor; the first of a domain and the no of an indicator without it.

    Raises
    ------
    ModelError
        If a factor does not vary, a group's outcome does not, or a cross that the others are measured from is empty.
    """
    outcome = _yes(wave, formula.outcome, dont_know)
    chosen = _references(wave, formula, reference)
    codes = {name: _codes(wave, name, dont_know) for name in formula.factors}
    base = ~np.isnan(outcome) & np.logical_and.reduce([code >= 0 for code in codes.values()])
    if not base.any():
        raise ArgumentError(
            "formula", f"nobody was asked all of it: 0 of {wave.n:,} have every name in {formula.text!r}"
        )
    factors = {name: _factor(wave, name, code, base, chosen.get(name)) for name, code in codes.items()}
    _check_nested(formula, factors, base)
    fitted, empty = _columns(formula, factors, base)
    _check_outcomes(formula, factors, base, outcome, family)
    matrix = np.ones((wave.n, len(fitted)))
    for place, column in enumerate(fitted):
        for factor, group in zip(column.term, column.groups, strict=True):
            matrix[:, place] *= factors[factor].codes == group
    matrix[~np.logical_and.reduce([code >= 0 for code in codes.values()])] = np.nan
    return ModelColumns(formula, outcome, int((~np.isnan(outcome)).sum()), factors, fitted, empty, matrix)


def _yes(wave: Wave, name: str, dont_know: DontKnowChoice) -> NDArray[np.float64]:
    """1 where an indicator counts, 0 where not, nan outside its base."""
    (indicator,) = wave.select(name)
    arrays = wave.indicator_arrays([indicator], [indicator.dont_know if dont_know == "record" else dont_know])
    return np.where(arrays.bases[:, arrays.base[0]], arrays.yes[:, 0].astype(np.float64), np.nan)


def _codes(wave: Wave, name: str, dont_know: DontKnowChoice) -> NDArray[np.intp]:
    if wave.codebook.domain(name).kind != "indicator":
        return wave.domain_codes(name)
    yes = _yes(wave, name, dont_know)
    return np.where(np.isnan(yes), -1, np.where(yes == 1.0, 0, 1)).astype(np.intp)


def _references(wave: Wave, formula: ModelFormula, reference: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(reference, Mapping):
        raise ArgumentError(
            "reference", "must be a mapping of a factor's name to a group, for instance {'size': 'large'}"
        )
    found = {full_name(name, wave.codebook): group for name, group in reference.items()}
    for name in found:
        if name not in formula.factors:
            raise UnknownNameError("factor in this formula", name, formula.factors)
    return found


def _factor(wave: Wave, name: str, codes: NDArray[np.intp], base: NDArray[np.bool_], reference: str | None) -> Factor:
    domain = wave.codebook.domain(name)
    levels = [group.code for group in domain.groups]
    if reference is not None and reference not in levels:
        raise UnknownNameError(f"group of {name!r}", reference, levels)
    n = np.bincount(codes[base], minlength=len(levels))
    present = np.flatnonzero(n)
    if present.size < 2:
        raise ModelError(
            "constant_column",
            (name,),
            f"{name!r} does not vary: all {int(n.sum()):,} in the base are in {levels[present[0]]!r}. Leave it out",
        )
    if reference is not None:
        place = levels.index(reference)
    else:
        place = len(levels) - 1 if domain.kind == "indicator" else int(present[0])
    if n[place] == 0:
        raise ModelError(
            "empty_cell", (name,), f"nobody in the base is in the reference group {levels[place]!r} of {name!r}"
        )
    return Factor(domain, codes, place, n)


def _columns(
    formula: ModelFormula, factors: Mapping[str, Factor], base: NDArray[np.bool_]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Columns of the terms, the intercept first: those with rows, and those without."""
    fitted, empty = [Column((), (), INTERCEPT, "", int(base.sum()))], list[Column]()
    for term in formula.terms:
        counts = _counts(term, factors, base)
        _check_crosses(term, factors, counts)
        for groups in product(*(factors[name].others for name in term)):
            levels = [factors[name].levels[group] for name, group in zip(term, groups, strict=True)]
            name = ":".join(setting_name(*each) for each in zip(term, levels, strict=True))
            column = Column(term, groups, name, CROSS.join(levels), int(counts[groups]))
            (fitted if column.n else empty).append(column)
    return tuple(fitted), tuple(empty)


def _check_nested(formula: ModelFormula, factors: Mapping[str, Factor], base: NDArray[np.bool_]) -> None:
    """Refuse a factor whose groups are made of the groups of another."""
    for inner, outer in permutations(factors, 2):
        if (_counts((inner, outer), factors, base) > 0.0).sum() == np.count_nonzero(factors[inner].n):
            raise ModelError(
                "collinear",
                (outer,),
                f"{outer!r} follows from {inner!r}, each group of which lies in one group of the other, so that their "
                f"effects cannot be told apart: leave one of them out of {formula.text!r}",
            )


def _counts(
    term: tuple[str, ...],
    factors: Mapping[str, Factor],
    base: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Rows of the base in each cell of a cross, or the sum of weights."""
    sizes = [len(factors[name].levels) for name in term]
    cell = np.ravel_multi_index([factors[name].codes[base] for name in term], sizes)
    found = np.bincount(cell, weights=None if weights is None else weights[base], minlength=int(np.prod(sizes)))
    return found.reshape(sizes).astype(np.float64)


def _check_crosses(term: tuple[str, ...], factors: Mapping[str, Factor], counts: NDArray[np.float64]) -> None:
    """Refuse a cross in which groups that have rows meet a reference group without any."""
    if len(term) < 2:
        return
    missing = []
    for groups in zip(*np.nonzero(counts == 0.0), strict=True):
        places = list(zip(term, groups, strict=True))
        if all(factors[name].n[group] for name, group in places) and any(
            factors[name].reference == group for name, group in places
        ):
            missing.append(CROSS.join(factors[name].levels[group] for name, group in places))
    if missing:
        few = "; ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise ModelError(
            "empty_cell",
            (":".join(term),),
            f"nobody is in these cells of {':'.join(term)!r}: {few}. Others are measured from them, so choose other "
            "reference groups (reference=) or leave the cross out",
        )


def _check_outcomes(
    formula: ModelFormula,
    factors: Mapping[str, Factor],
    base: NDArray[np.bool_],
    outcome: NDArray[np.float64],
    family: "survey.FamilyName",
) -> None:
    """Refuse a group, or a cell of a cross, in which everybody has the same outcome: its odds have no bound."""
    if family == "linear":
        return
    told, names = [], []
    for term in formula.terms:
        n, yes = _counts(term, factors, base), _counts(term, factors, base, outcome)
        for answer, same in (("no", yes == 0.0), ("yes", (yes == n) & (family == "logistic"))):
            for groups in zip(*np.nonzero(same & (n > 0.0)), strict=True):
                level = CROSS.join(factors[name].levels[group] for name, group in zip(term, groups, strict=True))
                told.append(f"all {int(n[groups]):,} in {level!r} of {':'.join(term)!r} have {answer}")
                names.append(f"{':'.join(term)}: {level}")
    if told and (outcome[base].min() < outcome[base].max()):
        few = "; ".join(told[:5]) + (f"; and {len(told) - 5} more" if len(told) > 5 else "")
        raise ModelError(
            "separated",
            names,
            f"{few} in {formula.outcome!r}, so that a coefficient has no bound. Take a coarser domain, leave the term "
            'out, or fit family="linear"',
        )
