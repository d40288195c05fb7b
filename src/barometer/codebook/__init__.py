"""What was asked and published: the records of metadata/ and the loader that checks them."""

from functools import cache
from pathlib import Path

from barometer.codebook.book import Codebook
from barometer.codebook.comparability import Comparability, Counterpart
from barometer.codebook.loader import SHIPPED, load_codebook
from barometer.errors import UnknownNameError, check_kind

__all__ = ["Codebook", "Comparability", "Counterpart", "codebook", "load_codebook"]

NAMES = {"denmark": SHIPPED, "administrations": Path(__file__).parent / "administrations"}
"""Codebooks that the package ships, and their folders."""


@cache
def _load(name: str) -> Codebook:
    return load_codebook(NAMES[name])


def codebook(which: str | Path = "denmark") -> Codebook:
    """
    Return a codebook: questions, indicators, domains, claims and figures.

    Parameters
    ----------
    which : str or Path
        "denmark" for the Danish barometer's of workplaces, "administrations" for the head offices' survey of its waves
        1 and 2, or the folder of another country's.

    Returns
    -------
    Codebook
        `.search("word")` finds records, `.to_frame("indicators")` lists them.

    Raises
    ------
    UnknownNameError
        If it is neither a shipped codebook nor a folder.
    CodebookError
        With every fault, if the folder's records contradict each other.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.codebook().indicator("positive_role.citizens").label.en
    'Citizens'
    """
    check_kind("which", which, (str, Path), f"the name of a codebook ({', '.join(NAMES)}) or a folder")
    if which in NAMES:
        return _load(str(which))
    if str(which) and Path(which).is_dir():
        return load_codebook(Path(which))
    raise UnknownNameError("codebook", str(which), NAMES)
