"""Predictive margins: mean predictions as if everybody had the same of something, and average slopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from barometer.errors import ArgumentError, UnknownNameError, check_choice, check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.families import Family, find_family
from barometer.survey.inputs import Values, as_vector
from barometer.survey.intervals import REASONS, ROUNDING, share_interval
from barometer.survey.model_rows import ModelRows, model_rows
from barometer.survey.newton import Solution
from barometer.survey.regression import (
    Regression,
    covariance_of_scores,
    influence,
    intervals,
    two_sided,
    without_rounding,
)

if TYPE_CHECKING:
    import pandas as pd

    from barometer.survey.replicate_design import ReplicateDesign

SettingKind = Literal["level", "slope"]
Population = Literal["independent", "fixed", "joint"]
CANCELLED = 1e-14
"""A variance this small beside the parts it is a sum of is their rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """
    What a prediction is made as if.

    Attributes
    ----------
    name : str
    columns : mapping of str to number or (n,) array_like
        "level": what these columns are instead; the others stay as each row has them. "slope": the derivatives of
        these columns by what the slope is of, 1 for its own and the partner for a product; those of the others are 0.
    kind : {"level", "slope"}
        A mean of predictions, or a mean of their derivatives.
    """

    name: str
    columns: Mapping[str, Values]
    kind: SettingKind = "level"


@dataclass(frozen=True, eq=False, repr=False)
class Margins:
    """
    Weighted means of predictions, k of them, with what their covariances follow from. It keeps sums, never rows.

    Attributes
    ----------
    names : (k,) tuple of str
    estimate : (k,) float
        In the unit of the outcome (of a yes/no: a share of one).
    gradient : (k, p) float
        Derivative of each by the coefficients.
    coefficients : (p, p) float
        Covariance of the coefficients.
    sample : (k, k) float
        Covariance of the means as if the coefficients were known: who happened to be in the sample.
    cross : (k, p) float
        Covariance of the means with the coefficients.
    n, df : int
        Rows used; degrees of freedom, those of the coefficients.
    unit : (k,) float
        Size of the outcome and of the predictions that each is a mean of: less than `ROUNDING` of it is rounding, and
        0 here.
    shares : (k,) bool
        Whether it is a mean of probabilities of a logistic model, whose interval is on the logit scale.
    """

    names: tuple[str, ...]
    estimate: FloatArray
    gradient: FloatArray
    coefficients: FloatArray
    sample: FloatArray
    cross: FloatArray
    n: int
    df: int
    unit: FloatArray
    shares: BoolArray

    def covariance(self, population: Population = "independent") -> FloatArray:
        """
        Return the covariance of the margins.

        Parameters
        ----------
        population : {"independent", "fixed", "joint"}
            What the predictions are averaged over: the population as the sample estimates it, its error taken to be
            independent of that of the coefficients (R's `svypredmeans`); the rows themselves, so that only the
            coefficients err (the delta method); the population, with the covariance of both errors (linearized in
            full).

        Returns
        -------
        (k, k) float

        Notes
        -----
        D V D' + S, D V D', and D V D' + S + D C' + C D', with gradient D, covariance V of the coefficients, S of the
        means and C between them.

        References
        ----------
        Graubard and Korn (1999), Predictive margins with survey data. Biometrics 55. Korn and Graubard (1999),
        Analysis of health surveys, section 3.8.
        """
        check_choice("population", population, Population)
        delta = self.gradient @ self.coefficients @ self.gradient.T
        slopes = np.abs(self.gradient)
        parts = np.einsum("kp,pq,kq->k", slopes, np.abs(self.coefficients), slopes)
        found = delta
        if population != "fixed":
            found, parts = found + self.sample, parts + np.diag(self.sample)
        if population == "joint":
            both = self.cross @ self.gradient.T
            found = found + both + both.T
        cancelled = np.sqrt(CANCELLED * parts) / ROUNDING
        return without_rounding(self.estimate, found, np.maximum(self.unit, cancelled))[1]

    def se(self, population: Population = "independent") -> FloatArray:
        """Return the (k,) standard errors."""
        return np.sqrt(np.maximum(np.diag(self.covariance(population)), 0.0))

    def confint(self, confidence: float = 0.95, population: Population = "independent") -> FloatArray:
        """
        Return intervals with Student's t as (k, 2); nan where df is below 1, or a share is 0 or 1.

        Notes
        -----
        Of a share of a logistic model expit(logit(m) -+ t SE / (m (1 - m))): the delta method on the logit scale, which
        stays between 0 and 1. Of everything else, differences among it, m -+ t SE.
        """
        return self._intervals(confidence, population)[0]

    def note(self, population: Population = "independent") -> tuple[str, ...]:
        """Return why each interval is empty or has no width, as in `REASONS`; empty otherwise."""
        return self._intervals(0.95, population)[1]

    def p_value(self, population: Population = "independent") -> FloatArray:
        """Return the (k,) two-sided probabilities, of zero; nan where there is no spread or df is below 1."""
        se = self.se(population)
        statistic = np.divide(self.estimate, se, out=np.full_like(se, np.nan), where=se > 0.0)
        return two_sided(statistic, self.df)

    def combine(self, weights: FloatArray, names: Sequence[str]) -> "Margins":
        """
        Return linear combinations, for instance differences, with their covariance.

        Parameters
        ----------
        weights : (q, k) float
        names : (q,) sequence of str
        """
        estimate, unit = weights @ self.estimate, np.abs(weights) @ self.unit
        sample = weights @ self.sample @ weights.T
        still = np.diag(sample) <= CANCELLED * (np.square(weights) @ np.diag(self.sample))
        alone = np.count_nonzero(weights, axis=1) == 1
        return replace(
            self,
            names=tuple(names),
            estimate=np.where(np.abs(estimate) <= ROUNDING * unit, 0.0, estimate),
            gradient=weights @ self.gradient,
            sample=np.where(still | still[:, np.newaxis], 0.0, sample),
            cross=weights @ self.cross,
            unit=unit,
            shares=alone & (weights @ self.shares == 1.0),
        )

    def difference(self, name: str, versus: str) -> "Margins":
        """Return one margin less another: of a level, its average effect against the other."""
        weights = np.zeros((1, len(self.names)))
        for each, sign in ((name, 1.0), (versus, -1.0)):
            if each not in self.names:
                raise UnknownNameError("margin in this result", each, self.names)
            weights[0, self.names.index(each)] += sign
        return self.combine(weights, (f"{name} - {versus}",))

    def _intervals(self, confidence: float, population: Population) -> tuple[FloatArray, tuple[str, ...]]:
        covariance = self.covariance(population)
        ends, notes = intervals(self.estimate, covariance, self.n, self.df, confidence)
        if not self.shares.any():
            return ends, notes
        own = self.shares
        size = np.ones(int(own.sum()))
        found = share_interval(
            self.estimate[own], np.diag(covariance)[own], self.n * size, self.df * size, confidence, method="logit"
        )
        ends[own] = np.stack([found.low, found.high], axis=1)
        told = np.array(notes, dtype=object)
        told[own] = [REASONS[code] for code in found.reason]
        return ends, tuple(told.tolist())

    def to_frame(self, population: Population = "independent", confidence: float = 0.95) -> "pd.DataFrame":
        """
        Return a tidy table, one row for each margin.

        Returns
        -------
        DataFrame
            setting, estimate, se, ci_low, ci_high, df, note.
        """
        from barometer.survey.frames import margins

        return margins(self, population, confidence)

    def __repr__(self) -> str:
        """Show the margins."""
        shown = self.to_frame().drop(columns="df").to_string(index=False, float_format="{:.4g}".format)
        return f"<Margins: {self.n:,} rows, df {self.df:,}>\n{shown}"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import margins_html

        return margins_html(self)


