"""Every published figure, drawn once."""

import pytest
from published_samples import PUBLISHED

import barometer as bm


@pytest.fixture(scope="session")
def drawn(waves: dict[int, bm.Wave]) -> dict[tuple[str, int], bm.Figure]:
    """Every figure with every shipped wave that published it, in English."""
    return {(name, number): bm.draw(name, waves[number]) for name, number in PUBLISHED}
