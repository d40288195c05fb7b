"""Response propensities on frame variables: a logistic model of classes, and its fit under any weights."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, ResponseError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact, sum_by
from barometer.survey.inputs import Labelled, Values, as_several
from barometer.survey.response import answers_of, complete_labels, weights_of

TOLERANCE = 1e-10
"""Largest change of a coefficient in the last step."""
STEPS = 40
LONGEST = 4.0
"""Change of a coefficient in one step at the most: a longer one leaves the region where Newton's steps are good."""
CERTAIN = 1e-8
"""Propensities nearer to 0 or 1 come from coefficients without a bound."""
COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FrameClasses:
    """
    The distinct rows of the frame variables, and which each unit drawn has.

    Attributes
    ----------
    variables : (v,) tuple of str
    labels : (v,) tuple of tuple
        Levels of each variable that occur.
    level : (P, v) int
        Level of each variable in each pattern.
    pattern : (n,) int
        Pattern of each unit.
    matrix : (P, p) float
        Intercept, then for each variable a column of zeros and ones for every level but the first.
    """

    variables: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    level: IntArray
    pattern: IntArray
    matrix: FloatArray

    def sums(self, values: FloatArray) -> FloatArray:
        """Add up (n,) or (n, R) values by pattern."""
        patterns = self.level.shape[0]
        if values.ndim > 1:
            return sum_by(values, self.pattern, patterns)
        return sum_by(values[:, np.newaxis], self.pattern, patterns)[:, 0]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Propensities:
    """
    Estimated propensities to answer.

    Attributes
    ----------
    propensity : (n,) float
        Of each unit drawn, strictly between 0 and 1.
    names : (p,) tuple of str
        Coefficients: "intercept", then "variable: level".
    coefficients : (p,) float
        On the logit scale.
    covariance : (p, p) float
        Of the coefficients given the sample: answering is independent from unit to unit.
    gradient : (n, p) float
        Derivative of each propensity by the coefficients.
    classes : FrameClasses
    """

    propensity: FloatArray
    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray
    gradient: FloatArray
    classes: FrameClasses

    def __repr__(self) -> str:
        """Say what it is; never a unit."""
        spread = f"{self.propensity.min():.3f} to {self.propensity.max():.3f}"
        return f"<Propensities: {self.propensity.size:,} units, {len(self.names):,} coefficients; {spread}>"


def fit_propensities(answered: Values, variables: Values, *, weight: Values = None) -> Propensities:
    """
    Fit a logistic model of answering on frame variables in classes.

    Parameters
    ----------
    answered : (n,) array_like of bool
        Of each unit drawn.
    variables : (n,) labels, or several of them as a mapping, a frame or a list
        Known of each unit drawn; main effects. A cross of two is a variable of its own.
    weight : (n,) array_like of float, optional
        Of the likelihood; each unit counts once without it.

    Returns
    -------
    Propensities

    Raises
    ------
    ArgumentError
        If a variable misses a label or follows from the others, or lengths differ.
    ResponseError
        If all or none answered at some level, or levels together foretell who answers: the propensity would be 0 or 1.

    Notes
    -----
    Maximum of sum w (r log rho + (1 - r) log(1 - rho)) with logit rho = x'b, by Newton's steps on the distinct rows of
    the variables. The covariance is A^-1 B A^-1 with A = sum w rho (1 - rho) x x' and B the same with w squared; where
    the weights are all 1 it is A^-1, as R's `vcov(glm(..., family = binomial))`.

    References
    ----------
    Little (1986), Survey nonresponse adjustments for estimates of means. Int. Stat. Rev. 54. Bethlehem, Cobben and
    Schouten (2011), Handbook of nonresponse in household surveys, chapter 11.
    """
    mask = answers_of(answered)
    w = weights_of(weight, mask.size)
    classes = frame_classes(variables, mask.size)
    check_levels(classes, mask)
    drawn, reached = classes.sums(w), classes.sums(w * mask)
    b, known = fit_logistic(classes.matrix, drawn[:, np.newaxis], reached[:, np.newaxis])
    x = classes.matrix
    rho = _expit(x @ b[:, 0])
    if not known[0] or rho.min() < CERTAIN or rho.max() > 1.0 - CERTAIN:
        _refuse_separated(classes, rho)
    slope = rho * (1.0 - rho)
    bread = np.linalg.inv((x * (drawn * slope)[:, np.newaxis]).T @ x)
    meat = (x * (classes.sums(w * w) * slope)[:, np.newaxis]).T @ x
    return Propensities(
        propensity=rho[classes.pattern],
        names=_coefficient_names(classes),
        coefficients=b[:, 0],
        covariance=bread @ meat @ bread,
        gradient=(x * slope[:, np.newaxis])[classes.pattern],
        classes=classes,
    )


