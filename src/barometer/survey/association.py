"""Tests of whether two answers have to do with each other, and how strongly they do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.errors import check_choice, check_kind
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.joint_cells import JointCells
from barometer.survey.quadratic_forms import NEGLIGIBLE, TailMethod, chi_square_sum_tail

AssociationStatistic = Literal["F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"]
AssociationNote = Literal["", "one_row", "one_column", "determined", "df_below_1", "no_spread", "too_sparse"]
"""
Why there is no test. "one_row", "one_column": everybody gave the same answer. "determined": one answer follows from the
other, every row, or every column, having a single cell that somebody is in. "df_below_1": no degree of freedom is left
for the denominator. "no_spread": the shares have no sampling error. "too_sparse": so many cells are empty, or so
few units answered, that the covariance has not the rank that the test needs.
"""
SINGULAR = 1e-12
"""Smallest eigenvalue beside the largest below which a matrix is taken to have lost its rank."""


@dataclass(frozen=True, slots=True, eq=False)
class AssociationTest:
    """
    One test of no association between two answers.

    Attributes
    ----------
    test : {"F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"}
    statistic : float
        What the test compares: an F, or Pearson's chi-square of the weighted shares ("Chisq", "lincom", "saddlepoint").
        nan where there is no test.
    ndf, ddf : float
        Degrees of freedom; ddf is infinite where the reference has no denominator.
    p_value : float
        Of no association; nan where there is no test.
    pearson : float
        Pearson's chi-square of the weighted shares, as if they came from a simple random sample of n.
    cramers_v : float
        0 to 1: how far from independence the shares are. A description, without an interval.
    design_effects : (k,) float
        Eigenvalues by which the design inflates each of the k = (r - 1)(c - 1) parts of Pearson's chi-square, largest
        first; empty for the Wald tests and where there is no test.
    n : int
        Rows of data in the table.
    shape : (int, int)
        Rows and columns that somebody is in; the others take no part.
    note : str
        Why there is no test; see `AssociationNote`.
    """

    test: AssociationStatistic
    statistic: float
    ndf: float
    ddf: float
    p_value: float
    pearson: float
    cramers_v: float
    design_effects: FloatArray
    n: int
    shape: tuple[int, int]
    note: AssociationNote

    def __repr__(self) -> str:
        """Return the finding in one line."""
        if self.note:
            return f"<AssociationTest {self.test}: not tested, {self.note}; n {self.n:,}>"
        ddf = "" if np.isinf(self.ddf) else f", {self.ddf:.4g}"
        return (
            f"<AssociationTest {self.test}({self.ndf:.4g}{ddf}) = {self.statistic:.4g}, p = {self.p_value:.3g}; "
            f"Cramér's V {self.cramers_v:.3f}, {self.shape[0]} x {self.shape[1]}, n {self.n:,}>"
        )


def test_association(cells: JointCells, statistic: AssociationStatistic = "F") -> AssociationTest:
    """
    Test whether two answers are independent in the population.

    Parameters
    ----------
    cells : JointCells
        As `count_cells` gives, or the `.cells` of a cross table.
    statistic : {"F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"}
        See Notes.

    Returns
    -------
    AssociationTest
        With a note instead of a p-value where there is nothing to test.

    Raises
    ------
    ArgumentError
        If the statistic is none of these.

    Notes
    -----
    With p the shares of the whole, e their products of margins, n the rows of data, V the covariance of p, C a basis of
    the interactions, D = diag(p) and nu the degrees of freedom of the base:

    - X2 = n sum (p - e)^2/e, Pearson's chi-square, and Cramér's V = sqrt(X2/(n (min(r, c) - 1))).
    - d_1..d_k, eigenvalues of n (C'D^-1 C)^-1 (C'D^-1 V D^-1 C), Rao and Scott's generalized design effects.
    - "F": X2/sum d against F(m, m nu), m = (sum d)^2/sum d^2 (second-order correction, Thomas and Rao's F).
    - "Chisq": X2 over the mean of d against chi-square(k).
    - "lincom", "saddlepoint": X2 against sum d_j X_j over an independent chi-square(m nu)/(m nu), exactly or by
      Kuonen's approximation; with replicate weights without the denominator. As in R.
    - "Wald": Y'V_Y^-1 Y/k against F(k, nu), Y being the totals less the products of margins over the whole.
    - "adjWald": that times (nu - k + 1)/nu against F(k, nu - k + 1), which keeps its level in small samples.

    These are R's `svychisq`. There X2 counts rows that lack an answer into n, and nu their units; here both are of the
    rows in the table, which is what R gives on a subset without them. Empty rows and columns of the table take no part.
    Where one answer follows from the other R has a number or an error, as the test may be; here none of them is made:
    all shares are 0 or 1, and their variance is not known.

    References
    ----------
    Rao and Scott (1984), On chi-squared tests for multiway contingency tables with cell proportions estimated from
    survey data, Annals of Statistics 12. Thomas and Rao (1987), JASA 82. Koch, Freeman and Freeman (1975), Int. Stat.
    Rev. 43. Lumley (2010), Complex surveys, section 2.4. Kuonen (1999), Biometrika 86. Cramér (1946), section 21.9.
    """
    check_kind("cells", cells, JointCells, "a table of two answers, as count_cells and cross_groups make")
    check_choice("statistic", statistic, AssociationStatistic)
    table = _Filled.of(cells)
    if table.note:
        return table.result(statistic, note=table.note)
    if cells.df < 1:
        return table.result(statistic, note="df_below_1")
    if statistic in ("Wald", "adjWald"):
        return _wald(table, statistic)
    effects = _design_effects(table)
    if effects is None:
        return table.result(statistic, note="too_sparse")
    if effects.size == 0 or effects.sum() <= NEGLIGIBLE:
        return table.result(statistic, note="no_spread")
    return _rao_scott(table, statistic, effects)


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """
    A table without its empty rows and columns.

    `shares`, `weighted` (r, c) with their covariances (r c, r c); what the test needs besides.
    """

    shares: FloatArray
    weighted: FloatArray
    share_covariance: FloatArray
    total_covariance: FloatArray
    n: int
    df: int
    replicates: bool

    @classmethod
    def of(cls, cells: JointCells) -> "_Filled":
        rows, columns = np.flatnonzero(cells.has_rows), np.flatnonzero(cells.has_columns)
        block = np.ix_(rows, columns)
        kept = (rows[:, np.newaxis] * len(cells.columns) + columns).ravel()
        return cls(
            cells.shares[block],
            cells.weighted[block],
            cells.share_covariance[np.ix_(kept, kept)],
            cells.total_covariance[np.ix_(kept, kept)],
            int(cells.n.sum()),
            cells.df,
            cells.replicates,
        )

    @property
    def note(self) -> AssociationNote:
        r, c = self.shares.shape
        if r < 2:
            return "one_row"
        if c < 2:
            return "one_column"
        filled = self.weighted > 0.0
        return "determined" if max(filled.sum(axis=0)) == 1 or max(filled.sum(axis=1)) == 1 else ""

    @property
    def parts(self) -> int:
        r, c = self.shares.shape
        return int((r - 1) * (c - 1))

    @property
    def phi_squared(self) -> float:
        """Pearson's chi-square for each row of data."""
        expected = np.outer(self.shares.sum(axis=1), self.shares.sum(axis=0))
        return float(((self.shares - expected) ** 2 / expected).sum())

    def result(
        self,
        test: AssociationStatistic,
        statistic: float = np.nan,
        df: tuple[float, float] = (np.nan, np.nan),
        p_value: float = np.nan,
        effects: FloatArray | None = None,
        note: AssociationNote = "",
    ) -> AssociationTest:
        r, c = self.shares.shape
        least = min(r, c) - 1
        found = np.empty(0) if effects is None else effects
        found.setflags(write=False)
        return AssociationTest(
            test=test,
            statistic=statistic,
            ndf=df[0],
            ddf=df[1],
            p_value=p_value,
            pearson=self.n * self.phi_squared,
            cramers_v=float(np.sqrt(self.phi_squared / least)) if least else np.nan,
            design_effects=found,
            n=self.n,
            shape=(r, c),
            note=note,
        )


def _design_effects(table: _Filled) -> FloatArray | None:
    """Generalized design effects, largest first; None where empty cells leave too little to find them from."""
    from scipy.linalg import eigh

    r, c = table.shares.shape
    share = table.shares.ravel()
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0.0)
    interactions = np.kron(_contrasts(r), _contrasts(c)) * inverse[:, np.newaxis]
    simple = interactions.T @ (interactions * share[:, np.newaxis])
    if _lost_rank(simple):
        return None
    drawn = interactions.T @ table.share_covariance @ interactions
    found = np.asarray(eigh(table.n * drawn, simple, eigvals_only=True))[::-1]
    return np.where(found > NEGLIGIBLE * abs(found[0]), found, 0.0)


