"""Which waves may stand in one result."""

from collections.abc import Iterable

from barometer.errors import MixedCodebooksError
from barometer.microdata.wave import Wave


def check_one_codebook(waves: Iterable[Wave]) -> None:
    """
    Check that waves answer to one codebook, so that their units and questions are the same.

    Parameters
    ----------
    waves : iterable of Wave

    Raises
    ------
    MixedCodebooksError
        If they answer to several, for instance workplaces and administrations.
    """
    found = dict.fromkeys((wave.codebook.about.name, wave.codebook.about.unit_label.en) for wave in waves)
    if len(found) > 1:
        raise MixedCodebooksError([name for name, _ in found], [unit for _, unit in found])
