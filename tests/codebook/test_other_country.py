"""Another country: a codebook in a folder outside the package, its delivery, and what of it may be compared."""

import csv
import dataclasses
import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from administrations_delivery import administrations_delivery
from metadata_copy import MetadataCopy
from nordland import EXAMPLE, Nordland

import barometer as bm
from barometer import cli
from barometer.codebook import Codebook
from barometer.errors import ArgumentError, CodebookError, MixedCodebooksError, NoMatchError, UnknownNameError

SECOND_WAVE = """
number = 2
period = "2026-2027"
da = "2. udgave"
en = "2nd edition"
fieldwork = "2028"
unit = "workplace"
publisher_da = "p"
publisher_en = "p"
source = "https://example.org/nordland"
questions = ["introduced", "novelty"]
[design]
answers = 100
stratum = []
"""
NARROWER = """
[[indicator.innovative.elsewhere]]
waves = [2]
any = ["introduced.product:yes", "introduced.service:yes"]
reason = { da = "Kun varer og ydelser.", en = "Products and services only." }
source = "https://example.org/nordland"
"""


@pytest.fixture(scope="module")
def denmark() -> Codebook:
    return bm.codebook("denmark")


@pytest.fixture(scope="module")
def nordland() -> Codebook:
    return bm.codebook(EXAMPLE / "codebook")


@pytest.fixture(scope="module")
def their_wave() -> bm.Wave:
    return bm.load_wave(1, EXAMPLE / "delivery" / "nordland1.csv", codebook=EXAMPLE / "codebook")


@pytest.fixture
def country(tmp_path: Path) -> Nordland:
    return Nordland(tmp_path)


