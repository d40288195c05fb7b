"""The result: names, rows, table, text, and differences."""

import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.stats import t

from barometer.errors import ArgumentError, UnknownNameError
from barometer.survey import DomainEstimates, declare_design, estimate_means, estimate_shares, estimate_totals

COLUMNS = [
    "estimate", "se", "ci_low", "ci_high", "df", "n", "weighted_base",
    "cv", "deff", "deff_replacement", "n_effective", "note", "flag",
]  # fmt: skip
WEIGHT = np.array([7351.25, 1.0, 2.0, 3.0, 1.0, 2.0])
Y = {"age": [8642.5, 20.0, 30.0, 25.0, 40.0, 35.0], "size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
REGION = np.array(["n", "n", "s", "s", "s", "n"])


@pytest.fixture
def found() -> DomainEstimates:
    return estimate_means(declare_design(WEIGHT), Y, by={"region": REGION})


def test_row_0_is_the_total_and_the_others_are_the_groups(found: DomainEstimates) -> None:
    assert found.names == ("age", "size")
    assert found.groups == (("n",), ("s",))
    assert [found.row("total"), found.row("n"), found.row(("s",))] == [0, 1, 2]
    assert found.position("size") == 1
    y = np.array(Y["size"])
    masks = (REGION != "", REGION == "n", REGION == "s")
    assert found.estimate[:, 1] == pytest.approx([np.average(y[m], weights=WEIGHT[m]) for m in masks])
    assert found.n[:, 1].tolist() == [6, 3, 3]
    assert found.weighted_base[:, 1] == pytest.approx([WEIGHT[m].sum() for m in masks])
    kish = [WEIGHT[m].sum() ** 2 / (WEIGHT[m] ** 2).sum() for m in masks]
    assert found.n_effective[:, 1] == pytest.approx(kish)


def test_interval_and_cv_follow_from_estimate_se_and_df(found: DomainEstimates) -> None:
    half = t.ppf(0.975, found.df) * found.se
    np.testing.assert_allclose(found.ci_low, found.estimate - half, rtol=1e-9)
    np.testing.assert_allclose(found.ci_high, found.estimate + half, rtol=1e-9)
    np.testing.assert_array_equal(found.confint(), np.stack([found.ci_low, found.ci_high], axis=-1))
    np.testing.assert_allclose(found.cv, found.se / found.estimate, rtol=1e-12)
    assert found.df[:, 0].tolist() == [5, 2, 2]


def test_design_effect_of_equal_weights_is_one_with_replacement_and_the_correction_without() -> None:
    """srs with replacement: V = s^2 / n; without, of N = sum of weights: (1 - n/N) s^2 / n."""
    result = estimate_means(declare_design(np.full(6, 3.0)), Y["size"])
    assert result.deff_replacement[0, 0] == pytest.approx(1.0, rel=1e-12)
    assert result.deff[0, 0] == pytest.approx(1 / (1 - 6 / 18), rel=1e-12)


def test_the_degrees_of_freedom_of_the_design_can_be_asked_for() -> None:
    result = estimate_means(declare_design(WEIGHT), Y, by=REGION, df="design")
    assert result.df.tolist() == [[5, 5]] * 3
    assert result.method.df_rule == "design"


def test_the_table_has_a_row_for_each_outcome_and_group(found: DomainEstimates) -> None:
    frame = found.to_frame()
    assert list(frame.columns) == ["outcome", "region", *COLUMNS]
    assert frame["outcome"].tolist() == ["age"] * 3 + ["size"] * 3
    assert frame["region"].tolist() == ["total", "n", "s"] * 2
    for name in COLUMNS[:-2]:
        np.testing.assert_array_equal(frame[name], getattr(found, name).T.ravel())


def test_the_table_of_crossed_domains_has_a_column_for_each() -> None:
    by = {"region": REGION, "old": np.array([1, 1, 0, 1, 0, 0])}
    frame = estimate_means(declare_design(WEIGHT), Y["age"], by=by).to_frame()
    assert list(frame.columns) == ["outcome", "region", "old", *COLUMNS]
    assert list(zip(frame["region"], frame["old"], strict=True)) == [
        ("total", "total"), ("n", 0), ("n", 1), ("s", 0), ("s", 1)
    ]  # fmt: skip


def test_text_and_html_hold_no_address_and_no_row() -> None:
    result = estimate_totals(declare_design(WEIGHT), Y, by={"region": REGION})
    again = estimate_totals(declare_design(WEIGHT), Y, by={"region": REGION})
    for text, other in ((repr(result), repr(again)), (result._repr_html_(), again._repr_html_())):
        assert text == other
        assert "region" in text
        assert not re.search(r"0x[0-9a-f]+|object at|id=|8642|7351|7,351", text)
    assert repr(result).startswith("<DomainEstimates: total of 2 outcome(s) by region>")


def test_html_escapes_labels() -> None:
    result = estimate_shares(declare_design(np.ones(4)), {"<i>": [1, 0, 1, 0]}, by=["<b>", "<b>", "c", "c"])
    assert "&lt;b&gt;" in result._repr_html_()
    assert "&lt;i&gt;" in result._repr_html_()
    assert "<b>" not in result._repr_html_()


def test_long_results_are_cut_in_text_and_say_so() -> None:
    result = estimate_means(declare_design(np.ones(100)), np.arange(100.0), by=np.repeat(np.arange(50), 2))
    assert "... 39 more rows" in repr(result)


def test_a_result_cannot_be_changed(found: DomainEstimates) -> None:
    with pytest.raises(FrozenInstanceError):
        found.names = ()  # type: ignore[misc]


def test_unknown_names_are_refused_with_those_there_are(found: DomainEstimates) -> None:
    with pytest.raises(UnknownNameError, match="outcome in this result"):
        found.covariance("agee")
    with pytest.raises(UnknownNameError, match="group in this result"):
        found.row("west")
    with pytest.raises(UnknownNameError, match="group in this result"):
        found.difference("n", "west", "age")
    with pytest.raises(ArgumentError, match="there are 2; name one"):
        found.difference("n", "s")
    with pytest.raises(ArgumentError, match='estimate with across="outcomes"'):
        found.covariance()


def test_a_difference_has_the_covariance_between_its_parts(found: DomainEstimates) -> None:
    matrix = found.covariance("size")
    groups, total = found.difference("n", "s", "size"), found.difference("s", outcome="size")
    assert groups.estimate == pytest.approx(found.estimate[1, 1] - found.estimate[2, 1])
    assert groups.se == pytest.approx(np.sqrt(matrix[1, 1] + matrix[2, 2] - 2 * matrix[1, 2]))
    assert total.estimate == pytest.approx(found.estimate[2, 1] - found.estimate[0, 1])
    assert total.se == pytest.approx(np.sqrt(matrix[2, 2] + matrix[0, 0] - 2 * matrix[0, 2]))
    assert groups.df == 5


def test_the_difference_of_two_independent_strata_is_that_of_two_samples() -> None:
    """Groups that are strata: V = s1^2/n1 + s2^2/n2."""
    y = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0])
    group = np.array(["a", "a", "a", "b", "b", "b"])
    result = estimate_means(declare_design(np.ones(6), group), y, by=group).difference("a", "b")
    assert result.se == pytest.approx(np.sqrt(y[:3].var(ddof=1) / 3 + y[3:].var(ddof=1) / 3))


def test_the_arrays_of_a_result_are_read_only() -> None:
    found = estimate_shares(declare_design(np.ones(4)), [0, 1, 1, 0])
    for array in (found.estimate, found.variance, found.df, found.ci_low, found.ci_high):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 9
