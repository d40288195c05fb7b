"""Claims computed from waves that lack somebody: what has no number says why."""

import dataclasses

import numpy as np
import pandas as pd

import barometer as bm
from barometer.analysis.claims import ComputedClaim, compute_claims


def only(wave: bm.Wave, rows: "pd.Series[bool]") -> dict[str, ComputedClaim]:
    """Compute the claims from a part of a wave, each stratum taken as large as it was."""
    kept = wave.microdata[rows.to_numpy()].reset_index(drop=True)
    counts = kept.groupby(["sector", "size"], observed=True)["id"].transform("count").to_numpy()
    # A stratum left with one answer is taken whole, so that the design stays one.
    kept["population"] = np.where(counts == 1, 1, kept["population"])
    part = dataclasses.replace(wave, microdata=kept)
    return {computed.claim.id: computed for computed in compute_claims(part)}


def test_a_group_without_anybody_has_no_share(wave: bm.Wave) -> None:
    found = only(wave, wave.microdata["level"] == "municipality")
    state, municipality = found["w3-innovative_share-03"], found["w3-innovative_share-02"]
    assert (state.value, state.low, state.why_not) == (None, None, "empty")
    assert municipality.value is not None
    assert municipality.why_not == ""


def test_answers_that_are_all_alike_are_not_tested(wave: bm.Wave) -> None:
    found = only(wave, wave.microdata["value.quality"] == "yes")
    tested = [c for c in found.values() if c.claim.indicator == "value.quality" and c.claim.check == "direction"]
    assert tested
    for computed in tested:
        assert (computed.value, computed.p_value, computed.why_not) == (0.0, None, "no_spread")


def test_an_overall_difference_that_cannot_be_tested_says_why(wave: bm.Wave) -> None:
    alike = only(wave, wave.microdata["shared"] == "yes")
    for name in ("w3-sharing-01", "w3-sharing-05"):
        assert (alike[name].value, alike[name].p_value, alike[name].why_not) == (100.0, None, "one_row")
    without = only(wave, wave.microdata["novelty"] != "copy")
    assert (without["w3-sharing-01"].p_value, without["w3-sharing-01"].why_not) == (None, "empty")
    assert without["w3-sharing-01"].order == ("first", "adapted")
    assert without["w3-sharing-03"].why_not == "empty"
    assert without["w3-sharing-05"].p_value is not None


def test_an_overall_difference_is_tested_alone_or_with_its_cross(wave: bm.Wave) -> None:
    found = only(wave, wave.microdata["weight"] > 0)
    assert found["w3-novelty_reuse-01"].tested == ("novelty.first",)
    assert found["w3-novelty_reuse-02"].tested == ("novelty.first", "novelty.adapted", "novelty.copy")
    assert found["w3-sharing-01"].order == ("first", "copy", "adapted")


def test_a_rank_is_one_more_than_those_above_it(wave: bm.Wave) -> None:
    found = only(wave, wave.microdata["weight"] > 0)
    computed = found["w3-externally_financed_profile-01-partner"]
    shares = bm.estimate_shares(wave, [computed.claim.indicator, *computed.claim.rivals], by=computed.claim.domain)
    own = shares.row(computed.claim.indicator, "yes")["share"]
    above = sum(shares.row(name, "yes")["share"] > own for name in computed.claim.rivals)
    assert len(computed.claim.rivals) == 8
    assert computed.value == 1 + above == 1


def test_a_claim_follows_its_own_rule_for_dont_know(wave: bm.Wave) -> None:
    found = only(wave, wave.microdata["weight"] > 0)
    for name, computed in found.items():
        claim = computed.claim
        if claim.statistic == "share" and not claim.domain and claim.check == "exact":
            row = bm.estimate_shares(wave, claim.indicator, dont_know=claim.dont_know).row(claim.indicator)
            assert computed.value == 100 * row["share"], name


def test_response_and_non_response_are_shares_of_those_drawn(waves: dict[int, bm.Wave]) -> None:
    rates = {c.claim.statistic: c for c in compute_claims(waves[4]) if c.claim.statistic.endswith("response_rate")}
    assert rates["response_rate"].value == 100 * 1611 / 4494
    assert rates["nonresponse_rate"].value == 100 * (4494 - 1611) / 4494


def test_without_a_frame_there_is_no_rate(waves: dict[int, bm.Wave]) -> None:
    alone = dataclasses.replace(waves[4], sampled=None)
    rates = [c for c in compute_claims(alone) if c.claim.statistic.endswith("response_rate")]
    assert [(c.value, c.why_not) for c in rates] == [(None, "no_frame"), (None, "no_frame")]