def rows() -> list[dict[str, str]]:
    with (EXAMPLE / "delivery" / "nordland1.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_delivery_is_what_its_script_makes() -> None:
    made = runpy.run_path(str(EXAMPLE / "make_delivery.py"))["delivery"]()
    assert (EXAMPLE / "delivery" / "nordland1.csv").read_bytes() == made.encode()


def test_the_country_says_that_it_is_invented_and_its_data_that_they_are_synthetic(
    nordland: Codebook, their_wave: bm.Wave
) -> None:
    assert "opdigtet" in nordland.about.label.da
    assert "invented" in nordland.about.label.en
    assert their_wave.is_synthetic
    assert {row["synthetic"] for row in rows()} == {"1"}
    assert len(rows()) == nordland.wave(1).answers == 120


def test_shares_are_the_weighted_counts_of_the_file(their_wave: bm.Wave) -> None:
    shares = bm.estimate_shares(their_wave, ["innovative", "partner.any", "promoter.technology"])
    weights = [float(row["weight"]) for row in rows()]
    innovative = [any(row[column] == "1" for column in row if column.startswith("new_")) for row in rows()]
    base = sum(weight for weight, yes in zip(weights, innovative, strict=True) if yes)
    partners = ("with_public", "with_private_firms", "with_citizens", "with_universities")
    together = sum(
        weight for weight, row in zip(weights, rows(), strict=True) if any(row[column] == "1" for column in partners)
    )
    helped = sum(weight for weight, row in zip(weights, rows(), strict=True) if row["helped_technology"] == "1")
    assert shares.row("innovative")["share"] == pytest.approx(base / sum(weights), rel=1e-12)
    assert shares.row("partner.any")["share"] == pytest.approx(together / base, rel=1e-12)
    assert shares.row("promoter.technology")["share"] == pytest.approx(helped / base, rel=1e-12)


@pytest.mark.parametrize(
    ("indicator", "theirs", "verdict", "reason"),
    [
        ("innovative", "innovative", "same", ""),
        ("novelty.reused", "novelty.reused", "same", ""),
        (
            "value.user_influence",
            "value.citizen_involvement",
            "similar",
            "Nordland asks about users, Denmark about citizens.",
        ),
        (
            "promoter.employees",
            "",
            "no_match",
            "No record in matches.toml says that the questions of these waves match.",
        ),
    ],
)
def test_a_match_is_what_the_record_says(
    nordland: Codebook, denmark: Codebook, indicator: str, theirs: str, verdict: str, reason: str
) -> None:
    found = nordland.match(indicator, denmark)
    assert (found.indicator, found.codebook, found.other) == (indicator, "nordland", "denmark")
    assert (found.theirs, found.verdict, found.reason("en")) == (theirs, verdict, reason)
    assert found.text("en") == repr(found)
    if theirs:
        back = denmark.match(theirs, nordland)
        assert (back.theirs, back.verdict, back.reason("en")) == (indicator, verdict, reason)


def test_a_match_is_written_in_both_languages(nordland: Codebook, denmark: Codebook) -> None:
    found = nordland.match("value.user_influence", denmark)
    assert found.text("da") == (
        "nordland: value.user_influence | denmark: value.citizen_involvement | lignende spørgsmål. "
        "Nordland spørger om brugerne, Danmark om borgerne."
    )
    assert "&#x27;" not in found._repr_html_()
    assert found._repr_html_().startswith("<p>nordland: value.user_influence |")


def test_a_name_that_nobody_has_is_no_missing_match(nordland: Codebook, denmark: Codebook) -> None:
    with pytest.raises(UnknownNameError, match="promoter"):
        nordland.match("promoters.employees", denmark)


def test_one_codebook_has_no_match_with_itself(nordland: Codebook, wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="`comparability` compares its waves"):
        nordland.match("innovative", nordland)
    with pytest.raises(ArgumentError, match="estimate_trend compares waves"):
        bm.compare_countries(wave, wave, "innovative")


def test_other_units_never_match(country: Nordland) -> None:
    country.append(
        "matches.toml",
        '[[match]]\nindicator = "innovative"\ncodebook = "administrations"\n'
        'theirs = "political_decision"\nlikeness = "same"\n',
    )
    found = country.book().match("innovative", bm.codebook("administrations"))
    assert found.verdict == "no_match"
    assert found.reason("en") == "The units differ: workplaces and administrations."
    assert found.reason("da") == "Enhederne er forskellige: arbejdspladser og forvaltninger."


def test_a_record_holds_for_the_waves_that_it_names(country: Nordland, denmark: Codebook) -> None:
    here = country.book()
    assert here.match("initiator.employees", denmark.in_wave(3)).verdict == "similar"
    country.replace("matches.toml", "waves = [2, 3]", "waves = [2]")
    here = country.book()
    assert here.match("initiator.employees", denmark).verdict == "similar"
    assert here.match("initiator.employees", denmark.in_wave(3)).verdict == "no_match"
    assert denmark.in_wave(3).match("initiator.employees", here.in_wave(1)).verdict == "no_match"


def test_another_rule_for_dont_know_makes_a_match_similar(country: Nordland, denmark: Codebook) -> None:
    country.replace("indicators.toml", 'dont_know = "no"', 'dont_know = "drop"')
    found = country.book().match("innovative", denmark)
    assert (found.verdict, found.reason("en")) == ("similar", "Don't know is treated otherwise (drop and no).")


def test_a_definition_of_one_wave_makes_a_match_similar_in_that_wave(country: Nordland, denmark: Codebook) -> None:
    (country.codebook / "waves" / "wave2.toml").write_text(SECOND_WAVE, encoding="utf-8")
    country.append("indicators.toml", NARROWER)
    book = country.book()
    assert book.in_wave(1).match("innovative", denmark.in_wave(3)).verdict == "same"
    for found in (
        book.in_wave(2).match("innovative", denmark.in_wave(3)),
        denmark.in_wave(3).match("innovative", book.in_wave(2)),
    ):
        assert (found.verdict, found.reason("en")) == ("similar", "Products and services only.")


def test_what_the_other_wave_did_not_ask_has_no_match_there(country: Nordland, denmark: Codebook) -> None:
    (country.codebook / "waves" / "wave2.toml").write_text(SECOND_WAVE, encoding="utf-8")
    found = denmark.in_wave(3).match("value.quality", country.book().in_wave(2))
    assert (found.verdict, found.reason("en")) == ("no_match", "The other wave does not have value.quality.")


def test_a_match_with_what_the_other_codebook_does_not_have_is_loud(country: Nordland, denmark: Codebook) -> None:
    country.replace("matches.toml", 'theirs = "value.citizen_involvement"', 'theirs = "value.citizens"')
    with pytest.raises(CodebookError, match=r"matched with 'value.citizens', which 'denmark' does not have") as caught:
        country.book().match("value.user_influence", denmark)
    assert caught.value.folder == country.codebook


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'indicator = "novelty.first"',
            'indicator = "novelty.frist"',
            "no indicator 'novelty.frist'",
        ),
        (
            'reason = { da = "Nordland spørger om brugerne, Danmark om borgerne.", '
            'en = "Nordland asks about users, Denmark about citizens." }',
            "",
            "'value.user_influence' is similar only, and no reason says what is different",
        ),
        (
            'indicator = "novelty.first"',
            'indicator = "innovative"',
            "'innovative' is matched 2 times with 'denmark'",
        ),
        (
            'indicator = "novelty.first"\ncodebook = "denmark"',
            'indicator = "novelty.first"\ncodebook = "nordland"',
            "'novelty.first' is matched with this codebook itself",
        ),
        ("waves = [2, 3]", 'waves = "all"', "waves must be a list of whole numbers"),
    ],
)
def test_faults_of_matches_are_reported(country: Nordland, old: str, new: str, message: str) -> None:
    country.replace("matches.toml", old, new)
    with pytest.raises(CodebookError) as caught:
        country.book()
    assert [fault.message for fault in caught.value.faults] == [message]


