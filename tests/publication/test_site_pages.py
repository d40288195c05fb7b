"""The report's pages: every link leads somewhere, every language has every page, and what stands there is right."""

import dataclasses
import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest
from published_samples import as_delivery, with_figures, with_little

import barometer as bm
from barometer.publication.disclosure.audit import Audit
from barometer.publication.editions import make_edition
from barometer.publication.gaps import NO_N
from barometer.publication.report.drawings import LANGUAGES
from barometer.publication.report.sheets import sheet_figures
from barometer.publication.site import Content, file_of, site_pages, web_fonts
from barometer.publication.site.changes import numbers_changed
from barometer.publication.site.citation import citation_facts
from barometer.publication.site.content import NotebookPage
from barometer.publication.site.methods import design_texts

ROOT = Path(__file__).parents[2]
GROUPS = ("Regioner", "Staten", "Kommuner", "Alle")
VOID = {"meta", "link", "img", "br"}


class Page(HTMLParser):
    """Addresses, ids and tags of a page; every tag must be closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.external: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.levels: list[int] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "img":
            assert "alt" in found
        addresses = [found[name] for name in ("href", "src") if name in found]
        (self.external if found.get("rel") == "external" else self.addresses).extend(addresses)
        self.ids += [found["id"]] if "id" in found else []

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def content(waves: dict[int, bm.Wave]) -> Content:
    """Five figures of two waves, a trend, a notebook, and the tables of StatBank."""
    named = {3: ("citizens", "innovative_by_level", "innovative_types"), 4: ("employees", "evaluation_status")}
    editions = tuple(make_edition(with_figures(waves[number], *names)) for number, names in named.items())
    trend = bm.draw(bm.estimate_trend([waves[number] for number in named], "positive_role.citizens"))
    return Content(
        editions,
        (NotebookPage("01_tour", "A tour", b"{}", "<h1>A tour</h1>"),),
        trends={"citizens": dataclasses.replace(trend, id="trend_citizens")},
        statbank=tuple(editions[0].codebook.statbank),
    )


@pytest.fixture(scope="module")
def pages(content: Content) -> dict[str, str]:
    return site_pages(content)


@pytest.fixture(scope="module")
def parsed(pages: dict[str, str]) -> dict[str, Page]:
    return {name: Page(html) for name, html in pages.items()}


def test_there_is_every_kind_of_page_in_both_languages(pages: dict[str, str]) -> None:
    places = {name.removesuffix(".html") for name in pages if not name.endswith(".en.html")} - {"notebooks/01_tour"}
    assert {f"{place}.en.html" for place in places} == {name for name in pages if name.endswith(".en.html")}
    assert places >= {
        *("index", "gallery", "methods", "quality", "data", "changes", "cite", "notebooks/all"),
        *("themes/citizens", "themes/innovative", "themes/evaluation", "themes/employees"),
        *("verification/all", "verification/wave3", "verification/wave4", "verification/theme-citizens"),
    }


def test_every_address_is_relative_and_leads_somewhere(content: Content, parsed: dict[str, Page]) -> None:
    assets = {"style.css", "manifest.json", "numbers.csv", "barometer.xlsx", "barometer.en.xlsx"}
    assets |= {"verification.csv", "verification.da.csv", "disclosure.csv", "notebooks/01_tour.ipynb"}
    assets |= {"gallery_da.png", "gallery_en.png"}
    for name, drawn in content.figures.items():
        for one in drawn:
            assets |= {f"{one.stem}.{lang}.{kind}" for lang in ("da", "en") for kind in ("svg", "png")}
            assets |= {f"{one.stem}.csv", f"{one.stem}.da.csv"}
            assert one.figure.id == name
    assets |= {
        f"figures/waves/trend_citizens.{ending}" for ending in ("da.svg", "en.svg", "da.png", "en.png", "csv", "da.csv")
    }
    assets |= {
        f"statbank/{table}.{ending}"
        for table in ("OIN01DK", "OIN02DK", "OIN03DK", "OIN04DK")
        for ending in ("da.csv", "da.json", "intervals.da.csv", "en.csv", "en.json", "intervals.en.csv")
    }
    for name, page in parsed.items():
        for address in page.addresses:
            assert not re.match(r"[a-z]+:|/", address), address
            file, _, part = address.partition("#")
            target = str(PurePosixPath(*_resolved(name, file))) if file else name
            assert target in parsed or target in assets, f"{name} -> {address}"
            assert not part or part in parsed[target].ids, f"{name} -> {address}"


def _resolved(page: str, address: str) -> list[str]:
    parts = page.split("/")[:-1]
    for part in address.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return parts


def test_notebooks_say_that_nothing_in_them_is_suppressed(pages: dict[str, str]) -> None:
    assert "without disclosure control" in pages["notebooks/01_tour.html"]
    assert "without disclosure control" in pages["notebooks/all.en.html"]
    assert "uden diskretionering" in pages["notebooks/all.html"]


def test_pages_are_well_built(pages: dict[str, str], parsed: dict[str, Page]) -> None:
    for name, page in parsed.items():
        lang = "en" if name.endswith(".en.html") or name.startswith("notebooks/01") else "da"
        assert f"<html lang='{lang}'>" in pages[name]
        assert len(page.ids) == len(set(page.ids)), name
        assert "script" not in page.tags
        assert page.levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False)), name
        assert page.tags.count("main") == 1
        assert "class='notice'" in pages[name]
    assert all(address.startswith("http") for page in parsed.values() for address in page.external)


def test_style_sheet_loads_only_files_of_the_report() -> None:
    folder = ROOT / "src" / "barometer" / "publication"
    css = (folder / "site" / "style.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\([\"']?([^\"')]+)", css)
    assert addresses
    assert set(addresses) <= {f"fonts/{name}" for name in web_fonts("a")}
    assert "@import" not in css


def test_a_theme_says_what_was_asked_of_whom_by_which_rule_and_what_was_published(pages: dict[str, str]) -> None:
    text = pages["themes/citizens.en.html"]
    assert "<q>With whom did the workplace collaborate on the latest innovation?</q>" in text
    assert "innovative workplaces, latest innovation (n\u00a0=\u00a01,877)" in text
    assert "<li>“Don&#x27;t know” stays in the base.</li>" in text
    assert "counts when at least one of these holds: Promoted it" in text
    assert "95% interval of the synthetic design" in text
    (cells,) = re.findall(r"<tr><th scope='row'>Citizens</th>(.*?)</tr>", text)
    (assumed,) = re.findall(r"<tr><th scope='row' class='assumed'>Collaborated on it (.*?)</th>", text)
    assert assumed == "<small>(assumption)</small>"
    assert re.findall(r">([^<>]+)<", cells) == ["57%", "56.8%", "54.5–59.2%", "1,877"]
    assert "href='../verification/wave3.en.html#w3-positive_role_of_citizens-01'" in cells


def test_the_tables_of_statbank_are_offered_in_the_language_of_the_page(pages: dict[str, str]) -> None:
    for lang, words in (("da", "Statistikbankens tabel OIN03DK"), ("en", "StatBank&#x27;s table OIN03DK")):
        text = pages["data.html" if lang == "da" else "data.en.html"]
        offered = re.findall(r"href='statbank/OIN03DK\.(.*?)'", text)
        assert offered == [f"{lang}.csv", f"{lang}.json", f"intervals.{lang}.csv"]
        assert words in text


def test_a_trend_says_what_was_asked_of_whom_and_what_was_published_in_each_wave(pages: dict[str, str]) -> None:
    text = pages["themes/citizens.en.html"].partition("<section id='trend'")[2]
    assert text.count("<q>With whom did the workplace collaborate on the latest innovation?</q>") == 1
    for n, period in (("1,877", "2018-2019"), ("1,352", "2021-2023")):
        assert f"innovative workplaces, latest innovation (n\u00a0=\u00a0{n}) <small>{period}</small>" in text
    assert "95% interval of the synthetic design" in text
    first, last = re.findall(r"<tr><th scope='row'[^>]*>(Citizens.*?)</tr>", text)
    assert re.findall(r">([^<>]+)<", first) == ["2018-2019", "57%", "56.8%", "54.5–59.2%", "1,877"]
    assert "<small>(assumption)</small>" in last
    assert "href='themes/citizens.en.html#trend'" in pages["gallery.en.html"]


def test_what_is_the_same_in_every_wave_is_said_once(content: Content, pages: dict[str, str]) -> None:
    for lang in LANGUAGES:
        name = file_of("methods", lang)
        texts = [design_texts(edition, lang) for edition in content.editions]
        for each in {one for texts_of_wave in texts for one in texts_of_wave}:
            everywhere = all(each in texts_of_wave for texts_of_wave in texts)
            assert pages[name].count(f"<p>{each}</p>") == (1 if everywhere else sum(each in one for one in texts))


def test_the_sheet_has_the_figures_of_the_gallery(content: Content, pages: dict[str, str]) -> None:
    stems = [stem for _, stem in sheet_figures(content, "en")]
    assert len(stems) == len(set(stems)) == sum(map(len, content.figures.values())) + len(content.trends)
    assert stems == re.findall(r"<img src='([^']+)\.en\.svg'", pages["gallery.en.html"])


def test_two_rules_for_dont_know_say_what_each_is_of(pages: dict[str, str]) -> None:
    text = pages["themes/innovative.en.html"]
    assert "know” is counted with “no” <small>(Innovative workplaces)</small>." in text
    assert re.search(r"stays in the base <small>\(.*Products.*\)</small>\.", text)


def test_a_suppressed_number_is_called_so(content: Content) -> None:
    drawn = content.figures["citizens"][0]
    hidden = drawn.figure.data.assign(share=float("nan"), ci_low=float("nan"), ci_high=float("nan"), n=NO_N)
    hidden.loc[hidden.index[-1], "n"] = 0
    figure = dataclasses.replace(drawn.figure, data=hidden)
    written = site_pages(Content((dataclasses.replace(drawn.edition, figures=(figure,)),)))["themes/citizens.html"]
    rows = re.findall(r"<tr><th scope='row'.*?</th><td.*?</td>(.*?)</tr>", written)
    assert [re.findall(r">([^<>]+)<", row) for row in rows] == [["undertrykt", "–", "–"]] * (len(hidden) - 1) + [
        ["ingen i basis", "–", "0"]
    ]


def test_published_groups_stand_beside_computed_groups(pages: dict[str, str]) -> None:
    rows = re.findall(r"<tr><th scope='row'>(.*?)</th><td class='number'>(.*?)</td>", pages["themes/innovative.html"])
    published = {label: re.sub("<.*?>", "", cell).partition("\u202f")[0] for label, cell in rows}
    published = {label: number for label, number in published.items() if label in GROUPS}
    assert published == {"Regioner": "85", "Staten": "84", "Kommuner": "80", "Alle": "81"}


def test_a_delivery_is_not_called_synthetic(wave: bm.Wave) -> None:
    written = site_pages(Content((make_edition(as_delivery(with_little(wave, "citizens"))),)))
    text = written["themes/citizens.en.html"]
    assert "95% confidence interval" in text
    assert "synthetic" not in text.lower()
    assert "id='synthetic'" not in written["index.html"]
    assert "href='notebooks/" not in written["index.html"]


def test_the_quality_page_counts_bases_and_holds_weights_against_the_frame(pages: dict[str, str]) -> None:
    text = pages["quality.en.html"]
    assert "all workplaces</th><td class='number'>2,271</td><td class='number'>2,271</td>" in text
    assert "There were no approved numbers" in text
    assert "<h3>Suppressed numbers</h3><p>No number in the figures of this wave is suppressed.</p>" in text
    assert "Child care" in text
    assert text.count("1.000") > 20


def test_the_quality_page_counts_what_figures_over_all_waves_leave_out(content: Content) -> None:
    figure = content.editions[0].figures[0]
    assert figure.audit is not None
    left_out = Audit(figure.audit.table.assign(status="suppressed"), figure.audit.policy)
    trend = replace(content.trends["citizens"], audit=left_out)
    text = site_pages(replace(content, trends={"citizens": trend}))["quality.en.html"]
    section = text[text.index("<section id='waves'>") :]
    assert f"{escape(trend.in_language('en').headline)}</th><td class='number'>{len(left_out.table)}</td>" in section


def test_weights_add_up_to_the_frame_and_groups_to_the_whole(waves: dict[int, bm.Wave]) -> None:
    for number, wave in waves.items():
        quality = make_edition(with_little(wave, next(iter(wave.codebook.figures)))).quality
        sectors = [margin for margin in quality.margins if margin.domain == quality.margins[0].domain]
        assert sum(margin.answers or 0 for margin in sectors) == wave.n
        assert sum(margin.population for margin in sectors) == pytest.approx(wave.population.sum())
        assert sum(margin.weights for margin in sectors) == pytest.approx(wave.microdata["weight"].sum()), number


def test_changed_numbers_are_read_from_the_changelog() -> None:
    text = "# Log\n\n## New\n\n- a\n\n### Numbers changed\n\nOne `x` moved\nfar.\n\nTwo.\n\n## 0.1 (2026)\n\n- b\n"
    assert [(found.version, found.paragraphs) for found in numbers_changed(text)] == [
        ("New", ("One `x` moved far.", "Two."))
    ]
    versions = [found.version for found in numbers_changed((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))]
    assert versions[-1] == "0.1.0 (2026-11-23)"


def test_the_citation_is_that_of_the_project(pages: dict[str, str]) -> None:
    facts = citation_facts((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (facts["title"], facts["version"], facts["name"]) == ("barometer", "0.1.0", "The barometer contributors")
    assert "author  = {{The barometer contributors}}" in pages["cite.html"]
    assert json.dumps(facts["version"])[1:-1] in pages["cite.en.html"]
