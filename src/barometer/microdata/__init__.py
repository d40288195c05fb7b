"""From file to wave: readers, layouts, checks, harmonising, storage."""

from barometer.microdata.check_report import CheckReport
from barometer.microdata.ingest import ingest
from barometer.microdata.layout_coverage import check_layout
from barometer.microdata.load import check_delivery, load_wave
from barometer.microdata.mixing import check_one_codebook
from barometer.microdata.proposal import propose_layout
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read import read_microdata
from barometer.microdata.response_wish import ResponseAdjustment
from barometer.microdata.sample_frame import SampleFrame
from barometer.microdata.wave import SYNTHETIC, Provenance, Wave, as_waves, check_wave
from barometer.microdata.weighting import StartWeights, Weighting, WeightingMethod, WeightingStep
from barometer.microdata.write import write_microdata

__all__ = [
    "SYNTHETIC",
    "CheckReport",
    "Provenance",
    "RawTable",
    "ResponseAdjustment",
    "SampleFrame",
    "StartWeights",
    "Wave",
    "Weighting",
    "WeightingMethod",
    "WeightingStep",
    "as_waves",
    "check_delivery",
    "check_layout",
    "check_one_codebook",
    "check_wave",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "write_microdata",
]