def test_two_countries_stand_side_by_side(their_wave: bm.Wave, wave: bm.Wave) -> None:
    names = ["value.user_influence", "innovative"]
    found = bm.compare_countries(their_wave, wave, names, confidence=0.9)
    ours = bm.estimate_shares(their_wave, names)
    danes = bm.estimate_shares(wave, ["value.citizen_involvement", "innovative"])
    assert list(found.table["indicator"]) == names
    assert list(found.table["theirs"]) == ["value.citizen_involvement", "innovative"]
    assert list(found.table["match"]) == ["similar", "same"]
    for position, row in found.table.iterrows():
        first, second = ours.row(row["indicator"]), danes.row(row["theirs"])
        assert row["share_first"] == first["share"]
        assert row["share_second"] == second["share"]
        assert (row["n_first"], row["n_second"]) == (first["n"], second["n"])
        assert row["difference"] == pytest.approx(first["share"] - second["share"], rel=1e-12)
        assert row["se"] == pytest.approx(np.hypot(first["se"], second["se"]), rel=1e-12)
        assert first["df"] < row["df"] < first["df"] + second["df"]
        assert row["ci_low"] < row["difference"] < row["ci_high"]
        assert found.counterparts[int(str(position))].theirs == row["theirs"]
    wider = bm.compare_countries(their_wave, wave, names).confint()
    assert (wider["ci_low"] < found.table["ci_low"]).all()


def test_turned_round_the_difference_changes_its_sign(their_wave: bm.Wave, wave: bm.Wave) -> None:
    there = bm.compare_countries(their_wave, wave, "innovative").table
    back = bm.compare_countries(wave, their_wave, "innovative").table
    assert list(back["difference"]) == [-difference for difference in there["difference"]]
    assert list(back["p_value"]) == list(there["p_value"])


def test_a_share_of_one_is_no_certain_difference(their_wave: bm.Wave, wave: bm.Wave) -> None:
    """Of a wave in which everybody innovates, the difference is given and its uncertainty is not."""
    (indicator,) = their_wave.select("innovative")
    ours = bm.estimate_shares(their_wave, "innovative").table["share"].iloc[0]
    yes = their_wave.indicator_arrays([indicator], [indicator.dont_know]).yes[:, 0]
    all_yes = dataclasses.replace(their_wave, microdata=their_wave.microdata[yes].reset_index(drop=True))
    found = bm.compare_countries(all_yes, wave, "innovative")
    (row,) = found.table.to_dict("records")
    assert ours < row["share_first"] == 1.0
    assert row["note"] == "share_one"
    assert np.isnan([row["se"], row["ci_low"], row["p_value"]]).all()
    assert found.to_frame("da")["Bemærkning"].tolist() == ["En andel er 1: dens usikkerhed kan ikke beregnes"]
    for shown in (repr(found), found._repr_html_()):
        assert "a share is 1: its uncertainty cannot be computed" in shown
        assert "nan" not in shown


