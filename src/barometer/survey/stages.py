"""What the variance needs to know of a design besides its rows: the stages of sampling."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from barometer.errors import DesignError, LonelyPSUError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.sample_names import SampleNames

LonelyRule = Literal["error", "remove", "certainty", "adjust", "average"]
LonelyDomainRule = Literal["keep", "adjust"]
TAKEN_WHOLE = 1e-7
"""A stratum of which less than this is not sampled adds no variance; the bound of R's survey."""


@dataclass(frozen=True, eq=False, repr=False)
class Stage:
    """
    One stage of sampling: units drawn within strata.

    Attributes
    ----------
    unit : (F,) int or None
        The unit that each finest cluster is in or is; None where the units are the rows themselves, and the finest
        clusters are their strata.
    stratum : (U,) int
        Stratum of each unit, 0..H-1; where the units are rows, 0..H-1 of the finest clusters themselves.
    n : (H,) int
        Units sampled in each stratum.
    fraction : (H,) float
        Sampling fraction of each stratum; 0 where the units were drawn with replacement.
    multiplier : (H,) float
        Product of the sampling fractions of the units that the stratum is inside; 1 at the first stage.
    parent : (H,) int
        The unit of the stage before that the stratum is inside; 0 at the first stage.
    """

    unit: IntArray | None
    stratum: IntArray
    n: IntArray
    fraction: FloatArray
    multiplier: FloatArray
    parent: IntArray

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<Stage: {int(self.n.sum()):,} {'rows' if self.of_rows else 'units'} in {self.n.size:,} strata>"

    @property
    def of_rows(self) -> bool:
        """Whether the sampling units are the rows."""
        return self.unit is None

    @cached_property
    def stratum_of_cluster(self) -> IntArray:
        """(F,) stratum of this stage that each finest cluster is in."""
        return self.stratum if self.unit is None else self.stratum[self.unit]

    @cached_property
    def whole(self) -> BoolArray:
        """(H,) strata that were taken whole."""
        return np.asarray(1.0 - self.fraction < TAKEN_WHOLE)

    @cached_property
    def lonely(self) -> BoolArray:
        """(H,) strata that were not taken whole and have one unit."""
        return np.asarray((self.n == 1) & ~self.whole & (self.multiplier > 0.0))

    @cached_property
    def scale(self) -> FloatArray:
        """
        (H,) what the sum of squares around a stratum's mean is multiplied with to become a variance.

        (1 - f) n/(n - 1) times the fractions of the stages before; (1 - f) where n is 1, 0 where all was taken.
        """
        spread = np.where(self.n > 1, self.n / np.maximum(self.n - 1, 1), 1.0)
        return np.where(self.whole, 0.0, self.multiplier * (1.0 - self.fraction) * spread)


@dataclass(frozen=True, eq=False, repr=False)
class DesignFacts:
    """
    The design without its rows: what a result must keep to give variances from sums.

    Attributes
    ----------
    stages : tuple of Stage
    lonely_psu : {"error", "remove", "certainty", "adjust", "average"}
    lonely_domain : {"keep", "adjust"}
    df : int
        Degrees of freedom of the whole design: PSUs with weight less the strata they are in.
    pilot : (F,) float
        A weight of each finest cluster, the smallest or, of a file, the first, from which the others are
        measured where that keeps digits.
    names : SampleNames or None
        None where the facts are those of the whole sample whatever rows are there, as after `subset`.
    """

    stages: tuple[Stage, ...]
    lonely_psu: LonelyRule
    lonely_domain: LonelyDomainRule
    df: int
    pilot: FloatArray
    names: SampleNames | None = None

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<DesignFacts: {len(self.stages)} stage(s), {self.strata:,} strata, df {self.df:,}>"

    @property
    def clusters(self) -> int:
        """F, the number of finest clusters."""
        return self.pilot.size

    @property
    def last(self) -> Stage:
        """The last stage; only here can the units be rows."""
        return self.stages[-1]

    @property
    def strata(self) -> int:
        """Number of first-stage strata."""
        return self.stages[0].n.size

    @property
    def corrected(self) -> bool:
        """Whether there is a finite population correction anywhere."""
        return any(bool((stage.fraction > 0.0).any()) for stage in self.stages)


def sample_scale(facts: DesignFacts, stage: Stage) -> FloatArray:
    """(H,) scale of each stratum; under "average" the lonely ones drop out and the others stand for them."""
    if facts.lonely_psu != "average":
        return stage.scale
    strata = np.bincount(stage.parent)
    known = np.bincount(stage.parent, weights=~stage.lonely)
    ratio = np.divide(strata, known, out=np.full(strata.size, np.nan), where=known > 0.0)[stage.parent]
    return np.where(stage.lonely, 0.0, stage.scale * ratio)


def around_mean(facts: DesignFacts, stage: Stage, scale: FloatArray) -> FloatArray:
    """(H,) what products of the strata's sums are multiplied with; lonely ones are lifted under "adjust"."""
    lifted = (stage.lonely & (facts.lonely_psu == "adjust")).astype(np.float64)
    return np.asarray(scale * (1.0 - lifted) / stage.n)


def lightest(weight: FloatArray, cluster: IntArray, clusters: int) -> FloatArray:
    """(F,) smallest weight of each finest cluster; infinite where it has no row."""
    smallest = np.full(clusters, np.inf)
    np.minimum.at(smallest, cluster, weight)
    return smallest


def classify_strata(units: IntArray, fraction: FloatArray, lonely_psu: LonelyRule) -> tuple[BoolArray, BoolArray]:
    """
    Tell which strata can be drawn from again.

    Parameters
    ----------
    units : (H,) int
    fraction : (H,) float
    lonely_psu : {"error", "remove", "certainty", "adjust", "average"}

    Returns
    -------
    whole, lonely : (H,) bool
        Strata that were taken whole, and those with one unit that were not.

    Raises
    ------
    LonelyPSUError
        If a stratum is lonely and no rule was chosen.
    """
    whole = 1.0 - fraction < TAKEN_WHOLE
    lonely = (units == 1) & ~whole
    if lonely_psu == "error" and lonely.any():
        raise LonelyPSUError([str(code) for code in np.flatnonzero(lonely)])
    return whole, lonely


def check_sampled(whole: BoolArray) -> None:
    """
    Refuse replicates of a sample in which no stratum was sampled.

    Parameters
    ----------
    whole : (H,) bool
        Strata that were taken whole.

    Raises
    ------
    DesignError
    """
    if whole.all():
        raise DesignError(
            "sampling_fraction", f"all {whole.size:,} strata were taken whole: there is no sampling error to replicate"
        )
