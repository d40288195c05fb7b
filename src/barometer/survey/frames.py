"""Results as pandas frames and HTML, for people to read."""

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from barometer.survey.comparisons import COMPARISON_REASONS
from barometer.survey.intervals import REASONS
from barometer.survey.quality import FLAGS

if TYPE_CHECKING:
    from barometer.survey.estimates import DomainEstimates
    from barometer.survey.group_comparisons import GroupComparisons

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


def tidy_comparisons(compared: "GroupComparisons") -> pd.DataFrame:
    """Return one row for each outcome and comparison; see `GroupComparisons.to_frame`."""
    found, count, k = compared.found, len(compared.first), len(compared.names)
    columns: dict[str, object] = {
        "outcome": pd.Categorical.from_codes(np.repeat(np.arange(k), count), dtype=_categories(compared.names))
    }
    for name, sides in (("group", compared.first), ("versus", compared.second)):
        labels = [" x ".join(map(str, side)) for side in sides]
        distinct = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        codes = np.tile([distinct[label] for label in labels], k)
        columns[name] = pd.Categorical.from_codes(codes, dtype=_categories(tuple(distinct)))
    arrays = {"share": compared.first_share, "share_versus": compared.second_share}
    for name, effect in (("difference", found.difference), ("ratio", found.ratio), ("odds_ratio", found.odds_ratio)):
        # The difference is the table's own subject: its columns are called as those of an estimate.
        names = (
            ("se", "ci_low", "ci_high") if name == "difference" else (f"{name}_{end}" for end in ("se", "low", "high"))
        )
        arrays |= {name: effect.estimate} | dict(zip(names, (effect.se, effect.ci_low, effect.ci_high), strict=True))
    columns |= {name: values.T.ravel() for name, values in arrays.items()}
    columns |= {"test": _same(compared.test, k * count), "statistic": compared.statistic.T.ravel()}
    columns |= {"df": compared.df.T.ravel(), "df_rule": _same(compared.df_rule, k * count)}
    columns["p_value"] = compared.p_value.T.ravel()
    columns |= {"p_adjusted": compared.p_adjusted.T.ravel(), "family": _same(compared.family, k * count)}
    for name in ("family_size", "together_low", "together_high"):
        columns[name] = getattr(compared, name).T.ravel()
    columns |= {"n": compared.first_n.T.ravel(), "n_versus": compared.second_n.T.ravel()}
    columns["note"] = pd.Categorical.from_codes(found.reason.T.ravel(), dtype=_categories(COMPARISON_REASONS))
    return pd.DataFrame(columns)


def _same(word: str, rows: int) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), pd.Index([word]))


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
