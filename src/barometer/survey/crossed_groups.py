"""Two domains of sums crossed: the table that tests of association take, when the rows are gone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from barometer.errors import ArgumentError, UnknownNameError, check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, sum_by
from barometer.survey.estimates import DfRule
from barometer.survey.joint_cells import JointCells, rules_by_domain, share_covariance, totals_of_pairs
from barometer.survey.merging import add_up
from barometer.survey.summaries import Choices, summarise
from barometer.survey.sums import CellSums, Products


def cross_groups(
    sums: CellSums, rows: str, columns: str, *, outcome: str | None = None, df: DfRule = "domain"
) -> JointCells:
    """
    Cross two domains of sums, with the covariance between the cells.

    Parameters
    ----------
    sums : CellSums
        By both domains, of any statistic: only their weights are used.
    rows, columns : str
        Names of the domains. Others are added up.
    outcome : str, optional
        Whose base the table is of; needed where there are several.
    df : {"domain", "design"}
        As in `estimate_shares`.

    Returns
    -------
    JointCells
        As `count_cells` gives it of the rows that are in the base and have both labels: give it to `test_association`
        or `test_ordered_trend`.

    Raises
    ------
    ArgumentError
        If the domains are the same one, nobody has both labels, or there are several bases and none was chosen.
    UnknownNameError
        If there is no such domain or outcome.

    Examples
    --------
    >>> import numpy as np
    >>> import barometer.survey as sv
    >>> care, happy = np.arange(80) % 2, np.arange(80) % 3 > 0
    >>> found = sv.estimate_totals(sv.declare_design(np.ones(80)), np.ones(80), by={"care": care, "happy": happy})
    >>> sv.test_association(sv.cross_groups(found.sums, "care", "happy"))
    <AssociationTest F(1, 79) = 0.05521, p = 0.815; Cramér's V 0.026, 2 x 2, n 80>
    """
    check_kind("sums", sums, CellSums, "sums, as sum_cells makes and the .sums of estimates")
    for name in (rows, columns):
        if name not in sums.domains:
            raise UnknownNameError("domain", name, sums.domains)
    if rows == columns:
        raise ArgumentError("columns", f"is the domain of the rows, {rows!r}: name another")
    labels, of_cell = _labels(sums, rows, columns)
    counted = _counted(sums, _base(sums, outcome), of_cell, len(labels[0]) * len(labels[1]))
    found = summarise(counted, Choices(interval="wald", df=df))
    weighted = np.nan_to_num(found.estimate[1:, 0])
    if not weighted.any():
        raise ArgumentError("columns", "nobody has both labels: there is nothing to cross")
    if rules_by_domain(counted.facts):
        totals = totals_of_pairs(_variances(counted), np.unique(counted.group), weighted.size)
    else:
        totals = np.nan_to_num(found.covariance()[1:, 1:])
    shape = (len(labels[0]), len(labels[1]))
    return JointCells(
        rows=labels[0],
        columns=labels[1],
        n=found.n[1:, 0].reshape(shape),
        weighted=weighted.reshape(shape),
        total_covariance=totals,
        share_covariance=share_covariance(totals, weighted / weighted.sum(), weighted.sum()),
        df=int(found.df[0, 0]),
        df_rule=df,
        replicates=False,
    )


def _base(sums: CellSums, outcome: str | None) -> int:
    if outcome is None:
        if sums.rows.shape[1] > 1:
            raise ArgumentError("outcome", "there are several bases: name the outcome whose base the table is of")
        return 0
    if outcome not in sums.names:
        raise UnknownNameError("outcome", outcome, sums.names)
    return int(sums.base[sums.names.index(outcome)])


def _labels(sums: CellSums, rows: str, columns: str) -> tuple[list[tuple[object, ...]], IntArray]:
    """Return the labels of both domains, and the cell of the table that each group is in."""
    places = [sums.domains.index(name) for name in (rows, columns)]
    labels = [tuple(dict.fromkeys(label[place] for label in sums.labels)) for place in places]
    codes = [
        np.array([of.index(label[place]) for label in sums.labels], dtype=np.intp)
        for of, place in zip(labels, places, strict=True)
    ]
    return labels, codes[0] * len(labels[1]) + codes[1]


def _counted(sums: CellSums, base: int, cell: IntArray, cells: int) -> CellSums:
    """Return the sums of ones by cell of the table, of the rows in the base that have both labels."""
    inside = np.flatnonzero((sums.group >= 0) & (sums.rows[:, base] > 0.0))
    weight, weight_sq = (values[inside][:, [base]] for values in (sums.weight, sums.weight_sq))
    square = None if sums.square is None else Products(weight_sq, weight_sq, weight_sq)
    ones = replace(
        sums,
        statistic="total",
        names=("rows",),
        domains=("cell",),
        labels=tuple((number,) for number in range(cells)),
        base=np.zeros(1, dtype=np.intp),
        centre=np.zeros((inside.size, 1)),
        pilot=np.zeros(sums.facts.clusters),
        cluster=sums.cluster[inside],
        group=np.append(cell, -1)[sums.group[inside]],
        rows=sums.rows[inside][:, [base]],
        weighted=sums.weighted[inside][:, [base]],
        weight=weight,
        weight_sq=weight_sq,
        numerator=weight,
        denominator=weight,
        flat=Products(weight, weight, weight),
        square=square,
        across="none",
        products=None,
        residuals=None,
    )
    return add_up([ones], sums.facts)


def _variances(counted: CellSums) -> Callable[[BoolArray], FloatArray]:
    """Return a function from unions of cells, (cells, q) bool, to the variances of their totals, (q,)."""

    def of(unions: BoolArray) -> FloatArray:
        inside = unions[counted.group].astype(np.float64)

        def added(values: FloatArray) -> FloatArray:
            return sum_by(values, counted.cluster, counted.facts.clusters)

        def together(values: FloatArray) -> FloatArray:
            return added(values * inside)

        present = np.flatnonzero(added(counted.rows)[:, 0])
        weight, weight_sq = together(counted.weight)[present], together(counted.weight_sq)[present]
        whole, whole_sq = added(counted.weight)[present], added(counted.weight_sq)[present]
        square = None if counted.square is None else Products(weight_sq, weight_sq, whole_sq)
        ticks = replace(
            counted,
            names=tuple(str(number) for number in range(unions.shape[1])),
            domains=(),
            labels=(),
            base=np.zeros(unions.shape[1], dtype=np.intp),
            centre=np.zeros(weight.shape),
            cluster=present,
            group=np.full(present.size, -1, dtype=np.intp),
            rows=added(counted.rows)[present],
            weighted=added(counted.weighted)[present],
            weight=whole,
            weight_sq=whole_sq,
            numerator=weight,
            denominator=whole,
            flat=Products(weight, weight, whole),
            square=square,
        )
        return np.asarray(summarise(ticks, Choices(interval="wald")).variance[0])

    return of
