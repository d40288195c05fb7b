"""Published claims beside computed ones, with a verdict for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Literal

import pandas as pd

from barometer.analysis.claims import ComputedClaim, compute_claims
from barometer.codebook.published import Claim
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, Wave, check_one_codebook
from barometer.publication.claim_words import computed_text, describe, published_text
from barometer.publication.numbers import integer, round_half_up

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
FAILURES: tuple[Verdict, ...] = ("differs", "does_not_fit_the_words", "contradicted", "not_significant")
AGREEMENTS: tuple[Verdict, ...] = ("reproduced", "fits_the_words", "confirmed")
WHY_NOT = {
    "": Label("", ""),
    "not_asked": Label("Bølgen har ikke spørgsmålet.", "The wave does not have the question."),
    "no_frame": Label("Stikprøvens størrelse er ikke leveret.", "The size of the sample was not delivered."),
    "empty": Label("Der er ingen i en af grupperne.", "There is nobody in one of the groups."),
    "no_spread": Label(
        "Svarene i grupperne er ens; der er intet at teste.",
        "The answers in the groups are all alike; there is nothing to test.",
    ),
}
COLUMNS = (
    "id", "wave", "statement", "check", "statistic", "published", "range_low", "range_high", "direction", "computed",
    "ci_low", "ci_high", "p_value", "published_inside_interval", "published_n", "computed_n", "n_agrees", "verdict",
    "matched_by_construction", "dont_know", "why", "contradiction", "inferred", "provenance", "confidence", "source",
)  # fmt: skip
NO_CLAIMS = Label(
    "Kodebogen har ingen offentliggjorte udsagn om bølgen; skriv dem i claims.csv i kodebogens mappe, et i hver række.",
    "The codebook holds no published claim about the wave; write them into claims.csv in its folder, one a row.",
)


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """
    One claim, its computed counterpart and the verdict.

    Attributes
    ----------
    statement : Label
        What it is about, in words.
    why : Label
        Why the range of a worded claim is as it is, or why nothing was computed.
    contradiction : Label
        How the source contradicts itself; for synthetic data also which value they were fitted to.
    matched_by_construction : bool
        Whether the microdata are synthetic and were made to agree with it.
    """

    computed: ComputedClaim
    verdict: Verdict
    statement: Label
    why: Label
    contradiction: Label
    provenance: str
    matched_by_construction: bool

    @property
    def claim(self) -> Claim:
        """The published statement."""
        return self.computed.claim

    @property
    def published_inside_interval(self) -> bool | None:
        """Whether the published number lies in the computed interval; never reproduction."""
        low, high, published = self.computed.low, self.computed.high, self.claim.published
        return None if None in (low, high, published) else bool(low <= published <= high)  # type: ignore[operator]

    @property
    def n_agrees(self) -> bool | None:
        """Whether the base counted in the file is the published n."""
        if self.computed.n is None or self.claim.published_n is None:
            return None
        return self.computed.n == self.claim.published_n


@dataclass(frozen=True, eq=False, repr=False)
class Verification:
    """
    One row per published claim.

    Attributes
    ----------
    claims : tuple of CheckedClaim
    is_synthetic : bool
    """

    claims: tuple[CheckedClaim, ...]
    is_synthetic: bool

    @cached_property
    def table(self) -> pd.DataFrame:
        """
        The claims as a frame with the columns of `COLUMNS`.

        Shares in per cent, differences in percentage points; codes for verdicts, English texts.
        """
        return self._frame("en")

    @property
    def counts(self) -> dict[str, int]:
        """Number of claims by verdict, in a fixed order."""
        found = Counter(checked.verdict for checked in self.claims)
        return {verdict: found[verdict] for verdict in VERDICTS if verdict in found}

    @property
    def failures(self) -> pd.DataFrame:
        """Claims that the microdata do not bear out."""
        return self.table[self.table["verdict"].isin(FAILURES)]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the claims with texts and verdicts in one language."""
        verdicts = {str(code): label.text(lang) for code, label in VERDICTS.items()}
        frame = self._frame(lang)
        return frame.assign(verdict=frame["verdict"].map(verdicts))

    def to_records(self) -> list[dict[str, object]]:
        """Return the rows as plain values for JSON; None for what is empty."""
        rows = self.table.astype(object).where(self.table.notna(), None)
        return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]

    def to_html(self, lang: Lang = "en") -> str:
        """Return the claims as an HTML table: statement with notes and source, published, computed, n, verdict."""
        headings = {
            "da": ("Udsagn", "Offentliggjort", "Beregnet", "n", "Vurdering"),
            "en": ("Claim", "Published", "Computed", "n", "Verdict"),
        }[lang]
        head = "".join(f"<th scope='col'>{heading}</th>" for heading in headings)
        body = "".join(_html_row(checked, lang) for checked in self.claims)
        return f"<table class='claims'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def summary(self, lang: Lang = "en") -> str:
        """Say how many claims got which verdict, and what that is worth."""
        if not self.claims:
            return NO_CLAIMS.text(lang)
        counts = self.counts
        parts = [f"{counts[verdict]} {label.text(lang)}" for verdict, label in VERDICTS.items() if verdict in counts]
        text = f"{len(self.claims)} {Label('udsagn', 'claims').text(lang)}: {', '.join(parts)}."
        if not self.is_synthetic:
            return text
        matched = sum(checked.matched_by_construction for checked in self.claims)
        warning = Label(
            f"{SYNTHETIC.da}. Data er lavet, så de passer med {matched} af udsagnene; det beviser intet.",
            f"{SYNTHETIC.en}. The data were made to agree with {matched} of the claims, which is evidence of nothing.",
        )
        return f"{text} {warning.text(lang)}"

    def _frame(self, lang: Lang) -> pd.DataFrame:
        rows = [_table_row(checked, lang) for checked in self.claims]
        return pd.DataFrame(rows, columns=COLUMNS).astype({"published_n": "Int64", "computed_n": "Int64"})

    def __repr__(self) -> str:
        """Return the summary."""
        return f"<Verification: {self.summary('en')}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.summary('en'))}</strong></p>{self.to_html('en')}"


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

    Raises
    ------
    ArgumentError
        If no wave is given.
    MixedCodebooksError
        If the waves answer to different codebooks, for instance workplaces and administrations.

    Notes
    -----
    *reproduced*: the computed share, rounded half up, is the published whole per cent, or the count is equal.
    *differs*: it is not; whether the published value lies inside the interval is a column of its own and is never
    reproduction. *the source contradicts itself*: the computed number is another one that the same source prints.
    *fits the words*: a worded number lies in the range that the record states. Directions: *confirmed* when the sign
    agrees and p < 0.05 ("no difference": p >= 0.05), *not significant* when p >= 0.05, else *contradicted*; an
    overall difference needs an omnibus test, which does not exist yet, and is *not yet tested*.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.verify(bm.load_wave(3)).counts["reproduced"]
    44
    """
    waves = [waves] if isinstance(waves, Wave) else list(waves)
    if not waves:
        raise ArgumentError("waves", "there is no wave to verify")
    check_one_codebook(waves)
    checked = [_check(wave, computed) for wave in waves for computed in compute_claims(wave)]
    return Verification(tuple(checked), any(wave.is_synthetic for wave in waves))


def judge(computed: ComputedClaim) -> Verdict:
    """Give the verdict on one claim."""
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
    if p_value is None:
        return "cannot_be_computed"
    significant = p_value < SIGNIFICANCE
    if claim.direction == "none":
        return "contradicted" if significant else "confirmed"
    if not significant:
        return "not_significant"
    return "confirmed" if (value > 0) == (claim.direction == "more") else "contradicted"


def _check(wave: Wave, computed: ComputedClaim) -> CheckedClaim:
    claim, book = computed.claim, wave.codebook
    return CheckedClaim(
        computed=computed,
        verdict=judge(computed),
        statement=Label(describe(claim, book, "da"), describe(claim, book, "en")),
        why=WHY_NOT.get(computed.why_not, claim.reason) if computed.why_not else claim.reason,
        contradiction=_with(claim.contradiction, claim.fitted_to) if wave.is_synthetic else claim.contradiction,
        provenance=wave.provenance.kind,
        matched_by_construction=wave.is_synthetic and claim.fitted,
    )


def _with(first: Label, second: Label) -> Label:
    return Label(f"{first.da} {second.da}".strip(), f"{first.en} {second.en}".strip())


def _table_row(checked: CheckedClaim, lang: Lang) -> dict[str, object]:
    claim, computed = checked.claim, checked.computed
    return {
        "id": claim.id,
        "wave": claim.wave,
        "statement": checked.statement.text(lang),
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
        "published_inside_interval": checked.published_inside_interval,
        "published_n": claim.published_n,
        "computed_n": computed.n,
        "n_agrees": checked.n_agrees,
        "verdict": checked.verdict,
        "matched_by_construction": checked.matched_by_construction,
        "dont_know": claim.dont_know,
        "why": checked.why.text(lang),
        "contradiction": checked.contradiction.text(lang),
        "inferred": claim.inferred.text(lang),
        "provenance": checked.provenance,
        "confidence": claim.confidence,
        "source": claim.source,
    }


def _html_row(checked: CheckedClaim, lang: Lang) -> str:
    claim, computed = checked.claim, checked.computed
    notes = [checked.contradiction.text(lang), checked.why.text(lang) if computed.why_not else ""]
    small = [f"<small>{escape(note)}</small>" for note in notes if note]
    source = escape(claim.source.removeprefix("https://").removeprefix("http://"))
    n = "" if computed.n is None else integer(computed.n, lang)
    if checked.n_agrees is False and claim.published_n is not None:
        n += f" ({Label('offentliggjort', 'published').text(lang)}: {integer(claim.published_n, lang)})"
    value, interval = computed_text(computed, lang)
    cells = [
        "".join([escape(checked.statement.text(lang)), *small, f"<cite>{source}</cite>"]),
        escape(published_text(claim, lang)),
        f"{escape(value)}<small>{escape(interval)}</small>",
        escape(n),
        f"<span class='verdict {checked.verdict}'>{escape(_verdict_text(checked, lang))}</span>",
    ]
    return f"<tr id='{escape(claim.id)}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _verdict_text(checked: CheckedClaim, lang: Lang) -> str:
    """Write the verdict; an agreement that the data were made for says so."""
    text = VERDICTS[checked.verdict].text(lang)
    if checked.matched_by_construction and checked.verdict in AGREEMENTS:
        return f"{text} {Label('(tilpasset)', '(by construction)').text(lang)}"
    return text
