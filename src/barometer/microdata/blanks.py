"""What an empty cell means where a layout gives it a meaning: the answer of those who were asked."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.microdata.arrays import BoolArray
from barometer.microdata.evaluate import CodedAnswers
from barometer.microdata.layout import Layout


def fill_blanks(
    answers: "Mapping[str, pd.Categorical[str]]", n: int, layout: Layout, codebook: Codebook
) -> "dict[str, pd.Categorical[str]]":
    """
    Put the answer that the layout names for blanks where a row was asked and left the cell empty.

    Parameters
    ----------
    answers : dict of str to Categorical
        The answer columns that were delivered, by the codebook's names; other entries are passed over.
    n : int
        Rows.
    layout : Layout
    codebook : Codebook

    Returns
    -------
    dict of str to Categorical
        The columns that were filled. A row that was not asked keeps its blank.

    Notes
    -----
    Questions are filled in the order of the questionnaire, so that the routing of a later one sees the answers that an
    earlier one got.
    """
    columns = codebook.columns(layout.wave)
    codes = {name: np.full(n, -1, dtype=np.int8) for name in columns}
    codes |= {name: np.asarray(answers[name].codes).astype(np.int8) for name in columns if name in answers}
    found: dict[str, pd.Categorical[str]] = {}
    for question in dict.fromkeys(column.question for column in columns.values()):
        coded = CodedAnswers(codebook, columns, codes, n)
        for name, column in columns.items():
            blank = layout.answers[name].blank
            if column.question == question and blank and name in answers:
                found[name] = filled(answers[name], (codes[name] < 0) & coded.asked(column), blank)
                codes[name] = np.asarray(found[name].codes).astype(np.int8)
    return found


def filled(values: "pd.Categorical[str]", where: BoolArray, answer: str) -> "pd.Categorical[str]":
    """Put one answer into the rows that a mask chooses."""
    position = list(values.categories).index(answer)
    codes = np.where(where, position, values.codes).astype(np.int64)
    return pd.Categorical.from_codes(codes, dtype=values.dtype)
