"""How to cite the report, its numbers and the software."""

import re
from html import escape

from barometer.codebook.records import Lang
from barometer.publication.editions import Edition
from barometer.publication.site.content import Content
from barometer.publication.site.frame import bullets, package_version, page, paragraphs, section, site_name
from barometer.publication.site.methods import origin
from barometer.publication.site.places import Here
from barometer.publication.site.project import project_file
from barometer.publication.site.texts import heading, text

CITATION = "CITATION.cff"


def citation_page(content: Content, here: Here) -> str:
    """Say how to cite the report, each wave's numbers, and the software by what its citation file says."""
    lang = here.lang
    numbers = bullets([_numbers(edition, here) for edition in content.editions])
    body = section("report", heading("cite_report", lang), paragraphs([_report(content, lang)]))
    body += section("numbers", heading("cite_numbers", lang), numbers)
    body += section("software", heading("cite_software", lang), _software(here))
    return page(content, here, heading("cite", lang), body)


def _report(content: Content, lang: Lang) -> str:
    """Cite the report as a whole; address and date are the reader's to fill in: the report does not know them."""
    newest, oldest = content.newest.facts.record, content.editions[0].facts.record
    ends = dict.fromkeys((oldest.period.partition("-")[0], newest.period.rpartition("-")[2]))
    words = {
        "publisher": newest.publisher.text(lang),
        "title": site_name(content, lang),
        "period": "-".join(ends),
        "version": package_version(),
    }
    return text(f"cite_report.{'synthetic' if content.is_synthetic else 'delivery'}", lang, **words)


def _numbers(edition: Edition, here: Here) -> str:
    record = edition.facts.record
    words = {
        "publisher": record.publisher.text(here.lang),
        "edition": record.label.text(here.lang),
        "period": record.period,
        "version": package_version(),
    }
    return text(f"cite.{origin(edition)}", here.lang, **words)


def _software(here: Here) -> str:
    facts = citation_facts(project_file(CITATION))
    year, authors = facts["date-released"][:4], facts["name"]
    plain = f"({year}). {facts['title']} ({facts['version']}) [{heading('software', here.lang)}]. {facts['license']}."
    entry = (
        f"@software{{{facts['title']},\n  author  = {{{{{authors}}}}},\n  title   = {{{facts['title']}}},\n"
        f"  version = {{{facts['version']}}},\n  year    = {{{year}}},\n  license = {{{facts['license']}}}\n}}"
    )
    by = f"<span lang='en'>{escape(authors)}</span>"
    return f"<p>{by} {escape(plain)}</p><pre lang='en' tabindex='0'>{escape(entry)}</pre>"


def citation_facts(text: str) -> dict[str, str]:
    """Return the single values of a citation file, the first author's name as "name"."""
    found = re.findall(r"^(?:  - )?([a-z-]+): \"?([^\"\n]+?)\"?$", text, re.MULTILINE)
    return dict(reversed(found))
