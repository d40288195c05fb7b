"""Two waves in which the same workplaces answer again, made of the synthetic ones."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

import barometer as bm
from barometer.microdata import Provenance

DELIVERED = Provenance("delivery", "delivered.csv", "0" * 64)


def delivered(wave: bm.Wave, **columns: Any) -> bm.Wave:
    """The wave as if it had been delivered, with other columns."""
    return replace(wave, microdata=wave.microdata.assign(**columns), provenance=DELIVERED)


def linked(first: bm.Wave, second: bm.Wave) -> tuple[bm.Wave, bm.Wave, int]:
    """Deliveries in which half of the later wave's workplaces of each stratum were in the earlier one; their number."""
    ids = [f"{'new' if position % 2 else 'old'}{position}" for position in range(second.n)]
    renamed = np.array(ids, dtype=object)
    of_first = first.microdata["id"].to_numpy()
    common = 0
    for code, name in enumerate(second.stratum[1]):
        here = np.flatnonzero(second.stratum[0] == code)[::2]
        there = np.flatnonzero(first.stratum[0] == first.stratum[1].index(name))
        chosen = min(here.size, there.size)
        renamed[here[:chosen]] = of_first[there[:chosen]]
        common += chosen
    return delivered(first), delivered(second, id=pd.array(renamed, dtype="str")), common
