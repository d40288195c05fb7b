"""One workplace beside its peers, answer files, groups, and the pages as text."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from given_answers import INNOVATIVE, NOT_INNOVATIVE

import barometer as bm
from barometer.codebook.answer_codes import WorkplaceAnswers, answer_codes
from barometer.errors import AnswersError, ArgumentError, MissingProgramError, OutputError, UnknownNameError
from barometer.publication.innovationstest import benchmark as benchmark_module
from barometer.publication.innovationstest.benchmark import association_text, place
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares, peers_of
from barometer.publication.result_sheets import result_sheets


@pytest.fixture(scope="module")
def benchmark(wave: bm.Wave) -> bm.WorkplaceBenchmark:
    return bm.benchmark_workplace(INNOVATIVE, sector="municipal_schools", wave=wave)


@pytest.fixture(scope="module")
def shares(benchmark: bm.WorkplaceBenchmark) -> PeerShares:
    return benchmark.shares


def test_shares_are_those_of_the_sector(wave: bm.Wave, benchmark: bm.WorkplaceBenchmark) -> None:
    table = benchmark.table.dropna(subset="share")
    estimates = bm.estimate_shares(wave, table["indicator"].tolist(), by="sector").table
    sector = estimates[estimates["sector"] == "municipal_schools"].reset_index(drop=True)
    for name in ("share", "ci_low", "ci_high", "n"):
        np.testing.assert_allclose(table[name].astype(float), sector[name].astype(float), rtol=1e-12)
    assert len(table) > 60


def test_what_rests_on_few_is_hidden(wave: bm.Wave, benchmark: bm.WorkplaceBenchmark) -> None:
    hidden = benchmark.table["share"].isna()
    counts = wave.answers.base("innovative") & (wave.microdata["sector"] == "municipal_schools").to_numpy()
    few = []
    for name, is_hidden in zip(benchmark.table["indicator"], hidden, strict=True):
        if name.startswith("initiator."):
            few.append(int((counts & wave.answers.is_yes(name)).sum()) < 5)
            assert is_hidden == few[-1], name
    assert (len(few), sum(few)) == (15, 3)


def test_own_answers_and_what_is_unusual(benchmark: bm.WorkplaceBenchmark) -> None:
    table = benchmark.table.set_index("indicator")
    assert table["own"].loc[["introduced.product.yes", "introduced.service.yes"]].tolist() == ["yes", "no"]
    assert table["own"].loc[["introduced.communication.yes", "value.quality"]].tolist() == ["dont_know", "dont_know"]
    assert table["own"].loc[["factor.employees.hampered", "factor.citizens.promoted"]].tolist() == [
        "yes",
        "not_relevant",
    ]
    assert table.loc["factor.private_firms.promoted", "own"] == ""
    for row in benchmark.table.to_dict("records"):
        rare = row["own"] == "yes" and row["ci_high"] < 0.25
        ticked = row["question"] in ("introduced", "initiator", "partner", "value", "shared")
        lacking = row["own"] == "no" and ticked and row["ci_low"] > 0.75
        assert row["unusual"] == ("rare" if rare else "lacking" if lacking else "")
    assert (table["unusual"] == "rare").sum() >= 2


@pytest.mark.parametrize(("lang", "few", "words"), [("da", "få svar", "Folkeskoler"), ("en", "too few", "Primary")])
def test_words_in_both_languages(benchmark: bm.WorkplaceBenchmark, lang: Any, few: str, words: str) -> None:
    assert words in benchmark.summary(lang)
    assert len(benchmark.findings(lang)) == (benchmark.table["unusual"] != "").sum()
    assert benchmark.to_frame(lang).shape == (83, 8)
    first, second = benchmark.sheets(lang)
    assert len(second.table) == len(benchmark.associations) == 10
    assert first.shares
    assert few not in benchmark.summary(lang)


def test_a_small_peer_group_is_widened_and_said_so(wave: bm.Wave) -> None:
    found = bm.benchmark_workplace({}, sector="regional_administration", wave=wave)
    assert found.peers.codes == (("level", "region"),)
    assert "“Regional administration” has too few answers (under 30)" in found.summary("en")
    assert "derfor gjort større" in found.summary("da")
    assert (found.table["unusual"] == "").all()


def test_size_narrows_the_peers_and_the_others_of_the_sector_stay_unseen(wave: bm.Wave) -> None:
    found = bm.benchmark_workplace(NOT_INNOVATIVE, sector="municipal_schools", size="large", wave=wave)
    peers = bm.find_peers(wave, base="innovative", sector="municipal_schools", size="large")
    names = found.table["indicator"].tolist()
    wanted = bm.estimate_shares(wave, names, by=peers).table.iloc[1::2].reset_index(drop=True)
    shown = found.table["share"].notna()
    assert shown.sum() > 40
    np.testing.assert_allclose(found.table["share"][shown].astype(float), wanted["share"][shown])
    assert found.peers.codes == peers.codes

    by_sector = bm.estimate_shares(wave, names, by="sector")
    row = 1 + by_sector.groups.index(("municipal_schools",))
    others = by_sector.answered[row] - bm.estimate_shares(wave, names, by=peers).answered[1]
    few = (others > 0) & (others < 5)
    sector = found.shares.groups[("sector", "municipal_schools"),]
    # The sector less its large workplaces: where few of the others said so, one of the two must be hidden.
    assert few.sum() >= 10
    assert not (few & shown & sector["share"].notna()).any()


def test_a_size_of_which_most_is_hidden_gives_way_to_the_sector(
    wave: bm.Wave, shares: PeerShares, monkeypatch: pytest.MonkeyPatch
) -> None:
    def estimate(_: bm.Wave, *, policy: str, peers: bm.PeerGroup | None = None) -> PeerShares:
        assert policy == "5"
        nothing = {peers.codes: shares.groups[()] * np.nan} if peers else {}
        return replace(shares, groups={**shares.groups, **nothing})

    monkeypatch.setattr(benchmark_module, "estimate_peer_shares", estimate)
    found = bm.benchmark_workplace({}, sector="municipal_schools", size="medium", wave=wave)
    assert found.peers.codes == (("sector", "municipal_schools"),)
    assert "Of “Primary schools, 20-49 employees” most could not be shown" in found.summary("en")
    assert found.table["share"].notna().sum() > 60


def test_dont_know_everywhere_is_never_unusual(wave: bm.Wave, shares: PeerShares) -> None:
    introduced = dict.fromkeys(["product", "service", "process_org", "communication"], "dont_know")
    answers = {"introduced": introduced, "culture": {"risk": "dont_know", "curious": "dont_know"}}
    profile = {"sector": "state_culture"}
    found = place(WorkplaceAnswers(profile, answers), peers_of(wave, profile), shares)
    assert set(found.table["own"]) == {"dont_know", ""}
    assert found.table["same"].isna().all()
    assert "None of the answers can be compared with State culture" in found.headline("en")
    assert found.findings("da") == []


def test_associations_are_those_of_the_barometer(wave: bm.Wave, benchmark: bm.WorkplaceBenchmark) -> None:
    found = next(each for each in benchmark.associations if each.question == "evaluated")
    yes, no = (bm.estimate_shares(wave, "shared.yes", by="evaluated.yes").row("shared.yes", g) for g in ("yes", "no"))
    assert found.difference == pytest.approx(yes["share"] - no["share"])
    assert found.ci_low < found.difference < found.ci_high
    for each in benchmark.associations:
        is_uncertain = each.ci_low <= 0.0 <= each.ci_high
        assert ("the interval holds zero" in association_text(each, "en")) == is_uncertain
        assert ("intervallet rummer nul" in association_text(each, "da")) == is_uncertain


def test_bad_arguments_are_refused(wave: bm.Wave) -> None:
    with pytest.raises(AnswersError, match="novelty"):
        bm.benchmark_workplace({"novelty": "first"}, sector="state_culture", wave=wave)
    with pytest.raises(UnknownNameError):
        bm.benchmark_workplace({}, sector="moon", wave=wave)
    with pytest.raises(ArgumentError, match="wave"):
        bm.benchmark_workplace({}, sector="state_culture", wave="3")  # type: ignore[arg-type]


def test_the_figure_set_draws_the_table_with_own_answers_first(benchmark: bm.WorkplaceBenchmark) -> None:
    figures = {figure.id: figure for figure in bm.draw_workplace(benchmark, lang="da")}
    assert len(figures) == 11
    drawn = figures["innovationstest_initiator"].data
    assert drawn["role"].tolist()[:3] == ["main", "main", "plain"]
    table = benchmark.table.set_index("indicator").loc[drawn["indicator"]]
    np.testing.assert_array_equal(drawn["share"], table["share"])
    np.testing.assert_array_equal(drawn["ci_high"], table["ci_high"])
    assert drawn["label_da"][0] == "Medarbejdere (jeres svar)"
    for name in ("innovationstest_initiator", "innovationstest_factor_promoted"):
        assert figures[name].in_language("en").render("svg", "slide").startswith(b"<svg")
        assert "Syntetiske data" in figures[name].caption


def test_shares_of_all_are_published_where_the_codebook_has_their_claim(benchmark: bm.WorkplaceBenchmark) -> None:
    everybody = replace(benchmark.peers, steps=(replace(benchmark.peers.steps[-1], codes=()),))
    drawn = {figure.id: figure.data for figure in bm.draw_workplace(replace(benchmark, peers=everybody))}
    values = drawn["innovationstest_value"].set_index("indicator")["basis"]
    assert values["value.quality"] == "published"
    assert set(values) == {"published", "assumed"}
    of_sector = {figure.id: figure.data for figure in bm.draw_workplace(benchmark)}["innovationstest_value"]
    assert set(of_sector["basis"]) == {"assumed"}


def test_a_workbook_says_once_under_which_policy_it_was_made(benchmark: bm.WorkplaceBenchmark) -> None:
    first = result_sheets({"test": benchmark}, "en")[0]
    assert [note for note in first.notes if note == benchmark.policy.text("en")] == [benchmark.policy.text("en")]


# --- pages as text


@pytest.fixture(scope="module")
def page(wave: bm.Wave, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = bm.build_test(wave, tmp_path_factory.mktemp("test") / "site")
    assert path.name == "index.html"
    assert path.stat().st_size < 400_000
    return path.read_text(encoding="utf-8")


def test_the_page_may_run_its_own_script_and_nothing_else(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "innerHTML" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_the_page_holds_shares_that_passed_disclosure_control_only(page: str, shares: PeerShares) -> None:
    block = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert block
    assert "<" not in block[1]
    data = json.loads(block[1])
    group = data["groups"][data["sectors"]["municipal_schools"]["group"]]["shares"]
    table = shares.groups[("sector", "municipal_schools"),]
    assert [each is None for each in group] == table["share"].isna().tolist()
    assert data["synthetic"]
    assert data["wave"] == 3


def test_a_document_says_it_without_scripts_too(benchmark: bm.WorkplaceBenchmark, tmp_path: Path) -> None:
    text = bm.save_document(benchmark, tmp_path / "a.html", lang="da").read_text(encoding="utf-8")
    outside = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert benchmark.findings("da")[0] in outside
    assert "Syntetiske data" in outside


def test_documents_that_cannot_be_written_are_told(
    benchmark: bm.WorkplaceBenchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ArgumentError, match=r"\.html or \.pdf"):
        bm.save_document(benchmark, tmp_path / "a.doc")
    with pytest.raises(OutputError):
        bm.save_document(benchmark, tmp_path / "none" / "a.html")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingProgramError, match="chromium"):
        bm.save_document(benchmark, tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_another_wave_has_its_test_by_data_alone(waves: dict[int, bm.Wave]) -> None:
    names = [measure.indicator for measure in estimate_peer_shares(waves[4]).measures]
    assert "initiator.covid19" in names


# --- another country


@pytest.fixture(scope="module")
def nordland() -> bm.Wave:
    example = Path(__file__).parents[2] / "examples" / "copenhagen"
    return bm.load_wave(1, example / "delivery" / "nordland1.csv", codebook=example / "codebook")


def test_another_country_without_sectors_has_its_test_by_data_alone(nordland: bm.Wave, tmp_path: Path) -> None:
    answers = {"introduced": {"product": "yes"}, "novelty": "copy"}
    found = bm.benchmark_workplace(answers, sector="municipality", size="large", wave=nordland)
    assert found.given.profile == {"level": "municipality", "size": "large"}
    assert found.peers.codes[0] == ("level", "municipality")
    row = found.table.set_index("indicator").loc["novelty.copy"]
    assert row["own"] == "yes"
    level = bm.estimate_shares(nordland, "introduced.product.yes", by="level").row(
        "introduced.product.yes", "municipality"
    )
    alone = bm.benchmark_workplace(answers, sector="municipality", wave=nordland)
    assert alone.table.set_index("indicator").loc["introduced.product.yes", "share"] == pytest.approx(level["share"])
    about = replace(nordland.codebook.about, test_profile=("level",))
    by_level = replace(nordland, codebook=replace(nordland.codebook, about=about))
    with pytest.raises(ArgumentError, match="is not asked in the test of this codebook"):
        bm.benchmark_workplace(answers, sector="municipality", size="large", wave=by_level)
    text = bm.build_test(nordland, tmp_path).read_text(encoding="utf-8")
    block = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert block
    data = json.loads(block[1])
    assert list(data["sectors"]) == ["municipality", "state"]
    assert (data["codebook"], list(data["profile"])) == ("nordland", ["level", "size"])


def test_a_code_of_one_country_is_refused_by_another(nordland: bm.Wave, shares: PeerShares) -> None:
    theirs = answer_codes(nordland.codebook, 1)
    code = theirs.encode(WorkplaceAnswers({"level": "state"}, {"introduced": {"product": "no"}}))
    with pytest.raises(AnswersError, match="another test"):
        shares.codes.decode(code)
    with pytest.raises(AnswersError, match="is missing"):
        theirs.encode(WorkplaceAnswers({"sector": "state_culture"}, {}))


def test_a_codebook_without_a_test_or_a_place_says_what_is_missing(nordland: bm.Wave, tmp_path: Path) -> None:
    for question in nordland.codebook.questions.values():
        assert question.test
    none = {name: replace(question, test=None) for name, question in nordland.codebook.questions.items()}
    untested = replace(nordland, codebook=replace(nordland.codebook, questions=none))
    with pytest.raises(UnknownNameError, match="has a `test`"):
        bm.build_test(untested, tmp_path / "site")
    assert not (tmp_path / "site").exists()
