"""Write a synthetic wave as a delivery would come: a coded CSV, its layout, the frame, and a note of what it is."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook.records import Column
from barometer.microdata import SYNTHETIC
from barometer.microdata.coding import answer_numbers, group_numbers
from barometer.synthesis.answers import MadeAnswers
from barometer.synthesis.frame import SampledFrame
from barometer.synthesis.recipe import Recipe

REGISTERS = {"level": "niveau", "sector": "delsektor", "industry": "branche", "size": "stoerrelse"}


def write_delivery(
    recipe: Recipe, codebook: Codebook, frame: SampledFrame, made: MadeAnswers, folder: Path
) -> list[Path]:
    """Write the four files of one synthetic wave into a folder."""
    stem = f"wave{recipe.wave}_synthetic"
    names = delivered_names(codebook, recipe.wave)
    answered = frame.workplaces[frame.workplaces["answered"]].reset_index(drop=True)
    files = {
        f"{stem}.csv": _microdata(recipe, codebook, frame, answered, made, names),
        f"{stem}.frame.csv": _frame(codebook, frame),
        f"{stem}.layout.toml": _layout(recipe, codebook, names, stem),
        f"{stem}.README.md": _note(recipe, codebook, made, stem),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in files]


def delivered_names(codebook: Codebook, wave: int) -> dict[str, str]:
    """Codebook column to a name of the kind questionnaires have: sp03, sp03_2, sp12_4_1."""
    numbers = {name: position for position, name in enumerate(codebook.wave(wave).questions, start=1)}
    names: dict[str, str] = {}
    for column in codebook.columns(wave).values():
        question = codebook.questions[column.question]
        parts = [f"sp{numbers[column.question]:02d}"]
        inner = column.name.split(".")[1:]
        if question.kind == "loop":
            outer = codebook.questions[question.loop_over or ""]
            parts.append(str([a.code for a in outer.answers].index(inner.pop(0)) + 1))
        if inner:
            rows = [i.code for i in question.items] if question.kind == "grid" else [a.code for a in question.answers]
            parts.append(str(rows.index(inner[0]) + 1))
        names[column.name] = "_".join(parts)
    return names


def answer_codes(column: Column) -> dict[str, str]:
    """Delivered code to answer, as `answer_numbers` numbers them."""
    return {str(number): answer for answer, number in answer_numbers(column).items()}


def _group_codes(codebook: Codebook, domain: str) -> dict[str, str]:
    """Delivered code to group, as `group_numbers` numbers them."""
    return {str(number): group for group, number in group_numbers(codebook.domains[domain].groups).items()}


def _register(codebook: Codebook, workplaces: pd.DataFrame, name: str) -> pd.Series:
    if name == "industry":
        industry = {group.code: group.industry for group in codebook.domains["sector"].groups}
        values = workplaces["sector"].map(industry)
    else:
        values = workplaces[name]
    numbers = {code: number for number, code in _group_codes(codebook, name).items()}
    return values.map(numbers)


def _microdata(
    recipe: Recipe,
    codebook: Codebook,
    frame: SampledFrame,
    answered: pd.DataFrame,
    made: MadeAnswers,
    names: Mapping[str, str],
) -> str:
    stratum = answered["stratum"].to_numpy()
    weight = (frame.population / frame.answered)[stratum]
    table: dict[str, object] = {"loebenr": answered["id"], "syntetisk": "1"}
    for name, delivered in REGISTERS.items():
        table[delivered] = _register(codebook, answered, name)
    table["antal_i_stratum"] = frame.population[stratum].astype(str)
    table["vaegt"] = [repr(float(w)).replace(".", ",") for w in weight]
    for name, column in codebook.columns(recipe.wave).items():
        of_answer = {code: number for number, code in answer_codes(column).items()}
        lookup = np.array([*(of_answer[answer.code] for answer in column.answers), ""])
        table[names[name]] = lookup[made.codes[name]]
    text: str = pd.DataFrame(table).to_csv(sep=";", index=False, lineterminator="\n")
    return text


def _frame(codebook: Codebook, frame: SampledFrame) -> str:
    table = {"loebenr": frame.workplaces["id"], "syntetisk": "1"}
    for name, delivered in REGISTERS.items():
        if name != "industry":
            table[delivered] = _register(codebook, frame.workplaces, name)
    table["udtrukket"] = frame.workplaces["sampled"].astype(int)
    table["besvaret"] = frame.workplaces["answered"].astype(int)
    text: str = pd.DataFrame(table).to_csv(sep=";", index=False, lineterminator="\n")
    return text


def _layout(recipe: Recipe, codebook: Codebook, names: Mapping[str, str], stem: str) -> str:
    code_sets: dict[tuple[tuple[str, str], ...], str] = {(("0", "no"), ("1", "yes")): "tick"}
    answers = []
    for name, column in codebook.columns(recipe.wave).items():
        codes = tuple(answer_codes(column).items())
        code_sets.setdefault(codes, column.question)
        answers.append(f'"{name}" = {{ column = "{names[name]}", codes = "{code_sets[codes]}" }}')
    lines = [
        f"# How {stem}.csv names its columns and codes. {SYNTHETIC.en}.",
        "",
        f"wave = {recipe.wave}",
        'kind = "synthetic"',
        "",
        "[file]",
        f'name = "{stem}.csv"',
        'delimiter = ";"',
        'decimal = ","',
        'encoding = "utf-8"',
        "",
        "[mark]",
        'column = "syntetisk"',
        'codes = "mark"',
        "",
        "[design]",
        'id = "loebenr"',
        'weight = "vaegt"',
        'population = "antal_i_stratum"',
        "",
        "[frame]",
        f'name = "{stem}.frame.csv"',
        'sampled = { column = "udtrukket", codes = "tick" }',
        "",
        "[registers]",
        *(f'{name} = {{ column = "{delivered}", codes = "{name}" }}' for name, delivered in REGISTERS.items()),
        "",
        "[answers]",
        *answers,
        "",
        "[codes.mark]",
        '1 = "synthetic"',
    ]
    sets = {name: _group_codes(codebook, name) for name in REGISTERS}
    sets.update({name: dict(codes) for codes, name in code_sets.items()})
    for name, numbers in sets.items():
        lines += ["", f"[codes.{name}]", *(f'{number} = "{code}"' for number, code in numbers.items())]
    return "\n".join(lines) + "\n"


def _note(recipe: Recipe, codebook: Codebook, made: MadeAnswers, stem: str) -> str:
    record = codebook.wave(recipe.wave)
    lines = [
        f"# {stem}: synthetic microdata",
        "",
        f"**{SYNTHETIC.en}. {SYNTHETIC.da}.** Nobody answered anything in these files: {record.answers:,} "
        f"artificial workplaces, fitted to what was published about {record.period}, "
        f"drawn from an artificial frame of {sum(s.workplaces for s in recipe.sectors.values()):,}.",
        "",
        "| file | what |",
        "| --- | --- |",
        f"| `{stem}.csv` | the answers, coded as a delivery would be; column `syntetisk` is 1 on every row |",
        f"| `{stem}.layout.toml` | what its columns and codes mean |",
        f"| `{stem}.frame.csv` | every workplace of the frame: stratum variables, drawn or not, answered or not |",
        "",
        "Made again, byte for byte, by `barometer synthesize`. What was published and fitted is in the codebook's",
        f"`claims.csv`, what was assumed in its `synthetic/wave{recipe.wave}.toml`.",
        "",
        "## Constraints that clash",
        "",
    ]
    if made.misses:
        lines += ["These could not hold together with the others; the nearest fit was kept.", ""]
        lines += ["| constraint | window | reached |", "| --- | --- | --- |"]
        lines += [f"| {miss.name} | {miss.low:.2f} to {miss.high:.2f} | {miss.reached:.2f} |" for miss in made.misses]
    else:
        lines.append("None: every published and assumed number was reached.")
    return "\n".join(lines) + "\n"
