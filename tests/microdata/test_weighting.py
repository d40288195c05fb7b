"""[weighting] of a layout: a wish that is data, checked when the delivery is read, carried out by estimates."""

from pathlib import Path

import numpy as np
import pytest
from small_delivery import SmallDelivery, small_delivery

import barometer as bm
from barometer.errors import CalibrationError, LayoutError, MissingFileError, ResponseError
from barometer.microdata import ResponseAdjustment, Weighting
from barometer.microdata.weighting import read_margins

SECTION = (
    '[weighting]\nmargins = "frame"\ndomains = ["sector", "size"]\nmethod = "raking"\nstart = "design"\n\n[frame]\n'
)


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


def wish(delivery: SmallDelivery, section: str) -> None:
    delivery.edit_layout("[frame]\n", section + "\n\n[frame]\n")


def frame_counts(wave: bm.Wave, name: str) -> dict[str, float]:
    assert wave.frame is not None
    counted = wave.frame.counts.groupby(name, observed=True)["units"].sum()
    return {str(group): float(count) for group, count in counted.items()}


def test_the_frame_is_met_through_loading_and_through_ingest(delivery: SmallDelivery, tmp_path: Path) -> None:
    delivered = bm.load_wave(3, delivery.path)
    delivery.edit_layout("[frame]\n", SECTION)
    wave = bm.load_wave(3, delivery.path)
    assert wave.weighting == (Weighting(("sector", "size"), start="design"),)
    report = bm.report_weights(wave)
    np.testing.assert_array_equal(report.weight, bm.reweight(delivered, ["sector", "size"], start="design").weight)
    for domain in ("sector", "size"):
        found = report.table[report.table["domain"] == domain].set_index("group")["achieved"].to_dict()
        assert found == pytest.approx({g: n for g, n in frame_counts(wave, domain).items() if n}, rel=1e-9)
    assert "moved from the design weights, scaled to the population, by raking" in bm.estimate_shares(
        wave, "innovative"
    ).method.text("en")
    bm.ingest(tmp_path, tmp_path / "processed")
    (stored,) = (tmp_path / "processed").glob("*.parquet")
    again = bm.load_wave(3, stored)
    assert again.weighting == wave.weighting
    np.testing.assert_array_equal(bm.report_weights(again).weight, report.weight)


