"""Pages on other codebooks: their code blocks, followed from top to bottom, do what they say."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from nordland import EXAMPLE

from barometer import cli

DOCS = EXAMPLE.parents[1] / "docs"
BLOCK = re.compile(r"(?:`(?P<file>my_country/[^`]+)`:\n\n)?```(?P<kind>\w+)\n(?P<body>.*?)```", re.DOTALL)


def run_shell(line: str) -> None:
    """Do what a line of the page says, with the commands of this process."""
    program, *arguments = shlex.split(line)
    if program == "cp":
        assert arguments[:2] == ["-r", "examples/copenhagen"]
        shutil.copytree(EXAMPLE, arguments[2])
        return
    assert program == "barometer"
    assert cli.main(arguments) == 0, line


def run_python(body: str, names: dict[str, object]) -> None:
    """Run the lines after >>> and compare what they show with what the page shows."""
    parsed = doctest.DocTestParser().get_doctest(body, names, "page", None, 0)
    assert parsed.examples
    runner = doctest.DocTestRunner(verbose=False)
    told: list[str] = []
    runner.run(parsed, out=told.append, clear_globs=False)
    assert runner.failures == 0, "".join(told)
    names.update(parsed.globs)


def test_the_steps_of_the_page_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    done = []
    for block in BLOCK.finditer((DOCS / "how-to" / "another-country.md").read_text(encoding="utf-8")):
        file, kind, body = block["file"], block["kind"], block["body"]
        if kind == "sh":
            for line in body.splitlines():
                run_shell(line)
        elif kind == "python":
            run_python(body, names)
        elif kind == "csv":
            assert not Path(file).exists()
            Path(file).write_text(body, encoding="utf-8")
        else:
            assert kind == "toml"
            assert body in Path(file).read_text(encoding="utf-8"), f"{file} does not hold:\n{body}"
        done.append(kind)
    capsys.readouterr()
    assert {kind: done.count(kind) for kind in ("sh", "python", "csv", "toml")} == {
        "sh": 5,
        "python": 9,
        "csv": 1,
        "toml": 11,
    }
    page = (tmp_path / "report" / "index.en.html").read_text(encoding="utf-8")
    assert "id='figures'" in page
    assert "href='verification/all.en.html'" in page
    assert "Nordland" in page


@pytest.mark.parametrize("page", ["statbank.md", "administrations.md"])
def test_the_reference_shows_what_the_package_does(page: str) -> None:
    names: dict[str, object] = {}
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    shown = [block["body"] for block in BLOCK.finditer(text) if block["body"].startswith(">>>")]
    assert len(shown) == 1
    for body in shown:
        run_python(body, names)
