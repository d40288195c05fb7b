"""
How fast files are read, and how much memory a large delivery takes.

Run `make benchmark` or `python benchmarks/reading.py [ROWS]`. First 2,000 rows of 150 columns in every format that can
be written here, each read by `read_microdata` (goal: under 1 s). Then the synthetic wave 3 repeated to 1,000,000 rows
(or ROWS), with its single answers drawn anew where the routing allows, as a Parquet delivery with a layout, read and
checked in a process of its own (goals: under 10 s, and under 3 times the size of the file in memory).

The size in memory is what Arrow says of the table as it lies in the file: once with codes as whole numbers of 64 bits,
once as dictionaries with 8-bit indices. Memory is the most that the process held (VmHWM on Linux, else ru_maxrss), less
what it held after its imports. Times are wall times, with processor times of all threads beside them.
"""

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import barometer as bm
from barometer.microdata.coding import answer_numbers, group_numbers
from barometer.microdata.load import shipped_layout

ROWS, COLUMNS, RUNS = 2_000, 150, 5
LARGE = 1_000_000
CHILD = """
import json, resource, sys, time
from pathlib import Path
import pyarrow.parquet, pandas
import barometer as bm
from barometer.microdata.load import read_and_check
def most():
    try:  # of this program alone; ru_maxrss of a child begins with its parent's
        return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
codebook = bm.codebook()
start, busy = time.perf_counter(), time.process_time()
delivery = read_and_check(Path(sys.argv[1]), codebook)
seconds, busy = time.perf_counter() - start, time.process_time() - busy
peak = most()
rules = sorted({fault.rule for fault in delivery.wave.warnings})
found = {"seconds": seconds, "busy": busy, "before": before, "peak": peak}
print(json.dumps(found | {"rows": delivery.wave.n, "warnings": rules}))
"""


def small_table() -> pd.DataFrame:
    """Make an id as text, a weight, and codes with blanks."""
    random = np.random.default_rng(1)
    codes = {f"q{n:03d}": random.choice([1.0, 2.0, 3.0, 98.0, np.nan], ROWS) for n in range(COLUMNS - 2)}
    return pd.DataFrame({"id": [f"{n:06d}" for n in range(ROWS)], "weight": random.random(ROWS) * 10, **codes})


