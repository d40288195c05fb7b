"""Copies of a file with one byte inverted, read one after the other."""

from pathlib import Path

import barometer as bm
from barometer.errors import DeliveryError


def refusals(path: Path, step: int, end: int | None = None) -> int:
    """Count the damaged copies that are refused; the others must read, and any other error is raised."""
    content = path.read_bytes()
    refused = 0
    for position in range(0, len(content[:end]), step):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(bytes(damaged))
        try:
            bm.read_microdata(path)
        except DeliveryError:
            refused += 1
    return refused
