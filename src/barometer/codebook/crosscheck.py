"""Whether the records of a codebook agree with each other."""

from collections import Counter
from collections.abc import Iterable

from barometer.codebook.book import Codebook
from barometer.codebook.records import Claim, Indicator
from barometer.codebook.rules import Uses
from barometer.errors import Fault, UnknownNameError


def crosscheck(book: Codebook, faults: list[Fault]) -> None:
    """Add a fault for every name that points nowhere and every definition that goes in a circle."""
    add = _Adder(faults)
    for question in book.questions.values():
        add.unless(question.asked_of in book.bases, f"questions.toml.{question.name}", f"no base {question.asked_of!r}")
    for base in book.bases.values():
        add.unless(base.of is None or base.of in book.bases, f"bases.toml.{base.name}", f"no base {base.of!r}")
    for indicator in book.indicators.values():
        add.unless(indicator.base in book.bases, f"indicators.toml.{indicator.name}", f"no base {indicator.base!r}")
        for used in _used(indicator):
            add.unless(used in book.indicators, f"indicators.toml.{indicator.name}", f"no indicator {used!r}")
    _check_domains(book, add)
    for wave in book.waves.values():
        where = f"waves.{wave.number}"
        for name in wave.questions:
            add.unless(name in book.questions, where, f"no question {name!r}")
        for name in wave.stratum:
            add.unless(name in book.domains, where, f"no domain {name!r} to make strata of")
    for name, count in Counter(claim.id for claim in book.claims).items():
        add.unless(count == 1, "claims.csv", f"the id {name} is used {count} times")
    for claim in book.claims:
        _check_claim(book, claim, add)
    for figure in book.figures.values():
        where = f"figures.toml.{figure.id}"
        add.unless(figure.wave in book.waves, where, f"no wave {figure.wave}")
        for name in figure.indicators:
            add.unless(name in book.indicators, where, f"no indicator {name!r}")
        add.unless(not figure.by or book.has_domain(figure.by), where, f"no domain {figure.by!r}")
        add.unless(
            (figure.kind == "domains") == bool(figure.by), where, "kind domains needs `by`, the others have none"
        )
    if not faults:
        _check_circles(book, add)


class _Adder:
    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def fault(self, where: str, message: str) -> None:
        self._faults.append(Fault("codebook", message, where))

    def unless(self, holds: bool, where: str, message: str) -> None:
        if not holds:
            self.fault(where, message)


def _used(indicator: Indicator) -> Iterable[str]:
    return (term.indicator for term in indicator.rule.terms if isinstance(term, Uses))


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
            question = book.questions.get(domain.column.partition(".")[0])
            if question is None:
                add.fault(where, f"no question {domain.column!r}")
                continue
            codes = {answer.code for answer in question.answers}
            for group in domain.groups:
                for code in group.answers:
                    add.unless(code in codes, where, f"{group.code}: {question.name!r} has no answer {code!r}")


def _check_claim(book: Codebook, claim: Claim, add: _Adder) -> None:
    where = f"claims.csv.{claim.id}"
    add.unless(claim.wave in book.waves, where, f"no wave {claim.wave}")
    add.unless(claim.base in book.bases, where, f"no base {claim.base!r}")
    if claim.indicator:
        add.unless(claim.indicator in book.indicators, where, f"no indicator {claim.indicator!r}")
    elif claim.check != "impossible" and claim.statistic in ("share", "difference", "ratio", "rank"):
        add.fault(where, "needs an indicator")
    if claim.statistic == "rank":
        for name in filter(None, claim.versus.split(";")):
            add.unless(name in book.indicators, where, f"no indicator {name!r} to compare with")
        return
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
    """Follow indicators and bases to the answers; a name met twice on one path never gets there."""

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            add.fault(name, f"is defined by itself: {' > '.join((*path, name))}")
            return
        kind, _, code = name.partition(" ")
        if kind == "base":
            base = book.bases[code]
            below = [f"base {base.of}"] if base.of else []
            terms = base.rule.terms if base.rule else ()
        else:
            indicator = book.indicators[code]
            below, terms = [f"base {indicator.base}"], indicator.rule.terms
        for term in terms:
            if isinstance(term, Uses):
                below.append(f"indicator {term.indicator}")
        for next_name in below:
            visit(next_name, (*path, name))

    for name in book.bases:
        visit(f"base {name}", ())
