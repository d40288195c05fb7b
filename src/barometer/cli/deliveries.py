"""Commands on deliveries: make, check and store microdata, propose and check layouts."""

import argparse
from pathlib import Path
from typing import Any

import barometer as bm
from barometer.cli.terminal import say, tell
from barometer.cli.wave_options import PROCESSED, RAW, add_codebook_option
from barometer.microdata.layout import SUFFIX


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    synthesize = commands.add_parser("synthesize", help="make the synthetic microdata of a wave")
    synthesize.add_argument("--wave", type=int, default=3)
    synthesize.add_argument("--out", type=Path, default=RAW, help=f"folder (default {RAW})")
    synthesize.set_defaults(run=_synthesize)

    ingest = commands.add_parser("ingest", help="check deliveries and store them processed")
    ingest.add_argument("--raw", type=Path, default=RAW, help=f"folder with deliveries and layouts (default {RAW})")
    ingest.add_argument("--out", type=Path, default=PROCESSED, help=f"folder (default {PROCESSED})")
    add_codebook_option(ingest)
    ingest.set_defaults(run=_ingest)

    check = commands.add_parser("check", help="tell everything that is wrong or odd about a delivery")
    check.add_argument("file", type=Path)
    check.add_argument("--layout", type=Path, help="by default the file beside it that ends in .layout.toml")
    add_codebook_option(check)
    check.add_argument("--corrections", type=Path, help="by default the file beside it that ends in .corrections.csv")
    check.add_argument("--save", type=Path, help="a table of everything that was found (.csv or .json)")
    check.set_defaults(run=_check)

    layout = commands.add_parser("layout", help="propose a layout for a delivery, or say what one leaves out")
    steps = layout.add_subparsers(dest="step", required=True, metavar="STEP")
    init = steps.add_parser("init", help="propose a layout from names, labels and categories")
    init.add_argument("file", type=Path, help="the delivery")
    init.add_argument("--wave", type=int, help="default: the codebook's last")
    init.add_argument("--codebook", default="denmark", help="a shipped codebook or a folder (default denmark)")
    init.add_argument("--labels", type=Path, help="a JSON file with labels, for a delivery that has none in itself")
    init.add_argument("--sheet", help="of a workbook that has several")
    init.add_argument("--out", type=Path, help=f"the layout (default: beside the delivery, ending in {SUFFIX})")
    init.add_argument("--force", action="store_true", help="replace a layout that is there already")
    init.set_defaults(run=_layout_init)
    check = steps.add_parser("check", help="list what a layout leaves out; exit code 1 if anything")
    check.add_argument("layout", type=Path)
    check.add_argument("--codebook", default="denmark", help="a shipped codebook or a folder (default denmark)")
    check.add_argument("--data", type=Path, help="the delivery (default: the file that the layout names, beside it)")
    check.set_defaults(run=_layout_check)


def _synthesize(options: argparse.Namespace) -> int:
    from barometer.synthesis import synthesize

    for path in synthesize(options.wave, options.out, tell):
        say(str(path))
    return 0


def _ingest(options: argparse.Namespace) -> int:
    for path in bm.ingest(options.raw, options.out, tell, codebook=options.codebook):
        say(str(path))
    return 0


def _check(options: argparse.Namespace) -> int:
    found = bm.check_delivery(
        options.file, layout=options.layout, codebook=options.codebook, corrections=options.corrections
    )
    for fault in (*found.errors, *found.warnings):
        say(str(fault))
    say(found.summary())
    if options.save:
        tell(f"the table is in {found.save(options.save)}")
    return 0 if found.is_usable else 1


def _layout_init(options: argparse.Namespace) -> int:
    proposal = bm.propose_layout(
        options.file, options.wave, codebook=options.codebook, labels=options.labels, sheet=options.sheet
    )
    out = options.out or options.file.with_name(options.file.stem + SUFFIX)
    proposal.save(out, existing="replace" if options.force else "keep")
    say(f"{proposal!r}\nThe proposed layout is at {out}")
    return 0


def _layout_check(options: argparse.Namespace) -> int:
    coverage = bm.check_layout(options.layout, codebook=options.codebook, data=options.data)
    say(repr(coverage))
    return 0 if coverage.is_complete else 1
