"""Labels and sentences of comparisons, in Danish and English."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from barometer.analysis.adjustment_words import by_correction
from barometer.analysis.differences import COMPARISON_NOTES, THE_WHOLE
from barometer.analysis.estimates import HEADINGS, TOTAL, TOTAL_LABEL
from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first

if TYPE_CHECKING:
    from barometer import survey

REST = "rest"
"""Code, in column `versus`, of the base without the group."""
VERSUS = {TOTAL: TOTAL_LABEL, REST: Label("Øvrige", "The rest")}
COMPARISON_HEADINGS = HEADINGS | {
    "group": Label("Gruppe", "Group"),
    "versus": Label("Sammenlignet med", "Compared with"),
    "share_versus": Label("Andel i sammenligningen", "Share compared with"),
    "difference": Label("Forskel", "Difference"),
    "ratio": Label("Forhold", "Ratio"),
    "ratio_se": Label("Forhold: standardfejl", "Ratio: standard error"),
    "ratio_low": Label("Forhold: nedre grænse", "Ratio: lower bound"),
    "ratio_high": Label("Forhold: øvre grænse", "Ratio: upper bound"),
    "odds_ratio": Label("Oddsforhold", "Odds ratio"),
    "odds_ratio_se": Label("Oddsforhold: standardfejl", "Odds ratio: standard error"),
    "odds_ratio_low": Label("Oddsforhold: nedre grænse", "Odds ratio: lower bound"),
    "odds_ratio_high": Label("Oddsforhold: øvre grænse", "Odds ratio: upper bound"),
    "test": Label("Test af", "Test of"),
    "statistic": Label("t", "t"),
    "df_rule": Label("Regel for frihedsgrader", "Rule for degrees of freedom"),
    "p_value": Label("p-værdi", "p-value"),
    "p_adjusted": Label("Justeret p-værdi", "Adjusted p-value"),
    "family": Label("Familie", "Family"),
    "family_size": Label("Test i familien", "Tests in the family"),
    "together_low": Label("Nedre grænse, alle samtidig", "Lower bound, all at once"),
    "together_high": Label("Øvre grænse, alle samtidig", "Upper bound, all at once"),
    "n_versus": Label("Svar i sammenligningen (n)", "Answers compared with (n)"),
    "direction": Label("Retning", "Direction"),
    "at_least": Label("Mindst", "At least"),
}
COMPARISON_DF: "dict[survey.ComparisonDf, Label]" = {
    "design": Label("svar i alt minus strata i alt", "all answers less all strata"),
    "union": Label(
        "svar i de to inden for basis minus strata i de to", "answers in the two inside the base, less their strata"
    ),
    "normal": Label("normalfordeling", "normal distribution"),
}
AGAINST_SENTENCES = {
    "all": Label(
        "Hver gruppe minus helheden, som den er en del af", "Each group less the whole, of which it is a part"
    ),
    "rest": Label("Hver gruppe minus resten af basis", "Each group less the rest of the base"),
    "pairs": Label("Hver gruppe minus hver af de følgende", "Each group less each of those after it"),
    "group": Label("Hver gruppe minus »{versus}«", "Each group less “{versus}”"),
}
ADJUSTMENTS = by_correction(
    Label(
        "p-værdier justeret efter {correction} over {family}, intervaller for alle samtidig efter Bonferroni",
        "p-values adjusted by {correction} over {family}, intervals for all at once by Bonferroni",
    ),
    Label("p-værdier er ikke justeret", "p-values are not adjusted"),
)
FAMILIES = {
    "indicator": Label("hver indikators sammenligninger", "each indicator's comparisons"),
    "all": Label("alle sammenligninger", "all comparisons"),
}
TESTS: "dict[survey.ComparisonTest, Label]" = {
    "difference": Label("forskellen", "the difference"),
    "odds_ratio": Label("oddsforholdets logaritme", "the logarithm of the odds ratio"),
}
METHOD = Label(
    "{against}. t-test af {test}, frihedsgrader: {df}; {adjustment}. Konfidens {confidence}\u202f%.",
    "{against}. t tests of {test}, degrees of freedom: {df}; {adjustment}. Confidence {confidence}%.",
)
DIRECTIONS = {"above": Label("over", "above"), "below": Label("under", "below")}
STANDS_OUT = Label("Skiller sig ud {direction} {versus}: {groups}", "Stands out {direction} {versus}: {groups}")
WHOLE = {TOTAL: THE_WHOLE, REST: Label("resten", "the rest")}
BY_AT_LEAST = Label("{group}, mindst {points} procentpoint", "{group}, by at least {points} percentage points")
BY_UNKNOWN = Label("{group}, hvor meget vides ikke", "{group}, by how much is not known")
ONE_DIFFERENCE = Label(
    "{group} {share}, {versus} {share_versus}: forskel {difference} procentpoint ({low} til {high})",
    "{group} {share}, {versus} {share_versus}: difference {difference} percentage points ({low} to {high})",
)
ONE_UNTESTED = Label(
    "{group} {share}, {versus} {share_versus}: ikke testet ({why})",
    "{group} {share}, {versus} {share_versus}: not tested ({why})",
)
NOBODY = Label("Ingen skiller sig ud", "Nobody stands out")
NO_PAIR = Label("Ingen adskiller sig", "No two differ")
COUNTED = Label(
    "{out} af {tested} testede sammenligninger finder en forskel",
    "{out} of {tested} tested comparisons find a difference",
)
COUNTED_ONE = Label(COUNTED.da, "{out} of {tested} tested comparisons finds a difference")
COUNTED_UNCERTAIN = Label("usikre: {count}", "uncertain: {count}")
NONE_TESTED = Label("Ingen kunne testes: {why}", "None could be tested: {why}")
UNTESTED = Label("{count} uden test", "{count} without a test")
APART = Label("Adskiller sig: {pairs}", "Differ: {pairs}")
PAIR = Label("{group} over {versus}", "{group} above {versus}")
UNCERTAIN = Label(
    "Usikkert, få svar af den sjældne slags: {findings}", "Uncertain, few answers of the rarer kind: {findings}"
)
UNCERTAIN_SIDE = Label("{group} ({direction} {versus})", "{group} ({direction} {versus})")
DOUBTED = Label("{finding} (få svar af den sjældne slags)", "{finding} (few answers of the rarer kind)")
MORE = Label("og {count} flere", "and {count} more")
LEAST_SHOWN = 0.0005
"""Difference that is a tenth of a percentage point when it is rounded."""
SHOWN_GROUPS = 8
"""Groups or pairs that a sentence names at the most."""


def stands_out(rows: Sequence[Mapping[str, Any]], labels: Mapping[str, str], lang: Lang) -> str:
    """
    Write which groups stand out from one and the same, in one direction, as a sentence.

    Parameters
    ----------
    rows : sequence of mappings
        Of `Comparisons.standouts`, of one indicator, `versus` and direction.
    labels : mapping
        Of the groups.
    lang : {"da", "en"}
    """
    named = _versus(str(rows[0]["versus"]), labels, lang)
    groups = [_by_at_least(row, labels[str(row["group"])], lang) for row in rows]
    direction = DIRECTIONS[rows[0]["direction"]].text(lang)
    return STANDS_OUT.text(lang).format(direction=direction, versus=named, groups=_listed(groups, lang))


def uncertain(rows: Sequence[Mapping[str, Any]], labels: Mapping[str, str], lang: Lang, *, pairs: bool) -> str:
    """
    Write the findings that rest on few answers, without a size, as a sentence.

    Parameters
    ----------
    rows : sequence of mappings
        Of `Comparisons.uncertain`, of one indicator.
    labels, lang
        As for `stands_out`.
    pairs : bool
        Whether groups are compared with each other.
    """
    found = []
    for row in rows:
        words = {"group": labels[str(row["group"])], "versus": _versus(str(row["versus"]), labels, lang)}
        side = UNCERTAIN_SIDE.text(lang).format(direction=DIRECTIONS[row["direction"]].text(lang), **words)
        found.append(_pair(row, labels, lang) if pairs else side)
    return UNCERTAIN.text(lang).format(findings=_listed(found, lang))


def are_apart(rows: Sequence[Mapping[str, Any]], labels: Mapping[str, str], lang: Lang) -> str:
    """Write which groups differ from each other, the higher one first, as a sentence; arguments as `stands_out`."""
    pairs = [_by_at_least(row, _pair(row, labels, lang), lang) for row in rows]
    return APART.text(lang).format(pairs=_listed(pairs, lang))


def one_difference(row: Mapping[str, Any], labels: Mapping[str, str], lang: Lang) -> str:
    """Write a row of `Comparisons.table` as a sentence; arguments as `stands_out`."""
    facts = {name: _per_cent(row[name], lang) for name in ("share", "share_versus")}
    points = {"difference": row["difference"], "low": row["ci_low"], "high": row["ci_high"]}
    facts |= {name: decimal(100.0 * value, lang) for name, value in points.items() if value == value}
    facts |= {"group": labels[str(row["group"])], "versus": _versus(str(row["versus"]), labels, lang)}
    facts["why"] = lower_first(COMPARISON_NOTES[row["note"]].text(lang))
    if "low" not in facts:
        return ONE_UNTESTED.text(lang).format(**facts)
    found = ONE_DIFFERENCE.text(lang).format(**facts)
    return f"{found}, {facts['why']}" if row["note"] else found


def how_many(tested: int, untested: int, out: int, uncertain: int, lang: Lang) -> str:
    """Write how many comparisons were tested and how many of those found a difference."""
    facts = [(COUNTED_ONE if out == 1 else COUNTED).text(lang).format(out=out, tested=tested)]
    facts += [COUNTED_UNCERTAIN.text(lang).format(count=uncertain)] if uncertain else []
    facts += [UNTESTED.text(lang).format(count=untested)] if untested else []
    return ", ".join(facts)


def none_tested(notes: Iterable[str], lang: Lang) -> str:
    """Write why no comparison of an indicator has a test, by the codes in column `note`."""
    why = [lower_first(COMPARISON_NOTES[note].text(lang)) for note in dict.fromkeys(notes)]
    return NONE_TESTED.text(lang).format(why="; ".join(why))


def _pair(row: Mapping[str, Any], labels: Mapping[str, str], lang: Lang) -> str:
    """Name a pair, the higher one first."""
    high, low = (labels[str(row[side])] for side in ("group", "versus"))
    if row["direction"] == "below":
        high, low = low, high
    return PAIR.text(lang).format(group=high, versus=low)


def _versus(code: str, labels: Mapping[str, str], lang: Lang) -> str:
    return WHOLE[code].text(lang) if code in WHOLE else labels[code]


def _per_cent(share: float, lang: Lang) -> str:
    return per_cent(share, lang, 1) if share == share else "–"


def _by_at_least(row: Mapping[str, Any], group: str, lang: Lang) -> str:
    sentence = BY_AT_LEAST if row["at_least"] >= LEAST_SHOWN else BY_UNKNOWN
    finding = sentence.text(lang).format(group=group, points=decimal(100.0 * row["at_least"], lang))
    return DOUBTED.text(lang).format(finding=finding) if row["note"] else finding


def _listed(parts: Sequence[str], lang: Lang) -> str:
    more = [MORE.text(lang).format(count=len(parts) - SHOWN_GROUPS)] if len(parts) > SHOWN_GROUPS else []
    return "; ".join([*parts[:SHOWN_GROUPS], *more])
