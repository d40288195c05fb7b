"""What a reader trips over: scales without ticks, silent axes, groups without n, clumsy words, other answers first."""

import re

import pandas as pd
import pytest
from published_samples import PUBLISHED, frame, mark

import barometer as bm
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.records import Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.publication.composing import READABLE, compose
from barometer.publication.drawn import LAST
from barometer.publication.levels import draw_levels
from barometer.publication.marks import draw_bars, draw_domains
from barometer.publication.palette import MUTED, PAPER, TEAL, TEAL_LIGHT, contrast_ratio
from barometer.publication.series import to_series
from barometer.publication.series_marks import NUMBER_ROOM, series_window
from barometer.publication.style import SIZES, style
from barometer.publication.trend_chart import draw_trend

Drawn = dict[tuple[str, int], bm.Figure]
LANGUAGES: tuple[Lang, ...] = ("da", "en")
GROUPED = [(name, number) for name, number in PUBLISHED if bm.codebook().in_wave(number).figures[name].by]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.08, 0.11, 0.3, 0.6, 0.95])
def test_small_shares_have_ticks_to_read_them_by(share: float) -> None:
    ax = draw_bars(frame(mark(share=share, ci_low=0.9 * share, ci_high=min(1.1 * share, 1.0))))
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert 3 <= len(ticks) <= 8
    assert len(set(ticks)) == len(ticks)


@pytest.mark.parametrize(("name", "number"), GROUPED)
def test_dots_say_where_their_axis_starts(drawn: Drawn, name: str, number: int) -> None:
    figure = drawn[name, number]
    if figure.kind == "battery":
        return
    with style():
        ax = (draw_levels if figure.kind == "levels" else draw_domains)(figure.data)
    low = ax.get_xlim()[0]
    for lang, said in zip(
        LANGUAGES, ("Aksen\u00a0begynder\u00a0ved\u00a0{}.", "The\u00a0axis\u00a0starts\u00a0at\u00a0{}."), strict=True
    ):
        assert (said.format(per_cent(low, lang)) in figure.in_language(lang).caption) == (low > 0.0)


@pytest.mark.parametrize(("name", "number"), GROUPED)
def test_every_group_has_its_answers(drawn: Drawn, name: str, number: int) -> None:
    figure = drawn[name, number].in_language("en")
    groups = figure.data[figure.data["role"] != "total"].groupby("group", sort=False)
    if figure.kind == "domains":
        return  # in a column beside the dots
    for _, rows in groups:
        (n,) = set(rows["n"])
        assert f"{lower_first(rows['label_en'].iloc[0])} {integer(n, 'en')}" in figure.caption


@pytest.mark.parametrize(("name", "number"), GROUPED)
def test_the_text_alternative_of_levels_says_where_groups_lie_furthest_apart(
    drawn: Drawn, name: str, number: int
) -> None:
    figure = drawn[name, number].in_language("en")
    if figure.kind != "levels":
        return
    rows = [rows.sort_values("share") for _, rows in figure.data.groupby("answer_en")]
    widest = max(rows, key=lambda row: float(row["share"].iloc[-1] - row["share"].iloc[0]))
    low, high = widest.iloc[0], widest.iloc[-1]
    said = [f"{lower_first(end['label_en'])} {per_cent(end['share'], 'en')}" for end in (high, low)]
    assert f"Furthest apart: {lower_first(high['answer_en'])}, {said[0]} and {said[1]}." in figure.alt_text


