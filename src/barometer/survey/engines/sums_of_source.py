"""Sums of a sample that an engine holds: the one way from names of columns to cells."""

from dataclasses import replace

from barometer.errors import ArgumentError, check_choice, check_kind
from barometer.survey.arrays import FloatArray
from barometer.survey.columns import Statistic
from barometer.survey.engines.levels import NamedLabels, given_answer, given_levels, known_levels, occurring
from barometer.survey.engines.plans import Present, Query, Total
from barometer.survey.engines.request import Measure, Request, check_columns, check_request
from barometer.survey.engines.small_tables import check_among, in_order, with_levels
from barometer.survey.engines.source_design import Names, SourceDesign, as_names
from barometer.survey.sums import Across, CellSums

Domains = NamedLabels
"""Columns that are crossed, with or without all their labels in order."""


def sum_source(
    design: SourceDesign,
    outcome: Names,
    *,
    statistic: Statistic = "share",
    over: Names = None,
    by: Domains = None,
    where: str | None = None,
    across: Across = "none",
) -> CellSums:
    """
    Sum outcomes by cluster and group where the rows are.

    Parameters
    ----------
    design : SourceDesign
    outcome : str or sequence of str
        Columns of 0, 1 and missing (shares), or of numbers.
    statistic : {"share", "mean", "ratio", "total"}
    over : str or sequence of str, optional
        Of ratios: columns to divide by, one for all outcomes or one for each.
    by : str, sequence of str, or mapping, optional
        Columns of domains; several are crossed. A mapping gives their labels in order, those that no row has included.
    where : str, optional
        Column of true and false: the rows that the sums are of.
    across : {"none", "outcomes"}
        As in `sum_cells`.

    Returns
    -------
    CellSums
        What `sum_cells` makes of the same rows: give it to `summarise`, or save it.

    Raises
    ------
    ArgumentError
        If a column is not there or holds what the statistic does not take, with the file where one is to blame.

    Examples
    --------
    >>> import pandas as pd
    >>> from barometer.survey import declare_source, sum_source, summarise
    >>> answers = pd.DataFrame({"w": [2.0, 2.0, 4.0], "paid": [10.0, 20.0, 30.0]})
    >>> summarise(sum_source(declare_source(answers, weight="w"), "paid", statistic="mean")).estimate
    array([[22.5]])
    """
    check_kind("design", design, SourceDesign, "a design of a source, as declare_source makes")
    return sum_measures(design, as_measures(outcome, statistic, over), statistic, by, where, across)


def sum_answers(
    design: SourceDesign, answer: NamedLabels, *, by: Domains = None, where: str | None = None, across: Across = "none"
) -> CellSums:
    """
    Sum each answer in a column of labels as an outcome of its own.

    Parameters
    ----------
    design, by, where, across
        As in `sum_source`.
    answer : str or mapping
        Column of labels; a missing one is in no base. `{"answer": [labels]}` gives all labels in order.

    Returns
    -------
    CellSums
        Of shares, one for each label in their order.

    Raises
    ------
    ArgumentError
        As `sum_source`, or if nobody answered, or a label was not given.
    """
    check_kind("design", design, SourceDesign, "a design of a source, as declare_source makes")
    name, given = given_answer("answer", answer)
    check_columns(design.engine, [("answer", name)])
    if not (found := occurring(design.engine, name)):
        raise ArgumentError("answer", f"0 of {design.n:,} rows have one: every answer is missing")
    if given is not None:
        check_among("answer", name, found, given)
    labels = given or known_levels(design.engine, name) or in_order(found)
    return sum_measures(design, tuple(Measure(str(label), name, label) for label in labels), "share", by, where, across)


def as_measures(outcome: Names, statistic: Statistic, over: Names) -> tuple[Measure, ...]:
    """
    Return the outcomes that are named.

    Raises
    ------
    ArgumentError
        If none is, or columns to divide by do not fit.
    """
    check_choice("statistic", statistic, Statistic)
    names, below = as_names(outcome), as_names(over)
    if not names:
        raise ArgumentError("outcome", "names no column")
    if (statistic == "ratio") != bool(below) or len(below) not in (0, 1, len(names)):
        raise ArgumentError("over", f"has {len(below)} columns; ratios take 1 or {len(names)}, other statistics none")
    if statistic != "ratio":
        return tuple(Measure(name, name) for name in names)
    pairs = zip(names, below * (len(names) if len(below) == 1 else 1), strict=True)
    return tuple(Measure(f"{above}/{x}", above, over=x) for above, x in pairs)


def sum_measures(
    design: SourceDesign,
    measures: tuple[Measure, ...],
    statistic: Statistic,
    by: Domains,
    where: str | None,
    across: Across,
) -> CellSums:
    """Sum measures by cluster and group, with the groups in the order of their labels."""
    request = as_request(design, measures, statistic, by, where, across)
    found = arranged(design, design.engine.sums(request, design), by)
    check_chosen(design, where, found.rows)
    return found


def check_chosen(design: SourceDesign, where: str | None, rows: FloatArray) -> None:
    """
    Refuse a column of true and false that is true nowhere.

    Parameters
    ----------
    design : SourceDesign
    where : str or None
    rows : float array
        Rows that were counted: only where there are none is the engine asked.

    Raises
    ------
    ArgumentError
    """
    if where is None or rows.any():
        return
    answer = design.engine.answer(Query((), (Present("chosen", (), where),), (Total("chosen", "sum", "chosen"),)))
    if not answer.totals["chosen"].sum():
        raise ArgumentError("where", f"selects 0 of {design.n:,} rows: nobody is in this domain")


def as_request(
    design: SourceDesign,
    measures: tuple[Measure, ...],
    statistic: Statistic,
    by: Domains,
    where: str | None,
    across: Across,
) -> Request:
    """
    Return what an engine is asked.

    Raises
    ------
    ArgumentError
        If a column is not there, or is of a kind that cannot be summed.
    """
    check_choice("across", across, Across)
    if len({measure.name for measure in measures}) < len(measures):
        raise ArgumentError("outcome", "names a column twice: give every outcome its own name")
    request = Request(statistic, measures, tuple(given_levels("by", by)), where, across)
    check_request(design.engine, request)
    return request


def arranged(design: SourceDesign, sums: CellSums, by: Domains) -> CellSums:
    """Put the groups of sums in the order of their labels, with those that no row has."""
    levels = given_levels("by", by)
    every = [known_levels(design.engine, name) if labels is None else labels for name, labels in levels.items()]
    found = with_levels(sums, tuple(levels), every)
    return replace(found, products=None) if not design.facts.last.of_rows else found
