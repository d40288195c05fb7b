"""A wave with other questions: one file in the metadata and one layout, and no change of code."""

from pathlib import Path

import pandas as pd
from tiny_wave import ANSWERS, tiny_codebook, tiny_wave

from barometer.microdata.load import read_and_check

LAYOUT = """
wave = 9
kind = "delivery"
[file]
name = "nine.txt"
delimiter = "|"
decimal = "."
encoding = "latin-1"
missing = ["-"]
[design]
id = "nr"
weight = "vægt"
population = "antal"
[registers]
region = { column = "landsdel", codes = "region" }
[answers]
"builds" = { column = "a", codes = "yes_no" }
"tool.hammer" = { column = "b1", codes = "tick" }
"tool.saw" = { column = "b2", codes = "tick" }
"tool.none" = { column = "b3", codes = "tick" }
"tool.unsure" = { column = "b4", codes = "tick" }
"place.hammer.in" = { column = "c11", codes = "tick" }
"place.hammer.out" = { column = "c12", codes = "tick" }
"place.saw.in" = { column = "c21", codes = "tick" }
"place.saw.out" = { column = "c22", codes = "tick" }
"mood.work" = { column = "d1", codes = "mood" }
"mood.home" = { column = "d2", codes = "mood" }
[codes]
region = { N = "north", S = "south" }
yes_no = { yes = "yes", no = "no", dont_know = "dont_know" }
tick = { yes = "yes", no = "no" }
mood = { bad = "bad", dull = "dull", good = "good", dont_know = "dont_know", not_relevant = "not_relevant" }
"""


def test_a_delivery_of_a_new_wave_is_read_by_its_layout_and_metadata(tmp_path: Path) -> None:
    book = tiny_codebook(tmp_path / "metadata")
    names = ["a", "b1", "b2", "b3", "b4", "c11", "c12", "c21", "c22", "d1", "d2"]
    answers = zip(*(words.split() for words in ANSWERS.values()), strict=True)
    lines = ["|".join(["nr", "vægt", "antal", "landsdel", *names])]
    for number, row in enumerate(answers, start=1):
        lines.append("|".join([f"w{number}", "10.0", "40", "N" if number < 5 else "S", *row]))
    (tmp_path / "nine.layout.toml").write_text(LAYOUT, encoding="utf-8")
    (tmp_path / "nine.txt").write_text("\n".join(lines), encoding="latin-1")

    delivery = read_and_check(tmp_path / "nine.layout.toml", book)

    expected = tiny_wave(tmp_path / "again").microdata
    expected.insert(1, "synthetic", False)
    pd.testing.assert_frame_equal(delivery.wave.microdata, expected)
    assert delivery.wave.warnings == ()
    assert delivery.wave.record.number == 9
    assert delivery.wave.sampled is None
    assert repr(delivery.wave) == "<Wave 9 (2026-2027): 8 workplaces, 2 strata; delivered microdata, confidential>"
    assert delivery.wave.base_size("tool_users") == 3
    assert [indicator.name for indicator in delivery.wave.select("keen.*")] == ["keen.glad", "keen.hammering"]
