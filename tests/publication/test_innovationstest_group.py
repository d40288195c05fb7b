"""Groups: what they hand over, what is counted of it, and that nobody can be read from the picture."""

import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from given_answers import INNOVATIVE, NOT_INNOVATIVE, group

import barometer as bm
from barometer.cli import main
from barometer.codebook.answer_codes import AnswerCodes, WorkplaceAnswers, answer_codes
from barometer.errors import AnswersError, ArgumentError
from barometer.publication.innovationstest import group as group_module
from barometer.publication.innovationstest.answer_files import read_answers, read_handed_over
from barometer.publication.innovationstest.group_counts import (
    CONFERENCE,
    GroupPolicy,
    group_bands,
    group_shares,
    shown_cells,
)
from barometer.publication.innovationstest.measures import Measure
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares
from barometer.publication.innovationstest.texts import text

FILE = {"format": "barometer-innovationstest", "version": 1, "codebook": "denmark", "wave": 3}


@pytest.fixture(scope="module")
def shares(wave: bm.Wave) -> PeerShares:
    return estimate_peer_shares(wave)


@pytest.fixture(scope="module")
def codes(shares: PeerShares) -> AnswerCodes:
    return shares.codes


@pytest.fixture(autouse=True)
def estimated_once(monkeypatch: pytest.MonkeyPatch, shares: PeerShares) -> None:
    """Every picture here stands beside the same shares."""
    monkeypatch.setattr(group_module, "estimate_peer_shares", lambda _, **__: shares)


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
    # Four of twelve disagree that they try new paths: 33 % is shown as 40 %, the eight others, 67 %, as 60 %.
    assert table.loc[["culture.risk.agree", "culture.risk.disagree"], "group"].tolist() == pytest.approx([0.6, 0.4])
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
        ('{"a":' * 12_000, "cut short"),
        (
            json.dumps(FILE | {"code": "x", "profile": {"sector": "state_culture", "zone": "x"}, "answers": {}}),
            "more than sector and size",
        ),
        ("{" + " " * 64_000, "more than 64,000 bytes"),
        ("{\ud800", "no text in UTF-8"),
        ("", "cut short"),
    ],
)
def test_a_bad_file_is_named_and_the_rest_is_counted(
    shares: PeerShares, handed: list[str | Path], tmp_path: Path, content: str, message: str
) -> None:
    bad = tmp_path / "bad.json" if content.startswith("{") else tmp_path / "bad.txt"
    bad.write_text(content, encoding="utf-8", errors="surrogatepass")
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
    assert "<img" in picture.summary("en")
    page = picture.html("en")
    assert not any(name in page for name in ("<img", "onerror", "p0.json", "ticks.json", again))
    assert "Answers that could not be counted: 3." in page


def test_a_small_group_is_refused_by_name(wave: bm.Wave, handed: list[str | Path]) -> None:
    with pytest.raises(ArgumentError, match="a group has 8 or more"):
        bm.picture_group(handed[:5], wave=wave)
    with pytest.raises(ArgumentError, match="policy"):
        GroupPolicy("open", minimum=2, fewest=1)


def test_the_answers_of_one_are_read_or_refused_for_what_is_wrong(wave: bm.Wave, tmp_path: Path) -> None:
    codes = answer_codes(wave.codebook, 3)
    given = WorkplaceAnswers({"sector": "state_culture"}, {"introduced": {"product": "yes"}})
    file = tmp_path / "codes.txt"
    file.write_text(codes.encode(given) + "\n", encoding="utf-8")
    assert read_answers(file, codes) == given
    file.write_text(f"{codes.encode(given)}\n" * 2, encoding="utf-8")
    with pytest.raises(AnswersError, match="holds several codes"):
        read_answers(file, codes)
    with pytest.raises(AnswersError, match=r"none\.json") as caught:
        read_answers(tmp_path / "none.json", codes)
    assert "several codes" not in str(caught.value)


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
                assert len(cells) == max(
                    len(chosen)
                    for size in range(4)
                    for chosen in combinations(counts, size)
                    if all(fewest <= count <= n - fewest for count in chosen)
                    and (sum(chosen) == n or n - sum(chosen) >= fewest)
                )


def test_the_command_says_what_it_could_not_count(
    handed: list[str | Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "picture.html"
    code = main(
        ["innovationstest", "group", *map(str, handed), "nonsense", "none.json", "--lang", "en", "--out", str(out)]
    )
    said = capsys.readouterr().out
    assert code == 1
    assert "12 participants are counted" in said
    assert "nonsense: is of another test" in said
    assert "none.json: is not there" in said
    assert "two pictures can be taken from each other" in said
    assert "The group beside the innovation barometer" in out.read_text(encoding="utf-8")


def members_saying(*said: str) -> list[dict[str, Any]]:
    """Return members who answered one row of the culture grid, each as given."""
    return [{"culture": {"risk": answer}} for answer in said]


def of_risk(shares: PeerShares) -> list[Measure]:
    return [each for each in shares.measures if each.indicator.startswith("culture.risk.")]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"agree_fully": 5, "disagree_fully": 5}, [0.4, 0.4]),
        ({"agree_fully": 10}, None),
        ({"agree_fully": 8, "disagree_fully": 2}, None),
        ({"agree_fully": 6, "disagree_fully": 2, "dont_know": 2}, [0.6, None]),
        ({"agree_fully": 4, "disagree_fully": 3}, None),
    ],
)
def test_a_row_is_shown_where_three_said_so_and_three_did_not(
    shares: PeerShares, said: dict[str, int], shown: list[float | None] | None
) -> None:
    members = members_saying(*(answer for answer, times in said.items() for _ in range(times)))
    # Three more left it out.
    found = group_shares(of_risk(shares), [*members, {}, {}, {}], [], CONFERENCE)
    assert [None if math.isnan(share) else round(share, 9) for share in found] == (shown or [None, None])


