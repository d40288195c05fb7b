"""Arguments, names and packages that a call cannot work with."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from barometer.errors.faults import FEW
from barometer.errors.root import BarometerError


class ArgumentError(BarometerError, ValueError):
    """
    An argument outside the values it may take.

    Attributes
    ----------
    argument : str
    """

    def __init__(self, argument: str, message: str) -> None:
        self.argument = argument
        super().__init__(f"{argument}: {message}")


class UnknownNameError(BarometerError, KeyError):
    """
    An indicator, domain, wave, figure or other name that the codebook does not have.

    Attributes
    ----------
    kind : str
        What the name should have been, for instance "indicator".
    name : str
        The name that was given.
    suggestions : tuple of str
        Names that look like it.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "", *, more: str = "") -> None:
        listed = sorted(set(known))
        self.kind = kind
        self.name = name
        self.suggestions = tuple(_similar(name, listed))
        if not hint and self.suggestions:
            hint = did_you_mean(self.suggestions)
        elif not hint and len(listed) <= FEW:
            hint = f"There are: {', '.join(listed) or 'none'}."
        elif not hint:
            hint = f"bm.codebook().search({name!r}) looks in the labels of all {len(listed)}."
        self.message = f"There is no {kind} {name!r}. {hint} {more}".rstrip()
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message; KeyError would quote it."""
        return self.message


def did_you_mean(suggestions: Sequence[str]) -> str:
    """Ask whether one of some names was meant."""
    return f"Did you mean {' or '.join(repr(name) for name in suggestions)}?"


def _similar(name: str, known: Sequence[str]) -> list[str]:
    """Near spellings of a full name; for a bare word first the names that end in it or hold it."""
    last = name.rpartition(".")[2].lower()
    holding = sorted(
        (k for k in known if last and last in k.lower()), key=lambda k: (not k.lower().endswith(last), len(k))
    )
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return (close or holding)[:FEW] if "." in name else (holding or close)[:FEW]


class MissingPackageError(BarometerError, ImportError):
    """
    A format or a task needs a package that is not installed.

    Attributes
    ----------
    package : str
    extra : str
        The extra of this package that brings it.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"The package {package!r} is needed {purpose}: pip install 'innovation-barometer[{extra}]' brings it."
        )


class MissingProgramError(BarometerError, FileNotFoundError):
    """
    A task needs a program that is not on the PATH.

    Attributes
    ----------
    program : str
    """

    def __init__(self, program: str, purpose: str, otherwise: str) -> None:
        self.program = program
        super().__init__(f"The program {program!r} is needed {purpose}, and is not on the PATH. {otherwise}")
