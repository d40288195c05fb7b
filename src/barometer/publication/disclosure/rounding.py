"""Counts of answers shown to the nearest multiple, and what follows from them made of these."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis import (
    Association,
    Comparisons,
    CountryComparison,
    Decomposition,
    Model,
    ModelMargins,
    ResponseReport,
    Reweighting,
    Sensitivity,
)
from barometer.analysis.method import Method
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.suppression import COUNTS
from barometer.analysis.withheld import with_part
from barometer.publication.disclosure.rounded_weights import Near, rounded_response, rounded_weights

T = TypeVar("T")
FREEDOM = "df"
"""Column of degrees of freedom, which are answers less strata or less coefficients."""
ROUNDED = (
    *(name for name in COUNTS if name not in ("weighted_base", FREEDOM)),
    *("n_early", "n_late", "n_first", "n_second", "n_first_wave", "n_second_wave", "common", "sampled", "answered"),
)
"""Columns that count answers."""
FRAMES = ("table", "combinations", "cells", "standardised", "changes", "slopes", "spans", "distribution")
INSIDE: dict[type, tuple[str, ...]] = {
    Comparisons: ("estimates",),
    CountryComparison: ("first", "second"),
    Sensitivity: ("shares",),
}
"""Results that a result shows."""


def round_counts(result: T, multiple: int) -> T:
    """
    Round the answers behind every number, and make what follows from them of the rounded ones.

    Parameters
    ----------
    result : a result of analysis
    multiple : int
        1 leaves it as it is.

    Notes
    -----
    Degrees of freedom are answers less something that everybody knows. Rounded by themselves they would, beside rounded
    answers, narrow both down; so they move as far as the answers do. Shares and weighted counts stay: they are no
    counts of answers, unless each answer weighs 1. Nothing rounds to 0 that is not 0.
    """
    if multiple == 1:
        return result
    changed: Any = result
    if isinstance(result, Association):
        return _typed(result, _rounded_cross(result, multiple))
    parts = {name: round_counts(getattr(changed, name), multiple) for name in INSIDE.get(type(result), ())}
    frames = {each.name: getattr(changed, each.name) for each in fields(changed) if each.name in FRAMES}
    known, also = _known_df(changed, multiple), _weights_that_count(changed)
    tables = {name: rounded_table(frame, multiple, known, also) for name, frame in frames.items()}
    changed = replace(changed, **parts, **tables)
    return _typed(result, _rounded_totals(changed, multiple, known))


def rounded_table(
    table: pd.DataFrame, multiple: int, known_df: Mapping[float, float] | None = None, also: tuple[str, ...] = ()
) -> pd.DataFrame:
    """
    Round the counts of a table; what is not shown stays so.

    Parameters
    ----------
    table : DataFrame
    multiple : int
    known_df : mapping of float to float
        What becomes of degrees of freedom that are not of a row.
    also : tuple of str
        Columns besides `ROUNDED` that count answers.
    """
    names = [name for name in (*ROUNDED, *also) if name in table and pd.api.types.is_numeric_dtype(table[name])]
    counts = {name: _rounded(table[name], multiple) for name in names}
    freedom = {FREEDOM: _moved(table, counts, multiple, known_df or {})} if FREEDOM in table else {}
    return table.assign(**counts, **freedom)


def _rounded(counts: pd.Series, multiple: int) -> pd.Series:
    near = ((counts / multiple).round() * multiple).astype(counts.dtype)
    return near.mask(((near == 0) & (counts > 0)).fillna(False).astype(bool), multiple)


def _moved(
    table: pd.DataFrame, counts: Mapping[str, pd.Series], multiple: int, known: Mapping[float, float]
) -> pd.Series:
    """Move degrees of freedom as far as the answers that they follow from; those of neither kind are rounded."""
    df = table[FREEDOM].astype("Float64")
    moved = _rounded(df, multiple)
    if "n" in counts:
        of_row = (df > 0) & (df <= table["n"])
        moved = moved.mask(of_row.fillna(False).astype(bool), df + (counts["n"] - table["n"]).astype("Float64"))
    for before, after in known.items():
        moved = moved.mask((df == before).fillna(False).astype(bool), after)
    return moved.astype(table[FREEDOM].dtype)


def _known_df(result: Any, multiple: int) -> dict[float, float]:
    """Return the degrees of freedom of whole designs and models that a result shows, and what becomes of them."""
    if isinstance(result, Model):
        moved = nearest_of(result.n, multiple) - result.n
        return {df: df + moved for df in (float(result.kernel.df), float(result.kernel.design_df))}
    if isinstance(result, ModelMargins):
        moved = nearest_of(result.method.n, multiple) - result.method.n
        return {df: df + moved for df in result.table["df"].dropna().unique().tolist()}
    return {float(method.design_df): float(_rounded_method(method, multiple).design_df) for method in _methods(result)}


def _methods(result: Any) -> list[Method]:
    found = [getattr(result, "method", None), getattr(getattr(result, "method", None), "shares", None)]
    return [method for method in found if isinstance(method, Method)]


def _rounded_method(method: Method, multiple: int) -> Method:
    """Return a method whose degrees of freedom follow from the rounded number of all answers."""
    return replace(method, design_df=nearest_of(method.design_df + method.strata, multiple) - method.strata)


def _weights_that_count(result: Any) -> tuple[str, ...]:
    """Name the columns of weighted counts that are counts of answers, as each weighs 1."""
    return ("weighted_base",) if any(not method.weighted for method in _methods(result)) else ()


def _rounded_totals(result: Any, multiple: int, known: Mapping[float, float]) -> Any:
    """Round what a result says of all its answers in a sentence."""

    def near(count: int) -> int:
        return nearest_of(count, multiple)

    if isinstance(result, Model):
        return _rounded_model(result, near, known)
    if isinstance(result, ModelMargins):
        return replace(result, method=_rounded_facts(result.method, near))
    if isinstance(result, Comparisons):
        shares = _rounded_method(result.method.shares, multiple)
        return replace(result, method=replace(result.method, shares=shares))
    if isinstance(result, Decomposition):
        (n, later), (outside, outside_later) = result.n, result.outside
        return replace(
            result,
            n=(near(n), near(later)),
            outside=(near(outside), near(outside_later)),
            common=near(result.common),
        )
    if isinstance(result, ResponseReport):
        return rounded_response(result, near)
    if any(each.name == "method" for each in fields(result)) and isinstance(result.method, Method):
        result = replace(result, method=_rounded_method(result.method, multiple))
    return rounded_weights(result, near) if isinstance(result, Reweighting) else result


def _rounded_model(model: Model, near: Near, known: Mapping[float, float]) -> Model:
    """Round the answers that a model is fitted to; its degrees of freedom move with them."""
    kernel = model.kernel
    for name in ("df", "design_df"):
        kernel = with_part(kernel, name, int(known[float(getattr(kernel, name))]))
    for name in ("n", "missing"):
        kernel = with_part(kernel, name, near(getattr(kernel, name)))
    tested = model.term_tests()
    moved = [known.get(float(df), df) for df in tested["residual_df"]]
    return replace(
        model, facts=_rounded_facts(model.facts, near), kernel=kernel, tested=tested.assign(residual_df=moved)
    )


def _rounded_facts(facts: ModelFacts, near: Near) -> ModelFacts:
    return replace(facts, n=near(facts.n), left_out=near(facts.left_out))


def _rounded_cross(result: Association, multiple: int) -> Association:
    """Round the cells, the bases of all three kinds of shares, and the answers that are tested."""
    kernel, test = result.kernel, result.test
    shares = {
        name: _rounded_shares(found, multiple)
        for name, found in (("by_column", kernel.by_column), ("by_row", kernel.by_row), ("of_total", kernel.of_total))
    }
    cells = with_part(kernel.cells, "n", nearest(kernel.cells.n, multiple))
    if not result.method.weighted:
        cells = with_part(cells, "weighted", np.where(cells.weighted > 0, cells.n, cells.weighted))
    return replace(
        result,
        kernel=replace(kernel, cells=cells, **shares),
        test=_rounded_test(test, nearest_of(test.n, multiple)),
        method=_rounded_method(result.method, multiple),
    )


def _rounded_test(test: "survey.AssociationTest", n: int) -> "survey.AssociationTest":
    """Make the chi-square, the design effects that it is divided by and the degrees of freedom those of n answers."""
    effects, scale = test.design_effects, n / test.n if test.n else 1.0
    parts = float(effects.sum() ** 2 / np.square(effects).sum()) if effects.size else 1.0
    return replace(
        test,
        n=n,
        ddf=test.ddf + parts * (n - test.n),
        pearson=test.pearson * scale,
        design_effects=effects * scale,
        statistic=test.statistic * scale if test.statistic == test.pearson else test.statistic,
    )


def _rounded_shares(found: "survey.DomainEstimates", multiple: int) -> "survey.DomainEstimates":
    n = nearest(found.counts.n, multiple)
    moved = (n - found.counts.n)[:, found.linear.base]
    counts = with_part(found.counts, "n", n)
    return replace(found, counts=counts, df=np.where(found.df > 0, found.df + moved, found.df).astype(found.df.dtype))


def nearest(counts: NDArray[np.intp], multiple: int) -> NDArray[np.intp]:
    """Return counts to the nearest multiple; what is not 0 is no less than one, and what is not shown stays so."""
    rounded = np.where(counts > 0, np.maximum(multiple * np.rint(counts / multiple), multiple), counts)
    return rounded.astype(np.intp)


def nearest_of(count: int, multiple: int) -> int:
    """Return one count to the nearest multiple."""
    return int(nearest(np.array(count), multiple))


def _typed(_: T, changed: Any) -> T:
    found: T = changed
    return found
