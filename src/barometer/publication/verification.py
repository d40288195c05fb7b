"""Published claims beside computed ones, with a verdict for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import pandas as pd

from barometer.analysis.claims import ComputedClaim, compute_claims
from barometer.codebook import Codebook
from barometer.codebook.records import Claim, Label, Lang
from barometer.microdata import SYNTHETIC, Wave
from barometer.publication.numbers import decimal, integer, per_cent, round_half_up

Verdict = Literal[
    "reproduced",
    "differs",
    "source_contradicts_itself",
    "fits_the_words",
    "does_not_fit_the_words",
    "confirmed",
    "contradicted",
    "not_significant",
    "not_yet_tested",
    "no_number_published",
    "cannot_be_computed",
]
SIGNIFICANCE = 0.05

VERDICTS: dict[Verdict, Label] = {
    "reproduced": Label("genfundet", "reproduced"),
    "differs": Label("afviger", "differs"),
    "source_contradicts_itself": Label("kilden modsiger sig selv", "the source contradicts itself"),
    "fits_the_words": Label("passer med ordene", "fits the words"),
    "does_not_fit_the_words": Label("passer ikke med ordene", "does not fit the words"),
    "confirmed": Label("bekræftet", "confirmed"),
    "contradicted": Label("modsagt", "contradicted"),
    "not_significant": Label("ikke signifikant", "not significant"),
    "not_yet_tested": Label("endnu ikke testet", "not yet tested"),
    "no_number_published": Label("intet tal i teksten", "no number in the text"),
    "cannot_be_computed": Label("kan ikke beregnes", "cannot be computed"),
}
WHY_NOT = {
    "not_asked": Label("Bølgen har ikke spørgsmålet.", "The wave does not have the question."),
    "no_frame": Label("Stikprøvens størrelse er ikke leveret.", "The size of the sample was not delivered."),
    "empty": Label("Ingen i den ene gruppe er talt med.", "Nobody in one of the groups is counted."),
}
SIGNS = {
    "more": Label("oftere", "more often"),
    "less": Label("sjældnere", "less often"),
    "none": Label("ingen signifikant forskel", "no significant difference"),
    "overall": Label("signifikant forskel i alt", "significant overall difference"),
}
FAILURES: tuple[Verdict, ...] = ("differs", "does_not_fit_the_words", "contradicted", "not_significant")


@dataclass(frozen=True, eq=False, repr=False)
class Verification:
    """
    One row per published claim.

    Attributes
    ----------
    table : DataFrame
        id, wave, statement_da, statement_en, check, published, range_low, range_high, direction, computed, ci_low, ci_high,
        p_value, published_inside_interval, published_n, computed_n, n_agrees, verdict, matched_by_construction, dont_know,
        why_da, why_en, contradiction_da, contradiction_en, inferred, confidence, source. Shares in per cent, differences
        in percentage points.
    is_synthetic : bool
    """

    table: pd.DataFrame
    is_synthetic: bool

    @property
    def counts(self) -> dict[str, int]:
        """Number of claims by verdict, in a fixed order."""
        found = self.table["verdict"].value_counts()
        return {verdict: int(found[verdict]) for verdict in VERDICTS if verdict in found}

    @property
    def failures(self) -> pd.DataFrame:
        """Claims that the microdata do not bear out."""
        return self.table[self.table["verdict"].isin(FAILURES)]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the claims as a reader wants them: words, numbers as text, verdict."""
        other = "en" if lang == "da" else "da"
        shown = self.table.drop(columns=[f"{name}_{other}" for name in ("statement", "why", "contradiction")])
        shown = shown.rename(columns={f"{name}_{lang}": name for name in ("statement", "why", "contradiction")})
        verdicts = {code: label.text(lang) for code, label in VERDICTS.items()}
        return shown.assign(verdict=shown["verdict"].map(verdicts))

    def to_records(self) -> list[dict[str, object]]:
        """Return the rows as plain values for JSON; None for what is empty."""
        return [
            {key: None if value is None or value is pd.NA or value != value else value for key, value in row.items()}
            for row in self.table.astype(object).to_dict("records")
        ]

    def summary(self, lang: Lang = "en") -> str:
        """Say how many claims got which verdict, and what that is worth."""
        parts = [f"{count} {VERDICTS[verdict].text(lang)}" for verdict, count in self._counts_typed()]
        text = f"{len(self.table)} {Label('udsagn', 'claims').text(lang)}: {', '.join(parts)}."
        if self.is_synthetic:
            matched = int(self.table["matched_by_construction"].sum())
            text += " " + Label(
                f"{SYNTHETIC.da}: {matched} udsagn passer, fordi data er lavet til det; det beviser intet.",
                f"{SYNTHETIC.en}: {matched} claims match by construction, which is evidence of nothing.",
            ).text(lang)
        return text

    def _counts_typed(self) -> list[tuple[Verdict, int]]:
        return [(verdict, self.counts[verdict]) for verdict in VERDICTS if verdict in self.counts]

    def __repr__(self) -> str:
        """Counts by verdict."""
        return f"<Verification: {self.summary('en')}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.summary('en'))}</strong></p>{claims_html(self.table, 'en')}"


