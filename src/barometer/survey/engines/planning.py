"""From sums that are wanted to the query that delivers them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from barometer.survey.engines.plans import (
    Flag,
    Kept,
    Lookup,
    Made,
    Moved,
    Number,
    One,
    Present,
    Product,
    Query,
    Quotient,
    Round,
    Signed,
    Strangeness,
    Total,
    Within,
)
from barometer.survey.engines.request import Column, Declared, Request

WEIGHT, POSITIVE, EXCESS, PILOT, STRANGE = "w", "p", "e", "pilot", "strange"
ENDS: tuple[Literal["min", "max"], ...] = ("min", "max")


def ask_clusters(declared: Declared) -> Query:
    """Return the query that counts the rows of each finest cluster, and what is wrong with them."""
    weight = declared.weight
    made: list[Made] = [
        One("n"),
        Number("w", weight),
        Flag("weighted", weight, "positive"),
        Flag("missing", weight, "unusable"),
        Flag("negative", weight, "negative"),
    ]
    totals = [Total(name, "sum", name) for name in ("n", "weighted", "missing", "negative")]
    totals += [Total("lightest", "min", "w"), Total("heaviest", "max", "w")]
    for stage, name in enumerate(declared.population):
        made += [Number(f"size{stage}", name, None), Flag(f"sizeless{stage}", name, "unsized")]
        totals += [Total(f"low{stage}", "min", f"size{stage}"), Total(f"high{stage}", "max", f"size{stage}")]
        totals.append(Total(f"sizeless{stage}", "sum", f"sizeless{stage}"))
    return Query(declared.keys, tuple(made), tuple(totals))


def ask_presence(columns: Sequence[str]) -> Query:
    """Return the query that counts the values that are present in each column."""
    present = [Present(f"x{position}", (name,)) for position, name in enumerate(columns)]
    totals = [Total(name, "sum", name) for name in ("n", *(one.name for one in present))]
    return Query((), (One("n"), *present), tuple(totals))


def ask_values(request: Request, lacking: Set[str]) -> Query:
    """
    Return the query that finds incomplete columns, rows that `where` says nothing of, and the ends of numbers.

    Parameters
    ----------
    request : Request
    lacking : set of str
        Columns that are known to be incomplete: their values are not counted.

    Notes
    -----
    What is asked of the values of shares is in `ask_sums`, which reads them anyway. Numbers are counted as they are,
    not as conditions, so that an engine may answer by what it knows of its files.
    """
    of_labels = {measure.column for measure in request.measures if measure.label is not None}
    made: list[Made] = [One("n")]
    totals = [Total("n", "count", "n")]
    for position, name in enumerate(request.outcomes):
        x, v = f"x{position}", f"v{position}"
        if name in of_labels:
            made.append(Present(x, (name,)))
            totals.append(Total(x, "sum", x))
            continue
        made.append(Number(v, name, None))
        if name not in lacking:
            totals.append(Total(x, "count", v))
        if request.statistic != "share":
            totals += _ends(position)
    if request.where is not None:
        made.append(Flag("unsaid", request.where, "missing"))
        totals.append(Total("unsaid", "sum", "unsaid"))
    return Query((), tuple(made), tuple(totals))


def ask_answers(request: Request, known: Mapping[str, Column]) -> Query:
    """Return the query that says in which columns of shares there are other values than 0 and 1."""
    made: list[Made] = [One("n")]
    totals = [Total("n", "count", "n")]
    for position, name in enumerate(request.outcomes):
        made.append(Number(f"v{position}", name, None))
        totals += _ends(position)
        if known[name].floating:
            made.append(Flag(f"bad{position}", name, "not_binary"))
            totals.append(Total(f"bad{position}", "sum", f"bad{position}"))
    return Query((), tuple(made), tuple(totals))


def _ends(position: int) -> list[Total]:
    return [Total(f"{end}{position}", end, f"v{position}") for end in ENDS]


@dataclass(slots=True)
class _Draft:
    """Columns and totals as they are thought of."""

    made: list[Made] = field(default_factory=list)
    before: list[Kept | Signed] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    products: dict[tuple[str, ...], Product] = field(default_factory=dict)
    totals: list[Total] = field(default_factory=list)
    centres: list[Total] = field(default_factory=list)
    quotients: list[Quotient] = field(default_factory=list)

    def add_up(self, name: str, *factors: str) -> None:
        """Make the product of columns a column, and add it up."""
        if len(factors) == 1:
            self.totals.append(Total(name, "sum", factors[0]))
            return
        product = self.products.setdefault(factors, Product(f"m{len(self.products)}", factors))
        self.totals.append(Total(name, "sum", product.name))


@dataclass(frozen=True, slots=True)
class Bases:
    """
    Which base each measure is of.

    Attributes
    ----------
    columns : tuple of tuple of str
        Of each base, the columns that may be missing in it; none where all rows have a value.
    of : tuple of int
        The base of each measure.
    """

    columns: tuple[tuple[str, ...], ...]
    of: tuple[int, ...]


def find_bases(request: Request, incomplete: set[str]) -> Bases:
    """Give measures that lack values in the same columns a base in common; each ratio has one of its own."""
    found: dict[tuple[object, ...], int] = {}
    of = []
    for position, measure in enumerate(request.measures):
        lacking = tuple(name for name in measure.columns if name in incomplete)
        key = (position, *lacking) if request.statistic == "ratio" else lacking
        of.append(found.setdefault(key, len(found)))
    own = 1 if request.statistic == "ratio" else 0
    return Bases(tuple(tuple(str(name) for name in key[own:]) for key in found), tuple(of))


def ask_sums(
    request: Request, declared: Declared, weight_columns: tuple[str, ...], bases: Bases, by_row: bool, zeros: bool
) -> Query:
    """
    Return the query that delivers the sums of `CellSums`.

    Parameters
    ----------
    request : Request
    declared : Declared
    weight_columns : tuple of str
        Keys of the clusters that pilots are of.
    bases : Bases
    by_row : bool
        Whether the sampling units are rows, so that squares of rows are needed.
    zeros : bool
        Whether some weights are zero.
    """
    keys = (*declared.keys, *(name for name in request.by if name not in declared.keys))
    measured = request.statistic in ("mean", "total")
    draft = _Draft([Number(WEIGHT, declared.weight)])
    if zeros or measured:
        draft.made.append(Flag(POSITIVE, declared.weight, "positive"))
    lookups = []
    if measured and by_row:
        lookups.append(Lookup(weight_columns, (Total(PILOT, "min", WEIGHT),)))
        draft.moved.append(Moved(EXCESS, WEIGHT, PILOT))
    _bases(draft, request, bases, by_row, zeros)
    _measures(draft, request, bases, by_row)
    if request.across == "outcomes" and by_row:
        _across(draft, request, bases)
    numbers = tuple(f"y{j}" for j, measure in enumerate(request.measures) if measure.label is None)
    strange = [Strangeness(STRANGE, numbers)] if request.statistic == "share" and numbers else []
    draft.totals += [Total(STRANGE, "max", STRANGE) for _ in strange]
    if draft.centres:
        lookups.append(Lookup(keys, tuple(draft.centres), tuple(draft.quotients)))
    return Query(
        keys,
        tuple(draft.made),
        tuple(draft.totals),
        (Round(tuple(draft.before), tuple(lookups), tuple(draft.moved)),) if lookups else (),
        (*draft.products.values(), *strange),
    )


def _bases(draft: _Draft, request: Request, bases: Bases, by_row: bool, zeros: bool) -> None:
    measured, ratio = request.statistic in ("mean", "total"), request.statistic == "ratio"
    for b, columns in enumerate(bases.columns):
        x = f"x{b}"
        draft.made.append(Present(x, columns, request.where))
        draft.add_up(f"rows{b}", x)
        if zeros:
            draft.add_up(f"weighted{b}", POSITIVE, x)
        draft.add_up(f"weight{b}", WEIGHT, x)
        draft.add_up(f"weight_sq{b}", WEIGHT, WEIGHT, x)
        if ratio:
            over = next(m.over for m, of in zip(request.measures, bases.of, strict=True) if of == b)
            draft.made.append(Within(f"v{b}", str(over), None, x))
            draft.add_up(f"denominator{b}", WEIGHT, f"v{b}")
            draft.add_up(f"flat_xx{b}", WEIGHT, f"v{b}", f"v{b}")
            if by_row:
                draft.add_up(f"square_xx{b}", WEIGHT, WEIGHT, f"v{b}", f"v{b}")
        elif measured and by_row:
            draft.add_up(f"square_xx{b}", EXCESS, EXCESS, x)


def _measures(draft: _Draft, request: Request, bases: Bases, by_row: bool) -> None:
    for j, (measure, b) in enumerate(zip(request.measures, bases.of, strict=True)):
        x, y, u, v = f"x{b}", f"y{j}", f"u{j}", f"v{b}"
        alone = measure.label is None and request.where is None and {*bases.columns[b]} <= {measure.column}
        # Outside a base that is the outcome's alone, the outcome is missing: no condition is needed to make it 0.
        draft.made.append(Number(y, measure.column) if alone else Within(y, measure.column, measure.label, x))
        if request.statistic == "share":
            draft.add_up(f"numerator{j}", WEIGHT, y)
            if by_row:
                draft.add_up(f"square_ux{j}", WEIGHT, WEIGHT, y)
            continue
        centre = f"c{j}"
        if request.statistic == "ratio":
            draft.before.append(Signed(f"a{j}", f"s{j}", v, y))
            draft.centres += [Total(f"ca{j}", "sum", f"a{j}"), Total(f"cs{j}", "sum", f"s{j}")]
            draft.quotients.append(Quotient(centre, f"cs{j}", f"ca{j}"))
            draft.moved.append(Moved(u, y, centre, v))
            draft.add_up(f"flat_ux{j}", WEIGHT, u, v)
        else:
            draft.before.append(Kept(f"k{j}", y, (x, POSITIVE)))
            draft.centres.append(Total(centre, "min", f"k{j}"))
            draft.moved.append(Moved(u, y, centre, x))
        draft.totals.append(Total(centre, "min", centre))
        draft.add_up(f"numerator{j}", WEIGHT, u)
        draft.add_up(f"flat_uu{j}", WEIGHT, u, u)
        if by_row:
            draft.add_up(f"square_uu{j}", WEIGHT, WEIGHT, u, u)
            draft.add_up(f"square_ux{j}", WEIGHT, *((WEIGHT, u, v) if request.statistic == "ratio" else (EXCESS, u)))


def _across(draft: _Draft, request: Request, bases: Bases) -> None:
    """Products of all numerators and denominators with each other."""
    outcome = "y" if request.statistic == "share" else "u"
    unit = "v" if request.statistic == "ratio" else "x"
    z = [
        *(f"{outcome}{j}" for j in range(len(bases.of))),
        *(f"{unit}{b}" for b in range(len(bases.columns))),
    ]
    for first, one in enumerate(z):
        for second, other in enumerate(z[: first + 1]):
            draft.add_up(f"z{first}_{second}", WEIGHT, WEIGHT, one, other)
