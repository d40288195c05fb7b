"""Figure of reweighting: groups before and after beside the population, and how far the weights moved."""

import math

import numpy as np
import pandas as pd

from barometer.analysis import Reweighting
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.tables import domain_label, group_label
from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, ResponseAdjustment
from barometer.publication.drawn import Basis, Mark, Role, to_data
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.style import THIN_N
from barometer.publication.weight_marks import WEIGHTS
from barometer.publication.words import Words, footer, source_text, synthetic_first, thin_text

KIND = Label("Prikdiagram over vægte", "Dot plot of weights")
MATCH = Label(
    "Efter vægtning fordeler de {n} svar sig som populationen i alle {groups} grupper",
    "After weighting the {n} answers are spread as the population in all {groups} groups",
)
NEAR = Label(
    "Justeret for bortfald ligger de {n} svar højst {gap} fra populationen i {groups} grupper, mod {before} før",
    "Adjusted for non-response the {n} answers are at most {gap} off the population in {groups} groups, "
    "{before} before",
)
SUBTITLE = Label(
    "Vægtet andel af arbejdspladser i forhold til populationens, {period}. Åben prik: før; fyldt: efter",
    "Weighted share of workplaces against that of the population, {period}. Open dot: before; filled: after",
)
COST = Label(
    "Designeffekt af vægtning: {before} før og {after} efter, som {effective} lige vægtede svar.",
    "Design effect of weighting: {before} before and {after} after, as {effective} answers of equal weight.",
)
FARTHEST = Label(
    "Længst fra populationen før: {group}, {before} mod {target}.",
    "Farthest from the population before: {group}, {before} against {target}.",
)
RATIO = Label("Ny vægt over gammel: {low} til {high}.", "New weight over old: {low} to {high}.")
NAN = math.nan
EXTRA = ("before", "target", "gap_before", "gap_after", "low", "high")
"""What a row has besides the fields of a mark."""


def weights_figure(found: Reweighting, lang: Lang) -> Figure:
    """Make the figure of moved weights."""
    if bool(found.table["share_achieved"].isna().any()):
        raise ArgumentError(
            "what", "has no figure: a group has too few answers. protect(...).to_frame() is what may be shown of it"
        )
    book = found.codebook
    basis: Basis = "assumed" if found.is_synthetic else "delivery"
    marks: list[Mark] = []
    extra: list[dict[str, float]] = []
    for domain, rows in found.table.groupby("domain", sort=False):
        title = Label(*(domain_label(book, str(domain), each) for each in LANGUAGES))
        marks.append(_mark(str(domain), title, "total", NAN, int(rows["n"].sum()), basis))
        extra.append({})
        for row in rows.to_dict("records"):
            group, target, after = str(row["group"]), row["share_target"], row["share_achieved"]
            label = Label(*(group_label(book, str(domain), group, each) for each in LANGUAGES))
            marks.append(_mark(str(domain), label, "plain", after, int(row["n"]), basis, group))
            before = row["share_before"]
            gaps = {"gap_before": before / target - 1.0, "gap_after": after / target - 1.0}
            extra.append({"before": before, "target": target, **gaps})
    groups = list(marks)
    for row in found.distribution.to_dict("records"):
        label = Label(*(f"{decimal(row['low'], each, 3)}–{decimal(row['high'], each, 3)}" for each in LANGUAGES))
        marks.append(_mark("ratio", label, "rest", row["n"] / found.weight.size, int(row["n"]), basis))
        extra.append({"low": row["low"], "high": row["high"]})
    data = pd.concat([to_data(marks), pd.DataFrame(extra, columns=list(EXTRA))], axis=1)
    words = {each: _words(found, groups, each) for each in LANGUAGES}
    name = f"weights_wave{found.method.wave}"
    return Figure(name, "weights", data, lang, words, "", in_both_languages(found.method.text), WEIGHTS)


def _mark(name: str, label: Label, role: Role, share: float, n: int, basis: Basis, group: str = "") -> Mark:
    return Mark(name, group, label.da, label.en, share, NAN, NAN, n, role, basis, role == "plain" and n < THIN_N)


def _words(found: Reweighting, marks: list[Mark], lang: Lang) -> Words:
    table = found.table
    spread = {row["weights"]: row for row in found.spread.to_dict("records")}
    facts = {"n": integer(found.weight.size, lang), "groups": integer(len(table), lang)}
    adjusted = isinstance(found.weighting, ResponseAdjustment)
    if adjusted:
        gaps = [(table[f"share_{name}"] / table["share_target"] - 1.0).abs().max() for name in ("achieved", "before")]
        facts |= {"gap": per_cent(gaps[0], lang, 1), "before": per_cent(gaps[1], lang, 1)}
    headline = synthetic_first((NEAR if adjusted else MATCH).text(lang).format(**facts), found.is_synthetic, lang)
    subtitle = SUBTITLE.text(lang).format(period=found.method.period)
    cost = COST.text(lang).format(
        before=decimal(spread["before"]["deff"], lang, 2),
        after=decimal(spread["after"]["deff"], lang, 2),
        effective=integer(round(spread["after"]["n_effective"]), lang),
    )
    worst = table.iloc[int(np.argmax(np.abs(table["share_before"] / table["share_target"] - 1.0)))]
    farthest = FARTHEST.text(lang).format(
        group=group_label(found.codebook, str(worst["domain"]), str(worst["group"]), lang),
        before=per_cent(worst["share_before"], lang, 1),
        target=per_cent(worst["share_target"], lang, 1),
    )
    ratio = RATIO.text(lang).format(
        low=decimal(spread["ratio"]["smallest"], lang, 2), high=decimal(spread["ratio"]["largest"], lang, 2)
    )
    standing = [f"{SYNTHETIC.text(lang)}."] if found.is_synthetic else []
    paragraphs = footer(
        [found.moved(lang), cost],
        source_text(found, found.weight.size, lang),
        [*standing, *thin_text(marks, lang)],
    )
    alt_text = f"{KIND.text(lang)}. {headline}. {farthest} {ratio} {cost}"
    return Words(headline, subtitle, paragraphs, alt_text)
