"""Published overall differences tested again: Rao and Scott's F of a whole cross."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from barometer import survey
from barometer.analysis.designs import wave_design
from barometer.codebook.published import Claim
from barometer.microdata import Wave


@dataclass(frozen=True, slots=True)
class OverallTest:
    """
    The omnibus test that stands beside a claim of an overall difference.

    Attributes
    ----------
    indicators : tuple of str
        What was crossed with the domain: the claim's own indicator, or all of its cross.
    p_value : float or None
        Of no difference between the groups of the domain; None where there is no test.
    note : str
        Why there is no test.
    """

    indicators: tuple[str, ...]
    p_value: float | None
    note: str


def crossed_indicators(claim: Claim, claims: Iterable[Claim]) -> tuple[str, ...]:
    """
    Return the indicators that a claim of an overall difference is about.

    A claim whose text says which group is higher is about its own share. One that the text gives no order is part of
    the one difference that was reported over the cross: then it is every share of that cross.
    """
    if claim.order:
        return (claim.indicator,)
    cross = [
        other.indicator
        for other in claims
        if other.direction == "overall" and (other.source, other.domain) == (claim.source, claim.domain)
    ]
    return tuple(dict.fromkeys(cross))


def overall_tests(wave: Wave, claims: Sequence[Claim]) -> dict[str, OverallTest]:
    """
    Test every claim of an overall difference, each cross once.

    Parameters
    ----------
    wave : Wave
    claims : sequence of Claim
        Those that can be computed.

    Returns
    -------
    dict of str to OverallTest
        By the claim's id.

    Notes
    -----
    The cross is the indicators, yes or no under their own rules for don't know, by the groups of the domain, among
    those in both bases. See `barometer.survey.test_association` for the formula.
    """
    overall = [claim for claim in claims if claim.direction == "overall"]
    asked = {claim.id: (crossed_indicators(claim, overall), claim.domain) for claim in overall}
    found = {cross: _test(wave, *cross) for cross in dict.fromkeys(asked.values())}
    return {name: found[cross] for name, cross in asked.items()}


def _test(wave: Wave, indicators: tuple[str, ...], domain: str) -> OverallTest:
    chosen = wave.select(list(indicators))
    arrays = wave.indicator_arrays(chosen, [indicator.dont_know for indicator in chosen])
    group = wave.domain_codes(domain)
    base = arrays.bases[:, arrays.base].all(axis=1) & (group >= 0)
    if not base.any():
        return OverallTest(indicators, None, "empty")
    # Answers that exclude each other give one category each, and one for none of them; others their combinations.
    category = arrays.yes @ (1 << np.arange(len(chosen)))
    cells = survey.count_cells(wave_design(wave), category, group, where=base)
    tested = survey.test_association(cells)
    return OverallTest(indicators, None if tested.note else tested.p_value, tested.note)
