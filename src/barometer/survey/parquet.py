"""Sums of a stratified sample in one Parquet file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from barometer.errors import MissingFileError, as_path, check_choice
from barometer.survey.engines.batches import in_files
from barometer.survey.engines.parts import BATCH
from barometer.survey.engines.request import Declared
from barometer.survey.engines.source_design import as_names, declare_engine
from barometer.survey.engines.sums_of_source import sum_source
from barometer.survey.stages import LonelyDomainRule, LonelyRule
from barometer.survey.sums import CellSums

FileStatistic = Literal["share", "mean", "total"]


def sum_parquet(
    path: str | Path,
    outcomes: Sequence[str],
    *,
    weight: str,
    by: str | None = None,
    stratum: str | None = None,
    population: str | None = None,
    statistic: FileStatistic = "share",
    lonely_psu: LonelyRule = "error",
    lonely_domain: LonelyDomainRule = "keep",
    batch: int = BATCH,
) -> CellSums:
    """
    Sum the outcomes of a stratified element sample that lies in a Parquet file.

    Parameters
    ----------
    path : str or Path
    outcomes : sequence of str
        Columns of 0, 1 and missing, or of numbers.
    weight : str
        Column of weights.
    by : str, optional
        Column of domain labels.
    stratum : str, optional
        Column of strata; one stratum without it.
    population : str, optional
        Column of N_h, the units in the row's stratum.
    statistic : {"share", "mean", "total"}
    lonely_psu, lonely_domain
        As in `declare_design`.
    batch : int
        Rows read at a time.

    Returns
    -------
    CellSums
        Give it to `summarise`.

    Raises
    ------
    MissingFileError
        If there is no such file.
    ArgumentError
        If a column is not in the file, a choice is none of those above, or an outcome is not what the statistic takes.
    DesignError, LonelyPSUError
        As `declare_design`.

    Notes
    -----
    `declare_source` and `sum_source` in one call. Batches are read and summed in turn, and only sums are kept: the
    memory does not grow with the rows.
    """
    check_choice("statistic", statistic, FileStatistic)
    file = as_path("path", path)
    if not file.is_file():
        raise MissingFileError(file, "Parquet file", "Give the path of one file.")
    engine = replace(in_files(file), size=batch)
    declared = Declared(weight, as_names(stratum), (), as_names(population))
    design = declare_engine(engine, declared, lonely_psu=lonely_psu, lonely_domain=lonely_domain)
    return sum_source(design, outcomes, statistic=statistic, by=by)