def test_everything_that_matches_is_compared_and_nothing_else(
    their_wave: bm.Wave, wave: bm.Wave, nordland: Codebook
) -> None:
    found = bm.compare_countries(their_wave, wave)
    assert set(found.table["indicator"]) == {match.indicator for match in nordland.matches}
    assert found.is_synthetic
    assert [method.wave for method in found.methods] == [1, 3]


def test_the_table_in_words_has_both_countries_and_the_reservations(their_wave: bm.Wave, wave: bm.Wave) -> None:
    found = bm.compare_countries(their_wave, wave, ["innovative", "partner.any"])
    frame = found.to_frame("da")
    assert list(frame["Spørgsmålene"]) == ["samme spørgsmål", "lignende spørgsmål"]
    assert list(frame["Forbehold"]) == ["", "Nordland nævner fire slags partnere, Danmark flere."]
    assert list(frame["Indikator"]) == ["Innovative arbejdspladser", "Samarbejdede med mindst én"]
    assert {"Andel: Nordlands innovationsbarometer (opdigtet)", "Andel: Innovationsbarometeret"} <= set(frame)
    assert set(frame["Data"]) == {"Syntetiske data: ikke svar fra undersøgelsen"}
    assert repr(found).splitlines()[0].endswith("Synthetic data: not answers from the survey>")
    assert "similar question" in repr(found)
    html = found._repr_html_()
    assert html.startswith("<p><strong>Synthetic data")
    for text in ("Innovative workplaces", "79.4%", "81.1%", "-1.7", "-9.2 to 5.7", "Nordland names four kinds"):
        assert f"<td dir='auto' style='text-align:left'>{text}" in html
    assert len(found.to_frame("en").columns) == len(frame.columns)


def test_what_has_no_match_is_not_compared(their_wave: bm.Wave, wave: bm.Wave) -> None:
    with pytest.raises(NoMatchError) as caught:
        bm.compare_countries(their_wave, wave, ["innovative", "promoter.employees", "value.none"])
    assert isinstance(caught.value, ValueError)
    assert caught.value.indicators == ("promoter.employees", "value.none")
    assert "promoter.employees: No record in matches.toml" in str(caught.value)


def test_without_any_record_nothing_is_compared(country: Nordland, wave: bm.Wave) -> None:
    (country.codebook / "matches.toml").unlink()
    with pytest.raises(NoMatchError, match="no indicator has a match on record"):
        bm.compare_countries(country.wave(), wave)


def test_countries_of_other_units_are_not_compared(tmp_path: Path, their_wave: bm.Wave) -> None:
    offices = bm.load_wave(2, administrations_delivery(tmp_path, 2), codebook="administrations")
    with pytest.raises(MixedCodebooksError) as caught:
        bm.compare_countries(their_wave, offices)
    assert caught.value.units == ("workplaces", "administrations")


def test_waves_of_two_countries_are_not_verified_together(their_wave: bm.Wave, wave: bm.Wave) -> None:
    with pytest.raises(MixedCodebooksError, match=r"bm\.compare_countries sets shares of two side by side"):
        bm.verify([wave, their_wave])


def test_without_claims_verify_says_where_to_write_them(their_wave: bm.Wave) -> None:
    checked = bm.verify(their_wave)
    assert checked.summary("en") == (
        "The codebook holds no published claim about the wave; write them into claims.csv in its folder, one a row."
    )
    assert checked.summary("da").startswith("Kodebogen har ingen offentliggjorte udsagn om bølgen;")
    assert checked.counts == {}
    assert checked.failures.empty
    assert list(checked.table.columns)[:2] == ["id", "wave"]
    assert checked.to_records() == []
    assert checked.is_synthetic


def test_the_columns_of_a_verification_are_those_of_its_rows(wave: bm.Wave, their_wave: bm.Wave) -> None:
    full, empty = bm.verify(wave), bm.verify(their_wave)
    assert list(full.table.columns) == list(empty.table.columns)
    assert full.table[["statement", "verdict", "source", "unit"]].notna().all(axis=None)
    assert list(full.to_frame("da").columns) == list(empty.to_frame("da").columns)


