"""Calibrated weights and their standard errors against R's survey package (tests/oracle/calibration.R)."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from calibration_cases import DESIGNS, DOMAINS, METHODS, calibrated, declared, rows_of, stored, targets_of

import barometer.survey as sv

ITERATED = {"rake", "raking", "logit", "bounded", "raking_total", "logit_total"}


def check_answers(design: Any, rows: pd.DataFrame, expected: pd.DataFrame, rtol: float) -> int:
    """Every estimate and standard error of one calibrated design."""
    count = 0
    for (statistic, outcome), answers in expected.groupby(["statistic", "outcome"]):
        r = answers.set_index("domain")
        by = rows["half"] if set(DOMAINS) <= set(r.index) else rows["size"]
        if statistic == "ratio":
            found = sv.estimate_ratios(design, rows["api00"], rows["api99"], by=by)
        else:
            verb = sv.estimate_means if statistic == "mean" else sv.estimate_totals
            found = verb(design, rows[outcome], by=by)
        sizes = sv.estimate_means(design, rows[str(outcome)], by=rows["size"]) if statistic == "mean" else None
        for domain, answer in r.iterrows():
            result = sizes if sizes is not None and domain in ("small", "middle", "large") else found
            row = result.row(domain)
            np.testing.assert_allclose(result.estimate[row, 0], answer["estimate"], rtol=rtol)
            np.testing.assert_allclose(result.se[row, 0], answer["se"], rtol=rtol)
            count += 1
    return count


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("method", [*METHODS, "twice"])
def test_weights_are_rs(name: str, method: str) -> None:
    table = stored("weights")
    r = table[(table["design"] == name) & (table["method"] == method)]["weight"]
    np.testing.assert_allclose(calibrated(name, method).weight, r, rtol=1e-9 if method in ITERATED else 1e-12)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("method", [*METHODS, "twice"])
def test_standard_errors_are_rs(name: str, method: str) -> None:
    table = stored("answers")
    expected = table[(table["design"] == name) & (table["method"] == method)]
    rtol = 1e-8 if method in ITERATED else 1e-10
    assert check_answers(calibrated(name, method), rows_of(name), expected, rtol) == 24


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("method", [*METHODS, "twice"])
def test_covariances_across_domains_and_outcomes_are_rs(name: str, method: str) -> None:
    rows, table = rows_of(name), stored("covariances")
    found = sv.estimate_means(
        calibrated(name, method), {"award": rows["award"], "item": rows["item"]}, by=rows["half"], across="outcomes"
    )
    place = {f"{o}_{g}": k * 3 + found.row(g) for k, o in enumerate(found.names) for g in ("total", *DOMAINS)}
    everything, of_award = found.covariance(), found.covariance("award")
    np.testing.assert_allclose(of_award, everything[:3, :3], rtol=1e-9, atol=1e-18)
    answers = table[(table["design"] == name) & (table["method"] == method)]
    size = np.sqrt(np.diag(everything))
    for _, answer in answers.iterrows():
        one, other = place[answer["first"]], place[answer["second"]]
        off = abs(everything[one, other] - answer["covariance"]) / (size[one] * size[other])
        assert off < (1e-8 if method in ITERATED else 1e-10), (answer["first"], answer["second"], off)


@pytest.mark.parametrize("strict", [False, True])
def test_trimmed_weights_are_rs(strict: bool) -> None:
    table = stored("weights")
    r = table[(table["design"] == "strat") & (table["method"] == ("trim_strict" if strict else "trim"))]["weight"]
    found = sv.trim_weights(rows_of("strat")["w"], 20.0, 45.0, strict=strict)
    np.testing.assert_allclose(found.weight, r, rtol=1e-12)
    assert found.weight.sum() == pytest.approx(rows_of("strat")["w"].sum(), rel=1e-12)


REPLICATED = ("rake", "poststratify", "greg", "logit_total")


@pytest.mark.parametrize("name", ["strat", "clus1"])
@pytest.mark.parametrize("method", REPLICATED)
@pytest.mark.parametrize("order", ["made_then_calibrated", "calibrated_then_made"])
def test_calibrated_replicates_have_rs_standard_errors(name: str, method: str, order: str) -> None:
    kind: Any = "jkn" if name == "strat" else "jk1"
    table = stored("replicates")
    if order == "made_then_calibrated":
        variables, options = METHODS[method]
        options = {key: value for key, value in options.items() if key != "residuals"}
        design = sv.calibrate_design(sv.make_replicates(declared(name), kind), targets_of(name, variables), **options)
    else:
        design = sv.make_replicates(calibrated(name, method), kind)
    expected = table[(table["design"] == name) & (table["method"] == method)]
    assert check_answers(design, rows_of(name), expected, 1e-8) == 24


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_lonely_strata_of_a_calibrated_design_are_rs(rule: Any) -> None:
    rows, table = rows_of("strat"), stored("lonely")
    stratum = rows["stype"].mask(rows.index == 6, "X")
    plain = sv.declare_design(rows["w"], stratum, lonely_psu=rule)
    design = sv.calibrate_design(plain, targets_of("strat", ("stype", "size")), method="linear")
    assert check_answers(design, rows, table[table["design"] == rule], 1e-10) == 24