def _contrasts(levels: int) -> FloatArray:
    """Return an orthonormal basis of what adds up to zero over the levels: (levels, levels - 1), Helmert's."""
    basis = np.zeros((levels, levels - 1))
    for k in range(1, levels):
        basis[:k, k - 1] = 1.0
        basis[k, k - 1] = -float(k)
        basis[:, k - 1] /= np.sqrt(k * (k + 1.0))
    return basis


def _rao_scott(table: _Filled, test: AssociationStatistic, effects: FloatArray) -> AssociationTest:
    from scipy.special import chdtrc, fdtrc

    total, k = float(effects.sum()), table.parts
    pearson = table.n * table.phi_squared
    ndf = total**2 / float((effects**2).sum())
    ddf = ndf * table.df
    if test == "F":
        return table.result(test, pearson / total, (ndf, ddf), float(fdtrc(ndf, ddf, pearson / total)), effects)
    if test == "Chisq":
        p_value = float(chdtrc(k, pearson * k / total))
        return table.result(test, pearson, (float(k), np.inf), p_value, effects)
    denominator = np.inf if table.replicates else ddf
    method: TailMethod = "exact" if test == "lincom" else "saddlepoint"
    p_value = chi_square_sum_tail(pearson, effects, denominator, method=method)
    return table.result(test, pearson, (float(k), denominator), p_value, effects)