def predictive_margins(
    design: "SurveyDesign | ReplicateDesign",
    fit: Regression,
    outcome: Values,
    predictors: Values,
    settings: Sequence[Setting],
    *,
    where: Values = None,
) -> Margins:
    """
    Average a model's predictions over its base, each row with its own weight, under one setting after the other.

    Parameters
    ----------
    design, outcome, predictors, where
        As the model was fitted to.
    fit : Regression
    settings : sequence of Setting
        A level of a factor sets its dummy columns, and their products with others, as if every row had it. The
        difference of two levels is the average effect of one against the other; a slope is the average derivative.

    Returns
    -------
    Margins

    Raises
    ------
    ArgumentError
        If nothing is set, or arrays do not fit the model.
    UnknownNameError
        If a setting names a column that the model has not.

    Notes
    -----
    With predictions m(x'b) under a setting, a margin is sum w m / sum w. Its error has two parts: D times the error of
    b, where D = sum w m' x / sum w, and that of a weighted mean of predictions.

    References
    ----------
    Graubard and Korn (1999), Predictive margins with survey data. Biometrics 55. R's `survey::svypredmeans`.
    """
    check_kind("fit", fit, Regression, "a model, as fit_regression makes")
    if not settings:
        raise ArgumentError("settings", "nothing is set: give at least one Setting")
    rows = model_rows(design, outcome, predictors, fit.names, where)
    if int(rows.base.sum()) != fit.n:
        raise ArgumentError("predictors", f"{rows.base.sum():,} rows are complete, the model was fitted to {fit.n:,}")
    if isinstance(design, SurveyDesign) != (fit.replicates is None):
        raise ArgumentError("design", f"is not the one that the model was fitted to: {fit.variance}")
    family = find_family(fit.family)
    columns = [_overrides(setting, fit, rows.outcome.size) for setting in settings]
    total = rows.weight[rows.used].sum()
    mean, gradient = np.zeros(len(settings)), np.zeros((len(settings), len(fit.names)))
    parts, unit = np.zeros((rows.outcome.size, len(settings))), np.zeros(len(settings))
    unit[[setting.kind == "level" for setting in settings]] = np.abs(rows.outcome[rows.used]).max()
    for chunk in rows.chunks():
        x, w = rows.matrix[chunk].astype(np.float64), rows.weight[chunk] / total
        eta = x @ fit.coefficients
        for place, (setting, own) in enumerate(zip(settings, columns, strict=True)):
            predict = _predict_level if setting.kind == "level" else _predict_slope
            value, by_coefficients = predict(family, fit.coefficients, x, eta, w, _own(own, chunk))
            parts[chunk, place] = value
            mean[place] += w @ value
            unit[place] = max(unit[place], float(np.abs(value).max()))
            gradient[place] += by_coefficients
    parts[rows.used] -= mean
    parts[rows.used] /= total
    sample, cross = _spreads(design, fit, rows, family, parts)
    return Margins(
        names=tuple(setting.name for setting in settings),
        estimate=np.where(np.abs(mean) <= ROUNDING * unit, 0.0, mean),
        gradient=gradient,
        coefficients=fit.covariance,
        sample=sample,
        cross=cross,
        n=fit.n,
        df=fit.df,
        unit=unit,
        shares=np.array([fit.family == "logistic" and setting.kind == "level" for setting in settings]),
    )


