"""UpSet figures: what is drawn is where the data say, nothing lies on anything else, the words hold."""

import dataclasses
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from figure_layout import placed
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.patches import Rectangle
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.draw import FIGURES
from barometer.publication.palette import GRID, PAPER, TEAL
from barometer.publication.style import SIZES, SizeName
from barometer.publication.upset import draw_upset

draw = partial(bm.draw, policy="none")
"""What is suppressed is shown in `disclosure/`; here it is how numbers are drawn."""

FIRMS = "positive_role.private_firms"
LANGUAGES: tuple[Lang, ...] = ("da", "en")
SUBJECTS = ("partner", "initiator", "culture", "latest_type", "value", FIRMS, "positive_role.foundations")


def result(wave: bm.Wave, subject: str, most: int = 12) -> bm.Overlaps | bm.Parts:
    if subject.startswith("positive_role"):
        return bm.estimate_parts(wave, subject, most=most)
    return bm.estimate_overlaps(wave, subject, most=most)


@pytest.fixture(scope="module")
def figures(wave: bm.Wave) -> dict[str, bm.Figure]:
    return {subject: draw(result(wave, subject)) for subject in SUBJECTS}


def blocks(ax: Axes) -> tuple[Axes, Axes, Axes]:
    columns, sizes, dots = (child for child in ax.child_axes if isinstance(child, Axes))
    return columns, sizes, dots


