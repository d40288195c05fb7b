"""Answers of several categories, and sets of which several may be ticked, by hand."""

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError
from barometer.survey import declare_design, estimate_categories, estimate_ratios, estimate_responses, estimate_shares

WEIGHT = [1.0, 2.0, 3.0, 4.0, 5.0]
TICKS = {
    "firms": [1, 1, 0, None, 0],
    "citizens": [1, 0, 1, None, 0],
    "others": [0, None, 1, None, 0],
}


def test_of_respondents_each_item_is_a_share_of_those_who_answered_the_set() -> None:
    """The fourth answered nothing (base 11); the missing item of the second is not ticked; the fifth ticked none."""
    found = estimate_responses(declare_design(WEIGHT), TICKS)
    assert found.names == ("firms", "citizens", "others")
    assert found.estimate[0] == pytest.approx([3 / 11, 4 / 11, 3 / 11])
    assert found.n[0].tolist() == [4, 4, 4]
    assert found.weighted_base[0] == pytest.approx([11.0] * 3)


def test_of_responses_the_shares_are_of_all_ticks() -> None:
    """Weighted ticks: 3, 4 and 3."""
    found = estimate_responses(declare_design(WEIGHT), TICKS, share_of="responses")
    assert found.names == ("firms", "citizens", "others")
    assert found.estimate[0] == pytest.approx([0.3, 0.4, 0.3])


def test_their_standard_errors_are_those_of_the_share_and_the_ratio() -> None:
    design, by = declare_design(WEIGHT), ["x", "y", "x", "y", "x"]
    firms, ticks = np.array([1, 1, 0, np.nan, 0]), np.array([2, 1, 2, np.nan, 0])
    respondents = estimate_responses(design, TICKS, by=by)
    responses = estimate_responses(design, TICKS, share_of="responses", by=by)
    np.testing.assert_allclose(respondents.se[:, 0], estimate_shares(design, firms, by=by).se[:, 0], rtol=1e-12)
    ratio = estimate_ratios(design, firms, ticks, by=by)
    np.testing.assert_allclose(responses.estimate[:, 0], ratio.estimate[:, 0], rtol=1e-12)
    np.testing.assert_allclose(responses.se[:, 0], ratio.se[:, 0], rtol=1e-12, atol=1e-16)


def test_shares_of_responses_sum_to_one_and_their_covariances_to_zero() -> None:
    rng = np.random.default_rng(6)
    ticks = rng.random((40, 4)) < 0.4
    found = estimate_responses(
        declare_design(rng.lognormal(size=40), np.repeat([0, 1], 20), population=90),
        ticks,
        share_of="responses",
        by=rng.integers(0, 2, 40),
        across="outcomes",
    )
    np.testing.assert_allclose(found.estimate.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(found.covariance().reshape(4, 3, 12).sum(axis=0), 0.0, atol=1e-15)


@pytest.mark.parametrize(
    ("arguments", "argument", "message"),
    [
        ({"ticks": {"a": [None] * 5}}, "ticks", "0 of 5 rows answered the set"),
        ({"ticks": {"a": [0, 1, 2, 1, 3], "b": [0, 1, 0, 1, 0]}}, "ticks", "1 items hold other values"),
        ({"ticks": np.ones((4, 2))}, "ticks", "has 4 rows, the design has 5"),
        ({"ticks": TICKS, "share_of": "people"}, "share_of", "must be one of respondents, responses"),
    ],
)
def test_bad_sets_are_named_and_counted(arguments: dict[str, object], argument: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        estimate_responses(declare_design(WEIGHT), **arguments)  # type: ignore[arg-type]
    assert caught.value.argument == argument


def test_a_category_that_nobody_chose_has_a_share_of_zero_and_a_missing_answer_no_base() -> None:
    answer = pd.Categorical(["no", "yes", None, "yes", "no"], categories=["no", "maybe", "yes"])
    found = estimate_categories(declare_design(WEIGHT), answer)
    assert found.names == ("no", "maybe", "yes")
    assert found.estimate[0] == pytest.approx([6 / 12, 0.0, 6 / 12])
    assert found.n[0].tolist() == [4, 4, 4]
    assert found.variance[0, 1] == 0.0
    # Scores of "no": w/2/12 or -w/2/12, 0 for the missing answer; V = n/(n - 1) sum (z - mean)^2 over the five rows.
    z = np.array([0.5, -1.0, 0.0, -2.0, 2.5]) / 12
    assert found.variance[0, 0] == pytest.approx(5 * z.var(ddof=1), rel=1e-12)


def test_each_category_is_the_share_of_its_indicator_by_group() -> None:
    rng = np.random.default_rng(9)
    answer, by = rng.choice(["a", "b", "c"], 30), rng.integers(0, 2, 30)
    design = declare_design(rng.lognormal(size=30))
    found = estimate_categories(design, answer, by=by)
    for position, name in enumerate(found.names):
        single = estimate_shares(design, answer == name, by=by)
        np.testing.assert_allclose(found.estimate[:, position], single.estimate[:, 0], rtol=1e-12)
        np.testing.assert_allclose(found.se[:, position], single.se[:, 0], rtol=1e-12)
        np.testing.assert_allclose(found.ci_low[:, position], single.ci_low[:, 0], rtol=1e-10)


def test_an_answer_that_nobody_gave_is_refused() -> None:
    with pytest.raises(ArgumentError, match="0 of 5 rows have one"):
        estimate_categories(declare_design(WEIGHT), [None] * 5)
