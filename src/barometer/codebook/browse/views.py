"""What a record looks like: one frozen view for each kind, as plain text, as HTML and as data."""

from dataclasses import dataclass, fields
from html import escape
from typing import ClassVar, Literal, get_args

from barometer.codebook.browse.display import (
    WIDTH,
    Facts,
    Listing,
    facts_html,
    facts_text,
    folded,
    listing_html,
    listing_text,
    page,
    wrapped,
)
from barometer.codebook.browse.headings import CODES, KINDS, heading
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import listed

ViewKind = Literal["question", "indicator", "family", "domain", "base", "figure", "claim", "wave"]
VIEW_KINDS: tuple[ViewKind, ...] = get_args(ViewKind)
"""In the order in which a name is looked up."""
OPEN_ROWS = 20
"""Listings with more rows than this are closed at first."""


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """
    One record with everything that is known of it, in one language.

    Every field of a view is a text, empty where there is nothing to say, or a `Listing`.

    Attributes
    ----------
    name, label : str
    lang : {"da", "en"}
    also : tuple of str
        Other kinds of record with the same name.
    """

    kind: ClassVar[ViewKind]
    uses: ClassVar[tuple[str, ...]] = ()
    """Fields that list where the record is used: closed at first, as one asks what it is before."""
    name: str
    label: str
    lang: Lang
    also: tuple[ViewKind, ...]

    def text(self, width: int = WIDTH) -> str:
        """Write it as plain text with at most so many characters a line."""
        lines = [*wrapped(self.label, width), *wrapped(f"{KINDS[self.kind].text(self.lang)} {self.name}", width), ""]
        lines += facts_text(self.facts(), width)
        for field, listing in self.listings():
            lines += ["", heading(field, self.lang), *listing_text(listing, self.lang, width)]
        return "\n".join(lines)

    def facts(self) -> Facts:
        """Return the headings and texts of the fields that hold a text."""
        found = [(field, getattr(self, field)) for field in self._own_fields()]
        texts = [(field, held) for field, held in found if isinstance(held, str) and held]
        said = [(heading(field, self.lang), self._words(field, text)) for field, text in texts]
        if self.also:
            kinds = listed(f'{KINDS[kind].text(self.lang)} (kind="{kind}")' for kind in self.also)
            said.append((Label("Samme navn", "Same name").text(self.lang), kinds))
        return said

    def listings(self) -> list[tuple[str, Listing]]:
        """Return the names of the fields that hold a listing with rows, and the listings."""
        found = [(field, getattr(self, field)) for field in self._own_fields()]
        return [(field, held) for field, held in found if isinstance(held, Listing) and held.rows]

    def to_dict(self) -> dict[str, object]:
        """Return its fields as plain data; a listing is a list with a dict for each row."""
        values = {field: getattr(self, field) for field in self._own_fields()}
        plain = {field: v.to_records() if isinstance(v, Listing) else v for field, v in values.items()}
        return {"kind": self.kind, "name": self.name, "label": self.label, "also": list(self.also), **plain}

    def to_html(self) -> str:
        """Write facts and listings as HTML, without a heading."""
        body = [facts_html(self.facts())]
        for field, listing in self.listings():
            summary = f"{escape(heading(field, self.lang))} ({len(listing.rows)})"
            opened = field not in self.uses and len(listing.rows) <= OPEN_ROWS
            body.append(folded(summary, [listing_html(listing, self.lang)], opened=opened))
        return "".join(body)

    def __repr__(self) -> str:
        """Write it as plain text."""
        return self.text()

    def _repr_html_(self) -> str:
        kind = escape(KINDS[self.kind].text(self.lang))
        title = f"<p><strong>{escape(self.label)}</strong><br>{kind} <code>{escape(self.name)}</code></p>"
        return page(title + self.to_html(), self.lang)

    def _own_fields(self) -> list[str]:
        shared = {field.name for field in fields(View)}
        return [field.name for field in fields(self) if field.name not in shared]

    def _words(self, field: str, text: str) -> str:
        words = CODES.get(field, {})
        return words[text].text(self.lang) if text in words else text


@dataclass(frozen=True, slots=True, repr=False)
class QuestionView(View):
    """
    A question: what was asked of whom, the options, and what is made of the answers.

    Attributes
    ----------
    wording, theme, asked, answered : str
        What was asked, its theme, the base that was asked, and how it is answered.
    test : str
        Its place in the test of one workplace; empty where it is not in it.
    waves, inferred, source : str
        The waves that asked it, what no public page shows, address of the page.
    indicator_names : str
        How the answers are named as indicators.
    options, items, groups : Listing
        Answers, rows of a grid, and answers that are added up, each with the waves that had it where not all did.
    indicators, bases, domains, figures : Listing
        What uses its answers.
    changes : Listing
        What is different from one wave on.
    """

    kind: ClassVar[ViewKind] = "question"
    uses: ClassVar[tuple[str, ...]] = ("indicators", "bases", "domains", "figures")
    wording: str
    theme: str
    asked: str
    answered: str
    test: str
    waves: str
    inferred: str
    source: str
    indicator_names: str
    options: Listing
    items: Listing
    groups: Listing
    indicators: Listing
    bases: Listing
    domains: Listing
    figures: Listing
    changes: Listing


