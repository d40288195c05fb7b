"""Models at the edges: groups whose answers do not vary, rounding, crosses, many comparisons, and their words."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer as bm
import barometer.survey as sv
from barometer.errors import ArgumentError, ModelError, UnknownNameError

CERTAIN = {
    "regional_administration": "one_answer",
    "state_administration": "share_zero",
    "state_culture": "share_one",
}


def with_answers(wave: bm.Wave, answers: dict[str, str], where: Any) -> bm.Wave:
    """Return a copy of the wave in which some have other answers."""
    microdata = wave.microdata.copy()
    for column, answer in answers.items():
        microdata.loc[where, column] = answer
    return bm.Wave(wave.record, wave.codebook, microdata, wave.provenance, wave.sampled)


def introduced(wave: bm.Wave) -> list[str]:
    """Columns that decide who is innovative."""
    return [str(name) for name in wave.microdata.columns if str(name).startswith("introduced.")]


@pytest.fixture(scope="module")
def edged(wave: bm.Wave) -> bm.Wave:
    """Wave 3 with one innovative workplace in a sector, a sector of all no, and one of all yes."""
    sector, inside = wave.microdata["sector"], wave.answers.base("innovative")
    alone = np.flatnonzero((sector == "regional_administration") & inside)
    found = with_answers(wave, dict.fromkeys(introduced(wave), "no"), wave.microdata.index[alone[1:]])
    found = with_answers(found, {"shared": "yes"}, wave.microdata.index[alone[:1]])
    found = with_answers(found, {"shared": "no"}, (sector == "state_administration") & inside)
    return with_answers(found, {"shared": "yes"}, (sector == "state_culture") & inside)


@pytest.fixture(scope="module")
def linear(edged: bm.Wave) -> bm.Model:
    return bm.fit_model(edged, "shared ~ sector", family="linear")


@pytest.fixture(scope="module")
def crossed(wave: bm.Wave) -> bm.Model:
    return bm.fit_model(wave, "shared ~ evaluated*size")


def test_groups_whose_answers_do_not_vary_have_a_note_and_no_error(linear: bm.Model) -> None:
    tables = [linear.table, linear.margins("sector").table, linear.compare_margins("sector").table]
    for table in [*tables, linear.marginal_effects().table]:
        rows: Any = table.set_index("level")
        assert rows.loc[list(CERTAIN), "note"].to_dict() == CERTAIN
        empty = [name for name in ("se", "ci_low", "ci_high", "statistic", "p_value", "p_adjusted") if name in rows]
        assert rows.loc[list(CERTAIN), empty].isna().all(axis=None)
        assert rows.loc[list(CERTAIN), "estimate"].notna().all()
        others = rows.drop(index=[*CERTAIN, "municipal_administration"], errors="ignore")
        assert (others["note"] == "").all()
        assert others[["se", "ci_low"]].notna().all(axis=None)
    shares: Any = linear.margins("sector").table.set_index("level")["estimate"]
    assert shares[list(CERTAIN)].tolist() == pytest.approx([1.0, 0.0, 1.0], abs=1e-12)
    assert shares["state_administration"] == 0.0


def test_the_notes_are_those_of_compared_domains(edged: bm.Wave, linear: bm.Model) -> None:
    compared = bm.compare_domains(edged, "shared.yes", by="sector", against="municipal_administration").table
    told: Any = compared.set_index("group")["note"]
    notes: Any = linear.compare_margins("sector").table.set_index("level")["note"]
    assert notes[list(CERTAIN)].to_dict() == told[list(CERTAIN)].to_dict()


def test_a_reference_that_does_not_vary_is_told_in_every_row(edged: bm.Wave, linear: bm.Model) -> None:
    against = linear.compare_margins("sector", versus="state_culture").table
    assert (against["note"] != "").all()
    assert against["p_adjusted"].isna().all()
    assert (against["family_size"] == 0).all()
    model = bm.fit_model(edged, "shared ~ sector", family="linear", reference={"sector": "state_culture"})
    assert (model.table["note"] != "").all()
    test = model.term_tests().iloc[0]
    assert (test["note"], test["df"]) == ("none_tested", 14)
    assert np.isnan(test["statistic"])
    assert "not tested (answers do not vary in the groups or in the reference group" in model.summary("en")


def test_terms_are_tested_without_the_groups_that_do_not_vary(linear: bm.Model) -> None:
    certain = [f"sector[{code}]" for code in CERTAIN]
    columns = [name for name in linear.kernel.names if name not in (*certain, "intercept")]
    expected = sv.test_coefficients(linear.kernel, columns)
    test = linear.term_tests().iloc[0]
    assert (test["statistic"], test["df"], test["p_value"]) == (expected.statistic, 11, expected.p_value)
    assert test["note"] == "some_not_tested"
    assert linear.test_term("sector").note == "some_not_tested"
    assert "Groups whose answers do not vary are left out of the test" in linear.summary("en")
    assert "er ikke med i testen" in linear.summary("da")


def test_a_poisson_model_has_no_error_of_a_share_of_one(edged: bm.Wave) -> None:
    with pytest.raises(ModelError, match=r'"State administration" .*, 144 workplaces\.'):
        bm.fit_model(edged, "shared ~ sector", family="poisson")
    model = bm.fit_model(edged, "shared ~ sector", family="poisson", leave_out={"sector": "state_administration"})
    rows: Any = model.table.set_index("level")
    assert rows.loc["state_culture", "note"] == "share_one"
    assert np.isnan(rows.loc["state_culture", "rate_ratio_low"])
    assert rows.loc["state_culture", "rate_ratio"] > 1.0


def test_cells_of_a_cross_that_do_not_vary_are_told_where_they_are_used(wave: bm.Wave) -> None:
    cell = (wave.microdata["size"] == "small") & (wave.microdata["level"] == "region")
    changed = with_answers(wave, {"shared": "yes"}, cell & wave.answers.base("innovative"))
    model = bm.fit_model(changed, "shared ~ size*level", family="linear", reference={"size": "large"})
    notes: Any = model.table.set_index("level")["note"]
    assert notes["small x region"] == "share_one"
    assert notes["small x state"] == notes["small"] == notes["region"] == ""
    assert model.margins("size").table.set_index("level")["note"].to_dict() == {
        **{"total": "", "small": "share_one", "medium": "", "large": ""},
    }
    cells: Any = model.margins("size:level").table.set_index("level")["note"]
    assert cells[cells != ""].to_dict() == {"small x region": "share_one"}


def test_groups_can_be_left_out(edged: bm.Wave) -> None:
    model = bm.fit_model(edged, "shared ~ sector", leave_out={"sector": list(CERTAIN)})
    inside = edged.answers.base("innovative") & ~edged.microdata["sector"].isin(list(CERTAIN)).to_numpy()
    assert model.n == inside.sum()
    assert model.facts.left_out == 0
    for table in (model.table, model.margins("sector").table):
        assert set(table.set_index("level").loc[list(CERTAIN), "note"]) == {"left_out"}
    shares = bm.estimate_shares(edged, "shared.yes", by="sector")
    row: Any = model.margins("sector").table.set_index("level").loc["state_education"]
    assert row["estimate"] == pytest.approx(shares.row("shared.yes", "state_education")["share"], rel=1e-9)
    assert 'Left out by choice: Sector "Regional administration", Sector "State' in model.summary("en")
    assert "Udeladt efter valg: Delsektor »Regional administration«" in model.summary("da")
    with pytest.raises(UnknownNameError, match="state_culture"):
        bm.fit_model(edged, "shared ~ sector", leave_out={"sector": "state_cultur"})
    with pytest.raises(ArgumentError, match="leave_out"):
        bm.fit_model(edged, "shared ~ sector", leave_out="state_culture")  # type: ignore[arg-type]


def test_the_summary_names_the_extremes_among_all_groups(linear: bm.Model) -> None:
    said = 'go from "State administration" (0.0%; no interval) to "Regional administration" (100.0%; no interval)'
    other = said.replace("Regional administration", "State culture")
    assert said in linear.summary("en") or other in linear.summary("en")
    assert "»Statslig administration« (0,0\u202f%; uden interval)" in linear.summary("da")


def test_the_summary_names_groups_without_an_adjusted_share(wave: bm.Wave) -> None:
    moved = wave.microdata["sector"] == "state_culture"
    model = bm.fit_model(with_answers(wave, {"sector": "state_education"}, moved), "shared ~ sector")
    assert 'Without an adjusted share: "State culture".' in model.summary("en")
    assert "Uden justeret andel: »Statslig kultur«." in model.summary("da")


def test_groups_of_empty_cells_are_said_to_have_no_adjusted_share(wave: bm.Wave) -> None:
    """No innovative region is small or medium: no size has a prediction for everybody but the large ones."""
    region = wave.microdata["level"] == "region"
    changed = with_answers(wave, dict.fromkeys(introduced(wave), "no"), region & (wave.microdata["size"] != "large"))
    model = bm.fit_model(changed, "shared ~ size*level", reference={"size": "large"})
    assert model.margins("size").table["note"].tolist() == ["", "empty_cell", "empty_cell", ""]
    said = model.summary("en")
    assert 'Without an adjusted share: "3-19 employees", "20-49 employees".' in said


def test_a_main_effect_beside_a_cross_is_tested_in_the_reference_group_and_says_so(
    wave: bm.Wave, crossed: bm.Model
) -> None:
    tests: Any = crossed.term_tests().set_index("term")
    assert tests["within"].to_dict() == {
        **{"evaluated.yes": "size[small]", "size": "evaluated.yes[no]", "evaluated.yes:size": ""},
    }
    assert 'Size, where evaluation: evaluated is "No": F(2, 1827)' in crossed.summary("en")
    assert "Størrelse, hvor evaluering: evalueret er »Nej«: F(2; 1827)" in crossed.summary("da")
    other = bm.fit_model(wave, "shared ~ evaluated*size", reference={"evaluated": "yes"}).term_tests()
    assert other.set_index("term").loc["size", "statistic"] > 10 * tests.loc["size", "statistic"]
    plain = bm.fit_model(wave, "shared ~ evaluated + size")
    assert (plain.term_tests()["within"] == "").all()
    assert "where" not in plain.summary("en")


def test_cells_of_a_saturated_cross_have_their_shares(wave: bm.Wave, crossed: bm.Model) -> None:
    shares = bm.estimate_shares(wave, "shared.yes", by=["evaluated.yes", "size"])
    rows: Any = crossed.margins("evaluated:size").table.set_index("level")
    assert len(rows) == 1 + 2 * 3
    for answer in ("yes", "no"):
        for size in ("small", "medium", "large"):
            row, share = rows.loc[f"{answer} x {size}"], shares.row("shared.yes", answer, size)
            assert row["estimate"] == pytest.approx(share["share"], rel=1e-9)
            assert row["se"] == pytest.approx(share["se"], rel=1e-7)
            assert row["observed"] == pytest.approx(share["share"], rel=1e-12)
            assert row["n"] == share["n"]
    pd.testing.assert_frame_equal(crossed.margins(["size", "evaluated"]).table, crossed.margins("evaluated:size").table)
    labels = crossed.margins("evaluated:size").to_frame("da")
    assert labels["Gruppe"].iloc[1] == "Ja x 3-19 ansatte"
    assert set(labels["Led"]) == {"Evaluering: evalueret x Størrelse"}
    compared = crossed.compare_margins("evaluated:size", versus="yes x small").table.set_index("level")
    difference: Any = shares.difference(("no", "large"), ("yes", "small"))
    assert compared.loc["no x large", "estimate"] == pytest.approx(difference.estimate, rel=1e-9)
    assert compared.loc["no x large", "se"] == pytest.approx(difference.se, rel=1e-7)


def test_a_cross_that_is_not_in_the_formula_is_refused_with_what_to_write(wave: bm.Wave) -> None:
    plain = bm.fit_model(wave, "shared ~ evaluated + size")
    with pytest.raises(UnknownNameError, match=re.escape("Write evaluated * size in the formula")):
        plain.margins(["evaluated", "size"])


def test_compared_margins_are_adjusted_as_one_family(wave: bm.Wave) -> None:
    """Of one factor, the p-values and intervals are those of domains compared, but for the degrees of freedom."""
    model = bm.fit_model(wave, "shared ~ sector")
    for adjust in ("holm", "bh", "none"):
        found: Any = model.compare_margins("sector", versus="pairs", adjust=adjust).table
        domains = bm.compare_domains(wave, "shared.yes", by="sector", against="pairs", adjust=adjust).table
        assert found["level"].tolist() == domains["group"].tolist()
        assert found["versus"].tolist() == domains["versus"].tolist()
        assert set(found["family_size"]) == set(domains["family_size"]) == {105}
        np.testing.assert_allclose(found["estimate"], domains["difference"], rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(found["p_adjusted"], domains["p_adjusted"], rtol=0.05, atol=1e-12)
        np.testing.assert_allclose(found["together_low"], domains["together_low"], rtol=1e-2, atol=1e-3)
        expected = sv.adjust_p_values(found["p_value"].to_numpy(), adjust)
        np.testing.assert_array_equal(found["p_adjusted"], expected)
    text = model.compare_margins("sector")
    assert text.adjustment == "holm"
    assert "P-values adjusted by Holm over the comparisons of Sector" in text.text("en")
    assert "P-værdier justeret efter Holm over sammenligningerne af Delsektor" in text.text("da")
    with pytest.raises(ArgumentError, match="adjust: must be one of holm, bh, none"):
        model.compare_margins("sector", adjust="bonferroni")  # type: ignore[arg-type]


def test_a_single_comparison_needs_no_adjustment(wave: bm.Wave) -> None:
    row: Any = bm.fit_model(wave, "shared ~ evaluated + size").compare_margins("evaluated").table.iloc[0]
    assert row["family_size"] == 1
    assert row["p_adjusted"] == row["p_value"]
    assert row["together_low"] == pytest.approx(row["ci_low"], rel=1e-12)


def test_intervals_of_adjusted_shares_stay_between_0_and_1(wave: bm.Wave) -> None:
    """A sector with one no among 45: the symmetric interval would leave 100 %."""
    inside = np.flatnonzero((wave.microdata["sector"] == "state_culture") & wave.answers.base("innovative"))
    changed = with_answers(wave, {"shared": "yes"}, wave.microdata.index[inside[1:]])
    changed = with_answers(changed, {"shared": "no"}, wave.microdata.index[inside[:1]])
    model = bm.fit_model(changed, "shared ~ sector")
    margins = model.margins("sector")
    row: Any = margins.table.set_index("level").loc["state_culture"]
    assert row["estimate"] + 1.96 * row["se"] > 1.0
    assert 0.5 < row["ci_low"] < row["estimate"] < row["ci_high"] < 1.0
    half = sv.t_quantile(float(row["df"]), 0.95) * row["se"] / (row["estimate"] * (1.0 - row["estimate"]))
    odds = np.log(row["estimate"] / (1.0 - row["estimate"])) + half
    assert row["ci_high"] == pytest.approx(1.0 / (1.0 + np.exp(-odds)), rel=1e-12)
    assert "logit scale" in margins.text("en")
    assert "logit" not in bm.fit_model(changed, "shared ~ sector", family="linear").margins("sector").text("en")


def test_the_summary_says_what_became_of_dont_know(wave: bm.Wave) -> None:
    assert "“Don't know” stays in the base." in bm.fit_model(wave, "shared ~ level").summary("en")
    assert "»Ved ikke« er taget ud af basis." in bm.fit_model(wave, "shared ~ level", dont_know="drop").summary("da")


def test_words_are_right(crossed: bm.Model) -> None:
    assert "Standardfejlen omfatter koefficienterne" in crossed.margins("size").text("da")
    assert "Fejlen omfatter" not in crossed.summary("da")


def test_html_shows_per_cent(crossed: bm.Model) -> None:
    shares = crossed.margins("size")._repr_html_()
    row: Any = shares and crossed.margins("size").table.iloc[0]
    assert f"<td>{row['estimate']:.1%}</td>" in shares
    assert f"<td>{row['se']:.1%}</td>" in shares
    differences = crossed.compare_margins("evaluated")._repr_html_()
    assert re.search(r"<td>\+10\.\d points</td>", differences)


def test_a_refused_model_names_groups_and_how_many_but_no_answer(edged: bm.Wave) -> None:
    with pytest.raises(ModelError) as caught:
        bm.fit_model(edged, "shared ~ sector")
    assert caught.value.columns == tuple(f"sector: {code}" for code in ("regional_administration", *list(CERTAIN)[1:]))
    message = str(caught.value)
    assert "Sector \"Regional administration\" ('regional_administration'), 1 workplace;" in message
    assert "Sector \"State administration\" ('state_administration'), 144 workplaces;" in message
    assert "all yes" not in message
    assert "leave_out=" in message
