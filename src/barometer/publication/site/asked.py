"""What was asked, of whom, and which rules were used: of one figure of one wave, or of a share over several waves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from barometer.codebook import Codebook
from barometer.codebook.records import DONT_KNOW, INFERRED, NOTHING, Domain, DontKnowRule, Indicator, Label, Lang
from barometer.codebook.wording import rule_text
from barometer.publication.drawn import to_marks
from barometer.publication.editions import Edition
from barometer.publication.gaps import shown_n, written_n
from barometer.publication.site.content import Drawn
from barometer.publication.site.frame import bullets, external
from barometer.publication.site.texts import heading, text
from barometer.publication.words import answers_behind


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What one wave shows in a drawing.

    Attributes
    ----------
    edition : Edition
    names : tuple of str
        Indicators and domains.
    indicators : tuple of Indicator
        Those whose base and rules count.
    by : Domain or None
        What groups are made from, where they are made of answers.
    in_groups : int
        Answers in the groups; 0 without any.
    """

    edition: Edition
    names: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    by: Domain | None = None
    in_groups: int = 0


def figure_facts(drawn: Drawn, lang: Lang) -> str:
    """Say what was asked, of whom and by which rules, and where the figure was published."""
    book = drawn.edition.codebook
    record, data = book.figures[drawn.figure.id], drawn.figure.data
    drawn_names = dict.fromkeys([*record.indicators, *data["indicator"]])
    indicators = tuple(book.indicators[name] for name in drawn_names if name in book.indicators)
    by = book.domain(record.by) if record.by else None
    names = tuple(book.relations.shown_by.get(drawn.figure.id, ()))
    in_groups = answers_behind(record, to_marks(data)) if by else 0
    shown = Shown(drawn.edition, names, indicators, by if by and by.dont_know else None, in_groups)
    return _list([shown], drawn.figure.source, lang)


def trend_facts(editions: Iterable[Edition], indicators: Iterable[str], lang: Lang) -> str:
    """Say the same of shares over waves; what is not so in every wave is said with its waves."""
    names = tuple(dict.fromkeys(indicators))
    shown = []
    for edition in editions:
        known = edition.codebook.indicators
        had = tuple(known[name] for name in names if name in known)
        shown += [Shown(edition, tuple(indicator.name for indicator in had), had)] if had else []
    return _list(shown, "", lang)


def _list(shown: Sequence[Shown], source: str, lang: Lang) -> str:
    facts = {
        "asked": bullets(_in_waves(shown, [list(_questions(each, lang)) for each in shown])),
        "of_whom": bullets(_in_waves(shown, [list(_bases(each, lang)) for each in shown])),
        "rules": bullets(_in_waves(shown, [list(_rules(each, lang)) for each in shown])),
        "source": external(source) if source else "",
    }
    items = "".join(f"<dt>{heading(name, lang)}</dt><dd>{said}</dd>" for name, said in facts.items() if said)
    return f"<dl>{items}</dl>"


def _in_waves(shown: Sequence[Shown], said: Sequence[Sequence[str]]) -> list[str]:
    """Write each text once, with its waves where the others do not say it."""
    items = []
    for each in dict.fromkeys(one for texts in said for one in texts):
        periods = [one.edition.facts.record.period for one, texts in zip(shown, said, strict=True) if each in texts]
        where = "" if len(periods) == len(shown) else f" <small>{escape(', '.join(periods))}</small>"
        items.append(f"{each}{where}")
    return items


def _questions(shown: Shown, lang: Lang) -> Iterator[str]:
    """Give the wording of every question behind a drawing, those that split it included."""
    book = shown.edition.codebook
    behind: set[str] = set()
    for name in shown.names:
        if name in book.indicators:
            behind |= book.questions_behind(book.indicators[name].rule)
        elif name in book.domains:
            behind |= {book.domains[name].column.partition(".")[0]}
    for name, question in book.questions.items():
        if name in behind:
            inferred = f" <small>({escape(question.inferred.text(lang))})</small>" if question.inferred.en else ""
            yield f"<q>{escape(question.label.text(lang))}</q>{inferred}"


def _bases(shown: Shown, lang: Lang) -> Iterator[str]:
    answers = {count.label: count.answers for count in shown.edition.quality.bases}
    book = shown.edition.codebook
    for label in dict.fromkeys(book.bases[indicator.base].label for indicator in shown.indicators):
        if label in answers:
            n = shown_n(answers[label])
            groups = ""
            if shown.by and 0 < shown.in_groups < n:
                groups = text("in_groups", lang, n=written_n(shown.in_groups, lang), domain=shown.by.label.text(lang))
            yield f"{escape(label.text(lang))} (n\u00a0=\u00a0{written_n(n, lang)}){groups}"


def _rules(shown: Shown, lang: Lang) -> Iterator[str]:
    """Say what happens to don't know, of what where it is not the same of all, and what a composite joins."""
    book = shown.edition.codebook
    rules: dict[DontKnowRule, list[str]] = {}
    for indicator in shown.indicators:
        rules.setdefault(indicator.dont_know, []).append(indicator.label.text(lang))
    if shown.by and shown.by.dont_know:
        rules.setdefault(shown.by.dont_know, []).append(shown.by.label.text(lang))
    for rule, labels in rules.items():
        of = f" <small>({escape('; '.join(labels))})</small>" if len(rules) > 1 else ""
        yield f"{escape(DONT_KNOW[rule].text(lang))}{of}."
    for indicator in shown.indicators:
        if indicator.parts:
            yield _joined(book, indicator, lang)
        if indicator.inferred == INFERRED:
            yield f"<small>{text('inferred_answers', lang)}</small>"
        elif indicator.inferred.en and indicator.inferred != _said_of_question(book, indicator):
            yield f"<small>{escape(indicator.inferred.text(lang))}</small>"


def _said_of_question(book: Codebook, indicator: Indicator) -> Label:
    """Return what is inferred of the question of an indicator, which stands beside its wording."""
    return book.questions[indicator.question].inferred if indicator.question in book.questions else NOTHING


def _joined(book: Codebook, indicator: Indicator, lang: Lang) -> str:
    parts = (book.indicators[name] for name in indicator.parts)
    named = (
        f"{escape(part.label.text(lang))} <small>({escape(rule_text(book, part.rule, lang))})</small>" for part in parts
    )
    return f"{text('joins', lang, label=indicator.label.text(lang))} {'; '.join(named)}."
