"""The whole codebook at a glance, by theme."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from barometer.codebook.browse.display import WIDTH, Listing, folded, grouped_text, listing_html, page, wrapped
from barometer.codebook.browse.headings import heading
from barometer.codebook.browse.listings import (
    base_rows,
    change_rows,
    domain_rows,
    figure_rows,
    member_rows,
    question_rows,
    theme_text,
    wave_rows,
)
from barometer.codebook.browse.view_questions import view_question
from barometer.codebook.browse.views import QuestionView
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import listed

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

HOW = Label(
    'Søg med .search("borgere", lang="da"); se en enkelt post med .show("navn", lang="da").',
    'Search with .search("citizens"); see a single record with .show("name").',
)
Titled = tuple[str, Listing]
"""A listing with its title."""


@dataclass(frozen=True, slots=True)
class Theme:
    """
    What questions and figures of one theme there are.

    Attributes
    ----------
    label : str
    asked : Listing
        Names, titles and waves of its questions.
    questions : tuple of QuestionView
        The same in full.
    figures : Listing
    """

    label: str
    asked: Listing
    questions: tuple[QuestionView, ...]
    figures: Listing


@dataclass(frozen=True, slots=True, repr=False)
class Overview:
    """
    Everything that a codebook holds, in one language.

    Attributes
    ----------
    title : str
        Name of the survey and the waves.
    lang : {"da", "en"}
    themes : tuple of Theme
    composites : tuple of (str, Listing)
        The indicators that no single answer gives, by the title of their family.
    domains, bases, waves, changes : Listing
    """

    title: str
    lang: Lang
    themes: tuple[Theme, ...]
    composites: tuple[Titled, ...]
    domains: Listing
    bases: Listing
    waves: Listing
    changes: Listing

    def text(self, width: int = WIDTH) -> str:
        """Write it as plain text: names, labels and waves."""
        grouped = {
            "questions": [(theme.label, theme.asked) for theme in self.themes],
            "figures": [(theme.label, theme.figures) for theme in self.themes],
            "composites": self.composites,
            "domains": [("", self.domains)],
            "bases": [("", self.bases)],
            "waves": [("", self.waves)],
        }
        lines = wrapped(self.title, width)
        for code, groups in grouped.items():
            if any(listing.rows for _, listing in groups):
                lines += ["", heading(code, self.lang), *grouped_text(groups, self.lang, width)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        themes = [
            {
                "label": theme.label,
                "questions": [view.to_dict() for view in theme.questions],
                "figures": theme.figures.to_records(),
            }
            for theme in self.themes
        ]
        composites = [{"label": title, "indicators": listing.to_records()} for title, listing in self.composites]
        rest = {"domains": self.domains, "bases": self.bases, "waves": self.waves, "changes": self.changes}
        plain = {name: listing.to_records() for name, listing in rest.items()}
        return {"title": self.title, "themes": themes, "composites": composites, **plain}

    def __repr__(self) -> str:
        """Write it as plain text."""
        return f"{self.text()}\n\n{HOW.text(self.lang)}"

    def _repr_html_(self) -> str:
        head = f"<p><strong>{escape(self.title)}</strong><br>{escape(HOW.text(self.lang))}</p>"
        body = [
            folded(f"<strong>{escape(t.label)}</strong>", _theme_html(t, self.lang), opened=True) for t in self.themes
        ]
        if self.composites:
            families = (
                f"<p>{escape(title)}</p>{listing_html(listing, self.lang)}" for title, listing in self.composites
            )
            body.append(folded(escape(heading("composites", self.lang)), families))
        rest = {"domains": self.domains, "bases": self.bases, "waves": self.waves, "changes": self.changes}
        for code, listing in rest.items():
            if listing.rows:
                body.append(folded(escape(heading(code, self.lang)), [listing_html(listing, self.lang)]))
        return page(head + "".join(body), self.lang)


def outline(book: "Codebook", lang: Lang) -> Overview:
    """Gather what a codebook holds, by theme."""
    used = [*(question.theme for question in book.questions.values()), *(f.theme for f in book.figures.values())]
    themes = dict.fromkeys([*book.themes, *used])
    gathered = (_theme(book, theme, lang) for theme in themes)
    return Overview(
        title=_title(book, lang),
        lang=lang,
        themes=tuple(theme for theme in gathered if theme.questions or theme.figures.rows),
        composites=_composites(book, lang),
        domains=domain_rows(book, book.domains, lang),
        bases=base_rows(book, book.bases, lang),
        waves=wave_rows(book, lang),
        changes=change_rows([change for change in book.changes if change.wave in book.relations.waves], lang),
    )


def _theme(book: "Codebook", theme: str, lang: Lang) -> Theme:
    asked = [question.name for question in book.questions.values() if question.theme == theme]
    return Theme(
        label=theme_text(book, theme, lang),
        asked=question_rows(book, asked, lang),
        questions=tuple(view_question(book, name, lang) for name in asked),
        figures=figure_rows(book, [figure.id for figure in book.figures.values() if figure.theme == theme], lang),
    )


def _title(book: "Codebook", lang: Lang) -> str:
    """Name the survey and its waves."""
    waves = [f"{number} ({book.waves[number].period})" for number in book.relations.waves]
    word = Label("bølge", "wave") if len(waves) == 1 else Label("bølger", "waves")
    return f"{book.about.label.text(lang)}, {book.about.unit_label.text(lang)}, {word.text(lang)} {listed(waves)}"


def _composites(book: "Codebook", lang: Lang) -> tuple[Titled, ...]:
    """List the composites of each family, and those without one first."""
    families: dict[str, list[str]] = {"": []}
    for name in book.relations.composites:
        families.setdefault(book.indicators[name].family, []).append(name)
    return tuple(
        (book.family_label(family).text(lang) if family else "", member_rows(book, names, lang))
        for family, names in families.items()
        if names
    )


def _theme_html(theme: Theme, lang: Lang) -> list[str]:
    """Write a theme's questions, each to be opened, and its figures."""
    body = []
    for view, (name, label, waves) in zip(theme.questions, theme.asked.rows, strict=True):
        word = Label("bølger", "waves") if "," in waves else Label("bølge", "wave")
        summary = f"<code>{escape(name)}</code> {escape(label)} <small>{word.text(lang)} {waves}</small>"
        body.append(folded(summary, [view.to_html()]))
    if theme.figures.rows:
        names = listed(name for name, *_ in theme.figures.rows)
        summary = f"{escape(heading('figures', lang))}: <code>{escape(names)}</code>"
        body.append(folded(summary, [listing_html(theme.figures, lang)]))
    return body
