"""The rows of a battery: two opposite sides of each item of a grid, or of one item in each group of a domain."""

import math
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from barometer.analysis import Estimates
from barometer.analysis.estimates import TOTAL
from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang
from barometer.publication.drawn import Mark, Order, Role, estimated_mark

SIDES: tuple[Role, Role] = ("left", "right")
LEFT_OUT = Label(
    "Resten op til 100 % er »ved ikke« og »ikke relevant« og er ikke tegnet ({span}).",
    "The rest up to 100% is “don't know” and “not relevant” and is not drawn ({span}).",
)


def drawn_battery(estimates: Estimates, *, order: Order) -> pd.DataFrame:
    """
    Rows for bars to both sides: the left side of a row, then its right.

    Parameters
    ----------
    estimates : Estimates
        Two indicators for each item without a domain, or two by one domain.
    order : {"value", "given"}
        Of items, by their right side; groups keep their order.

    Returns
    -------
    DataFrame
        The fields of `Mark`, and answer_da and answer_en: what the side is called.
    """
    names = [indicator.name for indicator in estimates.indicators]
    rows: list[tuple[Mark, ...]] = [
        tuple(estimated_mark(estimates, name, group, label, role) for name, role in zip(pair, SIDES, strict=True))
        for pair in zip(names[::2], names[1::2], strict=True)
        for group, label in _rows(estimates, pair[0])
    ]
    if order == "value" and not estimates.domains:
        rows.sort(key=lambda row: -1.0 if math.isnan(row[1].share) else row[1].share, reverse=True)
    left, right = (_side_label(estimates, name) for name in names[:2])
    sides = {"left": {"answer_da": left.da, "answer_en": left.en}}
    sides["right"] = {"answer_da": right.da, "answer_en": right.en}
    return pd.DataFrame([{**asdict(mark), **sides[mark.role]} for row in rows for mark in row])


def left_out_text(marks: Sequence[Mark], lang: Lang) -> str:
    """Say how many of each row are not drawn; empty where a row has no share."""
    left, right = (sorted((m for m in marks if m.role == side), key=_place) for side in SIDES)
    rests = [1.0 - a.share - b.share for a, b in zip(left, right, strict=True)]
    if any(math.isnan(rest) for rest in rests):
        return ""
    low, high = max(min(rests), 0.0), max(*rests, 0.0)
    least, most = (decimal(100 * end, lang, 0) for end in (low, high))
    span = "" if least == most else f"{least}\N{EN DASH}"
    return LEFT_OUT.text(lang).format(span=f"{span}{per_cent(high, lang)}")


def _place(mark: Mark) -> tuple[str, str]:
    return mark.indicator.rpartition(".")[0], mark.group


def _rows(estimates: Estimates, name: str) -> list[tuple[str, Label]]:
    """Return the group and the label of the rows that an item has."""
    if estimates.domains:
        return [(group.code, group.label) for group in estimates.domains[0].groups]
    question = estimates.codebook.questions[name.partition(".")[0]]
    code = name.split(".")[1]
    return [(TOTAL, next(item.label for item in question.items if item.code == code))]


def _side_label(estimates: Estimates, name: str) -> Label:
    """Return what the answer or group of answers on one side is called."""
    question, code = estimates.codebook.questions[name.partition(".")[0]], name.rpartition(".")[2]
    labels = {answer.code: answer.label for answer in question.answers}
    labels |= {group.code: group.label for group in question.groups}
    return labels[code]
