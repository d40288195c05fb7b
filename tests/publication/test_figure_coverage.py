"""Every published figure is a record: what was published is drawn, and the page of coverage names every record."""

import re
from pathlib import Path

import pytest

import barometer as bm
from barometer.codebook import Codebook

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "figures.md"
IN_CAPTIONS = {"w3-core_task_link-02", "w3-evaluation-02", "w3-evaluation-05"}
"""Shares that the page states or leaves to be subtracted, but does not draw."""


def drawn(book: Codebook) -> set[tuple[str, str, str]]:
    """Rule, base and domain of everything that the figures of a wave draw; two names may have one rule."""
    names = set()
    for record in book.figures.values():
        shown = list(record.indicators)
        if record.kind == "union":
            shown += book.indicator(shown[0]).parts
        names |= {(name, record.by) for name in shown}
    return {(repr(book.indicators[name].rule), book.indicators[name].base, by) for name, by in names}


@pytest.mark.parametrize("number", sorted(bm.codebook().waves))
def test_every_claim_of_a_share_is_drawn_by_a_figure_of_its_wave(number: int) -> None:
    book = bm.codebook().in_wave(number)
    shown = drawn(book)
    for claim in book.wave_claims(number):
        if not claim.indicator or claim.check == "impossible" or claim.id in IN_CAPTIONS:
            continue
        indicator = book.indicators[claim.indicator]
        assert (repr(indicator.rule), indicator.base, claim.domain) in shown, claim.id


def test_the_page_of_coverage_names_every_record_and_no_other() -> None:
    tables, kinds = PAGE.read_text(encoding="utf-8").split("## Kinds")
    cells = " ".join(line.rpartition(" | ")[2] for line in tables.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`([a-z_]+)`", cells)) - {"culture_count"}
    assert named == set(bm.codebook().figures)
    assert set(re.findall(r"^\| `(\w+)`", kinds, re.M)) == {record.kind for record in bm.codebook().figures.values()}
