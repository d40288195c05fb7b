"""How a delivery names its columns and codes: one TOML file beside it."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

from barometer.codebook import Codebook
from barometer.codebook.parsing import Table, read_toml
from barometer.errors import Fault, LayoutError, UnknownNameError

SUFFIX = ".layout.toml"

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")


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

    def answer(self, code: str) -> str | None:
        """Return the answer that a delivered code stands for; None if the layout does not list it."""
        if code in self.codes:
            return self.codes[code]
        return next((answer for key, answer in self.codes.items() if covers(key, code)), None)


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
    mark : CodedColumn or None
        For synthetic microdata the column that says so on every row.
    id, weight, population : str
        Columns with the workplace's number, its weight, and the number of workplaces in its stratum. An empty `weight`
        says that the wave is unweighted, an empty `population` that the strata's sizes are not known.
    registers : dict of str to CodedColumn
        Register domains ("level", "sector", ...).
    answers : dict of str to CodedColumn
        Answer columns of the codebook.
    ignored : tuple of str
        Delivered columns that are not used. "xv_*" stands for every one that begins so and is not mapped, "A?" for every
        one with one more character.
    """

    path: Path
    wave: int
    kind: Literal["synthetic", "delivery"]
    file: str
    delimiter: str
    decimal: str
    encoding: str
    missing: tuple[str, ...]
    mark: CodedColumn | None
    id: str
    weight: str
    population: str
    registers: Mapping[str, CodedColumn]
    answers: Mapping[str, CodedColumn]
    ignored: tuple[str, ...]
    frame: FrameLayout | None

    def ignores(self, column: str) -> bool:
        """Whether a delivered column that is not mapped is left out on purpose."""
        patterns = (re.escape(name).replace(r"\*", ".*").replace(r"\?", ".") for name in self.ignored)
        return any(re.fullmatch(pattern, column, re.DOTALL) for pattern in patterns)

    @property
    def delivered_columns(self) -> list[str]:
        """Every column that the file must have."""
        marks = [self.mark.name] if self.mark else []
        coded = [column.name for column in (*self.registers.values(), *self.answers.values())]
        design = [name for name in (self.weight, self.population) if name]
        return [*([self.id] if self.id else []), *marks, *design, *coded]


def covers(key: str, code: str) -> bool:
    """
    Whether a key of a table of codes stands for a delivered code.

    Examples
    --------
    >>> covers("1", "1"), covers("1..49", "7"), covers("1..49", "50"), covers("1..49", "x")
    (True, True, False, False)
    """
    if not (limits := _limits(key)) or not _NUMBER.fullmatch(code):
        return key == code
    return limits[0] <= float(code) <= limits[1]


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
    document = Table(read_toml(path, faults, "layout", "layout"), path.name, faults, "layout")
    if faults:
        raise LayoutError(path, faults)
    file, design = document.table("file"), document.table("design")
    codes = {name: table.every_text() for name, table in document.table("codes").entries()}
    kind = document.choice("kind", Literal["synthetic", "delivery"])
    layout = Layout(
        path=path,
        wave=document.integer("wave"),
        kind=kind,
        file=file.text("name"),
        delimiter=file.text("delimiter"),
        decimal=file.text("decimal"),
        encoding=file.text("encoding"),
        missing=file.texts("missing", ("",)),
        mark=_coded(document.table("mark"), codes) if kind == "synthetic" else None,
        id=design.text("id"),
        weight=design.text("weight"),
        population=design.text("population"),
        registers={name: _coded(table, codes) for name, table in document.table("registers").entries()},
        answers={name: _coded(table, codes) for name, table in document.table("answers").entries()},
        ignored=document.texts("ignored", ()),
        frame=_frame(document.table("frame"), codes) if document.has("frame") else None,
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
    if len(layout.delimiter) != 1:
        document.fault(f"file.delimiter must be one character, got {layout.delimiter!r}")
    if layout.decimal not in (",", "."):
        document.fault(f"file.decimal must be a comma or a point, got {layout.decimal!r}")
    try:
        codecs.lookup(layout.encoding)
    except LookupError:
        document.fault(f"file.encoding: Python knows no encoding {layout.encoding!r}; utf-8 and cp1252 are common")
    if layout.frame and set(layout.frame.sampled.codes.values()) != {"yes", "no"}:
        document.fault("frame.sampled: the codes must lead to yes and no")
    for name in layout.ignored:
        if name in layout.delivered_columns:
            document.fault(f"ignored: the column {name!r} is mapped too")


def _coded(table: Table, codes: Mapping[str, Mapping[str, str]]) -> CodedColumn:
    name = table.text("codes")
    if name and name not in codes:
        table.fault(f"there is no [codes.{name}]")
    column = CodedColumn(table.text("column"), codes.get(name, {}), table.text("blank", ""))
    ranges = {key: limits for key in column.codes if (limits := _limits(key))}
    for (first, (low, high)), (second, (start, end)) in combinations(ranges.items(), 2):
        if low <= end and start <= high:
            table.fault(f"[codes.{name}]: {first!r} and {second!r} overlap")
    for key, (low, high) in ranges.items():
        if low > high:
            table.fault(f"[codes.{name}]: {key!r} is no range, it ends before it begins")
    table.close()
    return column


def _limits(key: str) -> tuple[float, float] | None:
    """Return both ends of a range of codes; None for a code."""
    found = _RANGE.fullmatch(key)
    return (float(found[1]), float(found[2])) if found else None


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