def _overrides(setting: Setting, fit: Regression, n: int) -> dict[int, FloatArray | float]:
    """Return what a setting says of each column, by its place."""
    check_choice("kind", setting.kind, SettingKind)
    found: dict[int, FloatArray | float] = {}
    for name, values in setting.columns.items():
        if np.isscalar(values):
            found[fit.position(name)] = float(values)  # type: ignore[arg-type]
            continue
        array = as_vector(name, values)
        if array.size != n:
            raise ArgumentError("settings", f"{name!r} has {array.size:,} rows, the design has {n:,}")
        found[fit.position(name)] = array
    return found


def _own(own: dict[int, FloatArray | float], chunk: IntArray | slice) -> dict[int, FloatArray | float]:
    """Return what a setting says of each column, for some rows."""
    return {column: values[chunk] if isinstance(values, np.ndarray) else values for column, values in own.items()}


def _predict_level(
    family: Family, b: FloatArray, x: FloatArray, eta: FloatArray, w: FloatArray, own: dict[int, FloatArray | float]
) -> tuple[FloatArray, FloatArray]:
    """Predictions of rows with other values in some columns, (r,), and the derivative of their sum, (p,)."""
    changed = eta.copy()
    for column, values in own.items():
        changed += (values - x[:, column]) * b[column]
    mean = family.mean(changed)
    slope = w * family.slope(mean)
    gradient = slope @ x
    for column, values in own.items():
        gradient[column] = np.sum(slope * values)
    return mean, gradient


def _predict_slope(
    family: Family, b: FloatArray, x: FloatArray, eta: FloatArray, w: FloatArray, own: dict[int, FloatArray | float]
) -> tuple[FloatArray, FloatArray]:
    """Return derivatives of the predictions of rows, (r,), and that of their sum by the coefficients, (p,)."""
    rise = np.zeros_like(eta)
    for column, values in own.items():
        rise += values * b[column]
    mean = family.mean(eta)
    slope = family.slope(mean)
    gradient = (w * family.curvature(mean) * rise) @ x
    for column, values in own.items():
        gradient[column] += np.sum(w * slope * values)
    return slope * rise, gradient


def _spreads(
    design: "SurveyDesign | ReplicateDesign", fit: Regression, rows: ModelRows, family: Family, parts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Covariance of the means as if the coefficients were known, (k, k), and with the coefficients, (k, p)."""
    k = parts.shape[1]
    if isinstance(design, SurveyDesign):
        back = np.linalg.inv(rows.to_columns)
        standardized = Solution(back @ fit.coefficients, rows.to_columns.T @ fit.information @ rows.to_columns, 0)
        scores = np.concatenate([parts, influence(rows, family, standardized)], axis=1)
        found, _ = covariance_of_scores(design, rows, scores)
    else:
        from barometer.survey.replicate_regression import covariance_of, mean_replicates

        of_coefficients = np.zeros((fit.coefficients.size, 0)) if fit.replicates is None else fit.replicates
        replicates = np.concatenate([mean_replicates(design, rows, parts), of_coefficients])
        estimate = np.concatenate([np.zeros(k), fit.coefficients])
        found, _ = covariance_of(design, estimate, replicates)
    return found[:k, :k], found[:k, k:]
