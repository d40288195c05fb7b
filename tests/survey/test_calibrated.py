"""Calibrated designs: residuals made by hand, identities, subpopulations, merged parts, and what is refused."""

from typing import Any, Literal

import numpy as np
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, CalibrationError
from barometer.survey.linearization import linearize
from barometer.survey.sums import sum_cells

Lonely = Literal["remove", "certainty", "adjust", "average"]


def sample(n: int = 300, seed: int = 3) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    data: dict[str, Any] = {
        "stratum": np.sort(rng.integers(0, 5, n)),
        "level": rng.choice(["state", "region", "municipality"], n),
        "size": rng.choice(["small", "large"], n, p=[0.7, 0.3]),
        "staff": rng.lognormal(3.0, 1.0, n).round(),
        "group": rng.choice(["a", "b", "c"], n),
        "weight": rng.lognormal(1.0, 0.4, n),
    }
    data["psu"] = data["stratum"] * 100 + rng.integers(0, 6, n)
    data["y"] = 1000.0 + 3.0 * (data["level"] == "state") + 0.02 * data["staff"] + rng.normal(0.0, 1.0, n)
    data["yes"] = (rng.random(n) < 0.4 + 0.2 * (data["size"] == "large")).astype(float)
    data["yes"][rng.random(n) < 0.1] = np.nan
    return data


def counts(labels: Any, weight: Any, whole: float, tilt: dict[str, float]) -> dict[str, float]:
    found = {label: float(weight[labels == label].sum()) * tilt.get(label, 1.0) for label in np.unique(labels)}
    return {label: value * whole / sum(found.values()) for label, value in found.items()}


def targets(data: dict[str, Any], *, totals: bool = True) -> sv.Targets:
    whole = 1.2 * float(data["weight"].sum())
    wanted: dict[Any, Any] = {
        "level": counts(data["level"], data["weight"], whole, {"state": 1.3}),
        "size": counts(data["size"], data["weight"], whole, {"large": 0.8}),
    }
    if totals:
        wanted["staff"] = 1.25 * float(data["weight"] @ data["staff"])
    return sv.declare_targets(data, wanted)


def declared(data: dict[str, Any], kind: str, weight: Any = None, lonely: Lonely = "remove") -> sv.SurveyDesign:
    w = data["weight"] if weight is None else weight
    if kind == "elements":
        return sv.declare_design(w, data["stratum"], sampling_fraction=0.2, lonely_psu=lonely)
    if kind == "clusters":
        return sv.declare_design(w, data["stratum"], data["psu"], lonely_psu=lonely)
    rows = np.arange(w.size)
    return sv.declare_design(w, [data["stratum"]], [data["psu"], rows], sampling_fraction=[0.3, 0.5], lonely_psu=lonely)


KINDS = ("elements", "clusters", "two_stages")


def by_hand(data: dict[str, Any], kind: str, design: sv.SurveyDesign, z: Any, lonely: Lonely = "remove") -> float:
    """Variance of the total of dense regression residuals, by a design that knows nothing of calibration."""
    report = design.calibration.report  # type: ignore[union-attr]
    place, amount = report.targets.columns()
    x = np.zeros((z.size, report.targets.size))
    np.add.at(x, (np.arange(z.size)[:, None], place), amount)
    root = np.sqrt(report.base_weight)
    slope = np.linalg.lstsq(x * root[:, None], z * root, rcond=1e-12)[0]
    plain = declared(data, kind, report.weight, lonely)
    return float(sv.estimate_totals(plain, z - x @ slope).variance[0, 0])


def calibrate(design: sv.SurveyDesign, wanted: sv.Targets, **options: Any) -> sv.SurveyDesign:
    return sv.calibrate_design(design, wanted, **options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options", [{"method": "raking"}, {"method": "linear"}, {"method": "logit", "bounds": (0.2, 4)}]
)
def test_variances_are_those_of_residuals_made_by_hand(kind: str, options: dict[str, Any]) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data), **options)
    found = sv.estimate_means(design, data["y"], by=data["group"])
    for label in ("total", "a", "b", "c"):
        inside = np.ones(300, dtype=bool) if label == "total" else data["group"] == label
        w = design.weight * inside
        z = inside * (data["y"] - (w @ data["y"]) / w.sum()) / w.sum()
        expected = by_hand(data, kind, design, z)
        np.testing.assert_allclose(found.variance[found.row(label), 0], expected, rtol=1e-9)


