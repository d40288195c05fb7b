"""Two answers of a wave crossed: what a name stands for, which rule for don't know was used, and what is said."""

import dataclasses
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

import barometer as bm
import barometer.survey as sv
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, UnknownNameError

ORACLE = Path(__file__).parents[1] / "oracle"


def keep(wave: bm.Wave, rows: "pd.Series[bool]") -> bm.Wave:
    """A part of a wave, each stratum left with one answer taken whole."""
    kept = wave.microdata[rows.to_numpy()].reset_index(drop=True)
    counts = kept.groupby(["sector", "size"], observed=True)["id"].transform("count").to_numpy()
    kept["population"] = np.where(counts == 1, 1, kept["population"])
    return dataclasses.replace(wave, microdata=kept)


@pytest.fixture(scope="module")
def found(wave: bm.Wave) -> bm.Association:
    return bm.test_association(wave, "shared", "evaluated", dont_know="drop")


def test_the_test_is_the_kernels_on_the_arrays_of_the_wave(wave: bm.Wave, found: bm.Association) -> None:
    frame = wave.microdata
    shared = frame["shared"].map({"yes": 1.0, "no": 0.0}).astype(float)
    evaluated = frame["evaluated"].map({"internal": 1.0, "external_help": 1.0, "planned": 0.0, "no": 0.0}).astype(float)
    strata = frame["sector"].astype(str) + " x " + frame["size"].astype(str)
    design = sv.declare_design(frame["weight"], strata, population=frame["population"])
    expected = sv.test_association(sv.count_cells(design, shared, evaluated))
    np.testing.assert_allclose(found.test.p_value, expected.p_value, rtol=1e-9)
    np.testing.assert_allclose(found.test.statistic, expected.statistic, rtol=1e-9)
    assert found.test.n == int((shared.notna() & evaluated.notna()).sum())


CROSSES: dict[str, tuple[str, str, Any]] = {
    "shared_evaluated_keep": ("shared", "evaluated", "record"),
    "shared_evaluated_drop": ("shared", "evaluated", "drop"),
    "shared_evaluation_level": ("shared", "evaluation_level", "record"),
    "novelty_size": ("novelty", "size", "record"),
    "risk_level": ("culture.risk", "level", "record"),
    "citizens_sector": ("positive_role.citizens", "sector", "record"),
}


@pytest.mark.parametrize("cross", CROSSES)
def test_tests_of_the_wave_are_those_of_svychisq_on_the_delivered_file(wave: bm.Wave, cross: str) -> None:
    rows, columns, rule = CROSSES[cross]
    stored = pd.read_csv(ORACLE / "association_wave3.csv")
    for row in stored[stored["cross"] == cross].to_dict("records"):
        found = bm.test_association(wave, rows, columns, test=row["statistic"], dont_know=rule).test
        np.testing.assert_allclose(found.statistic, row["value"], rtol=1e-8)
        expected, tolerance = (row["p_value"], 1e-8) if np.isnan(row["solved"]) else (row["solved"], 1e-6)
        np.testing.assert_allclose(found.p_value, expected, rtol=tolerance)


def test_column_shares_are_those_of_estimate_shares(wave: bm.Wave) -> None:
    table = bm.test_association(wave, "positive_role.citizens", "size").shares("column").query("row == 'yes'")
    shares = bm.estimate_shares(wave, "positive_role.citizens", by="size").table.iloc[1:]
    for name in ("share", "se", "ci_low", "ci_high", "df", "n"):
        np.testing.assert_allclose(table[name].to_numpy(), shares[name].to_numpy(), rtol=1e-9)
    assert table["column"].tolist() == shares["size"].tolist()


@pytest.mark.parametrize("of", get_args(sv.SharesOf))
def test_shares_of_each_kind_add_up(found: bm.Association, of: sv.SharesOf) -> None:
    table = found.shares(of)
    groups = {"row": ["row"], "column": ["column"], "total": ["provenance"]}[of]
    np.testing.assert_allclose(table.groupby(groups)["share"].sum(), 1.0)
    assert table["count"].sum() == found.test.n


