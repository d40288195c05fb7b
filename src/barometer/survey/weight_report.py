"""What an adjustment did to the weights: their spread, and the margins of the frame before and after."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.inputs import Values, as_several
from barometer.survey.response import answers_of, complete_labels, sums_by, weights_of
from barometer.survey.weight_spreads import WeightSpread, weight_spread


@dataclass(frozen=True, slots=True)
class FrameMargin:
    """
    One level of a frame variable.

    Attributes
    ----------
    variable : str
    level : object
    drawn : float
        Share of it in the sample with design weights: what the frame says.
    before, after : float
        Share of it among those who answered, with design weights and with adjusted weights.
    """

    variable: str
    level: object
    drawn: float
    before: float
    after: float


@dataclass(frozen=True, slots=True, repr=False)
class WeightReport:
    """
    Weights before and after an adjustment.

    Attributes
    ----------
    before, after : WeightSpread
        Of those who answered, with design weights and with adjusted weights.
    margins : tuple of FrameMargin
    """

    before: WeightSpread
    after: WeightSpread
    margins: tuple[FrameMargin, ...]

    def __repr__(self) -> str:
        """Say what it is."""
        cost = f"{self.before.deff:.3f} before, {self.after.deff:.3f} after"
        return (
            f"<WeightReport: design effect of weighting {cost}; {len(self.margins):,} levels compared with the frame>"
        )

    @property
    def largest_gap(self) -> float:
        """Largest distance between a margin of the frame and the adjusted one, a fraction of one."""
        return max(abs(margin.after - margin.drawn) for margin in self.margins)


def report_weights(weight: Values, answered: Values, adjusted: Values, variables: Values) -> WeightReport:
    """
    Compare weights before and after an adjustment.

    Parameters
    ----------
    weight : (n,) array_like of float
        Design weights of the units drawn.
    answered : (n,) array_like of bool
    adjusted : (n,) array_like of float
        Adjusted weights; those of units that did not answer are not looked at.
    variables : (n,) labels, or several of them as a mapping, a frame or a list
        Frame variables whose margins are compared.

    Returns
    -------
    WeightReport
    """
    mask = answers_of(answered)
    w = weights_of(weight, mask.size)
    new = np.asarray(adjusted, dtype=np.float64)
    if new.shape != mask.shape:
        raise ArgumentError("adjusted", f"has shape {new.shape}, answered has {mask.size:,} rows")
    margins: list[FrameMargin] = []
    for name, values in as_several("variables", variables).items():
        found = complete_labels(name, values, mask.size)
        size = len(found.labels)
        drawn = _shares(sums_by(found.code, w, size))
        before = _shares(sums_by(found.code[mask], w[mask], size))
        after = _shares(sums_by(found.code[mask], new[mask], size))
        margins += [
            FrameMargin(name, label, float(drawn[code]), float(before[code]), float(after[code]))
            for code, label in enumerate(found.labels)
        ]
    after = weights_of(new[mask], int(mask.sum()))
    return WeightReport(weight_spread(w[mask]), weight_spread(after), tuple(margins))


def _shares(sums: FloatArray) -> FloatArray:
    return np.asarray(sums / sums.sum())
