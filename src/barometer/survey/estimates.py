"""Estimates of outcomes in total and by group, with everything that says how good they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, UnknownNameError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.centring import origins
from barometer.survey.contrasts import Contrast, contrast
from barometer.survey.covariances import covariance_of_groups, covariance_of_outcomes
from barometer.survey.intervals import REASONS, ROUNDING, Distribution, Intervals
from barometer.survey.linearization import GroupCounts, Linearized, by_group, level
from barometer.survey.quality import ReliabilityRule, coefficient_of_variation, kish_effective_n, reliability
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import pandas as pd

    from barometer.survey.replicate_sums import ReplicateSums

DfRule = Literal["domain", "design", "rank"]
TOTAL = "total"
"""Name of all rows together in the place of a group."""
SHOWN_ROWS = 12


@dataclass(frozen=True, slots=True)
class EstimationMethod:
    """
    Everything that decides the numbers besides the data.

    Attributes
    ----------
    statistic : str
        "share", "mean", "ratio", "total", "variance" or "quantile".
    variance : str
        "linearization", or the kind of replicates.
    interval, distribution : str
        Scale of the interval, and "t" or "normal".
    df_rule : {"domain", "design", "rank"}
        Degrees of freedom of the group inside its base (PSUs present with weight less strata present), of the whole
        design, or the rank of the replicate weights in the group less one.
    design_df : int
        Degrees of freedom of the whole design.
    confidence : float
    lonely_psu, lonely_domain : str
        Rules of the design.
    reliability : str
        The published rule behind the flags.
    calibration : str
        How the weights were calibrated, which the variance knows; empty where they were not.
    """

    statistic: str
    variance: str
    interval: str
    distribution: Distribution
    df_rule: DfRule
    design_df: int
    confidence: float
    lonely_psu: str
    lonely_domain: str
    reliability: ReliabilityRule
    calibration: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class DomainEstimates:
    """
    Estimates of k outcomes: row 0 of every array is the total, rows 1..G are the groups.

    Attributes
    ----------
    names : (k,) tuple of str
    domains : tuple of str
        What the groups are made of; several are crossed.
    groups : (G,) tuple of tuple
        Labels of each group, one for each domain.
    estimate, variance : (1 + G, k) float
        In the unit of the outcome (a share: 0 to 1), and squared; nan where there is nobody in the base.
    interval : Intervals
        `.low`, `.high` (1 + G, k) and `.reason`, why an interval is empty or has no width.
    df : (1 + G, k) int
        Degrees of freedom of the interval.
    method : EstimationMethod
    sums : CellSums
        Sums that everything follows from; no row is kept.
    linear, counts
        What the variances and the degrees of freedom were made from.
    replicates : ReplicateSums or None
        Sums under each replicate, where the design has replicate weights.
    """

    names: tuple[str, ...]
    domains: tuple[str, ...]
    groups: tuple[tuple[object, ...], ...]
    estimate: FloatArray
    variance: FloatArray
    interval: Intervals
    df: IntArray
    method: EstimationMethod
    sums: CellSums
    linear: Linearized
    counts: GroupCounts
    replicates: "ReplicateSums | None" = None

    def __post_init__(self) -> None:
        """Close the arrays to writing."""
        for array in (self.estimate, self.variance, self.df, self.interval.low, self.interval.high):
            array.setflags(write=False)

    @property
    def se(self) -> FloatArray:
        """(1 + G, k) standard errors."""
        return np.sqrt(self.variance)

    @property
    def ci_low(self) -> FloatArray:
        """(1 + G, k) lower ends of the intervals."""
        return self.interval.low

    @property
    def ci_high(self) -> FloatArray:
        """(1 + G, k) upper ends of the intervals."""
        return self.interval.high

    @property
    def n(self) -> IntArray:
        """(1 + G, k) rows in the base."""
        return self.counts.n[:, self.linear.base]

    @property
    def weighted_base(self) -> FloatArray:
        """(1 + G, k) sum of weights in the base."""
        return self.counts.weight[:, self.linear.base]

    @property
    def cv(self) -> FloatArray:
        """(1 + G, k) coefficients of variation: standard error over the size of the estimate."""
        return coefficient_of_variation(self.estimate, self.variance)

    @property
    def deff(self) -> FloatArray:
        """
        (1 + G, k) design effect: variance over that of a simple random sample without replacement.

        nan where that variance is 0 or the weights sum to less than n, as in R.
        """
        return np.asarray(self._design_effects[0])

    @property
    def deff_replacement(self) -> FloatArray:
        """(1 + G, k) design effect against a simple random sample with replacement."""
        return np.asarray(self._design_effects[1])

    @property
    def n_effective(self) -> FloatArray:
        """(1 + G, k) Kish's effective n: squared sum of weights over the sum of squared weights."""
        return kish_effective_n(self.counts.weight, self.counts.weight_sq)[:, self.linear.base]

    @property
    def flag(self) -> NDArray[np.int8]:
        """(1 + G, k) index into `FLAGS`, by the published rule that `method.reliability` names."""
        n = self.counts.weighted_n[:, self.linear.base]
        return reliability(self.estimate, self.variance, n, self.df, rule=self.method.reliability).flag

    def confint(self) -> FloatArray:
        """Return the intervals as (1 + G, k, 2)."""
        return np.stack([self.interval.low, self.interval.high], axis=-1)

    def covariance(self, outcome: str | None = None) -> FloatArray:
        """
        Return the covariance of estimates.

        Parameters
        ----------
        outcome : str, optional
            Across the total and the groups of this outcome: (1 + G, 1 + G). Without it across all of them, the total
            and groups of the first outcome before those of the second: ((1 + G) k, (1 + G) k).

        Returns
        -------
        (p, p) float
            Squared unit of the estimates; nan in the rows and columns of those that have no estimate or variance, whose
            `interval.reason` says why.

        Raises
        ------
        ArgumentError
            If all outcomes are asked for and the result was not made with `across="outcomes"`.
        UnknownNameError
            If there is no such outcome.
        """
        if self.replicates is not None:
            return self._covariance_of_replicates(self.replicates, None if outcome is None else self.position(outcome))
        if outcome is None and len(self.names) > 1:
            return covariance_of_outcomes(self.sums, self.linear)
        return np.asarray(covariance_of_groups(self.sums, self.linear, np.array([self.position(outcome)]))[0])

    def difference(self, group: object, versus: object = TOTAL, outcome: str | None = None) -> Contrast:
        """
        Return one group less another, or less the total, with the covariance between them.

        Parameters
        ----------
        group, versus : label, tuple of labels or "total"
        outcome : str, optional
            May be left out when there is only one.

        Returns
        -------
        Contrast
            With the design's degrees of freedom. Where one of the two has no estimate or nothing varies, the `note` is
            that of the estimates.
        """
        position, pair = self.position(outcome), [self.row(group), self.row(versus)]
        if pair[0] == pair[1]:
            raise ArgumentError("versus", f"is {versus!r}, as the group is: a difference needs two")
        weights = np.zeros(1 + len(self.groups))
        weights[pair] = 1.0, -1.0
        covariance = self.covariance(self.names[position])
        found = contrast(self.estimate[:, position], covariance, weights, self.method.design_df)
        return replace(found, note=self._note(found.note, pair, position))

    def position(self, outcome: str | None) -> int:
        """Return the column of an outcome; None where there is only one."""
        if outcome is None:
            if len(self.names) > 1:
                raise ArgumentError("outcome", f"there are {len(self.names)}; name one, for instance {self.names[0]!r}")
            return 0
        if outcome not in self.names:
            raise UnknownNameError("outcome in this result", outcome, self.names)
        return self.names.index(outcome)

    def row(self, group: object) -> int:
        """Return the row of a group: its label, a tuple of labels where domains are crossed, or "total"."""
        labels = group if isinstance(group, tuple) else (group,)
        if labels in self.groups:
            return 1 + self.groups.index(labels)
        if labels == (TOTAL,):
            return 0
        alike = next((each for each in self.groups if _text(each) == _text(labels)), ())
        hint = (
            f"Its labels are {_kind(alike)}: did you mean {(alike[0] if len(alike) == 1 else alike)!r}?"
            if alike
            else ""
        )
        raise UnknownNameError("group in this result", _text(labels), [_text(each) for each in self.groups], hint)

    def to_frame(self) -> "pd.DataFrame":
        """
        Return a tidy table, one row for each outcome and group, the total first.

        Returns
        -------
        DataFrame
            outcome, the domains, estimate, se, ci_low, ci_high, df, n, weighted_base, cv, deff, deff_replacement,
            n_effective, note (why an interval is empty or has no width) and flag (by the rule that `method` names).
        """
        from barometer.survey.frames import tidy

        return tidy(self)

    def __repr__(self) -> str:
        """Show the first rows and how they were made."""
        by = f" by {' x '.join(self.domains)}" if self.domains else ""
        frame = self.to_frame()
        columns = ["outcome", *self.domains, "estimate", "se", "ci_low", "ci_high", "n", "note"]
        body = frame[columns].head(SHOWN_ROWS).to_string(index=False, float_format="{:.4g}".format)
        more = f"\n... {len(frame) - SHOWN_ROWS} more rows" if len(frame) > SHOWN_ROWS else ""
        return f"<DomainEstimates: {self.method.statistic} of {len(self.names)} outcome(s){by}>\n{body}{more}"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import html

        return html(self)

    def _note(self, note: str, rows: Sequence[int], position: int) -> str:
        """Say why a difference of two rows lacks something, by the reasons of those that lack it too."""
        lacking = {
            "empty_base": np.isnan(self.estimate),
            "no_variance": np.isnan(self.variance),
            "no_spread": self.se <= ROUNDING * np.abs(self.estimate),
        }
        if note not in lacking:
            return note
        reasons = {REASONS[self.interval.reason[row, position]] for row in rows if lacking[note][row, position]} - {""}
        if note == "no_spread" and not reasons <= {"calibrated", "census", "lonely_removed"}:
            return note
        return max(reasons, default=note)

    def _covariance_of_replicates(self, replicates: "ReplicateSums", position: int | None) -> FloatArray:
        """Covariance over the replicates that all the estimates have; those of several outcomes cost nothing more."""
        from barometer.survey.replicate_spread import replicate_covariance
        from barometer.survey.replicate_sums import estimate_replicates

        found, facts = estimate_replicates(replicates, self.linear), replicates.facts
        chosen = slice(None) if position is None else slice(position, position + 1)
        estimate = found.estimate[:, chosen].T.ravel()
        replicate = found.replicate[:, chosen].swapaxes(0, 1).reshape(estimate.size, -1)
        return replicate_covariance(estimate, replicate, facts.scale, facts.rscales, facts.centre)[0]

    @cached_property
    def _design_effects(self) -> FloatArray:
        """
        Variance over that of a simple random sample of as many rows, without and with replacement: (2, 1 + G, k).

        That is slope^2 (A - n)/(n - 1) times the weighted sum of squared residuals u - r x, A being the sum of weights;
        with replacement A in place of A - n.
        """
        sums, linear = self.sums, self.linear
        n, weight = self.counts.weighted_n[:, linear.base], self.counts.weight[:, linear.base]
        levelled = level(replace(sums, products=None), origins(sums))
        u = levelled.add_up(lambda cells: cells.numerator)
        x = self.counts.weight if sums.denominator is sums.weight else by_group(sums, sums.denominator)
        # A share's u is 0 or 1 and its own square: the sums are the same arrays.
        uu = u if sums.flat.uu is sums.numerator else levelled.add_up(lambda cells: cells.flat.uu)
        ux = u if sums.flat.ux is sums.numerator else levelled.add_up(lambda cells: cells.flat.ux)
        xx = x if sums.flat.xx is sums.denominator else by_group(sums, sums.flat.xx)
        u, uu, ux = (linear.of_outcomes(values) for values in (u, uu, ux))
        x, xx = x[:, linear.base], xx[:, linear.base]
        ratio = np.divide(u, x, out=np.zeros_like(u), where=x != 0.0)
        residual = linear.slope**2 * (uu - 2.0 * ratio * ux + ratio**2 * xx)
        drawn = np.stack([weight - n, weight])
        simple = np.divide(residual * drawn, n - 1, out=np.zeros_like(drawn), where=n > 1)
        return np.divide(self.variance, simple, out=np.full_like(drawn, np.nan), where=linear.known & (simple > 0.0))


def _text(labels: Sequence[object]) -> str:
    return " x ".join(str(label) for label in labels)


def _kind(labels: Sequence[object]) -> str:
    if all(isinstance(label, str) for label in labels):
        return "text"
    numbers = any(isinstance(label, int | float) and not isinstance(label, bool) for label in labels)
    return "numbers" if numbers else "of another kind"
