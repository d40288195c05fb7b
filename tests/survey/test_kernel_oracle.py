"""The kernel against R's survey package in every design, estimator and lonely-PSU rule (tests/oracle/kernel.R)."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from oracle_cases import DESIGNS, LONELY_DESIGNS, Declared, domains, estimate, stored

import barometer.survey as sv
from barometer.errors import LonelyPSUError
from barometer.survey.arrays import FloatArray

CLOSED = 1e-8
FLOOR = 1e-12
KEY = ["case", "estimator", "base", "by"]
Key = tuple[str, str, str, str]


def keys(name: str) -> list[Key]:
    """The (case, estimator, base, by) that are stored, in their order."""
    rows = stored(name)[KEY].fillna("").drop_duplicates()
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d in rows.itertuples(index=False)]


def calls(name: str, designs: dict[str, Declared]) -> list[tuple[str, Key]]:
    """Every design with every key of the answers that are its own."""
    return [
        (design, key)
        for design, declared in designs.items()
        for key in keys(name)
        if key[0] == (declared.answers or design)
    ]


def answers(name: str, key: Key) -> pd.DataFrame:
    table = stored(name)
    return table[(table[KEY].fillna("") == list(key)).all(axis=1)]


def ask(declared: Declared, key: Key, outcomes: list[str], **options: str) -> sv.DomainEstimates:
    _, estimator, base, by = key
    table = stored(declared.data)
    where = None if base == "all" else table[base] == 1
    asked = [declared.answer] if estimator == "category" else outcomes
    return estimate(declared.declare(), estimator, table, asked, by=domains(table, by), where=where, **options)


def place(found: sv.DomainEstimates, domain: str) -> int:
    return 0 if domain == "total" else found.row(tuple(domain.split("+")))


def compare(found: sv.DomainEstimates, rows: pd.DataFrame, estimator: str) -> None:
    """Every stored number, and nothing where R has nothing."""
    outcomes = list(rows["outcome"].unique())
    g = [place(found, domain) for domain in rows["domain"]]
    k = [found.names.index(outcome) for outcome in rows["outcome"]]
    expected, se = rows["estimate"].to_numpy(), rows["se"].to_numpy()
    floor = FLOOR * np.abs(expected)
    np.testing.assert_allclose(found.estimate[g, k], expected, rtol=CLOSED, atol=floor.max())
    np.testing.assert_array_equal(np.isnan(found.se[g, k]), np.isnan(se))
    close(found.se[g, k], se, floor, "se")
    # R divides one rounding error by another where everybody gave the same answer; svyvar has no design effect at all.
    rounding = (se > 0.0) & (se <= floor) | (estimator == "variance")
    for got, r in ((found.deff, "deff"), (found.deff_replacement, "deff_replace")):
        theirs = np.where(np.isfinite(rows[r]), rows[r], np.nan)
        close(got[g, k][~rounding], theirs[~rounding], FLOOR, r)
    np.testing.assert_array_equal(found.df[g, k], rows["df"])
    np.testing.assert_array_equal(found.n[g, k], rows["n"])
    answered = set(zip(g, k, strict=True))
    everything = set(product(range(found.estimate.shape[0]), map(found.names.index, outcomes)))
    assert all(np.isnan(found.estimate[cell]) for cell in everything - answered)


def close(found: FloatArray, expected: FloatArray, floor: FloatArray | float, what: str) -> None:
    """To 1e-8 relative, or within the floor; nothing where R has nothing."""
    wrong = (np.abs(found - expected) > CLOSED * np.abs(expected) + floor) | (np.isnan(found) != np.isnan(expected))
    assert not wrong.any(), f"{what}: {found[wrong]} against R's {expected[wrong]}"


def compare_covariance(found: sv.DomainEstimates, rows: pd.DataFrame) -> None:
    """The upper triangle that R gives, both halves of the matrix and each outcome's own block."""
    size = found.estimate.shape[0]
    k, m = (np.array([found.names.index(name) for name in rows[column]]) for column in ("outcome_1", "outcome_2"))
    g, h = (np.array([place(found, domain) for domain in rows[column]]) for column in ("domain_1", "domain_2"))
    expected = rows["value"].to_numpy()
    # Two domains that share no unit have no covariance but rounding: the floor is set by the largest SE of an outcome.
    spread = np.nanmax(found.se, axis=0)
    floor = FLOOR * spread[k] * spread[m]
    matrix = found.covariance()
    close(matrix[k * size + g, m * size + h], expected, floor, "covariance")
    close(matrix[m * size + h, k * size + g], expected, floor, "covariance the other way round")
    own = k == m
    blocks = np.array([found.covariance(name) for name in found.names])
    close(blocks[k, g, h][own], expected[own], floor[own], "covariance of one outcome")


