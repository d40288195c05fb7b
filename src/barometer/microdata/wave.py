"""A wave: answers, register columns, weights and strata of the workplaces that answered one edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.published import WaveRecord
from barometer.codebook.records import Column, DontKnowRule, Indicator, Label
from barometer.errors import Fault, UnknownNameError, check_all, check_kind
from barometer.microdata.arrays import BoolArray
from barometer.microdata.evaluate import CodedAnswers

if TYPE_CHECKING:
    from barometer.microdata.sample_frame import SampleFrame
    from barometer.microdata.weighting import WeightingStep

CONFIDENTIAL = Label("Mikrodata: fortrolige, må ikke offentliggøres", "Microdata: confidential, may not be published")
"""What stands on real microdata wherever they are written: they are outside disclosure control."""
SYNTHETIC = Label("Syntetiske data: ikke svar fra undersøgelsen", "Synthetic data: not answers from the survey")


@dataclass(frozen=True, slots=True)
class Provenance:
    """
    Where the microdata come from.

    Attributes
    ----------
    kind : {"synthetic", "delivery"}
        Artificial workplaces fitted to what was published, or a real delivery.
    file : str
        Name of the file they were read from.
    sha256 : str
        Of that file.
    corrections : int
        Values that were corrected after it was read.
    """

    kind: Literal["synthetic", "delivery"]
    file: str
    sha256: str
    corrections: int = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IndicatorArrays:
    """
    Yes/no arrays of several indicators.

    Attributes
    ----------
    yes : (n, k) bool
        Whether each workplace is counted; false outside the base.
    bases : (n, b) bool
    base : (k,) int
        Column of `bases` for each indicator.
    """

    yes: BoolArray
    bases: BoolArray
    base: NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class Wave:
    """
    The microdata of one wave, checked and harmonised.

    Attributes
    ----------
    record : WaveRecord
        The edition: period, questions, design facts.
    codebook : Codebook
        As this wave used it; a whole codebook is narrowed to the wave.
    microdata : DataFrame
        One row per workplace that answered: id, weight, population (of its stratum), the register domains, then every
        answer as an ordered categorical; a blank means "not asked". Secret unless synthetic. Not to be changed in
        place: what was computed from it is kept.
    provenance : Provenance
    sampled : int or None
        Workplaces drawn; None when the frame was not delivered.
    warnings : tuple of Fault
        What the checks found odd about the delivery.
    frame : SampleFrame or None
        Units of the frame, drawn or not; None when no frame with their numbers was delivered.
    weighting : tuple of Weighting or ResponseAdjustment
        How its weights are adjusted and moved before anything is estimated, one after the other; the weights in
        `microdata` stay those of the delivery.
    """

    record: WaveRecord
    codebook: Codebook
    microdata: pd.DataFrame
    provenance: Provenance
    sampled: int | None = None
    warnings: tuple[Fault, ...] = ()
    frame: "SampleFrame | None" = None
    weighting: "tuple[WeightingStep, ...]" = ()

    def __post_init__(self) -> None:
        """Narrow the codebook to the wave."""
        object.__setattr__(self, "codebook", self.codebook.in_wave(self.record.number))

    @property
    def is_synthetic(self) -> bool:
        """Whether the workplaces are artificial."""
        return self.provenance.kind == "synthetic"

    @property
    def n(self) -> int:
        """Workplaces that answered."""
        return len(self.microdata)

    @property
    def columns(self) -> Mapping[str, Column]:
        """The answer columns, in questionnaire order."""
        return self.codebook.columns(self.record.number)

    @cached_property
    def answers(self) -> CodedAnswers:
        """The answers as small integers, with what the codebook's rules make of them."""
        # Not `Series.cat.codes`: that copies every column.
        values = {name: cast("pd.Categorical[str]", self.microdata[name].array) for name in self.columns}
        codes = {name: column.codes.astype(np.int8, copy=False) for name, column in values.items()}
        return CodedAnswers(self.codebook, self.columns, codes, self.n)

    @cached_property
    def stratum(self) -> tuple[NDArray[np.intp], list[str]]:
        """Stratum code of each workplace, and the strata's names."""
        return strata_of(self.microdata, self.record.stratum)

    @cached_property
    def population(self) -> NDArray[np.float64]:
        """Workplaces in each stratum, by stratum code; infinite where that is not known."""
        codes, names = self.stratum
        counts = np.zeros(len(names))
        counts[codes] = self.microdata["population"].to_numpy(np.float64)
        return counts

    def base_size(self, base: str) -> int:
        """Count the workplaces in a base."""
        return int(self.answers.base(base).sum())

    def select(self, names: str | Sequence[str]) -> list[Indicator]:
        """Find the indicators that names stand for in this wave; see `Codebook.select`."""
        return self.codebook.select(names, self.record.number)

    def indicator_arrays(self, indicators: Sequence[Indicator], rules: Sequence[DontKnowRule]) -> IndicatorArrays:
        """
        Make the yes/no arrays of several indicators, each under its rule for "don't know".

        The arrays of all indicators under the codebook's own rules are made once and kept.
        """
        prepared, position = self._prepared
        if all(rule == indicator.dont_know for indicator, rule in zip(indicators, rules, strict=True)):
            chosen = [position[indicator.name] for indicator in indicators]
            if chosen == list(range(prepared.base.size)):
                return prepared
            return IndicatorArrays(prepared.yes[:, chosen], prepared.bases, prepared.base[chosen])
        return self._stack(indicators, rules)

    @cached_property
    def _prepared(self) -> tuple[IndicatorArrays, dict[str, int]]:
        indicators = self.select("*")
        arrays = self._stack(indicators, [indicator.dont_know for indicator in indicators])
        return arrays, {indicator.name: i for i, indicator in enumerate(indicators)}

    def _stack(self, indicators: Sequence[Indicator], rules: Sequence[DontKnowRule]) -> IndicatorArrays:
        pairs = [self.answers.counted(indicator, rule) for indicator, rule in zip(indicators, rules, strict=True)]
        bases: dict[bytes, int] = {}
        base = [bases.setdefault(inside.tobytes(), len(bases)) for _, inside in pairs]
        masks = [np.frombuffer(mask, dtype=np.bool_) for mask in bases]
        return IndicatorArrays(
            yes=np.column_stack([yes for yes, _ in pairs]),
            bases=np.column_stack(masks),
            base=np.array(base, dtype=np.intp),
        )

    def domain_codes(self, name: str) -> NDArray[np.intp]:
        """
        Group of each workplace in a domain: 0, 1, ... in the codebook's order, -1 in none.

        Raises
        ------
        UnknownNameError
            If there is no such domain, or this wave does not have it.
        """
        domain = self.codebook.domain(name)
        if domain.kind == "register":
            if name not in self.microdata:
                raise UnknownNameError("domain", name, self._domain_names())
            return self.microdata[name].cat.codes.to_numpy().astype(np.intp)
        if domain.kind == "indicator":
            self.select(name)
            yes, base = self.answers.counted(self.codebook.indicators[name], domain.dont_know or "keep")
            return np.where(yes, 0, np.where(base, 1, -1))
        if domain.column not in self.columns:
            raise UnknownNameError("domain", name, self._domain_names())
        codes = np.full(self.n, -1, dtype=np.intp)
        for position, group in enumerate(domain.groups):
            codes[self.answers.is_one_of(domain.column, group.answers)] = position
        return codes

    def _domain_names(self) -> list[str]:
        present = [
            d.name for d in self.codebook.domains.values() if d.name in self.microdata or d.column in self.columns
        ]
        return [*present, *self.codebook.wave_indicators(self.record.number)]

    def __repr__(self) -> str:
        """Say which wave, how many workplaces and where from; never a row."""
        origin = "SYNTHETIC microdata, nobody's answers" if self.is_synthetic else "delivered microdata, confidential"
        changed = self.provenance.corrections
        corrected = f" with {changed} correction{'s' if changed > 1 else ''}" if changed else ""
        strata = f"{len(self.stratum[1])} strata" if self.record.stratum else "no strata"
        return (
            f"<Wave {self.record.number} ({self.record.period}): {self.n:,} {self.codebook.about.unit_label.en}, "
            f"{strata}; {origin}{corrected}{self._reweighted}>"
        )

    @property
    def _reweighted(self) -> str:
        named = [step.title for step in self.weighting]
        return f"; reweighted by {', then '.join(named)}" if named else ""

    def _repr_html_(self) -> str:
        population = self.population.sum()
        units = self.codebook.about.unit_label.en.capitalize()
        facts = {
            "Period": self.record.period,
            f"{units} that answered": f"{self.n:,}",
            f"{units} drawn": "not delivered" if self.sampled is None else f"{self.sampled:,}",
            f"{units} in the population": f"{population:,.0f}" if np.isfinite(population) else "not delivered",
            "Strata": f"{len(self.stratum[1])} ({' x '.join(self.record.stratum) or 'none'})",
            "Questions": str(len(self.record.questions)),
            "Corrections": str(self.provenance.corrections),
            "Warnings of the checks": str(len(self.warnings)),
        }
        if self.weighting:
            facts["Weights"] = self._reweighted.removeprefix("; ")
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in facts.items()
        )
        note = SYNTHETIC.en if self.is_synthetic else "Delivered microdata: confidential"
        return (
            f"<table><caption><strong>{escape(self.record.label.en)}</strong><br>{escape(note)}</caption>{rows}</table>"
        )


