"""The tables of StatBank as files in a folder."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from barometer.codebook import Codebook
from barometer.codebook.records import Lang
from barometer.codebook.statbank import StatBankTable
from barometer.errors import ArgumentError, OutputError, as_path
from barometer.microdata import Wave, as_waves
from barometer.microdata.store import replacing
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice, find_policy
from barometer.publication.disclosure.protecting import protect_all
from barometer.publication.statbank.cells import time_variable
from barometer.publication.statbank.shares import StatBankShares, estimate_table, lay_out
from barometer.publication.tables import CsvForm, to_table

FORMS: dict[Lang, CsvForm] = {"da": "danish", "en": "international"}


def write_statbank(folder: str | Path, waves: Sequence[Wave], *, policy: PolicyChoice = DEFAULT) -> list[Path]:
    """
    Write every table of the codebook's StatBank records: in StatBank's CSV and JSON-stat, and with intervals.

    They are protected together.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; files of the same names are replaced when all are written.
    waves : sequence of Wave
    policy : str or DisclosurePolicy
        What may be shown: see `protect`.

    Returns
    -------
    list of Path
        For each table and language: OIN01DK.da.csv (codes), OIN01DK.da.json, and OIN01DK.intervals.da.csv with
        intervals, n, method, source and notes.

    Raises
    ------
    ArgumentError
        If the codebook has no table of StatBank, or the waves are not in them.
    OutputError
        If the folder cannot be written to.
    """
    folder, given = as_path("folder", folder), as_waves(waves) if waves else []
    records = given[0].codebook.statbank if given else {}
    if not records:
        raise ArgumentError("waves", "have no codebook with tables of StatBank")
    if folder.is_file():
        raise OutputError(folder, "is a file; name a folder")
    return write_tables(folder, compute_tables(list(records.values()), given, policy=policy))


def compute_tables(
    records: Sequence[StatBankTable], waves: Sequence[Wave], *, policy: PolicyChoice = DEFAULT
) -> list[StatBankShares]:
    """
    Compute several tables of StatBank, protected together.

    Parameters
    ----------
    records : sequence of StatBankTable
    waves : sequence of Wave
        The years of the tables.
    policy : str or DisclosurePolicy
    """
    made, rule = [estimate_table(record, waves) for record in records], find_policy(policy)
    safe = iter(protect_all([result for each in made for result in each.results], rule))
    return [lay_out(each, list(islice(safe, len(each.results))), rule) for each in made]


def write_tables(folder: Path, tables: Sequence[StatBankShares]) -> list[Path]:
    """
    Write tables that are protected already.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    written = []
    with replacing(folder) as staged:
        for table in tables:
            for lang, form in FORMS.items():
                name = table.record.id
                written += [
                    table.to_csv(staged / f"{name}.{lang}.csv", lang=lang),
                    table.to_json_stat(staged / f"{name}.{lang}.json", lang=lang),
                    to_table(table, lang=lang).to_csv(staged / f"{name}.intervals.{lang}.csv", form=form),
                ]
    return [folder / path.name for path in written]


def statbank_waves(book: Codebook) -> list[int]:
    """Return the waves that the tables of StatBank have years of."""
    times = (time_variable(record) for record in book.statbank.values())
    return sorted({int(code.ours) for time in times for code in time.codes if code.kind == "wave"})
