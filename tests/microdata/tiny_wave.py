"""An invented questionnaire of four questions and eight workplaces: small enough to count on one's fingers."""

from pathlib import Path

import pandas as pd

from barometer.codebook import Codebook, load_codebook
from barometer.codebook.loader import SHIPPED
from barometer.microdata import Provenance, Wave

SCALES = """
[yes_no]
answers = [
  { code = "yes", da = "Ja", en = "Yes" },
  { code = "no", da = "Nej", en = "No", is = "no" },
  { code = "dont_know", da = "Ved ikke", en = "Don't know", is = "dont_know" },
]
[mood]
answers = [
  { code = "bad", da = "Dårlig", en = "Bad", is = "no" },
  { code = "dull", da = "Kedelig", en = "Dull", is = "no" },
  { code = "good", da = "God", en = "Good" },
  { code = "dont_know", da = "Ved ikke", en = "Don't know", is = "dont_know" },
  { code = "not_relevant", da = "Ikke relevant", en = "Not relevant", is = "not_relevant" },
]
groups = [{ code = "low", answers = ["bad", "dull"], da = "Lav", en = "Low" }]
"""

QUESTIONS = """
[builds]
theme = "t"
kind = "single"
scale = "yes_no"
asked_of = "all"
title = { da = "Bygger", en = "Builds" }
da = "Bygger I?"
en = "Do you build?"
source = "s"
[tool]
theme = "t"
kind = "multi"
max_ticks = 2
asked_of = "builders"
title = { da = "Værktøj", en = "Tools" }
da = "Hvilket værktøj?"
en = "Which tools?"
source = "s"
answers = [
  { code = "hammer", da = "Hammer", en = "Hammer" },
  { code = "saw", da = "Sav", en = "Saw" },
  { code = "none", da = "Intet", en = "None", is = "no", exclusive = true },
  { code = "unsure", da = "Ved ikke", en = "Don't know", is = "dont_know", exclusive = true },
]
groups = [{ code = "any", answers = ["hammer", "saw"], da = "Mindst ét", en = "At least one" }]
[place]
theme = "t"
kind = "loop"
loop_over = "tool"
asked_of = "tool_users"
title = { da = "Sted", en = "Place" }
da = "Hvor?"
en = "Where?"
source = "s"
answers = [{ code = "in", da = "Inde", en = "Indoors" }, { code = "out", da = "Ude", en = "Outdoors" }]
[mood]
theme = "t"
kind = "grid"
scale = "mood"
asked_of = "all"
title = { da = "Humør", en = "Mood" }
da = "Hvordan er humøret?"
en = "How is the mood?"
source = "s"
items = [{ code = "work", da = "På arbejdet", en = "At work" }, { code = "home", da = "Hjemme", en = "At home" }]
"""

BASES = """
[all]
da = "alle"
en = "all"
[builders]
of = "all"
any = ["builds:yes"]
da = "byggere"
en = "builders"
[tool_users]
of = "builders"
any = ["@tool.any"]
da = "brugere af værktøj"
en = "users of tools"
[gloomy_builders]
of = "builders"
any = ["mood.work:low"]
da = "triste byggere"
en = "gloomy builders"
"""

INDICATORS = """
[part.glad]
da = "Glad"
en = "Glad"
[part.hammering]
da = "Hamrer"
en = "Hammers"
[indicator.one_tool]
base = "builders"
any = ["tool#1"]
da = "Ét"
en = "One"
source = "s"
[indicator.few_tools]
base = "builders"
any = ["tool#0,1"]
da = "Få"
en = "Few"
source = "s"
[indicator.toolless]
base = "builders"
any = ["!tool.any"]
da = "Uden"
en = "Without"
source = "s"
[indicator.not_a_tool_user]
base = "all"
any = ["!tool.any"]
da = "Ikke"
en = "Not"
source = "s"
[indicator.glad_twice]
base = "all"
all = ["mood.work:good", "mood.home:good"]
da = "To gange"
en = "Twice"
source = "s"
[indicator.low_once]
base = "all"
any = ["mood:low#1"]
da = "Lav én gang"
en = "Low once"
source = "s"
[indicator.low_at_most_once]
base = "all"
any = ["mood:low#0,1"]
da = "Lav højst én gang"
en = "Low at most once"
source = "s"
[indicator.keen]
base = "builders"
parts = { glad = "mood.work:good", hammering = "tool:hammer" }
da = "Ivrig"
en = "Keen"
source = "s"
[indicator.keen_or_indoors]
base = "all"
any = ["@keen", "place:in"]
dont_know = "drop"
da = "Ivrig eller inde"
en = "Keen or indoors"
source = "s"
"""

