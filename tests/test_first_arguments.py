"""Whatever a public function is given first, it works or says what it takes: 3, None and "" in the place of it."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import barometer as bm
import barometer.survey as sv

ROOMS = {"bm": bm, "sv": sv}
YES = np.tile([0, 1, 1], 4)
GROUP = np.repeat(list("ab"), 6)
DESIGN = sv.declare_design(np.ones(12))
PART = sv.MissingPart(0.5, 0.4, 0.5, 0.01)
FITTING: dict[str, Any] = {
    "columns": GROUP,
    "answered": YES == 1,
    "variables": {"group": GROUP},
    "cell": GROUP,
    "covariance": np.eye(1),
    "weights": np.ones(1),
    "weight": np.ones(12),
    "df": 9,
    "n": 12,
    "se": 0.01,
    "spread": 0.1,
    "delta": 0.1,
    "first": PART,
    "second": PART,
    "confidence": 0.9,
    "choices": sv.Choices(),
    "sample": "here",
    "kind": "jk1",
    "targets": sv.declare_targets({"group": GROUP}, {"group": {"a": 5, "b": 7}}),
    "outcome": YES,
    "predictors": np.ones((12, 1)),
    "reweight": lambda weight: weight,
    "statistic": "mean",
    "threshold": 0.4,
    "rate": 0.4,
    "size": 3,
    "rows": "innovative",
    "indicator": "innovative",
    "indicators": "partner",
    "formula": "shared ~ level",
    "sector": "municipal_schools",
    "by": "level",
    "profile": {},
}
"""What stands in the other places, by name; 3 where a name is not here."""
MADE_BY_CALLERS = ("CalibrationRule", "Choices", "MissingPart")
WORKS: dict[tuple[str, str], tuple[object, ...]] = {
    ("sv", "adjust_by_cells"): (None,),
    ("sv", "adjust_by_propensity"): (None,),
    ("sv", "symmetric_interval"): (3,),
    ("bm", "load_wave"): (3,),
    ("sv", "chi_square_sum_tail"): (3,),
    ("sv", "imbens_manski"): (3,),
    ("sv", "group_rows"): (None,),
    ("sv", "t_quantile"): (3,),
}
"""What a function takes first although it stands here as nonsense."""


def _public() -> list[Any]:
    return [
        pytest.param(room, name, value, id=f"{room}.{name}({value!r})")
        for room, module in ROOMS.items()
        for name in module.__all__
        if inspect.isfunction(getattr(module, name)) or name in MADE_BY_CALLERS
        for value in (3, None, "")
        if value not in WORKS.get((room, name), ())
    ]


def _called(function: Callable[..., object], value: object) -> object:
    needed = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    others = {each.name: FITTING.get(each.name, 3) for each in needed if each.kind is not each.VAR_KEYWORD}
    first = next(iter(inspect.signature(function).parameters))
    return function(**(others | {first: value}))


@pytest.mark.parametrize(("room", "name", "value"), _public())
def test_a_first_argument_that_is_none_is_refused(
    room: str, name: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(bm.BarometerError):
        _called(getattr(ROOMS[room], name), value)
    assert list(tmp_path.iterdir()) == []
