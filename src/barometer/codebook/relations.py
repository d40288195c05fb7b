"""Where names are used: the waves that have them, what is built on a question, the figures and claims about it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from barometer.codebook.editions import all_parts
from barometer.codebook.published import Claim, FigureRecord
from barometer.codebook.records import Indicator

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

MadeKind = Literal["question", "indicator", "domain", "base"]
K = TypeVar("K")
OptionKind = Literal["answer", "item"]
Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Relations:
    """
    Where the names of a codebook are used.

    A name that is used nowhere is no key.

    Attributes
    ----------
    waves : tuple of int
        Those of the codebook: all, or the one that it is narrowed to.
    in_waves : dict of (kind, name) to tuple of int
        The waves that asked a question, or can make an indicator, a domain or a base.
    options : dict of (question, "answer" or "item", code) to tuple of int
        The waves that had an answer or an item.
    composites : tuple of str
        The indicators that no single answer gives, without the parts of unions.
    built_on : dict of str to tuple of str
        For a question: the composites built on it.
    domains_of, bases_of : dict of str to tuple of str
        For a question: the domains made of its answers, and the bases that its answers decide.
    shown_by : dict of str to tuple of str
        For a figure: the indicators that it draws in its waves, parts of a union included, and what it is split by.
    drawn_in : dict of str to tuple of str
        For an indicator or a domain: the figures that show it.
    figures_of : dict of str to tuple of str
        For a question: the figures that use its answers.
    claims_about : dict of str to tuple of Claim
        For an indicator, in the order of the codebook.
    """

    waves: tuple[int, ...]
    in_waves: Mapping[tuple[MadeKind, str], tuple[int, ...]]
    options: Mapping[tuple[str, OptionKind, str], tuple[int, ...]]
    composites: tuple[str, ...]
    built_on: Names
    domains_of: Names
    bases_of: Names
    shown_by: Names
    drawn_in: Names
    figures_of: Names
    claims_about: Mapping[str, tuple[Claim, ...]]


def relate(book: "Codebook") -> Relations:
    """Look through a codebook once and note where each name is used."""
    waves = tuple(sorted(book.waves)) if book.narrowed_to is None else (book.narrowed_to,)
    behind = {indicator.name: _behind(book, indicator) for indicator in book.indicators.values()}
    parts = {part for indicator in book.indicators.values() for part in all_parts(indicator)}
    composites = tuple(n for n, indicator in book.indicators.items() if not indicator.question and n not in parts)
    shown = {name: _shown(book, figure, waves) for name, figure in book.figures.items()}
    in_waves, options = _history(book, waves)
    claims = defaultdict(list)
    for claim in book.claims:
        claims[claim.indicator].append(claim)
    return Relations(
        waves=waves,
        in_waves=in_waves,
        options=options,
        composites=composites,
        built_on=_users(composites, lambda name: behind[name]),
        domains_of=_users(book.domains, lambda name: _asked(book, name)),
        bases_of=_users(book.bases, book.questions_behind_base),
        shown_by=shown,
        drawn_in=_users(book.figures, lambda name: shown[name]),
        figures_of=_users(
            book.figures,
            lambda name: {
                question
                for used in shown[name]
                for question in (behind[used] if used in behind else _asked(book, used))
            },
        ),
        claims_about={name: tuple(about) for name, about in claims.items()},
    )


def _users(names: Iterable[str], used_by: Callable[[str], Iterable[str]]) -> Names:
    """Turn "what each name uses" round into "who uses each name"."""
    users = defaultdict(list)
    for name in names:
        for used in used_by(name):
            users[used].append(name)
    return {used: tuple(found) for used, found in users.items()}


def _behind(book: "Codebook", indicator: Indicator) -> set[str]:
    """Return the questions whose answers an indicator uses in any wave of the codebook."""
    rules = [indicator.rule]
    if book.narrowed_to is None:
        rules += [other.rule for other in indicator.elsewhere]
    return set().union(*map(book.questions_behind, rules))


def _asked(book: "Codebook", name: str) -> set[str]:
    """Return the question that a domain is made of; none for a register domain."""
    domain = book.domains.get(name)
    return {domain.column.partition(".")[0]} if domain and domain.kind == "answers" else set()


def _shown(book: "Codebook", figure: FigureRecord, waves: Collection[int]) -> tuple[str, ...]:
    """Return what a figure shows in the waves that published it."""
    shown = list(figure.indicators)
    if figure.kind == "union":
        main = book.indicators[figure.indicators[0]]
        editions = [main.in_wave(wave) for wave in figure.waves if wave in waves]
        shown += [part for edition in editions for part in edition.parts]
    return tuple(dict.fromkeys([*shown, figure.by] if figure.by else shown))


def _history(
    book: "Codebook", waves: Iterable[int]
) -> tuple[dict[tuple[MadeKind, str], tuple[int, ...]], dict[tuple[str, OptionKind, str], tuple[int, ...]]]:
    """Return the waves of every name, and of every answer and item."""
    names: dict[tuple[MadeKind, str], list[int]] = defaultdict(list)
    options: dict[tuple[str, OptionKind, str], list[int]] = defaultdict(list)
    for number in waves:
        edition = book.in_wave(number)
        made: dict[MadeKind, Iterable[str]] = {
            "question": edition.questions,
            "indicator": edition.indicators,
            "domain": edition.domains,
            "base": edition.bases,
        }
        for kind, found in made.items():
            for name in found:
                names[kind, name].append(number)
        for question in edition.questions.values():
            for answer in question.answers:
                options[question.name, "answer", answer.code].append(number)
            for item in question.items:
                options[question.name, "item", item.code].append(number)
    return _frozen(names), _frozen(options)


def _frozen(waves: Mapping[K, list[int]]) -> dict[K, tuple[int, ...]]:
    return {name: tuple(numbers) for name, numbers in waves.items()}
