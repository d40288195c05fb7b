"""An invented survey of orchards in two waves: options that came later, another definition in the first, a change."""

import csv
import io
from pathlib import Path

from barometer.codebook import Codebook, load_codebook
from barometer.codebook.claims import COLUMNS

FILES = {
    "codebook.toml": """
name = "orchards"
unit = "orchard"
unit_label = { da = "frugthaver", en = "orchards" }
da = "Frugthaverne"
en = "The <orchards>"
""",
    "themes.toml": """
[work]
da = "Arbejdet"
en = "The work"
[fruit]
da = "Frugten"
en = "The fruit"
""",
    "scales.toml": """
[yes_no]
answers = [
  { code = "yes", da = "Ja", en = "Yes" },
  { code = "no", da = "Nej", en = "No", is = "no" },
  { code = "dont_know", da = "Ved ikke", en = "Don't know", is = "dont_know" },
]
""",
    "questions.toml": """
[bears]
theme = "fruit"
kind = "single"
scale = "yes_no"
asked_of = "all"
title = { da = "Bærer frugt", en = "Bears fruit" }
da = "Bærer træerne frugt i år?"
en = "Do the trees bear fruit this year?"
source = "https://orchards.example/bears"
[crop]
theme = "fruit"
kind = "multi"
max_ticks = 2
asked_of = "bearing"
title = { da = "Afgrøder", en = "Crops" }
da = "Hvilke frugter høstes?"
en = "Which <fruits> are picked?"
source = "https://orchards.example/crop"
inferred = { da = "Listen er udledt.", en = "The list is worked out." }
answers = [
  { code = "apple", da = "Æbler", en = "Apples" },
  { code = "pear", da = "Pærer", en = "Pears", since = 2, inferred = true },
  { code = "none", da = "Ingen", en = "None", is = "no", exclusive = true },
]
groups = [{ code = "any", answers = ["apple", "pear"], da = "Mindst én", en = "At least one" }]
[care]
theme = "work"
kind = "grid"
scale = "yes_no"
asked_of = "all"
title = { da = "Pasning", en = "Care" }
da = "Hvordan passes træerne?"
en = "How are the trees cared for?"
source = "https://orchards.example/care"
items = [
  { code = "water", da = "Vanding", en = "Watering" },
  { code = "hoe", da = "Hakning", en = "Hoeing", waves = [1], inferred = true },
]
[sold]
theme = "work"
kind = "loop"
loop_over = "crop"
asked_of = "bearing"
title = { da = "Salg", en = "Sales" }
da = "Hvor sælges frugten?"
en = "Where is the fruit sold?"
source = "https://orchards.example/sold"
answers = [{ code = "gate", da = "Ved lågen", en = "At the gate" }]
""",
    "bases.toml": """
[all]
da = "alle frugthaver"
en = "all orchards"
[bearing]
of = "all"
any = ["bears:yes"]
da = "frugthaver, der bærer"
en = "orchards that bear"
""",
    "indicators.toml": """
[part.picked]
da = "Plukker"
en = "Picks"
[part.watered]
da = "Vander"
en = "Waters"
[family.tended]
da = "Hvordan haverne passes"
en = "How orchards are tended"
[indicator."tended.well"]
base = "bearing"
parts = { picked = "crop:apple,pear", watered = "care.water:yes" }
dont_know = "no"
da = "Passet godt"
en = "Tended well"
source = "https://orchards.example/tended"
[[indicator."tended.well".elsewhere]]
waves = [1]
parts = { picked = "crop:apple" }
reason = { da = "Vanding tæller først med fra 2. bølge.", en = "Watering counts from wave 2 on." }
source = "https://orchards.example/tended/1"
[indicator."tended.hoed"]
base = "all"
any = ["care.hoe:yes"]
da = "Hakket"
en = "Hoed"
source = "https://orchards.example/hoed"
""",
    "domains.toml": """
[region]
kind = "register"
da = "Landsdel"
en = "Region"
groups = [{ code = "north", da = "Nord", en = "North" }, { code = "south", da = "Syd", en = "South" }]
[watering]
kind = "answers"
question = "care.water"
dont_know = "drop"
da = "Vandingsgrad"
en = "Degree of watering"
groups = [
  { code = "wet", answers = ["yes"], da = "Våd", en = "Wet" },
  { code = "dry", answers = ["no"], da = "Tør", en = "Dry" },
]
""",
    "figures.toml": """
[tended]
kind = "union"
theme = "work"
indicators = ["tended.well"]
neutral = { da = "Haver, der passes", en = "Orchards that are tended" }
headlines = [
  { da = "{share} passes", en = "{share} are tended", when = "above:tended.well:50" },
  { da = "Nogle passes", en = "Some are tended" },
]
subtitle = { da = "Andel af haverne, {period}", en = "Share of the orchards, {period}" }
note = { da = "Delene overlapper.", en = "The parts overlap." }
notes = { 2 = { da = "Foreløbig.", en = "Preliminary." } }
sources = { 1 = "https://orchards.example/figure/1", 2 = "https://orchards.example/figure/2" }
[bears]
kind = "domains"
theme = "fruit"
indicators = ["bears.yes"]
by = "watering"
neutral = { da = "Bærende haver efter vanding", en = "Bearing orchards by watering" }
subtitle = { da = "Andel, {period}", en = "Share, {period}" }
sources = { 2 = "https://orchards.example/figure/bears" }
""",
    "changes.toml": """
[[change]]
wave = 2
effect = "comparable"
da = "Året blev et kalenderår."
en = "The year became a calendar year."
source = "https://orchards.example/about"
[[change]]
wave = 2
subjects = ["crop"]
effect = "break"
da = "Pærer blev en ny mulighed."
en = "Pears became an option."
source = "https://orchards.example/about"
inferred = { da = "Udledt af listen.", en = "Worked out from the list." }
""",
}
WAVE = """
number = {number}
period = "{period}"
da = "{number}. bølge"
en = "Wave {number}"
fieldwork = "2030"
unit = "orchard"
publisher_da = "p"
publisher_en = "p"
source = "https://orchards.example/{number}"
questions = {questions}
[design]
answers = 1200
response_rate = 0.5
stratum = ["region"]
"""
WELL = {"indicator": "tended.well", "base": "bearing"}
ORDER = {"domain": "region", "group": "north", "versus": "south"}
CLAIMS: tuple[dict[str, str], ...] = (
    {"id": "w1-well-01", "wave": "1", "published": "40"} | WELL,
    {"id": "w2-well-01", "wave": "2", "published": "55", "published_n": "600"} | WELL,
    {"id": "w2-well-02", "wave": "2", "statistic": "difference", "check": "direction", "direction": "more"}
    | WELL
    | ORDER,
    {"id": "w2-base", "wave": "2", "base": "bearing", "statistic": "count", "published": "600"},
)


def orchard_codebook(folder: Path) -> Codebook:
    """Write the metadata into a folder and load them."""
    (folder / "waves").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    asked = {1: ("1999", ["bears", "crop", "care"]), 2: ("2001", ["bears", "crop", "care", "sold"])}
    for number, (period, questions) in asked.items():
        text = WAVE.format(number=number, period=period, questions=str(questions).replace("'", '"'))
        (folder / f"waves/wave{number}.toml").write_text(text, encoding="utf-8")
    (folder / "claims.csv").write_text(_claims(), encoding="utf-8")
    return load_codebook(folder)


def _claims() -> str:
    usual = {"statistic": "share", "check": "exact", "dont_know": "no", "fitted": "yes", "confidence": "high"}
    rows = io.StringIO()
    writer = csv.DictWriter(rows, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for claim in CLAIMS:
        writer.writerow(usual | {"source": "https://orchards.example/claims"} | claim)
    return rows.getvalue()
