"""The questions of the test, who is asked them, possible answers, and their short code."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metadata_copy import MetadataCopy

import barometer as bm
from barometer.codebook.answer_codes import MARK, AnswerCodes, WorkplaceAnswers, answer_codes
from barometer.codebook.workplace_form import codes_of, exclusive_codes, workplace_form
from barometer.errors import AnswersError

YES = {"introduced": {"product": "yes"}}


@pytest.fixture(scope="module")
def codes() -> AnswerCodes:
    return answer_codes(bm.codebook(), 3)


def test_the_test_asks_the_types_then_seven_questions_on_the_latest_innovation_then_culture() -> None:
    names = [question.name for question in workplace_form(bm.codebook(), 3).questions]
    assert names == [
        *("introduced", "novelty", "initiator", "partner", "value", "factor", "evaluated", "shared", "culture")
    ]


def test_a_wave_that_did_not_ask_a_question_has_a_test_without_it() -> None:
    first, third = ([each.name for each in workplace_form(bm.codebook(), wave).questions] for wave in (1, 3))
    assert first == [name for name in third if name != "shared"]
    assert "shared" in third


def test_who_is_asked_is_who_was_asked_in_the_wave(wave: bm.Wave) -> None:
    form = workplace_form(wave.codebook, 3)
    asked = wave.answers.base("innovative")
    introduced = [f"introduced.{item.code}" for item in form.question("introduced").items]
    for row in range(0, wave.n, 23):
        given = {name.partition(".")[2]: str(wave.microdata[name].iloc[row]) for name in introduced}
        assert form.is_asked("novelty", {"introduced": given}) == asked[row]
        assert form.is_asked("culture", {"introduced": given})


@pytest.mark.parametrize(
    ("answers", "question", "message"),
    [
        ({"introduced": {"product": "no"}, "novelty": "first"}, "novelty", "not asked"),
        ({"novelty": "first"}, "novelty", "not asked"),
        (YES | {"novelty": "<img onerror=alert(1)>"}, "novelty", "is no answer here"),
        (YES | {"initiator": ["employees", "managers", "citizens", "abroad"]}, "initiator", "at most 3"),
        (YES | {"initiator": ["employees", "employees"]}, "initiator", "twice"),
        (YES | {"initiator": ["employees", "dont_know"]}, "initiator", "excludes"),
        (YES | {"partner": "none"}, "partner", "a list of codes"),
        (YES | {"partner": []}, "partner", "at least one"),
        ({"introduced": {"rocket": "yes"}}, "introduced", "no row here"),
        ({"introduced": "yes"}, "introduced", "one code by row"),
        ({"weather": "fine"}, "", "no question of the test"),
        (YES | {"novelty": {"deep": ["x"]}}, "novelty", "is no answer here"),
    ],
)
def test_impossible_answers_are_refused_by_question(
    codes: AnswerCodes, answers: dict[str, Any], question: str, message: str
) -> None:
    with pytest.raises(AnswersError, match=message) as caught:
        codes.form.check(answers)
    assert [fault.column for fault in caught.value.faults] == [question]


@pytest.mark.parametrize("profile", [{}, {"sector": "moon"}, {"sector": "state_culture", "size": "huge"}])
def test_an_unknown_sector_or_size_is_refused(codes: AnswerCodes, profile: dict[str, str]) -> None:
    with pytest.raises(AnswersError):
        codes.encode(WorkplaceAnswers(profile, {}))


def test_dont_know_is_allowed_everywhere(codes: AnswerCodes) -> None:
    assert all("dont_know" in codes_of(question) for question in codes.form.questions)
    for question in codes.form.questions:
        assert set(codes_of(question)) == {answer.code for answer in question.answers} | {"dont_know"}
        assert len(codes_of(question)) > 2
    ticked = [question for question in codes.form.questions if question.kind == "multi"]
    assert all("dont_know" in exclusive_codes(question) for question in ticked)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("test = { place = 8,", "test = { place = 9,", "one question's alone"),
        ("test = { place = 1,", "test = { place = 12,", "which the test does not ask before"),
        ("test = { place = 1,", "# { place = 1,", "which the test does not ask before"),
        ("test = { place = 8,", "test = { place = 0,", "one question's alone"),
        ('then = "shared.yes"', 'then = "shared.maybe"', "names no indicator: 'shared.maybe'"),
        ("test = { place = 8,", "test = { gone = 1, place = 8,", "gone is not a key"),
        ('loop_over = "partner"', 'loop_over = "partner"\ntest = { place = 10 }', "a loop cannot be in the test"),
    ],
)
def test_a_place_that_cannot_be_is_a_fault(tmp_path: Path, old: str, new: str, message: str) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace("questions.toml", old, new)
    assert message in "; ".join(map(str, copy.faults()))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("domains.toml", "[sector]", "[part]", "there is no 'sector' to compare within"),
        ("codebook.toml", 'unit = "workplace"', 'unit = "workplace"\ntest_profile = ["moon"]', "must name register"),
        ("codebook.toml", 'unit = "workplace"', 'unit = "workplace"\ntest_profile = []', "must be 1 or 2 domains"),
        (
            "codebook.toml",
            'unit = "workplace"',
            'unit = "workplace"\ntest_profile = ["size", "level"]',
            "in the order of domains.toml",
        ),
    ],
)
def test_a_profile_that_cannot_be_is_a_fault(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace(file, old, new)
    assert message in "; ".join(map(str, copy.faults()))


def test_a_question_enters_the_test_by_its_record_alone(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace("questions.toml", "[practice]\n", "[practice]\ntest = { place = 10 }\n")
    book = copy.load()
    assert workplace_form(book, 3).questions[-1].name == "practice"
    assert answer_codes(book, 3).mark != answer_codes(bm.codebook(), 3).mark
    assert "In the Innovationstest" in book.show("practice").text(80)


@st.composite
def workplaces(draw: st.DrawFn) -> WorkplaceAnswers:
    codes = answer_codes(bm.codebook(), 3)
    answers: dict[str, Any] = {}
    for question in codes.form.questions:
        if not codes.form.is_asked(question.name, answers) or draw(st.booleans()):
            continue
        offered = st.sampled_from(codes_of(question))
        if question.kind == "single":
            answers[question.name] = draw(offered)
        elif question.kind == "grid":
            rows = draw(st.lists(st.sampled_from([i.code for i in question.items]), min_size=1, unique=True))
            answers[question.name] = {row: draw(offered) for row in rows}
        else:
            alone = exclusive_codes(question)
            plain = [code for code in codes_of(question) if code not in alone]
            ticks = draw(st.lists(st.sampled_from(plain), min_size=1, max_size=question.max_ticks, unique=True))
            answers[question.name] = draw(st.sampled_from([sorted(ticks, key=plain.index), ["dont_know"]]))
    sector = draw(st.sampled_from([group.code for group in codes.profile[0].groups]))
    return WorkplaceAnswers({"sector": sector}, answers)


@given(workplaces())
@settings(max_examples=25, deadline=None)
def test_a_code_holds_the_answers_whatever_they_are(given: WorkplaceAnswers) -> None:
    codes = answer_codes(bm.codebook(), 3)
    code = codes.encode(given)
    assert codes.decode(code) == given
    assert codes.decode(f" {code.lower().replace('0', 'o').replace('1', 'l')} ") == given


def test_every_letter_that_is_changed_is_noticed(codes: AnswerCodes) -> None:
    code = codes.encode(WorkplaceAnswers({"sector": "state_culture"}, YES)).replace("-", "")
    for place in range(len(code)):
        wrong = code[:place] + ("2" if code[place] != "2" else "3") + code[place + 1 :]
        with pytest.raises(AnswersError):
            codes.decode(wrong)


def test_a_code_of_another_wave_or_cut_short_is_named(codes: AnswerCodes) -> None:
    code = codes.encode(WorkplaceAnswers({"sector": "state_culture"}, YES))
    with pytest.raises(AnswersError, match="another test"):
        answer_codes(bm.codebook(), 4).decode(code)
    with pytest.raises(AnswersError, match="cut short"):
        codes.decode(code[:-MARK])
