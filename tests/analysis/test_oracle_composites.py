"""Parts, overlaps and counts against R's survey package on the third synthetic wave (tests/oracle/composites.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm

ORACLE = Path(__file__).parents[1] / "oracle"
EXPECTED = pd.read_csv(
    ORACLE / "composites.csv", dtype={"group": "str"}, keep_default_na=False, na_values={"low": "", "high": ""}
)
COVARIANCE = pd.read_csv(ORACLE / "composites_covariance.csv")
LEVELS = {"total": "total", "1": "municipality", "2": "region", "3": "state"}
UNIONS = ("positive_role.private_firms", "positive_role.foundations")
COUNTS = ("culture keep", "culture drop", "latest_type keep")


def rows_of(topic: str) -> list[dict[str, str | float]]:
    found = EXPECTED[EXPECTED["topic"] == topic].to_dict("records")
    assert found
    return [{str(name): value for name, value in row.items()} for row in found]


def agree(row: pd.Series, r: dict[str, str | float], estimate: str, *, se: float | None = None) -> None:
    assert row[estimate] == pytest.approx(r["estimate"], rel=1e-8, abs=1e-14)
    assert (row["se"] if se is None else se) == pytest.approx(r["se"], rel=1e-8, abs=1e-14)
    assert (row["df"], row["n"]) == (r["df"], r["n"])
    if np.isnan(float(r["low"])):
        assert row["note"] in ("share_zero", "share_one")
        assert np.isnan(row["ci_low"])
    else:
        assert [row["ci_low"], row["ci_high"]] == pytest.approx([r["low"], r["high"]], rel=1e-8)


@pytest.mark.parametrize("name", UNIONS)
def test_union_parts_and_combinations_are_those_of_r(wave: bm.Wave, name: str) -> None:
    found = bm.estimate_parts(wave, name, by="level", most=15)
    compared = 0
    for r in rows_of(name):
        code = {"union": name, "part": f"{name}.{r['first']}"}.get(str(r["statistic"]), str(r["first"]))
        row = found.row(code, LEVELS[str(r["group"])])
        assert row["role"] == r["statistic"]
        agree(row, r, "share")
        compared += 1
    seen = found.table["share"].gt(0.0).sum()
    assert compared >= seen > 40


def test_overlaps_are_those_of_r(wave: bm.Wave) -> None:
    names = ["partner.citizens", "partner.private_firms", "partner.foundations"]
    found = bm.estimate_overlaps(wave, names, by="level")
    for r in rows_of("pairs"):
        statistic, first, second = (str(r[key]) for key in ("statistic", "first", "second"))
        row = found.row(statistic, first, second, LEVELS[str(r["group"])])  # type: ignore[arg-type]
        log_se = row["se"] / row["estimate"] if statistic in ("lift", "odds_ratio") else None
        agree(row, r, "estimate", se=log_se)
    statistics = found.table["statistic"].value_counts()
    assert (statistics["both"], statistics["among"], statistics["odds_ratio"]) == (12, 24, 12)
    assert len(rows_of("pairs")) == 12 + 24 + 12 + 12


@pytest.mark.parametrize("topic", COUNTS)
def test_counts_and_means_are_those_of_r(wave: bm.Wave, topic: str) -> None:
    question, _, rule = topic.partition(" ")
    found = bm.estimate_counts(wave, question, by="level", dont_know=rule)  # type: ignore[arg-type]
    for r in rows_of(topic):
        statistic, group = str(r["statistic"]), LEVELS[str(r["group"])]
        number = None if statistic == "mean" else int(r["first"])
        agree(found.row(statistic, number, group), r, "estimate")  # type: ignore[arg-type]
    assert len(rows_of(topic)) == len(found.table)


def test_covariance_across_combinations_and_groups_is_that_of_r(wave: bm.Wave) -> None:
    name = UNIONS[0]
    found = bm.estimate_parts(wave, name, by="level")
    check_covariance(name, found.kernel.covariance(), list(found.kernel.names))


def test_covariance_across_numbers_and_groups_is_that_of_r(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "latest_type", by="level")
    check_covariance("latest_type keep", found.kernel.covariance(), list(found.kernel.names))


def check_covariance(topic: str, matrix: np.ndarray, names: list[str]) -> None:
    groups = ["total", "group 1", "group 2", "group 3"]
    block = COVARIANCE[COVARIANCE["topic"] == topic]
    scale = float(block["covariance"].abs().max())
    place = {f"{group}|{name}": names.index(name) * 4 + row for row, group in enumerate(groups) for name in names}
    assert len(block) > 100
    for r in block.to_dict("records"):
        cell = matrix[place[r["first"]], place[r["second"]]]
        assert cell == pytest.approx(r["covariance"], rel=1e-8, abs=1e-11 * scale)
