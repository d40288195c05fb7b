"""Find records by words, in Danish or English, however they are spelled and accented."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.codebook.tables import waves_text

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ß": "ss"})
SHOWN = 40
"""Hits that a result shows; all are in its frame."""
COLUMNS = ("kind", "name", "label", "base", "waves", "figures")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, and how well its name or label fits: 0 the name, 1 the label, 2 its text."""

    kind: str
    name: str
    label: str
    base: str
    waves: str
    figures: str
    rank: int


@dataclass(frozen=True, slots=True, repr=False)
class SearchResult:
    """
    What a search found.

    Attributes
    ----------
    words : str
    hits : tuple of Hit
        The best first.
    """

    words: str
    hits: tuple[Hit, ...]

    def __len__(self) -> int:
        """Return the number of hits."""
        return len(self.hits)

    def to_frame(self) -> pd.DataFrame:
        """Return the hits: kind, name, label, base, waves, figures that use it."""
        return pd.DataFrame([[getattr(hit, name) for name in COLUMNS] for hit in self.hits], columns=list(COLUMNS))

    def __repr__(self) -> str:
        """Return the hits as text."""
        if not self.hits:
            return f"Nothing in the codebook has {self.words!r}."
        shown = self.to_frame().head(SHOWN).drop(columns="figures")
        more = f"\n... {len(self.hits) - SHOWN} more" if len(self.hits) > SHOWN else ""
        return f"{len(self.hits)} records have {self.words!r}:\n{shown.to_string(index=False, max_colwidth=60)}{more}"

    def _repr_html_(self) -> str:
        if not self.hits:
            return f"<p>{escape(repr(self))}</p>"
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in COLUMNS)
        body = "".join(
            f"<tr>{''.join(_cell(getattr(hit, name)) for name in COLUMNS)}</tr>" for hit in self.hits[:SHOWN]
        )
        more = f"<p>{len(self.hits) - SHOWN} more in <code>.to_frame()</code></p>" if len(self.hits) > SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def search(book: "Codebook", words: str, lang: Lang) -> SearchResult:
    """Find the records that have every word in their name, label or text, in either language."""
    wanted = plain(words).split()
    hits = []
    for kind, name, labels, texts, base, waves, figures in _records(book):
        places = (plain(name), plain(f"{labels.da} {labels.en}"), plain(" ".join(texts)))
        everywhere = " ".join(places)
        if wanted and all(word in everywhere for word in wanted):
            rank = next((i for i, place in enumerate(places) if all(word in place for word in wanted)), 2)
            hits.append(Hit(kind, name, labels.text(lang), base, waves, figures, rank))
    return SearchResult(words, tuple(sorted(hits, key=lambda hit: hit.rank)))


def plain(text: str) -> str:
    """Fold case, accents and the spellings of æ, ø and å, so that "AELDRE" meets "ældre"."""
    folded = text.casefold().translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def _records(book: "Codebook") -> Iterator[tuple[str, str, Label, list[str], str, str, str]]:
    """Kind, name, labels, further texts, base, waves and figures of every record."""
    using = book.figures_using
    for question in book.questions.values():
        texts = [question.label.da, question.label.en]
        labels = [answer.label for answer in question.answers] + [item.label for item in question.items]
        texts += [text for label in labels for text in (label.da, label.en)]
        waves = waves_text(book.waves_asking(question.name))
        drawn = ", ".join(using(question.name))
        yield "question", question.name, question.title, texts, question.asked_of, waves, drawn
    for indicator in book.indicators.values():
        waves = waves_text(book.waves_with(indicator.name))
        drawn = ", ".join(using(indicator.name))
        yield "indicator", indicator.name, indicator.label, [], indicator.base, waves, drawn
    for domain in book.domains.values():
        texts = [text for group in domain.groups for text in (group.label.da, group.label.en)]
        yield "domain", domain.name, domain.label, texts, "", "", ""
    for base in book.bases.values():
        yield "base", base.name, base.label, [], base.of or "", "", ""
    for figure in book.figures.values():
        texts = [figure.subtitle.da, figure.subtitle.en]
        yield "figure", figure.id, figure.neutral, texts, "", waves_text(figure.waves), figure.id


def _cell(value: str) -> str:
    return f"<td style='text-align:left'>{escape(value)}</td>"
