"""
A query in two steps: conditions and products become columns of the rows, and then columns are only added up.

Some engines give wrong sums, without a word, where a condition or a product stands inside the aggregation. Nothing here
can say such a thing: a `Total` names a column.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

How = Literal["sum", "min", "max", "count"]


@dataclass(frozen=True, slots=True)
class Number:
    """A column as a float; what is missing or no number becomes `otherwise`, None staying missing."""

    name: str
    column: str
    otherwise: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Present:
    """1 where every one of `columns` has a value and `where` is true; 0 elsewhere."""

    name: str
    columns: tuple[str, ...]
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """The number of a column, or 1 where it equals `label` and 0 where not; 0 where `present` is 0."""

    name: str
    column: str
    label: object
    present: str


@dataclass(frozen=True, slots=True)
class Flag:
    """1 where a column is as `what` says, 0 elsewhere; a missing value is only "missing" or "unsized"."""

    name: str
    column: str
    what: Literal["missing", "unusable", "negative", "positive", "unsized", "not_binary"]


@dataclass(frozen=True, slots=True)
class One:
    """1 in every row."""

    name: str


Made: TypeAlias = Number | Present | Within | Flag | One


@dataclass(frozen=True, slots=True)
class Kept:
    """A made column where all of `present` are 1, missing elsewhere."""

    name: str
    column: str
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """column - constant * unit, the constant being 0 where it is missing; without a unit, column - constant."""

    name: str
    column: str
    constant: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Quotient:
    """One constant over another, 0 where the second is 0."""

    name: str
    above: str
    below: str


@dataclass(frozen=True, slots=True)
class Signed:
    """
    Columns of a ratio's constant: |x| and sign(x) y.

    Attributes
    ----------
    size, signed : str
        Names of the two columns that are made.
    x, y : str
    """

    size: str
    signed: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Product:
    """Product of columns."""

    name: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strangeness:
    """Sum of |y (y - 1)| over columns: 0 where every one is 0 or 1, larger where one is not."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A column added up, its smallest or largest value, or how many of its values are not missing."""

    name: str
    how: How
    column: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    Constants of groups of rows, which are put beside the rows.

    Attributes
    ----------
    keys : tuple of str
    totals : tuple of Total
    quotients : tuple of Quotient
    """

    keys: tuple[str, ...]
    totals: tuple[Total, ...]
    quotients: tuple[Quotient, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """
    Columns measured from constants of groups of rows.

    Attributes
    ----------
    before : tuple of Kept, Signed or Product
        Columns that the lookups need.
    lookups : tuple of Lookup
    moved : tuple of Moved
        Columns measured from the constants of the lookups.
    """

    before: tuple[Kept | Signed | Product, ...]
    lookups: tuple[Lookup, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """
    What an engine is asked.

    Attributes
    ----------
    keys : tuple of str
        Columns of labels; one row of the answer for each combination that occurs, missing ones included.
    made : tuple
        Columns made of those that the rows have.
    rounds : tuple of Round
        Each needs those before it.
    products : tuple of Product or Strangeness
        Made last, of the columns above.
    totals : tuple of Total
    """

    keys: tuple[str, ...]
    made: tuple[Made, ...]
    totals: tuple[Total, ...]
    rounds: tuple[Round, ...] = ()
    products: tuple[Product | Strangeness, ...] = ()
