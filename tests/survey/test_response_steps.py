"""Designs adjusted for non-response: against R's derivatives and replicates, by hand, and what is refused."""

from typing import Any

import numpy as np
import pytest
from nonresponse_sample import close, design_of, oracle, read_sample

import barometer.survey as sv
from barometer.errors import ArgumentError, ResponseError
from barometer.survey.linked_scores import link_samples

SAMPLE = read_sample()
ANSWERED = SAMPLE["answered"].to_numpy()
VARIABLES = SAMPLE[["stratum", "size"]]
CELL = SAMPLE["stratum"].astype(str) + SAMPLE["size"].astype(str)
Y = SAMPLE.loc[ANSWERED, "y"].to_numpy().astype(bool)
RULES = ("cells", "inverse", "classes")


def adjustment(rule: Any, **options: Any) -> sv.CellAdjustment | sv.PropensityAdjustment:
    if rule == "cells":
        return sv.adjust_by_cells(SAMPLE["weight"], ANSWERED, CELL, **options)
    return sv.adjust_by_propensity(SAMPLE["weight"], ANSWERED, VARIABLES, rule=rule, classes=3, **options)


def adjusted(rule: str, **options: Any) -> sv.SurveyDesign:
    return sv.adjust_design(design_of(SAMPLE), ANSWERED, adjustment(rule, **options))


def calibrated(design: sv.SurveyDesign, method: Any = "linear") -> sv.SurveyDesign:
    late = SAMPLE.loc[ANSWERED, "late"].to_numpy()
    return sv.calibrate_design(design, sv.declare_targets({"late": late}, {"late": {0: 850, 1: 600}}), method=method)


