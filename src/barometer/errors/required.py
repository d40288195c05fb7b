"""What an argument must be, and the error that says so."""

from collections.abc import Sequence
from difflib import get_close_matches
from math import isfinite
from numbers import Real
from os import PathLike
from pathlib import Path
from typing import Any, cast, get_args

from barometer.errors.arguments import ArgumentError, did_you_mean


def check_choice(argument: str, value: object, allowed: Any) -> None:
    """
    Refuse a value that is none of those allowed.

    Parameters
    ----------
    argument : str
    value : object
    allowed : Literal type, or iterable of str
        The choices in their order.

    Raises
    ------
    ArgumentError
        With all choices, and the nearest spelling where one is near.
    """
    choices = get_args(allowed) or tuple(allowed)
    if isinstance(value, str) and value in choices:
        return
    near = get_close_matches(value, choices, n=1, cutoff=0.7) if isinstance(value, str) else []
    hint = f". {did_you_mean(near)}" if near else ""
    raise ArgumentError(argument, f"must be one of {', '.join(choices)}; got {value!r}{hint}")


def check_number(argument: str, value: object) -> None:
    """
    Refuse what is not one finite number, Python's or NumPy's.

    Raises
    ------
    ArgumentError
    """
    if not _is_number(value):
        raise ArgumentError(argument, f"must be a number; got {type(value).__name__}")


def check_confidence(value: Any, argument: str = "confidence") -> float:
    """
    Return the coverage of an interval as a float; refuse what is not one number between 0 and 1.

    Raises
    ------
    ArgumentError
    """
    if not _is_number(value) or not 0.0 < value < 1.0:
        raise ArgumentError(argument, f"must be a number between 0 and 1, for instance 0.95; got {value!r}")
    return float(value)


def check_kind(argument: str, value: object, kinds: type | tuple[type, ...], what: str) -> None:
    """
    Refuse a value of another kind than the call works with.

    Parameters
    ----------
    argument : str
    value : object
    kinds : type or tuple of type
    what : str
        What it must be and what makes it, after "must be": "a wave, as load_wave gives".

    Raises
    ------
    ArgumentError
    """
    if not isinstance(value, kinds):
        raise _unfit(argument, what, [value])


def check_all(argument: str, values: object, kinds: type | tuple[type, ...], what: str) -> None:
    """
    Refuse what is not a list or tuple of values of one kind, or has none.

    Parameters
    ----------
    argument, kinds, what
        As in `check_kind`.
    values : object

    Raises
    ------
    ArgumentError
    """
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise _unfit(argument, what, [values])
    others = [each for each in values if not isinstance(each, kinds)]
    if others or not values:
        raise _unfit(argument, what, others)


def as_path(argument: str, value: object) -> Path:
    """
    Return a path; refuse what names no file or folder.

    Raises
    ------
    ArgumentError
    """
    check_kind(argument, value, (str, PathLike), "a path, for instance 'folder/file'")
    if value == "":
        raise ArgumentError(argument, "is empty: name a file or a folder")
    return Path(cast("str | PathLike[str]", value))


def _unfit(argument: str, what: str, found: Sequence[object]) -> ArgumentError:
    kinds = sorted({"None" if each is None else type(each).__name__ for each in found})
    return ArgumentError(argument, f"must be {what}; got {', '.join(kinds) or 'none'}")


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and isfinite(value)
