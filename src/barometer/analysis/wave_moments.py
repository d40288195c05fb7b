"""The sums of a wave, under the names that several countries have in common."""

from collections.abc import Sequence
from dataclasses import replace

from barometer import survey
from barometer.analysis.shares import estimate_shares
from barometer.codebook import Codebook
from barometer.codebook.names import as_names
from barometer.errors import NoMatchError
from barometer.microdata import Wave


def collect_wave_moments(
    wave: Wave,
    indicators: str | Sequence[str] = "*",
    *,
    by: str | Sequence[str] | None = None,
    sample: str | None = None,
    reference: Codebook | None = None,
) -> "survey.Moments":
    """
    Sum the indicators of a wave, for a file that may travel when it has been checked.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        As in `estimate_shares`; with a reference, names in its codebook, "*" being all that match.
    by : str or sequence of str, optional
        As in `estimate_shares`.
    sample : str, optional
        Name of the sample; the codebook's name and the year without it.
    reference : Codebook, optional
        The codebook whose names the outcomes are given, where records say that the questions match.

    Returns
    -------
    survey.Moments
        Not checked: see `release_moments`.

    Raises
    ------
    NoMatchError
        If an indicator of the reference has no match on record, or "*" finds none that has.
    UnknownNameError, ArgumentError
        As `estimate_shares` and `collect_moments`.
    """
    name = sample or f"{wave.codebook.about.name} wave {wave.record.number}"
    if reference is None or reference.about.name == wave.codebook.about.name:
        return survey.collect_moments(estimate_shares(wave, indicators, by=by).kernel.sums, sample=name)
    wanted = list(reference.indicators) if indicators == "*" else as_names("indicators", indicators)
    found = [reference.match(each, wave.codebook) for each in wanted]
    matched = {each.theirs: each.indicator for each in found if each.verdict != "no_match"}
    refused = {each.indicator: each.reason("en") for each in found if each.verdict == "no_match"}
    if not matched or (refused and indicators != "*"):
        raise NoMatchError(refused if indicators != "*" else {"*": "no indicator has a match on record"})
    estimates = estimate_shares(wave, list(matched), by=by)
    names = tuple(matched[indicator.name] for indicator in estimates.indicators)
    return survey.collect_moments(replace(estimates.kernel.sums, names=names), sample=name)
