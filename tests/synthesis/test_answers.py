"""How the odds of an answer are centred before workplaces are chosen."""

import numpy as np
import pytest

from barometer.synthesis.answers import centred


@pytest.mark.parametrize("needed", [0.05, 0.5, 0.93])
def test_centred_odds_give_what_is_needed_in_expectation(needed: float) -> None:
    rng = np.random.default_rng(1)
    lean, weight = rng.normal(0.0, 1.5, 500), rng.uniform(1.0, 30.0, 500)
    constant = centred(lean, weight, needed * weight.sum())
    expected = weight @ (1.0 / (1.0 + np.exp(-(lean + constant))))
    assert expected == pytest.approx(needed * weight.sum(), rel=1e-9)


@pytest.mark.parametrize(("needed", "share"), [(0.0, 0.0025), (-5.0, 0.0025), (1.2, 0.9975)])
def test_a_need_of_nobody_or_everybody_stays_just_inside(needed: float, share: float) -> None:
    lean, weight = np.zeros(40), np.ones(40)
    constant = centred(lean, weight, needed * 40)
    assert 1.0 / (1.0 + np.exp(-constant)) == pytest.approx(share, rel=1e-9)
