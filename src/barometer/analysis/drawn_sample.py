"""The sample of a wave as arrays: those who answered, and those who did not, with their design weights."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.errors import ArgumentError
from barometer.microdata import SampleFrame, Wave, check_wave
from barometer.microdata.wave import strata_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DrawnSample:
    """
    The n units drawn: the r that answered first, in the order of the microdata, then the others.

    Attributes
    ----------
    registers : DataFrame
        Register domains that the frame has, n rows.
    answered : (n,) bool
    weight : (n,) float
        Design weights N_h / n_h.
    stratum : (n,) int
    strata : tuple of str
    population : (H,) int
        Units of the frame in each stratum.
    delivered : (n,) float
        Weights of estimates, as delivered or moved since, so scaled that they add up to the design weights; 0 for those
        who did not answer.
    """

    registers: pd.DataFrame
    answered: NDArray[np.bool_]
    weight: NDArray[np.float64]
    stratum: NDArray[np.intp]
    strata: tuple[str, ...]
    population: NDArray[np.intp]
    delivered: NDArray[np.float64]

    @property
    def design(self) -> "survey.SurveyDesign":
        """The sample as it was drawn, answered or not."""
        return survey.declare_design(
            self.weight, self.stratum, population=self.population[self.stratum], lonely_psu="adjust"
        )


def drawn_sample(wave: Wave, moved: NDArray[np.float64] | None = None) -> DrawnSample:
    """
    Lay out the sample of a wave.

    Parameters
    ----------
    wave : Wave
    moved : (r,) float, optional
        Weights that estimates of the wave are made with, where they are not those delivered.

    Raises
    ------
    ArgumentError
        If it is no wave, its frame was not delivered, or the frame lacks a register that the strata are made of.
    ResponseError
        If none is drawn in a stratum of the frame.
    """
    frame = delivered_frame(wave)
    names = list(frame.registers)
    drawn = frame.drawn
    silent = drawn.loc[~drawn["answered"], names]
    registers = pd.concat([wave.microdata[names], silent], ignore_index=True)
    answered = np.arange(len(registers)) < wave.n
    codes, names_of = strata_of(frame.counts, wave.record.stratum)
    units = frame.counts["units"].to_numpy()
    labels = np.array(names_of, dtype=object)[np.repeat(codes, units)]
    made = survey.design_weights(labels, np.repeat(frame.counts["sampled"].to_numpy(), units))
    position = {label: code for code, label in enumerate(made.labels)}
    own, own_labels = strata_of(registers, wave.record.stratum)
    stratum = np.array([position[label] for label in own_labels], dtype=np.intp)[own]
    weight = (made.population / made.sampled)[stratum]
    delivered = np.zeros(answered.size)
    delivered[answered] = wave.microdata["weight"].to_numpy(np.float64) if moved is None else moved
    delivered *= weight.sum() / delivered.sum()
    strata = tuple(str(label) for label in made.labels)
    return DrawnSample(registers, answered, weight, stratum, strata, made.population, delivered)


def delivered_frame(wave: Wave) -> SampleFrame:
    """
    Return the frame of a wave.

    Raises
    ------
    ArgumentError
        If it is no wave, its frame was not delivered, or the frame lacks a register of the strata.
    """
    check_wave(wave)
    if wave.frame is None:
        raise ArgumentError(
            "wave",
            "has no frame of the units drawn: name the file in [frame] of the layout, with a column of the units' "
            "numbers called as in the delivery",
        )
    if absent := [name for name in wave.record.stratum if name not in wave.frame.registers]:
        raise ArgumentError("wave", f"its frame has no {' and no '.join(absent)}, of which the strata are made")
    return wave.frame
