"""Records of one kind as a frame."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from barometer.codebook.records import Lang
from barometer.errors import ArgumentError

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

RecordKind = Literal["questions", "indicators", "domains", "bases", "figures", "claims", "waves", "changes"]


def records_frame(book: "Codebook", kind: RecordKind, lang: Lang) -> pd.DataFrame:
    """
    List one kind of record.

    Raises
    ------
    ArgumentError
        If there is no such kind.
    """
    if kind not in get_args(RecordKind):
        raise ArgumentError("kind", f"must be one of {', '.join(get_args(RecordKind))}; got {kind!r}")
    tables: dict[RecordKind, Callable[[Codebook, Lang], pd.DataFrame]] = {
        "questions": _questions,
        "indicators": _indicators,
        "domains": _domains,
        "bases": _bases,
        "figures": _figures,
        "claims": _claims,
        "waves": _waves,
        "changes": _changes,
    }
    return tables[kind](book, lang)


def waves_text(waves: tuple[int, ...]) -> str:
    """Write numbers of waves."""
    return ", ".join(map(str, waves))


def _questions(book: "Codebook", lang: Lang) -> pd.DataFrame:
    asked = [
        (
            q.name,
            q.title.text(lang),
            q.label.text(lang),
            q.asked_of,
            q.kind,
            waves_text(book.waves_asking(q.name)),
            q.inferred,
        )
        for q in book.questions.values()
    ]
    return pd.DataFrame(asked, columns=["name", "label", "question", "asked_of", "kind", "waves", "inferred"])


def _indicators(book: "Codebook", lang: Lang) -> pd.DataFrame:
    listed = [
        (i.name, i.label.text(lang), i.base, i.dont_know, waves_text(book.waves_with(i.name)), i.inferred)
        for i in book.indicators.values()
    ]
    return pd.DataFrame(listed, columns=["name", "label", "base", "dont_know", "waves", "inferred"])


def _domains(book: "Codebook", lang: Lang) -> pd.DataFrame:
    split = [
        (d.name, d.label.text(lang), ", ".join(g.label.text(lang) for g in d.groups)) for d in book.domains.values()
    ]
    return pd.DataFrame(split, columns=["name", "label", "groups"])


def _bases(book: "Codebook", lang: Lang) -> pd.DataFrame:
    return pd.DataFrame([(b.name, b.label.text(lang)) for b in book.bases.values()], columns=["name", "label"])


def _figures(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (f.id, f.neutral.text(lang), f.theme, waves_text(f.waves), f.source(max(f.waves)))
        for f in book.figures.values()
    ]
    return pd.DataFrame(rows, columns=["name", "label", "theme", "waves", "source"])


def _claims(book: "Codebook", _: Lang) -> pd.DataFrame:
    rows = [(c.id, c.wave, c.indicator, c.domain, c.group, c.published, c.direction, c.source) for c in book.claims]
    return pd.DataFrame(
        rows, columns=["id", "wave", "indicator", "domain", "group", "published", "direction", "source"]
    )


def _waves(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (w.number, w.label.text(lang), w.period, w.fieldwork, w.answers, w.sample, w.population, w.response_rate)
        for w in book.waves.values()
    ]
    names = ["number", "label", "period", "fieldwork", "answers", "sample", "population", "response_rate"]
    return pd.DataFrame(rows, columns=names).astype({"sample": "Int64", "population": "Int64"})


def _changes(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [(c.wave, ", ".join(c.subjects), c.effect, c.reason.text(lang), c.inferred, c.source) for c in book.changes]
    return pd.DataFrame(rows, columns=["wave", "subjects", "effect", "reason", "inferred", "source"])
