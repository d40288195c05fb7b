"""No condition and no product is ever inside an aggregation: some engines are silently wrong there."""

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey.columns import Statistic
from barometer.survey.engines import frames
from barometer.survey.engines.batch_answers import answer_batches
from barometer.survey.engines.batches import Batches
from barometer.survey.engines.planning import ask_answers, ask_clusters, ask_presence, ask_sums, ask_values, find_bases
from barometer.survey.engines.plans import Product, Query, Total
from barometer.survey.engines.queried import Answer
from barometer.survey.engines.request import Column, Declared, Measure, Request
from barometer.survey.engines.sql import as_sql

DECLARED = Declared("w", ("h",), ("p",), ("size",))
KNOWN = {name: Column("number", floating=True) for name in ("w", "h", "p", "size", "y", "x", "by")}
KNOWN["yes"] = Column("truth")


def queries() -> list[Query]:
    found = [ask_clusters(DECLARED)]
    statistics: tuple[Statistic, ...] = ("share", "mean", "total", "ratio")
    for statistic in statistics:
        over = "x" if statistic == "ratio" else None
        measures = (Measure("y", "y", over=over), Measure("yes", "yes", over=over))
        request = Request(statistic, measures, ("by",), None, "outcomes")
        found += [ask_values(request, set()), ask_answers(request, KNOWN), ask_presence(request.outcomes)]
        bases = find_bases(request, {"y"})
        found += [ask_sums(request, DECLARED, ("h",), bases, by_row, zeros=True) for by_row in (True, False)]
    return [*found, *asked_of_an_engine()]


@cache
def asked_of_an_engine() -> tuple[Query, ...]:
    """What verbs ask besides: of rows and of units, with replicate weights that are columns."""
    frame = pd.DataFrame(
        {"w": [1.0, 2.0, 1.0, 2.0], "h": [1, 1, 2, 2], "p": [1, 2, 3, 4], "y": [0.0, 1.0, 1.0, np.nan]}
    )
    asked: list[Query] = []

    def answer(engine: Batches, query: Query) -> Answer:
        asked.append(query)
        return answer_batches(engine, query)

    rows = pd.concat([frame, frame], ignore_index=True).assign(by=[1.0, 2.0] * 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Batches, "answer", answer)
        replicated = sv.declare_replicates(sv.declare_source(rows, weight="w"), ["w", "h"], kind="brr")
        for design in (
            sv.declare_source(rows, weight="w", stratum="h"),
            sv.declare_source(rows, weight="w", stratum="h", psu="p"),
            replicated,
        ):
            sv.estimate_categories(design, "y", by="by")
            sv.estimate_variances(design, "y", by="by")
            sv.estimate_quantiles(design, "y", by="by")
        sv.estimate_ratios(replicated, "y", "w", by="by")
    return tuple(asked)


def test_a_plan_can_only_add_up_columns_that_were_made() -> None:
    for query in queries():
        made = {one.name for one in (*query.made, *query.products)}
        for measured in query.rounds:
            made |= {one.name for one in measured.moved}
            made |= {one.name for one in measured.before if isinstance(one, Product)}
            for lookup in measured.lookups:
                made |= {total.name for total in lookup.totals} | {quotient.name for quotient in lookup.quotients}
        assert all(isinstance(one, Total) and one.column in made for one in query.totals)
        assert all(one.how in ("sum", "min", "max", "count") for one in query.totals)


def test_sql_aggregates_names_and_nothing_else() -> None:
    for query in queries():
        last = as_sql(query, KNOWN, "data").rpartition("\nSELECT ")[2].partition(" FROM ")[0]
        for part in last.split(", "):
            assert re.fullmatch(r"key\d+|(sum|min|max|count)\(\w+\) AS \w+", part), part


def test_narwhals_aggregates_names_and_nothing_else() -> None:
    tree = ast.parse(Path(frames.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    aggregations = [text for text in map(ast.unparse, calls) if re.fullmatch(r"[^()]*(\([^()]*\))?\.agg\(.*", text)]
    assert len(aggregations) == 1
    wanted = r".*\.agg\(\*\(getattr\(nw\.col\(one\.column\), one\.how\)\(\)\.alias\(one\.name\) for one in totals\)\)"
    assert re.fullmatch(wanted, aggregations[0])


def test_what_needs_rows_says_so() -> None:
    design = sv.declare_source(pd.DataFrame({"w": [1.0, 2.0], "y": [1.0, 2.0]}), weight="w")
    with pytest.raises(ArgumentError, match="rows are not here"):
        sv.fit_regression(design, "y", "y")  # type: ignore[arg-type]
