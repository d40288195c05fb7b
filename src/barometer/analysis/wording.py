"""Tables of codes in words: labels in the place of codes, headings over the columns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook.records import Domain, Indicator, Label, Lang
from barometer.codebook.wording import under_family


def texts(labels: Mapping[Any, Label], lang: Lang) -> dict[str, str]:
    """Return labels in one language."""
    return {str(code): label.text(lang) for code, label in labels.items()}


def full_label(codebook: Codebook, indicator: Indicator) -> Label:
    """Return the label of an indicator with that of the family or question it belongs to."""
    if not indicator.family:
        return indicator.label
    family = codebook.family_label(indicator.family)
    return Label(under_family(family.da, indicator.label.da), under_family(family.en, indicator.label.en))


def indicator_texts(codebook: Codebook, indicators: Iterable[Indicator], lang: Lang) -> dict[str, str]:
    """
    Return the label of each indicator by its name, in one language.

    A label that several indicators of the codebook have ("Yes", "Private firms") says nothing alone: it has that of its
    family or question before it.
    """
    used = Counter(indicator.label.text(lang) for indicator in codebook.indicators.values())
    shown = {}
    for indicator in indicators:
        alone = used[indicator.label.text(lang)] < 2
        shown[indicator.name] = (indicator.label if alone else full_label(codebook, indicator)).text(lang)
    return shown


def group_texts(domain: Domain, lang: Lang) -> dict[str, str]:
    """Return the labels of a domain's groups in one language."""
    return {group.code: group.label.text(lang) for group in domain.groups}


def in_words(table: pd.DataFrame, words: Mapping[str, Mapping[str, str]], headings: Mapping[str, str]) -> pd.DataFrame:
    """Put words in the place of codes where the table has the column, and headings over the columns."""
    shown = {name: table[name].map(of).astype("str") for name, of in words.items() if name in table}
    return table.assign(**shown).rename(columns=dict(headings))
