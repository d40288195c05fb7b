"""How many types, ticks and statements: what adds up, what is said, what is refused."""

import numpy as np
import pytest

import barometer as bm
from barometer.errors import ArgumentError


def test_the_distribution_adds_up_and_the_mean_follows_from_it(wave: bm.Wave) -> None:
    for question in ("latest_type", "culture", "introduced", "initiator", "phase"):
        found = bm.estimate_counts(wave, question, by="level")
        highest = int(found.table["number"].max())
        for group in ((), ("state",)):
            exactly = np.array([found.row("exactly", k, *group)["estimate"] for k in range(highest + 1)])
            at_least = [found.row("at_least", k, *group)["estimate"] for k in range(1, highest + 1)]
            assert exactly.sum() == pytest.approx(1.0, rel=1e-12)
            np.testing.assert_allclose(at_least, exactly[::-1].cumsum()[::-1][1:], rtol=1e-10, atol=1e-12)
            mean = found.row("mean", None, *group)
            assert mean["estimate"] == pytest.approx(exactly @ np.arange(highest + 1), rel=1e-12)
            matrix = found.covariance(*group).to_numpy()[: highest + 1, : highest + 1]
            k = np.arange(highest + 1)
            assert mean["se"] ** 2 == pytest.approx(k @ matrix @ k, rel=1e-9)


def test_the_mean_is_the_sum_of_the_shares(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "partner")
    shares = bm.estimate_shares(wave, [option.name for option in found.options]).table["share"]
    assert found.row("mean")["estimate"] == pytest.approx(shares.sum(), rel=1e-12)


def test_numbers_of_types_are_the_indicators_of_the_codebook(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "latest_type", by="sector")
    for number, word in enumerate(("one", "two", "three", "four"), start=1):
        alone = bm.estimate_shares(wave, f"latest_type_count.{word}", by="sector")
        of = found.table[(found.table["statistic"] == "exactly") & (found.table["number"] == number)]
        for column, other in (("estimate", "share"), ("se", "se"), ("ci_low", "ci_low"), ("n", "n")):
            np.testing.assert_allclose(of[column], alone.table[other], rtol=1e-10)
    several = bm.estimate_shares(wave, "latest_type_count.several").table["share"][0]
    assert found.row("at_least", 2)["estimate"] == pytest.approx(several, rel=1e-12)


def test_statements_agreed_with_are_counted_by_default(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "culture")
    many = bm.estimate_shares(wave, "culture_count.many").table["share"][0]
    assert found.row("at_least", 5)["estimate"] == pytest.approx(many, rel=1e-12)


def test_no_more_numbers_than_ticks_are_allowed(wave: bm.Wave) -> None:
    assert bm.estimate_counts(wave, "initiator").table["number"].max() == 3
    assert bm.estimate_counts(wave, "partner").table["number"].max() == 9


def test_a_number_that_nobody_has_is_a_share_of_zero(wave: bm.Wave) -> None:
    row = bm.estimate_counts(wave, "latest_type").row("exactly", 0)
    assert (row["estimate"], row["note"]) == (0.0, "share_zero")


def test_dont_know_is_uncounted_or_leaves_the_base(wave: bm.Wave) -> None:
    kept, dropped = (bm.estimate_counts(wave, "culture", dont_know=rule) for rule in ("disagree", "drop"))
    unsure = wave.microdata[[f"culture.{item.code}" for item in wave.codebook.question("culture").items]] == "dont_know"
    assert kept.row("mean")["n"] - dropped.row("mean")["n"] == unsure.any(axis=1).sum() > 0
    assert dropped.row("mean")["estimate"] > kept.row("mean")["estimate"]
    assert set(dropped.to_frame("en")["Don't know"]) == {"“Don't know” is taken out of the base"}


def test_several_rules_are_all_named(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, ["innovative", "culture.risk.agree"])
    assert set(found.table["dont_know"]) == {"no, keep"}
    assert "; " in found.to_frame("da")["Ved ikke"][0]


def test_a_group_without_anybody_says_so(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "latest_type", by="innovative")
    for row in (found.row("exactly", 1, "no"), found.row("mean", None, "no")):
        assert (row["n"], row["note"]) == (0, "empty_base")


def test_the_table_and_its_words(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "latest_type")
    assert list(found.table.columns) == [
        *("statistic", "number", "base", "dont_know", "estimate", "se", "ci_low", "ci_high"),
        *("df", "n", "weighted_base", "note", "provenance"),
    ]
    assert list(found.to_frame("da")["Mål"].unique()) == ["Netop", "Mindst", "Gennemsnit"]
    assert "SYNTHETIC" in repr(found)
    html = found._repr_html_()
    assert "Synthetic data" in html
    assert "&lt;NA&gt;" not in html
    assert "1.69" in html


@pytest.mark.parametrize(("statistic", "number"), [("exactly", 9), ("exactly", None), ("mean", 2), ("at_least", 0)])
def test_a_row_that_is_not_there_is_refused(wave: bm.Wave, statistic: str, number: int | None) -> None:
    with pytest.raises(ArgumentError, match="numbers"):
        bm.estimate_counts(wave, "latest_type").row(statistic, number)  # type: ignore[arg-type]


def test_one_answer_may_be_counted_and_exclusive_ones_may_not(wave: bm.Wave) -> None:
    found = bm.estimate_counts(wave, "partner.citizens")
    share = bm.estimate_shares(wave, "partner.citizens").table["share"][0]
    assert found.row("mean")["estimate"] == pytest.approx(share)
    with pytest.raises(ArgumentError, match="exclude each other"):
        bm.estimate_counts(wave, "novelty")
