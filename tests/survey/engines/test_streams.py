"""Batches are read ahead and summed beside each other, and nothing of it is seen in the sums."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from engine_cases import NUMBERS, as_folder

import barometer.survey as sv
from barometer.survey.engines.batch_columns import batch_columns
from barometer.survey.engines.batches import in_files
from barometer.survey.engines.pipeline import AHEAD, read_ahead
from barometer.survey.engines.request import Declared, Measure, Request
from barometer.survey.engines.source_design import declare_engine


def test_sums_are_the_same_to_the_last_bit_for_any_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = replace(in_files(as_folder(tmp_path)), size=23)
    design = declare_engine(engine, Declared("weight", ("stratum",), (), ("size",)))
    found = []
    for processors in (1, 5):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        found.append(sv.sum_source(design, NUMBERS, statistic="mean", by="region"))
    for what in ("rows", "weight", "numerator"):
        np.testing.assert_array_equal(getattr(found[0], what), getattr(found[1], what))


def test_batches_are_read_before_they_are_asked_for_in_their_order() -> None:
    table = pa.table({"row": range(40)})
    read = []

    def batches() -> object:
        for batch in table.to_batches(max_chunksize=4):
            read.append(batch)
            yield batch

    ahead = read_ahead(batches())  # type: ignore[arg-type]
    first = next(ahead)
    rest = list(ahead)
    assert [batch.column(0)[0].as_py() for batch in (first, *rest)] == list(range(0, 40, 4))
    assert len(read) == 10 > AHEAD


def test_answers_stay_as_narrow_as_they_are_stored() -> None:
    """A batch of answers of which some are missing would be eight times as large in floats."""
    answers = pa.record_batch({"some": pa.array([1, None, 0], pa.int8()), "all": pa.array([0, 1, 1], pa.int8())})
    request = Request("share", (Measure("some", "some"), Measure("all", "all")), (), None, "none")
    found = batch_columns(answers, request, np.array([True, False]), np.array([True, True, False]))
    assert found.numerator.dtype == np.int8
    np.testing.assert_array_equal(found.numerator, [[1, 0], [0, 1], [0, 0]])
    np.testing.assert_array_equal(found.present[:, found.base], [[True, True], [False, True], [False, False]])
