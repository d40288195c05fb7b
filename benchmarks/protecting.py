"""
How long disclosure control takes: of single tables, of a theme by sector and size together, and of a whole report.

Of waves 3 and 4. Estimating is not timed. Programs are the linear programs that were solved.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import scipy.optimize

import barometer as bm
from barometer.publication.disclosure import Protected, protect_all
from barometer.publication.draw import estimate_published
from barometer.publication.statbank.folder import statbank_waves
from barometer.publication.statbank.shares import estimate_table
from barometer.publication.theme_trends import estimate_theme_trends

WAVES = (3, 4)
SPLITS: dict[str, str | list[str]] = {
    "level": "level",
    "sector": "sector",
    "size": "size",
    "sector x size": ["sector", "size"],
    "level x sector x size": ["level", "sector", "size"],
}
THEMES = ("value", "collaboration", "innovative")
SOLVERS = ("linprog", "milp")
"""Functions of `scipy.optimize` that solve linear programs."""


@dataclass(frozen=True, slots=True)
class Run:
    """What protecting took, and what came of it: programs solved, cells, and those of them that are suppressed."""

    seconds: float
    programs: int
    cells: int
    primary: int
    secondary: int


@contextmanager
def counting_programs() -> Iterator[list[int]]:
    """Count the calls of the solvers."""
    calls = list[int]()
    before = {name: getattr(scipy.optimize, name) for name in SOLVERS}

    def counted(solve: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            calls.append(1)
            return solve(*args, **options)

        return call

    try:
        for name, solve in before.items():
            setattr(scipy.optimize, name, counted(solve))
        yield calls
    finally:
        for name, solve in before.items():
            setattr(scipy.optimize, name, solve)


def time_protecting(protect: Callable[[], Sequence[Protected[Any]]]) -> Run:
    """Return what one way of protecting took, by the processor."""
    with counting_programs() as calls:
        began = time.process_time()
        safe = protect()
        seconds = time.process_time() - began
    counts = [each.audit.counts for each in safe]
    primary, secondary = (sum(each.get(name, 0) for each in counts) for name in ("primary", "secondary"))
    return Run(seconds, len(calls), sum(len(each.audit.table) for each in safe), primary, secondary)


def questions_of(wave: bm.Wave) -> dict[str, list[str]]:
    """Return the indicators of every question that one answer is given to."""
    book = wave.codebook
    asked = {name for name, question in book.questions.items() if question.kind == "single"}
    named = sorted((i.question, name) for name, i in book.indicators.items() if i.question in asked)
    return {question: [name for _, name in own] for question, own in groupby(named, key=lambda each: each[0])}


def theme_of(wave: bm.Wave, theme: str) -> list[list[str]]:
    """Return the indicators of every question of a theme."""
    book = wave.codebook
    own = [name for name, question in book.questions.items() if question.theme == theme]
    found = [[name for name, i in book.indicators.items() if i.question == question] for question in own]
    return [names for names in found if names]


def print_run(label: str, run: Run) -> None:
    """Print one row."""
    print(f"{label:44} {run.seconds:8.2f} {run.programs:9} {run.cells:7} {run.primary:7} {run.secondary:9}", flush=True)


def added(runs: Sequence[Run]) -> Run:
    """Add up several runs."""
    return Run(
        sum(run.seconds for run in runs),
        *(sum(getattr(run, name) for run in runs) for name in ("programs", "cells", "primary", "secondary")),
    )


def time_questions(wave: bm.Wave) -> None:
    """Print what the tables of single questions take, each protected for itself, added up and the slowest."""
    for split, by in SPLITS.items():
        runs = dict[str, Run]()
        for question, names in questions_of(wave).items():
            shares = bm.estimate_shares(wave, names, by=by)
            runs[question] = time_protecting(lambda shares=shares: protect_all([shares]))  # type: ignore[misc]
        label = f"wave {wave.record.number}, {len(runs)} questions by {split}"
        print_run(label, added(list(runs.values())))
        slowest = max(runs, key=lambda question: runs[question].seconds)
        print_run(f"    slowest: {slowest}", runs[slowest])


def time_themes(wave: bm.Wave) -> None:
    """Print what all tables of a theme by sector and size take together."""
    for theme in THEMES:
        shares = [bm.estimate_shares(wave, names, by=SPLITS["sector x size"]) for names in theme_of(wave, theme)]
        if shares:
            run = time_protecting(lambda shares=shares: protect_all(shares))  # type: ignore[misc]
            print_run(f"wave {wave.record.number}, theme {theme}, {len(shares)} tables", run)


def report_results() -> list[Any]:
    """Return what a report protects together: figures of all waves, trends, and StatBank's tables."""
    waves = [bm.load_wave(number) for number in (1, 2, 3, 4)]
    in_statbank = [wave for wave in waves if wave.record.number in statbank_waves(wave.codebook)]
    figures = [each for wave in waves for each in estimate_published(wave).values()]
    trends = list(estimate_theme_trends(waves).values())
    tables = [estimate_table(record, in_statbank) for record in in_statbank[0].codebook.statbank.values()]
    return [*figures, *trends, *(each for table in tables for each in table.results)]


def main() -> int:
    """Print seconds, programs and cells of all of them."""
    print(f"{'':44} {'seconds':>8} {'programs':>9} {'cells':>7} {'small':>7} {'others':>9}")
    for number in WAVES:
        wave = bm.load_wave(number)
        time_questions(wave)
        time_themes(wave)
    shown = report_results()
    print_run(f"report, {len(shown)} tables", time_protecting(lambda: protect_all(shown)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
