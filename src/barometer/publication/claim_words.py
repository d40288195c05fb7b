"""Published claims in words: which direction was published, and what was computed."""

from barometer.analysis.claims import ComputedClaim
from barometer.analysis.method import SIGNIFICANCE
from barometer.codebook import Codebook
from barometer.codebook.claim_words import DASH, SIGNS, value_text
from barometer.codebook.numbers import decimal, p_value_text
from barometer.codebook.published import Claim
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first

WHOLE_CROSS = Label("hele krydset", "whole cross")


def computed_text(computed: ComputedClaim, lang: Lang) -> tuple[str, str]:
    """Write what was computed, and its interval or p-value."""
    claim, value = computed.claim, computed.value
    if value is None:
        return DASH, ""
    text = value_text(claim.statistic, value, lang, 1)
    if computed.p_value is not None and claim.check == "direction":
        return text, p_value_text(computed.p_value, lang)
    if claim.statistic in ("share", "difference") and computed.low is not None and computed.high is not None:
        return text, f"{decimal(computed.low, lang)}{DASH}{decimal(computed.high, lang)}"
    return text, ""


def published_direction(claim: Claim, codebook: Codebook, lang: Lang) -> str:
    """Write the published direction of a claim about significance; for an overall one the groups in their order."""
    if claim.direction is None:
        return ""
    pairs = [" > ".join(_groups(claim, pair, codebook, lang)) for pair in claim.order]
    return f"{SIGNS[claim.direction].text(lang)}{': ' if pairs else ''}{', '.join(pairs)}"


def computed_direction(computed: ComputedClaim, codebook: Codebook, lang: Lang) -> str:
    """
    Write what was found: more or less often, no significant difference, or the groups from the highest share down.

    A sign that chance alone may give is not written as a direction.
    """
    claim, value, p = computed.claim, computed.value, computed.p_value
    if claim.direction is None or value is None:
        return ""
    if claim.direction != "overall":
        found_none = p is not None and p >= SIGNIFICANCE
        return SIGNS["none" if found_none else "more" if value > 0.0 else "less"].text(lang) if value else ""
    found = " > ".join(_groups(claim, computed.order, codebook, lang))
    return f"{found} ({WHOLE_CROSS.text(lang)})" if len(computed.tested) > 1 else found


def _groups(claim: Claim, codes: tuple[str, ...], codebook: Codebook, lang: Lang) -> list[str]:
    labels = {group.code: group.label.text(lang) for group in codebook.domain(claim.domain).groups}
    return [lower_first(labels[code]) for code in codes]
