"""Verdicts on published claims: by small hand-made claims, then on the whole synthetic wave."""

import dataclasses
import json
import re
from html import escape
from typing import Any

import numpy as np
import pytest
from published_samples import as_delivery

import barometer as bm
from barometer.analysis.claims import ComputedClaim
from barometer.codebook.claim_words import published_text, range_text
from barometer.codebook.published import Claim
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.errors import UnknownNameError
from barometer.publication.claim_tables import claim_lines
from barometer.publication.claim_words import computed_text
from barometer.publication.verdicts import FAILURES, MEANINGS, VERDICTS, CheckedClaim, judge
from barometer.publication.verification import Verification

EMPTY = Label("", "")
CLAIM = Claim(
    id="w3-test-01",
    wave=3,
    statistic="share",
    check="exact",
    indicator="shared.yes",
    base="innovative",
    domain="",
    group="",
    versus="",
    rivals=(),
    published=80.0,
    published_n=1877,
    low=None,
    high=None,
    direction=None,
    order=(),
    alternatives=(),
    dont_know="keep",
    reason=EMPTY,
    contradiction=EMPTY,
    fitted_to=EMPTY,
    fitted=True,
    inferred=EMPTY,
    confidence="high",
    source="https://example.org/page",
)
RANGE: dict[str, Any] = {"check": "range", "published": None, "low": 5.0, "high": 15.0}
DIRECTION: dict[str, Any] = {"check": "direction", "statistic": "difference", "published": None}


def claim(**changes: Any) -> Claim:
    return dataclasses.replace(CLAIM, **changes)


def verdict(value: float | None, p_value: float | None = None, **changes: Any) -> str:
    return judge(ComputedClaim(claim(**changes), value, p_value=p_value))


@pytest.fixture(scope="module")
def checked(wave: bm.Wave) -> Verification:
    return bm.verify(wave)


@pytest.mark.parametrize("value", [79.5, 80.0, 80.4999, 0.795 * 100])
def test_a_share_that_rounds_half_up_to_the_published_number_is_reproduced(value: float) -> None:
    assert verdict(value) == "reproduced"


@pytest.mark.parametrize("value", [79.4999, 80.5, 0.805 * 100, 81.0])
def test_a_share_that_rounds_to_another_number_differs(value: float) -> None:
    assert verdict(value) == "differs"


def test_a_number_inside_the_interval_still_differs() -> None:
    computed = ComputedClaim(CLAIM, 81.0, 78.0, 84.0)
    found = CheckedClaim(computed, judge(computed), EMPTY, EMPTY, EMPTY, "delivery", matched_by_construction=False)
    assert found.verdict == "differs"
    assert found.published_inside_interval is True


def test_a_count_is_reproduced_only_when_equal() -> None:
    assert verdict(1877.0, statistic="count", published=1877.0) == "reproduced"
    assert verdict(1876.0, statistic="count", published=1877.0) == "differs"


def test_another_value_of_the_same_source_is_the_sources_contradiction() -> None:
    assert verdict(86.7, published=89.0, alternatives=(87.0,)) == "source_contradicts_itself"
    assert verdict(88.7, published=89.0, alternatives=(87.0,)) == "reproduced"
    assert verdict(85.0, published=89.0, alternatives=(87.0,)) == "differs"


@pytest.mark.parametrize(
    ("value", "fits"), [(5.0, False), (5.0001, True), (10.0, True), (15.0, True), (15.0001, False), (0.0, False)]
)
def test_a_range_is_open_below_and_closed_above(value: float, fits: bool) -> None:
    assert verdict(value, **RANGE) == ("fits_the_words" if fits else "does_not_fit_the_words")