DOMAINS = """
[region]
kind = "register"
da = "Landsdel"
en = "Region"
groups = [{ code = "north", da = "Nord", en = "North" }, { code = "south", da = "Syd", en = "South" }]
[spirit]
kind = "answers"
question = "mood.work"
dont_know = "drop"
da = "Ånd"
en = "Spirit"
groups = [
  { code = "high", answers = ["good"], da = "Høj", en = "High" },
  { code = "low", answers = ["bad", "dull"], da = "Lav", en = "Low" },
]
"""

WAVE = """
number = 9
period = "2026-2027"
da = "Prøve"
en = "Test"
fieldwork = "2028"
unit = "workplace"
publisher_da = "p"
publisher_en = "p"
source = "s"
questions = ["builds", "tool", "place", "mood"]
[design]
answers = 8
response_rate = 0.5
sample = 16
population = 80
stratum = ["region"]
"""

ABOUT = """
name = "tiny"
unit = "workplace"
unit_label = { da = "arbejdspladser", en = "workplaces" }
da = "Prøve"
en = "Test"
"""

ANSWERS = {
    "builds": "yes yes yes yes yes no dont_know no",
    "tool.hammer": "yes yes no no no - - -",
    "tool.saw": "yes no yes no no - - -",
    "tool.none": "no no no yes no - - -",
    "tool.unsure": "no no no no yes - - -",
    "place.hammer.in": "yes no - - - - - -",
    "place.hammer.out": "no yes - - - - - -",
    "place.saw.in": "no - yes - - - - -",
    "place.saw.out": "yes - yes - - - - -",
    "mood.work": "good bad dont_know not_relevant good bad dont_know dull",
    "mood.home": "good dont_know not_relevant bad dont_know good good bad",
}
"""What workplaces 1 to 8 answered, from left to right."""


def tiny_codebook(folder: Path) -> Codebook:
    """Write the metadata of the invented questionnaire into a folder and load them."""
    (folder / "waves").mkdir(parents=True)
    header = (SHIPPED / "claims.csv").read_text(encoding="utf-8").splitlines()[0] + "\n"
    files = {"scales.toml": SCALES, "questions.toml": QUESTIONS, "bases.toml": BASES, "indicators.toml": INDICATORS}
    files |= {
        "codebook.toml": ABOUT,
        "domains.toml": DOMAINS,
        "figures.toml": "",
        "claims.csv": header,
        "waves/wave9.toml": WAVE,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_codebook(folder)


def tiny_wave(folder: Path) -> Wave:
    """Make the wave of the eight workplaces, ten times as many in each half of the country."""
    book = tiny_codebook(folder)
    columns: dict[str, object] = {
        "id": [f"w{number}" for number in range(1, 9)],
        "weight": [10.0] * 8,
        "population": [40.0] * 8,
        "region": pd.Categorical(["north"] * 4 + ["south"] * 4, categories=["north", "south"], ordered=True),
    }
    for name, column in book.columns(9).items():
        codes = [answer.code for answer in column.answers]
        positions = [-1 if word == "-" else codes.index(word) for word in ANSWERS[name].split()]
        columns[name] = pd.Categorical.from_codes(positions, categories=pd.Index(codes), ordered=True)
    provenance = Provenance("synthetic", "tiny.csv", "0" * 64)
    return Wave(book.wave(9), book, pd.DataFrame(columns), provenance)
