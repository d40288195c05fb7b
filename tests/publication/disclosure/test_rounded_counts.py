"""Under a policy that rounds, no number of answers can be read as it is: not itself, and not by simple arithmetic."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reached_numbers import numbers_in

import barometer as bm
from barometer.analysis.wave_quality import wave_quality
from barometer.codebook.records import Lang
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.quality_tables import protect_quality
from barometer.publication.disclosure.rounding import nearest, rounded_table
from barometer.publication.draw import FIGURES

ROUNDING = bm.DisclosurePolicy("rounded", threshold=3, zeros="shown", merging="never", rounding=5)
LANGS: tuple[Lang, ...] = ("da", "en")
THOUSANDS = {"da": ".", "en": ","}
NOT_DRAWN = {"Counts", "Overlaps", "Parts", "Reweighting"}
"""By a domain, or with a group of a few, they have no figure."""
OF_THE_POPULATION = {
    *("Population", "Count in the population", "Weighted count before", "Weighted count after", "Weighted base"),
    *("Weighted", "Weighted count"),
}
YEARS = {*range(2010, 2030)}


def whole_numbers(text: str, lang: Lang) -> set[int]:
    """The whole numbers of three digits and more in a text."""
    mark = re.escape(THOUSANDS[lang])
    found = re.findall(rf"(?<![\d.,])\d{{1,3}}(?:{mark}\d{{3}})+(?![.,]?\d)|(?<![\d.,])\d+(?![.,]?\d)", text)
    return {number for each in found if (number := int(each.replace(THOUSANDS[lang], ""))) >= 100}


def texts(result: Any, lang: Lang) -> list[str]:
    """Everything that is written of a result in one language."""
    written = [line for sheet in result.sheets(lang) for line in (sheet.title, *sheet.notes, sheet.table.to_csv())]
    return [*written, *(read(table.to_html()) for table in bm.to_tables(result, lang=lang, policy="none"))]


def read(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def counts_behind(result: Any) -> set[int]:
    """Counts of answers that a result has before it is protected, and degrees of freedom."""
    tables = [sheet.table for sheet in result.sheets("en")]
    of_all = {n for table in tables for column in table if column in OF_THE_POPULATION for n in whole(table[column])}
    columns = [table[column] for table in tables for column in table if column not in OF_THE_POPULATION]
    said = {n for sheet in result.sheets("en") for note in sheet.notes for n in whole_numbers(note, "en")}
    numbers = {n for column in columns for n in whole(column)} | said
    return {n for n in numbers if n >= 100 and n % 5} - of_all - YEARS


def whole(column: "pd.Series[Any]") -> list[int]:
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return []
    return [int(n) for n in column.dropna() if np.isfinite(n) and n == round(n)]


def follows(result: Any) -> set[int]:
    """Degrees of freedom that follow from rounded answers, which may be the number of some other group's answers."""
    shares = [result.kernel.by_column, result.kernel.by_row] if isinstance(result, bm.Association) else []
    frames = [getattr(result, name) for name in ("table", "combinations") if hasattr(result, name)]
    found = [frame["df"].dropna().to_numpy() for frame in frames if "df" in frame] + [
        each.df.ravel() for each in shares
    ]
    design = [getattr(getattr(result, name, None), "design_df", 0) for name in ("method", "kernel")]
    return {int(df) for df in (*np.concatenate([*found, design]),) if np.isfinite(df)}


@pytest.fixture(scope="module")
def safe(made: dict[str, Any]) -> dict[str, bm.Protected[Any]]:
    return {name: bm.protect(result, ROUNDING) for name, result in made.items()}


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_no_count_can_be_read(made: dict[str, Any], safe: dict[str, bm.Protected[Any]], name: str) -> None:
    secret, protected = counts_behind(made[name]), safe[name]
    assert secret
    notebook = [repr(protected), repr(protected.result), read(protected._repr_html_())]
    for lang in LANGS:
        written = texts(protected, lang) + (notebook if lang == "en" else [])
        if name in {kind.__name__ for kind in FIGURES} - NOT_DRAWN:
            figure = bm.draw(protected, lang=lang)
            written += [figure.alt_text, figure.caption, figure.data.to_csv()]
        found = set.union(*(whole_numbers(text, lang) for text in written))
        assert found & secret - follows(protected.result) == set()


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_no_count_can_be_reached(made: dict[str, Any], safe: dict[str, bm.Protected[Any]], name: str) -> None:
    secret, result = counts_behind(made[name]), safe[name].result
    found = {int(n) for n in numbers_in(result, set()) if np.isfinite(n) and n == round(n)}
    published = {result.wave.record.answers} if name == "Reweighting" else set()  # the codebook says it to everybody
    assert found & secret - follows(result) - published == set()


