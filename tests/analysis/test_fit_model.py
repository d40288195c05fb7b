"""Models in the codebook's names: against R on the synthetic wave, by identities, in words, and what is refused."""

import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis.formulas import read_formula
from barometer.errors import ArgumentError, ModelError, UnknownNameError

ORACLE = Path(__file__).parents[1] / "oracle"
FORMULA = "shared ~ evaluated + sector + size"


@pytest.fixture(scope="module")
def model(wave: bm.Wave) -> bm.Model:
    return bm.fit_model(wave, FORMULA)


def answers(quantity: str) -> pd.DataFrame:
    rows = pd.read_csv(ORACLE / "regression_answers.csv", keep_default_na=False)
    found = rows[(rows["design"] == "wave3") & (rows["quantity"] == quantity)]
    return found.assign(value=found["value"].astype(float))


def coded(model: bm.Model, name: str) -> str:
    """R's name of a column or sector, a delivered number, in the codebook's words."""
    if name == "(Intercept)":
        return "intercept"
    if name == "evaluatedyes":
        return "evaluated.yes[yes]"
    factor = "size" if name.startswith("size") else "sector"
    return f"{factor}[{list(model.facts.levels[factor])[int(name.removeprefix(factor)) - 1]}]"


def test_coefficients_covariance_and_df_are_those_of_svyglm(model: bm.Model) -> None:
    expected = answers("coefficient")
    found = dict(zip(model.kernel.names, model.kernel.coefficients, strict=True))
    assert len(expected) == len(found) == 18
    for name, value in zip(expected["first"], expected["value"], strict=True):
        assert found[coded(model, name)] == pytest.approx(value, rel=1e-6)
    covariance = model.covariance()
    for first, second, value in answers("covariance")[["first", "second", "value"]].itertuples(index=False):
        entry = covariance.loc[coded(model, str(first)), coded(model, str(second))]
        assert entry == pytest.approx(value, rel=1e-6, abs=1e-9)
    assert set(model.table["df"]) == {answers("df")["value"].iloc[0]}
    assert model.n == answers("n")["value"].iloc[0]


def test_terms_are_tested_as_by_regtermtest(model: bm.Model) -> None:
    tests = model.term_tests().set_index("term")
    for quantity, column in (("F", "statistic"), ("F_df", "df"), ("F_ddf", "residual_df"), ("F_p", "p_value")):
        for name, value in answers(quantity)[["first", "value"]].itertuples(index=False):
            term = "evaluated.yes" if name == "evaluated" else str(name)
            assert tests.loc[term, column] == pytest.approx(value, rel=1e-5)
    both = model.test_term("size", "sector")
    assert both.df == 16
    assert both == model.test_term("sector", "size")


def test_adjusted_sectors_are_those_of_svypredmeans(model: bm.Model) -> None:
    sectors = list(model.facts.levels["sector"])
    expected = answers("margin")
    margins = model.margins("sector")
    rows = margins.table.set_index("level")
    for place, value in zip(expected["first"].astype(int), expected["value"], strict=True):
        assert rows.loc[sectors[place - 1], "estimate"] == pytest.approx(value, rel=1e-6)
    for population in ("independent", "fixed", "joint"):
        covariance = model.margins("sector", population=population).covariance
        for first, second, value in answers(f"margin_{population}")[["first", "second", "value"]].itertuples(
            index=False
        ):
            one, other = (f"sector[{sectors[int(str(each)) - 1]}]" for each in (first, second))
            assert covariance.loc[one, other] == pytest.approx(value, rel=1e-6, abs=1e-10)


def test_the_table_is_tidy_with_a_row_for_each_reference(wave: bm.Wave, model: bm.Model) -> None:
    assert list(model.table.columns) == [
        *("term", "level", "estimate", "se", "ci_low", "ci_high", "odds_ratio", "odds_ratio_low", "odds_ratio_high"),
        *("statistic", "df", "p_value", "n", "note", "provenance"),
    ]
    assert list(model.table["term"].unique()) == ["intercept", "evaluated.yes", "sector", "size"]
    assert len(model.table) == 1 + 2 + 15 + 3
    reference = model.table[model.table["note"] == "reference"]
    assert list(reference["level"]) == ["no", "municipal_administration", "small"]
    assert set(reference["odds_ratio"]) == {1.0}
    assert model.table.loc[model.table["term"] == "sector", "n"].sum() == model.n
    known = model.table[model.table["note"] == ""]
    np.testing.assert_allclose(np.log(known["odds_ratio_low"]), known["ci_low"], rtol=1e-12)
    assert set(model.table["provenance"]) == {"synthetic"}
    assert "rate_ratio" in bm.fit_model(wave, FORMULA, family="poisson").table
    linear = bm.fit_model(wave, FORMULA, family="linear").table
    assert not [name for name in linear.columns if "ratio" in str(name)]


