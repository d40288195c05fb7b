"""Sums taken where the rows are: in files, databases and frames of query engines."""
