"""What a share would be if those who did not answer differ: bounds and tipping points."""

from collections.abc import Callable
from dataclasses import dataclass

from barometer.errors import ArgumentError, check_confidence, check_kind, check_number

TIPS, NEVER, NOT_HELD, NO_SE = "tips", "never", "not_held", "no_se"


@dataclass(frozen=True, slots=True)
class MissingPart:
    """
    A share and the part of it that rests on answers nobody gave.

    Attributes
    ----------
    share : float
        Estimated as if those who did not answer were like those who did in their cell, 0 to 1.
    rate : float
        Weighted response rate, above 0 and at most 1.
    imputed : float
        Share that the estimate gives to those who did not answer. It is `share` where one weight cell was used.
    se : float
        Standard error of the share, response taken as given; nan where it is not known, as of a share of 0 or 1 whose
        sample shows no spread. Bounds are then without an interval.

    Notes
    -----
    share = rate * share of those who answered + (1 - rate) * imputed. If the true share of those who did not answer is
    q, the population's is share + (1 - rate) (q - imputed): every bound here is that line at the ends of what q may be.
    """

    share: float
    rate: float
    imputed: float
    se: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers that are no shares."""
        for name in ("share", "rate", "imputed"):
            check_number(name, getattr(self, name))
        if self.se == self.se:
            check_number("se", self.se)
        for name in ("share", "imputed"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ArgumentError(name, f"is a fraction from 0 to 1, got {getattr(self, name)}")
        if not 0.0 < self.rate <= 1.0:
            raise ArgumentError("rate", f"is above 0 and at most 1, got {self.rate}")
        if self.se < 0.0:
            raise ArgumentError("se", f"must not be negative, got {self.se}")

    @property
    def missing(self) -> float:
        """Weighted part of the population that did not answer."""
        return 1.0 - self.rate


@dataclass(frozen=True, slots=True)
class ShareBounds:
    """
    Bounds of a share or a difference, and the interval that covers it.

    Attributes
    ----------
    low, high : float
        Sampling error apart.
    ci_low, ci_high : float
        Interval of Imbens and Manski: covers the true value, wherever between the bounds it lies.
    """

    low: float
    high: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """
    Where a statement would no longer hold.

    Attributes
    ----------
    delta : float
        Distance, a fraction of one, by which those who did not answer must differ from what the estimate gives them;
        nan where `note` says why.
    delta_sampling : float
        The same where the statement is to hold at the near end of the Imbens-Manski interval too: 0 where sampling
        error alone may undo it; nan where `note_sampling` says why.
    share : float
        Share among those who did not answer at which it tips; nan of a difference.
    note, note_sampling : str
        "tips"; "never": it holds whatever they would have said; "not_held": it does not hold as it stands;
        "no_se": its sampling error is not known.
    """

    delta: float
    delta_sampling: float
    share: float
    note: str
    note_sampling: str


def check_part(argument: str, part: object) -> None:
    """
    Refuse what is no `MissingPart`.

    Raises
    ------
    ArgumentError
    """
    check_kind(argument, part, MissingPart, "MissingPart(share, rate, imputed, se)")


def worst_case_bounds(share: float, rate: float, base: float = 1.0) -> tuple[float, float]:
    """
    Bounds of a share that hold whatever those who did not answer would have said.

    Parameters
    ----------
    share : float
        Of those who answered, with design weights.
    rate : float
        Weighted response rate.
    base : float
        Weighted part of those who answered that is in the base; 1 for a share of everybody. Below 1 nobody knows who
        of the others is in it.

    Returns
    -------
    low, high : float

    Notes
    -----
    With base 1: rate * share, and that plus 1 - rate. Else, all others being in the base and saying no, or yes:
    rate base share / (rate base + 1 - rate), and the same with 1 - rate added above.

    References
    ----------
    Cochran (1977), Sampling techniques, section 13.2. Manski (1995), Identification problems in the social sciences,
    chapter 2. Horowitz and Manski (2000), JASA 95.

    Examples
    --------
    >>> low, high = worst_case_bounds(0.8, 0.5)
    >>> round(low, 3), round(high, 3)
    (0.4, 0.9)
    """
    MissingPart(share, rate, share)
    if not 0.0 < base <= 1.0:
        raise ArgumentError("base", f"is above 0 and at most 1, got {base}")
    yes, whole, missing = rate * base * share, rate * base + 1.0 - rate, 1.0 - rate
    return yes / whole, (yes + missing) / whole


def bound_share(part: MissingPart, delta: float = 1.0, *, confidence: float = 0.95) -> ShareBounds:
    """
    Bounds of a share if those who did not answer differ by at most delta.

    Parameters
    ----------
    part : MissingPart
    delta : float
        Largest distance between their true share and the one that the estimate gives them, a fraction of one. 1 is the
        worst case.
    confidence : float

    Returns
    -------
    ShareBounds

    Notes
    -----
    low = share - (1 - rate) min(delta, imputed); high = share + (1 - rate) min(delta, 1 - imputed). The interval goes c
    standard errors beyond, with Phi(c + (high - low)/se) - Phi(-c) = confidence: c is the two-sided quantile where the
    bounds meet, and the one-sided where they are far apart. The standard error of an end that is held by 0 or 1 is that
    of the answered part, which is smaller; the share's own is used for both.

    References
    ----------
    Imbens and Manski (2004), Confidence intervals for partially identified parameters. Econometrica 72. Rubin (1977),
    Formalizing subjective notions about the effect of nonrespondents. JASA 72.

    Examples
    --------
    >>> found = bound_share(MissingPart(0.8, 0.5, 0.8, 0.01), 0.1)
    >>> round(found.low, 3), round(found.high, 3)
    (0.75, 0.85)
    """
    check_part("part", part)
    _check_delta(delta)
    low = part.share - part.missing * min(delta, part.imputed)
    high = part.share + part.missing * min(delta, 1.0 - part.imputed)
    return _covered(low, high, part.se, confidence, 0.0)


def bound_difference(
    first: MissingPart, second: MissingPart, delta: float, *, se: float, confidence: float = 0.95
) -> ShareBounds:
    """
    Bounds of first less second if those who did not answer differ by at most delta in each, in opposite directions.

    Parameters
    ----------
    first, second : MissingPart
    delta : float
    se : float
        Standard error of the difference.
    confidence : float

    Returns
    -------
    ShareBounds

    Notes
    -----
    The low bound of the first less the high bound of the second, and the reverse; the interval as in `bound_share`.
    """
    check_part("first", first)
    check_part("second", second)
    one, two = bound_share(first, delta), bound_share(second, delta)
    return _covered(one.low - two.high, one.high - two.low, se, confidence, -1.0)


def tipping_point(part: MissingPart, threshold: float, *, confidence: float = 0.95) -> TippingPoint:
    """
    Find how far those who did not answer must differ for "at least this share" to be untrue.

    Parameters
    ----------
    part : MissingPart
    threshold : float
        The statement is: share >= threshold.
    confidence : float

    Returns
    -------
    TippingPoint

    Notes
    -----
    delta = (share - threshold) / (1 - rate), and the share at which it tips is imputed - delta; none where that is
    below 0. With sampling error, the delta at which the low end of the Imbens-Manski interval is the threshold.

    Examples
    --------
    >>> found = tipping_point(MissingPart(0.83, 0.36, 0.83), 0.8)
    >>> round(found.delta, 4), round(found.share, 4)
    (0.0469, 0.7831)
    """
    check_part("part", part)
    _check_threshold(threshold, 0.0)
    most = part.imputed
    point = _tips(lambda delta: part.share - part.missing * delta - threshold, most)
    sampled = _tips(lambda delta: bound_share(part, delta, confidence=confidence).ci_low - threshold, most)
    at = part.imputed - point[0]
    return TippingPoint(point[0], sampled[0], float(at), point[1], sampled[1])


def tipping_difference(
    first: MissingPart, second: MissingPart, *, se: float, threshold: float = 0.0, confidence: float = 0.95
) -> TippingPoint:
    """
    Find how far those who did not answer must differ for "first is more than second" to be untrue.

    Parameters
    ----------
    first, second : MissingPart
    se : float
        Standard error of the difference.
    threshold : float
        The statement is: first less second > threshold.
    confidence : float

    Returns
    -------
    TippingPoint
        Of a delta that is the same in both and works against the statement in both.

    Notes
    -----
    delta = (difference - threshold) / (missing_1 + missing_2) as long as no share of them reaches 0 or 1; beyond that
    only the other goes on.
    """
    check_part("first", first)
    check_part("second", second)
    _check_threshold(threshold, -1.0)
    most = max(first.imputed, 1.0 - second.imputed)

    def low(delta: float) -> float:
        return bound_difference(first, second, delta, se=0.0).low - threshold

    def end(delta: float) -> float:
        return bound_difference(first, second, delta, se=se, confidence=confidence).ci_low - threshold

    point, sampled = _tips(low, most), _tips(end, most)
    return TippingPoint(point[0], sampled[0], float("nan"), point[1], sampled[1])


def imbens_manski(width: float, se: float, confidence: float) -> float:
    """
    Return c with Phi(c + width / se) - Phi(-c) = confidence.

    Parameters
    ----------
    width : float
        Distance of the bounds, not negative.
    se : float
        Of each bound, above 0.
    confidence : float

    References
    ----------
    Imbens and Manski (2004), Econometrica 72, equation 6.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    for argument, value in (("width", width), ("se", se)):
        check_number(argument, value)
    if width < 0.0 or se <= 0.0:
        argument, rule = ("width", "must not be negative") if width < 0.0 else ("se", "must be above 0")
        raise ArgumentError(argument, f"{rule}, got {width if argument == 'width' else se}")
    high = normal_quantile(confidence)
    low = float(ndtri(confidence))

    def excess(c: float) -> float:
        return float(ndtr(c + width / se) - ndtr(-c)) - confidence

    if excess(low) >= 0.0:
        return low
    return float(brentq(excess, low, high + 1e-9, xtol=1e-13))


