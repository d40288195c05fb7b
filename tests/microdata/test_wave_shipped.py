"""The shipped synthetic wave 3: sizes, strata, routing, and what it shows of itself."""

import dataclasses
import re
import warnings

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.errors import ArgumentError, DeliveryError, UnknownNameError
from barometer.microdata.load import read_and_check, shipped_layout

BASE_SIZES = {
    "all": 2271,
    "innovative": 1877,
    "not_innovative": 394,
    "innovation_work": 111,
    "collaborated": 1334,
    "novelty_known": 1704,
    "reused": 1349,
    "evaluated": 749,
    "technological": 733,
}


def blank(wave: bm.Wave, column: str) -> "pd.Series[bool]":
    return wave.microdata[column].isna()


def ticks(wave: bm.Wave, prefix: str) -> pd.DataFrame:
    """Tick columns of a question as true and false."""
    columns = [name for name in wave.columns if name.startswith(f"{prefix}.")]
    return pd.DataFrame({name.removeprefix(f"{prefix}."): wave.microdata[name] == "yes" for name in columns})


@pytest.mark.parametrize(("base", "size"), BASE_SIZES.items())
def test_every_base_has_its_published_size(wave: bm.Wave, base: str, size: int) -> None:
    assert wave.base_size(base) == size


def test_an_unknown_base_brings_up_near_ones(wave: bm.Wave) -> None:
    with pytest.raises(UnknownNameError) as caught:
        wave.base_size("inovative")
    assert "innovative" in caught.value.suggestions


def test_bases_follow_from_the_answers(wave: bm.Wave) -> None:
    answers = wave.microdata
    introduced = [f"introduced.{kind}" for kind in ("product", "service", "process_org", "communication")]
    innovative = (answers[introduced] == "yes").any(axis=1)
    assert innovative.sum() == 1877
    assert (answers["innovation_work"] == "yes").sum() == 111
    assert answers["novelty"].isin(["adapted", "copy"]).sum() == 1349
    assert answers["evaluated"].isin(["internal", "external_help"]).sum() == 749
    assert answers["technology"].isin(["itself", "important_part"]).sum() == 733
    assert ticks(wave, "partner").drop(columns=["none", "dont_know"]).any(axis=1).sum() == 1334
    np.testing.assert_array_equal(wave.answers.base("innovative"), innovative)


def test_a_blank_is_exactly_not_asked(wave: bm.Wave) -> None:
    answers = wave.microdata
    introduced = [f"introduced.{kind}" for kind in ("product", "service", "process_org", "communication")]
    innovative = (answers[introduced] == "yes").any(axis=1)
    evaluated = answers["evaluated"].isin(["internal", "external_help"])
    routing = {
        "introduced.product": pd.Series(True, index=answers.index),
        "culture.time": pd.Series(True, index=answers.index),
        "innovation_work": ~innovative,
        "work_type.product": answers["innovation_work"] == "yes",
        "core_task": innovative,
        "initiator.employees": innovative,
        "factor.citizens": innovative,
        "inspiration.networks": answers["novelty"].isin(["adapted", "copy"]),
        "phase.citizens.idea": answers["partner.citizens"] == "yes",
        "phase.abroad.dont_know": answers["partner.abroad"] == "yes",
        "technology_use": answers["technology"].isin(["itself", "important_part"]),
        "evaluation_content.other": evaluated,
        "evaluation_purpose.learning": evaluated,
    }
    for column, asked in routing.items():
        assert (blank(wave, column) == ~asked).all(), column
        assert asked.any(), column


def test_every_column_is_answered_by_those_the_routing_asks(wave: bm.Wave) -> None:
    for name, column in wave.columns.items():
        np.testing.assert_array_equal(wave.microdata[name].notna(), wave.answers.asked(column), err_msg=name)


def test_nobody_ticks_more_than_three_initiators(wave: bm.Wave) -> None:
    count = ticks(wave, "initiator").sum(axis=1)
    assert sorted(set(count[~blank(wave, "initiator.employees")])) == [1, 2, 3]
    assert set(count[blank(wave, "initiator.employees")]) == {0}


@pytest.mark.parametrize(
    ("question", "option"),
    [
        ("inspiration", "dont_know"),
        ("initiator", "dont_know"),
        ("partner", "none"),
        ("partner", "dont_know"),
        ("financing", "dont_know"),
        ("value", "dont_know"),
        ("phase.citizens", "dont_know"),
    ],
)
def test_an_exclusive_option_stands_alone(wave: bm.Wave, question: str, option: str) -> None:
    ticked = ticks(wave, question)
    chosen = ticked.loc[ticked[option]]
    assert len(chosen) > 0
    assert (chosen.sum(axis=1) == 1).all()


def test_strata_are_sector_by_size_and_make_up_the_population(wave: bm.Wave) -> None:
    codes, names = wave.stratum
    assert len(names) == len(set(names)) == 45
    assert "municipal_schools x small" in names
    assert set(codes.tolist()) == set(range(45))
    assert wave.population.sum() == 15000
    assert (np.bincount(codes) <= wave.population).all()
    assert (np.bincount(codes) >= 2).all()
    weight = np.bincount(codes, weights=wave.microdata["weight"].to_numpy())
    np.testing.assert_allclose(weight, wave.population, rtol=1e-9)


