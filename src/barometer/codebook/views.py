"""One record with everything that hangs on it, and the whole codebook at a glance: as text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING

from barometer.codebook.published import Claim
from barometer.codebook.records import Answer, Item, Label, Lang
from barometer.codebook.rule_words import rule_text
from barometer.codebook.tables import waves_text
from barometer.errors import UnknownNameError

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

TERMS = {
    "question": Label("Spørgsmål", "Question"),
    "indicator": Label("Indikator", "Indicator"),
    "domain": Label("Opdeling", "Domain"),
    "base": Label("Basis", "Base"),
    "figure": Label("Figur", "Figure"),
    "claim": Label("Udsagn", "Claim"),
    "asked": Label("Spurgt om", "Asked"),
    "kind": Label("Form", "Form"),
    "of": Label("Basis", "Of"),
    "waves": Label("Bølger", "Waves"),
    "options": Label("Svar", "Answers"),
    "items": Label("Rækker", "Items"),
    "groups": Label("Grupper", "Groups"),
    "most": Label("Højst kryds", "Most ticks"),
    "counted": Label("Tæller", "Counts"),
    "dont_know": Label("Ved ikke", "Don't know"),
    "inferred": Label("Udledt", "Inferred"),
    "source": Label("Kilde", "Source"),
    "indicators": Label("Indikatorer", "Indicators"),
    "figures": Label("Figurer", "Figures"),
    "claims": Label("Offentliggjort", "Published"),
    "elsewhere": Label("Andre definitioner", "Defined otherwise"),
    "comparable": Label("Over bølger", "Across waves"),
    "said": Label("Siger", "Says"),
    "questions": Label("spørgsmål", "questions"),
    "only": Label("kun bølge", "wave"),
}


Facts = dict[str, list[str]]
"""Lines by what they tell, a key of `TERMS`."""


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """
    One record with everything that hangs on it.

    Attributes
    ----------
    kind, name, title : str
    facts : tuple of (heading, lines)
        In the order shown; empty ones are left out.
    """

    kind: str
    name: str
    title: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]

    def text(self, width: int = 100) -> str:
        """Write it for a terminal."""
        wide = max((len(heading) for heading, _ in self.facts), default=0)
        lines = [f"{self.title} ({self.kind} {self.name})"]
        for heading, entries in self.facts:
            for position, entry in enumerate(entries):
                start = f"  {heading if position == 0 else '':<{wide}}  "
                lines.append(fill(entry, max(width, 40), initial_indent=start, subsequent_indent=" " * len(start)))
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return the text."""
        return self.text()

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left;vertical-align:top'>{escape(heading)}</th>"
            f"<td style='text-align:left'>{'<br>'.join(map(escape, entries))}</td></tr>"
            for heading, entries in self.facts
        )
        return (
            f"<p><strong>{escape(self.title)}</strong> <small>{escape(self.kind)}</small> "
            f"<code>{escape(self.name)}</code></p><table>{rows}</table>"
        )


def show(book: "Codebook", name: str, lang: Lang) -> View:
    """
    View the record of a name: a question, indicator, domain, base, figure or claim.

    Raises
    ------
    UnknownNameError
        With names that look like the one given.
    """
    if name in book.questions:
        return _question(book, name, lang)
    if name in book.indicators:
        return _indicator(book, name, lang)
    if name in book.domains:
        domain = book.domains[name]
        groups = [f"{group.code}: {group.label.text(lang)}{_inferred(group.inferred)}" for group in domain.groups]
        rule: list[str] = [domain.dont_know or ""]
        about: Facts = {"groups": groups, "of": [domain.inside], "dont_know": rule, "inferred": [domain.inferred]}
        return _view("domain", name, domain.label, about, lang)
    if name in book.bases:
        base = book.bases[name]
        counted = [rule_text(book, base.rule, lang)] if base.rule else []
        asked = [q.name for q in book.questions.values() if q.asked_of == name]
        return _view("base", name, base.label, {"of": [base.of or ""], "counted": counted, "asked": asked}, lang)
    if name in book.figures:
        figure = book.figures[name]
        facts: Facts = {"said": [figure.subtitle.text(lang)], "indicators": list(figure.indicators)}
        facts |= {"source": [f"{wave}: {address}" for wave, address in figure.sources]}
        return _view("figure", name, figure.neutral, facts, lang)
    for claim in book.claims:
        if claim.id == name:
            return _claim(claim, lang)
    known = [*book.questions, *book.indicators, *book.domains, *book.bases, *book.figures, *(c.id for c in book.claims)]
    raise UnknownNameError("record", name, known)


def _question(book: "Codebook", name: str, lang: Lang) -> View:
    question = book.questions[name]
    facts: Facts = {
        "asked": [question.label.text(lang)],
        "of": [book.base(question.asked_of).label.text(lang)],
        "waves": [waves_text(book.waves_asking(name))],
        "kind": [question.kind],
        "most": [str(question.max_ticks or "")],
        "items": [_option(item, lang) for item in question.items],
        "options": [_option(answer, lang) for answer in question.answers],
        "groups": [f"{group.code}: {group.label.text(lang)} ({', '.join(group.answers)})" for group in question.groups],
        "indicators": [_named(book, i, lang) for i in book.indicators_on(name)],
        "figures": [_figure_named(book, figure, lang) for figure in book.figures_using(name)],
        "inferred": [question.inferred],
        "source": [question.source],
    }
    return _view("question", name, question.title, facts, lang)


