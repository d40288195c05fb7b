"""Small hand-made marks, and figures that draw them."""

import dataclasses
from typing import Any

import pandas as pd
from shipped_waves import SHIPPED

import barometer as bm
from barometer.publication.drawn import Mark, to_data

PUBLISHED = [(name, number) for number in SHIPPED for name in bm.codebook().in_wave(number).figures]
"""Every figure with every shipped wave that published it."""

PLAIN = Mark("role.plain", "total", "Etiket", "Label", 0.5, 0.4, 0.6, 100, "plain", "published", False)


def mark(label: str = "Label", **changes: Any) -> Mark:
    """Return a mark with the same label in both languages."""
    return dataclasses.replace(PLAIN, label_da=label, label_en=label, **changes)


def frame(*marks: Mark) -> pd.DataFrame:
    """Return marks as the frame that the drawing functions take."""
    return to_data(marks)


def drawing(figure: bm.Figure, *marks: Mark, **changes: Any) -> bm.Figure:
    """Return a figure that draws other marks."""
    return dataclasses.replace(figure, data=frame(*marks), **changes)


def as_delivery(wave: bm.Wave) -> bm.Wave:
    """Return the wave as if it had been delivered by its owner."""
    return dataclasses.replace(wave, provenance=dataclasses.replace(wave.provenance, kind="delivery"))


def with_figures(wave: bm.Wave, *names: str) -> bm.Wave:
    """Return the wave with a codebook of a few figures only."""
    figures = {name: wave.codebook.figures[name] for name in names}
    return dataclasses.replace(wave, codebook=dataclasses.replace(wave.codebook, figures=figures))


def with_little(wave: bm.Wave, *names: str) -> bm.Wave:
    """Return the wave with a few figures and the claims about the first of them, for a report that is built quickly."""
    few = with_figures(wave, *names)
    drawn = few.codebook.relations.shown_by[names[0]]
    claims = tuple(claim for claim in few.codebook.claims if claim.statistic == "count" or claim.indicator in drawn)
    return dataclasses.replace(few, codebook=dataclasses.replace(few.codebook, claims=claims))
