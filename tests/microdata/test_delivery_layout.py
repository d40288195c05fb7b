"""Layout files that do not describe a delivery completely."""

from pathlib import Path

import pytest
from small_delivery import SmallDelivery, small_delivery

import barometer as bm
from barometer.errors import BarometerError, Fault, LayoutError, MissingFileError
from barometer.microdata.layout import Layout, load_layout

FILE = "wave3_synthetic.layout.toml"


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


def load(delivery: SmallDelivery) -> Layout:
    return load_layout(delivery.layout, bm.codebook())


def refused(delivery: SmallDelivery) -> tuple[Fault, ...]:
    with pytest.raises(LayoutError) as caught:
        load(delivery)
    assert caught.value.path == delivery.layout
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, BarometerError)
    assert all(fault.rule == "layout" and str(fault) in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


def test_a_layout_maps_every_column_and_code(delivery: SmallDelivery) -> None:
    layout = load(delivery)
    assert (layout.wave, layout.kind, layout.file) == (3, "synthetic", "wave3_synthetic.csv")
    assert (layout.delimiter, layout.decimal, layout.encoding, layout.missing) == (";", ",", "utf-8", ("",))
    assert (layout.id, layout.weight, layout.population) == ("loebenr", "vaegt", "antal_i_stratum")
    assert layout.mark is not None
    assert layout.mark.name == "syntetisk"
    assert layout.answers["novelty"].name == "sp08"
    assert layout.answers["novelty"].codes == {"1": "first", "2": "adapted", "3": "copy", "98": "dont_know"}
    assert list(layout.answers) == list(bm.codebook().columns(3))
    assert list(layout.registers) == ["level", "sector", "industry", "size"]
    assert sorted(layout.delivered_columns) == sorted(delivery.header)


def test_a_missing_layout_is_named(delivery: SmallDelivery) -> None:
    delivery.layout.unlink()
    with pytest.raises(MissingFileError) as caught:
        load(delivery)
    assert caught.value.path == delivery.layout


CORE_TASK = '"core_task" = { column = "sp06", codes = "core_task" }'


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        # against the codebook
        (CORE_TASK, "", "", "answers.core_task is missing: no delivered column is mapped to it"),
        (
            '[codes.novelty]\n1 = "first"',
            '[codes.novelty]\n1 = "frst"',
            "",
            "answers.novelty: the codes lead to 'frst'",
        ),
        ('[codes.size]\n1 = "small"', '[codes.size]\n1 = "tiny"', "", "registers.size: the codes lead to 'tiny'"),
        ('column = "sp06"', 'column = "sp07"', "", "delivered column 'sp07' is mapped twice"),
        ('id = "loebenr"', 'id = "vaegt"', "", "delivered column 'vaegt' is mapped twice"),
        ("industry = {", "indstry = {", "", "registers.indstry: the codebook has no register domain of that name"),
        ("industry = {", "curiosity = {", "", "registers.curiosity: the codebook has no register domain of that name"),
        ("size = {", "industri = {", "", "registers.size is missing: wave 3 makes its strata from it"),
        ("wave = 3", "wave = 33", "", "There is no wave '33'. Did you mean '3'?"),
        # inside the layout
        ('column = "sp06", codes = "core_task"', 'column = "sp06", codes = "x"', ".answers.core_task", "no [codes.x]"),
        ('codes = "mark"', 'codes = "x"', ".mark", "there is no [codes.x]"),
        ('"udtrukket", codes = "tick"', '"udtrukket", codes = "x"', ".frame.sampled", "there is no [codes.x]"),
        (CORE_TASK, '"core_task" = "sp06"', ".answers", "core_task must be a table"),
        ('[codes.novelty]\n1 = "first"', "[codes.novelty]\n1 = 1", ".codes.novelty", "1 must be a text"),
        # keys
        ('kind = "synthetic"', 'kind = "real"', "", "kind must be one of synthetic, delivery"),
        ('kind = "synthetic"', 'kind = "delivery"', "", "mark is not a key of this kind of record"),
        ('kind = "synthetic"', 'kind = "synthetic"\nignore = []', "", "ignore is not a key of this kind of record"),
        ("wave = 3", "", "", "wave is missing"),
        ("wave = 3", 'wave = "3"', "", "wave must be a number"),
        ('delimiter = ";"\n', "", ".file", "delimiter is missing"),
        ('weight = "vaegt"\n', "", ".design", "weight is missing"),
        ('weight = "vaegt"', 'wait = "vaegt"', ".design", "wait is not a key of this kind of record"),
        ("[file]", "[file", "", "is not valid TOML"),
    ],
)
def test_a_fault_is_named(delivery: SmallDelivery, old: str, new: str, where: str, message: str) -> None:
    delivery.edit_layout(old, new)
    faults = refused(delivery)
    assert any(fault.column == FILE + where and message in fault.message for fault in faults), faults


