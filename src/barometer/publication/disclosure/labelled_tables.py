"""Unions, combinations and numbers of answers as cells."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis import Counts, Overlaps, Parts
from barometer.analysis.labelled import LabelledResult
from barometer.analysis.suppression import suppress_rows
from barometer.analysis.withheld import withhold
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.share_tables import MOVED, base_name, places, weighted_count
from barometer.publication.disclosure.tables import Amounts, Cell, CellTable, Kind, Sum

JOIN = "+"


def _base(result: LabelledResult, name: str) -> str:
    first = result.table.iloc[0]
    moved = MOVED if result.method.weighting else ""
    return base_name(str(first["base"]), "drop" if "drop" in str(first["dont_know"]) else "", name) + moved


def _cells(result: LabelledResult, base: str, items: Sequence[str]) -> tuple[Cell, ...]:
    groups = places(result.domains, result.groups)
    return tuple(Cell(result.method.wave, base, item, *place) for item in items for place in groups)


def _table(
    result: LabelledResult, name: str, cells: tuple[Cell, ...], counts: NDArray[Any], rows: pd.DataFrame
) -> CellTable:
    n, weighted = rows["n"].to_numpy(np.intp), rows["weighted_base"].to_numpy(np.float64)
    return CellTable(
        name,
        cells,
        counts,
        n,
        weighted_count(rows["share"].to_numpy(np.float64), weighted),
        weighted,
        (),
        {domain.name: domain for domain in result.domains},
    )


def parts_cells(result: Parts) -> CellTable:
    """Return a union, its parts and their combinations as cells."""
    base, wave = _base(result, result.union.name), result.method.wave
    names = list(result.kernel.names)
    own = [result.union.name, *(part.name for part in result.parts)]
    codes = names[len(own) :]
    items = [*own, *(f"{result.union.name}={code}" for code in codes)]
    table = _table(result, f"{result.union.name} parts", _cells(result, base, items), result.answered, result.table)
    short = [name.rpartition(".")[2] for name in own[1:]]
    members = {code: code.split(JOIN) for code in codes[:-1]}
    listed = {f"{result.union.name}={code}": 1.0 for code in codes}
    kind: Kind = "at_most" if result.lumped else "equal"
    sums = [
        Sum(wave, base, listed | {"": -1.0}, "equal"),
        Sum(wave, base, dict.fromkeys(list(listed)[:-1], 1.0) | {result.union.name: -1.0}, "equal"),
    ]
    for part, code in zip(own[1:], short, strict=True):
        has = [f"{result.union.name}={each}" for each in members if code in members[each]]
        sums.append(Sum(wave, base, dict.fromkeys(has, 1.0) | {part: -1.0}, kind))
    return replace(table, sums=tuple(sums))


def counts_cells(result: Counts) -> CellTable:
    """Return numbers of answers as cells; a mean stands for all the answers that it is of."""
    name = result.options[0].name.rpartition(".")[0]
    base, wave, names = _base(result, name), result.method.wave, list(result.kernel.names)
    exactly = [each for each in names if not each.startswith("at_least")]
    items = [f"{name}#{each}" for each in (*names, "mean")]
    rows = result.table.rename(columns={"estimate": "share"})
    is_mean = (rows["statistic"] == "mean").to_numpy()
    size = 1 + len(result.groups)
    of_number = result.answered[: len(exactly) * size].reshape(len(exactly), size)
    mean = np.arange(len(exactly)) @ of_number
    table = _table(result, f"{name} number", _cells(result, base, items), result.answered.astype(np.float64), rows)
    own = [f"{name}#{each}" for each in exactly]
    sums = [Sum(wave, base, dict.fromkeys(own, 1.0) | {"": -1.0}, "equal")]
    sums += [
        Sum(wave, base, dict.fromkeys(own[k:], 1.0) | {f"{name}#at_least_{k}": -1.0}, "equal")
        for k in range(1, len(own))
        if f"at_least_{k}" in names
    ]
    weighed = {item: float(k) for k, item in enumerate(own) if k} | {f"{name}#mean": -1.0}
    count = np.where(is_mean, np.concatenate([np.zeros(is_mean.size - size), mean]), table.count)
    certain = (
        _must_tick(result) & rows["number"].isin([0, 1]).to_numpy() & ((table.count == 0) | (table.count == table.base))
    )
    each = np.repeat(np.tile(np.arange(size), len(exactly)), of_number.ravel())
    amounts = Amounts(
        np.repeat(np.arange(len(exactly)), of_number.sum(axis=1)).astype(np.float64), is_mean.size - size + each
    )
    return replace(
        table, count=count, sums=(*sums, Sum(wave, base, weighed, "equal")), certain=certain, amounts=amounts
    )


def _must_tick(result: Counts) -> bool:
    """Whether everybody has to tick one of the answers: no question can be left blank, and these are all it has."""
    names = {option.question for option in result.options}
    question = result.codebook.questions.get(names.pop()) if len(names) == 1 else None
    return question is not None and question.kind == "multi" and len(question.answers) == len(result.options)


def overlaps_cells(result: Overlaps) -> CellTable:
    """Return answers, pairs of them, and combinations as cells: what a pair says is of those with both."""
    wave, base = result.method.wave, _base(result, result.options[0].name)
    names, codes = [option.name for option in result.options], list(result.kernel.names)
    pair = [_pair(first, second) for first, second in _pairs(result)]
    items = [*pair, *(f"={code}" for code in codes)]
    size = 1 + len(result.groups)
    share = result.table.iloc[: len(names) * size]
    of_base, weight = (np.tile(share[each].to_numpy()[:size], len(items)) for each in ("n", "weighted_base"))
    both = result.table[result.table["statistic"] == "both"]
    known = dict(
        zip(
            [_pair(a, b) for a, b in zip(both["first"][::size], both["second"][::size], strict=True)],
            both["estimate"].to_numpy().reshape(-1, size),
            strict=True,
        )
    )
    known |= dict(zip(names, share["estimate"].to_numpy().reshape(-1, size), strict=True))
    shares = np.concatenate([*(known[each] for each in pair), result.combinations["share"].to_numpy()])
    counts = np.concatenate([result.answered, result.combinations_answered])
    sums = [Sum(wave, base, dict.fromkeys([f"={code}" for code in codes], 1.0) | {"": -1.0}, "equal")]
    kind: Kind = "at_most" if result.lumped else "equal"
    for wanted in [{name} for name in names] + [{a, b} for a, b in combinations(names, 2)]:
        has = [f"={code}" for code in codes if wanted <= set(code.split(JOIN))]
        sums.append(Sum(wave, base, dict.fromkeys(has, 1.0) | {_pair(*sorted(wanted)): -1.0}, kind))
    for a, b in combinations(names, 2):
        both_of = _pair(a, b)
        sums += [Sum(wave, base, {both_of: 1.0, each: -1.0}, "at_most") for each in (a, b)]
        sums.append(Sum(wave, base, {a: 1.0, b: 1.0, both_of: -1.0, "": -1.0}, "at_most"))
    return CellTable(
        f"{names[0]} together",
        _cells(result, base, items),
        counts.astype(np.float64),
        of_base.astype(np.intp),
        weighted_count(shares, weight),
        weight.astype(np.float64),
        tuple(sums),
        {domain.name: domain for domain in result.domains},
    )


def _pairs(result: Overlaps) -> list[tuple[str, str]]:
    size = 1 + len(result.groups)
    return list(zip(result.table["first"][::size].astype(str), result.table["second"][::size].astype(str), strict=True))


def _pair(first: str, second: str = "") -> str:
    return " & ".join(sorted(filter(None, (first, second))))


def hide_parts(result: Parts, hidden: Hidden) -> Parts:
    """Empty the suppressed rows of unions, parts and combinations."""
    table = suppress_rows(result.table, hidden.cell | hidden.base, hidden.base)
    return withhold(replace(result, table=table), "kernel", "answered")


def hide_counts(result: Counts, hidden: Hidden) -> Counts:
    """Empty the suppressed numbers of answers and means."""
    table = suppress_rows(result.table, hidden.cell | hidden.base, hidden.base)
    return withhold(replace(result, table=table), "kernel", "means", "answered")


def hide_overlaps(result: Overlaps, hidden: Hidden) -> Overlaps:
    """Empty the suppressed rows of both tables; what a pair says goes with each of its answers."""
    size, rows = 1 + len(result.groups), len(result.table)
    gone = (hidden.cell | hidden.base)[:rows].reshape(-1, size)
    pairs = _pairs(result)
    alone = {a: gone[place] for place, (a, b) in enumerate(pairs) if b == ""}
    either = np.stack([gone[place] | alone[a] | (alone[b] if b else False) for place, (a, b) in enumerate(pairs)])
    # "Among those with the first" says of how many: the base is an answer.
    among = (result.table["statistic"] == "among").to_numpy()
    of_first = np.stack([alone[a] for a, _ in pairs]).ravel() & among
    shown = replace(
        result,
        table=suppress_rows(result.table, either.ravel(), hidden.base[:rows] | of_first),
        combinations=suppress_rows(result.combinations, (hidden.cell | hidden.base)[rows:], hidden.base[rows:]),
    )
    return withhold(shown, "kernel", "pairs", "answered", "combinations_answered")
