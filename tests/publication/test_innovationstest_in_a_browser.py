"""
The Innovationstest in a real browser: the whole test by keyboard, at phone and desk width, in both languages.

Needs what `browser_driver` says.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_driver import GRAVE, NEEDS_BROWSER, WIDTHS, running_browser
from given_answers import NOT_INNOVATIVE, group

import barometer as bm
from barometer.codebook.answer_codes import WorkplaceAnswers, answer_codes
from barometer.codebook.numbers import interval, per_cent
from barometer.publication.innovationstest import group as group_module
from barometer.publication.innovationstest.answer_files import read_answers
from barometer.publication.innovationstest.benchmark import association_text, place
from barometer.publication.innovationstest.documents import write_page
from barometer.publication.innovationstest.page import whole_page
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares, peers_of

pytestmark = NEEDS_BROWSER
SECTOR = "municipal_schools"
SPACES = re.compile(r"[\s\u2009\u202f\u00a0]+")
ROW_TEXTS = """rows => rows.map(row =>
    [row.dataset.indicator, ...[...row.querySelectorAll('.own, .number')].map(each => each.textContent)])"""
TABS = 150
"""More than any step has places to stop at."""


@pytest.fixture(scope="module")
def shares(wave: bm.Wave) -> PeerShares:
    """What `build_test` and `benchmark_workplace` estimate, once for all of them."""
    return estimate_peer_shares(wave)


@pytest.fixture(scope="module")
def page_file(shares: PeerShares, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(whole_page(shares), tmp_path_factory.mktemp("innovationstest") / "index.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running_browser() as running:
        yield running


@pytest.fixture
def open_test(browser: Any, page_file: Path) -> Iterator[Any]:
    """Open the test without a network; a request or a complaint fails."""
    contexts, asked, said = [], [], []

    def start(width: str = "desk", lang: str = "da") -> Any:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": wide, "height": high}, locale={"da": "da-DK", "en": "en-GB"}[lang], offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: asked.append(sent.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(page_file.as_uri())
        return page

    yield start
    for context in contexts:
        context.close()
    assert {url for url in asked if not url.startswith(("blob:", "data:"))} <= {page_file.as_uri()}
    assert said == []


def fill_step(page: Any, choose: int) -> None:
    """Answer one step by keyboard alone: the answer at a place of each row of radios, the first ticks; then go on."""
    rows: set[str] = set()
    ticks = 0
    for _ in range(TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(at => ({tag: at.tagName, type: at.type, name: at.name, act: at.dataset.act}))(document.activeElement)"
        )
        if at["type"] == "radio" and at["name"] not in rows:
            rows.add(at["name"])
            page.keyboard.press("Space")
            for _ in range(choose):
                page.keyboard.press("ArrowDown")
        elif at["type"] == "checkbox" and ticks < 2:
            ticks += 1
            page.keyboard.press("Space")
        elif at["tag"] == "SELECT":
            page.keyboard.type({"da": "Folke", "en": "Primary"}[page.evaluate("document.documentElement.lang")])
        elif at["act"] == "next":
            page.keyboard.press("Enter")
            return
    raise AssertionError("the keyboard does not reach the way on")


def plain(text: str) -> str:
    return SPACES.sub("", text)


def grave_faults(page: Any) -> list[object]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found if fault["impact"] in GRAVE]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_test_by_keyboard_gives_the_numbers_of_the_api(
    open_test: Any, wave: bm.Wave, shares: PeerShares, width: str, lang: Any
) -> None:
    page = open_test(width, lang)
    assert page.evaluate("document.documentElement.lang") == lang
    steps = 0
    while page.evaluate("state.step") != "result":
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        fill_step(page, 0)
        assert page.evaluate("document.activeElement.tagName") in ("H1", "SELECT")
        steps += 1
    assert steps == 10
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    given = read_answers(page.inner_text("#code"), answer_codes(wave.codebook, 3))
    found = place(given, peers_of(wave, given.profile), shares)
    assert given.profile == {"sector": SECTOR}
    assert len(given.answers) == 9
    shown = page.eval_on_selector_all("tr[data-indicator]", ROW_TEXTS)
    words = found.to_frame(lang)
    for row, own, (indicator, said, number) in zip(
        found.table.to_dict("records"), words.iloc[:, 2], shown, strict=True
    ):
        assert indicator == row["indicator"]
        assert said == own
        if row["share"] == row["share"]:
            wanted = f"{per_cent(row['share'], lang)} ({interval(row['ci_low'], row['ci_high'], lang, 0)})"
            assert plain(number) == plain(wanted)
        else:
            assert "%" not in number
    findings = page.eval_on_selector_all("#findings li", "items => items.map(item => item.textContent)")
    assert [plain(line) for line in findings] == [plain(line) for line in found.findings(lang)]
    assert plain(page.inner_text("#headline")) == plain(found.headline(lang))
    assert page.locator(".goes-with").count() == len(found.associations)


@pytest.mark.parametrize(
    ("width", "lang", "steps"), [("phone", "da", ("profile", "initiator")), ("desk", "en", ("introduced", "result"))]
)
def test_axe_finds_no_serious_or_critical_fault(open_test: Any, width: str, lang: str, steps: tuple[str, ...]) -> None:
    page = open_test(width, lang)
    yes = json.dumps({"introduced": {"product": "yes"}, "novelty": "copy"})
    for step in steps:
        page.evaluate(f"state.profile = {{sector: '{SECTOR}'}}; state.answers = {yes}; go('{step}')")
        assert grave_faults(page) == []


def test_routing_leaves_out_what_is_not_asked_and_an_answer_changed_back_hides_it(open_test: Any) -> None:
    page = open_test()
    page.select_option("#sector", SECTOR)
    page.click("[data-act=next]")
    for row in NOT_INNOVATIVE["introduced"]:
        page.check(f"input[name='introduced.{row}'][value=yes]")
    page.click("[data-act=next]")
    assert page.evaluate("state.step") == "novelty"
    page.check("input[value=first]")
    page.click("[data-act=back]")
    for row in NOT_INNOVATIVE["introduced"]:
        page.check(f"input[name='introduced.{row}'][value=no]")
    page.click("[data-act=next]")
    assert page.evaluate("state.step") == "culture"
    assert "novelty" not in json.loads(page.evaluate("answerFile()"))["answers"]


def test_tick_limits_and_ticks_that_exclude_each_other(open_test: Any) -> None:
    page = open_test(lang="en")
    page.evaluate(
        "state.profile = {sector: 'state_culture'}; state.answers = {introduced: {product: 'yes'}}; go('initiator')"
    )
    for code in ("employees", "managers", "citizens"):
        page.check(f"input[value={code}]")
    page.click("input[value=abroad]")
    assert not page.is_checked("input[value=abroad]")
    assert "At most 3" in page.inner_text("#status")
    page.check("input[value=dont_know]")
    assert page.evaluate("state.answers.initiator") == ["dont_know"]
    assert not page.is_checked("input[value=employees]")
    page.check("input[value=abroad]")
    assert page.evaluate("state.answers.initiator") == ["abroad"]


def test_it_resumes_after_a_reload_and_trusts_nothing_that_was_kept(open_test: Any) -> None:
    page = open_test()
    page.select_option("#sector", SECTOR)
    page.click("[data-act=next]")
    page.check("input[name='introduced.product'][value=yes]")
    page.click("[data-act=next]")
    page.check("input[value=copy]")
    page.reload()
    assert page.evaluate("state.step") == "novelty"
    assert page.is_checked("input[value=copy]")
    hostile = {
        "lang": "<b>",
        "step": "<img src=x onerror=alert(1)>",
        "profile": {"sector": "__proto__"},
        "answers": {"novelty": "<img src=x onerror=alert(1)>", "initiator": ["a", "b"], "culture": [1], "partner": 3},
    }
    for kept in (json.dumps(hostile), "{", "null", "[]"):
        page.evaluate("kept => localStorage.setItem(KEY, kept)", kept)
        page.reload()
        assert page.evaluate("[state.step, Object.keys(state.answers).length, document.images.length]") == [
            "profile",
            0,
            0,
        ]


def test_it_works_where_a_browser_keeps_nothing(browser: Any, page_file: Path) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})")
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.select_option("#sector", SECTOR)
    page.click("[data-act=next]")
    assert page.evaluate("state.step") == "introduced"
    context.close()


def test_the_downloaded_file_is_read_by_the_api(open_test: Any, wave: bm.Wave, tmp_path: Path) -> None:
    page = open_test("phone")
    answers = json.dumps(NOT_INNOVATIVE)
    page.evaluate(f"state.profile = {{sector: 'state_culture'}}; state.answers = {answers}; go('result')")
    with page.expect_download() as waiting:
        page.click("[data-act=download]")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    codes = answer_codes(wave.codebook, 3)
    assert read_answers(path, codes).answers == NOT_INNOVATIVE
    handed = json.loads(path.read_text(encoding="utf-8"))
    assert handed["code"] == page.inner_text("#code")
    assert handed["wave"] == 3
    assert handed["compared_with"][0] == "Syntetiske data: ikke svar fra undersøgelsen."
    assert "2018-2019" in handed["compared_with"][1]


def test_the_language_changes_everything_that_is_read(open_test: Any) -> None:
    page = open_test(lang="da")
    page.evaluate("state.profile = {sector: 'state_culture'}; go('result')")
    danish = page.inner_text("main")
    page.click("button[lang=en]")
    english = page.inner_text("main")
    assert "Jeres svar ved siden af de andres" in danish
    assert "Your answers beside those of the others" in english
    assert page.title().startswith("The Innovationstest")
    assert not re.search("[æøåÆØÅ]", english)


def test_a_pdf_holds_the_numbers_of_the_document(wave: bm.Wave, shares: PeerShares, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    profile = {"sector": "state_culture"}
    found = place(WorkplaceAnswers(profile, NOT_INNOVATIVE), peers_of(wave, profile), shares)
    path = bm.save_document(found, tmp_path / "a.pdf", lang="en")
    read = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True).stdout
    text = plain(read)
    row = found.table.set_index("indicator").loc["culture.risk.agree"]
    assert row["own"] == "yes"
    for each in found.table[found.table["share"].notna()].to_dict("records"):
        assert plain(f"{per_cent(each['share'], 'en')} ({interval(each['ci_low'], each['ci_high'], 'en', 0)})") in text
    for line in (found.headline("en"), *found.findings("en"), *found.notes("en")):
        assert plain(line) in text
    assert all(plain(association_text(each, "en")) in text for each in found.associations)
    assert plain("After your other answers you were not asked this.") in text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_of_a_group_fits_and_has_no_grave_fault(
    browser: Any, shares: PeerShares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setattr(group_module, "estimate_peer_shares", lambda _, **__: shares)
    picture = bm.picture_group([shares.codes.encode(each) for each in group(12)], wave=shares.wave)
    wide, high = WIDTHS[width]
    page = browser.new_page(viewport={"width": wide, "height": high})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(picture.save(tmp_path / "group.html", "da").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if width == "phone":
        assert grave_faults(page) == []
    widths = "all => all.map(one => one.getBoundingClientRect().width)"
    own, ground = (page.eval_on_selector_all(f"svg.said rect.{name}", widths) for name in ("bar", "ground"))
    drawn = [bar / whole for bar, whole in zip(own, ground, strict=True)]
    shown = [*picture.table["group"].dropna(), *picture.spread["share"].dropna()]
    assert drawn == pytest.approx(shown, abs=0.005)
    assert said == []
    page.close()


def test_print_shows_the_result_without_buttons(open_test: Any) -> None:
    page = open_test()
    page.evaluate("state.profile = {sector: 'state_culture'}; go('result')")
    page.emulate_media(media="print")
    assert not page.is_visible("[data-act=print]")
    assert not page.is_visible("header nav")
    assert page.is_visible("tr[data-indicator]")
