"""Published claims beside computed ones, with a verdict for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import numpy as np
import pandas as pd

from barometer.analysis.claims import ComputedClaim, compute_claims
from barometer.analysis.method import WEIGHTED
from barometer.analysis.suppression import SUPPRESSED
from barometer.codebook.claim_themes import claim_themes
from barometer.codebook.claim_words import describe
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import UnknownNameError
from barometer.microdata import SYNTHETIC, Wave, as_waves, check_one_codebook
from barometer.publication.claim_tables import claims_frame, claims_html, labelled_frame, verdicts_html
from barometer.publication.claim_words import computed_direction, published_direction
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.rounding import nearest_of
from barometer.publication.disclosure.small_cells import find_small
from barometer.publication.verdicts import FAILURES, NO_DIRECTION, VERDICTS, WHY_NOT, CheckedClaim, judge

NO_CLAIMS = Label(
    "Kodebogen har ingen offentliggjorte udsagn om bølgen; skriv dem i claims.csv i kodebogens mappe, et i hver række.",
    "The codebook holds no published claim about the wave; write them into claims.csv in its folder, one a row.",
)

EACH_ROW = Label(
    "Hver række er et udsagn: kilden, n i basis og reglen for »ved ikke« står ud for det.",
    "Each row is a claim: its source, n of the base and the rule for don't know stand beside it.",
)
TITLE = Label("Offentliggjorte udsagn og beregnede tal", "Published claims and computed numbers")


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
        The claims as a frame.

        Columns: id, wave, statement, check, statistic, unit, published, range_low, range_high, direction, computed,
        computed_direction, ci_low, ci_high, p_value, published_inside_interval, published_n, computed_n, n_agrees,
        verdict, matched_by_construction, dont_know, why, contradiction, inferred, provenance, confidence, source.
        `unit` says what the numbers of a row count: per cent, percentage points, answers, times or a rank. Codes for
        verdicts, English texts.
        """
        return claims_frame(self.claims, "en")

    @property
    def counts(self) -> dict[str, int]:
        """Number of claims by verdict, in a fixed order."""
        found = Counter(checked.verdict for checked in self.claims)
        return {verdict: found[verdict] for verdict in VERDICTS if verdict in found}

    @property
    def failures(self) -> pd.DataFrame:
        """Claims that the microdata do not bear out."""
        return self.table[self.table["verdict"].isin(FAILURES)]

    def about(self, *indicators: str) -> "Verification":
        """
        Keep the claims about some indicators.

        Parameters
        ----------
        *indicators : str
            Full names, or families ("positive_role"), which take everything below them.

        Raises
        ------
        UnknownNameError
            If no claim is about a name.
        """
        named = {checked.claim.indicator for checked in self.claims} - {""}
        for name in indicators:
            if not any(_below(found, name) for found in named):
                raise UnknownNameError("claim about the indicator", name, named)
        kept = [c for c in self.claims if any(_below(c.claim.indicator, name) for name in indicators)]
        return Verification(tuple(kept), self.is_synthetic)

    def of_theme(self, theme: str) -> "Verification":
        """
        Keep the claims that speak of a theme: about its questions and composites, or split by them.

        Parameters
        ----------
        theme : str
            Code of a theme, as `bm.codebook().to_frame("questions")` and `to_frame("figures")` show it.

        Raises
        ------
        UnknownNameError
            If no claim speaks of it.

        Examples
        --------
        >>> import barometer as bm
        >>> bm.verify(bm.load_wave(4)).of_theme("evaluation").counts
        {'reproduced': 6}
        """
        if not any(theme in checked.themes for checked in self.claims):
            known = {other for checked in self.claims for other in checked.themes}
            raise UnknownNameError("theme with claims", theme, known)
        return Verification(tuple(c for c in self.claims if theme in c.themes), self.is_synthetic)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the claims with texts, verdicts and headings in words of one language."""
        return labelled_frame(self.claims, lang)

    def to_records(self) -> list[dict[str, object]]:
        """Return the rows as plain values for JSON; None for what is empty."""
        rows = self.table.astype(object).where(self.table.notna(), None)
        return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]

    def to_html(self, lang: Lang = "en") -> str:
        """Return the claims as an HTML table: statement with notes and source, published, computed, n, verdict."""
        return claims_html(self.claims, lang)

    def legend_html(self, lang: Lang = "en") -> str:
        """Return the verdicts that were given, how often, and what each means, as an HTML table."""
        return verdicts_html(self.counts, lang)

    def summary(self, lang: Lang = "en") -> str:
        """Say how many claims got which verdict, and what that is worth."""
        if not self.claims:
            return NO_CLAIMS.text(lang)
        counts = self.counts
        parts = [f"{counts[verdict]} {label.text(lang)}" for verdict, label in VERDICTS.items() if verdict in counts]
        text = f"{len(self.claims)} {Label('udsagn', 'claims').text(lang)}: {', '.join(parts)}."
        return f"{text} {self.worth(lang)}".strip()

    def worth(self, lang: Lang = "en") -> str:
        """Say what the agreement is worth; empty for a real delivery."""
        if not self.is_synthetic:
            return ""
        matched = sum(checked.matched_by_construction for checked in self.claims)
        warning = Label(
            f"{SYNTHETIC.da}. Data er lavet, så de passer med {matched} af udsagnene; det beviser intet.",
            f"{SYNTHETIC.en}. The data were made to agree with {matched} of the claims, which is evidence of nothing.",
        )
        return warning.text(lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        notes = (self.summary(lang), EACH_ROW.text(lang), f"{WEIGHTED.text(lang)}.")
        return (Sheet("verification", "", TITLE.text(lang), notes, self.to_frame(lang)),)

    def __repr__(self) -> str:
        """Return the summary."""
        return f"<Verification: {self.summary('en')}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.summary('en'))}</strong></p>{self.to_html('en')}"


def _below(indicator: str, name: str) -> bool:
    return indicator == name or indicator.startswith(f"{name}.")


def verify(waves: Wave | Sequence[Wave], policy: PolicyChoice = DEFAULT) -> Verification:
    """
    Compare every published claim with what the microdata give.

    Parameters
    ----------
    waves : Wave or sequence of Wave
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. A number that rests on too few answers is empty, and `why` says so.

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
    UnknownNameError
        If there is no such policy.

    Notes
    -----
    *reproduced*: the computed share, rounded half up, is the published whole per cent, or the count is equal.
    *differs*: it is not; whether the published value lies inside the interval is a column of its own and is never
    reproduction. *the source contradicts itself*: the computed number is another one that the same source prints.
    *fits the words*: a worded number lies in the range that the record states. Directions: *confirmed* when the sign
    agrees and p < 0.05 ("no difference": p >= 0.05), *not significant* when p >= 0.05, else *contradicted*. The p of
    an overall difference is that of Rao and Scott's F over all groups; its sign is the order of the groups that the
    text gives. A direction keeps its verdict where its numbers are suppressed; other claims cannot be computed then.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.verify(bm.load_wave(3)).counts["reproduced"]
    44
    """
    waves = as_waves(waves)
    check_one_codebook(waves)
    rules = find_policy(policy)
    checked = [_suppress(_check(wave, computed), rules) for wave in waves for computed in compute_claims(wave)]
    return Verification(tuple(checked), any(wave.is_synthetic for wave in waves))


def _check(wave: Wave, computed: ComputedClaim) -> CheckedClaim:
    claim, book = computed.claim, wave.codebook
    return CheckedClaim(
        computed=computed,
        verdict=judge(computed),
        statement=Label(describe(claim, book, "da"), describe(claim, book, "en")),
        why=_why(computed),
        contradiction=_with(claim.contradiction, claim.fitted_to) if wave.is_synthetic else claim.contradiction,
        provenance=wave.provenance.kind,
        matched_by_construction=wave.is_synthetic and _is_fitted(computed, wave),
        published_direction=Label(published_direction(claim, book, "da"), published_direction(claim, book, "en")),
        computed_direction=Label(computed_direction(computed, book, "da"), computed_direction(computed, book, "en")),
        themes=claim_themes(claim, book.whole),
    )


def _suppress(checked: CheckedClaim, policy: DisclosurePolicy) -> CheckedClaim:
    """Empty the numbers of a claim that rests on too few, or is of too few; a verdict on a direction stays."""
    computed = checked.computed
    few_in_base = computed.n is not None and 0 < computed.n < policy.threshold
    if computed.n is not None:
        computed = replace(computed, n=nearest_of(computed.n, policy.rounding))
        checked = replace(checked, computed=computed)
    count, base = np.array(computed.rests_on, np.intp).reshape(-1, 2).T
    if not few_in_base and not find_small(count, base, policy).any():
        return checked
    shown = ComputedClaim(computed.claim, n=None if few_in_base else computed.n, why_not=SUPPRESSED)
    return replace(
        checked,
        computed=shown,
        verdict=checked.verdict if computed.claim.check == "direction" else judge(shown),
        why=WHY_NOT[SUPPRESSED],
        computed_direction=NO_DIRECTION,
    )


def _is_fitted(computed: ComputedClaim, wave: Wave) -> bool:
    """Whether the claim was fitted, or a claim whose share is in the cross that its test is over."""
    claim = computed.claim
    return claim.fitted or any(
        other.fitted and other.indicator in computed.tested and other.domain == claim.domain
        for other in wave.codebook.claims
    )


def _why(computed: ComputedClaim) -> Label:
    return WHY_NOT.get(computed.why_not, computed.claim.reason) if computed.why_not else computed.claim.reason


def _with(first: Label, second: Label) -> Label:
    return Label(f"{first.da} {second.da}".strip(), f"{first.en} {second.en}".strip())
