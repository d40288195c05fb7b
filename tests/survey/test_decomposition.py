"""A change taken apart: R's svycontrast on nonlinear expressions and its jackknife, hand numbers and identities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from repeated_samples import occasions, stored

import barometer.survey as sv
from barometer.errors import ArgumentError

ANSWERS = stored("parts")
COLUMN = {part: place for place, part in enumerate(sv.PARTS)}


def two(kind: str) -> tuple[sv.Occasion, sv.Occasion]:
    rows = stored("input")
    linked, corrected = kind == "stacked", kind in ("stacked", "independent")
    first, second = occasions(rows[rows["wave"] < 3], ["yes"], ids=linked, corrected=corrected, cells=True)
    return first, second


@pytest.mark.parametrize("kind", ["independent", "replacement", "stacked"])
def test_parts_and_their_standard_errors_are_those_of_r(kind: str) -> None:
    found = sv.decompose(*two(kind), rule="stacked")
    answers = ANSWERS[ANSWERS["rule"] == kind]
    for answer in answers.to_dict("records"):
        place = 0, COLUMN[str(answer["part"])]
        assert found.estimate[place] == pytest.approx(answer["estimate"], rel=1e-8)
        assert found.se[place] == pytest.approx(answer["se"], rel=1e-8)
    assert len(answers) == 8


def test_the_jackknife_agrees_as_far_as_its_own_error_goes() -> None:
    found = sv.decompose(*two("replacement"))
    answers = ANSWERS[ANSWERS["rule"] == "jackknife"]
    for answer in answers.to_dict("records"):
        place = 0, COLUMN[str(answer["part"])]
        assert found.estimate[place] == pytest.approx(answer["estimate"], rel=1e-8)
        assert found.se[place] == pytest.approx(answer["se"], rel=0.1)  # 8 cells of 65 rows: curvature counts
    assert len(answers) == 2


def by_hand(cells: dict[str, tuple[tuple[float, int, int], tuple[float, int, int]]]) -> tuple[sv.Occasion, sv.Occasion]:
    """Occasions of cells with a weight, and so many who do and do not."""
    found = []
    for t in (0, 1):
        parts = [(code, *held[t]) for code, held in cells.items()]
        yes = np.concatenate([np.repeat([1.0, 0.0], [n_yes, n_no]) for _, _, n_yes, n_no in parts])
        weight = np.concatenate([np.full(n_yes + n_no, w) for _, w, n_yes, n_no in parts])
        label = np.concatenate([np.repeat(code, n_yes + n_no) for code, _, n_yes, n_no in parts])
        groups = sv.group_rows(pd.Categorical(label, categories=list(cells)), yes.size)
        design = sv.declare_design(weight)
        columns = sv.share_columns(yes, yes.size)
        found.append(sv.Occasion(design, columns, groups, np.zeros(yes.size, dtype=np.intp), None))
    return found[0], found[1]


def test_parts_of_two_cells_are_what_the_hand_finds() -> None:
    # q: (1/2, 1/2) to (3/4, 1/4); r: (1/5, 3/5) to (2/5, 4/5).
    cells = {"a": ((1.0, 2, 8), (3.0, 4, 6)), "b": ((1.0, 6, 4), (1.0, 8, 2))}
    found = sv.decompose(*by_hand(cells))
    expected = {"change": 0.5 - 0.4, "mix": 0.25 * 0.3 - 0.25 * 0.7, "behaviour": 0.2}
    expected |= {"mix_first": 0.25 * 0.2 - 0.25 * 0.6, "behaviour_first": 0.2, "interaction": 0.0}
    expected |= {"first_standardised": 0.75 * 0.2 + 0.25 * 0.6, "second_standardised": 0.5 * 0.4 + 0.5 * 0.8}
    for part, value in expected.items():
        assert found.estimate[0, COLUMN[part]] == pytest.approx(value, abs=1e-14)
    assert found.mix.tolist() == [[0.5, 0.5], [0.75, 0.25]]
    assert found.n.tolist() == [[10, 10], [10, 10]]


@pytest.mark.parametrize("kind", ["independent", "stacked"])
def test_parts_add_up_to_the_change_and_cells_to_the_parts(kind: str) -> None:
    found = sv.decompose(*two(kind))
    change, mix, behaviour, mix_first, behaviour_first, interaction, *_ = found.estimate.T
    assert mix + behaviour == pytest.approx(change, abs=1e-15)
    assert mix_first + behaviour_first + interaction == pytest.approx(change, abs=1e-15)
    assert found.estimate[1:].sum(axis=0) == pytest.approx(found.estimate[0], abs=1e-15)


@pytest.mark.parametrize("kind", ["independent", "stacked"])
@pytest.mark.parametrize("rule", ["conditional", "stacked"])
def test_the_change_is_that_of_the_shares_with_its_standard_error(kind: str, rule: sv.OverlapRule) -> None:
    held = two(kind)
    found, whole = sv.decompose(*held, rule=rule), sv.estimate_occasions(held, sv.Choices(), rule).change(0, 1)
    assert found.overlapping == (kind == "stacked")
    for name in ("estimate", "se", "ci_low", "ci_high", "df", "p_value"):
        assert getattr(found, name)[0, 0] == pytest.approx(getattr(whole, name)[0, 0], rel=1e-10)


def test_one_cell_has_no_mix() -> None:
    found = sv.decompose(*by_hand({"a": ((1.0, 2, 8), (1.0, 6, 4))}))
    assert found.estimate[0, COLUMN["mix"]] == found.se[0, COLUMN["mix"]] == 0.0
    assert found.se[0, COLUMN["behaviour"]] == pytest.approx(found.se[0, COLUMN["change"]], rel=1e-12)


def test_the_mix_of_cells_that_are_strata_of_known_size_has_no_error_where_shares_are_equal() -> None:
    draw = np.random.default_rng(3)
    held = []
    for take in ((20, 30), (30, 20)):
        stratum = np.repeat([0, 1], take)
        yes = draw.permutation(np.repeat([0.0, 1.0], 25))
        yes[:4] = yes[-4:] = [0.0, 1.0, 0.0, 1.0]
        size = np.array([100.0, 50.0])
        design = sv.declare_design(size[stratum] / np.array(take)[stratum], stratum, population=size[stratum])
        held.append(sv.Occasion(design, sv.share_columns(yes, 50), sv.group_rows(stratum, 50), stratum, None))
    found = sv.decompose(held[0], held[1])
    assert found.estimate[0, COLUMN["mix"]] == pytest.approx(0.0, abs=1e-15)
    assert found.se[0, COLUMN["mix"]] == pytest.approx(0.0, abs=1e-9)
    assert found.se[0, COLUMN["behaviour"]] == pytest.approx(found.se[0, COLUMN["change"]], rel=1e-9)


def test_a_cell_that_one_occasion_lacks_is_all_mix() -> None:
    held = by_hand({"a": ((1.0, 2, 8), (1.0, 4, 6)), "b": ((1.0, 0, 0), (1.0, 3, 7)), "c": ((1.0, 5, 5), (1.0, 0, 0))})
    found = sv.decompose(*held)
    behaviour, mix = (found.estimate[:, COLUMN[part]] for part in ("behaviour", "mix"))
    assert behaviour[2:].tolist() == [0.0, 0.0]
    assert found.se[2:, COLUMN["behaviour"]].tolist() == [0.0, 0.0]
    assert mix[2] == pytest.approx(0.5 * 0.3, abs=1e-14)
    assert mix[3] == pytest.approx(-0.5 * 0.5, abs=1e-14)
    assert (behaviour + mix)[0] == pytest.approx(found.estimate[0, 0], abs=1e-15)
    assert np.isfinite(found.se[0]).all()


def test_a_cell_that_both_occasions_lack_adds_nothing() -> None:
    cells = {"a": ((1.0, 2, 8), (1.0, 4, 6)), "b": ((1.0, 3, 7), (1.0, 6, 4))}
    empty = {"none": ((1.0, 0, 0), (1.0, 0, 0))}
    with_empty, without = sv.decompose(*by_hand(cells | empty)), sv.decompose(*by_hand(cells))
    assert with_empty.estimate[0] == pytest.approx(without.estimate[0], abs=1e-15)
    assert with_empty.se[0] == pytest.approx(without.se[0], rel=1e-12)
    assert not with_empty.estimate[3].any()


def test_rows_in_no_cell_count_for_nothing() -> None:
    one, two_ = by_hand({"a": ((1.0, 2, 8), (1.0, 4, 6)), "b": ((1.0, 3, 7), (1.0, 6, 4))})
    code = one.groups.code.copy()
    code[-10:] = -1
    found = sv.decompose(replace(one, groups=replace(one.groups, code=code)), two_)
    assert found.n[0].tolist() == [10, 0]
    assert found.mix[0].tolist() == [1.0, 0.0]


def test_several_outcomes_other_cells_and_empty_occasions_are_refused() -> None:
    rows = stored("input")
    both = occasions(rows, ["yes", "other"], cells=True)
    with pytest.raises(ArgumentError, match="one outcome"):
        sv.decompose(both[0], both[1])
    one, other = occasions(rows, ["yes"], cells=True)[0], occasions(rows, ["yes"])[1]
    with pytest.raises(ArgumentError, match="same cells"):
        sv.decompose(one, other)
    nobody = rows.assign(yes=rows["yes"].where(rows["wave"] != 2))
    first, second, _ = occasions(nobody, ["yes"], cells=True)
    with pytest.raises(ArgumentError, match="nobody"):
        sv.decompose(first, second)


def test_a_share_of_zero_leaves_the_parts_without_a_test_and_a_cell_of_zero_its_own() -> None:
    whole = sv.decompose(*by_hand({"a": ((1.0, 0, 10), (1.0, 8, 12)), "b": ((2.0, 0, 30), (1.0, 9, 11))}))
    assert [sv.COMPARISON_REASONS[code] for code in whole.reason] == ["share_zero"] * 3
    assert np.isnan(whole.se).all()
    assert whole.estimate[0, 0] == pytest.approx(17 / 40, abs=1e-14)
    cell = sv.decompose(*by_hand({"a": ((1.0, 0, 20), (1.0, 8, 12)), "b": ((2.0, 18, 12), (1.0, 9, 11))}))
    assert [sv.COMPARISON_REASONS[code] for code in cell.reason] == ["", "share_zero", "few_counted"]
    assert np.isnan(cell.se[1]).all()
    assert np.isfinite(cell.se[[0, 2]]).all()
