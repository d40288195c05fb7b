"""Trends over waves: what is compared, what is refused with its reason, and that numbers are the kernel's."""

import html
from dataclasses import FrozenInstanceError, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from repeated_waves import delivered, linked

import barometer as bm
import barometer.survey as sv
from barometer.analysis.trend_words import CHANGE_NOTES, between, points, signed
from barometer.errors import ArgumentError, DesignError, MixedCodebooksError, UnknownNameError

ALL = [1, 2, 3, 4]


def several(waves: dict[int, bm.Wave], *numbers: int) -> list[bm.Wave]:
    return [waves[number] for number in numbers]


def row(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_levels_are_those_of_estimate_shares(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), ["innovative", "partner.citizens"], "level")
    for number in (3, 4):
        shares = bm.estimate_shares(waves[number], ["innovative", "partner.citizens"], by="level").table
        own = trend.table[trend.table["wave"] == number].reset_index(drop=True)
        for name in ("share", "se", "ci_low", "ci_high", "df", "n"):
            assert own[name].to_numpy() == pytest.approx(shares[name].to_numpy(), rel=1e-12)


def test_a_change_of_synthetic_waves_is_one_of_independent_samples_although_ids_repeat(
    waves: dict[int, bm.Wave],
) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), "innovative", "level")
    assert set(waves[3].microdata["id"]) & set(waves[4].microdata["id"])
    assert set(trend.changes["samples"]) == {"independent"}
    assert not trend.changes["common"].any()
    assert "made one by one" in repr(trend)
    for level in ("total", "municipality", "region", "state"):
        one, two = (row(trend.table, level=level, wave=number) for number in (3, 4))
        change = row(trend.changes, level=level)
        assert change["change"] == pytest.approx(two["share"] - one["share"], abs=1e-15)
        assert change["se"] == pytest.approx(np.hypot(one["se"], two["se"]), rel=1e-12)
        df = change["se"] ** 4 / (one["se"] ** 4 / one["df"] + two["se"] ** 4 / two["df"])
        assert change["df"] == pytest.approx(df, rel=1e-10)


def test_workplaces_of_two_deliveries_are_counted_as_the_same_by_their_id(waves: dict[int, bm.Wave]) -> None:
    first, second, common = linked(waves[3], waves[4])
    trend = bm.estimate_trend([first, second], "innovative", "level")
    change = row(trend.changes, level="total")
    assert change["samples"] == "overlapping"
    assert change["common"] == common > 500
    assert trend.changes["common"].iloc[1:].sum() == common
    assert "same id" in trend.method.linking.en
    apart = bm.estimate_trend([first, second], "innovative", "level", samples="independent")
    assert "as was asked" in apart.method.linking.en
    assert set(apart.changes["samples"]) == {"independent"}
    assert (trend.changes["se"] / apart.changes["se"] - 1.0).abs().max() > 1e-3
    assert trend.changes["change"].to_numpy() == pytest.approx(apart.changes["change"].to_numpy(), abs=1e-14)


def test_a_workplace_that_answers_the_same_again_makes_its_change_more_certain(waves: dict[int, bm.Wave]) -> None:
    # Wave 4 answered by the very workplaces of wave 3: the change is nothing, and so is its error.
    first = delivered(waves[3])
    repeated = replace(first, record=waves[4].record, codebook=bm.codebook())
    lacking = {name: first.microdata["novelty"] for name in repeated.columns if name not in first.microdata}
    second = replace(repeated, microdata=first.microdata.assign(**lacking))
    trend = bm.estimate_trend([first, second], "partner.citizens")
    assert trend.changes["change"].tolist() == [0.0]
    assert trend.changes["note"].tolist() == ["no_spread"]
    assert row(trend.table, wave=4)["se"] > 0.005


