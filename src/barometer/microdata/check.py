"""The rules a wave must keep: strata and weights, routing, tick limits, exclusive answers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook.records import Question
from barometer.errors import Fault
from barometer.microdata.evaluate import BoolArray
from barometer.microdata.harmonise import rows_where
from barometer.microdata.layout import Layout
from barometer.microdata.wave import Wave, strata_of

WEIGHT_TOLERANCE = 0.005
"""Relative gap between a stratum's sum of weights and its population from which a warning is given."""


def check_design(microdata: pd.DataFrame, layout: Layout, stratum: tuple[str, ...], faults: list[Fault]) -> list[Fault]:
    """
    Check strata and weights; what stops goes to `faults`, what is only odd is returned.

    A stratum must have one population size, no more answers than workplaces, and two answers unless it is taken whole.
    """
    weight, population = microdata["weight"], microdata["population"]
    if not weight.any():
        faults.append(Fault("weight", "all are zero", layout.weight))
    odd = np.isfinite(population) & ((population < 1) | (population % 1 != 0))
    if odd.any():
        faults.append(
            Fault("stratum", "must be a whole number of workplaces", layout.population, rows_where(odd.to_numpy()))
        )
        return []
    codes, names = strata_of(microdata, stratum)
    warned = []
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        sizes = np.unique(population.to_numpy()[rows])
        answers = len(rows)
        if sizes.size > 1:
            message = f"stratum {name} has {sizes.size} different population sizes"
            faults.append(Fault("stratum", message, layout.population, rows_where(_mask(rows, len(weight)))))
        elif answers > sizes[0]:
            faults.append(Fault("stratum", f"stratum {name} has {answers} answers but {sizes[0]:.0f} workplaces"))
        elif answers == 1 and sizes[0] > 1:
            message = f"stratum {name} has one answer and is not taken whole; join it to a similar stratum"
            faults.append(Fault("stratum", message, "", rows_where(_mask(rows, len(weight)))))
        else:
            total = float(weight.to_numpy()[rows].sum())
            if np.isfinite(sizes[0]) and abs(total - sizes[0]) > WEIGHT_TOLERANCE * sizes[0]:
                message = f"the weights of stratum {name} add up to {total:,.1f}, its population is {sizes[0]:,.0f}"
                warned.append(Fault("weight-sum", message, layout.weight))
    return warned


def check_nesting(wave: Wave, layout: Layout, faults: list[Fault]) -> None:
    """Check that a group which lies inside another (a sector in its level) is delivered with it."""
    for name, coded in layout.registers.items():
        domain = wave.codebook.domains[name]
        if domain.inside not in layout.registers:
            continue
        outer = {group.code: group.of for group in domain.groups}
        expected = wave.microdata[name].astype(str).map(outer)
        wrong = (expected != wave.microdata[domain.inside].astype(str)).to_numpy()
        if wrong.any():
            faults.append(
                Fault(
                    "registers", f"does not lie in the {domain.inside} of the same row", coded.name, rows_where(wrong)
                )
            )


def check_answers(wave: Wave, layout: Layout, faults: list[Fault]) -> None:
    """Check routing (a blank exactly where a workplace was not asked), tick limits and exclusive options."""
    for name, column in wave.columns.items():
        answered = wave.answers.codes[name] >= 0
        asked = wave.answers.asked(column)
        delivered = layout.answers[name].name
        if (missing := asked & ~answered).any():
            faults.append(Fault("routing", f"{name} was asked and is blank", delivered, rows_where(missing)))
        if (extra := answered & ~asked).any():
            faults.append(Fault("routing", f"{name} was not asked and is answered", delivered, rows_where(extra)))
    for question in (wave.codebook.questions[name] for name in wave.record.questions):
        if question.kind == "multi":
            _check_ticks(wave, question, question.name, faults)
        if question.kind == "loop" and question.loop_over:
            for answer in wave.codebook.questions[question.loop_over].answers:
                if not answer.exclusive:
                    _check_ticks(wave, question, f"{question.name}.{answer.code}", faults)


def _check_ticks(wave: Wave, question: Question, prefix: str, faults: list[Fault]) -> None:
    ticked = np.column_stack([wave.answers.is_yes(f"{prefix}.{answer.code}") for answer in question.answers])
    asked = wave.answers.codes[f"{prefix}.{question.answers[0].code}"] >= 0
    count = ticked.sum(axis=1)
    if (none := asked & (count == 0)).any():
        faults.append(Fault("ticks", "asked, but nothing is ticked", prefix, rows_where(none)))
    if question.max_ticks is not None and (over := count > question.max_ticks).any():
        faults.append(Fault("ticks", f"more than {question.max_ticks} ticks", prefix, rows_where(over)))
    for position, answer in enumerate(question.answers):
        if answer.exclusive and (both := ticked[:, position] & (count > 1)).any():
            faults.append(
                Fault("exclusive", f"{answer.code!r} is ticked together with another", prefix, rows_where(both))
            )


def _mask(rows: NDArray[np.intp], n: int) -> BoolArray:
    mask = np.zeros(n, dtype=np.bool_)
    mask[rows] = True
    return mask
