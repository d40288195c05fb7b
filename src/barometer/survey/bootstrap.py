"""The rescaled bootstrap, drawn block by block: factors of any number of units without a table of them all."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.stages import LonelyRule, check_sampled, classify_strata

BLOCK = 256
"""Units of a stratum that are drawn together: a byte tells which of them."""
COUNTERS = 32_768
"""Counts that are made at a time, so that they stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """
    Neighbours in a stratum, and how often one of them is drawn.

    Attributes
    ----------
    stratum : int
    first, size : int
        Place of the first in its stratum, and how many there are.
    draws : (R,) int
        Draws of each replicate that fall among them.
    """

    stratum: int
    first: int
    size: int
    draws: IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bootstrap:
    """
    The rescaled bootstrap of H strata, not yet drawn; see `rescaled_bootstrap`.

    Attributes
    ----------
    units : (H,) int
        n_h, sampling units of each stratum.
    draws : (H,) int
        m_h, units drawn again; 0 where factors stay 1.
    level, slope : (H,) float
        A unit that is drawn r times has the factor level + slope r.
    replicates : int
        R.
    seed : int
    """

    units: IntArray
    draws: IntArray
    level: FloatArray
    slope: FloatArray
    replicates: int
    seed: int

    def __repr__(self) -> str:
        """Say what it is."""
        return (
            f"<Bootstrap: {self.replicates:,} replicates of {self.units.sum():,} units in {self.units.size:,} strata>"
        )

    def blocks(self, stratum: int) -> Iterator[Block]:
        """
        Divide the draws of a stratum among its blocks.

        Parameters
        ----------
        stratum : int

        Yields
        ------
        Block
            256 units, the last what is left, in the order of the units.

        Notes
        -----
        Draws that fall in a block, given those before it, are binomial with its part of the units that are left: the
        blocks together are one multinomial draw, exactly.
        """
        units, left = int(self.units[stratum]), np.full(self.replicates, self.draws[stratum])
        if units <= BLOCK:
            yield Block(stratum, 0, units, left)
            return
        generator = self._generator(stratum)
        for first in range(0, units, BLOCK):
            size = min(BLOCK, units - first)
            draws = left if first + size == units else generator.binomial(left, size / (units - first))
            left = left - draws
            yield Block(stratum, first, size, draws)

    def factors(self, block: Block) -> FloatArray:
        """
        Return the factors of the units of a block.

        Parameters
        ----------
        block : Block

        Returns
        -------
        (R, size) float
        """
        if not self.draws[block.stratum]:
            return np.ones((self.replicates, block.size))
        generator, size = self._generator(block.stratum, block.first), block.size
        kind = np.uint8 if size == BLOCK else np.uint16  # NumPy is fastest at all of a byte, and slowest at part of it
        drawn = generator.integers(0, size, int(block.draws.sum()), dtype=kind)
        found, width, start = np.empty((self.replicates, size)), max(1, COUNTERS // size), 0
        for one in range(0, self.replicates, width):
            some = block.draws[one : one + width]
            stop = start + int(some.sum())
            place = drawn[start:stop] + np.repeat(np.arange(0, size * some.size, size), some)
            found[one : one + width] = np.bincount(place, minlength=size * some.size).reshape(-1, size)
            start = stop
        found *= self.slope[block.stratum]
        found += self.level[block.stratum]
        return found

    def _generator(self, *place: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=place))


def plan_bootstrap(
    units: IntArray,
    fraction: FloatArray,
    *,
    replicates: int,
    seed: int,
    draws: IntArray | None = None,
    lonely_psu: LonelyRule = "error",
) -> Bootstrap:
    """
    Say how units are drawn again, and what becomes of a factor.

    Parameters
    ----------
    units, fraction, replicates, seed, draws, lonely_psu
        As in `rescaled_bootstrap`.

    Returns
    -------
    Bootstrap

    Raises
    ------
    ArgumentError, DesignError, LonelyPSUError
        As `rescaled_bootstrap`.
    """
    whole, lonely = classify_strata(units, fraction, lonely_psu)
    check_sampled(whole)
    if replicates < 2:
        raise ArgumentError("replicates", f"expected at least 2, got {replicates}")
    if lonely.any() and lonely_psu in ("adjust", "average"):
        raise DesignError(
            "lonely_psu",
            f'a bootstrap has no rule "{lonely_psu}"; use "remove", join the strata, or replicate by "jkn"',
        )
    open_ = ~(whole | lonely)
    m = np.where(open_, units - 1 if draws is None else draws, 0)
    share = np.where(open_, m * (1.0 - fraction) / np.maximum(units - 1.0, 1.0), 0.0)
    if bad := int((open_ & ((m < 1) | (share > 1.0))).sum()):
        raise ArgumentError("draws", f"outside 1 to (n - 1)/(1 - f) in {bad:,} of {units.size:,} strata")
    shrink = np.sqrt(share)
    return Bootstrap(units, m, 1.0 - shrink, shrink * units / np.maximum(m, 1), replicates, seed)
