"""Designs whose variances come from replicate weights, and those that were given with the data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, DesignError, check_choice, check_number
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.design import SurveyDesign, declare_design, frozen
from barometer.survey.engines.source_design import Names, SourceDesign
from barometer.survey.inputs import Values, as_mask, as_matrix, as_vector
from barometer.survey.replicate_rank import rank_of_weights

GivenKind = Literal["brr", "fay", "jk1", "jkn", "bootstrap", "sdr", "other"]
ReplicateKind = Literal["brr", "fay", "jk1", "jkn", "bootstrap", "sdr", "other", "rao_wu"]
Contents = Literal["weights", "factors"]
VarianceCentre = Literal["mean", "estimate"]
DfSource = Literal["given", "rank", "sampling_units"]


@dataclass(frozen=True, slots=True)
class ReplicateFacts:
    """
    How the spread of replicate estimates becomes a variance: what a result keeps of the design.

    Attributes
    ----------
    kind : str
        "brr", "fay", "jk1", "jkn", "bootstrap", "sdr", "other" or "rao_wu".
    scale : float
    rscales : (R,) float
        The variance is scale times the sum of rscales times squared distances from the centre.
    centre : {"mean", "estimate"}
        Mean of the replicates (R's `mse=FALSE`), or the estimate under the full weight (`mse=TRUE`).
    df : int
        Degrees of freedom of the whole design.
    df_source : {"given", "rank", "sampling_units"}
        Said by the caller; rank of the replicate weights less one; sampling units present less strata present, at most
        R - 1.
    calibration : str
        How every replicate was calibrated; empty where none was.
    """

    kind: ReplicateKind
    scale: float
    rscales: FloatArray
    centre: VarianceCentre
    df: int
    df_source: DfSource
    calibration: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplicateDesign:
    """
    Weights of n rows, each with R replicates.

    Make one with `declare_replicates` or `make_replicates`, which check the arrays. Nothing in it can be changed.

    Attributes
    ----------
    sample : SurveyDesign
        Weight, sampling unit and stratum of each row; where replicates were given, every row is its own sampling unit.
    table : (U, R) float
        C-ordered. Replicate weights of each row, or factors of each sampling unit.
    unit : (n,) int or None
        Row of the table that each row's weight is multiplied with; None where the table holds the replicate weights
        of the rows themselves.
    facts : ReplicateFacts
    """

    sample: SurveyDesign
    table: FloatArray
    unit: IntArray | None
    facts: ReplicateFacts

    def __repr__(self) -> str:
        """Say what it is; never a weight."""
        facts = self.facts
        kind = f"{facts.kind}, {facts.calibration}" if facts.calibration else facts.kind
        return f"<ReplicateDesign: {self.n:,} rows, {self.replicates:,} replicates ({kind}), df {self.df:,}>"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import replicates_html

        return replicates_html(self)

    @property
    def weight(self) -> FloatArray:
        """(n,) full-sample weights."""
        return self.sample.weight

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.sample.n

    @property
    def replicates(self) -> int:
        """R, the number of replicates."""
        return int(self.table.shape[1])

    @property
    def df(self) -> int:
        """Degrees of freedom of the whole design."""
        return self.facts.df

    def replicate_weights(self, rows: slice | IntArray = slice(None)) -> FloatArray:
        """
        Return the replicate weights of some rows.

        Parameters
        ----------
        rows : slice or (r,) int
            All without it: n x R numbers, which are not kept where the table holds factors.

        Returns
        -------
        (r, R) float
        """
        if self.unit is None:
            return self.table[rows]
        return self.table[self.unit[rows]] * self.weight[rows, np.newaxis]

    def subset(self, mask: Values) -> "ReplicateDesign":
        """
        Return the design of some of the rows: a subpopulation, not a smaller sample.

        Parameters
        ----------
        mask : (n,) array_like of bool

        Returns
        -------
        ReplicateDesign
            Of `mask.sum()` rows, with all replicates; its df are those of the rows, by the same rule.

        Raises
        ------
        ArgumentError
            If the mask has another length or selects nobody.
        """
        inside = as_mask("mask", mask, self.n)
        sample = self.sample.subset(inside)
        table = self.table if self.unit is not None else frozen(self.table[inside])
        unit = None if self.unit is None else frozen(self.unit[inside])
        df = self.df
        if self.facts.df_source == "rank":
            df = rank_of_weights(table) - 1
        elif self.facts.df_source == "sampling_units":
            df = min(sample.df, self.replicates - 1)
        return ReplicateDesign(sample, table, unit, replace(self.facts, df=df))


@overload
def declare_replicates(
    weight: SourceDesign,
    replicate_weights: Names,
    *,
    kind: GivenKind,
    scale: float | None = ...,
    rscales: Values = ...,
    rho: float | None = ...,
    contents: Contents = ...,
    centre: VarianceCentre = ...,
    df: int | None = ...,
) -> SourceDesign: ...
@overload
def declare_replicates(
    weight: Values,
    replicate_weights: Values,
    *,
    kind: GivenKind,
    scale: float | None = ...,
    rscales: Values = ...,
    rho: float | None = ...,
    contents: Contents = ...,
    centre: VarianceCentre = ...,
    df: int | None = ...,
) -> ReplicateDesign: ...
def declare_replicates(
    weight: "Values | SourceDesign",
    replicate_weights: Values,
    *,
    kind: GivenKind,
    scale: float | None = None,
    rscales: Values = None,
    rho: float | None = None,
    contents: Contents = "weights",
    centre: VarianceCentre = "mean",
    df: int | None = None,
) -> "ReplicateDesign | SourceDesign":
    """
    Declare a design by the replicate weights that came with the data.

    Parameters
    ----------
    weight : (n,) array_like of float, or SourceDesign
        Not negative, finite, not all zero; or a source that was declared by its weight alone.
    replicate_weights : (n, R) array_like of float, DataFrame or Arrow table
        A column for each replicate; not negative, finite, no column all zero. Of a source, names of columns.
    kind : {"brr", "fay", "jk1", "jkn", "bootstrap", "sdr", "other"}
        How the replicates were made. "sdr" are successive differences, as those of the American Community Survey;
        give paired jackknife (JK2) replicates as "other" with scale 1 and rscales 1.
    scale : float, optional
        Factor of the whole sum of squares. "jk1" has (R - 1)/R, "jkn" 1 and "bootstrap" 1/(R - 1) without it; "other"
        needs it; "brr", "fay" and "sdr" have their own and take none.
    rscales : (R,) array_like or number, optional
        Factor of each replicate's square, 1 without it. "jkn" and "other" need it, "sdr" takes none.
    rho : float, optional
        Fay's factor, 0 <= rho < 1; "fay" needs it.
    contents : {"weights", "factors"}
        Whether the columns hold weights, or factors that the weight is still to be multiplied with.
    centre : {"mean", "estimate"}
        What squares are measured from: the mean of the replicates (R's `mse=FALSE`), or the estimate under the full
        weight (`mse=TRUE`).
    df : int, optional
        Degrees of freedom of the design; without it the rank of the replicate weights less one, as in R.

    Returns
    -------
    ReplicateDesign or SourceDesign
        The arrays are copied, unless nobody can change them.

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, or one is missing or given that the kind needs or has not.
    DesignError
        If weights are missing, infinite, negative or all zero, or arrays have the wrong length; with the count.

    Notes
    -----
    The variance of an estimate t is scale sum_r rscales_r (t_r - centre)^2. Scales are those of R's `svrepdesign`: BRR
    1/R, Fay 1/(R (1 - rho)^2), SDR 4/R. The rank costs about n R^2 operations; give `df` where the survey's
    documentation states it.

    References
    ----------
    Wolter (2007), Introduction to variance estimation, chapters 3 to 5. Fay and Train (1995), Aspects of survey and
    model-based postcensal estimation (successive differences). Lumley (2010), Complex surveys, section 2.3.

    Examples
    --------
    >>> declare_replicates([4.0, 4.0], [[8.0, 0.0], [0.0, 8.0]], kind="brr")
    <ReplicateDesign: 2 rows, 2 replicates (brr), df 1>
    """
    check_choice("kind", kind, GivenKind)
    check_choice("contents", contents, Contents)
    check_choice("centre", centre, VarianceCentre)
    for argument, value in (("scale", scale), ("rho", rho), ("df", df)):
        if value is not None:
            check_number(argument, value)
    if df is not None and df < 1:
        raise ArgumentError("df", f"expected at least 1, got {df}")
    choices = _Given(kind, scale, rscales, rho, centre, df)
    if isinstance(weight, SourceDesign):
        from barometer.survey.engines.given_replicates import checked_columns, rank_in_source
        from barometer.survey.engines.source_replicates import SourceReplicates  # a cycle: its facts are of this module

        columns = checked_columns(weight, replicate_weights, contents)
        facts = choices.facts(len(columns), lambda: rank_in_source(weight, columns, contents))
        known = replace(weight.facts, lonely_psu="remove")
        return replace(
            weight, facts=known, replicates=SourceReplicates(facts, columns, contents, np.zeros((0, len(columns))))
        )
    sample = declare_design(weight, lonely_psu="remove")
    table = _given_table(replicate_weights, sample.weight, contents)
    return ReplicateDesign(sample, table, None, choices.facts(table.shape[1], lambda: rank_of_weights(table)))


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What was said of replicates that were given."""

    kind: GivenKind
    scale: float | None
    rscales: Values
    rho: float | None
    centre: VarianceCentre
    df: int | None

    def facts(self, replicates: int, rank: Callable[[], int]) -> ReplicateFacts:
        factor, factors = _scales(self.kind, replicates, self.scale, self.rscales, self.rho)
        if self.df is None:
            return ReplicateFacts(self.kind, factor, factors, self.centre, rank() - 1, "rank")
        return ReplicateFacts(self.kind, factor, factors, self.centre, int(self.df), "given")


def _given_table(values: Values, weight: FloatArray, contents: Contents) -> FloatArray:
    """Replicate weights that were given, checked and beyond the caller's reach."""
    argument = "replicate_weights"
    try:
        matrix, _ = as_matrix(argument, values)
    except ArgumentError as error:
        raise DesignError(argument, str(error).removeprefix(f"{argument}: ")) from None
    if matrix.shape[0] != weight.size:
        turned = ": rows are observations, columns replicates" if matrix.shape[1] == weight.size else ""
        raise DesignError(argument, f"has {matrix.shape[0]:,} rows, weight has {weight.size:,}{turned}")
    if matrix.shape[1] < 2:
        raise DesignError(argument, f"expected at least 2 columns, got {matrix.shape[1]}")
    if contents == "factors":
        table = matrix * weight[:, np.newaxis]
    else:
        table = np.ascontiguousarray(matrix, dtype=np.float64)
        fresh = isinstance(values, Mapping) or hasattr(values, "columns")  # as_matrix joined its columns into one
        if not fresh and np.may_share_memory(table, matrix) and _can_change(matrix):
            table = table.copy()
    _check_weights(argument, table)
    check_sums(table.sum() / table.shape[1] / weight.sum())
    return frozen(table)


def check_sums(ratio: float) -> None:
    """
    Refuse replicate weights whose sums are far from those of the weights: they are of the other kind of contents.

    Raises
    ------
    DesignError
    """
    if not 0.2 <= ratio <= 5.0:
        raise DesignError(
            "replicate_weights",
            f"replicates sum to {ratio:.3g} times the weights on average, expected about 1: "
            'say contents="factors" if the weight is still to be multiplied in, contents="weights" if it is not',
        )


def _check_weights(argument: str, table: FloatArray) -> None:
    low, high = table.min(), table.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DesignError(argument, f"{int((~np.isfinite(table)).sum()):,} of {table.size:,} are missing or infinite")
    if low < 0.0:
        raise DesignError(argument, f"{int((table < 0.0).sum()):,} of {table.size:,} are negative")
    if bad := int((table.max(axis=0) == 0.0).sum()):
        raise DesignError(argument, f"{bad:,} of {table.shape[1]:,} columns are all zero")


def _scales(
    kind: GivenKind, replicates: int, scale: float | None, rscales: Values, rho: float | None
) -> tuple[float, FloatArray]:
    """Scale and rscales of each kind, as R's `svrepdesign` sets them."""
    if (rho is not None) != (kind == "fay"):
        raise ArgumentError("rho", f'kind "fay" needs it and no other has one; kind is "{kind}", rho is {rho}')
    if rho is not None and not 0.0 <= rho < 1.0:
        raise ArgumentError("rho", f"expected a number from 0 to below 1, got {rho}")
    if scale is not None and kind in ("brr", "fay", "sdr"):
        raise ArgumentError("scale", f'kind "{kind}" has its own; use kind "other" to set another')
    if rscales is not None and kind == "sdr":
        raise ArgumentError("rscales", 'kind "sdr" has its own; use kind "other" to set others')
    if rscales is None and kind in ("jkn", "other"):
        raise ArgumentError("rscales", f'kind "{kind}" needs them, for "jkn" (1 - f)(n - 1)/n of each stratum')
    if scale is None and kind == "other":
        raise ArgumentError("scale", 'kind "other" needs it')
    default = {
        "brr": 1.0 / replicates,
        "fay": 1.0 / (replicates * (1.0 - (rho or 0.0)) ** 2),
        "jk1": (replicates - 1) / replicates,
        "jkn": 1.0,
        "bootstrap": 1.0 / (replicates - 1),
        "sdr": 4.0 / replicates,
    }
    chosen = default[kind] if scale is None else float(scale)
    if not (np.isfinite(chosen) and chosen > 0.0):
        raise ArgumentError("scale", f"expected a number above 0, got {scale}")
    return chosen, _given_rscales(rscales, replicates)


def _given_rscales(rscales: Values, replicates: int) -> FloatArray:
    if rscales is None or np.isscalar(rscales):
        rscales = np.full(replicates, 1.0 if rscales is None else rscales)
    factors = np.array(as_vector("rscales", rscales), dtype=np.float64)
    if factors.size != replicates:
        raise ArgumentError("rscales", f"has {factors.size:,} numbers, there are {replicates:,} replicates")
    if bad := int((~(np.isfinite(factors) & (factors >= 0.0))).sum()):
        raise ArgumentError("rscales", f"{bad:,} of {replicates:,} are missing, infinite or negative")
    if not factors.any():
        raise ArgumentError("rscales", f"all {replicates:,} are zero")
    return frozen(factors)


def _can_change(array: NDArray[Any]) -> bool:
    """Whether somebody could write to the array, or to what it is a view of."""
    base: object = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return True
        base = base.base
    return False
