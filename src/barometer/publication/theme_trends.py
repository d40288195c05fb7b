"""How each theme went from wave to wave: the leading share of its figures, where several waves have it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from barometer.analysis import Trend, estimate_trend
from barometer.errors import NotComparableError
from barometer.microdata import Wave
from barometer.publication.disclosure.protecting import Protected
from barometer.publication.draw import draw
from barometer.publication.figure import Figure


def estimate_theme_trends(waves: Sequence[Wave]) -> dict[str, Trend]:
    """
    Follow one share for each theme of the published figures.

    Parameters
    ----------
    waves : sequence of Wave
        Of one codebook.

    Returns
    -------
    dict of str to Trend
        By theme; without those whose share fewer than two waves have, or that no two waves may be compared in.
    """
    found = {}
    for theme, indicator in _leading(waves).items():
        with suppress(NotComparableError):
            found[theme] = estimate_trend(waves, [indicator])
    return found


def draw_theme_trends(trends: Mapping[str, Protected[Trend]]) -> dict[str, Figure]:
    """Draw the trend of each theme."""
    return {theme: replace(draw(trend), id=f"trend_{theme}") for theme, trend in trends.items()}


def _leading(waves: Sequence[Wave]) -> dict[str, str]:
    """First indicator of the first figure of each theme, in the order of the codebook, that two waves have."""
    records = {name: record for wave in reversed(waves) for name, record in wave.codebook.figures.items()}
    leading: dict[str, str] = {}
    for record in (records[name] for name in waves[0].codebook.whole.figures if name in records):
        having = sum(record.indicators[0] in wave.codebook.indicators for wave in waves)
        if not record.by and having > 1:
            leading.setdefault(record.theme, record.indicators[0])
    return leading
