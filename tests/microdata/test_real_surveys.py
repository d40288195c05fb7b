"""Two real surveys that nobody made for this project; their microdata are not in it.

To run: BAROMETER_REAL=FOLDER pytest tests/microdata/test_real_surveys.py, where FOLDER holds acti2014/acti2014.sav and
fevs2018/fevs2018_subset.csv.gz with fevs2018/labels.json. See docs/how-to/real-surveys.md.
"""

import csv
import gzip
import os
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.errors import DeliveryWarning

REAL = os.environ.get("BAROMETER_REAL", "")
EXAMPLES = Path(__file__).parents[2] / "examples"
ECUADOR, US = EXAMPLES / "ecuador_acti2014", EXAMPLES / "us_fevs2018"
ORACLE = Path(__file__).parents[1] / "oracle" / "real_surveys.csv"

needs_microdata = pytest.mark.skipif(
    not REAL, reason="microdata outside the project: set BAROMETER_REAL to their folder, docs/how-to/real-surveys.md"
)
pytest.importorskip("pyreadstat", reason="the SPSS file is read with pyreadstat: pip install pyreadstat")


def test_the_codebooks_hold_together() -> None:
    ecuador, us = bm.codebook(ECUADOR), bm.codebook(US)
    assert (len(ecuador.columns(2014)), ecuador.about.unit) == (48, "firm")
    assert (len(us.columns(2018)), len(us.domains["agency"].groups), len(us.domains["unit"].groups)) == (13, 45, 236)