def test_a_model_of_one_factor_gives_its_shares(wave: bm.Wave) -> None:
    """Nothing is adjusted: adjusted shares, their errors and differences are those of estimate_shares."""
    model = bm.fit_model(wave, "positive_role.private_firms ~ level")
    shares = bm.estimate_shares(wave, "positive_role.private_firms", by="level")
    for population in ("independent", "joint"):
        margins = model.margins("level", population=population).table.set_index("level")
        for level in ("municipality", "region", "state"):
            row = shares.row("positive_role.private_firms", level)
            found = margins.loc[level]
            assert found["estimate"] == pytest.approx(row["share"], rel=1e-9)
            assert found["observed"] == pytest.approx(row["share"], rel=1e-12)
            assert found["se"] == pytest.approx(row["se"], rel=1e-7)
            assert found["n"] == row["n"]
    compared = model.compare_margins("level", versus="state").table.set_index("level")
    difference = shares.difference("region", "state")
    assert compared.loc["region", "estimate"] == pytest.approx(difference.estimate, rel=1e-9)
    assert compared.loc["region", "se"] == pytest.approx(difference.se, rel=1e-7)


def test_the_reference_can_be_chosen_and_changes_no_prediction(wave: bm.Wave, model: bm.Model) -> None:
    other = bm.fit_model(wave, FORMULA, reference={"sector": "state_culture", "evaluated": "yes"})
    table = other.table.set_index(["term", "level"])
    assert table.loc[("sector", "state_culture"), "note"] == "reference"
    assert table.loc[("evaluated.yes", "no"), "estimate"] == pytest.approx(-model.kernel.coefficients[1], rel=1e-8)
    pd.testing.assert_frame_equal(
        other.margins("sector").table, model.margins("sector").table, check_exact=False, rtol=1e-7
    )


def test_crosses_are_made_of_products(wave: bm.Wave) -> None:
    crossed = bm.fit_model(wave, "shared ~ evaluated*level", family="linear")
    assert [":".join(term) for term in crossed.formula.terms] == ["evaluated.yes", "level", "evaluated.yes:level"]
    assert crossed.table["level"].tolist()[-2:] == ["yes x region", "yes x state"]
    margins = crossed.margins("evaluated").table
    # Saturated: a cell's prediction is its weighted share, averaged over the levels of everybody.
    weight, size = wave.microdata["weight"], wave.domain_codes("level")
    innovative = wave.answers.base("innovative")
    yes = wave.domain_codes("evaluated.yes") == 0
    shared = wave.domain_codes("shared.yes") == 0
    cells = [innovative & yes & (size == each) for each in range(3)]
    shares = [weight[cell & shared].sum() / weight[cell].sum() for cell in cells]
    parts = [weight[innovative & (size == each)].sum() / weight[innovative].sum() for each in range(3)]
    by_hand = sum(share * part for share, part in zip(shares, parts, strict=True))
    assert margins.set_index("level").loc["yes", "estimate"] == pytest.approx(by_hand, rel=1e-9)


def test_an_odds_ratio_is_that_of_the_weighted_table(wave: bm.Wave) -> None:
    model = bm.fit_model(wave, "shared ~ evaluated")
    weight = wave.microdata["weight"].to_numpy()
    cells = wave.domain_codes("evaluated.yes") * 2 + wave.domain_codes("shared.yes")
    inside = wave.answers.base("innovative")
    a, b, c, d = np.bincount(cells[inside], weights=weight[inside])
    row = model.table[model.table["level"] == "yes"].iloc[0]
    assert row["odds_ratio"] == pytest.approx(a * d / (b * c), rel=1e-10)
    ratio = bm.fit_model(wave, "shared ~ evaluated", family="poisson").table.iloc[1]["rate_ratio"]
    assert ratio == pytest.approx((a / (a + b)) / (c / (c + d)), rel=1e-10)
    assert bm.fit_model(wave, "shared ~ evaluated", family="linear").table.iloc[1]["estimate"] == pytest.approx(
        a / (a + b) - c / (c + d), rel=1e-10
    )


