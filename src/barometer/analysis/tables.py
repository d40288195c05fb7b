"""Tables of codes written out: labels and headings in words, and as HTML."""

from collections.abc import Mapping
from html import escape

import pandas as pd

from barometer.analysis.estimates import PROVENANCE, TOTAL, TOTAL_LABEL
from barometer.analysis.wording import indicator_texts
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang

SHOWN_ROWS = 60


def in_words(
    table: pd.DataFrame, codebook: Codebook, headings: Mapping[str, Label], notes: Mapping[str, Label], lang: Lang
) -> pd.DataFrame:
    """
    Put labels in the place of codes, and words in that of column names.

    Parameters
    ----------
    table : DataFrame
        With some of the columns indicator, domain, group, provenance, and columns of note codes.
    codebook : Codebook
    headings : mapping of str to Label
        Of every column.
    notes : mapping of str to Label
        Of the codes in columns whose name begins with "note".
    lang : {"da", "en"}
    """
    shown = table.copy()
    if "indicator" in shown:
        named = [codebook.indicator(name) for name in shown["indicator"].unique()]
        shown["indicator"] = shown["indicator"].map(indicator_texts(codebook, named, lang)).astype("str")
    if "domain" in shown:
        pairs = zip(shown["domain"], shown["group"], strict=True)
        shown["group"] = [group_label(codebook, domain, group, lang) for domain, group in pairs]
        shown["domain"] = [domain_label(codebook, domain, lang) for domain in shown["domain"]]
    for name in (str(column) for column in shown.columns):
        if name.startswith("note"):
            shown[name] = [notes[code].text(lang) for code in shown[name]]
    if "provenance" in shown:
        shown["provenance"] = [PROVENANCE[kind].text(lang) for kind in shown["provenance"]]
    return shown.rename(columns={name: label.text(lang) for name, label in headings.items()})


def domain_label(codebook: Codebook, domain: str, lang: Lang) -> str:
    """Return the label of a domain, of a cross of several, or of the total."""
    if domain == TOTAL:
        return TOTAL_LABEL.text(lang)
    return " x ".join(codebook.domain(name).label.text(lang) for name in domain.split(" x "))


def group_label(codebook: Codebook, domain: str, group: str, lang: Lang) -> str:
    """Return the label of a group; a difference "a - b" has both."""
    if domain == TOTAL or group == "":
        return TOTAL_LABEL.text(lang) if domain == TOTAL else ""
    words = []
    for side in group.split(" - "):
        parts = zip(domain.split(" x "), side.split(" x "), strict=True)
        words.append(" x ".join(_label_of(codebook, name, code, lang) for name, code in parts))
    return " \N{MINUS SIGN} ".join(words)


def _label_of(codebook: Codebook, domain: str, code: str, lang: Lang) -> str:
    if code == TOTAL:
        return TOTAL_LABEL.text(lang)
    return {group.code: group.label.text(lang) for group in codebook.domain(domain).groups}[code]


def as_html(shown: pd.DataFrame, caption: str) -> str:
    """Return a table for a notebook with a line below it; numbers to four decimals."""
    body = shown.head(SHOWN_ROWS).to_html(index=False, na_rep="", border=0, float_format="{:.4g}".format)
    more = f"{len(shown) - SHOWN_ROWS} more rows. " if len(shown) > SHOWN_ROWS else ""
    return f"{body}<p>{escape(more + caption)}</p>"
