"""The command on weights: who answered, and how weights were moved."""

import argparse
from typing import Any

import barometer as bm
from barometer.cli.terminal import say, say_table, say_wrapped
from barometer.cli.wave_options import add_wave_options, wave_of
from barometer.microdata.response_wish import RESPONSE_METHODS, RULES
from barometer.microdata.weighting import FRAME, METHODS, RESIDUALS, STARTS


def add_commands(commands: Any) -> None:
    """Put them among the commands of `barometer`."""
    weights = commands.add_parser("weights", help="say how the weights of a wave were made and what they cost")
    add_wave_options(weights)
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


def _weights(options: argparse.Namespace) -> int:
    """Print counts only: who answered where the frame is known, then how weights were moved, if they were."""
    wave = wave_of(options, options.wave)
    if wave.frame is not None:
        response = bm.check_response(wave)
        say_wrapped(response.text(options.lang).partition("\n")[0])
        say_table(response.shown_frame(options.lang))
        say("")
    names = ("method", "start", "residuals", "minimum", "largest", "within", "rule", "classes", "replicates")
    chosen = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if chosen or options.margins:
        found = bm.reweight(wave, options.margins or FRAME, **chosen)
    elif wave.weighting:
        found = bm.report_weights(wave)
    else:
        say(
            "The weights are those of the delivery: no [weighting] in its layout, and no --margins, --start or --method"
        )
        return 0
    say_wrapped(found.text(options.lang))
    factors = () if found.factors is None else [table for _, table in found.factors.frames(options.lang)]
    margins = found.to_frame(options.lang).iloc[:, :-1]  # not the provenance: the text begins with it
    for table in (margins, found.spread_frame(options.lang), *factors):
        say_table(table)
    return 0
