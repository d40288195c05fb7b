"""Deliveries whose rows break a rule: each fault by rule, column and row, and never by value."""

from pathlib import Path

import pytest
from small_delivery import SmallDelivery, facts, refused, small_delivery

import barometer as bm
from barometer.errors import BarometerWarning, DeliveryWarning

SMALLEST = {"delsektor": "11", "stoerrelse": "1"}
"""The stratum regional_administration x small: 3 answers of 32 workplaces."""


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


@pytest.fixture
def asked(delivery: SmallDelivery) -> int:
    """Row of a workplace that was asked about its latest innovation and its evaluation."""
    return delivery.where(sp18="1")[2]


def without(delivery: SmallDelivery, rows: list[int]) -> None:
    delivery.rows = [row for number, row in enumerate(delivery.rows, start=2) if number not in rows]


@pytest.mark.parametrize("column", ["loebenr", "syntetisk", "niveau", "antal_i_stratum", "vaegt", "sp06", "sp22_7"])
def test_a_missing_column_is_named(delivery: SmallDelivery, column: str) -> None:
    delivery.drop_column(column)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("columns", column, ())
    assert fault.message == "the layout needs this column and the file does not have it"


def test_an_unexpected_column_is_named(delivery: SmallDelivery) -> None:
    delivery.add_column("bemaerkning", "7301")
    delivery.write()
    (fault,) = refused(delivery, "7301")
    assert (*facts(fault), fault.message) == (
        "columns",
        "bemaerkning",
        (),
        "is not in the layout; map it, or ignore it",
    )


def test_an_unexpected_column_may_be_ignored_by_the_layout(delivery: SmallDelivery) -> None:
    delivery.add_column("bemaerkning", "7301")
    delivery.write()
    delivery.edit_layout('kind = "synthetic"', 'kind = "synthetic"\nignored = ["bemaerkning"]')
    assert "bemaerkning" not in bm.load_wave(3, delivery.path).microdata


@pytest.mark.parametrize(
    ("column", "listed"), [("sp22_1", "1, 2, 3, 4, 98, 99"), ("sp03_1", "0, 1"), ("niveau", "1, 2, 3")]
)
def test_a_code_that_the_layout_does_not_list_is_placed(delivery: SmallDelivery, column: str, listed: str) -> None:
    for row in (5, 8, 114):
        delivery.put(row, **{column: "7301"})
    delivery.write()
    (fault,) = refused(delivery, "7301")
    assert facts(fault) == ("codes", column, (5, 8, 114))
    assert fault.message == f"a code that the layout does not list; it lists {listed}"


def test_many_rows_are_counted_after_the_first_five(delivery: SmallDelivery) -> None:
    for row in range(10, 30):
        delivery.put(row, sp22_1="7301")
    delivery.write()
    (fault,) = refused(delivery, "7301")
    assert fault.rows == tuple(range(10, 30))
    assert str(fault).startswith("[codes] sp22_1 row 10, 11, 12, 13, 14 and 15 more: ")


def test_a_register_column_has_no_blanks(delivery: SmallDelivery) -> None:
    delivery.put(9, delsektor="")
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("codes", "delsektor", (9,), "a register column has no blanks")


def test_a_code_for_missing_is_read_as_blank(delivery: SmallDelivery) -> None:
    for row in delivery.where(sp02=""):
        delivery.put(row, sp02="-9")
    delivery.write()
    delivery.edit_layout('encoding = "utf-8"', 'encoding = "utf-8"\nmissing = ["", "-9"]')
    assert bm.load_wave(3, delivery.path).base_size("not_innovative") == 22


@pytest.mark.parametrize("column", ["vaegt", "antal_i_stratum"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("-73,015", "is negative"),
        ("", "is missing"),
        ("7301x", "is not a number with ',' as decimal mark"),
        ("7.301,5", "is not a number with ',' as decimal mark"),
        ("nan", "is not a number with ',' as decimal mark"),
        ("inf", "is not a number with ',' as decimal mark"),
        ("1e999", "is infinite"),
    ],
)
def test_a_number_that_cannot_be_one_is_placed(delivery: SmallDelivery, column: str, value: str, message: str) -> None:
    delivery.put(7, **{column: value})
    delivery.write()
    (fault,) = refused(delivery, "73,015", "7301", "7.301")
    assert (*facts(fault), fault.message) == ("weight", column, (7,), message)


def test_weights_that_are_all_zero_are_refused(delivery: SmallDelivery) -> None:
    delivery.put_everywhere("vaegt", "0")
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("weight", "vaegt", (), "all are zero")


