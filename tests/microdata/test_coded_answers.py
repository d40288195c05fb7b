"""What the codebook's rules make of eight workplaces' answers, counted by hand."""

from pathlib import Path

import numpy as np
import pytest
from tiny_wave import tiny_wave

from barometer.codebook.records import DontKnowRule
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import Wave
from barometer.microdata.arrays import BoolArray

EVERYONE = {1, 2, 3, 4, 5, 6, 7, 8}
BUILDERS = {1, 2, 3, 4, 5}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Wave:
    return tiny_wave(Path(tmp_path_factory.mktemp("tiny")))


def who(mask: BoolArray) -> set[int]:
    """Return the numbers of the workplaces, 1 to 8."""
    return set((np.flatnonzero(mask) + 1).tolist())


@pytest.mark.parametrize(
    ("base", "members"),
    [("all", EVERYONE), ("builders", BUILDERS), ("tool_users", {1, 2, 3}), ("gloomy_builders", {2})],
)
def test_a_base_lies_inside_the_wider_one(tiny: Wave, base: str, members: set[int]) -> None:
    assert who(tiny.answers.base(base)) == members
    assert tiny.base_size(base) == len(members)


@pytest.mark.parametrize(
    ("indicator", "counted"),
    [
        ("builds.yes", {1, 2, 3, 4, 5}),
        ("mood.work.good", {1, 5}),
        ("mood.work.low", {2, 6, 8}),  # an answer group
        ("tool.saw", {1, 3}),  # a tick
        ("tool.any", {1, 2, 3}),  # a group of ticks
        ("one_tool", {2, 3}),
        ("few_tools", {2, 3, 4, 5}),  # an exclusive option counts as no tool
        ("toolless", {4, 5}),  # "!" stays inside the base
        ("not_a_tool_user", {4, 5, 6, 7, 8}),  # those outside the other's base are not it either
        ("glad_twice", {1}),  # "all"
        ("low_once", {2, 4, 6}),  # rows of a grid: workplace 8 is low twice
        ("low_at_most_once", EVERYONE - {8}),
        ("keen", {1, 2, 5}),  # a union
        ("keen.glad", {1, 5}),
        ("keen.hammering", {1, 2}),
        ("place.in", {1, 3}),  # a loop: with any of the tools
        ("place.out", {1, 2, 3}),
        ("keen_or_indoors", {1, 2, 3, 5}),  # "@"
    ],
)
def test_an_indicator_counts_those_for_whom_its_rule_holds(tiny: Wave, indicator: str, counted: set[int]) -> None:
    assert who(tiny.answers.indicator(indicator)) == counted


@pytest.mark.parametrize(
    ("indicator", "rule", "counted", "base"),
    [
        # 3 and 7 do not know, 4 finds it not relevant
        ("mood.work.low", "keep", {2, 6, 8}, EVERYONE),
        ("mood.work.low", "drop", {2, 6, 8}, EVERYONE - {3, 7}),
        ("mood.work.low", "no", {2, 6, 8, 3, 7}, EVERYONE),
        ("mood.work.low", "disagree", {2, 6, 8, 3, 7, 4}, EVERYONE),
        # the positive answer stays what it is
        ("mood.work.good", "no", {1, 5}, EVERYONE),
        ("mood.work.good", "disagree", {1, 5}, EVERYONE),
        ("mood.work.good", "drop", {1, 5}, EVERYONE - {3, 7}),
        # the only negative answer
        ("builds.no", "no", {6, 8, 7}, EVERYONE),
        ("builds.yes", "drop", BUILDERS, EVERYONE - {7}),
        # ticks: 5 ticked "don't know"
        ("tool.saw", "keep", {1, 3}, BUILDERS),
        ("tool.saw", "drop", {1, 3}, BUILDERS - {5}),
        ("tool.saw", "no", {1, 3}, BUILDERS),
        # a union: 5 is counted by one part, so not knowing the other costs nothing; 3 knows no part
        ("keen", "keep", {1, 2, 5}, BUILDERS),
        ("keen", "drop", {1, 2, 5}, BUILDERS - {3}),
        # through "@": 7 does not know how the mood is, 3 is counted for the place
        ("keen_or_indoors", "drop", {1, 2, 3, 5}, EVERYONE - {7}),
    ],
)
def test_a_rule_for_dont_know_changes_who_is_counted_and_of_whom(
    tiny: Wave, indicator: str, rule: DontKnowRule, counted: set[int], base: set[int]
) -> None:
    yes, inside = tiny.answers.counted(tiny.codebook.indicator(indicator), rule)
    assert (who(yes), who(inside)) == (counted, base)


