"""Shares as cells, and the sums that the questionnaire makes of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from barometer.analysis import Comparisons, Estimates
from barometer.analysis.suppression import shrouded, suppress_rows
from barometer.analysis.withheld import withhold
from barometer.codebook import Codebook
from barometer.codebook.records import Domain, Indicator, Question
from barometer.microdata.arrays import FloatArray
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.tables import CROSS, TOTAL, Answer, Cell, CellTable, Kind, Sum

Terms = tuple[dict[str, float], Kind]
MOVED = ", weights moved"
"""End of the name of a base whose weights are not those delivered: its weighted counts are others."""
JOIN = "+"
"""Between the codes of answers that were merged."""
SIDES = (("indicator", "group"), ("indicator", "versus"))


def estimates_cells(result: Estimates) -> CellTable:
    """Return the shares of indicators as cells."""
    kernel = result.kernel
    wave, groups = result.method.wave, places(result.domains, result.groups)
    moved = MOVED if result.method.weighting else ""
    rules = zip(result.indicators, _rules(result), strict=True)
    bases = [base_name(i.base, str(rule), i.name) + moved for i, rule in rules]
    cells = [
        Cell(wave, base, indicator.name, domain, group)
        for base, indicator in zip(bases, result.indicators, strict=True)
        for domain, group in groups
    ]
    name = " by ".join(filter(None, [result.indicators[0].name, CROSS.join(d.name for d in result.domains)]))
    return CellTable(
        name,
        tuple(cells),
        result.answered.T.ravel(),
        kernel.n.T.ravel().astype(np.intp),
        np.nan_to_num(kernel.estimate * kernel.weighted_base).T.ravel(),
        kernel.weighted_base.T.ravel(),
        tuple(answer_sums(wave, list(zip(bases, result.indicators, strict=True)), result.codebook)),
        {domain.name: domain for domain in result.domains},
        answers=tuple(
            Answer(wave, base, indicator, result.codebook)
            for base, indicator in zip(bases, result.indicators, strict=True)
        ),
    )


def places(domains: Sequence[Domain], groups: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Return domain and group of every row of an outcome: the total first."""
    name = CROSS.join(domain.name for domain in domains)
    return [("", TOTAL), *((name, CROSS.join(codes)) for codes in groups)]


def base_name(base: str, rule: str, indicator: str) -> str:
    """Name a base with its rule for don't know: who is dropped differs from one indicator to the next."""
    return f"{base}, {rule}, {indicator}" if rule == "drop" else base


def _rules(result: Estimates) -> "pd.Series[str]":
    return result.table["dont_know"].iloc[:: 1 + len(result.groups)]


def answer_sums(wave: int, indicators: Sequence[tuple[str, Indicator]], book: Codebook) -> list[Sum]:
    """
    Find the sums among indicators: answers of a question, groups of answers, unions and their parts.

    Parameters
    ----------
    wave : int
    indicators : sequence of (base, Indicator)
    book : Codebook
    """
    by_base = defaultdict[str, dict[str, Indicator]](dict)
    for base, indicator in indicators:
        by_base[base][indicator.name] = indicator
    sums = []
    for base, own in by_base.items():
        rows = [*_of_questions(own, book), *_of_unions(own)]
        sums += [Sum(wave, base, terms, kind) for terms, kind in rows]
    return sums


def _of_questions(own: Mapping[str, Indicator], book: Codebook) -> list[Terms]:
    """Answers that exclude each other add up to the base, or stay below it where one is not shown."""
    prefixes = defaultdict[tuple[str, str], list[str]](list)
    for name, indicator in own.items():
        question = book.questions.get(indicator.question)
        if question is not None and question.kind in ("single", "grid"):
            prefixes[question.name, name.rpartition(".")[0]].append(name)
    rows: list[Terms] = []
    for (question_name, prefix), names in prefixes.items():
        question = book.questions[question_name]
        codes = {name: _codes_of(name, question) for name in names}
        apart, covered = list[str](), set[str]()
        for name in sorted(names, key=lambda name: len(codes[name])):
            if codes[name] and covered.isdisjoint(codes[name]):
                apart.append(name)
                covered |= codes[name]
        if len(apart) > 1:
            whole = len(covered) == len(question.answers)
            rows.append((dict.fromkeys(apart, 1.0) | {"": -1.0}, "equal" if whole else "at_most"))
        for union in (name for name in names if len(codes[name]) > 1):
            parts = [f"{prefix}.{code}" for code in sorted(codes[union])]
            there = [part for part in parts if part in own]
            if there:
                rows.append((dict.fromkeys(there, 1.0) | {union: -1.0}, "equal" if there == parts else "at_most"))
    return rows


def _codes_of(name: str, question: Question) -> set[str]:
    """Return the answers that an indicator counts: one, those of a group, or those that were merged; none otherwise."""
    code = name.rpartition(".")[2]
    known = {answer.code for answer in question.answers}
    groups = {group.code: set(group.answers) for group in question.groups}
    merged = set(code.split(JOIN))
    return {code} if code in known else groups.get(code, merged if merged <= known else set())


def _of_unions(own: Mapping[str, Indicator]) -> list[Terms]:
    """Bound a union: at least as large as each of its parts, at most as large as all together."""
    rows: list[Terms] = []
    for name, indicator in own.items():
        parts = [part for part in indicator.parts if part in own]
        rows += [({part: 1.0, name: -1.0}, "at_most") for part in parts]
        if parts and len(parts) == len(indicator.parts):
            rows.append(({name: 1.0} | dict.fromkeys(parts, -1.0), "at_most"))
    return rows


def weighted_count(share: FloatArray, base: FloatArray) -> FloatArray:
    """Return what shares of weighted bases stand for; nobody where there is no share."""
    return np.nan_to_num(share * base)


def comparisons_cells(result: Comparisons) -> CellTable:
    """Return the shares that are compared; where each stands beside the rest of all, that is one of its sides."""
    table, estimates = estimates_cells(result.estimates), result.estimates
    if result.method.against != "rest":
        return table
    size = 1 + len(estimates.groups)
    count, base = (values.reshape(-1, size) for values in (table.count, table.base))
    return replace(table, rest=(count[:, :1] - count).ravel(), rest_base=(base[:, :1] - base).ravel())


def hide_estimates(result: Estimates, hidden: Hidden) -> Estimates:
    """Empty the suppressed rows, and take out what answers for them: counts, sums and covariances."""
    table = suppress_rows(result.table, hidden.cell | hidden.base, hidden.base)
    return withhold(replace(result, table=table), "kernel", "answered")


def hide_comparisons(result: Comparisons, hidden: Hidden) -> Comparisons:
    """Empty the suppressed shares, and what compares them with something or something with them."""
    estimates = result.estimates
    names = [(i.name, code) for i in estimates.indicators for _, code in places(estimates.domains, estimates.groups)]
    out = []
    for mask in (hidden.cell | hidden.base, hidden.base):
        lost: set[tuple[object, ...]] = {name for name, gone in zip(names, mask, strict=True) if gone}
        out.append(shrouded(result.table, SIDES[0], lost) | shrouded(result.table, SIDES[1], lost))
    table = suppress_rows(result.table, *out)
    return withhold(replace(result, table=table, estimates=hide_estimates(estimates, hidden)), "kernel")
