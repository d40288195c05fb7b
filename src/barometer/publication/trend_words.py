"""The words of a figure of a trend: what changed, where its test allows saying so; what was measured, and how."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from barometer.analysis.adjustment_words import by_correction
from barometer.analysis.estimates import TOTAL
from barometer.analysis.trend import Trend
from barometer.analysis.trend_words import CHANGE_NOTES, TREND_NOTES, between, points
from barometer.codebook import Codebook
from barometer.codebook.numbers import integer, interval, per_cent
from barometer.codebook.records import DONT_KNOW, DontKnowRule, Indicator, Label, Lang
from barometer.codebook.wording import lower_first, under_family
from barometer.microdata import SYNTHETIC
from barometer.publication.series import Point, Series, find_faults
from barometer.publication.series_marks import reaches_out, series_window
from barometer.publication.words import THIN, WEIGHTED, Words, footer, synthetic_first

if TYPE_CHECKING:
    pass

KIND = Label("Kurvediagram over bølger", "Line chart over waves")
SLOPES = Label("Hældningsdiagram over to bølger", "Slope chart of two waves")
RISEN = {
    True: Label(
        "{subject} – steget fra {one} i {first} til {two} i {second}",
        "{subject} – up from {one} in {first} to {two} in {second}",
    ),
    False: Label(
        "{subject} – faldet fra {one} i {first} til {two} i {second}",
        "{subject} – down from {one} in {first} to {two} in {second}",
    ),
}
SEVERAL = Label(
    "{subject} – {count} af {all} andele har ændret sig klart fra {first} til {second}",
    "{subject} – {count} of {all} shares have clearly changed from {first} to {second}",
)
NEUTRAL = Label("{subject}, {first} til {second}", "{subject}, {first} to {second}")
BY = Label("{subject} efter {domain}", "{subject} by {domain}")
SHARES = Label("Andele", "Shares")
SUBTITLE = Label("Andel af {base}, {first} til {second}", "Share of {base}, {first} to {second}")
ASKED = Label("dem, der er spurgt", "those who were asked")
CHANGE = Label(
    "Ændring fra {first} til {second}: {change} ({ends}).", "Change from {first} to {second}: {change} ({ends})."
)
CHANGE_UNTESTED = Label(
    "Ændring fra {first} til {second}: {change}, ikke testet ({why}).",
    "Change from {first} to {second}: {change}, not tested ({why}).",
)
CORRECTED = by_correction(Label("{correction} for", "{correction} for"), Label("ujusteret,", "unadjusted,"))
UNTESTED = Label(
    "Ændringen over alle bølger er ikke testet: serien brydes.",
    "The change over all waves is not tested: the series breaks.",
)
COLOURED = Label(
    "Grøn: klart op; orange: klart ned; grå: ikke klart, fra første til sidste bølge, der kan sammenlignes (t-test, "
    "{level}, {correction} {tests} test).",
    "Green: clearly up; orange: clearly down; grey: not clearly, from the first to the last comparable wave (t-test, "
    "{level}, {correction} {tests} tests).",
)
UNMOVED = Label(
    "Ingen klar ændring fra første til sidste bølge, der kan sammenlignes (t-test, {level}, {correction} {tests} "
    "test).",
    "No clear change from the first to the last comparable wave (t-test, {level}, {correction} {tests} tests).",
)
ARROWS = Label("Pile: intervallet går ud over aksen.", "Arrows: the interval goes past the axis.")
MARKS = Label("Streger: {confidence}-konfidensinterval{of}.", "Lines with ends: {confidence} confidence interval{of}.")
MARKS_AND_BANDS = Label(
    "Streger og bånd: {confidence}-konfidensinterval{of}.",
    "Lines with ends and bands: {confidence} confidence interval{of}.",
)
ASSUMED_DESIGN = Label(" for det antagne design", " of the assumed design")
DASHED = Label("Stiplet kurve: brud i serien.", "Dashed line: a break in the series.")
NO_LINE = Label("Ingen kurve: bølgerne kan ikke sammenlignes.", "No line: the waves are not comparable.")
WINDOW = Label("Aksen går fra {low} til {high}.", "The axis goes from {low} to {high}.")
DIAMONDS = Label(
    "Blege ruder: intet tal er offentliggjort, de hviler på en antagelse.",
    "Pale diamonds: no number was published, they rest on an assumption.",
)
MISSING = Label("{why}: {which}.", "{why}: {which}.")
SOURCE = Label(
    "Kilde: {editions}. n\u00a0=\u00a0{n}. {weighted}.", "Source: {editions}. n\u00a0=\u00a0{n}. {weighted}."
)
FITTED_SOURCE = Label(
    "Kilde: syntetiske data, tilpasset {editions}. n\u00a0=\u00a0{n}. {weighted}.",
    "Source: synthetic data, fitted to the {editions}. n\u00a0=\u00a0{n}. {weighted}.",
)
SYNTHETIC_SOURCE = Label(
    "Kilde: syntetiske svar på skemaerne fra {editions}. n\u00a0=\u00a0{n}. {weighted}.",
    "Source: synthetic answers to the questionnaires of {editions}. n\u00a0=\u00a0{n}. {weighted}.",
)
TO = Label("{first} til {last}", "{first} to {last}")
HIGHEST = Label("Højest i {period}: {high}; lavest: {low}.", "Highest in {period}: {high}; lowest: {low}.")
MOST_NAMED = 6
"""Series whose change the text alternative names."""


def write_trend_words(trend: Trend, series: Sequence[Series], lang: Lang, subject: Label | None = None) -> Words:
    """Write a trend's words so that they hold for the numbers drawn; `subject` is what its headline is about."""
    about = subject.text(lang) if subject else _subject(trend, lang)
    headline = synthetic_first(_headline(trend, series, about, lang), trend.is_synthetic, lang)
    bases = {indicator.base for indicator in trend.indicators}
    book = trend.codebooks[max(trend.codebooks)]
    base = book.base(bases.pop()).label if len(bases) == 1 else ASKED
    subtitle = SUBTITLE.text(lang).format(base=base.text(lang), **_periods(trend))
    counts = [_count(series, wave, lang) for wave in sorted(trend.codebooks)]
    paragraphs = footer(
        [*_changes(trend, series, lang), *_reading(trend, series, lang)],
        source_of_waves(trend.codebooks, counts, is_synthetic=trend.is_synthetic, lang=lang),
        _standing(trend, series, lang),
    )
    return Words(headline, subtitle, paragraphs, _alt_text(trend, series, headline, lang))


