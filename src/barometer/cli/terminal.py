"""What the commands print: results on standard output, progress and faults on standard error."""

import sys

from barometer.errors import BarometerWarning


def say(text: str) -> None:
    """Print one line of a result."""
    sys.stdout.write(text + "\n")


def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Print a warning as one line."""
    name = "warning" if issubclass(category, BarometerWarning) else category.__name__
    tell(f"{name}: {message}")


def tell(text: str) -> None:
    """Progress and faults go to standard error, so that results can be piped."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
