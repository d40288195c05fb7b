"""Mistakes that are easily made, and words that must hold for what was really drawn."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import test_claim_verdicts as verdicts
from figure_layout import placed
from matplotlib.figure import Figure as Canvas
from published_samples import as_delivery, drawing, frame, mark, with_figures
from python_calamine import CalamineWorkbook

import barometer as bm
from barometer.analysis.claims import ComputedClaim
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, MissingFileError, OutputError
from barometer.publication.claim_words import computed_text
from barometer.publication.marks import draw_bars
from barometer.publication.style import SIZES, SizeName
from barometer.publication.workbook import _unique


@pytest.mark.parametrize(
    ("names", "by", "size"),
    [
        ("innovative", "sector", "slide"),
        ("culture.curious", None, "text"),
        ("factor.knowledge_institutions", None, "column"),
        ("culture.errors.agree", "sector", "column"),
    ],
)
def test_results_that_no_record_describes_are_laid_out_too(
    wave: bm.Wave, names: str, by: str | None, size: SizeName
) -> None:
    assert placed(bm.draw(bm.estimate_shares(wave, names, by=by)), size).faults() == []


def test_rows_beyond_a_slide_are_refused_with_what_to_do(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="rows do not fit; use another size"):
        bm.draw(bm.estimate_shares(wave, "factor.*")).render("png", "slide")


@pytest.mark.parametrize("size", list(SIZES))
def test_one_long_word_is_broken(wave: bm.Wave, size: SizeName) -> None:
    figure = drawing(bm.draw("citizens", wave), mark("x" * 300), mark("B"))
    assert [fault for fault in placed(figure, size).faults() if fault.endswith("outside")] == []


def test_a_label_is_never_mathematics_even_on_an_axes_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    ax = draw_bars(frame(mark("$\\bad{x$")))
    assert isinstance(ax.figure, Canvas)
    ax.figure.savefig(path)
    assert path.stat().st_size > 1000


def test_a_brace_in_a_label_is_a_brace(wave: bm.Wave) -> None:
    figure = bm.draw(bm.estimate_shares(wave, "innovative"))
    assert "{" not in figure.headline + figure.words["en"].subtitle


@pytest.mark.parametrize(("lang", "text"), [("en", "80% confidence"), ("da", "80\u202f%-konfidens")])
def test_the_footer_names_the_confidence_that_was_asked_for(wave: bm.Wave, lang: Lang, text: str) -> None:
    figure = bm.draw(bm.estimate_shares(wave, "innovative", confidence=0.8), lang=lang)
    assert text in " ".join(figure.words[lang].footer)


@pytest.mark.parametrize("name", ["Contents", "contents", "History"])
def test_names_that_a_workbook_keeps_are_numbered(wave: bm.Wave, tmp_path: Path, name: str) -> None:
    path = bm.to_excel({name: bm.estimate_shares(wave, "innovative")}, tmp_path / "a.xlsx")
    assert CalamineWorkbook.from_path(path).sheet_names == ["Contents", f"{name}_2"]


def test_sheet_names_count_on_and_stay_short() -> None:
    taken: set[str] = set()
    assert [_unique("same", taken) for _ in range(3)] == ["same", "same_2", "same_3"]
    assert {len(_unique("y" * 40, taken)) for _ in range(120)} == {31}
    title = "3 Innovationer, der er forsøgt delt, efter nyhedsgrad"
    assert [_unique(title, taken) for _ in range(2)] == ["3 Innovationer, der er forsøgt", "3 Innovationer, der er_2"]


def test_no_wave_cannot_be_verified() -> None:
    with pytest.raises(ArgumentError, match=r"must be a wave or several.*got none"):
        bm.verify([])


@pytest.mark.parametrize(
    "call",
    [
        lambda figure, _: figure.render("pdf"),
        lambda figure, _: figure.render("png", "huge"),
        lambda figure, folder: figure.save(folder, formats=("pdf",)),
        lambda figure, folder: figure.save(folder, size="huge"),
        lambda figure, _: figure.to_frame("fr"),
    ],
)
def test_formats_sizes_and_languages_that_are_none_are_refused(wave: bm.Wave, tmp_path: Path, call: Any) -> None:
    with pytest.raises(ArgumentError, match="must be"):
        call(bm.draw("citizens", wave), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_speaks_danish_or_english(wave: bm.Wave) -> None:
    with pytest.raises(ArgumentError, match="da or en"):
        bm.draw("citizens", wave, lang="fr")  # type: ignore[arg-type]


@pytest.mark.parametrize("list_of_files", ["{}", "[]", "no json", json.dumps({"files": [{"file": "index.html"}]})])
def test_a_folder_with_anything_of_somebody_elses_stays(wave: bm.Wave, tmp_path: Path, list_of_files: str) -> None:
    (tmp_path / "report.json").write_text(list_of_files, encoding="utf-8")
    (tmp_path / "thesis.txt").write_text("years", encoding="utf-8")
    with pytest.raises(OutputError, match="not a report's: "):
        bm.build_report(tmp_path, with_figures(wave, "citizens"))
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years"


def test_a_folder_without_notebooks_is_a_mistake(wave: bm.Wave, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="notebook"):
        bm.build_report(tmp_path / "r", with_figures(wave, "citizens"), notebooks=tmp_path / "typo")


def test_the_earlier_report_comes_back_when_the_new_one_cannot_take_its_place(
    wave: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = with_figures(wave, "citizens")
    bm.build_report(tmp_path / "r", few)
    rename = Path.rename

    def fail_for_the_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new)
    with pytest.raises(OutputError):
        bm.build_report(tmp_path / "r", few)
    assert (tmp_path / "r" / "index.html").is_file()


def test_drawing_leaves_the_log_as_it_was(wave: bm.Wave) -> None:
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    bm.draw("citizens", wave).render("svg")
    assert log.level == before


@pytest.mark.parametrize(("p_value", "text"), [(0.00004, "p < 0.001"), (0.0123, "p = 0.012")])
def test_a_p_value_is_never_zero(p_value: float, text: str) -> None:
    claim = verdicts.claim(direction="more", **verdicts.DIRECTION)
    assert computed_text(ComputedClaim(claim, 7.0, 2.0, 12.0, p_value), "en") == ("7.0 percentage points", text)


def test_only_synthetic_data_say_what_they_were_fitted_to(wave: bm.Wave) -> None:
    assert "The synthetic data are fitted to the headline" in bm.verify(wave).to_html("en")
    delivered = bm.verify(as_delivery(wave)).to_html("en")
    assert "ynthetic" not in delivered
    assert "The headline says 87, the caption of the same figure 89 and its title nine in ten." in delivered
