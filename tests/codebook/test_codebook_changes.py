"""The changes that are one edit to the metadata and none to the code."""

from pathlib import Path

import pytest
from metadata_copy import MetadataCopy

from barometer.codebook.rules import Answered, Rule, Uses
from barometer.errors import UnknownNameError

INDICATOR = """
[part.known_use]
da = "Bruger kendt teknologi"
en = "Uses known technology"

[part.new_use]
da = "Bruger ny teknologi"
en = "Uses new technology"

[family.openness]
da = "Åbenhed"
en = "Openness"

[indicator."openness.shares_technology"]
base = "innovative"
all = ["shared:yes", "technology:technological"]
dont_know = "drop"
da = "Deler en teknologisk innovation"
en = "Shares a technological innovation"
source = "https://example.org/openness"

[indicator."openness.any_technology"]
base = "innovative"
parts = { known_use = "technology_use:known", new_use = "technology_use:new" }
da = "Ny eller kendt teknologi"
en = "New or known technology"
source = "https://example.org/openness"
"""

FIGURE = """
[openness_by_sharing]
kind = "domains"
theme = "reuse"
indicators = ["openness.shares_technology"]
by = "sharing"
neutral = { da = "Åbenhed efter deling", en = "Openness by sharing" }
subtitle = { da = "Andel, {period}", en = "Share, {period}" }
sources = { 9 = "https://example.org/openness" }
"""

DOMAIN = """
[sharing]
kind = "answers"
question = "shared"
dont_know = "no"
da = "Forsøgt delt eller ej"
en = "Tried to share or not"
groups = [
  { code = "tried", answers = ["yes"], da = "Forsøgt delt", en = "Tried" },
  { code = "not_tried", answers = ["no", "dont_know"], da = "Ikke forsøgt", en = "Not tried" },
]
"""

WAVE = """
number = 9
period = "2026-2027"
da = "Innovationsbarometeret, 9. udgave"
en = "Innovation barometer, 9th edition"
fieldwork = "2028"
unit = "workplace"
publisher_da = "En udgiver"
publisher_en = "A publisher"
source = "https://example.org/wave9"
questions = ["introduced", "technology", "technology_use", "shared", "pilot"]

[design]
answers = 1000
response_rate = 0.4
sample = 2500
population = 15000
stratum = ["level", "size"]
"""

QUESTION = """
[pilot]
theme = "practice"
title = { da = "Afprøvning", en = "Trial" }
kind = "multi"
asked_of = "innovative"
da = "Hvor blev den seneste innovation afprøvet?"
en = "Where was the latest innovation tried out?"
source = "https://example.org/wave9"
answers = [
  { code = "own", da = "Hos os selv", en = "At our own place" },
  { code = "others", da = "Hos andre", en = "At other places" },
]
"""


def claim_row(columns: list[str], **cells: str) -> str:
    return ",".join(cells.get(column, "") for column in columns) + "\n"


def test_new_records_are_found_without_a_change_of_code(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    columns = (copy.folder / "claims.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    copy.append("indicators.toml", INDICATOR)
    copy.append("figures.toml", FIGURE)
    copy.append("domains.toml", DOMAIN)
    copy.append("questions.toml", QUESTION)
    copy.write("waves/wave9.toml", WAVE)
    copy.append(
        "claims.csv",
        claim_row(
            columns, id="w9-openness-01", wave="9", statistic="share", check="exact", base="innovative",
            indicator="openness.shares_technology", domain="sharing", group="tried", published="41",
            dont_know="drop", fitted="no", confidence="low", source="https://example.org/openness",
        ),
    )  # fmt: skip
    book = copy.load()

    # the indicator, its parts and its family
    shares = book.indicator("openness.shares_technology")
    assert shares.rule == Rule(
        "all", (Answered(("shared",), ("yes",)), Answered(("technology",), ("itself", "important_part")))
    )
    assert shares.dont_know == "drop"
    assert [i.name for i in book.select("openness", 3)] == ["openness.shares_technology", "openness.any_technology"]
    assert [i.label.en for i in book.select("openness.any_technology.*", 9)] == [
        "Uses known technology",
        "Uses new technology",
    ]
    assert book.family_label("openness").da == "Åbenhed"
    assert book.explain("openness.shares_technology").label == "Shares a technological innovation"
    assert "openness.any_technology" in [hit.name for hit in book.search("kendt teknologi").hits]

    # the figure, the domain made from answers, the claim
    assert book.figure("openness_by_sharing").kind == "domains"
    assert book.figure("openness_by_sharing").by == "sharing"
    assert [group.answers for group in book.domain("sharing").groups] == [("yes",), ("no", "dont_know")]
    assert book.has_domain("sharing")
    (claim,) = book.wave_claims(9)
    assert (claim.id, claim.published, claim.domain, claim.group) == ("w9-openness-01", 41, "sharing", "tried")
    assert len(book.wave_claims(3)) == 176

    # the wave: some of the questions, and one that was never asked before
    assert book.wave(9).stratum == ("level", "size")
    assert book.wave(9).label.en == "Innovation barometer, 9th edition"
    assert list(book.columns(9))[-3:] == ["shared", "pilot.own", "pilot.others"]
    assert len(book.columns(9)) == 4 + 1 + 1 + 1 + 2
    asked = book.wave_indicators(9)
    assert {"innovative", "shared.yes", "pilot.own", "openness.shares_technology"} <= set(asked)
    assert not {name for name in asked if name.startswith(("novelty", "partner", "positive_role"))}
    with pytest.raises(UnknownNameError):
        book.select("novelty", 9)
    with pytest.raises(UnknownNameError):
        book.select("pilot", 3)
    assert [i.name for i in book.select("pilot", 9)] == ["pilot.own", "pilot.others"]


def test_a_part_that_is_an_indicator_stays_a_reference(tmp_path: Path) -> None:
    book = MetadataCopy(tmp_path).load()
    leadership = book.indicator("positive_role.politics_or_legislation.leadership")
    assert leadership.rule == Rule("any", (Uses("positive_role.political_leadership"),))
