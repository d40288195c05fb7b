"""From columns to estimates: the one way that every verb goes."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.errors import ArgumentError, BarometerWarning, check_choice, check_confidence, check_kind
from barometer.survey.arrays import IntArray
from barometer.survey.columns import Columns, check_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.estimates import DfRule, DomainEstimates, EstimationMethod
from barometer.survey.groups import Groups
from barometer.survey.intervals import REASONS, Distribution, IntervalMethod, share_interval, symmetric_interval
from barometer.survey.linearization import count_groups, linearize, variance
from barometer.survey.sums import Across, CellSums, sum_cells
from barometer.survey.zero_variances import explain_zero_variances

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign
    from barometer.survey.replicate_sums import ReplicateSums

RANK_NEEDS_ROWS = '"rank" needs the replicate weights of each row, which are not here: choose "domain" or "design"'


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What a call chooses besides its data.

    Attributes
    ----------
    confidence, interval, distribution, df
        As in `estimate_shares`.
    statistic : str
        Name of the statistic, where it is not that of the columns.
    """

    confidence: float = 0.95
    interval: IntervalMethod = "logit"
    distribution: Distribution = "t"
    df: DfRule = "domain"
    statistic: str = ""

    def __post_init__(self) -> None:
        """Refuse what is none of the choices, by the name of its argument."""
        check_choice("df", self.df, DfRule)
        check_choice("interval", self.interval, IntervalMethod)
        check_choice("distribution", self.distribution, Distribution)
        object.__setattr__(self, "confidence", check_confidence(self.confidence))


def rows_of(design: "SurveyDesign | ReplicateDesign | SourceDesign") -> int:
    """Return the rows of a design, or refuse what is none or has them elsewhere."""
    if isinstance(design, SourceDesign):
        raise ArgumentError(
            "design",
            "its rows are not here, and this does not follow from sums: declare_design takes rows that have been read",
        )
    if hasattr(design, "n") and hasattr(design, "facts"):
        return design.n
    raise ArgumentError(
        "design", f"must be a design, as declare_design and declare_replicates make; got {type(design).__name__}"
    )


def estimate_columns(
    design: "SurveyDesign | ReplicateDesign",
    columns: Columns,
    groups: Groups,
    choices: Choices,
    across: Across = "none",
    pick: IntArray | None = None,
) -> DomainEstimates:
    """
    Sum the columns by group in one pass, and estimate.

    Parameters
    ----------
    design : SurveyDesign or ReplicateDesign
    columns : Columns
    groups : Groups
    choices : Choices
    across : {"none", "outcomes"}
    pick : (2, k) int, optional
        See `linearize`.

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, or arrays have another length than the design.
    """
    rows_of(design)
    check_columns(columns, groups)
    check_choice("across", across, Across)
    if isinstance(design, SurveyDesign):
        if choices.df == "rank":
            raise ArgumentError("df", '"rank" is the rank of replicate weights, and this design has none')
        return summarise(sum_cells(design, columns, groups, across=across), choices, pick)
    if choices.df == "rank" and design.sample.tally is not None:
        raise ArgumentError("df", RANK_NEEDS_ROWS)
    from barometer.survey.replicate_sums import rank_df, sum_replicates  # most samples have no replicates

    ranks = rank_df(design, columns, groups) if choices.df == "rank" else None
    return summarise(sum_replicates(design, columns, groups), choices, pick, ranks)


def summarise(
    sums: "CellSums | ReplicateSums",
    choices: Choices = Choices(),
    pick: IntArray | None = None,
    ranks: IntArray | None = None,
) -> DomainEstimates:
    """
    Estimate from sums that were taken before, stored or merged.

    Parameters
    ----------
    sums : CellSums or ReplicateSums
    choices : Choices
    pick : (2, k) int, optional
        See `linearize`.
    ranks : (1 + G, b) int, optional
        Degrees of freedom for `df="rank"`.

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be.
    """
    if not isinstance(sums, CellSums):
        from barometer.survey.replicate_sums import ReplicateSums

        check_kind("sums", sums, ReplicateSums, "sums, as sum_cells and sum_replicates make and the .sums of estimates")
    check_kind("choices", choices, Choices, "choices, Choices(confidence, interval)")
    if choices.df == "rank" and ranks is None:
        raise ArgumentError("df", RANK_NEEDS_ROWS)
    cells = sums if isinstance(sums, CellSums) else sums.cells
    linear, counts = linearize(cells, pick), count_groups(cells)
    if isinstance(sums, CellSums):
        spread, df, made_by = variance(cells, linear), counts.df, "linearization"
        design_df = cells.facts.df
        calibration = "" if cells.residuals is None else cells.residuals.facts.words
    else:
        from barometer.survey.replicate_spread import replicate_variance
        from barometer.survey.replicate_sums import domain_df, estimate_replicates

        facts, found = sums.facts, estimate_replicates(sums, linear)
        spread, dropped = replicate_variance(found.estimate, found.replicate, facts.scale, facts.rscales, facts.centre)
        if dropped[linear.known].any():
            most = int(dropped[linear.known].max())
            warnings.warn(
                f"up to {most} of {facts.rscales.size} replicates have nobody in a group: left out of its variance",
                BarometerWarning,
                stacklevel=4,
            )
        df, made_by, design_df = domain_df(sums), f"{facts.rscales.size} replicates, {facts.kind}", facts.df
        calibration = facts.calibration
    df = df if ranks is None else ranks
    if choices.df == "design":
        df = np.full_like(df, design_df)
    df = df[:, linear.base]
    # R counts rows of weight zero too; at a share of 0 or 1, where n alone decides, they are no observations.
    edge = (linear.estimate == 0.0) | (linear.estimate == 1.0)
    n = np.where(edge, counts.weighted_n[:, linear.base], counts.n[:, linear.base])
    options = (linear.estimate, spread, n, df, choices.confidence)
    statistic = choices.statistic or cells.statistic
    if "share" in (cells.statistic, statistic):
        made_as = choices.interval
        ends = share_interval(*options, method=made_as, distribution=choices.distribution)
    else:
        made_as = "wald"
        ends = symmetric_interval(*options, distribution=choices.distribution)
    ends = explain_zero_variances(ends, cells, linear, spread)
    ends.reason[~linear.known & (counts.weight[:, linear.base] > 0.0)] = REASONS.index("denominator_zero")
    method = EstimationMethod(
        statistic=statistic,
        variance=made_by,
        interval=made_as,
        distribution=choices.distribution,
        df_rule=choices.df,
        design_df=design_df,
        confidence=choices.confidence,
        lonely_psu=cells.facts.lonely_psu,
        lonely_domain=cells.facts.lonely_domain,
        reliability="nchs" if statistic == "share" else "statcan_cv",
        calibration=calibration,
    )
    return DomainEstimates(
        names=cells.names,
        domains=cells.domains,
        groups=cells.labels,
        estimate=linear.estimate,
        variance=spread,
        interval=ends,
        df=df,
        method=method,
        sums=cells,
        linear=linear,
        counts=counts,
        replicates=None if isinstance(sums, CellSums) else sums,
    )