def rectangles(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def whiskers(ax: Axes) -> list[np.ndarray]:
    bars: list[Any] = [container for container in ax.containers if isinstance(container, ErrorbarContainer)]
    return [bar.lines[2][0].get_segments()[0] for bar in bars]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_columns_bars_and_intervals_are_where_the_data_say(figures: dict[str, bm.Figure], subject: str) -> None:
    data = figures[subject].data
    columns, sizes, _ = blocks(draw_upset(data))
    listed = data[data["role"] == "combination"]
    answers = data[data["role"].isin(["main", "plain", "part"])]
    assert [bar.get_height() for bar in rectangles(columns)] == listed["share"].tolist()
    assert [bar.get_width() for bar in rectangles(sizes)] == answers["share"].tolist()
    ends = [(segment[0, 1], segment[1, 1]) for segment in whiskers(columns)]
    np.testing.assert_allclose(ends, listed[["ci_low", "ci_high"]])
    ends = [(segment[0, 0], segment[1, 0]) for segment in whiskers(sizes)]
    np.testing.assert_allclose(ends, answers[["ci_low", "ci_high"]])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_full_dots_are_the_answers_of_the_combination(figures: dict[str, bm.Figure], subject: str) -> None:
    data = figures[subject].data
    _, _, dots = blocks(draw_upset(data))
    names = data.loc[data["role"].isin(["plain", "part"]), "indicator"].tolist()
    full: dict[int, int] = {}
    pale = 0
    for line in dots.lines:
        if line.get_marker() == "o" and to_hex(line.get_color()) == TEAL and len(np.asarray(line.get_xdata())):
            full[int(np.asarray(line.get_xdata())[0])] = len(np.asarray(line.get_xdata()))
        elif line.get_marker() == "o" and to_hex(line.get_color()) == GRID:
            pale += len(np.asarray(line.get_xdata()))
    members = data.loc[data["role"] == "combination", names].to_numpy(dtype=bool)
    assert [full[x] for x in range(len(members))] == members.sum(axis=1).tolist()
    assert pale == (~members).sum()


def test_data_hold_the_shares_of_the_result(wave: bm.Wave) -> None:
    overlaps = bm.estimate_overlaps(wave, "partner")
    data = draw(overlaps).data.set_index("indicator")
    listed = overlaps.combinations.set_index("name")
    drawn = data.loc[data["role"].isin(["combination", "rest"]), "share"]
    assert list(drawn) == list(listed["share"])
    shares = data.loc[data["role"] == "plain", "share"]
    for option in overlaps.options:
        assert shares[option.name] == overlaps.row("share", option.name)["estimate"]
    assert shares.is_monotonic_decreasing


def test_a_combination_that_nobody_has_is_no_column(wave: bm.Wave) -> None:
    parts = bm.estimate_parts(wave, "role_of_limited_economy")
    assert parts.row("hampered+promoted")["share"] == 0.0
    assert "hampered+promoted" not in set(draw(parts).data["indicator"])


def test_words_of_a_label_are_never_broken(wave: bm.Wave) -> None:
    figure = draw(bm.estimate_overlaps(wave, "partner", most=6)).in_language("da")
    texts = placed(figure, "column").texts
    written = " ".join(text.replace("\n", " ") for text, _ in texts)
    for label in figure.data.loc[figure.data["role"] == "plain", "label_da"]:
        assert label in written


@pytest.mark.parametrize("size", list(SIZES))
def test_columns_that_do_not_fit_are_refused_with_what_to_do(wave: bm.Wave, size: SizeName) -> None:
    figure = draw(bm.estimate_overlaps(wave, "latest_type"))
    if size == "column":
        with pytest.raises(ArgumentError, match=r"12 combinations do not fit.*most=6"):
            figure.render("png", size)
    else:
        assert figure.render("png", size).startswith(b"\x89PNG")


def test_the_note_says_what_is_not_drawn(wave: bm.Wave) -> None:
    overlaps = bm.estimate_overlaps(wave, "partner")
    figure = draw(overlaps)
    rest = figure.data[figure.data["role"] == "rest"].set_index("indicator")["share"]
    assert f"The other {overlaps.lumped} combinations have {rest['other_combinations']:.0%} together." in figure.caption
    assert f"{rest['none']:.0%} have none of them." in figure.caption
    assert "“Don't know” stays in the base." in figure.caption
    assert f"De øvrige {overlaps.lumped} kombinationer" in figure.in_language("da").caption
    assert "under 1% together" in draw(bm.estimate_parts(wave, "positive_role.foundations")).caption


def test_headlines_are_neutral_or_state_the_share_and_say_synthetic(wave: bm.Wave) -> None:
    parts = bm.estimate_parts(wave, FIRMS)
    assert draw(parts).headline == "Synthetic data: private firms – 26% in at least one of 3 ways"
    real = as_delivery(wave)
    assert draw(bm.estimate_parts(real, FIRMS), lang="da").headline == (
        "Private virksomheder – 26\u202f% på mindst én af 3 måder"
    )
    assert draw(bm.estimate_overlaps(real, "partner")).headline == "Partners – answers that go together"
    mixed = bm.estimate_overlaps(real, ["partner.citizens", "value.quality"])
    assert draw(mixed).headline == "Answers that go together"
    assert "Synthetic" not in draw(mixed).caption


def test_the_answer_that_all_rows_share_is_said_once(wave: bm.Wave) -> None:
    figure = draw(bm.estimate_overlaps(wave, "culture"))
    assert figure.caption.startswith("Fully or partly agree. Share of all workplaces")
    assert not figure.data["label_en"].str.contains("agree").any()
    assert draw(bm.estimate_overlaps(wave, "introduced")).caption.startswith("Share of all workplaces")


def test_the_text_alternative_names_the_largest_in_both_languages(figures: dict[str, bm.Figure]) -> None:
    figure = figures[FIRMS]
    assert "Most frequent combinations: Only: collaborated on it, 8% (6.8–9.5%)" in figure.alt_text
    danish = figure.in_language("da").alt_text
    assert "Hyppigste svar: Samarbejdede om den, 17\u202f%" in danish
    assert danish.startswith("Diagram over kombinationer (UpSet). Syntetiske data")


def test_combinations_are_assumed_in_synthetic_data_and_filled_in_a_delivery(wave: bm.Wave) -> None:
    assumed = draw(result(wave, FIRMS)).data.set_index("indicator")["basis"]
    assert assumed[FIRMS] == "published"
    assert set(assumed[["promoted", "collaborated"]]) == {"assumed"}
    delivered = draw(result(as_delivery(wave), FIRMS))
    assert set(delivered.data["basis"]) == {"delivery"}
    faces = {to_hex(bar.get_facecolor()) for bar in rectangles(blocks(draw_upset(delivered.data))[0])}
    assert PAPER not in faces


def test_files_are_written_and_the_same_at_every_run(wave: bm.Wave, tmp_path: Path) -> None:
    figure = draw(result(wave, FIRMS))
    paths = figure.save(tmp_path, languages=LANGUAGES)
    assert {path.name for path in paths} >= {
        "positive_role_private_firms_parts.da.png",
        "positive_role_private_firms_parts.csv",
    }
    numbers = pd.read_csv(tmp_path / "positive_role_private_firms_parts.csv")
    assert numbers["Share"].tolist() == pytest.approx(figure.data["share"].tolist())
    assert draw(result(wave, FIRMS)).render("svg") == figure.render("svg")
    assert b"<desc>UpSet plot" in figure.render("svg")


def test_a_figure_travels_between_processes(wave: bm.Wave) -> None:
    figure = draw(result(wave, FIRMS))
    assert pickle.loads(pickle.dumps(figure)).render("svg") == figure.render("svg")


def test_what_has_no_figure_says_so(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="estimate without by="):
        draw(bm.estimate_overlaps(wave, "latest_type", by="level"))
    with pytest.raises(ArgumentError, match="estimate with most=12"):
        draw(bm.estimate_overlaps(wave, "partner", most=20))
    nobody = dataclasses.replace(
        bm.estimate_parts(wave, FIRMS), table=bm.estimate_parts(wave, FIRMS).table.assign(share=0.0)
    )
    with pytest.raises(ArgumentError, match="nobody gave any"):
        draw(nobody)
    with pytest.raises(ArgumentError, match=r"Estimates, Overlaps, Parts, Counts.*got DataFrame"):
        draw(pd.DataFrame())  # type: ignore[arg-type]


def test_every_type_of_result_that_has_a_figure_is_listed_once() -> None:
    assert {kind.__name__ for kind in FIGURES} >= {"Estimates", "Overlaps", "Parts", "Counts"}
