"""Frame, sample and response: which artificial workplaces exist, are drawn and answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.errors import SynthesisError
from barometer.synthesis.recipe import Recipe

LEAST_ANSWERS = 2
"""Answers that every stratum has at least, so that its spread can be estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """
    The frame and what became of it.

    Attributes
    ----------
    workplaces : DataFrame
        One row per workplace: id, level, sector, size, stratum (code), sampled, answered.
    population, sampled, answered : (H,) int
        Counts by stratum.
    """

    workplaces: pd.DataFrame
    population: NDArray[np.intp]
    sampled: NDArray[np.intp]
    answered: NDArray[np.intp]


def draw_frame(recipe: Recipe, codebook: Codebook) -> SampledFrame:
    """
    Make the frame, draw the sample in each stratum and let a random part of it answer.

    Every count is fixed by the recipe and the wave's design facts; chance only decides which workplaces they are.
    """
    record = codebook.wave(recipe.wave)
    if record.sample is None:
        raise SynthesisError("sample", f"wave {record.number} does not say how many were drawn")
    levels = {group.code: group.of for group in codebook.domains["sector"].groups}
    sizes = [group.code for group in codebook.domains["size"].groups]
    sectors = list(recipe.sectors)
    strata = pd.DataFrame(
        [(levels[s], s, size) for s in sectors for size in sizes], columns=["level", "sector", "size"]
    )
    population: NDArray[np.intp] = np.concatenate(
        [apportion(np.array(recipe.sectors[s].sizes, dtype=np.float64), recipe.sectors[s].workplaces) for s in sectors]
    )
    sampling = strata["size"].map(recipe.sampling).to_numpy(np.float64)
    sampled = apportion(np.multiply(sampling, population), record.sample, least=LEAST_ANSWERS + 1, most=population)
    response = strata["level"].map(recipe.response).to_numpy(np.float64)
    answered = apportion(np.multiply(response, sampled), record.answers, least=LEAST_ANSWERS, most=sampled)
    rng = np.random.default_rng([recipe.seed, 1])
    stratum = np.repeat(np.arange(len(strata)), population)
    order = np.lexsort((rng.random(stratum.size), stratum))
    place = np.empty(stratum.size, dtype=np.intp)
    place[order] = np.arange(stratum.size) - np.repeat(np.cumsum(population) - population, population)
    workplaces = strata.loc[stratum].reset_index(drop=True)
    workplaces["stratum"] = stratum
    workplaces["sampled"] = place < sampled[stratum]
    workplaces["answered"] = place < answered[stratum]
    shuffled = workplaces.iloc[np.argsort(rng.random(stratum.size))].reset_index(drop=True)
    shuffled.insert(0, "id", [f"{number:05d}" for number in range(1, len(shuffled) + 1)])
    return SampledFrame(shuffled, population, sampled, answered)


def apportion(
    wanted: NDArray[np.float64], total: int, *, least: int = 0, most: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """
    Divide a whole number in proportion, by largest remainders, within bounds.

    Raises
    ------
    SynthesisError
        If the bounds leave no room for the total.
    """
    top = np.full(wanted.size, total) if most is None else most
    bottom = np.minimum(least, top)
    if not bottom.sum() <= total <= top.sum():
        raise SynthesisError("frame", f"{total} cannot be divided over strata that hold {bottom.sum()} to {top.sum()}")
    low, high = 0.0, total / wanted[wanted > 0].min()
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(middle * wanted, bottom, top).sum() < total:
            low = middle
        else:
            high = middle
    exact = np.clip(high * wanted, bottom, top)
    whole = np.floor(exact + 1e-9).astype(np.intp)
    missing = total - int(whole.sum())
    room = whole < top
    first = np.lexsort((np.arange(wanted.size), -np.where(room, exact - whole, -1.0)))[:missing]
    whole[first] += 1
    return np.asarray(whole)
