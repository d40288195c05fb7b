"""From a folder of deliveries to processed files: all or nothing, the same bytes each time."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_delivery import NAME, SmallDelivery, small_delivery

import barometer as bm
from barometer.errors import DeliveryError, LayoutError, MissingFileError, OutputError


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    raw = tmp_path / "raw"
    raw.mkdir()
    return small_delivery(raw)


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    return tmp_path / "processed"


def manifest(processed: Path) -> list[dict[str, Any]]:
    content: dict[str, list[dict[str, Any]]] = json.loads((processed / "manifest.json").read_text(encoding="utf-8"))
    assert list(content) == ["waves"]
    return content["waves"]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def described(path: Path) -> dict[str, object]:
    content = path.read_bytes()
    return {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def copy_beside(delivery: SmallDelivery) -> None:
    """Put a copy of the delivery beside it that comes first by name."""
    for ending in ("csv", "layout.toml", "frame.csv"):
        source = delivery.folder / f"{NAME}.{ending}"
        text = source.read_text(encoding="utf-8").replace(NAME, "another")
        (delivery.folder / f"another.{ending}").write_text(text, encoding="utf-8")


def test_ingest_writes_the_wave_and_a_manifest(delivery: SmallDelivery, processed: Path) -> None:
    written = bm.ingest(delivery.folder, processed)
    assert written == [processed / f"{NAME}.parquet", processed / "manifest.json"]
    assert sorted(path.name for path in processed.iterdir()) == ["manifest.json", f"{NAME}.parquet"]


def test_the_manifest_holds_true_checksums(delivery: SmallDelivery, processed: Path) -> None:
    bm.ingest(delivery.folder, processed)
    (entry,) = manifest(processed)
    assert entry["inputs"] == [described(path) for path in (delivery.layout, delivery.path, delivery.frame)]
    assert entry["output"] == described(processed / f"{NAME}.parquet")
    assert (entry["wave"], entry["kind"], entry["workplaces"], entry["warnings"]) == (3, "synthetic", 113, [])


def test_the_processed_file_says_that_it_is_synthetic(delivery: SmallDelivery, processed: Path) -> None:
    bm.ingest(delivery.folder, processed)
    facts = json.loads(pq.read_schema(processed / f"{NAME}.parquet").metadata[b"barometer"])
    assert sum(row[-1] for row in facts.pop("frame")["rows"] if row[-3]) == 193
    assert facts == {
        "codebook": "denmark",
        "corrections": 0,
        "kind": "synthetic",
        "note": "Synthetic data: not answers from the survey",
        "sampled": 193,
        "source": f"{NAME}.csv",
        "source_sha256": hashlib.sha256(delivery.path.read_bytes()).hexdigest(),
        "warnings": [],
        "wave": 3,
        "weighting": [],
    }


def test_a_processed_delivery_says_that_it_is_confidential(delivery: SmallDelivery, processed: Path) -> None:
    delivery.drop_column("syntetisk")
    delivery.write()
    delivery.edit_layout('kind = "synthetic"', 'kind = "delivery"')
    delivery.edit_layout('[mark]\ncolumn = "syntetisk"\ncodes = "mark"\n', "")
    bm.ingest(delivery.folder, processed)
    facts = json.loads(pq.read_schema(processed / f"{NAME}.parquet").metadata[b"barometer"])
    assert (facts["kind"], facts["note"]) == (
        "delivery",
        "Microdata: confidential, may not be published. Mikrodata: fortrolige, må ikke offentliggøres.",
    )
    assert manifest(processed)[0]["kind"] == "delivery"


def test_ingest_twice_gives_the_same_bytes(delivery: SmallDelivery, processed: Path) -> None:
    bm.ingest(delivery.folder, processed)
    first = bytes_of(processed)
    bm.ingest(delivery.folder, processed)
    assert bytes_of(processed) == first
    bm.ingest(str(delivery.folder), str(processed.with_name("elsewhere")))
    assert bytes_of(processed.with_name("elsewhere")) == first


def test_a_broken_delivery_leaves_what_was_there(delivery: SmallDelivery, processed: Path) -> None:
    copy_beside(delivery)
    bm.ingest(delivery.folder, processed)
    before = bytes_of(processed)
    assert set(before) == {"another.parquet", f"{NAME}.parquet", "manifest.json"}
    first = delivery.folder / "another.csv"
    first.write_text("\n".join(delivery.text().splitlines()[:-1]), encoding="utf-8")
    weight = delivery.get(5, "vaegt")
    delivery.put(5, vaegt="-1")
    delivery.write()
    with pytest.raises(DeliveryError, match="vaegt row 5: is negative") as caught:
        bm.ingest(delivery.folder, processed)
    assert caught.value.path == delivery.path
    assert bytes_of(processed) == before
    delivery.put(5, vaegt=weight)
    delivery.write()
    bm.ingest(delivery.folder, processed)
    assert {name for name, content in bytes_of(processed).items() if content != before[name]} == {
        "another.parquet",
        "manifest.json",
    }


def test_a_broken_layout_leaves_an_empty_folder_empty(delivery: SmallDelivery, processed: Path) -> None:
    delivery.edit_layout("wave = 3", "wave = 33")
    with pytest.raises(LayoutError):
        bm.ingest(delivery.folder, processed)
    assert list(processed.iterdir()) == []


def test_a_file_that_vanished_is_not_taken_for_an_unwritable_folder(delivery: SmallDelivery, processed: Path) -> None:
    delivery.frame.unlink()
    with pytest.raises(MissingFileError) as caught:
        bm.ingest(delivery.folder, processed)
    assert caught.value.path == delivery.frame
    assert list(processed.iterdir()) == []


@pytest.mark.parametrize("folder", ["empty", "not_there"])
def test_a_folder_without_a_layout_is_refused(tmp_path: Path, processed: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingFileError, match=r"There is no layout at .* Each delivery needs one beside it"):
        bm.ingest(tmp_path / folder, processed)
    assert not processed.exists()


def test_what_cannot_be_written_to_is_named(delivery: SmallDelivery, processed: Path) -> None:
    processed.write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written to") as caught:
        bm.ingest(delivery.folder, processed)
    assert caught.value.path == processed
    assert processed.read_text(encoding="utf-8") == "a file, not a folder"


def test_several_deliveries_are_listed_in_one_manifest(delivery: SmallDelivery, processed: Path) -> None:
    copy_beside(delivery)
    said: list[str] = []
    written = bm.ingest(delivery.folder, processed, said.append)
    assert [path.name for path in written] == ["another.parquet", f"{NAME}.parquet", "manifest.json"]
    assert [entry["output"]["file"] for entry in manifest(processed)] == ["another.parquet", f"{NAME}.parquet"]
    assert said == ["reading another", f"reading {NAME}"]


def test_warnings_are_told_and_listed(delivery: SmallDelivery, processed: Path) -> None:
    for row in delivery.where(delsektor="11", stoerrelse="1"):
        delivery.put(row, vaegt="9")
    delivery.write()
    said: list[str] = []
    bm.ingest(delivery.folder, processed, said.append)
    message = "the weights of stratum regional_administration x small add up to 27.0, its population is 32"
    assert said == [f"reading {NAME}", f"warning: [weight-sum] vaegt: {message}"]
    described = {"rule": "weight-sum", "column": "vaegt", "message": message, "rows": [], "count": 0}
    assert manifest(processed)[0]["warnings"] == [described]


def test_the_manifest_tells_no_value_of_the_microdata(delivery: SmallDelivery, processed: Path) -> None:
    bm.ingest(delivery.folder, processed)
    text = (processed / "manifest.json").read_text(encoding="utf-8")
    assert [value for value in delivery.column("loebenr") if f'"{value}"' in text] == []
