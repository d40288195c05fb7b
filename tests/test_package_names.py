"""The public names are there, and what answers and shows waits until it is asked for."""

import inspect
import subprocess
import sys
from dataclasses import fields, is_dataclass

import pytest

import barometer as bm
from barometer import publication, survey

LONG = ("Array", "ndarray", "DataFrame", "Series", "SurveyDesign", "Columns", "WeightSpread", "DomainEstimates")
"""In the types of fields whose text is rows, or many lines."""


def test_every_public_name_is_there_and_once() -> None:
    assert len(bm.__all__) == len(set(bm.__all__))
    assert dir(bm) == sorted(bm.__all__)
    for name in bm.__all__:
        assert callable(getattr(bm, name))
    for name in publication.__all__:
        assert getattr(bm, name) is getattr(publication, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="estimate_share'"):
        bm.estimate_share  # noqa: B018


def test_importing_barometer_enters_neither_analysis_nor_publication_until_they_are_asked_for() -> None:
    code = (
        "import sys, barometer\n"
        "def loaded(): return [room for room in ('analysis', 'publication') if 'barometer.' + room in sys.modules]\n"
        "print(loaded(), callable(barometer.estimate_shares), loaded(), callable(barometer.draw), loaded())\n"
        "print(barometer.analysis.__name__, barometer.publication.__name__, barometer.survey.estimate_means.__module__)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms, names = found.stdout.splitlines()
    assert rooms == "[] True ['analysis'] True ['analysis', 'publication']"
    assert names == "barometer.analysis barometer.publication barometer.survey.estimators"


def test_every_public_class_says_what_it_is_and_none_writes_its_arrays_out() -> None:
    named = [getattr(room, name) for room in (bm, survey) for name in room.__all__]
    classes = [found for found in named if inspect.isclass(found)]
    assert len(classes) > 80
    assert [found for found in classes if found.__repr__ is object.__repr__] == []
    # What dataclasses make themselves is wrapped.
    made = [found for found in classes if is_dataclass(found) and hasattr(found.__repr__, "__wrapped__")]
    assert survey.Choices in made
    assert [(c, f.name) for c in made for f in fields(c) if any(name in str(f.type) for name in LONG)] == []
