"""Series over waves as small multiples, each beside the series of all. It computes no statistic."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from barometer.analysis.trend_words import TREND_NOTES
from barometer.codebook.records import Label, Lang
from barometer.publication.lettering import GAP, LINE, casing, write_text
from barometer.publication.palette import MUTED
from barometer.publication.plain_axes import bare
from barometer.publication.series import TEXTS, Series, find_faults, wave_years
from barometer.publication.series_marks import (
    TEXT_LINE,
    draw_faults,
    draw_series,
    fault_lines,
    series_window,
    share_grid,
    value_text,
    write_periods,
)
from barometer.publication.style import SEMIBOLD, Size, SizeName
from barometer.publication.typesetting import TABULAR, longest_word, text_width, wrap, wrap_full

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS: dict[SizeName, int] = {"column": 2, "text": 3, "slide": 5, "web": 3}
MANY, MANY_COLUMNS = 10, 6
"""More panels than that stand six abreast on a slide, whose type is small then."""
WHOLE = Label("Lys kurve i hvert felt: alle.", "Pale line in each panel: all.")
PANEL_ROWS = 3.0
"""Height of a panel's plot, in rows, where a page is as tall as it needs; on a slide the least."""
SLIDE_ROWS = 2.4


def panels_height(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> float:
    """Points that all panels and what is said above them need."""
    rows = _rows(series, lang, size, wide)
    width = _panel_width(wide, len(rows[0]), size)
    if size.height is not None and _longest_word(series, lang, size) > width:
        return math.inf  # a word that is wider than its panel would be broken
    titles = sum(_title_height(row, lang, size, wide, len(rows[0])) for row in rows)
    below = sum(_below(rows, place, size, width) for place in range(len(rows)))
    return (
        _head(series, lang, size, wide)
        + titles
        + below
        + len(rows) * (PANEL_ROWS if size.height is None else SLIDE_ROWS) * size.row
    )


def draw_panels(ax: "Axes", series: Sequence[Series], lang: Lang, size: Size, wide: float, tall: float) -> None:
    """Draw each series in a plot of its own, all on one scale, inset into axes of a width and a height in points."""
    rows, whole = _rows(series, lang, size, wide), [each for each in series if each.role == "total"]
    count = len(rows[0])
    head = _head(series, lang, size, wide)
    if head:
        lines = _above(series, lang, size, wide)
        look: dict[str, Any] = {"ha": "left", "va": "top", "fontsize": size.axis, "color": MUTED, "linespacing": 1.1}
        write_text(ax, "\n".join(lines), (0.0, 1.0), (0, 0), xycoords="axes fraction", **look)
    titles = [_title_height(row, lang, size, wide, count) for row in rows]
    width, top = _panel_width(wide, count, size), tall - head
    below = [_below(rows, place, size, width) for place in range(len(rows))]
    plot = (tall - head - sum(titles) - sum(below)) / len(rows)
    for place, (row, title) in enumerate(zip(rows, titles, strict=True)):
        foot = top - title - plot
        for column, each in enumerate(row):
            left = _ticks(size) + column * (width + 2 * GAP)
            panel = ax.inset_axes((left / wide, foot / tall, width / wide, plot / tall))
            lowest = column in _ending(rows, place)
            _draw_panel(panel, each, whole, series, lang, size, width, first=column == 0, lowest=lowest)
        top = foot - below[place]


def _draw_panel(
    panel: "Axes",
    each: Series,
    whole: Sequence[Series],
    series: Sequence[Series],
    lang: Lang,
    size: Size,
    width: float,
    *,
    first: bool,
    lowest: bool,
) -> None:
    bare(panel)
    years = wave_years(series)
    edge = text_width("100 %", size.axis, features=TABULAR) + 1.5 * GAP
    unit = (max(years.values()) - min(years.values())) / max(width - 2 * edge, 1.0)
    panel.set_xlim(min(years.values()) - edge * unit, max(years.values()) + edge * unit)
    share_grid(panel, series_window(series), lang, size, written=first)
    draw_faults(panel, find_faults([each]), years)
    for other in whole:
        draw_series(panel, other, years, band=True, panel=True)
    draw_series(panel, each, years, band=False, panel=True)
    strong = each.role in ("up", "down")
    title = "\n".join(wrap(each.label(lang), size.axis, width, semibold=True))
    look: dict[str, Any] = {"xycoords": "axes fraction", "ha": "left", "va": "bottom", "fontsize": size.axis}
    look |= {"fontweight": SEMIBOLD, "linespacing": 1.1, "color": TEXTS[each.role if strong else "total"]}
    write_text(panel, title, (0.0, 1.0), (0, _title_gap(size)), **look)
    if lowest:
        write_periods(panel, series, years, lang, size, ends=True)
    _write_ends(panel, each, years, lang, size)


def _write_ends(panel: "Axes", each: Series, years: dict[int, float], lang: Lang, size: Size) -> None:
    """Write the first and the last share, a dash where a wave has none, and why a panel is empty."""
    look: dict[str, Any] = {"fontsize": size.axis, "color": TEXTS[each.role], "path_effects": [casing()]}
    if not each.shown:
        text = TREND_NOTES[each.points[-1].note].text(lang) if each.points[-1].note else "\N{EN DASH}"
        lines = "\n".join(wrap(text, size.axis, 0.9 * panel.get_window_extent().width * 72.0 / panel.figure.dpi))
        write_text(panel, lines, (0.5, 0.5), (0, 0), xycoords="axes fraction", ha="center", va="center", **look)
        return
    first, last = each.shown[0], each.shown[-1]
    if first.wave == min(years):
        write_text(
            panel, value_text(first, lang), (years[first.wave], first.share), (-GAP, 0), ha="right", va="center", **look
        )
    if last.wave == max(years):
        write_text(
            panel, value_text(last, lang), (years[last.wave], last.share), (GAP, 0), ha="left", va="center", **look
        )
    for point in each.points:
        if not point.drawn:
            at = (years[point.wave], 0.0)
            place: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "bottom"}
            write_text(panel, "\N{EN DASH}", at, (0, 2), **place, **look)