@pytest.mark.parametrize(
    ("name", "kind", "codes"),
    [
        ("shared", "indicator", ("yes", "no")),
        ("shared.yes", "indicator", ("yes", "no")),
        ("evaluated", "indicator", ("yes", "no")),
        ("evaluated.*", "answers", ("internal", "external_help", "planned", "no")),
        ("novelty", "answers", ("first", "adapted", "copy")),
        ("culture.risk", "answers", ("disagree_fully", "disagree_partly", "agree_partly", "agree_fully")),
        ("level", "domain", ("municipality", "region", "state")),
        ("curiosity", "domain", ("agree_fully", "agree_partly", "not_agree")),
    ],
)
def test_what_a_name_stands_for(wave: bm.Wave, name: str, kind: str, codes: tuple[str, ...]) -> None:
    rows = bm.test_association(wave, name, "size").rows
    assert (rows.kind, rows.codes) == (kind, codes)


@pytest.mark.parametrize(
    ("rule", "used", "n", "danish"),
    [
        ("record", "keep", 1877, "»Ved ikke« indgår i basis."),
        ("keep", "keep", 1877, "»Ved ikke« indgår i basis."),
        ("drop", "drop", 1747, "»Ved ikke« er taget ud af basis."),
        ("no", "no", 1877, "»Ved ikke« er regnet med til »nej«."),
    ],
)
def test_the_rule_for_dont_know_is_part_of_the_answer(wave: bm.Wave, rule: Any, used: str, n: int, danish: str) -> None:
    found = bm.test_association(wave, "shared", "evaluated", dont_know=rule)
    row = found.table.iloc[0]
    assert (row["rows_dont_know"], row["columns_dont_know"], row["n"]) == (used, used, n)
    assert danish in found.sentence("da")


def test_the_bases_of_both_answers_are_told(wave: bm.Wave) -> None:
    row = bm.test_association(wave, "technology_use.new", "level").table.iloc[0]
    assert (row["rows_base"], row["columns_base"], row["n"]) == ("technological", "all", 733)
    frame = bm.test_association(wave, "shared", "novelty_level").to_frame("en")
    assert frame["Base of the answer"].item() == "innovative workplaces, latest innovation"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("shared", "Tried to share"),
        ("introduced.product", "Innovations introduced: products"),
        ("novelty", "Novelty"),
        ("novelty.first", "Novelty: first, as far as is known"),
        ("level", "Level of government"),
    ],
)
def test_labels_say_what_was_crossed(wave: bm.Wave, name: str, label: str) -> None:
    assert bm.test_association(wave, name, "size").rows.label.en == label


def test_two_rules_are_told_apart(wave: bm.Wave) -> None:
    text = bm.test_association(wave, "shared", "evaluation_level").sentence("en")
    assert (
        "Tried to share: “Don't know” stays in the base; Degree of evaluation: “Don't know” is counted with “no”."
        in text
    )


def test_dont_know_can_stay_as_an_answer_or_move_to_the_negative_one(wave: bm.Wave) -> None:
    kept = bm.test_association(wave, "core_task", "size", dont_know="keep")
    assert kept.rows.codes == ("current", "future", "no", "dont_know")
    moved = bm.test_association(wave, "core_task", "size", dont_know="no")
    assert moved.rows.codes == ("current", "future", "no")
    assert moved.kernel.n[2].sum() == kept.kernel.n[2:].sum()
    dropped = bm.test_association(wave, "core_task", "size")
    assert dropped.test.n == kept.test.n - kept.kernel.n[3].sum()
    assert "not relevant" in bm.test_association(wave, "culture.risk", "size").sentence("en")


def test_the_sentence_says_the_test_the_shares_and_that_data_are_synthetic(found: bm.Association) -> None:
    shares = found.shares("column").query("row == 'yes'")["share"]
    english, danish = found.sentence("en"), found.sentence("da")
    assert english.startswith("'Tried to share' is associated with 'Evaluation': F(1, 1702) = ")
    told = ", ".join(f"{group} {100 * share:.1f}%" for share, group in zip(shares, ("Yes", "No"), strict=True))
    assert f"'Tried to share': Yes, by 'Evaluation': {told}." in english
    assert english.endswith("“Don't know” is taken out of the base. Synthetic data: not answers from the survey.")
    assert danish.startswith("»Forsøgt delt« hænger sammen med »Evaluering«: F(1; 1702) = ")
    assert danish.endswith("Syntetiske data: ikke svar fra undersøgelsen.")


