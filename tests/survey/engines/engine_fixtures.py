"""The sample in every engine that is installed, and one Spark session for all tests."""

import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from engine_cases import ENGINES, as_folder


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="needs pyspark: make engines")
    if shutil.which("java") is None:
        pytest.skip("needs Java, for instance openjdk-17-jre-headless, and make engines")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "OFF",
        "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than six hundred rows
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = sql.SparkSession.builder.master("local[2,2]")  # two threads, and two attempts at each task
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="session", params=[*ENGINES, "spark"])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param != "spark":
        return ENGINES[request.param](folder)
    return request.getfixturevalue("spark").read.parquet(str(as_folder(folder)))


@pytest.fixture
def slow(request: pytest.FixtureRequest) -> bool:
    """Whether the engine of a test takes seconds to plan what others do at once: it is asked less."""
    return bool(request.node.callspec.params["data"] in ("dask", "spark"))
