"""What disclosure control does not let through."""

from barometer.errors.root import BarometerError


class WithheldError(BarometerError, AttributeError):
    """
    Something is asked of a protected result that would tell of suppressed cells.

    Attributes
    ----------
    what : str
        The attribute that is not there.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"{what}: is not in a protected result, as it tells of suppressed cells too; ask the result as it was "
            "before protect"
        )


class DifferencingError(BarometerError, ValueError):
    """
    Two tables that would be published together give away fewer respondents than may be shown.

    Attributes
    ----------
    pairs : tuple of (str, str, str)
        First table, second table, and the answer or base that they differ in.
    """

    def __init__(self, pairs: tuple[tuple[str, str, str], ...]) -> None:
        self.pairs = pairs
        first, second, of = pairs[0]
        more = f", and {len(pairs) - 1:,} more" if len(pairs) > 1 else ""
        super().__init__(
            f"tables {first!r} and {second!r} differ by too few answers in {of!r}{more}: one taken from the other "
            "tells what they said. Use one base, or one rule for don't know, for both; check_differencing lists them"
        )
