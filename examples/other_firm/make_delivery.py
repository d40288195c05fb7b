"""Write the synthetic wave 3 as another firm would deliver it: SPSS, its own names, codes and English labels.

Usage: python make_delivery.py FOLDER
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pyreadstat

import barometer as bm

HERE = Path(__file__).parent
FILE = "other_firm.sav"
DESIGN = ("id", "weight", "population")


def make_delivery(folder: Path) -> Path:
    """
    Write the firm's SPSS file.

    Parameters
    ----------
    folder : Path
        Where to put it.

    Returns
    -------
    Path
        The file: the rows of the synthetic wave 3 under the names of `variables.csv` and the codes of `values.csv`.
        Don't know and not relevant are user-defined missing values, and ticks are 1 and 2 instead of 1 and 0.
    """
    microdata = bm.load_wave(3).microdata
    variables, values = _read("variables.csv"), defaultdict(list)
    for row in _read("values.csv"):
        values[row["values"]].append(row)
    columns, labels, missing = {}, {}, {}
    for variable in variables:
        name, codes = variable["name"], values[variable["values"]]
        columns[name] = _column(microdata, variable["source"], codes)
        if codes:
            labels[name] = {int(row["code"]): row["label"] for row in codes}
            missing[name] = [int(row["code"]) for row in codes if row["missing"]]
    path = folder / FILE
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        path,
        column_labels={variable["name"]: variable["label"] for variable in variables},
        variable_value_labels=labels,
        missing_ranges={name: codes for name, codes in missing.items() if codes},
    )
    return path


def _column(microdata: pd.DataFrame, source: str, codes: list[dict[str, str]]) -> pd.Series:
    """Return one column in the firm's codes; what the wave does not have is the same on every row."""
    if source in DESIGN:
        return microdata[source]
    if source == "mark":
        return pd.Series(1.0, index=microdata.index)
    if not source:
        return pd.Series("2020-02", index=microdata.index)
    return microdata[source].astype("str").map({row["answer"]: float(row["code"]) for row in codes})


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    make_delivery(Path(sys.argv[1]))
