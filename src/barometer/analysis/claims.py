"""Published claims computed again: for each, the number that stands beside it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from barometer.analysis.estimates import TOTAL, Estimates
from barometer.analysis.shares import estimate_shares
from barometer.codebook.records import Claim
from barometer.errors import UnknownNameError
from barometer.microdata import Wave


@dataclass(frozen=True, slots=True)
class ComputedClaim:
    """
    One claim with its computed counterpart.

    Attributes
    ----------
    claim : Claim
    value : float or None
        In the claim's own unit: per cent for shares and rates, percentage points for differences, workplaces for
        counts, times for ratios, 1 for the highest of a family. None if it cannot be computed.
    low, high : float or None
        95 % confidence interval, for shares and differences.
    p_value : float or None
        Of the difference from zero, for differences.
    n : int or None
        Workplaces in the claim's base, counted.
    why_not : str
        Why there is no value: "record" (the claim's own reason), "not_asked" or "no_frame"; empty otherwise.
    """

    claim: Claim
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None
    why_not: str = ""


def compute_claims(wave: Wave) -> list[ComputedClaim]:
    """
    Compute every claim about a wave from its microdata.

    Claims that share a domain are estimated together, in one pass each.
    """
    claims = wave.codebook.wave_claims(wave.record.number)
    shares = _estimate(wave, [claim for claim in claims if claim.indicator])
    return [_compute(wave, claim, shares.get(claim.domain)) for claim in claims]


def _estimate(wave: Wave, claims: Iterable[Claim]) -> dict[str, Estimates]:
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    for claim in claims:
        if _is_asked(wave, claim):
            wanted[claim.domain].update(dict.fromkeys([claim.indicator, *_ranked_with(wave, claim)]))
    return {domain: estimate_shares(wave, list(names), by=domain or None) for domain, names in wanted.items()}


def _is_asked(wave: Wave, claim: Claim) -> bool:
    try:
        wave.select(claim.indicator)
        if claim.domain:
            wave.domain_codes(claim.domain)
    except UnknownNameError:
        return False
    return True


def _ranked_with(wave: Wave, claim: Claim) -> list[str]:
    """Return the indicators that a "most often" compares with: those named, or the rest of the family."""
    if claim.statistic != "rank":
        return []
    if claim.versus:
        return claim.versus.split(";")
    return [indicator.name for indicator in wave.select(wave.codebook.indicator(claim.indicator).family)]


def _compute(wave: Wave, claim: Claim, shares: Estimates | None) -> ComputedClaim:
    n = wave.base_size(claim.base)
    if claim.check == "impossible":
        return ComputedClaim(claim, n=n, why_not="record")
    if claim.statistic == "count":
        return ComputedClaim(claim, value=float(n), n=n)
    if claim.statistic == "response_rate":
        if wave.sampled is None:
            return ComputedClaim(claim, n=n, why_not="no_frame")
        return ComputedClaim(claim, value=100.0 * wave.n / wave.sampled, n=n)
    if shares is None or not _is_asked(wave, claim):
        return ComputedClaim(claim, n=n, why_not="not_asked")
    if claim.statistic == "share":
        row = shares.row(claim.indicator, claim.group or TOTAL)
        return ComputedClaim(claim, 100 * row["share"], 100 * row["ci_low"], 100 * row["ci_high"], n=n)
    if claim.statistic == "rank":
        own = shares.row(claim.indicator)["share"]
        higher = sum(shares.row(name)["share"] > own for name in _ranked_with(wave, claim))
        return ComputedClaim(claim, float(1 + higher), n=n)
    if claim.statistic == "ratio":
        first, second = (shares.row(claim.indicator, code)["share"] for code in (claim.group, claim.versus))
        return ComputedClaim(claim, first / second if second else None, n=n, why_not="" if second else "empty")
    found = shares.difference(claim.group, claim.versus, claim.indicator)
    return ComputedClaim(claim, 100 * found.estimate, 100 * found.ci_low, 100 * found.ci_high, found.p_value, n)
