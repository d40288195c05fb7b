"""Words of a figure: they hold for the numbers drawn, and say whose numbers these are."""

import dataclasses
import math

import pandas as pd
import pytest
from published_samples import PUBLISHED, as_delivery, frame, mark

import barometer as bm
from barometer.codebook.numbers import integer, interval, per_cent
from barometer.codebook.published import FigureRecord, Headline
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.publication.drawn import Mark
from barometer.publication.words import holds, main_mark, write_words

NAN = math.nan
LANGUAGES: list[Lang] = ["da", "en"]


def span(name: str, low: float, share: float, high: float) -> Mark:
    return mark(name, indicator=name, group=name, ci_low=low, share=share, ci_high=high)


def said(when: str, *marks: Mark) -> bool:
    return holds(Headline(Label("fund", "finding"), when), marks)


def test_a_headline_that_compares_nothing_always_holds() -> None:
    assert said("always", span("a", NAN, NAN, NAN))
    assert Headline(Label("fund", "finding")).when == "always"


@pytest.mark.parametrize(
    ("low", "share", "holds_above"), [(0.51, 0.55, True), (0.49, 0.55, False), (0.5, 0.55, False), (NAN, 1.0, False)]
)
def test_above_is_decided_by_the_lower_bound(low: float, share: float, holds_above: bool) -> None:
    assert said("above:a:50", span("a", low, share, 0.6)) is holds_above


@pytest.mark.parametrize(
    ("high", "share", "holds_below"), [(0.49, 0.45, True), (0.51, 0.45, False), (0.5, 0.45, False), (NAN, 0.0, False)]
)
def test_below_is_decided_by_the_upper_bound(high: float, share: float, holds_below: bool) -> None:
    assert said("below:a:50", span("a", 0.4, share, high)) is holds_below


def test_largest_must_lie_above_every_other_interval() -> None:
    first, far, near = span("a", 0.5, 0.6, 0.7), span("b", 0.2, 0.3, 0.4), span("c", 0.4, 0.45, 0.51)
    assert said("largest:a", first, far)
    assert not said("largest:a", first, far, near)
    assert not said("largest:b", first, far)
    assert not said("largest:a", first, span("d", NAN, 0.0, NAN))


def test_higher_and_lower_hold_when_two_intervals_do_not_meet() -> None:
    high, low = span("a", 0.5, 0.6, 0.7), span("b", 0.3, 0.4, 0.49)
    assert said("higher:a:b", high, low)
    assert not said("higher:b:a", high, low)
    assert said("lower:b:a", high, low)
    assert not said("lower:a:b", high, low)


def test_higher_and_lower_do_not_hold_when_two_intervals_meet_though_the_points_differ() -> None:
    high, low = span("a", 0.5, 0.6, 0.7), span("b", 0.3, 0.4, 0.51)
    assert not said("higher:a:b", high, low)
    assert not said("lower:b:a", high, low)


@pytest.mark.parametrize("when", ["above:x:50", "below:x:50", "largest:x", "higher:x:a", "higher:a:x", "lower:a:x"])
def test_a_headline_about_what_is_not_drawn_does_not_hold(when: str) -> None:
    assert not said(when, span("a", 0.8, 0.9, 0.95))


def test_the_share_of_all_is_no_group_to_compare_with() -> None:
    total = mark("All", indicator="i", group="total", role="total", ci_low=0.6, share=0.7, ci_high=0.8)
    group = mark("A", indicator="i", group="a", ci_low=0.1, share=0.2, ci_high=0.3)
    assert not said("higher:total:a", total, group)
    assert not said("lower:a:total", total, group)


def test_a_headline_is_about_the_composite_or_the_total_or_else_the_first() -> None:
    first, main, total = mark("A"), mark("B", role="main"), mark("C", role="total")
    assert main_mark([first, main]) is main
    assert main_mark([first, total]) is total
    assert main_mark([first, mark("D")]) is first


def recorded(wave: bm.Wave, *headlines: Headline) -> FigureRecord:
    neutral = Label("Neutral titel, {period}", "Neutral title, {period}")
    return dataclasses.replace(wave.codebook.figure("citizens"), headlines=headlines, neutral=neutral)


