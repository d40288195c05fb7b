"""How numbers, intervals and weights of each wave were made, in short."""

from collections.abc import Sequence
from html import escape
from typing import Literal

from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang
from barometer.publication.editions import Edition
from barometer.publication.site.content import Content
from barometer.publication.site.frame import page, paragraphs, section
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text

Origin = Literal["delivery", "fitted", "invented"]
GENERAL = ("shares", "intervals", "dont_know", "differences", "nonresponse", "disclosure", "verdicts")


def methods_page(content: Content, here: Here) -> str:
    """Say how each wave was drawn, and how its numbers, intervals and weights were made."""
    lang = here.lang
    body = _designs(content.editions, lang)
    for name in GENERAL:
        told = _disclosure(content, lang) if name == "disclosure" else [text(f"method.{name}", lang)]
        body += section(name, heading(f"method_{name}", lang), paragraphs(told))
    apart = escape(content.codebook.about.apart.text(lang))
    body += section("apart", heading("apart", lang), paragraphs([apart]))
    return page(content, here, heading("methods", lang), body)


def _designs(editions: Sequence[Edition], lang: Lang) -> str:
    """Write of each wave what is its own, and once, under all of them, what is the same in every wave."""
    told = {edition.number: design_texts(edition, lang) for edition in editions}
    same = [each for each in told[editions[0].number] if all(each in texts for texts in told.values())]
    same = same if len(editions) > 1 else []
    body = "".join(
        section(
            f"wave{edition.number}",
            escape(f"{edition.facts.record.label.text(lang)}, {edition.facts.record.period}"),
            paragraphs(each for each in told[edition.number] if each not in same),
        )
        for edition in editions
    )
    return body + section("waves", heading("all_waves", lang), paragraphs(same))


def _disclosure(content: Content, lang: Lang) -> list[str]:
    """Say by which rules numbers are suppressed, how others protect them, and what is rounded and compared."""
    policies = {audit.policy.name: audit.policy for audit in content.audits.values()}
    told = [text(f"method.disclosure.{'synthetic' if content.is_synthetic else 'delivery'}", lang)]
    for policy in policies.values():
        told.append(escape(policy.text(lang)))
        if policy.is_control:
            rounding = "rounded" if policy.rounding > 1 else "exact"
            told.append(text("method.disclosure.secondary", lang, few=policy.threshold))
            told.append(text(f"method.disclosure.{rounding}", lang, nearest=policy.rounding))
    if content.differencing is not None:
        told += [text("method.disclosure.differencing", lang), escape(content.differencing.summary(lang))]
    return told


def design_texts(edition: Edition, lang: Lang) -> list[str]:
    """Say who answered, how they were weighted and drawn, and what is synthetic."""
    facts = edition.facts
    counts = {"answers": facts.answers, "sample": facts.sampled, "population": facts.population}
    written = {name: integer(n, lang) for name, n in counts.items() if n is not None}
    known = (
        "full" if len(written) == 3 else next(name for name in ("population", "sample", "answers") if name in written)
    )
    unit = facts.unit.text(lang)
    correction = text(f"correction.{'unknown' if facts.population is None else 'known'}", lang, unit=unit)
    strata = Label(" gange ", " by ").text(lang).join(label.text(lang).lower() for label in facts.strata)
    drawn = "stratified" if facts.strata else "unstratified"
    return [
        text(f"{'facts_synthetic' if edition.is_synthetic else 'facts'}.{known}", lang, **written, unit=unit),
        text(f"weights.{'weighted' if facts.weighted else 'unweighted'}", lang, unit=unit),
        text(f"variance.{drawn}", lang, strata=strata, correction=correction),
        origin_text(edition, lang),
    ]


def origin_text(edition: Edition, lang: Lang) -> str:
    """Say what of the microdata is artificial; empty for a delivery."""
    if not edition.is_synthetic:
        return ""
    return text(f"synthetic.{origin(edition)}", lang, unit=edition.facts.unit.text(lang))


def origin(edition: Edition) -> Origin:
    """Whether the microdata were delivered, made to agree with claims, or made up from nothing."""
    return "delivery" if not edition.is_synthetic else "fitted" if edition.facts.fitted else "invented"
