"""The sampling design: declared once, asked by every statistic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from barometer.errors import DesignError, LonelyPSUError, check_choice
from barometer.survey.arrays import FloatArray, IntArray, compact
from barometer.survey.design_rows import checked_weights, labels_of_rows, per_stage, sizes_of_rows
from barometer.survey.inputs import Labelled, Values, as_mask
from barometer.survey.sample_names import PSULabels, StageNames, label_first, name_sample
from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage, lightest
from barometer.survey.tallies import Tally

if TYPE_CHECKING:
    from barometer.survey.calibrated import Calibrated

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SurveyDesign:
    """
    Weights, strata, sampling units and population sizes of n rows.

    Make one with `declare_design`, which checks the arrays. Nothing in it can be changed.

    Attributes
    ----------
    weight : (n,) float
        What each row stands for; any scale.
    cluster : (n,) int
        The finest cluster of each row that the variance tells apart: its last sampling unit, or its stratum where
        the rows are the units.
    psu : (n,) int
        Primary sampling unit of each row.
    psu_stratum : (U,) int
        First-stage stratum of each primary sampling unit.
    facts : DesignFacts
        Stages, sampling fractions and the lonely-PSU rule.
    calibration : Calibrated or None
        What moved the weights to population counts, see `calibrate_design`.
    tally : Tally or None
        Where each row stands for several that are alike, what they count together; `weight` is the sum of theirs.
    """

    weight: FloatArray
    cluster: IntArray
    psu: IntArray
    psu_stratum: IntArray
    facts: DesignFacts
    calibration: "Calibrated | None" = None
    tally: Tally | None = None

    def __repr__(self) -> str:
        """Say what it is; never a weight."""
        first = self.facts.stages[0]
        units = "rows" if first.of_rows else f"{self.psu_stratum.size:,} PSUs"
        corrected = "" if self.facts.corrected else ", no finite population correction"
        calibrated = "" if self.calibration is None else f", {self.calibration.words}"
        return (
            f"<SurveyDesign: {self.weight.size:,} rows, {len(self.facts.stages)} stage(s), {units} in "
            f"{self.facts.strata:,} strata, df {self.df:,}{corrected}{calibrated}>"
        )

    def _repr_html_(self) -> str:
        from barometer.survey.frames import design_html

        return design_html(self)

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.weight.size

    @property
    def df(self) -> int:
        """Degrees of freedom of the whole design: PSUs with weight less the strata they are in."""
        return self.facts.df

    def subset(self, mask: Values) -> "SurveyDesign":
        """
        Return the design of some of the rows: a subpopulation, not a smaller sample.

        Parameters
        ----------
        mask : (n,) array_like of bool

        Returns
        -------
        SurveyDesign
            Of `mask.sum()` rows. Strata, sampling units and their counts stay those of the whole sample, so that
            standard errors are those of a domain.

        Raises
        ------
        ArgumentError
            If the mask has another length or selects nobody.
        """
        inside = as_mask("mask", mask, self.n)
        weight, psu = self.weight[inside], self.psu[inside]
        return SurveyDesign(
            frozen(weight),
            frozen(self.cluster[inside]),
            frozen(psu),
            self.psu_stratum,
            replace(self.facts, df=degrees_of_freedom(weight, psu, self.psu_stratum), names=None),
            None if self.calibration is None else self.calibration.subset(np.flatnonzero(inside)),
        )


def declare_design(
    weight: Values,
    stratum: Values | Sequence[Values] | None = None,
    psu: Values | Sequence[Values] | None = None,
    *,
    population: Values | Sequence[Values] | None = None,
    sampling_fraction: Values | Sequence[Values] | None = None,
    psu_labels: PSULabels = "unique",
    lonely_psu: LonelyRule = "error",
    lonely_domain: LonelyDomainRule = "keep",
) -> SurveyDesign:
    """
    Declare how a sample was drawn.

    Parameters
    ----------
    weight : (n,) array_like of float
        Not negative, finite, not all zero.
    stratum : (n,) labels, or a list or frame of them, optional
        Strata of the first stage, or of each stage. Without it there is one stratum.
    psu : (n,) labels, or a list or frame of them, optional
        Sampling units of the first stage, or of each stage in turn. Without it every row was drawn by itself. Units of
        later stages are always inside the unit before.
    population : (n,) array_like or number, or a list or frame of them, optional
        N_h: units in the row's stratum, at the first stage or at each. `None` in the list, or infinity: drawn with
        replacement, and later stages add nothing.
    sampling_fraction : (n,) array_like or number, or a list or frame of them, optional
        f_h, above 0 and at most 1, in place of `population`. Without either there is no finite population correction,
        and only the first stage counts.
    psu_labels : {"unique", "within_stratum"}
        Whether the label of a sampling unit is its own in the whole sample, or starts again in each stratum.
    lonely_psu : {"error", "remove", "certainty", "adjust", "average"}
        What a stratum adds that has one unit and is not taken whole: an error; nothing ("remove", "certainty"); its
        distance from the mean of all ("adjust"); the mean of the other strata ("average").
    lonely_domain : {"keep", "adjust"}
        Whether "adjust" and "average" also apply to a stratum that has several units, one of them in the domain. "keep"
        gives it the variance that follows from the zeros of the others.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    DesignError
        If an argument has the wrong length, sign or kind, more units were drawn than there are, or a unit is in two
        strata; with the argument and the count.
    ArgumentError
        If a rule is none of those there are.
    LonelyPSUError
        If a stratum that is not taken whole has one unit and no rule was chosen.

    Notes
    -----
    The lonely-PSU rules are those of R's `options(survey.lonely.psu=)`, and `lonely_domain="adjust"` is
    `options(survey.adjust.domain.lonely=TRUE)`; here they belong to the design.

    References
    ----------
    Lumley (2010), Complex surveys, chapters 2 and 3. Särndal, Swensson and Wretman (1992), section 4.3.

    Examples
    --------
    >>> from barometer.survey import declare_design
    >>> declare_design([2.0, 2.0, 5.0, 5.0], ["a", "a", "b", "b"], population=[4, 4, 10, 10])
    <SurveyDesign: 4 rows, 1 stage(s), rows in 2 strata, df 2>
    """
    for argument, value, allowed in (
        ("psu_labels", psu_labels, PSULabels),
        ("lonely_psu", lonely_psu, LonelyRule),
        ("lonely_domain", lonely_domain, LonelyDomainRule),
    ):
        check_choice(argument, value, allowed)
    w = checked_weights(weight)
    n = w.size
    if population is not None and sampling_fraction is not None:
        raise DesignError("population", "give it or sampling_fraction, not both")
    strata = [labels_of_rows("stratum", values, n) for values in per_stage("stratum", stratum)]
    units = [labels_of_rows("psu", values, n) for values in per_stage("psu", psu)]
    kind = "population" if sampling_fraction is None else "sampling_fraction"
    sizes = per_stage(kind, population if sampling_fraction is None else sampling_fraction, len(units))
    for argument, given in (("stratum", strata), (kind, sizes)):
        if len(given) > max(len(units), 1):
            raise DesignError(argument, f"is given for {len(given)} stages, psu for {max(len(units), 1)}")
    return _assemble(w, strata, units, sizes, kind, psu_labels, lonely_psu, lonely_domain)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Drawn:
    """One stage by rows: unit and stratum of each row, and what is known of each stratum."""

    unit: IntArray | None
    stratum: IntArray
    n: IntArray
    fraction: FloatArray
    multiplier: FloatArray
    parent: IntArray


def _assemble(
    weight: FloatArray,
    strata: list[Labelled],
    units: list[Labelled],
    sizes: list[Values],
    kind: str,
    psu_labels: PSULabels,
    lonely_psu: LonelyRule,
    lonely_domain: LonelyDomainRule,
) -> SurveyDesign:
    n = weight.size
    inside, reached = np.zeros(n, dtype=np.intp), np.ones(n)
    drawn, names = list[_Drawn](), list[StageNames]()
    for position in range(max(len(units), 1)):
        own = strata[position] if position < len(strata) else None
        stratum = inside if own is None else _crossed(inside, own.code)
        unit = None if not units else _units(inside, stratum, units[position].code, own, psu_labels, position)
        named = None if unit is None else label_first(units[position], _first_rows(unit))
        if unit is not None and int(unit.max()) + 1 == n:
            unit = None
        counted = stratum if unit is None else stratum[_first_rows(unit)]
        count = np.bincount(counted)
        first = _first_rows(stratum)
        size = sizes[position] if position < len(sizes) else None
        fraction = _fractions(size, kind, stratum, first, count)
        population = None if size is None or kind != "population" else sizes_of_rows(kind, size, n)[first]
        names.append(StageNames(label_first(own, first), named, population))
        drawn.append(_Drawn(unit, stratum, count, fraction, reached[first], inside[first]))
        _check_lonely(drawn[-1], lonely_psu, own if position == 0 else None, position)
        reached = reached * fraction[stratum]
        if unit is None or not reached.any():
            break
        inside = unit
    first_unit = np.arange(n) if drawn[0].unit is None else drawn[0].unit
    psu_stratum = drawn[0].stratum[_first_rows(first_unit)]
    last = drawn[-1]
    cluster = last.stratum if last.unit is None else last.unit
    rows = _first_rows(cluster)
    stages = tuple(
        Stage(
            unit=None if stage.unit is None else frozen(stage.unit[rows]),
            stratum=frozen(stage.stratum[rows] if stage.unit is None else stage.stratum[_first_rows(stage.unit)]),
            n=frozen(stage.n),
            fraction=frozen(stage.fraction),
            multiplier=frozen(stage.multiplier),
            parent=frozen(stage.parent),
        )
        for stage in drawn
    )
    of_sample = name_sample(names, psu_labels, weight, drawn[0].stratum, drawn[0].unit)
    df, pilot = degrees_of_freedom(weight, first_unit, psu_stratum), frozen(lightest(weight, cluster, rows.size))
    facts = DesignFacts(stages, lonely_psu, lonely_domain, df, pilot, of_sample)
    return SurveyDesign(frozen(weight), frozen(cluster), frozen(first_unit), frozen(psu_stratum), facts)


def _units(
    inside: IntArray, stratum: IntArray, label: IntArray, own: Labelled | None, psu_labels: PSULabels, position: int
) -> IntArray:
    """Code the units of a stage: inside the unit before, and inside the stratum where the labels start again there."""
    if psu_labels == "within_stratum":
        return _crossed(stratum, label)
    unit = _crossed(inside, label)
    if own is not None:
        apart = stratum[_first_rows(unit)][unit] != stratum
        if apart.any():
            several = np.unique(unit[apart]).size
            raise DesignError(
                "psu",
                f"{several:,} units of stage {position + 1} are in more than one stratum; if their labels start again "
                'in each stratum, say psu_labels="within_stratum"',
            )
    return unit


def _fractions(size: Values, kind: str, stratum: IntArray, first: IntArray, count: IntArray) -> FloatArray:
    """Return the sampling fraction of each stratum; 0 where nothing was said."""
    if size is None:
        return np.zeros(count.size)
    values = sizes_of_rows(kind, size, stratum.size)
    of_stratum = values[first]
    if bad := np.unique(stratum[values != of_stratum[stratum]]).size:
        raise DesignError(kind, f"differs between the rows of {bad:,} strata: it is one number for each stratum")
    if kind == "sampling_fraction":
        if bad := int((of_stratum > 1.0).sum()):
            raise DesignError(kind, f"is above 1 in {bad:,} strata; numbers of units belong in population=")
        return of_stratum
    if (of_stratum < 1.0).all():
        raise DesignError(kind, "all are below 1: fractions belong in sampling_fraction=")
    if bad := int((of_stratum < count).sum()):
        raise DesignError(kind, f"is smaller than the sample in {bad:,} of {count.size:,} strata")
    return np.asarray(count / of_stratum)


def _check_lonely(stage: _Drawn, rule: LonelyRule, labels: Labelled | None, position: int) -> None:
    lonely = np.flatnonzero((stage.n == 1) & (stage.fraction < 1.0) & (stage.multiplier > 0.0))
    if rule == "error" and lonely.size:
        names = [str(labels.labels[code]) if labels is not None else str(code) for code in lonely]
        raise LonelyPSUError(names, position + 1)


def degrees_of_freedom(weight: FloatArray, psu: IntArray, psu_stratum: IntArray) -> int:
    """Return the sampling units with weight less the strata they are in."""
    present = np.bincount(psu, weights=weight > 0.0, minlength=psu_stratum.size) > 0.0
    return int(present.sum() - np.unique(psu_stratum[present]).size)


def _crossed(outer: IntArray, inner: IntArray) -> IntArray:
    size = int(inner.max()) + 1
    return compact(outer * size + inner, (int(outer.max()) + 1) * size)[1]


def _first_rows(code: IntArray) -> IntArray:
    """(C,) the first row of each code 0..C-1, all of which occur."""
    rows = np.empty(int(code.max()) + 1, dtype=np.intp)
    rows[code[::-1]] = np.arange(code.size - 1, -1, -1)
    return rows


def frozen(array: NDArray[T]) -> NDArray[T]:
    """Return the array, closed to writing."""
    array.setflags(write=False)
    return array
