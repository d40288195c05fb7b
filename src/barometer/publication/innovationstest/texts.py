"""The words of the test, in both languages."""

import tomllib
from functools import cache
from importlib.resources import files

from barometer.codebook.records import Label

FOLDER = files("barometer.publication.innovationstest")


@cache
def texts() -> dict[str, Label]:
    """Return every text of the test by its name; texts.toml holds them."""
    document = tomllib.loads(FOLDER.joinpath("texts.toml").read_text(encoding="utf-8"))
    return {name: Label(entry["da"], entry["en"]) for name, entry in document.items()}


def text(name: str) -> Label:
    """Return one text."""
    return texts()[name]
