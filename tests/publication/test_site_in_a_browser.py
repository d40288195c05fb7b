"""
The report in a real browser: at phone and desk width, in both languages, without a network, for everybody.

Needs Debian's `chromium` and the extra `browser` (Playwright and axe): `apt-get install chromium` and
`pip install -c constraints.txt 'innovation-barometer[browser]'`.
"""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from browser_driver import NEEDS_BROWSER, WIDTHS, running_browser
from published_samples import with_little

import barometer as bm
from barometer.publication.editions import make_edition
from barometer.publication.report.notebook_pages import notebook_body
from barometer.publication.site import Content
from barometer.publication.site.places import Here
from barometer.publication.site.quality import quality_page

pytestmark = NEEDS_BROWSER
RUNS = importlib.import_module("barometer.publication.report.notebook_runs")


@pytest.fixture(scope="module")
def site(waves: dict[int, bm.Wave], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a report of a few figures, with a table as wide as any and a notebook's page."""
    wave = with_little(waves[3], "innovative_by_level", "innovative_types", "collaboration")
    folder = tmp_path_factory.mktemp("browser")
    notebook = executed_notebook(waves[3])
    (folder / "01_tour.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RUNS, "run_to_page", lambda _: notebook_body(notebook))
        return bm.build_report(folder / "r", wave, notebooks=folder).parent


def executed_notebook(wave: bm.Wave) -> Any:
    """Return a notebook as if it had been run: a long line, a table of pandas, and what results show of themselves."""
    shares = bm.estimate_shares(wave, "value.quality", by="level")
    shown = [shares._repr_html_(), shares.table.to_html(), wave.codebook.show("partner")._repr_html_()]
    outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in shown]
    outputs.append(nbformat.v4.new_output("display_data", {"image/svg+xml": bm.draw("value", wave)._repr_svg_()}))
    outputs.append(nbformat.v4.new_output("stream", text="a line that is printed " * 20))
    code = nbformat.v4.new_code_cell("shares = " + "estimate(wave, 'value') + " * 20 + "1", outputs=outputs)
    cells = [nbformat.v4.new_markdown_cell("# A tour\n\nText."), code]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"  # random, and so would be the report
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running_browser() as running:
        yield running


@pytest.fixture(params=WIDTHS)
def visit(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """Open a page of a width; what it asks of a network or complains of fails the test."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda sent: said.append(f"{sent.failure}: {sent.url}"))
    yield page
    context.close()
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    assert [line for line in said if "ERR_ABORTED" not in line] == []  # what a page left behind by a link was loading


@pytest.mark.parametrize("start", ["index.html", "index.en.html"])
def test_every_page_can_be_reached_fits_the_width_and_shows_its_pictures(site: Path, visit: Any, start: str) -> None:
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        visit.goto((site / name).as_uri())
        found = visit.evaluate(
            """async () => {
                const images = [...document.images];
                images.forEach(image => { image.loading = 'eager'; });
                await document.fonts.ready;
                const shown = await Promise.allSettled(images.map(image => image.decode()));
                return {
                    wide: document.documentElement.scrollWidth - window.innerWidth,
                    broken: shown.filter(each => each.status === 'rejected').length,
                    unsized: images.filter(image => image.src.includes('/figures/'))
                        .filter(image => !(Math.abs(
                            image.getAttribute('height') / image.getAttribute('width')
                            - image.naturalHeight / image.naturalWidth
                        ) < 0.01)).map(image => image.src),
                    over: [...document.querySelectorAll('.numbers th, .numbers td')]
                        .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent),
                    links: [...document.querySelectorAll('a[href]:not([rel=external])')].map(a => a.href),
                };
            }"""
        )
        assert found["wide"] <= 0, f"{name} is wider than the window"
        assert found["broken"] == 0, name
        assert found["unsized"] == [], f"{name} moves when its pictures are read"
        assert found["over"] == [], f"{name} has numbers that reach into the next"
        for address in found["links"]:
            path = Path(unquote(urlsplit(address).path))
            assert path.is_file(), f"{name} leads to {address}"
            file = path.relative_to(site).as_posix()
            if path.suffix == ".html" and file not in seen:
                seen.add(file)
                waiting.append(file)
    assert seen == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def test_what_leads_down_a_page_lands_there(site: Path, visit: Any) -> None:
    """Pictures above the place are read on the way, and must not push it down."""
    visit.set_viewport_size({"width": visit.viewport_size["width"], "height": 300})
    visit.goto((site / "gallery.html").as_uri())
    for address in visit.evaluate("[...document.querySelectorAll('.gallery a')].map(link => link.href)"):
        visit.goto("about:blank")
        visit.goto(address)
        top = """async () => {
            document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; });
            await Promise.all([...document.images].map(image => image.decode()));
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            return document.getElementById(location.hash.slice(1)).getBoundingClientRect().top;
        }"""
        assert abs(visit.evaluate(top)) < 4, address


def test_a_figure_that_is_wider_than_a_phone_says_so(site: Path, visit: Any) -> None:
    visit.goto((site / "themes" / "collaboration.html").as_uri())
    wide, told, focus = visit.evaluate(
        """() => {
            const shown = document.querySelector('figure .scroll');
            return [
                shown.scrollWidth > shown.clientWidth + 1,
                document.querySelector('.swipe').offsetHeight > 0,
                shown.tabIndex,
            ];
        }"""
    )
    assert wide == told == (visit.viewport_size["width"] == WIDTHS["phone"][0])
    assert focus == 0


@pytest.fixture(scope="module")
def long_claims(site: Path, wave: bm.Wave, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the claims of a theme whose groups have long names, in the style of the site, in both languages."""
    found, folder = bm.verify(wave).of_theme("technology"), tmp_path_factory.mktemp("claims")
    style = f"<meta charset='utf-8'><link rel='stylesheet' href='{(site / 'style.css').as_uri()}'>"
    tables = "".join(f"<div class='scroll'>{found.to_html(lang)}</div>" for lang in ("da", "en"))
    (folder / "claims.html").write_text(f"<!doctype html>{style}<main>{tables}</main>", encoding="utf-8")
    return folder / "claims.html"