def test_the_stacked_rule_is_the_design_of_stacked_rows(waves: dict[int, bm.Wave]) -> None:
    first, second, _ = linked(waves[3], waves[4])
    trend = bm.estimate_trend([first, second], "partner.citizens", "level", overlap="stacked")
    frames, outcomes = [], []
    for wave in (first, second):
        indicator = wave.select("partner.citizens")
        arrays = wave.indicator_arrays(indicator, [indicator[0].dont_know])
        base = arrays.bases[:, arrays.base[0]]
        outcomes.append(np.where(base, arrays.yes[:, 0], np.nan))
        names = np.array(wave.stratum[1])[wave.stratum[0]]
        frames.append(wave.microdata[["id", "weight", "level"]].assign(stratum=names, wave=wave.record.number))
    rows = pd.concat(frames, ignore_index=True)
    design = sv.declare_design(rows["weight"], rows["stratum"], rows["id"])
    by = {"wave": rows["wave"], "level": rows["level"].astype(str)}
    stacked = sv.estimate_shares(design, np.concatenate(outcomes), by=by)
    for level in ("municipality", "region", "state"):
        expected = stacked.difference((4, level), (3, level))
        found = row(trend.changes, level=level)
        assert found["change"] == pytest.approx(expected.estimate, abs=1e-14)
        assert found["se"] == pytest.approx(expected.se, rel=1e-9)


def test_the_order_of_the_waves_makes_no_difference(waves: dict[int, bm.Wave]) -> None:
    names = ["innovative", "technology"]
    ordered = bm.estimate_trend(several(waves, *ALL), names, "level", versus="all")
    mixed = bm.estimate_trend(several(waves, 3, 1, 4, 2), names, "level", versus="all")
    for part in ("table", "changes", "slopes"):
        pd.testing.assert_frame_equal(getattr(ordered, part), getattr(mixed, part))


@pytest.mark.parametrize(
    ("versus", "pairs"),
    [
        ("previous", [(1, 2), (2, 3), (3, 4)]),
        ("first", [(1, 2), (1, 3), (1, 4)]),
        ("all", list(combinations(ALL, 2))),
        (3, [(1, 3), (2, 3), (3, 4)]),
    ],
)
def test_versus_says_which_waves_are_compared(
    waves: dict[int, bm.Wave], versus: bm.analysis.trend.Versus, pairs: list[tuple[int, int]]
) -> None:
    changes = bm.estimate_trend(several(waves, *ALL), "innovative", versus=versus).changes
    assert list(zip(changes["first"], changes["second"], strict=True)) == pairs


def test_every_verdict_is_that_of_the_codebook(waves: dict[int, bm.Wave]) -> None:
    book = bm.codebook()
    changes = bm.estimate_trend(several(waves, *ALL), "*", versus="all").changes
    verdicts = set()
    for found in changes.to_dict("records"):
        verdict = book.comparability(found["indicator"], found["first"], found["second"]).verdict
        assert found["comparable"] == verdict
        assert np.isnan(found["change"]) == (verdict == "not_comparable")
        verdicts.add(verdict)
    assert verdicts == {"comparable", "break", "not_comparable"}


def test_every_number_that_is_not_there_has_a_note(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, *ALL), "*", ["level", "size"], versus="all")
    for frame, name in ((trend.table, "share"), (trend.changes, "change"), (trend.slopes, "slope")):
        tests = [] if name == "share" else ["p_value", "p_adjusted"]
        for column in (name, "se", "ci_low", "ci_high", *tests):
            assert (frame.loc[frame[column].isna(), "note"] != "").all()
        assert frame[name].notna().any()
        assert set(frame["note"]) <= set(CHANGE_NOTES)


def test_a_break_is_computed_and_marked_with_its_reason_in_both_languages(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 1, 2, 3), "innovative")
    change = row(trend.changes, second=2)
    assert change["comparable"] == "break"
    assert np.isfinite(change["change"])
    assert trend.table["break_before"].tolist() == ["", "break", ""]
    assert "names 2015-2016 and 2018-2019" in trend.to_frame("en")["Reservation"][1]
    assert "nævner 2015-2016 og 2018-2019" in trend.to_frame("da", "changes")["Forbehold"][0]
    assert trend.to_frame("en")["Reservation"][2] == trend.to_frame("en")["Reservation"][0] == ""
    assert "names 2015-2016" in trend.reason("innovative", 1, 2)


def test_no_slope_crosses_a_break(waves: dict[int, bm.Wave]) -> None:
    slopes = bm.estimate_trend(several(waves, *ALL), ["innovative", "financing.external", "shared.yes"]).slopes
    held = dict(iter(slopes.groupby("indicator", observed=True)))
    assert held["innovative"][["first", "last", "waves"]].to_numpy().tolist() == [[2, 4, 3]]
    for name in ("financing.external", "shared.yes"):
        assert held[name]["note"].tolist() == ["no_stretch"]
        assert held[name]["first"].isna().all()


