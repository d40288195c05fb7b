"""The designs of tests/oracle/kernel.R in the kernel's words, and the verb that answers each of R's estimators."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import barometer.survey as sv

ORACLE = Path(__file__).parents[1] / "oracle"


@dataclass(frozen=True)
class Declared:
    """
    One design by the columns of its data; a population is a column, a number or None (with replacement).

    `answers` names the stored case where it is not the design's own name: the same design said in another way.
    """

    data: str
    weight: str
    stratum: tuple[str, ...] = ()
    psu: tuple[str, ...] = ()
    population: tuple[str | float | None, ...] = ()
    fraction: tuple[str | float | None, ...] = ()
    psu_labels: sv.PSULabels = "unique"
    lonely_psu: sv.LonelyRule = "error"
    lonely_domain: sv.LonelyDomainRule = "keep"
    answer: str = ""
    answers: str = ""

    def declare(self) -> sv.SurveyDesign:
        table = stored(self.data)

        def by_stage(columns: tuple[str | float | None, ...]) -> Any:
            values = [table[column] if isinstance(column, str) else column for column in columns]
            return values if len(values) > 1 else (values or [None])[0]

        return sv.declare_design(
            table[self.weight],
            by_stage(self.stratum),
            by_stage(self.psu),
            population=by_stage(self.population),
            sampling_fraction=by_stage(self.fraction),
            psu_labels=self.psu_labels,
            lonely_psu=self.lonely_psu,
            lonely_domain=self.lonely_domain,
        )


@cache
def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"kernel_{name}.csv")


def schools(data: str, weight: str, **declared: Any) -> Declared:
    return Declared(f"api{data}", weight, answer="level", **declared)


DESIGNS = {
    "apistrat_population": schools("strat", "varied", stratum=("stype",), population=("fpc",)),
    "apistrat_fraction": schools("strat", "pw", stratum=("stype",), fraction=("fraction",)),
    "apistrat_fraction_as_population": schools(
        "strat", "pw", stratum=("stype",), population=("fpc",), answers="apistrat_fraction"
    ),
    "apistrat_replacement": schools("strat", "varied", stratum=("stype",)),
    "apistrat_weights": schools("strat", "varied"),
    "apistrat_zeroed": schools("strat", "zeroed", stratum=("stype",), population=("fpc",)),
    "apisrs_population": schools("srs", "pw", population=("fpc",)),
    "apisrs_population_number": schools("srs", "pw", population=(6194.0,), answers="apisrs_population"),
    "apisrs_weights": schools("srs", "varied"),
    "apiclus1_population": schools("clus1", "pw", psu=("dnum",), population=("fpc",)),
    "apiclus1_fraction": schools("clus1", "varied", psu=("dnum",), fraction=("fraction",)),
    "apiclus1_replacement": schools("clus1", "varied", psu=("dnum",)),
    "apiclus1_zeroed": schools("clus1", "zeroed", psu=("dnum",), population=("fpc",)),
    "apiclus2_two_stages": schools("clus2", "pw", psu=("dnum", "snum"), population=("fpc1", "fpc2")),
    "apiclus2_fraction": schools("clus2", "varied", psu=("dnum", "snum"), fraction=("fraction1", "fraction2")),
    "apiclus2_replacement_second": schools(
        "clus2", "pw", psu=("dnum", "snum"), population=("fpc1", None), lonely_psu="remove"
    ),
    "apiclus2_infinite_second": schools(
        "clus2",
        "pw",
        psu=("dnum", "snum"),
        population=("fpc1", np.inf),
        lonely_psu="remove",
        answers="apiclus2_replacement_second",
    ),
    "apiclus2_first_stage": schools("clus2", "pw", psu=("dnum",)),
    "apiclus2_no_population": schools("clus2", "varied", psu=("dnum", "snum")),
    "nhanes": Declared(
        "nhanes", "weight", stratum=("stratum",), psu=("psu",), psu_labels="within_stratum", answer="age"
    ),
    "scd": Declared("scd", "weight", stratum=("ESA",), psu=("ambulance",), psu_labels="within_stratum"),
    "fpc": Declared(
        "fpc", "weight", stratum=("stratid",), psu=("psuid",), population=("Nh",), psu_labels="within_stratum"
    ),
    "election": Declared("election", "wt"),
    "mu284": Declared("mu284", "weight", psu=("id1", "id2"), population=("n1", "n2")),
    "three_stages": Declared(
        "three_stages",
        "weight",
        stratum=("s1", "s2"),
        psu=("psu", "ssu", "row_id"),
        population=("n1", "n2", "n3"),
        psu_labels="within_stratum",
        answer="answer",
    ),
    "three_stages_unique_labels": Declared(
        "three_stages",
        "weight",
        stratum=("s1", "part_id"),
        psu=("psu_id", "ssu_id", "row_id"),
        population=("n1", "n2", "n3"),
        answer="answer",
        answers="three_stages",
    ),
}

LONELY = {
    "rows": Declared("lonely", "weight", stratum=("stratum",), population=("population",)),
    "rows_replacement": Declared("lonely", "weight", stratum=("stratum",)),
    "clusters": Declared("lonely_clusters", "weight", stratum=("stratum",), psu=("psu",), population=("n1",)),
    "clusters_replacement": Declared("lonely_clusters", "weight", stratum=("stratum",), psu=("psu",)),
    "two_stages": Declared(
        "lonely_clusters", "weight", stratum=("stratum", "part"), psu=("psu", "ssu"), population=("n1", "n2")
    ),
    "two_stages_one_part": Declared(
        "lonely_clusters", "weight", stratum=("stratum",), psu=("psu", "ssu"), population=("n1", "n2_of_psu")
    ),
}
RULES: tuple[sv.LonelyRule, ...] = ("remove", "certainty", "adjust", "average")
DOMAIN_RULES: tuple[sv.LonelyDomainRule, ...] = ("keep", "adjust")

LONELY_DESIGNS = {
    f"lonely:{name}:{rule}:{domain_rule}": replace(declared, lonely_psu=rule, lonely_domain=domain_rule)
    for name, declared in LONELY.items()
    for rule in RULES
    for domain_rule in DOMAIN_RULES
}


def estimate(
    design: sv.SurveyDesign, estimator: str, table: pd.DataFrame, outcomes: list[str], **options: Any
) -> sv.DomainEstimates:
    """Ask for every outcome of one of R's estimators in one call; of a category, `outcomes` is the answer's column."""
    if estimator == "ratio":
        above, below = zip(*(outcome.split("/") for outcome in outcomes), strict=True)
        one = len(set(below)) == 1
        denominator = table[below[0]] if one else table[list(below)]
        return sv.estimate_ratios(design, table[list(above)], denominator, **options)
    if estimator == "category":
        return sv.estimate_categories(design, table[outcomes[0]], **options)
    verbs = {
        "share": sv.estimate_shares,
        "mean": sv.estimate_means,
        "total": sv.estimate_totals,
        "variance": sv.estimate_variances,
    }
    return verbs[estimator](design, table[outcomes], **options)


def domains(table: pd.DataFrame, by: str) -> dict[str, pd.Series] | None:
    return {name: table[name] for name in by.split("+")} if by else None
