"""Headings and code words of the views, in Danish and English."""

from collections.abc import Mapping

from barometer.codebook.published import ClaimCheck, FigureKind
from barometer.codebook.records import DONT_KNOW, Label, Lang, Meaning, QuestionKind

KINDS = {
    "question": Label("spørgsmål", "question"),
    "indicator": Label("indikator", "indicator"),
    "family": Label("familie af indikatorer", "family of indicators"),
    "domain": Label("domæne", "domain"),
    "base": Label("basis", "base"),
    "figure": Label("figur", "figure"),
    "claim": Label("udsagn", "claim"),
    "wave": Label("bølge", "wave"),
}
HEADINGS = {
    "alternatives": Label("Samme tal andre steder", "The same number elsewhere"),
    "answer": Label("Svar", "Answer"),
    "answered": Label("Besvares med", "Answered by"),
    "answers": Label("Svar", "Answers"),
    "asked": Label("Stillet til", "Asked of"),
    "base": Label("Basis", "Base"),
    "bases": Label("Baser", "Bases"),
    "by": Label("Opdelt efter", "Split by"),
    "changes": Label("Hvad der er ændret", "What changed"),
    "check": Label("Holdt op mod", "Compared by"),
    "claims": Label("Offentliggjorte udsagn", "Published claims"),
    "comparability": Label("Kan bølger sammenlignes?", "May waves be compared?"),
    "composites": Label("Sammensatte indikatorer", "Composite indicators"),
    "confidence": Label("Kildens sikkerhed", "Confidence in the source"),
    "contradiction": Label("Kildens modsigelse", "Contradiction in the source"),
    "counted": Label("Tæller med", "Counted"),
    "definitions": Label("Defineret anderledes", "Defined otherwise"),
    "domains": Label("Domæner", "Domains"),
    "dont_know": Label("Ved ikke", "Don't know"),
    "effect": Label("Følge", "Effect"),
    "fieldwork": Label("Indsamlet", "Fieldwork"),
    "figures": Label("Offentliggjorte figurer", "Published figures"),
    "fitted": Label("Syntetiske data tilpasset", "Synthetic data fitted to it"),
    "fitted_to": Label("Tilpasset værdi", "Value fitted to"),
    "groups": Label("Grupper", "Groups"),
    "headlines": Label("Overskrifter", "Headlines"),
    "indicator": Label("Indikator", "Indicator"),
    "indicator_names": Label("Navne på svarene", "Names of the answers"),
    "indicators": Label("Indikatorer", "Indicators"),
    "inferred": Label("Udledt", "Inferred"),
    "inside": Label("Ligger i", "Lies in"),
    "items": Label("Rækker", "Rows"),
    "kind": Label("Slags", "Kind"),
    "label": Label("Betegnelse", "Label"),
    "made_from": Label("Dannet af", "Made from"),
    "members": Label("Indikatorer", "Indicators"),
    "n": Label("n", "n"),
    "name": Label("Navn", "Name"),
    "note": Label("Bemærkning", "Note"),
    "only_waves": Label("Kun i bølge", "Only in waves"),
    "options": Label("Svarmuligheder", "Options"),
    "parts": Label("Dele", "Parts"),
    "test": Label("I Innovationstesten", "In the Innovationstest"),
    "period": Label("Periode", "Period"),
    "place": Label("Hvor", "Where"),
    "population": Label("Population", "Population"),
    "published": Label("Offentliggjort", "Published"),
    "publisher": Label("Udgiver", "Publisher"),
    "questions": Label("Spørgsmål", "Questions"),
    "range": Label("Ordene dækker", "The words cover"),
    "reason": Label("Begrundelse", "Reason"),
    "response_rate": Label("Svarprocent", "Response rate"),
    "rivals": Label("Holdt op mod", "Compared with"),
    "routing": Label("Hvem det er", "Who that is"),
    "sample": Label("Stikprøve", "Sample"),
    "shown": Label("Viser", "Shows"),
    "source": Label("Kilde", "Source"),
    "sources": Label("Offentliggjort i", "Published in"),
    "statement": Label("Udsagn", "Claim"),
    "stratum": Label("Strata", "Strata"),
    "subjects": Label("Gælder", "Concerns"),
    "subtitle": Label("Undertitel", "Subtitle"),
    "theme": Label("Tema", "Theme"),
    "unit": Label("Enhed", "Unit"),
    "versus": Label("Bølger", "Waves"),
    "verdict": Label("Svar", "Verdict"),
    "wave": Label("Bølge", "Wave"),
    "waves": Label("Bølger", "Waves"),
    "weighted": Label("Vægtning", "Weighting"),
    "wording": Label("Ordlyd", "Wording"),
    "when": Label("Siges når", "Said when"),
}
"""Of fields and columns."""

ANSWERED: Mapping[QuestionKind, Label] = {
    "single": Label("ét svar", "one answer"),
    "multi": Label("kryds", "ticks"),
    "grid": Label("ét svar i hver række", "one answer in each row"),
    "loop": Label("kryds, en gang for hvert kryds i {}", "ticks, once for each option ticked in {}"),
}
MEANINGS: Mapping[Meaning, Label] = {
    "answer": Label("", ""),
    "no": Label("regnes som nej", "counts as no"),
    "dont_know": Label("regnes som ved ikke", "counts as don't know"),
    "not_relevant": Label("regnes som ikke relevant", "counts as not relevant"),
}
DRAWN: Mapping[FigureKind, Label] = {
    "union": Label("en sammensat andel og dens dele", "a composite share and its parts"),
    "bars": Label("en andel for hvert svar", "a share for each answer"),
    "domains": Label("en andel i grupper", "one share in groups"),
    "levels": Label("flere andele i to eller tre grupper", "several shares in two or three groups"),
    "battery": Label("to modsatte svar i hver række", "two opposite answers in each row"),
}
WHEN = {
    "always": Label("altid", "always"),
    "above": Label("hele intervallet for {} ligger over {} %", "the whole interval of {} is above {}%"),
    "below": Label("hele intervallet for {} ligger under {} %", "the whole interval of {} is below {}%"),
    "largest": Label("intervallet for {} ligger over alle andre", "the interval of {} is above every other"),
    "higher": Label(
        "{} er højere end {}, og intervallerne mødes ikke", "{} is higher than {}; their intervals do not meet"
    ),
    "lower": Label(
        "{} er lavere end {}, og intervallerne mødes ikke", "{} is lower than {}; their intervals do not meet"
    ),
    "higher_in": Label(
        "{} er højere i {} end i {}, og intervallerne mødes ikke",
        "{} is higher in {} than in {}; their intervals do not meet",
    ),
    "lower_in": Label(
        "{} er lavere i {} end i {}, og intervallerne mødes ikke",
        "{} is lower in {} than in {}; their intervals do not meet",
    ),
}
"""When a headline is said, by the first word of its condition."""
CHECKS: Mapping[ClaimCheck, Label] = {
    "exact": Label("det offentliggjorte tal", "the published number"),
    "range": Label("det, ordene dækker", "what the words cover"),
    "direction": Label("forskellens retning", "the direction of the difference"),
    "nothing": Label("intet: teksten nævner intet tal", "nothing: the text holds no number"),
    "impossible": Label("intet: kan ikke beregnes", "nothing: cannot be computed"),
}
CODES: Mapping[str, Mapping[str, Label]] = {"dont_know": {str(code): label for code, label in DONT_KNOW.items()}}
"""Words of the fields that hold a code."""


def heading(code: str, lang: Lang) -> str:
    """Return the heading of a field or column."""
    return HEADINGS[code].text(lang)
