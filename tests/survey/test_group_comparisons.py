"""Groups compared with the whole, the rest, each other and one of them, against R (tests/oracle/comparisons.R)."""

from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oracle_cases import DESIGNS, LONELY_DESIGNS, stored
from scipy import stats

import barometer.survey as sv
from barometer.errors import ArgumentError, UnknownNameError
from barometer.survey import covariances
from barometer.survey.arrays import FloatArray
from barometer.survey.covariances import covariance_of_pairs

ORACLE = Path(__file__).parents[1] / "oracle"
CLOSED = 1e-8
OUTCOMES = {"stratified": 4, "clusters": 4, "two_stages": 2, "jackknife": 2}
PARTS = ["a", "b", "c", "d", "none", "one"]
AGAINST = ("all", "rest", "pairs", "reference")
DESIGN_ROWS = {"stratified": 128, "clusters": 128, "two_stages": 34, "jackknife": 34}


@cache
def answers() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "comparisons_answers.csv", dtype={"first": "str", "second": "str"})


@cache
def estimates(case: str) -> sv.DomainEstimates:
    name = {"two_stages": "kernel_apiclus2", "jackknife": "comparisons_stratified"}.get(case, f"comparisons_{case}")
    data = pd.read_csv(ORACLE / f"{name}.csv")
    design: sv.SurveyDesign | sv.ReplicateDesign
    if case == "stratified":
        design = sv.declare_design(data["varied"], data["stype"], population=data["fpc"])
    elif case == "clusters":
        design = sv.declare_design(data["varied"], psu=data["dnum"], population=data["fpc"])
    elif case == "two_stages":
        design = sv.declare_design(
            data["pw"], psu=[data["dnum"], data["snum"]], population=[data["fpc1"], data["fpc2"]]
        )
    else:
        design = sv.make_replicates(sv.declare_design(data["varied"], data["stype"]), "jkn")
    outcomes = data[["award", "answered", "never", "always"][: OUTCOMES[case]]]
    by = data["band"] if OUTCOMES[case] == 2 else pd.Categorical(data["part"], PARTS)
    return sv.estimate_shares(design, outcomes, by=by)


def of_r(case: str, against: str) -> pd.DataFrame:
    table = answers()
    return table[(table["case"] == case) & (table["against"] == against)]


def compare(case: str, against: str, **options: str) -> sv.GroupComparisons:
    return sv.compare_groups(estimates(case), "a" if against == "reference" else against, **options)  # type: ignore[arg-type]


def places(found: sv.GroupComparisons, rows: pd.DataFrame) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Row and outcome of each of R's, and -1 where the pair is the other way round."""
    names = [(str(a[0]), str(b[0])) for a, b in zip(found.first, found.second, strict=True)]
    asked = list(zip(rows["first"], rows["second"], strict=True))
    sign = np.array([1.0 if pair in names else -1.0 for pair in asked])
    m = np.array([names.index(pair if pair in names else pair[::-1]) for pair in asked])
    return m, np.array([found.names.index(name) for name in rows["outcome"]]), sign


def close(found: FloatArray, expected: FloatArray) -> None:
    np.testing.assert_allclose(found, expected, rtol=CLOSED, atol=1e-13)


@pytest.mark.parametrize("against", AGAINST)
@pytest.mark.parametrize("case", OUTCOMES)
def test_differences_ratios_and_odds_ratios_are_those_of_r(case: str, against: str) -> None:
    rows = of_r(case, against)
    found = compare(case, against)
    m, k, sign = places(found, rows)
    turned = sign < 0.0
    assert found.p_adjusted.size == len(rows)
    close(sign * found.difference.estimate[m, k], rows["difference"].to_numpy())
    close(found.difference.se[m, k], rows["se"].to_numpy())
    close(np.where(turned, found.second_share[m, k], found.first_share[m, k]), rows["share"].to_numpy())
    np.testing.assert_array_equal(np.where(turned, found.second_n[m, k], found.first_n[m, k]), rows["n"])
    for effect, name in ((found.found.ratio, "ratio"), (found.found.odds_ratio, "odds_ratio")):
        with np.errstate(invalid="ignore"):
            log_se = effect.se[m, k] / effect.estimate[m, k]
        close(effect.estimate[m, k] ** sign, rows[name].to_numpy())
        close(log_se, rows[f"log_{name}_se"].to_numpy())
        close(effect.se[m, k][~turned], rows[f"{name}_se"].to_numpy()[~turned])