@pytest.mark.parametrize(
    ("direction", "value", "p_value", "expected"),
    [
        ("more", 7.0, 0.049, "confirmed"),
        ("more", -7.0, 0.049, "contradicted"),
        ("more", 7.0, 0.05, "not_significant"),
        ("more", -7.0, 0.5, "not_significant"),
        ("less", -7.0, 0.001, "confirmed"),
        ("less", 7.0, 0.001, "contradicted"),
        ("less", -7.0, 0.05, "not_significant"),
        ("none", 7.0, 0.05, "confirmed"),
        ("none", -7.0, 0.6, "confirmed"),
        ("none", 7.0, 0.0499, "contradicted"),
        ("overall", 7.0, 0.001, "confirmed"),
        ("overall", 7.0, 0.05, "not_significant"),
        ("overall", 7.0, None, "cannot_be_computed"),
        ("more", 7.0, None, "cannot_be_computed"),
    ],
)
def test_a_direction_needs_the_sign_and_a_p_value_below_five_per_cent(
    direction: str, value: float, p_value: float | None, expected: str
) -> None:
    assert verdict(value, p_value, direction=direction, **DIRECTION) == expected


@pytest.mark.parametrize("changes", [{}, RANGE, {**DIRECTION, "direction": "overall"}, {"check": "nothing"}])
def test_without_a_value_nothing_can_be_judged(changes: dict[str, Any]) -> None:
    assert verdict(None, **changes) == "cannot_be_computed"


def test_a_claim_without_a_number_is_reproduced_by_nothing() -> None:
    assert verdict(80.0, check="nothing", published=None) == "no_number_published"


@pytest.mark.parametrize(
    ("low", "high", "published", "inside"),
    [(78.0, 84.0, 78.0, True), (78.0, 84.0, 84.1, False), (None, None, 80.0, None), (78.0, 84.0, None, None)],
)
def test_inside_the_interval_is_yes_no_or_not_known(
    low: float | None, high: float | None, published: float | None, inside: bool | None
) -> None:
    computed = ComputedClaim(claim(published=published), 81.0, low, high)
    assert CheckedClaim(computed, "differs", EMPTY, EMPTY, EMPTY, "delivery", False).published_inside_interval is inside


@pytest.mark.parametrize(
    ("n", "published_n", "agrees"), [(1877, 1877, True), (1876, 1877, False), (None, 1877, None), (5, None, None)]
)
def test_n_agrees_disagrees_or_is_not_known(n: int | None, published_n: int | None, agrees: bool | None) -> None:
    computed = ComputedClaim(claim(published_n=published_n), 81.0, n=n)
    assert CheckedClaim(computed, "differs", EMPTY, EMPTY, EMPTY, "delivery", False).n_agrees is agrees


@pytest.mark.parametrize(
    ("changes", "danish", "english"),
    [
        ({}, "80\u202f%", "80%"),
        ({"statistic": "count", "published": 1877.0}, "1.877", "1,877"),
        ({"check": "direction", "direction": "more", "published": None}, "oftere", "more often"),
        ({"check": "nothing", "published": None}, "\u2013", "\u2013"),
        ({**RANGE, "reason": Label("»en tiendedel«: 5-15", "'a tenth': 5-15")}, "»en tiendedel«", "'a tenth'"),
    ],
)
def test_what_was_published_in_words(changes: dict[str, Any], danish: str, english: str) -> None:
    assert published_text(claim(**changes), "da") == danish
    assert published_text(claim(**changes), "en") == english


@pytest.mark.parametrize(
    ("changes", "value", "text"),
    [
        ({}, 80.25, "80,3\u202f%"),
        ({"statistic": "ratio"}, 1.96, "2,0 gange"),
        ({"statistic": "rank"}, 2.0, "nr. 2"),
        ({"statistic": "difference"}, -7.04, "\u22127,0 procentpoint"),
        ({"statistic": "count"}, 1877.0, "1.877"),
        ({}, None, "\u2013"),
    ],
)
def test_what_was_computed_in_words(changes: dict[str, Any], value: float | None, text: str) -> None:
    assert computed_text(ComputedClaim(claim(**changes), value), "da") == (text, "")


def test_beside_what_was_computed_stands_its_interval_or_its_p_value() -> None:
    share = ComputedClaim(CLAIM, 80.25, 78.04, 82.35)
    difference = ComputedClaim(claim(direction="more", **DIRECTION), 7.0, 2.0, 12.0, p_value=0.0123)
    assert computed_text(share, "da") == ("80,3\u202f%", "78,0\u201382,4")
    assert computed_text(share, "en") == ("80.3%", "78.0\u201382.4")
    assert computed_text(difference, "en") == ("7.0 percentage points", "p = 0.012")
    assert computed_text(ComputedClaim(CLAIM, 100.0), "en") == ("100.0%", "")