@pytest.mark.parametrize("on_top", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_standard_errors_are_those_of_rs_derivatives_by_the_design_weights(rule: str, on_top: bool) -> None:
    design = calibrated(adjusted(rule)) if on_top else adjusted(rule)
    (expected,) = oracle("linearized").query("rule == @rule and calibrated == @on_top").to_dict("records")
    share, total = sv.estimate_shares(design, Y), sv.estimate_totals(design, Y.astype(float))
    close(share.estimate[0, 0], expected["share"], 1e-10)
    close(total.estimate[0, 0], expected["total"], 1e-10)
    close(share.se[0, 0], expected["share_se"], 1e-7)
    close(total.se[0, 0], expected["total_se"], 1e-7)


@pytest.mark.parametrize("rule", RULES)
def test_replicates_adjust_anew_as_rs_withreplicates(rule: str) -> None:
    replicates = sv.make_replicates(adjusted(rule), "jkn", centre="estimate")
    (expected,) = oracle("replicates").query("rule == @rule").to_dict("records")
    close(sv.estimate_shares(replicates, Y).se[0, 0], expected["share_se"], 1e-6)
    close(sv.estimate_totals(replicates, Y.astype(float)).se[0, 0], expected["total_se"], 1e-6)
    assert "adjusted by" in replicates.facts.calibration


def test_replicates_of_a_calibrated_one_repeat_both() -> None:
    design = calibrated(adjusted("inverse"), "raking")
    replicates = sv.make_replicates(design, "jkn", centre="estimate")
    weights = replicates.replicate_weights(slice(None))
    late = SAMPLE.loc[ANSWERED, "late"].to_numpy()
    close(weights[late == 1].sum(axis=0), np.full(weights.shape[1], 600.0), 1e-9)
    linearized, jackknifed = sv.estimate_shares(design, Y).se, sv.estimate_shares(replicates, Y).se
    close(jackknifed, linearized, 0.06)
    assert (
        replicates.facts.calibration == "replicates adjusted by inverse propensities, replicates calibrated by raking"
    )


def test_one_cell_of_a_simple_sample_by_hand() -> None:
    """With one cell the estimate is the mean of those who answered, and its residuals are distances from it."""
    answered, y = np.arange(20) < 8, np.array([1, 0, 1, 1, 0, 1, 0, 1])
    sample = sv.declare_design(np.full(20, 5.0), sampling_fraction=8 / 100)
    design = sv.adjust_design(sample, answered, sv.adjust_by_cells(sample.weight, answered, ["all"] * 20))
    found = sv.estimate_shares(design, y)
    assert found.estimate[0, 0] == pytest.approx(5 / 8)
    # Sum over 8 of (y - 5/8)^2 is 15/8; scores (y - 5/8)/8; n/(n - 1) of the 20 drawn.
    assert found.variance[0, 0] == pytest.approx((1 - 0.08) * 20 / 19 * (15 / 8) / 64, rel=1e-12)
    total = sv.estimate_totals(design, np.ones(8))
    assert total.estimate[0, 0] == pytest.approx(100.0)
    assert total.se[0, 0] == pytest.approx(0.0, abs=1e-9)


def test_cells_that_are_the_strata_differ_from_the_answers_alone_by_their_degrees_of_freedom() -> None:
    answers = SAMPLE[SAMPLE["answered"]]
    drawn, reached = (frame.groupby("stratum").size() for frame in (SAMPLE, answers))
    sample = sv.declare_design(SAMPLE["weight"], SAMPLE["stratum"], sampling_fraction=_fraction(SAMPLE, reached))
    cells = sv.adjust_by_cells(SAMPLE["weight"], ANSWERED, SAMPLE["stratum"])
    design = sv.adjust_design(sample, ANSWERED, cells)
    plain = sv.declare_design(design.weight, answers["stratum"], sampling_fraction=_fraction(answers, reached))
    for label in ("a", "b", "c"):
        inside = (answers["stratum"] == label).to_numpy()
        n, r = drawn[label], reached[label]
        ratio = (
            sv.estimate_shares(design, Y, where=inside).variance / sv.estimate_shares(plain, Y, where=inside).variance
        )
        assert ratio[0, 0] == pytest.approx(n * (r - 1) / ((n - 1) * r), rel=1e-10)


def _fraction(rows: Any, reached: Any) -> Any:
    return (rows["stratum"].map(reached) / rows["population"]).to_numpy()


@pytest.mark.parametrize("rule", RULES)
def test_rows_subsets_covariances_and_dense_residuals_agree(rule: str) -> None:
    design = calibrated(adjusted(rule), "raking")
    group = SAMPLE.loc[ANSWERED, "size"].astype(str).to_numpy()
    found = sv.estimate_shares(design, Y, by=group)
    np.testing.assert_allclose(np.diag(found.covariance()), found.variance[:, 0], rtol=1e-10)
    inside = group == "small"
    alone = sv.estimate_shares(design.subset(inside), Y[inside])
    row = found.row("small")
    assert alone.variance[0, 0] == pytest.approx(found.variance[row, 0], rel=1e-10)
    # The same residuals row by row, those who did not answer among them, as a total of the sample.
    w = design.weight * inside
    z = (inside * (Y - (w @ Y) / w.sum()) / w.sum())[:, np.newaxis]
    assert design.calibration is not None
    residual = design.calibration.constraints().residuals(z, design.weight)
    ones = sv.declare_design(np.ones(len(SAMPLE)), SAMPLE["stratum"], population=SAMPLE["population"])
    assert sv.estimate_totals(ones, residual[:, 0]).variance[0, 0] == pytest.approx(found.variance[row, 0], rel=1e-10)
    assert np.abs(residual[~ANSWERED]).max() > 0.0


def test_a_sample_linked_to_nothing_has_the_variance_of_its_residuals() -> None:
    design = adjusted("cells")
    occasion = sv.Occasion(
        design=design,
        columns=sv.share_columns({"y": Y}, design.n),
        groups=sv.group_rows(None, design.n),
        stratum=SAMPLE.loc[ANSWERED, "stratum"].astype("category").cat.codes.to_numpy().astype(np.intp),
        unit=np.arange(design.n),
    )
    (linked,) = link_samples([occasion])
    assert linked.unit.size == len(SAMPLE)
    assert np.unique(linked.unit).size == len(SAMPLE)
    assert set(linked.unit[ANSWERED]) == set(range(design.n))
    own = SAMPLE["stratum"].astype("category").cat.codes.to_numpy()
    np.testing.assert_array_equal(linked.stratum, own)
    both = sv.estimate_occasions([occasion, occasion], sv.Choices(), "stacked")
    assert both.change(0, 1).estimate[0, 0] == 0.0
    uncorrected = sv.declare_design(SAMPLE["weight"], SAMPLE["stratum"])
    alone = sv.adjust_design(uncorrected, ANSWERED, adjustment("cells"))
    # Twice the sample: those who answered are in both, the others are counted for each.
    assert both.covariance[0, 0, 0, 0] == pytest.approx(sv.estimate_shares(alone, Y).variance[0, 0], rel=0.02)


def test_what_a_design_says_of_itself() -> None:
    design = calibrated(adjusted("classes"))
    assert design.n == ANSWERED.sum()
    assert "adjusted by propensity classes, residuals of the whole sample; calibrated by linear" in repr(design)
    assert sv.estimate_shares(adjusted("cells"), Y).method.calibration == (
        "adjusted by response cells, residuals of the whole sample"
    )
    with pytest.raises(ArgumentError, match="was adjusted for non-response, not calibrated"):
        _ = adjusted("cells").calibration.report  # type: ignore[union-attr]


def test_what_does_not_fit_together_is_refused() -> None:
    sample = design_of(SAMPLE)
    with pytest.raises(ArgumentError, match="made of other weights or answers"):
        sv.adjust_design(sample, ~ANSWERED, adjustment("cells"))
    with pytest.raises(ArgumentError, match="is of 200 units, the design of 199"):
        sv.adjust_design(sample.subset(np.arange(200) > 0), ANSWERED[1:], adjustment("cells"))
    with pytest.raises(ArgumentError, match="all units drawn, with their design weights"):
        sv.adjust_design(calibrated(adjusted("cells")), ANSWERED, adjustment("cells"))
    with pytest.raises(ArgumentError, match="is made by adjust_by_cells or adjust_by_propensity; got ndarray"):
        sv.adjust_design(sample, ANSWERED, np.ones(200))  # type: ignore[arg-type]


def test_a_cell_that_a_replicate_leaves_empty_is_named_with_the_number() -> None:
    answered = np.array([True, False, False, True, True, True])
    sample = sv.declare_design(np.ones(6))
    cells = sv.adjust_by_cells(sample.weight, answered, ["a", "a", "a", "b", "b", "b"])
    with pytest.raises(ResponseError, match="cell 'a': nobody who answered is in it in 1 of 6 replicates") as error:
        sv.make_replicates(sv.adjust_design(sample, answered, cells), "jk1")
    assert error.value.count == 1
