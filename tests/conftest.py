"""What every test may use: the shipped wave, loaded once."""

import pytest

import barometer as bm


@pytest.fixture(scope="session")
def wave() -> bm.Wave:
    return bm.load_wave(3)
