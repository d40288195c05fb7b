"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""