def test_degrees_of_freedom_say_no_more_than_the_answers(
    made: dict[str, Any], safe: dict[str, bm.Protected[Any]]
) -> None:
    for name in ("Estimates", "Trend", "Parts"):
        before, after = made[name].table, safe[name].result.table
        if "df" in after:
            shown = after["n"].notna() & (before["df"] > 0)
            assert (after["n"] != before["n"])[shown].any()
            assert (after["n"] - after["df"])[shown].tolist() == (before["n"] - before["df"])[shown].tolist()
    model = safe["Model"].result
    assert model.kernel.df == model.kernel.design_df + 1 - len(model.kernel.names)
    assert set(model.table["df"].dropna()) == {model.kernel.df} == set(model.term_tests()["residual_df"])
    assert model.kernel.design_df == model.n - model.facts.strata
    assert f"{model.kernel.df} degrees of freedom: the design's {model.kernel.design_df} plus 1" in model.summary("en")
    shares = safe["Comparisons"].result.method.shares
    assert (shares.design_df + shares.strata) % 5 == 0


def test_no_quotient_or_product_gives_the_number_of_answers(
    made: dict[str, Any], safe: dict[str, bm.Protected[Any]]
) -> None:
    moved, wave_n = safe["Reweighting"].result, made["Reweighting"].weight.size
    spread, before = moved.spread.set_index("weights"), made["Reweighting"].spread.set_index("weights")
    assert moved.weight.size == 2270 != wave_n
    for kind in ("before", "after"):
        total = before.loc[kind, "mean"] * wave_n
        assert total / spread.loc[kind, "mean"] == pytest.approx(2270)
        assert spread.loc[kind, "n_effective"] * spread.loc[kind, "deff"] == pytest.approx(2270)
    cells, true = moved.factors.cells, made["Reweighting"].factors.cells
    shown = cells["answered"].notna()
    plain = np.isclose(true["rate"], true["answered"] / true["sampled"])
    quotient = (cells["answered"] / cells["sampled"])[shown & plain].astype(float)
    assert np.allclose(cells["rate"][shown & plain].astype(float), quotient)
    assert np.allclose(cells["factor"][shown].astype(float), 1.0 / cells["rate"][shown].astype(float))
    response = safe["ResponseReport"].result.table
    rates = response[response["rate"].notna()]
    assert np.allclose(rates["rate"], (rates["answered"] / rates["sampled"]).astype(float))
    test = safe["Association"].result.test
    least = min(test.shape) - 1
    assert test.pearson / (test.cramers_v**2 * least) == pytest.approx(test.n)
    assert test.pearson / test.design_effects.sum() == pytest.approx(test.statistic)


def test_what_is_not_shown_stays_so() -> None:
    table = pd.DataFrame({"n": pd.array([None, 2, 13, 0], "Int64"), "df": pd.array([None, 1.0, 9.0, 0.0], "Float64")})
    found = rounded_table(table, 5)
    assert found["n"].isna().tolist() == [True, False, False, False]
    assert found["n"].dropna().tolist() == [5, 15, 0]
    assert found["df"].dropna().tolist() == [4.0, 11.0, 0.0]
    assert nearest(np.array([-1, 0, 1, 12, 13]), 5).tolist() == [-1, 0, 5, 10, 15]


def test_claims_statbank_and_the_reviewers_page_say_rounded_numbers(wave: bm.Wave, tmp_path: Path) -> None:
    checked = bm.verify(wave, ROUNDING)
    counts = [claim.computed.n for claim in checked.claims if claim.computed.n is not None]
    assert counts
    assert all(n % 5 == 0 for n in counts)
    computed = bm.statbank_table("OIN02DK", wave, policy=ROUNDING)
    shown = json.loads(computed.to_json_stat(tmp_path / "a.json").read_text("utf-8"))
    found = [n for n in shown["extension"]["barometer"]["n"] if n is not None]
    assert found
    assert all(n % 5 == 0 for n in (*found, *(m.design_df + m.strata for m in computed.methods)))
    assert "n = 1,875." in " ".join(shown["note"])
    quality = protect_quality(wave_quality(wave), 3, ROUNDING)
    answers = [base.answers for base in quality.bases] + [margin.answers for margin in quality.margins]
    bases = [n for n in answers if n is not None]
    assert bases
    assert all(n % 5 == 0 for n in bases)
    assert ROUNDING.text("da").endswith("afrundet til nærmeste 5.")
    assert "rounded" not in bm.protect(bm.estimate_shares(wave, "innovative")).policy.text("en")
