"""Partial R-indicators: what each frame variable, or one level of it, adds to the spread of the propensities."""

from dataclasses import dataclass

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.estimates import DomainEstimates
from barometer.survey.estimators import estimate_means
from barometer.survey.inputs import Values, as_several
from barometer.survey.propensity import Propensities, used_labels
from barometer.survey.response import complete_labels


@dataclass(frozen=True, slots=True)
class PartialIndicator:
    """
    What one frame variable, or one level of it, adds to the spread of the propensities.

    Attributes
    ----------
    variable : str
    level : object
        None for the variable as a whole.
    sampled, answered : int
    propensity : float
        Weighted mean of the estimated propensities.
    unconditional : float
        Of a variable not negative; of a level its sign says whether it is over- or underrepresented.
    unconditional_se : float
        nan of a variable whose levels all have one mean.
    unconditional_corrected : float
        Of a variable, less the bias that estimated propensities bring; nan of a level, which has none of first order.
    conditional : float
        Spread that is left within the crosses of the other variables; nan of a variable outside the model.
    conditional_se : float
        nan where there is no spread.
    conditional_corrected : float
        Of a variable, less its bias; nan of a level.
    """

    variable: str
    level: object
    sampled: int
    answered: int
    propensity: float
    unconditional: float
    unconditional_se: float
    unconditional_corrected: float
    conditional: float
    conditional_se: float
    conditional_corrected: float


def partial_indicators(
    design: SurveyDesign, answered: FloatArray, model: Propensities, also: Values
) -> tuple[PartialIndicator, ...]:
    """
    Return the indicators of each variable, followed by those of its levels.

    Parameters
    ----------
    design : SurveyDesign
        Of the n units drawn, with design weights d.
    answered : (n,) float
        0 or 1.
    model : Propensities
    also : labels, optional
        Further frame variables, of which unconditional indicators are made.

    Notes
    -----
    The square of each indicator but the unconditional one of a level is a weighted mean of (rho - m)^2, or of
    (m_k - m)^2. With u the deviation of the gradient z that belongs to it and V the covariance of the coefficients, it
    is too large by the mean of u'Vu, and its variance is, as that of S^2,

        4 A'VA + 2 tr(BVBV) + Var(mean of h),   A = mean of (rho - m) u,  B = mean of uu',

    with h its linearization in the sample: of a variable (rho - m_l)^2, as the means of the crosses l are where the
    square is least, and (m_k - m)^2 + 2 (m_k - m)(rho - m_k) of the unconditional one; of a level k
    1_k (rho - m_l)^2 - 2 c_l (rho - m_l), where c_l is the sum of d (rho - m_l) over the rows of k in l by that of d
    in l. The standard error of the indicator P is that of P^2 by 2 P, which is of first order: where P is below twice
    its standard error, that is too large, as P cannot be below 0.

    The unconditional indicator of a level is linear in its mean: N_k/N (u'Vu + Var(m_k - m)).

    References
    ----------
    Shlomo, Skinner and Schouten (2012), J. Stat. Plan. Inference 142, for S^2; the others by the same steps. Schouten,
    Shlomo and Skinner (2011), J. Off. Stat. 27.
    """
    classes = model.classes
    inside = {
        name: (classes.level[classes.pattern, position], classes.labels[position])
        for position, name in enumerate(classes.variables)
    }
    outside: dict[str, tuple[IntArray, tuple[object, ...]]] = {}
    for name, values in ({} if also is None else as_several("also", also)).items():
        found = used_labels(complete_labels(name, values, design.n))
        outside[name] = (found.code, found.labels)
    made: list[PartialIndicator] = []
    for name, (code, labels) in (inside | outside).items():
        others = [other for other in inside if other != name]
        cross = _cross([inside[other][0] for other in others], design.n) if name in inside else None
        between = _unconditional(design, model, code, len(labels))
        within = _conditional(design, model, code, len(labels), cross)
        sampled = np.bincount(code, minlength=len(labels))
        reached = np.bincount(code, answered, len(labels))
        counts: list[tuple[object, int, int]] = [(None, design.n, int(answered.sum()))]
        counts += [(label, int(n), int(r)) for label, n, r in zip(labels, sampled, reached, strict=True)]
        rows = zip(counts, between.T.tolist(), within.T.tolist(), strict=True)
        made += [PartialIndicator(name, *count, *one, *two) for count, one, two in rows]
    return tuple(made)


