"""Commands on what was asked and published: verify claims, browse the codebook."""

import argparse
import json
import shutil
from typing import Any

import barometer as bm
from barometer.analysis.method import SIGNIFICANCE
from barometer.cli.terminal import say, tell
from barometer.cli.wave_options import add_codebook_option, add_wave_options, waves_of
from barometer.codebook.browse import VIEW_KINDS, SearchResult, look_up
from barometer.publication.claim_tables import claim_lines


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    verify = commands.add_parser("verify", help="compare every published claim with the microdata")
    add_wave_options(verify, several=True)
    verify.add_argument("--json", action="store_true", help="every claim as JSON on standard output")
    verify.set_defaults(run=_verify)

    codebook = commands.add_parser("codebook", help="browse questions, indicators, domains, bases, figures and claims")
    codebook.add_argument("words", nargs="*", help="a name to see one record, or words to search for")
    codebook.add_argument("--lang", choices=("da", "en"), default="en")
    codebook.add_argument("--wave", type=int, help="only what this wave asked")
    add_codebook_option(codebook)
    codebook.add_argument("--kind", choices=VIEW_KINDS, help="where records of several kinds have the name")
    codebook.add_argument("--json", action="store_true", help="as JSON on standard output")
    codebook.set_defaults(run=_codebook)


def _verify(options: argparse.Namespace) -> int:
    checked = bm.verify(waves_of(options))
    if options.json:
        content = {
            "synthetic": checked.is_synthetic,
            "significance": SIGNIFICANCE,
            "counts": checked.counts,
            "claims": checked.to_records(),
        }
        say(json.dumps(content, indent=2, ensure_ascii=False))
        return 0
    for line in claim_lines(checked.claims):
        say(line)
    say(checked.summary("en"))
    return 0


def _codebook(options: argparse.Namespace) -> int:
    book = bm.codebook(options.codebook)
    if options.wave is not None:
        book = book.in_wave(options.wave)
    found = look_up(book, " ".join(options.words), options.lang, kind=options.kind)
    nothing = isinstance(found, SearchResult) and not found.hits
    if options.json:
        say(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    elif not nothing:
        say(found.text(shutil.get_terminal_size().columns))
        if not options.words:
            tell("barometer codebook WORDS searches; barometer codebook NAME shows a single record")
    if isinstance(found, SearchResult) and nothing:
        tell(f"barometer codebook: {found.summary()}")
    return 1 if nothing else 0
