"""Bounds and tipping points in words: headings, notes, and the sentence under a figure."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from barometer.analysis.suppression import FEW_ANSWERS, SUPPRESSED
from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang

NOTES = {
    "": Label("", ""),
    "base_assumed": Label(
        "De, der ikke har svaret, antages at høre til basis så ofte, som vægtene siger",
        "Those who did not answer are taken to be in the base as often as the weights say",
    ),
    "weights_moved": Label(
        "Vægtene giver dem, der ikke har svaret, en andel uden for 0 til 100: den er sat til enden",
        "The weights give those who did not answer a share outside 0 to 100: it is set to the end",
    ),
    SUPPRESSED: FEW_ANSWERS,
    "no_statement": Label("Intet udsagn at vælte", "No statement to tip"),
    "tips": Label("Vælter", "Tips"),
    "never": Label("Holder, hvad de end ville have svaret", "Holds whatever they would have said"),
    "not_held": Label("Holder ikke, som det står", "Does not hold as it stands"),
    "no_se": Label("Stikprøveusikkerheden kendes ikke", "The sampling error is not known"),
}
"""What is assumed, and whether a statement tips, by code."""
HEADINGS = {
    "indicator": Label("Indikator", "Indicator"),
    "domain": Label("Inddeling", "Domain"),
    "group": Label("Gruppe", "Group"),
    "n": Label("Svar (n)", "Answers (n)"),
    "share": Label("Andel eller forskel", "Share or difference"),
    "se": Label("Standardfejl", "Standard error"),
    "ci_low": Label("Nedre grænse af stikprøveinterval", "Sampling interval, lower"),
    "ci_high": Label("Øvre grænse af stikprøveinterval", "Sampling interval, upper"),
    "response_rate": Label("Vægtet svarandel", "Weighted response rate"),
    "share_answered": Label("Andel, besvaret", "Share, answered"),
    "share_imputed": Label("Andel, som vægtene giver resten", "Share that the weights give the others"),
    "worst_low": Label("Yderste nedre grænse", "Worst case, lower"),
    "worst_high": Label("Yderste øvre grænse", "Worst case, upper"),
    "delta": Label("Afvigelse højst", "Differ by at most"),
    "low": Label("Nedre grænse", "Lower bound"),
    "high": Label("Øvre grænse", "Upper bound"),
    "covered_low": Label("Nedre grænse med stikprøve", "Lower bound with sampling"),
    "covered_high": Label("Øvre grænse med stikprøve", "Upper bound with sampling"),
    "mixture_low": Label("Mønsterblanding, nedre", "Pattern mixture, lower"),
    "mixture_high": Label("Mønsterblanding, øvre", "Pattern mixture, upper"),
    "threshold": Label("Udsagnets grænse", "Threshold of the statement"),
    "tip": Label("Vælter ved afvigelse", "Tips at a difference of"),
    "tip_sampling": Label("Vælter ved afvigelse, med stikprøve", "Tips at a difference of, with sampling"),
    "tip_share": Label("Vælter ved andel af resten", "Tips at a share of the others"),
    "note": Label("Bemærkning", "Note"),
    "note_tip": Label("Udsagnet", "The statement"),
    "note_tip_sampling": Label("Udsagnet, med stikprøve", "The statement, with sampling"),
    "provenance": Label("Data", "Data"),
}
HIDDEN = Label(
    "andelen{group} og dens grænser er undertrykt (få svar)",
    "the share{group} and its bounds are suppressed (few answers)",
)
HIDDEN_DIFFERENCE = Label(
    "forskellen{group} og dens grænser er undertrykt (få svar)",
    "the difference{group} and its bounds are suppressed (few answers)",
)
MOVED = Label(" (flyttet siden leveringen)", " (moved since the delivery)")
ASSUMED = Label(
    "Design og vægte er antaget, data er syntetiske: ", "Design and weights are assumed and the data synthetic: "
)
WHO = Label(
    "hvis de {missing}, der ikke har svaret, afviger højst {delta} procentpoint fra det, vægtene{moved} antager, "
    "ligger andelen{group} mellem {low} og {high} ({sampling})",
    "if the {missing} who did not answer differ by at most {delta} percentage points from what the weights{moved} "
    "assume, the share{group} lies between {low} and {high} ({sampling})",
)
WHO_DIFFER = Label(
    "hvis de, der ikke har svaret, afviger højst {delta} procentpoint fra det, vægtene{moved} antager, ligger "
    "forskellen mellem {low} og {high} procentpoint ({sampling})",
    "if those who did not answer differ by at most {delta} percentage points from what the weights{moved} assume, the "
    "difference lies between {low} and {high} percentage points ({sampling})",
)
TIPS = Label(
    "; »{statement}« holder ikke længere, hvis de afviger {tip} procentpoint {way}",
    "; “{statement}” no longer holds if they differ by {tip} percentage points {way}",
)
SAMPLING = Label(
    "{covered_low} til {covered_high} med stikprøveusikkerhed", "{covered_low} to {covered_high} with sampling error"
)
NO_SAMPLING = Label(
    "stikprøveusikkerheden kendes ikke: alle svarede det samme",
    "the sampling error is not known: all answered the same",
)
TIPS_SAMPLING = Label(" ({tip} med stikprøveusikkerhed)", " ({tip} with sampling error)")
UNSURE = Label(
    ", og er alene på grund af stikprøven ikke sikkert", ", and is not certain because of sampling error alone"
)
NEVER = Label(
    "; »{statement}« holder, hvad de end ville have svaret", "; “{statement}” holds whatever they would have said"
)
NOT_HELD = Label("; »{statement}« holder ikke, som det står", "; “{statement}” does not hold as it stands")
AT_LEAST = Label("mindst {share}", "at least {share}")
MORE = Label(
    "større andel i gruppen {first} end i gruppen {second}", "a larger share in group {first} than in group {second}"
)
MORE_BY = Label(
    "andelen over {points} procentpoint større i gruppen {first} end i gruppen {second}",
    "a share over {points} percentage points larger in group {first} than in group {second}",
)
APART = " \N{MINUS SIGN} "
FEWER = Label("nedad", "downwards")
AGAINST = Label("imod udsagnet i begge grupper", "against the statement in both groups")


def sentence(row: Mapping[Hashable, Any], group: str, lang: Lang, *, synthetic: bool, moved: bool) -> str:
    """
    Say one row in one sentence.

    Parameters
    ----------
    row : mapping
        Of `Sensitivity.table`.
    group : str
        Its label; "first \N{MINUS SIGN} second" of a difference, empty of the total.
    lang : {"da", "en"}
    synthetic : bool
        Whether the sentence must begin by saying that design and weights are assumed.
    moved : bool
        Whether the weights are not those of the delivery.
    """
    said = _hidden(group, lang) if row["note"] == SUPPRESSED else _bounded(row, group, lang, moved=moved)
    return f"{ASSUMED.text(lang)}{said}" if synthetic else said[0].upper() + said[1:]


def _hidden(group: str, lang: Lang) -> str:
    text = HIDDEN_DIFFERENCE if APART in group else HIDDEN
    return text.text(lang).format(group=f" ({group})" if group else "") + "."


def _bounded(row: Mapping[Hashable, Any], group: str, lang: Lang, *, moved: bool) -> str:
    differs = APART in group
    known = pd.notna(row["covered_low"])
    names = ("low", "high", "covered_low", "covered_high") if known else ("low", "high")
    if differs:
        facts = {name: decimal(100.0 * row[name], lang) for name in names}
        text = WHO_DIFFER.text(lang)
    else:
        facts = {name: per_cent(row[name], lang, 1) for name in names}
        facts["missing"] = per_cent(1.0 - row["response_rate"], lang)
        facts["group"] = f" ({group})" if group else ""
        text = WHO.text(lang)
    facts["sampling"] = (SAMPLING if known else NO_SAMPLING).text(lang).format(**facts)
    facts["delta"] = _plain(row["delta"], lang)
    facts["moved"] = MOVED.text(lang) if moved else ""
    statement = statement_text(row, group, lang)
    return text.format(**facts) + _tipping(row, statement, AGAINST if differs else FEWER, lang) + "."


def statement_text(row: Mapping[Hashable, Any], group: str, lang: Lang) -> str:
    """
    Write the published statement that a row is held against; empty where there is none.

    Parameters
    ----------
    row : mapping
        Of `Sensitivity.table`.
    group : str
        As for `sentence`.
    lang : {"da", "en"}
    """
    first, differs, second = group.partition(APART)
    return _more(row["threshold"], first, second, lang) if differs else _at_least(row["threshold"], lang)


def _at_least(threshold: float, lang: Lang) -> str:
    if threshold != threshold:
        return ""
    whole = abs(100.0 * threshold - round(100.0 * threshold)) < 1e-9
    return AT_LEAST.text(lang).format(share=per_cent(threshold, lang, 0 if whole else 1))


def _more(threshold: float, first: str, second: str, lang: Lang) -> str:
    text = (MORE if threshold == 0.0 else MORE_BY).text(lang)
    return text.format(first=first, second=second, points=_plain(threshold, lang))


def _plain(fraction: float, lang: Lang) -> str:
    """Write percentage points with as many decimals as they have."""
    return f"{100.0 * fraction:g}".replace(".", "," if lang == "da" else ".")


def _tipping(row: Mapping[Hashable, Any], statement: str, way: Label, lang: Lang) -> str:
    if row["note_tip"] == "no_statement":
        return ""
    if row["note_tip"] != "tips":
        return (NEVER if row["note_tip"] == "never" else NOT_HELD).text(lang).format(statement=statement)
    said = TIPS.text(lang).format(statement=statement, tip=decimal(100.0 * row["tip"], lang), way=way.text(lang))
    if row["note_tip_sampling"] == "not_held":
        return said + UNSURE.text(lang)
    if pd.notna(row["tip_sampling"]):
        said += TIPS_SAMPLING.text(lang).format(tip=decimal(100.0 * row["tip_sampling"], lang))
    return said
