"""Whole numbers in proportion, and the frame made of them."""

import numpy as np
import pytest

from barometer.codebook import codebook
from barometer.errors import SynthesisError
from barometer.synthesis.frame import apportion, draw_frame
from barometer.synthesis.recipe import load_recipe


def test_largest_remainders_by_hand() -> None:
    assert apportion(np.array([5.0, 3.0, 2.0]), 7).tolist() == [4, 2, 1]  # 3.5, 2.1, 1.4


def test_bounds_are_kept_and_the_rest_is_shared() -> None:
    found = apportion(np.array([90.0, 5.0, 5.0]), 60, least=4, most=np.array([40, 30, 30]))
    assert found.tolist() == [40, 10, 10]


def test_bounds_that_leave_no_room_stop() -> None:
    with pytest.raises(SynthesisError, match="5 cannot be divided over strata that hold 6 to 30"):
        apportion(np.array([1.0, 1.0, 1.0]), 5, least=2, most=np.array([10, 10, 10]))


def test_the_frame_has_the_published_counts_and_every_stratum_two_answers() -> None:
    book = codebook()
    frame = draw_frame(load_recipe(3, book), book)
    assert (len(frame.workplaces), frame.sampled.sum(), frame.answered.sum()) == (15_000, 4_542, 2_271)
    assert frame.answered.min() >= 2
    assert (frame.answered <= frame.sampled).all()
    assert (frame.sampled <= frame.population).all()
    counted = frame.workplaces.groupby("stratum")[["sampled", "answered"]].sum()
    assert counted["answered"].tolist() == frame.answered.tolist()
    assert not (frame.workplaces["answered"] & ~frame.workplaces["sampled"]).any()
    assert frame.workplaces["id"].is_unique
