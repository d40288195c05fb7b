"""What one wave lacks and others have is said to be theirs, wherever it is asked for."""

import pickle
from collections.abc import Callable

import pytest

import barometer as bm
from barometer.errors import UnknownNameError

ELSEWHERE = r"\. Wave 1 does not have it; waves 3, 4 do\."


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda wave: bm.compare_domains(wave, ["innovative", "shared.yes"]), "indicator 'shared.yes'"),
        (lambda wave: bm.estimate_shares(wave, "shared.yes"), "indicator 'shared.yes'"),
        (lambda wave: bm.estimate_shares(wave, "shared"), "indicator 'shared'"),
        (lambda wave: bm.estimate_shares(wave, "shared.*"), "indicator 'shared.*'"),
        (lambda wave: bm.estimate_shares(wave, "innovative", by="shared.yes"), "domain 'shared.yes'"),
        (lambda wave: bm.test_association(wave, "shared", "level"), "indicator, question or domain 'shared'"),
        (lambda wave: bm.fit_model(wave, "innovative ~ shared"), "indicator or domain 'shared'"),
        (lambda wave: wave.codebook.indicator("shared.yes"), "indicator 'shared.yes'"),
    ],
)
def test_other_waves_are_named(waves: dict[int, bm.Wave], ask: Callable[[bm.Wave], object], kind: str) -> None:
    with pytest.raises(UnknownNameError, match=ELSEWHERE) as caught:
        ask(waves[1])
    assert kind in str(caught.value)


def test_one_other_wave_is_named_in_the_singular(waves: dict[int, bm.Wave]) -> None:
    whole = bm.codebook()
    here = set(whole.in_wave(3).indicators)
    others = {number: set(whole.in_wave(number).indicators) for number in (1, 2, 4)}
    name = next(n for n in sorted(others[4] - here) if n not in others[1] | others[2] and "." in n)
    with pytest.raises(UnknownNameError, match=r"Wave 3 does not have it; wave 4 does\."):
        bm.estimate_shares(waves[3], name)


def test_figures_of_other_waves_are_named(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(UnknownNameError, match=r"figure 'culture'.*Wave 4 does not have it; wave 3 does\."):
        bm.draw("culture", waves[4])


def test_a_name_that_no_wave_has_gets_near_names(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean") as caught:
        bm.estimate_shares(waves[1], "innovativ")
    assert "does not have it" not in str(caught.value)


def test_a_codebook_of_a_wave_knows_the_whole_and_can_be_sent_to_another_process(waves: dict[int, bm.Wave]) -> None:
    book = waves[1].codebook
    assert book.whole.narrowed_to is None
    assert book.whole.whole is book.whole
    again = pickle.loads(pickle.dumps(book))
    assert again.whole.waves.keys() == book.whole.waves.keys()
