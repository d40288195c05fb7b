"""What stands in the place of arrays that a result made safe may not carry: it says so, and where to find them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, NoReturn, TypeVar

from barometer.errors import WithheldError

T = TypeVar("T")
NESTED = ("table", "cells")
"""Of results and cross tables inside a result."""


@dataclass(frozen=True, slots=True, repr=False)
class Withheld:
    """
    The place of something that tells of suppressed cells too.

    Attributes
    ----------
    what : str
        Name of the attribute that it stands for.
    kept : mapping of str to object
        What of it tells of no cell, and is answered as before.
    """

    what: str
    kept: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Name it, and what it still answers."""
        kept = f"; answers {', '.join(self.kept)}" if self.kept else ""
        return f"<Withheld: {self.what}{kept}; ask the result before protect>"

    def __getattr__(self, name: str) -> Any:
        """
        Answer what is kept, and refuse the rest.

        Raises
        ------
        WithheldError
        """
        if name.startswith("__") or name in ("what", "kept"):
            raise AttributeError(name)
        if name in self.kept:
            return self.kept[name]
        raise WithheldError(f"{self.what}.{name}")

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise WithheldError(self.what)

    __getitem__ = __iter__ = __len__ = __array__ = __call__ = _refuse


def withhold(result: T, *names: str) -> T:
    """
    Take attributes out of a result.

    Parameters
    ----------
    result : a frozen dataclass
    *names : str
        Fields that tell of suppressed cells.
    """
    taken: Any = replace(result, **{name: Withheld(name) for name in names})  # type: ignore[type-var]
    found: T = taken
    return found


def keep_only(whole: object, what: str, *names: str) -> Any:
    """
    Stand in for an object of which some attributes tell of no cell.

    Parameters
    ----------
    whole : object
    what : str
        Name of the attribute that it is.
    *names : str
        What is kept of it.
    """
    return Withheld(what, {name: getattr(whole, name) for name in names})


def with_part(whole: Any, name: str, value: object) -> Any:
    """Return a dataclass, or what stands in for one, with another value of an attribute that it answers."""
    if isinstance(whole, Withheld):
        return replace(whole, kept={**whole.kept, name: value})
    return replace(whole, **{name: value})


def is_withheld(part: object) -> bool:
    """Whether something was taken out."""
    return isinstance(part, Withheld)


def lacks_parts(result: object) -> bool:
    """Whether a result, or one inside it, was made safe before: something that it had was taken out."""
    if not is_dataclass(result) or isinstance(result, type):
        return False
    parts = [getattr(result, each.name) for each in fields(result)]
    return any(
        is_withheld(part) or (any(hasattr(part, name) for name in NESTED) and lacks_parts(part)) for part in parts
    )