def test_all_claims_of_the_wave_are_checked_and_none_fails(checked: Verification, wave: bm.Wave) -> None:
    assert len(checked.table) == len(checked.claims) == 176
    assert checked.table["id"].is_unique
    assert checked.table["id"].tolist() == [claim.id for claim in wave.codebook.wave_claims(3)]
    assert len(checked.failures) == 0
    assert checked.is_synthetic


def test_counts_add_up_and_leave_out_what_did_not_happen(checked: Verification) -> None:
    assert sum(checked.counts.values()) == 176
    assert checked.counts == checked.table["verdict"].value_counts().to_dict()
    assert list(checked.counts) == [name for name in VERDICTS if name in checked.counts]
    assert set(checked.counts).isdisjoint(FAILURES)
    assert checked.counts["reproduced"] == 44
    assert checked.counts["source_contradicts_itself"] == 1


def test_a_claim_that_is_not_borne_out_is_a_failure(checked: Verification) -> None:
    (first, *rest) = checked.claims
    wrong = dataclasses.replace(first, verdict="differs")
    found = Verification((wrong, *rest), is_synthetic=True)
    assert found.failures["id"].tolist() == [first.claim.id]
    assert found.counts["differs"] == 1
    assert "1 differs" in found.summary("en")
    assert "1 afviger" in found.summary("da")


def test_only_fitted_claims_of_synthetic_data_are_matched_by_construction(checked: Verification, wave: bm.Wave) -> None:
    # A share without an order of its own is tested with its whole cross, of which other shares were fitted.
    whole_cross = [claim.direction == "overall" and not claim.order for claim in wave.codebook.wave_claims(3)]
    fitted = [claim.fitted for claim in wave.codebook.wave_claims(3)]
    assert not any(f and w for f, w in zip(fitted, whole_cross, strict=True))
    matched = [f or w for f, w in zip(fitted, whole_cross, strict=True)]
    assert checked.table["matched_by_construction"].tolist() == matched
    assert (sum(fitted), sum(matched)) == (118, 127)
    delivered = bm.verify(as_delivery(wave))
    assert not delivered.is_synthetic
    assert not delivered.table["matched_by_construction"].any()
    assert delivered.table["verdict"].tolist() == checked.table["verdict"].tolist()


def test_base_sizes_are_counted_in_the_file(checked: Verification, wave: bm.Wave) -> None:
    for row in checked.claims:
        assert row.computed.n == wave.base_size(row.claim.base)
    assert checked.table["computed_n"].notna().all()
    both = checked.table.dropna(subset=["published_n"])
    assert both["n_agrees"].tolist() == (both["published_n"] == both["computed_n"]).tolist()
    assert checked.table.loc[checked.table["published_n"].isna(), "n_agrees"].isna().all()


def test_shares_are_those_of_estimate_shares_in_per_cent(checked: Verification, wave: bm.Wave) -> None:
    share = next(row for row in checked.claims if row.claim.id == "w3-positive_role_of_citizens-01")
    estimate = bm.estimate_shares(wave, share.claim.indicator).table.iloc[0]
    assert share.computed.value == pytest.approx(100 * estimate["share"], rel=1e-12)
    assert share.computed.low == pytest.approx(100 * estimate["ci_low"], rel=1e-12)
    assert share.verdict == "reproduced"


def test_several_waves_are_checked_one_after_the_other(checked: Verification, wave: bm.Wave) -> None:
    twice = bm.verify([wave, as_delivery(wave)])
    assert len(twice.claims) == 352
    assert twice.is_synthetic
    assert [row.matched_by_construction for row in twice.claims[:176]] == [
        row.matched_by_construction for row in checked.claims
    ]