def _covered(low: float, high: float, se: float, confidence: float, least: float) -> ShareBounds:
    if se != se:
        return ShareBounds(low, high, se, se)
    c = imbens_manski(high - low, se, confidence) if se > 0.0 else 0.0
    return ShareBounds(low, high, max(low - c * se, least), min(high + c * se, 1.0))


def _tips(margin: Callable[[float], float], most: float) -> tuple[float, str]:
    """Find the delta at which a falling margin reaches 0, and whether it does."""
    from scipy.optimize import brentq

    start = margin(0.0)
    if start != start:
        return float("nan"), NO_SE
    if start < 0.0:
        return float("nan"), NOT_HELD
    if margin(most) > 0.0:
        return float("nan"), NEVER
    return float(brentq(margin, 0.0, most, xtol=1e-14)), TIPS


def normal_quantile(confidence: float) -> float:
    """
    Return the two-sided quantile of the normal distribution.

    Raises
    ------
    ArgumentError
        If confidence does not lie between 0 and 1.
    """
    from scipy.special import ndtri

    confidence = check_confidence(confidence)
    return float(ndtri(0.5 + confidence / 2.0))


def _check_threshold(threshold: float, least: float) -> None:
    check_number("threshold", threshold)
    if not least <= threshold <= 1.0:
        raise ArgumentError("threshold", f"is a fraction from {least:g} to 1 (0.8 for 80%), got {threshold}")


def _check_delta(delta: float) -> None:
    check_number("delta", delta)
    if not 0.0 <= delta <= 1.0:
        raise ArgumentError("delta", f"is a fraction from 0 to 1 (0.10 for ten points), got {delta}")
