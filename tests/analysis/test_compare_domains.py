"""Sectors compared: the numbers are R's (tests/oracle/comparisons.R), and the answer can be read."""

import dataclasses
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis.comparison_words import COMPARISON_HEADINGS
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.errors import ArgumentError, UnknownNameError
from barometer.survey import COMPARISON_REASONS

ORACLE = Path(__file__).parents[1] / "oracle" / "comparisons_answers.csv"
NAMES = ["shared.yes", "positive_role.private_firms"]
KEY = ["indicator", "group", "versus"]


def close(found: pd.DataFrame, ours: str, theirs: str) -> None:
    np.testing.assert_allclose(
        found[ours].to_numpy(np.float64), found[theirs].to_numpy(np.float64), rtol=1e-8, atol=1e-13, err_msg=ours
    )


def of_r(wave: bm.Wave, by: str, against: str) -> pd.DataFrame:
    """R's rows, its group numbers being positions in the codebook's order."""
    table = pd.read_csv(ORACLE, dtype={"first": "str", "second": "str"})
    rows = table[(table["case"] == "wave3") & (table["by"] == by) & (table["against"] == against)]
    codes = {str(i): group.code for i, group in enumerate(wave.codebook.domain(by).groups, start=1)}
    named = rows.assign(group=rows["first"].map(codes), versus=rows["second"].map(lambda code: codes.get(code, code)))
    return named.rename(columns={"outcome": "indicator"})


