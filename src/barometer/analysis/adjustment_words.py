"""What corrections for many tests are called, and sentences that name one of them."""

from typing import TYPE_CHECKING

from barometer.codebook.records import Label

if TYPE_CHECKING:
    from barometer import survey

CORRECTIONS: "dict[survey.Adjustment, Label]" = {
    "holm": Label("Holm", "Holm"),
    "bh": Label("Benjamini og Hochberg", "Benjamini and Hochberg"),
}


def by_correction(corrected: Label, not_corrected: Label) -> "dict[survey.Adjustment, Label]":
    """
    Write one sentence for each correction.

    Parameters
    ----------
    corrected : Label
        With {correction} where its name stands; other braces stay.
    not_corrected : Label
        Of "none".
    """
    named: dict[survey.Adjustment, Label] = {
        name: Label(*(corrected.text(lang).replace("{correction}", label.text(lang)) for lang in ("da", "en")))
        for name, label in CORRECTIONS.items()
    }
    return {**named, "none": not_corrected}
