"""Commands on what is published: the report, its manifest, StatBank's tables."""

import argparse
import os
from pathlib import Path
from typing import Any

import pandas as pd

import barometer as bm
from barometer.cli.terminal import say, say_table, say_wrapped, tell
from barometer.cli.wave_options import ALL, DENMARK, add_codebook_option, add_wave_options, wave_of, waves_of
from barometer.errors import ArgumentError
from barometer.publication.statbank.folder import compute_tables, statbank_waves
from barometer.publication.table_text import table_text

REPORTS = Path("reports")
NOTEBOOKS = Path("notebooks")
BASELINE = Path("data/baseline/numbers.csv")
STATBANK = Path("statbank")


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    report = commands.add_parser("report", help="build the report of every wave, or of one")
    add_wave_options(report, several=True)
    report.set_defaults(wave=None)
    report.add_argument("--out", type=Path, default=REPORTS, help=f"folder (default {REPORTS})")
    report.add_argument("--notebooks", type=Path, help=f"folder of notebooks (default {NOTEBOOKS}, if it is there)")
    report.add_argument("--cache", type=Path, help="folder that keeps what was drawn and run (default: beside --out)")
    report.add_argument("--baseline", type=Path, help=f"numbers that were approved (default {BASELINE})")
    guard = report.add_mutually_exclusive_group()
    guard.add_argument(
        "--check", action="store_true", help="if a number has moved, list it, build nothing, exit with 1"
    )
    guard.add_argument("--bless", action="store_true", help="approve the numbers as they are now, then build")
    report.add_argument("--audit", type=Path, help="CSV file outside the report: why each cell is suppressed")
    report.set_defaults(run=_report)

    manifest = commands.add_parser("verify-manifest", help="hold the files of a report against its manifest")
    manifest.add_argument(
        "folder", type=Path, nargs="?", default=REPORTS, help=f"of the report, or its manifest.json (default {REPORTS})"
    )
    manifest.set_defaults(run=_verify_manifest)

    statbank = commands.add_parser("statbank", help="write StatBank's four tables in its own shape, with intervals")
    task = statbank.add_mutually_exclusive_group()
    task.add_argument("--out", type=Path, default=STATBANK, help=f"folder (default {STATBANK})")
    task.add_argument(
        "--compare",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="write nothing, but list the numbers of these saved extracts that are not the computed ones; exit with 1",
    )
    statbank.add_argument("--lang", choices=("da", "en"), default="en", help="of what --compare lists")
    add_codebook_option(statbank)
    statbank.set_defaults(run=_statbank, data=None)


def _report(options: argparse.Namespace) -> int:
    waves = _reported(options)
    # The approved numbers and the notebooks of this project are of the synthetic waves of the Danish barometer.
    shown = waves[0].is_synthetic and options.codebook == DENMARK
    baseline = options.baseline or (BASELINE if shown else None)
    if not _guarded(options, waves, baseline):
        return 1
    notebooks = options.notebooks or (NOTEBOOKS if NOTEBOOKS.is_dir() and shown else None)
    if notebooks is None and shown:
        tell("no folder of notebooks here: the report is made without them")
    page = bm.build_report(
        options.out,
        waves,
        notebooks=notebooks,
        baseline=baseline if options.baseline or (baseline and baseline.is_file()) else None,
        cache=options.cache or options.out.with_name(f".{options.out.name}-cache"),
        workers=os.cpu_count() or 1,
        audit=options.audit,
        tell=tell,
    )
    say(f"The report is at {page}")
    return 0


def _guarded(options: argparse.Namespace, waves: list[bm.Wave], baseline: Path | None) -> bool:
    """Hold the numbers against those approved, or approve them; False if they have moved."""
    from barometer.publication.numbers import compare_numbers, read_numbers, write_numbers
    from barometer.publication.report.build import report_numbers

    if not (options.check or options.bless):
        return True
    if baseline is None and options.bless:
        raise ArgumentError("--baseline", "is needed for a delivery: name the file of its approved numbers")
    if baseline is None:
        tell("not checked: the approved numbers are those of the synthetic waves; --baseline names a delivery's own")
        return True
    if options.bless:
        tell(f"approved: {write_numbers(report_numbers(waves), baseline)}")
        return True
    drift = compare_numbers(read_numbers(baseline), report_numbers(waves))
    say(str(drift))
    if drift.moved:
        tell("barometer report: if the numbers should be so, `barometer report --bless` approves them")
    return not drift.moved


def _reported(options: argparse.Namespace) -> list[bm.Wave]:
    """Return the wave that was asked for; else deliveries that were ingested here, or every synthetic wave."""
    if options.data and options.wave is None:
        raise ArgumentError("--wave", "is needed with --data: the number of the wave that was delivered")
    found = waves_of(argparse.Namespace(**{**vars(options), "wave": options.wave or ALL}))
    delivered = [wave for wave in found if not wave.is_synthetic]
    if delivered and len(delivered) < len(found):
        tell("synthetic waves stay out of a report of deliveries")
    return delivered or found


def _verify_manifest(options: argparse.Namespace) -> int:
    found = bm.verify_manifest(options.folder)
    say(str(found))
    return 0 if found.is_whole else 1


def _statbank(options: argparse.Namespace) -> int:
    if options.compare:
        return _compare_extracts(options)
    waves = [wave_of(options, number) for number in statbank_waves(bm.codebook(options.codebook))]
    for path in bm.write_statbank(options.out, waves):
        say(str(path))
    return 0


def _compare_extracts(options: argparse.Namespace) -> int:
    """Set saved extracts beside what their waves give, and list what is not the same; every file is read first."""
    extracts = [bm.read_statbank(path, codebook=options.codebook) for path in options.compare]
    numbers = sorted({number for extract in extracts for number in extract.waves})
    waves = [wave_of(options, number) for number in numbers]
    computed = compute_tables([extract.record for extract in extracts], waves)
    found = [extract.compare(table) for extract, table in zip(extracts, computed, strict=True)]
    for compared in found:
        say_wrapped(f"{compared.extract.file}: {compared.summary(options.lang)}")
        differing = compared.differing()
        if len(differing.table):
            (sheet,) = differing.sheets(options.lang)
            text = table_text(sheet, options.lang)
            say_table(pd.DataFrame(text.rows, columns=text.headings))
    return 0 if all(compared.is_equal for compared in found) else 1
