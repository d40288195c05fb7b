"""Numbers that moved from version to version, as the project's changelog says; in English."""

import re
from dataclasses import dataclass
from html import escape

from barometer.publication.site.content import Content
from barometer.publication.site.frame import page, paragraphs
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
    """List what moved published estimates, the newest version first."""
    body = paragraphs([text("changes", here.lang)])
    for change in numbers_changed(project_file(CHANGELOG)):
        told = "".join(f"<p>{_inline(each)}</p>" for each in change.paragraphs)
        body += f"<section lang='en'><h2>{escape(change.version)}</h2>{told}</section>"
    return page(content, here, heading("changes", here.lang), body)


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