def frame_classes(variables: Values, n: int) -> FrameClasses:
    """
    Find the distinct rows of frame variables.

    Raises
    ------
    ArgumentError
        If a label is missing, there are not n, or a variable follows from those before it.
    """
    several = as_several("variables", variables)
    found = [used_labels(complete_labels("variables", values, n, name)) for name, values in several.items()]
    sizes = [len(labelled.labels) for labelled in found]
    crossed = np.ravel_multi_index([labelled.code for labelled in found], sizes).astype(np.intp)
    present, pattern = compact(crossed, int(np.prod(sizes)))
    level = np.stack(np.unravel_index(present, sizes), axis=1).astype(np.intp)
    columns = [np.ones(present.size)]
    owner = ["intercept"]
    for position, (name, size) in enumerate(zip(several, sizes, strict=True)):
        columns += [(level[:, position] == code).astype(np.float64) for code in range(1, size)]
        owner += [name] * (size - 1)
    matrix = np.stack(columns, axis=1)
    _check_collinear(matrix, owner)
    return FrameClasses(tuple(several), tuple(labelled.labels for labelled in found), level, pattern, matrix)


def check_levels(classes: FrameClasses, answered: BoolArray) -> None:
    """
    Refuse levels at which all or none of the units drawn answered.

    Raises
    ------
    ResponseError
        With variable, level and count.
    """
    drawn, reached = classes.sums(np.ones(answered.size)), classes.sums(answered.astype(np.float64))
    for position, (name, labels) in enumerate(zip(classes.variables, classes.labels, strict=True)):
        units = np.bincount(classes.level[:, position], drawn, len(labels))
        answers = np.bincount(classes.level[:, position], reached, len(labels))
        for code in np.flatnonzero((answers == 0.0) | (answers == units)):
            which, end = ("none", 0) if answers[code] == 0.0 else ("all", 1)
            message = (
                f"{which} of {int(units[code]):,} units drawn answered, so that the propensity would be {end}. Join it "
                "with another level, or leave the variable out"
            )
            raise ResponseError(name, str(labels[code]), int(units[code]), message)


def fit_logistic(matrix: FloatArray, drawn: FloatArray, reached: FloatArray) -> tuple[FloatArray, BoolArray]:
    """
    Fit R logistic models of grouped rows at once.

    Parameters
    ----------
    matrix : (P, p) float
    drawn, reached : (P, R) float
        Weight of each pattern, and of those in it who answered, under each of R sets of weights.

    Returns
    -------
    coefficients : (p, R) float
    known : (R,) bool
        Whether the steps came to rest; false where levels foretell who answers, or hold nobody.
    """
    replicates = drawn.shape[1]
    b = np.zeros((matrix.shape[1], replicates))
    rate = reached.sum(axis=0) / drawn.sum(axis=0)
    known, resting = (rate > 0.0) & (rate < 1.0), np.zeros(replicates, dtype=np.bool_)
    b[0, known] = np.log(rate[known] / (1.0 - rate[known]))
    for _ in range(STEPS):
        rho = _expit(matrix @ b)
        gradient = matrix.T @ (reached - drawn * rho)
        slope = drawn * rho * (1.0 - rho)
        step = np.zeros_like(b)
        for replicate in np.flatnonzero(known & ~resting):
            information = (matrix * slope[:, [replicate]]).T @ matrix
            try:
                np.linalg.cholesky(information)
                step[:, replicate] = np.linalg.solve(information, gradient[:, replicate])
            except np.linalg.LinAlgError:
                known[replicate] = False
        step /= np.maximum(np.abs(step).max(axis=0) / LONGEST, 1.0)
        b += step
        resting |= np.abs(step).max(axis=0) <= TOLERANCE * np.maximum(1.0, np.abs(b).max(axis=0))
        if (resting | ~known).all():
            break
    return b, known & resting


def _expit(eta: FloatArray) -> FloatArray:
    from scipy.special import expit

    return np.asarray(expit(eta), dtype=np.float64)


def pattern_propensities(classes: FrameClasses, coefficients: FloatArray) -> FloatArray:
    """Return the propensities of the patterns, (P, R), from coefficients (p, R)."""
    return _expit(classes.matrix @ coefficients)


def used_labels(labelled: Labelled) -> Labelled:
    """Return labels without those that no row has."""
    present, code = compact(labelled.code, max(len(labelled.labels), 1))
    return Labelled(code, tuple(labelled.labels[position] for position in present))


def _check_collinear(matrix: FloatArray, owner: list[str]) -> None:
    left = np.abs(np.diag(np.linalg.qr(matrix, mode="r")))
    follows = dict.fromkeys(owner[column] for column in np.flatnonzero(left < COLLINEAR * left.max()))
    short = matrix.shape[0] < matrix.shape[1]
    if follows or short:
        named = ", ".join(map(repr, follows)) or repr(owner[-1])
        raise ArgumentError("variables", f"{named} says what those before it say already: leave it out, or the others")


def _refuse_separated(classes: FrameClasses, rho: FloatArray) -> None:
    """Name the pattern whose propensity is nearest to 0 or 1."""
    nearest = int(np.argmin(np.minimum(rho, 1.0 - rho)))
    units = int(np.bincount(classes.pattern)[nearest])
    named = " x ".join(str(labels[code]) for labels, code in zip(classes.labels, classes.level[nearest], strict=True))
    end = int(rho[nearest] > 0.5)
    message = (
        f"the propensity of {units:,} units drawn goes to {end}: levels together foretell who answers. Join levels, or "
        "leave a variable out"
    )
    raise ResponseError(" x ".join(classes.variables), named, units, message)


def _coefficient_names(classes: FrameClasses) -> tuple[str, ...]:
    levels = (
        f"{name}: {label}"
        for name, labels in zip(classes.variables, classes.labels, strict=True)
        for label in labels[1:]
    )
    return ("intercept", *levels)
