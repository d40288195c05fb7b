"""The survey design of a wave, made once."""

from weakref import WeakKeyDictionary

from barometer.microdata import Wave
from barometer.survey import SurveyDesign, stratified_design

_DESIGNS: WeakKeyDictionary[Wave, SurveyDesign] = WeakKeyDictionary()


def wave_design(wave: Wave) -> SurveyDesign:
    """
    Return the stratified design of a wave: its weights, strata and population sizes.

    Notes
    -----
    Answering is treated as a second random draw inside each stratum, so n_h is the number of answers and the finite
    population correction is 1 - n_h/N_h.
    """
    if wave not in _DESIGNS:
        codes, names = wave.stratum
        _DESIGNS[wave] = stratified_design(wave.microdata["weight"], codes, wave.population, labels=names)
    return _DESIGNS[wave]
