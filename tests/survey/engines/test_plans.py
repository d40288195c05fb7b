"""No condition and no product is ever inside an aggregation: some engines are silently wrong there."""

import ast
import re
from pathlib import Path

import pytest

import barometer.survey as sv
from barometer.survey.columns import Statistic
from barometer.survey.engines import frames
from barometer.survey.engines.planning import (
    ask_answers,
    ask_clusters,
    ask_presence,
    ask_sums,
    ask_values,
    find_bases,
)
from barometer.survey.engines.plans import Query, Total
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
    return found


def test_a_plan_can_only_add_up_columns_that_were_made() -> None:
    for query in queries():
        made = {one.name for one in (*query.made, *query.moved, *query.products)}
        for lookup in query.lookups:
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


@pytest.mark.parametrize("verb", [sv.estimate_variances, sv.estimate_quantiles])
def test_what_needs_rows_says_so(verb: object) -> None:
    import pandas as pd

    from barometer.errors import ArgumentError

    design = sv.declare_source(pd.DataFrame({"w": [1.0, 2.0], "y": [1.0, 2.0]}), weight="w")
    with pytest.raises(ArgumentError, match="rows are not here"):
        verb(design, "y")  # type: ignore[operator]