def test_don_t_know_is_not_split_over_several_negative_answers(tiny: Wave) -> None:
    with pytest.raises(ArgumentError, match=r"dont_know: 'disagree' cannot be split.*not 'mood.work.bad'"):
        tiny.answers.counted(tiny.codebook.indicator("mood.work.bad"), "disagree")


def test_don_t_know_is_never_counted_as_itself_once_it_is_moved(tiny: Wave) -> None:
    yes, inside = tiny.answers.counted(tiny.codebook.indicator("mood.work.dont_know"), "no")
    assert (who(yes), who(inside)) == (set(), EVERYONE)


def test_don_t_know_taken_out_of_the_base_leaves_nobody_who_does_not_know(tiny: Wave) -> None:
    yes, inside = tiny.answers.counted(tiny.codebook.indicator("mood.work.dont_know"), "drop")
    assert (who(yes), who(inside)) == (set(), EVERYONE - {3, 7})


def test_the_columns_behind_an_indicator_are_those_of_its_parts_too(tiny: Wave) -> None:
    behind = tiny.answers.behind(tiny.codebook.indicator("keen_or_indoors"))
    assert behind == ["mood.work", "tool.hammer", "place.hammer.in", "place.saw.in"]


def test_a_loop_column_is_asked_where_its_option_is_ticked(tiny: Wave) -> None:
    assert who(tiny.answers.asked(tiny.columns["place.saw.in"])) == {1, 3}
    assert who(tiny.answers.asked(tiny.columns["place.hammer.in"])) == {1, 2}
    assert who(tiny.answers.asked(tiny.columns["tool.saw"])) == BUILDERS


def test_arrays_of_several_indicators_share_their_bases(tiny: Wave) -> None:
    indicators = tiny.select(["tool.saw", "builds.yes", "tool.any"])
    arrays = tiny.indicator_arrays(indicators, ["keep", "keep", "keep"])
    assert [who(yes) for yes in arrays.yes.T] == [{1, 3}, BUILDERS, {1, 2, 3}]
    assert [who(arrays.bases[:, position]) for position in arrays.base] == [BUILDERS, EVERYONE, BUILDERS]
    assert arrays.base[0] == arrays.base[2]


def test_arrays_take_another_rule_than_the_codebooks(tiny: Wave) -> None:
    indicators = tiny.select(["mood.work.low", "mood.work.good"])
    arrays = tiny.indicator_arrays(indicators, ["disagree", "drop"])
    assert [who(yes) for yes in arrays.yes.T] == [{2, 3, 4, 6, 7, 8}, {1, 5}]
    assert [who(arrays.bases[:, position]) for position in arrays.base] == [EVERYONE, EVERYONE - {3, 7}]


def test_every_indicator_keeps_the_codebooks_own_rule(tiny: Wave) -> None:
    indicators = tiny.select("*")
    arrays = tiny.indicator_arrays(indicators, [indicator.dont_know for indicator in indicators])
    position = [indicator.name for indicator in indicators].index("keen_or_indoors")
    assert arrays.yes.shape == (8, len(indicators))
    assert who(arrays.bases[:, arrays.base[position]]) == EVERYONE - {7}


@pytest.mark.parametrize(
    ("domain", "codes"),
    [
        ("region", [0, 0, 0, 0, 1, 1, 1, 1]),
        ("spirit", [0, 1, -1, -1, 0, 1, -1, 1]),
        ("tool.any", [0, 0, 0, 1, 1, -1, -1, -1]),
        ("keen_or_indoors", [0, 0, 0, 1, 0, 1, -1, 1]),
    ],
)
def test_a_domain_gives_each_workplace_its_group_or_none(tiny: Wave, domain: str, codes: list[int]) -> None:
    assert tiny.domain_codes(domain).tolist() == codes


@pytest.mark.parametrize(("name", "near"), [("regio", "region"), ("tool.anny", "tool.any"), ("spirits", "spirit")])
def test_a_domain_that_is_not_there_brings_up_near_ones(tiny: Wave, name: str, near: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        tiny.domain_codes(name)
    assert (caught.value.kind, caught.value.name) == ("domain", name)
    assert near in caught.value.suggestions


def test_strata_have_names_and_populations(tiny: Wave) -> None:
    codes, names = tiny.stratum
    assert (codes.tolist(), names) == ([0, 0, 0, 0, 1, 1, 1, 1], ["north", "south"])
    assert tiny.population.tolist() == [40.0, 40.0]