def test_no_association_is_said_as_such_and_many_groups_are_not_listed(wave: bm.Wave) -> None:
    nothing = bm.test_association(wave, "shared", "size")
    assert nothing.test.p_value > 0.05
    assert nothing.sentence("en").startswith("No association was found between 'Tried to share' and 'Size': F(")
    assert nothing.sentence("da").startswith("Der er ikke fundet en sammenhæng mellem »Forsøgt delt« og »Størrelse«")
    assert "by 'Sector':" not in bm.test_association(wave, "shared", "sector").sentence("en")


@pytest.mark.parametrize("test", get_args(sv.AssociationStatistic))
def test_every_statistic_can_be_asked_for(wave: bm.Wave, test: sv.AssociationStatistic) -> None:
    found = bm.test_association(wave, "shared", "level", test=test)
    assert found.table["test"].item() == test
    assert 0.0 < found.test.p_value < 1.0
    assert found.to_frame("da")["Test"].item()


def test_the_difference_between_two_groups_has_the_interval(found: bm.Association) -> None:
    shares = found.shares("column").query("row == 'yes'")["share"].to_numpy()
    difference = found.difference("yes", "no")
    np.testing.assert_allclose(difference.estimate, shares[0] - shares[1], rtol=1e-10)
    assert difference.ci_low < difference.estimate < difference.ci_high
    other = found.difference("yes", "no", category="no")
    np.testing.assert_allclose([other.estimate, other.se], [-difference.estimate, difference.se], rtol=1e-9)
    with pytest.raises(UnknownNameError, match="column of this table"):
        found.difference("yes", "dont_know")
    assert not {"ci_low", "ci_high"} & set(found.table.columns)


@pytest.mark.parametrize(("rows", "columns"), [("shared", "evaluated"), ("positive_role.private_firms", "sector")])
def test_a_difference_is_that_of_compare_domains(wave: bm.Wave, rows: str, columns: str) -> None:
    found = bm.test_association(wave, rows, columns, dont_know="keep")
    first, second = found.columns.codes[:2]
    one = found.difference(first, second)
    by = "evaluated.yes" if columns == "evaluated" else columns
    many = bm.compare_domains(wave, found.rows.name, by=by, against=second, dont_know="keep").row(
        found.rows.name, first
    )
    assert one.note == many["note"]
    for name, column in (("estimate", "difference"), ("se", "se"), ("ci_low", "ci_low"), ("p_value", "p_value")):
        np.testing.assert_allclose(getattr(one, name), many[column], rtol=1e-9)


def test_a_difference_at_an_edge_is_not_tested_and_says_why(wave: bm.Wave) -> None:
    """A share of 0 or 1, a single answer and an empty group were taken for certain knowledge."""
    frame = wave.microdata
    regions = frame.index[(frame["level"] == "region") & frame["shared"].notna()]
    rows = pd.Series((frame["level"] == "municipality") | (frame.index == regions[0]))
    found = bm.test_association(keep(wave, rows), "shared", "level")
    one, nobody = found.difference("region", "municipality"), found.difference("state", "municipality")
    assert (one.note, nobody.note) == ("one_answer", "empty_base")
    for difference in (one, nobody):
        assert np.isnan([difference.p_value, difference.ci_low, difference.ci_high]).all()
        assert "nan" not in repr(difference) + difference._repr_html_() + difference.sentence("da")
    assert "not tested (a single answer in one of the two: no test)" in one.sentence("en")
    assert nobody.sentence("da").startswith(
        "Forsøgt delt: ja. Forvaltningsniveau: Staten minus Kommuner: ikke testet (ingen i basis i"
    )
    edge = bm.test_association(keep(wave, (frame["level"] != "region") | (frame["shared"] == "yes")), "shared", "level")
    assert edge.difference("region", "state").note == "share_one"


