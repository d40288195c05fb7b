"""What a layout leaves out of the codebook and of the file, as a table and as an exit code."""

from pathlib import Path

import pytest
from small_delivery import SmallDelivery, small_delivery

import barometer as bm
from barometer.cli import main
from barometer.errors import LayoutError, MissingFileError
from barometer.microdata.layout_coverage import Gap, LayoutCoverage

CORE_TASK = '"core_task" = { column = "sp06", codes = "core_task" }\n'
NETWORKS = '"inspiration.networks" = { column = "sp09_1", codes = "tick" }\n'
INDUSTRY = 'industry = { column = "branche", codes = "industry" }\n'
SIZE = 'size = { column = "stoerrelse", codes = "size" }\n'


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


def stopping(coverage: LayoutCoverage) -> list[tuple[str, str, str]]:
    return [(gap.kind, gap.name, gap.column) for gap in coverage.gaps if gap.stops]


def known(coverage: LayoutCoverage) -> list[Gap]:
    return [gap for gap in coverage.gaps if not gap.stops]


def test_the_layout_of_the_shipped_wave_is_complete() -> None:
    from barometer.microdata.load import shipped_layout

    coverage = bm.check_layout(shipped_layout(3))
    assert coverage.is_complete
    assert stopping(coverage) == []
    assert repr(coverage).startswith("wave3_synthetic.layout.toml, wave 3: complete; ")


def test_codes_that_never_occur_are_told_and_stop_nothing(delivery: SmallDelivery) -> None:
    coverage = bm.check_layout(delivery.layout)
    assert coverage.is_complete
    listed = {gap.name: gap.message for gap in known(coverage) if gap.kind == "unused code"}
    sectors = ", ".join(str(code) for code in range(1, 16) if code not in (10, 11, 15))
    assert listed["sector"] == f"in the layout and not in the file: {sectors}"
    assert "level" in listed
    assert "size" not in listed


@pytest.mark.parametrize(
    ("entry", "column", "gap"),
    [
        (CORE_TASK, "sp06", ("question", "core_task", "")),
        (NETWORKS, "sp09_1", ("place", "inspiration.networks", "")),
        (SIZE, "stoerrelse", ("place", "size", "")),
    ],
)
def test_what_nothing_is_mapped_to_is_told_with_the_column_left_over(
    delivery: SmallDelivery, entry: str, column: str, gap: tuple[str, str, str]
) -> None:
    delivery.edit_layout(entry, "")
    coverage = bm.check_layout(delivery.layout)
    assert not coverage.is_complete
    assert stopping(coverage) == [gap, ("not used", "", column)]


def test_a_whole_question_is_one_gap(delivery: SmallDelivery) -> None:
    lines = delivery.layout.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith('"phase.'))
    delivery.layout.write_text(kept.replace("kind =", 'ignored = ["sp12_*"]\nkind ='), encoding="utf-8")
    (gap,) = [gap for gap in bm.check_layout(delivery.layout).gaps if gap.stops]
    assert (gap.kind, gap.name, gap.message) == ("question", "phase", "nothing is mapped to any of its 45 columns")


def test_a_register_that_the_wave_can_do_without_is_only_told(delivery: SmallDelivery) -> None:
    delivery.edit_layout(INDUSTRY, "")
    delivery.edit_layout("wave = 3", 'wave = 3\nignored = ["branche"]')
    coverage = bm.check_layout(delivery.layout)
    assert coverage.is_complete
    assert ("register", "industry", "") in [(gap.kind, gap.name, gap.column) for gap in known(coverage)]


def test_a_column_that_the_file_lacks_is_absent(delivery: SmallDelivery) -> None:
    delivery.drop_column("sp07")
    delivery.write()
    assert stopping(bm.check_layout(delivery.layout)) == [("absent", "", "sp07")]


def test_a_delivered_column_is_mapped_or_ignored_by_name_or_by_how_it_begins(delivery: SmallDelivery) -> None:
    for name in ("note_1", "note_2", "other"):
        delivery.add_column(name, "x")
    delivery.write()
    gaps = [("not used", "", name) for name in ("note_1", "note_2", "other")]
    assert stopping(bm.check_layout(delivery.layout)) == gaps
    delivery.edit_layout("wave = 3", 'wave = 3\nignored = ["note_*", "other"]')
    assert bm.check_layout(delivery.layout).is_complete
    assert bm.load_wave(3, delivery.path).n == len(delivery.rows)


