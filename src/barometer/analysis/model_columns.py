"""The columns of a model: dummies of factors and of their crosses, and what they are under a setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.formulas import ModelFormula, full_name
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.model_cells import (
    CROSS,
    Factor,
    Term,
    cell_notes,
    count_cells,
    english_name,
    note_of_column,
    note_of_setting,
)
from barometer.analysis.model_checks import check_crosses, check_nested, check_outcomes
from barometer.codebook.names import as_names
from barometer.errors import ArgumentError, ModelError, UnknownNameError
from barometer.microdata import Wave

INTERCEPT = "intercept"
T = TypeVar("T")


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
    cells : dict of terms to int arrays
        Rows of the base in each cell of each factor and cross.
    answered : dict of terms to int arrays
        Those of them whose outcome is yes.
    notes : dict of terms to str arrays
        Why the share of a cell has no standard error; see `cell_notes`.
    left_out : dict of str to tuple of str
        Groups of each factor that the model is not of, by choice.
    """

    formula: ModelFormula
    outcome: NDArray[np.float64]
    in_base: int
    factors: Mapping[str, Factor]
    columns: tuple[Column, ...]
    empty: tuple[Column, ...]
    matrix: NDArray[np.float64]
    cells: Mapping[Term, NDArray[np.intp]]
    answered: Mapping[Term, NDArray[np.intp]]
    notes: Mapping[Term, NDArray[np.str_]]
    left_out: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """(p,) names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def settings(self) -> dict[str, dict[str, int]]:
        """Groups that a margin sets, by its name: one of every factor, or a cell of a cross."""
        found: dict[str, dict[str, int]] = {}
        for term in self.cells:
            for groups in product(*(range(len(self.factors[name].levels)) for name in term)):
                found[self._name(term, groups)] = dict(zip(term, groups, strict=True))
        return found

    def _name(self, term: Term, groups: Sequence[int]) -> str:
        return ":".join(
            setting_name(name, self.factors[name].levels[group]) for name, group in zip(term, groups, strict=True)
        )

    def setting(self, name: str, groups: Mapping[str, int]) -> "survey.Setting":
        """Set every row to some groups: what the columns are then."""
        changed = {
            column.name: self._as_if(column, groups) for column in self.columns if set(groups) & set(column.term)
        }
        return survey.Setting(name, changed)

    def _as_if(self, column: Column, groups: Mapping[str, int]) -> "NDArray[np.float64] | float":
        result: NDArray[np.float64] | float = 1.0
        for factor, own in zip(column.term, column.groups, strict=True):
            result = result * (float(own == groups[factor]) if factor in groups else self.factors[factor].codes == own)
        return result

    def can_set(self, groups: Mapping[str, int]) -> bool:
        """Whether the model has a prediction for everybody in some groups: somebody is in them and in their crosses."""
        for column in self.empty:
            shared = {name: own for name, own in zip(column.term, column.groups, strict=True) if name in groups}
            if shared and all(groups[name] == own for name, own in shared.items()):
                return False
        return all(self.factors[name].n[group] for name, group in groups.items())

    def column_notes(self) -> dict[str, str]:
        """Say of each column why its coefficient has no standard error; empty where it has."""
        return {c.name: note_of_column(c.term, c.groups, self.factors, self.notes) for c in self.columns}

    def setting_notes(self) -> dict[str, str]:
        """Say of each margin why it has no standard error; empty where it has."""
        return {name: note_of_setting(groups, self.notes) for name, groups in self.settings.items()}


def setting_name(factor: str, level: str) -> str:
    """Name a margin."""
    return f"{factor}[{level}]"


def model_columns(
    wave: Wave,
    formula: ModelFormula,
    family: "survey.FamilyName",
    dont_know: DontKnowChoice,
    reference: Mapping[str, str],
    leave_out: Mapping[str, str | Sequence[str]],
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
    leave_out : mapping of str to str or sequence of str
        Groups that the model is not of, by factor.

    Raises
    ------
    ModelError
        If a factor does not vary, a group's outcome does not, or a cross that the others are measured from is empty.
    """
    outcome = _yes(wave, formula.outcome, dont_know)
    chosen = _by_factor("reference", wave, formula, reference)
    codes = {name: _codes(wave, name, dont_know) for name in formula.factors}
    left_out = _left_out(wave, formula, leave_out)
    outside = np.logical_or.reduce(
        [np.zeros(wave.n, np.bool_), *(_in_groups(wave, codes, *each) for each in left_out.items())]
    )
    outcome = np.where(outside, np.nan, outcome)
    base = ~np.isnan(outcome) & np.logical_and.reduce([code >= 0 for code in codes.values()])
    if not base.any():
        raise ArgumentError(
            "formula", f"nobody was asked all of it: 0 of {wave.n:,} have every name in {formula.text!r}"
        )
    factors = {name: _factor(wave, name, code, base, chosen.get(name)) for name, code in codes.items()}
    check_nested(formula, factors, base)
    fitted, empty = _columns(formula, factors, base)
    n = {term: count_cells(term, factors, base) for term in _terms(formula)}
    yes = {term: count_cells(term, factors, base, outcome) for term in n}
    check_outcomes(
        factors, {term: (n[term], yes[term]) for term in n}, family, english_name(wave.codebook, formula.outcome)
    )
    matrix = np.ones((wave.n, len(fitted)))
    for place, column in enumerate(fitted):
        for factor, group in zip(column.term, column.groups, strict=True):
            matrix[:, place] *= factors[factor].codes == group
    matrix[~np.logical_and.reduce([code >= 0 for code in codes.values()])] = np.nan
    return ModelColumns(
        formula=formula,
        outcome=outcome,
        in_base=int((~np.isnan(outcome)).sum()),
        factors=factors,
        columns=fitted,
        empty=empty,
        matrix=matrix,
        cells={term: counts.astype(np.intp) for term, counts in n.items()},
        answered={term: counts.astype(np.intp) for term, counts in yes.items()},
        notes={term: cell_notes(n[term], yes[term]) for term in n},
        left_out=left_out,
    )


