"""Drawn numbers beside those that were published, each with its interval."""

import math
from collections.abc import Hashable, Mapping
from html import escape

from barometer.codebook.claim_words import DASH, published_text, range_text
from barometer.codebook.numbers import interval, per_cent
from barometer.publication.editions import Edition
from barometer.publication.figure import Figure
from barometer.publication.gaps import BRIEF, NOBODY, SUPPRESSED, written_n
from barometer.publication.series_marks import NOT_ASKED
from barometer.publication.site.content import Drawn
from barometer.publication.site.frame import number, row_head, table
from barometer.publication.site.places import Here, wave_claims_place
from barometer.publication.site.texts import heading
from barometer.publication.verdicts import CheckedClaim

Row = Mapping[Hashable, object]


def figure_numbers(drawn: Drawn, of: str, here: Here) -> str:
    """Write the numbers of one figure of one wave beside the published ones; `of` says which figure, not escaped."""
    edition, lang = drawn.edition, here.lang
    by = edition.codebook.figures[drawn.figure.id].by
    rows = [
        _row(_name(row, here), row, edition, by, here) for row in drawn.figure.in_language(lang).data.to_dict("records")
    ]
    return _table(of, rows, edition.is_synthetic, here)


def trend_numbers(figure: Figure, editions: Mapping[int, Edition], of: str, here: Here) -> str:
    """Write the numbers of a share over waves, wave by wave."""
    rows = [
        _row(
            f"{_name(row, here)}, <span class='period'>{escape(str(row['period']))}</span>",
            row,
            editions[int(str(row["wave"]))],
            "",
            here,
        )
        for row in figure.data.to_dict("records")
    ]
    synthetic = any(edition.is_synthetic for edition in editions.values())
    return _table(of, rows, synthetic, here)


def _table(of: str, rows: list[list[str]], synthetic: bool, here: Here) -> str:
    kind = "synthetic" if synthetic else "delivery"
    names = ("row", "published", "computed", f"interval_{kind}", "answers")
    label = f"{heading('numbers', here.lang)}: {escape(of)}"
    return table(label, [heading(name, here.lang) for name in names], rows, "numbers")


def _name(row: Row, here: Here) -> str:
    whole = str(row["group"]) in ("", "total")
    order = ("heading", "label", "answer") if whole else ("heading", "answer", "label")
    return escape(": ".join(str(row[f"{name}_{here.lang}"]) for name in order if row.get(f"{name}_{here.lang}")))


def _row(name: str, row: Row, edition: Edition, by: str, here: Here) -> list[str]:
    """Write a row under an escaped name; what rests on an assumption is called so and set in grey."""
    lang = here.lang
    share, low, high = (float(str(row[column])) for column in ("share", "ci_low", "ci_high"))
    n = int(str(row["n"]))
    asked = str(row["indicator"]) in edition.codebook.indicators
    missing = BRIEF[NOBODY if n == 0 else SUPPRESSED].text(lang) if asked else NOT_ASKED.text(lang)
    assumed = asked and row["basis"] == "assumed"
    remark = f" <small>({heading('assumed', lang)})</small>" if assumed else ""
    return [
        row_head(name + remark, "assumed" if assumed else ""),
        number(_published(edition, by, row, here)),
        number(escape(missing) if math.isnan(share) else per_cent(share, lang, 1)),
        number(DASH if math.isnan(low) else interval(low, high, lang)),
        number(written_n(n, lang)),
    ]


def _published(edition: Edition, by: str, row: Row, here: Here) -> str:
    """Write the published number, or direction, of a row as a link to the claim; a dash where none was published."""
    found = _claim(edition, by, str(row["indicator"]), str(row["group"]))
    if found is None:
        return DASH
    shown = published_text(found.claim, here.lang)
    ends = range_text(found.claim, here.lang)
    told = f"{escape(shown)} <small>({escape(ends)})</small>" if ends else escape(shown)
    return f"<a href='{here.to(wave_claims_place(edition.number), found.claim.id)}'>{told}</a>"


def _claim(edition: Edition, by: str, indicator: str, group: str) -> CheckedClaim | None:
    """
    Find the published share of a row: of the indicator, or of another that has the same rule and base.

    Where there is none, find what was published of the direction of a difference.
    """
    book = edition.codebook
    wanted = book.indicators.get(indicator)
    if wanted is None:
        return None
    where = (by, group) if by and group not in ("", "total") else ("", "")
    same = {other.name for other in book.indicators.values() if (other.rule, other.base) == (wanted.rule, wanted.base)}
    here = [
        checked
        for checked in edition.checked.claims
        if checked.claim.indicator in same and (checked.claim.domain, checked.claim.group) == where
    ]
    numbers = [one for one in here if one.claim.statistic == "share" and one.claim.check in ("exact", "range")]
    return next(iter(numbers or [one for one in here if one.claim.check == "direction"]), None)
