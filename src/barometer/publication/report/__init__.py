"""The report: a static site of figures, numbers and methods, made again by one command, and what guards it."""

from barometer.publication.report.build import build_report
from barometer.publication.report.manifest import ManifestCheck, verify_manifest

__all__ = ["ManifestCheck", "build_report", "verify_manifest"]