def common_item(indicators: Sequence[Indicator]) -> Label | None:
    """Return what all labels begin with where they are the answers to one item ("New ways: partly agree")."""
    starts = {(label.da.partition(": ")[0], label.en.partition(": ")[0]) for label in (i.label for i in indicators)}
    if (
        len(indicators) < 2
        or len(starts) > 1
        or any(": " not in i.label.da or ": " not in i.label.en for i in indicators)
    ):
        return None
    return Label(*starts.pop())


def latest_span(trend: Trend, each: Series) -> Mapping[Hashable, Any] | None:
    """Return the change of a series over its latest stretch of waves that compare, if there is one."""
    point = each.points[0]
    rows = trend.spans[trend.spans["indicator"] == point.indicator]
    if trend.domains:
        rows = rows[rows[trend.domains[0].name] == point.group]
    found = rows.sort_values("second").to_dict("records")
    return found[-1] if found else None


def _headline(trend: Trend, series: Sequence[Series], subject: str, lang: Lang) -> str:
    own = [each for each in series if each.role != "total"]
    spans = [latest_span(trend, each) for each in own]
    clear = [(e, s) for e, s in zip(own, spans, strict=True) if s is not None and _is_clear(trend, s)]
    if not all(_is_founded(each, span) for each, span in clear):
        clear = []
    if len(clear) == 1:
        each, span = clear[0]
        named = subject if len(own) == 1 else f"{subject}, {lower_first(each.label(lang))}"
        return RISEN[span["change"] > 0.0].text(lang).format(subject=named, **_ends(each, span, lang))
    stretches = {(span["first"], span["second"]) for span in spans if span is not None}
    if clear and len(stretches) == 1 and None not in spans:
        first, second = (trend.method.periods[wave] for wave in stretches.pop())
        facts = {"count": len(clear), "all": len(own), "first": first, "second": second}
        return SEVERAL.text(lang).format(subject=subject, **facts)
    return NEUTRAL.text(lang).format(subject=subject, **_periods(trend))


def _is_clear(trend: Trend, span: Mapping[Hashable, Any]) -> bool:
    return bool(span["p_adjusted"] < 1.0 - trend.method.confidence)


def _is_founded(each: Series, span: Mapping[Hashable, Any]) -> bool:
    """Whether both ends of a change are more than an assumption."""
    ends = (span["first"], span["second"])
    return all(point.basis != "assumed" for point in each.points if point.wave in ends)


