"""The public call: what it returns, what it says of itself, what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import barometer as bm
from barometer.errors import ArgumentError, UnknownNameError

COLUMNS = ["share", "se", "ci_low", "ci_high", "df", "n", "weighted_base", "note", "provenance"]


def test_the_table_is_tidy_with_the_total_first(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, ["innovative", "positive_role.citizens"], by="level")
    assert list(found.table.columns) == ["indicator", "level", "base", "dont_know", *COLUMNS]
    assert list(found.table["level"]) == ["total", "municipality", "region", "state"] * 2
    assert list(found.table["indicator"].unique()) == ["innovative", "positive_role.citizens"]


def test_a_share_is_the_ratio_of_weight_sums(wave: bm.Wave) -> None:
    """By hand from the microdata, without the kernel."""
    microdata = wave.microdata
    innovative = microdata["novelty"].notna()
    reused = microdata["novelty"].isin(["adapted", "copy"])
    state = microdata["level"] == "state"
    weight = microdata["weight"]
    row = bm.estimate_shares(wave, "novelty.reused", by="level").row("novelty.reused", "state")
    assert row["share"] == pytest.approx(weight[reused & state].sum() / weight[innovative & state].sum(), rel=1e-12)
    assert row["n"] == (innovative & state).sum()
    assert row["weighted_base"] == pytest.approx(weight[innovative & state].sum())


def test_the_total_does_not_depend_on_the_domain(wave: bm.Wave) -> None:
    alone = bm.estimate_shares(wave, "shared.yes").row("shared.yes")
    for by in ("level", "sector", "novelty_level", "positive_role.citizens"):
        total = bm.estimate_shares(wave, "shared.yes", by=by).row("shared.yes", "total")
        pd.testing.assert_series_equal(total[COLUMNS], alone[COLUMNS], check_names=False, check_exact=False, rtol=1e-12)


def test_answers_of_a_single_question_sum_to_one(wave: bm.Wave) -> None:
    for question in ("novelty", "evaluated", "technology", "core_task"):
        assert bm.estimate_shares(wave, question).table["share"].sum() == pytest.approx(1.0)


def test_groups_without_answers_are_rows_that_say_so(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "innovation_work.yes", by="innovative")
    row = found.row("innovation_work.yes", "yes")
    assert row["n"] == 0
    assert np.isnan(row["share"])
    assert row["note"] == "empty_base"


def test_a_share_of_one_has_an_empty_interval_with_its_reason(wave: bm.Wave) -> None:
    row = bm.estimate_shares(wave, "innovative", by="innovative").row("innovative", "yes")
    assert row["share"] == 1.0
    assert row["se"] == 0.0
    assert np.isnan(row["ci_low"])
    assert row["note"] == "share_one"


def test_a_cross_has_the_groups_that_occur(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "innovative", by=["level", "sector"])
    assert len(found.table) == 1 + 15
    assert found.row("innovative", "state", "state_culture")["n"] == found.table["n"].iloc[-1]


def test_df_of_the_design_narrows_a_thin_group(wave: bm.Wave) -> None:
    domain = bm.estimate_shares(wave, "innovative", by="sector").row("innovative", "regional_administration")
    design = bm.estimate_shares(wave, "innovative", by="sector", df="design").row(
        "innovative", "regional_administration"
    )
    assert domain["df"] == domain["n"] - 3
    assert design["df"] == 2271 - 45
    assert design["ci_high"] < domain["ci_high"]
    assert design["se"] == domain["se"]


def test_dont_know_rules_move_the_base_and_are_reported(wave: bm.Wave) -> None:
    def row(rule: str) -> pd.Series:
        return bm.estimate_shares(wave, "novelty.reused", dont_know=rule).table.iloc[0]  # type: ignore[arg-type]

    assert (row("keep")["n"], row("drop")["n"]) == (1877, 1704)
    assert row("drop")["share"] == pytest.approx(
        row("keep")["share"] / bm.estimate_shares(wave, "novelty.known").table["share"][0]
    )
    assert row("keep")["dont_know"] == "keep"
    assert row("drop")["dont_know"] == "drop"


def test_merging_dont_know_moves_the_negative_answer_only(wave: bm.Wave) -> None:
    kept = bm.estimate_shares(wave, ["shared.yes", "shared.no", "shared.dont_know"]).table["share"]
    merged = bm.estimate_shares(wave, ["shared.yes", "shared.no"], dont_know="no").table["share"]
    assert merged[0] == kept[0]
    assert merged[1] == pytest.approx(kept[1] + kept[2])


def test_merging_with_disagreement_takes_not_relevant_along(wave: bm.Wave) -> None:
    names = [f"culture.time.{code}" for code in ("disagree", "dont_know", "not_relevant")]
    kept = bm.estimate_shares(wave, names).table["share"]
    merged = bm.estimate_shares(wave, "culture.time.disagree", dont_know="disagree").table["share"]
    assert merged[0] == pytest.approx(kept.sum())


def test_confidence_is_used_and_reported(wave: bm.Wave) -> None:
    narrow = bm.estimate_shares(wave, "innovative", confidence=0.8)
    wide = bm.estimate_shares(wave, "innovative", confidence=0.99)
    assert wide.table["ci_low"][0] < narrow.table["ci_low"][0]
    assert "99%" in wide.method.text("en")


def test_another_interval_is_used_and_reported_and_answers_at_a_share_of_one(wave: bm.Wave) -> None:
    """Wilson's lower end at a share of one is n / (n + t^2), by hand."""
    found = bm.estimate_shares(wave, "innovative", by="innovative", interval="wilson", df="design")
    row = found.row("innovative", "yes")
    t = stats.t.ppf(0.975, 2226)
    assert row["ci_low"] == pytest.approx(row["n"] / (row["n"] + t**2), rel=1e-12)
    assert (row["ci_high"], row["note"]) == (1.0, "share_one")
    assert "Wilson" in found.method.text("en")
    assert "efter Wilson" in found.method.text("da")


