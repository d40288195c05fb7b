"""Nothing about fewer than five follows from moments that left, by adding and taking away."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barometer.survey as sv
from barometer.errors import ArgumentError, MomentsError
from barometer.publication.disclosure import check_moments, release_moments
from barometer.publication.disclosure.collapsing import members_of
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.disclosure.revealing import find_revealing, rules_for

FEW = 5
POLICY = find_policy("5")


def sample(seed: int, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"stratum": rng.integers(0, 6, n), "weight": rng.choice([1.0, 1.0, 1.0, 2.5], n)})
    rows["level"] = rng.choice(["a", "b", "c"], n, p=[0.6, 0.37, 0.03])
    rows["size"] = rng.choice(["s", "m"], n)
    rows["q.yes"] = rng.random(n) < 0.5
    rows["q.no"] = ~rows["q.yes"] & (rng.random(n) < 0.9)
    return rows


def collected(rows: pd.DataFrame, by: list[str] | None, outcomes: list[str]) -> sv.Moments:
    design = sv.declare_design(rows["weight"], rows["stratum"], lonely_psu="remove")
    found = sv.estimate_shares(design, rows[outcomes], by=None if by is None else rows[by], across="outcomes")
    return sv.collect_moments(found.sums, sample="home")


def told_apart(rows: pd.DataFrame, released: sv.Moments) -> list[np.ndarray]:
    """Rows of each set that the file has sums of, and of those that follow by adding over strata and over groups."""
    sums, names = released.sums, released.sums.facts.names
    assert names is not None
    strata = [rows["stratum"].isin(members_of(label)).to_numpy() for label in names.stages[0].stratum]
    of_rows = rows[list(sums.domains)].to_numpy()
    groups = [np.ones(len(rows), dtype=bool), *((of_rows == np.array(label)).all(axis=1) for label in sums.labels)]
    if sums.labels:
        groups.append(~np.any(groups[1:], axis=0))
    every = [*strata, np.ones(len(rows), dtype=bool)]
    return [stratum & group for stratum, group in product(every, groups)]


def reveals(rows: pd.DataFrame, inside: np.ndarray, outcomes: list[str]) -> bool:
    """Whether a set is of fewer than five, or fewer than five of it, or none, gave or gave not an answer."""
    if not inside.any():
        return False
    answers = rows.loc[inside, outcomes].to_numpy()
    counts = [answers.sum(axis=0), (~answers).sum(axis=0)]
    rest = (~answers.any(axis=1)).sum() if len(outcomes) > 1 else 0
    return bool(inside.sum() < FEW or np.min(counts) < FEW or 0 < rest < FEW)


def released_or_not(moments: sv.Moments, *earlier: sv.Moments) -> sv.Moments | None:
    try:
        return release_moments(moments, earlier=earlier).moments
    except MomentsError:
        return None


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(60, 400), st.sampled_from([["q.yes"], ["q.yes", "q.no"]]))
def test_no_set_that_can_be_told_apart_is_of_few(seed: int, n: int, outcomes: list[str]) -> None:
    rows = sample(seed, n)
    first = released_or_not(collected(rows, ["level"], outcomes))
    if first is None:
        return
    for inside in told_apart(rows, first):
        assert not reveals(rows, inside, list(first.sums.names))
    for by in (None, ["size"], ["level", "size"]):
        second = released_or_not(collected(rows, by, outcomes), first)
        if second is None:
            continue
        both = [name for name in first.sums.names if name in second.sums.names]
        for one, other in product(told_apart(rows, first), told_apart(rows, second)):
            for less, more in ((one, other), (other, one)):
                if not (less & ~more).any():
                    assert not reveals(rows, more & ~less, both)


def test_a_file_that_left_before_binds_the_next() -> None:
    rows = sample(4, 400)
    first = release_moments(collected(rows[rows["level"] != "c"], ["size"], ["q.yes"])).moments
    assert len(rows[rows["level"] == "c"]) >= FEW
    few = rows["level"] != "c"
    few[np.flatnonzero(rows["level"] == "c")[2:]] = True
    with pytest.raises(MomentsError, match=r"home may not leave beside home, .* pairs of groups can differ by a few"):
        release_moments(collected(rows[few], ["size"], ["q.yes"]), earlier=[first])
    again = release_moments(collected(rows[rows["level"] != "c"], None, ["q.yes"]), earlier=[first]).moments
    assert again.sums.facts.strata <= first.sums.facts.strata


def test_an_answer_inside_another_is_known_though_a_stratum_was_not_asked() -> None:
    rows = pd.DataFrame({"stratum": np.repeat([0, 1], 20), "weight": 1.0, "asked.yes": np.arange(40) % 4 < 3})
    rows["wide.yes"] = np.where(rows["stratum"] == 0, np.arange(40) % 4 < 2, np.nan)
    rows["narrow.yes"] = np.where(rows["stratum"] == 0, np.arange(40) % 4 == 0, np.nan)
    found = rules_for(collected(rows, None, ["asked.yes", "wide.yes", "narrow.yes"]).sums, POLICY)
    assert ("wide.yes", "narrow.yes") in found.within
    assert ("narrow.yes", "wide.yes") not in found.within


def test_merged_strata_are_counted_by_their_members() -> None:
    report = release_moments(collected(sample(4, 200), ["size"], ["q.yes"]))
    names = report.moments.sums.facts.names
    assert names is not None
    members = [len(members_of(label)) for label in names.stages[0].stratum]
    assert sum(members) == 6
    assert report.merged == sum(number for number in members if number > 1) > 0


def test_a_heavy_weight_does_not_pass_for_many_answers() -> None:
    weight = np.r_[30.0, np.ones(30)]
    answer = np.arange(31) == 0
    design = sv.declare_design(weight)
    moments = sv.collect_moments(sv.estimate_shares(design, answer).sums, sample="home")
    assert round(31 * float(sv.summarise(moments.sums).estimate[0, 0])) > FEW
    assert check_moments(moments).table["reason"].tolist() == ["few_answers"]
    units = sv.declare_design(np.r_[weight, weight], psu=np.repeat([1, 2], 31))
    found = sv.collect_moments(sv.estimate_shares(units, np.r_[answer, answer]).sums, sample="home")
    assert set(check_moments(found).table["reason"]) == {"few_answers"}
    even = sv.declare_design(np.full(62, 3.0), psu=np.repeat([1, 2], 31))
    fives = np.tile(np.arange(31) < FEW, 2)
    assert not len(check_moments(sv.collect_moments(sv.estimate_shares(even, fives).sums, sample="home")).table)


def test_bases_that_differ_by_few_tell_what_these_answered() -> None:
    yes, known = np.arange(40) % 2 == 0, np.ones(40, dtype=bool)
    known[[1, 3]] = False
    answers = pd.DataFrame({"keep": yes.astype(float), "drop": np.where(known, yes, np.nan)})
    design = sv.declare_design(np.ones(40))
    moments = sv.collect_moments(sv.estimate_shares(design, answers).sums, sample="home")
    table = check_moments(moments).table
    assert table[["outcome", "reason"]].to_numpy().tolist() == [["keep", "few_others"]]
    released = release_moments(moments)
    assert released.omitted == ("keep",)
    assert released.moments.sums.names == ("drop",)
    assert "Left out: keep." in released.text("en")
    with pytest.raises(MomentsError, match="no merging of strata helps"):
        release_moments(sv.collect_moments(sv.estimate_shares(design, np.arange(40) < 2).sums, sample="home"))


def test_an_answer_that_is_another_and_one_respondent_more_does_not_leave_beside_it() -> None:
    rng = np.random.default_rng(11)
    rows = pd.DataFrame({"stratum": np.repeat([*"abcdefghijkl"], 20), "weight": rng.lognormal(size=240)})
    rows["part"] = rng.random(240) < 0.5
    rows["any"] = rows["part"] | (rows.index == rows.index[~rows["part"]][0])
    both = release_moments(collected(rows, None, ["part", "any"]))
    assert (both.moments.sums.names, both.omitted) == (("part",), ("any",))
    first = release_moments(collected(rows, None, ["part"])).moments
    with pytest.raises(MomentsError, match=r"answers of the two can differ by a few respondents \(any\)"):
        release_moments(collected(rows, None, ["any"]), earlier=[first])


@pytest.mark.parametrize("verb", [sv.estimate_means, sv.estimate_totals])
def test_no_single_answer_or_weight_is_left_in_a_file(verb: type, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"weight": rng.uniform(1.0, 3.0, 90), "pay": rng.normal(4e5, 9e4, 90)})
    rows["stratum"], rows["group"] = np.repeat([1, 2, 3], 30), np.tile(["a", "b"], 45)
    design = sv.declare_design(rows["weight"], rows["stratum"])
    found = verb(design, rows[["pay"]], by=rows["group"])
    moments = sv.collect_moments(found.sums, sample="home")
    assert np.isin(moments.sums.centre, rows["pay"]).all()
    assert np.isin(moments.sums.facts.pilot, rows["weight"]).all()
    released = release_moments(moments)
    released.moments.save(tmp_path / "home")
    sums = sv.load_moments(tmp_path / "home").sums
    for array in (sums.centre, sums.facts.pilot, sums.pilot):
        assert not np.isin(array, rows[["pay", "weight"]]).any()
    assert released.moments.parts[0].id != moments.parts[0].id
    now, before = sv.summarise(sums, sv.Choices(interval="wald")), found
    np.testing.assert_allclose(now.estimate, before.estimate, rtol=1e-12)
    np.testing.assert_allclose(now.se, before.se, rtol=1e-9)


def test_strata_of_amounts_are_merged_and_units_lose_their_labels() -> None:
    rng = np.random.default_rng(6)
    pay, stratum = rng.normal(4e5, 9e4, 60), np.repeat(np.arange(20), 3)
    found = sv.estimate_means(sv.declare_design(np.ones(60), stratum, population=np.full(60, 50)), pay)
    released = release_moments(sv.collect_moments(found.sums, sample="home"))
    sizes = released.moments.sums.facts.stages[0].n
    place = np.searchsorted(np.cumsum(sizes), np.arange(60), side="right")
    design = sv.declare_design(np.ones(60), place, sampling_fraction=np.full(60, 3 / 50))
    expected = sv.estimate_means(design, pay)
    now = sv.summarise(released.moments.sums, sv.Choices(interval="wald"))
    np.testing.assert_allclose(now.se, expected.se, rtol=1e-9)
    units = sv.declare_design(np.ones(60), psu=np.arange(60) // 20)
    shares = sv.collect_moments(sv.estimate_shares(units, pay > 4e5).sums, sample="home")
    left = release_moments(shares)
    assert left.moments.sums.facts.names.stages[0].unit is None  # type: ignore[union-attr]
    assert "units" in left.report.table["reason"].tolist()


def test_the_report_says_in_both_languages_what_was_found_and_done(tmp_path: Path) -> None:
    report = release_moments(collected(sample(4, 200), ["level"], ["q.yes"])).report
    assert set(report.table["step"]) == {"found", "merged", "left_out", "taken_off"}
    danish, english = (report.to_csv(tmp_path / f"{lang}.csv", lang).read_text("utf-8") for lang in ("da", "en"))
    assert "gruppe kun med i totalen" in danish
    assert "group counts for the total only" in english
    assert "below 5 in the base" in english
    assert report.sheets("da")[0].title == "Summer, der skal ud af huset"
    assert repr(report).startswith("<MomentsReport, policy '5': ")


def test_a_checked_file_is_checked_clean() -> None:
    released = release_moments(collected(sample(9, 200), ["level"], ["q.yes", "q.no"]))
    assert not find_revealing(released.moments.sums, rules_for(released.moments.sums, POLICY)).any()
    assert not len(check_moments(released.moments).table)
    assert not release_moments(released.moments).small


def test_strata_of_other_groups_are_not_merged_to_mend_one() -> None:
    """The last stratum of "a" is small, and only another of "a" can mend it."""
    sizes, level = [30, 30, 6, 30, 30, 30], ["a", "a", "a", "b", "b", "b"]
    stratum = np.repeat(np.arange(6), sizes)
    design = sv.declare_design(np.ones(stratum.size), stratum)
    found = sv.estimate_shares(design, np.arange(stratum.size) % 3 == 0, by=np.repeat(level, sizes))
    released = release_moments(sv.collect_moments(found.sums, sample="home")).moments.sums.facts
    assert released.names is not None
    assert released.names.stages[0].stratum.tolist() == [0, (1, 2), 3, 4, 5]


def test_an_earlier_file_under_another_name_is_not_passed_over() -> None:
    found = collected(sample(1, 200), None, ["q.yes"])
    other = sv.collect_moments(found.sums, sample="household")
    with pytest.raises(ArgumentError, match="household shares no sample with home"):
        release_moments(found, earlier=[other])
