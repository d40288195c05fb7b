"""bm.reweight: weights moved to counts by codebook names, what estimates make of them, and the report."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from repeated_waves import linked

import barometer as bm
from barometer import survey
from barometer.analysis.designs import sampling_design
from barometer.errors import ArgumentError, CalibrationError, UnknownNameError

ORACLE = Path(__file__).parents[1] / "oracle"
SHARES = pd.read_csv(ORACLE / "reweight_shares.csv", dtype={"group": "str"})
WEIGHTS = pd.read_csv(ORACLE / "reweight_weights.csv")
LEVEL = {"municipality": 10_000, "region": 1_100, "state": 3_197}
SIZE = {"small": 7_000, "medium": 4_500, "large": 2_797}
NESTED = dict.fromkeys([group.code for group in bm.codebook().in_wave(4).domain("sector").groups], 14_297 / 15)
"""As many in each sector, which the counts of the levels contradict."""
GIVEN: Any = {"level": LEVEL, "size": SIZE}
GROUPS = {"total": "total", "1": "municipality", "2": "region", "3": "state"}
INDICATORS = {"innovative": "innovative", "firms": "positive_role.private_firms"}
CASES: dict[str, Any] = {
    "given_raking": {"margins": GIVEN},
    "given_linear": {"margins": GIVEN, "method": "linear"},
    "given_logit": {"margins": GIVEN, "method": "logit", "bounds": (0.4, 2.5)},
    "frame_raking": {"margins": ["sector", "size"], "start": "design"},
    "frame_linear": {"margins": ["sector", "size"], "start": "design", "method": "linear"},
}


@pytest.fixture(scope="module")
def wave4(waves: dict[int, bm.Wave]) -> bm.Wave:
    return waves[4]


@pytest.fixture(scope="module")
def moved(wave4: bm.Wave) -> bm.Reweighting:
    return bm.reweight(wave4, GIVEN)


@pytest.mark.parametrize("case", CASES)
def test_weights_shares_and_standard_errors_are_those_of_rs_calibrate(wave4: bm.Wave, case: str) -> None:
    found = bm.reweight(wave4, **CASES[case])
    microdata = wave4.microdata
    cells = pd.DataFrame({"sector": microdata["sector"].cat.codes + 1, "size": microdata["size"].cat.codes + 1})
    expected = cells.merge(WEIGHTS[WEIGHTS["case"] == case], on=["sector", "size"], how="left")["weight"]
    np.testing.assert_allclose(found.weight, expected, rtol=1e-7)
    rows = SHARES[SHARES["case"] == case]
    assert len(rows) == 8
    for row in rows.to_dict("records"):
        shares = bm.estimate_shares(found.wave, INDICATORS[str(row["indicator"])], by="level")
        own = shares.row(INDICATORS[str(row["indicator"])], GROUPS[str(row["group"])])
        assert own["share"] == pytest.approx(row["share"], rel=1e-7)
        assert own["se"] == pytest.approx(row["se"], rel=1e-6)


def test_the_old_wave_is_untouched_and_the_new_one_keeps_its_weights(wave4: bm.Wave, moved: bm.Reweighting) -> None:
    before = bm.estimate_shares(wave4, "innovative", by="level").table
    bm.reweight(wave4, GIVEN)
    pd.testing.assert_frame_equal(bm.estimate_shares(wave4, "innovative", by="level").table, before)
    assert wave4.weighting == ()
    pd.testing.assert_series_equal(moved.wave.microdata["weight"], wave4.microdata["weight"])
    np.testing.assert_array_equal(moved.base_weight, wave4.microdata["weight"])
    assert not np.allclose(moved.weight, moved.base_weight)


def test_every_result_says_how_the_weights_were_moved(moved: bm.Reweighting) -> None:
    method = bm.estimate_shares(moved.wave, "innovative").method
    assert "raking to given counts by level of government, size; the standard errors know it" in method.text("en")
    assert "ved raking til oplyste antal efter forvaltningsniveau, størrelse" in method.text("da")
    assert "residuals of the weighting" in method.variance
    assert "reweighted by raking to level, size" in repr(moved.wave)
    assert "reweighted" not in repr(bm.load_wave(4))


def test_margins_are_met_and_the_calibrated_shares_have_no_error(moved: bm.Reweighting) -> None:
    rows = {(row["domain"], row["group"]): row for row in moved.table.to_dict("records")}
    for domain, counts in GIVEN.items():
        for group, count in counts.items():
            row = rows[domain, group]
            assert row["target"] == count
            assert row["achieved"] == pytest.approx(count, rel=1e-9)
            inside = (moved.wave.microdata[domain] == group).to_numpy()
            assert row["n"] == inside.sum()
            assert row["before"] == pytest.approx(moved.base_weight[inside].sum(), rel=1e-12)
            assert moved.weight[inside].sum() == pytest.approx(count, rel=1e-9)
    assert moved.table.groupby("domain")["share_target"].sum().to_numpy() == pytest.approx([1.0, 1.0])


def test_spread_is_that_of_the_weights(moved: bm.Reweighting) -> None:
    after = moved.spread.set_index("weights").loc["after"]
    w = moved.weight
    assert after["deff"] == pytest.approx(w.size * (w**2).sum() / w.sum() ** 2, rel=1e-12)
    assert after["n_effective"] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    ratio = moved.spread.set_index("weights").loc["ratio"]
    assert (ratio["smallest"], ratio["largest"]) == (moved.ratio.min(), moved.ratio.max())
    assert moved.distribution["n"].sum() == w.size


def test_counts_in_four_forms_are_the_same(wave4: bm.Wave) -> None:
    crossed = {
        ("level", "size"): {(level, size): float(count) for (level, size), count in _level_by_size(wave4).items()}
    }
    text = {"level x size": {f"{a} x {b}": count for (a, b), count in crossed[("level", "size")].items()}}
    rows = [("level x size", group, count) for group, count in text["level x size"].items()]
    frame = pd.DataFrame(rows, columns=["domain", "group", "count"])
    expected = bm.reweight(wave4, [("level", "size")], start="design", method="poststratify").weight
    forms: tuple[Any, ...] = (crossed, text, frame)
    for margins in forms:
        found = bm.reweight(wave4, margins, start="design", method="poststratify")
        np.testing.assert_allclose(found.weight, expected, rtol=1e-14)
    assert len(found.table) == len(rows)


def _level_by_size(wave: bm.Wave) -> dict[tuple[str, ...], float]:
    assert wave.frame is not None
    counted = wave.frame.counts.groupby(["level", "size"], observed=True)["units"].sum()
    return {tuple(map(str, key)): float(count) for key, count in zip(counted.index, counted, strict=True)}


def test_design_weights_are_those_of_the_sample_scaled_to_the_population(wave4: bm.Wave) -> None:
    found = bm.reweight(wave4, ["level"], start="design", method="logit", bounds=(0.8, 1.25))
    assert found.base_weight.sum() == pytest.approx(14_297, rel=1e-12)
    assert wave4.frame is not None
    drawn = wave4.frame.counts[wave4.frame.counts["sampled"]].groupby(["sector", "size"], observed=True)["units"].sum()
    size = wave4.frame.counts.groupby(["sector", "size"], observed=True)["units"].sum()
    keys = pd.MultiIndex.from_frame(wave4.microdata[["sector", "size"]].astype(str))
    expected = (size / drawn).reindex(keys).to_numpy()
    np.testing.assert_allclose(found.base_weight / found.base_weight[0], expected / expected[0], rtol=1e-12)
    assert 0.8 <= found.ratio.min() < found.ratio.max() <= 1.25


def test_without_a_frame_the_strata_tell_their_registers(wave4: bm.Wave) -> None:
    bare = replace(wave4, frame=None)
    expected = bm.reweight(wave4, ["sector", "size"]).weight
    np.testing.assert_allclose(bm.reweight(bare, ["sector", "size"]).weight, expected, rtol=1e-9)
    np.testing.assert_allclose(bm.reweight(bare).weight, expected, rtol=1e-9)
    with pytest.raises(ArgumentError, match=r"level: the frame does not tell .* \(it knows sector, size\)"):
        bm.reweight(bare, ["level"])


def test_weights_keep_to_the_limits_after_calibration(wave4: bm.Wave) -> None:
    """384 small workplaces hold 6,150 at 16.1 each; one round of trimming and calibration is not enough."""
    given: Any = {"size": {"small": 6_150.0, "medium": 4_888.0, "large": 3_259.0}}
    found = bm.reweight(wave4, given, trim=(0.0, 16.1))
    np.testing.assert_array_equal(found.base_weight, wave4.microdata["weight"])
    assert found.trimmed == (found.base_weight > 16.1).sum() > 0
    assert found.weight.max() <= 16.1 * (1.0 + 1e-7)
    assert found.gap < 1e-9
    assert "ingen vægt under 0 eller over 16,1;" in found.text("da")
    assert "no weight below 0 or above 16.1;" in found.text("en")
    targets = survey.declare_targets({"size": wave4.microdata["size"].astype(str)}, given)
    once = survey.trim_weights(found.base_weight, 0.0, 16.1, strict=True).weight
    assert survey.calibrate_weights(once, targets).weight.max() > 16.2
    # The kernel's standard error of the same weights, those trimmed being the base.
    codes = wave4.stratum[0]
    design = sampling_design(found.wave)
    assert design.calibration is not None
    plain = survey.declare_design(design.calibration.report.base_weight, codes, population=wave4.population[codes])
    name = "positive_role.private_firms"
    arrays = wave4.indicator_arrays(wave4.select(name), [wave4.codebook.indicator(name).dont_know])
    expected = survey.estimate_shares(
        survey.calibrate_design(plain, targets), arrays.yes[:, 0], where=arrays.bases[:, arrays.base[0]]
    )
    assert bm.estimate_shares(found.wave, name).row(name)["se"] == pytest.approx(expected.se[0, 0], rel=1e-10)


def test_limits_that_a_group_cannot_keep_are_refused_with_its_count(wave4: bm.Wave) -> None:
    given: Any = {"size": {"small": 6_150.0, "medium": 4_888.0, "large": 3_259.0}}
    with pytest.raises(
        CalibrationError, match=r"\(size 'small'\): its target is 6,150, and 384 weights .* 3,456"
    ) as told:
        bm.reweight(wave4, given, trim=(0.0, 9.0))
    assert [(fault.margin, fault.level, fault.count) for fault in told.value.faults] == [("size", "small", 384)]


def test_reweighting_again_goes_on_top(moved: bm.Reweighting) -> None:
    again = bm.reweight(moved.wave, ["sector"], method="linear")
    np.testing.assert_array_equal(again.base_weight, moved.weight)
    assert [step.method for step in again.wave.weighting] == ["raking", "linear"]
    assert bm.estimate_shares(again.wave, "innovative").method.text("en").count("The weights were moved") == 2
    with pytest.raises(ArgumentError, match="whose weights were not moved before"):
        bm.reweight(moved.wave, ["sector"], start="design")


def test_who_weighs_most_is_told_only_when_asked(moved: bm.Reweighting) -> None:
    heavy = moved.influential(5)
    assert "id" not in heavy
    assert heavy["weight"].iloc[0] == moved.weight.max()
    assert (heavy["weight"].diff().dropna() <= 0.0).all()
    microdata = moved.wave.microdata
    for row in heavy.to_dict("records"):
        alike = (microdata["sector"] == row["sector"]) & (microdata["size"] == row["size"])
        inside = alike.to_numpy() & np.isclose(moved.weight, row["weight"], rtol=1e-9)
        assert row["n"] == inside.sum() > 0
        assert row["share"] == pytest.approx((moved.weight[inside] ** 2).sum() / (moved.weight**2).sum())
    assert not heavy.duplicated(["sector", "size"]).any()
    every = moved.influential(moved.weight.size)
    assert every["n"].sum() == moved.weight.size
    assert every["share"].sum() == pytest.approx(1.0)
    named = moved.influential(5, ids=True)
    row = moved.wave.microdata["id"].to_numpy() == named["id"].iloc[0]
    assert moved.weight[row] == pytest.approx(named["weight"].iloc[0])
    shown = repr(moved) + moved._repr_html_() + moved.text("da")
    assert not any(str(number) in shown for number in named["id"])
    with pytest.raises(ArgumentError, match="whole number above 0"):
        moved.influential(0)


def test_words_in_both_languages_and_synthetic_first(moved: bm.Reweighting) -> None:
    assert moved.text("en").startswith("Synthetic data: not answers")
    assert moved.text("da").startswith("Syntetiske data")
    assert "SYNTHETIC" in repr(moved)
    assert list(moved.to_frame("da")["Gruppe"])[:3] == ["Kommuner", "Regioner", "Staten"]
    assert list(moved.spread_frame("da")["Vægte"]) == ["Før", "Efter", "Ny over gammel"]


@pytest.mark.parametrize(
    ("margins", "error", "message"),
    [
        ({"level": LEVEL, "size": SIZE | {"large": 1}}, CalibrationError, r"size \(Size\): its .* add up to 11,501"),
        ({"level": {"region": 2}}, CalibrationError, r"Level of government, The state \(level 'state'\): 371"),
        ({"level": LEVEL | {"state": -5}}, CalibrationError, r"\(level 'state'\): its target is -5: a count"),
        ({"level": LEVEL | {"state": 0}}, CalibrationError, r"\(level 'state'\): its target is 0"),
        (
            {"level": LEVEL, "sector": NESTED},
            CalibrationError,
            r"contradict each other:\n  Level of government, .* its target is .*, and in this sample the others imply",
        ),
        ({"level": LEVEL | {"stat": 5}}, UnknownNameError, "no group of level 'stat'"),
        ({"levels": LEVEL}, UnknownNameError, "no domain 'levels'"),
        ({"level x size": {"state": 4}}, ArgumentError, "does not name one group of each domain"),
        ({"level": 14_297}, ArgumentError, "must be a mapping of group to count"),
        ({}, ArgumentError, "names no domain"),
        (["industry"], ArgumentError, "industry: the frame does not tell"),
        (pd.DataFrame({"domain": ["level"], "group": ["state"]}), ArgumentError, "count are missing"),
        (4, ArgumentError, "must be counts by domain and group"),
        (["sector", "sector"], ArgumentError, "margins: sector: the same domain comes twice"),
        (["size x size"], ArgumentError, "margins: size x size: the same domain comes twice"),
        ({("level", "size"): {}, "level x size": {}}, ArgumentError, "margins: level x size: the same domain"),
        ({"level": LEVEL | {"region": "1048"}}, ArgumentError, "count of 'region' must be a number; got '1048'"),
    ],
)  # fmt: skip
def test_wrong_margins_are_told_in_codebook_names(
    wave4: bm.Wave, margins: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        bm.reweight(wave4, margins)


def test_bounds_that_no_weights_meet_name_the_group(wave4: bm.Wave) -> None:
    with pytest.raises(
        CalibrationError, match=r"The state \(level 'state'\): its target is 3,197, and within the bounds"
    ):
        bm.reweight(wave4, GIVEN, bounds=(0.95, 1.05))
    with pytest.raises(ArgumentError, match=r"bounds: \(1.1, 2\) exclude 1"):
        bm.reweight(wave4, GIVEN, bounds=(1.1, 2.0))


def test_other_choices_that_are_none(wave4: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="method"):
        bm.reweight(wave4, method="rake")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="residuals"):
        bm.reweight(wave4, residuals="both")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match='minimum: is no choice of method "raking", which has bounds, trim, start'):
        bm.reweight(wave4, minimum=10)
    with pytest.raises(ArgumentError, match="bounds"):
        bm.reweight(wave4, bounds="wide")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="start"):
        bm.reweight(wave4, start="equal")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="trim"):
        bm.reweight(wave4, trim=3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"trim: must be two weights, the lower first"):
        bm.reweight(wave4, trim=(9.0, 2.0))
    with pytest.raises(ArgumentError, match=r"trim: must be two weights"):
        bm.reweight(wave4, trim=(0.0, float("nan")))
    with pytest.raises(ArgumentError, match="weights of its delivery"):
        bm.report_weights(wave4)


def test_models_know_the_calibration(moved: bm.Reweighting) -> None:
    """A linear model on the levels alone is the shares of the levels, with the standard errors of their differences."""
    model = bm.fit_model(moved.wave, "innovative ~ level", family="linear")
    shares = bm.estimate_shares(moved.wave, "innovative", by="level")
    difference = shares.difference("state", "municipality")
    row = model.table[(model.table["term"] == "level") & (model.table["level"] == "state")].iloc[0]
    assert row["estimate"] == pytest.approx(difference.estimate, rel=1e-9)
    assert row["se"] == pytest.approx(difference.se, rel=1e-6)
    assert "by raking to given counts" in model.summary("en")


def test_comparisons_and_association_know_it(moved: bm.Reweighting) -> None:
    shares = bm.estimate_shares(moved.wave, "innovative", by="level")
    compared = bm.compare_domains(moved.wave, "innovative", by="level", against="pairs")
    assert "by raking to given counts" in compared.method.text("en")
    for row in compared.table.to_dict("records"):
        assert row["se"] == pytest.approx(shares.difference(row["group"], row["versus"]).se, rel=1e-9)
    found = bm.test_association(moved.wave, "innovative", "level")
    assert "by raking to given counts" in found.method.text("en")


def test_waves_without_common_workplaces_are_compared(waves: dict[int, bm.Wave], moved: bm.Reweighting) -> None:
    both = [waves[3], moved.wave]
    trend = bm.estimate_trend(both, "innovative")
    se = [bm.estimate_shares(wave, "innovative").row("innovative")["se"] for wave in both]
    assert trend.table["se"].to_numpy() == pytest.approx(se, rel=1e-9)
    assert trend.changes["se"].iloc[0] == pytest.approx(np.hypot(*se), rel=1e-9)
    assert "Wave 4: The weights were moved" in trend.summary("en")
    assert "Bølge 4: Vægtene er flyttet" in trend.summary("da")
    parts = bm.decompose_change(waves[3], moved.wave, "innovative", "level")
    assert parts.table.set_index("part")["se"]["change"] == pytest.approx(np.hypot(*se), rel=1e-9)
    assert "Wave 4: The weights were moved" in parts.summary("en")


def test_changes_of_waves_that_share_workplaces_know_the_weights_of_both(waves: dict[int, bm.Wave]) -> None:
    """A level that both waves were calibrated to does not change with any error, shared workplaces or not."""
    first, second, common = linked(waves[3], waves[4])
    pair = [bm.reweight(wave, ["level", "size"]).wave for wave in (first, second)]
    plain = bm.estimate_trend([first, second], "innovative", by="level").changes
    moved = bm.estimate_trend(pair, "innovative", by="level").changes
    assert (moved["common"] > 0).all()
    assert moved["common"].iloc[0] <= common
    assert moved["se"].to_numpy() == pytest.approx(plain["se"].to_numpy(), rel=0.1)
    assert (moved["se"] != plain["se"]).all()
    parts = bm.decompose_change(pair[0], pair[1], "innovative", "level").table.set_index("part")
    # The mix of levels is known in both waves: all error is in what they do.
    assert parts["se"]["mix"] < 0.05 * parts["se"]["behaviour"]


def test_swept_residuals_are_those_of_the_kernel_and_told(wave4: bm.Wave) -> None:
    """Levels and sizes are constant in a stratum, where no residual rule matters; an answer is not."""
    counts: Any = {"size": SIZE, "innovative": {"yes": 11_000, "no": 3_297}}
    both = {rule: bm.reweight(wave4, counts, residuals=rule) for rule in ("regression", "sweep")}
    np.testing.assert_array_equal(both["sweep"].weight, both["regression"].weight)
    codes = wave4.domain_codes("innovative")
    labels = {"size": wave4.microdata["size"].astype(str), "innovative": np.array(["yes", "no"])[codes]}
    design = survey.declare_design(
        wave4.microdata["weight"], wave4.stratum[0], population=wave4.population[wave4.stratum[0]]
    )
    design = survey.calibrate_design(design, survey.declare_targets(labels, counts), residuals="sweep")
    name = "positive_role.private_firms"
    arrays = wave4.indicator_arrays(wave4.select(name), [wave4.codebook.indicator(name).dont_know])
    expected = survey.estimate_shares(design, arrays.yes[:, 0], where=arrays.bases[:, arrays.base[0]]).se[0, 0]
    errors = {rule: bm.estimate_shares(found.wave, name).row(name)["se"] for rule, found in both.items()}
    assert errors["sweep"] == pytest.approx(expected, rel=1e-10)
    assert errors["sweep"] != pytest.approx(errors["regression"], rel=1e-6)
    assert "from residuals swept over the margins in turn as in R's rake" in both["sweep"].moved("en")
    assert "taget margen for margen" in both["sweep"].moved("da")


def test_response_and_bounds_take_the_moved_weights(wave4: bm.Wave, moved: bm.Reweighting) -> None:
    assert bm.check_response(wave4).weights.largest_gap < 1e-12
    found = bm.check_response(moved.wave)
    assert found.row("level", "state")["share_weighted"] == pytest.approx(3_197 / 14_297, rel=1e-9)
    share = bm.estimate_shares(moved.wave, "innovative").row("innovative")["share"]
    assert bm.bound_share(moved.wave, "innovative").table["share"].iloc[0] == pytest.approx(share, rel=1e-9)


def test_a_reweighted_wave_travels(moved: bm.Reweighting) -> None:
    copied = pickle.loads(pickle.dumps(moved.wave))
    a, b = (bm.estimate_shares(wave, "innovative").row("innovative")["se"] for wave in (copied, moved.wave))
    assert a == b
