"""Commands on sums that may travel: export those of a wave, and put several together."""

import argparse
from pathlib import Path
from typing import Any

import barometer as bm
from barometer import survey
from barometer.analysis.wave_moments import collect_wave_moments
from barometer.cli.terminal import say, tell
from barometer.cli.wave_options import add_wave_options, wave_of
from barometer.publication.disclosure import POLICIES, release_moments
from barometer.publication.disclosure.policy import DEFAULT


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    moments = commands.add_parser("moments", help="sums of a wave that may travel, checked, and sums put together")
    steps = moments.add_subparsers(dest="step", required=True, metavar="STEP")
    export = steps.add_parser("export", help="write the sums of a wave, if they reveal nobody")
    add_wave_options(export)
    export.add_argument("--indicators", nargs="+", default="*", help="default: all")
    export.add_argument("--by", nargs="+", help="domains, crossed")
    export.add_argument("--sample", help="name of the sample (default: the codebook and the wave)")
    export.add_argument("--reference", help="a codebook whose names the indicators get, where the questions match")
    export.add_argument("--policy", default=DEFAULT, choices=POLICIES, help=f"of disclosure (default {DEFAULT})")
    export.add_argument("--lang", choices=("da", "en"), default="en")
    export.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    export.set_defaults(run=_export)
    merge = steps.add_parser("merge", help="put moments together, and estimate from them")
    merge.add_argument("folders", nargs="+", type=Path)
    merge.add_argument("--domain", help="tell the samples apart, as groups of this name")
    merge.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    merge.set_defaults(run=_merge)


def _export(options: argparse.Namespace) -> int:
    wave = wave_of(options, options.wave)
    reference = None if options.reference is None else bm.codebook(options.reference)
    collected = collect_wave_moments(
        wave, options.indicators, by=options.by, sample=options.sample, reference=reference
    )
    released = release_moments(collected, options.policy)
    released.moments.save(options.out)
    tell(released.text(options.lang))
    return 0


def _merge(options: argparse.Namespace) -> int:
    merged = survey.merge_moments([survey.load_moments(folder) for folder in options.folders], domain=options.domain)
    merged.save(options.out)
    say(repr(survey.summarise(merged.sums)))
    return 0
