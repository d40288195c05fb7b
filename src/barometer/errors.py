"""Every exception and warning of barometer: one root, one level of children."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

FEW = 5
"""Names that a message lists at the most."""
LISTED = 20
"""Faults that a message lists at the most."""


class BarometerError(Exception):
    """Root of every error that barometer raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        """Go to another process and back with message and facts; a subclass takes other arguments than its message."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[BarometerError], message: tuple[object, ...], facts: dict[str, object]) -> BarometerError:
    error = kind.__new__(kind)
    error.args = message
    error.__dict__.update(facts)
    return error


class BarometerWarning(UserWarning):
    """Root of every warning that barometer gives."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a file, without any of the values in it.

    Attributes
    ----------
    rule : str
        Short code of the rule that was broken, as the documentation lists it.
    message : str
        What was expected, what came, and what to do next.
    column : str
        Column, record or key where it is; empty when the whole file is meant.
    rows : tuple of int
        Row numbers as an editor or a spreadsheet shows them (the header is row 1); the first of them where there are
        very many.
    count : int
        Rows concerned.
    """

    rule: str
    message: str
    column: str = ""
    rows: tuple[int, ...] = ()
    count: int = 0

    def __post_init__(self) -> None:
        """Count the rows where that was not done."""
        if self.count < len(self.rows):
            object.__setattr__(self, "count", len(self.rows))

    def __str__(self) -> str:
        """Place first, then the message."""
        where = self.column
        if self.rows:
            shown = ", ".join(str(row) for row in self.rows[:FEW])
            more = f" and {self.count - FEW} more" if self.count > FEW else ""
            where = f"{where} row {shown}{more}".strip()
        return f"[{self.rule}] {where}: {self.message}" if where else f"[{self.rule}] {self.message}"


class CodebookError(BarometerError, ValueError):
    """
    The records in a metadata folder contradict each other or are incomplete.

    Attributes
    ----------
    folder : Path
        The metadata folder.
    faults : tuple of Fault
        Everything that was found, in reading order.
    """

    def __init__(self, folder: Path, faults: Sequence[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        super().__init__(_listing(f"The codebook in {folder} has {_count(faults)}", faults))


class LayoutError(BarometerError, ValueError):
    """
    A layout file does not describe a delivery completely.

    Attributes
    ----------
    path : Path
        The layout file.
    faults : tuple of Fault
    """

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__(_listing(f"The layout {path} has {_count(faults)}", faults))


class DeliveryError(BarometerError, ValueError):
    """
    A delivered file breaks the rules of its layout or of the codebook.

    Attributes
    ----------
    path : Path
        The delivered file.
    faults : tuple of Fault
        Every fault in the file, with column and row numbers, never a value.
    """

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__(_listing(f"{path} cannot be used: {_count(faults)}", faults))


class MissingFileError(BarometerError, FileNotFoundError):
    """
    A file that was named is not there.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path, what: str, next_step: str) -> None:
        self.path = path
        super().__init__(f"There is no {what} at {path}. {next_step}")


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
            hint = f"Did you mean {' or '.join(repr(s) for s in self.suggestions)}?"
        elif not hint and len(listed) <= FEW:
            hint = f"There are: {', '.join(listed) or 'none'}."
        elif not hint:
            hint = f"bm.codebook().search({name!r}) looks in the labels of all {len(listed)}."
        self.message = f"There is no {kind} {name!r}. {hint} {more}".rstrip()
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message; KeyError would quote it."""
        return self.message


class DesignError(BarometerError, ValueError):
    """
    Arrays that cannot be a survey design: signs, lengths, counts.

    Attributes
    ----------
    argument : str
        The argument at fault.
    """

    def __init__(self, argument: str, message: str) -> None:
        self.argument = argument
        super().__init__(f"{argument}: {message}")


class LonelyPSUError(BarometerError, ValueError):
    """
    A stratum that is not taken whole has one sampling unit, so it has no variance.

    Attributes
    ----------
    strata : tuple of str
        The strata concerned.
    stage : int
        Stage of sampling, from 1.
    """

    def __init__(self, strata: Sequence[str], stage: int = 1) -> None:
        self.strata = tuple(strata)
        self.stage = stage
        named = ", ".join(self.strata[:FEW]) + (" ..." if len(self.strata) > FEW else "")
        super().__init__(
            f"{len(self.strata)} strata of stage {stage} have one sampling unit and are not taken whole ({named}): "
            "their spread cannot be estimated. Join them to a similar stratum, or choose a rule: "
            'lonely_psu="remove", "certainty", "adjust" or "average".'
        )


@dataclass(frozen=True, slots=True)
class TargetFault:
    """
    One target that weights cannot be fitted to.

    Attributes
    ----------
    margin : str
        Name of the margin or total.
    level : str
        Its level; empty where the whole margin is meant.
    count : float
        Rows concerned, or the target, as the message says.
    message : str
    place : str
        Margin and level in words; empty where there are none besides the codes.
    """

    margin: str
    level: str
    count: float
    message: str
    place: str = ""

    def __str__(self) -> str:
        """Place first, then the message."""
        codes = f"{self.margin}, level {self.level!r}" if self.level else self.margin
        return f"{self.place or codes}: {self.message}"


class CalibrationError(BarometerError, ValueError):
    """
    Targets that are wrong, contradict each other, or cannot be met.

    Attributes
    ----------
    faults : tuple of TargetFault
        Every margin and level at fault, with a count.
    heading : str
        What could not be done.
    """

    def __init__(self, faults: Sequence[TargetFault], heading: str = "The weights cannot be calibrated") -> None:
        self.faults = tuple(faults)
        self.heading = heading
        listed = "\n  ".join(str(fault) for fault in self.faults[:LISTED])
        more = f"\n  ... and {len(self.faults) - LISTED} more" if len(self.faults) > LISTED else ""
        super().__init__(f"{heading}:\n  {listed}{more}")


class ResponseError(BarometerError, ValueError):
    """
    Non-response that cannot be weighted for: a group in which nobody, or nobody but those who answered, is found.

    Attributes
    ----------
    variable, level : str
        Where it is.
    count : int
        Units concerned.
    reason : str
        What is wrong there.
    """

    def __init__(self, variable: str, level: str, count: int, reason: str, place: str = "") -> None:
        self.variable = variable
        self.level = level
        self.count = count
        self.reason = reason
        super().__init__(f"{place or f'{variable} {level!r}'}: {reason}")


class SynthesisError(BarometerError, ValueError):
    """
    The constraints on a synthetic wave cannot all hold, or a step found no answer.

    Attributes
    ----------
    step : str
        The question or indicator being made.
    """

    def __init__(self, step: str, message: str) -> None:
        self.step = step
        super().__init__(f"{step}: {message}")


class MixedCodebooksError(BarometerError, ValueError):
    """
    Waves that answer to different codebooks and can never be in one result.

    Attributes
    ----------
    codebooks : tuple of str
        Their names, in the order given.
    units : tuple of str
        What answers to each.
    """

    def __init__(self, codebooks: Sequence[str], units: Sequence[str]) -> None:
        self.codebooks = tuple(codebooks)
        self.units = tuple(units)
        named = " and ".join(f"{book!r} ({unit})" for book, unit in zip(codebooks, units, strict=True))
        if len(set(units)) > 1:
            why = "Answers of different units are never put together: take the waves of one at a time."
        else:
            why = (
                "Take the waves of one at a time; bm.compare_countries sets shares of two side by side where their "
                "records say that the questions match."
            )
        super().__init__(f"The waves answer to different codebooks, {named}. {why}")


class NoMatchError(BarometerError, ValueError):
    """
    Indicators of two countries that may not be compared.

    Attributes
    ----------
    indicators : tuple of str
        Those without a match.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.indicators = tuple(reasons)
        listed = "\n  ".join(f"{name}: {reason}" for name, reason in reasons.items())
        super().__init__(f"These may not be compared across the two codebooks:\n  {listed}")