def _ends(each: Series, span: Mapping[Hashable, Any], lang: Lang) -> dict[str, str]:
    """Write both shares of a change, to a decimal where whole per cent would hide it."""
    by_wave = {point.wave: point for point in each.points}
    one, two = by_wave[span["first"]], by_wave[span["second"]]
    shares = [per_cent(point.share, lang) for point in (one, two)]
    if shares[0] == shares[1]:
        shares = [per_cent(point.share, lang, 1) for point in (one, two)]
    return {"one": shares[0], "two": shares[1], "first": one.period, "second": two.period}


def _subject(trend: Trend, lang: Lang) -> str:
    first, family = trend.indicators[0], trend.families[0].text(lang)
    if len(trend.indicators) > 1:
        same = len({indicator.family for indicator in trend.indicators}) == 1
        item = common_item(trend.indicators)
        title = family if same and family else SHARES.text(lang)
        return f"{title}, {lower_first(item.text(lang))}" if item else title
    label = first.label.text(lang)
    # The answer to an item says what it is of: a third name before it would be one too many.
    subject = label if ": " in label else under_family(family, label)
    if not trend.domains:
        return subject
    return BY.text(lang).format(subject=subject, domain=trend.domains[0].label.text(lang).lower())


def _periods(trend: Trend) -> dict[str, str]:
    periods = dict(sorted(trend.method.periods.items()))
    return {"first": periods[min(periods)], "second": periods[max(periods)]}


def _changes(trend: Trend, series: Sequence[Series], lang: Lang) -> list[str]:
    """Say the change of the only series with its interval, or what the colours of several mean."""
    own = [each for each in series if each.role != "total"]
    if len(own) == 1:
        span = latest_span(trend, own[0])
        if span is None:
            return [UNTESTED.text(lang)] if find_faults(own) else []
        return [_change_text(trend, span, lang)]
    tests = int(trend.spans["p_value"].notna().sum())
    if trend.domains:
        grouped = trend.spans[trend.domains[0].name] != TOTAL
        tests = int(trend.spans.loc[grouped, "p_value"].notna().sum())
    level = per_cent(1.0 - trend.method.confidence, lang)
    said = COLOURED if any(each.role in ("up", "down") for each in own) else UNMOVED
    correction = CORRECTED[trend.method.adjustment].text(lang)
    return [said.text(lang).format(level=level, correction=correction, tests=integer(tests, lang))] if tests else []


def _change_text(trend: Trend, span: Mapping[Hashable, Any], lang: Lang) -> str:
    first, second = (trend.method.periods[span[name]] for name in ("first", "second"))
    if math.isnan(span["change"]) or math.isnan(span["ci_low"]):
        why = lower_first(CHANGE_NOTES[span["note"]].text(lang))
        change = "\N{EN DASH}" if math.isnan(span["change"]) else points(span["change"], lang)
        return CHANGE_UNTESTED.text(lang).format(first=first, second=second, change=change, why=why)
    change, ends = points(span["change"], lang), between(span["ci_low"], span["ci_high"], lang)
    return CHANGE.text(lang).format(first=first, second=second, change=change, ends=ends)


def _reading(trend: Trend, series: Sequence[Series], lang: Lang) -> list[str]:
    """Say how don't know was treated, what lines and gaps are, and where the axis starts."""
    joins = {point.join for each in series for point in each.shown}
    of = ASSUMED_DESIGN.text(lang) if trend.is_synthetic else ""
    window = series_window(series)
    low, high, _ = window
    banded = any(p.join == "line" for each in series if each.role in ("main", "up", "down") for p in each.shown)
    lines = MARKS_AND_BANDS if banded else MARKS
    past = any(reaches_out(point, window) for each in series for point in each.shown)
    return [
        *_dont_know(trend, lang),
        lines.text(lang).format(confidence=per_cent(trend.method.confidence, lang), of=of),
        *([DASHED.text(lang)] if "break" in joins else []),
        *([NO_LINE.text(lang)] if "gap" in joins else []),
        *([WINDOW.text(lang).format(low=per_cent(low, lang), high=per_cent(high, lang))] if low > 0.0 else []),
        *([ARROWS.text(lang)] if past else []),
        *_missing(series, lang),
    ]


def _dont_know(trend: Trend, lang: Lang) -> list[str]:
    asked = trend.method.dont_know
    rules: list[DontKnowRule] = [i.dont_know for i in trend.indicators] if asked == "record" else [asked]
    return [f"{DONT_KNOW[rule].text(lang)}." for rule in dict.fromkeys(rules)]


