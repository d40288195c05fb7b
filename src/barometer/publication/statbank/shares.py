"""A table of StatBank computed from the microdata of waves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from barometer.analysis import Estimates, estimate_shares
from barometer.analysis.estimates import HEADINGS, NOTES, PROVENANCE
from barometer.analysis.method import Method
from barometer.analysis.suppression import SUPPRESSED
from barometer.analysis.wording import in_words, texts
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.sheet import Sheet, base_note, source_note
from barometer.codebook.statbank import StatBankCode, StatBankTable
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SYNTHETIC, Wave, as_waves, check_one_codebook
from barometer.microdata.store import replacing_file, write_json
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.protecting import Protected, protect_all
from barometer.publication.statbank.cells import (
    DECIMALS,
    REASONS,
    Presentation,
    answer_variable,
    keys,
    sector_variable,
    time_variable,
)
from barometer.publication.statbank.json_stat import json_stat
from barometer.publication.statbank.write_csv import csv_text
from barometer.publication.tables import to_table

NUMBERS = ("share", "se", "ci_low", "ci_high", "df", "n", "weighted_base", "note")
SHAPE = Label(
    "Tabel {id} i Statistikbankens form; beregnet her, ikke af Danmarks Statistik.",
    "Table {id} in the shape of StatBank; computed here, not by Statistics Denmark.",
)
NO_NUMBER = Label("Hvorfor intet tal", "Why no number")


def statbank_table(
    table: str, waves: Wave | Sequence[Wave], *, confidence: float = 0.95, policy: PolicyChoice = DEFAULT
) -> "StatBankShares":
    """
    Compute one of StatBank's tables from microdata: a share for every code that the codebook has a counterpart of.

    Parameters
    ----------
    table : str
        "OIN01DK", "OIN02DK", "OIN03DK" or "OIN04DK".
    waves : Wave or sequence of Wave
        The years of the table.
    confidence : float
        Coverage of the intervals, between 0 and 1.
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. All years are protected together.

    Returns
    -------
    StatBankShares
        `.to_csv(path)`, `.to_json_stat(path)`, `.intervals`.

    Raises
    ------
    UnknownNameError
        If the codebook has no such table.
    ArgumentError
        If no wave is given, one twice, or one that is not in the table.
    MixedCodebooksError
        If the waves answer to several codebooks.

    Notes
    -----
    The shares are those of `estimate_shares`, with the codebook's own rules for base and don't know. A code without a
    counterpart, and an answer that a wave did not offer, has a row with a reason and no number.

    Examples
    --------
    >>> import barometer as bm
    >>> computed = bm.statbank_table("OIN02DK", bm.load_wave(3))
    >>> computed.table.query("OIN01 == '1000'")["share"].round(2).tolist()
    [0.18, 0.55, 0.17, 0.1]
    """
    given = _checked(waves)
    book = given[0].codebook
    if table not in book.statbank:
        raise UnknownNameError("table of StatBank", str(table), book.statbank)
    made, rule = estimate_table(book.statbank[table], given, confidence), find_policy(policy)
    return lay_out(made, protect_all(made.results, rule), rule)


@dataclass(frozen=True, slots=True, eq=False)
class TableEstimates:
    """
    What a table of StatBank is laid out from.

    Attributes
    ----------
    record : StatBankTable
    years : tuple of (str, Wave, dict of str to Estimates)
        The year, the wave, and by domain the shares of every answer.
    """

    record: StatBankTable
    years: tuple[tuple[str, Wave, dict[str, Estimates]], ...]

    @property
    def results(self) -> list[Estimates]:
        """The shares of every year and domain, in order."""
        return [found for _, _, by in self.years for found in by.values()]

    @property
    def names(self) -> list[str]:
        """Name the table, the year and the domain of each result."""
        return [f"{self.record.id} {year} {domain}".strip() for year, _, by in self.years for domain in by]


def estimate_table(record: StatBankTable, waves: Sequence[Wave], confidence: float = 0.95) -> TableEstimates:
    """Estimate the shares of a table for the waves that it has years of."""
    years = [(year, wave, _estimates(record, wave, confidence)) for year, wave in _years(record, waves)]
    return TableEstimates(record, tuple(years))


def lay_out(made: TableEstimates, safe: Sequence[Protected[Estimates]], policy: DisclosurePolicy) -> "StatBankShares":
    """
    Lay shares out in StatBank's order.

    Parameters
    ----------
    made : TableEstimates
    safe : sequence of Protected
        Its results, protected.
    policy : DisclosurePolicy
    """
    each = iter(safe)
    years = [(year, wave, {domain: next(each).result for domain in by}) for year, wave, by in made.years]
    methods = tuple(next(iter(estimates.values())).method for _, _, estimates in years)
    cells = pd.DataFrame(_rows(made.record, years)).astype({"n": "Int64"})
    return StatBankShares(made.record, cells, methods, years[0][1].codebook, policy)


@dataclass(frozen=True, eq=False, repr=False)
class StatBankShares:
    """
    A table of StatBank, computed.

    Attributes
    ----------
    record : StatBankTable
        What its variables and codes are here.
    table : DataFrame
        One row per cell, in StatBank's order: its variables (codes), share (0 to 1), se, ci_low, ci_high, df, n,
        weighted_base, note (why an interval is empty), reason (why there is no number), provenance.
    methods : tuple of Method
        One for each year.
    codebook : Codebook
    policy : DisclosurePolicy
        What may be shown: suppressed cells have no number.
    """

    record: StatBankTable
    table: pd.DataFrame
    methods: tuple[Method, ...]
    codebook: Codebook
    policy: DisclosurePolicy

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return any(method.is_synthetic for method in self.methods)

    @property
    def intervals(self) -> pd.DataFrame:
        """The confidence intervals alone, as fractions of one, by StatBank's codes."""
        return self.table[[*keys(self.record), "share", "ci_low", "ci_high", "n", "note", "reason", "provenance"]]

    def title(self, lang: Lang = "en") -> str:
        """Return the title; that data are synthetic comes first."""
        label = self.record.label.text(as_lang(lang))
        return f"{SYNTHETIC.text(lang)}. {label}" if self.is_synthetic else label

    def notes(self, lang: Lang = "en") -> tuple[str, ...]:
        """Return what has to stand beside the numbers: shape, method, base, n, sources, the codebook's warnings."""
        answers = self.table.groupby(time_variable(self.record).code, sort=False)["n"].max()
        counted = [base_note(self.codebook, [self.record.base], int(n), lang) if pd.notna(n) else "" for n in answers]
        return (
            SHAPE.text(lang).format(id=self.record.id),
            self.methods[-1].text(lang),
            *(f"{source} {base}".rstrip() for source, base in zip(self.sources(lang), counted, strict=True)),
            *self.record.warnings(lang),
        )

    def sources(self, lang: Lang = "en") -> tuple[str, ...]:
        """Say where the answers of each year come from."""
        return tuple(source_note(self.codebook, method.wave, method.period, lang) for method in self.methods)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with StatBank's texts beside its codes, and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        frame = self.table.copy()
        for variable in self.record.variables:
            text = {code.code: code.label.text(lang) for code in variable.codes}
            if variable.rows != "time":
                place = frame.columns.tolist().index(variable.code)
                frame.insert(place + 1, f"{variable.code} ", frame[variable.code].map(text))
        words = {"note": texts(NOTES, lang), "reason": texts(REASONS, lang), "provenance": texts(PROVENANCE, lang)}
        named = {f"{variable.code} ": variable.label.text(lang) for variable in self.record.variables}
        return in_words(frame, words, texts(HEADINGS, lang) | named | {"reason": NO_NUMBER.text(lang)})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shares = tuple(HEADINGS[name].text(lang) for name in ("share", "se", "ci_low", "ci_high"))
        return (Sheet(self.record.id, "", self.title(lang), self.notes(lang), self.to_frame(lang), shares),)

    def to_csv(
        self, path: str | Path, *, lang: Lang = "da", presentation: Presentation = "code", decimals: int = DECIMALS
    ) -> Path:
        """
        Write it as StatBank writes CSV: its variables, INDHOLD, semicolons; `..` where there is no number.

        Parameters
        ----------
        path : str or Path
            Ends in .csv; replaced only when all of it is written.
        lang : {"da", "en"}
            Of the texts; in Danish also a decimal comma.
        presentation : {"code", "value", "code_and_value"}
            What stands in the columns of variables.
        decimals : int
            Of the numbers in per cent.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If an argument is none of what it may be.
        OutputError
            If it cannot be written.

        Notes
        -----
        StatBank's shape has no room for a title, so that a file of synthetic data has one more variable, DATA, that
        says so in every row. `to_table(computed).to_csv(...)` writes intervals, n, method and notes.
        """
        path = _ending(path, ".csv")
        content = csv_text(self, lang, presentation, decimals)
        with replacing_file(path) as staged:
            staged.write_text(content, encoding="utf-8-sig", newline="\n")
        return path

    def to_json_stat(self, path: str | Path, *, lang: Lang = "en", decimals: int = DECIMALS) -> Path:
        """
        Write it as a JSON-stat 2.0 dataset with the dimensions of StatBank's own, title, notes and source.

        Parameters
        ----------
        path : str or Path
            Ends in .json; replaced only when all of it is written.
        lang : {"da", "en"}
            Of the labels.
        decimals : int
            Of the numbers in per cent.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If an argument is none of what it may be.
        OutputError
            If it cannot be written.

        Notes
        -----
        `extension.barometer` holds what StatBank has not: provenance, and ci_low, ci_high (per cent), n and reason in
        the order of `value`.
        """
        path = _ending(path, ".json")
        content = json_stat(self, lang, decimals)
        with replacing_file(path) as staged:
            write_json(content, staged)
        return path

    def __repr__(self) -> str:
        """Say which table of which years it is, and how many cells have a number."""
        years = ", ".join(dict.fromkeys(self.table[time_variable(self.record).code]))
        found, origin = int(self.table["share"].notna().sum()), "; SYNTHETIC" if self.is_synthetic else ""
        return f"<StatBankShares {self.record.id}: {years}; {found} of {len(self.table)} cells have a number{origin}>"

    def _repr_html_(self) -> str:
        return to_table(self).to_html()