@dataclass(frozen=True, slots=True, repr=False)
class IndicatorView(View):
    """
    An indicator: of whom, by which rule, in which waves, and what was published about it.

    Attributes
    ----------
    base, counted : str
        Of whom it is a share, and the answers that count.
    dont_know : str
        Code of the rule for don't know.
    waves, inferred, source : str
        The waves that can make it, what no public page shows, address of the page.
    parts : Listing
        What a union joins.
    definitions : Listing
        How some waves made it otherwise, and why.
    comparability : Listing
        Whether two waves may be compared; a reason is given once, where it first matters.
    claims, figures : Listing
        What was published about it, with the numbers, and the figures that draw it.
    """

    kind: ClassVar[ViewKind] = "indicator"
    uses: ClassVar[tuple[str, ...]] = ("figures",)
    base: str
    counted: str
    dont_know: str
    waves: str
    inferred: str
    source: str
    parts: Listing
    definitions: Listing
    comparability: Listing
    claims: Listing
    figures: Listing


@dataclass(frozen=True, slots=True, repr=False)
class FamilyView(View):
    """
    Indicators of one family, which `estimate_shares` takes by the family's name.

    Attributes
    ----------
    members : Listing
        The indicators, without their parts.
    figures, changes : Listing
        The figures that draw one of them, and what is different from one wave on.
    """

    kind: ClassVar[ViewKind] = "family"
    uses: ClassVar[tuple[str, ...]] = ("figures",)
    members: Listing
    figures: Listing
    changes: Listing


@dataclass(frozen=True, slots=True, repr=False)
class DomainView(View):
    """
    A domain: its groups, and what was published by them.

    Attributes
    ----------
    made_from, dont_know, inside : str
        The question it is made of, if not of a register; code of the rule for don't know; the wider domain.
    waves, inferred : str
        The waves that can make it, what no public page shows.
    groups, figures, claims : Listing
        Its groups, and the figures and claims that are split by it.
    """

    kind: ClassVar[ViewKind] = "domain"
    uses: ClassVar[tuple[str, ...]] = ("figures",)
    made_from: str
    dont_know: str
    inside: str
    waves: str
    inferred: str
    groups: Listing
    figures: Listing
    claims: Listing


@dataclass(frozen=True, slots=True, repr=False)
class BaseView(View):
    """
    A base: who is in it, and what is asked and published of them.

    Attributes
    ----------
    inside, routing, waves : str
        The wider base, the answers that let a unit in, the waves that can make it.
    claims : Listing
        Its published sizes.
    questions, indicators, bases : Listing
        What it is asked, the composites of it, and the bases that lie in it.
    """

    kind: ClassVar[ViewKind] = "base"
    uses: ClassVar[tuple[str, ...]] = ("questions", "indicators", "bases")
    inside: str
    routing: str
    waves: str
    claims: Listing
    questions: Listing
    indicators: Listing
    bases: Listing


@dataclass(frozen=True, slots=True, repr=False)
class FigureView(View):
    """
    A published figure: what it shows, who published it, and what may be said over it.

    Attributes
    ----------
    subtitle, shown, by, theme, note : str
        Its subtitle, its kind, the domain that it is split by, its theme, the note under it.
    sources : Listing
        The waves that published it, with address and what is said of that wave alone.
    indicators : Listing
        What it draws, the parts of a union included.
    headlines : Listing
        Findings, and the condition on the drawn numbers on which each is said.
    """

    kind: ClassVar[ViewKind] = "figure"
    subtitle: str
    shown: str
    by: str
    theme: str
    note: str
    sources: Listing
    indicators: Listing
    headlines: Listing


@dataclass(frozen=True, slots=True, repr=False)
class ClaimView(View):
    """
    A published claim: the statement, its number, and what it is compared by.

    Attributes
    ----------
    published, range, n : str
        The number or the words, what the words cover, the n printed with it.
    wave, base, indicator : str
        Where it belongs.
    check, dont_know, fitted : str
        What a computed number is compared with, code of the rule for don't know, whether synthetic data are made to
        agree.
    rivals, alternatives : str
        The indicators that a rank compares with, other values that the source gives.
    reason, contradiction, fitted_to, inferred, confidence, source : str
        As the record says.
    figures : Listing
        The figures that draw its indicator.
    """

    kind: ClassVar[ViewKind] = "claim"
    published: str
    range: str
    n: str
    wave: str
    base: str
    indicator: str
    check: str
    dont_know: str
    rivals: str
    alternatives: str
    reason: str
    contradiction: str
    fitted: str
    fitted_to: str
    inferred: str
    confidence: str
    source: str
    figures: Listing


@dataclass(frozen=True, slots=True, repr=False)
class WaveView(View):
    """
    A wave: how it was carried out, what it asked, and what was new in it.

    Attributes
    ----------
    period, publisher, unit, fieldwork : str
    answers, sample, population, response_rate : str
        Empty where no page says so.
    weighted, stratum, inferred, source : str
    questions, figures, changes : Listing
        What it asked and published, and what is different from it on.
    claims : str
        Number of published claims.
    """

    kind: ClassVar[ViewKind] = "wave"
    period: str
    publisher: str
    unit: str
    fieldwork: str
    answers: str
    sample: str
    population: str
    response_rate: str
    weighted: str
    stratum: str
    claims: str
    inferred: str
    source: str
    questions: Listing
    figures: Listing
    changes: Listing
