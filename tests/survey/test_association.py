"""Cross tables, tests of association and ordered trends: identities, hand calculations, and what cannot be tested."""

from typing import Any, get_args

import numpy as np
import pytest
from scipy import stats

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey import joint_cells

NO_SUCH: Any = "G"
STATISTICS: tuple[sv.AssociationStatistic, ...] = get_args(sv.AssociationStatistic)


def sample(n: int = 400, seed: int = 5) -> tuple[sv.SurveyDesign, Any, Any]:
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, 5, n)
    population = 20.0 * np.bincount(stratum)
    columns = rng.integers(0, 3, n)
    rows = np.where(rng.random(n) < 0.3 + 0.1 * columns, "yes", "no")
    weight = rng.integers(8, 40, n) / 8.0
    return sv.declare_design(weight, stratum, population=population[stratum]), rows, columns


def simple(n: int = 300) -> tuple[sv.SurveyDesign, Any, Any]:
    """A simple random sample with replacement, as textbooks have it."""
    rng = np.random.default_rng(2)
    columns = rng.integers(0, 3, n)
    return sv.declare_design(np.ones(n)), (rng.random(n) < 0.3 + 0.1 * columns).astype(int), columns


def test_without_a_design_pearsons_chi_square_is_the_textbooks() -> None:
    design, rows, columns = simple()
    cells = sv.count_cells(design, rows, columns)
    expected = stats.chi2_contingency(cells.n, correction=False)
    found = sv.test_association(cells, "Chisq")
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    assert (found.ndf, found.ddf, found.n, found.shape) == (2.0, np.inf, 300, (2, 3))
    np.testing.assert_allclose(found.cramers_v, np.sqrt(expected.statistic / 300), rtol=1e-10)


def test_without_a_design_effects_are_near_one_where_answers_are_independent() -> None:
    rows, columns = np.tile([0, 1], 300), np.repeat([0, 1, 2], 200)
    effects = sv.test_association(sv.count_cells(sv.declare_design(np.ones(600)), rows, columns)).design_effects
    np.testing.assert_allclose(effects, 600 / 599, rtol=1e-10)


def test_cells_are_counts_sums_of_weights_and_the_covariance_of_categories() -> None:
    design, rows, columns = sample()
    cells = sv.count_cells(design, rows, columns)
    assert cells.rows == ("no", "yes")
    assert cells.columns == (0, 1, 2)
    assert cells.n.sum() == 400
    for i, row in enumerate(cells.rows):
        for j, column in enumerate(cells.columns):
            inside = (rows == row) & (columns == column)
            assert cells.n[i, j] == inside.sum()
            np.testing.assert_allclose(cells.weighted[i, j], design.weight[inside].sum(), rtol=1e-12)
    joint = 3 * (rows == "yes") + columns
    expected = sv.estimate_categories(design, joint, across="outcomes").covariance()
    np.testing.assert_allclose(cells.share_covariance, expected, rtol=1e-9, atol=1e-16)
    np.testing.assert_allclose(cells.share_covariance.sum(axis=0), 0.0, atol=1e-16)


