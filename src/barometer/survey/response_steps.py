"""Designs whose weights are adjusted for non-response, and whose variances know that the factors are estimated."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, ResponseError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, sum_by
from barometer.survey.constraint_rows import generalized_inverse, sum_products
from barometer.survey.design import SurveyDesign
from barometer.survey.propensity_weights import PropensityAdjustment, refit_factors
from barometer.survey.response_cells import CellAdjustment

Adjustment = CellAdjustment | PropensityAdjustment
WORDS = {"cells": "response cells", "classes": "propensity classes", "inverse": "inverse propensities"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResponseRows:
    """
    What the estimated factors of an adjustment read of scores, and take away: see `ConstraintRows`.

    Attributes
    ----------
    place : (N, s) int
        Columns 0..p-1 in which each row of L and D has a number, the same in all.
    instrument, carrier : (N,) float
        The number of L, and that of D.
    coefficients : (p, p) float
        M.
    answered : (N,) bool
    """

    place: IntArray
    instrument: FloatArray
    carrier: FloatArray
    coefficients: FloatArray
    answered: BoolArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResponseStep:
    """
    Weights of a sample given over to those who answered.

    Attributes
    ----------
    sample : SurveyDesign
        Of the N units drawn, with design weights.
    answered : (N,) bool
    adjustment : CellAdjustment or PropensityAdjustment
    """

    sample: SurveyDesign
    answered: BoolArray
    adjustment: Adjustment

    @property
    def words(self) -> str:
        """By what the weights were adjusted, for results."""
        return WORDS["cells" if isinstance(self.adjustment, CellAdjustment) else self.adjustment.rule]

    def rows(self) -> ResponseRows:
        """
        Return what variances need of the estimated factors.

        Notes
        -----
        With a for answered, d the design weights and w = d a f those adjusted, T = sum w e moves with the factors. In
        cells f = sum d / sum w/f, so that a unit adds w e + (d - w) m to the error, m being the weighted mean of e in
        its cell: D = w - d, L = 1, M = 1/sum w. Under inverse propensities rho(x'b) it adds

            w e - (sum w (1 - rho) e x') A^-1 q (a - rho) x,    A = sum q rho (1 - rho) x x',

        q being the weights of the likelihood: D = q (a - rho) x, L = (1 - rho) x, M = A^-1. Classes by propensity are
        cells; that their limits were found in the sample is left out, replicates hold it.
        """
        d, w = self.sample.weight, self.adjustment.weight
        if isinstance(self.adjustment, CellAdjustment) or self.adjustment.rule == "classes":
            cell = _cells(self.adjustment)
            inverse = np.diag(1.0 / np.bincount(cell, w))
            return ResponseRows(cell[:, np.newaxis], np.ones_like(w), w - d, inverse, self.answered)
        model = self.adjustment.model
        sizes = [len(labels) for labels in model.classes.labels]
        place = model.classes.level[model.classes.pattern] + np.cumsum([0, *sizes[:-1]])
        rho = model.propensity
        likelihood = d if self.adjustment.model_weight == "design" else np.ones_like(d)
        ones = np.ones(place.shape)
        information = sum_products(
            place, ones, place, ones * (likelihood * rho * (1.0 - rho))[:, np.newaxis], int(sum(sizes))
        )
        carrier = likelihood * (self.answered - rho)
        return ResponseRows(place, 1.0 - rho, carrier, generalized_inverse(information), self.answered)

    def repeat(self, weights: FloatArray) -> FloatArray:
        """
        Adjust replicate weights of the sample, each for itself.

        Parameters
        ----------
        weights : (N, R) float

        Returns
        -------
        (n, R) float
            Of those who answered: cells as they were joined, their factors anew; propensities fitted and cut into
            classes anew.

        Raises
        ------
        ResponseError
            If under some replicate a cell or a class has no answers, or the model no solution; with the number.
        """
        if isinstance(self.adjustment, CellAdjustment):
            factor = cell_factors(self.adjustment, self.answered, weights)[self.adjustment.cell[self.answered]]
        else:
            factor = refit_factors(self.adjustment, self.answered, weights, self.sample.weight)[self.answered]
        return np.asarray(weights[self.answered] * factor)


def cell_factors(adjustment: CellAdjustment, answered: BoolArray, weights: FloatArray) -> FloatArray:
    """
    Compute the factors of cells under replicate weights.

    Parameters
    ----------
    adjustment : CellAdjustment
        The cells, as they were joined under the full weights.
    answered : (N,) bool
    weights : (N, R) float

    Returns
    -------
    (C, R) float

    Raises
    ------
    ResponseError
        If a cell has no answers in some replicates; with the cell and their number.
    """
    size = len(adjustment.cells)
    drawn = sum_by(weights, adjustment.cell, size)
    reached = sum_by(weights[answered], adjustment.cell[answered], size)
    if (lost := (reached <= 0.0).sum(axis=1)).any():
        worst = int(np.argmax(lost))
        message = (
            f"nobody who answered is in it in {int(lost[worst]):,} of {weights.shape[1]:,} replicates. Give a larger "
            "minimum=, so that it is joined to another"
        )
        raise ResponseError("cell", " + ".join(map(str, adjustment.cells[worst])), int(lost[worst]), message)
    return np.asarray(drawn / reached)


def adjusted_sample(design: SurveyDesign, answered: BoolArray, adjustment: Adjustment) -> ResponseStep:
    """
    Join a sample to an adjustment of its weights.

    Raises
    ------
    ArgumentError
        If the sample was calibrated or is a subset, or the adjustment is of other weights.
    """
    if not isinstance(design, SurveyDesign) or design.calibration is not None:
        raise ArgumentError("design", "must be a sampling design of all units drawn, with their design weights")
    if not isinstance(adjustment, CellAdjustment | PropensityAdjustment):
        raise ArgumentError(
            "adjustment", f"is made by adjust_by_cells or adjust_by_propensity; got {type(adjustment).__name__}"
        )
    if answered.size != design.n or adjustment.weight.size != design.n:
        raise ArgumentError(
            "adjustment",
            f"is of {adjustment.weight.size:,} units, the design of {design.n:,}, answered of {answered.size:,}",
        )
    made = np.where(answered, design.weight * adjustment.factor, 0.0)
    if not np.array_equal(made, adjustment.weight):
        raise ArgumentError("adjustment", "was made of other weights or answers than those of the design")
    return ResponseStep(design, answered, adjustment)


def _cells(adjustment: Adjustment) -> IntArray:
    """Cell of each unit, numbered without gaps."""
    if isinstance(adjustment, CellAdjustment):
        return adjustment.cell
    return np.unique(adjustment.class_of, return_inverse=True)[1].astype(np.intp)
