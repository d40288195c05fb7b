"""View an indicator, or a family of them."""

from itertools import combinations
from typing import TYPE_CHECKING

from barometer.codebook.browse.display import Listing
from barometer.codebook.browse.listings import (
    change_rows,
    changes_of,
    claim_rows,
    figure_rows,
    member_rows,
    waves_text,
)
from barometer.codebook.browse.views import FamilyView, IndicatorView, ViewKind
from barometer.codebook.comparability import VERDICTS
from barometer.codebook.records import Indicator, Label, Lang
from barometer.codebook.wording import listed, lower_first, rule_text

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def view_indicator(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> IndicatorView:
    """View an indicator."""
    indicator = book.indicators[name]
    return IndicatorView(
        name=name,
        label=indicator.label.text(lang),
        lang=lang,
        also=also,
        base=book.bases[indicator.base].label.text(lang),
        counted=rule_text(book, indicator.rule, lang),
        dont_know=indicator.dont_know,
        waves=waves_text(book, "indicator", name),
        inferred=indicator.inferred.text(lang),
        source=indicator.source,
        parts=_parts(book, indicator, lang),
        definitions=_definitions(book, indicator, lang),
        comparability=_comparability(book, name, lang),
        claims=claim_rows(book, book.relations.claims_about.get(name, ()), lang, told="place"),
        figures=figure_rows(book, book.relations.drawn_in.get(name, ()), lang),
    )


def view_family(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> FamilyView:
    """View a family of indicators."""
    members = [indicator.name for indicator in book.indicators.values() if indicator.family == name]
    drawn = [figure for member in members for figure in book.relations.drawn_in.get(member, ())]
    question, _, row = name.partition(".")
    items = book.questions[question].items if question in book.questions else ()
    item = [lower_first(item.label.text(lang)) for item in items if item.code == row]
    return FamilyView(
        name=name,
        label=": ".join([book.family_label(name).text(lang), *item]),
        lang=lang,
        also=also,
        members=member_rows(book, members, lang),
        figures=figure_rows(book, drawn, lang),
        changes=change_rows(changes_of(book, name), lang),
    )


def _parts(book: "Codebook", indicator: Indicator, lang: Lang) -> Listing:
    rows = (
        (name, book.indicators[name].label.text(lang), rule_text(book, book.indicators[name].rule, lang))
        for name in indicator.parts
    )
    return Listing(("name", "label", "counted"), tuple(rows))


def _definitions(book: "Codebook", indicator: Indicator, lang: Lang) -> Listing:
    """List how waves of this codebook defined the indicator otherwise than the rest."""
    rows = (
        (listed(waves), rule_text(book, other.rule, lang), other.reason.text(lang), other.source)
        for other in indicator.elsewhere
        if (waves := [number for number in other.waves if number in book.relations.waves])
    )
    return Listing(("waves", "counted", "reason", "source"), tuple(rows))


def _comparability(book: "Codebook", name: str, lang: Lang) -> Listing:
    """List every two waves that have the indicator, neighbours first; a reason stands where it is met first."""
    waves = book.relations.in_waves.get(("indicator", name), ())
    told: set[Label] = set()
    rows = []
    for first, second in sorted(combinations(waves, 2), key=lambda pair: waves.index(pair[1]) - waves.index(pair[0])):
        found = book.comparability(name, first, second)
        reasons = [reason for reason in found.reasons if reason not in told]
        told.update(reasons)
        pair = f"{first} {Label('og', 'and').text(lang)} {second}"
        rows.append((pair, VERDICTS[found.verdict].text(lang), " ".join(reason.text(lang) for reason in reasons)))
    return Listing(("versus", "verdict", "reason"), tuple(rows))
