"""What a notebook shows of designs: counts, and never a row."""

import re

import numpy as np

import barometer.survey as sv

SECRET = 7351.25
"""A weight that nobody may be shown."""


def cells(html: str) -> list[str]:
    return re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html)


def test_a_design_shows_the_counts_of_each_stage() -> None:
    district, school = [1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 1, 2, 3, 4, 4, 5, 6, 7]
    design = sv.declare_design(
        [SECRET] * 9, list("aaaaaabbb"), [district, school], population=[[9.0] * 9, [4.0] * 9], lonely_psu="remove"
    )
    found = design._repr_html_()
    headings = ["stage", "units", "drawn", "strata", "drawn per stratum", "sampling fraction", "lonely strata"]
    first = ["1", "PSUs", "3", "2", "1 to 2", "11.11 to 22.22%", "1"]
    assert cells(found) == [*headings, *first, "2", "units of stage 2", "7", "3", "2 to 3", "50 to 75%", "0"]
    assert found.endswith("<p>Survey design of 9 rows, df 1, lonely_psu: remove.</p>")
    assert "7351" not in found
    assert "0x" not in found


def test_rows_that_were_drawn_with_replacement_have_no_fraction() -> None:
    assert cells(sv.declare_design(np.ones(1200))._repr_html_())[7:] == ["1", "rows", "1,200", "1", "1200", "none", "0"]


def test_what_a_result_is_made_of_says_what_it_is_and_no_row_of_it() -> None:
    design = sv.declare_design([SECRET] * 6, list("aabbcc"), list("uvwxyz"))
    groups = sv.group_rows({"kind": list("ppqqqq")}, 6)
    columns = sv.value_columns(np.arange(6.0), 6, "mean")
    assert repr(groups) == "<Groups: 6 rows in 2 groups by kind>"
    assert repr(design.facts) == "<DesignFacts: 1 stage(s), 3 strata, df 3>"
    assert repr(design.facts.stages[0]) == "<Stage: 6 rows in 3 strata>"
    found = sv.estimate_columns(sv.make_replicates(design, "jkn"), columns, groups, sv.Choices())
    assert repr(found.replicates) == "<ReplicateSums: 1 outcomes in 2 groups, 6 replicates (jkn)>"


def test_a_replicate_design_shows_how_a_variance_is_made() -> None:
    given = sv.declare_replicates([SECRET] * 4, SECRET * (2.0 * np.eye(4) + 0.5), kind="jk1")
    headings = ["kind", "replicates", "scale", "rscales", "around", "df by"]
    assert cells(given._repr_html_()) == [*headings, "jk1", "4", "0.75", "1", "mean", "rank"]
    assert given._repr_html_().endswith("<p>Replicate design of 4 rows, df 3.</p>")
    assert "7351" not in given._repr_html_() + repr(given)
    clusters = sv.declare_design(np.ones(6), psu=list("aabbcc"))
    made = sv.make_replicates(clusters, "jk1", centre="estimate")._repr_html_()
    assert cells(made)[6:] == ["jk1", "3", "0.6667", "1", "estimate", "sampling_units"]
    assert made.endswith("<p>Replicate design of 6 rows in 3 PSUs, df 2.</p>")
