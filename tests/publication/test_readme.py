"""What the README shows is what the package does."""

import re
from pathlib import Path

import pandas as pd
import pytest

import barometer as bm
from barometer import survey

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_picture_is_the_figure_byte_for_byte() -> None:
    figure = bm.draw("private_firms", lang="en")
    assert (ROOT / "docs/images/private_firms.en.png").read_bytes() == figure.render("png")


def test_the_first_lines_of_code_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code, names)
    assert {path.suffix for path in (tmp_path / "figures").iterdir()} == {".svg", ".png", ".csv", ".json"}
    assert isinstance(names["shares"], bm.Estimates)


def test_the_sentences_shown_are_those_that_the_lines_before_them_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers").mkdir()
    columns = ("weight", "stratum", "sector", "training", "overtime")
    pd.DataFrame({name: [1, 1, 0, 0] for name in columns} | {"weight": 1.0}).to_parquet("answers/part.parquet")
    names: dict[str, object] = {}
    shown = 0
    for kind, block in re.findall(r"```(python|text)\n(.*?)```", README, re.DOTALL):
        if kind == "python":
            exec(block, names)
            printed = " ".join(capsys.readouterr().out.split())
        else:
            sentences = re.split(r"(?<=[.])\n", block)
            assert [s for s in sentences if " ".join(s.split()) not in printed] == []
            shown += 1
    assert shown == 3
    assert isinstance(names["design"], survey.SourceDesign)


def test_every_file_that_the_documentation_links_to_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))]
    assert len(links) > 10
    missing = [link for page, link in links if not link.startswith("http") and not (page.parent / link).exists()]
    assert missing == []