def test_shares_of_a_cross_table_are_those_of_estimates() -> None:
    design, rows, columns = sample()
    table = sv.cross_tabulate(design, rows, columns)
    by_column = sv.estimate_shares(design, (rows == "yes").astype(int), by=columns)
    found = table.shares("column")
    for name in ("se", "ci_low", "ci_high", "df", "n"):
        np.testing.assert_allclose(getattr(found, name)[1], getattr(by_column, name)[1:, 0], rtol=1e-12)
    np.testing.assert_allclose(found.share[1], by_column.estimate[1:, 0], rtol=1e-12)
    np.testing.assert_allclose(found.share.sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_allclose(table.shares("row").share.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(table.shares("total").share.sum(), 1.0, rtol=1e-12)
    np.testing.assert_allclose(table.shares("total").se.ravel() ** 2, np.diag(table.covariance), rtol=1e-10)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_turning_the_table_changes_nothing(statistic: sv.AssociationStatistic) -> None:
    design, rows, columns = sample()
    found = sv.test_association(sv.count_cells(design, rows, columns), statistic)
    turned = sv.test_association(sv.count_cells(design, columns, rows), statistic)
    np.testing.assert_allclose(found.statistic, turned.statistic, rtol=1e-9)
    np.testing.assert_allclose(found.p_value, turned.p_value, rtol=1e-9)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_unit_of_the_weights_changes_nothing(statistic: sv.AssociationStatistic) -> None:
    rng = np.random.default_rng(9)
    weight, rows, columns = rng.random(200) + 0.5, rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    found, scaled = (
        sv.test_association(sv.count_cells(sv.declare_design(scale * weight), rows, columns), statistic)
        for scale in (1.0, 1e5)
    )
    np.testing.assert_allclose(found.p_value, scaled.p_value, rtol=1e-9)


def test_two_by_two_the_chi_square_has_one_effect_and_f_is_its_tail() -> None:
    design, rows, columns = sample()
    cells = sv.count_cells(design, rows, columns > 0)
    found = sv.test_association(cells)
    (effect,) = found.design_effects
    np.testing.assert_allclose(found.statistic, found.pearson / effect, rtol=1e-12)
    np.testing.assert_allclose((found.ndf, found.ddf), (1.0, cells.df), rtol=1e-12)
    exact = sv.test_association(cells, "lincom")
    np.testing.assert_allclose(exact.p_value, found.p_value, rtol=1e-9)


def test_two_by_two_the_trend_is_the_difference_of_two_shares() -> None:
    design, rows, columns = sample()
    cells = sv.count_cells(design, rows, columns > 0)
    trend = sv.test_ordered_trend(cells)
    difference = sv.estimate_shares(design, (rows == "yes").astype(int), by=columns > 0).difference(True, False)
    np.testing.assert_allclose([trend.slope, trend.se], [difference.estimate, difference.se], rtol=1e-9)
    assert trend.df == cells.df - 1


def test_scores_scale_and_turn_the_slope() -> None:
    design, rows, columns = sample()
    cells = sv.count_cells(design, rows, columns)
    plain, wide = sv.test_ordered_trend(cells), sv.test_ordered_trend(cells, column_scores=[30.0, 20.0, 10.0])
    np.testing.assert_allclose(wide.slope, -plain.slope / 10.0, rtol=1e-10)
    np.testing.assert_allclose(wide.p_value, plain.p_value, rtol=1e-9)
    np.testing.assert_allclose([plain.ci_low + plain.ci_high], [2.0 * plain.slope], rtol=1e-10)


def test_rows_that_lack_an_answer_are_a_domain_like_where() -> None:
    design, rows, columns = sample()
    answered = np.arange(400) % 3 > 0
    missing = np.where(answered, rows, None)
    lacking, chosen = sv.count_cells(design, missing, columns), sv.count_cells(design, rows, columns, where=answered)
    np.testing.assert_allclose(lacking.share_covariance, chosen.share_covariance, rtol=1e-12)
    assert lacking.n.sum() == answered.sum()
    assert lacking.df == chosen.df < design.df


@pytest.mark.parametrize("statistic", STATISTICS)
def test_an_empty_row_or_column_takes_no_part(statistic: sv.AssociationStatistic) -> None:
    import pandas as pd

    design, rows, columns = sample()
    wide = pd.Categorical(rows, categories=["maybe", "no", "yes"])
    wide_columns = pd.Categorical(columns, categories=[0, 1, 2, 3])
    table = sv.cross_tabulate(design, wide, wide_columns)
    found = sv.test_association(table.cells, statistic)
    assert found.shape == (2, 3)
    np.testing.assert_allclose(
        found.p_value, sv.test_association(sv.count_cells(design, rows, columns), statistic).p_value, rtol=1e-9
    )
    shares = table.shares("column")
    assert (table.n[0] == 0).all()
    assert (shares.share[0, :3] == 0.0).all()
    assert [sv.REASONS[code] for code in shares.note[:, 3]] == ["empty_base"] * 3
    assert [sv.REASONS[code] for code in shares.note[0, :3]] == ["share_zero"] * 3


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(("rows", "columns", "note"), [("x", None, "one_row"), (None, "x", "one_column")])
def test_one_level_has_nothing_to_test(
    statistic: sv.AssociationStatistic, rows: str | None, columns: str | None, note: str
) -> None:
    design, *answers = sample()
    first, second = (
        answer if same is None else np.full(400, same) for answer, same in zip(answers, (rows, columns), strict=True)
    )
    cells = sv.count_cells(design, first, second)
    found = sv.test_association(cells, statistic)
    assert found.note == note
    assert np.isnan([found.statistic, found.p_value]).all()
    assert note in repr(found)
    assert sv.test_ordered_trend(cells).note == note


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_census_has_nothing_to_test(statistic: sv.AssociationStatistic) -> None:
    rows, columns = np.tile([0, 1, 1], 20), np.tile([0, 0, 1, 1], 15)
    cells = sv.count_cells(sv.declare_design(np.ones(60), population=60.0), rows, columns)
    assert sv.test_association(cells, statistic).note == "no_spread"
    assert sv.test_ordered_trend(cells).note == "no_spread"


def test_more_parts_than_units_leave_the_adjusted_wald_no_degrees_of_freedom() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(6), 40)
    cells = sv.count_cells(sv.declare_design(np.ones(240), psu=unit), rng.integers(0, 4, 240), rng.integers(0, 4, 240))
    assert sv.test_association(cells, "adjWald").note == "df_below_1"
    assert sv.test_association(cells, "Wald").note == "too_sparse"
    assert sv.test_association(cells, "F").note == ""


@pytest.mark.parametrize("statistic", STATISTICS)
def test_one_unit_in_the_domain_leaves_no_degrees_of_freedom(statistic: sv.AssociationStatistic) -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(6), 40)
    design = sv.declare_design(np.ones(240), psu=unit)
    cells = sv.count_cells(design, rng.integers(0, 2, 240), rng.integers(0, 2, 240), where=unit == 0)
    assert sv.test_association(cells, statistic).note == "df_below_1"
    assert sv.test_ordered_trend(cells).note == "df_below_1"


