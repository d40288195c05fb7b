"""Response to a wave, counted again from the frame file, and its bounds by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm
import barometer.survey as sv
from barometer.analysis.drawn_sample import drawn_sample
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SampleFrame, Wave

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def wave4() -> Wave:
    return bm.load_wave(4)


@pytest.fixture(scope="module")
def report(wave4: Wave) -> bm.ResponseReport:
    return bm.check_response(wave4)


@pytest.fixture(scope="module")
def file() -> pd.DataFrame:
    """The frame as delivered, with design weights."""
    frame = pd.read_csv(RAW / "wave4_synthetic.frame.csv", sep=";")
    strata = frame.groupby(["delsektor", "stoerrelse"])["udtrukket"]
    return frame.assign(weight=strata.transform("size") / strata.transform("sum"))


def test_rates_are_those_of_the_file(report: bm.ResponseReport, file: pd.DataFrame) -> None:
    total = report.row()
    assert (total["population"], total["sampled"], total["answered"]) == (14_297, 4494, 1611)
    drawn = file[file["udtrukket"] == 1]
    assert total["weighted_rate"] == pytest.approx((drawn["weight"] * drawn["besvaret"]).sum() / 14_297, rel=1e-12)
    state = drawn[drawn["niveau"] == 3]
    row = report.row("level", "state")
    assert (row["sampled"], row["answered"]) == (len(state), state["besvaret"].sum())
    assert row["population"] == (file["niveau"] == 3).sum()
    assert row["rate"] == pytest.approx(state["besvaret"].mean(), rel=1e-12)
    strata = report.table[report.table["domain"] == "sector x size"]
    assert len(strata) == 45
    assert strata["population"].sum() == 14_297
    assert strata["answered"].sum() == 1611


def test_the_delivered_weights_restore_the_frames_margins(report: bm.ResponseReport) -> None:
    assert report.weights.largest_gap < 1e-12
    row = report.row("level", "municipality")
    assert row["share_weighted"] == pytest.approx(row["share_drawn"], rel=1e-12)
    assert row["share_answered"] < row["share_drawn"]
    assert report.weights.after.total == pytest.approx(14_297, rel=1e-12)


def test_the_indicator_is_the_kernels(wave4: Wave, report: bm.ResponseReport) -> None:
    sample = drawn_sample(wave4)
    assert sample.answered.tolist() == [True] * 1611 + [False] * 2883
    assert sample.weight.sum() == pytest.approx(14_297, rel=1e-12)
    found = sv.estimate_representativity(sample.design, sample.answered, sample.registers[["sector", "size"]])
    assert (report.representativity.r, report.representativity.r_se) == (found.r, found.r_se)
    # The recipe lets the three levels answer at 33, 41 and 42 per cent: nearly alike.
    assert 0.9 < found.r < 1.0
    level = report.row("level", "")
    assert level["note"] == "outside_model"
    assert np.isnan(level["conditional"])


def test_the_model_may_be_of_other_registers(wave4: Wave) -> None:
    found = bm.check_response(wave4, variables="level")
    assert found.variables == ("level",)
    assert found.row("level", "")["note"] == ""
    assert found.row("sector", "")["note"] == "outside_model"
    with pytest.raises(UnknownNameError, match=r"no register in this frame 'levle'.*'level'"):
        bm.check_response(wave4, variables="levle")
    with pytest.raises(ArgumentError, match="no registers that answering could be modelled on"):
        bm.check_response(wave4, variables=[])
    with pytest.raises(ArgumentError, match=r"'level' says what those before it say|'sector' says"):
        bm.check_response(wave4, variables=["sector", "level"])


def test_a_report_is_read_in_both_languages(report: bm.ResponseReport) -> None:
    assert "SYNTHETIC" in repr(report)
    assert "Synthetic data" in report._repr_html_()
    danish = report.to_frame("da")
    assert danish[["Inddeling", "Gruppe", "Udtrukket"]].iloc[0].to_list() == ["Alle", "Alle", 4494]
    assert "Staten" in set(danish["Gruppe"])
    assert report.to_frame("en")["Note"].iloc[-1] == "Response rates only"


def test_a_wave_without_frame_is_told_what_to_do(wave4: Wave) -> None:
    without = replace(wave4, frame=None)
    with pytest.raises(ArgumentError, match=r"has no frame of the units drawn: name the file in \[frame\]"):
        bm.check_response(without)
    assert wave4.frame is not None
    counts = wave4.frame.counts.drop(columns="size")
    with pytest.raises(ArgumentError, match="its frame has no size"):
        bm.check_response(replace(wave4, frame=SampleFrame(counts)))
    with pytest.raises(ArgumentError, match="must be a wave"):
        bm.check_response("wave4")  # type: ignore[arg-type]


def test_a_stratum_of_which_none_was_drawn_is_named(wave4: Wave) -> None:
    assert wave4.frame is not None
    counts = wave4.frame.counts.copy()
    here = (counts["sector"] == "state_culture") & (counts["size"] == "small")
    left = int(counts.loc[here & ~counts["answered"], "units"].sum())
    counts["sampled"] &= ~here
    counts = counts[~(here & counts["answered"])]
    with pytest.raises(bm.BarometerError, match=f"'state_culture x small': none of {left} units is drawn"):
        bm.check_response(replace(wave4, frame=SampleFrame(counts)))


def test_early_and_late_are_two_domains(wave4: Wave) -> None:
    days = np.datetime64("2023-03-01") + np.arange(wave4.n) % 30
    found = bm.compare_early_late(wave4, "innovative", dates=days, late=0.5)
    assert found.from_date == "2023-03-16"
    row = found.table.iloc[0]
    late = np.arange(wave4.n) % 30 >= 15
    codes, _ = wave4.stratum
    design = sv.declare_design(wave4.microdata["weight"], codes, population=wave4.population[codes])
    yes = wave4.indicator_arrays(wave4.select("innovative"), ["keep"]).yes[:, 0]
    direct = sv.estimate_shares(design, yes, by=np.where(late, "late", "early"))
    gap = direct.difference("late", "early")
    assert row[["early", "late"]].tolist() == pytest.approx(direct.estimate[1:, 0].tolist(), rel=1e-12)
    assert (row["difference"], row["se"]) == (pytest.approx(gap.estimate), pytest.approx(gap.se, rel=1e-12))
    assert (row["n_early"] + row["n_late"], row["n_late"]) == (wave4.n, late.sum())
    assert row["ci_low"] < row["difference"] < row["ci_high"]
    assert "SYNTHETIC" in repr(found)
    assert found.to_frame("da").columns[3] == "Sene minus tidlige"


def test_dates_that_cannot_be_used_are_named(wave4: Wave) -> None:
    with pytest.raises(
        ArgumentError, match="are needed: give one for each answer, or name their column as answered_on"
    ):
        bm.compare_early_late(wave4, "innovative")
    for dates, message in (
        (["2023-01-01"], "has 1 rows, the wave has 1,611"),
        ([None] + ["2023-01-01"] * 1610, "1 of 1,611 answers have no date"),
        (["2023-01-01"] * 1611, "all answers are of one day"),
        (["soon"] * 1611, "must be dates"),
    ):
        with pytest.raises(ArgumentError, match=message):
            bm.compare_early_late(wave4, "innovative", dates=dates)
