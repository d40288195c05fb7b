"""The columns of a wave as they go into files for other programs: values, numbers of codes, labels in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.records import Column, Label, Lang
from barometer.microdata.coding import answer_numbers, group_numbers
from barometer.microdata.wave import Wave

DESIGN = {
    "id": Label("Nummer", "Number"),
    "synthetic": Label("Syntetiske data", "Synthetic data"),
    "weight": Label("Vægt", "Weight"),
    "population": Label("Enheder i stratummet", "Units in the stratum"),
}
MARK = {"no": Label("Nej", "No"), "yes": Label("Ja", "Yes")}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WrittenColumn:
    """
    One column as it goes into a file.

    Attributes
    ----------
    name, label : str
        The codebook's name, and what it holds, in one language.
    cells : Series
        Text, numbers, or an ordered categorical of the codebook's codes.
    numbers : dict of str to int
        The number of each code, for programs whose labelled values are numbers; empty for text and numbers.
    texts : dict of str to str
        The label of each code.
    """

    name: str
    label: str
    cells: pd.Series
    numbers: Mapping[str, int]
    texts: Mapping[str, str]

    @property
    def coded(self) -> NDArray[np.float64]:
        """The values as the numbers of their codes, NaN for a blank."""
        categories = [self.numbers[code] for code in self.cells.cat.categories]
        return np.array([*categories, np.nan])[self.cells.cat.codes.to_numpy()]


def written_columns(wave: Wave, lang: Lang) -> list[WrittenColumn]:
    """
    Return every column of a wave with its labels in one language.

    Parameters
    ----------
    wave : Wave
    lang : {"da", "en"}
    """
    data, book = wave.microdata, wave.codebook
    plain = {"id": data["id"], "weight": data["weight"], "population": _counts(data["population"])}
    made = [WrittenColumn(name, DESIGN[name].text(lang), values, {}, {}) for name, values in plain.items()]
    mark = pd.Series(pd.Categorical(["yes" if wave.is_synthetic else "no"] * wave.n, categories=list(MARK)))
    texts = {code: label.text(lang) for code, label in MARK.items()}
    made.insert(1, WrittenColumn("synthetic", DESIGN["synthetic"].text(lang), mark, {"no": 0, "yes": 1}, texts))
    for name, domain in book.domains.items():
        if domain.kind == "register" and name in data:
            texts = {group.code: group.label.text(lang) for group in domain.groups}
            numbers = group_numbers(domain.groups)
            made.append(WrittenColumn(name, domain.label.text(lang), data[name], numbers, texts))
    for name, column in wave.columns.items():
        texts = {answer.code: answer.label.text(lang) for answer in column.answers}
        made.append(WrittenColumn(name, _label(column, book, lang), data[name], answer_numbers(column), texts))
    return made


def _label(column: Column, book: Codebook, lang: Lang) -> str:
    """Return the question, or its title with the option or row that the column is for."""
    question = book.questions[column.question]
    if question.kind == "single":
        return question.label.text(lang)
    label = f"{question.title.text(lang)}: {column.label.text(lang)}"
    if question.kind == "loop" and question.loop_over:
        partner = column.name.split(".")[1]
        outer = next(answer for answer in book.questions[question.loop_over].answers if answer.code == partner)
        label = f"{question.title.text(lang)}, {outer.label.text(lang)}: {column.label.text(lang)}"
    return label


def _counts(population: pd.Series) -> pd.Series:
    """Return whole numbers of units, blank where the size is not known."""
    known = population.where(np.isfinite(population))
    return known.astype("Int64") if (known.dropna() % 1 == 0).all() else known
