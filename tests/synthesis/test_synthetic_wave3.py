"""The shipped wave fits everything published, and the same recipe makes the same bytes."""

from pathlib import Path

import pytest

import barometer as bm
from barometer.analysis.claims import compute_claims
from barometer.codebook.published import Claim
from barometer.synthesis import synthesize

RAW = Path(__file__).parents[2] / "data" / "raw"
CLAIMS = [claim for claim in bm.codebook().wave_claims(3) if claim.fitted]


def standard_errors(wave: bm.Wave, claim: Claim, group: str, versus: str) -> float:
    found = bm.estimate_shares(wave, claim.indicator, by=claim.domain).difference(group, versus)
    return found.estimate / found.se


def test_every_published_share_and_count_is_reached_exactly(wave: bm.Wave) -> None:
    exact = [c for c in compute_claims(wave) if c.claim.fitted and c.claim.check == "exact"]
    assert len(exact) == 44
    for computed in exact:
        assert computed.value is not None
        assert int(computed.value + 0.5) == computed.claim.published, computed.claim.id


def test_shares_do_not_all_sit_on_the_whole_per_cent(wave: bm.Wave) -> None:
    shares = [
        c.value for c in compute_claims(wave) if c.claim.fitted and c.claim.check == "exact" and c.low is not None
    ]
    off = [abs(value - round(value)) for value in shares if value is not None]
    assert len(off) == 34
    assert max(off) > 0.2


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.direction in ("more", "less")], ids=lambda c: c.id)
def test_a_published_difference_is_past_2_6_standard_errors_with_its_sign(wave: bm.Wave, claim: Claim) -> None:
    z = standard_errors(wave, claim, claim.group, claim.versus)
    assert (z if claim.direction == "more" else -z) >= 2.6


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.direction == "none"], ids=lambda c: c.id)
def test_no_published_difference_stays_within_1_2_standard_errors(wave: bm.Wave, claim: Claim) -> None:
    assert abs(standard_errors(wave, claim, claim.group, claim.versus)) <= 1.2


OVERALL = {(c.indicator, c.domain): c for c in CLAIMS if c.direction == "overall"}


@pytest.mark.parametrize("claim", OVERALL.values(), ids=lambda c: c.id)
def test_an_overall_difference_has_a_pair_past_3_5_in_the_order_of_the_text(wave: bm.Wave, claim: Claim) -> None:
    z = [standard_errors(wave, claim, higher, lower) for higher, lower in claim.order]
    assert min(z) > 0.0
    assert max(z) >= 3.5


def test_all_ten_published_crosses_with_an_overall_difference_are_fitted() -> None:
    assert len({(c.indicator.split(".")[0], c.domain) for c in OVERALL.values()}) == 10


def test_nothing_published_clashed() -> None:
    note = (RAW / "wave3_synthetic.README.md").read_text(encoding="utf-8")
    assert "None: every published and assumed number was reached." in note


def test_the_same_recipe_makes_the_same_bytes(tmp_path: Path) -> None:
    lines: list[str] = []
    made = synthesize(3, tmp_path, lines.append)
    assert {path.name for path in made} == {path.name for path in RAW.iterdir() if path.name.startswith("wave3_")}
    for path in made:
        assert path.read_bytes() == (RAW / path.name).read_bytes(), path.name
    assert len(lines) > 30
