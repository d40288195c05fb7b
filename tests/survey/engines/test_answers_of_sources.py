"""Cross tables, tests of association, sets of ticks and pairs of a source are those of arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import LEVELS, ORDER, REGIONS, TICKS, check_equal, declared, in_arrays, sample

import barometer.survey as sv
from barometer.errors import ArgumentError

pytestmark = pytest.mark.filterwarnings("default")


def check_cells(found: sv.JointCells, expected: sv.JointCells) -> None:
    assert (found.rows, found.columns, found.df) == (expected.rows, expected.columns, expected.df)
    np.testing.assert_array_equal(found.n, expected.n)
    np.testing.assert_array_equal(found.weighted, expected.weighted)  # eighths: exact
    np.testing.assert_allclose(found.total_covariance, expected.total_covariance, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.share_covariance, expected.share_covariance, rtol=1e-9, atol=1e-16)


@pytest.mark.parametrize("clusters", [False, True])
def test_answers_are_counted_as_in_arrays(data: Any, clusters: bool) -> None:
    frame, source, arrays = sample(), declared(data, clusters), in_arrays(clusters)
    sector, inside = frame["sector"], frame["inside"]
    table = sv.cross_tabulate(source, {"sector": ORDER}, {"region": REGIONS}, where="inside")
    expected = sv.cross_tabulate(
        arrays, pd.Categorical(sector, ORDER), pd.Categorical(frame["region"], REGIONS), where=inside
    )
    check_cells(table.cells, expected.cells)
    for of in ("by_row", "by_column", "of_total"):
        check_equal(getattr(table, of), getattr(expected, of))
    found, wanted = sv.test_association(table.cells), sv.test_association(expected.cells)
    assert (found.n, found.shape, found.note) == (wanted.n, wanted.shape, "")
    np.testing.assert_allclose([found.statistic, found.p_value], [wanted.statistic, wanted.p_value], rtol=1e-9)
    trend = sv.test_ordered_trend(sv.count_cells(source, "truth", {"sector": ORDER}))
    arrays_trend = sv.test_ordered_trend(sv.count_cells(arrays, frame["truth"], pd.Categorical(sector, ORDER)))
    np.testing.assert_allclose([trend.slope, trend.se], [arrays_trend.slope, arrays_trend.se], rtol=1e-9)

    by = pd.Series(pd.Categorical(sector, LEVELS), name="sector")
    pairs = sv.estimate_pairs(source, TICKS, by={"sector": LEVELS}, where="inside")
    of_rows = sv.estimate_pairs(arrays, frame[[*TICKS]], by=by, where=inside)
    check_equal(pairs.shares, of_rows.shares)
    check_equal(pairs.among, of_rows.among)
    for ratio in ("lift", "odds_ratio"):
        one, other = getattr(pairs, ratio), getattr(of_rows, ratio)
        np.testing.assert_allclose(one.estimate, other.estimate, rtol=1e-12)
        np.testing.assert_allclose(one.log_se, other.log_se, rtol=1e-9)
    for share_of in ("respondents", "responses"):
        check_equal(
            sv.estimate_responses(source, TICKS, by="region", share_of=share_of),
            sv.estimate_responses(arrays, frame[[*TICKS]], by=frame["region"], share_of=share_of),
        )


@pytest.mark.parametrize("rule", ["adjust", "average"])
def test_lonely_units_of_a_domain_follow_their_rule(rule: Any) -> None:
    frame = sample().assign(psu=lambda table: table["psu"].where(table["stratum"] != "a", 0))
    options: dict[str, Any] = {"psu_labels": "within_stratum", "lonely_psu": rule, "lonely_domain": "adjust"}
    source = sv.declare_source(frame, weight="weight", stratum="stratum", psu="psu", **options)
    arrays = sv.declare_design(frame["weight"], frame["stratum"], frame["psu"], **options)
    check_cells(sv.count_cells(source, "truth", "region"), sv.count_cells(arrays, frame["truth"], frame["region"]))


def test_wrong_answers_are_refused_by_name() -> None:
    source = declared(sample(), clusters=False)
    calls: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: sv.count_cells(source, "sector", "regoin"), "columns: the table has no column 'regoin'"),
        (lambda: sv.cross_tabulate(source, "sector", "region", where="staff"), "'staff' must be true or false"),
        (lambda: sv.estimate_pairs(source, ["truth", "region"]), "other values than 0, 1"),
        (lambda: sv.count_cells(source, sample()["sector"], "region"), "by their names; got Series"),
        (lambda: sv.estimate_pairs(source, sample()[[*TICKS]]), "by their names; got DataFrame"),
        (lambda: sv.estimate_shares(source, [1, 2]), "by their names; got int"),
        (lambda: sv.estimate_pairs(source, "truth"), "a pair takes two"),
        (lambda: sv.estimate_responses(source, ["truth", "nobody"]), "no column 'nobody'"),
        (lambda: sv.estimate_responses(source, ["truth", "int8"], by={"sector": ["care"]}), "2 labels in 'sector'"),
        (lambda: sv.estimate_categories(source, "sector", df="rank"), "rank"),
        (lambda: sv.estimate_responses(source, ["truth", "sector"]), "'sector' is not numeric"),
        (lambda: sv.estimate_categories(source, {"sector": ["care"]}), "answer: 2 labels in 'sector'"),
        (lambda: sv.sum_answers(source, {"sector": ["care"]}), "answer: 2 labels in 'sector'"),
        (lambda: sv.count_cells(source, "truth", {"region": ["1", "2", "3"]}), "columns: 3 labels in 'region'"),
        (lambda: sv.cross_tabulate(source, {"sector": "care"}, "region"), "rows: the labels .* a list .* got str"),
        (lambda: sv.estimate_categories(source, {"sector": [*ORDER, "care"]}), "different from each other"),
        (lambda: sv.estimate_categories(source, {"sector": [*ORDER, None]}), "none missing"),
        (lambda: sv.estimate_categories(source, {"sector": [["care"]]}), "are text, numbers"),
        (lambda: sv.estimate_categories(source, ["sector", "region"]), "names 2 columns"),
        (lambda: sv.estimate_means(source, "pay", by={"sector": "care"}), "by: the labels .* got str"),
    )
    for call, message in calls:
        with pytest.raises(ArgumentError, match=message):
            call()