def write_every_format(table: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the table in every format for which there is a writer here."""
    import pyreadstat
    import xlsxwriter

    labels = {name: {1.0: "Ja", 2.0: "Nej", 3.0: "Delvist", 98.0: "Ved ikke"} for name in table.columns[2:]}
    table.to_csv(folder / "table.csv", sep=";", decimal=",", index=False)
    pyreadstat.write_sav(table, str(folder / "table.sav"), variable_value_labels=labels)
    pyreadstat.write_sav(table, str(folder / "table.zsav"), variable_value_labels=labels, compress=True)
    pyreadstat.write_por(table.rename(columns=str.upper), str(folder / "table.por"))
    pyreadstat.write_dta(table, str(folder / "table.dta"), variable_value_labels=labels)
    pyreadstat.write_xport(table, str(folder / "table.xpt"))
    table.to_parquet(folder / "table.parquet", index=False)
    table.to_feather(folder / "table.feather")
    book = xlsxwriter.Workbook(str(folder / "table.xlsx"))
    sheet = book.add_worksheet("Ark1")
    for number, row in enumerate([table.columns, *table.astype(object).where(table.notna(), None).to_numpy()]):
        sheet.write_row(number, 0, row)
    book.close()
    _write_sas(folder)
    return sorted(folder.glob("table.*"))


def _write_sas(folder: Path) -> None:
    """Let R's haven write the one format that nothing in Python writes, if it is installed."""
    code = (
        "d <- haven::read_dta('table.dta'); suppressWarnings(haven::write_sas(haven::zap_labels(d), 'table.sas7bdat'))"
    )
    if shutil.which("Rscript"):
        subprocess.run(["Rscript", "-e", code], cwd=folder, capture_output=True, check=False)


def seconds(run: Callable[[], object]) -> list[float]:
    """Wall time of each of several runs, after one that is not counted."""
    run()
    measured = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return measured


def every_format() -> None:
    """Print the time of reading each."""
    print(f"read_microdata, {ROWS:,} rows x {COLUMNS} columns (goal 1 s)")
    with tempfile.TemporaryDirectory() as folder:
        for path in write_every_format(small_table(), Path(folder)):
            measured = seconds(partial(quietly_read, path))
            spread = f"{1000 * min(measured):.0f} to {1000 * max(measured):.0f}"
            size = path.stat().st_size / 1000
            print(f"  {path.suffix:10} {size:8,.0f} kB {1000 * statistics.median(measured):7.0f} ms   ({spread})")


def quietly_read(path: Path) -> object:
    """Read without the warnings that some formats always bring."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bm.read_microdata(path)


def large_table(rows: int, coded: str) -> pa.Table:
    """Repeat the synthetic wave, codes as numbers; weights add up to the populations as before."""
    wave = bm.load_wave(3)
    times = -(-rows // wave.n)
    data = wave.microdata
    random = np.random.default_rng(3)
    columns: dict[str, pa.Array] = {
        "id": pa.array([f"{n:08d}" for n in range(times * wave.n)]),
        "mark": pa.array(np.ones(times * wave.n, dtype=np.int64)),
        "weight": pa.array(np.tile(data["weight"].to_numpy(), times)),
        "population": pa.array(np.tile(data["population"].to_numpy() * times, times)),
    }
    for name in ("level", "sector", "industry", "size"):
        numbers = list(group_numbers(wave.codebook.domains[name].groups).values())
        columns[name] = _coded(np.tile(data[name].cat.codes.to_numpy(), times), numbers, coded)
    for name, column in wave.columns.items():
        codes = np.tile(data[name].cat.codes.to_numpy(), times)
        if wave.codebook.questions[column.question].kind == "grid" and column.question != "introduced":
            drawn = random.integers(0, len(column.answers), codes.size, dtype=np.int8)
            codes = np.where(codes < 0, codes, drawn)
        columns[name] = _coded(codes, list(answer_numbers(column).values()), coded)
    return pa.table(columns)


def _coded(positions: NDArray[np.integer], numbers: list[int], coded: str) -> pa.Array:
    blank = positions < 0
    if coded == "int64":
        return pa.array(np.array([*numbers, 0])[positions], mask=blank)
    indices = pa.array(positions.astype(np.int8), mask=blank)
    return pa.DictionaryArray.from_arrays(indices, [str(number) for number in numbers])


def layout_text(coded: str) -> str:
    """Say how the large delivery names its columns: as the codebook does, with the codes of the shipped layout."""
    text = shipped_layout(3).read_text(encoding="utf-8")
    mapped, codes = text[text.index("[registers]") : text.index("[codes.mark]")], text[text.index("[codes.mark]") :]
    return f"""wave = 3
kind = "synthetic"
[file]
name = "large_{coded}.parquet"
[mark]
column = "mark"
codes = "mark"
[design]
id = "id"
weight = "weight"
population = "population"
{re.sub(MAPPED, renamed, mapped)}
{codes}"""


MAPPED = re.compile(r'^("?)([a-z_.]+)\1 = { column = "[^"]+"', re.MULTILINE)


def renamed(line: re.Match[str]) -> str:
    """Map a column of the codebook to a delivered one of the same name."""
    return f'{line[1]}{line[2]}{line[1]} = {{ column = "{line[2]}"'


def large_delivery(rows: int) -> None:
    """Print time and memory of reading and checking the large delivery, once for each way of holding codes."""
    for coded in ("int64", "dictionary"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"large_{coded}.parquet"
            layout = path.with_suffix(".layout.toml")
            table = large_table(rows, coded)
            pq.write_table(table, path)
            layout.write_text(layout_text(coded), encoding="utf-8")
            size, width = table.nbytes, table.num_columns
            del table
            child = [sys.executable, "-c", CHILD, str(layout)]
            done = subprocess.run(child, capture_output=True, text=True, check=True)
        tell_large(json.loads(done.stdout), coded, size, width)


def tell_large(found: dict[str, Any], coded: str, size: int, width: int) -> None:
    """Print what was measured of one large delivery."""
    grown, whole, mebi = (found["peak"] - found["before"]) * 1024, found["peak"] * 1024, 2**20
    print(
        f"read_and_check, {found['rows']:,} rows x {width} columns, codes as {coded}: {size / mebi:,.0f} MiB in memory"
    )
    print(f"  time   {found['seconds']:8.1f} s    (goal 10 s; processors {found['busy']:.1f} s)")
    print(f"  memory {grown / mebi:8,.0f} MiB  {grown / size:.2f} times (goal 3)")
    print(f"  whole process {whole / mebi:,.0f} MiB, {whole / size:.2f} times; warnings: {found['warnings'] or 'none'}")


def main() -> None:
    """Print every figure."""
    every_format()
    large_delivery(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)


if __name__ == "__main__":
    main()
