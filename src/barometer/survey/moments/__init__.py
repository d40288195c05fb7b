"""Sums that are kept in files: merged and updated without the rows they came from."""
