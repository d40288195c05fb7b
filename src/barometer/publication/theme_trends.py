"""How each theme went from wave to wave: the leading share of its figures, where several waves have it."""

from collections.abc import Sequence
from dataclasses import replace

from barometer.analysis import estimate_trend
from barometer.errors import NotComparableError
from barometer.microdata import Wave
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice
from barometer.publication.draw import draw
from barometer.publication.figure import Figure


def theme_trends(waves: Sequence[Wave], policy: PolicyChoice = DEFAULT) -> dict[str, Figure]:
    """
    Draw one trend for each theme of the published figures.

    Parameters
    ----------
    waves : sequence of Wave
        Of one codebook.
    policy : str or DisclosurePolicy
        What may be shown.

    Returns
    -------
    dict of str to Figure
        By theme; without those whose share fewer than two waves have, or that no two waves may be compared in.
    """
    figures = {}
    for theme, indicator in _leading(waves).items():
        try:
            figure = draw(estimate_trend(waves, [indicator]), policy=policy)
        except NotComparableError:
            continue
        figures[theme] = replace(figure, id=f"trend_{theme}")
    return figures


def _leading(waves: Sequence[Wave]) -> dict[str, str]:
    """First indicator of the first figure of each theme, in the order of the codebook, that two waves have."""
    records = {name: record for wave in reversed(waves) for name, record in wave.codebook.figures.items()}
    leading: dict[str, str] = {}
    for record in (records[name] for name in waves[0].codebook.whole.figures if name in records):
        having = sum(record.indicators[0] in wave.codebook.indicators for wave in waves)
        if not record.by and having > 1:
            leading.setdefault(record.theme, record.indicators[0])
    return leading
