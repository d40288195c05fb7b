"""Labels of trends, and how changes are written, in Danish and English."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from barometer.analysis.adjustment_words import by_correction
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.analysis.estimates import HEADINGS, NOTES
from barometer.analysis.occasions import Unlinked
from barometer.codebook.numbers import MINUS, decimal, round_half_up
from barometer.codebook.records import Label, Lang

if TYPE_CHECKING:
    from barometer import survey

TREND_NOTES = NOTES | {
    "not_asked": Label("En bølge har ikke indikatoren", "A wave does not have the indicator"),
    "no_domain": Label("En bølge har ikke opdelingen", "A wave does not have the domain"),
    "no_group": Label("En bølge har ikke gruppen", "A wave does not have the group"),
    "not_comparable": Label("Bølgerne kan ikke sammenlignes", "The waves cannot be compared"),
    "no_stretch": Label(
        "Ingen to bølger i træk kan sammenlignes uden brud", "No two waves in a row can be compared without a break"
    ),
    "no_year": Label("Perioden nævner intet år", "The period names no year"),
}
"""Why a share or its interval is empty, by the code in column `note`."""
LACKED = {
    "not_asked": Label("indikatoren", "the indicator"),
    "no_domain": Label("opdelingen", "the domain"),
    "no_group": Label("gruppen", "the group"),
}
"""What a wave does not have, by the code in column `note`."""
CHANGE_NOTES = (
    TREND_NOTES
    | COMPARISON_NOTES
    | {
        "empty_base": Label("Ingen i basis i en bølge", "Nobody in the base of a wave"),
        "one_answer": Label("Kun ét svar i en bølge: ingen test", "A single answer in a wave: no test"),
        "few_counted": Label(
            "Få svar af den sjældne slags i en bølge: testen finder for meget",
            "Few answers of the rarer kind in a wave: the test finds too much",
        ),
    }
)
"""Why a change or a slope is empty, has no test or is to be doubted, by the code in column `note`."""

SAMPLES = {
    "independent": Label("uafhængige stikprøver", "independent samples"),
    "overlapping": Label("overlappende stikprøver", "overlapping samples"),
}
TREND_HEADINGS = HEADINGS | {
    "wave": Label("Bølge", "Wave"),
    "period": Label("Periode", "Period"),
    "year": Label("Midterår", "Mid-year"),
    "break_before": Label("I forhold til bølgen før", "Against the wave before"),
    "first": Label("Fra", "From"),
    "second": Label("Til", "To"),
    "change": Label("Ændring", "Change"),
    "last": Label("Til", "To"),
    "waves": Label("Bølger", "Waves"),
    "slope": Label("Ændring om året", "Change per year"),
    "statistic": Label("t", "t"),
    "p_value": Label("p-værdi", "p-value"),
    "p_adjusted": Label("p-værdi, korrigeret", "p-value, adjusted"),
    "samples": Label("Stikprøver", "Samples"),
    "common": Label("Svarede i begge", "Answered in both"),
    "comparable": Label("Sammenlignelighed", "Comparability"),
    "reason": Label("Forbehold", "Reservation"),
}
APART: dict[Unlinked, Label] = {
    "": Label("intet id findes i to af dem", "no id is in two of them"),
    "asked": Label("som der blev bedt om", "as was asked"),
    "no_ids": Label("ikke alle har id", "not all of them have ids"),
    "synthetic": Label(
        "syntetiske bølger er lavet hver for sig, og et id er et nummer i sin egen bølge",
        "synthetic waves are made one by one, and an id is a number of its own wave",
    ),
    "running_numbers": Label(
        'id er løbenumre i mindst én af dem, så ens id er ikke samme arbejdsplads (samples="by_id" ser bort fra det)',
        "ids are running numbers in at least one of them, so that equal ids are not the same workplace "
        '(samples="by_id" sets that aside)',
    ),
}
"""Why waves are treated as independent."""
INDEPENDENT = Label(
    "Bølgerne er regnet som uafhængige stikprøver: {}.", "The waves are treated as independent samples: {}."
)
LINKED = Label(
    "Arbejdspladser, der har svaret i flere bølger (samme id), er regnet med: se kolonnen »{}« (common).",
    "Workplaces that answered in several waves (the same id) are counted as such: see the column “{}” (common).",
)
OVERLAP_RULES: "dict[survey.OverlapRule, Label]" = {
    "stacked": Label(
        'Deres kovarians er taget i bølgerne lagt oven på hinanden med arbejdspladsen som enhed (overlap="stacked").',
        'Their covariance is that of the waves stacked, with the workplace as the sampling unit (overlap="stacked").',
    ),
    "conditional": Label(
        'Deres kovarians er taget givet, hvor mange hver bølge har i et stratum (overlap="conditional").',
        'Their covariance is taken given how many each wave has in a stratum (overlap="conditional").',
    ),
}
"""How the covariance of workplaces that answered in several waves is taken."""
ADJUSTED = by_correction(
    Label("justeret efter {correction} over {family}", "adjusted by {correction} over {family}"),
    Label("ikke justeret for antallet af ændringer", "not adjusted for the number of changes"),
)
FAMILY = Label(
    "en indikators ændringer (over hele strækninger: alle indikatorers), i alt for sig og grupper for sig",
    "an indicator's changes (over whole stretches: those of all indicators), totals and groups by themselves",
)
TESTED = Label(
    "t-test på niveauet {level}; p-værdier er {adjusted}; intervaller er ikke justeret.",
    "t tests at the {level} level; p-values are {adjusted}; intervals are not adjusted.",
)
UNADJUSTED = Label(
    "t-test på niveauet {level}; p-værdier og intervaller er {adjusted}.",
    "t tests at the {level} level; p-values and intervals are {adjusted}.",
)
MOVED = {
    (True, False): Label("steg", "rose"),
    (False, False): Label("faldt", "fell"),
    (True, True): Label("målt højere", "measured higher"),
    (False, True): Label("målt lavere", "measured lower"),
}
"""A clear change, by whether it is upward and across a break."""
UNCLEAR = Label("ingen sikker ændring", "no clear change")
UNCLEAR_ADJUSTED = Label(
    "ingen sikker ændring, når der er justeret for flere test", "no clear change after adjustment for several tests"
)
UNTESTED = Label("ikke testet ({why})", "not tested ({why})")
BREAK = Label("Serien brydes", "The series breaks")
SLOPE = Label("Lineær tendens, {first} til {last}: {slope} om året", "Linear trend, {first} to {last}: {slope} a year")
DIRECTIONS = {True: Label("stigende", "rising"), False: Label("faldende", "falling")}
NO_SLOPE = Label("ingen sikker tendens", "no clear trend")
NO_SLOPE_ADJUSTED = Label(
    "ingen sikker tendens, når der er justeret for flere test", "no clear trend after adjustment for several tests"
)
POINTS = Label("procentpoint", "percentage points")
TO = Label("til", "to")
BOTH_UNDER = Label("begge grænser under {}", "both bounds under {}")


def lacking_text(note: str, waves: Sequence[int], lang: Lang) -> str:
    """Say which waves lack an indicator, a domain or a group; `note` is a code of `LACKED`."""
    *others, last = (str(wave) for wave in waves)
    listed = f"{', '.join(others)} {Label('og', 'and').text(lang)} {last}" if others else last
    have = Label("Bølge {} har ikke {}", "Waves {} do not have {}" if others else "Wave {} does not have {}")
    return have.text(lang).format(listed, LACKED[note].text(lang))


def linking_label(unlinked: Unlinked, rule: "survey.OverlapRule", *, linked: bool) -> Label:
    """Say whether workplaces of several waves are the same, why not, and how their covariance is taken."""
    if linked:
        column, how = TREND_HEADINGS["common"], OVERLAP_RULES[rule]
        return Label(f"{LINKED.da.format(column.da)} {how.da}", f"{LINKED.en.format(column.en)} {how.en}")
    why = APART[unlinked]
    return Label(INDEPENDENT.da.format(why.da), INDEPENDENT.en.format(why.en))


def signed(value: float, lang: Lang, decimals: int = 1) -> str:
    """Write a fraction of one as percentage points with its sign; nothing at all has none."""
    text = decimal(abs(100.0 * value), lang, decimals)
    if value == 0.0:
        return text
    return f"{MINUS if value < 0.0 else '+'}{text}"


def points(value: float, lang: Lang, decimals: int = 1) -> str:
    """Write a fraction of one as percentage points with its sign, or "under 0.05" where it rounds to nothing."""
    if value != 0.0 and _rounds_away(value, decimals):
        return f"{_under(lang, decimals)} {POINTS.text(lang)}"
    return f"{signed(value, lang, decimals)} {POINTS.text(lang)}"


def between(low: float, high: float, lang: Lang, decimals: int = 1) -> str:
    """Write the interval of a change in percentage points: -1.2 to +3.4; empty where there is none."""
    if np.isnan(low) or np.isnan(high):
        return ""
    if low != high and _rounds_away(low, decimals) and _rounds_away(high, decimals):
        return BOTH_UNDER.text(lang).format(decimal(0.5 * 10.0**-decimals, lang, decimals + 1))
    return f"{signed(low, lang, decimals)} {TO.text(lang)} {signed(high, lang, decimals)}"


def with_interval(value: float, low: float, high: float, lang: Lang) -> str:
    """Write a change in percentage points, with its interval where it has one."""
    ends = between(low, high, lang)
    return f"{points(value, lang)} ({ends})" if ends else points(value, lang)


def _rounds_away(value: float, decimals: int) -> bool:
    return round_half_up(abs(100.0 * value), decimals) == 0.0


def _under(lang: Lang, decimals: int) -> str:
    return f"under {decimal(0.5 * 10.0**-decimals, lang, decimals + 1)}"
