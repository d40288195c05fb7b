"""Published claims in words: what each is about, and what was published."""

from typing import TYPE_CHECKING

from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.published import Claim, Statistic
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import indicator_text, lower_first

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

SIGNS: dict[str, Label] = {
    "more": Label("oftere", "more often"),
    "less": Label("sjældnere", "less often"),
    "none": Label("ingen signifikant forskel", "no significant difference"),
    "overall": Label("signifikant forskel i alt", "significant overall difference"),
}
RATES: dict[Statistic, Label] = {
    "response_rate": Label("Svarprocent", "Response rate"),
    "nonresponse_rate": Label("Bortfald", "Non-response"),
}
CONFIDENCE = {"high": Label("høj", "high"), "medium": Label("middel", "medium"), "low": Label("lav", "low")}
DASH = "\N{EN DASH}"


def describe(claim: Claim, codebook: "Codebook", lang: Lang) -> str:
    """Say what a claim is about: what is counted, of whom, where."""
    if claim.statistic == "count":
        return f"{Label('Antal svar', 'Number of answers').text(lang)}: {codebook.base(claim.base).label.text(lang)}"
    if claim.statistic in RATES:
        return RATES[claim.statistic].text(lang)
    if claim.question:
        asked = codebook.question(claim.question).label.text(lang)
        return f"{asked} | {place_text(claim, codebook, lang)}" if claim.domain else asked
    if not claim.indicator:
        unspecified = Label("Ikke nærmere angivet", "Not specified").text(lang)
        return f"{unspecified} ({codebook.base(claim.base).label.text(lang)})"
    text = indicator_text(codebook, claim.indicator, lang)
    return f"{text} | {place_text(claim, codebook, lang)}" if claim.domain else text


def place_text(claim: Claim, codebook: "Codebook", lang: Lang) -> str:
    """Say where a claim with a domain holds: the group, or the two that it compares."""
    domain = codebook.domain(claim.domain)
    labels = {group.code: group.label.text(lang) for group in domain.groups}
    named = indicator_text(codebook, claim.domain, lang) if domain.kind == "indicator" else domain.label.text(lang)
    if claim.statistic in ("difference", "ratio"):
        against = Label("mod", "against").text(lang)
        return f"{named}: {lower_first(labels[claim.group])} {against} {lower_first(labels[claim.versus])}"
    return f"{named}: {lower_first(labels[claim.group])}"


def published_text(claim: Claim, lang: Lang) -> str:
    """Write what was published: a number, a range in words, or a direction."""
    if claim.direction is not None:
        return SIGNS[claim.direction].text(lang)
    if claim.published is not None:
        return value_text(claim.statistic, claim.published, lang, 0)
    if claim.check == "range":
        return claim.reason.text(lang).partition(":")[0]
    return DASH


def range_text(claim: Claim, lang: Lang) -> str:
    """Write the range that a worded number stands for; empty for a direction in words ("more often") and a rank."""
    if claim.check != "range" or claim.low is None or claim.high is None or claim.statistic == "rank":
        return ""
    if claim.statistic == "difference":
        return Label("over 0", "above 0").text(lang)
    decimals = 0 if claim.low == int(claim.low) and claim.high == int(claim.high) else 1
    low = decimal(claim.low, lang, decimals)
    return f"{low}{DASH}{value_text(claim.statistic, claim.high, lang, decimals)}"


def value_text(statistic: Statistic, value: float, lang: Lang, decimals: int) -> str:
    """Write a number in its statistic's unit."""
    if statistic == "count":
        return integer(int(value), lang)
    if statistic == "rank":
        return Label(f"nr. {value:.0f}", f"no. {value:.0f}").text(lang)
    if statistic == "ratio":
        return f"{decimal(value, lang)}{Label(' gange', ' times').text(lang)}"
    if statistic == "difference":
        return f"{decimal(value, lang)} {Label('procentpoint', 'percentage points').text(lang)}"
    return per_cent(value / 100, lang, decimals)
