"""The frame that a sample was drawn from: who was drawn, who answered, and what registers say of everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.errors import DeliveryError, Fault
from barometer.microdata.arrays import BoolArray
from barometer.microdata.harmonise import coded_registers, delivered_codes, unit_numbers, unlisted
from barometer.microdata.layout import FrameLayout, Layout
from barometer.microdata.placing import at_rows, in_short
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read import read_delivery
from barometer.microdata.wave import strata_of

MARKS = ("sampled", "answered")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SampleFrame:
    """
    The frame by what registers know of its units, counted.

    Units with the same registers are told apart by nothing but their numbers, which are not kept.

    Attributes
    ----------
    counts : DataFrame
        One row per combination that occurs: the register domains that the frame has, as ordered categoricals, `sampled`
        and `answered`, true or false, and `units`, their number. Secret unless synthetic.
    """

    counts: pd.DataFrame

    @classmethod
    def of_units(cls, units: pd.DataFrame) -> "SampleFrame":
        """
        Count the units of a frame.

        Parameters
        ----------
        units : DataFrame
            A row for each: register domains as categoricals, `sampled` and `answered`.
        """
        columns = list(units.columns)
        counted = units.groupby(columns, observed=True, sort=True, dropna=False).size()
        return cls(counted.rename("units").reset_index())

    @property
    def registers(self) -> tuple[str, ...]:
        """The register domains that are known of every unit."""
        return tuple(str(name) for name in self.counts.columns if name not in (*MARKS, "units"))

    @property
    def size(self) -> int:
        """Number of units in the frame."""
        return int(self.counts["units"].sum())

    @property
    def drawn(self) -> pd.DataFrame:
        """A row for each unit drawn, in the order of the counts: registers and `answered`."""
        sampled = self.counts[self.counts["sampled"]]
        rows = sampled.index.repeat(sampled["units"])
        return sampled.loc[rows, [*self.registers, "answered"]].reset_index(drop=True)

    def describe(self) -> dict[str, Any]:
        """Return the counts as plain values, for the metadata of a file."""
        registers = [self.counts[name].cat for name in self.registers]
        columns = [column.codes.tolist() for column in registers]
        columns += [self.counts[name].astype(int).tolist() for name in (*MARKS, "units")]
        categories = {name: list(column.categories) for name, column in zip(self.registers, registers, strict=True)}
        return {"registers": categories, "rows": [list(row) for row in zip(*columns, strict=True)]}

    @classmethod
    def from_description(cls, facts: Mapping[str, Any]) -> "SampleFrame":
        """Make the frame that `describe` told."""
        table = np.array(facts["rows"], dtype=np.intp)
        made: dict[str, Any] = {
            name: pd.Categorical.from_codes(codes, categories=pd.Index(facts["registers"][name]), ordered=True)
            for name, codes in zip(facts["registers"], table.T, strict=False)
        }
        made |= {"sampled": table[:, -3] > 0, "answered": table[:, -2] > 0, "units": table[:, -1]}
        return cls(pd.DataFrame(made))

    def __repr__(self) -> str:
        """Count in total; never show a row."""
        drawn, answered = (int(self.counts.loc[self.counts[mark], "units"].sum()) for mark in MARKS)
        known = ", ".join(self.registers) or "no registers"
        return f"<SampleFrame: {self.size:,} units, {drawn:,} drawn, {answered:,} answered; {known}>"

    def _repr_html_(self) -> str:
        return f"<p>{repr(self).strip('<>')}</p>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReadFrame:
    """
    A frame file that says who was drawn.

    Attributes
    ----------
    path : Path
    delivered : RawTable
    sampled : (N,) bool
    """

    path: Path
    delivered: RawTable
    sampled: BoolArray

    @property
    def count(self) -> int:
        """Units drawn."""
        return int(self.sampled.sum())


def read_frame(layout: Layout, frame: FrameLayout, path: Path, answered: int, faults: list[Fault]) -> ReadFrame | None:
    """
    Read the frame file that lies beside a delivery.

    Parameters
    ----------
    layout : Layout
    frame : FrameLayout
    path : Path
        Of the frame file.
    answered : int
        Units in the delivery.
    faults : list of Fault
        Gets an entry for everything that keeps the file from saying who was drawn.

    Returns
    -------
    ReadFrame or None
        None where the file does not say.
    """
    column = frame.sampled
    place = f"{path.name} {column.name}"
    try:
        delivered = read_delivery(path, layout, "frame")
    except DeliveryError as error:
        faults += _placed(error.faults, path)
        return None
    if column.name not in delivered.frame:
        faults.append(Fault("columns", "the layout needs this column and the file does not have it", place))
        return None
    drawn = delivered_codes(delivered, column.name, column.codes, layout.missing)
    odd = unlisted(place, drawn, column.codes)
    if (blank := drawn.positions < 0).any():
        odd.append(at_rows("codes", "a blank does not say who was drawn", place, blank))
    if odd:
        faults += odd
        return None
    read = ReadFrame(path, delivered, drawn.where([code for code, said in column.codes.items() if said == "yes"]))
    if read.count < answered:
        faults.append(Fault("stratum", f"{read.count} units were drawn, but {answered} answered", place))
    return read


def count_frame(
    read: ReadFrame, layout: Layout, codebook: Codebook, microdata: pd.DataFrame, faults: list[Fault]
) -> SampleFrame | None:
    """
    Find those who answered in the frame by their numbers, and count it by its registers.

    Parameters
    ----------
    read : ReadFrame
    layout : Layout
    codebook : Codebook
        Of the wave.
    microdata : DataFrame
        Of those who answered, harmonised and without faults.
    faults : list of Fault
        Gets an entry for everything in which frame and delivery disagree.

    Returns
    -------
    SampleFrame or None
        None where the file has no column with the units' numbers, or something is wrong with it.
    """
    if layout.id not in read.delivered.frame:
        return None
    found: list[Fault] = []
    numbers = unit_numbers(read.delivered.frame[layout.id], layout, found)
    registers = coded_registers(read.delivered, layout, codebook, found)
    answered = numbers.isin(set(microdata["id"])).to_numpy(dtype=np.bool_)
    if not found and (lost := len(microdata) - int((answered & read.sampled).sum())):
        message = (
            f"{lost} units that answered are not among those drawn; if the frame has numbers of its own, take their "
            "column out of it"
        )
        found.append(Fault("stratum", message, layout.id))
    if not found:
        found = _moved(layout, registers, numbers, microdata)
    if not found:
        found = _other_sizes(layout, codebook.wave(layout.wave).stratum, pd.DataFrame(registers), microdata)
    faults += _placed(found, read.path)
    if found:
        return None
    return SampleFrame.of_units(pd.DataFrame({**registers, "sampled": read.sampled, "answered": answered}))


def _moved(
    layout: Layout, registers: "Mapping[str, pd.Categorical[str]]", numbers: pd.Series, microdata: pd.DataFrame
) -> list[Fault]:
    """Faults of registers that say another thing in the frame than in the delivery."""
    place = pd.Index(numbers).get_indexer(pd.Index(microdata["id"]))
    faults = []
    for name, column in registers.items():
        if other := int((column.codes[place] != microdata[name].cat.codes.to_numpy()).sum()):
            message = f"{other} units that answered are in another group of {name} here than in the delivery"
            faults.append(Fault("stratum", message, layout.registers[name].name))
    return faults


def _other_sizes(
    layout: Layout, stratum: tuple[str, ...], registers: pd.DataFrame, microdata: pd.DataFrame
) -> list[Fault]:
    """Faults of strata that have another number of units in the frame than the delivery says."""
    if not layout.population or any(name not in registers or (registers[name].cat.codes < 0).any() for name in stratum):
        return []
    codes, names = strata_of(registers, stratum)
    units = dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True))
    own, own_names = strata_of(microdata, stratum)
    said = dict(zip(own_names, microdata["population"].to_numpy()[np.unique(own, return_index=True)[1]], strict=True))
    odd = [name for name, size in said.items() if size != units.get(name, 0)]
    if not odd:
        return []
    listed = [f"{name} (frame {units.get(name, 0):,}, delivery {said[name]:,.0f})" for name in odd]
    message = f"{len(odd)} of {len(said)} strata have another number of units in the frame: {in_short(listed)}"
    if len(odd) == 1:
        size = units.get(odd[0], 0)
        message = f"stratum {odd[0]} has {size:,} units in the frame, and {said[odd[0]]:,.0f} in the delivery"
    return [Fault("stratum", message, layout.population)]


def _placed(faults: Sequence[Fault], path: Path) -> list[Fault]:
    return [replace(fault, column=f"{path.name} {fault.column}".strip()) for fault in faults]