def mean_form(d: FloatArray, z: FloatArray, v: FloatArray) -> float:
    """Weighted mean of z'Vz."""
    return float(d @ np.einsum("ij,jk,ik->i", z, v, z) / d.sum())


def _cross(codes: list[IntArray], n: int) -> IntArray:
    crossed = np.zeros(n, dtype=np.intp)
    for code in codes:
        crossed = np.unique(crossed * (int(code.max()) + 1) + code, return_inverse=True)[1].astype(np.intp)
    return crossed


def _unconditional(design: SurveyDesign, model: Propensities, code: IntArray, levels: int) -> FloatArray:
    """Return mean, indicator, standard error, corrected indicator (4, 1 + levels): the variable, then its levels."""
    d, rho, z, v = design.weight, model.propensity, model.gradient, model.covariance
    total = d.sum()
    m, centre = d @ rho / total, d @ z / total
    own, u = group_means(d, rho[:, np.newaxis], code)[:, 0], group_means(d, z, code) - centre
    size, away = np.bincount(code, d, levels) / total, own - m
    means: DomainEstimates = estimate_means(design, {"rho": rho}, by=code)
    by_sample = np.array([means.difference(level).se ** 2 for level in range(levels)])
    forms = np.einsum("ij,jk,ik->i", u, v, u)
    square = float(size @ away**2)
    linear = away[code] ** 2 + 2.0 * away[code] * (rho - own[code])
    se = _root_se(square, _from_coefficients(size, away, u, v) + _mean_variance(design, linear[np.newaxis])[0])
    whole = [m, np.sqrt(square), se, np.sqrt(max(square - float(size @ forms), 0.0))]
    each = [own, np.sqrt(size) * away, np.sqrt(size * (forms + by_sample)), np.full(levels, np.nan)]
    return np.column_stack([whole, each])


def _conditional(
    design: SurveyDesign, model: Propensities, code: IntArray, levels: int, cross: IntArray | None
) -> FloatArray:
    """Return indicator, standard error, corrected indicator (3, 1 + levels); nan of a variable outside the model."""
    if cross is None:
        return np.full((3, 1 + levels), np.nan)
    d, rho, z, v = design.weight, model.propensity, model.gradient, model.covariance
    total = d.sum()
    away, u = (values - group_means(d, values, cross)[cross] for values in (rho[:, np.newaxis], z))
    away = away[:, 0]
    # The whole, where all rows count, and then each level, where only its own do.
    counted = np.concatenate([np.ones((1, code.size), bool), np.arange(levels)[:, np.newaxis] == code])
    pull = np.array([np.bincount(cross, d * away * rows) for rows in counted]) / np.bincount(cross, d)
    linear = counted * away**2 - 2.0 * pull[:, cross] * away
    by_sample = _mean_variance(design, linear)
    square = counted @ (d * away**2) / (total - 1.0)
    se = [
        _root_se(float(one), _from_coefficients(d * rows / total, away, u, v) + float(sampling))
        for one, rows, sampling in zip(square, counted, by_sample, strict=True)
    ]
    corrected = np.full(1 + levels, np.nan)
    corrected[0] = np.sqrt(max(square[0] - mean_form(d, u, v), 0.0))
    return np.stack([np.sqrt(square), se, corrected])


def _from_coefficients(part: FloatArray, away: FloatArray, u: FloatArray, v: FloatArray) -> float:
    """Variance of sum part away^2 that comes of the coefficients; u is the gradient of away."""
    a = (part * away) @ u
    product = (u * part[:, np.newaxis]).T @ u @ v
    return float(4.0 * a @ v @ a + 2.0 * np.trace(product @ product))


def _mean_variance(design: SurveyDesign, values: FloatArray) -> FloatArray:
    """Return the sampling variances of the means of k rows of values (k, n)."""
    found = estimate_means(design, {str(position): row for position, row in enumerate(values)})
    return np.asarray(found.se[0] ** 2)


def _root_se(square: float, variance: float) -> float:
    """Return the standard error of a root from the variance of its square."""
    return float(np.sqrt(variance / (4.0 * square))) if square > 0.0 else float("nan")


def group_means(d: FloatArray, values: FloatArray, code: IntArray) -> FloatArray:
    """Weighted means (G, k) of columns by group."""
    size = np.bincount(code, d)
    sums = np.stack([np.bincount(code, d * column, size.size) for column in values.T], axis=1)
    return np.asarray(sums / size[:, np.newaxis])
