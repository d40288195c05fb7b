"""The one door for delivered files: every format an analyst is given, read into the same kind of table."""

import warnings
from pathlib import Path

from barometer.errors import ArgumentError, DeliveryWarning, as_path
from barometer.microdata.formats import FileFormat, faulty_choice
from barometer.microdata.layout import Layout
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read_guards import guarded_format
from barometer.microdata.read_text import TextChoices, read_text

FIRST_ROW = 2
"""Row number of the first workplace, as an editor or a spreadsheet counts: the header is row 1, in every format."""


def read_microdata(
    path: str | Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
) -> RawTable:
    """
    Read a file of any format, with its labels, nothing renamed and nothing recoded.

    CSV and other delimited text (.csv, .txt, .tsv, .dat), Excel (.xlsx, .xlsm, .xls), OpenDocument (.ods), SPSS (.sav,
    .zsav, .por), Stata (.dta), SAS (.sas7bdat, .xpt), Parquet and Arrow (.parquet, .feather, .arrow).

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Of a workbook with several.
    encoding : str, optional
        Of a text file, or of the texts in a file of SPSS, Stata or SAS that does not say. A text file without it is
        read by its byte order mark, else as UTF-8, else as Windows-1252.
    delimiter : str, optional
        Of a text file; without it `;`, `,`, tab or `|`, whichever splits the first rows alike.
    decimal : {",", "."}, optional
        Text columns of nothing but plain numbers become numbers; codes with leading zeros and whole numbers of more
        than 15 digits never do. Without it what is text in the file stays text, which is every column of a text file.

    Returns
    -------
    RawTable
        Its `frame` holds microdata; its display shows columns, never a row.

    Raises
    ------
    ArgumentError
        If an argument does not apply to the format, or has no such value.
    MissingPackageError
        If the format needs an extra that is not installed.
    MissingFileError, DeliveryError
        If the file is not there or cannot be read; every fault is listed, none tells a value.

    Warns
    -----
    DeliveryWarning
        For what is odd but was read.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.read_microdata("data/raw/wave3_synthetic.csv")
    <RawTable: text, 2,271 rows x 158 columns; may hold confidential microdata>
    """
    path = as_path("path", path)
    known = guarded_format(path, "file", "Check the name and the folder.")
    _check_arguments(known, sheet=sheet, encoding=encoding, delimiter=delimiter, decimal=decimal)
    raw = read_table(path, known, TextChoices(delimiter, decimal, encoding), sheet)
    for odd in raw.warnings:
        warnings.warn(str(odd), DeliveryWarning, stacklevel=2)
    return raw


def read_delivery(path: Path, layout: Layout, what: str = "delivery") -> RawTable:
    """
    Read a delivery as its layout describes the file.

    Parameters
    ----------
    path : Path
    layout : Layout
        Gives sheet, delimiter, encoding, and the text that is blank.
    what : str
        What the file is, for messages.

    Raises
    ------
    MissingPackageError, MissingFileError, DeliveryError
        As `read_microdata`.
    """
    known = guarded_format(path, what, f"The layout {layout.path.name} expects it beside itself.")
    choices = TextChoices(layout.delimiter or None, None, layout.encoding or None, layout.missing, in_layout=True)
    return read_table(path, known, choices, layout.sheet or None)


def read_table(path: Path, known: FileFormat, choices: TextChoices, sheet: str | None) -> RawTable:
    """
    Read a file whose format is known.

    Parameters
    ----------
    path : Path
    known : FileFormat
        As `guarded_format` gives it.
    choices : TextChoices
        Only its encoding matters to files of SPSS, Stata and SAS.
    sheet : str or None
        Of a workbook.
    """
    # Imported when a file needs them: `import barometer` should not wait for readers of formats that nobody has.
    if known.family == "text":
        return read_text(path, choices)
    if known.family == "excel":
        from barometer.microdata.read_excel import read_excel

        return read_excel(path, known.name, sheet, choices.decimal)
    if known.family == "statistical":
        from barometer.microdata.read_statistical import read_statistical

        return read_statistical(path, known.name, None if known.fixed_encoding else choices.encoding)
    from barometer.microdata.read_arrow import read_arrow

    return read_arrow(path, known.name)


def _check_arguments(known: FileFormat, **given: str | None) -> None:
    for name, value in given.items():
        if value is None:
            continue
        if name not in known.choices:
            raise ArgumentError(name, f"does not apply to {known.name}")
        if fault := faulty_choice(name, value):
            raise ArgumentError(name, fault)
