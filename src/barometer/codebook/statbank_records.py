"""Read statbank.toml, and hold it against the codebook that it points into."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from barometer.codebook.parsing import Table
from barometer.codebook.statbank import CodeGap, CodeKind, Rows, StatBankCode, StatBankTable, StatBankVariable
from barometer.errors import Fault

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

FILE = "statbank.toml"
KEYS: tuple[CodeKind, ...] = ("total", "group", "indicator", "wave", "none")
"""Keys of which a code has exactly one: what it is."""


def read_statbank(document: Table) -> dict[str, StatBankTable]:
    """Read every table; an empty document has none."""
    variables = {name: _variable(name, table) for name, table in _entries(document, "variable")}
    tables = {name: _table(name, table, variables) for name, table in _entries(document, "table")}
    document.close()
    return tables


def _entries(document: Table, key: str) -> list[tuple[str, Table]]:
    return document.table(key).entries() if document.has(key) else []


def _table(name: str, table: Table, variables: dict[str, StatBankVariable]) -> StatBankTable:
    held = []
    for code, ours in table.mapping("variables").items():
        if ours in variables:
            held.append(replace(variables[ours], code=code))
        else:
            table.fault(f"variables.{code}: there is no [variable.{ours}]")
    found = StatBankTable(
        id=name,
        label=table.label(),
        base=table.text("base"),
        variables=tuple(held),
        source=table.text("source"),
        warning=table.label_at("warning", required=False),
    )
    table.close()
    return found


def _variable(name: str, table: Table) -> StatBankVariable:
    variable = StatBankVariable(
        name=name,
        code="",
        label=table.label(),
        rows=table.choice("rows", Rows),
        note=table.label_at("note", required=False),
        codes=tuple(map(_code, table.tables("codes"))),
        unknown=tuple(map(_gap, table.tables("unknown"))),
        absent=table.integers("absent", ()),
    )
    codes = [code.code for code in variable.codes]
    for code, count in Counter(codes).items():
        if count > 1:
            table.fault(f"the code {code!r} is there {count} times")
    for gap in variable.unknown:
        if gap.after not in codes or gap.before not in codes:
            table.fault(f"unknown: {gap.after!r} and {gap.before!r} must be codes of the list")
        for code in filter(gap.holds, codes):
            table.fault(f"the code {code!r} is in a gap that is said to be unknown")
    if (variable.rows == "time") != any(code.kind == "wave" for code in variable.codes):
        table.fault("rows = 'time' is for codes that are waves, and only for them")
    table.close()
    return variable


def _code(table: Table) -> StatBankCode:
    said = [key for key in KEYS if table.has(key)]
    if len(said) != 1:
        table.fault(f"must have one of {', '.join(KEYS)}; has {' and '.join(said) or 'none of them'}")
    kind: CodeKind = said[0] if said else "none"
    code = StatBankCode(
        code=table.text("code"),
        label=table.label(),
        kind=kind,
        ours=_ours(table, kind),
        waves=table.integers("waves", ()),
        late=table.flag("late"),
        warning=table.label_at("none" if kind == "none" else "warning", required=kind == "none"),
        inferred=table.inferred(),
    )
    table.close()
    return code


def _ours(table: Table, kind: CodeKind) -> str:
    """Name of what a code is in the codebook."""
    if kind == "wave":
        return str(table.integer("wave"))
    if kind == "total" and not table.flag("total"):
        table.fault("total must be true")
    return table.text(kind) if kind in ("group", "indicator") else ""


def _gap(table: Table) -> CodeGap:
    gap = CodeGap(table.text("after"), table.text("before"), table.label())
    if not (gap.after.isdecimal() and gap.before.isdecimal()):
        table.fault("after and before must be numbers")
        gap = CodeGap("0", "0", gap.reason)
    table.close()
    return gap


def crosscheck_statbank(book: "Codebook", faults: list[Fault]) -> None:
    """
    Add a fault for every code that points to nothing.

    Parameters
    ----------
    book : Codebook
        Sound by itself: what each wave can make is asked of it.
    faults : list of Fault
    """
    for table in book.statbank.values():
        where = f"{FILE}.table.{table.id}"
        if table.base not in book.bases:
            faults.append(Fault("codebook", f"no base {table.base!r}", where))
        waves = [wave for variable in table.variables for wave in _waves(variable)]
        for variable in table.variables:
            wrong = _wrong(book, table, variable, waves)
            faults += [Fault("codebook", f"{variable.code}: {message}", where) for message in wrong]


def _waves(variable: StatBankVariable) -> list[int]:
    return [int(code.ours) for code in variable.codes if code.kind == "wave"]


def _wrong(book: "Codebook", table: StatBankTable, variable: StatBankVariable, waves: list[int]) -> list[str]:
    """Say what of a variable does not hold in the codebook."""
    told = [f"no wave {wave}" for wave in (*_waves(variable), *variable.absent) if wave not in book.waves]
    told += [f"wave {wave} is both there and absent" for wave in variable.absent if wave in _waves(variable)]
    indicators = [code for code in variable.codes if code.kind == "indicator"]
    for code in indicators:
        told += _wrong_indicator(book, table, code, [wave for wave in waves if wave in book.waves])
    for code in variable.codes:
        if code.kind == "group" and not _is_group(book, code.ours):
            told.append(f"{code.code}: no group {code.ours!r} of a domain")
    questions = {book.indicators[code.ours].question for code in indicators if code.ours in book.indicators}
    single = len(questions) == 1 and all(name and book.questions[name].kind == "single" for name in questions)
    if (variable.rows == "exclusive") != single and indicators:
        told.append(f"rows = {variable.rows!r}, but {'one answer' if single else 'more than one answer'} is possible")
    return told


def _wrong_indicator(book: "Codebook", table: StatBankTable, code: StatBankCode, waves: list[int]) -> list[str]:
    """Say what of a code that is an indicator does not hold: its name, its base, the waves that have it."""
    indicator = book.indicators.get(code.ours)
    if indicator is None:
        return [f"{code.code}: no indicator {code.ours!r}"]
    told = []
    if indicator.base != table.base:
        told.append(f"{code.code}: {code.ours!r} is a share of {indicator.base!r}, the table's are of {table.base!r}")
    told += [f"{code.code}: the table has no wave {wave}" for wave in code.waves if wave not in waves]
    for wave in waves:
        asked = code.ours in book.in_wave(wave).indicators
        if asked and code.waves and wave not in code.waves:
            told.append(f"{code.code}: wave {wave} has {code.ours!r}, but no cells are said to be there")
        if not asked and wave in code.waves:
            told.append(f"{code.code}: wave {wave} does not have {code.ours!r}, but cells are said to be there")
        if not asked and not code.waves and not code.late:
            told.append(f"{code.code}: wave {wave} does not have {code.ours!r}; say `late` or `waves`")
    return told


def _is_group(book: "Codebook", name: str) -> bool:
    domain, _, group = name.partition(".")
    return domain in book.domains and group in {known.code for known in book.domains[domain].groups}
