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
from barometer.publication.report.notebook_pages import notebook_body

pytestmark = NEEDS_BROWSER
RUNS = importlib.import_module("barometer.publication.report.notebook_runs")


@pytest.fixture(scope="module")
def site(waves: dict[int, bm.Wave], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a report of two figures, with a table as wide as any and a notebook's page."""
    wave = with_little(waves[3], "innovative_by_level", "collaboration")
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
                    over: [...document.querySelectorAll('.numbers th, .numbers td')]
                        .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent),
                    links: [...document.querySelectorAll('a[href]:not([rel=external])')].map(a => a.href),
                };
            }"""
        )
        assert found["wide"] <= 0, f"{name} is wider than the window"
        assert found["broken"] == 0, name
        assert found["over"] == [], f"{name} has numbers that reach into the next"
        for address in found["links"]:
            path = Path(unquote(urlsplit(address).path))
            assert path.is_file(), f"{name} leads to {address}"
            file = path.relative_to(site).as_posix()
            if path.suffix == ".html" and file not in seen:
                seen.add(file)
                waiting.append(file)
    assert seen == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "index.en.html", "themes/collaboration.html", "themes/collaboration.en.html"),
        *("gallery.html", "verification/all.en.html", "methods.en.html", "quality.html", "data.en.html", "cite.html"),
        *("changes.html", "verification/wave3.html", "notebooks/all.html", "notebooks/01_tour.html"),
    ],
)
def test_axe_finds_no_fault(site: Path, visit: Any, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit.goto((site / name).as_uri())
    # The paths of a drawing are no text; that it has an alternative is looked at.
    found = Axe().run(visit, {"exclude": ["svg > g"]}, {"preload": False}).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []


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
    kept = "[...document.querySelectorAll('figure, .numbers, h2, h3')].map(one => getComputedStyle(one).breakInside)"
    assert set(visit.evaluate(kept)) <= {"avoid"}


def test_numbers_beside_the_published_ones_are_read_without_scrolling(site: Path, visit: Any) -> None:
    visit.goto((site / "themes" / "collaboration.html").as_uri())
    over = "[...document.querySelectorAll('table.numbers')].map(one => one.scrollWidth - one.parentElement.clientWidth)"
    found = visit.evaluate(over)
    assert found
    assert max(found) <= 0
