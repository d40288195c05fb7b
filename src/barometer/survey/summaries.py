"""From columns to estimates: the one way that every verb goes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import IntArray
from barometer.survey.columns import Columns
from barometer.survey.design import SurveyDesign
from barometer.survey.estimates import DfRule, DomainEstimates, EstimationMethod
from barometer.survey.groups import Groups
from barometer.survey.intervals import Distribution, IntervalMethod, share_interval, symmetric_interval
from barometer.survey.linearization import count_groups, linearize, variance
from barometer.survey.sums import Across, CellSums, sum_cells

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign
    from barometer.survey.replicate_sums import ReplicateSums


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
        """Refuse degrees of freedom that there are none of; intervals check the rest."""
        if self.df not in get_args(DfRule):
            raise ArgumentError("df", f"must be one of {', '.join(get_args(DfRule))}; got {self.df!r}")


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
    if across not in get_args(Across):
        raise ArgumentError("across", f"must be one of {', '.join(get_args(Across))}; got {across!r}")
    if isinstance(design, SurveyDesign):
        if choices.df == "rank":
            raise ArgumentError("df", '"rank" is the rank of replicate weights, and this design has none')
        return summarise(sum_cells(design, columns, groups, across=across), choices, pick)
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
    cells = sums if isinstance(sums, CellSums) else sums.cells
    linear, counts = linearize(cells, pick), count_groups(cells)
    if isinstance(sums, CellSums):
        spread, df, made_by = variance(cells, linear), counts.df, "linearization"
        design_df = cells.facts.df
    else:
        from barometer.survey.replicate_sums import domain_df, estimate_replicates, replicate_variance

        facts, found = sums.facts, estimate_replicates(sums, linear)
        spread, _ = replicate_variance(found.estimate, found.replicate, facts.scale, facts.rscales, facts.centre)
        df, made_by, design_df = domain_df(sums), f"{facts.rscales.size} replicates, {facts.kind}", facts.df
    df = df if ranks is None else ranks
    if choices.df == "design":
        df = np.full_like(df, design_df)
    n, df = counts.n[:, linear.base], df[:, linear.base]
    options = (linear.estimate, spread, n, df, choices.confidence)
    if cells.statistic == "share":
        ends = share_interval(*options, method=choices.interval, distribution=choices.distribution)
    else:
        ends = symmetric_interval(*options, distribution=choices.distribution)
    statistic = choices.statistic or cells.statistic
    method = EstimationMethod(
        statistic=statistic,
        variance=made_by,
        interval=choices.interval,
        distribution=choices.distribution,
        df_rule=choices.df,
        design_df=design_df,
        confidence=choices.confidence,
        lonely_psu=cells.facts.lonely_psu,
        lonely_domain=cells.facts.lonely_domain,
        reliability="nchs" if statistic == "share" else "statcan_cv",
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
