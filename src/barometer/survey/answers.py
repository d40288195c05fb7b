"""Answers with several categories, and sets of answers of which several may be ticked."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from barometer.errors import ArgumentError, check_choice
from barometer.survey.arrays import BoolArray
from barometer.survey.columns import Columns, ratio_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign, as_names
from barometer.survey.engines.tallied import tally_source
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import group_rows
from barometer.survey.inputs import Values, as_labelled, as_mask, as_matrix, check_lengths
from barometer.survey.intervals import Distribution, IntervalMethod
from barometer.survey.summaries import Choices, estimate_columns, rows_of
from barometer.survey.sums import Across

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

ShareOf = Literal["respondents", "responses"]


def estimate_categories(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    answer: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    interval: IntervalMethod = "logit",
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate the share of each category of one answer.

    Parameters
    ----------
    design, by, where, confidence, interval, distribution, df, across
        As in `estimate_shares`.
    answer : (n,) labels
        Numbers, text or categories; a missing one is in no base. A category that nobody chose has a share of 0. Of a
        `SourceDesign`, the name of a column, or `{"answer": [labels]}`: all its labels in order, as a categorical has.

    Returns
    -------
    DomainEstimates
        One outcome for each category, in their order; the shares of a group add up to one.

    Raises
    ------
    ArgumentError
        As `estimate_shares`, or if nobody answered.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_categories
    >>> found = estimate_categories(declare_design([2.0, 2.0, 4.0]), ["yes", "no", "yes"])
    >>> found.names, found.estimate
    (('no', 'yes'), array([[0.25, 0.75]]))
    """
    choices = Choices(confidence, interval, distribution, df)
    if isinstance(design, SourceDesign):
        found = tally_source(design, [("answer", answer)], by, where)
        design, answer, by, where = found.design, found.labels("answer", answer), found.groups(by), found.mask(where)
    labelled = as_labelled("answer", answer)
    check_lengths(rows_of(design), [("answer", labelled.code)])
    answered = labelled.code >= 0
    if not answered.any():
        raise ArgumentError("answer", f"0 of {design.n:,} rows have one: every answer is missing")
    present = answered if where is None else answered & as_mask("where", where, rows_of(design))
    k = len(labelled.labels)
    chosen = (labelled.code[:, np.newaxis] == np.arange(k)) & present[:, np.newaxis]
    names = tuple(str(label) for label in labelled.labels)
    columns = Columns("share", names, chosen, present[:, np.newaxis], np.zeros(k, dtype=np.intp), None)
    return estimate_columns(design, columns, group_rows(by, rows_of(design)), choices, across)


def estimate_responses(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    ticks: Values,
    *,
    share_of: ShareOf = "respondents",
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    interval: IntervalMethod = "logit",
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate a multiple-response set: of each item, the share that ticked it.

    Parameters
    ----------
    design, by, where, confidence, interval, distribution, df, across
        As in `estimate_shares`.
    ticks : (n, k) array_like of 0, 1 and missing, mapping, DataFrame or Arrow table
        A row whose items are all missing did not answer the set and is in no base; a missing item of a row that did
        is not ticked. Of a `SourceDesign`, names of columns.
    share_of : {"respondents", "responses"}
        Of those who answered the set (shares add up to the mean number of ticks), or of all ticks (they add up to one).

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        As `estimate_shares`, or if nobody answered the set.

    Notes
    -----
    A share of responses is the ratio sum w tick / sum w (ticks of the row), linearized.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_responses
    >>> ticks = {"firms": [1, 0, 1], "citizens": [1, 1, None]}
    >>> estimate_responses(declare_design([1.0, 1.0, 2.0]), ticks).estimate
    array([[0.75, 0.5 ]])
    """
    check_choice("share_of", share_of, ShareOf)
    choices = Choices(confidence, interval, distribution, df)
    if isinstance(design, SourceDesign):
        found = tally_source(design, [("ticks", name) for name in as_names(ticks)], by, where)
        design, ticks, by, where = found.design, found.matrix(ticks), found.groups(by), found.mask(where)
    matrix, names = as_matrix("ticks", ticks)
    check_lengths(rows_of(design), [("ticks", matrix)])
    ticked, answered = _ticked(matrix), _answered(matrix)
    if not answered.any():
        raise ArgumentError("ticks", f"0 of {design.n:,} rows answered the set: every item is missing")
    present = answered if where is None else answered & as_mask("where", where, rows_of(design))
    ticked &= present[:, np.newaxis]
    groups, k = group_rows(by, rows_of(design)), len(names)
    if share_of == "respondents":
        columns = Columns("share", names, ticked, present[:, np.newaxis], np.zeros(k, dtype=np.intp), None)
        return estimate_columns(design, columns, groups, choices, across)
    columns = ratio_columns(dict(zip(names, ticked.T, strict=True)), ticked.sum(axis=1), rows_of(design), present)
    columns = replace(columns, names=names)
    return estimate_columns(design, columns, groups, replace(choices, statistic="share"), across)


def _answered(matrix: np.ndarray) -> BoolArray:
    return ~np.isnan(matrix).all(axis=1) if matrix.dtype.kind == "f" else np.ones(matrix.shape[0], dtype=np.bool_)


def _ticked(matrix: np.ndarray) -> BoolArray:
    values = np.nan_to_num(matrix) if matrix.dtype.kind == "f" else matrix
    wrong = ~((values == 0) | (values == 1))
    if wrong.any():
        raise ArgumentError("ticks", f"{int(wrong.any(axis=0).sum())} items hold other values than 0, 1 and missing")
    return np.asarray(values == 1)
