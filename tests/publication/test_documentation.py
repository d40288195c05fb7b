"""The Python of every page runs from top to bottom, as a reader would paste it."""

import doctest
import importlib.util
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import extracts
import pandas as pd
import pytest

import barometer as bm
from barometer import cli, survey

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
SHOWN_ONLY = re.compile(r"([^\n]*)\n\n```py\n")
"""A block that needs a cluster or many minutes, after the sentence that says so."""
ELSEWHERE = "another-country.md"
"""Followed command by command in tests/codebook/test_codebook_pages.py."""
PAGES = {
    str(page.relative_to(DOCS)): blocks
    for page in sorted(DOCS.rglob("*.md"))
    if page.name != ELSEWHERE and (blocks := BLOCK.findall(page.read_text(encoding="utf-8")))
}


def deliver() -> None:
    for source in (ROOT / "data" / "raw").glob("wave3_synthetic*"):
        target = Path("my_delivery") / source.name.replace("wave3_synthetic", "wave3", 1)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(source, target)
    layout = Path("my_delivery/wave3.layout.toml")
    layout.write_text(layout.read_text(encoding="utf-8").replace("wave3_synthetic", "wave3"), encoding="utf-8")


def deliver_to_spss() -> None:
    pytest.importorskip("pyreadstat", reason="needs pyreadstat: pip install pyreadstat")
    bm.write_microdata(bm.load_wave(3), "wave3.sav")


def deliver_otherwise() -> None:
    pytest.importorskip("pyreadstat", reason="needs pyreadstat: pip install pyreadstat")
    example = ROOT / "examples" / "other_firm"
    shutil.copytree(example, "examples/other_firm")
    spec = importlib.util.spec_from_file_location("make_other_firm", example / "make_delivery.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    Path("my_delivery").mkdir()
    program.make_delivery(Path("my_delivery"))
    shutil.copy("examples/other_firm/other_firm.layout.toml", "my_delivery")


def export() -> None:
    """Do what the page's own commands say."""
    shutil.copytree(ROOT / "examples" / "copenhagen" / "codebook", "codebook")
    for file in (ROOT / "examples" / "copenhagen" / "delivery").iterdir():
        shutil.copy(file, ".")
    text = (DOCS / "how-to" / "federation.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"^barometer (moments export .*)$", text, re.MULTILINE)
    assert len(commands) == 2
    assert [cli.main(shlex.split(command)) for command in commands] == [0, 0]


def save_extract() -> None:
    extracts.save(Path(), ["OIN01;INNO;TID;INDHOLD", "1000;10;2019;80"])


def store_answers() -> None:
    """Store the answers, and the sums of another country."""
    Path("answers").mkdir()
    rows = {"weight": [5.0, 4.0] * 8, "stratum": ["a", "b"] * 8, "size": [40, 32] * 8, "sector": ["care", "health"] * 8}
    answers = {"training": [1, 1, 0, 0] * 4, "overtime": [0, 1, 1, 0] * 4, "mood": ["bad", "so-so", "good", "bad"] * 4}
    pd.DataFrame(rows | answers).to_parquet("answers/part.parquet")
    others = pd.DataFrame(rows | answers | {"training": [1, 0, 0, 0] * 4})
    shares = survey.estimate_shares(
        survey.declare_source(others, weight="weight", stratum="stratum", population="size"),
        ["training", "overtime"],
        by="sector",
    )
    survey.collect_moments(shares.sums, sample="sweden 2025").save("sweden-2025")


GIVEN: dict[str, Callable[[], None]] = {
    "how-to/delivery.md": deliver,
    "how-to/layout.md": deliver_otherwise,
    "how-to/formats.md": deliver_to_spss,
    "how-to/federation.md": export,
    "reference/statbank.md": save_extract,
    "scale.md": store_answers,
}
"""Files of the reader's own that a page speaks of; made in the working folder before its first block."""


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: str, waves: dict[int, bm.Wave], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = bm.load_wave

    def once(number: int, *where: Any, **how: Any) -> bm.Wave:
        return load(number, *where, **how) if where or how else waves[number]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bm, "load_wave", once)
    if page in GIVEN:
        GIVEN[page]()
    names: dict[str, object] = {}
    for block in PAGES[page]:
        shown = doctest.DocTestParser().get_examples(block)
        exec("".join(example.source for example in shown) or block, names)


def test_every_page_with_python_is_run_and_what_is_only_shown_says_why() -> None:
    assert len(PAGES) > 15
    for page in DOCS.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        before = SHOWN_ONLY.findall(text)
        assert len(before) == text.count("```py\n")
        assert [sentence for sentence in before if "cluster" not in sentence and "minutes" not in sentence] == []
