"""What every test may use: the shipped waves, loaded once, and their figures, drawn once."""

import pytest
from shipped_waves import SHIPPED

import barometer as bm


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
