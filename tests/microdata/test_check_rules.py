"""The rules of the checks: one record each, all used, all in the reference."""

import re
from pathlib import Path

import pytest

from barometer.errors import Fault
from barometer.microdata.rules import check_rules, of_severity

ROOT = Path(__file__).parents[2]


def test_every_rule_that_is_used_is_on_record_and_every_record_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/barometer/microdata").rglob("*.py"))
    used = set(re.findall(r'(?:Fault|at_rows)\(\s*"([a-z-]+)"', source))
    assert used - {"layout"} == set(check_rules())


def test_the_reference_lists_every_rule_with_its_severity_and_words() -> None:
    page = (ROOT / "docs/reference/checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \| (.*) \| (.*) \|$", page, flags=re.MULTILINE)
    assert rows == [(rule.code, rule.severity, rule.holds.en, rule.remedy.en) for rule in check_rules().values()]


@pytest.mark.parametrize("code", check_rules())
def test_every_rule_has_its_words_in_both_languages(code: str) -> None:
    rule = check_rules()[code]
    for label in (rule.title, rule.holds, rule.remedy):
        assert label.da.strip()
        assert label.en.strip()


def test_faults_are_parted_by_the_severity_of_their_rule() -> None:
    stops, odd = Fault("routing", "is blank"), Fault("weight-sum", "adds up to less")
    assert of_severity([odd, stops], "error") == (stops,)
    assert of_severity([odd, stops], "warning") == (odd,)
