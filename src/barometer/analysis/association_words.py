"""Tests of association and trends in words."""

import numpy as np

from barometer import survey
from barometer.analysis.crossed_answers import CrossedAnswer
from barometer.analysis.differences import DF
from barometer.analysis.method import SIGNIFICANCE
from barometer.codebook.numbers import MINUS, decimal, per_cent, statistic_text
from barometer.codebook.records import Label, Lang

SHARE_COLUMNS = ("share", "se", "ci_low", "ci_high", "df", "n")
MOST_GROUPS = 5
"""Groups whose shares a sentence can hold."""

HEADINGS = {
    "rows": Label("Svar", "Answer"),
    "columns": Label("Grupper", "Groups"),
    "rows_base": Label("Basis for svaret", "Base of the answer"),
    "columns_base": Label("Basis for grupperne", "Base of the groups"),
    "rows_dont_know": Label("Ved ikke i svaret", "Don't know in the answer"),
    "columns_dont_know": Label("Ved ikke i grupperne", "Don't know in the groups"),
    "test": Label("Test", "Test"),
    "statistic": Label("Teststørrelse", "Statistic"),
    "ndf": Label("Frihedsgrader, tæller", "Degrees of freedom, numerator"),
    "ddf": Label("Frihedsgrader, nævner", "Degrees of freedom, denominator"),
    "p_value": Label("p-værdi", "p-value"),
    "cramers_v": Label("Cramérs V", "Cramér's V"),
    "count": Label("Svar i cellen", "Answers in the cell"),
    "weighted": Label("Vægtet antal", "Weighted number"),
    "share_of_row": Label("Andel af rækken", "Share of the row"),
    "share_of_column": Label("Andel af søjlen", "Share of the column"),
    "share_of_total": Label("Andel af alle", "Share of all"),
    "slope": Label("Ændring pr. trin", "Change a step"),
}
TESTS: "dict[survey.AssociationStatistic, Label]" = {
    "F": Label("Rao og Scotts F", "Rao and Scott's F"),
    "Chisq": Label("Rao og Scotts chi i anden", "Rao and Scott's chi-square"),
    "Wald": Label("Wald", "Wald"),
    "adjWald": Label("Justeret Wald", "Adjusted Wald"),
    "lincom": Label("Chi i anden, eksakt fordeling", "Chi-square, exact distribution"),
    "saddlepoint": Label("Chi i anden, sadelpunkt", "Chi-square, saddlepoint"),
}
NOTES: "dict[str, Label]" = {
    "": Label("", ""),
    "one_row": Label("Alle har samme svar: intet at teste", "Everybody gave the same answer: nothing to test"),
    "one_column": Label("Alle er i samme gruppe: intet at teste", "Everybody is in the same group: nothing to test"),
    "determined": Label(
        "Det ene svar følger af det andet: intet at teste", "One answer follows from the other: nothing to test"
    ),
    "df_below_1": Label("For få svar: ingen frihedsgrader", "Too few answers: no degrees of freedom"),
    "no_spread": Label(
        "Andelene har ingen stikprøveusikkerhed: intet at teste", "The shares have no sampling error: nothing to test"
    ),
    "too_sparse": Label("For mange tomme celler til denne test", "Too many empty cells for this test"),
}
"""Why there is no test, by the code in column `note`."""
CELLS = Label(f"(rækker {MINUS} 1) x (søjler {MINUS} 1)", f"(rows {MINUS} 1) x (columns {MINUS} 1)")
INSIDE = Label("svar i tabellen minus deres strata", "answers in the table less their strata")
DF_RULES: "dict[survey.AssociationStatistic, Label]" = {
    "F": Label(
        f"tælleren efter Rao og Scott; nævneren {INSIDE.da}, gange tælleren",
        f"numerator by Rao and Scott; denominator {INSIDE.en}, times the numerator",
    ),
    "Chisq": CELLS,
    "Wald": Label(f"tælleren {CELLS.da}; nævneren {INSIDE.da}", f"numerator {CELLS.en}; denominator {INSIDE.en}"),
    "adjWald": Label(
        f"tælleren {CELLS.da}; nævneren {INSIDE.da}, minus tælleren, plus 1",
        f"numerator {CELLS.en}; denominator {INSIDE.en}, less the numerator, plus 1",
    ),
    "lincom": CELLS,
    "saddlepoint": CELLS,
}
"""How the degrees of freedom of each test are counted, the answers being sampled one by one."""
TREND_DF = Label(f"{INSIDE.da}, minus 1", f"{INSIDE.en}, less 1")
STRENGTH = Label("Cramérs V {value}", "Cramér's V {value}")
NO_STRENGTH = Label("Cramérs V findes ikke for én række eller søjle", "no Cramér's V with a single row or column")
RELATED = Label("{a} hænger sammen med {b}", "{a} is associated with {b}")
UNRELATED = Label("Der er ikke fundet en sammenhæng mellem {a} og {b}", "No association was found between {a} and {b}")
UNTESTED = Label("{a} og {b} er ikke testet", "{a} and {b} were not tested")
ANSWERED = Label("{answer}, efter {b}:", "{answer}, by {b}:")
SHARE_OF = Label("{group} {share}", "{group} {share}")
RISING = Label("{a} stiger med {b}", "{a} rises with {b}")
FALLING = Label("{a} falder med {b}", "{a} falls with {b}")
LEVEL = Label("{a} ændrer sig ikke påviseligt med {b}", "{a} does not change detectably with {b}")


