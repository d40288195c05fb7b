"""Changes and slopes against R's svyby and svycontrast (tests/oracle/trends.R), and what must always hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from repeated_samples import YEARS, occasions, stored

import barometer.survey as sv
from barometer.errors import ArgumentError, DesignError

OUTCOMES = ["yes", "other"]
GROUPS = ["total", "x", "y"]
ANSWERS = stored("changes")
CASES = {
    "independent": ("input", "conditional", False, True),
    "stacked": ("input", "stacked", True, True),
    "panel": ("panel", "conditional", True, False),
    "conditional": ("input", "conditional", True, True),
}
"""Rows, rule, whether ids are known, and finite population correction, for each kind of answer that R gave."""


def estimated(kind: str) -> sv.RepeatedEstimates:
    rows, rule, ids, corrected = CASES[kind]
    found = occasions(stored(rows), OUTCOMES, ids=ids, corrected=corrected)
    return sv.estimate_occasions(found, sv.Choices(), rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", CASES)
def test_changes_slopes_and_their_standard_errors_are_those_of_r(kind: str) -> None:
    repeated = estimated(kind)
    compared = 0
    for answer in ANSWERS[ANSWERS["rule"] == kind].to_dict("records"):
        if answer["what"] == "slope":
            found = repeated.slope([0, 1, 2], YEARS)
        else:
            found = repeated.change(*(int(wave) - 1 for wave in str(answer["what"]).split("-")))
        place = GROUPS.index(str(answer["group"])), OUTCOMES.index(str(answer["outcome"]))
        assert found.estimate[place] == pytest.approx(answer["estimate"], rel=1e-8)
        assert found.se[place] == pytest.approx(answer["se"], rel=1e-8)
        if found.overlapping and not np.isnan(answer["df"]):
            assert found.df[place] == answer["df"]
        compared += 1
    assert compared == (18 if kind == "conditional" else 24)


def test_a_full_panel_without_correction_has_the_same_change_under_both_rules() -> None:
    found = occasions(stored("panel"), OUTCOMES, corrected=False)
    one, other = (sv.estimate_occasions(found, sv.Choices(), rule).change(0, 2) for rule in ("conditional", "stacked"))
    assert one.overlapping
    assert one.se == pytest.approx(other.se, rel=1e-12)


def test_the_stack_is_the_kernels_own_design_of_clusters() -> None:
    rows = stored("input")
    found = sv.estimate_occasions(occasions(rows, OUTCOMES), sv.Choices(), "stacked")
    design = sv.declare_design(rows["weight"], rows["stratum"], rows["id"])
    by = {"wave": rows["wave"], "domain": rows["domain"]}
    stacked = sv.estimate_shares(design, rows[OUTCOMES], by=by)
    for k, outcome in enumerate(OUTCOMES):
        covariance = stacked.covariance(outcome)
        for row, domain in ((1, "x"), (2, "y")):
            places = [stacked.row((wave, domain)) for wave in (1, 2, 3)]
            assert found.covariance[:, :, row, k] == pytest.approx(covariance[np.ix_(places, places)], rel=1e-10)


def test_the_stack_of_calibrated_samples_is_the_kernels_own_calibrated_design() -> None:
    """Each wave is raked to counts of its size and domain; the stack is calibrated to the counts of all waves."""
    rows = stored("input")
    rows["half"] = np.where(rows["id"].str.len() + rows["weight"] % 7 > 6, "m", "n")
    counts = {
        name: {level: 500.0 + 70.0 * k for k, level in enumerate(sorted(set(rows[name])))}
        for name in ("domain", "half")
    }
    counts["half"] = {
        level: count * sum(counts["domain"].values()) / sum(counts["half"].values())
        for level, count in counts["half"].items()
    }
    calibrated = []
    for occasion, (_, part) in zip(occasions(rows, OUTCOMES), rows.groupby("wave"), strict=True):
        targets = sv.declare_targets(part, counts)
        calibrated.append(replace(occasion, design=sv.calibrate_design(occasion.design, targets, method="linear")))
    found = sv.estimate_occasions(calibrated, sv.Choices(), "stacked")
    names = {name: rows["wave"].astype(str) + rows[name] for name in counts}
    wanted = {
        name: {f"{wave}{level}": count for wave in (1, 2, 3) for level, count in levels.items()}
        for name, levels in counts.items()
    }
    stack = sv.declare_design(rows["weight"], rows["stratum"], rows["id"])
    stack = sv.calibrate_design(stack, sv.declare_targets(names, wanted), method="linear")
    stacked = sv.estimate_shares(stack, rows[OUTCOMES], by={"wave": rows["wave"], "domain": rows["domain"]})
    for k, outcome in enumerate(OUTCOMES):
        covariance = stacked.covariance(outcome)
        for row, domain in ((1, "x"), (2, "y")):
            places = [stacked.row((wave, domain)) for wave in (1, 2, 3)]
            assert found.covariance[:, :, row, k] == pytest.approx(covariance[np.ix_(places, places)], rel=1e-9)
    parts = sv.decompose(_one_outcome(calibrated[1]), _one_outcome(calibrated[2]), rule="stacked")
    two = sv.estimate_occasions(calibrated[1:], sv.Choices(), "stacked").change(0, 1)
    assert parts.se[0, 0] == pytest.approx(two.se[0, 0], rel=1e-9)


def _one_outcome(occasion: sv.Occasion) -> sv.Occasion:
    columns = occasion.columns
    first = replace(columns, names=columns.names[:1], numerator=columns.numerator[:, :1], base=columns.base[:1])
    return replace(occasion, columns=first)


def test_samples_without_a_unit_in_common_are_independent() -> None:
    rows = stored("input")
    apart = rows.assign(id=rows["wave"].astype(str) + rows["id"])
    named = sv.estimate_occasions(occasions(apart, OUTCOMES), sv.Choices()).change(0, 1)
    unnamed = estimated("independent").change(0, 1)
    assert not named.overlapping
    assert not named.common.any()
    assert named.se == pytest.approx(unnamed.se, rel=1e-14)
    assert named.df == pytest.approx(unnamed.df, rel=1e-14)


def test_units_in_common_are_counted_in_the_base_of_the_group() -> None:
    rows = stored("input")
    first, second = (rows[(rows["wave"] == wave) & rows["yes"].notna()].set_index("id") for wave in (1, 2))
    both = first.join(second.add_suffix("_2"), how="inner")
    expected = [len(both)] + [int(((both["domain"] == g) & (both["domain_2"] == g)).sum()) for g in ("x", "y")]
    found = estimated("conditional").change(0, 1)
    assert found.common[:, 0].tolist() == expected
    assert expected[0] > expected[1] > 0


def test_a_slope_over_two_occasions_is_the_change_by_the_years_between() -> None:
    repeated = estimated("conditional")
    change, slope = repeated.change(0, 2), repeated.slope([0, 2], [2013.5, 2018.5])
    for name in ("estimate", "se", "ci_low", "ci_high"):
        assert getattr(slope, name) == pytest.approx(getattr(change, name) / 5.0, rel=1e-12)
    assert slope.p_value == pytest.approx(change.p_value, rel=1e-12)


def test_the_error_of_a_slope_follows_from_those_of_all_changes() -> None:
    repeated = estimated("conditional")
    t = np.array(YEARS) - np.mean(YEARS)
    c = t / (t @ t)
    pairs = ((0, 1), (0, 2), (1, 2))  # the weights add up to nothing, so that only differences count
    expected = -sum(c[a] * c[b] * repeated.change(a, b).se ** 2 for a, b in pairs)
    assert repeated.slope([0, 1, 2], YEARS).se ** 2 == pytest.approx(expected, rel=1e-10)


def test_the_mean_of_zeros_and_ones_changes_as_the_share() -> None:
    held = occasions(stored("input"), ["other"])
    rows = [part["other"] for _, part in stored("input").groupby("wave")]
    means = [
        replace(one, columns=sv.value_columns(values, one.design.n, "mean"))
        for one, values in zip(held, rows, strict=True)
    ]
    share, mean = (sv.estimate_occasions(each, sv.Choices()).change(0, 1) for each in (held, means))
    assert mean.estimate == pytest.approx(share.estimate, rel=1e-12)
    assert mean.se == pytest.approx(share.se, rel=1e-10)


def test_independent_slopes_over_two_occasions_have_the_df_of_the_change() -> None:
    repeated = estimated("independent")
    assert repeated.slope([0, 2], [1.0, 4.0]).df == pytest.approx(repeated.change(0, 2).df, rel=1e-12)


def test_a_change_back_is_the_change_with_the_other_sign() -> None:
    repeated = estimated("conditional")
    there, back = repeated.change(0, 1), repeated.change(1, 0)
    assert there.estimate == pytest.approx(-back.estimate, rel=1e-14)
    assert there.se == pytest.approx(back.se, rel=1e-14)


def test_the_total_is_the_same_with_and_without_groups() -> None:
    held = occasions(stored("input"), OUTCOMES)
    alone = [replace(one, groups=sv.group_rows(None, one.design.n)) for one in held]
    found = sv.estimate_occasions(alone, sv.Choices(), "conditional").change(0, 1)
    assert found.se.shape == (1, 2)
    assert found.se[0] == pytest.approx(estimated("conditional").change(0, 1).se[0], rel=1e-14)


def test_an_outcome_that_one_occasion_lacks_is_empty_and_leaves_the_rest_alone() -> None:
    rows = stored("input")
    whole = estimated("conditional").change(0, 1)
    lacking = rows.assign(yes=rows["yes"].where(rows["wave"] != 2))
    found = sv.estimate_occasions(occasions(lacking, OUTCOMES), sv.Choices(), "conditional").change(0, 1)
    assert np.isnan(found.estimate[:, 0]).all()
    assert np.isnan(found.se[:, 0]).all()
    assert found.se[:, 1] == pytest.approx(whole.se[:, 1], rel=1e-14)


@pytest.mark.parametrize("times", [(2013.5,), (2013.5, 2013.5), (2013.5, np.nan), (1.0, 2.0, 3.0)])
def test_a_slope_needs_two_different_times(times: tuple[float, ...]) -> None:
    with pytest.raises(ArgumentError, match="times"):
        estimated("independent").slope([0, 1], times)


def test_units_that_moved_to_another_stratum_are_refused_with_their_count() -> None:
    rows = stored("input")
    first, second = (set(rows.loc[rows["wave"] == wave, "id"]) for wave in (1, 2))
    moved = sorted(first & second)[:2]
    rows.loc[(rows["wave"] == 2) & rows["id"].isin(moved), "stratum"] = "d"
    with pytest.raises(DesignError, match=r"2 of \d+ units that are in both samples are in different strata"):
        sv.estimate_occasions(occasions(rows, OUTCOMES, corrected=False), sv.Choices())


def test_other_outcomes_or_groups_are_refused() -> None:
    rows = stored("input")
    one, two = occasions(rows, ["yes"])[0], occasions(rows, ["other"])[1]
    with pytest.raises(ArgumentError, match="same outcomes"):
        sv.estimate_occasions([one, two], sv.Choices())


def test_clusters_cannot_have_units_in_common() -> None:
    rows = pd.concat([stored("input")] * 2, ignore_index=True)
    found = []
    for one, (_, part) in zip(occasions(stored("input"), ["yes"]), rows.groupby("wave"), strict=False):
        half = part.iloc[: len(part) // 2]
        design = sv.declare_design(
            half["weight"], half["stratum"], [f"p{i // 2}{s}" for i, s in enumerate(half["stratum"])]
        )
        found.append(sv.Occasion(design, one.columns, one.groups, one.stratum, one.unit))
    with pytest.raises(ArgumentError, match="samples of elements"):
        sv.estimate_occasions(found, sv.Choices())


def answers(*counts: tuple[int, int], ids: bool = False) -> list[sv.Occasion]:
    """Simple random samples of so many who do and do not and one who is silent; with ids, the same units each time."""
    found = []
    for yes, no in counts:
        n = yes + no + 1
        outcome = np.repeat([1.0, 0.0, np.nan], [yes, no, 1])
        design, none = sv.declare_design(np.ones(n)), np.zeros(n, dtype=np.intp)
        unit = np.arange(n) if ids else None
        columns, groups = sv.share_columns(outcome, n), sv.group_rows(None, n)
        found.append(sv.Occasion(design, columns, groups, none, unit))
    return found


def told(changes: sv.Changes) -> str:
    return sv.COMPARISON_REASONS[changes.reason[0, 0]]


@pytest.mark.parametrize("ids", [False, True])
@pytest.mark.parametrize(
    ("first", "reason"),
    [((0, 40), "share_zero"), ((40, 0), "share_one"), ((0, 1), "one_answer"), ((1, 0), "one_answer")],
)
def test_a_change_from_a_share_whose_error_is_not_known_has_no_test(
    first: tuple[int, int], reason: str, ids: bool
) -> None:
    repeated = sv.estimate_occasions(answers(first, (30, 10), ids=ids), sv.Choices())
    for found in (repeated.change(0, 1), repeated.change(1, 0), repeated.slope([0, 1], [0.0, 1.0])):
        assert told(found) == reason
        assert abs(found.estimate[0, 0]) == pytest.approx(abs(0.75 - first[0] / sum(first)), abs=1e-14)
        assert np.isnan([found.se, found.ci_low, found.ci_high, found.statistic, found.p_value]).all()


def test_a_change_is_explained_as_the_comparison_of_the_two_shares() -> None:
    repeated = sv.estimate_occasions(answers((50, 50), (9, 91), (60, 40)), sv.Choices())
    doubted, plain = repeated.change(0, 1), repeated.change(0, 2)
    assert told(doubted) == "few_counted"
    assert doubted.p_value[0, 0] < 0.001
    assert told(plain) == ""
    assert told(repeated.slope([0, 1, 2], [0.0, 1.0, 2.0])) == ""  # the one in the middle of the line has no weight
    assert told(repeated.slope([0, 1, 2], [0.0, 1.0, 3.0])) == "few_counted"


@pytest.mark.parametrize("ids", [False, True])
def test_a_change_without_spread_has_neither_interval_nor_test(ids: bool) -> None:
    pair = answers((5, 15), (5, 15), ids=ids)
    if not ids:
        whole = [replace(one, design=sv.declare_design(np.ones(21), population=np.full(21, 21.0))) for one in pair]
        pair = whole
    found = sv.estimate_occasions(pair, sv.Choices()).change(0, 1)
    assert told(found) == "no_spread"
    assert found.se[0, 0] == 0.0
    assert np.isnan([found.ci_low, found.ci_high, found.statistic, found.p_value]).all()


def test_means_of_zero_keep_their_test() -> None:
    held = answers((0, 40), (30, 10))
    values = [np.tile([-1.0, 1.0, 0.0], 14)[:41], np.repeat([1.0, 0.0], [30, 11])]
    means = [replace(o, columns=sv.value_columns(v, 41, "mean")) for o, v in zip(held, values, strict=True)]
    found = sv.estimate_occasions(means, sv.Choices()).change(0, 1)
    assert told(found) == ""
    assert found.p_value[0, 0] < 0.001
