"""Every shipped wave fits everything published, and the same recipe makes the same bytes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shipped_waves import RAW, SHIPPED

import barometer as bm
from barometer.analysis.claims import compute_claims
from barometer.codebook.published import Claim
from barometer.synthesis import synthesize

CLAIMS = [claim for number in SHIPPED for claim in bm.codebook().wave_claims(number) if claim.fitted]
Waves = dict[int, bm.Wave]


def standard_errors(wave: bm.Wave, claim: Claim, group: str, versus: str) -> float:
    found = bm.estimate_shares(wave, claim.indicator, by=claim.domain).difference(group, versus)
    return found.estimate / found.se


def test_the_waves_that_have_data_are_those_that_have_a_recipe() -> None:
    recipes = bm.codebook().folder / "synthetic"
    assert {f"wave{number}.toml" for number in SHIPPED} == {path.name for path in recipes.iterdir()}
    assert {3, 4} <= set(SHIPPED)


@pytest.mark.parametrize(("number", "exact_claims"), [(3, 44), (4, 50)])
def test_the_number_of_exact_claims_that_are_fitted(number: int, exact_claims: int) -> None:
    assert sum(claim.check == "exact" for claim in CLAIMS if claim.wave == number) == exact_claims


@pytest.mark.parametrize("number", SHIPPED)
def test_every_published_share_and_count_is_reached_exactly(waves: Waves, number: int) -> None:
    exact = [c for c in compute_claims(waves[number]) if c.claim.fitted and c.claim.check == "exact"]
    assert exact
    for computed in exact:
        assert computed.value is not None
        assert int(computed.value + 0.5) == computed.claim.published, computed.claim.id


@pytest.mark.parametrize("number", SHIPPED)
def test_every_worded_number_lies_in_its_range(waves: Waves, number: int) -> None:
    worded = [c for c in compute_claims(waves[number]) if c.claim.fitted and c.claim.check == "range"]
    for computed in worded:
        low, high = computed.claim.low, computed.claim.high
        assert None not in (low, high, computed.value)
        assert low < computed.value <= high, computed.claim.id  # type: ignore[operator]


@pytest.mark.parametrize("number", SHIPPED)
def test_nothing_differs_from_what_was_published(waves: Waves, number: int) -> None:
    assert bm.verify(waves[number]).failures["id"].tolist() == []


@pytest.mark.parametrize("number", [3, 4])
def test_shares_do_not_all_sit_on_the_whole_per_cent(waves: Waves, number: int) -> None:
    exact = [c for c in compute_claims(waves[number]) if c.claim.fitted and c.claim.check == "exact"]
    off = [abs(c.value - round(c.value)) for c in exact if c.low is not None and c.value is not None]
    assert len(off) > 30
    assert max(off) > 0.2


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.direction in ("more", "less")], ids=lambda c: c.id)
def test_a_published_difference_is_past_2_6_standard_errors_with_its_sign(waves: Waves, claim: Claim) -> None:
    z = standard_errors(waves[claim.wave], claim, claim.group, claim.versus)
    assert (z if claim.direction == "more" else -z) >= 2.6


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.direction == "none"], ids=lambda c: c.id)
def test_no_published_difference_stays_within_1_2_standard_errors(waves: Waves, claim: Claim) -> None:
    assert abs(standard_errors(waves[claim.wave], claim, claim.group, claim.versus)) <= 1.2


OVERALL = {(c.wave, c.indicator, c.domain): c for c in CLAIMS if c.direction == "overall"}


@pytest.mark.parametrize("claim", OVERALL.values(), ids=lambda c: c.id)
def test_an_overall_difference_has_a_pair_past_3_5_in_the_order_of_the_text(waves: Waves, claim: Claim) -> None:
    z = [standard_errors(waves[claim.wave], claim, higher, lower) for higher, lower in claim.order]
    assert min(z) > 0.0
    assert max(z) >= 3.5


def test_all_ten_published_crosses_with_an_overall_difference_are_fitted() -> None:
    assert len({(c.indicator.split(".")[0], c.domain) for c in OVERALL.values() if c.wave == 3}) == 10


@pytest.mark.parametrize("number", [3, 4])
def test_nothing_published_clashed(number: int) -> None:
    note = (RAW / f"wave{number}_synthetic.README.md").read_text(encoding="utf-8")
    assert "None: every published and assumed number was reached." in note


@pytest.mark.parametrize("number", SHIPPED)
def test_every_stratum_has_two_answers_and_weights_up_to_its_workplaces(waves: Waves, number: int) -> None:
    microdata, record = waves[number].microdata, bm.codebook().wave(number)
    assert len(microdata) == record.answers
    if not record.weighted:
        return
    strata = microdata.groupby(list(record.stratum), observed=True)
    assert strata.size().min() >= 2
    assert np.allclose(strata["weight"].sum(), strata["population"].first())
    if record.population is not None:
        assert microdata["weight"].sum() == pytest.approx(record.population)


@pytest.mark.parametrize("number", SHIPPED)
def test_the_same_recipe_makes_the_same_bytes(tmp_path: Path, number: int) -> None:
    lines: list[str] = []
    made = synthesize(number, tmp_path, lines.append)
    assert {path.name for path in made} == {p.name for p in RAW.iterdir() if p.name.startswith(f"wave{number}_")}
    for path in made:
        assert path.read_bytes() == (RAW / path.name).read_bytes(), path.name
    assert lines[0] == "frame, sample and response"
    assert sum(line.startswith("answers: ") for line in lines) == len(lines) - 1 >= 19


@pytest.fixture(scope="module")
def delivered() -> pd.DataFrame:
    """The fourth wave's CSV by itself: columns as they are numbered, nothing of the package."""
    return pd.read_csv(RAW / "wave4_synthetic.csv", sep=";", decimal=",")


