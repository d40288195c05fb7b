"""What an object says of itself: one line of what it is; never a row, an address or a dump of arrays."""

import numpy as np
import pyarrow as pa
import pytest
from nonresponse_sample import read_sample
from repeated_samples import occasions, stored

import barometer.survey as sv

SECRET = 4711.25
"""An answer and a weight that no text may hold."""


def rows_held() -> list[object]:
    """Return objects that hold answers and weights of rows, some of which are the secret number."""
    weight = np.where(np.arange(20) % 7 == 0, SECRET, 10.0)
    answer, group = np.tile([0, 1, 1, 0], 5), np.repeat(["x", "y"], 10)
    value = np.where(answer == 1, SECRET, 2.0)
    design = sv.declare_design(weight, list("aabbccddee") * 2)
    columns, groups, stratum = sv.value_columns(value, 20, "mean"), sv.group_rows(group, 20), np.arange(20) % 5
    targets = sv.declare_targets({"g": group, "v": value}, {"g": {"x": 100, "y": 110}, "v": 500_000})
    calibration = sv.calibrate_design(design, sv.declare_targets({"g": group}, {"g": {"x": 100, "y": 110}})).calibration
    assert calibration is not None
    return [
        columns,
        sv.Occasion(design, columns, groups, stratum, np.arange(20)),
        sv.UnitScores(value[:, None], np.zeros(20, dtype=int), np.arange(20), stratum, np.zeros(20)),
        sv.sum_cells(design, columns, groups),
        calibration,
        calibration.report.influential(3),
        *targets.margins,
        *targets.totals,
        sv.declare_source(pa.table({"w": weight, "v": value}), weight="w").engine,
    ]


def test_what_holds_rows_tells_sizes_and_never_an_answer_or_a_weight() -> None:
    assert [repr(held) for held in rows_held()] == [
        "<Columns: mean of 1 outcome(s), outcome; 20 rows>",
        "<Occasion: mean of 1 outcome(s), 20 rows in 2 groups, units known>",
        "<UnitScores: 20 rows, 1 estimate(s)>",
        "<CellSums: mean of 1 outcome(s) by domain, 10 cells>",
        "<Calibrated: 20 rows calibrated by raking, regression residuals>",
        "<Influential: the 3 heaviest rows, 100.0% of squared weights>",
        "<Margin: g, 2 levels>",
        "<Total: v>",
        "<Batches: the table, 1 part(s)>",
    ]


def test_what_was_computed_is_told_in_a_line() -> None:
    sample = read_sample()
    weight, answered, frame = sample["weight"], sample["answered"], sample[["stratum", "size"]]
    cells, design = sv.adjust_by_cells(weight, answered, sample["stratum"]), sv.declare_design(weight)
    first, second = occasions(stored("input"), ["yes"])[:2]
    repeated = sv.estimate_occasions([first, second], sv.Choices(), "stacked")
    share, variance, n = np.array([[0.5], [0.4]]), np.array([[0.01], [0.01]]), np.array([[90], [80]])
    nested = np.zeros(1, dtype=bool)
    halves = sv.Pairs(share[0], share[1], variance[0], variance[1], np.zeros(1), n[0], n[1], n[0] - 1, nested)
    compared = sv.compare_shares(halves)
    pairs = sv.estimate_pairs(design, np.column_stack([answered, ~answered]))
    crossed = sv.cross_tabulate(design, sample["stratum"], sample["size"])
    weights = sv.report_weights(weight, answered, cells.weight, frame)
    computed = [
        cells,
        sv.adjust_by_propensity(weight, answered, frame),
        sv.fit_propensities(answered, frame),
        sv.response_rates(answered, by=sample["stratum"]),
        sv.design_weights(["a", "a", "a", "b"], [True, False, True, True]),
        repeated,
        repeated.change(0, 1),
        sv.decompose(first, second),
        halves,
        compared,
        compared.difference,
        pairs,
        pairs.lift,
        crossed.cells,
        crossed.shares("row"),
        weights,
        weights.before,
        sv.share_interval(np.array([0.5, np.nan]), np.array([0.01, np.nan]), np.array([20, 0]), np.array([9, 0])),
        sv.independent_shares(share, variance, n - 1.0, n)[0],
    ]
    assert [repr(one) for one in computed] == [
        "<CellAdjustment: 200 units in 3 cells, 0 joined, 0 alone>",
        "<PropensityAdjustment: 5 classes, 94 of 200 units answered>",
        "<Propensities: 200 units, 5 coefficients; 0.293 to 0.780>",
        "<ResponseRates by stratum: 94 of 200 answered, weighted 47.0%>",
        "<DesignWeights: 3 of 4 units drawn in 2 strata>",
        "<RepeatedEstimates: 1 outcome(s) on 2 occasions, total and 2 groups; with units in common, stacked>",
        "<Changes: 1 outcome(s), total and 2 groups, with covariance between occasions>",
        "<ChangeParts: total and 2 cells, with covariance between occasions>",
        "<Pairs: 1 pair(s) of shares>",
        "<ComparedShares: 1 pair(s), 1 tested>",
        "<Effect: 1 estimate(s) with intervals>",
        "<PairEstimates: 1 pair(s) of 2 ticks, total and 0 groups>",
        "<LogRatios: 1 pair(s), total and 0 groups>",
        "<JointCells: 3 x 3, n 200, df 199>",
        "<CellShares: 3 x 3 shares of each row>",
        "<WeightReport: design effect of weighting 1.176 before, 1.229 after; 6 levels compared with the frame>",
        "<WeightSpread: 94 rows, 3 to 10, mean 6.96, cv 0.420, deff 1.176>",
        "<Intervals: 2, 1 empty>",
        "<IndependentDifferences: 1>",
    ]


def test_a_relation_of_duckdb_is_named_and_not_run() -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(f"SELECT {SECRET} AS w, 1 AS answer FROM range(3)")
    assert repr(sv.declare_source(rows, weight="w").engine) == "<DuckDB: the DuckDB relation>"