def test_the_method_says_design_df_and_that_the_data_are_synthetic(wave: bm.Wave) -> None:
    method = bm.estimate_shares(wave, "innovative").method
    assert (method.strata, method.design_df, method.df_rule) == (45, 2226, "domain")
    assert "Synthetic data" in method.text("en")
    assert "Syntetiske data" in method.text("da")


def test_labels_in_both_languages(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "innovative", by="level")
    danish = found.to_frame("da")
    assert list(danish["Forvaltningsniveau"]) == ["Alle", "Kommuner", "Regioner", "Staten"]
    assert danish["Indikator"][0] == "Innovative arbejdspladser"
    assert list(found.to_frame("en")["Level of government"])[1:] == ["Municipalities", "Regions", "The state"]
    assert danish["Andel"].dtype == np.float64


def test_repr_and_html_say_synthetic_and_hold_no_address(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "positive_role", by="level")
    html = found._repr_html_()
    assert "SYNTHETIC" in repr(found)
    assert "Synthetic data" in html
    assert "0x" not in repr(found)
    assert repr(found) == repr(bm.estimate_shares(wave, "positive_role", by="level"))


def test_covariance_names_its_indicator(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, ["innovative", "shared.yes"], by="level")
    with pytest.raises(ArgumentError, match="there are 2; name one"):
        found.covariance()
    matrix = found.covariance("innovative")
    assert list(matrix.columns) == ["total", "municipality", "region", "state"]
    np.testing.assert_allclose(np.diag(matrix), found.table["se"][:4] ** 2, rtol=1e-10)


def test_strata_lie_inside_levels_so_levels_are_independent(wave: bm.Wave) -> None:
    matrix = bm.estimate_shares(wave, "innovative", by="level").covariance().to_numpy()
    total, region, state = 0, 2, 3
    assert matrix[state, region] == 0.0
    assert matrix[state, total] > 0.0


def test_a_difference_uses_the_covariance(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "value.quality", by="positive_role.citizens")
    matrix, shares = found.covariance().to_numpy(), found.table["share"].to_numpy(np.float64)
    yes, no = 1, 2
    difference = found.difference("yes", "no")
    assert difference.estimate == pytest.approx(shares[yes] - shares[no])
    assert difference.se == pytest.approx(np.sqrt(matrix[yes, yes] + matrix[no, no] - 2 * matrix[yes, no]))
    assert difference.df == 2226
    assert difference.ci_low < difference.estimate < difference.ci_high
    assert "percentage points" in repr(difference)


def test_a_difference_from_the_total_knows_that_the_total_contains_the_group(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "innovative", by="level")
    difference = found.difference("municipality")
    naive = np.hypot(*found.table["se"].iloc[:2])
    assert difference.versus == "total"
    assert difference.se < naive


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"indicators": "positive_role.citizen"}, UnknownNameError, "Did you mean 'positive_role.citizens'"),
        ({"indicators": "citizens"}, UnknownNameError, "positive_role.citizens|citizens"),
        ({"indicators": "innovative", "by": "sektor"}, UnknownNameError, "Did you mean 'sector'"),
        ({"indicators": "innovative", "by": ["level", "level"]}, ArgumentError, "same domain twice"),
        ({"indicators": "innovative", "confidence": 95}, ArgumentError, "between 0 and 1"),
        ({"indicators": "innovative", "dont_know": "dorp"}, ArgumentError, "keep, drop, no, disagree"),
        ({"indicators": "innovative", "df": "none"}, ArgumentError, "domain, design"),
        ({"indicators": "innovative", "interval": "wilsn"}, ArgumentError, "interval: must be one of logit, .*wilson"),
        ({"indicators": []}, ArgumentError, "no indicator"),
    ],
)
def test_mistakes_are_told_with_what_to_do(
    wave: bm.Wave, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        bm.estimate_shares(wave, **arguments)  # type: ignore[arg-type]


def test_a_group_that_is_not_there_is_told_with_those_that_are(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "innovative", by="level")
    with pytest.raises(UnknownNameError, match="'state'"):
        found.row("innovative", "stat")
    with pytest.raises(UnknownNameError, match="indicator in this result"):
        found.row("shared.yes")


def test_what_is_made_of_synthetic_data_says_so_everywhere(wave: bm.Wave) -> None:
    shares = bm.estimate_shares(wave, "innovative", by="level")
    difference = shares.difference("state", "municipality")
    assert difference.is_synthetic
    assert repr(difference).endswith("Synthetic data: not answers from the survey.")
    assert set(shares.confint()["provenance"]) == {"synthetic"}
    assert shares.covariance().attrs == {"provenance": "synthetic"}
