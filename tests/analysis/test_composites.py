"""Parts of a union: what adds up, what is said, what is refused."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.errors import ArgumentError, UnknownNameError

FIRMS = "positive_role.private_firms"


def unions(wave: bm.Wave) -> list[str]:
    return [indicator.name for indicator in wave.codebook.indicators.values() if indicator.parts]


@pytest.mark.parametrize("rule", ["record", "keep", "drop", "no", "disagree"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_combinations_add_up_to_the_union_and_to_every_part(waves: dict[int, bm.Wave], number: int, rule: str) -> None:
    wave = waves[number]
    for name in unions(wave):
        found = bm.estimate_parts(wave, name, by="level", dont_know=rule, most=15)  # type: ignore[arg-type]
        share = {code: found.kernel.estimate[:, found.kernel.position(code)] for code in found.kernel.names}
        listed = list(found.combinations["name"])
        np.testing.assert_allclose(sum(share[code] for code in listed), share[name], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(share[name] + share["none"], 1.0, rtol=1e-12)
        for part in found.parts:
            short = part.name.rpartition(".")[2]
            having = found.combinations.loc[found.combinations[short], "name"]
            np.testing.assert_allclose(sum(share[code] for code in having), share[part.name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("rule", ["record", "drop"])
def test_the_union_is_the_share_that_estimate_shares_gives(wave: bm.Wave, rule: str) -> None:
    for name in unions(wave):
        found = bm.estimate_parts(wave, name, by="sector", dont_know=rule)  # type: ignore[arg-type]
        alone = bm.estimate_shares(wave, name, by="sector", dont_know=rule)  # type: ignore[arg-type]
        of = found.table[found.table["role"] == "union"]
        for column in ("share", "se", "ci_low", "ci_high", "df", "n", "weighted_base"):
            np.testing.assert_allclose(of[column], alone.table[column], rtol=1e-10)
        assert list(of["sector"]) == list(alone.table["sector"])


def test_combinations_by_hand_from_the_microdata(wave: bm.Wave) -> None:
    microdata = wave.microdata
    inside = microdata["novelty"].notna()
    started = microdata["initiator.private_firms"] == "yes"
    collaborated = microdata["partner.private_firms"] == "yes"
    promoted = microdata["factor.private_firms"].isin(["promoted_some", "promoted_high"])
    weight = microdata["weight"]
    found = bm.estimate_parts(wave, FIRMS)
    only = promoted & ~started & ~collaborated
    assert found.row("promoted")["share"] == pytest.approx(weight[only].sum() / weight[inside].sum(), rel=1e-12)
    both = promoted & collaborated & ~started
    expected = weight[both].sum() / weight[inside].sum()
    assert found.row("promoted+collaborated")["share"] == pytest.approx(expected, rel=1e-12)


def test_covariances_add_up_like_the_shares(wave: bm.Wave) -> None:
    """The variance of the union is that of the sum of its combinations; with none, the sum does not vary."""
    found = bm.estimate_parts(wave, FIRMS, by="level")
    for group in ((), ("state",)):
        matrix = found.covariance(*group)
        listed = list(found.combinations["name"])
        inside = matrix.loc[listed, listed].to_numpy()
        assert inside.sum() == pytest.approx(found.row(FIRMS, *group)["se"] ** 2, rel=1e-9)
        whole = matrix.loc[[*listed, "none"], [*listed, "none"]].to_numpy()
        assert whole.sum() == pytest.approx(0.0, abs=1e-12 * inside.sum() + 1e-18)
    assert matrix.attrs["provenance"] == "synthetic"


def test_fewer_combinations_are_the_largest_and_the_rest_still_adds_up(wave: bm.Wave) -> None:
    whole, some = bm.estimate_parts(wave, FIRMS), bm.estimate_parts(wave, FIRMS, most=3)
    assert list(some.combinations["name"]) == list(whole.combinations["name"][:3])
    shares = whole.table.set_index("name")["share"]
    left_out = whole.combinations["name"][3:]
    assert some.row("other_combinations")["share"] == pytest.approx(shares[left_out].sum(), rel=1e-12)
    assert (some.lumped, whole.lumped) == (4, 0)
    assert some.row("other_combinations")["role"] == "combination"


def test_a_combination_that_nobody_has_is_a_share_of_zero_that_says_so(wave: bm.Wave) -> None:
    """Resources cannot both have hampered and promoted."""
    row = bm.estimate_parts(wave, "role_of_limited_economy").row("hampered+promoted")
    assert (row["share"], row["note"]) == (0.0, "share_zero")


def test_parts_are_those_of_the_wave(waves: dict[int, bm.Wave]) -> None:
    early, late = (bm.estimate_parts(waves[number], "positive_role.foundations") for number in (2, 3))
    assert "financed" not in early.combinations
    assert "financed" in late.combinations
    assert (len(late.combinations), late.lumped) == (12, 3)


def test_the_table_is_tidy_and_its_words_are_in_both_languages(wave: bm.Wave) -> None:
    found = bm.estimate_parts(wave, FIRMS, by="level")
    assert list(found.table.columns) == [
        *("role", "name", "level", "base", "dont_know", "share", "se", "ci_low", "ci_high"),
        *("df", "n", "weighted_base", "note", "provenance"),
    ]
    assert len(found.table) == 4 * (1 + 3 + 7 + 1)
    danish, english = found.to_frame("da"), found.to_frame("en")
    assert "Kun: samarbejdede om den" in set(danish["Del"])
    assert "Collaborated on it + helped to start it" in set(english["Part"])
    assert set(danish["Ved ikke"]) == {"»Ved ikke« indgår i basis"}
    assert not danish.isin(["nan", "None"]).any(axis=None)
    assert list(found.confint().columns) == ["role", "name", "level", "ci_low", "ci_high", "note", "provenance"]


def test_repr_and_html_say_synthetic_and_the_rule_and_hold_no_address(wave: bm.Wave) -> None:
    found = bm.estimate_parts(wave, FIRMS, by="level", dont_know="drop")
    assert "SYNTHETIC" in repr(found)
    assert "0x" not in repr(found)
    html = found._repr_html_()
    assert "Synthetic data" in html
    assert "“Don't know” is taken out of the base".replace("'", "&#x27;") in html


def test_a_group_without_anybody_says_so(wave: bm.Wave) -> None:
    row = bm.estimate_parts(wave, FIRMS, by="innovative").row("promoted", "no")
    assert (row["n"], row["note"]) == (0, "empty_base")


def test_drop_takes_out_who_is_not_counted_and_did_not_know(wave: bm.Wave) -> None:
    kept, dropped = (bm.estimate_parts(wave, FIRMS, dont_know=rule).row(FIRMS) for rule in ("keep", "drop"))
    assert dropped["n"] < kept["n"]
    assert dropped["dont_know"] == "drop"
    assert dropped["share"] * dropped["weighted_base"] == pytest.approx(kept["share"] * kept["weighted_base"])


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("innovative", ArgumentError, "no union of named parts.*positive_role.citizens"),
        ("novelty.reused", ArgumentError, "Those of wave 3 are: role_of_limited_economy"),
        ("positive_role", ArgumentError, "no union"),
        ("positive_role.firms", UnknownNameError, "private_firms"),
        (None, ArgumentError, "must be a name"),
    ],
)
def test_what_is_no_union_is_refused(wave: bm.Wave, name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        bm.estimate_parts(wave, name)


def test_another_type_than_a_wave_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be a wave"):
        bm.estimate_parts(pd.DataFrame(), FIRMS)  # type: ignore[arg-type]


def test_names_of_rows_and_groups_that_are_not_there_are_refused(wave: bm.Wave) -> None:
    found = bm.estimate_parts(wave, FIRMS, by="level")
    with pytest.raises(UnknownNameError):
        found.row("promoted+hampered")
    with pytest.raises(UnknownNameError):
        found.row("promoted", "municipal")
    assert all(len(set(pair)) == 2 for pair in combinations(found.kernel.names, 2))