@pytest.mark.parametrize("against", AGAINST)
@pytest.mark.parametrize("case", ["stratified", "clusters", "two_stages"])
def test_intervals_tests_and_families_are_those_of_r(case: str, against: str) -> None:
    rows = of_r(case, against)
    found = compare(case, against)
    m, k, sign = places(found, rows)
    assert set(rows["design_df"]) == {found.df[0, 0]} == set(found.df.ravel())
    low, high = (sign * end[m, k] for end in (found.difference.ci_low, found.difference.ci_high))
    close(np.fmin(low, high), rows["low"].to_numpy())
    close(np.fmax(low, high), rows["high"].to_numpy())
    if (sign > 0.0).all():
        close(found.found.ratio.ci_low[m, k], rows["ratio_low"].to_numpy())
        close(found.found.odds_ratio.ci_high[m, k], rows["odds_high"].to_numpy())
    close(found.found.p_value[m, k], rows["p_design"].to_numpy())
    for family in ("outcome", "all"):
        for adjust, name in (("holm", "holm"), ("bh", "bh")):
            adjusted = compare(case, against, family=family, adjust=adjust)
            close(adjusted.p_adjusted[m, k], rows[f"{name}_{family}"].to_numpy())
            ends = sign * adjusted.together_low[m, k], sign * adjusted.together_high[m, k]
            close(np.fmin(*ends), rows[f"together_low_{family}"].to_numpy())
            close(np.fmax(*ends), rows[f"together_high_{family}"].to_numpy())
    # The statistic of R's svyttest, whose df are one less than those of the two groups.
    tested = rows["t_ttest"].notna().to_numpy()
    close(np.abs(found.found.statistic[m, k][tested]), rows["t_ttest"].abs().to_numpy()[tested])


@pytest.mark.parametrize("against", AGAINST)
@pytest.mark.parametrize("case", ["stratified", "clusters", "two_stages"])
def test_df_of_the_union_and_the_normal_distribution_are_those_of_r(case: str, against: str) -> None:
    rows = of_r(case, against)
    union, normal = compare(case, against, df="union"), compare(case, against, df="normal")
    m, k, _ = places(union, rows)
    both = rows["n"].to_numpy() + rows["n_versus"].to_numpy() > 0
    np.testing.assert_array_equal(union.df[m, k][both], rows["df_union"].to_numpy()[both])
    close(union.found.p_value[m, k], rows["p_union"].to_numpy())
    assert np.isinf(normal.df).all()
    close(normal.found.p_value[m, k], rows["p_normal"].to_numpy())


@pytest.mark.parametrize("case", ["stratified", "clusters", "two_stages"])
def test_the_test_of_the_odds_ratio_is_that_of_its_logarithm_in_r(case: str) -> None:
    rows = of_r(case, "pairs")
    found = compare(case, "pairs", test="odds_ratio")
    m, k, sign = places(found, rows)
    close(sign * found.statistic[m, k], np.log(rows["odds_ratio"].to_numpy()) / rows["log_odds_ratio_se"].to_numpy())
    close(found.p_value[m, k], 2 * stats.t.sf(np.abs(found.statistic[m, k]), rows["design_df"]))
    agrees = (found.found.odds_ratio.ci_low > 1.0) | (found.found.odds_ratio.ci_high < 1.0)
    np.testing.assert_array_equal(agrees, found.p_value < 0.05)


def test_every_row_of_r_is_compared() -> None:
    counts = answers()["case"].value_counts()
    assert {case: counts[case] for case in OUTCOMES} == DESIGN_ROWS


