"""Replicate weights of a sample that an engine holds: columns of it, factors of its units, or drawn as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barometer.survey.arrays import FloatArray
from barometer.survey.bootstrap import Bootstrap
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.plans import Made, Number, Product, Total
from barometer.survey.replicate_design import Contents, ReplicateDesign, ReplicateFacts


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What replicate weights add to a query.

    Attributes
    ----------
    made : tuple
    products : tuple of Product
    totals : tuple of Total
    weights : (R,) tuple of tuple of str
        The made columns whose product each replicate weight is.
    """

    made: tuple[Made, ...]
    products: tuple[Product, ...]
    totals: tuple[Total, ...]
    weights: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SourceReplicates:
    """
    Where the R replicate weights of each row come from.

    Attributes
    ----------
    facts : ReplicateFacts
    columns : (R,) tuple of str
        Columns of replicate weights; empty where they were made.
    contents : {"weights", "factors"}
        What the columns hold.
    factor : (U, R) float
        Factors of the sampling units of several rows; without rows in the other cases.
    drawn : Bootstrap or None
        Where the rows are the sampling units: how their factors are drawn while they are read.
    """

    facts: ReplicateFacts
    columns: tuple[str, ...]
    contents: Contents
    factor: FloatArray
    drawn: Bootstrap | None = None

    @property
    def replicates(self) -> int:
        """R."""
        return int(self.facts.rscales.size)

    def asked(self, weight: str) -> Asked:
        """Return what a query needs so that the replicate weights are columns of it and are added up."""
        made = tuple(Number(f"r{place}", name) for place, name in enumerate(self.columns))
        if self.contents == "weights":
            totals = tuple(Total(f"total_{one.name}", "sum", one.name) for one in made)
            return Asked(made, (), totals, tuple((one.name,) for one in made))
        products = tuple(Product(f"w{one.name}", (weight, one.name)) for one in made)
        totals = tuple(Total(f"total_{one.name}", "sum", one.name) for one in products)
        return Asked(made, products, totals, tuple(one.factors for one in products))

    def of_rows(self, sample: SurveyDesign, totals: Mapping[str, FloatArray]) -> ReplicateDesign:
        """Return the replicate design of rows that stand for several, with the sums of their replicate weights."""
        if not self.columns:
            return ReplicateDesign(sample, self.factor, sample.psu, self.facts)
        table = np.column_stack([totals[one.name] for one in self.asked("").totals])
        return ReplicateDesign(sample, table, None, self.facts)
