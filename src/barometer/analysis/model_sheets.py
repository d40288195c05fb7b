"""A model in a workbook: its coefficients, and the tests of its terms."""

from typing import TYPE_CHECKING

from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.model_words import HEADINGS, MODEL_NOTES, factor_text
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note

if TYPE_CHECKING:
    from barometer.analysis.model_results import Model


def model_sheets(model: "Model", lang: Lang) -> tuple[Sheet, ...]:
    """Return the two tables of a model, in words of one language."""
    facts = model.facts
    notes = (
        *model.summary(lang).splitlines(),
        base_note(model.codebook, [model.outcome.base], model.n, lang),
        source_note(model.codebook, facts.wave, facts.period, lang),
    )
    title, name = factor_text(model.codebook, model.outcome.name, lang), f"{model.outcome.name} model"
    tests = model.term_tests()
    tests["term"] = [model.term_text(tuple(term.split(":")), lang) for term in tests["term"]]
    tests["note"] = [MODEL_NOTES[note].text(lang) for note in tests["note"]]
    tests["provenance"] = [PROVENANCE[kind].text(lang) for kind in tests["provenance"]]
    tests = tests.rename(columns={each: HEADINGS[each].text(lang) for each in tests.columns})
    return (
        Sheet(name, "", title, notes, model.to_frame(lang)),
        Sheet(name, Label("test af led", "tests of terms").text(lang), title, notes, tests),
    )