def test_spans_are_the_changes_over_whole_stretches_tested_together(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, *ALL), "partner", "level")
    every = bm.estimate_trend(several(waves, *ALL), "partner", "level", versus="all").changes
    keys = ["indicator", "level", "first", "second"]
    assert set(zip(trend.spans["first"], trend.spans["second"], strict=True)) == {(2, 4)}
    held = every.merge(trend.spans[keys], on=keys).sort_values(keys, kind="stable").reset_index(drop=True)
    own = trend.spans.drop(columns="p_adjusted").sort_values(keys, kind="stable").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, held[own.columns])
    for family in (trend.spans[trend.spans["level"] == "total"], trend.spans[trend.spans["level"] != "total"]):
        ordered = family["p_value"].sort_values()
        holm = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1.0)
        assert family["p_adjusted"].to_dict() == pytest.approx(holm.to_dict())
    assert "p-value, adjusted" in trend.to_frame("en", "spans")


def test_a_stretch_whose_ends_do_not_compare_has_no_span(waves: dict[int, bm.Wave]) -> None:
    assert bm.estimate_trend(several(waves, 1, 2), "innovative").spans.empty
    initiator = bm.estimate_trend(several(waves, *ALL), "initiator.legislation").spans
    assert initiator[["first", "second"]].to_numpy().tolist() == [[2, 3]]


def test_what_cannot_be_compared_is_empty_with_its_reason_and_the_rest_comes(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), ["shared.yes", "innovative"])
    refused, kept = row(trend.changes, indicator="shared.yes"), row(trend.changes, indicator="innovative")
    assert (refused["note"], refused["comparable"]) == ("not_comparable", "not_comparable")
    assert np.isnan([refused["change"], refused["se"], refused["p_value"]]).all()
    assert np.isfinite(kept["change"])
    assert "not seen in the text" in trend.to_frame("en", "changes")["Reservation"][0]
    assert row(trend.table, indicator="shared.yes", wave=4)["break_before"] == "not_comparable"


def test_an_indicator_that_one_wave_lacks_has_rows_that_say_so(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 2, 3, 4), ["technology.itself", "innovative"])
    table = trend.table[trend.table["indicator"] == "technology.itself"]
    assert table["note"].tolist() == ["not_asked", "", ""]
    assert table["n"].tolist()[0] == 0
    assert row(trend.changes, indicator="technology.itself", first=2)["note"] == "not_asked"
    assert np.isfinite(row(trend.changes, indicator="technology.itself", first=3)["change"])
    assert trend.changes.loc[trend.changes["indicator"] == "innovative", "change"].notna().all()


def test_what_a_wave_did_not_ask_is_said_once_and_not_of_every_group(waves: dict[int, bm.Wave]) -> None:
    said = bm.estimate_trend(several(waves, 2, 3, 4), "technology.itself", "level").summary("en")
    assert said.count("Wave 2 does not have the indicator.") == 1
    assert all(f"itself a technological solution, {level}: " in said for level in ("Municipalities", "Regions"))


def test_sectors_that_do_not_correspond_are_not_compared_but_the_total_is(waves: dict[int, bm.Wave]) -> None:
    changes = bm.estimate_trend(several(waves, 1, 2), "innovative", "sector").changes
    total, groups = changes[changes["sector"] == "total"], changes[changes["sector"] != "total"]
    assert total["comparable"].tolist() == ["break"]
    assert np.isfinite(total["change"]).all()
    assert set(groups["note"]) == {"not_comparable"}
    assert groups["change"].isna().all()


def test_groups_made_of_other_answers_are_a_break(waves: dict[int, bm.Wave]) -> None:
    changes = bm.estimate_trend(several(waves, 3, 4), "partner.citizens", "evaluation_level").changes
    total, groups = changes[changes["evaluation_level"] == "total"], changes[changes["evaluation_level"] != "total"]
    assert set(total["comparable"]) == {"comparable"}
    assert set(groups["comparable"]) == {"break"}
    assert groups["change"].notna().all()


