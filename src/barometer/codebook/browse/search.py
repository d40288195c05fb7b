"""Search the records by words of either language, best matches first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape

import pandas as pd

from barometer.codebook.browse.display import WIDTH, Listing, listing_html, page, wrapped
from barometer.codebook.browse.headings import KINDS
from barometer.codebook.browse.search_index import Entry, HitKind, SearchIndex, fold
from barometer.codebook.names import as_name
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.wording import listed
from barometer.errors import ArgumentError

COLUMNS = ("kind", "name", "label", "base", "waves", "figures")
SHOWN = 40
"""Hits that are shown where nobody asks for all."""
NEAR = 3
"""Words that are suggested for one that is nowhere."""
USED = {
    "base": Label("basis", "base"),
    "waves": Label("bølger", "waves"),
    "figures": Label("figurer", "figures"),
}
JOIN = Label(" eller ", " or ")


@dataclass(frozen=True, slots=True)
class Hit:
    """
    One record that was found.

    Attributes
    ----------
    kind : {"question", "indicator", "family", "domain", "base", "figure"}
    name, label, base : str
        Its name, what it is called, and the name of its base, if it has one.
    waves : tuple of int
        The waves that have it.
    figures : tuple of str
        The published figures that use it.
    """

    kind: HitKind
    name: str
    label: str
    base: str
    waves: tuple[int, ...]
    figures: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        """Return its texts in the order of the columns."""
        return (self.kind, self.name, self.label, self.base, listed(self.waves), listed(self.figures))


@dataclass(frozen=True, slots=True, repr=False)
class SearchResult:
    """
    What a search found, best first.

    Attributes
    ----------
    words : str
        What was searched for.
    lang : {"da", "en"}
    hits : tuple of Hit
    suggestions : tuple of str
        Words of the codebook like those searched for; only where there is no hit.
    """

    words: str
    lang: Lang
    hits: tuple[Hit, ...]
    suggestions: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of hits."""
        return len(self.hits)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per hit: kind (a code), name, label, base, waves ("1, 3"), figures."""
        return pd.DataFrame([hit.cells() for hit in self.hits], columns=COLUMNS, dtype="str")

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        hits = [dict(zip(COLUMNS, hit.cells(), strict=True)) for hit in self.hits]
        return {"words": self.words, "hits": hits, "suggestions": list(self.suggestions)}

    def summary(self) -> str:
        """Say how much was found, or what else to look for."""
        number = len(self.hits)
        if number:
            found = Label(f"{number} fund for »{self.words}«", f"{number} found for '{self.words}'")
            return found.text(self.lang)
        none = Label(f"Intet fundet for »{self.words}«.", f"Nothing found for '{self.words}'.").text(self.lang)
        near = JOIN.text(self.lang).join(self.suggestions)
        return f"{none} {Label('Mente du', 'Did you mean').text(self.lang)} {near}?" if near else none

    def text(self, width: int = WIDTH, most: int | None = None) -> str:
        """
        Write it as plain text.

        Parameters
        ----------
        width : int
            Most characters a line.
        most : int, optional
            Most hits to write; all where left out.
        """
        lines = wrapped(self.summary(), width)
        for hit in self.hits[:most]:
            lines += ["", *wrapped(f"{hit.name} ({KINDS[hit.kind].text(self.lang)})", width)]
            told = filter(None, (hit.label, self._used(hit)))
            lines += [f"    {line}" for text in told for line in wrapped(text, width - 4)]
        return "\n".join([*lines, *self._rest(most)])

    def __repr__(self) -> str:
        """Write the best hits as plain text."""
        return self.text(most=SHOWN)

    def _repr_html_(self) -> str:
        rows = [(KINDS[hit.kind].text(self.lang), *hit.cells()[1:]) for hit in self.hits[:SHOWN]]
        table = listing_html(Listing(COLUMNS, tuple(rows)), self.lang) if rows else ""
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest(SHOWN) if line)
        return page(f"<p>{escape(self.summary())}</p>{table}{rest}", self.lang)

    def _used(self, hit: Hit) -> str:
        """Say in one line where a record is used."""
        named = zip(COLUMNS, hit.cells(), strict=True)
        return "; ".join(f"{USED[code].text(self.lang)} {text}" for code, text in named if code in USED and text)

    def _rest(self, most: int | None) -> list[str]:
        """Say how many hits are not shown, and where they are."""
        left = len(self.hits) - len(self.hits[:most])
        return ["", Label(f"{left} til i .to_frame()", f"{left} more in .to_frame()").text(self.lang)] if left else []


def search_records(index: SearchIndex, words: str, lang: Lang) -> SearchResult:
    """
    Find the records that hold every word.

    Parameters
    ----------
    index : SearchIndex
    words : str
        Separated by spaces. A word that a record's word begins with counts before one inside it, its name before its
        label, its label before its texts.
    lang : {"da", "en"}

    Raises
    ------
    ArgumentError
        If there is no word, or no such language.
    """
    asked = as_name("words", words).split()
    if not asked:
        raise ArgumentError("words", "must hold at least one word, for instance 'citizens'")
    tokens = [fold(word) for word in asked]
    patterns = [re.compile(rf"(?<![^\W_]){re.escape(token)}") for token in tokens]
    ranked = [
        (rank, entry.name.count("."), entry)
        for entry in index.entries
        if (rank := _rank(entry, tokens, patterns)) is not None
    ]
    ranked.sort(key=lambda found: found[:2])
    hits = tuple(
        Hit(entry.kind, entry.name, entry.label.text(lang), entry.base, entry.waves, entry.figures)
        for _, _, entry in ranked
    )
    return SearchResult(words, as_lang(lang), hits, () if hits else _suggestions(index, tokens))


def _rank(entry: Entry, tokens: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> int | None:
    """Add up where each word is, the best place 0; None if one is nowhere."""
    if entry.folded[0] == " ".join(tokens):
        return -1
    total = 0
    for token, pattern in zip(tokens, patterns, strict=True):
        held = [place for place, text in enumerate(entry.folded) if token in text]
        if not held:
            return None
        total += min(2 * place + (pattern.search(entry.folded[place]) is None) for place in held)
    return total


def _suggestions(index: SearchIndex, tokens: Sequence[str]) -> tuple[str, ...]:
    """Return words like those that no record holds."""
    written = {fold(word): word for word in index.words}
    near = [
        written[word]
        for token in tokens
        if not any(token in text for entry in index.entries for text in entry.folded)
        for word in get_close_matches(token, written, n=NEAR, cutoff=0.7)
    ]
    return tuple(dict.fromkeys(near))
