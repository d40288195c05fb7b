"""Estimates of a sample that an engine holds: the one way from names of columns to a result."""

from barometer.errors import ArgumentError
from barometer.survey.columns import Statistic
from barometer.survey.engines.source_design import Names, SourceDesign
from barometer.survey.engines.sums_of_source import Domains, as_measures, as_request, check_chosen, sum_measures
from barometer.survey.estimates import DomainEstimates
from barometer.survey.summaries import RANK_NEEDS_ROWS, Choices, summarise
from barometer.survey.sums import Across


def estimate_source(
    design: SourceDesign,
    outcome: Names,
    choices: Choices,
    *,
    statistic: Statistic = "share",
    over: Names = None,
    by: Domains = None,
    where: str | None = None,
    across: Across = "none",
) -> DomainEstimates:
    """
    Sum columns where the rows are, and estimate.

    Parameters
    ----------
    design, outcome, statistic, over, by, where, across
        As in `sum_source`.
    choices : Choices

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        As `sum_source`, or if the rank of replicate weights is asked for.
    """
    if choices.df == "rank":
        raise ArgumentError("df", RANK_NEEDS_ROWS)
    measures = as_measures(outcome, statistic, over)
    if design.replicates is None:
        return summarise(sum_measures(design, measures, statistic, by, where, across), choices)
    from barometer.survey.engines.replicated_sums import sum_replicated  # most samples have no replicates

    request = as_request(design, measures, statistic, by, where, across)
    found = sum_replicated(design, design.replicates, request, by)
    check_chosen(design, where, found.cells.rows)
    return summarise(found, choices)
