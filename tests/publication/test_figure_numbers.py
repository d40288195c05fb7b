"""The numbers of a figure are those that estimate_shares gives, in the order that a reader expects."""

import dataclasses
import math

import pandas as pd
import pytest
from published_samples import PUBLISHED, as_delivery, mark

import barometer as bm
from barometer.errors import ArgumentError, UnknownNameError
from barometer.publication.drawn import LAST, Mark, to_data, to_marks


def asked(wave: bm.Wave, name: str) -> bm.Estimates:
    record = wave.codebook.figure(name)
    names = list(record.indicators)
    parts = wave.codebook.indicator(names[0]).parts if record.kind == "union" and len(names) == 1 else ()
    return bm.estimate_shares(wave, [*names, *parts], by=record.by or None)


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
def test_data_are_the_estimates_row_for_row(
    drawn: dict[tuple[str, int], bm.Figure], waves: dict[int, bm.Wave], name: str, number: int
) -> None:
    wave = waves[number]
    table = asked(wave, name).table
    by = wave.codebook.figure(name).by
    keys = ["indicator", by] if by else ["indicator"]
    data = drawn[name, number].data.rename(columns={"group": by} if by else {})
    expected = table.astype(dict.fromkeys(keys, "str")).set_index(keys)[["share", "ci_low", "ci_high", "n"]]
    if wave.codebook.figure(name).kind in ("levels", "battery") and by:
        expected = expected.drop("total", level=by)
    found = data.astype(dict.fromkeys(keys, "str")).set_index(keys)[["share", "ci_low", "ci_high", "n"]]
    assert len(found) == len(expected)
    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index(), check_exact=True, check_dtype=False)


@pytest.mark.parametrize(("name", "number"), PUBLISHED)
def test_rows_are_sorted_by_share_unless_the_answers_have_an_order(
    drawn: dict[tuple[str, int], bm.Figure], waves: dict[int, bm.Wave], name: str, number: int
) -> None:
    wave = waves[number]
    record = wave.codebook.figure(name)
    rows = drawn[name, number].data
    rows = rows[rows["role"].isin(["part", "plain", "right"])]
    if record.kind == "levels":
        groups = [group.code for group in wave.codebook.domain(record.by).groups]
        assert rows["group"].tolist() == groups * len(record.indicators)
        rows = rows.assign(share=rows.groupby("indicator", sort=False)["share"].transform("max"))[:: len(groups)]
    last = rows["group"].isin(LAST) | rows["indicator"].str.rpartition(".")[2].isin(LAST)
    assert last.is_monotonic_increasing
    if record.kind == "battery":
        assert record.by or rows["share"].is_monotonic_decreasing
    elif record.order == "value":
        assert rows.loc[~last, "share"].is_monotonic_decreasing
    elif record.kind == "domains":
        assert rows["group"].tolist() == [group.code for group in wave.codebook.domain(record.by).groups]
    else:
        assert rows["indicator"].tolist() == list(record.indicators)


def test_other_comes_last_though_it_is_not_the_smallest(wave: bm.Wave) -> None:
    data = bm.draw(bm.estimate_shares(wave, ["value.other", "value.political_goals"])).data
    assert data["indicator"].tolist() == ["value.political_goals", "value.other"]


def test_a_composite_is_above_its_parts(wave: bm.Wave) -> None:
    data = bm.draw("private_firms", wave).data
    assert data["role"].tolist() == ["main"] + ["part"] * (len(data) - 1)
    assert data["indicator"].iloc[0] == "positive_role.private_firms"
    assert set(data["indicator"].iloc[1:]) == set(wave.codebook.indicator("positive_role.private_firms").parts)


def test_a_mark_is_thin_below_thirty_answers(wave: bm.Wave) -> None:
    estimates = bm.estimate_shares(wave, "shared.yes", by="level")
    counted = dataclasses.replace(estimates, table=estimates.table.assign(n=[100, 29, 30, 31]))
    data = bm.draw(counted).data.set_index("group")
    assert data["n"].to_dict() == {"municipality": 29, "region": 30, "state": 31, "total": 100}
    assert data["thin"].to_dict() == {"municipality": True, "region": False, "state": False, "total": False}


