"""Read a metadata folder into a Codebook, reporting every fault at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from barometer.codebook.book import Codebook
from barometer.codebook.claims import read_claims
from barometer.codebook.crosscheck import crosscheck
from barometer.codebook.definition_records import read_base, read_domain, read_indicators, read_labels
from barometer.codebook.derive import answer_indicators, part_indicators
from barometer.codebook.parsing import Table, read_toml
from barometer.codebook.published import WaveRecord
from barometer.codebook.question_records import read_question, read_scale
from barometer.codebook.records import Question
from barometer.codebook.statbank_records import FILE as STATBANK
from barometer.codebook.statbank_records import crosscheck_statbank, read_statbank
from barometer.codebook.wave_records import read_about, read_changes, read_figure, read_matches, read_theme, read_wave
from barometer.errors import CodebookError, Fault

SHIPPED = Path(__file__).parent / "metadata"


def load_codebook(folder: Path = SHIPPED) -> Codebook:
    """
    Load and check the records of a metadata folder.

    Parameters
    ----------
    folder : Path
        Holds codebook.toml, scales.toml, questions.toml, bases.toml, indicators.toml, domains.toml waves/*.toml, and
        where there is something to say themes.toml, figures.toml, claims.csv, changes.toml, matches.toml and
        statbank.toml.

    Returns
    -------
    Codebook

    Raises
    ------
    MissingFileError
        If a file is not there.
    CodebookError
        With every fault in every file.
    """
    faults: list[Fault] = []
    scales = {name: read_scale(table) for name, table in _tables(folder, "scales.toml", faults).items()}
    questions = {
        name: read_question(name, table, scales) for name, table in _tables(folder, "questions.toml", faults).items()
    }
    _check_loops(questions, faults)
    bases = {name: read_base(name, table, questions) for name, table in _tables(folder, "bases.toml", faults).items()}
    document = read_toml(folder / "indicators.toml", faults)
    part_labels, family_labels = (read_labels(document, kind, faults) for kind in ("part", "family"))
    explicit = read_indicators(document, questions, part_labels, faults)
    domains = {name: read_domain(name, table) for name, table in _tables(folder, "domains.toml", faults).items()}
    figures = {
        name: read_figure(name, table) for name, table in _tables(folder, "figures.toml", faults, optional=True).items()
    }
    themes = {name: read_theme(table) for name, table in _tables(folder, "themes.toml", faults, optional=True).items()}
    waves = _waves(folder, faults)
    claims = read_claims(folder / "claims.csv", faults) if (folder / "claims.csv").is_file() else ()
    about = read_about(Table(read_toml(folder / "codebook.toml", faults), "codebook.toml", faults))
    changes = read_changes(_optional(folder, "changes.toml", faults))
    matches = read_matches(_optional(folder, "matches.toml", faults))
    statbank = read_statbank(_optional(folder, STATBANK, faults))
    # Everything is derived from questions and waves: only once those can be read are the rest held against each other.
    if any(
        fault.column.startswith(("scales", "questions", "waves", "codebook")) or not fault.column for fault in faults
    ):
        raise CodebookError(folder, faults)
    unreadable = {fault.column for fault in faults}
    if any("." not in column.removesuffix(".toml") for column in unreadable if column.endswith(".toml")):
        raise CodebookError(folder, faults)  # a whole file cannot be read
    indicators = answer_indicators(questions)
    for indicator in explicit:
        if indicator.name in indicators:
            message = "is the name of an answer already; choose another"
            faults.append(Fault("codebook", message, f"indicators.toml.{indicator.name}"))
        indicators[indicator.name] = indicator
        for version in (*(replace(indicator, rule=e.rule, parts=e.parts) for e in indicator.elsewhere), indicator):
            indicators.update(part_indicators(version, part_labels))
    book = Codebook(
        folder=folder,
        about=about,
        questions=questions,
        bases=bases,
        indicators=indicators,
        domains=domains,
        waves=waves,
        claims=claims,
        figures=figures,
        family_labels=family_labels,
        themes=themes,
        changes=changes,
        matches=matches,
        statbank=statbank,
    )
    crossed: list[Fault] = []
    crosscheck(book, crossed)
    if not faults and not crossed:
        crosscheck_statbank(book, crossed)
    # A record with a fault of its own is told once: what it breaks elsewhere follows from that.
    faults += [fault for fault in crossed if not any(fault.column.startswith(column) for column in unreadable)]
    if faults:
        raise CodebookError(folder, faults)
    return book


def _check_loops(questions: Mapping[str, Question], faults: list[Fault]) -> None:
    for name, question in questions.items():
        outer = questions.get(question.loop_over or "")
        if question.kind == "loop" and (outer is None or outer.kind != "multi"):
            message = f"loop_over must name a question with ticks, not {question.loop_over!r}"
            faults.append(Fault("codebook", message, f"questions.toml.{name}"))


def _waves(folder: Path, faults: list[Fault]) -> dict[int, WaveRecord]:
    waves: dict[int, WaveRecord] = {}
    for path in sorted((folder / "waves").glob("*.toml")):
        table = Table(read_toml(path, faults), f"waves/{path.name}", faults)
        wave = read_wave(table)
        if wave.number in waves:
            table.fault(f"wave {wave.number} is described twice")
        waves[wave.number] = wave
        table.close()
    if not waves:
        faults.append(Fault("codebook", "holds no wave", "waves/"))
    return waves


def _optional(folder: Path, file: str, faults: list[Fault]) -> Table:
    """Return a file that a codebook may do without."""
    return Table(read_toml(folder / file, faults) if (folder / file).is_file() else {}, file, faults)


def _tables(folder: Path, file: str, faults: list[Fault], *, optional: bool = False) -> dict[str, Table]:
    if optional and not (folder / file).is_file():
        return {}
    document = read_toml(folder / file, faults)
    tables = {}
    for name, values in document.items():
        if isinstance(values, dict):
            tables[name] = Table(values, f"{file}.{name}", faults)
        else:
            faults.append(Fault("codebook", "must be a table", f"{file}.{name}"))
    return tables
