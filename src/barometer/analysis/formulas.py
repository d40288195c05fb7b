"""Model formulas in the codebook's names: what is explained, and by what."""

import re
from dataclasses import dataclass

from barometer.codebook import Codebook
from barometer.codebook.elsewhere import unknown_name
from barometer.errors import ArgumentError, check_kind

_TOKEN = re.compile(
    r"(?P<name>[^\W\d]\w*(\.\w+)*)|(?P<number>\d+)|(?P<sign>\*\*|[-+:*^()~])|(?P<space>\s+)|(?P<other>.)"
)
HIGHEST = 4
"""Highest power of a sum: more names than that in one cross have no answers."""
EXAMPLE = "'shared ~ evaluated + sector + size'"


@dataclass(frozen=True, slots=True)
class ModelFormula:
    """
    A formula, read.

    Attributes
    ----------
    text : str
        With full names.
    outcome : str
        The indicator that is explained.
    terms : tuple of tuple of str
        Domains and indicators that explain it; several in one are crossed. Of rising order.
    """

    text: str
    outcome: str
    terms: tuple[tuple[str, ...], ...]

    @property
    def factors(self) -> tuple[str, ...]:
        """Names in the terms, each once."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term))


def read_formula(text: str, book: Codebook) -> ModelFormula:
    """
    Read a formula against a wave's codebook.

    Parameters
    ----------
    text : str
        `outcome ~ terms`: names of indicators and domains, joined by `+`; `a:b` crosses two, `a*b` is `a + b + a:b`,
        `(a + b + c)^2` all pairs, `-` takes a term out. Names with dots need no quotes.
    book : Codebook
        Of the wave.

    Returns
    -------
    ModelFormula

    Raises
    ------
    ArgumentError
        If it is no formula, has functions or numbers, no terms or no intercept, crosses names that are not in it by
        themselves, or explains an indicator by itself.
    UnknownNameError
        If a name is no indicator or domain of the wave; with names that look like it.

    Notes
    -----
    Only names and signs get to the parser, names as numbered placeholders: nothing of the text is ever evaluated.
    """
    check_kind("formula", text, str, f"a text, for instance {EXAMPLE}")
    names: dict[str, str] = {}
    parts = [_token(match, names, text, book) for match in _TOKEN.finditer(text)]
    left, right = _parse("".join(parts), text)
    known = {place: name for name, place in names.items()}
    outcome = _outcome([known[place] for place in left], book)
    terms = tuple(tuple(dict.fromkeys(known[place] for place in term)) for term in right if term)
    if () not in right:
        raise ArgumentError(
            "formula", "takes out the intercept: every model here has one, against its reference groups"
        )
    if not terms:
        raise ArgumentError("formula", f"has nothing on the right of '~': write for instance {EXAMPLE}")
    terms = tuple(sorted(dict.fromkeys(terms), key=len))
    _check_parts(terms)
    if any(outcome in term for term in terms):
        raise ArgumentError("formula", f"explains {outcome!r} by itself")
    written = " + ".join(":".join(term) for term in terms)
    return ModelFormula(f"{outcome} ~ {written}", outcome, terms)


def full_name(name: str, book: Codebook) -> str:
    """
    Return the indicator or domain that a name stands for; a question with an answer "yes" may go by its own name.

    Raises
    ------
    UnknownNameError
    """
    if book.has_domain(name):
        return name
    if f"{name}.yes" in book.indicators:
        return f"{name}.yes"
    raise unknown_name("indicator or domain", name, [*book.domains, *book.indicators], book)


def _check_parts(terms: tuple[tuple[str, ...], ...]) -> None:
    """Refuse a cross without its parts: its coefficients would not be differences from a reference."""
    known = {frozenset(term) for term in terms}
    for term in terms:
        parts = [frozenset(term) - {name} for name in term]
        if len(term) > 1 and any(part not in known for part in parts):
            raise ArgumentError(
                "formula", f"crosses {':'.join(term)!r} without its parts: write {'*'.join(term)!r}, which has them all"
            )


def _token(match: re.Match[str], names: dict[str, str], text: str, book: Codebook) -> str:
    """One token for the parser; a name becomes its placeholder."""
    found = match.group()
    if match.lastgroup == "other":
        raise ArgumentError("formula", f"{found!r} has no meaning here: use names, + - : * ^ and brackets")
    power = text[: match.start()].rstrip().endswith(("^", "**"))
    if match["number"] is not None and (int(found) > HIGHEST or (int(found) > 1 and not power)):
        raise ArgumentError(
            "formula", f"holds {found}: only 1 (the intercept) and powers up to {HIGHEST} have a meaning"
        )
    if match["name"] is None:
        return found
    if text[match.end() :].lstrip().startswith("("):
        raise ArgumentError("formula", f"{found!r} is used as a function: terms are names of the codebook only")
    return names.setdefault(full_name(found, book), f"v{len(names)}")


def _parse(formula: str, text: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names on the left, and the terms on the right; the intercept is the empty term."""
    from formulaic import Formula  # half a second that only a model need pay
    from formulaic.errors import FormulaInvalidError, FormulaParsingError, FormulaSyntaxError

    if formula.count("~") != 1:
        raise ArgumentError("formula", f"must have one '~', for instance {EXAMPLE}; got {text!r}")
    try:
        parsed = Formula(formula)
        sides = [[tuple(str(factor) for factor in term.factors) for term in side] for side in (parsed.lhs, parsed.rhs)]
    except (FormulaInvalidError, FormulaParsingError, FormulaSyntaxError, AttributeError, TypeError) as error:
        raise ArgumentError("formula", f"cannot be read: {text!r}. Write it like {EXAMPLE}") from error
    left, right = ([tuple(place for place in term if place != "1") for term in side] for side in sides)
    if any(len(term) != 1 for term in left):
        raise ArgumentError("formula", "crosses names on the left of '~': name one indicator there")
    return [place for (place,) in left], right


def _outcome(names: list[str], book: Codebook) -> str:
    if len(names) != 1:
        raise ArgumentError("formula", f"explains one indicator; there are {len(names)} names on the left of '~'")
    if names[0] not in book.indicators:
        raise ArgumentError(
            "formula", f"{names[0]!r} is a domain: a model explains a yes/no, so name an indicator on the left of '~'"
        )
    return names[0]