@pytest.mark.parametrize("value", ["0", "27,5"])
def test_a_population_is_a_whole_number_of_workplaces(delivery: SmallDelivery, value: str) -> None:
    delivery.put(7, antal_i_stratum=value)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("stratum", "antal_i_stratum", (7,))
    assert fault.message == "must be a whole number of units"


def test_a_stratum_has_no_more_answers_than_workplaces(delivery: SmallDelivery) -> None:
    for row in delivery.where(**SMALLEST):
        delivery.put(row, antal_i_stratum="2")
    delivery.write()
    (fault,) = refused(delivery)
    assert fault.rule == "stratum"
    assert fault.message == "stratum regional_administration x small (3 of 2) has more answers than units"


def test_a_stratum_with_one_answer_must_be_taken_whole(delivery: SmallDelivery) -> None:
    kept, *others = delivery.where(**SMALLEST)
    without(delivery, others)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("stratum", "", (kept,))
    assert fault.message.startswith("stratum regional_administration x small has one answer and is not taken whole")


def test_a_stratum_with_one_answer_that_is_taken_whole_is_fine(delivery: SmallDelivery) -> None:
    kept, *others = delivery.where(**SMALLEST)
    delivery.put(kept, antal_i_stratum="1", vaegt="1")
    without(delivery, others)
    delivery.write()
    header, *units = delivery.frame.read_text(encoding="utf-8").splitlines()
    number, stratum = delivery.get(kept, "loebenr"), ";".join(SMALLEST.values())
    only = [unit for unit in units if f";{stratum};" not in unit or unit.startswith(f"{number};")]
    delivery.frame.write_text("\n".join([header, *only, ""]), encoding="utf-8")
    assert bm.load_wave(3, delivery.path).n == 111


def test_a_stratum_has_one_population(delivery: SmallDelivery) -> None:
    rows = delivery.where(**SMALLEST)
    delivery.put(rows[1], antal_i_stratum="33")
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("stratum", "antal_i_stratum", tuple(rows))
    assert fault.message == "stratum regional_administration x small has several population sizes"


def test_weights_that_miss_their_population_only_warn(delivery: SmallDelivery) -> None:
    for row in delivery.where(**SMALLEST):
        delivery.put(row, vaegt="9")
    delivery.write()
    with pytest.warns(DeliveryWarning) as caught:
        wave = bm.load_wave(3, delivery.path)
    assert wave.n == 113
    assert [str(warning.message) for warning in caught] == [
        "[weight-sum] vaegt: the weights of stratum regional_administration x small add up to 27.0, "
        "its population is 32"
    ]
    assert issubclass(caught[0].category, BarometerWarning)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(("weight", "warnings"), [("10,7", 0), ("10,6", 1), ("10,4", 1)])
def test_weights_may_miss_their_population_by_half_a_per_cent(
    delivery: SmallDelivery, weight: str, warnings: int, recwarn: pytest.WarningsRecorder
) -> None:
    for row in delivery.where(**SMALLEST):
        delivery.put(row, vaegt=weight)
    delivery.write()
    bm.load_wave(3, delivery.path)
    assert len(recwarn) == warnings


def test_a_repeated_number_is_placed_where_it_comes_again(delivery: SmallDelivery) -> None:
    for row in (9, 40):
        delivery.put(row, loebenr=delivery.get(3, "loebenr"))
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("id", "loebenr", (9, 40), "stands on an earlier row too")


def test_a_missing_number_is_placed(delivery: SmallDelivery) -> None:
    delivery.put(9, loebenr="")
    delivery.put(40, loebenr="")
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("id", "loebenr", (9, 40), "is missing")


def test_a_sector_must_lie_in_its_level(delivery: SmallDelivery) -> None:
    row = delivery.where(**SMALLEST)[1]
    delivery.put(row, niveau="3")
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("registers", "delsektor", (row,))
    assert fault.message == "does not lie in the level of the same row"


def test_an_answer_to_a_question_not_asked_is_placed(delivery: SmallDelivery) -> None:
    row = delivery.where(sp18="4")[1]
    delivery.put(row, sp19_1="1")
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("routing", "sp19_1", (row,))
    assert fault.message == "evaluation_content.professional_judgement was not asked and is answered"


def test_a_blank_where_a_question_was_asked_is_placed(delivery: SmallDelivery, asked: int) -> None:
    delivery.put(asked, sp06="")
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("routing", "sp06", (asked,), "core_task was asked and is blank")


def test_a_loop_is_asked_only_about_what_was_ticked(delivery: SmallDelivery) -> None:
    row = delivery.where(sp11_1="0", sp11_2="1")[0]
    delivery.tick_only(row, "sp12_1_", 1)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("routing", ", ".join(f"sp12_1_{option}" for option in range(1, 6)), (row,))
    assert fault.message.startswith("phase.own_organisation.idea, ")
    assert fault.message.endswith(" were not asked and are answered in the same rows")


