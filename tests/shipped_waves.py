"""The waves whose synthetic microdata are shipped."""

from pathlib import Path

import barometer as bm

RAW = Path(__file__).parents[1] / "data" / "raw"
SHIPPED = tuple(number for number in sorted(bm.codebook().waves) if (RAW / f"wave{number}_synthetic.csv").is_file())
