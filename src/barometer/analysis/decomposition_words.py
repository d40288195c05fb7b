"""Labels of a change taken apart, and what is said of its cells, in Danish and English."""

import pandas as pd

from barometer.analysis.suppression import FEW_ANSWERS, SUPPRESSED
from barometer.analysis.trend_words import CHANGE_NOTES
from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang

PART_LABELS = {
    "first": Label("Andel i den første bølge", "Share of the first wave"),
    "second": Label("Andel i den anden bølge", "Share of the second wave"),
    "change": Label("Ændring", "Change"),
    "mix": Label("Ændret sammensætning", "Change of the mix"),
    "behaviour": Label("Ændret adfærd", "Change of behaviour"),
    "mix_first": Label(
        "Ændret sammensætning, med den første bølges andele", "Change of the mix, at the first wave's shares"
    ),
    "behaviour_first": Label(
        "Ændret adfærd, med den første bølges sammensætning", "Change of behaviour, at the first wave's mix"
    ),
    "interaction": Label("Samspil", "Interaction"),
    "first_standardised": Label(
        "Andel i den første bølge med den andens sammensætning", "Share of the first wave with the second's mix"
    ),
    "second_standardised": Label(
        "Andel i den anden bølge med den førstes sammensætning", "Share of the second wave with the first's mix"
    ),
}
CELL_NOTES = {
    "": Label("", ""),
    SUPPRESSED: FEW_ANSWERS,
    "only_first": Label(
        "Kun i den første bølge: alt regnes som sammensætning", "Only in the first wave: all of it counts as mix"
    ),
    "only_second": Label(
        "Kun i den anden bølge: alt regnes som sammensætning", "Only in the second wave: all of it counts as mix"
    ),
    "empty_base": Label("Ingen i basis", "Nobody in the base"),
    "no_spread": Label("Ingen spredning", "No spread"),
} | {
    name: CHANGE_NOTES[name]
    for name in ("one_answer", "share_zero", "share_one", "no_variance", "df_below_1", "few_counted")
}
LENT_ONE = Label(
    "celle findes kun i én bølge; alt i den regnes som sammensætning",
    "cell is in one wave only; all that it adds counts as mix",
)
LENT = Label(
    "celler findes kun i én bølge; alt i dem regnes som sammensætning",
    "cells are in one wave only; all that they add counts as mix",
)
OUTSIDE = Label("svar er i ingen celle og er ikke med", "answers are in no cell and left out")
CELL_HEADINGS = {
    "part": Label("Del", "Part"),
    "estimate": Label("Andel eller ændring", "Share or change"),
    "mix_first_wave": Label("Del af den første bølge", "Share of the first wave's base"),
    "mix_second_wave": Label("Del af den anden bølge", "Share of the second wave's base"),
    "share_first_wave": Label("Andel, første bølge", "Share, first wave"),
    "share_second_wave": Label("Andel, anden bølge", "Share, second wave"),
    "n_first_wave": Label("Svar, første bølge", "Answers, first wave"),
    "n_second_wave": Label("Svar, anden bølge", "Answers, second wave"),
    "se_mix": Label("Standardfejl, sammensætning", "Standard error, mix"),
    "se_behaviour": Label("Standardfejl, adfærd", "Standard error, behaviour"),
}


def lent_text(cells: pd.DataFrame, lang: Lang) -> str:
    """Say how many cells of a decomposition only one wave has; empty where both have all."""
    lent = int(cells["note"].isin(["only_first", "only_second"]).sum())
    return f"{integer(lent, lang)} {(LENT_ONE if lent == 1 else LENT).text(lang)}." if lent else ""


def outside_text(outside: tuple[int, int], lang: Lang) -> str:
    """Say how many answers of each wave are in no cell; empty where none is."""
    if not any(outside):
        return ""
    return f"{' / '.join(integer(number, lang) for number in outside)} {OUTSIDE.text(lang)}."