def test_effects_are_differences_of_adjusted_shares(model: bm.Model) -> None:
    effects = model.marginal_effects()
    assert effects.kind == "effects"
    assert len(effects.table) == 1 + 14 + 2
    margins = model.margins("size").table.set_index("level")["estimate"]
    size = effects.table[effects.table["term"] == "size"].set_index("level")
    assert size.loc["large", "estimate"] == pytest.approx(margins["large"] - margins["small"], rel=1e-12)
    assert size.loc["large", "versus"] == "small"
    compared = model.compare_margins("size", population="fixed").table.set_index("level")
    assert compared.loc["large", "se"] == pytest.approx(size.loc["large", "se"], rel=1e-12)
    total = model.compare_margins("size", versus="total").table
    assert list(total["level"]) == ["small", "medium", "large"]


def test_rows_without_a_factor_are_out_and_counted(wave: bm.Wave) -> None:
    asked = bm.fit_model(wave, "shared ~ technology_use.known + level")
    known = wave.domain_codes("technology_use.known") >= 0
    assert asked.n == (known & wave.answers.base("innovative")).sum()
    assert asked.facts.left_out == wave.base_size("innovative") - asked.n > 0
    assert f"Another {asked.facts.left_out:,} are left out" in asked.summary("en")


def test_the_summary_is_readable_in_both_languages(model: bm.Model) -> None:
    english, danish = model.summary("en"), model.summary("da")
    assert english.startswith('Logistic regression of "Tried to share: yes", wave 3 (2018-2019).')
    assert "1,877 answers" in english
    assert 'Adjusted difference between "Yes" and "No": +10.5 percentage points' in english
    assert "SYNTHETIC DATA" in english
    assert danish.startswith("Logistisk regression af »")
    assert "1.877 svar" in danish
    assert "+10,5 procentpoint" in danish
    assert "SYNTETISKE DATA" in danish
    assert not any(letter in english + danish for letter in "{}")


def test_frames_have_labels_in_both_languages(model: bm.Model) -> None:
    english, danish = model.to_frame("en"), model.to_frame("da")
    assert english["Group"].iloc[3] == "Municipal administration"
    assert danish["Gruppe"].iloc[3] == "Kommunal administration"
    assert danish["Led"].iloc[0] == "Konstant"
    assert model.margins("size").to_frame("da")["Gruppe"].tolist()[0] == "Alle, som de er"
    assert model.compare_margins("size").to_frame("en")["Against"].tolist() == ["3-19 employees"] * 2


def test_every_view_says_synthetic_and_shows_no_row(model: bm.Model) -> None:
    margins = model.margins("sector")
    for view in (repr(model), model._repr_html_(), repr(margins), margins._repr_html_(), model.summary()):
        assert "SYNTHETIC" in view
        assert "0x" not in view
    assert "<table" in model._repr_html_()


def test_a_page_of_margins_has_per_cent_and_one_of_differences_has_points(model: bm.Model) -> None:
    share, change = model.margins("size").table.iloc[1], model.compare_margins("size").table.iloc[1]
    margins, differences = model.margins("size")._repr_html_(), model.compare_margins("size")._repr_html_()
    for name in ("estimate", "se", "ci_low", "ci_high", "observed"):
        assert f"<td>{100 * share[name]:.1f}%</td>" in margins
    assert f"<td>\N{MINUS SIGN}{-100 * change['estimate']:.1f} points</td>" in differences
    assert "Synthetic data" not in margins
    assert "<th>Data</th>" not in margins


def test_a_model_keeps_no_row(wave: bm.Wave, model: bm.Model) -> None:
    def sizes(value: object) -> list[int]:
        if isinstance(value, np.ndarray | pd.DataFrame):
            return [max(value.shape)]
        if is_dataclass(value) and not isinstance(value, bm.codebook().__class__ | type):
            return [size for field in fields(value) for size in sizes(getattr(value, field.name))]
        return []

    found = sizes(model) + sizes(model.margins("sector"))
    assert len(found) > 8
    assert max(found) < 50 < wave.n


