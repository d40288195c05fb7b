"""Read definitions: bases, indicators and how waves made them, domains."""

from collections.abc import Mapping
from typing import Any

from barometer.codebook.grammar import RuleSyntaxError, parse_term
from barometer.codebook.parsing import Table
from barometer.codebook.records import Base, Definition, Domain, DontKnowRule, Group, Indicator, Label, Question
from barometer.codebook.rules import Rule
from barometer.errors import Fault


def read_base(name: str, table: Table, questions: Mapping[str, Question]) -> Base:
    """Read one base."""
    of = table.text("of", "") or None
    base = Base(name, table.label(), of, _rule(table, questions) if of else None)
    table.close()
    return base


def read_labels(document: Mapping[str, Any], kind: str, faults: list[Fault]) -> dict[str, Label]:
    """Read the labels of parts or of families."""
    labels = {}
    for code, table in _entries(document, kind, f"indicators.toml.{kind}", faults):
        labels[code] = table.label()
        table.close()
    return labels


def read_indicators(
    document: Mapping[str, Any], questions: Mapping[str, Question], labels: Mapping[str, Label], faults: list[Fault]
) -> list[Indicator]:
    """Read the indicators that no single answer gives."""
    explicit = []
    for name, table in _entries(document, "indicator", "indicators.toml", faults):
        explicit.append(_indicator(name, table, questions, labels))
        table.close()
    for key in document:
        if key not in ("part", "family", "indicator"):
            message = "tables here are [part.*], [family.*] and [indicator.*]"
            faults.append(Fault("codebook", message, f"indicators.toml.{key}"))
    return explicit


def _indicator(name: str, table: Table, questions: Mapping[str, Question], labels: Mapping[str, Label]) -> Indicator:
    rule, parts = _definition(name, table, questions, labels)
    return Indicator(
        name=name,
        base=table.text("base"),
        rule=rule,
        label=table.label(),
        dont_know=table.choice("dont_know", DontKnowRule, "keep"),
        parts=parts,
        source=table.text("source"),
        inferred=table.inferred(),
        elsewhere=tuple(_elsewhere(name, other, questions, labels) for other in table.tables("elsewhere")),
    )


def _elsewhere(name: str, table: Table, questions: Mapping[str, Question], labels: Mapping[str, Label]) -> Definition:
    rule, parts = _definition(name, table, questions, labels)
    other = Definition(table.integers("waves"), rule, parts, table.label_at("reason"), table.text("source"))
    table.close()
    return other


def _definition(
    name: str, table: Table, questions: Mapping[str, Question], labels: Mapping[str, Label]
) -> tuple[Rule, tuple[str, ...]]:
    """Rule of an indicator and the names of its parts, when it is a union of parts."""
    parts = table.mapping("parts") if table.has("parts") else {}
    if not parts:
        return _rule(table, questions), ()
    terms = []
    for code, text in parts.items():
        if code not in labels:
            table.fault(f"part {code!r} has no [part.{code}] with its labels")
        try:
            terms.append(parse_term(text, questions))
        except RuleSyntaxError as error:
            table.fault(str(error))
    return Rule("any", tuple(terms)), tuple(f"{name}.{code}" for code in parts)


def read_domain(name: str, table: Table) -> Domain:
    """Read one domain."""
    kind = table.text("kind")
    if kind not in ("register", "answers"):
        table.fault("kind must be register or answers")
    domain = Domain(
        name=name,
        kind="answers" if kind == "answers" else "register",
        label=table.label(),
        groups=tuple(map(_group, table.tables("groups"))),
        column=table.text("question") if kind == "answers" else name,
        dont_know=table.choice("dont_know", DontKnowRule) if kind == "answers" else None,
        inside=table.text("inside", ""),
        inferred=table.inferred(),
        ordered=table.flag("ordered"),
    )
    table.close()
    return domain


def _group(table: Table) -> Group:
    group = Group(
        code=table.text("code"),
        label=table.label(),
        answers=table.texts("answers", ()),
        of=table.text("of", ""),
        industry=table.text("industry", ""),
        inferred=table.flag("inferred"),
    )
    table.close()
    return group


def _rule(table: Table, questions: Mapping[str, Question]) -> Rule:
    mode = "all" if table.has("all") else "any"
    terms = []
    for text in table.texts(mode):
        try:
            terms.append(parse_term(text, questions))
        except RuleSyntaxError as error:
            table.fault(str(error))
    if table.has(mode) and not table.texts(mode):
        table.fault(f"{mode} is empty: the rule would count {'everybody' if mode == 'all' else 'nobody'}")
    return Rule("all" if mode == "all" else "any", tuple(terms))


def _entries(document: Mapping[str, Any], kind: str, where: str, faults: list[Fault]) -> list[tuple[str, Table]]:
    """Return every table under one key of indicators.toml, named after where it stands."""
    values = document.get(kind, {})
    if not isinstance(values, dict):
        faults.append(Fault("codebook", f"{kind} must be a table of tables", "indicators.toml"))
        return []
    tables = []
    for name, entry in values.items():
        if isinstance(entry, dict):
            tables.append((name, Table(entry, f"{where}.{name}", faults)))
        else:
            faults.append(Fault("codebook", "must be a table", f"{where}.{name}"))
    return tables