def _wald(table: _Filled, test: AssociationStatistic) -> AssociationTest:
    from scipy.special import fdtrc

    k, nu = table.parts, table.df
    ddf = nu if test == "Wald" else nu - k + 1
    if ddf < 1:
        return table.result(test, note="df_below_1")
    excess, spread = _excess(table)
    if not (np.diag(spread) > 0.0).any():
        return table.result(test, note="no_spread")
    if _lost_rank(spread):
        return table.result(test, note="too_sparse")
    wald = float(excess @ np.linalg.solve(spread, excess)) / k
    if test == "adjWald":
        wald *= ddf / nu
    return table.result(test, wald, (float(k), float(ddf)), float(fdtrc(k, ddf, wald)))


def _excess(table: _Filled) -> tuple[FloatArray, FloatArray]:
    """Totals less products of margins over the whole, without the first row and column, and their covariance."""
    r, c = table.weighted.shape
    whole = table.weighted.sum()
    of_rows, of_columns = table.weighted.sum(axis=1), table.weighted.sum(axis=0)
    expected = np.outer(of_rows, of_columns) / whole
    slopes = (
        np.eye(r * c)
        - np.kron(np.eye(r), np.outer(of_columns / whole, np.ones(c)))
        - np.kron(np.outer(of_rows / whole, np.ones(r)), np.eye(c))
        + expected.ravel()[:, np.newaxis] / whole
    )
    free: IntArray = np.arange(r * c).reshape(r, c)[1:, 1:].ravel()
    slopes = slopes[free]
    return (table.weighted - expected).ravel()[free], slopes @ table.total_covariance @ slopes.T


def _lost_rank(matrix: FloatArray) -> bool:
    """Whether a matrix of squares is singular, whatever the units of its columns."""
    scale = np.sqrt(np.diag(matrix))
    if not (scale > 0.0).all():
        return True
    found = np.linalg.eigvalsh(matrix / np.outer(scale, scale))
    return bool(found[0] <= SINGULAR * found[-1])