@pytest.mark.parametrize(
    ("formula", "error", "said"),
    [
        ("shared ~ evaluatd + sector", UnknownNameError, "evaluated"),
        ("shard ~ sector", UnknownNameError, "shared.yes"),
        ("shared ~ sectr", UnknownNameError, "sector"),
        ("sector ~ size", ArgumentError, "'sector' is a domain"),
        ("shared", ArgumentError, "must have one '~'"),
        ("shared ~ size ~ level", ArgumentError, "must have one '~'"),
        ("shared ~ 1", ArgumentError, "nothing on the right"),
        ("shared ~ size - 1", ArgumentError, "takes out the intercept"),
        ("shared ~ log(size)", ArgumentError, "used as a function"),
        ("shared ~ size + 7", ArgumentError, "holds 7"),
        ("shared ~ (size + level)^9", ArgumentError, "holds 9"),
        ("shared ~ size + size:level", ArgumentError, "write 'size.level', which has them all"),
        ("shared ~ size & level", ArgumentError, "'&' has no meaning here"),
        ("shared ~ size +", ArgumentError, "cannot be read"),
        ("shared ~ shared + size", ArgumentError, "explains 'shared.yes' by itself"),
        ("shared + novelty.first ~ size", ArgumentError, "there are 2 names on the left"),
        ("shared:size ~ level", ArgumentError, "crosses names on the left"),
        (3, ArgumentError, "must be a text"),
    ],
)
def test_formulas_that_cannot_be_read_are_refused(
    wave: bm.Wave, formula: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said.replace("'", ".")):
        bm.fit_model(wave, formula)


def test_formulas_have_the_usual_signs(wave: bm.Wave) -> None:
    def terms(text: str) -> list[str]:
        return [":".join(term) for term in read_formula(f"shared ~ {text}", wave.codebook).terms]

    assert terms("size*level") == ["size", "level", "size:level"]
    assert terms("(size + level + sector)^2 - size:sector") == [
        *("size", "level", "sector", "size:level", "level:sector")
    ]
    assert terms("positive_role.private_firms + size") == ["positive_role.private_firms", "size"]
    assert terms("size + size") == ["size"]


