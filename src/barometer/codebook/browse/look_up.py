"""What words lead to, when nobody says what they are: a record by its name, else a search."""

from typing import TYPE_CHECKING

from barometer.codebook.browse.overview import Overview
from barometer.codebook.browse.search import SearchResult
from barometer.codebook.browse.show import names_by_kind
from barometer.codebook.browse.views import View, ViewKind
from barometer.codebook.records import Lang

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def look_up(
    book: "Codebook", words: str, lang: Lang, *, kind: ViewKind | None = None
) -> Overview | View | SearchResult:
    """
    Return the overview for no words, the record for its exact name, and a search for anything else.

    Parameters
    ----------
    book : Codebook
    words : str
    lang : {"da", "en"}
    kind : str, optional
        The record must be of this kind; then there is no search.
    """
    if not words:
        return book.overview(lang)
    if kind or any(words in names for names in names_by_kind(book).values()):
        return book.show(words, lang, kind=kind)
    return book.search(words, lang)
