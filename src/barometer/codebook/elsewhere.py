"""Names that a wave does not have and others do."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from barometer.codebook.wording import listed
from barometer.errors import UnknownNameError

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def unknown_name(kind: str, name: str, known: Iterable[str], book: "Codebook") -> UnknownNameError:
    """
    Return the error for a name that a codebook lacks.

    Parameters
    ----------
    kind, name, known
        As for `UnknownNameError`.
    book : Codebook
        Narrowed to a wave or whole. Where other waves have what this one lacks, the message says which; where the name
        is a question whose answers make a domain, it names the domain.
    """
    made = [d.name for d in book.domains.values() if d.kind == "answers" and d.column.partition(".")[0] == name]
    if made and kind == "domain":
        return UnknownNameError(kind, name, known, f"It is a question; its answers make the domain {listed(made)}.")
    number, whole = book.narrowed_to, book.whole
    if number is None or _has(book, name, kind):
        return UnknownNameError(kind, name, known)
    waves = [other for other in sorted(whole.waves) if _has(whole.in_wave(other), name, kind)]
    if not waves:
        return UnknownNameError(kind, name, known)
    others = f"waves {listed(waves)} do" if len(waves) > 1 else f"wave {waves[0]} does"
    return UnknownNameError(kind, name, known, f"Wave {number} does not have it; {others}.")


def _has(book: "Codebook", name: str, kind: str) -> bool:
    """Whether a name stands for something: a figure, an indicator, several of them, a domain or a question."""
    if kind == "figure":
        return name in book.figures
    indicators = book.indicators
    if book.has_domain(name) or kind == "domain":
        return book.has_domain(name)
    if name.endswith(".*"):
        return any(indicator.startswith(name[:-1]) for indicator in indicators)
    families = {indicator.family for indicator in indicators.values()} - {""}
    return name in book.questions or name in families or f"{name}.yes" in indicators