def strata_of(microdata: pd.DataFrame, registers: Sequence[str]) -> tuple[NDArray[np.intp], list[str]]:
    """
    Cross register columns to strata.

    Parameters
    ----------
    microdata : DataFrame
        Of n rows, with the registers as categoricals.
    registers : sequence of str
        None for a sample without strata: one stratum of everybody.

    Returns
    -------
    codes : (n,) int
        0, 1, ... in the order of the names.
    names : list of str
        Of the strata that have answers, sorted.
    """
    if not registers:
        return np.zeros(len(microdata), dtype=np.intp), ["all"]
    columns = [microdata[name].cat for name in registers]
    sizes = [len(column.categories) for column in columns]
    crossed = np.ravel_multi_index([column.codes.to_numpy().astype(np.intp) for column in columns], sizes)
    present, where = np.unique(crossed, return_inverse=True)
    at = np.unravel_index(present, sizes)
    parts = [column.categories.to_numpy()[codes] for column, codes in zip(columns, at, strict=True)]
    names = [" x ".join(map(str, key)) for key in zip(*parts, strict=True)]
    order = np.argsort(np.array(names))
    rank = np.empty(order.size, dtype=np.intp)
    rank[order] = np.arange(order.size)
    return rank[where], [names[position] for position in order]


def check_wave(wave: object, argument: str = "wave") -> None:
    """
    Refuse what is no wave.

    Raises
    ------
    ArgumentError
    """
    check_kind(argument, wave, Wave, "a wave, as load_wave gives")


def as_waves(waves: object) -> list[Wave]:
    """
    Return a wave, or several in a list or tuple, as a list.

    Raises
    ------
    ArgumentError
        If there is none, or one is no wave.
    """
    given = [waves] if isinstance(waves, Wave) else waves
    check_all("waves", given, Wave, "a wave or several in a list, as load_wave gives")
    return list(cast("Sequence[Wave]", given))
