"""Replicate weights made from a sampling design."""

import warnings
from dataclasses import replace
from typing import overload

import numpy as np

from barometer.errors import ArgumentError, BarometerWarning, DesignError, check_choice
from barometer.survey.arrays import IntArray
from barometer.survey.bootstrap import plan_bootstrap
from barometer.survey.design import SurveyDesign, frozen
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.replicate_design import ReplicateDesign, ReplicateFacts, VarianceCentre
from barometer.survey.replication import (
    Replicates,
    ReplicationKind,
    balanced_half_samples,
    delete_one,
    delete_one_by_stratum,
    rescaled_bootstrap,
)
from barometer.survey.stages import DesignFacts

LARGEST = 4_000_000_000
"""Bytes of factors that are made at the most."""


@overload
def make_replicates(
    design: SourceDesign,
    kind: ReplicationKind,
    *,
    replicates: int = ...,
    rho: float = ...,
    seed: int | None = ...,
    centre: VarianceCentre = ...,
) -> SourceDesign: ...
@overload
def make_replicates(
    design: SurveyDesign,
    kind: ReplicationKind,
    *,
    replicates: int = ...,
    rho: float = ...,
    seed: int | None = ...,
    centre: VarianceCentre = ...,
) -> ReplicateDesign: ...
def make_replicates(
    design: SurveyDesign | SourceDesign,
    kind: ReplicationKind,
    *,
    replicates: int = 500,
    rho: float = 0.5,
    seed: int | None = None,
    centre: VarianceCentre = "mean",
) -> ReplicateDesign | SourceDesign:
    """
    Make replicate weights from a sampling design.

    Parameters
    ----------
    design : SurveyDesign or SourceDesign
        Of a source whose sampling units have several rows, replicates of estimates follow from sums of units. Where
        its rows are the units, "rao_wu" alone can be made, and they must have an order: a Parquet file or folder, an
        Arrow, pandas or Polars table, or a DuckDB relation.
    kind : {"jk1", "jkn", "brr", "fay", "rao_wu"}
        Jackknife of an unstratified or stratified sample, half samples of two units a stratum, or the rescaled
        bootstrap.
    replicates : int
        Of "rao_wu"; the other kinds have their own number.
    rho : float
        Of "fay".
    seed : int
        Of "rao_wu", which needs one, so that its numbers can be had again.
    centre : {"mean", "estimate"}
        What squares are measured from.

    Returns
    -------
    ReplicateDesign or SourceDesign
        One factor for each sampling unit and replicate is kept where units have several rows; of the rows of a source
        none is, as they are drawn while they are read. Its df are sampling units less strata, at most R - 1. Of a
        calibrated design every replicate is calibrated, and of one adjusted for non-response adjusted, in the same way.

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, or the seed is missing.
    DesignError
        If the design does not suit the kind, or there would be more than 4 GB of weights.
    LonelyPSUError
        If a stratum that is not taken whole has one sampling unit and the design has no rule for it.
    CalibrationError
        If the targets of a calibrated design cannot be met in a replicate.

    Warns
    -----
    BarometerWarning
        If the design has finite population corrections that the replicates do not carry: any in half samples, those
        after the first stage in the other kinds.

    Notes
    -----
    Replicates are of the first stage: without a finite population correction there, they hold the variance of all
    later stages too. R's `degf` is lower where strata were taken whole, and in domains counts otherwise; here the df
    are those of the linearized variance.

    References
    ----------
    See `delete_one`, `delete_one_by_stratum`, `balanced_half_samples` and `rescaled_bootstrap`.

    Examples
    --------
    >>> from barometer.survey import declare_design
    >>> sample = declare_design([2.0, 2.0, 5.0, 5.0], ["a", "a", "b", "b"], population=[4, 4, 10, 10])
    >>> make_replicates(sample, "jkn")
    <ReplicateDesign: 4 rows, 4 replicates (jkn), df 2>
    """
    if not isinstance(design, SurveyDesign | SourceDesign):
        raise ArgumentError("design", f"must be a sampling design; got {type(design).__name__}")
    check_choice("kind", kind, ReplicationKind)
    if not isinstance(replicates, int) or not (seed is None or (isinstance(seed, int) and seed >= 0)):
        raise ArgumentError("seed", "replicates and seed must be whole numbers, the seed not negative")
    check_choice("centre", centre, VarianceCentre)
    if isinstance(design, SurveyDesign) and design.calibration is not None:
        from barometer.survey.replicate_calibration import recalibrate_replicates  # most designs are not calibrated

        base = design.calibration.whole_base()
        if design.calibration.response is not None:
            base = design.calibration.response.sample
        of_base = make_replicates(base, kind, replicates=replicates, rho=rho, seed=seed, centre=centre)
        return recalibrate_replicates(of_base, design.calibration)
    if kind == "rao_wu" and seed is None:
        raise ArgumentError("seed", "the bootstrap needs a whole number, so that its replicates can be made again")
    first = design.facts.stages[0]
    if isinstance(design, SourceDesign):
        _check_source(design, kind)
        if first.of_rows and seed is not None:
            return _drawn_later(design, replicates, seed, centre)
    stratum = first.stratum if isinstance(design, SourceDesign) else design.psu_stratum
    _check_size(kind, stratum.size, first.n.size, replicates)
    if len(design.facts.stages) > 1 or (kind in ("brr", "fay") and design.facts.corrected):
        left = "finite population correction" if kind in ("brr", "fay") else "sampling after the first stage"
        warnings.warn(
            BarometerWarning(f'replicates of kind "{kind}" leave out the {left} of this design'), stacklevel=2
        )
    made = _make(design.facts, stratum, kind, replicates, rho, seed)
    made.rscales.setflags(write=False)
    df = min(design.df, made.factor.shape[1] - 1)
    facts = ReplicateFacts(kind, made.scale, made.rscales, centre, df, "sampling_units")
    if isinstance(design, SourceDesign):
        from barometer.survey.engines.source_replicates import SourceReplicates  # most samples are not in a source

        return replace(design, replicates=SourceReplicates(facts, (), "factors", frozen(made.factor)))
    if design.psu_stratum.size < design.n:
        return ReplicateDesign(design, frozen(made.factor), design.psu, facts)
    whole = np.array_equal(design.psu, np.arange(design.psu_stratum.size))
    table = made.factor if whole else made.factor[design.psu]
    table *= design.weight[:, np.newaxis]
    return ReplicateDesign(design, frozen(table), None, facts)


