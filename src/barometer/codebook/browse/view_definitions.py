"""View what results are split by and who they are of: a domain, a base."""

from typing import TYPE_CHECKING

from barometer.codebook.browse.display import Listing
from barometer.codebook.browse.listings import (
    base_rows,
    claim_rows,
    figure_rows,
    indicator_rows,
    inferred_text,
    question_rows,
    waves_text,
)
from barometer.codebook.browse.views import BaseView, DomainView, ViewKind
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import listed, rule_text

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def view_domain(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> DomainView:
    """View a domain."""
    domain = book.domains[name]
    groups = (
        (group.code, group.label.text(lang), listed(group.answers), group.of, inferred_text(group.inferred, lang))
        for group in domain.groups
    )
    return DomainView(
        name=name,
        label=domain.label.text(lang),
        lang=lang,
        also=also,
        made_from=domain.column if domain.kind == "answers" else Label("et register", "a register").text(lang),
        dont_know=domain.dont_know or "",
        inside=domain.inside,
        waves=waves_text(book, "domain", name),
        inferred=domain.inferred.text(lang),
        groups=Listing(("name", "label", "answers", "inside", "inferred"), tuple(groups)),
        figures=figure_rows(book, book.relations.drawn_in.get(name, ()), lang),
        claims=claim_rows(book, [claim for claim in book.claims if claim.domain == name], lang, told="statement"),
    )


def view_base(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> BaseView:
    """View a base."""
    base = book.bases[name]
    composites = [composite for composite in book.relations.composites if book.indicators[composite].base == name]
    sizes = [claim for claim in book.claims if claim.statistic == "count" and claim.base == name]
    return BaseView(
        name=name,
        label=base.label.text(lang),
        lang=lang,
        also=also,
        inside=book.bases[base.of].label.text(lang) if base.of else "",
        routing=rule_text(book, base.rule, lang) if base.rule else "",
        waves=waves_text(book, "base", name),
        claims=claim_rows(book, sizes, lang, told="statement"),
        questions=question_rows(book, [q.name for q in book.questions.values() if q.asked_of == name], lang),
        indicators=indicator_rows(book, composites, lang),
        bases=base_rows(book, [other.name for other in book.bases.values() if other.of == name], lang),
    )
