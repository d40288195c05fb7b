"""Write files of SPSS and Stata, by pyreadstat: numbers with labels, names and lengths that the program takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.errors import OutputError
from barometer.microdata.read_guards import required_package
from barometer.microdata.variable_names import SPSS_NAMES, STATA_NAMES, NameRule, variable_names
from barometer.microdata.written_columns import WrittenColumn


def _bytes(text: str) -> int:
    return len(text.encode())


@dataclass(frozen=True, slots=True)
class Program:
    """
    What a program takes.

    Attributes
    ----------
    writer : str
        Function of the library.
    names : NameRule
    size : callable
        How it measures a text: in bytes, or in characters.
    longest_label, longest_value_label, longest_note : int
        Of a variable's label, a value's label, and the label of the file.
    """

    writer: str
    names: NameRule
    size: Callable[[str], int]
    longest_label: int
    longest_value_label: int
    longest_note: int


SPSS = Program("write_sav", SPSS_NAMES, _bytes, 256, 120, 64)
STATA = Program("write_dta", STATA_NAMES, len, 80, 32_000, 80)


def write_statistical(
    path: Path, columns: Sequence[WrittenColumn], note: str, program: Program, options: Mapping[str, Any]
) -> None:
    """
    Write columns for SPSS or Stata.

    Parameters
    ----------
    path : Path
    columns : sequence of WrittenColumn
    note : str
        What the file is: its label.
    program : Program
    options : dict
        Further arguments of the library's writer.

    Raises
    ------
    MissingPackageError
    OutputError
        If the library refuses.
    """
    library = required_package("pyreadstat", "spss", path)
    names = variable_names((column.name for column in columns), program.names)
    frame = pd.DataFrame({names[column.name]: _values(column, program) for column in columns})
    try:
        getattr(library, program.writer)(
            frame,
            str(path),
            file_label=_cut(note, program.longest_note, program.size),
            column_labels={names[c.name]: _named(c, names[c.name], program) for c in columns},
            variable_value_labels={names[c.name]: _value_labels(c, program) for c in columns if c.texts},
            **_formats(columns, names, program),
            **options,
        )
    except (library.ReadstatError, library.PyreadstatError) as error:
        raise OutputError(path, f"cannot be written as {path.suffix} ({error})") from None


def _values(column: WrittenColumn, program: Program) -> Any:
    if not column.texts:
        return column.cells.astype(np.float64) if column.name == "population" else column.cells
    coded = column.coded
    return pd.Series(coded).astype("Int16") if program is STATA else coded


def _formats(columns: Sequence[WrittenColumn], names: Mapping[str, str], program: Program) -> dict[str, Any]:
    """Say how SPSS shows and measures each variable; Stata needs no help."""
    if program is not SPSS:
        return {}
    coded = {names[column.name]: column for column in columns if column.texts}
    widths = {name: max(len(str(number)) for number in column.numbers.values()) for name, column in coded.items()}
    return {
        "variable_format": {name: f"F{width}.0" for name, width in widths.items()},
        "variable_measure": dict.fromkeys(coded, "nominal"),
    }


def _value_labels(column: WrittenColumn, program: Program) -> dict[Any, str]:
    number: Callable[[int], float] = int if program is STATA else float
    return {
        number(column.numbers[code]): _cut(text, program.longest_value_label, program.size)
        for code, text in column.texts.items()
    }


def _named(column: WrittenColumn, name: str, program: Program) -> str:
    """Return the label, with the codebook's name in brackets where the variable has another."""
    ending = "" if name == column.name else f" [{column.name}]"
    return _cut(column.label, program.longest_label - program.size(ending), program.size) + ending


def _cut(text: str, longest: int, size: Callable[[str], int]) -> str:
    """Cut a text to a size, an ellipsis at the end of what was cut."""
    if size(text) <= longest:
        return text
    kept = text[: max(longest, 0)]
    while kept and size(kept + "…") > longest:
        kept = kept[:-1]
    return kept.rstrip() + "…"
