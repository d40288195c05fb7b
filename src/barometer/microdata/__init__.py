"""From file to wave: readers, layouts, checks, harmonising, storage."""

from barometer.microdata.check_report import CheckReport
from barometer.microdata.ingest import ingest
from barometer.microdata.load import check_delivery, load_wave
from barometer.microdata.mixing import check_one_codebook
from barometer.microdata.wave import SYNTHETIC, Provenance, Wave

__all__ = [
    "SYNTHETIC",
    "CheckReport",
    "Provenance",
    "Wave",
    "check_delivery",
    "check_one_codebook",
    "ingest",
    "load_wave",
]
