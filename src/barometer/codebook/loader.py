"""Read a metadata folder into a Codebook, reporting every fault at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from barometer.codebook.book import Codebook
from barometer.codebook.claims import read_claims
from barometer.codebook.crosscheck import crosscheck
from barometer.codebook.derive import answer_indicators, part_indicators, wave_columns
from barometer.codebook.grammar import RuleSyntaxError, parse_term
from barometer.codebook.parsing import Table, existing, read_toml
from barometer.codebook.records import (
    Answer,
    AnswerGroup,
    Base,
    Domain,
    DontKnowRule,
    FigureKind,
    FigureRecord,
    Group,
    Headline,
    Indicator,
    Item,
    Label,
    Meaning,
    Question,
    QuestionKind,
    WaveRecord,
)
from barometer.codebook.rules import Rule
from barometer.errors import CodebookError, Fault

SHIPPED = Path(__file__).parent / "metadata"


def load_codebook(folder: Path = SHIPPED) -> Codebook:
    """
    Load and check the records of a metadata folder.

    Parameters
    ----------
    folder : Path
        Holds scales.toml, questions.toml, bases.toml, indicators.toml, domains.toml, figures.toml, claims.csv and
        waves/*.toml.

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
    scales = {name: _scale(table) for name, table in _tables(folder, "scales.toml", faults).items()}
    questions = {
        name: _question(name, table, scales) for name, table in _tables(folder, "questions.toml", faults).items()
    }
    _check_loops(questions, faults)
    bases = {name: _base(name, table, questions) for name, table in _tables(folder, "bases.toml", faults).items()}
    document = read_toml(folder / "indicators.toml", faults)
    part_labels, family_labels = (_labels(document, kind, faults) for kind in ("part", "family"))
    explicit = _indicators(document, questions, part_labels, faults)
    domains = {name: _domain(name, table) for name, table in _tables(folder, "domains.toml", faults).items()}
    figures = {name: _figure(name, table) for name, table in _tables(folder, "figures.toml", faults).items()}
    waves = _waves(folder, faults)
    claims = read_claims(existing(folder / "claims.csv"), faults)
    if faults:
        raise CodebookError(folder, faults)

    # What follows from the records can only be derived, and held against each other, once each is sound by itself.
    indicators = answer_indicators(questions)
    for indicator in explicit:
        if indicator.name in indicators:
            message = "is the name of an answer already; choose another"
            faults.append(Fault("codebook", message, f"indicators.toml.{indicator.name}"))
        indicators[indicator.name] = indicator
        indicators.update(part_indicators(indicator, part_labels))
    book = Codebook(
        folder=folder,
        questions=questions,
        bases=bases,
        indicators=indicators,
        domains=domains,
        waves=waves,
        claims=claims,
        figures=figures,
        family_labels=family_labels,
        columns={number: wave_columns(wave, questions) for number, wave in waves.items()},
    )
    crosscheck(book, faults)
    if faults:
        raise CodebookError(folder, faults)
    return book


def _check_loops(questions: Mapping[str, Question], faults: list[Fault]) -> None:
    for name, question in questions.items():
        outer = questions.get(question.loop_over or "")
        if question.kind == "loop" and (outer is None or outer.kind != "multi"):
            message = f"loop_over must name a question with ticks, not {question.loop_over!r}"
            faults.append(Fault("codebook", message, f"questions.toml.{name}"))


def _tables(folder: Path, file: str, faults: list[Fault]) -> dict[str, Table]:
    document = read_toml(folder / file, faults)
    tables = {}
    for name, values in document.items():
        if isinstance(values, dict):
            tables[name] = Table(values, f"{file}.{name}", faults)
        else:
            faults.append(Fault("codebook", "must be a table", f"{file}.{name}"))
    return tables


def _answer(table: Table) -> Answer:
    answer = Answer(
        code=table.text("code"),
        label=table.label(),
        meaning=table.choice("is", Meaning, "answer"),
        exclusive=table.flag("exclusive"),
        inferred=table.flag("inferred"),
    )
    table.close()
    return answer


def _answer_group(table: Table) -> AnswerGroup:
    group = AnswerGroup(table.text("code"), table.texts("answers"), table.label())
    table.close()
    return group


def _item(table: Table) -> Item:
    item = Item(table.text("code"), table.label(), table.flag("inferred"))
    table.close()
    return item


def _scale(table: Table) -> tuple[tuple[Answer, ...], tuple[AnswerGroup, ...]]:
    scale = tuple(map(_answer, table.tables("answers"))), tuple(map(_answer_group, table.tables("groups")))
    table.close()
    return scale


def _question(
    name: str, table: Table, scales: Mapping[str, tuple[tuple[Answer, ...], tuple[AnswerGroup, ...]]]
) -> Question:
    if table.has("scale"):
        scale = table.text("scale")
        if scale not in scales:
            table.fault(f"there is no scale {scale!r}")
        answers, groups = scales.get(scale, ((), ()))
    else:
        answers = tuple(map(_answer, table.tables("answers")))
        groups = tuple(map(_answer_group, table.tables("groups")))
    codes = [answer.code for answer in answers]
    for group in groups:
        for code in group.answers:
            if code not in codes:
                table.fault(f"group {group.code!r} holds {code!r}, which is no answer")
    if len(set(codes)) < len(codes):
        table.fault("two answers have the same code")
    if not answers and not table.has("scale"):
        table.fault("has neither a scale nor answers")
    question = Question(
        name=name,
        theme=table.text("theme"),
        kind=table.choice("kind", QuestionKind),
        asked_of=table.text("asked_of"),
        title=_label_at(table, "title", required=True),
        label=table.label(),
        answers=answers,
        groups=groups,
        items=tuple(map(_item, table.tables("items"))),
        max_ticks=table.optional_integer("max_ticks"),
        loop_over=table.text("loop_over", "") or None,
        source=table.text("source"),
        inferred=table.note("inferred"),
    )
    if (question.kind == "grid") != bool(question.items):
        table.fault("a grid needs items, and only a grid has them")
    table.close()
    return question


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


def _base(name: str, table: Table, questions: Mapping[str, Question]) -> Base:
    of = table.text("of", "") or None
    base = Base(name, table.label(), of, _rule(table, questions) if of else None)
    table.close()
    return base


def _labels(document: Mapping[str, Any], kind: str, faults: list[Fault]) -> dict[str, Label]:
    labels = {}
    for code, table in _entries(document, kind, f"indicators.toml.{kind}", faults):
        labels[code] = table.label()
        table.close()
    return labels


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


def _indicators(
    document: Mapping[str, Any], questions: Mapping[str, Question], labels: Mapping[str, Label], faults: list[Fault]
) -> list[Indicator]:
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
    parts = table.mapping("parts") if table.has("parts") else {}
    if parts:
        terms = []
        for code, text in parts.items():
            if code not in labels:
                table.fault(f"part {code!r} has no [part.{code}] with its labels")
            try:
                terms.append(parse_term(text, questions))
            except RuleSyntaxError as error:
                table.fault(str(error))
        rule = Rule("any", tuple(terms))
    else:
        rule = _rule(table, questions)
    return Indicator(
        name=name,
        base=table.text("base"),
        rule=rule,
        label=table.label(),
        dont_know=table.choice("dont_know", DontKnowRule, "keep"),
        parts=tuple(f"{name}.{code}" for code in parts),
        source=table.text("source"),
        inferred=table.note("inferred"),
    )


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


def _domain(name: str, table: Table) -> Domain:
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
        inferred=table.note("inferred"),
    )
    table.close()
    return domain


def _headline(table: Table) -> Headline:
    headline = Headline(table.label(), table.text("when", "always"))
    table.close()
    return headline


def _label_at(table: Table, key: str, *, required: bool = False) -> Label:
    if not table.has(key) and not required:
        return Label("", "")
    inner = table.table(key)
    label = inner.label()
    inner.close()
    return label


def _figure(name: str, table: Table) -> FigureRecord:
    order = table.text("order", "value")
    if order not in ("value", "given"):
        table.fault("order must be value or given")
    figure = FigureRecord(
        id=name,
        kind=table.choice("kind", FigureKind),
        theme=table.text("theme"),
        wave=table.integer("wave"),
        indicators=table.texts("indicators"),
        by=table.text("by", ""),
        order="given" if order == "given" else "value",
        headlines=tuple(map(_headline, table.tables("headlines"))),
        neutral=_label_at(table, "neutral", required=True),
        subtitle=_label_at(table, "subtitle", required=True),
        note=_label_at(table, "note"),
        source=table.text("source"),
    )
    table.close()
    return figure


def _waves(folder: Path, faults: list[Fault]) -> dict[int, WaveRecord]:
    waves: dict[int, WaveRecord] = {}
    for path in sorted((folder / "waves").glob("*.toml")):
        table = Table(read_toml(path, faults), f"waves/{path.name}", faults)
        wave = _wave(table)
        if wave.number in waves:
            table.fault(f"wave {wave.number} is described twice")
        waves[wave.number] = wave
        table.close()
    if not waves:
        faults.append(Fault("codebook", "holds no wave", "waves/"))
    return waves


def _wave(table: Table) -> WaveRecord:
    design = table.table("design")
    wave = WaveRecord(
        number=table.integer("number"),
        period=table.text("period"),
        label=table.label(),
        publisher=Label(table.text("publisher_da"), table.text("publisher_en")),
        unit=table.text("unit"),
        fieldwork=table.text("fieldwork"),
        source=table.text("source"),
        questions=table.texts("questions"),
        answers=design.integer("answers"),
        response_rate=design.number("response_rate"),
        sample=design.integer("sample"),
        population=design.integer("population"),
        stratum=design.texts("stratum"),
        inferred=design.note("inferred"),
    )
    design.close()
    return wave
