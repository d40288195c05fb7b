"""How many rows are counted, without weights: what the rules of disclosure ask about."""

import numpy as np

from barometer.survey.arrays import IntArray
from barometer.survey.columns import Columns, check_columns
from barometer.survey.groups import Groups


def count_answered(columns: Columns, groups: Groups) -> IntArray:
    """
    Count the rows that have each outcome, in total and by group.

    Parameters
    ----------
    columns : Columns
        Of n rows and k yes/no outcomes.
    groups : Groups
        Of n rows.

    Returns
    -------
    (1 + G, k) int
        Row 0 is the total, with the rows outside every group. Rows of weight 0 count: somebody answered them.
    """
    check_columns(columns, groups)
    from scipy.sparse import csr_array  # as in `sum_cells`

    yes = np.asarray(columns.numerator, dtype=np.float32)
    size, n = 1 + len(groups.labels), len(groups.code)
    inside = np.flatnonzero(groups.code >= 0)
    place = (np.ones(inside.size, np.float32), (groups.code[inside] + 1, inside))
    found = csr_array(place, shape=(size, n)) @ yes
    found[0] = yes.sum(axis=0)
    return np.asarray(np.rint(found), dtype=np.intp)
