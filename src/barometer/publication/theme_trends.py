"""How each theme went from wave to wave: the leading share of its figures, where several waves have it."""

from collections.abc import Sequence
from dataclasses import replace

from barometer.analysis import estimate_trend
from barometer.codebook.published import FigureRecord
from barometer.errors import NotComparableError
from barometer.microdata import Wave
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice
from barometer.publication.draw import draw_trend_of
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
    for theme, record in _leading(waves).items():
        try:
            figure = draw_trend_of(record, estimate_trend(waves, [_lead(record)]), policy=policy)
        except NotComparableError:
            continue
        figures[theme] = replace(figure, id=f"trend_{theme}")
    return figures


def _lead(record: FigureRecord) -> str:
    """Return the first share of a figure: of a battery that of its right side, which agrees or promotes."""
    return record.indicators[1 if record.kind == "battery" else 0]


def _leading(waves: Sequence[Wave]) -> dict[str, FigureRecord]:
    """First figure of each theme, in the order of the codebook, whose leading share two waves have."""
    records = {name: record for wave in reversed(waves) for name, record in wave.codebook.figures.items()}
    leading: dict[str, FigureRecord] = {}
    for record in (records[name] for name in waves[0].codebook.whole.figures if name in records):
        having = sum(_lead(record) in wave.codebook.indicators for wave in waves)
        if not record.by and having > 1:
            leading.setdefault(record.theme, record)
    return leading
