"""The administrations' survey: a unit and a codebook of its own, unweighted, never mixed with workplaces."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from administrations_delivery import ANSWERS, OPTIONS, administrations_delivery
from metadata_copy import MetadataCopy

import barometer as bm
from barometer import cli
from barometer.codebook.book import Codebook
from barometer.errors import ArgumentError, LayoutError, MixedCodebooksError
from barometer.microdata import check_one_codebook

N = {1: 79, 2: 72}


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook("administrations")


@pytest.fixture(params=[1, 2])
def survey(request: pytest.FixtureRequest, tmp_path: Path) -> bm.Wave:
    number: int = request.param
    return bm.load_wave(number, administrations_delivery(tmp_path, number), codebook="administrations")


def test_the_unit_is_the_administration_and_nothing_is_weighted(book: Codebook) -> None:
    assert (book.about.name, book.about.unit) == ("administrations", "administration")
    for number, record in book.waves.items():
        assert (record.unit, record.weighted, record.stratum) == ("administration", False, ())
        assert record.answers == N[number]


def test_the_second_wave_went_to_every_municipality_region_and_department(book: Codebook) -> None:
    assert book.wave(2).sample == 98 + 5 + 18
    assert book.wave(1).sample is None


@pytest.mark.parametrize("number", [1, 2])
def test_each_wave_has_its_own_options(book: Codebook, number: int) -> None:
    assert list(book.columns(number)) == [f"strategy_instruments.{option}" for option in OPTIONS[number]]


def test_political_decisions_are_known_of_the_first_wave_only(book: Codebook) -> None:
    assert book.comparability("political_decision", 1, 2).verdict == "not_comparable"


def test_what_is_under_way_breaks_the_series(book: Codebook) -> None:
    found = book.comparability("pool_unit_or_strategy", 1, 2)
    assert found.verdict == "break"
    assert any("under way" in reason.en for reason in found.reasons)


def test_the_published_rows_are_worded_shares_with_a_range_and_a_reason(book: Codebook) -> None:
    worded = [claim for claim in book.claims if claim.statistic == "share"]
    assert [(c.wave, c.indicator, c.published_n) for c in worded] == [
        (1, "political_decision", 79),
        (1, "pool_unit_or_strategy", 79),
        (2, "pool_unit_or_strategy", 72),
    ]
    assert all(c.check == "range" and c.confidence == "low" and c.reason.da and c.reason.en for c in worded)
    assert not any(claim.fitted for claim in book.claims)


def test_a_delivery_without_weights_and_sizes_loads(survey: bm.Wave) -> None:
    number = survey.record.number
    assert survey.n == N[number]
    assert (survey.microdata["weight"] == 1.0).all()
    assert np.isposinf(survey.population).all()
    assert repr(survey) == (
        f"<Wave {number} ({survey.record.period}): {N[number]} administrations, no strata; "
        "delivered microdata, confidential>"
    )
    assert "Administrations that answered" in survey._repr_html_()
    assert "orkplace" not in survey._repr_html_()


def test_shares_are_counts_and_standard_errors_those_of_a_simple_random_sample(survey: bm.Wave) -> None:
    number = survey.record.number
    shares = bm.estimate_shares(survey, "strategy_instruments")
    for option in OPTIONS[number]:
        row = shares.row(f"strategy_instruments.{option}")
        count = sum(times for options, times in ANSWERS[number].items() if option in options)
        p = count / N[number]
        assert row["share"] == pytest.approx(p, rel=1e-12)
        assert row["se"] == pytest.approx((p * (1 - p) / (N[number] - 1)) ** 0.5, rel=1e-12)
        assert (row["n"], row["df"]) == (N[number], N[number] - 1)


def test_the_method_says_that_nothing_is_weighted_or_corrected(survey: bm.Wave) -> None:
    method = bm.estimate_shares(survey, "pool_unit_or_strategy").method
    assert method.text("en").startswith(
        "Unweighted shares; standard errors by Taylor linearization without strata and no finite population correction;"
    )
    assert method.text("da").startswith(
        "Uvægtede andele; standardfejl ved Taylor-linearisering uden strata og uden endelighedskorrektion;"
    )
    assert method.variance == "Taylor linearization"
    footer = bm.draw(bm.estimate_shares(survey, "pool_unit_or_strategy")).words["en"].footer
    assert any(line.endswith("Unweighted.") for line in footer)


def test_the_method_of_a_weighted_wave_is_as_before(wave: bm.Wave) -> None:
    method = bm.estimate_shares(wave, "innovative").method
    assert method.variance == "Taylor linearization, stratified, finite population correction"
    assert method.text("en").startswith(
        "Weighted shares; standard errors by Taylor linearization in 45 strata with finite population correction; 95%"
    )


def test_every_claim_is_verified_against_the_delivery(survey: bm.Wave) -> None:
    checked = bm.verify(survey)
    wanted = {1: {"fits_the_words": 2, "reproduced": 1}, 2: {"fits_the_words": 1, "reproduced": 1}}
    assert checked.counts == wanted[survey.record.number]
    # 20 + 18 of 79 stand behind a politically adopted strategy or a pool that politicians allocate.
    if survey.record.number == 1:
        decided = checked.table.set_index("id").loc["w1-strategy-01"]
        assert decided["computed"] == pytest.approx(100 * 38 / 79)


def test_a_share_outside_the_words_does_not_fit_them(tmp_path: Path) -> None:
    path = administrations_delivery(tmp_path, 2)
    text = path.read_text(encoding="utf-8").splitlines()
    nobody = [text[0], *(";".join([*row.split(";")[:2], "0", "0", "0", "1"]) for row in text[1:])]
    path.write_text("\n".join(nobody), encoding="utf-8")
    checked = bm.verify(bm.load_wave(2, path, codebook="administrations"), policy="none")
    assert list(checked.failures["verdict"]) == ["does_not_fit_the_words"]


def test_results_can_be_split_by_the_kind_of_administration(survey: bm.Wave) -> None:
    shares = bm.estimate_shares(survey, "pool_unit_or_strategy", by="level")
    assert list(shares.table["n"]) == [survey.n, survey.n - 15, 5, 10]


def test_none_of_them_stands_alone(tmp_path: Path) -> None:
    path = administrations_delivery(tmp_path, 2)
    text = path.read_text(encoding="utf-8").replace("1;region;1;0;0;0", "1;region;1;0;0;1", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(bm.BarometerError, match=r"\[exclusive\]"):
        bm.load_wave(2, path, codebook="administrations")


def test_no_synthetic_administrations_are_shipped() -> None:
    with pytest.raises(ArgumentError, match="no synthetic wave of 'administrations' is shipped"):
        bm.load_wave(1, codebook="administrations")


def test_a_layout_of_workplaces_needs_its_weights(tmp_path: Path) -> None:
    path = administrations_delivery(tmp_path, 2)
    with pytest.raises(LayoutError):
        bm.load_wave(3, path)


def test_processed_administrations_are_not_read_as_workplaces(tmp_path: Path) -> None:
    administrations_delivery(tmp_path, 2)
    (parquet, _) = bm.ingest(tmp_path, tmp_path / "out", codebook="administrations")
    assert bm.load_wave(2, parquet, codebook="administrations").n == 72
    with pytest.raises(bm.BarometerError, match="answers to the codebook 'administrations', not to 'denmark'"):
        bm.load_wave(3, parquet)


def test_workplaces_and_administrations_are_never_in_one_result(survey: bm.Wave, wave: bm.Wave) -> None:
    for waves in ([wave, survey], [survey, wave]):
        with pytest.raises(MixedCodebooksError) as caught:
            bm.verify(waves)
        assert isinstance(caught.value, ValueError)
        assert set(caught.value.codebooks) == {"denmark", "administrations"}
        assert set(caught.value.units) == {"workplaces", "administrations"}
        assert "units are never put together" in str(caught.value)
    check_one_codebook([wave, wave])
    check_one_codebook([survey])


def test_several_waves_of_one_survey_are_verified_together(tmp_path: Path) -> None:
    waves = [
        bm.load_wave(number, administrations_delivery(tmp_path, number), codebook="administrations")
        for number in (1, 2)
    ]
    assert list(bm.verify(waves).table["wave"]) == [1, 1, 1, 2, 2]


def test_a_wave_of_another_unit_than_its_codebook_is_a_fault(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace("waves/wave3.toml", 'unit = "workplace"', 'unit = "administration"')
    (fault,) = copy.faults()
    assert fault.column == "waves.3"
    assert "units are never mixed" in fault.message


def test_the_command_line_takes_the_codebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    administrations_delivery(tmp_path, 2)
    assert cli.main(["ingest", "--raw", ".", "--out", "out", "--codebook", "administrations"]) == 0
    capsys.readouterr()
    arguments = ["--wave", "2", "--data", "out/administrations2.parquet", "--codebook", "administrations"]
    assert cli.main(["verify", "--json", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"reproduced": 1, "fits_the_words": 1}
    assert cli.main(["report", *arguments]) == 0
    front = (tmp_path / "reports" / "index.en.html").read_text(encoding="utf-8")
    page = (tmp_path / "reports" / "methods.en.html").read_text(encoding="utf-8")
    assert "72 answers; how many administrations there are, and how many were drawn, was not delivered." in page
    assert "Answers are not weighted" in page
    assert "treated as a simple random sample, without finite population correction" in page
    assert "id='figures'" not in front
    assert "orkplace" not in page + front
    assert len(pd.read_csv(tmp_path / "reports" / "verification.csv")) == 2
