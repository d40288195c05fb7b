"""What a report shows of each wave: its claims checked, its figures drawn, its answers and weights counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from barometer.analysis import Estimates, WaveFacts, WaveQuality, wave_facts, wave_quality
from barometer.codebook import Codebook
from barometer.errors import ArgumentError
from barometer.microdata import Wave, as_waves, check_one_codebook
from barometer.microdata.wave import Provenance
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice, find_policy
from barometer.publication.disclosure.protecting import Protected
from barometer.publication.disclosure.quality_tables import protect_quality
from barometer.publication.draw import draw_published
from barometer.publication.figure import Figure
from barometer.publication.verification import Verification, verify


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """
    One wave in a report. Results only: nothing in it is a row of microdata.

    Attributes
    ----------
    facts : WaveFacts
    codebook : Codebook
        As the wave used it.
    provenance : Provenance
    checked : Verification
        Of the wave's claims.
    figures : tuple of Figure
        In the order of the codebook.
    quality : WaveQuality
    """

    facts: WaveFacts
    codebook: Codebook
    provenance: Provenance
    checked: Verification
    figures: tuple[Figure, ...]
    quality: WaveQuality

    @property
    def number(self) -> int:
        """The wave."""
        return self.facts.record.number

    @property
    def is_synthetic(self) -> bool:
        """Whether the workplaces are artificial."""
        return self.checked.is_synthetic


def make_edition(
    wave: Wave, policy: PolicyChoice = DEFAULT, shares: Sequence[Protected[Estimates]] | None = None
) -> Edition:
    """
    Verify the claims of a wave, draw what a policy lets be published and count what a reviewer looks at.

    Parameters
    ----------
    wave : Wave
    policy : str or DisclosurePolicy
    shares : sequence of Protected, optional
        Of its figures, protected with what else is shown; with each other only without it.
    """
    return Edition(
        facts=wave_facts(wave),
        codebook=wave.codebook,
        provenance=wave.provenance,
        checked=verify(wave, policy),
        figures=tuple(draw_published(wave, policy=policy, shares=shares)),
        quality=protect_quality(wave_quality(wave), wave.record.number, find_policy(policy)),
    )


def reported_waves(waves: object) -> tuple[Wave, ...]:
    """
    Return the waves that may stand in one report, in their order.

    Raises
    ------
    ArgumentError
        If there is none, one stands twice, or synthetic waves stand beside deliveries.
    MixedCodebooksError
        If they answer to different codebooks.
    """
    found = as_waves(waves)
    check_one_codebook(found)
    numbers = [wave.record.number for wave in found]
    if len(set(numbers)) < len(numbers):
        raise ArgumentError("waves", "holds a wave twice; a report has one delivery of each")
    if len({wave.is_synthetic for wave in found}) > 1:
        raise ArgumentError("waves", "holds synthetic waves beside deliveries; make a report of each")
    return tuple(sorted(found, key=lambda wave: wave.record.number))
