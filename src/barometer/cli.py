"""The command `barometer`."""

import argparse
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import barometer as bm
from barometer import survey
from barometer.analysis.wave_moments import collect_wave_moments
from barometer.codebook.browse import VIEW_KINDS, SearchResult, look_up
from barometer.errors import ArgumentError, BarometerError, BarometerWarning
from barometer.microdata.layout import SUFFIX
from barometer.microdata.response_wish import RESPONSE_METHODS, RULES
from barometer.microdata.store import listed_waves
from barometer.microdata.weighting import FRAME, METHODS, RESIDUALS, STARTS
from barometer.publication.claim_tables import claim_lines
from barometer.publication.disclosure import POLICIES, release_moments
from barometer.publication.disclosure.policy import DEFAULT
from barometer.publication.statbank.folder import statbank_waves
from barometer.publication.verdicts import SIGNIFICANCE

RAW = Path("data/raw")
PROCESSED = Path("data/processed")
REPORTS = Path("reports")
NOTEBOOKS = Path("notebooks")
BASELINE = Path("data/baseline/numbers.csv")
STATBANK = Path("statbank")
DENMARK = "denmark"
ALL = "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Returns
    -------
    int
        0 when all went well; 1 when barometer found something wrong, said on standard error; 2 for a misspelt command.
    """
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    with warnings.catch_warnings():
        warnings.simplefilter("always", BarometerWarning)
        warnings.showwarning = _show
        try:
            code = run(options)
            sys.stdout.flush()
            return code
        except BarometerError as error:
            _tell(f"barometer {options.command}: {error}")
            return 1
        except KeyboardInterrupt:
            _tell(f"barometer {options.command}: stopped; nothing was left half-written")
            return 130
        except BrokenPipeError:  # whoever read the output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            _tell(f"barometer {options.command}: the output cannot be written ({error.strerror or error})")
            return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="barometer", description=bm.__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    synthesize = commands.add_parser("synthesize", help="make the synthetic microdata of a wave")
    synthesize.add_argument("--wave", type=int, default=3)
    synthesize.add_argument("--out", type=Path, default=RAW, help=f"folder (default {RAW})")
    synthesize.set_defaults(run=_synthesize)

    ingest = commands.add_parser("ingest", help="check deliveries and store them processed")
    ingest.add_argument("--raw", type=Path, default=RAW, help=f"folder with deliveries and layouts (default {RAW})")
    ingest.add_argument("--out", type=Path, default=PROCESSED, help=f"folder (default {PROCESSED})")
    _codebook_option(ingest)
    ingest.set_defaults(run=_ingest)

    check = commands.add_parser("check", help="tell everything that is wrong or odd about a delivery")
    check.add_argument("file", type=Path)
    check.add_argument("--layout", type=Path, help="by default the file beside it that ends in .layout.toml")
    _codebook_option(check)
    check.add_argument("--corrections", type=Path, help="by default the file beside it that ends in .corrections.csv")
    check.add_argument("--save", type=Path, help="a table of everything that was found (.csv or .json)")
    check.set_defaults(run=_check)

    verify = commands.add_parser("verify", help="compare every published claim with the microdata")
    _wave_options(verify, several=True)
    verify.add_argument("--json", action="store_true", help="every claim as JSON on standard output")
    verify.set_defaults(run=_verify)

    report = commands.add_parser("report", help="build the report of every wave, or of one")
    _wave_options(report, several=True)
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
    manifest.add_argument("folder", type=Path, nargs="?", default=REPORTS, help=f"of the report (default {REPORTS})")
    manifest.set_defaults(run=_verify_manifest)

    weights = commands.add_parser("weights", help="say how the weights of a wave were made and what they cost")
    _wave_options(weights)
    weights.add_argument("--start", choices=STARTS, help="weight to the frame, from these weights")
    weights.add_argument("--margins", nargs="+", help='domains of the frame, for instance level "sector x size"')
    weights.add_argument("--method", choices=(*METHODS, *RESPONSE_METHODS), help="default raking")
    weights.add_argument("--residuals", choices=RESIDUALS, help="of calibration: as R's calibrate, or as its rake")
    weights.add_argument("--minimum", type=int, help="of cells: those with fewer answers are joined to another")
    weights.add_argument("--largest", type=float, help="of cells: so are those with a larger factor")
    weights.add_argument("--within", help="of cells: join none across the groups of this domain")
    weights.add_argument("--rule", choices=RULES, help="of propensity: default classes")
    weights.add_argument("--classes", type=int, help="of propensity: how many, default 5")
    weights.add_argument("--replicates", type=int, help="of non-response: standard errors from so many replicates")
    weights.add_argument("--lang", choices=("da", "en"), default="en")
    weights.set_defaults(run=_weights)

    statbank = commands.add_parser("statbank", help="write StatBank's four tables in its own shape, with intervals")
    statbank.add_argument("--out", type=Path, default=STATBANK, help=f"folder (default {STATBANK})")
    _codebook_option(statbank)
    statbank.set_defaults(run=_statbank, data=None)

    codebook = commands.add_parser("codebook", help="browse questions, indicators, domains, bases, figures and claims")
    codebook.add_argument("words", nargs="*", help="a name to see one record, or words to search for")
    codebook.add_argument("--lang", choices=("da", "en"), default="en")
    codebook.add_argument("--wave", type=int, help="only what this wave asked")
    _codebook_option(codebook)
    codebook.add_argument("--kind", choices=VIEW_KINDS, help="where records of several kinds have the name")
    codebook.add_argument("--json", action="store_true", help="as JSON on standard output")
    codebook.set_defaults(run=_codebook)

    moments = commands.add_parser("moments", help="sums of a wave that may travel, checked, and sums put together")
    steps = moments.add_subparsers(dest="step", required=True, metavar="STEP")
    export = steps.add_parser("export", help="write the sums of a wave, if they reveal nobody")
    _wave_options(export)
    export.add_argument("--indicators", nargs="+", default="*", help="default: all")
    export.add_argument("--by", nargs="+", help="domains, crossed")
    export.add_argument("--sample", help="name of the sample (default: the codebook and the wave)")
    export.add_argument("--reference", help="a codebook whose names the indicators get, where the questions match")
    export.add_argument("--policy", default=DEFAULT, choices=POLICIES, help=f"of disclosure (default {DEFAULT})")
    export.add_argument("--lang", choices=("da", "en"), default="en")
    export.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    export.set_defaults(run=_moments_export)
    merge = steps.add_parser("merge", help="put moments together, and estimate from them")
    merge.add_argument("folders", nargs="+", type=Path)
    merge.add_argument("--domain", help="tell the samples apart, as groups of this name")
    merge.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    merge.set_defaults(run=_moments_merge)

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
    return parser


def _wave_options(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    number = "number of the wave (default 3)"
    if several:
        parser.add_argument("--wave", type=_number_or_all, default=3, help=f"{number}, or {ALL} for every wave")
    else:
        parser.add_argument("--wave", type=int, default=3, help=number)
    parser.add_argument("--data", type=Path, help="a delivery with its layout, or a processed Parquet file")
    _codebook_option(parser)


def _codebook_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--codebook", default=DENMARK, help="a shipped codebook's name, or a folder")


def _number_or_all(text: str) -> int | str:
    """Return the number of a wave, or the word for all of them."""
    return text if text == ALL else int(text)


def _waves(options: argparse.Namespace) -> list[bm.Wave]:
    """Return the wave that was asked for, or all of the codebook."""
    if options.wave != ALL:
        return [_wave(options, options.wave)]
    if options.data:
        raise ArgumentError("--data", f"is the delivery of one wave: name that wave in place of {ALL}")
    return [_wave(options, number) for number in sorted(bm.codebook(options.codebook).waves)]


def _wave(options: argparse.Namespace, number: int) -> bm.Wave:
    """Return the delivery named, else the one that was ingested here, else the synthetic wave of the package."""
    data = options.data or (_ingested(number) if options.codebook == DENMARK else None)
    _tell(f"wave {number} from {data or 'the package: synthetic'}")
    return bm.load_wave(number, data, codebook=options.codebook)


def _ingested(wave: int) -> Path | None:
    """Return the processed file of a wave that the manifest lists; None if there is none."""
    found = [PROCESSED / name for number, name in listed_waves(PROCESSED) if number == wave]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise ArgumentError("--data", f"{PROCESSED} holds wave {wave} more than once ({names}): name the one you mean")
    return found[0] if found else None


def _synthesize(options: argparse.Namespace) -> int:
    from barometer.synthesis import synthesize

    for path in synthesize(options.wave, options.out, _tell):
        _say(str(path))
    return 0


def _ingest(options: argparse.Namespace) -> int:
    for path in bm.ingest(options.raw, options.out, _tell, codebook=options.codebook):
        _say(str(path))
    return 0


def _check(options: argparse.Namespace) -> int:
    found = bm.check_delivery(
        options.file, layout=options.layout, codebook=options.codebook, corrections=options.corrections
    )
    for fault in (*found.errors, *found.warnings):
        _say(str(fault))
    _say(found.summary())
    if options.save:
        _tell(f"the table is in {found.save(options.save)}")
    return 0 if found.is_usable else 1


def _verify(options: argparse.Namespace) -> int:
    checked = bm.verify(_waves(options))
    if options.json:
        content = {
            "synthetic": checked.is_synthetic,
            "significance": SIGNIFICANCE,
            "counts": checked.counts,
            "claims": checked.to_records(),
        }
        _say(json.dumps(content, indent=2, ensure_ascii=False))
        return 0
    for line in claim_lines(checked.claims):
        _say(line)
    _say(checked.summary("en"))
    return 0


def _report(options: argparse.Namespace) -> int:
    waves = _reported(options)
    # The approved numbers and the notebooks of this project are of the synthetic waves of the Danish barometer.
    shown = waves[0].is_synthetic and options.codebook == DENMARK
    baseline = options.baseline or (BASELINE if shown else None)
    if not _guarded(options, waves, baseline):
        return 1
    notebooks = options.notebooks or (NOTEBOOKS if NOTEBOOKS.is_dir() and shown else None)
    if notebooks is None and shown:
        _tell("no folder of notebooks here: the report is made without them")
    page = bm.build_report(
        options.out,
        waves,
        notebooks=notebooks,
        baseline=baseline if options.baseline or (baseline and baseline.is_file()) else None,
        cache=options.cache or options.out.with_name(f".{options.out.name}-cache"),
        workers=os.cpu_count() or 1,
        audit=options.audit,
        tell=_tell,
    )
    _say(f"The report is at {page}")
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
        _tell("not checked: the approved numbers are those of the synthetic waves; --baseline names a delivery's own")
        return True
    if options.bless:
        _tell(f"approved: {write_numbers(report_numbers(waves), baseline)}")
        return True
    drift = compare_numbers(read_numbers(baseline), report_numbers(waves))
    _say(str(drift))
    if drift.moved:
        _tell("barometer report: if the numbers should be so, `barometer report --bless` approves them")
    return not drift.moved


def _reported(options: argparse.Namespace) -> list[bm.Wave]:
    """Return the wave that was asked for; else deliveries that were ingested here, or every synthetic wave."""
    if options.data and options.wave is None:
        raise ArgumentError("--wave", "is needed with --data: the number of the wave that was delivered")
    found = _waves(argparse.Namespace(**{**vars(options), "wave": options.wave or ALL}))
    delivered = [wave for wave in found if not wave.is_synthetic]
    if delivered and len(delivered) < len(found):
        _tell("synthetic waves stay out of a report of deliveries")
    return delivered or found


def _verify_manifest(options: argparse.Namespace) -> int:
    found = bm.verify_manifest(options.folder)
    _say(str(found))
    return 0 if found.is_whole else 1


def _weights(options: argparse.Namespace) -> int:
    """Print counts only: who answered where the frame is known, then how weights were moved, if they were."""
    wave = _wave(options, options.wave)
    if wave.frame is not None:
        _say(bm.check_response(wave).text(options.lang) + "\n")
    names = ("method", "start", "residuals", "minimum", "largest", "within", "rule", "classes", "replicates")
    chosen = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if chosen or options.margins:
        found = bm.reweight(wave, options.margins or FRAME, **chosen)
    elif wave.weighting:
        found = bm.report_weights(wave)
    else:
        _say(
            "The weights are those of the delivery: no [weighting] in its layout, and no --margins, --start or --method"
        )
        return 0
    _say(found.text(options.lang))
    factors = () if found.factors is None else [table for _, table in found.factors.frames(options.lang)]
    for table in (found.to_frame(options.lang), found.spread_frame(options.lang), *factors):
        _say("\n" + table.to_string(index=False, float_format="{:,.3f}".format, na_rep=""))
    return 0


def _statbank(options: argparse.Namespace) -> int:
    waves = [_wave(options, number) for number in statbank_waves(bm.codebook(options.codebook))]
    for path in bm.write_statbank(options.out, waves):
        _say(str(path))
    return 0


def _codebook(options: argparse.Namespace) -> int:
    book = bm.codebook(options.codebook)
    if options.wave is not None:
        book = book.in_wave(options.wave)
    found = look_up(book, " ".join(options.words), options.lang, kind=options.kind)
    nothing = isinstance(found, SearchResult) and not found.hits
    if options.json:
        _say(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    elif not nothing:
        _say(found.text(shutil.get_terminal_size().columns))
        if not options.words:
            _tell("barometer codebook WORDS searches; barometer codebook NAME shows a single record")
    if isinstance(found, SearchResult) and nothing:
        _tell(f"barometer codebook: {found.summary()}")
    return 1 if nothing else 0


def _moments_export(options: argparse.Namespace) -> int:
    wave = _wave(options, options.wave)
    reference = None if options.reference is None else bm.codebook(options.reference)
    collected = collect_wave_moments(
        wave, options.indicators, by=options.by, sample=options.sample, reference=reference
    )
    released = release_moments(collected, options.policy)
    released.moments.save(options.out)
    _tell(released.text(options.lang))
    return 0


def _moments_merge(options: argparse.Namespace) -> int:
    merged = survey.merge_moments([survey.load_moments(folder) for folder in options.folders], domain=options.domain)
    merged.save(options.out)
    _say(repr(survey.summarise(merged.sums)))
    return 0


def _layout_init(options: argparse.Namespace) -> int:
    proposal = bm.propose_layout(
        options.file, options.wave, codebook=options.codebook, labels=options.labels, sheet=options.sheet
    )
    out = options.out or options.file.with_name(options.file.stem + SUFFIX)
    proposal.save(out, existing="replace" if options.force else "keep")
    _say(f"{proposal!r}\nThe proposed layout is at {out}")
    return 0


def _layout_check(options: argparse.Namespace) -> int:
    coverage = bm.check_layout(options.layout, codebook=options.codebook, data=options.data)
    _say(repr(coverage))
    return 0 if coverage.is_complete else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    name = "warning" if issubclass(category, BarometerWarning) else category.__name__
    _tell(f"{name}: {message}")


def _tell(text: str) -> None:
    """Progress and faults go to standard error, so that results can be piped."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
