"""A suppressed share is a labelled gap that lies on nothing else, at every size and in both languages."""

import pytest
from figure_layout import VIEWS, placed

import barometer as bm
from barometer.codebook.records import Lang
from barometer.publication.gaps import NO_N, gap, is_suppressed, written_n
from barometer.publication.style import SizeName


@pytest.fixture(scope="module")
def figures(wave: bm.Wave) -> dict[str, bm.Figure]:
    rare = "partner.foundations"
    return {
        "domains": bm.draw(bm.estimate_shares(wave, rare, by="sector"), wave),
        "bars": bm.draw(bm.estimate_counts(wave, "partner")),
        "compared": bm.draw(bm.compare_domains(wave, rare, by="sector")),
    }


@pytest.mark.parametrize(("size", "lang"), [view for view in VIEWS if view[0] != "slide"])
@pytest.mark.parametrize("kind", ["domains", "bars", "compared"])
def test_gaps_lie_on_nothing(figures: dict[str, bm.Figure], kind: str, size: SizeName, lang: Lang) -> None:
    assert figures[kind].data["share"].isna().any()
    assert placed(figures[kind].in_language(lang), size).faults() == []


def test_a_gap_is_told_from_a_base_of_nobody(figures: dict[str, bm.Figure]) -> None:
    from barometer.publication.drawn import to_marks

    marks = [mark for mark in to_marks(figures["domains"].data) if mark.share != mark.share]
    assert all(is_suppressed(mark) for mark in marks)
    assert {gap(mark).da for mark in marks} == {"undertrykt (få svar)"}
    assert not any(mark.thin for mark in marks)
    assert (written_n(NO_N, "da"), written_n(1877, "da")) == ("–", "1.877")
