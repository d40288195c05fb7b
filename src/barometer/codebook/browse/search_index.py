"""The records of a codebook as they are searched: folded to small letters without accents, in both languages."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from barometer.codebook.browse.listings import figure_waves
from barometer.codebook.records import Answer, AnswerGroup, Item, Label
from barometer.codebook.wording import indicator_text

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

HitKind = Literal["question", "indicator", "family", "domain", "base", "figure"]
SPELT_OUT = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"}
BARE = {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o"}


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One record as it is searched.

    Attributes
    ----------
    base : str
        Name of its base, if it has one.
    waves, figures : tuple
        The waves that have it, and the figures that use it.
    folded : tuple of str
        Its name, its labels and its texts, folded.
    """

    kind: HitKind
    name: str
    label: Label
    base: str
    waves: tuple[int, ...]
    figures: tuple[str, ...]
    folded: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """
    Every record of a codebook as it is searched.

    Attributes
    ----------
    entries : tuple of Entry
        Kind by kind, in the order of the records.
    words : tuple of str
        The words that there are, in small letters, each once.
    """

    entries: tuple[Entry, ...]
    words: tuple[str, ...]


def index_records(book: "Codebook") -> SearchIndex:
    """Fold the names and texts of a codebook's questions, indicators, families, domains, bases and figures."""
    words: dict[str, None] = {}
    entries = []
    for found in (_questions, _indicators, _families, _domains, _bases, _figures):
        for entry, texts in found(book):
            entries.append(replace(entry, folded=(fold(entry.name), _folded([entry.label]), _folded(texts))))
            written = " ".join([entry.name, *(f"{label.da} {label.en}" for label in (entry.label, *texts))])
            words |= dict.fromkeys(re.findall(r"\w{3,}", written.lower()))
    return SearchIndex(tuple(entries), tuple(words))


def fold(text: str) -> str:
    """Return a text in small letters without accents; æ, ø and å are ae, oe and aa."""
    return _without_accents(text, SPELT_OUT)


def _folded(labels: Iterable[Label]) -> str:
    """Fold texts of both languages, with å and ø spelt out and again as a and o."""
    text = " ".join(f"{label.da} {label.en}" for label in labels)
    spelt_out, bare = fold(text), _without_accents(text, BARE)
    return spelt_out if spelt_out == bare else f"{spelt_out} {bare}"


def _questions(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, question in book.questions.items():
        options: tuple[Answer | Item | AnswerGroup, ...] = (*question.answers, *question.items, *question.groups)
        yield (
            Entry(
                kind="question",
                name=name,
                label=question.title,
                base=question.asked_of,
                waves=book.relations.in_waves.get(("question", name), ()),
                figures=book.relations.figures_of.get(name, ()),
            ),
            [question.label, *(option.label for option in options)],
        )


def _indicators(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, indicator in book.indicators.items():
        yield (
            Entry(
                kind="indicator",
                name=name,
                label=Label(indicator_text(book, name, "da"), indicator_text(book, name, "en")),
                base=indicator.base,
                waves=book.relations.in_waves.get(("indicator", name), ()),
                figures=book.relations.drawn_in.get(name, ()),
            ),
            [],
        )


def _families(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, label in book.family_labels.items():
        members = [indicator for indicator in book.indicators.values() if indicator.family == name]
        bases = {indicator.base for indicator in members}
        waves = {wave for i in members for wave in book.relations.in_waves.get(("indicator", i.name), ())}
        figures = {figure: None for i in members for figure in book.relations.drawn_in.get(i.name, ())}
        if members:
            base = bases.pop() if len(bases) == 1 else ""
            yield Entry("family", name, label, base, tuple(sorted(waves)), tuple(figures)), []


def _domains(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, domain in book.domains.items():
        waves, figures = book.relations.in_waves.get(("domain", name), ()), book.relations.drawn_in.get(name, ())
        yield Entry("domain", name, domain.label, "", waves, figures), [group.label for group in domain.groups]


def _bases(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, base in book.bases.items():
        yield Entry("base", name, base.label, base.of or "", book.relations.in_waves.get(("base", name), ()), ()), []


def _figures(book: "Codebook") -> Iterator[tuple[Entry, list[Label]]]:
    for name, figure in book.figures.items():
        base = book.indicators[figure.indicators[0]].base
        texts = [figure.subtitle, *(headline.label for headline in figure.headlines)]
        yield Entry("figure", name, figure.neutral, base, figure_waves(book, name), ()), texts


def _without_accents(text: str, letters: Mapping[str, str]) -> str:
    plain = unicodedata.normalize("NFC", text).casefold()
    if plain.isascii():
        return plain
    for letter, spelling in letters.items():
        plain = plain.replace(letter, spelling)
    if plain.isascii():
        return plain
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
