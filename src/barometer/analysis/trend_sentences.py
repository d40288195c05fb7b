"""A trend in sentences: what happened over each whole stretch of waves first, then the changes one by one."""

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.analysis.comparison_words import DOUBTED
from barometer.analysis.estimates import TOTAL
from barometer.analysis.trend_words import (
    BREAK,
    CHANGE_NOTES,
    DIRECTIONS,
    LACKED,
    MOVED,
    NO_SLOPE,
    NO_SLOPE_ADJUSTED,
    SLOPE,
    TO,
    UNCLEAR,
    UNCLEAR_ADJUSTED,
    UNTESTED,
    between,
    lacking_text,
    points,
    with_interval,
)
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first

if TYPE_CHECKING:
    from barometer.analysis.trend import Trend

Row = Mapping[Hashable, Any]
SLOPE_DECIMALS = 2


def all_sentences(trend: "Trend", lang: Lang) -> list[str]:
    """Write a line for every stretch and change, those of one indicator and group together."""
    writer = _Writer(trend, lang)
    return [line for key in writer.keys for line in (*writer.stretches(key), *writer.changes(key))]


def stretch_sentences(trend: "Trend", lang: Lang) -> Iterator[str]:
    """Write a line for every stretch of waves that compare without a break, one at a time."""
    writer = _Writer(trend, lang, ("spans", "slopes"))
    return (line for key in writer.keys for line in writer.stretches(key))


def note_texts(trend: "Trend", rows: pd.DataFrame, labels: Mapping[str, Label], lang: Lang) -> list[str]:
    """Write the note of each row, with the waves that lack an indicator, a domain or a group by their numbers."""
    texts = {code: label.text(lang) for code, label in labels.items()}
    told = [texts[note] for note in rows["note"]]
    lacking = np.flatnonzero(rows["note"].isin(LACKED))
    if not lacking.size:
        return told
    names = ["indicator", *(domain.name for domain in trend.domains)]
    notes = _notes_of_levels(trend.table, names)
    sides = ["wave"] if "wave" in rows else ["first", "second"]
    chosen = rows.iloc[lacking]
    columns = [chosen[name].tolist() for name in (*names, "note", *sides)]
    depth = len(names)
    for place, row in zip(lacking.tolist(), zip(*columns, strict=True), strict=True):
        waves = [wave for wave in row[depth + 1 :] if notes[*row[:depth], wave] == row[depth]]
        told[place] = lacking_text(row[depth], waves, lang)
    return told


def _notes_of_levels(table: pd.DataFrame, names: list[str]) -> dict[tuple[Any, ...], str]:
    keys = zip(*(table[name].tolist() for name in (*names, "wave")), strict=True)
    return dict(zip(keys, table["note"].tolist(), strict=True))


