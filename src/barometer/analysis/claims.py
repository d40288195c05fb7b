"""Published claims computed again: for each, the number that stands beside it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from barometer.analysis.estimates import TOTAL, Estimates
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.overall_claims import OverallTest, overall_tests
from barometer.analysis.shares import estimate_shares
from barometer.codebook.published import Claim
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
        Of the difference from zero, for differences; of no difference between the groups, for an overall one.
    n : int or None
        Workplaces in the claim's base, counted.
    why_not : str
        Why there is no value: "record" (the claim's own reason), "not_asked", "no_frame" or "empty" (nobody in a
        group); a note of the test when only that is missing. Empty otherwise.
    order : tuple of str
        For an overall difference: the groups of the domain, that with the highest share first.
    tested : tuple of str
        For an overall difference: the indicators that were crossed with the domain.
    rests_on : tuple of (int, int)
        For each share that it is made of: respondents who answered so, and in the base, without weights.
    """

    claim: Claim
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None
    why_not: str = ""
    order: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    rests_on: tuple[tuple[int, int], ...] = ()


def compute_claims(wave: Wave) -> list[ComputedClaim]:
    """
    Compute every claim about a wave from its microdata.

    Claims that share a domain and a rule for don't know are estimated together, in one pass each.
    """
    claims = wave.codebook.wave_claims(wave.record.number)
    asked = [claim for claim in claims if claim.indicator and _is_asked(wave, claim)]
    shares = _estimate(wave, asked)
    known, overall = set(asked), overall_tests(wave, asked)
    found = [_compute(wave, claim, shares[_pass_of(claim)] if claim in known else None) for claim in claims]
    return [
        _with_test(computed, shares[_pass_of(computed.claim)], overall[computed.claim.id])
        if computed.claim.id in overall
        else computed
        for computed in found
    ]


def _with_test(computed: ComputedClaim, shares: Estimates, test: OverallTest) -> ComputedClaim:
    """Put the omnibus test beside one share of an overall difference, and the groups in the order of their shares."""
    claim = computed.claim
    if computed.value is None:
        return computed
    found = {codes[0]: float(shares.row(claim.indicator, *codes)["share"]) for codes in shares.groups}
    known = [group for group, share in found.items() if not math.isnan(share)]
    order = tuple(sorted(known, key=lambda group: -found[group]))
    if not {group for pair in claim.order for group in pair} <= set(order):
        return replace(computed, order=order, tested=test.indicators, why_not="empty")
    return replace(computed, p_value=test.p_value, order=order, tested=test.indicators, why_not=test.note)


def _rests_on(claim: Claim, shares: Estimates) -> tuple[tuple[int, int], ...]:
    """Count the answers behind each share of a claim: one, or both that are compared."""
    groups = [claim.group or TOTAL, *([claim.versus] if claim.versus else [])]
    return tuple(shares.answers_behind(claim.indicator, group) for group in groups)


def _pass_of(claim: Claim) -> tuple[str, DontKnowChoice]:
    """Domain and rule for don't know; groups that are made of answers bring their own rule."""
    return claim.domain, "record" if claim.domain else claim.dont_know


def _estimate(wave: Wave, claims: Iterable[Claim]) -> dict[tuple[str, DontKnowChoice], Estimates]:
    wanted: dict[tuple[str, DontKnowChoice], dict[str, None]] = defaultdict(dict)
    for claim in claims:
        rivals = wave.codebook.rivals(claim) if claim.statistic == "rank" else []
        wanted[_pass_of(claim)].update(dict.fromkeys([claim.indicator, *rivals]))
    return {
        (domain, rule): estimate_shares(wave, list(names), by=domain or None, dont_know=rule)
        for (domain, rule), names in wanted.items()
    }


def _is_asked(wave: Wave, claim: Claim) -> bool:
    try:
        wave.select(claim.indicator)
        if claim.domain:
            wave.domain_codes(claim.domain)
    except UnknownNameError:
        return False
    return True


def _compute(wave: Wave, claim: Claim, shares: Estimates | None) -> ComputedClaim:
    n = wave.base_size(claim.base)
    if claim.check == "impossible":
        return ComputedClaim(claim, n=n, why_not="record")
    if claim.statistic == "count":
        return ComputedClaim(claim, value=float(n), n=n)
    if claim.statistic in ("response_rate", "nonresponse_rate"):
        if wave.sampled is None:
            return ComputedClaim(claim, n=n, why_not="no_frame")
        counted = wave.n if claim.statistic == "response_rate" else wave.sampled - wave.n
        return ComputedClaim(claim, value=100.0 * counted / wave.sampled, n=n)
    if shares is None:
        return ComputedClaim(claim, n=n, why_not="not_asked")
    return replace(_compute_from(shares, wave, claim, n), rests_on=_rests_on(claim, shares))


def _compute_from(shares: Estimates, wave: Wave, claim: Claim, n: int) -> ComputedClaim:
    if claim.statistic == "share":
        row = shares.row(claim.indicator, claim.group or TOTAL)
        return _found(claim, n, row["share"], row["ci_low"], row["ci_high"])
    if claim.statistic == "rank":
        names = {claim.indicator, *wave.codebook.rivals(claim)}
        found = {name: float(shares.row(name, claim.group or TOTAL)["share"]) for name in names}
        own = found[claim.indicator]
        return _found(claim, n, math.nan if math.isnan(own) else 1 + sum(other > own for other in found.values()))
    if claim.statistic == "ratio":
        first, second = (float(shares.row(claim.indicator, code)["share"]) for code in (claim.group, claim.versus))
        return _found(claim, n, first / second if second else math.nan)
    difference = shares.difference(claim.group, claim.versus, claim.indicator)
    computed = _found(claim, n, difference.estimate, difference.ci_low, difference.ci_high)
    if computed.value is None:
        return computed
    if math.isnan(difference.p_value):
        return replace(computed, why_not="no_spread")
    return replace(computed, p_value=difference.p_value)


def _found(claim: Claim, n: int, value: float, low: float = math.nan, high: float = math.nan) -> ComputedClaim:
    """Put a number into the claim's unit; a group without anybody has none."""
    if math.isnan(value):
        return ComputedClaim(claim, n=n, why_not="empty")
    unit = 100.0 if claim.statistic in ("share", "difference") else 1.0
    ends = [None if math.isnan(end) else unit * float(end) for end in (low, high)]
    return ComputedClaim(claim, unit * float(value), ends[0], ends[1], n=n)
