"""Waves and countries that may not be compared."""

from collections.abc import Mapping, Sequence

from barometer.errors.root import BarometerError


class MixedCodebooksError(BarometerError, ValueError):
    """
    Waves that answer to different codebooks and can never be in one result.

    Attributes
    ----------
    codebooks : tuple of str
        Their names, in the order given.
    units : tuple of str
        What answers to each.
    """

    def __init__(self, codebooks: Sequence[str], units: Sequence[str]) -> None:
        self.codebooks = tuple(codebooks)
        self.units = tuple(units)
        named = " and ".join(f"{book!r} ({unit})" for book, unit in zip(codebooks, units, strict=True))
        if len(set(units)) > 1:
            why = "Answers of different units are never put together: take the waves of one at a time."
        else:
            why = (
                "Take the waves of one at a time; bm.compare_countries sets shares of two side by side where their "
                "records say that the questions match."
            )
        super().__init__(f"The waves answer to different codebooks, {named}. {why}")


class NoMatchError(BarometerError, ValueError):
    """
    Indicators of two countries that may not be compared.

    Attributes
    ----------
    indicators : tuple of str
        Those without a match.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.indicators = tuple(reasons)
        listed = "\n  ".join(f"{name}: {reason}" for name, reason in reasons.items())
        super().__init__(f"These may not be compared across the two codebooks:\n  {listed}")


class NotComparableError(BarometerError, ValueError):
    """
    What the codebook says cannot be compared between two waves.

    Attributes
    ----------
    waves : (int, int)
    names : tuple of str
        Indicators and domains concerned.
    """

    def __init__(self, waves: tuple[int, int], reasons: Mapping[str, str]) -> None:
        self.waves = waves
        self.names = tuple(reasons)
        listed = "\n  ".join(f"{name}: {reason}" for name, reason in reasons.items())
        super().__init__(f"These cannot be compared between waves {waves[0]} and {waves[1]}:\n  {listed}")