def test_the_first_headline_that_holds_is_used_with_its_numbers_filled_in(wave: bm.Wave) -> None:
    estimates = bm.estimate_shares(as_delivery(wave), "positive_role.citizens")
    over = Headline(Label("over", "Over 90"), "above:a:90")
    share = Headline(Label("andel {share}", "Share {share}"))
    data = frame(span("a", 0.5, 0.625, 0.7))
    assert write_words(recorded(wave, over, share), estimates, data, "en").headline == "Share 63%"
    assert write_words(recorded(wave, share, over), estimates, data, "da").headline == "andel 63\u202f%"
    assert write_words(recorded(wave, over), estimates, data, "en").headline == "Neutral title, 2018-2019"
    certain = frame(span("a", 0.91, 0.95, 0.97))
    assert write_words(recorded(wave, over, share), estimates, certain, "en").headline == "Over 90"


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
def test_on_synthetic_data_every_figure_says_so_first_and_last(
    drawn: dict[tuple[str, int], bm.Figure], name: str, number: int
) -> None:
    words = drawn[name, number].words
    assert words["da"].headline.startswith("Syntetiske data: ")
    assert words["en"].headline.startswith("Synthetic data: ")
    assert any("Syntetiske data: ikke svar fra undersøgelsen." in line for line in words["da"].footer)
    assert any("Synthetic data: not answers from the survey." in line for line in words["en"].footer)
    assert "assumed design" in " ".join(words["en"].footer)


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
def test_on_a_delivery_no_word_is_of_synthetic_data(waves: dict[int, bm.Wave], name: str, number: int) -> None:
    figure = bm.draw(name, as_delivery(waves[number]))
    for words in figure.words.values():
        text = " ".join([words.headline, words.subtitle, *words.footer, words.alt_text]).lower()
        assert "synt" not in text
        assert "antag" not in text
        assert "assum" not in text
    assert figure.headline[0].isupper() or figure.headline[0].isdigit()


def test_a_delivery_is_told_by_the_estimates_alone(wave: bm.Wave) -> None:
    estimates = bm.estimate_shares(wave, "shared.yes", by="level")
    provenance = dataclasses.replace(estimates.method.provenance, kind="delivery")
    delivered = dataclasses.replace(estimates, method=dataclasses.replace(estimates.method, provenance=provenance))
    assert bm.draw(estimates).headline.startswith("Synthetic data: ")
    assert not bm.draw(delivered).headline.startswith("Synthetic")
    assert set(bm.draw(delivered).data["basis"]) == {"delivery"}


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_footer_has_n_source_and_the_rule_for_dont_know(
    drawn: dict[tuple[str, int], bm.Figure], waves: dict[int, bm.Wave], name: str, number: int, lang: Lang
) -> None:
    wave = waves[number]
    figure = drawn[name, number].in_language(lang)
    data = figure.data
    of_groups = (data["role"] != "total") & (data["indicator"] == data["indicator"].iloc[0])
    n = int(data.loc[of_groups, "n"].sum() if wave.codebook.figure(name).by else data["n"].iloc[0])
    footer = " ".join(figure.words[lang].footer)
    assert f"n\u00a0=\u00a0{integer(n, lang)}." in footer
    assert ("Vægtet." if lang == "da" else "Weighted.") in footer
    assert f"{'Kilde' if lang == 'da' else 'Source'}: " in footer
    assert wave.record.label.text(lang) in footer
    assert wave.record.period in footer
    assert ("»Ved ikke«" if lang == "da" else "Don't know") in footer
    assert per_cent(0.95, lang) in footer


def test_the_rule_for_dont_know_is_that_of_the_indicator_or_of_the_groups(wave: bm.Wave) -> None:
    kept = bm.draw(bm.estimate_shares(wave, "shared.yes", dont_know="keep")).words["en"].footer[0]
    dropped = bm.draw(bm.estimate_shares(wave, "shared.yes", dont_know="drop")).words["en"].footer[0]
    assert "“Don't know” stays in the base." in kept
    assert "“Don't know” is taken out of the base." in dropped
    assert wave.codebook.domain("novelty_level").dont_know == "drop"
    assert "“Don't know” is taken out of the base." in bm.draw("sharing_by_novelty", wave).words["en"].footer[0]


def test_hollow_marks_are_explained_when_there_are_any(wave: bm.Wave) -> None:
    record, estimates = wave.codebook.figure("citizens"), bm.estimate_shares(wave, "positive_role.citizens")
    for source in (estimates, bm.estimate_shares(as_delivery(wave), "positive_role.citizens")):
        thin = write_words(record, source, frame(mark("A", thin=True)), "en").footer
        full = write_words(record, source, frame(mark("A")), "en").footer
        assert "Hollow marks: fewer than 30 answers." in " ".join(thin)
        assert "Hollow" not in " ".join(full)


