"""The kernel's public names are there, and their modules wait until they are asked for."""

import subprocess
import sys

import pytest

import barometer.survey as sv


def test_every_public_name_is_there_and_once() -> None:
    assert sorted(sv.__all__) == sorted(set(sv.__all__)) == sorted(sv._HOME)
    assert all(getattr(sv, name) is not None for name in sv.__all__)
    assert dir(sv) == sorted(sv.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="estimate_share'"):
        sv.estimate_share  # noqa: B018


def test_importing_barometer_imports_none_of_the_kernels_arithmetic() -> None:
    code = "import sys, barometer; print([name for name in sys.modules if name.startswith('barometer.survey.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