def _ending(path: str | Path, suffix: str) -> Path:
    path = Path(path)
    if path.suffix != suffix:
        raise ArgumentError("path", f"must end in {suffix}, got {path.name!r}")
    return path


def _checked(waves: object) -> list[Wave]:
    found = as_waves(waves)
    check_one_codebook(found)
    numbers = [wave.record.number for wave in found]
    if len(set(numbers)) < len(numbers):
        raise ArgumentError("waves", "holds the same wave twice")
    return found


def _years(record: StatBankTable, waves: Sequence[Wave]) -> list[tuple[str, Wave]]:
    """Return the years of waves, in StatBank's order."""
    by_number = {wave.record.number: wave for wave in waves}
    time = time_variable(record)
    known = {int(code.ours): code.code for code in time.codes if code.kind == "wave"}
    strangers = sorted(set(by_number) - set(known))
    if strangers:
        listed = ", ".join(map(str, strangers))
        has = ", ".join(f"{wave} ({year})" for wave, year in known.items())
        raise ArgumentError("waves", f"{record.id} has no year of wave {listed}; it has those of {has}")
    return [(year, by_number[number]) for number, year in known.items() if number in by_number]


def _estimates(record: StatBankTable, wave: Wave, confidence: float) -> dict[str, Estimates]:
    """Estimate every answer that the wave offers, by each domain that codes of the table are groups of."""
    names = [code.ours for code in answer_variable(record).codes if _is_offered(code, wave)]
    groups = [code.ours for code in sector_variable(record).codes if code.kind == "group"]
    domains = [
        name for name in dict.fromkeys(group.partition(".")[0] for group in groups) if name in wave.codebook.domains
    ]
    if not names:
        raise ArgumentError("waves", f"wave {wave.record.number} has no answer of {record.id}")
    return {name: estimate_shares(wave, names, by=name or None, confidence=confidence) for name in domains or [""]}