def test_a_trend_goes_along_ordered_answers(wave: bm.Wave) -> None:
    trend = bm.test_association(wave, "shared", "evaluation_level").trend()
    frame = wave.microdata[wave.microdata["shared"].notna()]
    assert trend.kernel.n == len(frame)
    assert trend.table["slope"].item() > 0.0
    assert "percentage points a step" in trend.sentence("en")
    assert (
        "Trin: Ikke evalueret (inkl. ved ikke) → Evalueret internt → Evalueret med ekstern bistand."
        in trend.sentence("da")
    )
    assert "SYNTHETIC" in repr(trend)
    assert trend.to_frame("da")["Ændring pr. trin"].item() == trend.kernel.slope
    assert "Synthetic data" in trend._repr_html_()


def test_yes_is_above_no_whichever_stands_first(found: bm.Association) -> None:
    difference = found.difference("yes", "no")
    np.testing.assert_allclose(found.trend().kernel.slope, difference.estimate, rtol=1e-9)


@pytest.mark.parametrize(
    ("rows", "columns", "rule", "argument"),
    [
        ("shared", "sector", "record", "columns"),
        ("novelty", "size", "keep", "rows"),
        ("industry", "size", "record", "rows"),
    ],
)
def test_answers_without_an_order_have_no_trend(
    wave: bm.Wave, rows: str, columns: str, rule: Any, argument: str
) -> None:
    with pytest.raises(ArgumentError, match="has no order") as caught:
        bm.test_association(wave, rows, columns, dont_know=rule).trend()
    assert caught.value.argument == argument


def test_an_answer_that_everybody_gave_is_not_tested_and_says_why(wave: bm.Wave) -> None:
    part = keep(wave, wave.microdata["shared"] == "yes")
    found = bm.test_association(part, "shared", "size")
    assert found.table["note"].item() == found.test.note == "one_row"
    assert found.sentence("en").startswith(
        "'Tried to share' and 'Size' were not tested: Everybody gave the same answer"
    )
    assert found.to_frame("da")["Bemærkning"].item() == "Alle har samme svar: intet at teste"
    assert set(found.shares("column")["note"]) == {"share_one", "share_zero"}
    assert "Everybody gave the same answer" in repr(found)
    assert "no Cramér's V with a single row or column" in repr(found)
    assert "V with a single row or column" in found._repr_html_()
    assert "nan" not in repr(found) + found._repr_html_()
    assert found.trend().kernel.note == "one_row"


@pytest.mark.parametrize("test", get_args(sv.AssociationStatistic))
def test_an_answer_that_follows_from_the_other_is_not_tested_whichever_the_test(
    wave: bm.Wave, test: sv.AssociationStatistic
) -> None:
    found = bm.test_association(wave, "level", "sector", test=test)
    assert found.test.note == "determined"
    assert np.isnan(found.test.p_value)
    assert found.test.cramers_v == pytest.approx(1.0)
    assert "One answer follows from the other: nothing to test" in found.sentence("en")
    assert bm.test_association(wave, "sector", "level", test=test).test.note == "determined"


def test_each_degrees_of_freedom_has_its_rule_in_words(wave: bm.Wave) -> None:
    found = bm.test_association(wave, "shared", "evaluated", dont_know="drop")
    inside = "answers in the table less their strata"
    f = f"Degrees of freedom: numerator by Rao and Scott; denominator {inside}, times the numerator."
    assert f in found.sentence("en")
    assert f.rstrip(".") in repr(found)
    assert f in found._repr_html_()
    assert f"Degrees of freedom: {inside}, less 1." in found.trend().sentence("en")
    assert "Degrees of freedom: all answers less all strata." in found.difference("yes", "no").sentence("en")
    assert "Frihedsgrader: svar i tabellen minus deres strata, minus 1." in found.trend().sentence("da")
    assert found.test.ddf == pytest.approx(found.test.ndf * found.kernel.cells.df)
    assert found.trend().kernel.df == found.kernel.cells.df - 1
    wald = bm.test_association(wave, "shared", "level", test="adjWald")
    assert wald.test.ddf == wald.kernel.cells.df - wald.test.ndf + 1
    assert f"denominator {inside}, less the numerator, plus 1" in wald.sentence("en")


