"""How a wave wishes its weights to be made: as data, without any statistics."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from barometer.codebook import Codebook
from barometer.codebook.parsing import Table
from barometer.errors import Fault, LayoutError, MissingFileError, UnknownNameError

WeightingMethod = Literal["raking", "linear", "logit", "poststratify"]
StartWeights = Literal["delivered", "design"]
CROSS = " x "
"""Between the domains of a cross, and between its groups."""
Counts = Mapping[str, Mapping[str, float]]
METHODS: tuple[str, ...] = get_args(WeightingMethod)
STARTS: tuple[str, ...] = get_args(StartWeights)
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
        Bounds of the weights before they are calibrated.
    start : {"delivered", "design"}
        The weights that are moved: as delivered, or units of the frame over units drawn, scaled to the population.
    file : str
        Where the counts were read from; empty where they were given or are of the frame.
    """

    domains: tuple[str, ...]
    counts: Counts | None = None
    method: WeightingMethod = "raking"
    bounds: tuple[float, float] | None = None
    trim: tuple[float, float] | None = None
    start: StartWeights = "delivered"
    file: str = ""

    def describe(self) -> dict[str, Any]:
        """Return it as plain values, for the metadata of a file."""
        return asdict(self)

    @classmethod
    def from_description(cls, facts: Mapping[str, Any]) -> "Weighting":
        """Make the weighting that `describe` told."""
        pairs = {key: None if facts[key] is None else tuple(facts[key]) for key in ("bounds", "trim")}
        return cls(**{**facts, **pairs, "domains": tuple(facts["domains"])})


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


def weighting_of(table: Table) -> Weighting:
    """Read the section [weighting] of a layout; counts in a file beside it are not read yet."""
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
        if len(numbers) == 2 and 0.0 <= numbers[0] < numbers[1]:
            pairs[key] = (numbers[0], numbers[1])
        else:
            table.fault(f"{key} must be two numbers, the lower first")
    found = Weighting(
        domains=table.texts("domains") if from_frame else (),
        method=table.choice("method", WeightingMethod, "raking"),
        bounds=pairs["bounds"],
        trim=pairs["trim"],
        start=table.choice("start", StartWeights, "delivered"),
        file="" if from_frame else margins,
    )
    if from_frame and not found.domains:
        table.fault('domains must name the margins, for instance ["level", "sector x size"]')
    table.close()
    return found


def complete_weighting(weighting: Weighting, layout: Path, codebook: Codebook) -> Weighting:
    """
    Read the counts of a wish from the file beside its layout, and hold both against the codebook.

    Raises
    ------
    MissingFileError, LayoutError
    """
    path = layout.with_name(weighting.file) if weighting.file else layout
    if weighting.file:
        counts = read_margins(path)
        weighting = replace(weighting, domains=tuple(counts), counts=counts)
    if faults := weighting_faults(weighting, codebook):
        raise LayoutError(path, [Fault("layout", f"weighting: {fault}", path.name) for fault in faults])
    return weighting


def weighting_faults(weighting: Weighting, codebook: Codebook) -> list[str]:
    """Return what is wrong in a wish: domains and groups that the codebook does not have, a choice that is none."""
    faults = []
    for title in weighting.domains:
        parts = title.split(CROSS)
        unknown = [name for name in parts if name not in codebook.domains]
        faults += [UnknownNameError("domain", name, codebook.domains).message for name in unknown]
        if unknown or weighting.counts is None:
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
