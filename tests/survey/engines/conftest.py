"""Fixtures of this folder, in a file that has a name of its own."""

from engine_fixtures import data, slow, spark

__all__ = ["data", "slow", "spark"]
