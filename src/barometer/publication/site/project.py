"""Files of the project that a report quotes: they lie in the installed package, or in the checkout it is used from."""

from pathlib import Path

from barometer.errors import MissingFileError

PACKAGE = Path(__file__).parents[2]


def project_file(name: str) -> str:
    """
    Return the text of one of the project's own files.

    Raises
    ------
    MissingFileError
        If it is in neither place.
    """
    for folder in (PACKAGE / "shipped", PACKAGE.parents[1]):
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise MissingFileError(PACKAGE / "shipped" / name, "file of the package", "Install the package again.")
