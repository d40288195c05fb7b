"""The command `barometer`."""

import argparse
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import barometer as bm
from barometer.cli import claims, deliveries, moments, reports, weights, workplaces
from barometer.cli.terminal import show, tell
from barometer.errors import BarometerError, BarometerWarning

__all__ = ["main"]


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
    with warnings.catch_warnings(), _ending_as_by_ctrl_c():
        warnings.simplefilter("always", BarometerWarning)
        warnings.showwarning = show
        try:
            code = run(options)
            sys.stdout.flush()
            return code
        except BarometerError as error:
            tell(f"barometer {options.command}: {error}")
            return 1
        except KeyboardInterrupt:
            tell(f"barometer {options.command}: stopped; nothing was left half-written")
            return 130
        except BrokenPipeError:  # whoever read the output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            tell(f"barometer {options.command}: the output cannot be written ({error.strerror or error})")
            return 1


@contextmanager
def _ending_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM, by which a scheduler or `timeout` ends a command, tidy up as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="barometer", description=bm.__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for room in (deliveries, claims, weights, moments, reports, workplaces):
        room.add_commands(commands)
    return parser
