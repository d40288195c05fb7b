"""How alike two texts are: words and their parts, weighed by how seldom they are."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_LIGATURES = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss"})
_QUESTION_NUMBER = re.compile(r"[a-z]{1,4}\d+[a-z]?")


def plain(text: str) -> str:
    """
    Return a text in lower case, without accents and marks, words apart by one space.

    Examples
    --------
    >>> plain("Størrelse – tamaño (ansatte)")
    'stoerrelse tamano ansatte'
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c))))


def words_of(text: str) -> list[str]:
    """
    Return the words of a text, without question numbers.

    Examples
    --------
    >>> words_of("Q7. Partner: private firms (2018)")
    ['partner', 'private', 'firms', '2018']
    """
    return [word for word in plain(text).split() if not _QUESTION_NUMBER.fullmatch(word)]


def name_words(name: str) -> list[str]:
    """
    Return the words of a column name, without its numbers.

    Examples
    --------
    >>> name_words("q7_partnerPrivateFirms_2"), name_words("sp01_1")
    (['partner', 'private', 'firms'], [])
    """
    apart = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", name).replace("_", " ")
    return [word for word in words_of(apart) if not word.isdecimal()]


@cache
def delivery_words() -> Mapping[str, Mapping[str, list[str]]]:
    """Return the words by which firms name roles and answers."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """
    The features of a set of texts and what each weighs.

    Attributes
    ----------
    position : dict of str to int
        Column of each feature.
    weight : (k,) float
        Log of how many times seldomer than everywhere a feature is.
    """

    position: Mapping[str, int]
    weight: np.ndarray

    def vectors(self, texts: Sequence[str]) -> "csr_matrix":
        """
        Return one row of length one per text; a text without a known feature is a row of zeros.

        Parameters
        ----------
        texts : sequence of n str

        Returns
        -------
        (n, k) sparse matrix of float
        """
        rows, columns, values = [], [], []
        for row, text in enumerate(texts):
            for feature, count in Counter(_features(text)).items():
                if (column := self.position.get(feature)) is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append((1.0 + log(count)) * self.weight[column])
        from scipy.sparse import csr_matrix

        return unit_rows(csr_matrix((values, (rows, columns)), shape=(len(texts), len(self.position))))


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """
    Learn how seldom each feature of the texts is.

    Notes
    -----
    A feature is a word, or three letters of a word that has its ends marked: "firm" and "firms" share most of theirs,
    and so do the parts of Danish compounds. The weight is ``log((1 + n) / (1 + n_f)) + 1`` with n texts of which n_f
    have the feature (inverse document frequency, smoothed).
    """
    unique = sorted(set(texts))
    spread = Counter(feature for text in unique for feature in set(_features(text)))
    position = {feature: column for column, feature in enumerate(sorted(spread))}
    weight = np.array([log((1 + len(unique)) / (1 + spread[feature])) + 1.0 for feature in position])
    return Vocabulary(position, weight)


def unit_rows(matrix: "csr_matrix") -> "csr_matrix":
    """Scale every row of a sparse matrix to length one; rows of zeros stay."""
    from scipy.sparse import csr_matrix

    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return csr_matrix(matrix.multiply(scale[:, None]))


def _features(text: str) -> list[str]:
    words = words_of(text)
    return [*words, *(f"^{word}$"[i : i + 3] for word in words for i in range(len(word)))]
