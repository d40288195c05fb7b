"""Options that say which wave, delivery and codebook a command works on, and the waves that they mean."""

import argparse
from pathlib import Path

import barometer as bm
from barometer.cli.terminal import tell
from barometer.errors import ArgumentError
from barometer.microdata.store import listed_waves

RAW = Path("data/raw")
PROCESSED = Path("data/processed")
DENMARK = "denmark"
ALL = "all"


def add_wave_options(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Take the number of a wave, or all of them, and where its microdata lie."""
    number = "number of the wave (default 3)"
    if several:
        parser.add_argument("--wave", type=_number_or_all, default=3, help=f"{number}, or {ALL} for every wave")
    else:
        parser.add_argument("--wave", type=int, default=3, help=number)
    parser.add_argument("--data", type=Path, help="a delivery with its layout, or a processed Parquet file")
    add_codebook_option(parser)


def add_codebook_option(parser: argparse.ArgumentParser) -> None:
    """Take the codebook to read by."""
    parser.add_argument("--codebook", default=DENMARK, help="a shipped codebook's name, or a folder")


def _number_or_all(text: str) -> int | str:
    """Return the number of a wave, or the word for all of them."""
    return text if text == ALL else int(text)


def waves_of(options: argparse.Namespace) -> list[bm.Wave]:
    """Return the wave that was asked for, or all of the codebook."""
    if options.wave != ALL:
        return [wave_of(options, options.wave)]
    if options.data:
        raise ArgumentError("--data", f"is the delivery of one wave: name that wave in place of {ALL}")
    return [wave_of(options, number) for number in sorted(bm.codebook(options.codebook).waves)]


def wave_of(options: argparse.Namespace, number: int) -> bm.Wave:
    """Return the delivery named, else the one that was ingested here, else the synthetic wave of the package."""
    data = options.data or (_ingested(number) if options.codebook == DENMARK else None)
    tell(f"wave {number} from {data or 'the package: synthetic'}")
    return bm.load_wave(number, data, codebook=options.codebook)


def _ingested(wave: int) -> Path | None:
    """Return the processed file of a wave that the manifest lists; None if there is none."""
    found = [PROCESSED / name for number, name in listed_waves(PROCESSED) if number == wave]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise ArgumentError("--data", f"{PROCESSED} holds wave {wave} more than once ({names}): name the one you mean")
    return found[0] if found else None
