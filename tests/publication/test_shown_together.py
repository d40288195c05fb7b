"""All that a report shows is protected together, and no two of its tables give a few respondents away."""

import importlib
import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from published_samples import with_little

import barometer as bm
from barometer.analysis import wave_quality
from barometer.errors import DifferencingError
from barometer.publication.disclosure.policy import POLICIES
from barometer.publication.editions import make_edition
from barometer.publication.report.shown import Shown, protect_shown
from barometer.publication.site import Content, site_pages

SHOWN = importlib.import_module("barometer.publication.report.shown")


@pytest.fixture(scope="module")
def shown(waves: dict[int, bm.Wave]) -> Shown:
    return protect_shown([waves[number] for number in (1, 2, 3, 4)], POLICIES["5"])


def test_figures_trends_and_tables_of_all_waves_are_compared(shown: Shown, waves: dict[int, bm.Wave]) -> None:
    figures = sum(len(wave.codebook.figures) for wave in waves.values())
    assert sum(map(len, shown.figures.values())) == figures
    assert [table.record.id for table in shown.statbank] == ["OIN01DK", "OIN02DK", "OIN03DK", "OIN04DK"]
    assert shown.differencing.table.empty
    assert shown.differencing.tables == figures + len(shown.trends) + len(shown.audits)
    assert str(shown.differencing.tables) in shown.differencing.summary("da")


def test_a_share_is_suppressed_in_every_table_or_in_none(shown: Shown) -> None:
    audits = [safe.audit for found in shown.figures.values() for safe in found]
    audits += [safe.audit for safe in shown.trends.values()] + list(shown.audits.values())
    rows = pd.concat([audit.table for audit in audits])
    gone = rows["status"].isin(["primary", "secondary"])
    cell = ["wave", "base", "item", "domain", "group"]
    assert rows[gone].shape[0] > 10
    shared = gone.groupby([rows[name] for name in cell])
    assert (shared.any() == shared.all()).all()


def test_two_tables_that_differ_by_a_few_stop_the_report_and_are_named(
    wave: bm.Wave, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep, drop = (bm.estimate_shares(wave, "inspiration.other", dont_know=rule) for rule in ("keep", "drop"))
    policy = bm.DisclosurePolicy("wide", int(keep.table["n"].iloc[0] - drop.table["n"].iloc[0]) + 1, merging="never")
    monkeypatch.setattr(SHOWN, "estimate_published", lambda _: {"keep": keep, "drop": drop})
    with pytest.raises(DifferencingError, match="'wave 3: keep' and 'wave 3: drop'") as caught:
        bm.build_report(tmp_path / "r", with_little(wave, "citizens"), policy=policy)
    assert {pair[:2] for pair in caught.value.pairs} == {("wave 3: keep", "wave 3: drop")}
    assert not list(tmp_path.iterdir())


def test_bases_without_an_answer_in_common_tell_nothing(wave: bm.Wave) -> None:
    keep = bm.estimate_shares(wave, "inspiration.other", dont_know="keep")
    drop = bm.estimate_shares(wave, "inspiration.publications", dont_know="drop")
    gap = abs(int(keep.table["n"].iloc[0] - drop.table["n"].iloc[0]))
    policy = bm.DisclosurePolicy("wide", threshold=gap + 1, merging="never")
    same = bm.estimate_shares(wave, "inspiration.other", dont_know="drop")
    assert gap > 0
    assert bm.check_differencing([keep, drop], policy).table.empty
    assert bm.check_differencing([keep, same], policy).table["reason"].tolist() == ["bases"]


def test_the_page_of_a_reviewer_counts_no_group_of_a_few(wave: bm.Wave) -> None:
    sizes = sorted(margin.answers for margin in wave_quality(wave).margins if margin.answers)
    policy = bm.DisclosurePolicy("wide", threshold=sizes[0] + 1, merging="never")
    quality = make_edition(with_little(wave, "citizens"), policy).quality
    gone = [margin for margin in quality.margins if margin.answers is None]
    # One alone would be the answers less those of the other groups.
    assert len(gone) > 1
    assert all(math.isnan(margin.weights) for margin in gone)
    page = site_pages(Content((replace(make_edition(with_little(wave, "citizens")), quality=quality),)))["quality.html"]
    for margin in gone:
        assert re.search(rf"{re.escape(margin.group.da)}</th>(<td[^>]*>–</td>){{2}}", page)