def _terms(formula: ModelFormula) -> list[Term]:
    """Every factor, then the crosses; a term of the formula keeps its order."""
    return [*((name,) for name in formula.factors), *(term for term in formula.terms if len(term) > 1)]


def _left_out(
    wave: Wave, formula: ModelFormula, leave_out: Mapping[str, str | Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    found = {
        name: as_names("leave_out", groups)
        for name, groups in _by_factor("leave_out", wave, formula, leave_out).items()
    }
    for name, groups in found.items():
        known = [group.code for group in wave.codebook.domain(name).groups]
        for group in groups:
            if group not in known:
                raise UnknownNameError(f"group of {name!r}", group, known)
    return found


def _in_groups(
    wave: Wave, codes: Mapping[str, NDArray[np.intp]], name: str, groups: Sequence[str]
) -> NDArray[np.bool_]:
    places = [place for place, group in enumerate(wave.codebook.domain(name).groups) if group.code in groups]
    return np.isin(codes[name], places)


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


def _by_factor(argument: str, wave: Wave, formula: ModelFormula, given: Mapping[str, T]) -> dict[str, T]:
    """Take what is said of some factors, by their full names."""
    if not isinstance(given, Mapping):
        raise ArgumentError(argument, "must be a mapping of a factor's name to a group, for instance {'size': 'large'}")
    found = {full_name(name, wave.codebook): value for name, value in given.items()}
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
            f"{name!r} does not vary: all {int(n.sum()):,} in the base are in "
            f'"{domain.groups[present[0]].label.en}" ({levels[present[0]]!r}). Leave it out',
        )
    if reference is not None:
        place = levels.index(reference)
    else:
        place = len(levels) - 1 if domain.kind == "indicator" else int(present[0])
    if n[place] == 0:
        raise ModelError(
            "empty_cell",
            (name,),
            f'there are no workplaces in the reference group "{domain.groups[place].label.en}" ({levels[place]!r}) of '
            f"{name!r}. Choose another (reference=)",
        )
    return Factor(domain, codes, place, n, english_name(wave.codebook, name))


def _columns(
    formula: ModelFormula, factors: Mapping[str, Factor], base: NDArray[np.bool_]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Columns of the terms, the intercept first: those with rows, and those without."""
    fitted, empty = [Column((), (), INTERCEPT, "", int(base.sum()))], list[Column]()
    for term in formula.terms:
        counts = count_cells(term, factors, base)
        check_crosses(term, factors, counts)
        for groups in product(*(factors[name].others for name in term)):
            levels = [factors[name].levels[group] for name, group in zip(term, groups, strict=True)]
            name = ":".join(setting_name(*each) for each in zip(term, levels, strict=True))
            column = Column(term, groups, name, CROSS.join(levels), int(counts[groups]))
            (fitted if column.n else empty).append(column)
    return tuple(fitted), tuple(empty)
