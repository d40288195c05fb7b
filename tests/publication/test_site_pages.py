"""The report's pages: every link leads somewhere, every language has every page, and what stands there is right."""

import dataclasses
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pandas as pd
import pytest
from published_samples import as_delivery, with_figures, with_little

import barometer as bm
from barometer.publication.contact_sheet import DPI, NAME_SIZE
from barometer.publication.disclosure.audit import Audit
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.editions import make_edition
from barometer.publication.gaps import NO_N
from barometer.publication.numbers import Drift, Moved
from barometer.publication.report.drawings import LANGUAGES
from barometer.publication.report.sheets import WIDTH, sheet_figures
from barometer.publication.site import Content, file_of, find_rooms, site_pages, web_fonts
from barometer.publication.site.changes import numbers_changed
from barometer.publication.site.citation import citation_facts
from barometer.publication.site.content import NotebookPage
from barometer.publication.site.methods import design_texts
from barometer.publication.typesetting import text_width

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
        if found.get("rel") != "icon":
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
            assets |= {f"{one.stem}.csv", f"{one.stem}.da.csv", f"{one.stem}.json"}
            assert one.figure.id == name
    assets |= {
        f"figures/waves/trend_citizens.{ending}"
        for ending in ("da.svg", "en.svg", "da.png", "en.png", "csv", "da.csv", "json")
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
    assert re.search(r"<h2>Suppressed numbers</h2><p>None of the \d+ numbers in the figures and tables", text)
    assert "Child care" in text
    assert text.count("1.000") > 20


def test_the_quality_page_lists_what_every_figure_and_table_leaves_out(content: Content) -> None:
    figure = content.editions[0].figures[0]
    assert figure.audit is not None
    shares = figure.audit.table.assign(status="suppressed").iloc[:1]
    levels = shares.assign(domain="level")
    cells = pd.concat([levels.assign(group="state"), levels.assign(group="region"), levels.assign(status="published")])
    trend = replace(content.trends["citizens"], audit=Audit(shares, figure.audit.policy))
    tabled = {"statbank/OIN03DK 2019 level": Audit(cells, figure.audit.policy)}
    changed = replace(content, trends={"citizens": trend}, tabled=tabled)
    every = sum(len(audit.table) for audit in changed.audits.values())
    for name, told, table in (
        ("quality.en.html", f"3 of the {every} numbers", "StatBank&#x27;s table OIN03DK"),
        ("quality.html", f"3 af de {every} tal", "Statistikbankens tabel OIN03DK"),
    ):
        text = site_pages(changed)[name].partition("<section id='suppressed'>")[2].partition("</section>")[0]
        assert told in text
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)[1:]]
        assert [row[0] for row in rows] == [rows[0][0], table]
        assert rows[0][2] == rows[1][2] != ""
        everybody, groups = ("all", "The state, Regions") if ".en." in name else ("alle", "Staten, Regioner")
        assert [row[3] for row in rows] == [everybody, groups]


def test_numbers_that_moved_are_listed_in_words_and_the_developers_list_is_marked_as_english(content: Content) -> None:
    moved = (
        Moved("3", "figure", "citizens", "positive_role.citizens total", "share", "0.5", "0.51234"),
        Moved("3", "figure", "citizens", "role.citizens.initiated total", "n", "1877", ""),
        Moved("3", "figure", "innovative_by_level", "innovative state", "ci_low", "0.8", "0.80001"),
        Moved("3", "claim", "w3-positive_role_of_citizens-01", "", "verdict", "differs", "reproduced"),
    )
    written = site_pages(replace(content, drift=Drift(moved, 1000)))
    text = written["changes.html"]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)[1:]]
    assert [row[0] for row in rows][:3] == ["Borgernes positive rolle i innovationer"] * 2 + [
        "Innovative arbejdspladser i kommuner, regioner og staten"
    ]
    assert [row[1] for row in rows] == ["2018-2019"] * 4
    assert [row[3:] for row in rows] == [
        ["50,0\u202f%", "51,2\u202f%"],
        ["\N{EN DASH}", "\N{EN DASH}"],  # what is gone may be suppressed now
        ["80,000\u202f%", "80,001\u202f%"],
        ["afviger", "genfundet"],
    ]
    assert rows[2][2].endswith("Staten: Nedre grænse")
    assert "Der lå ingen tidligere rapport" in text
    assert "<section lang='en'><h3>0.1.0 (2026-11-23)</h3>" in text
    assert "href='changes.html#approved'" in written["quality.html"]
    assert "4 af 1.000 tal er anderledes end de godkendte." in written["quality.html"]


def test_the_front_page_counts_each_figure_once(content: Content, pages: dict[str, str]) -> None:
    drawn = sum(map(len, content.figures.values()))
    for name, word in (("index.html", "figur"), ("index.en.html", "figure")):
        counts = [int(n) for n in re.findall(rf"<p class='small'>(\d+) {word}", pages[name])]
        assert sum(counts) == drawn
        assert f" {drawn} {word}" in pages[name]


def test_pictures_say_how_much_room_they_take_where_they_have_been_drawn(content: Content, tmp_path: Path) -> None:
    folder = tmp_path / "figures" / "wave3"
    folder.mkdir(parents=True)
    (folder / "citizens.da.svg").write_text('<svg viewBox="0 0 510.24 302.75" xmlns="..."><g/></svg>')
    rooms = find_rooms(tmp_path)
    assert rooms == {"figures/wave3/citizens.da.svg": (680, 404)}  # 96 pixels to 72 points
    pages = site_pages(dataclasses.replace(content, rooms=rooms))
    for name in ("themes/citizens.html", "gallery.html", "index.html"):
        assert re.search(r"citizens\.da\.svg' alt='[^']*' width='680' height='404' loading", pages[name]), name
    assert re.search(r"citizens\.en\.svg' alt='[^']*' loading", pages["themes/citizens.en.html"])


def test_names_of_figures_on_the_sheet_are_titles_that_fit(content: Content) -> None:
    for lang in LANGUAGES:
        names = [name for name, _ in sheet_figures(content, lang)]
        assert all(text_width(name, NAME_SIZE, semibold=True) <= WIDTH * 72 / DPI for name in names)
        title = content.codebook.figures["citizens"].neutral.text(lang)
        assert f"{title}, 2018-2019" in names
    assert any("\N{HORIZONTAL ELLIPSIS}, 20" in name for name in names)


def test_a_notebook_is_said_to_be_in_english_and_leads_back(pages: dict[str, str]) -> None:
    assert "er på engelsk" in pages["notebooks/all.html"]
    assert "<a href='../index.html' hreflang='da' lang='da'>Dansk forside</a>" in pages["notebooks/01_tour.html"]


def test_methods_say_what_protects_and_what_the_report_does_not_have(content: Content, pages: dict[str, str]) -> None:
    assert "n = 79 og 72" in pages["methods.html"]
    assert pages["methods.html"].count("Taylor") == 1
    text = pages["methods.en.html"].partition("<section id='disclosure'>")[2]
    assert "further cells are suppressed" in text
    assert "shown unrounded" in text
    coarse = dataclasses.replace(find_policy("10"), rounding=5)
    audit = Audit(content.editions[0].figures[0].audit.table, coarse)  # type: ignore[union-attr]
    rounded = site_pages(replace(content, trends={}, tabled={"statbank/OIN03DK": audit}))["methods.en.html"]
    assert "to the nearest 5" in rounded


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
    assert "rapport af syntetiske data, 2018-2023 ([årstal]). Lavet med barometer 0.1.0." in pages["cite.html"]
    assert json.dumps(facts["version"])[1:-1] in pages["cite.en.html"]