def test_every_stored_case_has_a_design_and_every_design_an_answer() -> None:
    for name, designs in (("estimates", DESIGNS), ("lonely_estimates", LONELY_DESIGNS)):
        assert {key[0] for key in keys(name)} == {declared.answers or case for case, declared in designs.items()}


@pytest.mark.parametrize(("design", "key"), calls("estimates", DESIGNS), ids=lambda part: "-".join(np.ravel(part)))
def test_estimates_are_those_of_r(design: str, key: Key) -> None:
    rows = answers("estimates", key)
    compare(ask(DESIGNS[design], key, list(rows["outcome"].unique())), rows, key[1])


@pytest.mark.parametrize(
    ("design", "key"), calls("lonely_estimates", LONELY_DESIGNS), ids=lambda part: "-".join(np.ravel(part))
)
def test_lonely_rules_are_those_of_r_in_total_and_inside_domains(design: str, key: Key) -> None:
    rows = answers("lonely_estimates", key)
    compare(ask(LONELY_DESIGNS[design], key, list(rows["outcome"].unique())), rows, key[1])


@pytest.mark.parametrize(("design", "key"), calls("covariance", DESIGNS), ids=lambda part: "-".join(np.ravel(part)))
def test_covariances_across_domains_and_outcomes_are_those_of_r(design: str, key: Key) -> None:
    rows = answers("covariance", key)
    found = ask(DESIGNS[design], key, list(rows["outcome_1"].unique()), across="outcomes")
    compare_covariance(found, rows)


@pytest.mark.parametrize(
    ("design", "key"), calls("lonely_covariance", LONELY_DESIGNS), ids=lambda part: "-".join(np.ravel(part))
)
def test_covariances_keep_the_lonely_strata_of_the_whole_sample(design: str, key: Key) -> None:
    rows = answers("lonely_covariance", key)
    outcomes = list(pd.unique(rows[["outcome_1", "outcome_2"]].to_numpy().ravel()))
    compare_covariance(ask(LONELY_DESIGNS[design], key, outcomes, across="outcomes"), rows)


@pytest.mark.parametrize("key", [key for key in keys("estimates") if key[2] != "all"], ids="-".join)
def test_a_subset_of_the_design_gives_what_where_gives(key: Key) -> None:
    case, estimator, base, by = key
    rows = answers("estimates", key)
    declared = DESIGNS[case]
    table = stored(declared.data)
    inside = (table[base] == 1).to_numpy()
    kept = table[inside]
    asked = [declared.answer] if estimator == "category" else list(rows["outcome"].unique())
    found = estimate(declared.declare().subset(inside), estimator, kept, asked, by=domains(kept, by))
    compare(found, rows, estimator)


def test_lonely_strata_are_an_error_without_a_rule() -> None:
    table = stored("lonely")
    with pytest.raises(LonelyPSUError) as caught:
        sv.declare_design(table["weight"], table["stratum"], population=table["population"])
    assert caught.value.strata == ("A", "B")
