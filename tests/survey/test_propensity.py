"""Response propensities, their weights, and replicates that fit them again, against R (oracle/nonresponse.R)."""

from typing import Literal

import numpy as np
import pytest
from nonresponse_sample import close, design_of, oracle, read_sample

import barometer.survey as sv
from barometer.errors import ArgumentError, ResponseError

SAMPLE = read_sample()
VARIABLES = SAMPLE[["stratum", "size"]]


@pytest.mark.parametrize("weighting", ["design", "none"])
def test_the_model_is_that_of_glm(weighting: str) -> None:
    weight = SAMPLE["weight"] if weighting == "design" else None
    found = sv.fit_propensities(SAMPLE["answered"], VARIABLES, weight=weight)
    expected = oracle("models").query("weighting == @weighting")
    assert found.names == ("intercept", "stratum: b", "stratum: c", "size: middle", "size: small")
    close(found.coefficients, expected["estimate"], 1e-8)
    close(np.sqrt(np.diag(found.covariance)), expected["se"], 1e-8)


def test_the_unweighted_model_answers_for_every_level() -> None:
    found = sv.fit_propensities(SAMPLE["answered"], VARIABLES)
    for column in VARIABLES:
        sums = np.bincount(SAMPLE[column].astype("category").cat.codes, SAMPLE["answered"] - found.propensity)
        np.testing.assert_allclose(sums, 0.0, atol=1e-9)


@pytest.mark.parametrize("rule", ["inverse", "classes"])
def test_weights_are_those_of_r(rule: Literal["inverse", "classes"]) -> None:
    found = sv.adjust_by_propensity(SAMPLE["weight"], SAMPLE["answered"], VARIABLES, rule=rule, classes=3)
    close(found.weight, oracle("weights")[rule], 1e-8)


def test_classes_keep_their_weight_and_are_ordered() -> None:
    found = sv.adjust_by_propensity(SAMPLE["weight"], SAMPLE["answered"], VARIABLES, classes=3)
    drawn = np.bincount(found.class_of, SAMPLE["weight"])
    close(np.bincount(found.class_of, found.weight), drawn, 1e-12)
    highest = [found.model.propensity[found.class_of == c].max() for c in range(3)]
    lowest = [found.model.propensity[found.class_of == c].min() for c in range(3)]
    assert highest[0] < lowest[1] <= highest[1] < lowest[2]


@pytest.mark.parametrize("rule", ["inverse", "classes"])
def test_replicates_that_fit_again_are_those_of_r(rule: Literal["inverse", "classes"]) -> None:
    sample = sv.make_replicates(design_of(SAMPLE), "jkn", centre="estimate")
    adjusted = sv.replicate_propensity(sample, SAMPLE["answered"], VARIABLES, rule=rule, classes=3)
    y = SAMPLE.loc[SAMPLE["answered"], "y"].astype(bool)
    expected = oracle("replicates").query("rule == @rule").iloc[0]
    share, total = sv.estimate_shares(adjusted, y), sv.estimate_totals(adjusted, y.astype(float))
    close(share.estimate[0, 0], expected["share"], 1e-8)
    close(total.estimate[0, 0], expected["total"], 1e-8)
    close(share.se[0, 0], expected["share_se"], 1e-6)
    close(total.se[0, 0], expected["total_se"], 1e-6)
    assert adjusted.df == sample.df


def test_a_level_in_which_none_or_all_answered_is_named() -> None:
    answered = SAMPLE["answered"].to_numpy() & (SAMPLE["size"] != "middle").to_numpy()
    units = int((SAMPLE["size"] == "middle").sum())
    with pytest.raises(ResponseError, match=f"size 'middle': none of {units} units drawn answered") as error:
        sv.fit_propensities(answered, VARIABLES)
    assert (error.value.variable, error.value.level, error.value.count) == ("size", "middle", units)
    with pytest.raises(ResponseError, match=r"all of .* the propensity would be 1"):
        sv.adjust_by_propensity(SAMPLE["weight"], SAMPLE["answered"] | (SAMPLE["size"] == "large"), VARIABLES)


def test_levels_that_together_foretell_who_answers_are_named() -> None:
    # Each level has both, but (a, u) and (b, v) foretell.
    first, second = list("aaaabbbb"), list("uuvvuuvv")
    answered = [True, True, True, False, True, False, False, False]
    with pytest.raises(ResponseError, match=r"first x second 'a x u'|'b x v'"):
        sv.fit_propensities(answered, {"first": first, "second": second})


def test_a_variable_that_follows_from_others_and_a_missing_label_are_named() -> None:
    level = SAMPLE["stratum"].map({"a": "low", "b": "high", "c": "high"})
    with pytest.raises(ArgumentError, match="'level' says what those before it say"):
        sv.fit_propensities(SAMPLE["answered"], {"stratum": SAMPLE["stratum"], "level": level})
    with pytest.raises(ArgumentError, match=r"variables: \d+ of 200 rows have no label in 'size'"):
        sv.fit_propensities(SAMPLE["answered"], {"size": SAMPLE["size"].where(SAMPLE["size"] != "large")})


def test_replicates_without_a_solution_are_counted_not_dropped() -> None:
    first = ["a"] * 6 + ["b"] * 6
    answered = np.array([True] + [False] * 5 + [True, True, True, False, False, False])
    sample = sv.make_replicates(sv.declare_design(np.ones(12)), "jk1")
    with pytest.raises(ResponseError, match="1 of 12 replicates") as error:
        sv.replicate_propensity(sample, answered, {"first": first}, rule="inverse")
    assert error.value.count == 1


def test_other_mistakes_are_named() -> None:
    with pytest.raises(ArgumentError, match="rule: must be one of inverse, classes"):
        sv.adjust_by_propensity(SAMPLE["weight"], SAMPLE["answered"], VARIABLES, rule="quintiles")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="classes: must be a whole number of at least 2"):
        sv.adjust_by_propensity(SAMPLE["weight"], SAMPLE["answered"], VARIABLES, classes=1)
    with pytest.raises(ArgumentError, match="design: must have replicate weights"):
        sv.replicate_propensity(design_of(SAMPLE), SAMPLE["answered"], VARIABLES)  # type: ignore[arg-type]


def test_the_unweighted_model_of_a_replicate_counts_its_factors() -> None:
    sample = sv.make_replicates(design_of(SAMPLE), "jkn", centre="estimate")
    adjusted = sv.replicate_propensity(sample, SAMPLE["answered"], VARIABLES, rule="inverse", model_weight="none")
    weights = sample.replicate_weights()
    for replicate in (0, 70, 150):
        kept = weights[:, replicate] > 0.0
        factor = weights[kept, replicate] / SAMPLE["weight"].to_numpy()[kept]
        model = sv.fit_propensities(SAMPLE["answered"][kept], VARIABLES[kept], weight=factor)
        expected = np.zeros(len(SAMPLE))
        expected[kept] = weights[kept, replicate] / model.propensity
        close(adjusted.replicate_weights()[:, replicate], expected[SAMPLE["answered"]], 1e-8)
