"""Figures of a change taken apart: bars where the data say, words that hold."""

import pickle
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.records import Lang
from barometer.publication.change_bars import draw_changes
from barometer.publication.composing import compose
from barometer.publication.figure import DPI
from barometer.publication.palette import AMBER, GREY, PAPER, TEAL
from barometer.publication.style import SIZES, SizeName, style

LANGUAGES: tuple[Lang, ...] = ("da", "en")


@pytest.fixture(scope="module")
def still(waves: dict[int, bm.Wave]) -> bm.Decomposition:
    return bm.decompose_change(waves[3], waves[4], "innovative", by=["level", "size"])


@pytest.fixture(scope="module")
def real(waves: dict[int, bm.Wave]) -> dict[int, bm.Wave]:
    return {number: as_delivery(wave) for number, wave in waves.items()}


def test_bars_and_intervals_are_where_the_data_say(still: bm.Decomposition) -> None:
    data = bm.draw(still).data
    ax = draw_changes(data)
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == data["change"].tolist() == still.table["estimate"].tolist()
    whiskers: list[Any] = [each for each in ax.containers if isinstance(each, ErrorbarContainer)]
    ends = [tuple(bar.lines[2][0].get_segments()[0][:, 0]) for bar in whiskers]
    np.testing.assert_allclose(ends, still.table[["ci_low", "ci_high"]])
    assert data["group"].tolist() == ["change", "mix", "behaviour"]
    assert data["n"].tolist() == [2271 + 1611] * 3


def test_parts_of_the_threefold_are_drawn(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "innovative", by="level", parts="threefold")
    data = bm.draw(found).data
    assert data["group"].tolist() == ["change", "mix_first", "behaviour_first", "interaction"]
    assert data["change"].iloc[1:].sum() == pytest.approx(data["change"].iloc[0], abs=1e-12)


def test_colours_say_what_is_clear(real: dict[int, bm.Wave]) -> None:
    def faces(indicator: str) -> list[str]:
        found = bm.decompose_change(real[2], real[3], indicator, by="sector", samples="independent")
        bars = [patch for patch in draw_changes(bm.draw(found).data).patches if isinstance(patch, Rectangle)]
        return [to_hex(bar.get_facecolor()) for bar in bars]

    assert faces("partner.same_sector")[::2] == [TEAL, TEAL]
    assert faces("partner.private_firms")[::2] == [AMBER, AMBER]
    assert faces("partner.citizens")[0] == GREY


def test_assumed_bars_are_hollow_and_the_footer_says_so(still: bm.Decomposition) -> None:
    figure = bm.draw(still)
    bars = [patch for patch in draw_changes(figure.data).patches if isinstance(patch, Rectangle)]
    assert {to_hex(bar.get_facecolor()) for bar in bars} == {PAPER}
    assert "Dashed bars: no number was published" in figure.caption


def test_headlines_say_what_tests_allow(still: bm.Decomposition, real: dict[int, bm.Wave]) -> None:
    assert bm.draw(still).headline == (
        "Synthetic data: innovative workplaces – the change from 2018-2019 to 2021-2023 in parts"
    )
    up = bm.draw(
        bm.decompose_change(real[2], real[3], "partner.same_sector", by="sector", samples="independent"), lang="da"
    )
    assert up.headline.endswith(" – steget 15,3 procentpoint fra 2015-2016 til 2018-2019, mest ved ændret adfærd")
    assert up.headline.startswith("Samarbejdspartnere: offentlige arbejdspladser")
    down = bm.draw(bm.decompose_change(real[2], real[3], "partner.private_firms", by="sector", samples="independent"))
    assert "private firms – down 4.3 percentage points from" in down.headline
    assert "yntetisk" not in up.caption


def test_a_break_is_no_headline_and_gives_its_reason(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[1], waves[2], "innovative", by="level")
    assert found.table["ci_high"].iloc[0] < 0.0
    figure = bm.draw(found)
    assert figure.headline.endswith("the change from 2013-2014 to 2015-2016 in parts")
    assert "Comparable with a break: Statistics Denmark names" in figure.caption


def test_the_caption_and_the_text_alternative(still: bm.Decomposition) -> None:
    figure = bm.draw(still)
    assert figure.caption.startswith(
        "Change of the share of all workplaces, taken apart by level of government x size."
    )
    assert "3rd edition, 4th edition. n\u00a0=\u00a02,271\u00a0/\u00a01,611. Weighted." in figure.caption
    assert "Change +2.0 (−0.7 to +4.6)" in figure.alt_text
    assert "Ændret adfærd +2,0 (−0,7 til +4,6)" in figure.in_language("da").alt_text


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_lies_on_another_or_outside(still: bm.Decomposition, size: SizeName, lang: Lang) -> None:
    with style():
        canvas = compose(bm.draw(still, lang=lang), SIZES[size])
        canvas.dpi = DPI
        agg: Any = canvas.canvas
        renderer = agg.get_renderer()
        canvas.draw_without_rendering()
        found = [text for text in canvas.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in found]
    assert [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)] == []
    assert [t for t, b in boxes if b.x0 < 0 or b.y0 < 0 or b.x1 > canvas.bbox.x1 or b.y1 > canvas.bbox.y1] == []


def test_files_are_the_same_at_every_run_and_figures_travel(still: bm.Decomposition) -> None:
    figure = bm.draw(still)
    assert bm.draw(still).render("svg") == figure.render("svg")
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")
    assert list(figure.to_frame("en"))[:3] == ["Group", "Change", "Lower bound"]