def test_records_go_through_json_and_come_back_without_nan(checked: Verification) -> None:
    records = checked.to_records()
    text = json.dumps(records, allow_nan=False)
    assert json.loads(text) == records
    assert [record["published"] is None for record in records] == checked.table["published"].isna().tolist()
    assert records[0]["published"] == checked.table["published"].iloc[0]
    assert {type(record["computed_n"]) for record in records} == {int}
    assert {type(record["matched_by_construction"]) for record in records} == {bool}
    assert {type(record["n_agrees"]) for record in records} == {bool, type(None)}


def test_the_danish_frame_has_danish_words_and_the_same_numbers(checked: Verification) -> None:
    danish = checked.to_frame("da")
    english = checked.to_frame("en")
    assert len(danish.columns) == len(set(danish.columns)) == len(english.columns)
    names = {label.en: label.da for label in VERDICTS.values()}
    assert danish["Vurdering"].tolist() == [names[text] for text in english["Verdict"]]
    assert set(danish["Vurdering"]) >= {"genfundet", "bekræftet", "kan ikke beregnes"}
    assert danish["Beregnet"].tolist() == pytest.approx(checked.table["computed"].tolist(), nan_ok=True)
    assert (danish["Udsagn"] != english["Claim"]).mean() > 0.9
    assert all(danish["Udsagn"])
    assert set(danish["Ved ikke"]) == {DONT_KNOW[rule].da for rule in checked.table["dont_know"]}
    assert set(danish["Enhed"]) == {"procent", "procentpoint", "gange", "plads", "svar"}


def test_claims_about_some_indicators_are_picked_by_name_and_family(checked: Verification) -> None:
    one = checked.about("positive_role.private_firms")
    assert {c.claim.indicator for c in one.claims} == {"positive_role.private_firms"}
    family = checked.about("positive_role")
    assert {c.claim.indicator.partition(".")[0] for c in family.claims} == {"positive_role"}
    assert len(family.claims) > len(one.claims)
    assert family.is_synthetic
    with pytest.raises(UnknownNameError, match=r"positive_role\.private_firm.*Did you mean"):
        checked.about("positive_role.private_firm")


def test_claims_of_a_theme_are_those_about_it_or_split_by_it(checked: Verification) -> None:
    sharing = {f"w3-sharing-{number:02}" for number in (4, 5, 6)}
    assert sharing < {c.claim.id for c in checked.of_theme("evaluation").claims}
    assert sharing < {c.claim.id for c in checked.of_theme("reuse").claims}
    assert {c.claim.indicator.partition(".")[0] for c in checked.of_theme("practice").claims} == {"practice"}
    with pytest.raises(UnknownNameError, match=r"theme with claims 'evaluated'.*Did you mean 'evaluation'"):
        checked.of_theme("evaluated")


def test_the_legend_has_a_row_for_each_verdict_given_with_its_number(checked: Verification) -> None:
    html = checked.legend_html("en")
    assert re.findall(r"<span class='verdict (\w+)'>", html) == list(checked.counts)
    assert [int(number) for number in re.findall(r"<td class='number'>(\d+)</td>", html)] == list(
        checked.counts.values()
    )
    assert all(escape(MEANINGS[code].en) in html for code in VERDICTS if code in checked.counts)


def test_a_worded_number_shows_the_range_that_its_words_cover() -> None:
    assert range_text(claim(**RANGE), "en") == "5\N{EN DASH}15%"
    assert range_text(claim(**{**RANGE, "low": 22.5, "high": 29.2}), "da") == "22,5\N{EN DASH}29,2\u202f%"
    assert (
        range_text(claim(**{**RANGE, "statistic": "ratio", "low": 1.5, "high": 2.5}), "en") == "1.5\N{EN DASH}2.5 times"
    )
    assert range_text(claim(**{**RANGE, "statistic": "difference", "low": 0.0, "high": 100.0}), "da") == "over 0"
    assert range_text(claim(**{**RANGE, "statistic": "rank"}), "en") == ""
    assert range_text(CLAIM, "en") == ""


ORDER = {"direction": "overall", "order": (("first", "copy"), ("first", "adapted")), **DIRECTION}


