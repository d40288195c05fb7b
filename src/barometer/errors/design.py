"""Arrays that are no survey design, or one without a variance."""

from collections.abc import Sequence

from barometer.errors.faults import FEW
from barometer.errors.root import BarometerError


class DesignError(BarometerError, ValueError):
    """
    Arrays that cannot be a survey design: signs, lengths, counts.

    Attributes
    ----------
    argument : str
        The argument at fault.
    """

    def __init__(self, argument: str, message: str) -> None:
        self.argument = argument
        super().__init__(f"{argument}: {message}")


class LonelyPSUError(BarometerError, ValueError):
    """
    A stratum that is not taken whole has one sampling unit, so it has no variance.

    Attributes
    ----------
    strata : tuple of str
        The strata concerned.
    stage : int
        Stage of sampling, from 1.
    """

    def __init__(self, strata: Sequence[str], stage: int = 1) -> None:
        self.strata = tuple(strata)
        self.stage = stage
        named = ", ".join(self.strata[:FEW]) + (" ..." if len(self.strata) > FEW else "")
        super().__init__(
            f"{len(self.strata)} strata of stage {stage} have one sampling unit and are not taken whole ({named}): "
            "their spread cannot be estimated. Join them to a similar stratum, or choose a rule: "
            'lonely_psu="remove", "certainty", "adjust" or "average".'
        )