def share(delivered: pd.DataFrame, yes: "pd.Series[bool]", base: "pd.Series[bool]") -> float:
    weight = delivered["vaegt"]
    return float(100 * weight[yes & base].sum() / weight[base].sum())


def test_the_delivered_file_alone_gives_the_fourth_edition(delivered: pd.DataFrame) -> None:
    innovative = (delivered[["sp01_1", "sp01_2", "sp01_3", "sp01_4"]] == 1).any(axis=1)
    everyone = pd.Series(True, index=delivered.index)
    partner, purchase, tender = delivered["sp05_5"] == 1, delivered["sp12"] == 1, delivered["sp13"] == 1
    firms = (delivered["sp04_4"] == 1) | delivered["sp07_4"].isin([3, 4]) | partner
    limited = (delivered["sp04_12"] == 1) | delivered["sp07_12"].isin([3, 4])
    counts = [int(rows.sum()) for rows in (everyone, innovative, partner, purchase, tender)]
    assert counts == [1611, 1352, 247, 174, 36]
    assert not (purchase & ~partner).any()
    assert not (tender & ~purchase).any()
    assert share(delivered, innovative, everyone) == pytest.approx(83, abs=0.5)
    for yes, published in [
        (delivered["sp03"] == 1, 16),
        (delivered["sp03"] == 2, 56),
        (delivered["sp03"] == 3, 19),
        (delivered["sp03"] == 98, 10),
        (delivered["sp03"].isin([2, 3]), 74),
        (delivered["sp08"] == 1, 11),
        (delivered["sp08"] == 2, 26),
        (delivered["sp08"] == 4, 27),
        (delivered["sp10"].isin([1, 2]), 39),
        (delivered["sp10"] == 3, 18),
        (delivered["sp10"] == 4, 30),
        (partner, 16),
        (firms, 26),
        (purchase, 11),
    ]:
        assert share(delivered, yes, innovative) == pytest.approx(published, abs=0.5)
    assert 25 < share(delivered, limited, innovative) <= 35
    assert share(delivered, delivered["sp09_1"] == 1, innovative & limited) == pytest.approx(67, abs=0.5)
    assert share(delivered, delivered["sp09_3"] == 1, innovative & limited) == pytest.approx(53, abs=0.5)


def test_no_workplace_names_more_than_three_causes(delivered: pd.DataFrame) -> None:
    causes = delivered.filter(regex=r"^sp04_")
    assert causes.shape[1] == 17
    ticks = causes.sum(axis=1)[causes.notna().all(axis=1)]
    assert len(ticks) == 1352
    assert ticks.between(1, 3).all()
    assert (causes["sp04_15"] == 1).sum() > 30
