"""Results made safe: what is emptied, what is said, and what a reader can still do with the rest."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis.withheld import is_withheld
from barometer.errors import ArgumentError, UnknownNameError
from barometer.publication.disclosure import protect_all
from barometer.publication.disclosure.audit import STATUSES
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.disclosure.protecting import suppress_results

RARE = "partner.foundations"
NORDLAND = Path(__file__).parents[3] / "examples" / "copenhagen"


@pytest.fixture(scope="module")
def shares(wave: bm.Wave) -> bm.Estimates:
    return bm.estimate_shares(wave, [RARE, "partner.private_firms"], by="level")


@pytest.fixture(scope="module")
def by_sector(wave: bm.Wave) -> bm.Estimates:
    return bm.estimate_shares(wave, RARE, by="sector")


def answered(wave: bm.Wave, indicator: str, domain: str) -> list[int]:
    """Count by hand: the total, then every group."""
    arrays = wave.indicator_arrays(wave.select(indicator), ["keep"])
    yes, codes = arrays.yes[:, 0], wave.domain_codes(domain)
    return [int(yes.sum()), *(int(yes[codes == k].sum()) for k in range(len(wave.codebook.domain(domain).groups)))]


def test_results_know_how_many_answered_so(wave: bm.Wave, by_sector: bm.Estimates) -> None:
    assert by_sector.answered[:, 0].tolist() == answered(wave, RARE, "sector")


def test_small_cells_are_empty_and_say_so(wave: bm.Wave, by_sector: bm.Estimates) -> None:
    safe = bm.protect(by_sector)
    table = safe.result.table
    small = np.array(answered(wave, RARE, "sector")) < 5
    assert small.any()
    assert table.loc[small, ["share", "se", "ci_low", "ci_high"]].isna().all(axis=None)
    assert (table.loc[small, "note"] == "suppressed").all()
    shown = table["share"].notna()
    pd.testing.assert_frame_equal(table[shown].astype({"note": "str"}), by_sector.table[shown].astype({"note": "str"}))
    assert "Undertrykt (få svar)" in safe.result.to_frame("da")["Bemærkning"].tolist()


def test_what_is_shown_does_not_add_up_to_what_is_not(wave: bm.Wave) -> None:
    result = bm.estimate_shares(wave, "partner", by="sector")
    table = bm.protect(result).result.table
    gone = table["share"].isna().groupby(table["indicator"], observed=True, sort=False).sum().to_numpy()
    small = (result.answered < 5).sum(axis=0)
    assert not (gone == 1).any()
    assert (gone >= small).all()
    assert (gone[small == 1] == 2).all()
    assert (gone[small == 0] == 0).all()
    assert {0, 1} < set(small.tolist())


def test_a_result_without_small_cells_stays_as_it_is(wave: bm.Wave) -> None:
    result = bm.estimate_shares(wave, "innovative", by="level")
    safe = bm.protect(result)
    assert safe.result is result
    assert set(safe.audit.table["status"]) == {"published"}


def test_a_base_of_too_few_hides_its_size_too(wave: bm.Wave) -> None:
    result = bm.estimate_shares(wave, "evaluation_purpose.other", by=["sector", "size"])
    safe = bm.protect(result)
    small = (result.table["n"] < 5) & (result.table["n"] > 0)
    assert small.any()
    assert safe.result.table.loc[small, ["n", "df", "weighted_base"]].isna().all(axis=None)
    assert pd.api.types.is_integer_dtype(safe.result.table["n"])


def test_the_audit_has_a_row_for_each_cell_and_no_count(by_sector: bm.Estimates) -> None:
    audit = bm.protect(by_sector).audit
    assert len(audit.table) == len(by_sector.table)
    assert set(audit.table["status"]) <= set(STATUSES)
    assert not audit.table.select_dtypes("number").drop(columns="wave").size
    assert "under 5 svarede sådan" in audit.to_frame("da")["Grund"].tolist()


def test_readers_are_not_told_which_cells_are_small(by_sector: bm.Estimates) -> None:
    public = bm.protect(by_sector).audit.public().table
    assert set(public["status"]) == {"published", "suppressed"}
    assert set(public["reason"]) == {""}


def test_comparisons_lose_both_sides(wave: bm.Wave) -> None:
    result = bm.compare_domains(wave, RARE, by="sector", against="pairs")
    table = bm.protect(result).result.table
    shares = bm.protect(result.estimates).result.table.set_index("sector")["share"]
    either = shares[table["group"]].isna().to_numpy() | shares[table["versus"]].isna().to_numpy()
    assert either.any()
    assert table.loc[either, ["share", "share_versus", "difference", "p_value"]].isna().all(axis=None)
    assert table.loc[~either, "difference"].notna().all()


def test_the_rest_of_a_group_is_a_cell_too(wave: bm.Wave) -> None:
    result = bm.compare_domains(wave, "innovative", by="partner.foundations", against="rest")
    safe = bm.protect(result)
    # All who worked with foundations are innovative: nobody of them is left, and the total is all that stands.
    assert safe.audit.counts == {"published": 1, "primary": 2}
    assert safe.result.estimates.table["share"].notna().tolist() == [True, False, False]


def test_changes_need_both_waves(waves: dict[int, bm.Wave]) -> None:
    trend = bm.protect(bm.estimate_trend([waves[3], waves[4]], RARE, by="sector")).result
    gone = trend.table.loc[trend.table["share"].isna(), "sector"].unique()
    assert len(gone)
    assert trend.changes.loc[trend.changes["sector"].isin(gone), "change"].isna().all()


def test_a_cross_table_loses_counts_and_all_three_shares(wave: bm.Wave) -> None:
    result = bm.test_association(wave, RARE, "sector")
    safe = bm.protect(result).result
    small = result.kernel.n < 5
    for of in ("row", "column", "total"):
        shown = safe.shares(of)
        assert shown.loc[small.ravel(), ["count", "weighted", "share"]].isna().all(axis=None)


def test_groups_of_a_model_with_few_answers_are_left_out(wave: bm.Wave) -> None:
    model = bm.fit_model(wave, f"{RARE} ~ sector", family="linear")
    table = bm.protect(model).result.table
    few = {level for level, count in model.facts.answered["sector"].items() if count < 5}
    assert table.loc[table["level"].isin(few), "estimate"].isna().all()


def test_a_model_with_groups_left_out_is_drawn_with_all_its_factors(wave: bm.Wave) -> None:
    model = bm.fit_model(wave, f"{RARE} ~ sector + size", family="linear")
    assert is_withheld(bm.protect(model).result.facts.levels)
    for result in (model, model.margins("sector")):
        assert "sector, size" in bm.draw(result, lang="en").caption.replace(" and ", ", ")


def test_neighbours_on_a_scale_are_merged_with_the_error_of_the_merged_answer(wave: bm.Wave) -> None:
    item = "factor.voluntary_associations"
    grades = [f"{item}.{code}" for code in ("hampered_high", "hampered_some", "promoted_some", "promoted_high")]
    safe = bm.protect(bm.estimate_shares(wave, grades), "10")
    direct = bm.estimate_shares(wave, f"{item}.hampered")
    row = safe.result.row(f"{item}.hampered")
    for name in ("share", "se", "ci_low", "ci_high"):
        assert row[name] == pytest.approx(direct.row(f"{item}.hampered")[name], rel=1e-12)
    assert safe.audit.table.loc[safe.audit.table["status"] == "merged", "item"].tolist() == grades[:2]
    apart = bm.DisclosurePolicy("apart", threshold=10, merging="never")
    assert len(bm.protect(bm.estimate_shares(wave, grades), apart).result.table) == 4


def test_counts_are_rounded_where_the_policy_says_so(wave: bm.Wave) -> None:
    table = bm.protect(bm.estimate_shares(wave, "innovative", by="level"), "10").result.table
    assert (table["n"] % 5 == 0).all()
    assert table["n"].iloc[0] == 2270


def test_tables_side_by_side_are_protected_together(wave: bm.Wave) -> None:
    results = [bm.estimate_shares(wave, RARE, by=by) for by in ("sector", "level")]
    together = protect_all(results)
    sector, level = (each.result.table for each in together)
    inside = {group.code: group.of for group in wave.codebook.domain("sector").groups}
    for code in level.loc[level["share"].notna(), "level"].astype(str):
        rows = sector[[inside.get(group, "") == code for group in sector["sector"].astype(str)]]
        assert rows["share"].isna().sum() != 1


def test_bases_that_differ_by_a_few_are_found(wave: bm.Wave) -> None:
    keep, drop = (bm.estimate_shares(wave, "inspiration.other", dont_know=rule) for rule in ("keep", "drop"))
    gap = int(keep.table["n"].iloc[0] - drop.table["n"].iloc[0])
    policy = bm.DisclosurePolicy("wide", threshold=gap + 1, merging="never")
    found = bm.check_differencing([keep, drop], policy)
    assert gap > 0
    assert "bases" in found.table["reason"].tolist()
    assert bm.check_differencing([keep, keep], policy).table.empty
    assert "Bølge" in found.to_frame("da")


def test_figures_carry_the_gap_and_the_audit(by_sector: bm.Estimates, tmp_path: Path) -> None:
    figure = bm.draw(by_sector, lang="da")
    assert figure.audit is not None
    assert figure.data["share"].isna().sum() == bm.protect(by_sector).result.table["share"].isna().sum()
    assert "Undertrykt" in figure.caption
    assert "undertrykt (få svar)" in figure.render("svg", "web").decode() or figure.render("png", "column")
    (path,) = figure.save(tmp_path, formats=("json",))
    assert "Undertrykt" in path.read_text(encoding="utf-8")


def test_unprotected_output_says_that_it_may_not_be_published(by_sector: bm.Estimates) -> None:
    assert "må ikke offentliggøres" in bm.draw(by_sector, lang="da", policy="none").caption
    assert "may not be published" in bm.draw(by_sector, lang="en", policy="none").caption


def test_no_control_hides_nothing(by_sector: bm.Estimates) -> None:
    ((_, hidden),) = suppress_results([by_sector], find_policy("none"))
    assert not hidden.cell.any()


def test_wrong_policies_and_results_are_refused(by_sector: bm.Estimates) -> None:
    with pytest.raises(UnknownNameError, match="disclosure policy"):
        bm.protect(by_sector, "7")
    with pytest.raises(ArgumentError, match="Estimates"):
        bm.protect("shares")
    for wrong in ({"threshold": -1}, {"rounding": 0}, {"largest": (0, 0.5)}, {"prior": 2.0}, {"zeros": "maybe"}):
        with pytest.raises(ArgumentError):
            bm.DisclosurePolicy("wrong", **wrong)


def test_a_hidden_base_is_a_dash_and_not_a_number(wave: bm.Wave) -> None:
    result = bm.estimate_shares(wave, "evaluation_purpose.other", by=["level", "sector"])
    policy = bm.DisclosurePolicy("wide", threshold=12)
    domain = bm.estimate_shares(wave, "evaluation_purpose.other", by="sector")
    figure = bm.draw(domain, policy=policy)
    assert figure.to_frame("en")["Answers (n)"].isna().any()
    assert "-1" not in figure.to_frame("en").to_csv()
    html = bm.protect(result, policy).result._repr_html_()
    assert "nan" not in html
    assert "&lt;NA&gt;" not in html


def test_the_audit_is_written_as_codes(by_sector: bm.Estimates, tmp_path: Path) -> None:
    audit = bm.protect(by_sector).audit
    path = audit.to_csv(tmp_path / "why.csv")
    pd.testing.assert_frame_equal(
        pd.read_csv(path, keep_default_na=False).astype("str"), audit.table.astype("str"), check_dtype=False
    )


def test_a_change_taken_apart_gives_no_single_cell_away(waves: dict[int, bm.Wave]) -> None:
    result = bm.decompose_change(waves[3], waves[4], "partner.citizens", "sector")
    rarer = np.minimum(result.answered, result.kernel.n - result.answered)
    small = np.asarray(((rarer < 5) & (result.kernel.n > 0)).any(axis=0), dtype=np.bool_)
    cells = bm.protect(result).result.cells
    assert small.any()
    assert cells.loc[small, ["n_first_wave", "share_first_wave", "share_second_wave", "mix"]].isna().all(axis=None)
    assert cells["share_first_wave"].isna().sum() != 1


def known_elsewhere(shown: bm.Estimates, wider: bm.Estimates, sector_of: dict[str, str]) -> list[tuple[str, str]]:
    """Suppressed sectors that a level and the other sectors of it give to five decimals."""
    sectors, levels = (e.table.set_index(["indicator", e.domains[0].name]) for e in (shown, wider))
    found = []
    for name in dict.fromkeys(sectors.index.get_level_values(0).astype(str)):
        for level in set(sector_of.values()):
            inside = sectors.loc[[(name, s) for s, of in sector_of.items() if of == level]]
            unknown, whole = inside["note"] == "suppressed", levels.loc[(name, level)]
            if unknown.sum() == 1 and not np.isnan(whole["share"]):
                found.append((name, level))
    return found


def test_tables_protected_apart_do_not_give_each_other_away(wave: bm.Wave) -> None:
    levels = {group.code: group.of for group in wave.codebook.domain("sector").groups}
    one, other = (bm.protect(bm.estimate_shares(wave, "partner", by=by)).result for by in ("sector", "level"))
    for safe, share in ((one, 0.6), (other, 0.9)):
        assert safe.table["share"].isna().any()
        assert safe.table["share"].notna().mean() > share
    assert known_elsewhere(one, other, levels) == []


def test_the_margins_of_a_cross_are_known(wave: bm.Wave) -> None:
    shares = bm.estimate_shares(wave, RARE, by=["level", "size"])
    cross = bm.protect(shares).result.table
    small = shares.answered[:, 0] < 5
    assert small.any()
    assert cross.loc[small, "share"].isna().all()
    assert cross["share"].notna().iloc[0]
    for name in ("level", "size"):
        margin = bm.protect(bm.estimate_shares(wave, RARE, by=name)).result.table.set_index(name)["share"]
        assert margin.notna().all()
        gone = (
            cross[cross[name] != "total"].groupby(name, observed=True)["note"].agg(lambda s: (s == "suppressed").sum())
        )
        assert not ((gone == 1) & margin.reindex(gone.index).notna()).any()


def test_waves_of_two_codebooks_with_one_number_share_no_cell(waves: dict[int, bm.Wave]) -> None:
    nordland = bm.load_wave(1, NORDLAND / "delivery" / "nordland1.csv", codebook=NORDLAND / "codebook")
    both = [bm.estimate_shares(wave, "partner", by="level") for wave in (waves[1], nordland)]
    alone = [bm.protect(shares) for shares in both]
    for apart, together in zip(alone, protect_all(both), strict=True):
        pd.testing.assert_frame_equal(together.result.table, apart.result.table)
    assert not set(alone[0].audit.table["base"]) & set(alone[1].audit.table["base"])