def test_an_unknown_answer_column_brings_up_near_ones(delivery: SmallDelivery) -> None:
    delivery.edit_layout('"core_task" =', '"core_taks" =')
    assert [fault.message for fault in refused(delivery)] == [
        "answers.core_taks: There is no answer column 'core_taks'. Did you mean 'core_task'?",
        "answers.core_task is missing: no delivered column is mapped to it",
    ]


def test_a_code_that_leads_nowhere_is_told_with_the_answers_there_are(delivery: SmallDelivery) -> None:
    delivery.edit_layout('[codes.core_task]\n1 = "current"', '[codes.core_task]\n1 = "now"')
    (fault,) = refused(delivery)
    assert fault.message == (
        "answers.core_task: the codes lead to 'now', which is no answer; answers are current, dont_know, future, no"
    )


def test_a_code_set_that_misleads_many_columns_is_one_fault(delivery: SmallDelivery) -> None:
    delivery.edit_layout('[codes.tick]\n0 = "no"', '[codes.tick]\n0 = "nope"')
    faults = [fault.message for fault in refused(delivery) if "'nope'" in fault.message]
    ticks = sum(column.is_tick for column in bm.codebook().columns(3).values())
    assert faults == [
        f"answers.work_type.product and {ticks - 1} more: "
        "the codes lead to 'nope', which is no answer; answers are no, yes"
    ]


def test_several_faults_are_reported_in_one_error(delivery: SmallDelivery) -> None:
    delivery.edit_layout(CORE_TASK + "\n", "")
    delivery.edit_layout('column = "sp08"', 'column = "sp07"')
    delivery.edit_layout("industry = {", "indstry = {")
    delivery.edit_layout('[codes.evaluated]\n1 = "internal"', '[codes.evaluated]\n1 = "inside"')
    starts = ["answers.evaluated: ", "registers.indstry: ", "delivered column 'sp07'", "answers.core_task is missing"]
    faults = refused(delivery)
    assert len(faults) == len(starts)
    assert all(fault.message.startswith(start) for fault, start in zip(faults, starts, strict=True))


def test_a_register_that_makes_no_strata_may_be_left_out(delivery: SmallDelivery) -> None:
    delivery.edit_layout('industry = { column = "branche", codes = "industry" }\n', "")
    delivery.drop_column("branche")
    delivery.write()
    wave = bm.load_wave(3, delivery.path)
    assert "industry" not in wave.microdata
    with pytest.raises(bm.BarometerError, match="There is no domain 'industry'"):
        wave.domain_codes("industry")


def test_columns_and_codes_may_have_other_names(delivery: SmallDelivery) -> None:
    expected = bm.load_wave(3, delivery.path).microdata
    delivery.header[delivery.header.index("sp08")] = "Q8 novelty"
    for row in delivery.where(sp06="1"):
        delivery.put(row, sp06="NOW")
    delivery.write()
    delivery.edit_layout('column = "sp08"', 'column = "Q8 novelty"')
    delivery.edit_layout('[codes.core_task]\n1 = "current"', '[codes.core_task]\nNOW = "current"')
    found = bm.load_wave(3, delivery.path).microdata
    assert found["novelty"].equals(expected["novelty"])
    assert found["core_task"].equals(expected["core_task"])


def test_two_codes_may_lead_to_one_answer(delivery: SmallDelivery) -> None:
    expected = bm.load_wave(3, delivery.path).microdata["core_task"]
    delivery.put(delivery.where(sp06="1")[0], sp06="11")
    delivery.write()
    delivery.edit_layout('[codes.core_task]\n1 = "current"', '[codes.core_task]\n1 = "current"\n11 = "current"')
    assert bm.load_wave(3, delivery.path).microdata["core_task"].equals(expected)