def _is_offered(code: StatBankCode, wave: Wave) -> bool:
    asked = code.kind == "indicator" and code.ours in wave.codebook.indicators
    return asked and (not code.waves or wave.record.number in code.waves)


def _rows(record: StatBankTable, years: Sequence[tuple[str, Wave, dict[str, Estimates]]]) -> Iterator[dict[str, Any]]:
    """Give a row for every combination of codes, the last variable running fastest."""
    choices: dict[str, Sequence[Any]] = {variable.code: variable.codes for variable in record.variables}
    choices[time_variable(record).code] = years
    sectors, answers = sector_variable(record).code, answer_variable(record).code
    for chosen in product(*choices.values()):
        cell = dict(zip(choices, chosen, strict=True))
        year, wave, estimates = cell[time_variable(record).code]
        numbers, reason = _numbers(cell[sectors], cell[answers], wave, estimates)
        codes = {name: code.code if isinstance(code, StatBankCode) else year for name, code in cell.items()}
        yield {**codes, **numbers, "reason": reason, "provenance": wave.provenance.kind}


def _numbers(
    sector: StatBankCode, answer: StatBankCode, wave: Wave, estimates: dict[str, Estimates]
) -> tuple[dict[str, Any], str]:
    """Return what is said of a cell, and why there is no number."""
    nothing = dict.fromkeys(NUMBERS[:-3], float("nan")) | {"n": pd.NA, "weighted_base": float("nan"), "note": ""}
    if sector.kind not in ("total", "group") or answer.kind != "indicator":
        return nothing, "no_counterpart"
    if not _is_offered(answer, wave):
        return nothing, "not_asked"
    domain, _, group = sector.ours.partition(".")
    if sector.kind == "total":
        row = next(iter(estimates.values())).row(answer.ours)
    elif domain in estimates and (group,) in estimates[domain].groups:
        row = estimates[domain].row(answer.ours, group)
    else:
        return nothing, "no_group"
    reason = SUPPRESSED if row["note"] == SUPPRESSED else "empty_base" if pd.isna(row["share"]) else ""
    return {name: row[name] for name in NUMBERS}, reason
