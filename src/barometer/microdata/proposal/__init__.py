"""A layout proposed from the names, labels and categories of a delivered file."""

from pathlib import Path
from typing import TYPE_CHECKING

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import as_path
from barometer.microdata.read import read_microdata

if TYPE_CHECKING:
    from barometer.microdata.proposal.proposal import LayoutProposal

__all__ = ["propose_layout"]


def propose_layout(
    path: str | Path,
    wave: int | None = None,
    *,
    codebook: str | Path | Codebook = "denmark",
    labels: str | Path | None = None,
    sheet: str | None = None,
) -> "LayoutProposal":
    """
    Propose how a delivered file's columns and codes lead to a codebook's.

    Parameters
    ----------
    path : str or Path
        A delivery in any format that barometer reads.
    wave : int, optional
        The wave it is; by default the codebook's last.
    codebook : str, Path or Codebook
        What the delivery answers to: a shipped codebook by its name, or the folder of another one.
    labels : str or Path, optional
        A JSON file with the labels of columns and values, for a delivery that has none in itself.
    sheet : str, optional
        The sheet of a workbook that has several.

    Returns
    -------
    LayoutProposal
        `.table` lists what was found, `.save(path)` writes the layout.

    Raises
    ------
    UnknownNameError
        If there is no such wave or codebook.
    MissingFileError, DeliveryError
        If a file is not there or cannot be read.

    Notes
    -----
    Texts are compared as described in the how-to on layouts. Labels decide; names are used where they are words; the
    values are looked at only for what they can be (a weight, a number of a workplace, a category), and no value of a
    column with more than 30 categories is in the result.
    """
    from barometer.microdata.proposal.labels_file import with_labels
    from barometer.microdata.proposal.proposal import propose_from

    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    number = max(book.waves) if wave is None else wave
    book.wave(number)
    path = as_path("path", path)
    table = read_microdata(path, sheet=sheet)
    return propose_from(with_labels(table, labels) if labels else table, path.name, number, book, sheet)