def test_twice_as_many_were_drawn_as_answered(wave: bm.Wave) -> None:
    assert (wave.n, wave.sampled) == (2271, 4542)


def test_a_sector_lies_in_its_level(wave: bm.Wave) -> None:
    level = {group.code: group.of for group in wave.codebook.domain("sector").groups}
    assert (wave.microdata["sector"].astype(str).map(level) == wave.microdata["level"].astype(str)).all()


def test_answers_are_ordered_categories_of_text(wave: bm.Wave) -> None:
    for name, column in wave.columns.items():
        values = wave.microdata[name]
        assert values.cat.ordered, name
        assert values.cat.categories.tolist() == [answer.code for answer in column.answers], name
    assert list(wave.microdata)[:8] == [
        "id",
        "synthetic",
        "weight",
        "population",
        "level",
        "sector",
        "industry",
        "size",
    ]
    assert list(wave.microdata)[8:] == list(wave.columns)
    assert wave.microdata["id"].is_unique


def test_every_row_says_that_it_is_synthetic(wave: bm.Wave) -> None:
    assert wave.is_synthetic
    assert wave.microdata["synthetic"].all()
    assert wave.provenance.kind == "synthetic"
    assert wave.provenance.file == "wave3_synthetic.csv"
    assert re.fullmatch("[0-9a-f]{64}", wave.provenance.sha256)


def test_repr_says_synthetic_and_shows_no_row(wave: bm.Wave) -> None:
    assert repr(wave) == ("<Wave 3 (2018-2019): 2,271 workplaces, 45 strata; SYNTHETIC microdata, nobody's answers>")


def test_html_says_synthetic_and_shows_no_row(wave: bm.Wave) -> None:
    html = wave._repr_html_()
    assert "Synthetic data: not answers from the survey" in html
    assert [fact for fact in ("2,271", "4,542", "15,000", "45 (sector x size)") if fact not in html] == []
    assert not wave.microdata["id"].isin(re.findall(r"\w+", html)).any()
    assert "0x" not in html


def test_a_wave_that_is_not_there_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no wave '33'\. Did you mean '3'\?") as caught:
        bm.load_wave(33)
    assert (caught.value.kind, caught.value.name, caught.value.suggestions) == ("wave", "33", ("3",))


def test_a_wave_is_asked_for_by_number() -> None:
    with pytest.raises(ArgumentError, match="number: is a whole number, for instance 3; got '3'") as caught:
        bm.load_wave("3")  # type: ignore[arg-type]
    assert caught.value.argument == "number"


def test_a_file_of_another_wave_is_not_taken_for_the_one_asked_for() -> None:
    book = bm.codebook()
    waves = dataclasses.replace(book, waves={3: book.wave(3), 4: dataclasses.replace(book.wave(3), number=4)})
    path = shipped_layout(3).with_name("wave3_synthetic.csv")
    with pytest.raises(DeliveryError, match=r"\[file\] is wave 3, not wave 4"):
        bm.load_wave(4, path, codebook=waves)


def test_the_shipped_delivery_gives_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        delivery = read_and_check(shipped_layout(3), bm.codebook())
    assert delivery.wave.warnings == ()
    assert [path.name for path in delivery.files] == [
        "wave3_synthetic.layout.toml",
        "wave3_synthetic.csv",
        "wave3_synthetic.frame.csv",
    ]


@pytest.mark.parametrize(
    ("domain", "groups"),
    [("level", 3), ("sector", 15), ("novelty_level", 3), ("curiosity", 3), ("innovative", 2)],
)
def test_domain_codes_stay_inside_the_groups_of_the_domain(wave: bm.Wave, domain: str, groups: int) -> None:
    codes = wave.domain_codes(domain)
    assert codes.shape == (2271,)
    assert set(codes.tolist()) - {-1} == set(range(groups))


def test_domains_made_from_answers_follow_their_rule_for_dont_know(wave: bm.Wave) -> None:
    novelty, evaluated = wave.microdata["novelty"], wave.microdata["evaluated"]
    np.testing.assert_array_equal(wave.domain_codes("novelty_level") == -1, novelty.isna() | (novelty == "dont_know"))
    unevaluated = evaluated.isin(["planned", "no", "dont_know"])
    np.testing.assert_array_equal(wave.domain_codes("evaluation_level") == 0, unevaluated)
    np.testing.assert_array_equal(wave.domain_codes("evaluation_level") == -1, evaluated.isna())
    curious = wave.microdata["culture.curious"]
    np.testing.assert_array_equal(wave.domain_codes("curiosity") == 2, ~curious.isin(["agree_fully", "agree_partly"]))


def test_domain_codes_of_an_indicator_are_yes_no_and_outside_its_base(wave: bm.Wave) -> None:
    codes = wave.domain_codes("partner.any")
    np.testing.assert_array_equal(codes == -1, blank(wave, "partner.none"))
    assert (codes == 0).sum() == 1334
    assert (codes == 1).sum() == 1877 - 1334
