"""From columns to estimates: the one way that every verb goes."""

from dataclasses import dataclass
from typing import get_args

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


@dataclass(frozen=True, slots=True)
class Choices:
    """What a call chooses besides its data."""

    confidence: float = 0.95
    interval: IntervalMethod = "logit"
    distribution: Distribution = "t"
    df: DfRule = "domain"
    statistic: str = ""

    def __post_init__(self) -> None:
        """Refuse what is none of the choices."""
        for argument, value, allowed in (("df", self.df, DfRule),):
            if value not in get_args(allowed):
                raise ArgumentError(argument, f"must be one of {', '.join(get_args(allowed))}; got {value!r}")


def estimate_columns(
    design: SurveyDesign,
    columns: Columns,
    groups: Groups,
    choices: Choices,
    across: Across = "none",
    pick: IntArray | None = None,
) -> DomainEstimates:
    """Sum the columns by group in one pass, and estimate."""
    if across not in get_args(Across):
        raise ArgumentError("across", f"must be one of {', '.join(get_args(Across))}; got {across!r}")
    return summarise(sum_cells(design, columns, groups, across=across), choices, pick)


def summarise(sums: CellSums, choices: Choices = Choices(), pick: IntArray | None = None) -> DomainEstimates:
    """
    Estimate from sums that were taken before, stored or merged.

    Parameters
    ----------
    sums : CellSums
    choices : Choices
    pick : (2, k) int, optional
        See `linearize`.

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be.
    """
    linear = linearize(sums, pick)
    counts = count_groups(sums)
    spread = variance(sums, linear)
    n, df = counts.n[:, linear.base], counts.df[:, linear.base]
    if choices.df == "design":
        df = np.full_like(df, sums.facts.df)
    options = (choices.confidence, choices.distribution)
    if sums.statistic == "share":
        ends = share_interval(
            linear.estimate, spread, n, df, options[0], method=choices.interval, distribution=options[1]
        )
    else:
        ends = symmetric_interval(linear.estimate, spread, n, df, options[0], distribution=options[1])
    statistic = choices.statistic or sums.statistic
    method = EstimationMethod(
        statistic=statistic,
        variance="linearization",
        interval=choices.interval,
        distribution=choices.distribution,
        df_rule=choices.df,
        confidence=choices.confidence,
        lonely_psu=sums.facts.lonely_psu,
        lonely_domain=sums.facts.lonely_domain,
        reliability="nchs" if statistic == "share" else "statcan_cv",
    )
    return DomainEstimates(
        names=sums.names,
        domains=sums.domains,
        groups=sums.labels,
        estimate=linear.estimate,
        variance=spread,
        interval=ends,
        df=df,
        method=method,
        sums=sums,
        linear=linear,
        counts=counts,
    )
