"""How much weights differ."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.inputs import as_vector

PROBABILITIES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WeightSpread:
    """
    How much weights, or ratios of weights, differ; of the rows that had weight.

    Attributes
    ----------
    rows : int
    mean, smallest, largest : float
    cv : float
        Standard deviation over mean, with n in the denominator.
    deff : float
        Kish's design effect of unequal weights, 1 + cv^2.
    n_effective : float
        rows / deff.
    total : float
        Their sum.
    probabilities, quantiles : (9,) float
        From the smallest to the largest; the lowest value that the share of rows reaches.
    """

    rows: int
    mean: float
    smallest: float
    largest: float
    cv: float
    deff: float
    n_effective: float
    total: float
    probabilities: FloatArray
    quantiles: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        ends = f"{self.smallest:.3g} to {self.largest:.3g}"
        return (
            f"<WeightSpread: {self.rows:,} rows, {ends}, mean {self.mean:.3g}, cv {self.cv:.3f}, deff {self.deff:.3f}>"
        )


def weight_spread(values: FloatArray) -> WeightSpread:
    """
    Describe the spread of weights.

    Parameters
    ----------
    values : (n,) float
        At least one.

    Returns
    -------
    WeightSpread

    References
    ----------
    Kish (1992), Weighting for unequal P_i. Journal of Official Statistics 8.

    Examples
    --------
    >>> weight_spread(np.array([1.0, 1.0, 4.0])).deff
    1.5
    """
    values = as_vector("values", values)
    if not values.sum() > 0.0:
        raise ArgumentError("values", f"must be weights, some above 0; got {values.size:,}")
    mean = float(values.mean())
    deff = float((values**2).mean()) / mean**2
    quantiles = np.quantile(values, PROBABILITIES, method="inverted_cdf")
    return WeightSpread(
        rows=values.size,
        mean=mean,
        smallest=float(quantiles[0]),
        largest=float(quantiles[-1]),
        cv=float(np.sqrt(max(deff - 1.0, 0.0))),
        deff=deff,
        n_effective=values.size / deff,
        total=float(values.sum()),
        probabilities=np.array(PROBABILITIES),
        quantiles=quantiles,
    )
