"""How a wave wishes its weights to be made: as data, without any statistics."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from barometer.codebook import Codebook
from barometer.codebook.parsing import Table
from barometer.errors import Fault, LayoutError, MissingFileError, UnknownNameError
from barometer.microdata.response_wish import RESPONSE_METHODS, ResponseAdjustment, response_of

WeightingMethod = Literal["raking", "linear", "logit", "poststratify"]
StartWeights = Literal["delivered", "design"]
ResidualRule = Literal["regression", "sweep"]
CROSS = " x "
"""Between the domains of a cross, and between its groups."""
Counts = Mapping[str, Mapping[str, float]]
METHODS: tuple[str, ...] = get_args(WeightingMethod)
STARTS: tuple[str, ...] = get_args(StartWeights)
RESIDUALS: tuple[str, ...] = get_args(ResidualRule)
MARGIN_COLUMNS = ("domain", "group", "count")


@dataclass(frozen=True, slots=True)
class Weighting:
    """
    The wish that weights add up to counts of the population.

    Attributes
    ----------
    domains : tuple of str
        The margins: a domain, or several crossed ("sector x size").
    counts : dict of str to dict of str to float, or None
        Population count of each group of each margin ("health x small" of a cross); None takes them from the frame of
        the wave, or where it has none from the sizes of its strata.
    method : {"raking", "linear", "logit", "poststratify"}
    bounds : (float, float) or None
        Least and most of new weight over old.
    trim : (float, float) or None
        Limits of the calibrated weights.
    start : {"delivered", "design"}
        The weights that are moved: as delivered (or as the step before left them), or units of the frame over units
        drawn, scaled to the population.
    residuals : {"regression", "sweep"}
        What standard errors are made of: as R's `calibrate`, or as its `rake`.
    file : str
        Where the counts were read from; empty where they were given or are of the frame.
    """

    domains: tuple[str, ...]
    counts: Counts | None = None
    method: WeightingMethod = "raking"
    bounds: tuple[float, float] | None = None
    trim: tuple[float, float] | None = None
    start: StartWeights = "delivered"
    residuals: ResidualRule = "regression"
    file: str = ""

    @property
    def title(self) -> str:
        """What is done, in a few words and codes."""
        return f"{self.method} to {', '.join(self.domains)}"

    def describe(self) -> dict[str, Any]:
        """Return it as plain values, for the metadata of a file."""
        return asdict(self)

    @classmethod
    def from_description(cls, facts: Mapping[str, Any]) -> "Weighting":
        """Make the weighting that `describe` told."""
        pairs = {key: None if facts[key] is None else tuple(facts[key]) for key in ("bounds", "trim")}
        return cls(**{**facts, **pairs, "domains": tuple(facts["domains"])})


WeightingStep = Weighting | ResponseAdjustment
"""One thing that is done to weights; a wave carries them in their order."""


def step_from_description(facts: Mapping[str, Any]) -> WeightingStep:
    """Make the step that its `describe` told."""
    kind = ResponseAdjustment if facts["method"] in RESPONSE_METHODS else Weighting
    return kind.from_description(facts)


def read_margins(path: Path) -> Counts:
    """
    Read population counts: a CSV file of the columns domain, group and count, with comma or semicolon.

    Raises
    ------
    MissingFileError
    LayoutError
        With every line that is not a count of a group, or comes twice.
    """
    if not path.is_file():
        raise MissingFileError(path, "file of margins", "It is named in [weighting] of the layout.")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise LayoutError(path, [Fault("layout", "is not UTF-8 text")]) from None
    delimiter = ";" if lines and ";" in lines[0] else ","
    rows = list(csv.DictReader(lines, delimiter=delimiter))
    if not rows or set(MARGIN_COLUMNS) - set(rows[0]):
        raise LayoutError(path, [Fault("layout", f"needs the columns {', '.join(MARGIN_COLUMNS)}, and rows")])
    faults: list[Fault] = []
    counts: dict[str, dict[str, float]] = {}
    for line, row in enumerate(rows, start=2):
        domain, group, number = (str(row[name] or "").strip() for name in MARGIN_COLUMNS)
        try:
            count = float(number.replace(",", ".") if delimiter == ";" else number)
        except ValueError:
            faults.append(Fault("layout", f"line {line}: {number!r} is no count", f"{domain} {group}"))
            continue
        if group in counts.setdefault(domain, {}):
            faults.append(Fault("layout", f"line {line}: the group comes twice", f"{domain} {group}"))
        counts[domain][group] = count
    if faults:
        raise LayoutError(path, faults)
    return counts


FRAME = "frame"


def steps_of(document: Table) -> tuple[WeightingStep, ...]:
    """
    Read [weighting] of a layout, or [[weighting]] for several steps; counts in files beside it are not read yet.

    An adjustment for non-response comes first, as it begins from the design weights.
    """
    if not document.has("weighting"):
        return ()
    tables = document.tables("weighting") if document.has_list("weighting") else [document.table("weighting")]
    steps = tuple(_step(table) for table in tables)
    for table, step in list(zip(tables, steps, strict=True))[1:]:
        if isinstance(step, ResponseAdjustment):
            table.fault(f'method = "{step.method}" begins from the design weights: put it first')
        elif step.start == "design":
            table.fault('start = "design" is of a first step; this one goes on from the weights of the step before')
    return steps


def _step(table: Table) -> WeightingStep:
    if table.text("method", "raking") in RESPONSE_METHODS:
        return response_of(table)
    return _weighting_of(table)


def _weighting_of(table: Table) -> Weighting:
    margins = table.text("margins", FRAME)
    from_frame = margins == FRAME
    if not from_frame and (Path(margins).name != margins or table.has("domains")):
        table.fault(
            "margins must name a file beside the layout, got " + repr(margins)
            if Path(margins).name != margins
            else 'domains belong to margins = "frame"; a file names its own'
        )
    pairs: dict[str, tuple[float, float] | None] = {"bounds": None, "trim": None}
    for key in pairs:
        if not table.has(key):
            continue
        numbers = table.number_list(key)
        if len(numbers) != 2 or not 0.0 <= numbers[0] < numbers[1]:
            table.fault(f"{key} must be two numbers, the lower first")
        elif key == "bounds" and not numbers[0] < 1.0 < numbers[1]:
            table.fault(f"bounds ({numbers[0]:g}, {numbers[1]:g}) exclude 1, the ratio of a weight that stays as it is")
        else:
            pairs[key] = (numbers[0], numbers[1])
    found = Weighting(
        domains=table.texts("domains") if from_frame else (),
        method=table.choice("method", WeightingMethod, "raking"),
        bounds=pairs["bounds"],
        trim=pairs["trim"],
        start=table.choice("start", StartWeights, "delivered"),
        residuals=table.choice("residuals", ResidualRule, "regression"),
        file="" if from_frame else margins,
    )
    if from_frame and not found.domains:
        table.fault('domains must name the margins, for instance ["level", "sector x size"]')
    table.close()
    return found


def complete_step(step: WeightingStep, layout: Path, codebook: Codebook) -> WeightingStep:
    """
    Read the counts of a wish from the file beside its layout, and hold both against the codebook.

    Raises
    ------
    MissingFileError, LayoutError
    """
    path = layout
    if isinstance(step, Weighting) and step.file:
        path = layout.with_name(step.file)
        counts = read_margins(path)
        step = replace(step, domains=tuple(counts), counts=counts)
    if faults := weighting_faults(step, codebook):
        raise LayoutError(path, [Fault("layout", f"weighting: {fault}", path.name) for fault in faults])
    return step


def weighting_faults(weighting: WeightingStep, codebook: Codebook) -> list[str]:
    """Return what is wrong in a wish: domains and groups that the codebook does not have, a choice that is none."""
    faults = []
    for title in weighting.domains:
        parts = title.split(CROSS)
        unknown = [name for name in parts if name not in codebook.domains]
        faults += [UnknownNameError("domain", name, codebook.domains).message for name in unknown]
        if unknown or isinstance(weighting, ResponseAdjustment) or weighting.counts is None:
            continue
        known = [[group.code for group in codebook.domains[name].groups] for name in parts]
        for group in weighting.counts[title]:
            codes = group.split(CROSS)
            if len(codes) != len(parts):
                faults.append(f"{title}: the group {group!r} does not name one group of each domain")
                continue
            for name, code, codes_known in zip(parts, codes, known, strict=True):
                if code not in codes_known:
                    faults.append(f"{title}: {UnknownNameError(f'group of {name}', code, codes_known).message}")
    return faults
