"""Errors of weights in the words of the codebook: the domain, the group's label, and the count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from barometer.analysis.tables import domain_label
from barometer.codebook import Codebook
from barometer.errors import ArgumentError, CalibrationError, ResponseError, TargetFault
from barometer.microdata import ResponseAdjustment, Wave
from barometer.microdata.weighting import CROSS

SEVERAL = " + "
"""Between cells that were joined."""
OWN_NAMES = {"variables": "margins", "lower": "trim", "upper": "trim"}
"""What `reweight` calls an argument of the kernel."""


@contextmanager
def faults_in_words(wave: Wave) -> Iterator[None]:
    """
    Say errors about the weights of a wave, raised inside, with the labels of its domains and groups.

    Raises
    ------
    CalibrationError, ResponseError, ArgumentError
        Those that were raised, their codes as before.
    """
    try:
        yield
    except CalibrationError as error:
        faults = [replace(fault, place=_place(wave.codebook, fault)) for fault in error.faults]
        raise CalibrationError(faults, error.heading) from None
    except ResponseError as error:
        crossed = [CROSS.join(step.domains) for step in wave.weighting if isinstance(step, ResponseAdjustment)]
        variable = crossed[0] if error.variable == "cell" and crossed else error.variable
        place = _of_response(wave.codebook, variable, error.level)
        raise ResponseError(variable, error.level, error.count, error.reason, place) from None
    except ArgumentError as error:
        if error.argument not in OWN_NAMES:
            raise
        raise ArgumentError(OWN_NAMES[error.argument], str(error).removeprefix(f"{error.argument}: ")) from None


def _place(codebook: Codebook, fault: TargetFault) -> str:
    names = fault.margin.split(CROSS)
    if any(name not in codebook.domains for name in names):
        return ""
    domain = CROSS.join(domain_label(codebook, name, "en") for name in names)
    if not fault.level:
        return f"{fault.margin} ({domain})"
    return f"{domain}, {_group(codebook, names, fault.level)} ({fault.margin} {fault.level!r})"


def _of_response(codebook: Codebook, variable: str, level: str) -> str:
    names = variable.split(CROSS)
    if any(name not in codebook.domains for name in names):
        return ""
    domain = CROSS.join(domain_label(codebook, name, "en") for name in names)
    groups = SEVERAL.join(_group(codebook, names, cell) for cell in level.split(SEVERAL))
    return f"{domain}, {groups} ({variable} {level!r})"


def _group(codebook: Codebook, names: list[str], level: str) -> str:
    """Label a group of crossed domains; what is no group is told as it is."""
    codes = level.split(CROSS)
    if len(codes) != len(names):
        return level
    known = [{group.code: group.label.en for group in codebook.domain(name).groups} for name in names]
    return CROSS.join(labels.get(code, code) for labels, code in zip(known, codes, strict=True))
