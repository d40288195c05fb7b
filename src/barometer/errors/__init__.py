"""Every exception and warning of barometer: one root, one level of children; and checks that raise the commonest."""

from barometer.errors.answers import AnswersError
from barometer.errors.arguments import ArgumentError, MissingPackageError, MissingProgramError, UnknownNameError
from barometer.errors.comparability import MixedCodebooksError, NoMatchError, NotComparableError
from barometer.errors.design import DesignError, LonelyPSUError
from barometer.errors.disclosure import DifferencingError, WithheldError
from barometer.errors.estimation import ModelError, SynthesisError
from barometer.errors.faults import FEW, Fault
from barometer.errors.files import (
    DeliveryError,
    DeliveryWarning,
    MissingFileError,
    MomentsError,
    NotebookError,
    OutputError,
)
from barometer.errors.records import CodebookError, LayoutError
from barometer.errors.required import as_path, check_all, check_choice, check_confidence, check_kind, check_number
from barometer.errors.root import BarometerError, BarometerWarning
from barometer.errors.weights import CalibrationError, ResponseError, TargetFault

__all__ = [
    "FEW",
    "AnswersError",
    "ArgumentError",
    "BarometerError",
    "BarometerWarning",
    "CalibrationError",
    "CodebookError",
    "DeliveryError",
    "DeliveryWarning",
    "DesignError",
    "DifferencingError",
    "Fault",
    "LayoutError",
    "LonelyPSUError",
    "MissingFileError",
    "MissingPackageError",
    "MissingProgramError",
    "MixedCodebooksError",
    "ModelError",
    "MomentsError",
    "NoMatchError",
    "NotComparableError",
    "NotebookError",
    "OutputError",
    "ResponseError",
    "SynthesisError",
    "TargetFault",
    "UnknownNameError",
    "WithheldError",
    "as_path",
    "check_all",
    "check_choice",
    "check_confidence",
    "check_kind",
    "check_number",
]
