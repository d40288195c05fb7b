"""Tables of codes in words: labels in the place of codes, headings over the columns."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometer.codebook.records import Domain, Label, Lang


def texts(labels: Mapping[Any, Label], lang: Lang) -> dict[str, str]:
    """Return labels in one language."""
    return {str(code): label.text(lang) for code, label in labels.items()}


def group_texts(domain: Domain, lang: Lang) -> dict[str, str]:
    """Return the labels of a domain's groups in one language."""
    return {group.code: group.label.text(lang) for group in domain.groups}


def in_words(table: pd.DataFrame, words: Mapping[str, Mapping[str, str]], headings: Mapping[str, str]) -> pd.DataFrame:
    """Put words in the place of codes where the table has the column, and headings over the columns."""
    shown = {name: table[name].map(of).astype("str") for name, of in words.items() if name in table}
    return table.assign(**shown).rename(columns=dict(headings))
