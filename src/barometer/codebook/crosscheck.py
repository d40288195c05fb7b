"""Whether the records of a codebook agree with each other."""

from collections import Counter
from collections.abc import Callable, Iterable

from barometer.codebook.book import Codebook
from barometer.codebook.derive import question_columns
from barometer.codebook.editions import all_parts
from barometer.codebook.published import Change, Claim, FigureRecord, WaveRecord
from barometer.codebook.records import Answer, Domain, Item
from barometer.codebook.rules import Rule, Uses
from barometer.codebook.workplace_form import place_faults, profile_faults
from barometer.errors import Fault, UnknownNameError

CONDITIONS = {"always": 0, "above": 2, "below": 2, "largest": 1, "higher": 2, "lower": 2, "higher_in": 3, "lower_in": 3}
"""How many names each condition of a headline has after it."""


def crosscheck(book: Codebook, faults: list[Fault]) -> None:
    """Add a fault for every name that points nowhere and every definition that goes in a circle."""
    add = _Adder(faults)
    for question in book.questions.values():
        add.unless(question.asked_of in book.bases, f"questions.toml.{question.name}", f"no base {question.asked_of!r}")
    for base in book.bases.values():
        where = f"bases.toml.{base.name}"
        add.unless(base.of is None or base.of in book.bases, where, f"no base {base.of!r}")
        for used in _used(base.rule):
            add.unless(used in book.indicators, where, f"no indicator {used!r}")
    for indicator in book.indicators.values():
        if indicator.question:
            continue  # derived from a question, which was checked
        where = f"indicators.toml.{indicator.name}"
        add.unless(indicator.base in book.bases, where, f"no base {indicator.base!r}")
        for rule in (indicator.rule, *(other.rule for other in indicator.elsewhere)):
            for used in _used(rule):
                add.unless(used in book.indicators, where, f"no indicator {used!r}")
        named = [wave for other in indicator.elsewhere for wave in other.waves]
        _check_waves(book, named, where, add)
        add.unless(len(set(named)) == len(named), where, "two of its definitions are for the same wave")
    for question in book.questions.values():
        options: tuple[Answer | Item, ...] = (*question.answers, *question.items)
        for option in options:
            named = [*option.waves, *([option.since] if option.since else [])]
            _check_waves(book, named, f"questions.toml.{question.name}.{option.code}", add)
    if not faults:
        _check_circles(book, add)
    for name, message in place_faults(book) if not faults else ():
        add.fault(f"questions.toml.{name}", message)
    for message in profile_faults(book):
        add.fault("codebook.toml.test_profile", message)
    definitions_hold = not faults
    _check_domains(book, add)
    for wave in book.waves.values():
        _check_wave(book, wave, add)
        if definitions_hold:
            _check_routing(book, wave, add)
    # What a wave can make is told only where definitions hold; else every consequence of a fault would be one.
    in_wave = book.in_wave if not faults else lambda _: book
    for name, count in Counter(claim.id for claim in book.claims).items():
        add.unless(count == 1, "claims.csv", f"the id {name} is used {count} times")
    for claim in book.claims:
        _check_claim(book, in_wave, claim, add)
    for figure in book.figures.values():
        _check_figure(book, in_wave, figure, add)
    for change in book.changes:
        _check_change(book, change, add)
    _check_themes(book, add)
    _check_matches(book, add)


class _Adder:
    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def fault(self, where: str, message: str) -> None:
        self._faults.append(Fault("codebook", message, where))

    def unless(self, holds: bool, where: str, message: str) -> None:
        if not holds:
            self.fault(where, message)


def _used(rule: Rule | None) -> list[str]:
    return [term.indicator for term in rule.terms if isinstance(term, Uses)] if rule else []


def _check_waves(book: Codebook, waves: Iterable[int], where: str, add: _Adder) -> None:
    for wave in waves:
        add.unless(wave in book.waves, where, f"no wave {wave}")


def _check_themes(book: Codebook, add: _Adder) -> None:
    """Hold themes against themes.toml, where there is one."""
    named = {f"questions.toml.{question.name}": question.theme for question in book.questions.values()}
    named |= {f"figures.toml.{figure.id}": figure.theme for figure in book.figures.values()}
    for where, theme in named.items():
        add.unless(not book.themes or theme in book.themes, where, f"no theme {theme!r}")


