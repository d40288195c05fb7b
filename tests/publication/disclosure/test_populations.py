"""What has one name and is of different people is not one cell; amounts that few make up are small."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.publication.disclosure import protect_all
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.disclosure.populations import tell_apart
from barometer.publication.disclosure.protecting import suppress_tables
from barometer.publication.disclosure.relations import assemble
from barometer.publication.disclosure.small_cells import REASONS
from barometer.publication.disclosure.tables import Cell, CellTable, Sum

RARE = "partner.foundations"


def table(name: str, counts: list[int], base: int, *, groups: str = "abc", wave: int = 3) -> CellTable:
    """An answer in total and in some groups of one base."""
    places = [("", "total"), *(("region", group) for group in groups)]
    count = np.array([sum(counts), *counts], np.intp)
    size = np.array([base * len(counts), *[base] * len(counts)], np.intp)
    cells = tuple(Cell(wave, "all", "yes", *place) for place in places)
    sums = (Sum(wave, "all", {"yes": 1.0, "": -1.0}, "at_most"),)
    return CellTable(name, cells, count, size, count.astype(float), size.astype(float), sums, {})


def test_the_same_table_twice_is_one() -> None:
    first, second = tell_apart([table("one", [3, 40, 50], 100), table("two", [3, 40, 50], 100)])
    assert first.cells == second.cells
    assert first.sums == second.sums


def test_another_base_of_the_same_name_is_another_population() -> None:
    first, second = tell_apart([table("all", [30, 40, 50], 100), table("where", [3, 40, 50], 90)])
    assert {cell.base for cell in second.cells} == {"all (2)"}
    assert {each.base for each in second.sums} == {"all (2)"}
    assert {cell.base for cell in first.cells} == {"all"}
    place, cells = assemble([first, second])
    numbers = cells.count[[place[cell] for cell in second.cells]]
    np.testing.assert_array_equal(numbers, second.count)


def test_another_answer_of_the_same_name_is_another_answer() -> None:
    first, second, third = tell_apart([table(str(k), [30, 40, 50 + k], 100) for k in range(3)])
    assert [{cell.item for cell in each.cells} for each in (first, second, third)] == [
        {"yes"},
        {"yes (2)"},
        {"yes (3)"},
    ]
    assert [dict(each.sums[0].terms) for each in (second, third)] == [
        {"yes (2)": 1.0, "": -1.0},
        {"yes (3)": 1.0, "": -1.0},
    ]


def test_a_small_cell_of_another_population_is_found() -> None:
    """Taken for the cell of the first table, 3 of the second would be shown beside its total."""
    tables = [table("all", [30, 40, 50], 100), table("where", [3, 40, 50], 90)]
    _, hidden = suppress_tables(tell_apart(tables), find_policy("5"))
    alone = suppress_tables(tables[1:], find_policy("5"))[0]
    np.testing.assert_array_equal(hidden.cell, alone.cell)
    assert hidden.cell.sum() == 2


def test_groups_that_a_wave_makes_otherwise_are_not_added_up_as_another_does(waves: dict[int, bm.Wave]) -> None:
    one = bm.estimate_shares(waves[3], RARE, by="sector")
    domain = one.domains[0]
    moved = (replace(domain.groups[0], of=domain.groups[-1].of), *domain.groups[1:])
    other = replace(one, domains=(replace(domain, groups=moved),))
    cells = tell_apart([HANDLED[bm.Estimates].cells(each) for each in (one, other)])
    assert {cell.base for cell in cells[0].cells}.isdisjoint(cell.base for cell in cells[1].cells)


def test_two_peer_groups_are_protected_as_each_is_alone(wave: bm.Wave) -> None:
    peers = [bm.find_peers(wave, sector=sector, size="small") for sector in ("municipal_schools", "state_education")]
    shares = [bm.estimate_shares(wave, RARE, by=each) for each in peers]
    for together, apart in zip(protect_all(shares), [bm.protect(each) for each in shares], strict=True):
        pd.testing.assert_frame_equal(together.result.table, apart.result.table)
    # Four of the one group said so, five of the other.
    assert [bm.protect(each).result.table["share"].notna().tolist() for each in shares] == [[True, False], [True, True]]
    assert not bm.check_differencing([shares[0], shares[0]]).table.shape[0]
    keep, drop = (
        bm.estimate_shares(wave, "partner.citizens", by=peers[0], dont_know=rule) for rule in ("keep", "drop")
    )
    gap = int(keep.table["n"].iloc[1] - drop.table["n"].iloc[1])
    wide = bm.DisclosurePolicy("wide", threshold=gap + 1, merging="never")
    assert gap > 0
    assert bm.check_differencing([keep, drop], wide).table["reason"].tolist() == ["bases"]


@pytest.mark.parametrize(("part", "small"), [(0.8, False), (0.799, True)])
def test_a_mean_that_two_make_up_is_small(wave: bm.Wave, part: float, small: bool) -> None:
    """Of numbers of partners 0 0 0 0 1 1 4 4 two have 8 of 10: dominated where they may have less than that."""
    counts = bm.estimate_counts(wave, "partner")
    exactly = (counts.table["statistic"] == "exactly").to_numpy()
    answered = np.zeros_like(counts.answered)
    answered[np.flatnonzero(exactly)[[0, 1, 4]]] = 4, 2, 2
    made = HANDLED[bm.Counts].cells(replace(counts, answered=answered))
    policy = bm.DisclosurePolicy("amounts", threshold=1, zeros="shown", largest=(2, part))
    (hidden,) = suppress_tables([made], policy)
    mean = int(np.flatnonzero((counts.table["statistic"] == "mean").to_numpy())[0])
    assert (REASONS[hidden.reason[mean]] == "dominance") is small
    assert hidden.cell[mean] == small


@pytest.mark.parametrize(
    ("tables", "rows"),
    [
        (["novelty.first"], 0),
        (["novelty.first", "novelty.adapted novelty.copy", "novelty.dont_know"], 1),
        (["novelty.first novelty.dont_know", "novelty.reused"], 1),
        (["novelty.reused", "novelty.adapted", "novelty.copy"], 1),
    ],
)
def test_answers_of_one_question_add_up_over_tables(wave: bm.Wave, tables: list[str], rows: int) -> None:
    """Four answers and the base, or a group of two in their place, or the group and its parts."""
    made = [HANDLED[bm.Estimates].cells(bm.estimate_shares(wave, names.split())) for names in tables]
    place, cells = assemble(made)
    assert cells.knowledge.equal.sum() == rows
    for row in cells.knowledge.rows.toarray()[cells.knowledge.equal]:
        assert row @ cells.count == pytest.approx(0.0)
        assert np.count_nonzero(row) >= 3
    assert len(place) == sum(len(names.split()) for names in tables) + 1


def test_combinations_add_up_to_their_answers_and_pairs(wave: bm.Wave) -> None:
    overlaps = bm.estimate_overlaps(wave, [RARE, "partner.citizens", "partner.private_firms"])
    made = HANDLED[bm.Overlaps].cells(overlaps)
    count = {cell.item: int(n) for cell, n in zip(made.cells, made.count, strict=True)} | {"": int(made.base[0])}
    of = [dict(each.terms) for each in made.sums if any(item.startswith("=") for item in each.terms)]
    # All combinations are the base; those with an answer, or with two, are that answer or that pair.
    assert len({item for terms in of for item, sign in terms.items() if sign < 0.0}) == len(of) == 1 + 3 + 3
    for terms in of:
        assert sum(sign * count[item] for item, sign in terms.items()) == 0.0
