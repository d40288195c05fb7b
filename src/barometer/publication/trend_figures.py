"""Figures of trends: the numbers drawn, from a trend."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.analysis.trend import Trend
from barometer.codebook.comparability import Comparability
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import indicator_text
from barometer.errors import ArgumentError
from barometer.publication.drawn import LAST, Basis, fitted_basis, without_common_answer
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.gaps import shown_n
from barometer.publication.series import Join, Point, Series, SeriesRole, from_points
from barometer.publication.style import THIN_N
from barometer.publication.trend_chart import TREND
from barometer.publication.trend_words import common_item, write_trend_words

MOST_SERIES = 24
JOINS: dict[str, Join] = {"": "line", "break": "break", "not_comparable": "gap"}


def trend_figure(trend: Trend, lang: Lang, subject: Label | None = None) -> Figure:
    """
    Make the figure of shares over waves.

    Parameters
    ----------
    trend : Trend
    lang : {"da", "en"}
    subject : Label, optional
        What the headline calls the shares; by default as the codebook calls them.

    Raises
    ------
    ArgumentError
        If several indicators are split by a domain, domains are crossed, there are more series than have room, or no
        wave has a share.
    """
    if len(trend.domains) > 1:
        raise ArgumentError("what", "a cross of domains has no figure of its own; use one domain")
    if trend.domains and len(trend.indicators) > 1:
        raise ArgumentError("what", "several indicators by a domain have no figure of their own; take one indicator")
    series = _by_domain(trend) if trend.domains else _by_indicator(trend)
    if len(series) > MOST_SERIES:
        raise ArgumentError(
            "what", f"{len(series)} series have no room: take at most {MOST_SERIES}, for instance a family"
        )
    if not any(each.shown for each in series):
        raise ArgumentError("what", "no wave has a share: there is nothing to draw")
    words = {each: write_trend_words(trend, series, each, subject) for each in LANGUAGES}
    first = trend.indicators[0]
    name = first.name if len(trend.indicators) == 1 else first.family or "shares"
    name = "_".join([name.replace(".", "_"), *(domain.name for domain in trend.domains), "trend"])
    data = from_points([point for each in series for point in each.points])
    return Figure(name, "trend", data, lang, words, "", in_both_languages(trend.method.text), TREND)


def _by_indicator(trend: Trend) -> list[Series]:
    """One series for each indicator, the highest in the last wave first."""
    if len(trend.indicators) == 1:
        return [_series(trend, trend.indicators[0].name, TOTAL, trend.indicators[0].label, "main")]
    if len({indicator.family for indicator in trend.indicators}) == 1:
        labels = without_common_answer([indicator.label for indicator in trend.indicators])
        if common_item(trend.indicators):
            labels = [Label(_after_item(label.da), _after_item(label.en)) for label in labels]
    else:
        book = trend.codebooks[max(trend.codebooks)]
        labels = [
            Label(*(indicator_text(book, i.name, lang) for lang in LANGUAGES)) if i.name in book.indicators else i.label
            for i in trend.indicators
        ]
    moved = _moves(trend)
    found = [
        _series(trend, indicator.name, TOTAL, label, moved.get((indicator.name, TOTAL), "plain"))
        for indicator, label in zip(trend.indicators, labels, strict=True)
    ]
    return sorted(found, key=_rank)


def _after_item(text: str) -> str:
    answer = text.partition(": ")[2]
    return answer[:1].upper() + answer[1:]


def _by_domain(trend: Trend) -> list[Series]:
    """One series for each group, and last that of all."""
    name, moved = trend.indicators[0].name, _moves(trend)
    groups = trend.domains[0].groups
    found = [_series(trend, name, group.code, group.label, moved.get((name, group.code), "plain")) for group in groups]
    return [*found, _series(trend, name, TOTAL, TOTAL_LABEL, "total")]


def _rank(each: Series) -> tuple[bool, float]:
    last = each.points[0].indicator.rpartition(".")[2] in LAST
    return last, -each.shown[-1].share if each.shown else 1.0


def _moves(trend: Trend) -> dict[tuple[str, str], SeriesRole]:
    """Return which series clearly rose or fell over their latest stretch of waves that compare, all tests together."""
    group = trend.domains[0].name if trend.domains else None
    found: dict[tuple[str, str], SeriesRole] = {}
    for row in trend.spans.sort_values("second", kind="stable").to_dict("records"):
        clear = row["p_adjusted"] < 1.0 - trend.method.confidence
        role: SeriesRole = "plain" if not clear else "up" if row["change"] > 0.0 else "down"
        found[str(row["indicator"]), str(row[group]) if group else TOTAL] = role
    return found


def _series(trend: Trend, indicator: str, group: str, label: Label, role: SeriesRole) -> Series:
    rows = trend.table[trend.table["indicator"] == indicator]
    if trend.domains:
        rows = rows[rows[trend.domains[0].name] == group]
    points: list[Point] = []
    for row in rows.to_dict("records"):
        earlier = [point.wave for point in points if point.drawn]
        points.append(_point(trend, row, (indicator, group), label, role, earlier))
    return Series(tuple(points))


def _point(
    trend: Trend,
    row: Mapping[Hashable, Any],
    key: tuple[str, str],
    label: Label,
    role: SeriesRole,
    earlier: Sequence[int],
) -> Point:
    indicator, group = key
    wave, n = int(row["wave"]), shown_n(row["n"])
    join, cause = _joined(trend, indicator, earlier[-1], wave, group != TOTAL) if earlier else ("", Label("", ""))
    return Point(
        indicator=indicator,
        group=group,
        label_da=label.da,
        label_en=label.en,
        wave=wave,
        period=str(row["period"]),
        year=float(row["year"]),
        share=float(row["share"]),
        ci_low=float(row["ci_low"]),
        ci_high=float(row["ci_high"]),
        n=n,
        role=role,
        basis=_basis(trend, row, indicator, group),
        thin=n < THIN_N,
        note=str(row["note"]),
        join=join,
        cause_da=cause.da,
        cause_en=cause.en,
    )


def _joined(trend: Trend, indicator: str, first: int, second: int, grouped: bool) -> tuple[Join, Label]:
    """Say whether two waves compare, and if not, the gravest of what is different between them."""
    names = [indicator, *(domain.name for domain in trend.domains if grouped)]
    records = [trend.verdicts.records[name, first, second] for name in names]
    grave = "not_comparable" if any(record.verdict == "not_comparable" for record in records) else "break"
    counted = [record for record in records if record.verdict == grave]
    if not counted:
        return "line", Label("", "")
    reasons = [reason for record in counted for reason in _gravest(trend, record)]
    unique = list(dict.fromkeys(reasons))
    return JOINS[grave], Label(" ".join(r.da for r in unique), " ".join(r.en for r in unique))


def _gravest(trend: Trend, record: Comparability) -> list[Label]:
    """Leave out remarks that did not decide the verdict, where changes on record did."""
    changes = trend.codebooks[max(trend.codebooks)].changes
    milder = {change.reason for change in changes if change.effect != record.verdict}
    graver = {change.reason for change in changes if change.effect == record.verdict}
    kept = [reason for reason in record.reasons if reason in graver or reason not in milder]
    return kept or list(record.reasons)


def _basis(trend: Trend, row: Mapping[Hashable, Any], indicator: str, group: str) -> Basis:
    book = trend.codebooks[int(row["wave"])]
    if row["provenance"] != "synthetic":
        return "delivery"
    if indicator not in book.indicators:
        return "assumed"
    where = (trend.domains[0].name, group) if group != TOTAL else ("", "")
    return fitted_basis(book, int(row["wave"]), indicator, where)
