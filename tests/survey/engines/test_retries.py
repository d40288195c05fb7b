"""A worker that dies and a task that fails once change nothing."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import LEVELS, as_folder, check_equal, in_arrays, sample

import barometer.survey as sv

pytestmark = pytest.mark.filterwarnings("default")


def expected() -> sv.DomainEstimates:
    frame = sample()
    sector = pd.Series(pd.Categorical(frame["sector"], LEVELS), name="sector")
    return sv.estimate_shares(in_arrays(clusters=True), frame[["maybe", "truth"]], by=sector)


def found(data: Any) -> sv.DomainEstimates:
    design = sv.declare_source(data, weight="weight", stratum="stratum", psu="psu", psu_labels="within_stratum")
    return sv.estimate_shares(design, ["maybe", "truth"], by={"sector": LEVELS})


def test_a_spark_task_that_fails_once_is_tried_again(spark: Any, tmp_path: Path) -> None:
    from pyspark.sql import functions as f

    mark = tmp_path / "failed"

    def fails_once(weight: float) -> float:
        if not mark.exists():
            mark.touch()
            raise RuntimeError("this attempt fails")
        return weight

    frame = spark.read.parquet(str(as_folder(tmp_path)))
    frame = frame.withColumn("weight", f.udf(fails_once, "double")("weight"))
    check_equal(found(frame), expected())
    assert mark.exists()


def test_a_dask_worker_that_is_killed_changes_nothing(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs distributed: make engines")
    frames = pytest.importorskip("dask.dataframe", reason="needs dask: make engines")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victims = list(client.run(os.getpid).values())
        mark = tmp_path / "killed"

        def slowly(part: pd.DataFrame) -> pd.DataFrame:
            time.sleep(0.0 if mark.exists() else 1.0)
            return part

        def kill() -> None:
            time.sleep(0.5)
            mark.touch()
            os.kill(victims[0], signal.SIGKILL)

        data = frames.from_pandas(sample(), npartitions=4).map_partitions(slowly, meta=sample().iloc[:0])
        killer = threading.Thread(target=kill)
        killer.start()
        result = found(data)
        killer.join()
        assert victims[0] not in client.run(os.getpid).values()
    check_equal(result, expected())
    assert np.isfinite(result.se).any()
