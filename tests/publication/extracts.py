"""Extracts as StatBank's interface saves them: made by hand, with invented numbers."""

import json
from pathlib import Path
from typing import Any

ANSWERS = {"60": ("Arbejdspladsen var den første", "The workplace was the first"), "90": ("Ved ikke", "Don't know")}
SECTORS = {"1000": ("I alt", "Total"), "1030": ("Stat", "State"), "3010": ("Folkeskoler", "Primary schools")}
CELLS = {("1000", "60"): "18", ("1000", "90"): "9", ("1030", "60"): "21", ("1030", "90"): "..",
         ("3010", "60"): "15", ("3010", "90"): "-"}  # fmt: skip


def csv_lines(form: str = "code", lang: int = 0, decimal: str = "") -> list[str]:
    """OIN02DK for one year: codes, texts, or both."""
    lines = ["OIN01;NYHEDSGRAD;TID;INDHOLD"]
    for (sector, answer), value in CELLS.items():
        texts = SECTORS[sector][lang], ANSWERS[answer][lang]
        shown = {
            "code": (sector, answer),
            "value": texts,
            "code_and_value": (f"{sector} {texts[0]}", f"{answer} {texts[1]}"),
        }[form]
        lines.append(";".join([*shown, "2019", value + decimal if value.isdecimal() else value]))
    return lines


def save(folder: Path, lines: list[str], name: str = "extract.csv") -> Path:
    path = folder / name
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode())
    return path


def json_stat(version: int) -> dict[str, Any]:
    """The same in JSON-stat: the bundle of version 1 that StatBank gives, or a dataset of version 2."""
    ids = ["OIN01", "NYHEDSGRAD", "ContentsCode", "Tid"]
    sizes = [3, 2, 1, 1]
    dimension: dict[str, Any] = {
        "OIN01": category({code: text[1] for code, text in SECTORS.items()}),
        "NYHEDSGRAD": category({code: text[1] for code, text in ANSWERS.items()}),
        "ContentsCode": category({"OIN02DK": "Per cent"}),
        "Tid": category({"2019": "2019"}),
    }
    role = {"metric": ["ContentsCode"], "time": ["Tid"]}
    values = [float(value) if value.isdecimal() else None for value in CELLS.values()]
    status = {str(i): value for i, value in enumerate(CELLS.values()) if not value.isdecimal()}
    content = {"label": "Per cent", "source": "Statistics Denmark", "value": values, "status": status}
    if version == 1:
        return {"dataset": {**content, "dimension": {**dimension, "id": ids, "size": sizes, "role": role}}}
    head = {"version": "2.0", "class": "dataset", "id": ids, "size": sizes, "role": role}
    return {**head, **content, "dimension": dimension}


def category(labels: dict[str, str]) -> dict[str, Any]:
    return {"label": "x", "category": {"index": {code: i for i, code in enumerate(labels)}, "label": labels}}


def save_json(folder: Path, content: object, name: str = "extract.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
