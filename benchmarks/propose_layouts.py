"""How many columns a proposed layout places right: the table of docs/how-to/layout.md.

Usage: python benchmarks/propose_layouts.py [FOLDER]

FOLDER holds the two real surveys, which are not in this project.
"""

import gzip
import importlib.util
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import barometer as bm
from barometer.codebook import Codebook
from barometer.microdata.load import shipped_layout
from barometer.microdata.proposal.labels_file import with_labels
from barometer.microdata.proposal.proposal import propose_from

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def report(name: str, table: bm.RawTable, wave: int, book: Codebook, truth: Mapping[str, str]) -> None:
    """Print how many places were found, and how many of them are those of a finished layout."""
    matches = propose_from(table, name, wave, book).matches
    wrong = [match for match in matches if truth.get(match.place.name) != match.column.name]
    sure = sum(match.is_sure for match in matches)
    wrong_sure = sum(match.is_sure for match in wrong)
    right = len(matches) - len(wrong)
    print(f"{name:45} {len(truth):6} {len(matches):6} {right:6} {sure:6} {wrong_sure:6}")


def mapped(layout: Path) -> dict[str, str]:
    """Return the column of each place of a finished layout."""
    document = tomllib.loads(layout.read_text(encoding="utf-8"))
    return {place: entry["column"] for place, entry in (document["registers"] | document["answers"]).items()}


def other_firm(folder: Path) -> None:
    """Measure on the other firm's file, with its own labels and with others."""
    spec = importlib.util.spec_from_file_location("make_delivery", EXAMPLES / "other_firm" / "make_delivery.py")
    if spec is None or spec.loader is None:
        raise ImportError("make_delivery.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    table = bm.read_microdata(script.make_delivery(folder))
    truth, book = mapped(EXAMPLES / "other_firm" / "other_firm.layout.toml"), bm.codebook()
    options = {name: label.rpartition(": ")[2] for name, label in table.labels.items()}
    report("other firm", table, 3, book, truth)
    for lang in ("en", "da"):
        official = {column: _asked(book, place, lang) for place, column in truth.items()}
        report(f"its file, the questionnaire's wording, {lang}", replace(table, labels=official), 3, book, truth)
    report("its file without labels of values", replace(table, value_labels={}), 3, book, truth)
    report("its file, labels of options only", replace(table, labels=options), 3, book, truth)


def _asked(book: Codebook, place: str, lang: str) -> str:
    """Return question, partner and option of a place as the questionnaire words them."""
    narrowed = book.in_wave(3)
    column = narrowed.columns(3).get(place)
    if column is None:
        return str(getattr(narrowed.domains[place].label, lang))
    question = narrowed.questions[column.question]
    words = [getattr(question.label, lang)]
    if column.asked_if:
        outer = narrowed.questions[column.asked_if.partition(".")[0]]
        partner = column.asked_if.rpartition(".")[2]
        words += [getattr(answer.label, lang) for answer in outer.answers if answer.code == partner]
    return " ".join(words if question.kind == "single" else [*words, getattr(column.label, lang)])


def real_surveys(real: Path, folder: Path) -> None:
    """Measure on the two real surveys."""
    us, ecuador = EXAMPLES / "us_fevs2018", EXAMPLES / "ecuador_acti2014"
    packed, plain = real / "fevs2018" / "fevs2018_subset.csv.gz", folder / "fevs2018_subset.csv"
    with gzip.open(packed) as source, plain.open("wb") as file:
        shutil.copyfileobj(source, file)
    table, truth = bm.read_microdata(plain), mapped(us / "fevs2018.layout.toml")
    report("US, no labels", table, 2018, bm.codebook(us), truth)
    labelled = with_labels(table, real / "fevs2018" / "labels.json")
    report("US, with its file of labels", labelled, 2018, bm.codebook(us), truth)
    table = bm.read_microdata(real / "acti2014" / "acti2014.sav")
    report("Ecuador, labels in Spanish", table, 2014, bm.codebook(ecuador), mapped(ecuador / "acti2014.layout.toml"))


def main() -> None:
    """Print one line for each file."""
    print(f"{'file':45} places placed  right   sure  wrong")
    layout = shipped_layout(3)
    table = bm.read_microdata(layout.with_name("wave3_synthetic.csv"))
    report("the shipped wave 3", table, 3, bm.codebook(), mapped(layout))
    steps: list[Callable[[Path], None]] = [other_firm]
    if len(sys.argv) > 1:
        steps.append(lambda folder: real_surveys(Path(sys.argv[1]), folder))
    for step in steps:
        with tempfile.TemporaryDirectory() as folder:
            step(Path(folder))


if __name__ == "__main__":
    main()
