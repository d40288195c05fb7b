"""Results as pandas frames and HTML, for people to read."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.comparisons import COMPARISON_REASONS
from barometer.survey.intervals import REASONS, WORDS
from barometer.survey.quality import FLAGS

if TYPE_CHECKING:
    from barometer.survey.contrasts import Contrast
    from barometer.survey.design import SurveyDesign
    from barometer.survey.estimates import DomainEstimates
    from barometer.survey.group_comparisons import GroupComparisons
    from barometer.survey.margins import Margins, Population
    from barometer.survey.regression import Regression
    from barometer.survey.replicate_design import ReplicateDesign
    from barometer.survey.stages import Stage

SHOWN_ROWS = 60


def tidy(estimates: "DomainEstimates") -> pd.DataFrame:
    """Return one row for each outcome and group, the total first; see `DomainEstimates.to_frame`."""
    k, rows = len(estimates.names), 1 + len(estimates.groups)
    columns: dict[str, object] = {"outcome": _categorical(np.repeat(np.arange(k), rows), _categories(estimates.names))}
    for position, domain in enumerate(estimates.domains):
        labels = [labels[position] for labels in estimates.groups]
        distinct = ["total", *dict.fromkeys(labels)]
        where = {label: code for code, label in enumerate(distinct)}
        codes = np.array([0, *(where[label] for label in labels)])
        kind = pd.CategoricalDtype(pd.Index(distinct, dtype=object), ordered=True)
        columns[domain] = _categorical(np.tile(codes, k), kind)
    for name in ("estimate", "se", "ci_low", "ci_high", "df", "n", "weighted_base"):
        columns[name] = getattr(estimates, name).T.ravel()
    for name in ("cv", "deff", "deff_replacement", "n_effective"):
        columns[name] = getattr(estimates, name).T.ravel()
    for name, codes, words in (("note", estimates.interval.reason, REASONS), ("flag", estimates.flag, FLAGS)):
        columns[name] = _categorical(codes.T.ravel(), _categories(words))
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
        columns[name] = _categorical(codes, _categories(tuple(distinct)))
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


def _categorical(codes: NDArray[Any], kind: pd.CategoricalDtype) -> pd.Categorical:
    """Categories by codes that need no check, which would take as long as the rest of the table."""
    return pd.Categorical.from_codes(codes, dtype=kind, validate=False)


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
    method = estimates.method
    variance = f"{method.variance}, {method.calibration}" if method.calibration else method.variance
    caption = (
        f"{method.statistic.capitalize()}, {variance}; {100 * method.confidence:g}% {method.interval} "
        f"intervals ({method.distribution}), degrees of freedom of the {method.df_rule}; flags by {method.reliability}."
    )
    return _first_rows(frame[columns], caption)


def comparisons_html(compared: "GroupComparisons") -> str:
    """Return a small table of differences for a notebook, with how they were tested below it."""
    columns = ["outcome", "group", "versus", "share", "share_versus", "difference", "ci_low", "ci_high", "p_value"]
    caption = (
        f"Difference: group less versus, {100 * compared.confidence:g}% intervals; t tests of the {compared.test}, "
        f"degrees of freedom by {compared.df_rule}; p_adjusted: {compared.adjustment}, over each {compared.family}."
    )
    return _first_rows(tidy_comparisons(compared)[[*columns, "p_adjusted", "n", "n_versus", "note"]], caption)


def coefficients_html(fit: "Regression") -> str:
    """Return the coefficients for a notebook, with how they were made below them."""
    left_out = f" ({fit.missing:,} left out: missing)" if fit.missing else ""
    caption = f"Regression, {fit.family}: {fit.n:,} rows{left_out}; {fit.variance}, df {fit.df:,}; 95% intervals."
    return _first_rows(coefficients(fit, 0.95).drop(columns="df"), caption)


def margins_html(found: "Margins") -> str:
    """Return margins for a notebook, with what they are means of below them."""
    caption = f"Mean predictions of {found.n:,} rows, df {found.df:,}; 95% intervals, with the sample as it came."
    return _first_rows(margins(found, "independent", 0.95).drop(columns="df"), caption)


def design_html(design: "SurveyDesign") -> str:
    """Return the counts of each stage of a design; never a row."""
    facts = design.facts
    rows = []
    for position, stage in enumerate(facts.stages, start=1):
        units = "rows" if stage.of_rows else "PSUs" if position == 1 else f"units of stage {position}"
        drawn, strata = int(stage.n.sum()), stage.n.size
        rows.append((position, units, drawn, strata, _span(stage.n), _fractions(stage), int(stage.lonely.sum())))
    caption = f"Survey design of {design.n:,} rows, df {design.df:,}, lonely_psu: {facts.lonely_psu}"
    caption += "." if design.calibration is None else f", {design.calibration.words}."
    headings = ("stage", "units", "drawn", "strata", "drawn per stratum", "sampling fraction", "lonely strata")
    return _table(headings, rows, caption)


def replicates_html(design: "ReplicateDesign") -> str:
    """Return what a design knows of its replicate weights; never a weight."""
    facts, units = design.facts, "" if design.unit is None else f" in {design.table.shape[0]:,} PSUs"
    row = (facts.kind, design.replicates, f"{facts.scale:.4g}", _span(facts.rscales), facts.centre, facts.df_source)
    caption = f"Replicate design of {design.n:,} rows{units}, df {design.df:,}."
    return _table(("kind", "replicates", "scale", "rscales", "around", "df by"), [row], caption)


def contrast_html(contrast: "Contrast") -> str:
    """Return a difference as a table of one row, and in words what it lacks."""
    row = (contrast.estimate, contrast.se, contrast.statistic, contrast.df, contrast.p_value)
    return _table(("estimate", "se", "t", "df", "p"), [row], WORDS[contrast.note])


def _first_rows(frame: pd.DataFrame, caption: str) -> str:
    rows = list(frame.head(SHOWN_ROWS).itertuples(index=False, name=None))
    more = f"{len(frame) - SHOWN_ROWS:,} more rows. " if len(frame) > SHOWN_ROWS else ""
    return _table(list(frame.columns), rows, more + caption)


def _span(values: FloatArray | IntArray) -> str:
    low, high = values.min(), values.max()
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def _fractions(stage: "Stage") -> str:
    return "none" if not stage.fraction.any() else f"{_span(100.0 * stage.fraction)}%"


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]], caption: str) -> str:
    """Return a table with numbers to the right, and a line below it."""
    head = "".join(
        f"<th style='text-align:{'right' if isinstance(value, int | float) else 'left'};padding:0 .6em'>"
        f"{escape(heading)}</th>"
        for heading, value in zip(headings, rows[0], strict=True)
    )
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    below = f"<p>{escape(caption)}</p>" if caption else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"<td style='text-align:right;padding:0 .6em'>{'' if np.isnan(value) else f'{value:.4g}'}</td>"
    if isinstance(value, int):
        return f"<td style='text-align:right;padding:0 .6em'>{value:,}</td>"
    return f"<td style='text-align:left;padding:0 .6em'>{escape(str(value))}</td>"
