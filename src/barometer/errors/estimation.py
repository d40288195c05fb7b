"""Models and synthetic answers that the data cannot give."""

from collections.abc import Sequence

from barometer.errors.root import BarometerError


class ModelError(BarometerError, ValueError):
    """
    A model that its data cannot answer.

    Attributes
    ----------
    reason : str
        "collinear", "constant_column", "constant_outcome", "empty_cell", "separated" or "not_converged".
    columns : tuple of str
        The columns or terms at fault.
    """

    def __init__(self, reason: str, columns: Sequence[str], message: str) -> None:
        self.reason = reason
        self.columns = tuple(columns)
        super().__init__(f"The model cannot be fitted: {message}.")


class SynthesisError(BarometerError, ValueError):
    """
    The constraints on a synthetic wave cannot all hold, or a step found no answer.

    Attributes
    ----------
    step : str
        The question or indicator being made.
    """

    def __init__(self, step: str, message: str) -> None:
        self.step = step
        super().__init__(f"{step}: {message}")
