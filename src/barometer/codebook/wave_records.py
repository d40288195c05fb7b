"""Read waves, themes, published figures, and how waves and codebooks compare."""

from barometer.codebook.parsing import Table
from barometer.codebook.published import (
    TEST_PROFILE,
    About,
    Change,
    Effect,
    FigureKind,
    FigureRecord,
    Headline,
    Likeness,
    Match,
    WaveRecord,
)
from barometer.codebook.records import Label


def read_about(table: Table) -> About:
    """Read what a codebook is for."""
    profile = table.texts("test_profile", TEST_PROFILE)
    apart = table.label_at("apart", required=False)
    about = About(table.text("name"), table.text("unit"), table.label(), table.label_at("unit_label"), profile, apart)
    table.close()
    return about


def read_theme(table: Table) -> Label:
    """Read what a theme of questions and figures is called."""
    label = table.label()
    table.close()
    return label


def read_wave(table: Table) -> WaveRecord:
    """Read one wave with its design."""
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
        response_rate=design.number("response_rate") if design.has("response_rate") else None,
        sample=design.optional_integer("sample"),
        population=design.optional_integer("population"),
        weighted=not design.flag("unweighted"),
        stratum=design.texts("stratum"),
        inferred=design.inferred(),
    )
    design.close()
    return wave


def read_figure(name: str, table: Table) -> FigureRecord:
    """Read one published figure."""
    order = table.text("order", "value")
    if order not in ("value", "given"):
        table.fault("order must be value or given")
    figure = FigureRecord(
        id=name,
        kind=table.choice("kind", FigureKind),
        theme=table.text("theme"),
        indicators=table.texts("indicators"),
        by=table.text("by", ""),
        order="given" if order == "given" else "value",
        headlines=tuple(map(_headline, table.tables("headlines"))),
        neutral=table.label_at("neutral"),
        subtitle=table.label_at("subtitle"),
        note=table.label_at("note", required=False),
        sources=_sources(table),
        notes=_notes(table),
        groups=_groups(table),
    )
    table.close()
    return figure


def read_changes(table: Table) -> tuple[Change, ...]:
    """Read what changed between waves."""
    changes = tuple(map(_change, table.tables("change")))
    table.close()
    return changes


def read_matches(table: Table) -> tuple[Match, ...]:
    """Read which indicators another codebook asks for too."""
    matches = tuple(map(_match, table.tables("match")))
    table.close()
    return matches


def _change(table: Table) -> Change:
    change = Change(
        wave=table.integer("wave"),
        subjects=table.texts("subjects", ()),
        effect=table.choice("effect", Effect),
        reason=table.label(),
        source=table.text("source"),
        inferred=table.inferred(),
    )
    table.close()
    return change


def _match(table: Table) -> Match:
    indicator = table.text("indicator")
    match = Match(
        indicator=indicator,
        codebook=table.text("codebook"),
        theirs=table.text("theirs", indicator),
        likeness=table.choice("likeness", Likeness),
        reason=table.label_at("reason", required=False),
        waves=table.integers("waves", ()),
    )
    table.close()
    return match


def _headline(table: Table) -> Headline:
    headline = Headline(table.label(), table.text("when", "always"))
    table.close()
    return headline


def _notes(table: Table) -> tuple[tuple[int, Label], ...]:
    """Wave and what is said of its numbers alone."""
    found = []
    for wave, note in table.table("notes").entries() if table.has("notes") else ():
        if wave.isdecimal():
            found.append((int(wave), note.label()))
        else:
            table.fault(f"notes: {wave!r} is no number of a wave")
        note.close()
    return tuple(found)


def _groups(table: Table) -> tuple[tuple[str, Label], ...]:
    """Group and what a figure calls it."""
    found = []
    for code, group in table.table("groups").entries() if table.has("groups") else ():
        found.append((code, group.label()))
        group.close()
    return tuple(found)


def _sources(table: Table) -> tuple[tuple[int, str], ...]:
    """Wave and address of each publication of a figure."""
    found = []
    for wave, address in table.mapping("sources").items():
        if wave.isdecimal():
            found.append((int(wave), address))
        else:
            table.fault(f"sources: {wave!r} is no number of a wave")
    if not found:
        table.fault("sources must name the wave that published it, and the address")
    return tuple(found)