@pytest.mark.parametrize("figures", [True, False])
def test_a_report_is_built_with_figures_of_its_own_or_without(country: Nordland, tmp_path: Path, figures: bool) -> None:
    if not figures:
        (country.codebook / "figures.toml").unlink()
    page = bm.build_report(tmp_path / "report", country.wave())
    names = ("index.en.html", "index.html", "methods.html", "cite.en.html")
    english, danish, methods, cite = ((page.parent / name).read_text(encoding="utf-8") for name in names)
    assert ("id='figures'" in english) is figures
    assert ("href='gallery.en.html'" in english) is figures
    assert "artificial workplaces that nobody answered for" in english
    assert "Synthetic answers to the questionnaire of Nordland" in cite
    assert "fitted" not in english
    assert "(forvaltningsniveau gange størrelse)" in methods
    assert "120 kunstige svar fra 640 kunstige arbejdspladser." in methods
    assert "0 offentliggjorte udsagn om udgaven" in danish
    assert not (page.parent / "verification").exists()
    assert (page.parent / "figures" / "wave1" / "value.da.svg").is_file() is figures
    assert list(pd.read_csv(page.parent / "verification.csv")["id"]) == []
    workbook = pd.read_excel(page.parent / "barometer.xlsx", sheet_name=None, engine="calamine")
    titles = {figure.neutral.da for figure in country.wave().codebook.figures.values()}
    sheets = set(workbook) - {"Indhold", "Efterprøvning"}
    assert len(sheets) == len(titles) == (2 if figures else 0)
    assert all(any(title.startswith(name) for title in titles) for name in sheets)


def test_a_figure_of_the_country_is_drawn_with_its_own_words(their_wave: bm.Wave) -> None:
    figure = bm.draw("value", their_wave, lang="da")
    assert figure.headline.startswith("Syntetiske data: ")
    assert any("syntetiske svar på skemaet fra Nordlands" in line for line in figure.words["da"].footer)
    improvised = bm.draw(bm.estimate_shares(their_wave, "innovative", by="size"))
    assert sorted(improvised.data["n"]) == [50, 70, 120]


def test_a_figure_that_the_country_does_not_have_is_not_drawn(their_wave: bm.Wave) -> None:
    with pytest.raises(UnknownNameError):
        bm.draw("private_firms", their_wave)


def test_the_command_line_reads_the_codebook_of_the_country(
    country: Nordland, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    book = ["--codebook", str(country.codebook)]
    assert cli.main(["ingest", "--raw", str(country.delivery.parent), "--out", "out", *book]) == 0
    capsys.readouterr()
    wave = ["--wave", "1", "--data", "out/nordland1.parquet"]
    assert cli.main(["verify", "--json", *wave, *book]) == 0
    assert json.loads(capsys.readouterr().out)["claims"] == []
    assert cli.main(["verify", *wave, *book]) == 0
    assert "holds no published claim about the wave" in capsys.readouterr().out
    assert cli.main(["verify", "--wave", "3", *wave[2:]]) == 1
    assert "answers to the codebook 'nordland', not to 'denmark'" in capsys.readouterr().err
    assert cli.main(["verify", "--wave", "1", *book]) == 1
    assert "no synthetic wave of 'nordland' is shipped" in capsys.readouterr().err
    assert cli.main(["verify", "--wave", "1", "--codebook", "nowhere"]) == 1
    assert "There is no codebook 'nowhere'" in capsys.readouterr().err


def test_notebooks_about_denmark_are_not_in_the_report_of_another_country(
    country: Nordland, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_denmark.ipynb").write_text("not even a notebook", encoding="utf-8")
    arguments = ["--wave", "1", "--data", str(country.delivery), "--codebook", str(country.codebook)]
    assert cli.main(["report", *arguments]) == 0
    assert "no folder of notebooks" not in capsys.readouterr().err
    assert not (tmp_path / "reports" / "notebooks").exists()


def test_records_of_denmark_match_too(tmp_path: Path, nordland: Codebook) -> None:
    copy = MetadataCopy(tmp_path)
    copy.write(
        "matches.toml",
        '[[match]]\nindicator = "innovative"\ncodebook = "nordland"\nlikeness = "similar"\n'
        'reason = { da = "Kun kommuner.", en = "Municipalities only." }\n',
    )
    denmark = copy.load()
    assert denmark.match("innovative", nordland).reason("en") == "Municipalities only."
    # Each codebook's own record comes first.
    assert nordland.match("innovative", denmark).verdict == "same"
