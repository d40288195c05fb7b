"""Designs with replicate weights that R's survey package was asked about (tests/oracle/replicates.R)."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.survey import ReplicateDesign, SurveyDesign, declare_design, declare_replicates

ORACLE = Path(__file__).parents[1] / "oracle"
GIVEN: dict[str, dict[str, Any]] = {
    "scd_brr": {"kind": "brr", "contents": "factors"},
    "clusters_jk1": {"kind": "jk1", "scale": 0.9 * 14 / 15},
    "pairs_brr": {"kind": "brr"},
    "pairs_fay": {"kind": "fay", "rho": 0.3},
    "pairs_jkn": {"kind": "jkn", "rscales": np.repeat(np.linspace(0.2, 0.5, 16), 2)},
    "pairs_other": {"kind": "other", "scale": 0.08, "rscales": (np.arange(1, 21) % 4) / 2},
    "schools_bootstrap": {"kind": "bootstrap"},
    "schools_sdr": {"kind": "sdr"},
}
MADE = {
    "clusters_jk1": ("clusters_jk1", "jk1", False),
    "clusters_jk1_fpc": ("clusters_jk1", "jk1", True),
    "schools_jkn": ("schools_bootstrap", "jkn", False),
    "schools_jkn_fpc": ("schools_bootstrap", "jkn", True),
    "pairs_jkn": ("pairs_brr", "jkn", False),
}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"replicates_{name}.csv")


def given(name: str, centre: Any) -> tuple[pd.DataFrame, ReplicateDesign]:
    table = read(name)
    weights = table.filter(regex=r"^r\d+$")
    return table, declare_replicates(table["weight"], weights, centre=centre, **GIVEN[name])


def sampled(name: str, *, corrected: bool) -> tuple[pd.DataFrame, SurveyDesign]:
    table = read(name)
    if name == "clusters_jk1":
        design = declare_design(table["weight"], psu=table["psu"], population=table["fpc"] if corrected else None)
    else:
        design = declare_design(table["weight"], table["stratum"], population=table["fpc"] if corrected else None)
    return table, design