def test_every_column_of_the_claims_is_in_sight(long_claims: Path, visit: Any) -> None:
    visit.goto(long_claims.as_uri())
    sideways = "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"
    assert max(visit.evaluate(sideways)) <= 0


def test_numbers_and_verdicts_of_claims_are_not_broken_on_paper(long_claims: Path, visit: Any) -> None:
    visit.set_viewport_size({"width": PAPER, "height": 1000})
    visit.emulate_media(media="print")
    visit.goto(long_claims.as_uri())
    lines = "[...document.querySelectorAll('.whole')].map(one => one.getClientRects().length)"
    assert set(visit.evaluate(lines)) == {1}
    over = """[...document.querySelectorAll('.claims td, .claims th')]
        .filter(cell => cell.scrollWidth > cell.clientWidth + 1 || cell.getBoundingClientRect().right > innerWidth)
        .map(cell => cell.textContent)"""
    assert visit.evaluate(over) == []
    broken = """[...document.querySelectorAll('.claims td:nth-child(4), .claims .verdict')]
        .map(cell => getComputedStyle(cell).overflowWrap)"""
    assert "anywhere" not in visit.evaluate(broken)


@pytest.fixture(scope="module")
def quality_of_all(site: Path, waves: dict[int, bm.Wave], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the quality page of every wave."""
    folder = tmp_path_factory.mktemp("quality")
    few = [with_little(wave, next(iter(wave.codebook.figures))) for wave in waves.values()]
    page = quality_page(Content(tuple(make_edition(wave) for wave in few)), Here("quality", "da"))
    (folder / "quality.html").write_text(page, encoding="utf-8")
    (folder / "style.css").write_bytes((site / "style.css").read_bytes())
    (folder / "fonts").mkdir()
    for font in (site / "fonts").iterdir():
        (folder / "fonts" / font.name).write_bytes(font.read_bytes())
    return folder / "quality.html"


@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "index.en.html", "themes/collaboration.html", "themes/collaboration.en.html"),
        *("gallery.html", "verification/all.en.html", "methods.en.html", "quality.html", "data.en.html", "cite.html"),
        *("changes.html", "verification/wave3.html", "notebooks/all.html", "notebooks/01_tour.html"),
    ],
)
def test_axe_finds_no_fault(site: Path, visit: Any, name: str) -> None:
    assert faults_of(site / name, visit) == []


@pytest.mark.parametrize("visit", ["desk"], indirect=True)
def test_axe_finds_no_fault_where_every_wave_has_its_tables(quality_of_all: Path, visit: Any) -> None:
    assert faults_of(quality_of_all, visit) == []


def faults_of(page: Path, visit: Any) -> list[tuple[str, list[Any]]]:
    """Return what axe finds wrong with a page, and where."""
    from axe_playwright_python.sync_playwright import Axe

    visit.goto(page.as_uri())
    # The paths of a drawing are no text; that it has an alternative is looked at.
    found = Axe().run(visit, {"exclude": ["svg > g"]}, {"preload": False}).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(site: Path, visit: Any) -> None:
    visit.goto((site / "themes" / "collaboration.en.html").as_uri())
    visit.keyboard.press("Tab")
    assert visit.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert visit.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    visit.keyboard.press("Enter")
    visit.keyboard.press("Tab")
    assert visit.evaluate("document.getElementById('main').contains(document.activeElement)")
    assert visit.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_it_prints_without_ways_to_other_pages(site: Path, visit: Any) -> None:
    visit.goto((site / "themes" / "collaboration.html").as_uri())
    visit.emulate_media(media="print")
    assert visit.evaluate("getComputedStyle(document.querySelector('header nav')).display") == "none"
    assert visit.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"


PAPER = 672
"""Pixels between the margins of a sheet of A4."""


@pytest.mark.parametrize(
    "name",
    ["index.html", "gallery.en.html", "themes/collaboration.html", "verification/all.html", "notebooks/01_tour.html"],
)
def test_nothing_is_cut_on_paper(site: Path, visit: Any, name: str) -> None:
    visit.set_viewport_size({"width": PAPER, "height": 1000})
    visit.emulate_media(media="print")
    visit.goto((site / name).as_uri())
    assert (
        visit.evaluate(
            """() => {
            const main = document.querySelector('main');
            const end = main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight) + 1;
            const wide = [...document.querySelectorAll('table, img, pre, p, h1, h2, h3, dl')]
                .filter(shown => shown.getBoundingClientRect().right > end);
            return wide.map(shown => shown.outerHTML.slice(0, 80));
        }"""
        )
        == []
    )
    kept = "[...document.querySelectorAll('figure, article, h2, h3')].map(one => getComputedStyle(one).breakInside)"
    assert set(visit.evaluate(kept)) <= {"avoid"}


def test_numbers_beside_the_published_ones_are_read_without_scrolling(site: Path, visit: Any) -> None:
    visit.goto((site / "themes" / "collaboration.html").as_uri())
    over = "[...document.querySelectorAll('table.numbers')].map(one => one.scrollWidth - one.parentElement.clientWidth)"
    found = visit.evaluate(over)
    assert found
    assert max(found) <= 0
