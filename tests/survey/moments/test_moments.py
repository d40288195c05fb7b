"""What comes out of a moments file is what comes out of the microdata."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, MissingFileError, MomentsError, OutputError
from barometer.survey.moments.files import _hash, _text

N = 400
Verb = Callable[[pd.DataFrame, sv.SurveyDesign], sv.DomainEstimates]


def country(seed: int, strata: int) -> tuple[pd.DataFrame, sv.SurveyDesign]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"weight": rng.integers(1, 40, N) / 8, "stratum": rng.integers(0, strata, N)})
    frame["sector"] = rng.choice(["care", "health", "schools"], N)
    frame["yes"] = np.where(rng.random(N) < 0.1, np.nan, rng.random(N) < 0.3 + 0.1 * seed)
    frame["pay"] = np.round(rng.normal(4e5, 300.0, N) * seed)
    return frame, sv.declare_design(frame["weight"], frame["stratum"], population=np.full(N, 1000 * seed))


HOME, DESIGN = country(1, 5)
ABROAD, THEIRS = country(2, 3)


def shares(frame: pd.DataFrame, design: sv.SurveyDesign) -> sv.DomainEstimates:
    return sv.estimate_shares(design, frame[["yes"]], by=frame["sector"], across="outcomes")


def means(frame: pd.DataFrame, design: sv.SurveyDesign) -> sv.DomainEstimates:
    return sv.estimate_means(design, frame[["pay"]], by=frame["sector"])


def saved(found: sv.DomainEstimates, folder: Path, sample: str, part: str = "") -> sv.Moments:
    path = folder / f"{sample}{part}"
    sv.collect_moments(found.sums, sample=sample, part=part).save(path)
    return sv.load_moments(path)


@pytest.mark.parametrize("verb", [shares, means])
def test_a_file_gives_back_every_sum_to_the_last_bit(verb: Verb, tmp_path: Path) -> None:
    expected = verb(HOME, DESIGN)
    sums = saved(expected, tmp_path, "home").sums
    for name in ("centre", "pilot", "cluster", "group", "rows", "numerator", "denominator", "weight_sq"):
        np.testing.assert_array_equal(getattr(sums, name), getattr(expected.sums, name))
    found = sv.summarise(sums, sv.Choices(interval="logit" if verb is shares else "wald"))
    np.testing.assert_array_equal(found.se, expected.se)
    np.testing.assert_array_equal(found.ci_low, expected.ci_low)
    np.testing.assert_array_equal(found.covariance(), expected.covariance())
    np.testing.assert_array_equal(found.df, expected.df)
    if verb is shares:
        tested, tested_rows = (sv.compare_groups(one, "rest").p_value for one in (found, expected))
        np.testing.assert_array_equal(tested, tested_rows)


def test_units_of_several_stages_come_back_as_they_were(tmp_path: Path) -> None:
    unit = np.arange(N) // 4
    design = sv.declare_design(
        HOME["weight"], [unit % 5, None][:1], [unit, np.arange(N) // 2], population=[[100] * N, [4] * N]
    )
    expected = sv.estimate_shares(design, HOME["yes"], by=HOME["sector"])
    found = sv.summarise(saved(expected, tmp_path, "units").sums)
    np.testing.assert_array_equal(found.se, expected.se)


def test_parts_of_a_sample_add_up_to_the_whole(tmp_path: Path) -> None:
    first = np.arange(N) % 3 == 0
    parts = [
        saved(shares(HOME[mask], DESIGN.subset(mask)), tmp_path, "home", name)
        for name, mask in (("north", first), ("south", ~first))
    ]
    whole = shares(HOME, DESIGN)
    found = sv.summarise(sv.merge_moments(parts).sums)
    np.testing.assert_array_equal(found.estimate, whole.estimate)
    np.testing.assert_allclose(found.se, whole.se, rtol=1e-12)
    np.testing.assert_array_equal(found.df, whole.df)


@pytest.mark.parametrize("verb", [shares, means])
def test_countries_stand_beside_each_other_as_strata_of_one_sample(verb: Verb, tmp_path: Path) -> None:
    both = pd.concat([HOME.assign(country="home"), ABROAD.assign(country="abroad")], ignore_index=True)
    sizes = np.repeat([1000, 2000], N)
    design = sv.declare_design(both["weight"], both["country"] + both["stratum"].astype(str), population=sizes)
    by = both[["country", "sector"]]
    columns = both[["yes"]] if verb is shares else both[["pay"]]
    expected = (sv.estimate_shares if verb is shares else sv.estimate_means)(design, columns, by=by)
    several = [
        saved(verb(frame, theirs), tmp_path, name)
        for name, frame, theirs in (("home", HOME, DESIGN), ("abroad", ABROAD, THEIRS))
    ]
    merged = sv.merge_moments(several, domain="country")
    assert merged.samples == ("home", "abroad")
    found = sv.summarise(merged.sums, sv.Choices(interval="logit" if verb is shares else "wald"))
    order = [0, *(1 + found.groups.index(label) for label in expected.groups)]
    np.testing.assert_allclose(found.estimate[order], expected.estimate, rtol=1e-12)
    np.testing.assert_allclose(found.se[order], expected.se, rtol=1e-9)
    np.testing.assert_array_equal(found.df[order], expected.df)
    pooled = sv.summarise(sv.merge_moments(several).sums)
    assert pooled.groups == (("care",), ("health",), ("schools",))
    np.testing.assert_allclose(pooled.estimate[0], expected.estimate[0], rtol=1e-12)


def test_what_is_counted_twice_or_does_not_fit_is_named(tmp_path: Path) -> None:
    home, abroad = saved(shares(HOME, DESIGN), tmp_path, "home"), saved(shares(ABROAD, THEIRS), tmp_path, "abroad")
    with pytest.raises(MomentsError, match=r"home is counted twice: it has the sums of 'home'"):
        sv.merge_moments([home, abroad, home])
    again = sv.collect_moments(shares(HOME, DESIGN).sums, sample="home again")
    with pytest.raises(MomentsError, match="home again is counted twice"):
        sv.merge_moments([home, again])
    with pytest.raises(MomentsError, match="home is counted twice: another part has its name"):
        sv.merge_moments([home, sv.collect_moments(shares(ABROAD, THEIRS).sums, sample="home")])
    with pytest.raises(MomentsError, match="pay has another statistic than home"):
        sv.merge_moments([home, sv.collect_moments(means(ABROAD, THEIRS).sums, sample="pay")])
    with pytest.raises(MomentsError, match="home, north is counted twice: home is there as a whole"):
        sv.merge_moments([home, sv.collect_moments(shares(ABROAD, THEIRS).sums, sample="home", part="north")])
    three = sv.estimate_shares(DESIGN, HOME[["yes", "yes"]].set_axis(["yes", "other"], axis=1), by=HOME["sector"]).sums
    one = sv.collect_moments(sv.estimate_shares(THEIRS, ABROAD[["yes"]], by=ABROAD["sector"]).sums, sample="one")
    with pytest.raises(MomentsError, match="one has other outcomes than three: it lacks other"):
        sv.merge_moments([sv.collect_moments(three, sample="three"), one])
    units = sv.declare_design(ABROAD["weight"], psu=np.arange(N) // 4)
    with pytest.raises(MomentsError, match="units has other stages of sampling"):
        sv.merge_moments([home, sv.collect_moments(shares(ABROAD, units).sums, sample="units")])
    with pytest.raises(ArgumentError, match=r"must be moments in a list.*got none"):
        sv.merge_moments([])
    with pytest.raises(ArgumentError, match="have a domain 'sector' already"):
        sv.merge_moments([home, abroad], domain="sector")
    with pytest.raises(ArgumentError, match="is empty: name the sample"):
        sv.collect_moments(home.sums, sample="")


def test_a_file_of_another_version_or_tampered_with_is_refused(tmp_path: Path) -> None:
    saved(shares(HOME, DESIGN), tmp_path, "home")
    folder = tmp_path / "home"
    about = folder / "moments.json"
    content, cells = about.read_text(), (folder / "cells.parquet").read_bytes()
    about.write_text(content.replace('"version": 2', '"version": 3'))
    with pytest.raises(MomentsError, match="home is not of version 2"):
        sv.load_moments(folder)
    facts = json.loads(content)
    facts["design"]["stages"][0]["n"][0] += 1
    about.write_text(json.dumps(facts))
    with pytest.raises(MomentsError, match="home has been changed"):
        sv.load_moments(folder)
    about.write_text(content)
    table = pq.read_table(folder / "cells.parquet")
    pq.write_table(table.slice(1), folder / "cells.parquet")
    with pytest.raises(MomentsError, match="home has been changed"):
        sv.load_moments(folder)
    (folder / "cells.parquet").write_bytes(cells)
    assert sv.load_moments(folder).samples == ("home",)
    about.write_text("{")
    with pytest.raises(MomentsError, match=r"moments\.json is damaged"):
        sv.load_moments(folder)
    about.unlink()
    with pytest.raises(MissingFileError):
        sv.load_moments(folder)
    with pytest.raises(OutputError, match="is there already"):
        saved(shares(HOME, DESIGN), tmp_path, "home")


def test_outcomes_that_all_have_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    answers = HOME.assign(first=HOME["pay"] > 4e5, last=HOME["pay"] < 3.9999e5)
    ours = sv.estimate_shares(DESIGN, answers[["first", "yes", "last"]], by=HOME["sector"], across="outcomes")
    theirs = sv.estimate_shares(THEIRS, ABROAD[["yes"]].assign(extra=1.0), by=ABROAD["sector"], across="outcomes")
    several = [saved(ours, tmp_path, "home"), saved(theirs, tmp_path, "abroad")]
    found = sv.summarise(sv.merge_moments(several, domain="country", outcomes="common").sums)
    alone = [saved(shares(HOME, DESIGN), tmp_path, "home2"), saved(shares(ABROAD, THEIRS), tmp_path, "abroad2")]
    expected = sv.summarise(sv.merge_moments(alone, domain="country").sums)
    assert found.names == ("yes",)
    for name in ("estimate", "se", "ci_low", "df", "n"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_array_equal(found.covariance(), expected.covariance())
    other = sv.collect_moments(
        sv.estimate_shares(THEIRS, ABROAD["yes"].rename("no"), by=ABROAD["sector"]).sums, sample="abroad"
    )
    with pytest.raises(MomentsError, match="abroad has no outcome in common with home"):
        sv.merge_moments([several[0], other], outcomes="common")


def test_notes_travel_with_the_sums(tmp_path: Path) -> None:
    notes = [sv.MomentsNote("", "kunstige", "artificial"), sv.MomentsNote("no such", "andet", "other")]
    sv.collect_moments(shares(HOME, DESIGN).sums, sample="home", notes=notes).save(tmp_path / "home")
    loaded = sv.load_moments(tmp_path / "home")
    assert loaded.notes == (notes[0],)
    assert loaded.notes[0].text("da") == "kunstige"
    merged = sv.merge_moments([loaded, saved(shares(ABROAD, THEIRS), tmp_path, "abroad")])
    assert merged.notes == (notes[0],)


def test_nothing_is_half_written_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = sv.collect_moments(shares(HOME, DESIGN).sums, sample="home")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pq, "write_table", full)
        with pytest.raises(OutputError, match="No space left"):
            moments.save(tmp_path / "home")
    assert not list(tmp_path.iterdir())
    moments.save(tmp_path / "home")
    about = json.loads((tmp_path / "home" / "moments.json").read_text())
    del about["design"], about["hash"]
    (tmp_path / "home" / "moments.json").write_text(json.dumps({**about, "hash": _hash(_text(about))}))
    with pytest.raises(MomentsError, match="home does not hold what a file of moments holds"):
        sv.load_moments(tmp_path / "home")


def test_a_merged_file_takes_another_wave_or_country(tmp_path: Path) -> None:
    home, abroad = saved(shares(HOME, DESIGN), tmp_path, "home"), saved(shares(ABROAD, THEIRS), tmp_path, "abroad")
    third = saved(shares(*country(3, 4)), tmp_path, "third")
    for domain in ("country", None):
        sv.merge_moments([home, abroad], domain=domain).save(tmp_path / f"both {domain}")
        step = sv.merge_moments([sv.load_moments(tmp_path / f"both {domain}"), third], domain=domain)
        at_once = sv.merge_moments([home, abroad, third], domain=domain)
        assert step.samples == at_once.samples == ("home", "abroad", "third")
        found, expected = (sv.summarise(each.sums) for each in (step, at_once))
        assert found.groups == expected.groups
        for name in ("estimate", "se", "df"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    with pytest.raises(MomentsError, match="abroad is counted twice"):
        sv.merge_moments([sv.load_moments(tmp_path / "both country"), abroad], domain="country")
    with pytest.raises(MomentsError, match="home meets a file that holds several samples"):
        sv.merge_moments([sv.load_moments(tmp_path / "both None"), third], domain="country")
    north, south = (saved(shares(*country(seed, 5)), tmp_path, "split", str(seed)) for seed in (4, 5))
    with pytest.raises(MomentsError, match="split, 5 meets a file that holds several samples"):
        sv.merge_moments([sv.merge_moments([north, abroad]), south])
    part = sv.collect_moments(shares(*country(3, 4)).sums, sample="home", part="more")
    with pytest.raises(MomentsError, match="home, more is counted twice: home is there as a whole"):
        sv.merge_moments([sv.load_moments(tmp_path / "both None"), part])


@pytest.mark.parametrize("wrong", [pd.DataFrame(), "denmark"])
def test_what_is_no_moments_is_not_merged(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match=f"as collect_moments makes; got {type(wrong).__name__}"):
        sv.merge_moments([wrong])
