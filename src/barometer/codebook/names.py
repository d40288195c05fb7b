"""Names as arguments: one or several, and nothing else."""

from collections.abc import Sequence

from barometer.errors import ArgumentError


def as_names(argument: str, value: object, example: str = "innovative") -> tuple[str, ...]:
    """
    Take one name or several.

    Parameters
    ----------
    argument : str
        For the message.
    value : object
    example : str
        A name that would do, for the message.

    Raises
    ------
    ArgumentError
        If it is neither a text nor a sequence of texts.
    """
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ArgumentError(argument, f"must be a name or several, for instance {example!r}; got {_kind(value)}")


def as_name(argument: str, value: object) -> str:
    """
    Take one name.

    Raises
    ------
    ArgumentError
        If it is no text.
    """
    if isinstance(value, str):
        return value
    raise ArgumentError(argument, f"must be a name; got {_kind(value)}")


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
