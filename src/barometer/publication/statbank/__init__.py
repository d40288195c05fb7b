"""Statistics Denmark's four tables in their own shape: computed here, read from there, and one beside the other."""

from barometer.publication.statbank.comparison import StatBankComparison
from barometer.publication.statbank.extract import StatBankExtract
from barometer.publication.statbank.folder import write_statbank
from barometer.publication.statbank.read import read_statbank
from barometer.publication.statbank.shares import StatBankShares, statbank_table

__all__ = [
    "StatBankComparison",
    "StatBankExtract",
    "StatBankShares",
    "read_statbank",
    "statbank_table",
    "write_statbank",
]