def test_one_participant_more_moves_no_share_by_a_head(shares: PeerShares) -> None:
    for n in range(8, 60):
        members = members_saying(*["agree_fully"] * (n // 2), *["disagree_fully"] * (n - n // 2))
        share = group_shares(of_risk(shares), members, [], CONFERENCE)[0]
        step = CONFERENCE.step(n) / 100
        assert step >= 2 / n
        assert share / step == pytest.approx(round(share / step))


def test_two_pictures_whose_difference_is_of_few_are_refused(
    wave: bm.Wave, codes: AnswerCodes, handed: list[str | Path]
) -> None:
    one_more = codes.encode(WorkplaceAnswers({"sector": "state_culture"}, NOT_INNOVATIVE))
    with pytest.raises(ArgumentError, match="fewer than 8"):
        bm.picture_group([*handed, one_more], wave=wave, earlier=[handed])
    assert bm.picture_group(handed, wave=wave, earlier=[handed, [one_more]]).n == 12


def test_what_the_difference_of_two_pictures_would_show_is_left_out(wave: bm.Wave, codes: AnswerCodes) -> None:
    first, all_agree = group(12), group(32)[12:]
    all_agree = [
        WorkplaceAnswers(each.profile, {**each.answers, "culture": {**each.answers["culture"], "risk": "agree_fully"}})
        for each in all_agree
    ]
    earlier, added = ([codes.encode(each) for each in members] for members in (first, all_agree))
    alone = bm.picture_group([*earlier, *added], wave=wave)
    after = bm.picture_group([*earlier, *added], wave=wave, earlier=[earlier])
    row = alone.table["indicator"] == "culture.risk.agree"
    assert alone.table.loc[row, "group"].notna().all()
    # The twenty who came later all agree: the two pictures together would say so of each of them.
    assert after.table.loc[row, "group"].isna().all()
    other = after.table["indicator"] == "culture.curious.agree"
    assert after.table.loc[other, "group"].equals(alone.table.loc[other, "group"])


def test_the_spread_counts_participants_by_their_answers(shares: PeerShares) -> None:
    rows = ["risk", "curious", "cooperation", "recognition", "openness", "errors", "time"]
    agreeing = [0, 1, 2, 2, 3, 4, 4, 6, 7, 7]
    members = [
        {"culture": {row: "agree_fully" if place < k else "disagree_fully" for place, row in enumerate(rows)}}
        for k in agreeing
    ]
    bands = [band for band in group_bands(shares.measures, members, [], CONFERENCE) if band.question == "culture"]
    # Four, three and three of ten, rounded to 20 per cent; the bands are those of the published culture index.
    assert [(band.low, band.high, band.most) for band in bands] == [(0, 2, 7), (3, 4, 7), (5, 7, 7)]
    assert [band.share for band in bands] == pytest.approx([0.4, 0.4, 0.4])
    # Five and three of eight.
    few = [member for member, k in zip(members, agreeing, strict=True) if k <= 4] + members[:1]
    bands = [band for band in group_bands(shares.measures, few, [], CONFERENCE) if band.question == "culture"]
    assert [band.share for band in bands] == pytest.approx([0.5, 0.5, math.nan], nan_ok=True)


@pytest.mark.parametrize(("lang", "words"), [("da", "Syntetiske data"), ("en", "Synthetic data")])
def test_the_page_draws_the_table_and_the_spread(
    wave: bm.Wave, handed: list[str | Path], lang: Any, words: str
) -> None:
    picture = bm.picture_group(handed, wave=wave)
    page = picture.html(lang)
    table, spread = picture.table, picture.spread
    assert page.count('<svg class="said"') == table["group"].notna().sum() + spread["share"].notna().sum()
    assert page.count('<svg class="beside"') == table["share"].notna().sum()
    for row in table.to_dict("records"):
        if row["group"] == row["group"]:
            assert f'<rect class="bar" width="{100 * row["group"]:.2f}"' in page
            assert f'x1="{100 * row["ci_low"]:.2f}" x2="{100 * row["ci_high"]:.2f}"' in page
    assert words in page
    assert "2018-2019" in page
    assert "script-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert [sheet.title for sheet in picture.sheets(lang)] == [
        text(name).text(lang) for name in ("group_title", "group_spread")
    ]
