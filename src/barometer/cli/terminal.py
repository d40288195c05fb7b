"""What the commands print: results on standard output, progress and faults on standard error."""

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

from barometer.errors import BarometerWarning

if TYPE_CHECKING:
    import pandas as pd


def say(text: str) -> None:
    """Print one line of a result."""
    sys.stdout.write(text + "\n")


def say_wrapped(text: str) -> None:
    """Print sentences within the width of the terminal."""
    say(textwrap.fill(text, shutil.get_terminal_size().columns, break_long_words=False))


def say_table(table: "pd.DataFrame") -> None:
    """
    Print a table within the width of the terminal.

    Words of a heading stand below each other; columns that still have no room follow beneath, after the first two.
    """
    room = shutil.get_terminal_size().columns
    keys, left = list(table.columns[:2]), list(table.columns[2:])
    while left:
        fits = 1
        while fits < len(left) and max(map(len, _lines(table[keys + left[: fits + 1]]))) <= room:
            fits += 1
        say("\n" + "\n".join(_lines(table[keys + left[:fits]])))
        left = left[fits:]


def _lines(table: "pd.DataFrame") -> list[str]:
    columns = []
    for name in table.columns:
        shown = table[[name]].to_string(index=False, header=False, float_format="{:,.3f}".format, na_rep="")
        words, rows = str(name).split(), [line.strip() for line in shown.splitlines()]
        columns.append((words, rows, max(map(len, [*words, *rows]))))
    high = max(len(words) for words, _, _ in columns)
    bodies = [[""] * (high - len(words)) + words + rows for words, rows, _ in columns]
    widths = [width for _, _, width in columns]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in zip(*bodies, strict=True)
    ]


def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Print a warning as one line."""
    name = "warning" if issubclass(category, BarometerWarning) else category.__name__
    tell(f"{name}: {message}")


def tell(text: str) -> None:
    """Progress and faults go to standard error, so that results can be piped."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
