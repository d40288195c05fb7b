"""Between arrays of the kernel and tidy tables of codes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.answer_sets import AnswerSet
from barometer.analysis.estimates import TOTAL
from barometer.codebook.records import Domain
from barometer.microdata import Wave

Arrays = Mapping[str, NDArray[Any]]


def share_of_base(names: Sequence[str], yes: NDArray[np.bool_], present: NDArray[np.bool_]) -> "survey.Columns":
    """
    Prepare yes/no columns that are all of one base.

    Parameters
    ----------
    names : sequence of k
    yes : (n, k) bool
        False outside the base.
    present : (n,) bool
    """
    base = np.zeros(len(names), dtype=np.intp)
    return survey.Columns("share", tuple(names), yes, present[:, np.newaxis], base, None)


def covariance_within(found: "survey.DomainEstimates", position: int, provenance: str) -> pd.DataFrame:
    """
    Return the covariance across the outcomes of one group.

    Parameters
    ----------
    found : DomainEstimates
        Made with `across="outcomes"`.
    position : int
        Of the group, 0 being the total.
    provenance : str
        Goes to `.attrs["provenance"]`.
    """
    chosen = np.arange(len(found.names)) * (1 + len(found.groups)) + position
    matrix = pd.DataFrame(found.covariance()[np.ix_(chosen, chosen)], index=found.names, columns=found.names)
    matrix.attrs["provenance"] = provenance
    return matrix


def numbers_of(found: "survey.DomainEstimates", estimate: str = "share") -> dict[str, NDArray[Any]]:
    """
    Return what a table says of each estimate, as (1 + G, k) arrays.

    Parameters
    ----------
    found : DomainEstimates
        Of k outcomes and G groups.
    estimate : str
        Name of the estimates' column.
    """
    return {
        estimate: found.estimate,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "df": found.df,
        "n": found.n,
        "weighted_base": found.weighted_base,
        "note": found.interval.reason,
    }


def tidy(
    keys: Mapping[str, Sequence[object]],
    numbers: Arrays,
    domains: Sequence[Domain],
    groups: Sequence[Sequence[object]],
) -> pd.DataFrame:
    """
    Lay estimates out in rows: one outcome after the other, its total before its groups.

    Parameters
    ----------
    keys : dict of str to sequence of k
        What each outcome is called.
    numbers : dict of str to (1 + G, k) array
        "note" is an index into `PAIR_REASONS`.
    domains : sequence of Domain
    groups : sequence of G
        Codes of each group, one per domain.
    """
    k, rows = next(iter(numbers.values())).shape[1], 1 + len(groups)
    columns: dict[str, object] = {name: np.repeat(np.array(values, object), rows) for name, values in keys.items()}
    for position, domain in enumerate(domains):
        categories = [TOTAL, *(group.code for group in domain.groups)]
        codes = [0, *(categories.index(str(labels[position])) for labels in groups)]
        columns[domain.name] = pd.Categorical.from_codes(np.tile(codes, k), pd.Index(categories), ordered=True)
    for name, values in numbers.items():
        columns[name] = values.T.ravel()
    columns["note"] = pd.Categorical.from_codes(numbers["note"].T.ravel(), pd.Index(survey.PAIR_REASONS))
    return pd.DataFrame(columns)


def put_together(blocks: Sequence[pd.DataFrame], keys: Sequence[str], answers: AnswerSet, wave: Wave) -> pd.DataFrame:
    """
    Put tidy rows below each other, and say of all of them whom they are of and where they come from.

    Parameters
    ----------
    blocks : sequence of DataFrame
        With the same columns.
    keys : sequence of str
        Columns of text that become categories, in the order they come in.
    answers : AnswerSet
    wave : Wave
    """
    table = pd.concat(blocks, ignore_index=True)
    for name in keys:
        table[name] = pd.Categorical(table[name], pd.Index(dict.fromkeys(table[name]), dtype="str"))
    first = next(position for position, name in enumerate(table.columns) if name in ("share", "estimate"))
    table.insert(first, "base", _everywhere(answers.base, table))
    table.insert(first + 1, "dont_know", _everywhere(answers.dont_know, table))
    table["provenance"] = _everywhere(wave.provenance.kind, table)
    return table


def _everywhere(value: str, table: pd.DataFrame) -> "pd.Series[Any]":
    """Return one value in every row of a table."""
    codes = np.zeros(len(table), np.int8)
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index([value])), index=table.index)
