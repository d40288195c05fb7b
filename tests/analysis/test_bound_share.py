"""What shares of a wave would be if those who did not answer differ, by hand and in words."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import barometer as bm
import barometer.survey as sv
from barometer.analysis.drawn_sample import drawn_sample
from barometer.errors import ArgumentError
from barometer.microdata import Wave


@pytest.fixture(scope="module")
def wave4() -> Wave:
    return bm.load_wave(4)


@pytest.fixture(scope="module")
def delivered(wave4: Wave) -> Wave:
    """The same wave as if it had been delivered."""
    return replace(wave4, provenance=replace(wave4.provenance, kind="delivery"))


def test_bounds_are_those_of_weighted_counts(wave4: Wave) -> None:
    found = bm.bound_share(wave4, "innovative", at_least=0.8, by="level").table
    sample = drawn_sample(wave4)
    yes = wave4.indicator_arrays(wave4.select("innovative"), ["keep"]).yes[:, 0]
    shares = bm.estimate_shares(wave4, "innovative", by="level").table
    for position, row in found.iterrows():
        inside = np.ones(wave4.n, dtype=bool)
        drawn = np.ones(sample.weight.size, dtype=bool)
        if row["group"] != "total":
            inside = (wave4.microdata["level"] == row["group"]).to_numpy()
            drawn = (sample.registers["level"] == row["group"]).to_numpy()
        d, w = sample.weight[: wave4.n] * inside, wave4.microdata["weight"].to_numpy() * inside
        rate = d.sum() / sample.weight[drawn].sum()
        share, answered = w @ yes / w.sum(), d @ yes / d.sum()
        imputed = (share - rate * answered) / (1 - rate)
        assert row["share"] == pytest.approx(shares["share"].iloc[int(str(position))], rel=1e-12)
        assert row["se"] == shares["se"].iloc[int(str(position))]
        assert row["response_rate"] == pytest.approx(rate, rel=1e-12)
        assert row["share_imputed"] == pytest.approx(imputed, rel=1e-9)
        assert row["low"] == pytest.approx(share - 0.1 * (1 - rate), rel=1e-9)
        assert row["high"] == pytest.approx(share + 0.1 * (1 - rate), rel=1e-9)
        assert row["worst_low"] == pytest.approx(rate * answered, rel=1e-9)
        assert row["worst_high"] == pytest.approx(rate * answered + 1 - rate, rel=1e-9)
        assert row["tip"] == pytest.approx((share - 0.8) / (1 - rate), rel=1e-9)
        assert row["covered_low"] < row["low"] < row["mixture_high"] < row["covered_high"]


def test_the_worst_case_is_the_bound_at_the_whole(wave4: Wave) -> None:
    row = bm.bound_share(wave4, "innovative", delta=1.0).table.iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((row["worst_low"], row["worst_high"]), rel=1e-9)


def test_where_the_base_is_not_known_the_worst_case_is_wider_and_it_is_said(wave4: Wave) -> None:
    row = bm.bound_share(wave4, "partner.private_firms", delta=1.0).table.iloc[0]
    assert row["note"] == "base_assumed"
    assert row["worst_low"] < row["low"]
    assert row["worst_high"] < 1.0


def test_a_difference_is_bounded_from_its_two_sides(wave4: Wave) -> None:
    table = bm.bound_share(wave4, "innovative", by="level", delta=0.05).table
    shares = {row["group"]: row for row in table.to_dict("records")}
    state, municipality = shares["state"], shares["municipality"]
    found = bm.bound_difference(wave4, "innovative", "state", "municipality", by="level", delta=0.05)
    (row,) = found.table.to_dict("records")
    assert row["group"] == "state - municipality"
    assert row["low"] == pytest.approx(state["low"] - municipality["high"], rel=1e-9)
    assert row["high"] == pytest.approx(state["high"] - municipality["low"], rel=1e-9)
    missing = 2 - state["response_rate"] - municipality["response_rate"]
    assert row["tip"] == pytest.approx(row["share"] / missing, rel=1e-9)
    direct = bm.estimate_shares(wave4, "innovative", by="level").difference("state", "municipality")
    assert (row["share"], row["se"]) == (pytest.approx(direct.estimate), direct.se)
    assert row["note_tip_sampling"] == "not_held"
    shown = found.to_frame("da")
    assert shown["Gruppe"].tolist() == ["Staten \N{MINUS SIGN} Kommuner"]


def test_the_sentence_of_a_synthetic_wave_begins_with_what_is_assumed(wave4: Wave) -> None:
    found = bm.bound_share(wave4, "innovative", at_least=0.8)
    assert found.text("en") == (
        "Design and weights are assumed and the data synthetic: if the 64% who did not answer differ by at most 10 "
        "percentage points from what the weights assume, the share lies between 76.7% and 89.6% (75.0% to 91.2% with "
        "sampling error); “at least 80%” no longer holds if they differ by 4.8 percentage points downwards (2.2 with "
        "sampling error)."
    )
    danish = found.text("da")
    assert danish.startswith("Design og vægte er antaget, data er syntetiske: hvis de 64\N{NARROW NO-BREAK SPACE}%")
    assert "»mindst 80\N{NARROW NO-BREAK SPACE}%« holder ikke længere, hvis de afviger 4,8 procentpoint nedad" in danish


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_sentence_of_a_delivery_says_the_tables_numbers_once(delivered: Wave, lang: str) -> None:
    found = bm.bound_share(delivered, "innovative", at_least=0.8, by="level")
    said = found.text(lang, 3)  # type: ignore[arg-type]
    assert said.startswith(("Hvis de", "If the"))
    assert said.endswith(".")
    row = found.table.iloc[3]
    numbers = [float(n.replace(",", ".")) for n in re.findall(r"\d+[.,]\d", said)]
    expected = [100 * row[name] for name in ("low", "high", "covered_low", "covered_high", "tip", "tip_sampling")]
    assert numbers == pytest.approx(expected, abs=0.051)
    assert ("Staten" if lang == "da" else "The state") in said


def test_statements_that_hold_anyhow_or_do_not_hold_are_said_so(delivered: Wave) -> None:
    assert "holds whatever they would have said" in bm.bound_share(delivered, "innovative", at_least=0.2).text("en")
    assert "holder ikke, som det står" in bm.bound_share(delivered, "innovative", at_least=0.95).text("da")
    pair = bm.bound_difference(delivered, "innovative", "state", "municipality", by="level")
    assert "“a larger share in group The state than in group Municipalities” no longer holds" in pair.text("en")
    assert "sampling error alone" in pair.text("en")
    assert ";" not in bm.bound_share(delivered, "innovative").text("en")


def test_results_show_themselves_and_say_synthetic(wave4: Wave, delivered: Wave) -> None:
    found = bm.bound_share(wave4, "innovative", at_least=0.8)
    assert repr(found).startswith("<Sensitivity: innovative, wave 4; SYNTHETIC>")
    assert "Synthetic data" in found._repr_html_()
    assert "SYNTHETIC" not in repr(bm.bound_share(delivered, "innovative"))
    assert found.to_frame("da").loc[0, "Udsagnet"] == "Vælter"
    assert bm.bound_share(wave4, "innovative").table["note_tip"].tolist() == ["no_statement"]


def test_a_wave_of_which_all_answered_has_no_bounds_to_speak_of() -> None:
    part = sv.MissingPart(0.8, 1.0, 0.8, 0.0)
    found = sv.bound_share(part)
    assert (found.low, found.high, found.ci_low, found.ci_high) == (0.8, 0.8, 0.8, 0.8)


def test_mistakes_are_named(wave4: Wave) -> None:
    for arguments, message in (
        ({"delta": 10}, r"delta: is a fraction from 0 to 1 \(0.10 for ten points\)"),
        ({"at_least": 80}, "at_least: is a fraction"),
        ({"by": "industry"}, "by: must be a register that the frame has"),
    ):
        with pytest.raises(ArgumentError, match=message):
            bm.bound_share(wave4, "innovative", **arguments)
    with pytest.raises(ArgumentError, match=r"stands for .* indicators: name one"):
        bm.bound_share(wave4, "partner")
    with pytest.raises(ArgumentError, match="has no frame"):
        bm.bound_share(replace(wave4, frame=None), "innovative")


def test_the_scale_of_the_weights_changes_nothing(wave4: Wave) -> None:
    expected = bm.bound_share(wave4, "innovative", at_least=0.8, by="level").table
    for scale in (0.01, 3.0):
        scaled = replace(wave4, microdata=wave4.microdata.assign(weight=wave4.microdata["weight"] * scale))
        found = bm.bound_share(scaled, "innovative", at_least=0.8, by="level").table
        numbers = expected.select_dtypes("number")
        np.testing.assert_allclose(found[numbers.columns].to_numpy(), numbers.to_numpy(), rtol=1e-9)
        report = bm.check_response(scaled)
        assert report.weights.after.total == pytest.approx(14_297, rel=1e-12)


def test_weights_calibrated_between_groups_leave_each_groups_response_rate(wave4: Wave) -> None:
    expected = bm.bound_share(wave4, "innovative", by="level").table
    more = np.where(wave4.microdata["level"] == "state", 1.3, 1.0)
    moved = replace(wave4, microdata=wave4.microdata.assign(weight=wave4.microdata["weight"] * more))
    found = bm.bound_share(moved, "innovative", by="level").table
    for name in ("response_rate", "share", "low", "worst_high"):
        assert found[name].to_list()[1:] == pytest.approx(expected[name].to_list()[1:], rel=1e-9)


def test_steps_widen_to_the_published_bounds_and_touch_the_threshold_where_it_tips(wave4: Wave) -> None:
    found = bm.bound_share(wave4, "innovative", at_least=0.8)
    row, steps = found.table.iloc[0], found.steps().set_index("kind")
    assert steps.index.tolist() == ["tip_sampling", "tip", "chosen", "double"]
    assert steps["delta"].is_monotonic_increasing
    assert steps["delta"].to_list()[2:] == [0.1, 0.2]
    for name in ("low", "high", "covered_low", "covered_high"):
        assert steps[name].to_list()[2] == row[name]
    assert steps.loc["tip", "low"] == pytest.approx(0.8, abs=1e-12)
    assert steps.loc["tip_sampling", "covered_low"] == pytest.approx(0.8, abs=1e-12)
    assert steps["holds"].tolist() == [True, False, False, False]
    assert bm.bound_share(wave4, "innovative").steps()["kind"].tolist() == ["half", "chosen", "double"]
    assert bm.bound_share(wave4, "innovative", delta=0.8).steps()["delta"].tolist() == [0.4, 0.8, 1.0]
    pair = bm.bound_difference(wave4, "innovative", "state", "municipality", by="level")
    wide = pair.steps().set_index("kind")
    assert wide.loc["tip", "low"] == pytest.approx(0.0, abs=1e-12)
    assert wide["high"].to_dict()["chosen"] == pair.table["high"].iloc[0]


def test_the_sampling_interval_is_that_of_the_share(wave4: Wave) -> None:
    shares = bm.estimate_shares(wave4, "innovative", by="level")
    found = bm.bound_share(wave4, "innovative", by="level").table
    for name in ("n", "ci_low", "ci_high"):
        assert found[name].tolist() == shares.table[name].tolist()
    gap = shares.difference("state", "municipality")
    (row,) = bm.bound_difference(wave4, "innovative", "state", "municipality", by="level").table.to_dict("records")
    assert (row["ci_low"], row["ci_high"]) == (gap.ci_low, gap.ci_high)


def test_moved_weights_are_said_wherever_the_result_shows_itself(wave4: Wave) -> None:
    moved = bm.reweight(wave4, ["level"], start="design").wave
    days = pd.Series(pd.date_range("2024-01-01", periods=moved.n))
    bounds, late = bm.bound_share(moved, "innovative"), bm.compare_early_late(moved, "innovative", dates=days)
    for found in (bounds, late):
        for said in (repr(found), found._repr_html_(), " ".join(found.sheets("en")[0].notes)):
            assert said.count("The weights were moved from the design weights") == 1
        assert any("Vægtene er flyttet fra designvægtene" in note for note in found.sheets("da")[0].notes)
    assert "what the weights (moved since the delivery) assume" in bounds.text("en")
    assert "det, vægtene (flyttet siden leveringen) antager" in bounds.text("da")
    assert "moved" not in repr(bm.bound_share(wave4, "innovative"))
    assert "moved" not in repr(bm.compare_early_late(wave4, "innovative", dates=days))


def test_a_group_that_all_said_yes_has_no_sampling_error_to_pretend(wave4: Wave) -> None:
    """The ten answers of the regions' administrations are all yes: no interval of the share, none of its bounds."""
    found = bm.bound_share(wave4, "innovative", by="sector", at_least=0.5)
    place = [*found.table["group"]].index("regional_administration")
    row = found.table.iloc[place]
    assert (row["share"], row["n"]) == (pytest.approx(1.0), 10)
    assert (
        row[["se", "ci_low", "covered_low", "covered_high", "mixture_low", "mixture_high", "tip_sampling"]].isna().all()
    )
    assert row["low"] == pytest.approx(1.0 - 0.1 * (1.0 - row["response_rate"]))
    assert row["note_tip_sampling"] == "no_se"
    assert "the sampling error is not known: all answered the same" in found.text("en", place)
    assert "stikprøveusikkerheden kendes ikke" in found.text("da", place)
    assert found.steps(place)["holds"].iloc[0]
