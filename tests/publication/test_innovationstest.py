"""One workplace beside its peers, answer files, groups, and the pages as text."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from given_answers import INNOVATIVE, NOT_INNOVATIVE, group

import barometer as bm
from barometer.cli import main
from barometer.codebook.answer_codes import AnswerCodes, WorkplaceAnswers, answer_codes
from barometer.errors import AnswersError, ArgumentError, MissingProgramError, OutputError, UnknownNameError
from barometer.publication.innovationstest.answer_files import read_handed_over
from barometer.publication.innovationstest.group import GroupPolicy, shown_cells
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares
from barometer.publication.result_sheets import result_sheets

FILE = {"format": "barometer-innovationstest", "version": 1, "codebook": "denmark", "wave": 3}


@pytest.fixture(scope="module")
def codes() -> AnswerCodes:
    return answer_codes(bm.codebook(), 3)


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
    for name, is_hidden in zip(benchmark.table["indicator"], hidden, strict=True):
        if name.startswith("initiator."):
            ticked = int((counts & wave.answers.is_yes(name)).sum())
            assert is_hidden or ticked >= 5


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
    assert len(second.table) == len(benchmark.associations) == 5
    assert first.shares
    assert few not in benchmark.summary(lang)


def test_a_small_peer_group_is_widened_and_said_so(wave: bm.Wave) -> None:
    found = bm.benchmark_workplace({}, sector="regional_administration", wave=wave)
    assert found.peers.codes == (("level", "region"),)
    assert "“Regional administration” has too few answers (under 30)" in found.summary("en")
    assert "derfor gjort større" in found.summary("da")
    assert (found.table["unusual"] == "").all()


def test_size_narrows_the_peers(wave: bm.Wave) -> None:
    found = bm.benchmark_workplace(NOT_INNOVATIVE, sector="municipal_schools", size="medium", wave=wave)
    peers = bm.find_peers(wave, base="innovative", sector="municipal_schools", size="medium")
    wanted = bm.estimate_shares(wave, "culture.risk.agree", by=peers).row("culture.risk.agree", "peers")
    row = found.table.set_index("indicator").loc["culture.risk.agree"]
    assert (row["share"], row["n"]) == pytest.approx((wanted["share"], wanted["n"]))


def test_associations_are_those_of_the_barometer(wave: bm.Wave, benchmark: bm.WorkplaceBenchmark) -> None:
    found = next(each for each in benchmark.associations if each.question == "evaluated")
    yes, no = (bm.estimate_shares(wave, "shared.yes", by="evaluated.yes").row("shared.yes", g) for g in ("yes", "no"))
    assert found.difference == pytest.approx(yes["share"] - no["share"])
    assert found.ci_low < found.difference < found.ci_high


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


# --- groups


def answer_file(codes: AnswerCodes, given: WorkplaceAnswers, **changes: object) -> str:
    content = FILE | {"code": codes.encode(given), "profile": given.profile, "answers": given.answers} | changes
    return json.dumps(content)


@pytest.fixture
def handed(codes: AnswerCodes, tmp_path: Path) -> list[str | Path]:
    """Twelve participants: nine files, and three codes in a list."""
    members = group(12)
    files: list[str | Path] = []
    for number, given in enumerate(members[:9]):
        path = tmp_path / f"p{number}.json"
        path.write_text(answer_file(codes, given), encoding="utf-8")
        files.append(path)
    listed = tmp_path / "codes.txt"
    listed.write_text("\n".join(codes.encode(given) for given in members[9:]), encoding="utf-8")
    return [*files, listed]


def test_a_group_is_counted_by_hand(wave: bm.Wave, handed: list[str | Path]) -> None:
    picture = bm.picture_group(handed, wave=wave)
    table = picture.table.set_index("indicator")
    assert (picture.n, picture.refused) == (12, ())
    # Four of twelve disagree that they try new paths: 33 % is shown as 35 %, the eight others as 65 %.
    assert table.loc[["culture.risk.agree", "culture.risk.disagree"], "group"].tolist() == pytest.approx([0.65, 0.35])
    everybody = bm.estimate_shares(wave, "culture.risk.agree").row("culture.risk.agree")
    assert table.loc["culture.risk.agree", "share"] == pytest.approx(everybody["share"])
    # All of them gave the same answer here: showing it would say what each of them answered.
    assert table["group"].isna()["novelty.copy"]
    assert any("risk" in line or "try new paths" in line for line in picture.findings("en"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": "barometer-innovationstest", "ver', "cut short"),
        ("[1, 2]", "letters that no code has"),
        ('{"format": "other"}', "no answer file"),
        (json.dumps(FILE | {"version": 2}), "another version"),
        (json.dumps(FILE | {"wave": 4}), "another test"),
        (json.dumps(FILE), "lacks its code"),
        (
            json.dumps(FILE | {"code": "x", "profile": {"sector": "<img src=x onerror=alert(1)>"}, "answers": {}}),
            "none of",
        ),
        (
            json.dumps(FILE | {"code": "x", "profile": {"sector": "state_culture"}, "answers": {"a": "<b>"}}),
            "no question",
        ),
        (json.dumps(FILE | {"code": "x", "profile": {"sector": "state_culture"}, "answers": {}}), "was edited"),
        ("[" * 60_000, "letters that no code has"),
        ('{"a":' * 30_000, "cut short"),
        ("", "cut short"),
    ],
)
def test_a_bad_file_is_named_and_the_rest_is_counted(
    shares: PeerShares, handed: list[str | Path], tmp_path: Path, content: str, message: str
) -> None:
    bad = tmp_path / "bad.json" if content.startswith("{") else tmp_path / "bad.txt"
    bad.write_text(content, encoding="utf-8")
    found = read_handed_over([bad, *handed], shares.codes)
    assert [each.source for each in found if each.answers is None] == [bad.name]
    assert message in found[0].fault
    assert sum(each.answers is not None for each in found) == 12


def test_too_many_ticks_and_answers_handed_over_twice_are_named(
    wave: bm.Wave, codes: AnswerCodes, handed: list[str | Path], tmp_path: Path
) -> None:
    ticks = INNOVATIVE | {"initiator": ["employees", "managers", "citizens", "abroad"]}
    (tmp_path / "ticks.json").write_text(answer_file(codes, group(1)[0], answers=ticks), encoding="utf-8")
    again = codes.encode(group(1)[0])
    picture = bm.picture_group([*handed, tmp_path / "ticks.json", again, "<img onerror=alert(1)>"], wave=wave)
    assert picture.n == 12
    faults = [each.fault for each in picture.refused]
    assert "at most 3" in faults[0]
    assert "p0.json; counted once" in faults[1]
    assert "<img" not in picture.html("en")
    assert "&lt;img" in picture.html("en")


def test_a_small_group_is_refused_by_name(wave: bm.Wave, handed: list[str | Path]) -> None:
    with pytest.raises(ArgumentError, match="a group has 8 or more"):
        bm.picture_group(handed[:5], wave=wave)
    with pytest.raises(ArgumentError, match="policy"):
        GroupPolicy("open", minimum=2, fewest=1, step=1)


@pytest.mark.parametrize("fewest", [2, 3])
def test_what_a_distribution_hides_is_nobody_or_enough(fewest: int) -> None:
    n = 9
    for first in range(n + 1):
        for second in range(n + 1 - first):
            for third in range(n + 1 - first - second):
                counts = [first, second, third]
                shown = shown_cells(counts, n, fewest)
                cells = [count for count, show in zip(counts, shown, strict=True) if show]
                assert all(fewest <= count <= n - fewest for count in cells)
                hidden = n - sum(cells)
                assert hidden == 0 or hidden >= fewest


def test_the_command_says_what_it_could_not_count(
    handed: list[str | Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "picture.html"
    code = main(["innovationstest", "group", *map(str, handed), "nonsense", "--lang", "en", "--out", str(out)])
    said = capsys.readouterr().out
    assert code == 1
    assert "12 participants are counted" in said
    assert "nonsense: " in said
    assert "The group beside the innovation barometer" in out.read_text(encoding="utf-8")


def test_another_wave_has_its_test_by_data_alone(waves: dict[int, bm.Wave]) -> None:
    names = [measure.indicator for measure in estimate_peer_shares(waves[4]).measures]
    assert "initiator.covid19" in names