@pytest.mark.parametrize(("delimiter", "decimal"), [(";", ","), (",", ".")])
def test_counts_are_read_from_a_file_beside_the_layout(delivery: SmallDelivery, delimiter: str, decimal: str) -> None:
    counts = frame_counts(bm.load_wave(3, delivery.path), "size")
    rows = [delimiter.join(("size", group, f"{count}".replace(".", decimal))) for group, count in counts.items()]
    text = "\n".join([delimiter.join(("domain", "group", "count")), *rows])
    (delivery.folder / "counts.csv").write_text(text, encoding="utf-8")
    wish(delivery, '[weighting]\nmargins = "counts.csv"\nmethod = "linear"\nbounds = [0.2, 5.0]\ntrim = [0.0, 500.0]')
    wave = bm.load_wave(3, delivery.path)
    (found,) = wave.weighting
    assert isinstance(found, Weighting)
    assert (found.domains, found.counts, found.method) == (("size",), {"size": counts}, "linear")
    assert (found.bounds, found.trim, found.file) == ((0.2, 5.0), (0.0, 500.0), "counts.csv")
    assert bm.report_weights(wave).table["target"].tolist() == list(counts.values())
    assert Weighting.from_description(found.describe()) == found


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ('[weighting]\nmargins = "frame"', "domains"),
        ('[weighting]\ndomains = ["sectr"]', "no domain 'sectr'"),
        ('[weighting]\ndomains = ["size"]\nmethod = "rake"', "method must be one of raking"),
        ('[weighting]\ndomains = ["size"]\nstart = "equal"', "start must be one of delivered, design"),
        ('[weighting]\ndomains = ["size"]\nbounds = [2.0, 1.0]', "bounds must be two numbers, the lower first"),
        ('[weighting]\ndomains = ["size"]\ntrim = [1.0]', "trim must be two numbers"),
        ('[weighting]\ndomains = ["size"]\nmargin = "frame"', "margin"),
        ('[weighting]\nmargins = "a.csv"\ndomains = ["size"]', "a file names its own"),
        ('[weighting]\nmargins = "../a.csv"', "must name a file beside the layout"),
        ('[weighting]\ndomains = ["size"]\nbounds = [1.5, 2.0]', r"bounds \(1.5, 2\) exclude 1"),
        ('[weighting]\ndomains = ["size"]\nresiduals = "both"', "residuals must be one of regression, sweep"),
        ('[weighting]\nmethod = "cells"', "domains is missing"),
        ('[weighting]\nmethod = "cells"\ndomains = ["sectr"]', "no domain 'sectr'"),
        (
            '[weighting]\nmethod = "cells"\ndomains = ["size"]\nrule = "inverse"',
            'rule does not belong to method = "cells"',
        ),
        ('[weighting]\nmethod = "cells"\ndomains = ["size"]\nminimum = 2.5', "minimum must be a whole number"),
        ('[weighting]\nmethod = "cells"\ndomains = ["size"]\nlargest = 1.0', "largest must be above 1"),
        (
            '[weighting]\nmethod = "cells"\ndomains = ["size"]\nwithin = "level"',
            "within must be one of the domains, size",
        ),
        ('[weighting]\nmethod = "propensity"\ndomains = ["size"]\nclasses = 1', "classes must be 2 or more"),
        ('[weighting]\nmethod = "propensity"\ndomains = ["size"]\nminimum = 3', "minimum does not belong to"),
        ('[weighting]\nmethod = "propensity"\ndomains = ["size"]\nmodel_weight = "all"', "model_weight must be one of"),
        ('[weighting]\nmethod = "cells"\ndomains = ["size"]\nmargins = "frame"', "margins is not a key"),
        (
            '[[weighting]]\ndomains = ["size"]\n\n[[weighting]]\nmethod = "cells"\ndomains = ["size"]',
            'method = "cells" begins from the design weights: put it first',
        ),
        (
            '[[weighting]]\ndomains = ["size"]\n\n[[weighting]]\ndomains = ["size"]\nstart = "design"',
            'start = "design" is of a first step',
        ),
    ],
)
def test_a_wish_that_cannot_be_is_told_with_the_layout(delivery: SmallDelivery, section: str, message: str) -> None:
    wish(delivery, section)
    with pytest.raises(LayoutError, match=message):
        bm.load_wave(3, delivery.path)


TWO_STEPS = """[[weighting]]
method = "cells"
domains = ["sector", "size"]
minimum = 8
within = "sector"

[[weighting]]
domains = ["size"]
residuals = "sweep"
"""


def test_an_adjustment_and_a_calibration_go_through_loading_and_ingest(delivery: SmallDelivery, tmp_path: Path) -> None:
    delivered = bm.load_wave(3, delivery.path)
    wish(delivery, TWO_STEPS)
    wave = bm.load_wave(3, delivery.path)
    first = ResponseAdjustment(("sector", "size"), "cells", minimum=8, within="sector")
    assert wave.weighting == (first, Weighting(("size",), residuals="sweep"))
    by_call = bm.reweight(delivered, ["sector", "size"], method="cells", minimum=8, within="sector")
    by_call = bm.reweight(by_call.wave, ["size"], residuals="sweep")
    report = bm.report_weights(wave)
    np.testing.assert_array_equal(report.weight, by_call.weight)
    assert report.factors is not None
    assert (report.factors.cells["answered"] >= 8).all()
    bm.ingest(tmp_path, tmp_path / "processed")
    (stored,) = (tmp_path / "processed").glob("*.parquet")
    again = bm.load_wave(3, stored)
    assert again.weighting == wave.weighting
    assert bm.estimate_shares(again, "innovative").row("innovative")["se"] == pytest.approx(
        bm.estimate_shares(by_call.wave, "innovative").row("innovative")["se"], rel=1e-12
    )