@pytest.mark.parametrize(
    ("order", "p_value", "expected"),
    [
        (("first", "adapted", "copy"), 0.01, "confirmed"),
        (("first", "copy", "adapted"), 0.01, "confirmed"),
        (("adapted", "first", "copy"), 0.01, "contradicted"),
        (("adapted", "first", "copy"), 0.2, "not_significant"),
        (("adapted", "first", "copy"), None, "cannot_be_computed"),
    ],
)
def test_an_overall_difference_needs_its_test_and_the_order_of_the_text(
    order: tuple[str, ...], p_value: float | None, expected: str
) -> None:
    assert judge(ComputedClaim(claim(**ORDER), 20.0, p_value=p_value, order=order)) == expected


def test_every_claim_of_significance_shows_its_direction_and_p(waves: dict[int, bm.Wave]) -> None:
    for wave in waves.values():
        rows = bm.verify(wave).table.query("check == 'direction'")
        claims = wave.codebook.wave_claims(wave.record.number)
        assert rows["id"].tolist() == [claim.id for claim in claims if claim.check == "direction"]
        assert rows["p_value"].between(0.0, 1.0).all()
        assert (rows["computed_direction"] != "").all()
        assert rows["verdict"].isin(["confirmed", "contradicted", "not_significant"]).all()


def test_a_sign_that_chance_may_give_is_no_direction(checked: Verification) -> None:
    rows = checked.table.query("check == 'direction' and direction != 'overall'")
    chance = rows["p_value"] >= 0.05
    assert chance.any()
    assert set(rows.loc[chance, "computed_direction"]) == {"no significant difference"}
    assert set(rows.loc[~chance, "computed_direction"]) <= {"more often", "less often"}


def test_a_claim_about_a_battery_has_the_words_of_its_question_and_its_theme(checked: Verification) -> None:
    (found,) = (each for each in checked.claims if each.claim.id == "w3-culture_statements-01")
    assert found.statement.en == "How far do you agree with these statements about the workplace?"
    assert found.themes == ("culture",)
    assert not any("Not specified" in each.statement.en for each in checked.claims)


def test_an_overall_difference_is_that_of_rao_and_scott(checked: Verification, wave: bm.Wave) -> None:
    p_values = dict(zip(checked.table["id"], checked.table["p_value"], strict=True))
    for name, answer, groups in (
        ("w3-sharing-01", "shared.yes", "novelty_level"),
        ("w3-sharing-05", "shared.yes", "evaluation_level"),
        ("w3-culture_risk_willingness-02", "culture.risk.disagree", "innovative"),
    ):
        found = bm.test_association(wave, answer, groups).test
        np.testing.assert_allclose(p_values[name], found.p_value, rtol=1e-9)


def test_a_share_without_an_order_is_tested_with_its_whole_cross(checked: Verification, wave: bm.Wave) -> None:
    row = checked.table.set_index("id").loc["w3-novelty_reuse-02"]
    whole = bm.test_association(wave, "novelty", "latest_type.process_org", dont_know="keep")
    assert whole.test.shape == (4, 2)
    np.testing.assert_allclose(row["p_value"], whole.test.p_value, rtol=1e-9)
    own = bm.test_association(wave, "novelty.adapted", "latest_type.process_org")
    assert own.test.p_value > 0.05 > row["p_value"]
    assert row["computed_direction"] == "yes > no (whole cross)"


def test_lines_tell_the_published_order_and_the_order_found(checked: Verification) -> None:
    (line,) = claim_lines([each for each in checked.claims if each.claim.id == "w3-sharing-01"])
    assert "significant overall difference: first of its kind > inspired and adapted" in line
    assert "(p < 0.001; first of its kind > copy > inspired and adapted)" in line


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_summary_counts_and_warns_of_synthetic_data(checked: Verification, wave: bm.Wave, lang: Lang) -> None:
    text = checked.summary(lang)
    matched = int(checked.table["matched_by_construction"].sum())
    assert text.startswith(f"176 {'udsagn' if lang == 'da' else 'claims'}: 44 ")
    assert str(matched) in re.findall(r"\d+", text)
    assert ("det beviser intet" if lang == "da" else "evidence of nothing") in text
    assert "synt" not in bm.verify(as_delivery(wave)).summary(lang).lower()
    assert repr(checked) == f"<Verification: {checked.summary('en')}>"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_html_has_a_row_for_each_claim_with_its_verdict(checked: Verification, lang: Lang) -> None:
    html = checked.to_html(lang)
    assert re.findall(r"<tr id='([^']+)'>", html) == checked.table["id"].tolist()
    assert re.findall(r"<span class='verdict (\w+)'>", html) == checked.table["verdict"].tolist()
    assert html.count("(tilpasset)" if lang == "da" else "(by construction)") > 40
    assert "http" not in html


