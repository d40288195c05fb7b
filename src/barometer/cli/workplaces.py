"""The commands of the Innovationstest: its page, the document of one workplace, a group."""

import argparse
from pathlib import Path
from typing import Any

import barometer as bm
from barometer.cli.terminal import say, tell
from barometer.cli.wave_options import add_wave_options, wave_of


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    test = commands.add_parser("innovationstest", help="the test of one workplace: its page, a document, a group")
    parts = test.add_subparsers(dest="step", required=True, metavar="STEP")
    build = parts.add_parser("build", help="write the test as one page that needs no server and no network")
    build.add_argument("--out", type=Path, default=Path("site"), help="folder (default site)")
    build.set_defaults(run=_build)
    document = parts.add_parser("document", help="write the document of one workplace")
    document.add_argument("answers", help="an answer file or a short code")
    document.add_argument("--out", type=Path, required=True, help="a file that ends in .html or .pdf")
    document.set_defaults(run=_document)
    group = parts.add_parser("group", help="put a group's answers together, beside the barometer")
    group.add_argument("files", nargs="+", metavar="FILES", help="answer files, files with codes, or codes")
    group.add_argument("--out", type=Path, help="a page (default: the words alone)")
    group.add_argument(
        "--earlier",
        nargs="+",
        action="append",
        default=[],
        metavar="FILES",
        help="what an earlier picture with some of the same participants was made of (once for each picture)",
    )
    group.set_defaults(run=_group)
    for part in (build, document, group):
        add_wave_options(part)
    for part in (document, group):
        part.add_argument("--lang", choices=("da", "en"), default="da")


def _build(options: argparse.Namespace) -> int:
    say(f"The test is at {bm.build_test(wave_of(options, options.wave), options.out)}")
    return 0


def _document(options: argparse.Namespace) -> int:
    wave = wave_of(options, options.wave)
    say(str(bm.save_document(options.answers, options.out, wave=wave, lang=options.lang)))
    return 0


def _group(options: argparse.Namespace) -> int:
    picture = bm.picture_group(options.files, wave=wave_of(options, options.wave), earlier=options.earlier)
    if options.out:
        tell(f"the picture is at {picture.save(options.out, options.lang)}")
    say(picture.summary(options.lang))
    return 1 if picture.refused else 0