@pytest.fixture(scope="module")
def acti() -> bm.Wave:
    path = Path(REAL) / "acti2014" / "acti2014.sav"
    with warnings.catch_warnings():  # its weights spread far, and some firms are alike in all that is used
        warnings.simplefilter("ignore", DeliveryWarning)
        return bm.load_wave(2014, path, layout=ECUADOR / "acti2014.layout.toml", codebook=ECUADOR)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fevs") / "fevs2018_subset.csv"
    with gzip.open(Path(REAL) / "fevs2018" / "fevs2018_subset.csv.gz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return path


@pytest.fixture(scope="module")
def fevs(unpacked: Path) -> bm.Wave:
    return bm.load_wave(2018, unpacked, layout=US / "fevs2018.layout.toml", codebook=US)


def oracle(survey: str) -> dict[tuple[str, str], pd.DataFrame]:
    """R's shares and standard errors: of an indicator by the delivered column that splits it, "" for the whole."""
    with ORACLE.open(encoding="utf-8", newline="") as file:
        table = pd.DataFrame([row for row in csv.DictReader(file) if row["survey"] == survey])
    table[["share", "se"]] = table[["share", "se"]].astype(float)
    return {(str(key[0]), str(key[1])): rows.set_index("group") for key, rows in table.groupby(["indicator", "by"])}


def assert_as_r(wave: bm.Wave, by: dict[str, tuple[str, dict[str, str]]], survey: str) -> None:
    """Compare every share and SE that R stored; `by` gives the domain of a delivered column and its codes."""
    compared = 0
    for (indicator, column), expected in oracle(survey).items():
        if column:
            domain, codes = by[column]
            found = bm.estimate_shares(wave, indicator, by=domain).table.set_index(domain)
            rows = found.loc[[codes[group] for group in expected.index], ["share", "se"]]
        else:
            rows = bm.estimate_shares(wave, indicator).table[["share", "se"]]
        np.testing.assert_allclose(rows.to_numpy(float), expected[["share", "se"]].to_numpy(), rtol=1e-8)
        compared += len(expected)
    assert compared


@needs_microdata
def test_ecuador_is_loaded_whole(acti: bm.Wave) -> None:
    assert acti.n == 2610
    assert len(acti.stratum[1]) == 39
    assert not acti.is_synthetic
    assert np.isinf(acti.population).all()
    assert acti.base_size("process") == 1888
    assert acti.microdata["id"].str.fullmatch(r"\d{11}").all()
    assert acti.microdata["weight"].sum() == pytest.approx(6911.201076745987)
    counts = acti.microdata["province"].value_counts()
    assert (counts["azuay"], counts["pichincha"], counts["galapagos"]) == (215, 950, 2)


@needs_microdata
def test_ecuadors_ticks_are_no_where_a_firm_was_asked_and_left_them_empty(acti: bm.Wave) -> None:
    own = acti.microdata["process_developer.own"].value_counts(dropna=False)
    assert (own["yes"], own["no"], own.isna().sum()) == (1340, 1888 - 1340, 0)
    assert acti.microdata["process_developer.own"].isna().sum() == 2610 - 1888
    partner = acti.microdata["cooperated.own_group"].value_counts()
    assert (partner["yes"], partner["no"], partner["not_stated"]) == (305, 2297, 8)


@needs_microdata
def test_ecuadors_foreign_capital_is_grouped_by_ranges(acti: bm.Wave) -> None:
    counts = acti.microdata["foreign_capital"].value_counts()
    assert (counts["none"], counts["minority"], counts["half_or_more"]) == (2610 - 353, 353 - 119, 119)


@needs_microdata
def test_ecuadors_shares_and_standard_errors_are_rs(acti: bm.Wave) -> None:
    sector = dict(zip("1234", ["mining", "manufacturing", "services", "trade"], strict=True))
    size = dict(zip("123", ["small", "medium", "large"], strict=True))
    assert_as_r(acti, {"sector": ("sector", sector), "size": ("size", size)}, "ecuador_acti2014")


@needs_microdata
def test_ecuadors_layout_is_complete_without_one_word_on_hundreds_of_columns() -> None:
    path = Path(REAL) / "acti2014" / "acti2014.sav"
    coverage = bm.check_layout(ECUADOR / "acti2014.layout.toml", codebook=ECUADOR, data=path)
    assert coverage.is_complete


@needs_microdata
def test_ecuadors_stratum_of_one_stops_when_it_is_not_joined(tmp_path: Path) -> None:
    shutil.copytree(ECUADOR, tmp_path / "book")
    domains = tmp_path / "book" / "domains.toml"
    utilities = '  { code = "utilities", da = "Energi, vand og affald", en = "Electricity, gas, water and waste" },\n'
    text = domains.read_text(encoding="utf-8")
    assert utilities in text
    more = '  { code = "energy", da = "Energi", en = "Electricity and gas" },\n'
    domains.write_text(text.replace(utilities, utilities + more), encoding="utf-8")
    layout = tmp_path / "book" / "acti2014.layout.toml"
    split = layout.read_text(encoding="utf-8").replace('D = "utilities"', 'D = "energy"')
    layout.write_text(split, encoding="utf-8")
    path = Path(REAL) / "acti2014" / "acti2014.sav"
    with pytest.raises(bm.BarometerError, match="energy x medium"):
        bm.load_wave(2014, path, layout=layout, codebook=tmp_path / "book")


@needs_microdata
def test_ecuadors_labels_are_spanish_and_little_is_placed() -> None:
    proposal = bm.propose_layout(Path(REAL) / "acti2014" / "acti2014.sav", codebook=ECUADOR)
    assert {role.role: role.column for role in proposal.roles} == {"id": "id_empresa", "weight": "fexp"}
    sure = {match.place.name: match.column.name for match in proposal.matches if match.is_sure}
    assert sure == {
        "sector": "sector",
        "province": "cod_provincia",
        "introduced.improved_service": "iii_1_d",
        "introduced.organisation": "xi_1",
    }
    assert len(proposal.missing) > 35


@needs_microdata
def test_the_us_survey_is_loaded_whole(fevs: bm.Wave) -> None:
    assert fevs.n == 101_881
    assert len(fevs.stratum[1]) == 45
    assert fevs.microdata["id"].str.fullmatch(r"\d{12}").all()
    assert fevs.microdata["id"].is_unique
    assert fevs.microdata["agency"].value_counts()["ks"] == 29
    assert fevs.microdata["unit"].nunique() == 234


@needs_microdata
def test_the_us_shares_are_those_of_plain_pandas(fevs: bm.Wave, unpacked: Path) -> None:
    rows = pd.read_csv(unpacked, dtype={"RANDOM": "str"}, keep_default_na=False)
    rows["yes"] = rows["POSTWT"] * (rows["Q3"] >= 4)
    sums = rows.groupby("AGENCY")[["yes", "POSTWT"]].sum()
    plain = (sums["yes"] / sums["POSTWT"]).rename(str.lower)
    found = bm.estimate_shares(fevs, "work.new_ways.positive", by="agency").table.set_index("agency")["share"]
    np.testing.assert_allclose(found.loc[plain.index].to_numpy(float), plain.to_numpy(), rtol=1e-12)
    assert found["total"] == pytest.approx(rows["yes"].sum() / rows["POSTWT"].sum(), rel=1e-12)


@needs_microdata
def test_the_us_shares_and_standard_errors_are_rs(fevs: bm.Wave) -> None:
    agency = {group.code.upper(): group.code for group in fevs.codebook.domains["agency"].groups}
    supervisor = {"Non-Supervisor/Team Leader": "no", "Supervisor/Manager/Senior Leader": "yes"}
    assert_as_r(fevs, {"AGENCY": ("agency", agency), "DSUPER": ("supervisor", supervisor)}, "us_fevs2018")


@needs_microdata
def test_labels_in_a_file_of_their_own_place_the_whole_us_survey(unpacked: Path) -> None:
    labels = Path(REAL) / "fevs2018" / "labels.json"
    proposal = bm.propose_layout(unpacked, codebook=US, labels=labels)
    layout = bm.codebook(US).columns(2018)
    assert proposal.missing == ()
    placed = {match.place.name: match.column.name for match in proposal.matches}
    assert placed["work.new_ways"] == "Q3"
    assert set(placed) == {*layout, "agency", "unit", "sex", "education", "tenure", "supervisor"}
    assert len(bm.propose_layout(unpacked, codebook=US).missing) == 14
