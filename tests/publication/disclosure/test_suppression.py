"""Which cells are left out, and what can be worked back from the rest."""

from itertools import combinations

import numpy as np
import pytest
from auditing import find_exposed, find_range
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_tables import table_cells, whole_number_bounds, with_margins

from barometer.publication.disclosure import bounds
from barometer.publication.disclosure.bounds import find_bounds, outer_bounds, where_they_hold
from barometer.publication.disclosure.policy import POLICIES, DisclosurePolicy
from barometer.publication.disclosure.secondary import suppress
from barometer.publication.disclosure.small_cells import REASONS, find_dominated, find_small
from barometer.publication.disclosure.systems import pose


@pytest.mark.parametrize(
    ("count", "base", "reason"),
    [
        (4, 100, "few_answers"),
        (5, 100, ""),
        (0, 100, "none_answered"),
        (100, 100, "all_answered"),
        (96, 100, "few_others"),
        (95, 100, ""),
        (2, 4, "few_in_base"),
        (0, 0, ""),
    ],
)
def test_the_count_the_others_and_the_base_have_to_reach_the_threshold(count: int, base: int, reason: str) -> None:
    found = find_small(np.array([count]), np.array([base]), POLICIES["5"])
    assert REASONS[found[0]] == reason


def test_a_policy_may_show_zeros() -> None:
    policy = DisclosurePolicy("zeros", threshold=5, zeros="shown")
    assert not find_small(np.array([0, 100]), np.array([100, 100]), policy).any()


def test_no_control_finds_nothing_small() -> None:
    assert not find_small(np.array([0, 1, 99]), np.array([100, 100, 100]), POLICIES["none"]).any()


def test_dominance_by_the_largest_and_by_what_the_second_largest_could_find_out() -> None:
    amounts = np.array([90.0, 5.0, 5.0, 30.0, 30.0, 40.0, 50.0, 45.0, 4.0])
    group = np.repeat([0, 1, 2], 3)
    by_part = find_dominated(amounts, group, 3, DisclosurePolicy("part", largest=(1, 0.85)))
    by_prior = find_dominated(amounts, group, 3, DisclosurePolicy("prior", prior=0.1))
    # 90 of 100 is more than 85 %; without the two largest, 5 and 4 are left, less than a tenth of 90 and of 50.
    assert by_part.tolist() == [True, False, False]
    assert by_prior.tolist() == [True, False, True]


def test_one_small_cell_takes_three_more_of_a_table_with_margins() -> None:
    inner = np.array([[20.0, 50.0, 10.0, 1.0], [8.0, 19.0, 22.0, 30.0], [17.0, 32.0, 12.0, 25.0]])
    cells = table_cells(with_margins(inner))
    small = (cells.count > 0.0) & (cells.count < 3.0)
    hidden = suppress(cells, small, 3)
    assert small.sum() == 1
    assert hidden.sum() == 4
    assert not hidden.reshape(4, 5)[0].any()
    assert not hidden.reshape(4, 5)[:, 0].any()


def test_a_square_of_four_is_bounded_as_by_hand() -> None:
    cells = table_cells(with_margins(np.array([[20.0, 50.0, 10.0], [8.0, 19.0, 22.0], [17.0, 32.0, 12.0]])))
    hidden = np.zeros((4, 4), np.bool_)
    hidden[np.ix_([2, 3], [1, 3])] = True
    unknowns = pose(cells.knowledge, cells.count, hidden.ravel())
    low, high, _ = find_bounds(unknowns, np.arange(4), np.full(4, np.inf))
    # Rows leave 30 and 29, columns 25 and 34: one number d goes round, from 8 - d >= 0 to 17 - (d - 8) >= 0.
    assert low == pytest.approx([0.0, 5.0, 0.0, 4.0])
    assert high == pytest.approx([25.0, 30.0, 25.0, 29.0])


def test_bounds_that_are_handed_on_are_never_inside_what_a_table_leaves_open() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        cells = table_cells(with_margins(rng.integers(0, 9, (3, 4)).astype(np.float64)))
        hidden = rng.random(cells.count.size) < 0.6
        unknowns = pose(cells.knowledge, cells.count, hidden)
        least, most = outer_bounds(unknowns)
        for place, cell in enumerate(unknowns.cells.tolist()):
            low, high = find_range(cells, cells.count, hidden, cell)
            assert cells.count[cell] + least[place] <= low + 1e-6
            assert cells.count[cell] + most[place] >= high - 1e-6


def test_a_move_is_kept_in_the_parts_where_every_sum_holds() -> None:
    cells = table_cells(np.array([[30.0, 6.0, 9.0, 15.0]]))
    two = pose(cells.knowledge, cells.count, np.array([False, True, True, True]))
    moves = np.array([[2.0, -2.0, 0.0], [2.0, -1.0, 0.0], [-7.0, 7.0, 0.0]])
    assert where_they_hold(two, moves).tolist() == [[2.0, -2.0, 0.0], [0.0] * 3, [0.0] * 3]


