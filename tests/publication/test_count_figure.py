"""Figures of how many answers were given."""

import dataclasses
from functools import partial

import pandas as pd
import pytest
from published_samples import as_delivery

import barometer as bm
from barometer.errors import ArgumentError
from barometer.publication.marks import draw_bars

draw = partial(bm.draw, policy="none")
"""What is suppressed is shown in `disclosure/`; here it is how numbers are drawn."""


def test_a_bar_for_each_number_is_where_the_result_says(wave: bm.Wave) -> None:
    counts = bm.estimate_counts(wave, "latest_type")
    data = draw(counts).data
    exactly = counts.table[counts.table["statistic"] == "exactly"]
    assert data["label_en"].tolist() == ["0", "1", "2", "3", "4"]
    for drawn, column in (("share", "estimate"), ("ci_low", "ci_low"), ("ci_high", "ci_high"), ("n", "n")):
        pd.testing.assert_series_equal(data[drawn], exactly[column], check_names=False, check_index=False)
    assert [bar.get_width() for bar in draw_bars(data).patches] == exactly["estimate"].tolist()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("n", "thin"), [(29, True), (30, False)])
def test_fewer_than_thirty_are_few(wave: bm.Wave, n: int, thin: bool) -> None:
    counts = bm.estimate_counts(wave, "latest_type")
    few = dataclasses.replace(counts, table=counts.table.assign(n=n))
    assert set(draw(few).data["thin"]) == {thin}


def test_the_mean_is_in_the_headline_and_its_interval_in_the_note(wave: bm.Wave) -> None:
    figure = draw(bm.estimate_counts(as_delivery(wave), "latest_type"), lang="da")
    assert figure.headline == "Typer i den seneste innovation – 1,7 i gennemsnit"
    assert "Gennemsnit: 1,69 (1,66–1,73). »Ved ikke« indgår i basis." in figure.caption
    assert "1, 50% (48.0–52.7%)" in figure.in_language("en").alt_text
    assert draw(bm.estimate_counts(wave, "culture")).headline.startswith("Synthetic data: statements")
    assert draw(bm.estimate_counts(wave, "culture")).caption.startswith("Fully or partly agree.")


def test_a_mean_without_an_interval_is_left_out_of_the_note(wave: bm.Wave) -> None:
    counts = bm.estimate_counts(wave, "latest_type")
    mean = counts.table["statistic"] == "mean"
    alone = dataclasses.replace(counts, table=counts.table.assign(ci_low=counts.table["ci_low"].mask(mean)))
    assert "Mean:" not in draw(alone).caption


def test_a_published_number_is_said_to_be_published(wave: bm.Wave) -> None:
    """One that the codebook has an indicator for, and a claim that the data were fitted to."""
    claims = tuple(
        dataclasses.replace(claim, fitted=True, check="exact") if claim.indicator == "latest_type_count.two" else claim
        for claim in wave.codebook.claims
    )
    fitted = dataclasses.replace(wave, codebook=dataclasses.replace(wave.codebook, claims=claims))
    basis = draw(bm.estimate_counts(fitted, "latest_type")).data["basis"].tolist()
    assert basis == ["assumed", "assumed", "published", "assumed", "assumed"]
    assert set(draw(bm.estimate_counts(as_delivery(wave), "latest_type")).data["basis"]) == {"delivery"}


def test_files_in_every_size(wave: bm.Wave) -> None:
    figure = draw(bm.estimate_counts(wave, "culture"))
    for size in ("column", "text", "slide", "web"):
        assert figure.render("png", size).startswith(b"\x89PNG")
    assert figure.id == "culture_number"


def test_what_has_no_figure_says_so(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="estimate without by="):
        draw(bm.estimate_counts(wave, "culture", by="level"))
    counts = bm.estimate_counts(wave, "culture")
    with pytest.raises(ArgumentError, match="nobody is in the base"):
        draw(dataclasses.replace(counts, table=counts.table.assign(n=0)))