def _check_change(book: Codebook, change: Change, add: _Adder) -> None:
    where = f"changes.toml, wave {change.wave}"
    _check_waves(book, [change.wave], where, add)
    families = {indicator.family for indicator in book.indicators.values()}
    names = {*book.indicators, *book.questions, *families, *book.domains}
    for subject in change.subjects:
        add.unless(subject in names, where, f"no question, family, indicator or domain {subject!r}")


def _check_matches(book: Codebook, add: _Adder) -> None:
    where = "matches.toml"
    for match in book.matches:
        add.unless(match.indicator in book.indicators, where, f"no indicator {match.indicator!r}")
        add.unless(
            match.codebook != book.about.name, where, f"{match.indicator!r} is matched with this codebook itself"
        )
        reasoned = match.likeness == "same" or bool(match.reason.en)
        add.unless(reasoned, where, f"{match.indicator!r} is similar only, and no reason says what is different")
    for (name, other), count in Counter((match.indicator, match.codebook) for match in book.matches).items():
        add.unless(count == 1, where, f"{name!r} is matched {count} times with {other!r}")


def _check_wave(book: Codebook, wave: WaveRecord, add: _Adder) -> None:
    where = f"waves.{wave.number}"
    unit = book.about.unit
    add.unless(
        wave.unit == unit, where, f"its unit is {wave.unit!r}, that of the codebook {unit!r}; units are never mixed"
    )
    for name in wave.questions:
        add.unless(name in book.questions, where, f"no question {name!r}")
    for name in wave.stratum:
        domain = book.domains.get(name)
        add.unless(
            domain is not None and domain.kind == "register", where, f"no register domain {name!r} to make strata of"
        )


def _check_routing(book: Codebook, wave: WaveRecord, add: _Adder) -> None:
    for name in wave.questions:
        if name in book.questions:
            needed = book.questions_behind_base(book.questions[name].asked_of)
            for other in sorted(needed - set(wave.questions)):
                add.fault(
                    f"waves.{wave.number}", f"asks {name!r}, whose routing needs {other!r}, which it does not ask"
                )


def _check_figure(book: Codebook, in_wave: Callable[[int], Codebook], figure: FigureRecord, add: _Adder) -> None:
    where = f"figures.toml.{figure.id}"
    _check_waves(book, figure.waves, where, add)
    for name in figure.indicators:
        add.unless(name in book.indicators, where, f"no indicator {name!r}")
        for wave in figure.waves:
            if name in book.indicators and wave in book.waves and name not in in_wave(wave).indicators:
                # An option that came later is left out of the figure; its first indicator never is.
                left_out = name != figure.indicators[0] and book.indicators[name].question in in_wave(wave).questions
                add.unless(left_out, where, f"wave {wave} does not have {name!r}")
    for wave, _ in figure.notes:
        add.unless(wave in figure.waves, where, f"has a note on wave {wave}, which did not publish it")
    add.unless(bool(figure.indicators), where, "names no indicator")
    add.unless(not figure.by or book.has_domain(figure.by), where, f"no domain {figure.by!r}")
    needs = "kinds domains and levels need `by`, union and bars have none, a battery has one if it has one row"
    add.unless(_takes_domain(figure) == bool(figure.by), where, needs)
    groups = {group.code for group in book.domain(figure.by).groups} if book.has_domain(figure.by) else set()
    for code, _ in figure.groups:
        add.unless(code in groups, where, f"groups: {figure.by!r} has no group {code!r}")
    sides = [name.rpartition(".")[2] for name in figure.indicators]
    paired = sides == sides[:2] * (len(sides) // 2) and all(
        left.rpartition(".")[0] == right.rpartition(".")[0]
        for left, right in zip(figure.indicators[::2], figure.indicators[1::2], strict=False)
    )
    add.unless(figure.kind != "battery" or paired, where, "a battery names the same two answers to each row, in pairs")
    drawn = {*figure.indicators, *groups}
    drawn.update(*(all_parts(book.indicators[name]) for name in figure.indicators if name in book.indicators))
    for headline in figure.headlines:
        kind, *names = headline.when.split(":")
        if kind not in CONDITIONS or len(names) != CONDITIONS[kind]:
            add.fault(where, f"when = {headline.when!r} is none of {', '.join(CONDITIONS)} with its names")
            continue
        if kind in ("above", "below"):
            limit = names.pop()
            add.unless(limit.isdecimal(), where, f"when = {headline.when!r}: {limit!r} is no whole per cent")
        for name in names:
            add.unless(name in drawn, where, f"when = {headline.when!r}: the figure does not draw {name!r}")