def test_a_group_of_one_row_is_tested_with_the_rest_and_has_a_share_of_zero_or_one() -> None:
    design, rows, columns = sample()
    alone = np.where(np.arange(400) == 7, 9, columns)
    table = sv.cross_tabulate(design, rows, alone)
    shares = table.shares("column")
    assert set(shares.share[:, 3]) == {0.0, 1.0}
    assert {sv.REASONS[code] for code in shares.note[:, 3]} == {"share_zero", "share_one"}
    assert 0.0 < sv.test_association(table.cells).p_value < 1.0


def test_cells_mostly_empty_are_too_sparse() -> None:
    weight = np.ones(60)
    rows = np.repeat([0, 1, 2, 3], 15)
    columns = np.where(np.arange(60) == 0, 1, rows)
    assert sv.test_association(sv.count_cells(sv.declare_design(weight), rows, columns), "F").note == "too_sparse"


@pytest.mark.parametrize("statistic", get_args(sv.AssociationStatistic))
def test_an_answer_that_follows_from_the_other_is_not_tested(statistic: sv.AssociationStatistic) -> None:
    columns, design = np.tile(np.arange(6), 10), sv.declare_design(np.ones(60))
    for pair in ((columns // 2, columns), (columns, columns // 3), (columns % 2, columns % 2)):
        found = sv.test_association(sv.count_cells(design, *pair), statistic)
        assert found.note == "determined"
        assert np.isnan(found.p_value)
        assert found.cramers_v == pytest.approx(1.0)


def test_every_cluster_counts_once_for_the_degrees_of_freedom() -> None:
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(30), 10)
    answers = rng.integers(0, 2, 300), rng.integers(0, 3, 300)
    cells = sv.count_cells(sv.declare_design(np.ones(300), psu=unit), *answers)
    assert cells.df == 29
    assert sv.test_association(cells, "Wald").ddf == 29.0
    assert sv.count_cells(sv.declare_design(np.ones(300)), *answers).df == 299


def test_replicates_made_of_a_design_test_nearly_as_it_does() -> None:
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(30), 10)
    answers = rng.integers(0, 2, 300), rng.integers(0, 3, 300)
    design = sv.declare_design(rng.random(300) + 1.0, psu=unit)
    by_replicates = sv.count_cells(sv.make_replicates(design, "jk1"), *answers)
    assert by_replicates.replicates
    for statistic in STATISTICS[:4]:
        found = sv.test_association(by_replicates, statistic)
        expected = sv.test_association(sv.count_cells(design, *answers), statistic)
        np.testing.assert_allclose(found.p_value, expected.p_value, rtol=0.02)
    assert sv.test_association(by_replicates, "lincom").ddf == np.inf


