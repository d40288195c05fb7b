"""Tables for notebooks: nothing of a label becomes markup, numbers stand at the right."""

import pytest

from barometer.analysis.html_tables import html_table


def test_a_table_has_a_row_for_each_and_numbers_at_the_right() -> None:
    assert html_table(["Group", "Share"], [["State", "26.0%"]], ["Share"], caption="a < b") == (
        "<table><caption dir='auto' style='text-align:left'>a &lt; b</caption><thead><tr>"
        "<th scope='col' dir='auto' style='text-align:left'>Group</th>"
        "<th scope='col' dir='auto' style='text-align:right'>Share</th></tr></thead>"
        "<tbody><tr><td dir='auto' style='text-align:left'>State</td>"
        "<td dir='auto' style='text-align:right'>26.0%</td></tr></tbody></table>"
    )


def test_labels_never_become_markup() -> None:
    table = html_table(["<b>"], [["a & <i>b</i>"]])
    assert "<b>" not in table
    assert "a &amp; &lt;i&gt;b&lt;/i&gt;" in table


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        html_table(["one", "two"], [["only"]])
