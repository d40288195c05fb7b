"""The sample that R's answers about non-response are of."""

from pathlib import Path

import numpy as np
import pandas as pd

import barometer.survey as sv

ORACLE = Path(__file__).parents[1] / "oracle"


def read_sample() -> pd.DataFrame:
    sample = pd.read_csv(ORACLE / "nonresponse_sample.csv")
    sample["answered"] = sample["answered"].astype(bool)
    # R's order of levels.
    sample["size"] = pd.Categorical(sample["size"], ["large", "middle", "small"])
    return sample


def design_of(sample: pd.DataFrame) -> sv.SurveyDesign:
    return sv.declare_design(sample["weight"], sample["stratum"], population=sample["population"])


def oracle(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"nonresponse_{name}.csv", keep_default_na=False)


def close(found: object, expected: object, rtol: float) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=rtol)