def test_html_escapes_what_a_source_or_a_note_may_hold(checked: Verification) -> None:
    attack = "<script>x</script> & 'q'"
    odd = claim(id=attack, source=attack, reason=Label(attack, attack))
    words = Label(attack, attack)
    computed = ComputedClaim(odd, why_not="record")
    row = dataclasses.replace(checked.claims[0], computed=computed, statement=words, why=words, contradiction=words)
    html = Verification((row,), is_synthetic=False).to_html("en")
    assert "<script" not in html
    assert html.count("&lt;script&gt;x&lt;/script&gt; &amp; &#x27;q&#x27;") == 5


def test_rates_of_the_sample_are_named_for_what_they_are(waves: dict[int, bm.Wave]) -> None:
    found = {row.claim.id: row for row in bm.verify(waves[4]).claims}
    answered, silent = found["w4-survey_response_rate-01"], found["w4-survey_nonresponse-01"]
    assert (answered.statement, silent.statement) == (
        Label("Svarprocent", "Response rate"),
        Label("Bortfald", "Non-response"),
    )
    assert published_text(silent.claim, "en") == "64%"
    assert computed_text(silent.computed, "en")[0] == "64.2%"
    assert (answered.verdict, silent.verdict) == ("reproduced", "reproduced")


def with_few(wave: bm.Wave, column: str, few: int) -> bm.Wave:
    """Return a delivery in which only a few said yes."""
    microdata = wave.microdata.copy()
    microdata.loc[microdata.index[microdata[column] == "yes"][few:], column] = "no"
    return as_delivery(dataclasses.replace(wave, microdata=microdata))


@pytest.mark.parametrize(("few", "gone"), [(4, True), (5, False)])
def test_a_claim_that_rests_on_few_answers_has_no_number(wave: bm.Wave, few: int, gone: bool) -> None:
    checked = bm.verify(with_few(wave, "value.quality", few)).about("value.quality")
    (row,) = (row for row in checked.claims if not row.claim.domain)
    assert [number is None for number in (row.computed.value, row.computed.low, row.computed.high)] == [gone] * 3
    assert (row.verdict, row.why.en) == (
        ("cannot_be_computed", "Suppressed: too few answers stand behind it.") if gone else ("differs", "")
    )
    assert row.computed.n == wave.base_size("innovative")


def test_a_direction_of_few_answers_keeps_its_verdict_alone(wave: bm.Wave) -> None:
    delivered = with_few(wave, "value.quality", 4)
    shown, every = (bm.verify(delivered, policy).about("value.quality").table for policy in ("5", "none"))
    directions = shown["check"] == "direction"
    assert directions.sum() == 5
    assert shown.loc[directions, ["computed", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    assert (shown.loc[directions, "computed_direction"] == "").all()
    assert every["computed"].notna().all()
    assert shown.loc[directions, "verdict"].equals(every.loc[directions, "verdict"])


def test_a_claim_about_a_base_of_few_has_no_number(wave: bm.Wave) -> None:
    few = wave.microdata.groupby("sector", observed=True).head(1).head(4).assign(population=1)
    checked = bm.verify(as_delivery(dataclasses.replace(wave, microdata=few.reset_index(drop=True))))
    bases = checked.table[~checked.table["statistic"].str.endswith("response_rate")]
    assert (bases["computed"].isna() | (bases["computed_n"] == 0)).all()
    assert bases[["ci_low", "ci_high"]].isna().all(axis=None)
