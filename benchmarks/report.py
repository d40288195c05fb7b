"""
How long the report takes: cold, with nothing changed, and with one record changed; and each of its notebooks.

Every build is the command `barometer report` in a process of its own, with the package, its records and the synthetic
waves copied to a temporary folder: records are changed there. It runs on two cores where the system can be told so.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from barometer.publication.report.notebooks import run_notebook

PROJECT = Path(__file__).parents[1]
COPIED = ("src", "data", "notebooks", "CHANGELOG.md", "CITATION.cff")
RECORDS = Path("src/barometer/codebook/metadata")
CORES, COLD, AGAIN, SIZE, TYPICAL, LONGEST = 2, 240, 30, 30, 5, 20
"""What was asked: cores, seconds of a cold build and of the next, MB of the site, seconds of a notebook."""
CHANGES = {
    "one figure's words": ("figures.toml", "Citizens' positive role in innovations", "Citizens in innovations"),
    "one claim's number": (
        "claims.csv",
        "positive_role.citizens,innovative,,,,,57,",
        "positive_role.citizens,innovative,,,,,58,",
    ),
    "one question's label": ("questions.toml", 'da = "Borgerne", en = "Citizens"', 'da = "Borgere", en = "Citizens"'),
}
"""A record of each kind: its file, what stands there once, and what takes its place."""


def copy_project(folder: Path) -> None:
    """Copy what a report is made from."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def change_record(folder: Path, file: str, before: str, after: str) -> None:
    """Put other words or another number into one record."""
    path = folder / RECORDS / file
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise ValueError(f"{file} must hold {before!r} once; it does {text.count(before)} times")
    path.write_text(text.replace(before, after), encoding="utf-8")


def build(folder: Path) -> float:
    """Build the report of a copy; return its wall seconds."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "barometer.cli", "report"], cwd=folder, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - began


def time_notebooks() -> dict[str, float]:
    """Return the wall seconds of each notebook by itself, the first start of processes not counted."""
    paths = sorted((PROJECT / "notebooks").glob("*.ipynb"))
    run_notebook(paths[0])
    seconds = {}
    for path in paths:
        began = time.perf_counter()
        run_notebook(path)
        seconds[path.stem] = time.perf_counter() - began
    return seconds


def _tell(what: str, seconds: float, limit: float) -> bool:
    print(f"{what:42s} {seconds:7.1f} s    (limit {limit})", flush=True)
    return seconds <= limit


def main() -> int:
    """Print what was measured beside what was asked; 1 if a limit is passed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        kept = [_tell("cold, four waves, both languages", build(folder), COLD)]
        kept.append(_tell("again, nothing changed", build(folder), AGAIN))
        for what, (file, before, after) in CHANGES.items():
            change_record(folder, file, before, after)
            kept.append(_tell(f"again, {what} changed", build(folder), AGAIN))
        size = sum(path.stat().st_size for path in (folder / "reports").rglob("*") if path.is_file()) / 1e6
    print(f"size of the site                           {size:7.1f} MB   (limit {SIZE})")
    seconds = time_notebooks()
    for stem, one in seconds.items():
        print(f"  {stem:40s} {one:7.1f} s")
    longest, typical = max(seconds.values()), sorted(seconds.values())[len(seconds) // 2]
    print(
        f"a notebook, median and longest             {typical:7.1f} s, {longest:.1f} s   (limits {TYPICAL}, {LONGEST})"
    )
    return int(not all(kept) or size > SIZE or typical > TYPICAL or longest > LONGEST)


if __name__ == "__main__":
    sys.exit(main())