def _above(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> list[str]:
    """Lines above the panels: what the pale line is, and where the series break."""
    own = [each for each in series if each.role != "total"]
    whole = wrap_full(WHOLE.text(lang), size.axis, wide) if len(own) < len(series) else []
    return [*whole, *fault_lines(find_faults(own), series, wide, lang, size)]


def _rows(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> list[list[Series]]:
    """Put panels beside each other; on a page that grows with its rows, no more than leave every word whole."""
    own = [each for each in series if each.role != "total"] or list(series)
    most = MANY_COLUMNS if size.height is not None and len(own) > MANY else COLUMNS[size.name]
    if size.height is None:
        longest = _longest_word(series, lang, size)
        most = next((k for k in range(most, 1, -1) if longest <= _panel_width(wide, k, size)), 1)
    rows = math.ceil(len(own) / most)
    count = math.ceil(len(own) / rows)
    return [own[start : start + count] for start in range(0, len(own), count)]


def _panel_width(wide: float, count: int, size: Size) -> float:
    return (wide - _ticks(size) - (count - 1) * 2 * GAP) / count


def _ticks(size: Size) -> float:
    return text_width("100 %", size.axis, features=TABULAR) + GAP


def _title_height(row: Sequence[Series], lang: Lang, size: Size, wide: float, count: int) -> float:
    width = _panel_width(wide, count, size)
    return (
        max(len(wrap(s.label(lang), size.axis, width, semibold=True)) for s in row) * size.axis * LINE
        + GAP
        + _title_gap(size)
    )


def _title_gap(size: Size) -> float:
    """Points between a panel and its title: a number at the top of the panel reaches half its height above it."""
    return 0.4 * GAP + 0.5 * size.axis


def _ending(rows: Sequence[Sequence[Series]], place: int) -> range:
    """Columns that have no panel below this row, so that their periods stand here."""
    return range(len(rows[place + 1]) if place + 1 < len(rows) else 0, len(rows[place]))


def _below(rows: Sequence[Sequence[Series]], place: int, size: Size, width: float) -> float:
    """Room for the first and the last period below a row: on two lines where they would lie on each other."""
    if not _ending(rows, place):
        return 1.5 * GAP
    apart = width - 2 * (text_width("100 %", size.axis, features=TABULAR) + 1.5 * GAP)
    period = text_width("2013-14", size.axis, features=TABULAR) + 0.6 * GAP
    return (1 if period <= apart else 2) * size.axis * TEXT_LINE + 2 * GAP


def _longest_word(series: Sequence[Series], lang: Lang, size: Size) -> float:
    return max(
        (longest_word(each.label(lang), size.axis, semibold=True) for each in series if each.role != "total"),
        default=0.0,
    )


def _head(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> float:
    lines = len(_above(series, lang, size, wide))
    return lines * size.axis * TEXT_LINE + 1.5 * GAP if lines else 0.0
