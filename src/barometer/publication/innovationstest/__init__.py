"""The Innovationstest: one workplace beside its peers, as a result, a page of its own, and a group's picture."""

from barometer.publication.innovationstest.benchmark import WorkplaceBenchmark, benchmark_workplace
from barometer.publication.innovationstest.documents import build_test, save_document
from barometer.publication.innovationstest.figures import draw_workplace
from barometer.publication.innovationstest.group import GroupPicture, picture_group
from barometer.publication.innovationstest.group_counts import CONFERENCE, GroupPolicy

__all__ = [
    "CONFERENCE",
    "GroupPicture",
    "GroupPolicy",
    "WorkplaceBenchmark",
    "benchmark_workplace",
    "build_test",
    "draw_workplace",
    "picture_group",
    "save_document",
]