def test_codes_that_the_layout_does_not_list_are_told(delivery: SmallDelivery) -> None:
    delivery.put(5, sp01_1="7")
    delivery.put(6, sp01_1="8")
    delivery.write()
    (gap,) = [gap for gap in bm.check_layout(delivery.layout).gaps if gap.stops]
    assert (gap.kind, gap.name, gap.column) == ("code", "introduced.product", "sp01_1")
    assert gap.message == "in the file and not in the layout: 7, 8"


def test_values_of_a_column_that_has_no_categories_are_counted_and_not_told(delivery: SmallDelivery) -> None:
    for row in delivery.numbers():
        delivery.put(row, sp01_1=f"secret{row}")
    delivery.write()
    coverage = bm.check_layout(delivery.layout)
    (gap,) = [gap for gap in coverage.gaps if gap.stops]
    assert gap.message == f"in the file and not in the layout: {len(delivery.rows)} codes"
    assert "secret" not in repr(coverage) + coverage.table.to_csv()


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [('id = "loebenr"', 'id = ""', "id"), ('weight = "vaegt"', 'weight = ""', "weight")],
)
def test_a_design_column_without_a_name_stops(delivery: SmallDelivery, old: str, new: str, name: str) -> None:
    delivery.edit_layout(old, new)
    assert ("design", name, "") in stopping(bm.check_layout(delivery.layout))
    with pytest.raises(LayoutError, match=f"design.{name} is empty"):
        bm.load_wave(3, delivery.path)


def test_entries_that_cannot_be_are_told_too(delivery: SmallDelivery) -> None:
    delivery.edit_layout('[codes.novelty]\n1 = "first"', '[codes.novelty]\n1 = "frst"')
    delivery.edit_layout("industry = {", "indstry = {")
    kinds = [(gap.kind, gap.message.partition(":")[0]) for gap in bm.check_layout(delivery.layout).gaps if gap.stops]
    assert kinds == [("layout", "answers.novelty"), ("layout", "registers.indstry")]


def test_an_unknown_wave_is_all_there_is_to_tell(delivery: SmallDelivery) -> None:
    delivery.edit_layout("wave = 3", "wave = 33")
    coverage = bm.check_layout(delivery.layout)
    assert stopping(coverage) == [("layout", "", "")]
    assert "There is no wave '33'" in repr(coverage)


def test_the_table_and_the_display_have_every_gap(delivery: SmallDelivery) -> None:
    delivery.edit_layout(CORE_TASK, "")
    delivery.add_column("<b>", "x")
    delivery.write()
    coverage = bm.check_layout(delivery.layout)
    table = coverage.to_frame()
    assert list(table.columns) == ["kind", "name", "column", "stops", "message"]
    assert len(table) == len(coverage.gaps) == repr(coverage).count("\n")
    assert list(table["stops"]) == sorted(table["stops"], reverse=True)
    assert "not complete, 3 to mend" in repr(coverage)
    assert "<b>" not in coverage._repr_html_()


def test_the_command_ends_with_whether_the_layout_is_complete(
    delivery: SmallDelivery, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["layout", "check", str(delivery.layout)]) == 0
    assert "wave 3: complete" in capsys.readouterr().out
    delivery.edit_layout(CORE_TASK, "")
    assert main(["layout", "check", str(delivery.layout)]) == 1
    assert "[question] core_task: nothing is mapped to any of its 1 column" in capsys.readouterr().out


def test_the_data_may_lie_elsewhere(delivery: SmallDelivery, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    delivery.path.rename(elsewhere)
    with pytest.raises(MissingFileError):
        bm.check_layout(delivery.layout)
    assert bm.check_layout(delivery.layout, data=elsewhere).is_complete
    assert main(["layout", "check", str(delivery.layout), "--data", str(elsewhere)]) == 0


def test_a_layout_that_cannot_be_read_is_an_error_and_not_a_gap(delivery: SmallDelivery) -> None:
    delivery.edit_layout("[design]", "[desing]")
    with pytest.raises(LayoutError):
        bm.check_layout(delivery.layout)
    assert main(["layout", "check", str(delivery.layout)]) == 1