def test_four_initiators_are_one_too_many(delivery: SmallDelivery, asked: int) -> None:
    delivery.tick_only(asked, "sp10_", 1, 2, 3)
    delivery.write()
    bm.load_wave(3, delivery.path)
    delivery.tick_only(asked, "sp10_", 1, 2, 3, 4)
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == (
        "ticks",
        "sp10_1 to sp10_16",
        (asked,),
        "initiator has more than 3 ticks",
    )


def test_who_was_asked_ticks_something(delivery: SmallDelivery, asked: int) -> None:
    delivery.tick_only(asked, "sp10_")
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == (
        "ticks",
        "sp10_1 to sp10_16",
        (asked,),
        "initiator was asked, but nothing is ticked",
    )


def test_an_exclusive_option_with_another_is_placed(delivery: SmallDelivery, asked: int) -> None:
    delivery.tick_only(asked, "sp10_", 1, 16)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("exclusive", "sp10_16", (asked,))
    assert fault.message == "initiator: 'dont_know' is ticked together with another"


def test_an_exclusive_option_of_a_loop_with_another_is_placed(delivery: SmallDelivery) -> None:
    row = delivery.where(sp11_1="1")[1]
    delivery.tick_only(row, "sp12_1_", 1, 5)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("exclusive", "sp12_1_5", (row,))


@pytest.mark.parametrize("mark", ["0", "", "2"])
def test_a_row_without_the_synthetic_mark_is_placed(delivery: SmallDelivery, mark: str) -> None:
    delivery.put(12, syntetisk=mark)
    delivery.write()
    (fault,) = refused(delivery)
    assert facts(fault) == ("provenance", "syntetisk", (12,))


def test_faults_of_columns_codes_and_numbers_come_in_one_error(delivery: SmallDelivery) -> None:
    delivery.put(5, syntetisk="0", vaegt="-73,015", sp22_1="7301")
    delivery.put(6, loebenr="")
    delivery.drop_column("sp06")
    delivery.write()
    faults = refused(delivery, "73,015", "7301")
    assert [facts(fault) for fault in faults] == [
        ("columns", "sp06", ()),
        ("id", "loebenr", (6,)),
        ("provenance", "syntetisk", (5,)),
        ("weight", "vaegt", (5,)),
        ("codes", "sp22_1", (5,)),
    ]


def test_faults_of_design_routing_and_ticks_come_in_one_error(delivery: SmallDelivery, asked: int) -> None:
    first, second, third = delivery.where(**SMALLEST)
    delivery.put(first, antal_i_stratum="33")
    delivery.put(second, niveau="3")
    delivery.put(asked, sp06="")
    delivery.tick_only(asked, "sp10_", 1, 2, 3, 4)
    delivery.write()
    assert [facts(fault) for fault in refused(delivery)] == [
        ("stratum", "antal_i_stratum", (first, second, third)),
        ("registers", "delsektor", (second,)),
        ("routing", "sp06", (asked,)),
        ("ticks", "sp10_1 to sp10_16", (asked,)),
    ]


def test_faults_of_every_kind_come_in_one_error(delivery: SmallDelivery, asked: int) -> None:
    first, second, third = delivery.where(**SMALLEST)
    delivery.put(first, antal_i_stratum="33")
    delivery.put(second, niveau="3")
    delivery.put(5, vaegt="-73,015", sp22_1="7301")
    delivery.put(asked, sp06="")
    delivery.tick_only(asked, "sp10_", 1, 2, 3, 4)
    delivery.frame.write_text(delivery.frame.read_text(encoding="utf-8").replace("udtrukket", "x", 1), encoding="utf-8")
    delivery.write()
    assert [facts(fault) for fault in refused(delivery, "73,015", "7301")] == [
        ("weight", "vaegt", (5,)),
        ("codes", "sp22_1", (5,)),
        ("columns", f"{delivery.frame.name} udtrukket", ()),
        ("stratum", "antal_i_stratum", (first, second, third)),
        ("registers", "delsektor", (second,)),
        ("routing", "sp06", (asked,)),
        ("ticks", "sp10_1 to sp10_16", (asked,)),
    ]


def test_what_follows_from_a_column_that_is_missing_is_not_told_again(delivery: SmallDelivery, asked: int) -> None:
    delivery.drop_column("sp08")
    delivery.put(asked, sp06="")
    delivery.write()
    assert [facts(fault) for fault in refused(delivery)] == [("columns", "sp08", ()), ("routing", "sp06", (asked,))]
