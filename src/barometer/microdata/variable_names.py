"""Names that other programs accept for variables, made from the codebook's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "AE", "Ø": "OE", "Å": "AA", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class NameRule:
    """
    What a program accepts as the name of a variable, beyond letters, digits and underscores after a first letter.

    Attributes
    ----------
    longest : int
        Characters.
    reserved : Pattern
        Words, in lower case, that it keeps for itself.
    """

    longest: int
    reserved: re.Pattern[str]


SPSS_NAMES = NameRule(64, re.compile(r"all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with"))

STATA_NAMES = NameRule(28, re.compile(r"byte|double|float|if|in|int|long|str(l|[0-9]+)|using|with"))
"""Stata takes 32 characters, of which the library needs up to four for the number of a set of value labels."""


def variable_names(names: Iterable[str], rule: NameRule) -> dict[str, str]:
    """
    Return a name that a program accepts for each of several names, all different.

    Points and other marks become underscores, æ, ø and å are spelt out, what is too long is cut. A name that would
    come twice, capitals apart, gets _2, _3 ... in the order given, so that the same names give the same result.

    Parameters
    ----------
    names : iterable of str
    rule : NameRule

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> variable_names(["partner.abroad", "partner_abroad", "in"], STATA_NAMES)
    {'partner.abroad': 'partner_abroad', 'partner_abroad': 'partner_abroad_2', 'in': 'in_2'}
    """
    taken: set[str] = set()
    made = {}
    for name in names:
        plain = _plain(name)[: rule.longest]
        found, times = plain, 1
        while found.lower() in taken or rule.reserved.fullmatch(found.lower()):
            times += 1
            ending = f"_{times}"
            found = plain[: rule.longest - len(ending)] + ending
        taken.add(found.lower())
        made[name] = found
    return made


def _plain(name: str) -> str:
    """Spell a name with ASCII letters, digits and underscores, a letter first."""
    spelt = unicodedata.normalize("NFKD", name.translate(_SPELT)).encode("ascii", "ignore").decode()
    marked = re.sub(r"[^A-Za-z0-9]+", "_", spelt).strip("_")
    return marked if marked[:1].isalpha() else f"v_{marked}"