def test_propensities_of_a_layout_are_those_of_the_call(delivery: SmallDelivery) -> None:
    delivered = bm.load_wave(3, delivery.path)
    wish(delivery, '[weighting]\nmethod = "propensity"\ndomains = ["size"]\nrule = "inverse"\nreplicates = 30')
    wave = bm.load_wave(3, delivery.path)
    by_call = bm.reweight(delivered, ["size"], method="propensity", rule="inverse", replicates=30)
    np.testing.assert_array_equal(bm.report_weights(wave).weight, by_call.weight)
    assert bm.estimate_shares(wave, "innovative").method.replicates == 30


def test_nobody_in_a_cell_of_a_delivery_is_told_with_the_cell(delivery: SmallDelivery) -> None:
    small = set(delivery.where(delsektor="11", stoerrelse="1"))
    assert small
    delivery.rows = [row for number, row in zip(delivery.numbers(), delivery.rows, strict=True) if number not in small]
    delivery.write()
    wish(delivery, '[weighting]\nmethod = "cells"\ndomains = ["sector", "size"]')
    wave = bm.load_wave(3, delivery.path)
    with pytest.raises(
        ResponseError, match=r"x 3-19 employees \(sector x size '.* x small'\): none of \d+ units drawn"
    ):
        bm.estimate_shares(wave, "innovative")


def test_an_adjustment_needs_a_frame(delivery: SmallDelivery) -> None:
    text = delivery.layout.read_text(encoding="utf-8")
    start = text.index("[frame]")
    end = text.find("\n[", text.index("[frame.sampled]")) if "[frame.sampled]" in text else text.find("\n[", start + 1)
    section = '[weighting]\nmethod = "cells"\ndomains = ["size"]\n'
    delivery.layout.write_text(text[:start] + section + (text[end:] if end > 0 else ""), encoding="utf-8")
    with pytest.raises(LayoutError, match=r'method = "cells" needs a \[frame\] that says who was drawn'):
        bm.load_wave(3, delivery.path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("domain,group\nsize,small\n", "needs the columns domain, group, count"),
        ("domain,group,count\nsize,small,many\n", "line 2: 'many' is no count"),
        ("domain,group,count\nsize,small,3\nsize,small,4\n", "line 3: the group comes twice"),
        ("", "needs the columns"),
    ],
)
def test_a_file_of_margins_that_is_none_is_told_by_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError, match=message):
        read_margins(path)


def test_groups_that_are_none_and_files_that_are_not_there(delivery: SmallDelivery) -> None:
    wish(delivery, '[weighting]\nmargins = "counts.csv"')
    with pytest.raises(MissingFileError, match=r"counts\.csv"):
        bm.load_wave(3, delivery.path)
    (delivery.folder / "counts.csv").write_text("domain,group,count\nsize,tiny,4\n", encoding="utf-8")
    with pytest.raises(LayoutError, match="no group of size 'tiny'"):
        bm.load_wave(3, delivery.path)


def test_counts_that_do_not_fit_the_answers_stop_the_first_estimate(delivery: SmallDelivery) -> None:
    (delivery.folder / "counts.csv").write_text("domain,group,count\nsize,small,400\n", encoding="utf-8")
    wish(delivery, '[weighting]\nmargins = "counts.csv"')
    wave = bm.load_wave(3, delivery.path)
    with pytest.raises(
        CalibrationError, match=r"Size, 50 employees or more \(size 'large'\): .* rows have it, and no target"
    ):
        bm.estimate_shares(wave, "innovative")
