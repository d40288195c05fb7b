"""Which answers come together: pairs, combinations, what is said, what is refused."""

import numpy as np
import pytest

import barometer as bm
from barometer.errors import ArgumentError, UnknownNameError

TWO = ["partner.citizens", "partner.private_firms"]


def test_pairs_by_hand_from_the_microdata(wave: bm.Wave) -> None:
    microdata = wave.microdata
    weight = microdata["weight"]
    inside = microdata["novelty"].notna()
    citizens, firms = (microdata[name] == "yes" for name in TWO)
    found = bm.estimate_overlaps(wave, TWO)
    both = weight[citizens & firms].sum()
    assert found.row("both", *TWO)["estimate"] == pytest.approx(both / weight[inside].sum(), rel=1e-12)
    assert found.row("among", *TWO)["estimate"] == pytest.approx(both / weight[citizens].sum(), rel=1e-12)
    assert found.row("among", *reversed(TWO))["estimate"] == pytest.approx(both / weight[firms].sum(), rel=1e-12)
    assert found.row("among", *TWO)["n"] == citizens.sum()
    neither = weight[inside & ~citizens & ~firms].sum()
    odds = both * neither / (weight[citizens & ~firms].sum() * weight[firms & ~citizens].sum())
    assert found.row("odds_ratio", *TWO)["estimate"] == pytest.approx(odds, rel=1e-10)


def test_a_pair_is_found_in_either_order_but_among_is_not_the_same(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, TWO)
    first, second = TWO
    assert found.row("lift", first, second).equals(found.row("lift", second, first))
    assert found.row("among", first, second)["estimate"] != found.row("among", second, first)["estimate"]
    assert found.row("share", first)["second"] == ""


def test_statistics_of_a_pair_follow_from_each_other(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, "value", by="level")
    both, among, lift = (found.matrix(statistic, "region") for statistic in ("both", "among", "lift"))
    share = np.diag(both)
    np.testing.assert_allclose(among, both.to_numpy() / share[:, np.newaxis], rtol=1e-9)
    off = ~np.eye(len(share), dtype=bool)
    np.testing.assert_allclose(lift.to_numpy()[off], (both.to_numpy() / np.outer(share, share))[off], rtol=1e-9)
    np.testing.assert_allclose(share, [found.row("share", name, "", "region")["estimate"] for name in both.index])


def test_shares_are_those_of_estimate_shares(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, "partner", by="level")
    alone = bm.estimate_shares(wave, [option.name for option in found.options], by="level")
    of = found.table[found.table["statistic"] == "share"]
    for column, other in (("estimate", "share"), ("se", "se"), ("ci_low", "ci_low"), ("n", "n")):
        np.testing.assert_allclose(of[column], alone.table[other], rtol=1e-10)


def test_combinations_add_up_to_one_and_to_the_shares(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, "latest_type", by="level", most=15)
    shares = found.combinations.groupby("level", observed=True)["share"].sum()
    np.testing.assert_allclose(shares, 1.0, rtol=1e-12)
    total = found.combinations[found.combinations["level"] == "total"]
    for option in found.options:
        having = total.loc[total[option.name], "share"].sum()
        assert having == pytest.approx(found.row("share", option.name)["estimate"], rel=1e-12)


def test_exclusive_options_are_no_ticks_and_stand_for_none(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, "partner")
    names = [option.name for option in found.options]
    assert "partner.none" not in names
    assert "partner.any" not in names
    none = found.combinations.set_index("name").loc["none", "share"]
    expected = bm.estimate_shares(wave, ["partner.none", "partner.dont_know"]).table["share"].sum()
    assert none == pytest.approx(expected, rel=1e-12)


def test_listed_combinations_are_the_largest(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, "partner", most=8)
    shares = found.combinations["share"].to_numpy()
    assert len(shares) == 8 + 2
    assert (np.diff(shares[:8]) <= 0.0).all()
    assert found.lumped > 50
    assert list(found.combinations["name"][-2:]) == ["other_combinations", "none"]