def verify(waves: Wave | Sequence[Wave]) -> Verification:
    """
    Compare every published claim with what the microdata give.

    Parameters
    ----------
    waves : Wave or sequence of Wave

    Returns
    -------
    Verification
        `.table`, `.failures`, `.to_frame("da")`, `.summary()`.

    Notes
    -----
    *reproduced*: the computed share, rounded half up, is the published whole per cent, or the count is equal. *differs*: it is
    not; whether the published value lies inside the interval is a column of its own and is never reproduction. *fits the
    words*: a worded number lies in the range that the record states. Directions: *confirmed* when the sign agrees and
    p < 0.05 ("no difference": p >= 0.05), *not significant* when p >= 0.05, else *contradicted*; an overall difference needs
    an omnibus test, which does not exist yet, and is *not yet tested*.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.verify(bm.load_wave(3)).counts["reproduced"]
    44
    """
    waves = [waves] if isinstance(waves, Wave) else list(waves)
    rows = [_row(wave, computed) for wave in waves for computed in compute_claims(wave)]
    table = pd.DataFrame(rows).astype({"published_n": "Int64", "computed_n": "Int64"})
    return Verification(table, any(wave.is_synthetic for wave in waves))


def judge(computed: ComputedClaim) -> Verdict:
    """Verdict on one claim."""
    claim, value = computed.claim, computed.value
    if value is None:
        return "cannot_be_computed"
    if claim.check == "nothing":
        return "no_number_published"
    if claim.check == "exact":
        found = round_half_up(value)
        if found == claim.published:
            return "reproduced"
        return "source_contradicts_itself" if found in claim.alternatives else "differs"
    if claim.check == "range":
        inside = (claim.low or 0.0) < value <= (claim.high or 0.0)
        return "fits_the_words" if inside else "does_not_fit_the_words"
    return _judge_direction(claim, value, computed.p_value)


def _judge_direction(claim: Claim, value: float, p_value: float | None) -> Verdict:
    if claim.direction == "overall":
        return "not_yet_tested"
    if p_value is None or p_value != p_value:
        return "cannot_be_computed"
    significant = p_value < SIGNIFICANCE
    if claim.direction == "none":
        return "contradicted" if significant else "confirmed"
    if not significant:
        return "not_significant"
    return "confirmed" if (value > 0) == (claim.direction == "more") else "contradicted"


def _row(wave: Wave, computed: ComputedClaim) -> dict[str, object]:
    claim, verdict = computed.claim, judge(computed)
    if computed.why_not == "record" or (verdict != "cannot_be_computed" and claim.reason.en):
        why = claim.reason
    else:
        why = WHY_NOT.get(computed.why_not, Label("", ""))
    inside = None
    if claim.published is not None and computed.low is not None and computed.high is not None:
        inside = computed.low <= claim.published <= computed.high
    statement = describe(claim, wave.codebook)
    has_n = computed.n is not None and claim.published_n is not None
    return {
        "id": claim.id,
        "wave": claim.wave,
        "statement_da": statement.da,
        "statement_en": statement.en,
        "check": claim.check,
        "statistic": claim.statistic,
        "published": claim.published,
        "range_low": claim.low,
        "range_high": claim.high,
        "direction": claim.direction,
        "computed": computed.value,
        "ci_low": computed.low,
        "ci_high": computed.high,
        "p_value": computed.p_value,
        "published_inside_interval": inside,
        "published_n": claim.published_n,
        "computed_n": computed.n,
        "n_agrees": computed.n == claim.published_n if has_n else None,
        "verdict": verdict,
        "matched_by_construction": wave.is_synthetic and claim.fitted,
        "dont_know": claim.dont_know,
        "why_da": why.da,
        "why_en": why.en,
        "contradiction_da": claim.contradiction.da,
        "contradiction_en": claim.contradiction.en,
        "inferred": claim.inferred,
        "confidence": claim.confidence,
        "source": claim.source,
    }


def describe(claim: Claim, codebook: Codebook) -> Label:
    """Say in words what a claim is about: what is counted, of whom, where."""
    return Label(*(_describe(claim, codebook, lang) for lang in ("da", "en")))


