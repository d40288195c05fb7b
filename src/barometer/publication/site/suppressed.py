"""Cells of the figures and tables that disclosure control has taken out, as readers may know it."""

from html import escape

import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook.numbers import integer
from barometer.codebook.records import Lang
from barometer.codebook.wording import indicator_text
from barometer.publication.site.content import STATBANK, WAVES, Content
from barometer.publication.site.frame import cell, row_head, table
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text

MOST = 200
"""Rows that the page lists; all cells stand in `disclosure.csv`."""
COLUMNS = ["table", "wave", "item", "domain"]


def suppressed_cells(content: Content, here: Here) -> str:
    """Say how many numbers of the whole report are suppressed, and list them: the groups of one answer in a row."""
    named = [audit.public().table.assign(table=name) for name, audit in content.audits.items()]
    if not named:
        return ""
    lang, every = here.lang, pd.concat(named, ignore_index=True)
    gone = every[every["status"] == "suppressed"]
    counts = {"gone": integer(len(gone), lang), "cells": integer(len(every), lang)}
    link = f"<a href='{here.file('disclosure.csv')}'>disclosure.csv</a>"
    told = f"<p>{text('suppressed' if len(gone) else 'nothing_suppressed', lang, **counts)} {link}.</p>"
    rows = []
    for (name, wave, item, domain), cells in list(gone.groupby(COLUMNS, sort=False))[:MOST]:
        edition = next(each for each in content.editions if str(each.number) == str(wave))
        book = edition.codebook
        groups = ", ".join(_group(book, str(domain), str(group), lang) for group in cells["group"])
        answer = indicator_text(book, str(item), lang) if item in book.indicators else str(item)
        rows.append(
            [
                row_head(_table_name(content, str(name), lang)),
                cell(f"<span class='period'>{escape(edition.facts.record.period)}</span>"),
                cell(escape(answer)),
                cell(escape(groups)),
            ]
        )
    head = [heading(name, lang) for name in ("table", "wave", "answer", "group")]
    return told + (table(heading("suppressed", lang), head, rows) if rows else "")


def _table_name(content: Content, name: str, lang: Lang) -> str:
    """Name a figure by its neutral title, a trend by its theme, and a table of StatBank by its number; escaped."""
    folder, _, record = name.partition("/")
    if folder == STATBANK:
        return text("statbank_table", lang, table=record.partition(" ")[0])
    if folder == WAVES:
        theme = next((theme for theme, figure in content.trends.items() if figure.id == record), "")
        return f"{escape(content.theme_label(theme).text(lang))}: {heading('trend', lang).lower()}"
    return escape(content.figures[record][0].edition.codebook.figures[record].neutral.text(lang))


def _group(book: Codebook, domain: str, group: str, lang: Lang) -> str:
    if group in ("", "total"):
        return heading("everybody", lang)
    known = domain in book.domains or domain in book.indicators
    labels = {each.code: each.label.text(lang) for each in book.domain(domain).groups} if known else {}
    return labels.get(group, group)
