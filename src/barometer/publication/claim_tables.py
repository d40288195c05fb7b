"""Checked claims as tables: a frame of codes, a frame of words, and HTML."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal

import pandas as pd

from barometer.analysis.estimates import PROVENANCE
from barometer.codebook.claim_words import CONFIDENCE, SIGNS, published_text, range_text
from barometer.codebook.numbers import integer
from barometer.codebook.published import Statistic
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.publication.claim_words import computed_text
from barometer.publication.verdicts import AGREEMENTS, MEANINGS, VERDICTS, CheckedClaim

UNITS: dict[Statistic, Label] = {
    "share": Label("procent", "per cent"),
    "response_rate": Label("procent", "per cent"),
    "nonresponse_rate": Label("procent", "per cent"),
    "difference": Label("procentpoint", "percentage points"),
    "ratio": Label("gange", "times"),
    "rank": Label("plads", "rank"),
    "count": Label("svar", "answers"),
}
HEADINGS = {
    "id": Label("Nummer", "Id"),
    "wave": Label("Bølge", "Wave"),
    "statement": Label("Udsagn", "Claim"),
    "unit": Label("Enhed", "Unit"),
    "published": Label("Offentliggjort", "Published"),
    "range_low": Label("Ordene dækker fra over", "Words cover from above"),
    "range_high": Label("til og med", "up to"),
    "direction": Label("Offentliggjort retning", "Published direction"),
    "computed": Label("Beregnet", "Computed"),
    "computed_direction": Label("Beregnet retning", "Computed direction"),
    "ci_low": Label("Nedre grænse", "Lower bound"),
    "ci_high": Label("Øvre grænse", "Upper bound"),
    "p_value": Label("p-værdi", "p-value"),
    "published_inside_interval": Label("Offentliggjort tal i intervallet", "Published number in the interval"),
    "published_n": Label("Offentliggjort n", "Published n"),
    "computed_n": Label("n i basis", "n of base"),
    "n_agrees": Label("n er ens", "n agrees"),
    "verdict": Label("Vurdering", "Verdict"),
    "matched_by_construction": Label("Tilpasset", "Matched by construction"),
    "dont_know": Label("Ved ikke", "Don't know"),
    "why": Label("Begrundelse", "Reason"),
    "contradiction": Label("Kildens modsigelse", "Contradiction in the source"),
    "inferred": Label("Udledt", "Inferred"),
    "provenance": Label("Data", "Data"),
    "confidence": Label("Kildens sikkerhed", "Confidence in the source"),
    "source": Label("Kilde", "Source"),
}
COLUMNS = (
    "id", "wave", "statement", "check", "statistic", "unit", "published", "range_low", "range_high", "direction",
    "computed", "computed_direction", "ci_low", "ci_high", "p_value", "published_inside_interval", "published_n",
    "computed_n", "n_agrees", "verdict", "matched_by_construction", "dont_know", "why", "contradiction", "inferred",
    "provenance", "confidence", "source",
)  # fmt: skip
"""Columns of the frame of codes, also when there is no claim."""
SHOWN = ("statement", "published", "computed", "computed_n", "verdict")
"""Columns of the HTML table."""


def claims_frame(claims: Sequence[CheckedClaim], lang: Lang) -> pd.DataFrame:
    """Return one row per claim with codes for columns, verdicts and rules; texts in one language."""
    rows = [_table_row(checked, lang) for checked in claims]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"published_n": "Int64", "computed_n": "Int64"})


def labelled_frame(claims: Sequence[CheckedClaim], lang: Lang) -> pd.DataFrame:
    """Return one row per claim with headings, verdicts and rules in words."""
    frame = claims_frame(claims, lang)
    words: dict[str, Mapping[str, Label]] = {
        "verdict": {str(code): label for code, label in VERDICTS.items()},
        "dont_know": {str(code): label for code, label in DONT_KNOW.items()},
        "direction": SIGNS,
        "provenance": PROVENANCE,
        "confidence": CONFIDENCE,
    }
    for column, labels in words.items():
        frame[column] = frame[column].map({code: label.text(lang) for code, label in labels.items()})
    return frame[list(HEADINGS)].rename(columns={name: label.text(lang) for name, label in HEADINGS.items()})


def claims_html(claims: Sequence[CheckedClaim], lang: Lang) -> str:
    """Write an HTML table: statement with notes and source, published, computed, n, verdict."""
    head = "".join(f"<th scope='col'>{HEADINGS[name].text(lang)}</th>" for name in SHOWN)
    body = "".join(_html_row(checked, lang) for checked in claims)
    return f"<table class='claims'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def claim_lines(claims: Sequence[CheckedClaim]) -> list[str]:
    """Write one line per claim for a terminal: verdict, published, computed with interval, id, statement, notes."""
    lines = []
    for checked in claims:
        value, interval = computed_text(checked.computed, "en")
        told = "; ".join(filter(None, (interval, checked.computed_direction.en)))
        computed = f"{value} ({told})" if told else value
        verdict = _verdict_text(checked, "en")
        published = checked.published_direction.en or published_text(checked.claim, "en")
        notes = [checked.contradiction.en, checked.why.en if checked.computed.why_not else ""]
        noted = "".join(f" [{note}]" for note in notes if note)
        lines.append(f"{verdict:33} {published:30} {computed:28} {checked.claim.id:44} {checked.statement.en}{noted}")
    return lines


def verdicts_html(counts: Mapping[str, int], lang: Lang) -> str:
    """Write an HTML table: each verdict that was given, how often, and what it means."""
    heads = (HEADINGS["verdict"], Label("Antal", "Number"), Label("Betydning", "Meaning"))
    head = "".join(f"<th scope='col'>{heading.text(lang)}</th>" for heading in heads)
    body = "".join(
        f"<tr><td><span class='verdict {code}'>{label.text(lang)}</span></td><td class='number'>{counts[code]}</td>"
        f"<td>{escape(MEANINGS[code].text(lang))}</td></tr>"
        for code, label in VERDICTS.items()
        if code in counts
    )
    return f"<table class='verdicts'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _table_row(checked: CheckedClaim, lang: Lang) -> dict[str, object]:
    claim, computed = checked.claim, checked.computed
    return {
        "id": claim.id,
        "wave": claim.wave,
        "statement": checked.statement.text(lang),
        "check": claim.check,
        "statistic": claim.statistic,
        "unit": UNITS[claim.statistic].text(lang),
        "published": claim.published,
        "range_low": claim.low,
        "range_high": claim.high,
        "direction": claim.direction,
        "computed": computed.value,
        "computed_direction": checked.computed_direction.text(lang),
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


def _labelled_cells(cells: Sequence[str], lang: Lang) -> list[str]:
    """Cells that say their own heading, for screens too narrow for a table."""
    headings = [HEADINGS[name].text(lang) for name in SHOWN]
    return [f"<td data-label='{heading}'>{cell}</td>" for heading, cell in zip(headings, cells, strict=True)]


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _whole(text: str, tag: Literal["span", "small"]) -> str:
    """Write a number or an interval, which no end of a line may come into."""
    return f"<{tag} class='whole'>{escape(text)}</{tag}>" if text else ""


def _html_row(checked: CheckedClaim, lang: Lang) -> str:
    claim, computed = checked.claim, checked.computed
    why = checked.why.text(lang) if computed.why_not or claim.direction == "overall" else ""
    notes = [checked.contradiction.text(lang), why, claim.inferred.text(lang)]
    source = escape(claim.source.removeprefix("https://").removeprefix("http://"))
    n, printed = "" if computed.n is None else integer(computed.n, lang), ""
    if checked.n_agrees is False and claim.published_n is not None:
        printed = f"{Label('offentliggjort', 'published').text(lang)}: {integer(claim.published_n, lang)}"
    value, interval = computed_text(computed, lang)
    cells = [
        "".join([escape(checked.statement.text(lang)), *map(_small, notes), f"<cite>{source}</cite>"]),
        f"{escape(checked.published_direction.text(lang) or published_text(claim, lang))}"
        f"{_small(range_text(claim, lang))}",
        f"{_whole(value, 'span')}{_whole(interval, 'small')}{_small(checked.computed_direction.text(lang))}",
        f"{escape(n)}{_small(printed)}",
        f"<span class='verdict {checked.verdict}'>{escape(_verdict_text(checked, lang))}</span>",
    ]
    return f"<tr id='{escape(claim.id)}'>{''.join(_labelled_cells(cells, lang))}</tr>"


def _verdict_text(checked: CheckedClaim, lang: Lang) -> str:
    """Write the verdict; an agreement that the data were made for says so."""
    text = VERDICTS[checked.verdict].text(lang)
    if checked.matched_by_construction and checked.verdict in AGREEMENTS:
        return f"{text} {Label('(tilpasset)', '(by construction)').text(lang)}"
    return text