def _check_source(design: SourceDesign, kind: ReplicationKind) -> None:
    if design.replicates is not None:
        raise DesignError("design", "has replicate weights already")
    if design.facts.stages[0].of_rows and kind != "rao_wu":
        raise DesignError(
            "psu",
            f'every row is a sampling unit: "{kind}" needs a factor for each of them in each replicate, and rows are '
            'not here; use "rao_wu", which is drawn while they are read, declare units of several rows, or linearize',
        )


def _drawn_later(design: SourceDesign, replicates: int, seed: int, centre: VarianceCentre) -> SourceDesign:
    """Return a source whose rows are drawn again whenever they are read, each time the same way."""
    from barometer.survey.engines.source_replicates import SourceReplicates
    from barometer.survey.engines.streams import as_batches

    rows, lonely = design.facts.stages[0], design.facts.lonely_psu
    plan = plan_bootstrap(rows.n, rows.fraction, replicates=replicates, seed=seed, lonely_psu=lonely)
    df = min(design.df, replicates - 1)
    facts = ReplicateFacts("rao_wu", 1.0 / (replicates - 1), frozen(np.ones(replicates)), centre, df, "sampling_units")
    own = SourceReplicates(facts, (), "factors", np.zeros((0, replicates)), plan)
    return replace(design, engine=as_batches(design.engine), replicates=own)


def _make(
    facts: DesignFacts, stratum: IntArray, kind: ReplicationKind, replicates: int, rho: float, seed: int | None
) -> Replicates:
    units, fraction = facts.stages[0].n, facts.stages[0].fraction
    if kind == "jk1":
        if units.size > 1:
            raise DesignError("kind", f'"jk1" is for an unstratified sample, this has {units.size:,} strata; use "jkn"')
        return delete_one(int(units[0]), float(fraction[0]))
    if kind == "jkn":
        return delete_one_by_stratum(stratum, units, fraction, lonely_psu=facts.lonely_psu)
    if kind == "rao_wu" and seed is not None:
        lonely = facts.lonely_psu
        return rescaled_bootstrap(stratum, units, fraction, replicates=replicates, seed=seed, lonely_psu=lonely)
    return balanced_half_samples(stratum, units, rho=rho if kind == "fay" else 0.0)


def _check_size(kind: ReplicationKind, units: int, strata: int, replicates: int) -> None:
    """Refuse tables that would not fit, before they are made."""
    columns = {"jk1": units, "jkn": units, "rao_wu": replicates}.get(kind, 2 * strata)
    if 8 * units * columns > LARGEST:
        raise DesignError(
            "kind",
            f'"{kind}" of {units:,} sampling units would hold {8e-9 * units * columns:,.1f} GB of factors (at most '
            f'{LARGEST / 1e9:.0f}); use "rao_wu" with fewer replicates, or of rows where they lie (declare_source), '
            "which holds none of them, or the design itself, by linearization",
        )