def _indicator(book: "Codebook", name: str, lang: Lang) -> View:
    indicator = book.indicators[name]
    waves = book.waves_with(name)
    compared = [book.comparability(name, *pair) for pair in pairwise(waves)] if len(book.waves) > 1 else []
    facts: Facts = {
        "of": [book.base(indicator.base).label.text(lang)],
        "counted": [rule_text(book, indicator.rule, lang)],
        "dont_know": [indicator.dont_know],
        "waves": [waves_text(waves)],
        "elsewhere": [
            f"{waves_text(other.waves)}: {rule_text(book, other.rule, lang)}. {other.reason.text(lang)}"
            for other in indicator.elsewhere
        ],
        "comparable": [found.text(lang).partition(", ")[2] for found in compared],
        "claims": [_published(claim, lang) for claim in book.claims if claim.indicator == name],
        "figures": [_figure_named(book, figure, lang) for figure in book.figures_using(name)],
        "inferred": [indicator.inferred],
        "source": [indicator.source],
    }
    return _view("indicator", name, indicator.label, facts, lang)


def _claim(claim: Claim, lang: Lang) -> View:
    facts: Facts = {
        "claims": [_published(claim, lang)],
        "indicators": [claim.indicator],
        "of": [claim.base],
        "dont_know": [claim.dont_know],
        "said": [claim.reason.text(lang), claim.contradiction.text(lang), claim.fitted_to.text(lang)],
        "inferred": [claim.inferred.text(lang)],
        "source": [claim.source],
    }
    return _view("claim", claim.id, Label(claim.id, claim.id), facts, lang)


def _view(kind: str, name: str, title: Label, facts: Facts, lang: Lang) -> View:
    kept = {TERMS[key].text(lang): tuple(filter(None, lines)) for key, lines in facts.items()}
    shown = tuple((heading, lines) for heading, lines in kept.items() if lines)
    return View(TERMS[kind].text(lang).lower(), name, title.text(lang), shown)


def _published(claim: Claim, lang: Lang) -> str:
    where = f" ({claim.domain}: {claim.group}{f' / {claim.versus}' if claim.versus else ''})" if claim.domain else ""
    if claim.published is not None:
        number = f"{claim.published:g}"
    elif claim.direction is not None:
        number = claim.direction
    else:
        number = claim.reason.text(lang).partition(":")[0]
    return f"{Label('bølge', 'wave').text(lang)} {claim.wave}{where}: {number or '–'} [{claim.id}]"


def _option(option: Answer | Item, lang: Lang) -> str:
    only = f" [{TERMS['only'].text(lang)} {waves_text(option.waves)}]" if option.waves else ""
    since = f" [{Label('fra bølge', 'from wave').text(lang)} {option.since}]" if option.since else ""
    return f"{option.code}: {option.label.text(lang)}{only}{since}{_inferred(option.inferred)}"


def _inferred(inferred: bool) -> str:
    return " *" if inferred else ""


def _named(book: "Codebook", indicator: str, lang: Lang) -> str:
    return f"{indicator}: {book.indicators[indicator].label.text(lang)}"


def _figure_named(book: "Codebook", figure: str, lang: Lang) -> str:
    return f"{figure}: {book.figures[figure].neutral.text(lang)}"


def themes(book: "Codebook") -> dict[str, list[str]]:
    """Return the names of the questions by theme, in the order of the records."""
    found: dict[str, list[str]] = {}
    for question in book.questions.values():
        found.setdefault(question.theme, []).append(question.name)
    return found


def overview_text(book: "Codebook", lang: Lang) -> str:
    """Write every question by theme, one a line."""
    lines = [f"{book.about.label.text(lang)}: {len(book.questions)} {TERMS['questions'].text(lang)}"]
    for theme, names in themes(book).items():
        lines.append(f"\n{theme}")
        for name in names:
            question = book.questions[name]
            waves = waves_text(book.waves_asking(name))
            lines.append(f"  {name:<22} {question.title.text(lang):<46} {question.asked_of:<16} {waves}")
    return "\n".join(lines)


def overview_html(book: "Codebook", lang: Lang) -> str:
    """Write every question by theme, each opening to its view; no script, everything escaped."""
    parts = [f"<p><strong>{escape(book.about.label.text(lang))}</strong>. {escape(_counts(book))}</p>"]
    for theme, names in themes(book).items():
        views = "".join(_details(_question(book, name, lang)) for name in names)
        heading = escape(theme.replace("_", " "))
        parts.append(f"<details><summary>{heading} ({len(names)})</summary>{views}</details>")
    return "".join(parts)


def _details(view: View) -> str:
    body = view._repr_html_().partition("</p>")[2]
    title = f"{escape(view.title)} <code>{escape(view.name)}</code>"
    return f"<details style='margin-left:1.5em'><summary>{title}</summary>{body}</details>"


def _counts(book: "Codebook") -> str:
    counted: Sequence[tuple[int, str]] = [
        (len(book.waves), "waves"),
        (len(book.questions), "questions"),
        (len(book.indicators), "indicators"),
        (len(book.domains), "domains"),
        (len(book.claims), "claims"),
        (len(book.figures), "figures"),
    ]
    listed = ", ".join(f"{number:,} {name if number != 1 else name[:-1]}" for number, name in counted)
    return f"{listed}. .search('word') finds, .show('name') opens one, * marks what is inferred."
