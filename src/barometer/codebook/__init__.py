"""What was asked and published: the records of metadata/ and the loader that checks them."""

from functools import cache
from pathlib import Path

from barometer.codebook.book import Codebook
from barometer.codebook.loader import SHIPPED, load_codebook

__all__ = ["Codebook", "codebook", "load_codebook"]


@cache
def _load(folder: Path) -> Codebook:
    return load_codebook(folder)


def codebook() -> Codebook:
    """
    Return the codebook that the package ships: questions, indicators, domains, claims and figures.

    Returns
    -------
    Codebook
        `.search("word")` finds records, `.to_frame("indicators")` lists them.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.codebook().indicator("positive_role.citizens").label.en
    'Citizens'
    """
    return _load(SHIPPED)