def test_assumed_marks_are_explained_in_the_words_of_their_kind(wave: bm.Wave) -> None:
    estimates = bm.estimate_shares(wave, "positive_role.citizens")
    bars = wave.codebook.figure("citizens")
    dots = wave.codebook.figure("innovative_by_level")
    mixed = frame(mark("A"), mark("B", basis="assumed"))
    assert "Dashed bars: no number was published" in write_words(bars, estimates, mixed, "en").footer[-1]
    only = frame(mark("B", basis="assumed"))
    assert "None of the numbers was published" in write_words(bars, estimates, only, "en").footer[-1]
    assert "published" not in write_words(bars, estimates, frame(mark("A")), "en").footer[-1]
    by_level = bm.estimate_shares(wave, "innovative", by="level")
    assert "Diamonds: no number was published" in write_words(dots, by_level, mixed, "en").footer[-1]


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_alternative_has_the_highest_and_the_lowest(
    drawn: dict[tuple[str, int], bm.Figure], name: str, number: int, lang: Lang
) -> None:
    figure = drawn[name, number].in_language(lang)
    rest = figure.data[~figure.data["role"].isin(["main", "total"])].dropna(subset="share")
    label, answer = f"label_{lang}", f"answer_{lang}"
    if figure.kind in ("levels", "battery"):
        series, item = (label, answer) if figure.kind == "levels" else (answer, label)
        said = [lower_first(extremes(own, item, lang)) for _, own in rest.groupby(series, sort=False)]
        named = zip(rest[series].unique(), said, strict=True)
        assert all(f"{name} \N{EN DASH} {text}" in figure.alt_text for name, text in named)
    else:
        assert extremes(rest, label, lang) in figure.alt_text
    assert figure.headline in figure.alt_text


def extremes(rows: pd.DataFrame, name: str, lang: Lang) -> str:
    """What is said of the highest and the lowest row."""
    top, bottom = (rows.iloc[int(position)] for position in (rows["share"].argmax(), rows["share"].argmin()))
    words = ("Højest", "lavest") if lang == "da" else ("Highest", "lowest")
    texts = [
        f"{word}: {row[name]}, {per_cent(row['share'], lang)} ({interval(row['ci_low'], row['ci_high'], lang)})"
        for word, row in zip(words, (top, bottom), strict=True)
    ]
    if per_cent(top["share"], lang) == per_cent(bottom["share"], lang):
        texts = [f"{'Alle omkring' if lang == 'da' else 'All about'} {per_cent(top['share'], lang)}"]
    return f"{'; '.join(texts)}."


def test_the_text_alternative_leaves_out_an_interval_that_there_is_not(wave: bm.Wave) -> None:
    record, estimates = wave.codebook.figure("citizens"), bm.estimate_shares(wave, "positive_role.citizens")
    data = frame(mark("Never", share=0.0, ci_low=NAN, ci_high=NAN), mark("Often", share=0.9, ci_low=0.8, ci_high=0.95))
    text = write_words(record, estimates, data, "en").alt_text
    assert text.endswith("Highest: Often, 90% (80.0\u201395.0%); lowest: Never, 0%.")


def test_the_caption_is_subtitle_and_footer_as_running_text(wave: bm.Wave) -> None:
    figure = bm.draw("private_firms", wave)
    words = figure.words["en"]
    assert figure.caption == f"{words.subtitle}. {' '.join(words.footer)}"
    assert figure.in_language("da").caption.startswith("Andel af innovative arbejdspladsers seneste innovation")


def test_a_cross_by_novelty_rests_on_the_answers_that_know_it(wave: bm.Wave) -> None:
    assert "n\u00a0=\u00a01,704." in " ".join(bm.draw("sharing_by_novelty", wave, lang="en").words["en"].footer)


def test_a_headline_about_assumed_numbers_needs_something_published(waves: dict[int, bm.Wave]) -> None:
    four = bm.draw("financing", waves[4])
    assert four.data.loc[four.data["indicator"] == "financing.own_budget", "basis"].tolist() == ["assumed"]
    assert four.headline == "Synthetic data: how innovations were financed"
    three = bm.draw("sharing_by_novelty", waves[3])  # no share, but the direction was published
    assert (three.data["basis"] == "assumed").all()
    assert "more often tried to share what is first" in three.headline
    real = bm.draw("financing", as_delivery(waves[4]))
    assert real.headline == "The workplace's own budget most often finances innovations"


def test_rules_of_groups_and_parts_are_told_beside_that_of_the_main_number(waves: dict[int, bm.Wave]) -> None:
    keep = "“Don't know” stays in the base"
    notes = {name: bm.draw(name, waves[3]).words["en"].footer[0] for name in ("sharing_by_novelty", "innovative_types")}
    assert f"{keep}; in the groups: “Don't know” is taken out of the base." in notes["sharing_by_novelty"]
    assert f"“Don't know” is counted with “no”; in the parts: {keep}." in notes["innovative_types"]
    assert "“All” also has 173 answers that are in no group." in notes["sharing_by_novelty"]  # 1,877 less 1,704
    assert "in no group" not in bm.draw("innovative_by_level", waves[3]).caption