def test_a_programme_that_finds_nothing_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "solve_programme", lambda slope, *_: np.full(slope.size, np.nan))
    cells = table_cells(with_margins(np.array([[20.0, 50.0], [8.0, 19.0]])))
    unknowns = pose(cells.knowledge, cells.count, cells.cost < 1000.0)
    low, high, moves = find_bounds(unknowns, np.arange(2), np.full(2, 5.0))
    assert np.isnan(high - low).all()
    assert not moves


def test_nothing_is_done_where_nothing_is_small() -> None:
    cells = table_cells(with_margins(np.full((3, 3), 20.0)))
    assert not suppress(cells, np.zeros(16, np.bool_), 5).any()


def test_bounds_are_those_of_trying_every_table_of_whole_numbers() -> None:
    rng = np.random.default_rng(7)
    for _ in range(4):
        cells = table_cells(with_margins(rng.integers(0, 4, (3, 3)).astype(np.float64)))
        hidden = np.zeros((4, 4), np.bool_)
        hidden[1:3, 1:4] = True
        low, high = whole_number_bounds(cells, hidden.ravel(), 6)  # no column has more than 6
        unknowns = pose(cells.knowledge, cells.count, hidden.ravel())
        wanted = np.arange(unknowns.cells.size)
        found = find_bounds(unknowns, wanted, np.full(wanted.size, np.inf))
        # Tables of two directions are networks: the ends of their linear programs are whole numbers.
        np.testing.assert_allclose(found[0], low[unknowns.cells], atol=1e-6)
        np.testing.assert_allclose(found[1], high[unknowns.cells], atol=1e-6)


def test_no_cheaper_pattern_protects_a_small_table() -> None:
    rng = np.random.default_rng(11)
    for _ in range(3):
        cells = table_cells(with_margins(rng.integers(1, 12, (2, 3)).astype(np.float64)), dear=1000.0)
        small = (cells.count < 3.0) & (cells.cost < 1000.0)
        hidden = suppress(cells, small, 3)
        inner = np.flatnonzero((cells.cost < 1000.0) & ~small)
        patterns = [small.copy() for _ in range(2**inner.size)]
        choices = [c for size in range(inner.size + 1) for c in combinations(inner.tolist(), size)]
        for pattern, choice in zip(patterns, choices, strict=True):
            pattern[list(choice)] = True
        safe = [p for p in patterns if not find_exposed(cells, small, p, 3).any()]
        if small.any() and safe:
            cheapest = min(cells.cost[p].sum() for p in safe)
            assert cells.cost[hidden].sum() <= 1.5 * cheapest + 1e-9


@settings(max_examples=12, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=st.integers(0, 14)),
    st.sampled_from([3, 5]),
    st.sampled_from([1.0, 6.3]),
)
def test_what_is_left_open_is_never_narrower_than_the_policy_allows(
    inner: np.ndarray, threshold: int, unit: float
) -> None:
    cells = table_cells(with_margins(inner.astype(np.float64)), unit)
    small = cells.count < threshold
    hidden = suppress(cells, small, threshold)
    assert (hidden | ~small).all()
    for value, scale in ((cells.count, 1.0), (cells.weighted, unit)):
        for cell in np.flatnonzero(small).tolist():
            low, high = find_range(cells, value, hidden, cell)
            assert high - low >= threshold * scale - 1e-4
            assert low - 1e-4 <= value[cell] <= high + 1e-4


def test_a_single_respondent_cannot_take_itself_out() -> None:
    # Of one row with a total: 1 and 4 are small and add up to 5, which is wide enough for anybody but the one.
    cells = table_cells(np.array([[30.0, 1.0, 4.0, 9.0, 16.0]]).reshape(1, 5))
    small = (cells.count == 1.0) | (cells.count == 4.0)
    assert not find_exposed(cells, small, small, 5).any()
    hidden = suppress(cells, small, 5)
    assert hidden.sum() == 3
    assert not find_exposed(cells, small, hidden, 6).any()


def test_a_move_through_a_cell_that_is_shown_again_proves_nothing() -> None:
    """The 2 of the first row stood alone: what had shown it open went through a cell that was shown again later."""
    inner = np.array(
        [
            [15, 23, 24, 5, 5, 2],
            [43, 3, 25, 5, 59, 4],
            [3, 4, 1, 5, 2, 1],
            [32, 38, 0, 22, 16, 33],
            [1, 54, 30, 4, 5, 55],
            [0, 56, 7, 35, 0, 30],
        ]
    )
    cells = table_cells(with_margins(inner.astype(np.float64)))
    small = cells.count < 3
    assert not find_exposed(cells, small, suppress(cells, small, 3), 3).any()