class _Writer:
    """What the sentences of one trend look up, by indicator and group."""

    def __init__(self, trend: "Trend", lang: Lang, parts: tuple[str, ...] = ("changes", "spans", "slopes")) -> None:
        self.trend, self.lang = trend, lang
        self.names = ["indicator", *(domain.name for domain in trend.domains)]
        levels = trend.table.to_dict("records")
        self.level = {(*self._key(row), row["wave"]): row for row in levels}
        self.keys = list(dict.fromkeys(self._key(row) for row in levels))
        self.rows = {name: _by_key(getattr(trend, name), self._key) for name in parts}

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in self.names)

    def stretches(self, key: tuple[str, ...]) -> Iterator[str]:
        """Say the change over each whole stretch, and the line through its waves."""
        spans = {(row["first"], row["second"]): row for row in self.rows["spans"].get(key, [])}
        slopes = {
            (row["first"], row["last"]): row for row in self.rows["slopes"].get(key, []) if not np.isnan(row["slope"])
        }
        for ends in sorted({*spans, *slopes}):
            parts = [self._change(spans[ends])] if ends in spans else []
            if ends in slopes:
                line = self._slope(slopes[ends])
                parts.append(line if parts else f"{self._subject(key)}: {line}")
            yield " ".join(parts)

    def changes(self, key: tuple[str, ...]) -> Iterator[str]:
        """Say each change that is not the one over a whole stretch; what a wave did not ask is said of the total."""
        told = {(row["first"], row["second"]) for row in self.rows["spans"].get(key, [])}
        for row in self.rows["changes"].get(key, []):
            repeats = row["note"] == "not_asked" and _is_group(key)
            if (row["first"], row["second"]) not in told and not repeats:
                yield self._change(row)

    def lacking(self, row: Row) -> str:
        """Say which waves of a row lack what it is of."""
        of_row = [row["wave"]] if "wave" in row else [row["first"], row["second"]]
        waves = [wave for wave in of_row if self.level[*self._key(row), wave]["note"] == row["note"]]
        return lacking_text(row["note"], waves, self.lang)

    def _change(self, row: Row) -> str:
        lang, periods = self.lang, self.trend.method.periods
        key = self._key(row)
        first, second = periods[row["first"]], periods[row["second"]]
        reason = self.trend.reason(key[0], row["first"], row["second"], grouped=_is_group(key), lang=lang)
        if np.isnan(row["change"]):
            why = f" {reason}" if row["note"] == "not_comparable" else ""
            said = self.lacking(row) if row["note"] in LACKED else CHANGE_NOTES[row["note"]].text(lang)
            return f"{self._subject(key)}, {first} / {second}: {said}.{why}"
        one, two = (per_cent(self.level[*key, row[side]]["share"], lang, 1) for side in ("first", "second"))
        level = f"{one} ({first}) {TO.text(lang)} {two} ({second})"
        broken = row["comparable"] == "break"
        verb = self._found(row, MOVED[row["change"] > 0.0, broken], UNCLEAR, UNCLEAR_ADJUSTED)
        change = with_interval(row["change"], row["ci_low"], row["ci_high"], lang)
        told = f"{self._subject(key)}: {level}, {verb}: {change}."
        return f"{told} {BREAK.text(lang)}: {reason}" if broken else told

    def _slope(self, row: Row) -> str:
        lang, periods = self.lang, self.trend.method.periods
        ends = between(row["ci_low"], row["ci_high"], lang, SLOPE_DECIMALS)
        slope = SLOPE.text(lang).format(
            first=periods[row["first"]], last=periods[row["last"]], slope=points(row["slope"], lang, SLOPE_DECIMALS)
        )
        found = self._found(row, DIRECTIONS[row["slope"] > 0.0], NO_SLOPE, NO_SLOPE_ADJUSTED)
        return f"{slope} ({ends}), {found}." if ends else f"{slope}, {found}."

    def _found(self, row: Row, clear: Label, unclear: Label, adjusted: Label) -> str:
        """Say what a test finds, with a word where it is to be doubted, or why there is none."""
        lang, level = self.lang, 1.0 - self.trend.method.confidence
        if np.isnan(row["p_value"]):
            return UNTESTED.text(lang).format(why=lower_first(CHANGE_NOTES[row["note"]].text(lang)))
        if row["p_adjusted"] < level:
            finding = clear.text(lang)
            return DOUBTED.text(lang).format(finding=finding) if row["note"] == "few_counted" else finding
        return (adjusted if row["p_value"] < level else unclear).text(lang)

    def _subject(self, key: tuple[str, ...]) -> str:
        """Name an indicator with its family, and the group it is of."""
        trend, lang = self.trend, self.lang
        place = next(place for place, indicator in enumerate(trend.indicators) if indicator.name == key[0])
        held = [{group.code: group.label.text(lang) for group in domain.groups} for domain in trend.domains]
        groups = [labels[code] for labels, code in zip(held, key[1:], strict=True) if code != TOTAL]
        return ", ".join([trend.name_of(place, lang), *groups])


def _is_group(key: tuple[str, ...]) -> bool:
    return any(code != TOTAL for code in key[1:])


def _by_key(frame: pd.DataFrame, key: Any) -> dict[tuple[str, ...], list[Row]]:
    held: dict[tuple[str, ...], list[Row]] = {}
    for row in frame.to_dict("records"):
        held.setdefault(key(row), []).append(row)
    return held
