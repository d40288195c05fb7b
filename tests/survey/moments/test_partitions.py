"""Parts of a sample that were declared by themselves add up to the design of the whole."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import MomentsError

N = 240
RNG = np.random.default_rng(3)
SAMPLE = pd.DataFrame(
    {
        "weight": RNG.integers(1, 40, N) / 8,
        "stratum": RNG.choice(list("abcd"), N),
        "unit": RNG.integers(0, 24, N),
        "sector": RNG.choice(["care", "health", "schools"], N),
        "yes": RNG.random(N) < 0.4,
        "pay": RNG.integers(100, 900, N) * 1000.0,
    }
)
SAMPLE.loc[SAMPLE.index[:1], "stratum"] = "lonely"
SAMPLE["second"] = SAMPLE["unit"] * 10 + RNG.integers(0, 3, N)
SAMPLE["region"] = SAMPLE["unit"] % 4
SIZES = {"a": 500, "b": 501, "c": 502, "d": 503, "lonely": 504}
SPLITS = {
    "strata split": RNG.random(N) < 0.3,
    "strata apart": SAMPLE["stratum"].isin(["a", "c"]).to_numpy(),
    "a stratum lacking": (SAMPLE["stratum"] == "b").to_numpy() & (np.arange(N) % 2 == 0),
}
Rows = pd.DataFrame
DESIGNS: dict[str, Callable[[Rows], sv.SurveyDesign]] = {
    "rows": lambda x: sv.declare_design(
        x["weight"], x["stratum"], population=x["stratum"].map(SIZES), lonely_psu="adjust"
    ),
    "fractions": lambda x: sv.declare_design(
        x["weight"], x["stratum"], sampling_fraction=x["stratum"].map(SIZES) / 5000, lonely_psu="average"
    ),
    "no strata": lambda x: sv.declare_design(x["weight"]),
    "units": lambda x: sv.declare_design(
        x["weight"], x["region"], x["unit"], population=np.full(len(x), 90), lonely_psu="adjust"
    ),
    "units by stratum": lambda x: sv.declare_design(
        x["weight"], x["region"], x["unit"] // 4, psu_labels="within_stratum", lonely_psu="adjust"
    ),
    "two stages": lambda x: sv.declare_design(
        x["weight"],
        [x["region"]],
        [x["unit"], x["second"]],
        population=[np.full(len(x), 90), np.full(len(x), 9)],
        lonely_psu="adjust",
    ),
}


def part(rows: Rows, design: str, name: str = "", column: str = "yes") -> sv.Moments:
    verb = sv.estimate_shares if column == "yes" else sv.estimate_means
    return sv.collect_moments(
        verb(DESIGNS[design](rows), rows[[column]], by=rows["sector"]).sums, sample="home", part=name
    )


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("design", DESIGNS)
def test_parts_equal_the_whole(design: str, split: str, tmp_path: Path) -> None:
    for column in ("yes", "pay"):
        parts = []
        for name, inside in (("north", SPLITS[split]), ("south", ~SPLITS[split])):
            part(SAMPLE[inside], design, name, column).save(tmp_path / column / name)
            parts.append(sv.load_moments(tmp_path / column / name))
        choices = sv.Choices(interval="logit" if column == "yes" else "wald")
        merged = sv.summarise(sv.merge_moments(parts).sums, choices)
        whole = sv.summarise(part(SAMPLE, design, column=column).sums, choices)
        assert merged.groups == whole.groups
        for name in ("n", "df"):
            np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))
        assert merged.method.design_df == whole.method.design_df
        if column == "yes":  # weights are eighths, so that the sums are exact
            for name in ("estimate", "se", "ci_low", "ci_high"):
                np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))
        else:
            for name in ("estimate", "se"):
                np.testing.assert_allclose(getattr(merged, name), getattr(whole, name), rtol=1e-12)


def test_what_was_merged_takes_another_part() -> None:
    third = np.arange(N) % 3
    parts = [part(SAMPLE[third == number], "units", f"file {number}") for number in range(3)]
    step = sv.merge_moments([sv.merge_moments(parts[:2]), parts[2]])
    at_once = sv.merge_moments(parts)
    assert [str(each) for each in step.parts] == ["home, file 0", "home, file 1", "home, file 2"]
    for name in ("estimate", "se", "df"):
        whole = getattr(sv.summarise(part(SAMPLE, "units").sums), name)
        for merged in (step, at_once):
            np.testing.assert_array_equal(getattr(sv.summarise(merged.sums), name), whole)


def test_files_of_an_engine_are_parts_as_well(tmp_path: Path) -> None:
    parts = []
    for name, inside in (("north", SPLITS["strata split"]), ("south", ~SPLITS["strata split"])):
        rows = SAMPLE[inside].assign(size=SAMPLE["stratum"].map(SIZES))
        rows.to_parquet(tmp_path / f"{name}.parquet")
        design = sv.declare_source(
            tmp_path / f"{name}.parquet", weight="weight", stratum="stratum", population="size", lonely_psu="adjust"
        )
        found = sv.estimate_shares(design, "yes", by="sector")
        parts.append(sv.collect_moments(found.sums, sample="home", part=name))
    merged = sv.summarise(sv.merge_moments(parts).sums)
    whole = sv.summarise(part(SAMPLE, "rows").sums)
    np.testing.assert_array_equal(merged.se, whole.se)
    np.testing.assert_array_equal(merged.df, whole.df)


def test_parts_that_do_not_fit_are_named() -> None:
    inside = SPLITS["strata split"]
    north, south = part(SAMPLE[inside], "rows", "north"), SAMPLE[~inside]

    def merge(design: sv.SurveyDesign, rows: Rows = south) -> None:
        sums = sv.estimate_shares(design, rows[["yes"]], by=rows["sector"]).sums
        sv.merge_moments([north, sv.collect_moments(sums, sample="home", part="south")])

    other = south["stratum"].map(SIZES | {"b": 777})
    with pytest.raises(MomentsError, match=r"home, south has another population size .* its stratum number 2 for one"):
        merge(sv.declare_design(south["weight"], south["stratum"], population=other, lonely_psu="adjust"))
    with pytest.raises(MomentsError, match="home, south has other stages of sampling, or another rule"):
        merge(sv.declare_design(south["weight"], south["stratum"], lonely_psu="adjust"))
    with pytest.raises(MomentsError, match="home, south does not fit home, north: one has the design of the whole"):
        merge(DESIGNS["rows"](SAMPLE).subset(~inside))
    few = np.full(N, 4 + SAMPLE["stratum"].value_counts().max() * 2 // 3)
    twice = [
        sv.collect_moments(
            sv.estimate_shares(
                sv.declare_design(rows["weight"], rows["stratum"], population=few[: len(rows)], lonely_psu="adjust"),
                rows["yes"],
            ).sums,
            sample="home",
            part=name,
        )
        for name, rows in (("even", SAMPLE[::2]), ("odd", SAMPLE[1::2]))
    ]
    with pytest.raises(MomentsError, match=r"home, odd and the parts before have more sampling units than there are"):
        sv.merge_moments(twice)
    units = [part(rows, "units", name) for name, rows in (("a", SAMPLE[inside]), ("b", south.assign(region=0)))]
    with pytest.raises(MomentsError, match="home, b has a sampling unit that is in another stratum"):
        sv.merge_moments(units)
    single = [SAMPLE[SAMPLE["unit"].duplicated() == late].drop_duplicates("unit") for late in (False, True)]
    with pytest.raises(MomentsError, match="home, 1 has one row of each sampling unit"):
        sv.merge_moments([part(rows, "units", str(number)) for number, rows in enumerate(single)])
