"""What a notebook shows of every public result with a table: the table, of whom, how many, and if it is synthetic."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import extracts
import numpy as np
import pytest
from given_answers import INNOVATIVE, group

import barometer as bm
import barometer.survey as sv
from barometer.publication.innovationstest import benchmark as benchmark_module
from barometer.publication.innovationstest import group as group_module
from barometer.publication.innovationstest.peer_shares import estimate_peer_shares

RAW = Path(__file__).parents[2] / "data" / "raw"
DRAWN = {"Figure"}
"""Shown as a drawing."""
WITHOUT_ANSWERS = {
    "CheckReport": "faults of a delivery",
    "MomentsComparison": "answers stand in the rows of each sample",
    "MomentsReport": "what was done to sums",
    "StatBankExtract": "was published without numbers of answers",
    "Verification": "each claim has its own base",
    "WorkplaceBenchmark": "each row has its own",
}
"""Results whose caption has no base with a number of answers, and why."""
NOT_SYNTHETIC = {
    "CheckReport": "says what is wrong, whatever the data",
    "MomentsReport": "has no number",
    "StatBankExtract": "these are published numbers",
}
OF_A_FEW_WORDS = 30
"""Characters that a caption has at least."""


def tabled(room: Any) -> set[str]:
    """Public classes of results with a table."""
    classes = {name: getattr(room, name) for name in room.__all__ if isinstance(getattr(room, name), type)}
    return {
        name
        for name, kind in classes.items()
        if {"to_frame", "table"} & {*dir(kind), *vars(kind).get("__annotations__", {})}
    }


@pytest.fixture(scope="module")
def results(
    made: dict[str, Any], waves: dict[int, bm.Wave], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A result of every public class with a table."""
    wave, folder = waves[3], tmp_path_factory.mktemp("extract")
    released = [
        bm.release_moments(bm.collect_wave_moments(waves[number], "innovative", sample=name))
        for number, name in ((3, "home"), (4, "abroad"))
    ]
    extract, computed = (
        bm.read_statbank(extracts.save(folder, extracts.csv_lines())),
        bm.statbank_table("OIN02DK", wave),
    )
    peers = estimate_peer_shares(wave)
    with pytest.MonkeyPatch.context() as patch:  # estimated once for both
        patch.setattr(group_module, "estimate_peer_shares", lambda *_, **__: peers)
        patch.setattr(benchmark_module, "estimate_peer_shares", lambda *_, **__: peers)
        picture = bm.picture_group([peers.codes.encode(each) for each in group(12)], wave=wave)
        benchmark = bm.benchmark_workplace(INNOVATIVE, sector="municipal_schools", wave=wave)
    return made | {
        "CheckReport": bm.check_delivery(RAW / "wave3_synthetic.csv"),
        "GroupPicture": picture,
        "MomentsComparison": bm.compare_moments([each.moments for each in released]),
        "MomentsReport": released[0].report,
        "PeerGroup": bm.find_peers(wave, sector="municipal_schools"),
        "Protected": bm.protect(made["Estimates"]),
        "StatBankComparison": extract.compare(computed),
        "StatBankExtract": extract,
        "StatBankShares": computed,
        "Verification": bm.verify(wave),
        "WorkplaceBenchmark": benchmark,
    }


@pytest.fixture(scope="module")
def of_arrays() -> dict[str, Any]:
    """A result of every class of the kernel with a table; nine weights that no reader may see."""
    weight = np.array([101.25, 102.25, 103.25, 104.25, 105.25, 106.25, 107.25, 108.25, 109.25])
    design = sv.declare_design(weight=weight)
    yes, half = np.array([1, 0, 1, 0, 1, 1, 0, 0, 1]), np.array(["a"] * 4 + ["b"] * 5)
    predictors = {"one": np.ones(9), "b": (half == "b").astype(float)}
    shares, fit = sv.estimate_shares(design, {"yes": yes}, by=half), sv.fit_regression(design, yes, predictors)
    settings = [sv.Setting("as if b", {"b": 1.0}), sv.Setting("as if a", {"b": 0.0})]
    return {
        "DomainEstimates": shares,
        "GroupComparisons": sv.compare_groups(shares),
        "Margins": sv.predictive_margins(design, fit, yes, predictors, settings),
        "Regression": fit,
        "ReplicateDesign": sv.make_replicates(design, "jk1"),
    }


def read(html: str) -> tuple[str, str]:
    """Return the words of the table, and those beside it."""
    tables = "".join(re.findall(r"<table.*?</table>", html, flags=re.DOTALL))
    beside = re.sub(r"<table.*?</table>", " ", html, flags=re.DOTALL) + "".join(
        re.findall(r"<caption.*?</caption>", tables, flags=re.DOTALL)
    )
    found = [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", part))) for part in (tables, beside)]
    return found[0], found[1]


def test_every_public_result_with_a_table_is_here(results: dict[str, Any], of_arrays: dict[str, Any]) -> None:
    assert tabled(bm) - DRAWN == set(results)
    assert tabled(sv) == set(of_arrays)
    assert all(type(result).__name__ == name for name, result in (results | of_arrays).items())


@pytest.mark.parametrize("name", sorted(tabled(bm) - DRAWN))
def test_a_notebook_shows_the_table_and_what_stands_beside_it(results: dict[str, Any], name: str) -> None:
    result = results[name]
    table, beside = read(result._repr_html_())
    assert len(beside.strip()) >= OF_A_FEW_WORDS
    assert table or (name == "CheckReport" and not result.faults)
    assert not re.search(r">\s*(nan|NaN|None|NaT|&lt;NA&gt;)\s*<", result._repr_html_())
    assert ("n = " in beside or "answers" in beside) or name in WITHOUT_ANSWERS
    assert "synthetic" in beside.lower() or name in NOT_SYNTHETIC


def test_a_notebook_shows_what_was_done_to_a_protected_result(made: dict[str, Any]) -> None:
    safe = bm.protect(made["Estimates"])
    html = safe._repr_html_()
    assert html.startswith(safe.result._repr_html_())
    gone = int(safe.result.table["share"].isna().sum())
    assert f"{safe.policy.text('en')} Cells: {len(safe.result.table) - gone} published, {gone} suppressed." in html
    assert "others" not in html
    assert safe.audit.text("da").endswith(f"Celler: {len(safe.result.table) - gone} vist, {gone} undertrykt.")
    assert "published" in read(safe.audit._repr_html_())[0]


@pytest.mark.parametrize("name", sorted(tabled(sv)))
def test_a_notebook_shows_results_of_arrays_without_a_row(of_arrays: dict[str, Any], name: str) -> None:
    table, beside = read(of_arrays[name]._repr_html_())
    assert table.strip()
    assert len(beside.strip()) >= OF_A_FEW_WORDS
    assert not re.search(r"10\d\.25", table + beside)
    assert not re.search(r"\bnan\b", table)
