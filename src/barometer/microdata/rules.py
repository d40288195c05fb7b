"""The rules that deliveries are held to: each code with its severity and its words."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from barometer.codebook.records import Label
from barometer.errors import Fault

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """
    One rule.

    Attributes
    ----------
    code : str
        As it stands in messages and in docs/reference/checks.md.
    severity : {"error", "warning"}
        Whether a breach stops, or is listed.
    title : Label
        What it is about.
    holds : Label
        What must hold.
    remedy : Label
        What to do where it does not.
    """

    code: str
    severity: Severity
    title: Label
    holds: Label
    remedy: Label


@cache
def check_rules() -> dict[str, CheckRule]:
    """Return every rule by its code, in the order of the file."""
    content = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    return {
        code: CheckRule(code, rule["severity"], **{key: Label(**rule[key]) for key in ("title", "holds", "remedy")})
        for code, rule in content.items()
    }


def of_severity(faults: Iterable[Fault], severity: Severity) -> tuple[Fault, ...]:
    """Keep the faults whose rule has a severity."""
    return tuple(fault for fault in faults if check_rules()[fault.rule].severity == severity)