def test_basis_says_what_was_published_and_what_was_assumed(wave: bm.Wave) -> None:
    data = bm.draw("innovative_types", wave).data.set_index("indicator")
    fitted = {
        claim.indicator
        for claim in wave.codebook.wave_claims(3)
        if claim.fitted and claim.statistic == "share" and claim.check in ("exact", "range") and not claim.domain
    }
    assert "innovative" in fitted
    assert data["basis"].to_dict() == {name: "published" if name in fitted else "assumed" for name in data.index}
    assert set(bm.draw("innovative_types", as_delivery(wave)).data["basis"]) == {"delivery"}


def test_marks_survive_the_way_through_a_frame() -> None:
    marks = [mark("A", share=0.25), mark("B", thin=True, n=12, basis="delivery")]
    assert to_marks(to_data(marks)) == marks


@pytest.mark.parametrize(
    ("changes", "end"),
    [({}, 0.6), ({"ci_low": math.nan, "ci_high": math.nan}, 0.5), ({"share": math.nan, "ci_high": math.nan}, 0.0)],
)
def test_a_mark_ends_where_its_interval_or_else_its_share_does(changes: dict[str, float], end: float) -> None:
    found: Mark = mark("A", **changes)
    assert found.end == end


def test_a_result_is_drawn_without_a_record(wave: bm.Wave) -> None:
    dots = bm.draw(bm.estimate_shares(wave, "shared.yes", by="level"), lang="da")
    assert dots.kind == "domains"
    assert dots.headline.endswith("efter forvaltningsniveau")
    parts = wave.codebook.indicator("positive_role.citizens").parts
    assert bm.draw(bm.estimate_shares(wave, ["positive_role.citizens", *parts])).kind == "union"
    family = bm.draw(bm.estimate_shares(wave, "value"))
    assert (family.kind, family.id) == ("bars", "value")


def test_what_has_no_figure_of_its_own_says_so(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="cross of domains"):
        bm.draw(bm.estimate_shares(wave, "innovative", by=["level", "size"]))
    with pytest.raises(ArgumentError, match="several indicators"):
        bm.draw(bm.estimate_shares(wave, ["innovative", "shared.yes"], by="sector"))
    with pytest.raises(UnknownNameError) as caught:
        bm.draw("private_firm", wave)
    assert caught.value.suggestions == ("private_firms",)


def test_the_shipped_wave_is_drawn_when_none_is_given(wave: bm.Wave) -> None:
    pd.testing.assert_frame_equal(bm.draw("citizens").data, bm.draw("citizens", wave).data)


def test_frames_have_the_labels_and_headings_of_their_language(wave: bm.Wave) -> None:
    figure = bm.draw("value", wave, lang="da")
    danish, english = figure.to_frame(), figure.to_frame("en")
    assert list(danish.columns) == ["Gruppe", "Andel", "Nedre grænse", "Øvre grænse", "Svar (n)", "Grundlag"]
    assert list(english.columns) == ["Group", "Share", "Lower bound", "Upper bound", "Answers (n)", "Basis"]
    assert danish["Gruppe"].tolist() == figure.data["label_da"].tolist()
    assert english["Group"].tolist() == figure.data["label_en"].tolist()
    assert danish["Andel"].tolist() == english["Share"].tolist() == figure.data["share"].tolist()
    assert english["Basis"].str.startswith("synthetic").all()


def test_rows_of_one_grid_with_one_answer_are_named_by_the_row(waves: dict[int, bm.Wave]) -> None:
    wave = waves[4]
    data = bm.draw(bm.estimate_shares(wave, ["factor.citizens.promoted", "factor.technology.promoted"])).data
    assert set(data["label_en"]) == {"Citizens", "New technology"}
    mixed = bm.draw(bm.estimate_shares(wave, ["factor.citizens.promoted", "factor.citizens.hampered"])).data
    assert "Citizens: promoted to some or a high degree" in set(mixed["label_en"])


def test_groups_that_were_not_compared_have_no_columns_of_a_comparison(waves: dict[int, bm.Wave]) -> None:
    alone = bm.draw("technology_by_curiosity", waves[3]).to_frame("da")
    assert list(alone.columns) == [
        "Gruppe", "Svar", "Andel", "Nedre grænse", "Øvre grænse", "Svar (n)", "Grundlag",
    ]  # fmt: skip
    beside = bm.draw(bm.compare_domains(waves[3], "innovative", by="level")).to_frame("da")
    assert "Sammenlignet med" in beside.columns
    assert beside["Forskel"].notna().any()
