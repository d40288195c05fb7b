"""One self-contained page: the test with everything it needs, or the document of one workplace."""

import base64
import hashlib
import json
from html import escape
from typing import Any

import pandas as pd

from barometer.analysis import PeerGroup
from barometer.codebook.numbers import THIN_SPACE
from barometer.codebook.records import Label, Lang, Question
from barometer.codebook.sheet import source_note
from barometer.codebook.workplace_form import DONT_KNOW, codes_of, exclusive_codes
from barometer.microdata import SYNTHETIC
from barometer.publication.innovationstest.benchmark import (
    RARE,
    WorkplaceBenchmark,
    association_text,
    measure_label,
    peer_note,
)
from barometer.publication.innovationstest.peer_shares import COLUMNS, PeerShares, peers_of
from barometer.publication.innovationstest.texts import FOLDER, text, texts

FORMAT, VERSION = "barometer-innovationstest", 1
"""What an answer file says it is."""
LANGUAGES: tuple[Lang, ...] = ("da", "en")
NARROW_SPACE = "\u202f"
DECIMALS = 6
"""Of shares in the page: far more than it shows."""
POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
)
"""What a browser lets the page do: run its own script, use its own style, and nothing else."""
HEAD = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
"""
STATIC = """<body>
<header>{brand}</header>
<main>{main}</main>
<footer>{notes}</footer>
</body>
</html>
"""
"""What a page without a script has below its head."""
LIVE = """<body>
<header></header>
<main>{main}</main>
<footer></footer>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def whole_page(shares: PeerShares) -> str:
    """Return the test as one page: every sector of the codebook, in both languages."""
    place = shares.codes.profile[0]
    sectors = {group.code: peers_of(shares.wave, {place.name: group.code}) for group in place.groups}
    words = ((lang, escape(text("no_script").text(lang))) for lang in LANGUAGES)
    main = "".join(f'<noscript><p lang="{lang}">{line}</p></noscript>' for lang, line in words)
    return _page(_data(shares, sectors), "da", main)


def document_page(found: WorkplaceBenchmark, lang: Lang = "da") -> str:
    """Return the document of one workplace: the page's result, with a table for readers without scripts."""
    sector = found.given.profile[found.shares.codes.places[0]]
    given = {"lang": lang, "step": "result", "profile": dict(found.given.profile), "answers": found.given.answers}
    data = _data(found.shares, {sector: found.peers}) | {"given": given}
    lines = "".join(f"<p>{escape(line)}</p>" for line in found.summary(lang).splitlines())
    table = found.to_frame(lang).to_html(index=False, border=0, na_rep="")
    return _page(data, lang, f"<noscript>{lines}{table}</noscript>")


def static_page(title: str, brand: str, main: str, notes: str, lang: Lang) -> str:
    """Return a page without a script, in the look of the test; all but the title is HTML."""
    return _head(title, "'none'", lang) + STATIC.format(brand=brand, main=main, notes=notes)


def _page(data: dict[str, Any], lang: Lang, main: str) -> str:
    script = _part("page.js")
    # "<" is written as an escape, so that no text can end the block that holds it.
    block = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    head = _head(text("title").text(lang), _hash(script), lang)
    return head + LIVE.format(script=script, data=block, main=main)


def _head(title: str, script: str, lang: Lang) -> str:
    style = _part("page.css")
    return HEAD.format(
        lang=lang, title=escape(title), style=style, policy=POLICY.format(script=script, style=_hash(style))
    )


def _part(name: str) -> str:
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _data(shares: PeerShares, sectors: dict[str, PeerGroup]) -> dict[str, Any]:
    """Return everything the page knows: questions, words, and the shares of the peer groups in use."""
    wave, codes = shares.wave, shares.codes
    groups = list(dict.fromkeys(peers.codes for peers in sectors.values()))
    labels = {group.code: group.label for group in codes.profile[0].groups}
    by_codes = {peers.codes: peers for peers in sectors.values()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "codebook": codes.form.codebook,
        "wave": codes.form.wave,
        "name": _both(wave.codebook.about.label),
        "mark": codes.mark,
        "length": codes.length,
        "slots": [{"name": slot.name, "part": slot.part, "codes": slot.codes} for slot in codes.slots],
        "profile": {domain.name: _both(domain.label) for domain in codes.profile},
        "questions": [_question(question, codes.form.conditions[question.name]) for question in codes.form.questions],
        "measures": [
            {
                "question": measure.question.name,
                "item": measure.item.code if measure.item else "",
                "codes": measure.codes,
                "tick": measure.is_tick,
                "label": _both(measure_label(measure)),
                "indicator": measure.indicator,
            }
            for measure in shares.measures
        ],
        "groups": [
            {"label": _both(by_codes[group].label), "shares": _numbers(shares.groups[group])} for group in groups
        ],
        "sectors": {
            code: {
                "label": _both(labels[code]),
                "group": groups.index(peers.codes),
                "note": _both(Label(peer_note(peers, "da"), peer_note(peers, "en"))),
            }
            for code, peers in sectors.items()
        },
        "associations": [
            {
                "question": each.question,
                "text": _both(Label(association_text(each, "da"), association_text(each, "en"))),
            }
            for each in shares.associations
        ],
        "rare": RARE,
        "synthetic": wave.is_synthetic,
        "notes": [_both(note) for note in _notes(shares)],
        "texts": {name: _both(label) for name, label in texts().items()},
    }


def _question(question: Question, condition: dict[str, Any]) -> dict[str, Any]:
    alone = exclusive_codes(question)
    known = {answer.code: answer for answer in question.answers}
    return {
        "name": question.name,
        "kind": question.kind,
        "title": _both(question.title),
        "label": _both(question.label),
        "most": question.max_ticks or 0,
        "items": [{"code": item.code, "label": _both(item.label)} for item in question.items],
        "answers": [
            {
                "code": code,
                "label": _both(known[code].label if code in known else text("own_dont_know")),
                "is": known[code].meaning if code in known else DONT_KNOW,
                "alone": question.kind == "multi" and code in alone,
            }
            for code in codes_of(question)
        ],
        "condition": condition,
    }


def _numbers(table: pd.DataFrame) -> list[list[float] | None]:
    """Return share, bounds and n of every measure; None where disclosure control hid them."""
    rows = table[COLUMNS].round(DECIMALS)
    return [None if row.isna().any() else [*map(float, row.iloc[:3]), int(row.iloc[3])] for _, row in rows.iterrows()]


def _notes(shares: PeerShares) -> list[Label]:
    """Say where the numbers are from, that they are synthetic where they are, and what was hidden."""
    wave = shares.wave
    sources = [source_note(wave.codebook, wave.record.number, wave.record.period, lang) for lang in ("da", "en")]
    synthetic = [Label(f"{SYNTHETIC.da}.", f"{SYNTHETIC.en}.")] if wave.is_synthetic else []
    return [*synthetic, Label(*sources), shares.policy.note]


def _both(label: Label) -> list[str]:
    """Return both languages; no line of the page ends between a number and its sign."""
    return [each.replace(THIN_SPACE, NARROW_SPACE) for each in (label.da, label.en)]
