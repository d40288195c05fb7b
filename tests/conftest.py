"""What every test may use: the shipped waves, loaded once, their figures, drawn once, and a result of each type."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shipped_waves import SHIPPED

import barometer as bm
from barometer.publication.disclosure.protecting import protect_all
from barometer.publication.theme_trends import draw_theme_trends, estimate_theme_trends

RARE = "partner.foundations"
NORDLAND = Path(__file__).parents[1] / "examples" / "copenhagen"


@pytest.fixture(scope="session")
def wave() -> bm.Wave:
    return bm.load_wave(3)


@pytest.fixture(scope="session")
def waves(wave: bm.Wave) -> dict[int, bm.Wave]:
    """Every shipped wave by its number."""
    return {number: wave if number == 3 else bm.load_wave(number) for number in SHIPPED}


@pytest.fixture(scope="session")
def drawn(waves: dict[int, bm.Wave]) -> dict[tuple[str, int], bm.Figure]:
    """Every figure with every shipped wave that published it, in English."""
    return {(name, number): bm.draw(name, each) for number, each in waves.items() for name in each.codebook.figures}


@pytest.fixture(scope="session")
def trends(waves: dict[int, bm.Wave]) -> dict[str, bm.Figure]:
    """The trend of every theme that has one, in English."""
    found = [waves[number] for number in sorted(waves)]
    estimated = estimate_theme_trends(found)
    return draw_theme_trends(found, dict(zip(estimated, protect_all(list(estimated.values())), strict=True)))


@pytest.fixture(scope="session")
def made(waves: dict[int, bm.Wave]) -> dict[str, Any]:
    """One result of each type, with cells of fewer than twelve."""
    wave, sizes = waves[3], "size"
    theirs = bm.load_wave(1, NORDLAND / "delivery" / "nordland1.csv", codebook=NORDLAND / "codebook")
    model = bm.fit_model(wave, f"{RARE} ~ sector", family="linear")
    return {
        "Association": bm.test_association(wave, RARE, "sector"),
        "Comparisons": bm.compare_domains(wave, RARE, by="sector"),
        "CountryComparison": bm.compare_countries(theirs, wave),
        "Counts": bm.estimate_counts(wave, "partner", by=sizes),
        "Decomposition": bm.decompose_change(waves[3], waves[4], "partner.citizens", "sector"),
        "Estimates": bm.estimate_shares(wave, RARE, by="sector"),
        "LateAnswers": bm.compare_early_late(
            wave, [RARE, "innovative"], dates=pd.date_range("2019-01-01", periods=wave.n), late=0.02
        ),
        "Model": model,
        "ModelMargins": model.margins("sector"),
        "Overlaps": bm.estimate_overlaps(wave, [RARE, "partner.citizens", "partner.private_firms"], by=sizes),
        "Parts": bm.estimate_parts(wave, "positive_role.private_firms", by=sizes),
        "ResponseReport": bm.check_response(waves[4]),
        "Reweighting": bm.reweight(wave, ["sector x size"], method="cells", minimum=2),
        "Sensitivity": bm.bound_share(wave, RARE, by="sector"),
        "Trend": bm.estimate_trend([waves[3], waves[4]], RARE, by="sector"),
    }
