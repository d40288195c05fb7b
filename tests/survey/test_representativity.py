"""R-indicators and partial indicators, against the papers' formulas in R (oracle/nonresponse.R) and by hand."""

from typing import Literal

import numpy as np
import pandas as pd
import pytest
from nonresponse_sample import close, design_of, oracle, read_sample

import barometer.survey as sv
from barometer.errors import ArgumentError, ResponseError

SAMPLE = read_sample()
VARIABLES = SAMPLE[["stratum", "size"]]


@pytest.mark.parametrize("correction", ["published", "centred"])
def test_indicators_are_the_papers(correction: Literal["published", "centred"]) -> None:
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES, correction=correction)
    expected = oracle("indicators").query("correction == @correction").iloc[0]
    for name in ("r", "r_uncorrected", "r_se", "cv", "cv_uncorrected", "cv_se", "spread", "bias"):
        close(getattr(found, name), expected[name], 1e-8)
    half = 1.959963984540054 * found.r_se * np.sqrt(found.spread)
    close(found.r_low, 1 - 2 * np.sqrt(found.spread - found.bias + half), 1e-10)
    close(found.r_high, 1 - 2 * np.sqrt(max(found.spread - found.bias - half, 0.0)), 1e-10)


def test_the_papers_interval_is_symmetric_around_r_and_cv() -> None:
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES, interval="normal")
    close(
        [found.r - found.r_low, found.cv_high - found.cv],
        1.959963984540054 * np.array([found.r_se, found.cv_se]),
        1e-10,
    )


def test_partial_indicators_are_the_papers() -> None:
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES)
    expected = oracle("partial")
    assert [(row.variable, row.level or "") for row in found.partial] == list(
        expected[["variable", "level"]].itertuples(index=False, name=None)
    )
    close([row.unconditional for row in found.partial], expected["unconditional"], 1e-8)
    close([row.conditional for row in found.partial], expected["conditional"], 1e-8)


def test_of_one_variable_the_partial_indicators_are_the_spread_with_its_error() -> None:
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], {"size": SAMPLE["size"]})
    whole = found.partial[0]
    close(whole.conditional, np.sqrt(found.spread), 1e-10)
    # R = 1 - 2 S, so that S has half of its error.
    close(whole.conditional_se, found.r_se / 2, 1e-10)
    close(whole.unconditional * whole.unconditional_se, whole.conditional * whole.conditional_se, 1e-10)