@pytest.mark.parametrize(
    ("formula", "reason", "said"),
    [
        ("shared ~ innovative + size", "constant_column", "'innovative' does not vary"),
        ("innovative ~ shared", "constant_outcome", "same outcome"),
        ("shared ~ sector + level", "collinear", "'level' follows from 'sector', each group of which lies in one"),
        ("innovative ~ level + sector + size", "collinear", "'level' follows from 'sector'"),
    ],
)
def test_models_that_the_data_cannot_answer_say_why(wave: bm.Wave, formula: str, reason: str, said: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        bm.fit_model(wave, formula)
    assert caught.value.reason == reason


def with_answers(wave: bm.Wave, column: str, where: Any, answer: str) -> bm.Wave:
    """Return a copy of the wave in which some have another answer."""
    microdata = wave.microdata.copy()
    microdata.loc[where, column] = answer
    return bm.Wave(wave.record, wave.codebook, microdata, wave.provenance, wave.sampled)


def test_a_group_with_one_outcome_is_named(wave: bm.Wave) -> None:
    inside = (wave.microdata["sector"] == "state_culture") & wave.answers.base("innovative")
    changed = with_answers(wave, "shared", inside, "yes")
    said = r'answers to "Tried to share: yes" do not vary in Sector "State culture" .*, 45 workplaces\.'
    with pytest.raises(ModelError, match=said) as caught:
        bm.fit_model(changed, FORMULA)
    assert "linear" not in str(caught.value)
    assert "leave_out=" in str(caught.value)
    assert (caught.value.reason, caught.value.columns) == ("separated", ("sector: state_culture",))
    assert bm.fit_model(changed, FORMULA, family="linear").n == 1877
    assert bm.fit_model(changed, FORMULA, family="poisson").n == 1877


def test_a_group_without_answers_has_a_row_that_says_so(wave: bm.Wave) -> None:
    elsewhere = wave.microdata["sector"] == "state_culture"
    changed = with_answers(wave, "sector", elsewhere, "state_education")
    found = bm.fit_model(changed, FORMULA)
    row = found.table[found.table["level"] == "state_culture"].iloc[0]
    assert (row["note"], row["n"]) == ("empty_cell", 0)
    assert np.isnan(row["estimate"])
    for table in (found.margins("sector").table, found.compare_margins("sector").table):
        empty = table[table["level"] == "state_culture"].iloc[0]
        assert empty["note"] == "empty_cell"
        assert np.isnan(empty["estimate"])
        assert (table.loc[table["level"] != "state_culture", "note"] == "").all()
    assert found.term_tests().set_index("term").loc["sector", "df"] == 13
    with pytest.raises(ModelError, match=r'reference group "State culture" .*Choose another'):
        bm.fit_model(changed, FORMULA, reference={"sector": "state_culture"})


def test_empty_cells_of_a_cross_are_named(wave: bm.Wave) -> None:
    moved = (wave.microdata["level"] == "region") & (wave.microdata["size"] == "small")
    changed = with_answers(wave, "size", moved, "medium")
    said = 'no workplaces in Size "3-19 employees" and Level of government "Regions"'
    with pytest.raises(ModelError, match=said) as caught:
        bm.fit_model(changed, "shared ~ size*level")
    assert caught.value.reason == "empty_cell"
    found = bm.fit_model(changed, "shared ~ size*level", reference={"size": "large"})
    row = found.table[found.table["level"] == "small x region"].iloc[0]
    assert (row["note"], row["n"]) == ("empty_cell", 0)
    margins = found.margins("size").table.set_index("level")
    assert margins["note"].to_dict() == {"total": "", "small": "empty_cell", "medium": "", "large": ""}


def test_choices_and_names_that_do_not_exist_are_refused(wave: bm.Wave, model: bm.Model) -> None:
    with pytest.raises(ArgumentError, match="family: must be one of logistic, linear, poisson"):
        bm.fit_model(wave, FORMULA, family="logit")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="dont_know"):
        bm.fit_model(wave, FORMULA, dont_know="ignore")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="confidence"):
        bm.fit_model(wave, FORMULA, confidence=95)
    with pytest.raises(ArgumentError, match="wave: must be a wave"):
        bm.fit_model("wave", FORMULA)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="'large'"):
        bm.fit_model(wave, FORMULA, reference={"size": "larg"})
    with pytest.raises(UnknownNameError, match="factor in this formula 'level'"):
        bm.fit_model(wave, FORMULA, reference={"level": "state"})
    with pytest.raises(UnknownNameError, match="term in this model 'level'"):
        model.test_term("level")
    with pytest.raises(UnknownNameError, match="factor in this model 'level'"):
        model.margins("level")
    with pytest.raises(UnknownNameError, match="group of 'size' 'huge'"):
        model.compare_margins("size", versus="huge")
    with pytest.raises(ArgumentError, match="population"):
        model.margins("size", population="all")  # type: ignore[arg-type]


def test_the_rule_for_dont_know_is_that_of_shares(wave: bm.Wave) -> None:
    kept = bm.fit_model(wave, "shared ~ level", dont_know="keep")
    dropped = bm.fit_model(wave, "shared ~ level", dont_know="drop")
    for rule, found in (("keep", kept), ("drop", dropped)):
        shares = bm.estimate_shares(wave, "shared.yes", dont_know=rule)  # type: ignore[arg-type]
        assert found.n == shares.table["n"].iloc[0]
        assert found.margins("level").table["estimate"].iloc[0] == pytest.approx(shares.table["share"].iloc[0])
    assert dropped.n < kept.n


def test_a_wider_confidence_widens_every_interval(wave: bm.Wave, model: bm.Model) -> None:
    wide = bm.fit_model(wave, FORMULA, confidence=0.99)
    known = model.table["note"] == ""
    assert (wide.table["ci_low"][known] < model.table["ci_low"][known]).all()
    first, second = wide.margins("size").table, model.margins("size").table
    assert (first["ci_high"] > second["ci_high"]).all()


def test_the_parser_is_imported_by_a_model_only() -> None:
    code = "import sys, barometer; sys.exit(any(name.split('.')[0] == 'formulaic' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
