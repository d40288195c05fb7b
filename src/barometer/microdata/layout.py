"""How a delivery names its columns and codes: one TOML file beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from barometer.codebook import Codebook
from barometer.codebook.parsing import Table, read_toml
from barometer.errors import Fault, LayoutError, MissingFileError, UnknownNameError
from barometer.microdata.code_table import range_faults, with_ranges
from barometer.microdata.formats import ENDINGS, faulty_choice, format_of
from barometer.microdata.response_wish import ResponseAdjustment
from barometer.microdata.weighting import WeightingStep, steps_of

SUFFIX = ".layout.toml"

_UNSTATED = {"delimiter": "", "decimal": ".", "encoding": "", "sheet": ""}
"""How a file is written that does not need to say."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """
    A delivered column and what its codes mean.

    Attributes
    ----------
    name : str
        Its name in the file.
    codes : dict of str to str
        Delivered code to answer or group code of the codebook. A key like "1..49" stands for every number from 1 to 49.
    blank : str
        The answer of those who were asked and whose cell is empty ("no" where only a yes was recorded); empty when a
        blank is a blank.
    """

    name: str
    codes: Mapping[str, str]
    blank: str = ""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """The file with every workplace of the frame: register columns and whether it was drawn."""

    file: str
    sampled: CodedColumn


@dataclass(frozen=True, slots=True)
class Layout:
    """
    What a delivery is and where everything is in it.

    Attributes
    ----------
    wave : int
    kind : {"synthetic", "delivery"}
        Synthetic microdata or a real delivery.
    file : str
        File name of the delivery, beside the layout.
    delimiter, decimal, encoding, sheet : str
        How the file is written, as far as that applies to its format; empty, and a decimal point, where it does not.
    missing : tuple of str
        Codes that are read as blank, in every column.
    mark : CodedColumn or None
        For synthetic microdata the column that says so on every row.
    id, weight, population : str
        Columns with the workplace's number, its weight, and the number of workplaces in its stratum. An empty `weight`
        says that the wave is unweighted, an empty `population` that the strata's sizes are not known.
    answered_on : str
        Column with the day on which the workplace answered; empty where that was not delivered.
    registers : dict of str to CodedColumn
        Register domains ("level", "sector", ...).
    answers : dict of str to CodedColumn
        Answer columns of the codebook.
    ignored : tuple of str
        Delivered columns that are not used. "xv_*" stands for all that begin so and are not mapped, "A?" for those with
        one more character.
    corrections : str
        File of corrections to single answers, beside the delivery, when it is not named after it.
    weighting : tuple of Weighting or ResponseAdjustment
        How weights are made from those delivered, step by step; empty where they are taken as they are.
    """

    path: Path
    wave: int
    kind: Literal["synthetic", "delivery"]
    file: str
    delimiter: str
    decimal: str
    encoding: str
    sheet: str
    missing: tuple[str, ...]
    mark: CodedColumn | None
    id: str
    weight: str
    population: str
    registers: Mapping[str, CodedColumn]
    answers: Mapping[str, CodedColumn]
    ignored: tuple[str, ...]
    frame: FrameLayout | None
    corrections: str = ""
    answered_on: str = ""
    weighting: tuple[WeightingStep, ...] = ()

    def ignores(self, column: str) -> bool:
        """Whether a delivered column that is not mapped is left out on purpose."""
        patterns = (re.escape(name).replace(r"\*", ".*").replace(r"\?", ".") for name in self.ignored)
        return any(re.fullmatch(pattern, column, re.DOTALL) for pattern in patterns)

    @property
    def delivered_columns(self) -> list[str]:
        """Every column that the file must have."""
        marks = [self.mark.name] if self.mark else []
        coded = [column.name for column in (*self.registers.values(), *self.answers.values())]
        design = [name for name in (self.weight, self.population, self.answered_on) if name]
        return [*([self.id] if self.id else []), *marks, *design, *coded]


def load_layout(path: Path, codebook: Codebook) -> Layout:
    """
    Read a layout file and check it against the codebook.

    Raises
    ------
    MissingFileError
        If it is not there.
    LayoutError
        With every fault: unknown columns and codes, and codebook columns of the wave that nothing is mapped to.
    """
    layout = read_layout(path)
    faults = [*mapping_faults(layout, codebook), *_gaps(layout, codebook)]
    if faults:
        raise LayoutError(path, faults)
    return layout


def read_layout(path: Path) -> Layout:
    """
    Read a layout file by itself, not yet held against a codebook.

    Raises
    ------
    MissingFileError
        If it is not there.
    LayoutError
        With every key that is missing, misspelt or not of its kind.
    """
    faults: list[Fault] = []
    if not path.is_file():
        raise MissingFileError(path, "layout", "Name another, or propose one with `barometer layout init`.")
    document = Table(read_toml(path, faults, "layout"), path.name, faults, "layout")
    if faults:
        raise LayoutError(path, faults)
    file, design = document.table("file"), document.table("design")
    codes = {name: table.every_text() for name, table in document.table("codes").entries()}
    kind = document.choice("kind", Literal["synthetic", "delivery"])
    layout = Layout(
        path=path,
        wave=document.integer("wave"),
        kind=kind,
        **_file_choices(file),
        missing=file.texts("missing", ("",)),
        mark=_coded(document.table("mark"), codes) if kind == "synthetic" else None,
        id=design.text("id"),
        weight=design.text("weight"),
        population=design.text("population"),
        registers={name: _coded(table, codes) for name, table in document.table("registers").entries()},
        answers={name: _coded(table, codes) for name, table in document.table("answers").entries()},
        ignored=document.texts("ignored", ()),
        frame=_frame(document.table("frame"), codes) if document.has("frame") else None,
        corrections=document.text("corrections", ""),
        answered_on=design.text("answered_on", ""),
        weighting=steps_of(document),
    )
    for table in (file, design, document):
        table.close()
    if faults:
        raise LayoutError(path, faults)
    return layout


def mapping_faults(layout: Layout, codebook: Codebook) -> list[Fault]:
    """
    Return what is wrong in a layout, not what it leaves out.

    Settings of the file that cannot be, names and codes that the codebook does not have, columns mapped twice.
    """
    faults: list[Fault] = []
    document = Table({}, layout.path.name, faults, "layout")
    _check_file(layout, document)
    if layout.wave in codebook.waves:
        _check_against(codebook, layout, document)
    else:
        document.fault(UnknownNameError("wave", str(layout.wave), map(str, codebook.waves)).message)
    return faults


def _check_file(layout: Layout, document: Table) -> None:
    named = {"file.name": layout.file, "corrections": layout.corrections}
    named |= {"frame.name": layout.frame.file} if layout.frame else {}
    for key, name in named.items():
        if Path(name).name != name:
            document.fault(f"{key} must name a file beside the layout, got {name!r}")
    if layout.frame and set(layout.frame.sampled.codes.values()) != {"yes", "no"}:
        document.fault("frame.sampled: the codes must lead to yes and no")
    for step in layout.weighting:
        if isinstance(step, ResponseAdjustment) and layout.frame is None:
            document.fault(f'weighting: method = "{step.method}" needs a [frame] that says who was drawn')
    for name in layout.ignored:
        if name in layout.delivered_columns:
            document.fault(f"ignored: the column {name!r} is mapped too")


def _file_choices(file: Table) -> dict[str, str]:
    """Read the file's name and what applies to its format; text files must say how they are written."""
    name = file.text("name")
    known = format_of(Path(name))
    if known is None and name:
        file.fault(f"name has an ending that is not known; known are {', '.join(ENDINGS)}")
    choices = known.choices if known else tuple(_UNSTATED)
    made = {"file": name, **_UNSTATED}
    for key, unstated in _UNSTATED.items():
        if key not in choices and file.has(key):
            file.fault(f"{key} does not apply to {known.name if known else name}; take it out")
        needed = known is not None and known.family == "text" and key in choices
        value = file.text(key, None if needed else unstated)
        if key in choices and file.has(key) and (fault := faulty_choice(key, value)):
            file.fault(f"{key} {fault}")
        made[key] = value
    return made


