"""Labels are moved apart, each as little as the others allow."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.publication.label_places import spread_labels


def test_labels_with_room_stay() -> None:
    assert spread_labels([80.0, 10.0, 40.0], [10.0, 10.0, 10.0], 0.0, 100.0) == [80.0, 10.0, 40.0]


def test_two_labels_share_the_move_and_the_edge_holds_them() -> None:
    assert spread_labels([50.0, 54.0], [10.0, 10.0], 0.0, 100.0) == [47.0, 57.0]
    assert spread_labels([99.0, 99.0], [10.0, 10.0], 0.0, 100.0) == [85.0, 95.0]
    assert spread_labels([], [], 0.0, 100.0) == []


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(5, 20)), min_size=1, max_size=9))
def test_no_two_lie_on_each_other_and_their_order_stays(labels: list[tuple[float, float]]) -> None:
    wanted, heights = [place for place, _ in labels], [height for _, height in labels]
    centres = spread_labels(wanted, heights, 0.0, 200.0)
    order = np.argsort(wanted, kind="stable")
    ends = [(centres[i] - heights[i] / 2, centres[i] + heights[i] / 2) for i in order]
    assert all(above[0] >= below[1] - 1e-9 for below, above in pairwise(ends))
    assert ends[0][0] >= -1e-9
    if sum(heights) <= 200.0:
        assert ends[-1][1] <= 200.0 + 1e-9


def test_a_block_stands_at_the_mean_of_what_it_wants() -> None:
    centres = spread_labels([50.0, 50.0, 50.0], [10.0, 10.0, 10.0], 0.0, 100.0)
    assert centres == pytest.approx([40.0, 50.0, 60.0])
