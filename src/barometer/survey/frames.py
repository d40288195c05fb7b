"""Results as pandas frames and HTML, for people to read."""

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from barometer.survey.intervals import REASONS
from barometer.survey.quality import FLAGS

if TYPE_CHECKING:
    from barometer.survey.estimates import DomainEstimates
    from barometer.survey.margins import Margins, Population
    from barometer.survey.regression import Regression

SHOWN_ROWS = 60


def tidy(estimates: "DomainEstimates") -> pd.DataFrame:
    """Return one row for each outcome and group, the total first; see `DomainEstimates.to_frame`."""
    k, rows = len(estimates.names), 1 + len(estimates.groups)
    columns: dict[str, object] = {
        "outcome": pd.Categorical.from_codes(np.repeat(np.arange(k), rows), dtype=_categories(estimates.names))
    }
    for position, domain in enumerate(estimates.domains):
        labels = [labels[position] for labels in estimates.groups]
        distinct = ["total", *dict.fromkeys(labels)]
        where = {label: code for code, label in enumerate(distinct)}
        codes = np.array([0, *(where[label] for label in labels)])
        columns[domain] = pd.Categorical.from_codes(np.tile(codes, k), pd.Index(distinct, dtype=object), ordered=True)
    for name in ("estimate", "se", "ci_low", "ci_high", "df", "n", "weighted_base"):
        columns[name] = getattr(estimates, name).T.ravel()
    for name in ("cv", "deff", "deff_replacement", "n_effective"):
        columns[name] = getattr(estimates, name).T.ravel()
    for name, codes, words in (("note", estimates.interval.reason, REASONS), ("flag", estimates.flag, FLAGS)):
        columns[name] = pd.Categorical.from_codes(codes.T.ravel(), dtype=_categories(words))
    return pd.DataFrame(columns)


def coefficients(fit: "Regression", confidence: float) -> pd.DataFrame:
    """Return one row for each coefficient; see `Regression.to_frame`."""
    low, high = fit.confint(confidence).T
    return pd.DataFrame(
        {
            "column": fit.names,
            "estimate": fit.coefficients,
            "se": fit.se,
            "ci_low": low,
            "ci_high": high,
            "statistic": fit.statistic,
            "df": fit.df,
            "p_value": fit.p_value,
            "note": fit.note,
        }
    )


def margins(found: "Margins", population: "Population", confidence: float) -> pd.DataFrame:
    """Return one row for each margin; see `Margins.to_frame`."""
    low, high = found.confint(confidence, population).T
    return pd.DataFrame(
        {
            "setting": found.names,
            "estimate": found.estimate,
            "se": found.se(population),
            "ci_low": low,
            "ci_high": high,
            "df": found.df,
            "note": found.note(population),
        }
    )


@lru_cache(maxsize=64)
def _categories(words: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(words))


def html(estimates: "DomainEstimates") -> str:
    """Return a small table for a notebook, with how it was made below it."""
    frame = tidy(estimates)
    columns = ["outcome", *estimates.domains, "estimate", "se", "ci_low", "ci_high", "n", "note", "flag"]
    shown = frame[columns].head(SHOWN_ROWS)
    numeric = shown.dtypes.map(lambda kind: kind.kind in "iuf")
    head = "".join(
        f"<th style='text-align:{'right' if numeric[column] else 'left'};padding:0 .6em'>{escape(column)}</th>"
        for column in columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in shown.itertuples(index=False, name=None)
    )
    more = f"{len(frame) - SHOWN_ROWS:,} more rows. " if len(frame) > SHOWN_ROWS else ""
    method = estimates.method
    caption = (
        f"{more}{method.statistic.capitalize()}, {method.variance}; {100 * method.confidence:g}% {method.interval} "
        f"intervals ({method.distribution}), degrees of freedom of the {method.df_rule}; flags by {method.reliability}."
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(caption)}</p>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"<td style='text-align:right;padding:0 .6em'>{'' if np.isnan(value) else f'{value:.4g}'}</td>"
    if isinstance(value, int):
        return f"<td style='text-align:right;padding:0 .6em'>{value:,}</td>"
    return f"<td style='text-align:left;padding:0 .6em'>{escape(str(value))}</td>"