def _coded(table: Table, codes: Mapping[str, Mapping[str, str]]) -> CodedColumn:
    name = table.text("codes")
    if name and name not in codes:
        table.fault(f"there is no [codes.{name}]")
    column = CodedColumn(table.text("column"), with_ranges(codes.get(name, {})), table.text("blank", ""))
    for fault in range_faults(column.codes):
        table.fault(f"[codes.{name}]: {fault}")
    table.close()
    return column


def _frame(table: Table, codes: Mapping[str, Mapping[str, str]]) -> FrameLayout:
    frame = FrameLayout(table.text("name"), _coded(table.table("sampled"), codes))
    table.close()
    return frame


def _check_against(codebook: Codebook, layout: Layout, document: Table) -> None:
    columns = codebook.columns(layout.wave)
    misled: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, coded in layout.answers.items():
        if name not in columns:
            document.fault(f"answers.{name}: {UnknownNameError('answer column', name, columns).message}")
            continue
        known = {answer.code for answer in columns[name].answers}
        for code in sorted(({*coded.codes.values(), coded.blank} - {""}) - known):
            misled.setdefault((code, tuple(sorted(known))), []).append(name)
    for (code, known_codes), names in misled.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        answers = ", ".join(known_codes)
        document.fault(
            f"answers.{names[0]}{more}: the codes lead to {code!r}, which is no answer; answers are {answers}"
        )
    for name, coded in layout.registers.items():
        domain = codebook.domains.get(name)
        if domain is None or domain.kind != "register":
            document.fault(f"registers.{name}: the codebook has no register domain of that name")
            continue
        known = {group.code for group in domain.groups}
        for code in sorted(({*coded.codes.values(), coded.blank} - {""}) - known):
            document.fault(f"registers.{name}: the codes lead to {code!r}, which is no group")
    delivered = layout.delivered_columns
    for name in sorted({column for column in delivered if delivered.count(column) > 1}):
        document.fault(f"delivered column {name!r} is mapped twice")


def _gaps(layout: Layout, codebook: Codebook) -> list[Fault]:
    """Return what the wave has and the layout leaves out."""
    if layout.wave not in codebook.waves:
        return []
    record = codebook.wave(layout.wave)
    unmapped = [name for name in codebook.columns(layout.wave) if name not in layout.answers]
    gaps = [f"answers.{name} is missing: no delivered column is mapped to it" for name in unmapped]
    if not layout.id:
        gaps.append("design.id is empty: name the column with the workplace's number")
    if record.weighted and not layout.weight:
        gaps.append(f"design.weight is empty, but wave {layout.wave} is weighted: name the column")
    absent = [name for name in record.stratum if name not in layout.registers]
    gaps += [f"registers.{name} is missing: wave {layout.wave} makes its strata from it" for name in absent]
    return [Fault("layout", message, layout.path.name) for message in gaps]