def _describe(claim: Claim, codebook: Codebook, lang: Lang) -> str:
    base = codebook.base(claim.base).label.text(lang)
    if claim.statistic == "count":
        return f"{Label('Antal svar', 'Number of answers').text(lang)}: {base}"
    if claim.statistic == "response_rate":
        return Label("Svarprocent", "Response rate").text(lang)
    if not claim.indicator:
        return f"{Label('Ikke nærmere angivet', 'Not specified').text(lang)} ({base})"
    indicator = codebook.indicator(claim.indicator)
    text = indicator.label.text(lang)
    if indicator.family:
        text = f"{codebook.family_label(indicator.family).text(lang)}: {text[:1].lower()}{text[1:]}"
    if claim.domain:
        domain = codebook.domain(claim.domain)
        labels = {group.code: group.label.text(lang) for group in domain.groups}
        named = domain.label.text(lang)
        if domain.kind == "indicator" and codebook.indicator(claim.domain).family:
            named = f"{codebook.family_label(codebook.indicator(claim.domain).family).text(lang)}: {named[:1].lower()}{named[1:]}"
        where = labels.get(claim.group, "")
        if claim.versus and claim.statistic in ("difference", "ratio"):
            where = f"{where} {Label('mod', 'against').text(lang)} {labels[claim.versus]}".lower()
        text += f" | {named}: {where[:1].lower()}{where[1:]}"
    return text


def published_text(row: dict[str, object], lang: Lang) -> str:
    """Write what was published: a number, a range in words, or a direction."""
    if row["direction"] is not None and row["direction"] == row["direction"]:
        return SIGNS[str(row["direction"])].text(lang)
    if row["check"] == "exact":
        return _value_text(str(row["statistic"]), float(str(row["published"])), lang, 0)
    if row["check"] == "range":
        return str(row[f"why_{lang}"]).partition(":")[0]
    return "\N{EN DASH}"


def computed_text(row: dict[str, object], lang: Lang) -> str:
    """Write what was computed, with its interval or p-value."""
    value = row["computed"]
    if value is None or value != value:
        return "\N{EN DASH}"
    text = _value_text(str(row["statistic"]), float(str(value)), lang, 1)
    p_value = row["p_value"]
    if row["check"] == "direction" and p_value is not None and p_value == p_value:
        return f"{text}, p = {decimal(float(str(p_value)), lang, 3)}"
    if row["statistic"] == "share" and row["ci_low"] == row["ci_low"]:
        low, high = (decimal(float(str(row[end])), lang) for end in ("ci_low", "ci_high"))
        return f"{text} ({low}\N{EN DASH}{high})"
    return text


def _value_text(statistic: str, value: float, lang: Lang, decimals: int) -> str:
    if statistic == "count":
        return integer(int(value), lang)
    if statistic == "rank":
        return Label(f"nr. {value:.0f}", f"no. {value:.0f}").text(lang)
    if statistic == "ratio":
        return f"{decimal(value, lang)}{Label(' gange', ' times').text(lang)}"
    if statistic == "difference":
        return f"{decimal(value, lang)} {Label('procentpoint', 'percentage points').text(lang)}"
    return per_cent(value / 100, lang, decimals)


def claims_html(table: pd.DataFrame, lang: Lang) -> str:
    """Claims as an HTML table: statement, published, computed, n, verdict, notes, source."""
    headings = {
        "da": ("Udsagn", "Offentliggjort", "Beregnet", "n", "Vurdering", "Bemærkning", "Kilde"),
        "en": ("Claim", "Published", "Computed", "n", "Verdict", "Note", "Source"),
    }[lang]
    head = "".join(f"<th scope='col'>{heading}</th>" for heading in headings)
    body = "".join(_claim_html(row, lang) for row in table.astype(object).where(table.notna(), None).to_dict("records"))
    return f"<table class='claims'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _claim_html(row: dict[str, object], lang: Lang) -> str:
    matched = Label(" (tilpasset)", " (by construction)").text(lang) if row["matched_by_construction"] else ""
    notes = [str(row[f"contradiction_{lang}"])]
    if row["verdict"] == "cannot_be_computed":
        notes.append(str(row[f"why_{lang}"]))
    n = "" if row["computed_n"] is None else integer(int(str(row["computed_n"])), lang)
    if row["n_agrees"] is False:
        n += Label(f" (offentliggjort: {row['published_n']})", f" (published: {row['published_n']})").text(lang)
    cells = [
        escape(str(row[f"statement_{lang}"])),
        escape(published_text(row, lang)),
        escape(computed_text(row, lang)),
        escape(n),
        f"<span class='verdict {row['verdict']}'>{escape(VERDICTS[row['verdict']].text(lang) + matched)}</span>",
        escape(" ".join(filter(None, notes))),
        f"<cite>{escape(str(row['source']).removeprefix('https://').removeprefix('http://'))}</cite>",
    ]
    return f"<tr id='{escape(str(row['id']))}'>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