def test_rows_that_cannot_be_compared_say_why_and_the_others_come() -> None:
    """Group "none" has nobody, "one" a single school; nobody in "a" is counted as never, everybody in "b" as always."""
    found = compare("stratified", "pairs", adjust="none")
    words = np.array(sv.COMPARISON_REASONS)[found.found.reason]

    pairs = list(zip(found.first, found.second, strict=True))

    def word(first: str, second: str, outcome: str) -> str:
        return str(words[pairs.index(((first,), (second,))), found.names.index(outcome)])

    assert word("a", "none", "award") == "empty_base"
    assert word("a", "one", "award") == "one_answer"
    assert word("a", "b", "never") == "share_zero"
    assert word("b", "c", "always") == "share_one"
    assert word("c", "d", "never") == ""
    told = (words != "") & (words != "few_counted")
    assert np.isnan(found.found.p_value[told]).all()
    assert not np.isnan(found.found.p_value[~told]).any()
    assert (found.family_size == (~told).sum(axis=0)).all()


@pytest.mark.parametrize("case", [*DESIGNS, *LONELY_DESIGNS])
def test_covariances_at_once_are_those_one_by_one_and_a_rest_is_a_group(case: str) -> None:
    """Under every design and lonely-PSU rule; the rest is the other level of a factor with two."""
    lonely = case in LONELY_DESIGNS
    declared = (LONELY_DESIGNS if lonely else DESIGNS)[case]
    table, design = stored(declared.data), declared.declare()
    columns = [name for name in ("domain", "half", "size", "part", "race", "ESA", "yes") if name in table]
    by = table[columns[0]].astype("str")
    outcomes = np.stack([np.arange(len(table)) % 3 == 0, np.sqrt(np.arange(len(table))) % 2 < 1], axis=1)
    shares = sv.estimate_shares(design, outcomes, by=by)
    means = sv.estimate_means(design, 1e3 + np.arange(len(table)) ** 1.5 % 7.0, by=by)
    first, second = np.array(list(permutations(range(1 + len(shares.groups)), 2))).T
    for found in (shares, means):
        each = np.stack([found.covariance(name)[first, second] for name in found.names], axis=1)
        at_once = covariance_of_pairs(found.sums, found.linear, found.variance, first, second)
        np.testing.assert_allclose(at_once, each, rtol=1e-8, atol=1e-13 * np.nanmax(np.abs(found.variance)))
    rest = sv.compare_groups(shares, "rest", df="union")
    for row, (label,) in enumerate(shares.groups):
        two = sv.compare_groups(sv.estimate_shares(design, outcomes, by=by == label), (True,), df="union")
        np.testing.assert_allclose(rest.difference.estimate[row], -two.difference.estimate[0], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(rest.difference.se[row], two.difference.se[0], rtol=1e-9, atol=1e-14)
        np.testing.assert_array_equal(rest.df[row], two.df[0])
        np.testing.assert_array_equal(rest.second_n[row], two.first_n[0])


@pytest.mark.parametrize("case", ["stratified", "clusters"])
def test_blocks_change_nothing(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcome by outcome and pair by pair."""
    at_once = compare(case, "pairs").difference.se
    monkeypatch.setattr(covariances, "BLOCK", 1)
    np.testing.assert_allclose(compare(case, "pairs").difference.se, at_once, rtol=1e-12)


def test_a_rest_in_two_groups_is_the_other_group() -> None:
    rng = np.random.default_rng(3)
    psu = rng.permutation(80) // 2
    design = sv.declare_design(rng.uniform(1, 5, 80), psu % 4, psu)
    shares = sv.estimate_shares(design, rng.integers(0, 2, (80, 3)), by=np.where(rng.random(80) < 0.4, "x", "y"))
    rest, pair = sv.compare_groups(shares, "rest"), sv.compare_groups(shares, "pairs")
    for name in ("estimate", "se", "ci_low", "ci_high"):
        both = getattr(pair.difference, name)[0]
        ends = {"ci_low": pair.difference.ci_high, "ci_high": pair.difference.ci_low}
        other = both if name == "se" else -ends.get(name, pair.difference.estimate)[0]
        np.testing.assert_allclose(getattr(rest.difference, name), [both, other], rtol=1e-10)


def test_less_the_whole_is_less_the_rest_times_the_rests_part_when_the_part_is_known() -> None:
    """In strata of known size that are the groups: p - whole = (1 - a)(p - rest), a being the part of the weights."""
    rng = np.random.default_rng(4)
    group = np.repeat([0, 1, 2], [30, 50, 40])
    weight = np.array([2.0, 5.0, 3.0])[group]
    shares = sv.estimate_shares(sv.declare_design(weight, group), rng.integers(0, 2, 120), by=group)
    whole, rest = sv.compare_groups(shares, "all"), sv.compare_groups(shares, "rest")
    part = shares.weighted_base[1:] / shares.weighted_base[0]
    np.testing.assert_allclose(whole.difference.se, (1.0 - part) * rest.difference.se, rtol=1e-10)
    np.testing.assert_allclose(whole.found.statistic, rest.found.statistic, rtol=1e-9)


def test_a_group_that_is_the_whole_is_not_compared_with_it() -> None:
    shares = sv.estimate_shares(sv.declare_design(np.ones(6)), [0, 1, 1, 0, 1, 0], by=["x"] * 6)
    words = [sv.COMPARISON_REASONS[sv.compare_groups(shares, a).found.reason[0, 0]] for a in ("all", "rest")]
    assert words == ["same_rows", "empty_base"]


def test_the_rest_of_everybody_who_said_yes_has_a_share_of_exactly_one() -> None:
    rng = np.random.default_rng(5)
    group = rng.integers(0, 5, 200)
    design = sv.declare_design(rng.uniform(0.1, 9.0, 200), rng.integers(0, 3, 200))
    found = sv.compare_groups(
        sv.estimate_shares(design, np.where(group == 2, rng.random(200) < 0.5, 1), by=group), "rest"
    )
    assert found.second_share[2, 0] == 1.0
    assert sv.COMPARISON_REASONS[found.found.reason[2, 0]] == "share_one"


def test_rows_outside_every_group_are_in_the_whole_and_in_the_rest() -> None:
    design, outcome = sv.declare_design(np.ones(9)), [1, 1, 0, 0, 1, 0, 1, 1, 1]
    shares = sv.estimate_shares(design, outcome, by=["a"] * 3 + ["b"] * 3 + [None] * 3)
    rest, whole = sv.compare_groups(shares, "rest"), sv.compare_groups(shares, "all")
    assert rest.second_n[:, 0].tolist() == [6, 6]
    assert whole.second_n[:, 0].tolist() == [9, 9]
    assert rest.second_share[0, 0] == pytest.approx(4 / 6)


def test_the_table_has_a_row_for_each_outcome_and_comparison() -> None:
    found = compare("stratified", "pairs")
    table = found.to_frame()
    assert list(table["outcome"].unique()) == list(found.names)
    assert len(table) == found.p_adjusted.size
    row = table[(table["outcome"] == "award") & (table["group"] == "b") & (table["versus"] == "d")].iloc[0]
    place = next(i for i, pair in enumerate(zip(found.first, found.second, strict=True)) if pair == (("b",), ("d",))), 0
    assert row["difference"] == found.difference.estimate[place]
    assert row["odds_ratio_high"] == found.found.odds_ratio.ci_high[place]
    assert row["together_low"] == found.together_low[place]
    assert row["note"] == ""
    assert "p-values adjusted by holm" in repr(found)
    assert "more rows" in repr(found)


def test_a_census_has_differences_without_doubt_and_without_test() -> None:
    design = sv.declare_design(np.ones(8), population=8)
    found = sv.compare_groups(sv.estimate_shares(design, [0, 1, 1, 0, 1, 1, 1, 0], by=list("xxxxyyyy")), "pairs")
    assert sv.COMPARISON_REASONS[found.found.reason[0, 0]] == "no_spread"
    ends = found.difference.se, found.difference.ci_low, found.difference.ci_high
    assert [float(end[0, 0]) for end in ends] == [0.0, -0.25, -0.25]
    assert np.isnan(found.p_adjusted[0, 0])


def test_a_reference_may_be_called_as_a_kind_of_comparison_is() -> None:
    shares = sv.estimate_shares(sv.declare_design(np.ones(8)), [0, 1] * 4, by=["rest", "all", "b", "b"] * 2)
    assert sv.compare_groups(shares, ("rest",)).second == (("rest",),) * 2
    assert sv.compare_groups(shares, "total").second == (("total",),) * 3
    assert len(sv.compare_groups(shares, "pairs").first) == 3


@pytest.mark.parametrize(
    ("word", "instead"), [("all", '"total" compares with the whole'), ("rest", "rename the group")]
)
def test_a_word_that_is_a_group_and_a_kind_of_comparison_is_refused(word: str, instead: str) -> None:
    shares = sv.estimate_shares(sv.declare_design(np.ones(8)), [0, 1] * 4, by=["rest", "all", "b", "b"] * 2)
    with pytest.raises(ArgumentError) as caught:
        sv.compare_groups(shares, word)
    assert f'("{word}",) compares with the group' in str(caught.value)
    assert instead in str(caught.value)


@pytest.mark.parametrize(("wrong", "kind"), [(None, "None"), ([0.1, 0.2], "list")])
def test_what_are_no_estimates_is_refused_in_words(wrong: object, kind: str) -> None:
    with pytest.raises(ArgumentError, match=f"estimates: must be shares by group.*got {kind}"):
        sv.compare_groups(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"adjust": "hommel"}, "adjust"),
        ({"family": "indicator"}, "family"),
        ({"df": "domain"}, "df"),
        ({"test": "ratio"}, "test"),
        ({"confidence": 95}, "confidence"),
        ({"confidence": "0.9"}, "confidence"),
    ],
)
def test_choices_that_there_are_not_are_refused(options: dict[str, object], argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        sv.compare_groups(estimates("stratified"), "all", **options)  # type: ignore[arg-type]
    assert caught.value.argument == argument


def test_what_are_no_groups_of_shares_is_refused() -> None:
    design = sv.declare_design(np.ones(4))
    with pytest.raises(ArgumentError, match="there is only the total"):
        sv.compare_groups(sv.estimate_shares(design, [0, 1, 1, 0]))
    with pytest.raises(ArgumentError, match="these are means"):
        sv.compare_groups(sv.estimate_means(design, [0, 1, 1, 0], by=list("xxyy")))
    with pytest.raises(ArgumentError, match="no pair"):
        sv.compare_groups(sv.estimate_shares(design, [0, 1, 1, 0], by=["x"] * 4), "pairs")
    with pytest.raises(UnknownNameError, match="group in this result"):
        sv.compare_groups(estimates("stratified"), "e")


@pytest.mark.parametrize("against", ["all", "pairs", "rest"])
def test_comparisons_know_that_the_weights_were_calibrated(against: str) -> None:
    """The rest is the other level of a factor of two; the rest of the numbers are those of the whole matrix."""
    rng = np.random.default_rng(4)
    n = 240
    stratum, group, size = rng.integers(0, 4, n), rng.integers(0, 3, n), rng.choice(["small", "large"], n)
    design = sv.declare_design(rng.uniform(1.0, 4.0, n), stratum, population=500)
    counts = {"size": {"small": 300.0, "large": 260.0}}
    calibrated = sv.calibrate_design(design, sv.declare_targets({"size": size}, counts))
    yes = (rng.random(n) < 0.3 + 0.2 * (size == "small")).astype(int)
    shares = sv.estimate_shares(calibrated, yes, by=group)
    found = sv.compare_groups(shares, against)
    for place, first in enumerate(found.first):
        if against == "rest":
            beside = sv.estimate_shares(calibrated, yes, by=np.where(group == first[0], "own", "rest"))
            expected = beside.difference("own", "rest")
        else:
            expected = shares.difference(first, found.second[place])
        assert found.difference.estimate[place, 0] == pytest.approx(expected.estimate, rel=1e-10)
        assert found.difference.se[place, 0] == pytest.approx(expected.se, rel=1e-9)
