"""Cross tables, tests of association and ordered trends against R (tests/oracle/association.R)."""

from functools import cache
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from oracle_cases import DESIGNS, LONELY_DESIGNS, ORACLE, stored

import barometer.survey as sv

CLOSED = 1e-8
ITERATED = 1e-6
R_STOPS = 1e-5
"""R stops at 1e-8 of its saddlepoint; solved to the end, its p-value is ours at 1e-6."""
KEY = ["case", "rows", "columns", "base"]
Key = tuple[str, str, str, str]
REPLICATES: dict[str, dict[str, Any]] = {
    "clusters_jk1": {"kind": "jk1", "scale": 0.9 * 14 / 15},
    "schools_bootstrap": {"kind": "bootstrap"},
    "pairs_fay": {"kind": "fay", "rho": 0.3},
}


@cache
def answers(what: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"association_{what}.csv", dtype={"row": str, "column": str})


def keys() -> list[Key]:
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d in answers("trends")[KEY].itertuples(index=False)]


def rows_of(what: str, key: Key) -> list[Any]:
    return list(answers(what)[(answers(what)[KEY] == list(key)).all(axis=1)].itertuples())


def declared(case: str) -> tuple[pd.DataFrame, Any, sv.DfRule]:
    """The data and the design of a case; R's degrees of freedom of replicate weights are their rank less one."""
    if case in REPLICATES:
        table = pd.read_csv(ORACLE / f"replicates_{case}.csv")
        weights = table.filter(regex=r"^r\d+$")
        return table, sv.declare_replicates(table["weight"], weights, **REPLICATES[case]), "rank"
    known = LONELY_DESIGNS[case] if case.startswith("lonely") else DESIGNS[case]
    return stored(known.data), known.declare(), "domain"


def crossed(key: Key) -> tuple[Any, dict[str, Any]]:
    case, rows, columns, base = key
    table, design, df = declared(case)
    where = None if base == "all" else table[base] == 1
    return design, {"rows": table[rows], "columns": table[columns], "where": where, "df": df}


@cache
def counted(key: Key) -> sv.JointCells:
    design, asked = crossed(key)
    return sv.count_cells(design, **asked)


def singular(key: Key) -> bool:
    return any(np.isnan(row.p_value) for row in rows_of("tests", key))


TESTED = [key for key in keys() if not singular(key)]


@pytest.mark.parametrize("key", TESTED, ids="/".join)
def test_every_statistic_is_that_of_svychisq(key: Key) -> None:
    for row in rows_of("tests", key):
        found = sv.test_association(counted(key), row.statistic)
        assert found.note == ""
        np.testing.assert_allclose(found.statistic, row.value, rtol=CLOSED, err_msg=str(row.statistic))
        if row.statistic == "saddlepoint":
            np.testing.assert_allclose(found.p_value, row.solved, rtol=ITERATED)
            np.testing.assert_allclose(found.p_value, row.p_value, rtol=R_STOPS)
            continue
        np.testing.assert_allclose(found.p_value, row.p_value, rtol=CLOSED, err_msg=str(row.statistic))
        np.testing.assert_allclose(found.ndf, row.ndf, rtol=CLOSED)
        np.testing.assert_allclose(found.ddf, np.inf if row.statistic == "Chisq" else row.ddf, rtol=CLOSED)


@pytest.mark.parametrize("key", [key for key in keys() if singular(key)], ids="/".join)
def test_what_r_cannot_solve_says_why(key: Key) -> None:
    for row in rows_of("tests", key):
        if np.isnan(row.p_value):
            found = sv.test_association(counted(key), row.statistic)
            assert found.note in ("too_sparse", "no_spread", "df_below_1")
            assert np.isnan(found.p_value)


@pytest.mark.parametrize("key", keys(), ids="/".join)
def test_counts_and_shares_are_those_of_svytable_and_svyby(key: Key) -> None:
    design, asked = crossed(key)
    table = sv.cross_tabulate(design, **asked)
    rows, columns = (
        [f"{label:g}" if isinstance(label, float) else str(label) for label in labels]
        for labels in (table.rows, table.columns)
    )
    for row in rows_of("cells", key):
        cell = rows.index(str(row.row)), columns.index(str(row.column))
        np.testing.assert_allclose(table.weighted[cell], row.weighted, rtol=CLOSED)
        for of in get_args(sv.SharesOf):
            found = table.shares(of)
            expected, se = getattr(row, f"{of}_share"), getattr(row, f"{of}_se")
            np.testing.assert_allclose(found.share[cell], expected, rtol=CLOSED, atol=1e-15)
            np.testing.assert_allclose(found.se[cell], se, rtol=CLOSED, atol=1e-12, err_msg=of)


@pytest.mark.parametrize("key", keys(), ids="/".join)
def test_the_trend_is_the_slope_of_svyglm(key: Key) -> None:
    (row,) = rows_of("trends", key)
    found = sv.test_ordered_trend(counted(key))
    if np.isnan(row.p_value):
        assert found.note != ""
        return
    np.testing.assert_allclose(
        [found.slope, found.se, found.statistic, found.p_value], [row.slope, row.se, row.t, row.p_value], rtol=CLOSED
    )
    assert found.df == row.df
