"""Commands on sums that may travel: export those of a wave, put several together, and compare them."""

import argparse
from pathlib import Path
from typing import Any

import barometer as bm
from barometer import survey
from barometer.analysis.moments_comparison import POOLED, compare_moments
from barometer.analysis.wave_moments import collect_wave_moments
from barometer.cli.terminal import say, say_table, say_wrapped, tell
from barometer.cli.wave_options import add_wave_options, wave_of
from barometer.codebook.records import Label
from barometer.errors import OutputError
from barometer.microdata.store import replacing_file
from barometer.publication.disclosure import POLICIES, check_moments, release_moments
from barometer.publication.disclosure.policy import DEFAULT

SHOWN = ("share_first", "share_second", "difference", "ci_low", "ci_high", "p_adjusted")
SAMPLES = Label("Stikprøver", "Samples")
NEW_FOLDER = "a folder that is not there yet"


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    moments = commands.add_parser("moments", help="sums of a wave that may travel: checked, put together, compared")
    steps = moments.add_subparsers(dest="step", required=True, metavar="STEP")
    export = steps.add_parser("export", help="write the sums of a wave, if they reveal nobody")
    add_wave_options(export)
    export.add_argument("--indicators", nargs="+", default="*", help="default: all")
    export.add_argument("--by", nargs="+", help="domains, crossed")
    export.add_argument("--sample", help="name of the sample (default: the codebook and the wave)")
    export.add_argument("--reference", help="a codebook whose names the indicators get, where the questions match")
    export.add_argument("--reference-wave", type=int, help="the wave of it that they will stand beside")
    export.add_argument("--policy", default=DEFAULT, choices=POLICIES, help=f"of disclosure (default {DEFAULT})")
    export.add_argument("--earlier", nargs="+", type=Path, default=[], help="folders of this sample that left before")
    export.add_argument("--report", type=Path, help="write what was found and done to this CSV file; it is yours alone")
    export.add_argument("--lang", choices=("da", "en"), default="en")
    export.add_argument("--out", type=Path, required=True, help=NEW_FOLDER)
    export.set_defaults(run=_export)
    merge = steps.add_parser("merge", help="put moments together, and estimate from them")
    merge.add_argument("folders", nargs="+", type=Path)
    merge.add_argument("--domain", help="tell the samples apart, as groups of this name")
    merge.add_argument("--common", action="store_true", help="keep the outcomes that all have")
    merge.add_argument("--out", type=Path, required=True, help=NEW_FOLDER)
    merge.set_defaults(run=_merge)
    compare = steps.add_parser("compare", help="set samples side by side: differences, and all of them pooled")
    compare.add_argument("folders", nargs="+", type=Path, help="as exported, at least two samples")
    compare.add_argument("--indicators", nargs="+", default="*", help="default: all that every folder has")
    compare.add_argument("--lang", choices=("da", "en"), default="en")
    compare.add_argument("--out", type=Path, help="write the differences to this CSV file")
    compare.set_defaults(run=_compare)


def _export(options: argparse.Namespace) -> int:
    if options.out.exists():
        raise OutputError(options.out, "is there already: moments are never written over others")
    earlier = [survey.load_moments(folder) for folder in options.earlier]
    reference = None if options.reference is None else bm.codebook(options.reference)
    if reference is not None and options.reference_wave is not None:
        reference = reference.in_wave(options.reference_wave)
    wave = wave_of(options, options.wave)
    collected = collect_wave_moments(
        wave, options.indicators, by=options.by, sample=options.sample, reference=reference
    )
    if options.report is not None:  # before anything is refused: it says why
        check_moments(collected, options.policy).to_csv(options.report, options.lang)
    released = release_moments(collected, options.policy, earlier=earlier)
    if options.report is not None:
        released.report.to_csv(options.report, options.lang)
    released.moments.save(options.out)
    tell(released.text(options.lang))
    return 0


def _merge(options: argparse.Namespace) -> int:
    loaded = [survey.load_moments(folder) for folder in options.folders]
    merged = survey.merge_moments(loaded, domain=options.domain, outcomes="common" if options.common else "same")
    merged.save(options.out)
    say(repr(survey.summarise(merged.sums)))
    for note in merged.notes:
        say_wrapped(": ".join(filter(None, (note.outcome, note.en))))
    return 0


def _compare(options: argparse.Namespace) -> int:
    found = compare_moments([survey.load_moments(folder) for folder in options.folders], options.indicators)
    lang = options.lang
    table = found.to_frame(lang)
    headings = dict(zip(found.table.columns, table.columns, strict=True))
    pair = found.table["first"] + " − " + found.table["second"]
    pair = pair.mask(found.table["group"] != "", found.table["group"] + ": " + pair)
    shown = table[[headings[name] for name in ("indicator", *SHOWN)]]
    shown.insert(1, SAMPLES.text(lang), pair)
    say_table(shown)
    say("\n" + POOLED.text(lang))
    say_table(found.pooled_frame(lang))
    say("")
    for remark in found.remarks(lang):
        say_wrapped(remark)
    if options.out is not None:
        with replacing_file(options.out) as staged:
            table.to_csv(staged, index=False, lineterminator="\n")
    return 0
