"""Read one TOML table key by key, collecting every fault instead of stopping at the first."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from barometer.codebook.records import Label
from barometer.errors import Fault

_ABSENT = object()


class Table:
    """
    A TOML table whose keys are asked for one by one.

    Every wrong or missing key is added to `faults` under the rule "codebook"; the caller gets a harmless stand-in
    and goes on. `close` reports keys that nobody asked for, which are mostly misspellings.
    """

    def __init__(self, values: Mapping[str, Any], where: str, faults: list[Fault]) -> None:
        self._values = values
        self._where = where
        self._faults = faults
        self._asked: set[str] = set()

    def fault(self, message: str) -> None:
        """Report something wrong with this table."""
        self._faults.append(Fault("codebook", message, self._where))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; a missing one without default is a fault."""
        value = self._get(key, default)
        if value is _ABSENT:
            return ""
        if not isinstance(value, str):
            self.fault(f"{key} must be a text")
            return ""
        return value

    def note(self, key: str) -> str:
        """Return a remark; plain `true` becomes "inferred"."""
        value = self._get(key, "")
        if value is True:
            return "inferred"
        if not isinstance(value, str):
            self.fault(f"{key} must be a text or true")
            return ""
        return value

    def label(self) -> Label:
        """Return the Danish and English text of this record."""
        return Label(self.text("da"), self.text("en"))

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
        if value != int(value):
            self.fault(f"{key} must be a whole number")
        return int(value)

    def optional_integer(self, key: str) -> int | None:
        """Return a whole number, or None when absent."""
        return self.integer(key) if key in self._values else None

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
            Table(v, f"{self._where}.{key}[{v.get('code', position)}]", self._faults) for position, v in enumerate(value)
        ]

    def table(self, key: str) -> "Table":
        """Return a table; a missing one is a fault and reads as empty."""
        value = self._get(key)
        if not isinstance(value, dict):
            if value is not _ABSENT:
                self.fault(f"{key} must be a table")
            value = {}
        return Table(value, f"{self._where}.{key}", self._faults)

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table of texts, empty when absent."""
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self.fault(f"{key} must be a table of texts")
            return {}
        return dict(value)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

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
