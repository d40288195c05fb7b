"""The sums of a wave, under the names that several countries have in common."""

from collections.abc import Sequence
from dataclasses import replace

from barometer import survey
from barometer.analysis.shares import estimate_shares
from barometer.codebook import Codebook, Counterpart
from barometer.codebook.comparability import MATCHES
from barometer.codebook.names import as_names
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, NoMatchError
from barometer.microdata import SYNTHETIC, Wave, check_wave

LANGUAGES: tuple[Lang, Lang] = ("da", "en")


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
        The codebook whose names the outcomes are given, where records say that the questions match. Narrow it to the
        wave that they will stand beside (`codebook("denmark").in_wave(3)`): a record can hold for some waves only.

    Returns
    -------
    survey.Moments
        Not checked: see `release_moments`. Its notes say that answers are synthetic where they are, and what is
        different in questions that are similar only.

    Raises
    ------
    NoMatchError
        If an indicator of the reference has no match on record, or "*" finds none that has.
    UnknownNameError, ArgumentError
        As `estimate_shares` and `collect_moments`; or if there are domains beside the reference of another codebook, as
        no record says that those match.
    """
    check_wave(wave)
    name = sample or f"{wave.codebook.about.name} wave {wave.record.number}"
    kind = [survey.MomentsNote("", SYNTHETIC.da, SYNTHETIC.en)] if wave.is_synthetic else []
    if reference is None or reference.about.name == wave.codebook.about.name:
        return survey.collect_moments(estimate_shares(wave, indicators, by=by).kernel.sums, sample=name, notes=kind)
    if by is not None:
        raise ArgumentError("by", "no record says that domains of two codebooks match: leave it out")
    wanted = list(reference.indicators) if indicators == "*" else as_names("indicators", indicators)
    found = [reference.match(each, wave.codebook) for each in wanted]
    matched = {each.theirs: each for each in found if each.verdict != "no_match"}
    refused = {each.indicator: each.reason("en") for each in found if each.verdict == "no_match"}
    if not matched or (refused and indicators != "*"):
        raise NoMatchError(refused if indicators != "*" else {"*": " ".join(dict.fromkeys(refused.values()))})
    estimates = estimate_shares(wave, list(matched))
    names = tuple(matched[indicator.name].indicator for indicator in estimates.indicators)
    notes = [*kind, *(_note(each) for each in matched.values() if each.reasons)]
    return survey.collect_moments(replace(estimates.kernel.sums, names=names), sample=name, notes=notes)


def _note(counterpart: Counterpart) -> "survey.MomentsNote":
    """Say what is different in the question of the other codebook."""
    kind = MATCHES[counterpart.verdict]
    da, en = (f"{kind.text(lang)}. {counterpart.reason(lang)}" for lang in LANGUAGES)
    return survey.MomentsNote(counterpart.indicator, da, en)
