"""The difference between two groups, as a row that can be read."""

from dataclasses import dataclass
from html import escape

from barometer.microdata import SYNTHETIC


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """
    Share of one group less the share of another.

    Attributes
    ----------
    indicator, group, versus : str
        Codes.
    estimate, se, ci_low, ci_high : float
        Fractions of one; the interval is symmetric, with Student's t.
    statistic : float
        estimate / se; nan when there is no test.
    df : int
        The design's degrees of freedom.
    p_value : float
        Two-sided, of no difference.
    is_synthetic : bool
        Whether the microdata behind it are artificial.
    note : str
        Why there is no test or it is to be doubted, as in `Comparisons.table`; empty when nothing is to be said.
    """

    indicator: str
    group: str
    versus: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: int
    p_value: float
    is_synthetic: bool
    note: str = ""

    def __repr__(self) -> str:
        """Return the finding in one line."""
        p_value = f"p = {self.p_value:.3f}" if self.p_value >= 0.0005 else "p < 0.001"
        if self.p_value != self.p_value:
            p_value = f"not tested ({self.note})"
        origin = f". {SYNTHETIC.en}" if self.is_synthetic else ""
        return (
            f"{self.indicator}: {self.group} less {self.versus} {100 * self.estimate:+.1f} percentage points "
            f"({100 * self.ci_low:.1f} to {100 * self.ci_high:.1f}), {p_value}, t with {self.df} df{origin}"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"