def test_a_group_that_one_wave_lacks_has_a_note_and_the_others_come(waves: dict[int, bm.Wave]) -> None:
    size = waves[4].codebook.domain("size")
    domains = {**waves[4].codebook.domains, "size": replace(size, groups=size.groups[:2])}
    smaller = replace(waves[4], codebook=replace(waves[4].codebook, domains=domains))
    trend = bm.estimate_trend([waves[3], smaller], "innovative", "size")
    assert row(trend.changes, size="large")["note"] == "no_group"
    assert row(trend.table, size="large", wave=4)["note"] == "no_group"
    assert np.isfinite(row(trend.changes, size="small")["change"])


def test_a_domain_that_one_wave_lacks_leaves_the_total(waves: dict[int, bm.Wave]) -> None:
    without = replace(waves[3], microdata=waves[3].microdata.drop(columns="industry"))
    changes = bm.estimate_trend([without, waves[4]], "innovative", "industry").changes
    assert np.isfinite(row(changes, industry="total")["change"])
    assert set(changes.loc[changes["industry"] != "total", "note"]) == {"no_domain"}
    both = [replace(wave, microdata=wave.microdata.drop(columns="industry")) for wave in (waves[3], waves[4])]
    with pytest.raises(UnknownNameError, match="industry"):
        bm.estimate_trend(both, "innovative", "industry")


def test_a_slope_is_the_least_squares_line_through_the_waves(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 2, 3, 4), "partner.citizens")
    t, share, se = (trend.table[name].to_numpy() for name in ("year", "share", "se"))
    assert t.tolist() == [2015.5, 2018.5, 2022.0]
    (slope,) = trend.slopes.to_dict("records")
    assert slope["slope"] == pytest.approx(np.polyfit(t, share, 1)[0], rel=1e-9)
    c = (t - t.mean()) / ((t - t.mean()) ** 2).sum()
    assert slope["se"] == pytest.approx(np.sqrt((c**2 * se**2).sum()), rel=1e-12)


def test_years_may_be_given_and_an_unknown_one_leaves_the_slope_empty(waves: dict[int, bm.Wave]) -> None:
    asked = several(waves, 3, 4)
    change = bm.estimate_trend(asked, "innovative").changes["change"][0]
    given = bm.estimate_trend(asked, "innovative", years={3: 2018.5, 4: 2022.3})
    assert given.slopes["slope"][0] == pytest.approx(change / 3.8, rel=1e-10)
    unknown = bm.estimate_trend(asked, "innovative", years={4: float("nan")}).slopes
    assert unknown["note"].tolist() == ["no_year"]
    assert unknown["slope"].isna().all()


def test_bad_waves_and_choices_are_refused_in_words(waves: dict[int, bm.Wave]) -> None:
    pair = several(waves, 3, 4)
    other = replace(waves[4].codebook, about=replace(waves[4].codebook.about, name="elsewhere"))
    with pytest.raises(ArgumentError, match="wave 3 is given more than once"):
        bm.estimate_trend([waves[3], waves[4], waves[3]], "innovative")
    with pytest.raises(ArgumentError, match="two waves at least"):
        bm.estimate_trend([waves[3]], "innovative")
    with pytest.raises(ArgumentError, match="needs two waves"):
        bm.estimate_trend(waves[3], "innovative")  # type: ignore[arg-type]
    with pytest.raises(MixedCodebooksError):
        bm.estimate_trend([waves[3], replace(waves[4], codebook=other)], "innovative")
    with pytest.raises(UnknownNameError, match="innovative"):
        bm.estimate_trend(pair, "inovative")
    with pytest.raises(UnknownNameError, match="sector"):
        bm.estimate_trend(pair, "innovative", "sectr")
    with pytest.raises(ArgumentError, match="same domain twice"):
        bm.estimate_trend(pair, "innovative", ["size", "size"])
    with pytest.raises(ArgumentError, match="no indicator"):
        bm.estimate_trend(pair, [])
    with pytest.raises(ArgumentError, match="wave 2, which is not among"):
        bm.estimate_trend(pair, "innovative", years={2: 2015.5})
    wrong: list[dict[str, Any]] = [
        {"versus": 2},
        {"versus": "last"},
        {"samples": "panel"},
        {"overlap": "x"},
        {"confidence": 95},
    ]
    wrong += [{"adjust": "tukey"}, {"interval": "x"}]
    for choice in wrong:
        with pytest.raises(ArgumentError, match=f"^{next(iter(choice))}: "):
            bm.estimate_trend(pair, "innovative", **choice)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ({4: "x"}, "wave 4 a number, for instance .* got 'x'"),
        ({4: None}, "wave 4 a number, .* if it is not known; got None"),
        ({4: True}, "wave 4 a number"),
        (2022, "must be a dict of waves to years, .* got 2022"),
        ({"4": 2022}, "waves by their number, .* got the key '4'"),
        ({3: 2020, 4: 2010}, "wave 3 is placed at 2020 and wave 4 at 2010"),
        ({3: 2022}, "wave 3 is placed at 2022 and wave 4 at 2022"),
    ],
)
def test_years_that_are_none_are_refused_in_words(waves: dict[int, bm.Wave], years: object, said: str) -> None:
    with pytest.raises(ArgumentError, match=f"^years: .*{said}"):
        bm.estimate_trend(several(waves, 3, 4), "innovative", years=years)  # type: ignore[arg-type]


