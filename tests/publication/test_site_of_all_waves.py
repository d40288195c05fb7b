"""The pages of all shipped waves: what has to stand beside a figure does, and texts are in the page's language."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

import barometer as bm
from barometer.codebook.records import DONT_KNOW, Lang
from barometer.publication.editions import make_edition
from barometer.publication.site import Content, site_pages

ENGLISH = (
    *("the", "and", "are", "not", "that", "with", "which", "was", "were", "this", "have", "been", "their", "where"),
    *("when", "what", "who", "than"),
)
DANISH = (
    *("og", "ikke", "det", "som", "af", "ved", "eller", "hvad", "hvem", "hvor", "bliver", "deres", "sig", "mellem"),
    *("uden", "fra", "når", "også"),
)
WORDS: dict[str, Lang] = {**dict.fromkeys(ENGLISH, "en"), **dict.fromkeys(DANISH, "da")}
"""Words that only one of the two languages has."""
FACTS = {"da": ("Spurgt om", "Hvem", "Regler"), "en": ("Asked", "Of whom", "Rules")}
INTERVAL = {"da": "95 %-interval for det syntetiske design", "en": "95% interval of the synthetic design"}


@pytest.fixture(scope="module")
def content(waves: dict[int, bm.Wave], trends: dict[str, bm.Figure]) -> Content:
    return Content(tuple(make_edition(waves[number]) for number in sorted(waves)), trends=trends)


@pytest.fixture(scope="module")
def pages(content: Content) -> dict[str, str]:
    return site_pages(content)


class Spoken(HTMLParser):
    """The texts of a page, alternatives of pictures and labels too, each with the language it is declared in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        lang = found.get("lang", self._open[-1][1])
        self.texts += [(lang, found[name]) for name in ("alt", "aria-label", "title") if found.get(name)]
        if tag not in ("img", "meta", "link", "br"):
            self._open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1][1], data))


def test_every_text_is_in_the_language_of_its_page(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        for lang, text in Spoken(page).texts:
            plain = re.sub(r"\S*[/_]\S*", "", text.lower())  # addresses and names of records
            other = [word for word in re.findall(r"[a-zæøå]+", plain) if WORDS.get(word, lang) != lang]
            assert not other, f"{name}: {text!r} has {other}"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_figure_says_what_was_asked_of_whom_by_which_rules(
    content: Content, pages: dict[str, str], lang: Lang
) -> None:
    seen = 0
    ending = "html" if lang == "da" else "en.html"
    for theme in content.themes:
        page = unescape(pages[f"themes/{theme}.{ending}"])
        drawn = {f"{one.figure.id}-wave{one.edition.number}": one.figure for one in content.of_theme(theme)}
        parts = dict(re.findall(r"<article id='([^']*)'>(.*?)</article>", page, re.DOTALL))
        assert set(parts) == set(drawn)
        if theme in content.trends:
            parts["trend"], drawn["trend"] = page.partition("<section id='trend'")[2], content.trends[theme]
        for name, part in parts.items():
            assert all(f"<dt>{fact}</dt><dd>" in part for fact in FACTS[lang]), name
            assert "<q>" in part
            assert re.search(r"\(n\u00a0=\u00a0\d", part)
            assert f"<th scope='col'>{INTERVAL[lang]}</th>" in part
            assert part.count("<tr>") == 1 + len(drawn[name].data)
            data = drawn[name].data
            assert part.count("class='assumed'") == ((data["basis"] == "assumed") & (data["n"] > 0)).sum()
            footer = " ".join(drawn[name].words[lang].footer)
            rules = {rule.text(lang) for rule in DONT_KNOW.values()}
            assert {rule for rule in rules if rule in footer} == {rule for rule in rules if rule in part}, name
            (n,) = re.findall(r"n\u00a0=\u00a0([\d., /\u00a0–-]*\d)", footer)
            assert name == "trend" or n in part, name
            seen += 1
    assert seen == sum(len(edition.figures) for edition in content.editions) + len(content.trends)


def test_what_is_inferred_is_a_sentence_and_stands_once_with_a_figure(pages: dict[str, str]) -> None:
    told = [
        (facts, said)
        for page in pages.values()
        for facts in re.findall(r"<dl>.*?</dl>", page)
        for said in re.findall(r"<li><small>(.*?)</small>", facts)
    ]
    assert told
    for facts, said in told:
        assert said.endswith(".")
        assert facts.count(said) == 1


def test_every_published_share_of_a_figure_is_linked_to_its_claim(content: Content, pages: dict[str, str]) -> None:
    """A share that was published and is drawn stands beside the computed one."""
    linked = {
        link
        for name, page in pages.items()
        if name.startswith("themes/")
        for link in re.findall(r"#(w\d-[^']+)'", page)
    }
    for edition in content.editions:
        drawn = {
            row.indicator
            for figure in edition.figures
            for row in figure.data.itertuples()
            if row.group in ("", "total")
        }
        for checked in edition.checked.claims:
            claim = checked.claim
            if claim.statistic == "share" and claim.check == "exact" and not claim.domain and claim.indicator in drawn:
                same = [other.claim.id for other in edition.checked.claims if other.claim.indicator == claim.indicator]
                assert set(same) & linked, claim.id
