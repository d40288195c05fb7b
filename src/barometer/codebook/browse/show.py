"""Look a name up among all kinds of record, and view what it stands for."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from barometer.codebook.browse.view_definitions import view_base, view_domain
from barometer.codebook.browse.view_indicators import view_family, view_indicator
from barometer.codebook.browse.view_published import view_claim, view_figure, view_wave
from barometer.codebook.browse.view_questions import view_question
from barometer.codebook.browse.views import VIEW_KINDS, View, ViewKind
from barometer.codebook.names import as_name
from barometer.codebook.records import Lang
from barometer.errors import UnknownNameError, check_choice

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

VIEWS: dict[ViewKind, Callable[["Codebook", str, Lang, tuple[ViewKind, ...]], View]] = {
    "question": view_question,
    "indicator": view_indicator,
    "family": view_family,
    "domain": view_domain,
    "base": view_base,
    "figure": view_figure,
    "claim": view_claim,
    "wave": view_wave,
}
"""How each kind of record is viewed; where a name stands for several, the first is shown."""


def show_record(book: "Codebook", name: str | int, lang: Lang, kind: ViewKind | None = None) -> View:
    """
    View the record that a name stands for.

    Raises
    ------
    ArgumentError
        If the name is no name, or there is no such kind.
    UnknownNameError
        If the codebook has no such record.
    """
    if kind is not None:
        check_choice("kind", kind, VIEW_KINDS)
    asked = str(name) if isinstance(name, int) and not isinstance(name, bool) else as_name("name", name)
    named = names_by_kind(book)
    kinds: list[ViewKind] = [found for found, names in named.items() if asked in names]
    if kind is not None:
        kinds.sort(key=lambda found: found != kind)
    if not kinds or kind not in (None, kinds[0]):
        known = named[kind] if kind else [other for names in named.values() for other in names]
        raise UnknownNameError(kind or "record", asked, known)
    return VIEWS[kinds[0]](book, asked, lang, tuple(kinds[1:]))


def names_by_kind(book: "Codebook") -> dict[ViewKind, Iterable[str]]:
    """Return every name that can be shown, by kind; a family that is a question or an indicator goes by that."""
    families = dict.fromkeys(indicator.family for indicator in book.indicators.values() if indicator.family)
    return {
        "question": book.questions,
        "indicator": book.indicators,
        "family": [name for name in families if name not in book.questions and name not in book.indicators],
        "domain": book.domains,
        "base": book.bases,
        "figure": book.figures,
        "claim": dict.fromkeys(claim.id for claim in book.claims),
        "wave": [str(number) for number in book.relations.waves],
    }
