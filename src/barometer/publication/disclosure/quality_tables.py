"""What a reviewer's page counts of a wave, as cells."""

from dataclasses import replace

import numpy as np

from barometer.analysis import WaveQuality
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.protecting import suppress_tables
from barometer.publication.disclosure.rounding import nearest_of
from barometer.publication.disclosure.tables import TOTAL, Cell, CellTable


def protect_quality(quality: WaveQuality, wave: int, policy: DisclosurePolicy) -> WaveQuality:
    """
    Empty the counts of bases and groups with few answers, and those they could be worked back from.

    Parameters
    ----------
    quality : WaveQuality
    wave : int
    policy : DisclosurePolicy
    """
    (bases,) = suppress_tables([_bases(quality, wave)], policy)
    counted = zip(quality.bases, bases.base, strict=True)
    shown = tuple(replace(base, answers=_shown(base.answers, gone, policy)) for base, gone in counted)
    if not quality.margins:
        return replace(quality, bases=shown)
    (margins,) = suppress_tables([_margins(quality, wave)], policy)
    held = zip(quality.margins, margins.base, strict=True)
    return replace(
        quality,
        bases=shown,
        margins=tuple(
            replace(each, answers=_shown(each.answers, gone, policy), weights=float("nan") if gone else each.weights)
            for each, gone in held
        ),
    )


def _shown(answers: int | None, gone: bool, policy: DisclosurePolicy) -> int | None:
    """Return a number of answers as readers see it."""
    return None if gone or answers is None else nearest_of(answers, policy.rounding)


def _bases(quality: WaveQuality, wave: int) -> CellTable:
    cells = tuple(Cell(wave, base.label.en, "", "", TOTAL) for base in quality.bases)
    n = np.array([base.answers or 0 for base in quality.bases], dtype=np.intp)
    return CellTable("bases", cells, n, n, n.astype(np.float64), n.astype(np.float64), (), {})


def _margins(quality: WaveQuality, wave: int) -> CellTable:
    cells = tuple(Cell(wave, "answers", "", each.domain.en, each.group.en) for each in quality.margins)
    n = np.array([each.answers or 0 for each in quality.margins], dtype=np.intp)
    weights = np.array([each.weights for each in quality.margins])
    return CellTable("margins", cells, n, n, weights, weights, (), {})
