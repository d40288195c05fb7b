"""Draw a published figure by its name, or any result."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from barometer.analysis import (
    Association,
    Comparisons,
    Counts,
    Decomposition,
    Estimates,
    Model,
    ModelMargins,
    Overlaps,
    Parts,
    Reweighting,
    Sensitivity,
    Trend,
    estimate_shares,
)
from barometer.codebook.published import FigureKind, FigureRecord
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.microdata import Wave, load_wave
from barometer.publication.association_figures import association_figure
from barometer.publication.battery import BATTERY
from barometer.publication.battery_rows import drawn_battery
from barometer.publication.bound_figures import bounds_figure
from barometer.publication.change_figures import decomposition_figure
from barometer.publication.combination_figures import overlaps_figure, parts_figure
from barometer.publication.comparison_figures import comparisons_figure
from barometer.publication.count_figures import counts_figure
from barometer.publication.disclosure.policy import DEFAULT, NO_CONTROL, PolicyChoice
from barometer.publication.disclosure.protecting import Protected, protect, protect_all
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import drawn_bars, drawn_domains
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.level_figures import drawn_levels, levels_figure
from barometer.publication.levels import LEVELS
from barometer.publication.marks import BARS, DOMAINS
from barometer.publication.model_figures import margins_figure, model_figure
from barometer.publication.trend_figures import trend_figure
from barometer.publication.weight_figures import weights_figure
from barometer.publication.words import write_words

Shares = Estimates | Overlaps | Parts | Counts | Comparisons | Association
Drawable = Shares | Trend | Decomposition | Model | ModelMargins | Reweighting | Sensitivity
"""Results that have a figure of their own."""


def draw(
    what: "str | Drawable | Protected[Any]",
    wave: Wave | None = None,
    *,
    lang: Lang = "en",
    policy: PolicyChoice = DEFAULT,
) -> Figure:
    r"""
    Draw a published figure or a result.

    Parameters
    ----------
    what : str or a result
        Name of a published figure (`bm.codebook().to_frame("figures")` lists them); what `estimate_shares` gave:
        several indicators in total or by a domain of two or three groups, a composite and its parts, or one indicator
        by one domain; what `estimate_overlaps`, `estimate_parts` or `estimate_counts` gave in total; what
        `compare_domains` gave for one indicator (of the answers to a question that has a yes, the yes is drawn), or for
        several by two or three groups that were compared with all, with the rest or with one of them, not in pairs;
        what `test_association` gave; what `estimate_trend` gave of several indicators, or of one by a domain, or
        `decompose_change` did; a model, its adjusted shares or their differences; what `reweight` did to weights; or
        what `bound_share` or `bound_difference` gave.
    wave : Wave, optional
        The microdata for a published figure; the shipped synthetic wave by default.
    lang : {"da", "en"}
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. A suppressed share is a labelled gap; with "none" the figure says that it may
        not be published.

    Returns
    -------
    Figure
        Shows itself in Jupyter; `.data` holds the numbers drawn, `.save(folder)` writes files.

    Raises
    ------
    UnknownNameError
        If there is no such figure or policy.
    ArgumentError
        If the result has no figure of its own (several indicators by more than three groups, a cross of domains,
        combinations by a domain, pairs of more than 15 groups), every share of `bound_share` is suppressed, or the
        language is none there is.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.draw("private_firms", lang="da").headline
    'Syntetiske data: private virksomheder har en positiv rolle i 26\u202f% af innovationerne'
    """
    if lang not in ("da", "en"):
        raise ArgumentError("lang", f"must be da or en; got {lang!r}")
    if not isinstance(what, str):
        make = _figure_of(what.result if isinstance(what, Protected) else what)
        safe = what if isinstance(what, Protected) else protect(what, policy)
        return _controlled(make(safe.result, lang), safe)
    wave = wave or _shipped(3)
    record = wave.codebook.figure(what)
    shares = protect(_estimate(record, wave), policy)
    return _controlled(_draw(record, shares.result, lang), shares)


def draw_trend_of(record: FigureRecord, trend: Trend, *, policy: PolicyChoice = DEFAULT) -> Figure:
    """
    Draw how the leading share of a published figure went from wave to wave.

    Parameters
    ----------
    record : FigureRecord
        Of a composite, the title says what the share is of.
    trend : Trend
    policy : str or DisclosurePolicy
    """
    safe = protect(trend, policy)
    subject = record.neutral if record.kind == "union" else None
    return _controlled(trend_figure(safe.result, "en", subject), safe)


def draw_published(wave: Wave, *, lang: Lang = "en", policy: PolicyChoice = DEFAULT) -> list[Figure]:
    """
    Draw all published figures of a wave, protected together: none gives away what another suppresses.

    Parameters
    ----------
    wave : Wave
    lang : {"da", "en"}
    policy : str or DisclosurePolicy

    Returns
    -------
    list of Figure
        In the order of their records.
    """
    records = list(wave.codebook.figures.values())
    shares = protect_all([_estimate(record, wave) for record in records], policy)
    return [_controlled(_draw(record, safe.result, lang), safe) for record, safe in zip(records, shares, strict=True)]


def _estimate(record: FigureRecord, wave: Wave) -> Estimates:
    """Estimate the shares of a published figure: a composite brings its parts."""
    names = list(record.indicators)
    if record.kind == "union" and len(names) == 1:
        names += wave.codebook.indicator(names[0]).parts
    return _called(estimate_shares(wave, names, by=record.by or None), record)


def _controlled(figure: Figure, safe: "Protected[Any]") -> Figure:
    """Put the audit beside a figure; one without control says so."""
    figure = replace(figure, audit=safe.audit)
    return figure if safe.policy.is_control else figure.noting(NO_CONTROL)


def _figure_of(result: object) -> Callable[[Any, Lang], Figure]:
    """Find what makes the figure of a result."""
    for kind, make in FIGURES.items():
        if isinstance(result, kind):
            return make
    known = ", ".join(kind.__name__ for kind in FIGURES)
    raise ArgumentError("what", f"must be a figure's name, or a result ({known}); got {type(result).__name__}")


@cache
def _shipped(number: int) -> Wave:
    return load_wave(number)


def _draw(record: FigureRecord, estimates: Estimates, lang: Lang) -> Figure:
    data, drawing = _drawn(record, estimates)
    languages: tuple[Lang, ...] = ("da", "en")
    words = {language: write_words(record, estimates, data, language) for language in languages}
    source = record.source(estimates.method.wave)
    return Figure(record.id, record.kind, data, lang, words, source, in_both_languages(estimates.method.text), drawing)


def _drawn(record: FigureRecord, estimates: Estimates) -> tuple[pd.DataFrame, Drawing]:
    """Choose the numbers that a kind of figure draws, and how it draws them."""
    order = record.order
    if record.kind == "domains":
        return drawn_domains(estimates, order=order), DOMAINS
    if record.kind == "levels":
        return drawn_levels(estimates, order=order), LEVELS
    if record.kind == "battery":
        return drawn_battery(estimates, order=order), BATTERY
    return drawn_bars(estimates, union=record.kind == "union", order=order), BARS


def _called(estimates: Estimates, record: FigureRecord) -> Estimates:
    """Return the estimates with the groups called what the figure calls them."""
    names = dict(record.groups)
    if not names:
        return estimates
    domain = estimates.domains[0]
    groups = tuple(replace(group, label=names.get(group.code, group.label)) for group in domain.groups)
    return replace(estimates, domains=(replace(domain, groups=groups),))


def _shares_figure(estimates: Estimates, lang: Lang) -> Figure:
    if len(estimates.domains) == 1 and len(estimates.indicators) > 1:
        return levels_figure(estimates, lang)
    return _draw(_improvised(estimates), estimates, lang)


def _improvised(estimates: Estimates) -> FigureRecord:
    """Return a neutral record for a result that no published figure describes."""
    if len(estimates.domains) > 1:
        raise ArgumentError("what", "a cross of domains has no figure of its own; use one domain")
    first = estimates.indicators[0]
    names = tuple(indicator.name for indicator in estimates.indicators)
    kind: FigureKind = (
        "domains" if estimates.domains else "union" if first.parts and names[1:] == first.parts else "bars"
    )
    base = estimates.codebook.base(first.base).label
    if kind == "domains":
        by = estimates.domains[0].label
        title = Label(f"{first.label.da} efter {by.da.lower()}", f"{first.label.en} by {by.en.lower()}")
    elif kind == "union" or len(names) == 1:
        title = first.label
    else:
        same = len({indicator.family for indicator in estimates.indicators}) == 1
        title = estimates.codebook.family_label(first.family) if same else Label("Andele", "Shares")
    return FigureRecord(
        id=names[0].replace(".", "_")
        if len(names) == 1 or kind == "union"
        else first.family.replace(".", "_") or "shares",
        kind=kind,
        theme="",
        indicators=names,
        by=estimates.domains[0].name if estimates.domains else "",
        order="value",
        headlines=(),
        neutral=_literal(title),
        subtitle=Label(f"Andel af {_braces(base.da)}, {{period}}", f"Share of {_braces(base.en)}, {{period}}"),
        note=Label("", ""),
        sources=(),
    )


def _literal(label: Label) -> Label:
    """Return a label that nothing is filled into."""
    return Label(_braces(label.da), _braces(label.en))


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


FIGURES: dict[type, Callable[[Any, Lang], Figure]] = {
    Estimates: _shares_figure,
    Overlaps: overlaps_figure,
    Parts: parts_figure,
    Counts: counts_figure,
    Comparisons: comparisons_figure,
    Association: association_figure,
    Model: model_figure,
    ModelMargins: margins_figure,
    Trend: trend_figure,
    Decomposition: decomposition_figure,
    Reweighting: weights_figure,
    Sensitivity: bounds_figure,
}
"""What makes the figure of each type of result."""