def test_what_is_no_domain_is_refused_with_an_example(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(ArgumentError, match=r"^by: must be a domain .* 'sector'.* got a int"):
        bm.estimate_trend(several(waves, 3, 4), "innovative", 3)  # type: ignore[arg-type]
    peers = bm.find_peers(waves[4], level="municipality")
    with pytest.raises(ArgumentError, match=r"^by: peers are found in one wave: name a domain .*'sector'"):
        bm.estimate_trend(several(waves, 3, 4), "innovative", peers)  # type: ignore[arg-type]


def test_an_indicator_of_other_waves_is_refused_with_the_waves_that_have_it(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(UnknownNameError, match=r"in waves 1 and 2 'shared.yes'. Waves 3 and 4 have it"):
        bm.estimate_trend(several(waves, 1, 2), "shared.yes")
    with pytest.raises(UnknownNameError, match="Waves 3 and 4 have it"):
        bm.decompose_change(waves[1], waves[2], "shared.yes", "size")
    with pytest.raises(UnknownNameError, match="Did you mean"):
        bm.estimate_trend(several(waves, 1, 2), "inovative")


def test_ids_in_two_strata_are_refused_with_the_way_out(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(DesignError, match="are in another stratum in the later wave") as refused:
        bm.estimate_trend(several(waves, 3, 4), "innovative", samples="by_id")
    assert 'samples="independent"' in str(refused.value)
    pair = [delivered(waves[3]), delivered(waves[4])]
    with pytest.raises(DesignError, match="waves 3 and 4"):
        bm.estimate_trend(pair, "innovative")
    assert bm.estimate_trend(pair, "innovative", samples="independent").changes["change"].notna().all()


def test_strata_made_of_other_registers_are_refused(waves: dict[int, bm.Wave]) -> None:
    first, second, _ = linked(waves[3], waves[4])
    sizes = second.microdata.groupby("level", observed=True)["weight"].transform("sum")
    other = replace(second, record=replace(second.record, stratum=("level",)))
    other = replace(other, microdata=other.microdata.assign(population=sizes.round()))
    with pytest.raises(DesignError, match="strata are made of sector x size and of level"):
        bm.estimate_trend([first, other], "innovative")


def test_deliveries_without_a_common_id_say_so(waves: dict[int, bm.Wave]) -> None:
    renamed = delivered(waves[4], id="w4-" + waves[4].microdata["id"])
    trend = bm.estimate_trend([delivered(waves[3]), renamed], "innovative")
    assert set(trend.changes["samples"]) == {"independent"}
    assert "no id is in two" in trend.method.linking.en
    unnamed = replace(renamed, microdata=renamed.microdata.drop(columns="id"))
    assert (
        "not all of them have ids" in bm.estimate_trend([delivered(waves[3]), unnamed], "innovative").method.linking.en
    )


def test_running_numbers_are_nobodys_ids(waves: dict[int, bm.Wave]) -> None:
    numbered = [delivered(waves[n], id=pd.array([str(i + 1) for i in range(waves[n].n)], dtype="str")) for n in (3, 4)]
    trend = bm.estimate_trend(numbered, "innovative")
    assert set(trend.changes["samples"]) == {"independent"}
    assert "running numbers" in trend.method.linking.en
    with pytest.raises(DesignError, match="1,611 ids are in both"):
        bm.estimate_trend(numbered, "innovative", samples="by_id")


def test_waves_without_strata_or_sizes_are_linked_by_ids_that_are_no_running_numbers(waves: dict[int, bm.Wave]) -> None:
    def simple(wave: bm.Wave, ids: list[str]) -> bm.Wave:
        without = replace(delivered(wave, id=pd.array(ids, dtype="str")), record=replace(wave.record, stratum=()))
        return replace(without, microdata=without.microdata.assign(weight=1.0, population=np.inf))

    named = [simple(waves[n], [f"unit {i}" for i in range(waves[n].n)]) for n in (3, 4)]
    (change,) = bm.estimate_trend(named, "innovative").changes.to_dict("records")
    assert (change["samples"], change["common"]) == ("overlapping", 1611)
    numbered = [simple(waves[n], [str(i) for i in range(waves[n].n)]) for n in (3, 4)]
    assert set(bm.estimate_trend(numbered, "innovative").changes["samples"]) == {"independent"}
    (forced,) = bm.estimate_trend(numbered, "innovative", samples="by_id").changes.to_dict("records")
    assert forced["se"] == pytest.approx(change["se"], rel=1e-12)


def test_frames_have_labels_in_both_languages(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 1, 2, 3), ["innovative", "technology.none"], "level")
    danish, english = (trend.to_frame(lang, "changes") for lang in ("da", "en"))
    assert danish["Forvaltningsniveau"].unique().tolist()[:2] == ["Alle", "Kommuner"]
    assert english["Comparability"][0] == "comparable with a break"
    assert danish["Sammenlignelighed"][0] == "kan sammenlignes med et brud"
    assert english["Samples"][0] == "independent samples"
    slopes = trend.to_frame("da", "slopes")
    assert "Ingen to bølger i træk" in slopes["Bemærkning"].iloc[-1]
    for frame in (danish, english, trend.to_frame("da"), slopes):
        assert not set(frame.columns) & {"indicator", "note", "samples", "comparable", "provenance", "break_before"}
    with pytest.raises(ArgumentError, match="part"):
        trend.to_frame("en", "levels")  # type: ignore[arg-type]


def test_sentences_say_the_whole_stretch_first_then_breaks_and_why_there_is_no_change(
    waves: dict[int, bm.Wave],
) -> None:
    trend = bm.estimate_trend(several(waves, *ALL), ["innovative", "technology.none", "shared.yes"])
    lines = trend.summary("en").splitlines()
    assert lines[0] == "Synthetic data: not answers from the survey."
    assert lines[1].startswith("Innovative workplaces: 80.6% (2015-2016) to 83.1% (2021-2023), no clear change: +2.5")
    assert "Linear trend, 2015-2016 to 2021-2023: +0.39 percentage points a year (" in lines[1]
    assert lines[1].endswith("), no clear trend.")
    assert "measured lower: \N{MINUS SIGN}5.3 percentage points" in lines[2]
    assert "The series breaks: Statistics Denmark names" in lines[2]
    assert "no clear change: +0.5 percentage points" in lines[3]
    assert ": no technology: " in lines[5]
    assert ", fell: \N{MINUS SIGN}8.6 percentage points" in lines[5]
    assert lines[6].endswith("2013-2014 / 2015-2016: Waves 1 and 2 do not have the indicator.")
    assert lines[7].endswith("2015-2016 / 2018-2019: Wave 2 does not have the indicator.")
    assert "cannot be compared. " in lines[10]
    danish = trend.summary("da").splitlines()
    assert "Lineær tendens, 2015-2016 til 2021-2023: +0,39 procentpoint om året (" in danish[1]
    assert "målt lavere: \N{MINUS SIGN}5,3 procentpoint" in danish[2]
    assert danish[6].endswith("Bølge 1 og 2 har ikke indikatoren.")
    assert len(danish) == len(lines) == 12
    shown = html.unescape(trend._repr_html_())
    assert "Linear trend, 2015-2016 to 2021-2023: +0.39 percentage points a year" in shown
    assert "Waves 1 and 2 do not have the indicator" in shown


def test_frames_name_the_waves_that_lack_something(waves: dict[int, bm.Wave]) -> None:
    without = replace(waves[3], microdata=waves[3].microdata.drop(columns="industry"))
    trend = bm.estimate_trend([waves[2], without, waves[4]], ["technology.itself", "innovative"], "industry")
    notes = trend.to_frame("en", "changes")["Note"].tolist()
    assert notes[0] == "Wave 2 does not have the indicator"
    assert "Wave 3 does not have the domain" in notes
    assert "Bølge 2 har ikke indikatoren" in trend.to_frame("da")["Bemærkning"].tolist()


def test_groups_with_a_share_of_zero_are_not_tested_and_few_answers_are_told_apart(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), "technology.itself", "sector")
    zero, few = (row(trend.changes, sector=name) for name in ("regional_social", "municipal_administration"))
    assert (zero["note"], few["note"]) == ("share_zero", "few_counted")
    assert np.isnan([zero["se"], zero["ci_low"], zero["p_value"], zero["p_adjusted"]]).all()
    assert zero["change"] == pytest.approx(-row(trend.table, sector="regional_social", wave=3)["share"], abs=1e-14)
    assert few["p_value"] < 0.05
    assert row(trend.slopes, sector="regional_social")["note"] == "share_zero"
    told = trend.summary("da").splitlines()
    (line,) = [each for each in told if "Regionalt socialområde" in each]
    assert ", ikke testet (en andel er 0: dens usikkerhed kan ikke beregnes): \N{MINUS SIGN}21,0 procentpoint." in line
    (line,) = [each for each in told if "Kommunal administration" in each]
    assert ", faldt (få svar af den sjældne slags): \N{MINUS SIGN}8,1 procentpoint (" in line


def test_changes_of_every_share_of_zero_or_one_or_single_answer_have_no_test(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), "*", "sector")
    level = trend.table.set_index(["indicator", "sector", "wave"])
    keys = list(zip(trend.changes["indicator"], trend.changes["sector"], strict=True))
    sides = [level.loc[[(*key, number) for key in keys]] for number in (3, 4)]
    edge = np.zeros(len(keys), dtype=bool)
    for side in sides:
        share = side["share"].to_numpy()
        edge |= (share < 1e-12) | (share > 1.0 - 1e-12) | (side["n"].to_numpy() == 1)
    edge &= trend.changes["change"].notna().to_numpy()
    assert edge.sum() > 100
    assert (
        trend.changes.loc[edge, ["se", "ci_low", "ci_high", "statistic", "p_value", "p_adjusted"]].isna().all(axis=None)
    )
    assert set(trend.changes.loc[edge, "note"]) <= {"share_zero", "share_one", "one_answer"}