def test_dont_know_leaves_the_base_when_it_is_dropped(wave: bm.Wave) -> None:
    kept, dropped = (bm.estimate_overlaps(wave, TWO, dont_know=rule) for rule in ("keep", "drop"))
    unsure = (wave.microdata["partner.dont_know"] == "yes").sum()
    assert kept.row("both", *TWO)["n"] - dropped.row("both", *TWO)["n"] == unsure > 0
    assert set(dropped.table["dont_know"]) == {"drop"}
    assert kept.row("odds_ratio", *TWO)["estimate"] != dropped.row("odds_ratio", *TWO)["estimate"]


def test_a_grid_gives_the_answer_that_the_codebook_counts(wave: bm.Wave) -> None:
    assert bm.estimate_overlaps(wave, "culture").options[0].name == "culture.risk.agree"
    disagree = bm.estimate_overlaps(wave, "culture", answer="disagree")
    assert {option.name.rpartition(".")[2] for option in disagree.options} == {"disagree"}
    assert bm.estimate_overlaps(wave, "introduced").options[0].name == "introduced.product.yes"


def test_bases_one_inside_the_other_meet_in_the_inner_one(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, ["culture.time.agree", "partner.citizens"])
    assert set(found.table["base"]) == {"innovative"}
    assert found.row("share", "culture.time.agree")["n"] == wave.base_size("innovative")


def test_what_excludes_each_other_has_no_ratio_and_says_so(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, ["partner.none", "partner.citizens"])
    row = found.row("odds_ratio", "partner.none", "partner.citizens")
    assert (row["estimate"], row["note"]) == (0.0, "cell_empty")
    assert np.isnan(row["ci_low"])
    assert "Nobody in one of the cells that the ratio is made of" in set(found.to_frame("en")["Note"])


def test_a_group_without_anybody_says_so(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, TWO, by="innovative")
    for statistic in ("both", "among", "lift", "odds_ratio"):
        row = found.row(statistic, *TWO, "no")
        assert row["note"] == "empty_base"
        assert row["n"] == 0


def test_words_in_both_languages(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, TWO)
    danish = found.to_frame("da")
    assert list(danish["Mål"].unique())[:2] == ["Andel med det første", "Andel med begge"]
    assert danish["Det første"].iloc[0] == "Borgere"
    assert "Odds ratio" in set(found.to_frame("en")["Statistic"])
    assert not danish.isin(["nan", "None"]).any(axis=None)
    assert "SYNTHETIC" in repr(found)
    assert "Synthetic data" in found._repr_html_()
    assert found.covariance().shape == (4, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"indicators": "novelty"}, ArgumentError, "exclude each other"),
        ({"indicators": "factor"}, ArgumentError, "say which answer counts, one of promoted"),
        ({"indicators": "partner", "answer": "yes"}, ArgumentError, "for the rows of a grid"),
        ({"indicators": "culture", "answer": "agre"}, UnknownNameError, "agree"),
        ({"indicators": ["work_type.product", "partner.citizens"]}, ArgumentError, "none lies inside the others"),
        ({"indicators": []}, ArgumentError, "no indicator was named"),
        ({"indicators": "partner.citizens"}, ArgumentError, "takes two answers"),
        ({"indicators": "partnr"}, UnknownNameError, "partner"),
        ({"indicators": TWO, "most": 0}, ArgumentError, "most"),
        ({"indicators": TWO, "dont_know": "maybe"}, ArgumentError, "dont_know"),
        ({"indicators": TWO, "by": ["level", "level"]}, ArgumentError, "twice"),
        ({"indicators": TWO, "interval": "exact"}, ArgumentError, "interval"),
    ],
)
def test_what_cannot_overlap_is_refused(
    wave: bm.Wave, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        bm.estimate_overlaps(wave, **arguments)  # type: ignore[arg-type]


def test_a_pair_that_is_not_there_is_refused(wave: bm.Wave) -> None:
    found = bm.estimate_overlaps(wave, TWO)
    with pytest.raises(ArgumentError, match=r"the answers are partner\.citizens"):
        found.row("both", "partner.citizens", "partner.abroad")
    with pytest.raises(ArgumentError, match="must be one of"):
        found.matrix("share")
