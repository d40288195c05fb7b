"""Workplaces like ours: who the peers are, how the group was widened, and what is never said."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis.peers import FEWEST
from barometer.errors import ArgumentError, UnknownNameError

NARROW: dict[str, Any] = {"level": "region", "sector": "regional_administration", "size": "small"}


def count(wave: bm.Wave, **profile: str) -> int:
    inside = pd.Series(True, index=wave.microdata.index)
    for name, code in profile.items():
        inside &= wave.microdata[name] == code
    return int(inside.sum())


def test_a_large_enough_profile_is_its_own_group(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, sector="municipal_schools", size="medium")
    assert peers.codes == (("sector", "municipal_schools"), ("size", "medium"))
    assert len(peers.steps) == 1
    assert peers.n == count(wave, sector="municipal_schools", size="medium") >= 30
    assert peers.label.en == "Primary schools, 20-49 employees"
    assert peers.label.da == "Folkeskoler, 20-49 ansatte"


def test_it_is_widened_size_first_then_sector_to_level_then_to_all(wave: bm.Wave) -> None:
    """The level that the sector implies adds nothing to it."""
    peers = bm.find_peers(wave, minimum=1000, **NARROW)
    assert [step.codes for step in peers.steps] == [
        (("sector", "regional_administration"), ("size", "small")),
        (("sector", "regional_administration"),),
        (("level", "region"),),
        (),
    ]
    assert [step.n for step in peers.steps] == [None, 14, 235, 2271]
    assert peers.label.en == "All workplaces"
    assert peers.weighted == pytest.approx(wave.microdata["weight"].sum())


def test_it_stops_at_the_first_group_that_is_large_enough(wave: bm.Wave) -> None:
    assert bm.find_peers(wave, minimum=14, **NARROW).n == 14
    assert bm.find_peers(wave, minimum=15, **NARROW).n == 235
    assert bm.find_peers(wave, **NARROW).minimum == 30


def test_industry_cuts_across_and_is_dropped_after_size(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, minimum=2271, level="state", industry="education", size="small")
    names = [tuple(name for name, _ in step.codes) for step in peers.steps]
    assert names == [("level", "industry", "size"), ("level", "industry"), ("level",), ()]


def test_answers_are_counted_in_the_base_that_is_asked_about(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, base="innovative", level="region")
    assert peers.n == bm.estimate_shares(wave, "shared.yes", by="level").row("shared.yes", "region")["n"]
    assert peers.n < bm.find_peers(wave, level="region").n


def test_shares_of_the_peers_are_those_of_the_group(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, sector="municipal_schools")
    ours = bm.estimate_shares(wave, "shared.yes", by=peers)
    sectors = bm.estimate_shares(wave, "shared.yes", by="sector")
    for group, code in (("peers", "municipal_schools"), ("total", "total")):
        one, other = ours.row("shared.yes", group), sectors.row("shared.yes", code)
        for name in ("share", "se", "ci_low", "n", "weighted_base", "df"):
            assert one[name] == pytest.approx(other[name], rel=1e-12)
    assert list(ours.to_frame("da")["Sammenligningsgruppe"]) == ["Alle", "Folkeskoler"]


def test_a_description_can_be_asked_of_another_wave(waves: dict[int, bm.Wave]) -> None:
    peers = bm.find_peers(waves[3], level="state")
    later = bm.estimate_shares(waves[4], "innovative", by=peers).row("innovative", "peers")
    assert later["n"] == (waves[4].microdata["level"] == "state").sum()


def test_small_counts_and_workplaces_are_never_shown(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, **NARROW)
    hidden = count(wave, **NARROW)
    assert 0 < hidden < FEWEST
    assert (peers.steps[0].n, peers.steps[0].weighted) == (None, None)
    assert "fewer than 5" in repr(peers)
    assert peers.to_frame("da")["Svar (n)"].tolist() == ["under 5", "14", "235"]
    arrays = [value for step in peers.steps for value in vars_of(step) if isinstance(value, np.ndarray | pd.DataFrame)]
    assert arrays == []


def vars_of(record: object) -> list[object]:
    return [getattr(record, name) for name in type(record).__slots__]  # type: ignore[attr-defined]


def test_a_smaller_minimum_lets_a_smaller_group_be_counted(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, minimum=1, **NARROW)
    assert peers.n == count(wave, **NARROW) < FEWEST
    assert peers.weighted > 0.0
    assert "fewer" not in repr(peers)


def test_another_codebook_has_its_own_domains() -> None:
    example = Path(__file__).parents[2] / "examples" / "copenhagen"
    theirs = bm.load_wave(1, example / "delivery" / "nordland1.csv", codebook=example / "codebook")
    peers = bm.find_peers(theirs, level="state", size="small")
    assert [step.codes for step in peers.steps] == [(("level", "state"), ("size", "small")), (("level", "state"),)]
    with pytest.raises(UnknownNameError, match="There are: level, size"):
        bm.find_peers(theirs, sector="municipal_schools")


def test_it_says_what_it_is_in_both_languages(wave: bm.Wave) -> None:
    peers = bm.find_peers(wave, **NARROW)
    assert "Regions, n = 235 (minimum 30)" in repr(peers)
    assert "Synthetic data" in repr(peers)
    assert "Synthetic data" in peers._repr_html_()
    assert "30 answers or more" in peers._repr_html_()
    assert "mindst 30 svar" in peers.rule("da")
    assert peers.profile == tuple(NARROW.items())
    assert peers.is_synthetic


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, ArgumentError, "nothing is given"),
        ({"sector": None}, ArgumentError, "nothing is given"),
        ({"sectr": "municipal_schools"}, UnknownNameError, "Did you mean 'sector'"),
        ({"sector": "schools"}, UnknownNameError, "Did you mean 'municipal_schools'"),
        ({"novelty_level": "first"}, UnknownNameError, "register domain"),
        ({"level": "state", "sector": "municipal_schools"}, ArgumentError, "lies in level 'municipality'"),
        ({"size": 3}, ArgumentError, "size: must be a name"),
        ({"size": "small", "minimum": 5000}, ArgumentError, "asks for 5,000 answers; everybody .* is 2,271"),
        ({"size": "small", "minimum": 0}, ArgumentError, "minimum: must be a whole number"),
        ({"size": "small", "minimum": True}, ArgumentError, "minimum: must be a whole number"),
        ({"size": "small", "base": "inovative"}, UnknownNameError, "Did you mean 'innovative'"),
    ],
)
def test_profiles_that_cannot_be_are_refused_with_a_way_on(
    wave: bm.Wave, options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        bm.find_peers(wave, **options)  # type: ignore[arg-type]


def test_a_wave_is_asked_for() -> None:
    with pytest.raises(ArgumentError, match="wave: must be a wave"):
        bm.find_peers(3, size="small")  # type: ignore[arg-type]
