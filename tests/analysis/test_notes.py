"""Every reason that the kernel gives has a label."""

from barometer import survey
from barometer.analysis.estimates import NOTES


def test_every_reason_has_a_label_in_both_languages() -> None:
    assert set(survey.REASONS) <= set(NOTES)
    for code, label in NOTES.items():
        assert bool(label.da) == bool(label.en) == bool(code)