def _takes_domain(figure: FigureRecord) -> bool:
    """Whether a figure's kind is split by the groups of a domain."""
    return figure.kind in ("domains", "levels") or (figure.kind == "battery" and len(figure.indicators) == 2)


def _check_domains(book: Codebook, add: _Adder) -> None:
    for domain in book.domains.values():
        where = f"domains.toml.{domain.name}"
        outer = book.domains.get(domain.inside)
        add.unless(not domain.inside or outer is not None, where, f"no domain {domain.inside!r} to lie inside")
        outer_codes = {group.code for group in outer.groups} if outer else set()
        for group in domain.groups:
            add.unless(
                not outer or group.of in outer_codes, where, f"{group.code}: `of` must name a group of {domain.inside}"
            )
        if domain.kind == "answers":
            _check_answer_groups(book, domain, where, add)


def _check_answer_groups(book: Codebook, domain: Domain, where: str, add: _Adder) -> None:
    columns = {c.name: c for q in book.questions.values() for c in question_columns(q, book.questions)}
    if domain.column not in columns:
        add.fault(where, f"no answer column {domain.column!r}; a grid is named with its item")
        return
    answers = {answer.code: answer for answer in columns[domain.column].answers}
    held = Counter(code for group in domain.groups for code in group.answers)
    for code, count in held.items():
        add.unless(code in answers, where, f"{domain.column!r} has no answer {code!r}")
        add.unless(count == 1, where, f"the answer {code!r} is in {count} groups")
    unsure = {code for code, answer in answers.items() if answer.meaning == "dont_know"}
    dropped = not unsure & set(held)
    add.unless(
        (domain.dont_know == "drop") == dropped,
        where,
        f"dont_know = {domain.dont_know!r} does not fit the groups' answers",
    )


def _check_claim(whole: Codebook, in_wave: Callable[[int], Codebook], claim: Claim, add: _Adder) -> None:
    where = f"claims.csv.{claim.id}"
    if claim.wave not in whole.waves:
        add.fault(where, f"no wave {claim.wave}")
        return
    book = in_wave(claim.wave)
    add.unless(claim.base in book.bases, where, f"no base {claim.base!r}")
    if claim.indicator:
        there = f" in wave {claim.wave}" if claim.indicator in whole.indicators else ""
        add.unless(claim.indicator in book.indicators, where, f"no indicator {claim.indicator!r}{there}")
    elif claim.check != "impossible" and claim.statistic in ("share", "difference", "ratio", "rank"):
        add.fault(where, "needs an indicator")
        return
    if claim.question:
        known = claim.question in book.questions
        add.unless(known and not claim.indicator, where, f"no question {claim.question!r}, or an indicator beside it")
    indicator = book.indicators.get(claim.indicator)
    if indicator and {indicator.base, claim.base} <= set(book.bases) and claim.dont_know != "drop":
        add.unless(claim.base == indicator.base, where, f"its base is not that of {indicator.name}, {indicator.base!r}")
    for name in claim.rivals:
        add.unless(name in book.indicators, where, f"no indicator {name!r} to compare with")
    if claim.domain:
        try:
            codes = {group.code for group in book.domain(claim.domain).groups}
        except UnknownNameError as error:
            add.fault(where, error.message)
            return
        named = {claim.group, claim.versus, *(code for pair in claim.order for code in pair)} - {""}
        for code in sorted(named - codes):
            add.fault(where, f"domain {claim.domain} has no group {code!r}")
    else:
        add.unless(not (claim.group or claim.versus or claim.order), where, "groups need a domain")


def _check_circles(book: Codebook, add: _Adder) -> None:
    """Follow indicators and bases to the answers; a name met twice on one path never gets there. Each circle once."""
    sound: set[str] = set()
    told: set[frozenset[str]] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in sound:
            return
        if name in path:
            circle = path[path.index(name) :]
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                add.fault(name.partition(" ")[2], f"is defined by itself: {' > '.join((*circle, name))}")
            return
        for below in _below(book, name):
            visit(below, (*path, name))
        sound.add(name)

    for name in book.bases:
        visit(f"base {name}", ())
    for name in book.indicators:
        visit(f"indicator {name}", ())


def _below(book: Codebook, name: str) -> list[str]:
    """Return what a base or an indicator is defined by."""
    kind, _, code = name.partition(" ")
    if kind == "base":
        base = book.bases[code]
        return ([f"base {base.of}"] if base.of else []) + [f"indicator {used}" for used in _used(base.rule)]
    indicator = book.indicators[code]
    return [f"base {indicator.base}", *(f"indicator {used}" for used in _used(indicator.rule))]
