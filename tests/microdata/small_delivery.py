"""A delivery small enough to break in a hundred ways: whole strata of the shipped wave, its layout and its frame."""

import csv
import io
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import barometer as bm
from barometer.errors import DeliveryError, Fault
from barometer.microdata.load import shipped_layout

SECTORS = {"10", "11", "15"}
NAME = "wave3_synthetic"


@dataclass
class SmallDelivery:
    """
    The files of a delivery in a folder; the answers as rows of text until `write` puts them there.

    Row numbers are those of an editor: the header is row 1.
    """

    folder: Path
    header: list[str]
    rows: list[list[str]]

    @property
    def path(self) -> Path:
        return self.folder / f"{NAME}.csv"

    @property
    def layout(self) -> Path:
        return self.folder / f"{NAME}.layout.toml"

    @property
    def frame(self) -> Path:
        return self.folder / f"{NAME}.frame.csv"

    def get(self, row: int, column: str) -> str:
        return self.rows[row - 2][self.header.index(column)]

    def put(self, row: int, **values: str) -> None:
        """Overwrite cells of one row."""
        for column, value in values.items():
            self.rows[row - 2][self.header.index(column)] = value

    def put_everywhere(self, column: str, value: str) -> None:
        for number in self.numbers():
            self.put(number, **{column: value})

    def numbers(self) -> range:
        """Row numbers of the workplaces."""
        return range(2, len(self.rows) + 2)

    def where(self, **values: str) -> list[int]:
        """Row numbers in which every column has the value given."""
        return [n for n in self.numbers() if all(self.get(n, column) == value for column, value in values.items())]

    def tick_only(self, row: int, prefix: str, *options: int) -> None:
        """Tick these options of a question in one row and untick its others."""
        for column in self.header:
            if column.startswith(prefix):
                self.put(row, **{column: "1" if int(column.removeprefix(prefix)) in options else "0"})

    def values_never_shown(self) -> set[str]:
        """Values that belong to one workplace: its number, and a weight with decimals."""
        cells = {cell for name in ("loebenr", "vaegt") if name in self.header for cell in self.column(name)}
        return {cell for cell in cells if len(cell) > 4}

    def column(self, name: str) -> list[str]:
        position = self.header.index(name)
        return [row[position] for row in self.rows]

    def add_column(self, name: str, value: str) -> None:
        self.header.append(name)
        for row in self.rows:
            row.append(value)

    def drop_column(self, name: str) -> None:
        position = self.header.index(name)
        for row in (self.header, *self.rows):
            del row[position]

    def text(self, delimiter: str = ";", end: str = "\n") -> str:
        """Return the file as text."""
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows([self.header, *self.rows])
        return buffer.getvalue()

    def write(self) -> None:
        """Write the rows as the file of the delivery."""
        self.path.write_text(self.text(), encoding="utf-8", newline="")

    def edit_layout(self, old: str, new: str) -> None:
        """Replace a passage of the layout that is there exactly once."""
        text = self.layout.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.layout.write_text(text.replace(old, new), encoding="utf-8")


def small_delivery(folder: Path) -> SmallDelivery:
    """Copy three whole sectors of the shipped wave into a folder."""
    source = shipped_layout(3)
    header, *rows = _small_rows(source.with_name(f"{NAME}.csv"))
    delivery = SmallDelivery(folder, list(header), [list(row) for row in rows])
    shutil.copy(source, delivery.layout)
    with delivery.frame.open("w", encoding="utf-8", newline="") as file:
        frame = _small_rows(source.with_name(f"{NAME}.frame.csv"))
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(frame)
    delivery.write()
    return delivery


@cache
def _small_rows(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the header of a shipped file and its rows in the three sectors."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    position = header.index("delsektor")
    return (tuple(header), *(tuple(row) for row in rows if row[position] in SECTORS))


def refused(delivery: SmallDelivery, *secrets: str) -> tuple[Fault, ...]:
    """Load what is broken, and return what the error lists after seeing that it tells no value of the microdata."""
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    error = caught.value
    assert error.path == delivery.path
    assert isinstance(error, ValueError)
    listed = "\n".join(map(str, error.faults))
    assert all(str(fault) in str(error) for fault in error.faults)
    assert [value for value in (*delivery.values_never_shown(), *secrets) if value in listed] == []
    return error.faults


def facts(fault: Fault) -> tuple[str, str, tuple[int, ...]]:
    """Rule, column and rows of a fault: what a test compares."""
    return fault.rule, fault.column, fault.rows
