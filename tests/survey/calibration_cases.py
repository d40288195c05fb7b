"""The designs, targets and methods of tests/oracle/calibration.R in the kernel's words."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import barometer.survey as sv

ORACLE = Path(__file__).parents[1] / "oracle"
DESIGNS = ("strat", "strat_replacement", "clus1", "clus2")
BOUNDED = {"strat": (0.85, 1.13), "strat_replacement": (0.85, 1.13), "clus1": (0.85, 1.2), "clus2": (0.93, 1.47)}
BOTH, WITH_TOTAL = ("stype", "size"), ("stype", "size", "api99")
METHODS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "poststratify": (("size",), {"method": "poststratify"}),
    "rake": (BOTH, {"residuals": "sweep"}),
    "raking": (BOTH, {"method": "raking"}),
    "linear": (BOTH, {"method": "linear"}),
    "logit": (BOTH, {"method": "logit", "bounds": (0.4, 2.5)}),
    "bounded": (BOTH, {"method": "linear"}),
    "greg": (WITH_TOTAL, {"method": "linear"}),
    "raking_total": (WITH_TOTAL, {"method": "raking"}),
    "logit_total": (WITH_TOTAL, {"method": "logit", "bounds": (0.4, 2.5)}),
}
DOMAINS = ("third", "other")


@cache
def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"calibration_{name}.csv")


def rows_of(design: str) -> pd.DataFrame:
    return stored("strat" if design == "strat_replacement" else design)


def declared(name: str) -> sv.SurveyDesign:
    rows = rows_of(name)
    if name == "strat":
        return sv.declare_design(rows["w"], rows["stype"], population=rows["fpc"])
    if name == "strat_replacement":
        return sv.declare_design(rows["w"], rows["stype"])
    if name == "clus1":
        return sv.declare_design(rows["w"], psu=rows["dnum"], population=rows["fpc"])
    return sv.declare_design(rows["w"], psu=[rows["dnum"], rows["snum"]], population=[rows["fpc1"], rows["fpc2"]])


def targets_of(design: str, variables: tuple[str, ...]) -> sv.Targets:
    table = stored("targets")
    mine = table[table["design"] == design]
    wanted: dict[Any, Any] = {}
    for variable in variables:
        of_variable = mine[mine["variable"] == variable]
        if variable == "api99":
            wanted[variable] = float(of_variable["target"].iloc[0])
        else:
            wanted[variable] = dict(zip(of_variable["level"], of_variable["target"], strict=True))
    return sv.declare_targets(rows_of(design), wanted)


def calibrated(name: str, method: str) -> sv.SurveyDesign:
    design = declared(name)
    if method == "twice":
        first = sv.calibrate_design(design, targets_of(name, ("stype",)), method="poststratify")
        found = sv.calibrate_design(first, targets_of(name, ("size",)), method="poststratify")
    else:
        variables, options = METHODS[method]
        bounds: dict[str, Any] = {"bounds": BOUNDED[name]} if method == "bounded" else {}
        found = sv.calibrate_design(design, targets_of(name, variables), **options, **bounds)
    return found