def test_covariances_from_pairs_do_not_depend_on_how_many_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    stratum = np.append(np.repeat(np.arange(5), 12), 5)
    design = sv.declare_design(rng.random(61) + 1.0, stratum, lonely_psu="average")
    answers = rng.integers(0, 3, 61), rng.integers(0, 3, 61)
    at_once = sv.count_cells(design, *answers)
    monkeypatch.setattr(joint_cells, "AT_ONCE", 61 * 7)
    np.testing.assert_array_equal(sv.count_cells(design, *answers).total_covariance, at_once.total_covariance)


def test_under_independence_p_values_are_uniform() -> None:
    rng = np.random.default_rng(12)
    stratum = np.repeat(np.arange(4), 60)
    weight = np.repeat([1.0, 2.0, 4.0, 8.0], 60)
    design = sv.declare_design(weight, stratum)
    p_values = np.array(
        [
            sv.test_association(sv.count_cells(design, rng.random(240) < 0.3, rng.integers(0, 3, 240))).p_value
            for _ in range(400)
        ]
    )
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda d, r, c: sv.count_cells(d, r[:-1], c), "rows"),
        (lambda d, r, c: sv.count_cells(d, r, c[:-1]), "columns"),
        (lambda d, r, c: sv.count_cells(d, np.full(r.size, None), c), "columns"),
        (lambda d, r, c: sv.count_cells(d, r, c, where=np.zeros(400, bool)), "where"),
        (lambda d, r, c: sv.count_cells(d, r, c, df="rank"), "df"),
        (lambda d, r, c: sv.test_association(sv.count_cells(d, r, c), NO_SUCH), "statistic"),
        (lambda d, r, c: sv.cross_tabulate(d, r, c).shares(NO_SUCH), "of"),
        (lambda d, r, c: sv.test_ordered_trend(sv.count_cells(d, r, c), column_scores=[1.0, 2.0]), "column_scores"),
        (lambda d, r, c: sv.test_ordered_trend(sv.count_cells(d, r, c), row_scores=[1.0, np.nan]), "row_scores"),
        (lambda d, r, c: sv.test_ordered_trend(sv.count_cells(d, r, c), confidence=95), "confidence"),
    ],
)
def test_arguments_that_cannot_be_are_refused_by_name(call: Any, argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call(*sample())
    assert caught.value.argument == argument


def test_results_cannot_be_written_to() -> None:
    cells = sv.count_cells(*sample())
    for array in (cells.n, cells.weighted, cells.share_covariance, cells.total_covariance):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_results_say_in_a_line_what_was_found() -> None:
    table = sv.cross_tabulate(*sample())
    assert repr(table).startswith("<CrossTable 2 x 3, n 400>\nrow % | 0 | 1 | 2 | n\nno | ")
    assert repr(sv.test_association(table.cells)).startswith("<AssociationTest F(")
    assert repr(sv.test_ordered_trend(table.cells)).startswith("<OrderedTrend: +")
