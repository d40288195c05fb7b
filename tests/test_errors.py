"""Errors of the barometer: they go to another process and back whole."""

import pickle
from pathlib import Path

import pytest

from barometer import errors
from barometer.errors import BarometerError, Fault

FAULTS = [Fault("codes", "a code", "sp01", (2, 3))]
EXAMPLES = [
    errors.CodebookError(Path("metadata"), FAULTS),
    errors.LayoutError(Path("a.layout.toml"), FAULTS),
    errors.DeliveryError(Path("a.csv"), FAULTS),
    errors.MissingFileError(Path("a.csv"), "delivery", "Check the name."),
    errors.MissingPackageError("pyreadstat", "spss", "to read .sav files"),
    errors.MissingProgramError("chromium", "to print PDF", "Print the page from a browser."),
    errors.UnknownNameError("wave", "33", ["3"]),
    errors.DesignError("weight", "is empty"),
    errors.CalibrationError([errors.TargetFault("level", "state", 12, "12 rows have it, and there is no target")]),
    errors.LonelyPSUError(["north", "south"]),
    errors.ResponseError("sector", "schools", 12, "none of 12 units answered"),
    errors.SynthesisError("novelty", "no choice"),
    errors.AnswersError([Fault("answers", "has 4 ticks; at most 3 are allowed", "initiator")]),
    errors.OutputError(Path("out"), "cannot be written to"),
    errors.MomentsError("sweden 2023", "is counted twice"),
    errors.NotebookError(Path("a.ipynb"), "NameError"),
    errors.ArgumentError("lang", "must be da or en"),
    errors.MixedCodebooksError(["denmark", "administrations"], ["workplaces", "administrations"]),
    errors.ModelError("collinear", ["size"], "size is level again"),
    errors.NoMatchError({"innovative": "no match on record"}),
    errors.WithheldError("kernel.n"),
    errors.DifferencingError((("figure a", "table b", "innovative"),)),
    errors.NotComparableError((1, 2), {"sector": "sectors do not correspond"}),
]


def test_every_error_has_an_example() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BarometerError)}
    assert {type(error) for error in EXAMPLES} == kinds - {BarometerError}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_keeps_its_message_and_facts_between_processes(error: BarometerError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error) != ""
    assert vars(back) == vars(error)
