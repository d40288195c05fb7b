"""A wave carries the frame it was drawn from, counted, and never shows a unit of it."""

from pathlib import Path

import pandas as pd
import pytest
from small_delivery import NAME, SmallDelivery, small_delivery

import barometer as bm
from barometer.errors import DeliveryError
from barometer.microdata import SampleFrame


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


def edit_frame(delivery: SmallDelivery, change: pd.DataFrame) -> None:
    change.to_csv(delivery.frame, sep=";", index=False)


def read_frame(delivery: SmallDelivery) -> pd.DataFrame:
    return pd.read_csv(delivery.frame, sep=";", dtype=str)


def test_the_shipped_frame_counts_as_its_file() -> None:
    wave = bm.load_wave(4)
    file = pd.read_csv(Path(__file__).parents[2] / "data" / "raw" / "wave4_synthetic.frame.csv", sep=";")
    assert wave.frame is not None
    assert wave.frame.size == len(file) == 14_297
    assert wave.frame.registers == ("level", "sector", "size")
    drawn = wave.frame.drawn
    assert (len(drawn), int(drawn["answered"].sum())) == (file["udtrukket"].sum(), file["besvaret"].sum())
    states = file[file["niveau"] == 3]
    assert (drawn["level"] == "state").sum() == states["udtrukket"].sum()
    assert (
        drawn.loc[drawn["answered"], "size"].value_counts().to_dict() == wave.microdata["size"].value_counts().to_dict()
    )


def test_a_frame_shows_counts_only() -> None:
    frame = bm.load_wave(4).frame
    assert repr(frame) == "<SampleFrame: 14,297 units, 4,494 drawn, 1,611 answered; level, sector, size>"
    assert frame is not None
    assert frame._repr_html_() == f"<p>{repr(frame).strip('<>')}</p>"
    assert "id" not in frame.counts
    assert "frame" not in repr(bm.load_wave(4))


def test_a_frame_goes_through_ingest(delivery: SmallDelivery, tmp_path: Path) -> None:
    read = bm.load_wave(3, delivery.path).frame
    bm.ingest(delivery.folder, tmp_path / "processed")
    back = bm.load_wave(3, tmp_path / "processed" / f"{NAME}.parquet").frame
    assert read is not None
    assert back is not None
    pd.testing.assert_frame_equal(back.counts, read.counts)


def test_a_frame_without_numbers_still_says_how_many_were_drawn(delivery: SmallDelivery) -> None:
    edit_frame(delivery, read_frame(delivery).drop(columns="loebenr"))
    wave = bm.load_wave(3, delivery.path)
    assert wave.frame is None
    assert wave.sampled == 193


def test_who_answered_must_have_been_drawn(delivery: SmallDelivery) -> None:
    frame = read_frame(delivery)
    here = frame["loebenr"].isin(delivery.column("loebenr")[:3])
    edit_frame(delivery, frame.assign(udtrukket=frame["udtrukket"].mask(here, "0")))
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    (fault,) = caught.value.faults
    assert fault.column == f"{NAME}.frame.csv loebenr"
    assert fault.message.startswith("3 units that answered are not among those drawn; if the frame has numbers of its")


def test_the_frame_and_the_delivery_must_agree_on_registers(delivery: SmallDelivery) -> None:
    frame = read_frame(delivery)
    here = frame["loebenr"].isin(delivery.column("loebenr")[:2])
    edit_frame(
        delivery,
        frame.assign(
            stoerrelse=frame["stoerrelse"].mask(here, frame["stoerrelse"].map(dict(zip("123", "231", strict=True))))
        ),
    )
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    (fault,) = caught.value.faults
    assert fault.column == f"{NAME}.frame.csv stoerrelse"
    assert fault.message == "2 units that answered are in another group of size here than in the delivery"


def test_strata_must_have_as_many_units_in_the_frame_as_in_the_delivery(delivery: SmallDelivery) -> None:
    wave = bm.load_wave(3, delivery.path)
    frame = read_frame(delivery)
    silent = frame[frame["besvaret"] == "0"].drop_duplicates(["delsektor", "stoerrelse"])
    edit_frame(delivery, frame.drop(silent.index[:1]))
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    (fault,) = caught.value.faults
    name = next(name for name in wave.stratum[1] if name in fault.message)
    units = int(wave.population[wave.stratum[1].index(name)])
    assert fault.message == f"stratum {name} has {units - 1:,} units in the frame, and {units:,} in the delivery"
    assert fault.rule == "stratum"
    edit_frame(delivery, frame.drop(silent.index))
    with pytest.raises(DeliveryError, match=r"of \d strata have another number of units in the frame: .*delivery"):
        bm.load_wave(3, delivery.path)


def test_counts_are_told_and_made_again() -> None:
    units = pd.DataFrame(
        {
            "size": pd.Categorical(["small", "large", "small", "small"], ["small", "large"], ordered=True),
            "sampled": [True, True, False, True],
            "answered": [True, False, False, True],
        }
    )
    frame = SampleFrame.of_units(units)
    assert frame.counts["units"].tolist() == [1, 2, 1]
    again = SampleFrame.from_description(frame.describe())
    pd.testing.assert_frame_equal(again.counts, frame.counts)
    assert frame.drawn["answered"].tolist() == [True, True, False]


def test_the_day_of_an_answer_is_read_and_checked(delivery: SmallDelivery) -> None:
    delivery.edit_layout('weight = "vaegt"', 'weight = "vaegt"\nanswered_on = "dato"')
    delivery.add_column("dato", "2020-02-03")
    delivery.write()
    wave = bm.load_wave(3, delivery.path)
    assert (wave.microdata["answered_on"] == pd.Timestamp("2020-02-03")).all()
    delivery.put(5, dato="3/2 2020")
    delivery.put(7, dato="")
    delivery.write()
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    assert [(fault.column, fault.rows, fault.message) for fault in caught.value.faults] == [
        ("dato", (7,), "is missing"),
        ("dato", (5,), "is no day written as 2023-04-17"),
    ]
