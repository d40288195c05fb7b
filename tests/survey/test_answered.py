"""How many rows have an outcome."""

import numpy as np

from barometer import survey as sv


def test_rows_are_counted_by_group_and_in_total_with_those_outside() -> None:
    yes = np.array([[1, 0], [1, 1], [0, 1], [1, 1], [1, 0]], dtype=bool)
    columns = sv.Columns("share", ("a", "b"), yes, np.ones((5, 1), bool), np.zeros(2, np.intp), None)
    groups = sv.Groups(np.array([0, 1, 1, -1, 0]), ("g",), (("x",), ("y",), ("nobody",)))
    assert sv.count_answered(columns, groups).tolist() == [[4, 3], [2, 0], [1, 2], [0, 0]]