def partial_of_counts(sampled: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """
    Indicators (R, 7, 2) of a and b in each of R samples of weights 5, from the counts (R, 3, 2) of cells.

    Newton's steps of the logistic model of both, and the formulas of the papers, on six cells. Last: unconditional and
    conditional.
    """
    a, b = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
    x = np.column_stack([np.ones(6), a == 1, a == 2, b]).astype(float)
    n, r = sampled.reshape(-1, 6).astype(float), answered.reshape(-1, 6)
    beta = np.zeros((len(n), 4))
    for _ in range(8):
        rho = 1.0 / (1.0 + np.exp(-beta @ x.T))
        information = np.einsum("rc,ci,cj->rij", n * rho * (1.0 - rho), x, x)
        beta += np.linalg.solve(information, ((r - n * rho) @ x)[..., np.newaxis])[..., 0]
    rho, total = 1.0 / (1.0 + np.exp(-beta @ x.T)), n.sum(axis=1)
    mean = (n * rho).sum(axis=1) / total
    found = []
    for own, other in ((a, b), (b, a)):
        inside = own == np.arange(own.max() + 1)[:, np.newaxis]
        away = (n * rho) @ inside.T / (n @ inside.T) - mean[:, np.newaxis]
        level = np.sqrt(n @ inside.T / total[:, np.newaxis]) * away
        same = other == other[:, np.newaxis]
        square = 5.0 * n * (rho - (n * rho) @ same / (n @ same)) ** 2 / (5.0 * total - 1.0)[:, np.newaxis]
        left = np.sqrt(np.column_stack([square.sum(axis=1), square @ inside.T]))
        found.append(np.stack([np.column_stack([np.sqrt((level**2).sum(axis=1)), level]), left], axis=2))
    return np.concatenate(found, axis=1)


def test_errors_of_partial_indicators_are_their_spread_over_samples() -> None:
    random = np.random.default_rng(11)
    a, b = random.integers(0, 3, 4000), random.integers(0, 2, 4000)
    propensity = np.array([0.2, 0.4, 0.65])[:, np.newaxis] + np.array([0.0, 0.15])
    size = np.bincount(2 * a + b).reshape(3, 2)
    sampled = random.multivariate_hypergeometric(size.ravel(), 800, size=4000).reshape(-1, 3, 2)
    answered = random.binomial(sampled, propensity)
    values = partial_of_counts(sampled, answered)
    # The middle level of a is where the mean is: its conditional indicator has no expansion of first order.
    chosen = [0, 1, 3, 4, 5, 6]
    errors = []
    for n, r, expected in zip(sampled[:12], answered[:12], values[:12], strict=False):
        rows, cells = np.repeat(np.arange(6), n.ravel()), zip(n.ravel(), r.ravel(), strict=True)
        said = np.concatenate([np.arange(of) < yes for of, yes in cells])
        design = sv.declare_design(np.full(800, 5.0), population=4000)
        found = sv.estimate_representativity(design, said, {"a": rows // 2, "b": rows % 2}).partial
        np.testing.assert_allclose([(row.unconditional, row.conditional) for row in found], expected, rtol=1e-6)
        errors.append([(row.unconditional_se, row.conditional_se) for row in found])
    ratio = np.sqrt((np.array(errors)[:, chosen] ** 2).mean(axis=0)) / values[:, chosen].std(axis=0, ddof=1)
    # 4,000 samples give a spread to 1.1%, twelve standard errors that differ by 2% their mean to 0.6%: four times that.
    np.testing.assert_allclose(ratio, 1.0, atol=0.05)


def test_two_groups_by_hand() -> None:
    # 4 of 10 and 8 of 10 answered, all weights 5: rho 0.4 and 0.8, mean 0.6, N 100.
    group = ["a"] * 10 + ["b"] * 10
    answered = np.array([1] * 4 + [0] * 6 + [1] * 8 + [0] * 2, dtype=bool)
    design = sv.declare_design(np.full(20, 5.0), population=100)
    found = sv.estimate_representativity(design, answered, {"group": group})
    spread = 100 * 0.04 / 99
    # One indicator a group: z'Vz is rho (1 - rho) / 10; the mean has the variance of a simple random sample of 20.
    form = (0.24 / 10 + 0.16 / 10) / 2
    sampling = (1 - 0.2) * (20 * 0.04 / 19) / 20
    close(found.spread, spread, 1e-12)
    close(found.bias, form - sampling, 1e-10)
    close(found.r, 1 - 2 * np.sqrt(spread - form + sampling), 1e-10)
    variable, a, b = found.partial
    close([variable.unconditional, a.unconditional, b.unconditional], [0.2, -np.sqrt(0.02), np.sqrt(0.02)], 1e-10)
    assert (a.sampled, a.answered, b.sampled, b.answered) == (10, 4, 10, 8)
    # Half the difference of two independent shares: variance (0.024 + 0.016) / 4; the same in both groups.
    away = (0.024 + 0.016) / 4
    close(variable.unconditional_corrected, np.sqrt(0.04 - away), 1e-10)
    assert a.unconditional_se == pytest.approx(b.unconditional_se, rel=1e-9)
    assert a.unconditional_se >= np.sqrt(away / 2)


def test_squares_of_levels_add_up_to_their_variable() -> None:
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES)
    for name in ("stratum", "size"):
        whole, *levels = [row for row in found.partial if row.variable == name]
        close(sum(row.unconditional**2 for row in levels), whole.unconditional**2, 1e-10)
        close(sum(row.conditional**2 for row in levels), whole.conditional**2, 1e-10)
        assert whole.conditional**2 <= found.spread
        assert whole.conditional_corrected < whole.conditional


def test_a_variable_outside_the_model_has_no_conditional_indicator() -> None:
    named = SAMPLE["stratum"].map({"a": "low", "b": "high", "c": "high"})
    level = pd.Categorical(named, ["nobody", "high", "low"])
    found = sv.estimate_representativity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES, also={"level": level})
    rows = [row for row in found.partial if row.variable == "level"]
    assert [row.level for row in rows] == [None, "high", "low"]
    assert np.isnan([row.conditional for row in rows]).all()
    assert rows[0].unconditional > 0.0


def test_a_response_that_is_alike_everywhere_has_an_indicator_of_one_and_says_why() -> None:
    group = ["a"] * 10 + ["b"] * 10
    answered = np.array([1] * 5 + [0] * 5 + [1] * 6 + [0] * 4, dtype=bool)
    found = sv.estimate_representativity(sv.declare_design(np.full(20, 5.0)), answered, {"group": group})
    assert (found.r, found.cv, found.note, found.r_high) == (1.0, 0.0, "bias_exceeds_spread", 1.0)


def test_mistakes_are_named() -> None:
    design = design_of(SAMPLE)
    with pytest.raises(ArgumentError, match="correction: must be one of published, centred"):
        sv.estimate_representativity(design, SAMPLE["answered"], VARIABLES, correction="none")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="answered: has shape"):
        sv.estimate_representativity(design, SAMPLE["answered"][:-1], VARIABLES)
    with pytest.raises(ResponseError, match="size 'large': none of"):
        sv.estimate_representativity(design, SAMPLE["answered"] & (SAMPLE["size"] != "large"), VARIABLES)


def test_early_and_late_answers_are_compared_as_r_does() -> None:
    answers = SAMPLE[SAMPLE["answered"]]
    weight = oracle("weights")["inverse"][SAMPLE["answered"].to_numpy()]
    design = sv.declare_design(weight, answers["stratum"])
    found = sv.estimate_shares(design, answers["y"].astype(bool), by=answers["late"])
    expected = oracle("late").iloc[0]
    close(found.estimate[1:, 0], expected[["early", "late"]], 1e-10)
    close(found.se[1:, 0], expected[["early_se", "late_se"]], 1e-8)
    gap = found.difference(1, 0)
    close([gap.estimate, gap.se], expected[["difference", "se"]], 1e-8)
