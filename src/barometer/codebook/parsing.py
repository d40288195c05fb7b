"""Read TOML key by key, collecting every fault instead of stopping at the first."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from barometer.codebook.records import INFERRED, NOTHING, Label
from barometer.errors import Fault, MissingFileError

_ABSENT = object()


def existing(path: Path, what: str = "codebook file") -> Path:
    """Return the path of a file that must be there."""
    if not path.is_file():
        raise MissingFileError(path, what, "Check the name, or take the package's own file as a model.")
    return path


def read_toml(path: Path, faults: list[Fault], rule: str = "codebook") -> dict[str, Any]:
    """Read a TOML file; a syntax error is a fault and reads as empty."""
    try:
        return tomllib.loads(existing(path).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(rule, f"is not valid TOML: {error}", path.name))
        return {}


class Table:
    """
    A TOML table whose keys are asked for one by one.

    Every wrong or missing key is added to `faults` under `rule`; the caller gets a harmless stand-in and goes on. A
    table that is itself `absent` was reported once, and its keys are not missed one by one.
    `close` reports keys that nobody asked for, which are mostly misspellings.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        where: str,
        faults: list[Fault],
        rule: str = "codebook",
        *,
        absent: bool = False,
    ) -> None:
        self._values = values
        self._absent = absent
        self._where = where
        self._faults = faults
        self._rule = rule
        self._asked: set[str] = set()

    def fault(self, message: str) -> None:
        """Report something wrong with this table, unless it is not there at all."""
        if self._absent:
            return
        self._faults.append(Fault(self._rule, message, self._where))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; a missing one without default is a fault."""
        value = self._get(key, default)
        if value is _ABSENT:
            return ""
        if not isinstance(value, str):
            self.fault(f"{key} must be a text")
            return ""
        return value

    def inferred(self) -> Label:
        """Return what of this record no page says: in words, or `true` for no more than that; empty when absent."""
        value = self._get("inferred", {})
        if value is True:
            return INFERRED
        if not isinstance(value, dict):
            self.fault("inferred must be true, or a table with da and en")
            return NOTHING
        return self.label_at("inferred", required=False)

    def label(self) -> Label:
        """Return the Danish and English text of this record; an empty one is a fault."""
        for lang in ("da", "en"):
            if self._values.get(lang) == "":
                self.fault(f"{lang} is empty")
        return Label(self.text("da"), self.text("en"))

    def label_at(self, key: str, *, required: bool = True) -> Label:
        """Return the label in a table of its own; empty when absent and not required."""
        if not required and key not in self._values:
            return NOTHING
        inner = self.table(key)
        label = inner.label()
        inner.close()
        return label

    def flag(self, key: str) -> bool:
        """Return true or false, false when absent."""
        value = self._get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{key} must be true or false")
            return False
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number; a missing one without default is a fault."""
        value = self._get(key, default)
        if value is _ABSENT:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{key} must be a number")
            return 0.0
        return float(value)

    def integer(self, key: str) -> int:
        """Return a whole number; a missing one is a fault."""
        value = self.number(key)
        if not math.isfinite(value) or value != int(value):
            self.fault(f"{key} must be a whole number")
            return 0
        return int(value)

    def optional_integer(self, key: str) -> int | None:
        """Return a whole number, or None when absent."""
        return self.integer(key) if key in self._values else None

    def integers(self, key: str, default: Sequence[int] | None = None) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        value = self._get(key, default)
        if value is _ABSENT:
            return ()
        if not isinstance(value, list | tuple) or not all(type(v) is int for v in value):
            self.fault(f"{key} must be a list of whole numbers")
            return ()
        return tuple(value)

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._get(key, default)
        if value is _ABSENT:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            self.fault(f"{key} must be a list of texts")
            return ()
        return tuple(value)

    def choice(self, key: str, literal: Any, default: str | None = None) -> Any:
        """Return one of the values of a Literal type."""
        allowed = get_args(literal)
        value = self.text(key, default)
        if value not in allowed:
            self.fault(f"{key} must be one of {', '.join(allowed)}")
            return allowed[0]
        return value

    def tables(self, key: str) -> list["Table"]:
        """Return a list of tables, empty when absent."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fault(f"{key} must be a list of tables")
            return []
        return [
            Table(v, f"{self._where}.{key}[{v.get('code', position)}]", self._faults, self._rule)
            for position, v in enumerate(value)
        ]

    def table(self, key: str) -> "Table":
        """Return a table; a missing one is a fault and reads as empty."""
        value = self._get(key)
        if isinstance(value, dict):
            return Table(value, f"{self._where}.{key}", self._faults, self._rule)
        if value is not _ABSENT:
            self.fault(f"{key} must be a table")
        return Table({}, f"{self._where}.{key}", self._faults, self._rule, absent=True)

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table of texts, empty when absent."""
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self.fault(f"{key} must be a table of texts")
            return {}
        return dict(value)

    def scalar(self, key: str) -> str | float:
        """Return a text or a number; a missing one is a fault and reads as 0."""
        value = self._get(key)
        return value if isinstance(value, str | int | float) else 0.0

    def scalars(self, key: str) -> dict[str, str | float]:
        """Return a table of texts and numbers in its order, empty when absent."""
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str | int | float) for v in value.values()):
            self.fault(f"{key} must be a table of texts and numbers")
            return {}
        return dict(value)

    def numbers(self, key: str) -> dict[str, float]:
        """Return a table of numbers, empty when absent."""
        value = self.scalars(key)
        if any(isinstance(v, str) for v in value.values()):
            self.fault(f"{key} must be a table of numbers")
        return {name: float(v) for name, v in value.items() if not isinstance(v, str)}

    def number_list(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(v, int | float) for v in value):
            self.fault(f"{key} must be a list of numbers")
            return ()
        return tuple(float(v) for v in value)

    def every_text(self) -> dict[str, str]:
        """Return every entry as a text, for a table whose keys are codes."""
        self._asked.update(self._values)
        bad = [key for key, value in self._values.items() if not isinstance(value, str)]
        if bad:
            self.fault(f"{bad[0]} must be a text")
        return {key: value for key, value in self._values.items() if isinstance(value, str)}

    def entries(self) -> list[tuple[str, "Table"]]:
        """Return every entry as a table, for a table whose keys are names; an entry that is none is a fault."""
        found = []
        for key, value in self._values.items():
            self._asked.add(key)
            if isinstance(value, dict):
                found.append((key, Table(value, f"{self._where}.{key}", self._faults, self._rule)))
            else:
                self.fault(f"{key} must be a table")
        return found

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def has_list(self, key: str) -> bool:
        """Whether the key is there and holds a list."""
        return isinstance(self._values.get(key), list)

    def close(self) -> None:
        """Report the keys that no reader asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(f"{key} is not a key of this kind of record")

    def _get(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            self.fault(f"{key} is missing")
            return _ABSENT
        return default