def test_other_and_dont_know_come_last(drawn: Drawn) -> None:
    for figure in drawn.values():
        names = pd.Series(figure.data["indicator"].unique()).str.rpartition(".")[2]
        is_last = names.isin(LAST)
        assert not (is_last & ~is_last.shift(-1, fill_value=True)).any(), figure.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_read_well(drawn: Drawn, trends: dict[str, bm.Figure], lang: Lang) -> None:
    faults = {
        "a word twice": re.compile(r"\b(\w+) \1\b"),
        "air": re.compile(r"  | [,.;:]|\(\s|\.\."),
        "a letter written out": re.compile(r"\b(?:for|paa|naar|vaerdi|oeg|raad)\w*(?:oe|aa)\w*\b"),
        "minus nothing": re.compile(r"[-\N{MINUS SIGN}]0(?:[.,]0+)?(?![\d.,])"),
        "its own of nobody": re.compile(r"\bthe own\b"),
        "a wave, where editions are spoken of": re.compile(r"\b[Ww]ave \d"),
    }
    for figure in (*drawn.values(), *trends.values()):
        words = figure.words[lang]
        texts = [words.headline, words.subtitle, *words.footer, words.alt_text]
        for text in texts:
            found = [name for name, fault in faults.items() if fault.search(text)]
            assert not found, (figure.id, found, text)
            assert text.count("»") == text.count("«")
            assert text.count("“") == text.count("”")
        assert not re.search(r": [A-ZÆØÅ][a-zæøå]", words.headline), words.headline
        assert not words.headline.endswith((".", ","))


def test_labels_of_several_families_go_on_in_small_letters(drawn: Drawn) -> None:
    answers = drawn["external_financing_profile", 3].data["answer_da"]
    assert answers.str.contains(": ").all()
    assert not answers.str.contains(r": [A-ZÆØÅ][a-zæøå]").any()


def test_what_a_trend_assumes_is_pale_and_its_number_grey(trends: dict[str, bm.Figure]) -> None:
    figure = trends["citizens"]
    basis = dict(zip(figure.data["period"], figure.data["basis"], strict=True))
    assert set(basis.values()) == {"published", "assumed"}
    with style():
        ax = draw_trend(figure.data)
    (plot,) = ax.child_axes
    dots = {
        str(line.get_marker()): str(line.get_markerfacecolor()) for line in plot.lines if str(line.get_marker()) in "oD"
    }
    assert dots == {"o": TEAL, "D": TEAL_LIGHT}
    numbers = [text for text in plot.texts if "%" in text.get_text()]
    assert [text.get_color() for text in numbers] == [
        MUTED if standing == "assumed" else TEAL for standing in basis.values()
    ]
    assert contrast_ratio(TEAL_LIGHT, PAPER) >= 3.0


def test_numbers_under_a_trend_stand_above_its_foot(trends: dict[str, bm.Figure]) -> None:
    for figure in trends.values():
        series = to_series(figure.data)
        low, high, _ = series_window(series)
        ends = [point.ci_low for point in series[0].shown]
        assert low == 0.0 or min(ends) - low >= NUMBER_ROOM * (high - low) - 1e-9, figure.id


def test_trends_are_called_what_their_figure_is_called_and_follow_what_promotes(trends: dict[str, bm.Figure]) -> None:
    assert trends["citizens"].words["en"].headline.startswith("Synthetic data: citizens' positive role in innovations")
    assert set(trends["factors"].data["indicator"]) == {"factor.employees.promoted"}
    assert trends["value"].words["da"].headline.startswith("Syntetiske data: opnået værdi: forbedret kvalitet")


def test_many_rows_on_a_slide_take_room_from_the_headings_first(drawn: Drawn) -> None:
    few, many = (compose(drawn[name], SIZES["slide"]) for name in (("reuse", 4), ("initiators", 4)))
    headlines = [float(canvas.texts[0].get_fontsize()) for canvas in (few, many)]
    assert headlines[0] == SIZES["slide"].headline
    assert headlines[1] < headlines[0]
    labels = [float(text.get_fontsize()) for text in compose(drawn["factors", 4], SIZES["slide"]).axes[0].texts]
    assert max(labels) >= READABLE


def test_pairs_of_several_indicators_are_refused_with_what_to_do(waves: dict[int, bm.Wave]) -> None:
    result = bm.compare_domains(waves[3], ["value.quality", "partner.any"], by="level", against="pairs")
    with pytest.raises(ArgumentError, match="take one indicator, or compare with the rest instead of in pairs"):
        bm.draw(result)
