"""A small delivery of the administrations' survey: the n that was published, answers that nobody gave."""

from pathlib import Path

OPTIONS = {
    1: (
        *("pool_admin", "pool_political", "strategy_admin", "strategy_political"),
        *("unit_central", "unit_decentral", "under_way", "none"),
    ),
    2: ("pool", "unit", "strategy", "none"),
}
ANSWERS = {
    1: {
        ("pool_political", "unit_central"): 20,
        ("strategy_political",): 18,
        ("pool_admin",): 11,
        ("unit_decentral", "under_way"): 9,
        ("strategy_admin", "pool_admin"): 5,
        ("under_way",): 6,
        ("none",): 10,
    },
    2: {("pool",): 12, ("unit", "strategy"): 25, ("strategy",): 20, ("none",): 15},
}
"""How many administrations ticked what, by wave: 79 and 72 in all."""


def administrations_delivery(folder: Path, wave: int) -> Path:
    """Write the delivery of one wave with its layout, without weights and population sizes."""
    columns = {option: f"q{number}" for number, option in enumerate(OPTIONS[wave], start=1)}
    ticked = [options for options, count in ANSWERS[wave].items() for _ in range(count)]
    kinds = ["region" if number < 5 else "ministry" if number < 15 else "municipality" for number in range(len(ticked))]
    lines = [";".join(["nr", "kind", *columns.values()])]
    for number, (options, kind) in enumerate(zip(ticked, kinds, strict=True), start=1):
        lines.append(";".join([str(number), kind, *("1" if option in options else "0" for option in columns)]))
    path = folder / f"administrations{wave}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = [
        f'"strategy_instruments.{option}" = {{ column = "{name}", codes = "tick" }}' for option, name in columns.items()
    ]
    layout = [
        f"wave = {wave}",
        'kind = "delivery"',
        "[file]",
        f'name = "{path.name}"',
        'delimiter = ";"',
        'decimal = ","',
        'encoding = "utf-8"',
        "[design]",
        'id = "nr"',
        'weight = ""',
        'population = ""',
        "[registers]",
        'level = { column = "kind", codes = "kind" }',
        "[answers]",
        *answers,
        "[codes]",
        'kind = { municipality = "municipality", region = "region", ministry = "ministry" }',
        'tick = { 0 = "no", 1 = "yes" }',
    ]
    path.with_suffix(".layout.toml").write_text("\n".join(layout), encoding="utf-8")
    return path
