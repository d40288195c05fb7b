"""Arguments of another type than asked for: an error of the barometer's own that names the argument."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis import wave_facts
from barometer.errors import ArgumentError

SHARES: dict[str, Any] = {"indicators": "innovative"}


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("indicators", None),
        ("indicators", 3),
        ("indicators", [None]),
        ("indicators", {"innovative": 1}),
        ("by", 3),
        ("by", [3]),
        ("confidence", None),
        ("confidence", "0.95"),
        ("confidence", [0.95]),
    ],
)
def test_an_argument_of_another_type_is_named(wave: bm.Wave, argument: str, value: object) -> None:
    options = {**SHARES, argument: value}
    with pytest.raises(ArgumentError) as caught:
        bm.estimate_shares(wave, **options)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda _: bm.estimate_shares("w", "innovative"), "wave"),  # type: ignore[arg-type]
        (lambda wave: bm.estimate_shares(wave.microdata, "innovative"), "wave"),
        (lambda _: bm.verify(3), "waves"),  # type: ignore[arg-type]
        (lambda _: bm.verify([3]), "waves"),  # type: ignore[list-item]
        (lambda _: bm.draw(None), "what"),  # type: ignore[arg-type]
        (lambda _: bm.to_excel(pd.DataFrame(), "book.xlsx"), "results"),  # type: ignore[arg-type]
        (lambda _: bm.to_excel("novelty", "book.xlsx"), "results"),  # type: ignore[arg-type]
        (lambda wave: wave.codebook.indicator(None), "indicator"),
        (lambda wave: wave.codebook.domain(3), "domain"),
        (lambda _: bm.codebook().in_wave("3"), "wave"),  # type: ignore[arg-type]
        (lambda wave: bm.draw("citizens", wave).in_language("fr"), "lang"),  # type: ignore[arg-type]
        (lambda wave: bm.draw("citizens", wave).save("x", languages="da"), "languages"),  # type: ignore[arg-type]
        (lambda wave: bm.verify(wave).to_html("fr"), "lang"),  # type: ignore[arg-type]
        (lambda wave: bm.verify(wave).to_frame("fr"), "lang"),  # type: ignore[arg-type]
        (lambda wave: bm.estimate_shares(wave, "innovative", by="level").difference(None), "group"),  # type: ignore[arg-type]
        (lambda wave: bm.estimate_shares(wave, "innovative", by="level").difference("state", "state"), "versus"),
        (lambda wave: bm.bound_difference(wave, "innovative", "state", "state", by="level"), "second"),
        (lambda wave: bm.estimate_trend([wave, bm.load_wave(4)], "innovative", years={3: 1}), "years"),
        (lambda wave: bm.compare_countries(wave, bm.load_wave(4), "innovative"), "second"),
        (lambda wave: bm.picture_group(3, wave=wave), "sources"),  # type: ignore[arg-type]
        (lambda wave: bm.picture_group([], wave=wave), "sources"),
        (lambda wave: bm.save_document({}, "x.html", wave=wave), "source"),  # type: ignore[arg-type]
        (lambda _: bm.statbank_table("OIN01DK", 3), "waves"),  # type: ignore[arg-type]
        (lambda _: bm.to_table("x"), "result"),  # type: ignore[arg-type]
        (lambda _: bm.check_differencing([3]), "results"),
        (lambda _: bm.read_microdata(""), "path"),
        (lambda wave: bm.write_microdata(wave, None), "path"),  # type: ignore[arg-type]
        (lambda _: bm.DisclosurePolicy("own", zeros="hide"), "zeros"),  # type: ignore[arg-type]
    ],
)
def test_a_call_with_another_type_is_refused_by_name(
    wave: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[Any], object], argument: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError) as caught:
        call(wave)
    assert caught.value.argument == argument
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda wave: bm.estimate_shares(wave, "innovative", confidence=np.float32(0.5)).method.confidence,  # type: ignore[arg-type]
        lambda wave: bm.fit_model(wave, "shared ~ level", confidence=np.float32(0.5)).facts.confidence,  # type: ignore[arg-type]
        lambda wave: bm.compare_domains(wave, "innovative", by="level", confidence=np.float64(0.5)).kernel.confidence,
    ],
)
def test_a_confidence_may_be_a_number_of_numpy(wave: bm.Wave, call: Callable[[bm.Wave], object]) -> None:
    assert call(wave) == 0.5


def test_the_facts_of_a_wave_are_counted(wave: bm.Wave) -> None:
    facts = wave_facts(wave)
    assert (facts.answers, facts.sampled, facts.population) == (len(wave.microdata), 4542, 15000)
    assert facts.unit.en == "workplaces"


def test_an_answer_that_many_questions_have_is_named_with_its_question(wave: bm.Wave) -> None:
    found = bm.estimate_shares(wave, "shared.yes")
    assert found.to_frame("da")["Indikator"].tolist() == ["Forsøgt delt: ja"]
    assert found.sheets("en")[0].title == "Tried to share: yes"
    assert "Tried to share: yes" in found._repr_html_()
    bounds = bm.bound_share(wave, "shared.yes")
    assert bounds.to_frame("en")["Indicator"].tolist() == ["Tried to share: yes"]


def test_two_indicators_with_one_label_are_told_apart(wave: bm.Wave) -> None:
    names = ["positive_role.private_firms", "partner.private_firms", "value.quality"]
    labels = bm.estimate_shares(wave, names).to_frame("en")["Indicator"].tolist()
    assert labels == [
        "Who plays a positive role in innovations: private firms",
        "Partners: private firms",
        "Improved quality",
    ]