def _missing(series: Sequence[Series], lang: Lang) -> list[str]:
    """Say which series have no number in which wave, and why."""
    why: dict[tuple[str, str], list[str]] = {}
    asked = {point.wave for each in series for point in each.points if point.note != "not_asked"}
    for each in series:
        for point in each.points:
            if not point.drawn and point.note and point.wave in asked:
                why.setdefault((point.note, point.period), []).append(each.label(lang))
    return [
        MISSING.text(lang).format(why=f"{TREND_NOTES[note].text(lang)} ({period})", which=", ".join(labels))
        for (note, period), labels in why.items()
    ]


def source_of_waves(books: Mapping[int, Codebook], counts: Sequence[str], *, is_synthetic: bool, lang: Lang) -> str:
    """
    Say where the answers of several waves come from, and how many they are.

    Parameters
    ----------
    books : dict of int to Codebook
        By wave.
    counts : sequence of str
        Answers of each, written.
    is_synthetic : bool
    lang : {"da", "en"}
    """
    records = [book.wave(wave) for wave, book in sorted(books.items())]
    labels = [record.label.text(lang) for record in records]
    titles = {label.partition(", ")[0] for label in labels}
    short = [label.partition(", ")[2] for label in labels]
    if len(records) > 2 and records[-1].number - records[0].number == len(records) - 1:
        same = short[0].rpartition(" ")[2] == short[-1].rpartition(" ")[2]
        first = short[0].rpartition(" ")[0] if same else short[0]
        short = [TO.text(lang).format(first=first or short[0], last=short[-1])]
    editions = f"{titles.pop()}, {', '.join(short)}" if len(titles) == 1 and all(short) else "; ".join(labels)
    weighted = WEIGHTED[all(record.weighted for record in records)].text(lang)
    fitted = all(any(claim.fitted for claim in book.wave_claims(wave)) for wave, book in books.items())
    source = SOURCE if not is_synthetic else FITTED_SOURCE if fitted else SYNTHETIC_SOURCE
    return source.text(lang).format(editions=editions, n="\u00a0/\u00a0".join(counts), weighted=weighted)


def _count(series: Sequence[Series], wave: int, lang: Lang) -> str:
    """Answers of a wave: of all, or from the fewest to the most that a series has."""
    whole = [each for each in series if each.role == "total"] or series
    counts = [point.n for each in whole for point in each.points if point.wave == wave and point.note != "not_asked"]
    if not counts:
        return "\N{EN DASH}"
    low, high = integer(min(counts), lang), integer(max(counts), lang)
    return low if low == high else f"{low}\N{EN DASH}{high}"


def _standing(trend: Trend, series: Sequence[Series], lang: Lang) -> list[str]:
    points = [point for each in series if each.role != "total" for point in each.shown]
    said = [f"{SYNTHETIC.text(lang)}."] if trend.is_synthetic else []
    if any(point.basis == "assumed" for point in points):
        said.append(DIAMONDS.text(lang))
    if any(point.thin for point in points):
        said.append(THIN.text(lang))
    return said


def _alt_text(trend: Trend, series: Sequence[Series], headline: str, lang: Lang) -> str:
    kind = SLOPES if len(trend.method.periods) == 2 else KIND
    sentences = [f"{kind.text(lang)}. {headline}."]
    own = [each for each in series if each.role != "total" and each.shown]
    if len(own) == 1:
        told = "; ".join(f"{point.period}, {_with_interval(point, lang)}" for point in own[0].shown)
        sentences.append(f"{told}.")
    elif own:
        lasts = sorted((each.shown[-1] for each in own), key=lambda point: point.share)
        high, low = (f"{point.label(lang)}, {_with_interval(point, lang)}" for point in (lasts[-1], lasts[0]))
        period = _periods(trend)["second"]
        sentences.append(HIGHEST.text(lang).format(period=period, high=high, low=low))
    for each in own[:MOST_NAMED] if len(own) == 1 else [e for e in own if e.role in ("up", "down")][:MOST_NAMED]:
        span = latest_span(trend, each)
        if span is not None:
            sentences.append(f"{each.label(lang)}. {_change_text(trend, span, lang)}")
    for fault in find_faults(series):
        sentences += [cause.text(lang) for cause in (*fault.breaks, *fault.gaps)]
    return " ".join(sentences)


def _with_interval(point: Point, lang: Lang) -> str:
    text = per_cent(point.share, lang)
    if math.isnan(point.ci_low):
        return text
    return f"{text} ({interval(point.ci_low, point.ci_high, lang)})"