@pytest.mark.parametrize("by", ["sector", "size"])
@pytest.mark.parametrize("against", ["all", "rest", "pairs", "reference"])
def test_every_comparison_of_wave_3_is_that_of_r(wave: bm.Wave, by: str, against: str) -> None:
    expected = of_r(wave, by, against)
    reference = {"sector": "municipal_administration", "size": "large"}[by]
    asked = reference if against == "reference" else against
    holm = bm.compare_domains(wave, NAMES, by=by, against=asked)
    found = holm.table.merge(expected, on=KEY, suffixes=("", "_r"), validate="one_to_one")
    groups = {"sector": 15, "size": 3}[by]
    each = {"pairs": groups * (groups - 1) // 2, "reference": groups - 1}.get(against, groups)
    assert len(found) == len(holm.table) == len(expected) == 2 * each
    pairs = {
        "share": "share_r",
        "difference": "difference_r",
        "se": "se_r",
        "ratio": "ratio_r",
        "ratio_se": "ratio_se_r",
        "odds_ratio_se": "odds_ratio_se_r",
        "ci_low": "low",
        "ratio_high": "ratio_high_r",
        "odds_ratio_low": "odds_low",
        "p_value": "p_design",
        "p_adjusted": "holm_outcome",
        "together_low": "together_low_outcome",
        "n_versus": "n_versus_r",
        "df": "design_df",
    }
    for ours, theirs in pairs.items():
        close(found, ours, theirs)
    union = bm.compare_domains(wave, NAMES, by=by, against=asked, df="union").table
    union = union.merge(expected, on=KEY, suffixes=("", "_r"))
    close(union, "df", "df_union")
    close(union, "p_value", "p_union")
    everything = bm.compare_domains(wave, NAMES, by=by, against=asked, family="all", adjust="bh").table
    everything = everything.merge(expected, on=KEY, suffixes=("", "_r"))
    close(everything, "p_adjusted", "bh_all")
    close(everything, "together_high", "together_high_all")


def test_one_difference_and_many_are_the_same_numbers(wave: bm.Wave) -> None:
    shares = bm.estimate_shares(wave, NAMES, by="level")
    for against, pairs in {
        "pairs": list(combinations(["municipality", "region", "state"], 2)),
        "all": [(code, "total") for code in ("municipality", "region", "state")],
    }.items():
        many = shares.compare(against)
        for (group, versus), name in ((pair, name) for pair in pairs for name in NAMES):
            one, row = shares.difference(group, versus, name), many.row(name, group, versus)
            assert (one.estimate, one.df, one.note) == (row["difference"], row["df"], row["note"])
            for ours, theirs in (("se", "se"), ("ci_low", "ci_low"), ("ci_high", "ci_high"), ("p_value", "p_value")):
                assert getattr(one, ours) == pytest.approx(row[theirs], rel=1e-10)


def test_rows_without_a_test_say_why_and_the_rest_of_the_table_comes(wave: bm.Wave) -> None:
    """Innovators are all innovative, others never; by sector, nobody in one named the abroad."""
    edges = bm.compare_domains(wave, ["innovative", "innovation_work.yes"], by="innovative", against="pairs")
    assert edges.table["note"].tolist() == ["share_zero", "empty_base"]
    assert edges.table["p_value"].isna().all()
    assert edges.table["family_size"].tolist() == [0, 0]
    row = edges.row("innovative", "yes", "no")
    assert row["difference"] == 1.0
    some = bm.compare_domains(wave, "positive_role.abroad", by="sector", against="all").table
    told = ~some["note"].isin(["", "few_counted"])
    assert 0 < told.sum() < len(some)
    assert some["p_adjusted"].isna().equals(told)
    assert (some["family_size"] == (~told).sum()).all()


def test_a_domain_with_one_workplace_is_a_row_that_says_so(wave: bm.Wave) -> None:
    sizes = bm.estimate_shares(wave, "evaluation_purpose.other", by=["sector", "size"])
    alone = [" x ".join(g) for g in sizes.groups if sizes.row("evaluation_purpose.other", *g)["n"] == 1]
    found = sizes.compare("rest")
    assert alone
    for group in alone:
        assert found.row("evaluation_purpose.other", group)["note"] == "one_answer"


def test_every_note_and_column_has_words_in_both_languages(wave: bm.Wave) -> None:
    assert set(COMPARISON_NOTES) - {"suppressed"} == set(COMPARISON_REASONS)
    found = bm.compare_domains(wave, "innovative", by="level")
    assert set(found.table.columns) <= set(COMPARISON_HEADINGS)
    danish, english = found.to_frame("da"), found.to_frame("en")
    assert list(danish["Gruppe"]) == ["Kommuner", "Regioner", "Staten"]
    assert set(english["Compared with"]) == {"All"}
    assert set(danish["Data"]) == {"Syntetiske data: ikke svar fra undersøgelsen"}
    assert "keep" not in set(english["Don't know"])
    assert not english.isna().to_numpy().any()


def test_standouts_are_findings_with_the_near_end_of_the_simultaneous_interval(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, "positive_role.knowledge_institutions", by="sector", against="pairs")
    out = pd.concat([found.standouts(), found.uncertain()])
    table = found.table[found.table["p_adjusted"] < 0.05]
    assert len(out) == len(table) > 0
    for row in out.to_dict("records"):
        whole = found.row(row["indicator"], row["group"], row["versus"])
        near = whole["together_low"] if row["direction"] == "above" else -whole["together_high"]
        assert row["at_least"] == pytest.approx(max(near, 0.0))
        assert row["at_least"] < abs(row["difference"])
    assert out["at_least"].is_monotonic_decreasing


def test_a_finding_whose_size_is_not_known_is_said_so(wave: bm.Wave) -> None:
    """Holm finds more than Bonferroni's intervals leave clear of zero."""
    found = bm.compare_domains(wave, "*", by="sector", adjust="bh", family="all")
    assert (found.standouts()["at_least"] == 0.0).any()
    assert "by how much is not known" in found.summary("en")


def test_the_answer_can_be_read_in_both_languages(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, "positive_role.private_firms", by="sector")
    out = found.standouts().iloc[0]
    points = f"{100 * out['at_least']:.1f}"
    assert f"below the whole: Primary schools, by at least {points} percentage points" in found.summary("en")
    assert f"under helheden: Folkeskoler, mindst {points.replace('.', ',')} procentpoint" in found.summary("da")
    assert "(1 of 15 tested comparisons finds a difference, uncertain: 1)" in found.summary("en")
    assert "(1 af 15 testede sammenligninger finder en forskel, usikre: 1)" in found.summary("da")
    assert "Holm over each indicator's comparisons" in found.summary("en")
    assert "Synthetic data" in found.summary("en")
    pairs = bm.compare_domains(wave, "positive_role.citizens", by="level", against="pairs").summary("en")
    assert "Differ: Regions above Municipalities, by at least" in pairs
    one = bm.compare_domains(wave, "innovative", by="level", against="state").summary("en")
    assert "Each group less “The state”" in one
    assert "Nobody stands out (0 of 2 tested comparisons find a difference)" in one


def test_a_finding_from_few_answers_is_told_apart(wave: bm.Wave) -> None:
    """1.4 per cent of 124: two workplaces."""
    found = bm.compare_domains(wave, "positive_role.abroad", by="sector")
    assert found.row("positive_role.abroad", "municipal_administration")["note"] == "few_counted"
    assert found.standouts().empty
    assert found.uncertain()["note"].tolist() == ["few_counted"]
    assert found.uncertain()["group"].tolist() == ["municipal_administration"]
    told = (
        "Nobody stands out. Uncertain, few answers of the rarer kind: Municipal administration (below the whole) "
        "(0 of 14 tested comparisons find a difference, uncertain: 1, 1 without a test)."
    )
    assert told in found.summary("en")
    assert told in repr(found)
    danish = "Usikkert, få svar af den sjældne slags: Kommunal administration (under helheden) (0 af 14"
    assert f"Ingen skiller sig ud. {danish}" in found.summary("da")
    apart = bm.compare_domains(wave, "positive_role.abroad", by="sector", against="pairs", adjust="none")
    assert not (apart.standouts()["note"] == "few_counted").any()
    assert "Uncertain, few answers of the rarer kind: " in apart.summary("en")
    other = bm.compare_domains(wave, "positive_role.abroad", by="sector", test="odds_ratio")
    assert set(other.table["test"]) == {"odds_ratio"}
    assert "the logarithm of the odds ratio" in other.summary("en")
    assert other.table["p_value"].min() > found.table["p_value"].min()
    assert other.uncertain().empty


def test_an_indicator_that_could_not_be_tested_says_so_and_why(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, "innovative", by="innovative")
    assert "Innovative workplaces: None could be tested: a share is 1: its uncertainty cannot be" in found.summary("en")
    assert "Ingen kunne testes: en andel er 1: dens usikkerhed kan ikke beregnes" in found.summary("da")
    assert "Nobody stands out" not in repr(found)
    one = bm.compare_domains(wave, "innovative", by="innovative", against="no").summary("en")
    assert "not tested (a share is 0: its uncertainty cannot be computed)" in one


def test_labels_can_be_told_apart(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, ["shared.yes", "evaluated.yes"], by="level")
    assert set(found.to_frame("da")["Indikator"]) == {"Forsøgt delt: ja", "Evaluering: evalueret"}
    assert ">Tried to share: yes</td>" in found._repr_html_()


def test_repr_and_html_say_synthetic_and_are_the_same_every_time(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, NAMES, by="sector")
    html = found._repr_html_()
    assert "SYNTHETIC" in repr(found)
    assert "Synthetic data" in html
    assert "0x" not in repr(found) + html
    assert html == bm.compare_domains(wave, NAMES, by="sector")._repr_html_()
    assert found.is_synthetic
    assert set(found.confint()["provenance"]) == {"synthetic"}


def test_a_page_has_no_column_without_a_use(wave: bm.Wave) -> None:
    plain = bm.compare_domains(wave, "shared.yes", by="evaluation_level", against="pairs")
    odds = bm.compare_domains(wave, "shared.yes", by="evaluation_level", against="pairs", test="odds_ratio")
    assert "Odds ratio" not in plain._repr_html_()
    assert f">{odds.table['odds_ratio'][0]:.2f}</td>" in odds._repr_html_()
    assert ">Note</th>" not in plain._repr_html_()
    assert f">{plain.table['p_value'][1]:.3f}</td>" in plain._repr_html_()
    assert ">&lt; 0.001</td>" in plain._repr_html_()


def test_a_page_says_points_of_differences_and_per_cent_of_shares_and_the_whole_name(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, ["shared.yes", "evaluated.yes"], by="level", against="pairs")
    row, html = found.table.iloc[0], found._repr_html_()
    assert f">{100 * row['difference']:+.1f} points</td>" in html
    assert f">{100 * row['share']:.1f}%</td>" in html
    assert "% points" not in html
    assert found.to_frame("en")["Indicator"].unique().tolist() == ["Tried to share: yes", "Evaluation: evaluated"]
    assert found.to_frame("da")["Indikator"].iloc[0] == "Forsøgt delt: ja"


def test_many_indicators_are_shown_in_part(wave: bm.Wave) -> None:
    text = repr(bm.compare_domains(wave, "factor.*", by="level"))
    assert "more indicators" in text
    assert len(text.splitlines()) == 1 + 12 + 1 + 1


def test_crossed_domains_and_peers_are_compared(wave: bm.Wave) -> None:
    crossed = bm.compare_domains(wave, "innovative", by=["level", "size"], against=("state", "large"))
    assert set(crossed.table["versus"]) == {"state x large"}
    assert len(crossed.table) == 8
    peers = bm.find_peers(wave, sector="municipal_schools")
    one, all_sectors = (bm.compare_domains(wave, "innovative", by=by) for by in (peers, "sector"))
    row, same = one.table.iloc[0], all_sectors.row("innovative", "municipal_schools")
    for name in ("share", "se", "p_value", "n", "ratio_low"):
        assert row[name] == pytest.approx(same[name], rel=1e-12)
    assert row["family_size"] == 1
    assert row["p_adjusted"] == row["p_value"]
    assert "Primary schools 76.3 %, the whole" in one.summary("en").replace("%", " %").replace("  ", " ")


def test_dont_know_and_confidence_reach_the_shares(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, "novelty.reused", by="level", dont_know="drop", confidence=0.8)
    assert set(found.table["dont_know"]) == {"drop"}
    assert found.estimates.method.confidence == found.method.confidence == 0.8
    wide = bm.compare_domains(wave, "novelty.reused", by="level", dont_know="drop", confidence=0.99)
    assert (wide.table["ci_low"] < found.table["ci_low"]).all()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"against": "municipal_school", "by": "sector"}, UnknownNameError, "Did you mean 'municipal_schools'"),
        (
            {"against": "municipal_school", "by": "sector"},
            UnknownNameError,
            "against= is 'all', 'rest', 'pairs' or the code of a group, for instance 'municipal_administration'",
        ),
        (
            {"against": "al", "by": "level"},
            UnknownNameError,
            "'all'.*against= is 'all', 'rest', 'pairs' or the code of",
        ),
        ({"against": "kommune", "by": "level"}, UnknownNameError, "'all', 'rest', 'pairs' or the code of a group"),
        ({"against": 3}, ArgumentError, "against: must be 'all', 'rest', 'pairs' or the code of a group"),
        ({"against": None, "by": "level"}, ArgumentError, "for instance 'municipality'; got None"),
        ({"against": ("state",), "by": ["level", "size"]}, UnknownNameError, "the codes of a group, for instance \\('"),
        ({"by": 3}, ArgumentError, "by: must be a name or several, for instance 'sector'; got int"),
        ({"adjust": "bonferroni"}, ArgumentError, "adjust: must be one of holm, bh, none"),
        ({"family": "outcome"}, ArgumentError, "family: must be one of indicator, all"),
        ({"df": "domain"}, ArgumentError, "df: must be one of design, union, normal"),
        ({"by": None}, ArgumentError, "there is only the total"),
        ({"by": []}, ArgumentError, "there is only the total"),
        ({"confidence": 95}, ArgumentError, "between 0 and 1"),
        ({"by": "sektor"}, UnknownNameError, "Did you mean 'sector'"),
    ],
)
def test_arguments_that_cannot_be_are_refused_with_a_way_on(
    wave: bm.Wave, options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        bm.compare_domains(wave, "innovative", **options)  # type: ignore[arg-type]


def test_a_comparison_that_is_not_there_is_refused(wave: bm.Wave) -> None:
    found = bm.compare_domains(wave, "innovative", by="level", against="pairs")
    with pytest.raises(UnknownNameError, match="comparison in this result"):
        found.row("innovative", "municipality")


def test_a_single_difference_at_an_edge_says_why_it_is_not_tested(wave: bm.Wave) -> None:
    one = bm.estimate_shares(wave, "innovative", by="innovative").difference("yes", "no")
    assert one.estimate == 1.0
    assert np.isnan(one.p_value)
    assert one.note == "share_zero"
    assert repr(one) == (
        "Innovative workplaces. Yes less No: +100.0 percentage points, not tested (a share is 0: its uncertainty "
        "cannot be computed). Synthetic data: not answers from the survey."
    )
    assert "nan" not in repr(one) + one._repr_html_() + one.sentence("da")


def test_a_single_difference_is_a_sentence_in_either_language(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "shared.yes", by="sector").difference("state_culture")
    english, danish = found.sentence("en"), found.sentence("da")
    change, t = f"{100 * found.estimate:+.1f}".replace("-", "\N{MINUS SIGN}"), f"{abs(found.statistic):.2f}"
    assert english.startswith(f"Tried to share: yes. State culture less the whole: {change} percentage points (")
    assert f"t({found.df}) = " in english
    assert t in english
    assert "Degrees of freedom: all answers less all strata." in english
    assert danish.startswith("Forsøgt delt: ja. Statslig kultur minus helheden: ")
    assert f"{change.replace('.', ',')} procentpoint (" in danish
    assert "-" not in danish
    assert repr(found) == english


def test_a_difference_from_an_empty_group_has_no_number(wave: bm.Wave) -> None:
    part = dataclasses.replace(wave, microdata=wave.microdata[wave.microdata["level"] != "state"].reset_index())
    found = bm.estimate_shares(part, "innovative", by="level").difference("state", "region")
    assert found.note == "empty_base"
    english = found.sentence("en")
    assert english.startswith("Innovative workplaces. The state less Regions: not tested (nobody in the base")
