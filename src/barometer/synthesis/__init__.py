"""From claims to synthetic waves: frame, sample, answers, fitted to what was published."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from barometer.codebook import codebook
from barometer.microdata.store import replacing
from barometer.survey import declare_design
from barometer.synthesis.answers import make_answers
from barometer.synthesis.delivery import write_delivery
from barometer.synthesis.frame import draw_frame
from barometer.synthesis.recipe import load_recipe

__all__ = ["synthesize"]


def synthesize(wave: int, folder: str | Path, tell: Callable[[str], None] = lambda _: None) -> list[Path]:
    """
    Make the synthetic microdata of one wave, the same bytes each time.

    Parameters
    ----------
    wave : int
    folder : str or Path
        Where the delivery, its layout, the frame and the note are written; nothing is written unless all of it is made.
    tell : callable, optional
        Gets one line of progress at a time.

    Returns
    -------
    list of Path

    Raises
    ------
    UnknownNameError
        If there is no recipe for the wave.
    SynthesisError
        If a published base size cannot be reached.
    """
    book = codebook().in_wave(wave)
    recipe = load_recipe(wave, book)
    tell("frame, sample and response")
    frame = draw_frame(recipe, book)
    answered = frame.workplaces[frame.workplaces["answered"]]
    stratum = answered["stratum"].to_numpy()
    design = declare_design((frame.population / frame.answered)[stratum], stratum, population=frame.population[stratum])
    registers = {name: answered[name].to_numpy().astype(np.str_) for name in ("level", "sector", "size")}
    made = make_answers(recipe, book, design, registers, tell)
    folder = Path(folder)
    with replacing(folder) as staged:
        names = [path.name for path in write_delivery(recipe, book, frame, made, staged)]
    return [folder / name for name in names]
