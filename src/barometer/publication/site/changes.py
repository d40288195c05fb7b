"""Numbers that moved: against those approved and the last report, and from version to version of the program."""

import re
from dataclasses import dataclass
from html import escape

from barometer.codebook.records import Lang
from barometer.publication.site.content import Content
from barometer.publication.site.frame import page, paragraphs, section
from barometer.publication.site.moved import moved_numbers
from barometer.publication.site.places import Here
from barometer.publication.site.project import project_file
from barometer.publication.site.texts import heading, text

CHANGELOG = "CHANGELOG.md"
MOVED = "Numbers changed"


@dataclass(frozen=True, slots=True)
class NumbersChanged:
    """What one version did to numbers; `paragraphs` are Markdown."""

    version: str
    paragraphs: tuple[str, ...]


def changes_page(content: Content, here: Here) -> str:
    """List which numbers went from what to what, and what moved them in the program, the newest version first."""
    lang = here.lang
    body = paragraphs([text("changes", lang)])
    approved = moved_numbers(content, content.drift, "approved", here)
    body += section("approved", heading("moved", lang), approved)
    body += section("earlier", heading("moved_since", lang), moved_numbers(content, content.since, "earlier", here))
    return page(content, here, heading("changes", lang), body + _of_the_program(lang))


def _of_the_program(lang: Lang) -> str:
    """Quote the project's changelog, which is in English."""
    told = "".join(
        f"<section lang='en'><h3>{escape(change.version)}</h3>"
        f"{''.join(f'<p>{_inline(each)}</p>' for each in change.paragraphs)}</section>"
        for change in numbers_changed(project_file(CHANGELOG))
    )
    return section("program", heading("changed_program", lang), paragraphs([text("changed_program", lang)]) + told)


def numbers_changed(changelog: str) -> list[NumbersChanged]:
    """Read the sections on moved numbers of a changelog; a version without one is left out."""
    found = []
    for part in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        version = part.partition("\n")[0].strip()
        section = re.search(rf"^### {MOVED}\n(.*?)(?=^### |\Z)", part, re.MULTILINE | re.DOTALL)
        if section:
            blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", section[1]))
            found.append(NumbersChanged(version, tuple(filter(None, blocks))))
    return found


def _inline(markdown: str) -> str:
    """Write a paragraph of Markdown as HTML: code as code, a link as its words."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown.removeprefix("- "))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(plain))
