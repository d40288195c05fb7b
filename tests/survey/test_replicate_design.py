"""Declaring and making replicate designs: what is accepted, what is refused, and what is set without being said."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from barometer.errors import ArgumentError, BarometerWarning, DesignError, LonelyPSUError
from barometer.survey import declare_design
from barometer.survey.replicate_design import declare_replicates
from barometer.survey.replicate_making import make_replicates
from barometer.survey.replicate_rank import rank_of_weights

N, R = 12, 5


def weights() -> tuple[Any, Any]:
    generator = np.random.default_rng(1)
    w = generator.uniform(1.0, 9.0, N)
    return w, w[:, np.newaxis] * generator.uniform(0.5, 1.5, (N, R))


@pytest.mark.parametrize(
    ("options", "scale"),
    [
        ({"kind": "brr"}, 1 / R),
        ({"kind": "fay", "rho": 0.2}, 1 / (R * 0.64)),
        ({"kind": "jk1"}, (R - 1) / R),
        ({"kind": "jk1", "scale": 0.3}, 0.3),
        ({"kind": "jkn", "rscales": 0.5}, 1.0),
        ({"kind": "bootstrap"}, 1 / (R - 1)),
        ({"kind": "sdr"}, 4 / R),
        ({"kind": "other", "scale": 2.0, "rscales": 1.0}, 2.0),
    ],
)
def test_scales_are_those_of_svrepdesign(options: dict[str, Any], scale: float) -> None:
    design = declare_replicates(*weights(), **options)
    assert design.facts.scale == pytest.approx(scale, rel=1e-15)
    assert design.facts.rscales.tolist() == [options.get("rscales", 1.0)] * R
    assert design.facts.centre == "mean"


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"kind": "fay"}, "rho"),
        ({"kind": "brr", "rho": 0.5}, "rho"),
        ({"kind": "fay", "rho": 1.0}, "rho"),
        ({"kind": "fay", "rho": -0.1}, "rho"),
        ({"kind": "brr", "scale": 1.0}, "scale"),
        ({"kind": "sdr", "scale": 1.0}, "scale"),
        ({"kind": "sdr", "rscales": 1.0}, "rscales"),
        ({"kind": "jk1", "scale": 0.0}, "scale"),
        ({"kind": "jk1", "scale": np.nan}, "scale"),
        ({"kind": "jkn"}, "rscales"),
        ({"kind": "jkn", "rscales": np.ones(R + 1)}, "rscales"),
        ({"kind": "jkn", "rscales": [1.0, 1.0, -1.0, np.nan, 1.0]}, "rscales"),
        ({"kind": "jkn", "rscales": np.zeros(R)}, "rscales"),
        ({"kind": "other", "rscales": 1.0}, "scale"),
        ({"kind": "other", "scale": 1.0}, "rscales"),
        ({"kind": "jackknife"}, "kind"),
        ({"kind": "rao_wu"}, "kind"),
        ({"kind": "brr", "centre": "median"}, "centre"),
        ({"kind": "brr", "contents": "both"}, "contents"),
        ({"kind": "brr", "df": 0}, "df"),
    ],
)
def test_choices_that_do_not_fit_are_refused_by_name(options: dict[str, Any], argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        declare_replicates(*weights(), **options)
    assert caught.value.argument == argument


def broken(*cells: tuple[Any, float], **changes: Any) -> tuple[Any, Any]:
    w, table = weights()
    for place, value in cells:
        table[place] = value
    return changes.get("weight", w), changes.get("table", table)


@pytest.mark.parametrize(
    ("given", "argument", "message"),
    [
        (broken(((1, 1), np.nan), ((2, 2), np.inf)), "replicate_weights", "2 of 60 are missing or infinite"),
        (broken(((1, 1), -1e-9)), "replicate_weights", "1 of 60 are negative"),
        (broken(((slice(None), 3), 0.0)), "replicate_weights", "1 of 5 columns are all zero"),
        (broken(table=np.ones((N - 1, R))), "replicate_weights", "has 11 rows, weight has 12"),
        (broken(table=weights()[1].T), "replicate_weights", "rows are observations, columns replicates"),
        (broken(table=np.ones(N)), "replicate_weights", "at least 2 columns"),
        (broken(table=np.full((N, R), "a")), "replicate_weights", "not numeric"),
        (broken(weight=np.zeros(N)), "weight", "all 12 are zero"),
        (broken(weight=-weights()[0]), "weight", "12 of 12 are negative"),
        (broken(weight=np.where(np.arange(N) < 2, np.nan, 1.0)), "weight", "2 of 12 are missing or infinite"),
        (broken(weight=weights()[0] * 100), "replicate_weights", 'contents="factors"'),
    ],
)
def test_weights_that_cannot_be_are_refused_with_their_count(given: Any, argument: str, message: str) -> None:
    with pytest.raises(DesignError, match=message) as caught:
        declare_replicates(*given, kind="bootstrap")
    assert caught.value.argument == argument


def test_zero_replicate_weights_are_what_half_samples_are_made_of() -> None:
    design = declare_replicates([3.0, 3.0, 3.0, 3.0], [[6, 0], [0, 6], [6, 0], [0, 6]], kind="brr")
    assert design.df == 1
    assert design.replicates == 2


def test_factors_are_multiplied_with_the_weight() -> None:
    w, table = weights()
    by_weight = declare_replicates(w, table, kind="bootstrap")
    by_factor = declare_replicates(w, table / w[:, np.newaxis], kind="bootstrap", contents="factors")
    np.testing.assert_allclose(by_factor.table, by_weight.table, rtol=1e-14)


def test_pandas_arrow_and_columns_by_name_are_accepted() -> None:
    w, table = weights()
    frame = pd.DataFrame(table, columns=[f"r{position}" for position in range(R)])
    expected = declare_replicates(w, table, kind="bootstrap").table
    for given in (frame, pa.Table.from_pandas(frame), dict(frame.items()), table.tolist(), np.asfortranarray(table)):
        found = declare_replicates(pd.Series(w), given, kind="bootstrap").table
        np.testing.assert_array_equal(found, expected)
        assert found.flags.c_contiguous
        assert not found.flags.writeable


def test_a_design_does_not_change_with_the_arrays_it_was_made_of() -> None:
    w, table = weights()
    view = table[:]
    view.setflags(write=False)
    scales = np.ones(R)
    for given in (table, view):
        design = declare_replicates(w, given, kind="jkn", rscales=scales)
        kept = design.table.copy()
        table *= 1.5
        scales *= 2.0
        np.testing.assert_array_equal(design.table, kept)
        assert design.facts.rscales.max() == design.facts.rscales.min()
        table /= 1.5
    for array in (design.table, design.weight, design.facts.rscales):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    table.setflags(write=False)
    assert np.shares_memory(declare_replicates(w, table, kind="brr").table, table)


def test_df_may_be_given_and_stay_so_in_a_subset() -> None:
    w, table = weights()
    design = declare_replicates(w, table, kind="bootstrap", df=80)
    assert design.df == 80
    assert design.subset(np.arange(N) < 6).df == 80
    assert repr(design) == "<ReplicateDesign: 12 rows, 5 replicates (bootstrap), df 80>"


@pytest.mark.parametrize("rank", [1, 2, 7, 30])
def test_rank_is_that_of_the_singular_values(rank: int) -> None:
    generator = np.random.default_rng(rank)
    matrix = generator.random((9_000, rank)) @ generator.random((rank, 30)) * 10.0 ** generator.uniform(-6, 6, 30)
    assert rank_of_weights(matrix) == rank
    assert rank_of_weights(matrix[:5]) == min(rank, 5)
    assert rank_of_weights(np.zeros((4, 3))) == 0


def test_rank_forgives_columns_nearer_than_the_bound_as_r_does() -> None:
    generator = np.random.default_rng(8)
    first, second = generator.random((2, 500))
    second -= second @ first / (first @ first) * first
    second *= np.linalg.norm(first) / np.linalg.norm(second)
    assert rank_of_weights(np.column_stack([first, first + 3e-5 * second])) == 2
    assert rank_of_weights(np.column_stack([first, first + 3e-6 * second])) == 1


def test_subset_of_rows_keeps_every_replicate() -> None:
    w, table = weights()
    design = declare_replicates(w, table, kind="bootstrap")
    inside = np.arange(N) % 4 == 0
    part = design.subset(inside)
    np.testing.assert_array_equal(part.table, table[inside])
    np.testing.assert_array_equal(part.weight, w[inside])
    assert design.df == R - 1
    assert part.df == 2
    with pytest.raises(ArgumentError, match="mask"):
        design.subset(np.zeros(N, dtype=bool))


def clusters(**options: Any) -> Any:
    psu = np.repeat(np.arange(8), 3)
    return declare_design(np.arange(1.0, 25.0), psu // 4, psu, **options)


def test_factors_of_clusters_are_kept_once_for_each_and_multiplied_when_asked_for() -> None:
    sample = clusters()
    design = make_replicates(sample, "jkn")
    assert design.table.shape == (8, 8)
    found = design.replicate_weights()
    assert found.shape == (24, 8)
    np.testing.assert_allclose(found[0:3, 0], 0.0)
    np.testing.assert_allclose(found[3:12, 0], sample.weight[3:12] * 4 / 3)
    np.testing.assert_allclose(found[12:, 0], sample.weight[12:])
    np.testing.assert_array_equal(design.replicate_weights(np.array([5, 1])), found[[5, 1]])
    part = design.subset(np.arange(24) >= 9)
    np.testing.assert_array_equal(part.replicate_weights(), found[9:])
    assert (design.df, part.df) == (6, 3)


def test_rows_that_are_sampling_units_hold_their_weights_also_in_a_subset() -> None:
    w = np.arange(1.0, 9.0)
    sample = declare_design(w, np.repeat([0, 1], 4), population=np.repeat([8, 40], 4))
    design = make_replicates(sample, "rao_wu", replicates=20, seed=3)
    assert design.unit is None
    inside = np.array([1, 0, 1, 1, 0, 1, 1, 0], dtype=bool)
    before = make_replicates(sample.subset(inside), "rao_wu", replicates=20, seed=3)
    np.testing.assert_array_equal(before.table, design.subset(inside).table)
    assert before.df == 3


def test_kinds_that_do_not_suit_the_design_are_refused() -> None:
    with pytest.raises(DesignError, match="2 strata"):
        make_replicates(clusters(), "jk1")
    with pytest.raises(DesignError, match="2 of 2 strata have not exactly 2"):
        make_replicates(clusters(), "brr")
    with pytest.raises(ArgumentError, match="seed"):
        make_replicates(clusters(), "rao_wu")
    with pytest.raises(ArgumentError, match="kind"):
        make_replicates(clusters(), "bootstrap")  # type: ignore[call-overload]
    big = declare_design(np.ones(30_000))
    with pytest.raises(DesignError, match=r'7.2 GB .* use "rao_wu"'):
        make_replicates(big, "jk1")


def test_the_lonely_rule_is_that_of_the_design() -> None:
    w, stratum = np.ones(5), np.array([0, 0, 1, 1, 2])
    with pytest.raises(LonelyPSUError):
        declare_design(w, stratum)
    for rule, replicates in (("remove", 4), ("average", 4), ("adjust", 5)):
        sample = declare_design(w, stratum, lonely_psu=rule)  # type: ignore[arg-type]
        assert make_replicates(sample, "jkn").replicates == replicates
    with pytest.raises(DesignError, match="lonely_psu"):
        make_replicates(sample, "rao_wu", seed=1)


def test_what_replicates_leave_out_is_said() -> None:
    w, stratum = np.ones(8), np.repeat(np.arange(4), 2)
    with pytest.warns(BarometerWarning, match="finite population correction"):
        make_replicates(declare_design(w, stratum, population=np.full(8, 5)), "brr")
    two = declare_design(w, psu=[stratum, np.arange(8)], population=[np.full(8, 9), np.full(8, 4)])
    with pytest.warns(BarometerWarning, match="after the first stage"):
        make_replicates(two, "jk1")