def test_what_does_not_vary_is_not_said_to_be_no_clear_change(waves: dict[int, bm.Wave]) -> None:
    first = delivered(waves[3])
    repeated = replace(first, record=waves[4].record, codebook=bm.codebook())
    lacking = {name: first.microdata["novelty"] for name in repeated.columns if name not in first.microdata}
    second = replace(repeated, microdata=first.microdata.assign(**lacking))
    trend = bm.estimate_trend([first, second], "partner.citizens")
    assert trend.changes[["ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    assert ", ikke testet (ingen spredning: ingen test): 0,0 procentpoint." in trend.summary("da")


def test_p_values_are_adjusted_over_an_indicators_changes(waves: dict[int, bm.Wave]) -> None:
    asked = several(waves, 2, 3, 4), ["partner.citizens", "technology.none"], "sector"
    trend = bm.estimate_trend(*asked)
    for part in (trend.changes, trend.slopes):
        for _, rows in part.groupby(["indicator", part["sector"] == "total"], observed=True):
            expected = sv.adjust_p_values(rows["p_value"].to_numpy())
            assert rows["p_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-14, nan_ok=True)
            assert rows["p_value"].count() == 1 or (rows["p_adjusted"] > rows["p_value"]).any()
    plain = bm.estimate_trend(*asked, adjust="none")
    for part in (plain.changes, plain.spans, plain.slopes):
        assert part["p_adjusted"].equals(part["p_value"].rename("p_adjusted"))
    assert "adjusted by Holm over an indicator's changes" in trend.summary()
    assert "ikke justeret for antallet af ændringer" in plain.summary("da")
    assert "Benjamini and Hochberg" in repr(bm.estimate_trend(*asked, adjust="bh"))


def test_a_change_that_does_not_outlast_its_adjustment_says_so(waves: dict[int, bm.Wave]) -> None:
    asked = several(waves, 3, 4), "technology.itself", "sector"
    adjusted, plain = (bm.estimate_trend(*asked, adjust=rule).summary("da") for rule in ("holm", "none"))
    one, other = (next(n for n in told.splitlines() if "Kommunal sundhed" in n) for told in (adjusted, plain))
    assert "ingen sikker ændring, når der er justeret for flere test: +12,4" in one
    assert ", steg (få svar af den sjældne slags): +12,4" in other


@pytest.mark.parametrize(("rule", "da"), [("stacked", "lagt oven på hinanden"), ("conditional", "i et stratum")])
def test_the_rule_of_the_overlap_is_named(waves: dict[int, bm.Wave], rule: sv.OverlapRule, da: str) -> None:
    first, second, _ = linked(waves[3], waves[4])
    trend = bm.estimate_trend([first, second], "innovative", overlap=rule)
    parts = bm.decompose_change(first, second, "innovative", "size", overlap=rule)
    for found in (trend, parts):
        assert da in found.summary("da")
        for text in (found.summary("en"), repr(found), found._repr_html_()):
            assert f'overlap="{rule}"' in html.unescape(text)
    assert "kolonnen »Svarede i begge« (common)" in trend.summary("da")
    assert "Svarede i begge" in trend.to_frame("da", "changes")
    apart = bm.estimate_trend(several(waves, 3, 4), "innovative", overlap=rule)
    assert "overlap=" not in apart.summary() + repr(apart)


def test_changes_that_round_to_nothing_keep_their_size_and_sign_in_words() -> None:
    assert points(-0.000007, "da") == "under 0,05 procentpoint"
    assert points(0.0004, "en", 2) == "+0.04 percentage points"
    assert points(0.0, "da") == "0,0 procentpoint"
    assert points(0.0005, "en") == "+0.1 percentage points"
    assert signed(-0.0001, "en") == "\N{MINUS SIGN}0.0"
    assert between(-0.0001, 0.0002, "da") == "begge grænser under 0,05"
    assert between(-0.0001, 0.02, "en") == "\N{MINUS SIGN}0.0 to +2.0"
    assert between(float("nan"), float("nan"), "en") == ""


def test_tables_name_an_answer_with_its_question_and_a_small_p_is_not_nought(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 2, 3), ["shared.yes", "partner.own_organisation"])
    named = ["Tried to share: yes", "Partners: other workplaces in their own organisation"]
    for part in ("shares", "changes", "slopes"):
        assert trend.to_frame("en", part)["Indicator"].unique().tolist() == named
    assert trend.to_frame("da")["Indikator"].iloc[0] == "Forsøgt delt: ja"
    assert trend.changes["p_value"].iloc[1] < 0.0005
    assert "&lt;0.001<" in trend._repr_html_()
    assert ">0.000<" not in trend._repr_html_()


def test_a_group_is_named_in_its_sentence(waves: dict[int, bm.Wave]) -> None:
    told = bm.estimate_trend(several(waves, 3, 4), "innovative", "level").summary("en")
    assert "Innovative workplaces, Municipalities: " in told


def test_what_is_shown_is_marked_as_synthetic(waves: dict[int, bm.Wave]) -> None:
    trend = bm.estimate_trend(several(waves, 3, 4), "innovative", "level")
    assert repr(trend).startswith("<Trend: 1 indicator(s) by level, waves 3 (2018-2019), 4 (2021-2023); SYNTHETIC>")
    shown = trend._repr_html_()
    assert "Synthetic data" in shown
    assert "comparable" in shown
    assert set(trend.table["provenance"]) == set(trend.changes["provenance"]) == {"synthetic"}
    real = bm.estimate_trend([delivered(waves[3]), delivered(waves[4])], "innovative", samples="independent")
    assert not real.is_synthetic
    assert "SYNTHETIC" not in repr(real)
    assert "ynthetic" not in real._repr_html_() + real.summary()
    with pytest.raises(FrozenInstanceError):
        trend.method = real.method  # type: ignore[misc]