def test_text(test: "survey.AssociationTest", lang: Lang) -> str:
    """Write a test with its degrees of freedom and p-value, or why there is none."""
    if test.note:
        return NOTES[test.note].text(lang)
    chi_square = test.test in ("Chisq", "lincom", "saddlepoint")
    df = (test.ndf,) if chi_square or np.isinf(test.ddf) else (test.ndf, test.ddf)
    return statistic_text("X²" if chi_square else "F", df, test.statistic, test.p_value, lang)


def df_rule_text(test: "survey.AssociationTest", lang: Lang) -> str:
    """Say how the degrees of freedom of a test are counted; empty where there is no test."""
    return "" if test.note else DF.text(lang).format(rule=DF_RULES[test.test].text(lang))


def trend_df_text(trend: "survey.OrderedTrend", lang: Lang) -> str:
    """Say how the degrees of freedom of a trend are counted; empty where there is no test."""
    return "" if trend.note else DF.text(lang).format(rule=TREND_DF.text(lang))


def strength_text(test: "survey.AssociationTest", lang: Lang) -> str:
    """Write how strongly two answers go together, or that there is no measure of it."""
    if np.isnan(test.cramers_v):
        return NO_STRENGTH.text(lang)
    return STRENGTH.text(lang).format(value=decimal(test.cramers_v, lang, 3))


def association_sentence(
    rows: CrossedAnswer,
    columns: CrossedAnswer,
    table: "survey.CrossTable",
    test: "survey.AssociationTest",
    lang: Lang,
) -> str:
    """Say whether two answers go together, and the share of the first answer in each group."""
    labels = {"a": _quoted(rows.label, lang), "b": _quoted(columns.label, lang)}
    if test.note:
        return f"{UNTESTED.text(lang).format(**labels)}: {NOTES[test.note].text(lang)}"
    verdict = RELATED if test.p_value < SIGNIFICANCE else UNRELATED
    found = f"{verdict.text(lang).format(**labels)}: {test_text(test, lang)}"
    shares = table.shares("column").share[0]
    told = [
        SHARE_OF.text(lang).format(group=label.text(lang), share=per_cent(share, lang, 1))
        for (_, label), share in zip(columns.categories, shares, strict=True)
        if not np.isnan(share)
    ]
    if len(told) > MOST_GROUPS:
        return found
    answer = f"{labels['a']}: {rows.categories[0][1].text(lang)}"
    return f"{found}. {ANSWERED.text(lang).format(answer=answer, b=labels['b'])} {', '.join(told)}"


def trend_sentence(rows: CrossedAnswer, columns: CrossedAnswer, trend: "survey.OrderedTrend", lang: Lang) -> str:
    """Say whether an answer rises or falls along the groups, and how much a step."""
    labels = {"a": _quoted(rows.label, lang), "b": _quoted(columns.label, lang)}
    if trend.note:
        return f"{UNTESTED.text(lang).format(**labels)}: {NOTES[trend.note].text(lang)}"
    verdict = LEVEL if trend.p_value >= SIGNIFICANCE else RISING if trend.slope > 0.0 else FALLING
    if rows.kind == "indicator":
        unit = Label("procentpoint pr. trin", "percentage points a step").text(lang)
        change, low, high = (decimal(100.0 * value, lang) for value in (trend.slope, trend.ci_low, trend.ci_high))
    else:
        unit = Label("svartrin pr. trin", "steps of the answer a step").text(lang)
        change, low, high = (decimal(value, lang, 3) for value in (trend.slope, trend.ci_low, trend.ci_high))
    to = Label("til", "to").text(lang)
    t = statistic_text("t", (trend.df,), trend.statistic, trend.p_value, lang)
    return f"{verdict.text(lang).format(**labels)}: {change} {unit} ({low} {to} {high}), {t}"


def _quoted(label: Label, lang: Lang) -> str:
    return f"»{label.da}«" if lang == "da" else f"'{label.en}'"
