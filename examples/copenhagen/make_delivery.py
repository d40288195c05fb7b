"""
Make the artificial delivery of the invented country Nordland: `python make_delivery.py`.

The same bytes every time. Nobody answered anything in it, and every row says so.
"""

import csv
import io
import random
from pathlib import Path

PATH = Path(__file__).parent / "delivery" / "nordland1.csv"
STRATA = {("1", "1"): (360, 50), ("1", "2"): (160, 34), ("2", "1"): (84, 20), ("2", "2"): (36, 16)}
"""Level and size, with the workplaces there are and those that answered."""
INTRODUCED = {"product": 0.35, "service": 0.50, "process_org": 0.60, "communication": 0.30}
NOVELTY = {"1": 0.20, "2": 0.60, "3": 0.12, "9": 0.08}
TICKS = {
    "cause": ({"employees": 0.50, "managers": 0.60, "politicians": 0.15, "other": 0.10}, "dont_know"),
    "with": ({"public": 0.50, "private_firms": 0.20, "citizens": 0.15, "universities": 0.12}, "none"),
    "value": ({"quality": 0.65, "efficiency": 0.45, "user_influence": 0.35}, "none"),
    "helped": ({"employees": 0.75, "technology": 0.45, "funding": 0.20}, "none"),
}
"""Chance of each tick, and what stands alone where nothing else was ticked."""
ALONE = {"cause": ("dont_know",), "with": ("none", "dont_know"), "value": ("none", "dont_know"), "helped": ("none",)}


def delivery() -> str:
    """Return the delivery as text."""
    chance = random.Random(2025)
    columns = [
        *("id", "synthetic", "level", "size", "weight", "workplaces"),
        *(f"new_{kind}" for kind in INTRODUCED),
        "novelty",
        *(f"{prefix}_{option}" for prefix, (options, _) in TICKS.items() for option in (*options, *ALONE[prefix])),
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for (level, size), (workplaces, answers) in STRATA.items():
        for number in range(1, answers + 1):
            row = {"id": f"{level}{size}{number:02}", "synthetic": "1", "level": level, "size": size}
            row |= {"weight": f"{workplaces / answers:.6f}", "workplaces": str(workplaces)}
            writer.writerow(row | answered(chance, 1.25 if size == "2" else 1.0))
    return text.getvalue()


def answered(chance: random.Random, eager: float) -> dict[str, str]:
    """Return the answers of one workplace; large ones introduce more."""
    row = {}
    for kind, share in INTRODUCED.items():
        drawn = chance.random()
        row[f"new_{kind}"] = "1" if drawn < 0.65 * share * eager else "9" if drawn > 0.97 else "2"
    if "1" in row.values():
        row["novelty"] = chosen(chance, NOVELTY)
        for prefix, (options, otherwise) in TICKS.items():
            row |= ticked(chance, prefix, options, otherwise)
    return row


def chosen(chance: random.Random, shares: dict[str, float]) -> str:
    """Draw one code by its share."""
    drawn, codes = chance.random(), list(shares)
    for code in codes:
        drawn -= shares[code]
        if drawn < 0:
            return code
    return codes[-1]


def ticked(chance: random.Random, prefix: str, options: dict[str, float], otherwise: str) -> dict[str, str]:
    """Draw ticks; where none is drawn, the option that stands alone is ticked."""
    ticks = {option: chance.random() < share for option, share in options.items()}
    alone = {option: option == otherwise and not any(ticks.values()) for option in ALONE[prefix]}
    return {f"{prefix}_{option}": "1" if tick else "0" for option, tick in (ticks | alone).items()}


if __name__ == "__main__":
    PATH.write_text(delivery(), encoding="utf-8", newline="")
