"""What every test may use: the shipped waves, loaded once, and their figures, drawn once."""

import pytest
from shipped_waves import SHIPPED

import barometer as bm
from barometer.publication.disclosure.protecting import protect_all
from barometer.publication.theme_trends import draw_theme_trends, estimate_theme_trends


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
