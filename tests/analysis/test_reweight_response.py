"""bm.reweight by cells and propensities: the kernel on the wave's sample, what is told, and what verbs make of it."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from repeated_waves import linked

import barometer as bm
from barometer import survey
from barometer.analysis.designs import wave_design
from barometer.analysis.drawn_sample import drawn_sample
from barometer.errors import ArgumentError, ResponseError, UnknownNameError
from barometer.microdata import SampleFrame

CELLS: dict[str, Any] = {"method": "cells", "minimum": 10, "largest": 4.0, "within": "sector"}


@pytest.fixture(scope="module")
def wave4(waves: dict[int, bm.Wave]) -> bm.Wave:
    return waves[4]


@pytest.fixture(scope="module")
def cells(wave4: bm.Wave) -> bm.Reweighting:
    return bm.reweight(wave4, ["sector", "size"], **CELLS)


@pytest.fixture(scope="module")
def inverse(wave4: bm.Wave) -> bm.Reweighting:
    return bm.reweight(wave4, ["level", "size"], method="propensity", rule="inverse")


@pytest.fixture(scope="module")
def replicated(wave4: bm.Wave) -> bm.Reweighting:
    return bm.reweight(wave4, ["level", "size"], method="propensity", replicates=200)


def silenced(wave: bm.Wave, **groups: str) -> bm.Wave:
    """The wave as if nobody in some groups had answered, though drawn."""
    assert wave.frame is not None
    gone = np.logical_and.reduce([(wave.microdata[name] == group).to_numpy() for name, group in groups.items()])
    counts = wave.frame.counts.copy()
    silent = np.logical_and.reduce([(counts[name] == group).to_numpy() for name, group in groups.items()])
    counts.loc[silent, "answered"] = False
    return replace(wave, microdata=wave.microdata[~gone].reset_index(drop=True), frame=SampleFrame(counts))


def test_weights_of_cells_are_counted_by_hand(wave4: bm.Wave) -> None:
    found = bm.reweight(wave4, ["sector", "size"], method="cells")
    assert wave4.frame is not None
    counts = wave4.frame.counts
    keys = ["sector", "size"]
    units, reached = (part.groupby(keys, observed=True)["units"].sum() for part in (counts, counts[counts["answered"]]))
    expected = (units / reached).reindex(pd.MultiIndex.from_frame(wave4.microdata[keys].astype(str)))
    np.testing.assert_allclose(found.weight, expected, rtol=1e-12)
    assert found.factors is not None
    assert len(found.factors.cells) == 45
    low, high = found.factors.factor_range
    assert (
        repr(found.factors) == f"<ResponseFactors: cells of sector, size, 45 groups; factors {low:.3g} to {high:.3g}>"
    )
    assert found.factors.joined.empty
    np.testing.assert_allclose(found.factors.cells["factor"] * found.factors.cells["rate"], 1.0, rtol=1e-12)


def test_cells_that_are_the_strata_have_nearly_the_errors_of_the_delivered_weights(wave4: bm.Wave) -> None:
    """The same weights; n/(n - 1) of those drawn in place of r/(r - 1) of those who answered."""
    found = bm.reweight(wave4, ["sector", "size"], method="cells")
    own, delivered = (bm.estimate_shares(wave, "innovative", by="level").table for wave in (found.wave, wave4))
    np.testing.assert_allclose(own["share"], delivered["share"], rtol=2e-4)
    ratio = own["se"].to_numpy() / delivered["se"].to_numpy()
    assert (ratio < 1.0).all()
    assert (ratio > 0.97).all()


def test_joined_cells_are_told_with_counts_and_reason(cells: bm.Reweighting) -> None:
    assert cells.factors is not None
    joined = cells.factors.joined
    assert len(joined) == 5
    assert set(joined["reason"]) == {"few_answers"}
    assert (joined["answered"] < 10).all()
    assert (joined["merged_answered"] > joined["answered"]).all()
    for row in joined.to_dict("records"):
        sectors = {one.split(" x ")[0] for one in f"{row['cell']} + {row['into']}".split(" + ")}
        assert len(sectors) == 1
    table = cells.factors.cells
    assert table["answered"].sum() == 1_611
    assert table["sampled"].sum() == 4_494
    assert (table["answered"] >= 10).all()
    assert (table["note"] == "joined").sum() == 3


def test_cells_without_a_neighbour_are_told(wave4: bm.Wave) -> None:
    found = bm.reweight(wave4, ["sector"], method="cells", minimum=30, within="sector")
    assert found.factors is not None
    alone = found.factors.cells[found.factors.cells["note"] == "alone"]
    assert set(alone["cell"]) == {"regional_social", "regional_administration"}
    assert "Cells that break the rule and have no neighbour: 2." in found.text("en")
    assert "ikke har nogen nabo: 2." in found.text("da")


def test_before_and_after_stand_beside_the_frame(cells: bm.Reweighting) -> None:
    rows = cells.table.set_index(["domain", "group"])
    sectors = rows.loc["sector"]
    np.testing.assert_allclose(sectors["achieved"], sectors["target"], rtol=1e-9)
    assert rows["before"]["level", "state"] > 1.15 * rows["target"]["level", "state"]
    assert cells.gap == pytest.approx((rows["achieved"] / rows["target"] - 1.0).abs().max())
    assert 0.0 < cells.gap < 0.002
    assert cells.base_weight.sum() == pytest.approx(14_297, rel=1e-12)


def test_propensities_are_the_kernels_on_the_sample(wave4: bm.Wave, inverse: bm.Reweighting) -> None:
    sample = drawn_sample(wave4)
    registers = sample.registers[["level", "size"]]
    for model_weight in ("design", "none"):
        found = inverse if model_weight == "design" else bm.reweight(
            wave4, ["level", "size"], method="propensity", rule="inverse", model_weight="none"
        )  # fmt: skip
        kernel = survey.adjust_by_propensity(
            sample.weight,
            sample.answered,
            registers,
            rule="inverse",
            model_weight=model_weight,
        )
        np.testing.assert_allclose(found.weight, kernel.weight[sample.answered], rtol=1e-10)
    assert inverse.factors is not None
    model = inverse.factors.model
    assert model["term"].tolist()[:3] == ["intercept", "level: region", "level: state"]
    assert inverse.factors.cells.empty


def test_classes_keep_the_rule_and_are_told(wave4: bm.Wave) -> None:
    found = bm.reweight(wave4, ["sector x size"], method="propensity", classes=4)
    assert found.factors is not None
    table = found.factors.cells
    assert table["cell"].tolist() == ["1", "2", "3", "4"]
    assert (table["low"].to_numpy()[1:] >= table["high"].to_numpy()[:-1]).all()
    np.testing.assert_allclose(table["factor"] * table["rate"], 1.0, rtol=1e-12)
    assert "with the limits of the classes as found" in found.text("en")


def test_calibration_goes_on_top_of_either(cells: bm.Reweighting, inverse: bm.Reweighting) -> None:
    for adjusted in (cells, inverse):
        found = bm.reweight(adjusted.wave, ["level", "size"])
        np.testing.assert_array_equal(found.base_weight, adjusted.weight)
        assert found.gap < 1e-9
        assert found.factors is not None
        shares = bm.estimate_shares(found.wave, "innovative", by="level")
        assert "moved from those adjusted for non-response by raking" in shares.method.text("en")
        assert "adjusted for non-response by" in found.text("en")
        margin = bm.report_weights(found.wave).table
        assert margin["n"].sum() == 2 * 1_611


def test_replicates_fit_again_and_agree_with_the_linearization(replicated: bm.Reweighting, wave4: bm.Wave) -> None:
    design = wave_design(replicated.wave)
    assert isinstance(design, survey.ReplicateDesign)
    assert (design.replicates, design.n) == (200, 1_611)
    assert design is wave_design(replicated.wave)
    linearized = bm.reweight(wave4, ["level", "size"], method="propensity")
    own, other = (bm.estimate_shares(found.wave, "innovative") for found in (replicated, linearized))
    np.testing.assert_allclose(own.table["share"], other.table["share"], rtol=1e-12)
    weight = design.replicate_weights()
    again = (
        replicated.wave.indicator_arrays(replicated.wave.select("innovative"), ["keep"]).yes[:, 0]
        @ weight
        / weight.sum(axis=0)
    )
    np.testing.assert_allclose(own.table["se"], again.std(ddof=1), rtol=1e-9)
    # Of R replicates the spread is known to 1 / sqrt(2 R): three times that.
    np.testing.assert_allclose(own.table["se"], other.table["se"], rtol=3.0 / np.sqrt(2 * 200))
    assert own.method.variance.startswith("200 replicates")
    assert own.method.text("en").startswith("Weighted shares; standard errors from 200 replicates in 45 strata")
    assert "200 replikater af stikprøven, der hver beregner faktorerne forfra" in own.method.text("da")
    raked = bm.reweight(replicated.wave, ["level", "size"]).wave
    fixed = wave_design(raked)
    assert isinstance(fixed, survey.ReplicateDesign)
    state = (raked.microdata["level"] == "state").to_numpy()
    np.testing.assert_allclose(fixed.replicate_weights()[state].sum(axis=0), 2_477, rtol=1e-8)


@pytest.mark.parametrize("kind", ["cells", "replicated"])
def test_every_verb_takes_it(kind: str, request: pytest.FixtureRequest, waves: dict[int, bm.Wave]) -> None:
    wave = request.getfixturevalue(kind).wave
    shares = bm.estimate_shares(wave, "innovative", by="level")
    difference = shares.difference("state", "municipality")
    compared = bm.compare_domains(wave, "innovative", by="level", against="pairs").table
    row = compared[
        compared["group"].isin(["state", "municipality"]) & compared["versus"].isin(["state", "municipality"])
    ]
    assert row["se"].to_numpy() == pytest.approx([difference.se], rel=1e-8)
    model = bm.fit_model(wave, "innovative ~ level", family="linear")
    of_model = model.table[(model.table["term"] == "level") & (model.table["level"] == "state")]
    assert of_model["se"].to_numpy() == pytest.approx([difference.se], rel=1e-6)
    trend = bm.estimate_trend([waves[3], wave], "innovative").changes
    assert np.isfinite(trend["se"]).all()
    assert np.isfinite(bm.test_association(wave, "innovative", "level").table["p_value"]).all()
    assert np.isfinite(bm.estimate_counts(wave, "latest_type").to_frame("en").select_dtypes("number")).any(axis=None)
    assert bm.verify([wave]).claims
    bounds = bm.bound_share(wave, "innovative").table["share"].iloc[0]
    assert bounds == pytest.approx(shares.row("innovative")["share"], rel=1e-9)
    assert bm.check_response(wave).weights.after.deff > 1.0


def test_shared_workplaces_of_adjusted_waves_have_a_covariance(waves: dict[int, bm.Wave]) -> None:
    first, second, _ = linked(waves[3], waves[4])
    pair = [bm.reweight(wave, ["sector", "size"], method="cells").wave for wave in (first, second)]
    adjusted = bm.estimate_trend(pair, "innovative", by="level").changes
    plain = bm.estimate_trend([first, second], "innovative", by="level").changes
    assert (adjusted["common"] == plain["common"]).all()
    # The same weights and workplaces; those who did not answer are counted among the units of the stack.
    assert adjusted["se"].to_numpy() == pytest.approx(plain["se"].to_numpy(), rel=0.05)


def test_words_sheets_and_figure_in_both_languages(cells: bm.Reweighting, inverse: bm.Reweighting) -> None:
    assert "celler med færre end 10 svar eller en faktor over 4 er lagt sammen" in cells.text("da")
    assert "Celler lagt sammen med en anden: 5." in cells.text("da")
    assert "inverse response propensity (logistic model of level of government, size)" in inverse.text("en")
    assert cells.factors is not None
    assert inverse.factors is not None
    assert cells.factors.joined_frame("da")["Hvorfor"].tolist() == ["For få svar"] * 5
    assert inverse.factors.model_frame("da")["Led"].tolist()[1] == "Forvaltningsniveau: Regioner"
    assert [sheet.part for sheet in cells.sheets("en")][2:] == ["cells", "joined"]
    assert [sheet.part for sheet in inverse.sheets("da")][2:] == ["svarmodel"]
    figure = bm.draw(inverse, lang="en")  # two of the cells that were joined have too few answers for a figure
    assert "at most 2.0% off the population in 21 groups, 19.0% before" in figure.words["en"].headline
    assert "adjusted for non-response by cells of sector, size" in repr(cells)
    assert "reweighted by cells of sector, size" in repr(cells.wave)


def test_an_adjusted_wave_travels(replicated: bm.Reweighting) -> None:
    copied = pickle.loads(pickle.dumps(replicated.wave))
    a, b = (bm.estimate_shares(wave, "innovative").row("innovative")["se"] for wave in (copied, replicated.wave))
    assert a == b


def test_nobody_in_a_cell_is_told_by_labels_and_count(wave4: bm.Wave) -> None:
    wave = silenced(wave4, sector="regional_administration", size="small")
    place = (
        r"Sector x Size, Regional administration x 3-19 employees \(sector x size 'regional_administration x small'\)"
    )
    with pytest.raises(ResponseError, match=f"{place}: none of 5 units drawn answered") as error:
        bm.reweight(wave, ["sector", "size"], method="cells")
    assert (error.value.variable, error.value.count) == ("sector x size", 5)
    found = bm.reweight(wave, ["sector", "size"], method="cells", minimum=1, within="sector")
    assert found.factors is not None
    assert found.factors.joined["reason"].tolist() == ["few_answers"]
    assert np.isinf(found.factors.joined["factor"].iloc[0])


def test_a_propensity_of_0_or_1_is_told_by_labels_and_count(wave4: bm.Wave) -> None:
    wave = silenced(wave4, sector="state_culture")
    with pytest.raises(
        ResponseError, match=r"Sector, State culture \(sector 'state_culture'\): none of 101 units drawn answered"
    ):
        bm.reweight(wave, ["sector", "size"], method="propensity")
    with pytest.raises(ArgumentError, match="margins: 'sector' says what those before it say already"):
        bm.reweight(wave4, ["level", "sector"], method="propensity")


@pytest.mark.parametrize(
    ("margins", "choices", "message"),
    [
        (["sector"], {"method": "cells", "rule": "inverse"}, "rule: is no choice of method"),
        (["sector"], {"method": "propensity", "minimum": 3}, "minimum: is no choice of method"),
        (["sector"], {"method": "cells", "start": "design"}, "start: is no choice of method"),
        (["sector"], {"method": "cells", "minimum": -1}, "minimum: must be a whole number of answers"),
        (["sector"], {"method": "cells", "minimum": 2.5}, "minimum: must be a whole number"),
        (["sector"], {"method": "cells", "largest": 1.0}, "largest: must be above 1"),
        (["sector"], {"method": "cells", "largest": "much"}, "largest: must be a number"),
        (["sector"], {"method": "cells", "within": "level"}, "within: must be one of the domains, sector"),
        (["sector"], {"method": "propensity", "classes": 1}, "classes: must be 2 or more"),
        (["sector"], {"method": "propensity", "rule": "quintiles"}, "rule: must be one of classes, inverse"),
        (["sector"], {"method": "propensity", "replicates": 1}, "replicates: must be 2 or more"),
        ({"level": {"state": 4}}, {"method": "cells"}, "takes names of registers of the frame"),
    ],
)
def test_choices_that_are_none_are_refused_by_name(
    wave4: bm.Wave, margins: Any, choices: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        bm.reweight(wave4, margins, **choices)


def test_what_an_adjustment_needs_and_where_it_stands(wave4: bm.Wave, cells: bm.Reweighting) -> None:
    with pytest.raises(UnknownNameError, match="no register in this frame 'industry'"):
        bm.reweight(wave4, ["industry"], method="cells")
    with pytest.raises(ArgumentError, match="has no frame of the units drawn"):
        bm.reweight(replace(wave4, frame=None), ["sector"], method="cells")
    with pytest.raises(ArgumentError, match="begins from the design weights: adjust the wave as delivered"):
        bm.reweight(cells.wave, ["sector"], method="propensity")
