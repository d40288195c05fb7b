"""The running text of the pages, by name, in both languages."""

import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from barometer.codebook.records import Lang

SITE = Path(__file__).parent


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((SITE / "texts.toml").read_text(encoding="utf-8"))


def text(name: str, lang: Lang, **facts: object) -> str:
    """Return a text by its name in texts.toml ("intro", "facts.full"), filled in and escaped."""
    table = _texts()
    for key in name.split("."):
        table = table[key]
    found: str = table[lang]
    return escape(found.format(**facts))


def heading(name: str, lang: Lang) -> str:
    """Return a heading or a word of the pages, escaped."""
    found: str = _texts()["headings"][name][lang]
    return escape(found)
