"""The Innovationstest: one workplace beside its peers, as a result, a page of its own, and a group's picture."""

from barometer.publication.innovationstest.benchmark import WorkplaceBenchmark, benchmark_workplace

__all__ = ["WorkplaceBenchmark", "benchmark_workplace"]
