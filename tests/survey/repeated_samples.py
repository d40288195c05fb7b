"""The three overlapping samples of tests/oracle/trends.R as occasions."""

from pathlib import Path

import numpy as np
import pandas as pd

import barometer.survey as sv

ORACLE = Path(__file__).parents[1] / "oracle"
YEARS = (2013.5, 2015.5, 2018.5)


def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"trends_{name}.csv")


def occasions(
    rows: pd.DataFrame,
    outcomes: list[str],
    *,
    ids: bool = True,
    corrected: bool = True,
    cells: bool = False,
) -> list[sv.Occasion]:
    """One occasion a wave, by domain x and y, or by the cells stratum x domain."""
    rows = rows.assign(cell=rows["stratum"] + rows["domain"])
    by = "cell" if cells else "domain"
    levels, unit, stratum = (sorted(rows[name].unique()) for name in (by, "id", "stratum"))
    found = []
    for _, part in rows.groupby("wave"):
        population = part["population"] if corrected else None
        found.append(
            sv.Occasion(
                design=sv.declare_design(part["weight"], part["stratum"], population=population),
                columns=sv.share_columns(part[outcomes], len(part)),
                groups=sv.group_rows(pd.Categorical(part[by], categories=levels), len(part)),
                stratum=np.searchsorted(stratum, part["stratum"]),
                unit=np.searchsorted(unit, part["id"]) if ids else None,
            )
        )
    return found