def test_a_group_with_one_workplace_is_shown_with_the_reason_and_an_empty_one_too(wave: bm.Wave) -> None:
    frame = wave.microdata
    regions = frame.index[(frame["level"] == "region") & frame["shared"].notna()]
    rows = pd.Series((frame["level"] == "municipality") | (frame.index == regions[0]))
    found = bm.test_association(keep(wave, rows), "shared", "level")
    shares = found.shares("column")
    alone, empty = shares.query("column == 'region'"), shares.query("column == 'state'")
    assert alone["n"].tolist() == [1, 1]
    assert set(alone["note"]) == {"share_zero", "share_one"}
    assert set(empty["note"]) == {"empty_base"}
    assert found.test.shape == (2, 2)
    assert 0.0 <= found.test.p_value <= 1.0


@pytest.mark.parametrize(
    ("rows", "columns", "options", "error", "said"),
    [
        ("share", "size", {}, UnknownNameError, "Did you mean 'shared'"),
        ("partner", "size", {}, ArgumentError, "its answers are ticks: name one"),
        ("culture", "size", {}, ArgumentError, "it has several rows: name one"),
        ("shared", "shared.yes", {}, ArgumentError, "is in the rows already"),
        ("shared", "size", {"test": "G"}, ArgumentError, "must be one of F, Chisq"),
        ("shared", "size", {"dont_know": "perhaps"}, ArgumentError, "must be one of record"),
        ("shared", "size", {"df": "rank"}, ArgumentError, "must be one of domain, design"),
        ("shared", "size", {"interval": "exact"}, ArgumentError, "must be one of logit"),
        ("shared", "size", {"confidence": 95}, ArgumentError, "between 0 and 1"),
        ("novelty", "size", {"dont_know": "no"}, ArgumentError, "needs one negative answer"),
        (3, "size", {}, ArgumentError, "must be a name"),
        ("shared", "innovation_work", {}, ArgumentError, "nobody has an answer to both"),
    ],
)
def test_what_cannot_be_crossed_is_refused(
    wave: bm.Wave, rows: Any, columns: str, options: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        bm.test_association(wave, rows, columns, **options)


def test_only_a_wave_is_crossed() -> None:
    with pytest.raises(ArgumentError, match="must be a wave"):
        bm.test_association("wave 3", "shared", "size")  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", get_args(Lang))
def test_frames_are_in_words_of_one_language(found: bm.Association, lang: Lang) -> None:
    frame, shares = found.to_frame(lang), found.shares_frame(lang)
    assert not {"rows", "ndf", "p_value", "cramers_v", "provenance"} & set(frame.columns)
    assert frame.iloc[0, 0] == ("Forsøgt delt" if lang == "da" else "Tried to share")
    assert shares.columns[2] == ("Svar i cellen" if lang == "da" else "Answers in the cell")
    assert shares.iloc[0, 0] == ("Ja" if lang == "da" else "Yes")
    assert list(found.shares_frame(lang, "row").columns)[4] == (
        "Andel af rækken" if lang == "da" else "Share of the row"
    )


def test_what_is_shown_says_synthetic_and_holds_no_workplace(found: bm.Association) -> None:
    html = found._repr_html_()
    assert "SYNTHETIC" in repr(found)
    assert "Synthetic data" in html
    assert "Cramér" in html
    assert f"{100 * found.shares('column')['share'].iloc[0]:.1f}%" in html
    assert found.table["provenance"].item() == "synthetic"


def test_delivered_data_are_not_called_synthetic(wave: bm.Wave) -> None:
    delivered = dataclasses.replace(wave, provenance=dataclasses.replace(wave.provenance, kind="delivery"))
    found = bm.test_association(delivered, "shared", "size")
    for text in (found.sentence("en"), repr(found), found._repr_html_(), repr(found.trend())):
        assert "synthetic" not in text.lower()
    assert found.to_frame("en")["Data"].item() == "Delivered data"


def test_a_result_keeps_no_row(wave: bm.Wave) -> None:
    found = bm.test_association(wave, "novelty", "size")
    for held in (found, found.rows, found.columns, found.kernel, found.kernel.cells, found.test, found.trend()):
        for field in dataclasses.fields(held):
            value = getattr(held, field.name)
            assert not (isinstance(value, np.ndarray) and wave.n in value.shape)


def test_all_waves_can_be_asked(waves: dict[int, bm.Wave]) -> None:
    for number, wave in waves.items():
        found = bm.test_association(wave, "partner.private_firms", "level")
        assert found.method.wave == number
        assert 0.0 <= found.test.p_value <= 1.0
