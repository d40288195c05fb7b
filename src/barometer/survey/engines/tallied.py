"""Rows that gave the same answers as one row: the verbs of answers take them as they take rows that were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.drawn_sums import draw_totals, rows_of_labels
from barometer.survey.engines.levels import NamedLabels, given_answer, given_levels, known_levels
from barometer.survey.engines.planning import EXCESS, PILOT, POSITIVE, WEIGHT
from barometer.survey.engines.plans import Flag, Lookup, Made, Moved, Number, One, Product, Query, Round, Total
from barometer.survey.engines.queried import Answer, labels_of
from barometer.survey.engines.request import check_columns, find_places
from barometer.survey.engines.small_tables import check_among, in_order, is_missing
from barometer.survey.engines.source_design import Names, SourceDesign, as_names
from barometer.survey.engines.sums_of_source import Domains, check_chosen
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Labelled
from barometer.survey.replicate_design import ReplicateDesign
from barometer.survey.tallies import Tally

SQUARES = (("weight_sq", (WEIGHT, WEIGHT)), ("weight_excess", (WEIGHT, EXCESS)), ("excess_sq", (EXCESS, EXCESS)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Codes:
    """Codes with all their categories, as a pandas categorical shows them."""

    codes: IntArray
    categories: tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tallied:
    """
    The rows of a source by what they answered: P rows, each of which stands for those of one cluster that are alike.

    Attributes
    ----------
    design : SurveyDesign or ReplicateDesign
        Of the P rows, with their tally.
    columns : mapping of str to Labelled
        The answers.
    """

    design: SurveyDesign | ReplicateDesign
    columns: Mapping[str, Labelled]

    def labels(self, argument: str, answer: NamedLabels) -> Codes:
        """
        Return an answer as labels.

        Raises
        ------
        ArgumentError
            If a row has a label that is not among those that were given.
        """
        return self._among(argument, *given_answer(argument, answer))

    def numbers(self, name: str) -> FloatArray:
        """Return an answer as numbers, nan where it is missing."""
        answer = self.columns[name]
        return np.array([*(float(label) for label in answer.labels), np.nan])[answer.code]  # type: ignore[arg-type]

    def matrix(self, names: Names) -> Mapping[str, FloatArray]:
        """Return several answers as numbers."""
        return {name: self.numbers(name) for name in as_names(names)}

    def mask(self, name: str | None) -> BoolArray | None:
        """Return a column of true and false."""
        return None if name is None else self.numbers(name) == 1.0

    def groups(self, by: Domains) -> Groups:
        """
        Return the domains of the rows.

        Raises
        ------
        ArgumentError
            If a label is not among those that were given, or no row has one.
        """
        levels = given_levels("by", by)
        if not levels:
            return group_rows(None, self.design.n)
        return group_rows({name: self._among("by", name, labels) for name, labels in levels.items()}, self.design.n)

    def _among(self, argument: str, name: str, labels: tuple[object, ...] | None) -> Codes:
        """Return a column with the labels that were given, or its own."""
        own = self.columns[name]
        if labels is None:
            return Codes(own.code, own.labels)
        check_among(argument, name, (own.labels[code] for code in np.unique(own.code[own.code >= 0])), labels)
        place = {label: position for position, label in enumerate(labels)}
        return Codes(np.array([*(place.get(label, -1) for label in own.labels), -1])[own.code], labels)


def tally_source(
    design: SourceDesign, named: Sequence[tuple[str, NamedLabels]], by: Domains = None, where: str | None = None
) -> Tallied:
    """
    Count the rows of each cluster that gave the same answers.

    Parameters
    ----------
    design : SourceDesign
    named : sequence of (argument, answer)
        Columns of labels, or of numbers of which there are few; `{"answer": [labels]}` gives all labels in order.
    by : str, sequence of str, or mapping, optional
        Columns of domains, as in `sum_source`.
    where : str, optional
        Column of true and false.

    Returns
    -------
    Tallied

    Raises
    ------
    ArgumentError
        If a column is not there or holds no labels, labels are not a list of different ones, or `where` is missing in
        some rows.

    Notes
    -----
    One query of counts and sums of weights by cluster and answers; with replicate weights, of their sums too. Whatever
    is counted of these answers follows from it as from the rows, as rows that are alike are multiplied by the same
    numbers. There is one row for each combination that occurs, however many rows the source has.
    """
    asked = [(argument, given_answer(argument, answer)[0]) for argument, answer in named]
    asked += [("by", name) for name in given_levels("by", by)]
    asked += [] if where is None else [("where", where)]
    _check_kinds(design, asked)
    answers = tuple(dict.fromkeys(name for _, name in asked))
    answer = design.engine.answer(_query(design, answers))
    columns = coded_answers(design, answer, answers)
    if where is not None and (unsaid := int(answer.totals["n"][columns[where].code < 0].sum())):
        raise ArgumentError("where", f"column {where!r} is missing in {unsaid:,} rows: it must be true or false")
    for argument, name in asked:
        if argument != "ticks" and (columns[name].code < 0).all():
            raise ArgumentError(argument, f"column {name!r} is missing in all {design.n:,} rows")
    tallied = Tallied(_design(design, answer), columns)
    check_chosen(design, where, answer.totals["n"][tallied.mask(where)])
    return tallied


def _check_kinds(design: SourceDesign, asked: Sequence[tuple[str, str]]) -> None:
    check_columns(design.engine, asked)
    known = design.engine.columns()
    for argument, name in asked:
        if known[name].kind == "other":
            raise ArgumentError(argument, f"column {name!r} holds no labels: give text, numbers, categories or dates")
        if argument == "ticks" and known[name].kind not in ("number", "truth"):
            raise ArgumentError(argument, f"column {name!r} is not numeric: give 0, 1 and missing")
        if argument == "where" and known[name].kind != "truth":
            raise ArgumentError("where", f"column {name!r} must be true or false for each row")


def _query(design: SourceDesign, answers: tuple[str, ...]) -> Query:
    """Return the query of counts and sums of weights by cluster and answers."""
    declared, by_row = design.declared, design.facts.last.of_rows
    made: list[Made] = [One("n"), Number(WEIGHT, declared.weight), Flag(POSITIVE, declared.weight, "positive")]
    totals = [Total("n", "sum", "n"), Total("weighted", "sum", POSITIVE), Total("weight", "sum", WEIGHT)]
    squares = SQUARES if by_row else SQUARES[:1]
    products = [Product(name, factors) for name, factors in squares]
    totals += [Total(name, "sum", name) for name, _ in squares]
    if design.replicates is not None:
        own = design.replicates.asked(WEIGHT)
        made, products, totals = [*made, *own.made], [*products, *own.products], [*totals, *own.totals]
    keys = (*declared.keys, *(name for name in answers if name not in declared.keys))
    if not by_row:
        return Query(keys, tuple(made), tuple(totals), products=tuple(products))
    lookup = Lookup(design.pilot_keys, (Total(PILOT, "min", WEIGHT),))
    measured = Round((), (lookup,), (Moved(EXCESS, WEIGHT, PILOT),))
    return Query(keys, tuple(made), tuple(totals), (measured,), tuple(products))


def coded_answers(design: SourceDesign, answer: Answer, names: Sequence[str]) -> Mapping[str, Labelled]:
    """Code the labels that answer a query."""
    return {name: _coded(design, name, answer) for name in names}


def _coded(design: SourceDesign, name: str, answer: Answer) -> Labelled:
    """Code a column of labels: all that its type has where that is known, otherwise those that occur."""
    found, labels = answer.labels[name], known_levels(design.engine, name)
    if labels is None:
        labels = tuple(in_order(list({label: None for label in found if not is_missing(label)})))
    place = {label: position for position, label in enumerate(labels)}
    return Labelled(np.array([-1 if is_missing(label) else place[label] for label in found], dtype=np.intp), labels)


def _design(design: SourceDesign, answer: Answer) -> SurveyDesign | ReplicateDesign:
    """Return the design of the rows of an answer."""
    totals, nobody = answer.totals, np.zeros(0)
    labels = labels_of(answer, design.declared.keys)
    cluster = find_places(labels, design.place)
    cluster = np.resize(cluster, totals["n"].size)
    tally = Tally(
        totals["n"],
        totals["weighted"],
        totals["weight_sq"],
        totals.get("weight_excess", nobody),
        totals.get("excess_sq", nobody),
    )
    unit = design.facts.stages[0].unit
    psu = cluster if unit is None else unit[cluster]
    sample = SurveyDesign(totals["weight"], cluster, psu, design.facts.stages[0].stratum, design.facts, None, tally)
    if design.replicates is None:
        return sample
    if design.replicates.drawn is None:
        return design.replicates.of_rows(sample, totals)
    names = tuple(answer.labels)
    rows = rows_of_labels(design, names, labels_of(answer, names))
    origin = np.zeros((1 + sample.n, 0))
    table = draw_totals(design, design.replicates.drawn, design.replicates.facts, rows, origin)[1:, 0]
    return ReplicateDesign(sample, np.ascontiguousarray(table), None, design.replicates.facts)