class NotComparableError(BarometerError, ValueError):
    """
    What the codebook says cannot be compared between two waves.

    Attributes
    ----------
    waves : (int, int)
    names : tuple of str
        Indicators and domains concerned.
    """

    def __init__(self, waves: tuple[int, int], reasons: Mapping[str, str]) -> None:
        self.waves = waves
        self.names = tuple(reasons)
        listed = "\n  ".join(f"{name}: {reason}" for name, reason in reasons.items())
        super().__init__(f"These cannot be compared between waves {waves[0]} and {waves[1]}:\n  {listed}")


class OutputError(BarometerError, OSError):
    """
    A result cannot be written where it was asked for.

    Attributes
    ----------
    path : Path
    reason : str
        Why not.
    """

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.reason = message
        super().__init__(f"{path}: {message}")


class NotebookError(BarometerError, RuntimeError):
    """
    A notebook stopped with an error.

    Attributes
    ----------
    path : Path
        The notebook.
    """

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(f"{path.name} stopped: {message}")


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


class ModelError(BarometerError, ValueError):
    """
    A model that its data cannot answer.

    Attributes
    ----------
    reason : str
        "collinear", "constant_column", "constant_outcome", "empty_cell", "separated" or "not_converged".
    columns : tuple of str
        The columns or terms at fault.
    """

    def __init__(self, reason: str, columns: Sequence[str], message: str) -> None:
        self.reason = reason
        self.columns = tuple(columns)
        super().__init__(f"The model cannot be fitted: {message}.")


class DeliveryWarning(BarometerWarning):
    """Something in a delivery that is odd but does not stop the work."""


def _count(faults: Sequence[Fault]) -> str:
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"


def _listing(heading: str, faults: Sequence[Fault]) -> str:
    return "\n  ".join([heading + ":", *(str(fault) for fault in faults)])


def _similar(name: str, known: Sequence[str]) -> list[str]:
    """Near spellings of a full name; for a bare word first the names that end in it or hold it."""
    last = name.rpartition(".")[2].lower()
    holding = sorted(
        (k for k in known if last and last in k.lower()), key=lambda k: (not k.lower().endswith(last), len(k))
    )
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return (close or holding)[:FEW] if "." in name else (holding or close)[:FEW]
