"""Published claims in words: what each is about, what was published, what was computed."""

from barometer.analysis.claims import ComputedClaim
from barometer.codebook import Codebook
from barometer.codebook.published import Claim, Statistic
from barometer.codebook.records import Label, Lang
from barometer.publication.numbers import decimal, integer, per_cent

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
DASH = "\N{EN DASH}"


def describe(claim: Claim, codebook: Codebook, lang: Lang) -> str:
    """Say what a claim is about: what is counted, of whom, where."""
    if claim.statistic == "count":
        return f"{Label('Antal svar', 'Number of answers').text(lang)}: {codebook.base(claim.base).label.text(lang)}"
    if claim.statistic in RATES:
        return RATES[claim.statistic].text(lang)
    if not claim.indicator:
        unspecified = Label("Ikke nærmere angivet", "Not specified").text(lang)
        return f"{unspecified} ({codebook.base(claim.base).label.text(lang)})"
    text = _named(codebook, claim.indicator, lang)
    return f"{text} | {_where(claim, codebook, lang)}" if claim.domain else text


def _named(codebook: Codebook, indicator: str, lang: Lang) -> str:
    found = codebook.indicator(indicator)
    label = found.label.text(lang)
    return f"{codebook.family_label(found.family).text(lang)}: {_lower(label)}" if found.family else label


def _where(claim: Claim, codebook: Codebook, lang: Lang) -> str:
    domain = codebook.domain(claim.domain)
    labels = {group.code: group.label.text(lang) for group in domain.groups}
    named = _named(codebook, claim.domain, lang) if domain.kind == "indicator" else domain.label.text(lang)
    if claim.statistic in ("difference", "ratio"):
        against = Label("mod", "against").text(lang)
        return f"{named}: {_lower(labels[claim.group])} {against} {_lower(labels[claim.versus])}"
    return f"{named}: {_lower(labels[claim.group])}"


def published_text(claim: Claim, lang: Lang) -> str:
    """Write what was published: a number, a range in words, or a direction."""
    if claim.direction is not None:
        return SIGNS[claim.direction].text(lang)
    if claim.published is not None:
        return _value(claim.statistic, claim.published, lang, 0)
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
    return f"{low}{DASH}{_value(claim.statistic, claim.high, lang, decimals)}"


def computed_text(computed: ComputedClaim, lang: Lang) -> tuple[str, str]:
    """Write what was computed, and its interval or p-value."""
    claim, value = computed.claim, computed.value
    if value is None:
        return DASH, ""
    text = _value(claim.statistic, value, lang, 1)
    if computed.p_value is not None and claim.check == "direction":
        least = decimal(0.001, lang, 3)
        p_value = f"p = {decimal(computed.p_value, lang, 3)}" if computed.p_value >= 0.001 else f"p < {least}"
        return text, p_value
    if claim.statistic in ("share", "difference") and computed.low is not None and computed.high is not None:
        return text, f"{decimal(computed.low, lang)}{DASH}{decimal(computed.high, lang)}"
    return text, ""


def _value(statistic: Statistic, value: float, lang: Lang, decimals: int) -> str:
    if statistic == "count":
        return integer(int(value), lang)
    if statistic == "rank":
        return Label(f"nr. {value:.0f}", f"no. {value:.0f}").text(lang)
    if statistic == "ratio":
        return f"{decimal(value, lang)}{Label(' gange', ' times').text(lang)}"
    if statistic == "difference":
        return f"{decimal(value, lang)} {Label('procentpoint', 'percentage points').text(lang)}"
    return per_cent(value / 100, lang, decimals)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
