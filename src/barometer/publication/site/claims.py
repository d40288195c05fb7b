"""Every published claim beside its computed number: all of them, by wave and by theme, as pages of their own."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from barometer.codebook.records import Lang
from barometer.publication.claim_tables import claims_html, verdicts_html
from barometer.publication.site import places
from barometer.publication.site.content import Content
from barometer.publication.site.frame import bullets, page, paragraphs, scroll, section
from barometer.publication.site.places import Here, theme_claims_place, wave_claims_place
from barometer.publication.site.texts import heading, text
from barometer.publication.verdicts import VERDICTS, CheckedClaim
from barometer.publication.verification import Verification


def claim_pages(content: Content, lang: Lang) -> dict[str, str]:
    """
    Write the pages of one language.

    Returns
    -------
    dict of str to str
        HTML by place. A wave or a theme without claims has none.
    """
    whole = Here(places.VERIFICATION, lang)
    title = heading("verification", lang)
    pages = {whole.place: page(content, whole, title, _list(content, whole, content.claims))}
    for edition in content.editions:
        if edition.checked.claims:
            here = Here(wave_claims_place(edition.number), lang)
            name = f"{edition.facts.record.label.text(lang)}, {edition.facts.record.period}"
            pages[here.place] = _page(content, here, name, edition.checked.claims)
    for theme, claims in content.claims_by_theme.items():
        here = Here(theme_claims_place(theme), lang)
        pages[here.place] = _page(content, here, content.theme_label(theme).text(lang), claims)
    return pages


def _page(content: Content, here: Here, name: str, claims: Sequence[CheckedClaim]) -> str:
    return page(content, here, f"{heading('verification', here.lang)}: {name}", _list(content, here, claims))


def _list(content: Content, here: Here, claims: Sequence[CheckedClaim]) -> str:
    """Put the choice of pages and the legend above the claims."""
    lang = here.lang
    notes = [text("verification", lang)]
    if content.is_synthetic:
        worth = Verification(tuple(claims), True).worth(lang)
        notes += [text("verification_synthetic", lang), escape(worth)]
    found = Counter(claim.verdict for claim in claims)
    legend = verdicts_html({verdict: found[verdict] for verdict in VERDICTS if verdict in found}, lang)
    told = f"{_choice(content, here)}{scroll(heading('verdicts', lang), legend)}{paragraphs([' '.join(notes)])}"
    return told + _by_wave(content, claims, lang)


def _by_wave(content: Content, claims: Sequence[CheckedClaim], lang: Lang) -> str:
    sections = []
    for edition in content.editions:
        record = edition.facts.record
        listed = [claim for claim in claims if claim.claim.wave == edition.number]
        table = scroll(escape(record.period), claims_html(listed, lang)) if listed else ""
        sections.append(section(f"wave{edition.number}", escape(f"{record.label.text(lang)}, {record.period}"), table))
    return "".join(sections)


def _choice(content: Content, here: Here) -> str:
    """Lead to all claims, to those of a wave, and to those of a theme."""
    lang = here.lang
    waves = {wave_claims_place(e.number): (e.facts.record.period, len(e.checked.claims)) for e in content.editions}
    themes = {
        theme_claims_place(name): (content.theme_label(name).text(lang), len(claims))
        for name, claims in content.claims_by_theme.items()
    }
    everything = {places.VERIFICATION: (heading("all_claims", lang), len(content.claims))}
    rows = ((heading("by_wave", lang), {**everything, **waves}), (heading("by_theme", lang), themes))
    lists = "".join(
        f"<p id='{name}'>{title}</p>"
        + bullets([_link(here, place, label, count) for place, (label, count) in listed.items() if count], "choice")
        for name, (title, listed) in zip(("by-wave", "by-theme"), rows, strict=True)
        if listed
    )
    return f"<nav aria-label='{heading('choose_claims', lang)}'>{lists}</nav>"


def _link(here: Here, place: str, label: str, count: int) -> str:
    current = " aria-current='page'" if place == here.place else ""
    return f"<a href='{here.to(place)}'{current}>{escape(label)}</a> ({count})"
