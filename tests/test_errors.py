"""Errors of the barometer: they go to another process and back whole."""

import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from barometer import errors
from barometer.errors import BarometerError, Fault

Rule = Literal["holm", "none"]
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


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda: errors.check_choice("rule", "holms", Rule),
            "rule: must be one of holm, none; got 'holms'. Did you mean 'holm'?",
        ),
        (lambda: errors.check_choice("rule", "x", ("a", "b")), "rule: must be one of a, b; got 'x'"),
        (lambda: errors.check_choice("rule", ["holm"], Rule), "rule: must be one of holm, none; got ['holm']"),
        (lambda: errors.check_number("delta", True), "delta: must be a number; got bool"),
        (lambda: errors.check_number("delta", math.nan), "delta: must be a number; got float"),
        (
            lambda: errors.check_confidence("0.9"),
            "confidence: must be a number between 0 and 1, for instance 0.95; got '0.9'",
        ),
        (lambda: errors.check_confidence(1), "confidence: must be a number between 0 and 1, for instance 0.95; got 1"),
        (lambda: errors.check_kind("path", None, Path, "a path"), "path: must be a path; got None"),
        (lambda: errors.check_all("files", "ab", str, "files in a list"), "files: must be files in a list; got str"),
        (lambda: errors.check_all("files", ["a", 3, None], str, "files"), "files: must be files; got None, int"),
        (lambda: errors.check_all("files", (), str, "files"), "files: must be files; got none"),
        (lambda: errors.as_path("out", ""), "out: is empty: name a file or a folder"),
        (lambda: errors.as_path("out", 3), "out: must be a path, for instance 'folder/file'; got int"),
    ],
)
def test_a_check_says_what_it_must_be_and_what_it_is(check: Callable[[], object], message: str) -> None:
    with pytest.raises(errors.ArgumentError) as caught:
        check()
    assert str(caught.value) == message


def test_what_fits_passes_every_check() -> None:
    errors.check_choice("rule", "holm", Rule)
    errors.check_number("delta", np.float32(0.5))
    errors.check_kind("path", Path(), Path, "a path")
    errors.check_all("files", ["a"], (str, Path), "files")
    assert errors.as_path("out", "a/b") == Path("a/b")
    assert (errors.check_confidence(np.float32(0.5)), type(errors.check_confidence(np.float32(0.5)))) == (0.5, float)
