"""Published claims in words: what was computed."""

from barometer.analysis.claims import ComputedClaim
from barometer.codebook.claim_words import DASH, value_text
from barometer.codebook.numbers import decimal
from barometer.codebook.records import Lang


def computed_text(computed: ComputedClaim, lang: Lang) -> tuple[str, str]:
    """Write what was computed, and its interval or p-value."""
    claim, value = computed.claim, computed.value
    if value is None:
        return DASH, ""
    text = value_text(claim.statistic, value, lang, 1)
    if computed.p_value is not None and claim.check == "direction":
        least = decimal(0.001, lang, 3)
        p_value = f"p = {decimal(computed.p_value, lang, 3)}" if computed.p_value >= 0.001 else f"p < {least}"
        return text, p_value
    if claim.statistic in ("share", "difference") and computed.low is not None and computed.high is not None:
        return text, f"{decimal(computed.low, lang)}{DASH}{decimal(computed.high, lang)}"
    return text, ""
