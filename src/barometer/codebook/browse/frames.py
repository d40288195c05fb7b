"""One kind of record as a frame."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import pandas as pd

from barometer.codebook.claim_words import describe
from barometer.codebook.records import Lang
from barometer.codebook.relations import MadeKind
from barometer.codebook.wording import listed
from barometer.errors import check_choice

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

RecordKind = Literal["questions", "indicators", "domains", "bases", "figures", "claims", "waves", "changes"]
CLAIM_COLUMNS = ("id", "wave", "statement", "indicator", "domain", "group", "published", "direction", "source")


def list_records(book: "Codebook", kind: RecordKind, lang: Lang) -> pd.DataFrame:
    """
    List one kind of record with its label.

    Raises
    ------
    ArgumentError
        If there is no such kind.
    """
    check_choice("kind", kind, RecordKind)
    return FRAMES[kind](book, lang)


def _questions(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (
            q.name,
            q.title.text(lang),
            q.theme,
            q.label.text(lang),
            q.asked_of,
            q.kind,
            _waves(book, "question", q.name),
            q.inferred.text(lang),
        )
        for q in book.questions.values()
    ]
    columns = ["name", "label", "theme", "question", "asked_of", "kind", "waves", "inferred"]
    return pd.DataFrame(rows, columns=columns)


def _indicators(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (i.name, i.label.text(lang), i.base, i.dont_know, _waves(book, "indicator", i.name), i.inferred.text(lang))
        for i in book.indicators.values()
    ]
    return pd.DataFrame(rows, columns=["name", "label", "base", "dont_know", "waves", "inferred"])


def _domains(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (d.name, d.label.text(lang), ", ".join(g.label.text(lang) for g in d.groups), _waves(book, "domain", d.name))
        for d in book.domains.values()
    ]
    return pd.DataFrame(rows, columns=["name", "label", "groups", "waves"])


def _bases(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [(b.name, b.label.text(lang), _waves(book, "base", b.name)) for b in book.bases.values()]
    return pd.DataFrame(rows, columns=["name", "label", "waves"])


def _figures(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (f.id, f.neutral.text(lang), f.theme, listed(waves), f.source(max(waves)))
        for f in book.figures.values()
        if (waves := [wave for wave in f.waves if wave in book.relations.waves])
    ]
    return pd.DataFrame(rows, columns=["name", "label", "theme", "waves", "source"])


def _claims(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        {
            "id": claim.id,
            "wave": claim.wave,
            "statement": describe(claim, book, lang),
            "indicator": claim.indicator,
            "domain": claim.domain,
            "group": claim.group,
            "published": claim.published,
            "direction": claim.direction,
            "source": claim.source,
        }
        for claim in book.claims
    ]
    return pd.DataFrame(rows, columns=CLAIM_COLUMNS)


def _wave_list(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        {
            "wave": wave.number,
            "label": wave.label.text(lang),
            "period": wave.period,
            "fieldwork": wave.fieldwork,
            "questions": len(wave.questions),
            "answers": wave.answers,
            "sample": wave.sample,
            "population": wave.population,
            "response_rate": wave.response_rate,
            "weighted": wave.weighted,
            "inferred": wave.inferred.text(lang),
            "source": wave.source,
        }
        for wave in map(book.wave, book.relations.waves)
    ]
    return pd.DataFrame(rows).astype({"sample": "Int64", "population": "Int64", "response_rate": "float"})


def _changes(book: "Codebook", lang: Lang) -> pd.DataFrame:
    rows = [
        (c.wave, listed(c.subjects), c.effect, c.reason.text(lang), c.inferred.text(lang), c.source)
        for c in book.changes
        if c.wave in book.relations.waves
    ]
    return pd.DataFrame(rows, columns=["wave", "subjects", "effect", "reason", "inferred", "source"])


def _waves(book: "Codebook", kind: MadeKind, name: str) -> str:
    return listed(book.relations.in_waves.get((kind, name), ()))


FRAMES: dict[RecordKind, Callable[["Codebook", Lang], pd.DataFrame]] = {
    "questions": _questions,
    "indicators": _indicators,
    "domains": _domains,
    "bases": _bases,
    "figures": _figures,
    "claims": _claims,
    "waves": _wave_list,
    "changes": _changes,
}