@pytest.mark.parametrize("lonely", ["remove", "certainty", "adjust", "average"])
@pytest.mark.parametrize("kind", ["elements", "clusters"])
def test_lonely_strata_follow_the_rule_of_the_sample_in_every_domain(kind: str, lonely: Lonely) -> None:
    data = sample()
    data["stratum"][-1] = 9
    data["psu"] = np.where(data["stratum"] == 3, 399, data["stratum"] * 100 + data["psu"] % 100)
    design = calibrate(declared(data, kind, lonely=lonely), targets(data))
    found = sv.estimate_means(design, data["y"], by=data["group"])
    for label in ("total", "a"):
        inside = np.ones(300, dtype=bool) if label == "total" else data["group"] == label
        w = design.weight * inside
        z = inside * (data["y"] - (w @ data["y"]) / w.sum()) / w.sum()
        expected = by_hand(data, kind, design, z, lonely)
        np.testing.assert_allclose(found.variance[found.row(label), 0], expected, rtol=1e-9)
    np.testing.assert_allclose(np.diag(found.covariance()), found.variance[:, 0], rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_calibrated_to_has_no_error(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    level = sv.estimate_categories(design, data["level"])
    staff = sv.estimate_totals(design, data["staff"])
    assert (level.se == 0.0).all()
    assert (staff.se == 0.0).all()
    assert staff.estimate[0, 0] == pytest.approx(1.25 * float(data["weight"] @ data["staff"]), rel=1e-9)
    assert (sv.estimate_shares(design, data["yes"]).se > 0.0).all()
    assert {sv.REASONS[code] for code in level.interval.reason.ravel()} == {"calibrated"}
    np.testing.assert_array_equal(level.ci_low, level.estimate)
    constant = sv.estimate_means(design, np.ones(300))
    assert sv.REASONS[constant.interval.reason[0, 0]] == "no_spread"


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_a_mask_and_a_subset_are_one_domain(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    inside = data["group"] == "b"
    of_group = sv.estimate_shares(design, data["yes"], by=data["group"])
    of_mask = sv.estimate_shares(design, data["yes"], where=inside)
    of_subset = sv.estimate_shares(design.subset(inside), data["yes"][inside])
    twice = sv.estimate_shares(
        design.subset(data["group"] != "a").subset(inside[data["group"] != "a"]), data["yes"][inside]
    )
    row = of_group.row("b")
    for found in (of_mask, of_subset, twice):
        np.testing.assert_allclose(found.variance[0, 0], of_group.variance[row, 0], rtol=1e-11)
        assert found.df[0, 0] == of_group.df[row, 0]
    quantile = sv.estimate_quantiles(design, data["y"], [0.25, 0.5], by=data["group"])
    alone = sv.estimate_quantiles(design.subset(inside), data["y"][inside], [0.25, 0.5])
    np.testing.assert_allclose(quantile.se[row], alone.se[0], rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_difference_is_a_mean_of_differences(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    found = sv.estimate_means(design, {"y": data["y"], "staff": data["staff"]}, by=data["group"], across="outcomes")
    difference = found.difference("a", "b", "y")
    z = np.zeros(300)
    for sign, label in ((1.0, "a"), (-1.0, "b")):
        w = design.weight * (data["group"] == label)
        z += sign * (data["group"] == label) * (data["y"] - (w @ data["y"]) / w.sum()) / w.sum()
    assert difference.se**2 == pytest.approx(by_hand(data, kind, design, z), rel=1e-9)
    everything = found.covariance()
    np.testing.assert_allclose(np.diag(everything), found.variance.T.ravel(), rtol=1e-12)
    np.testing.assert_allclose(everything[:4, :4], found.covariance("y"), rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_population_variances_and_medians_know_the_residuals(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    w, y = design.weight, data["y"]
    mean = (w @ y) / w.sum()
    squared = (y - mean) ** 2 * 300 / 299
    z = (squared - (w @ squared) / w.sum()) / w.sum()
    found = sv.estimate_variances(design, y, by=data["group"])
    np.testing.assert_allclose(found.variance[0, 0], by_hand(data, kind, design, z), rtol=1e-8)
    median = sv.estimate_quantiles(design, y, interval="wald")
    below = (y <= median.estimate[0, 0]).astype(float)
    share = sv.estimate_shares(design, below)
    plain = sv.estimate_shares(declared(data, kind, design.weight), below)
    assert share.se[0, 0] != pytest.approx(plain.se[0, 0], rel=1e-3)
    shifted = sv.weighted_quantiles(y, w, np.full(300, -1), 0, share.estimate[0] + 1e-13)
    assert shifted[0, 0] >= median.estimate[0, 0]
    low = sv.estimate_shares(design, below, interval="wald").ci_low[0, 0]
    assert median.ci_low[0, 0] == sv.weighted_quantiles(y, w, np.full(300, -1), 0, [low])[0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_parts_merge_to_the_whole(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    half = np.arange(300) % 2 == 0
    outcome = {"y": data["y"], "yes": data["yes"]}

    def sums(chosen: sv.SurveyDesign, rows: Any) -> sv.CellSums:
        columns = sv.value_columns({name: values[rows] for name, values in outcome.items()}, chosen.n, "mean")
        return sum_cells(chosen, columns, sv.group_rows({"group": data["group"][rows]}, chosen.n))

    whole = sv.summarise(sums(design, np.arange(300)), sv.Choices(interval="wald"))
    parts = [sums(design.subset(rows), rows) for rows in (half, ~half)]
    merged = sv.summarise(sv.merge_sums(parts), sv.Choices(interval="wald"))
    np.testing.assert_allclose(merged.variance, whole.variance, rtol=1e-9)
    np.testing.assert_allclose(merged.covariance("yes"), whole.covariance("yes"), rtol=1e-8, atol=1e-12)
    assert merged.method == whole.method
    other = calibrate(declared(data, kind), targets(data))
    with pytest.raises(ArgumentError, match="calibrated in another way"):
        sv.merge_sums([parts[0], sums(other.subset(~half), ~half)])


def test_uncalibrated_results_hold_no_residuals() -> None:
    data = sample()
    found = sv.estimate_shares(declared(data, "elements"), data["yes"])
    assert found.sums.residuals is None
    assert found.method.calibration == ""


def test_results_and_designs_say_that_they_are_calibrated() -> None:
    data = sample()
    design = calibrate(declared(data, "elements"), targets(data, totals=False), residuals="sweep")
    found = sv.estimate_shares(design, data["yes"])
    assert found.method.calibration == "calibrated by raking, residuals swept over margins"
    assert "calibrated by raking" in repr(design)
    assert "calibrated by raking" in found._repr_html_()
    assert "calibrated by raking" in design._repr_html_()


def test_sweeping_residuals_gives_nearly_the_regressions_standard_errors() -> None:
    data = sample()
    regression = calibrate(declared(data, "elements"), targets(data, totals=False))
    swept = calibrate(declared(data, "elements"), targets(data, totals=False), residuals="sweep")
    one, other = (sv.estimate_means(design, data["y"]).se[0, 0] for design in (regression, swept))
    assert one != other
    assert one == pytest.approx(other, rel=0.02)


def test_scale_of_weights_and_order_of_rows_do_not_matter() -> None:
    data = sample()
    design = calibrate(declared(data, "elements"), targets(data))
    found = sv.estimate_means(design, data["y"], by=data["group"])
    order = np.random.default_rng(0).permutation(300)
    shuffled = {name: values[order] for name, values in data.items()}
    again = sv.estimate_means(
        calibrate(declared(shuffled, "elements"), targets(data | shuffled)), shuffled["y"], by=shuffled["group"]
    )
    np.testing.assert_allclose(again.variance, found.variance, rtol=1e-8)
    tenfold = calibrate(declared(data, "elements", 10.0 * data["weight"]), targets(data))
    np.testing.assert_allclose(tenfold.weight, design.weight, rtol=1e-9)
    np.testing.assert_allclose(sv.estimate_means(tenfold, data["y"]).se[0], found.se[0], rtol=1e-9)


def test_replicates_of_a_linear_statistic_come_near_the_residuals() -> None:
    data = sample()
    design = calibrate(declared(data, "elements"), targets(data))
    linear = sv.estimate_means(design, data["y"], by=data["group"]).se
    jackknife = sv.estimate_means(sv.make_replicates(design, "jkn"), data["y"], by=data["group"])
    np.testing.assert_allclose(jackknife.se, linear, rtol=0.06)
    assert jackknife.method.calibration == "replicates calibrated by raking"
    bootstrap = sv.make_replicates(design, "rao_wu", replicates=400, seed=1)
    np.testing.assert_allclose(sv.estimate_means(bootstrap, data["y"], by=data["group"]).se, linear, rtol=0.15)


def test_every_replicate_meets_the_targets() -> None:
    data = sample()
    made = sv.make_replicates(calibrate(declared(data, "clusters"), targets(data)), "rao_wu", replicates=60, seed=2)
    weight, wanted = made.replicate_weights(), targets(data)
    for margin in wanted.margins:
        for level, aim in enumerate(margin.target):
            np.testing.assert_allclose(weight[margin.code == level].sum(axis=0), aim, rtol=1e-9)
    np.testing.assert_allclose(data["staff"] @ weight, wanted.totals[0].target, rtol=1e-9)


def test_replicates_can_be_refitted_by_any_function() -> None:
    data = sample()
    made = sv.make_replicates(declared(data, "elements"), "jkn")
    wanted = targets(data, totals=False)

    def reweight(weight: Any) -> Any:
        return np.stack([sv.calibrate_weights(column, wanted).weight for column in weight.T], axis=1)

    found = sv.estimate_means(sv.reweight_replicates(made, reweight, "own rule"), data["y"])
    expected = sv.estimate_means(sv.calibrate_design(made, wanted), data["y"])
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-8)
    assert found.method.calibration == "own rule"
    with pytest.raises(ArgumentError, match=r"shape \(300,\), expected \(300, 1\)"):
        sv.reweight_replicates(made, lambda weight: weight[:, 0])
    with pytest.raises(ValueError, match="300 of 300 weights are negative"):
        sv.reweight_replicates(made, lambda weight: -weight)


def test_trimming_after_calibration_keeps_residuals_and_is_repeated_in_replicates() -> None:
    data = sample()
    design = calibrate(declared(data, "elements"), targets(data, totals=False))
    trimmed = sv.trim_design(design, upper=float(np.quantile(design.weight, 0.95)))
    assert trimmed.weight.max() < design.weight.max()
    found, plain = (
        sv.estimate_means(each, data["y"]) for each in (trimmed, declared(data, "elements", trimmed.weight))
    )
    assert found.se[0, 0] < plain.se[0, 0]
    assert found.method.calibration == "calibrated by raking, trimming, regression residuals"
    made = sv.make_replicates(trimmed, "jkn")
    assert made.replicate_weights().max() <= np.quantile(design.weight, 0.95) * 1.05


def test_a_subset_of_a_calibrated_design_is_not_calibrated_again() -> None:
    data = sample()
    part = calibrate(declared(data, "elements"), targets(data)).subset(data["group"] == "a")
    inside = {name: values[data["group"] == "a"] for name, values in data.items()}
    with pytest.raises(ArgumentError, match="subset of a calibrated design"):
        sv.calibrate_design(part, targets(inside))
    with pytest.raises(ArgumentError, match="subset of a calibrated design"):
        sv.make_replicates(part, "jkn")


def test_negative_weights_and_sweeps_over_totals_are_refused() -> None:
    data = sample()
    with pytest.raises(ArgumentError, match="sweep"):
        calibrate(declared(data, "elements"), targets(data), residuals="sweep")
    with pytest.raises(ArgumentError, match="sweep"):
        calibrate(calibrate(declared(data, "elements"), targets(data)), targets(data, totals=False), residuals="sweep")
    far = sv.declare_targets(data, {"staff": 0.05 * float(data["weight"] @ data["staff"])})
    with pytest.raises(CalibrationError, match=r"\d+ of 300 weights would be below 0: give bounds, or use raking"):
        calibrate(declared(data, "elements"), far, method="linear")


def test_a_replicate_without_a_level_is_named_with_its_count() -> None:
    data = sample()
    data["level"][:] = "region"
    data["level"][0] = "state"
    wanted = sv.declare_targets(data, {"level": {"region": 900.0, "state": 5.0}})
    with pytest.raises(CalibrationError, match="level 'state': its rows have no weight in 1 of 300 replicates"):
        sv.calibrate_design(sv.make_replicates(declared(data, "elements"), "jkn"), wanted)


def test_linearized_estimates_are_those_of_the_calibrated_weights() -> None:
    data = sample()
    design = calibrate(declared(data, "elements"), targets(data))
    columns = sv.value_columns(data["y"], 300, "mean")
    found = linearize(sum_cells(design, columns, sv.group_rows(None, 300))).estimate[0, 0]
    assert found == pytest.approx(np.average(data["y"], weights=design.weight), rel=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_far_from_zero_keep_the_digits_of_their_spread(kind: str) -> None:
    data = sample()
    design = calibrate(declared(data, kind), targets(data))
    near = data["y"] - 1000.0
    for verb in (sv.estimate_means, sv.estimate_totals):
        found, far = (verb(design, values, by=data["group"]) for values in (near, near + 1e7))
        np.testing.assert_allclose(far.variance[0], found.variance[0], rtol=1e-7)
        np.testing.assert_allclose(np.diag(far.covariance()), far.variance[:, 0], rtol=1e-12)
    of_groups = sv.estimate_totals(design, {"near": near, "far": near + 1e7}, by=data["group"], across="outcomes")
    everything = of_groups.covariance()
    assert everything[0, 4] == pytest.approx(of_groups.variance[0, 0], rel=1e-6)


def test_given_replicates_are_calibrated_as_made_ones() -> None:
    data = sample()
    made = sv.make_replicates(declared(data, "elements"), "jkn")
    given = sv.declare_replicates(
        data["weight"], made.replicate_weights(), kind="jkn", rscales=made.facts.rscales, centre="estimate"
    )
    wanted = targets(data)
    found = sv.calibrate_design(given, wanted)
    expected = sv.estimate_means(
        sv.make_replicates(calibrate(declared(data, "elements"), wanted), "jkn", centre="estimate"), data["y"]
    )
    np.testing.assert_allclose(sv.estimate_means(found, data["y"]).se, expected.se, rtol=1e-9)
    assert 250 < found.df < given.df + 1
    assert "replicates calibrated by raking" in repr(found)
    again = sv.calibrate_design(found, wanted, method="linear")
    assert again.facts.calibration == "replicates calibrated by raking, linear"


def test_what_is_no_design_and_no_targets_is_refused() -> None:
    data = sample()
    with pytest.raises(ArgumentError, match="design: must be a design"):
        sv.calibrate_design(data["weight"], targets(data))
    wrong: Any = {"level": {"state": 3.0}}
    for design in (declared(data, "elements"), sv.make_replicates(declared(data, "elements"), "jkn")):
        with pytest.raises(ArgumentError, match="targets: must be targets, as declare_targets makes; got dict"):
            sv.calibrate_design(design, wrong)


def test_standard_errors_are_the_spread_over_repeated_samples() -> None:
    rng = np.random.default_rng(5)
    level, size, stratum = rng.integers(0, 3, 9000), np.minimum(rng.poisson(1.0, 9000), 2), rng.integers(0, 4, 9000)
    y = 10.0 + 3.0 * level + 1.5 * level * size + (4.0 + 2.0 * size) * (stratum == 0) + rng.normal(0.0, 2.0, 9000)
    population, drawn = np.bincount(stratum), np.array([300, 40, 40, 40])
    wanted: dict[Any, Any] = {
        "level": dict(enumerate(np.bincount(level).tolist())),
        "size": dict(enumerate(np.bincount(size).tolist())),
    }
    members = [np.flatnonzero(stratum == h) for h in range(4)]
    estimates, variances = [], []
    for _ in range(250):
        rows = np.concatenate([rng.choice(m, n, replace=False) for m, n in zip(members, drawn, strict=True)])
        of = stratum[rows]
        design = sv.declare_design((population / drawn)[of], of, population=population[of])
        chosen = sv.declare_targets({"level": level[rows], "size": size[rows]}, wanted)
        found = [
            sv.estimate_means(calibrate(design, chosen, residuals=rule), y[rows], by=level[rows])
            for rule in ("regression", "sweep")
        ]
        estimates.append(found[0].estimate[:, 0])
        variances.append([each.variance[:, 0] for each in found])
    regression, swept = np.sqrt(np.mean(variances, axis=0) / np.var(estimates, axis=0))
    np.testing.assert_allclose(regression, 1.0, atol=0.12)
    assert swept[1:].min() > 1.25
