"""The page and the figure of the coverage study."""

# ruff: noqa: E501 (the page's sentences hold their own numbers)

import io
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barometer.publication.palette import GREY, GRID, INK, MUTED, TEAL
from barometer.publication.style import CM, SEMIBOLD, style

NOMINAL = 0.95
TITLES = {
    "logit": "Logit",
    "wilson": "Wilson",
    "beta": "Beta (Korn-Graubard)",
    "likelihood": "Likelihood",
    "arcsine": "Arcsine",
    "wald": "Wald",
}
LINES = {0.02: ("#9a5b00", "2 %", "D"), 0.1: (GREY, "10 %", "s"), 0.5: (TEAL, "50 %", "o")}
SHOWN = ("whole strata", "parts of 12 strata")
RARE, COMMON = (0.02, 0.05, 0.1), (0.26, 0.5, 0.8)
MANY_EMPTY = 0.05
TICKS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)


def pooled(table: pd.DataFrame, by: list[str], distribution: str = "t", df: str = "domain") -> pd.DataFrame:
    """Mean of coverage, empty intervals and width over the domains of whole strata and of parts of 12 strata."""
    chosen = table["domain"].isin(SHOWN) & (table["distribution"] == distribution) & (table["df"] == df)
    return table[chosen].groupby(by, sort=False)[["coverage", "empty", "width"]].mean()


def draw_coverage(table: pd.DataFrame, kind: Literal["svg", "png"]) -> bytes:
    """Draw coverage by n, a panel for each method; the same bytes at every run."""
    with style():
        figure = Figure(figsize=(22 * CM / 72, 16.5 * CM / 72))
        panels = figure.subplots(2, 3, sharex=True, sharey=True)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.80, bottom=0.155, hspace=0.22, wspace=0.07)
        lines = pooled(table, ["method", "share", "n"])
        for axes, method in zip(panels.flat, TITLES, strict=True):
            _panel(axes, pd.DataFrame(lines.loc[method]))
            axes.set_title(TITLES[method], loc="left", fontsize=11, fontweight=SEMIBOLD, color=INK, pad=5)
        _words(figure, table)
        stream = io.BytesIO()
        if kind == "png":
            figure.savefig(stream, format="png", dpi=160, metadata={"Software": None})
        else:
            figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _words(figure: Figure, table: pd.DataFrame) -> None:
    figure.text(
        0.012, 0.965, "Coverage of nominal 95 % intervals by method", fontsize=15, fontweight=SEMIBOLD, va="top"
    )
    figure.text(
        0.012,
        0.91,
        "Intervals that hold the true share, by respondents in the domain, for true shares of 2, 10 and 50 %.\n"
        "The vertical scale is logarithmic in the intervals that do not.",
        fontsize=10.5,
        color=MUTED,
        va="top",
        linespacing=1.35,
    )
    figure.text(0.5, 0.098, "Respondents in the domain (n, on average)", fontsize=9.5, color=MUTED, ha="center")
    figure.text(
        0.012,
        0.014,
        f"Hollow marks: more than {MANY_EMPTY:.0%} of the intervals are empty, which counts as not covering. "
        "Rule: 95%. Student's t with the domain's df.\n"
        f"Simulation: {table.attrs['samples']:,} samples of {table.attrs['answers']:,} from an artificial population of "
        f"{table.attrs['workplaces']:,} for each domain; whole strata and parts of 12 strata.".replace("%", " %"),
        fontsize=8.5,
        color=MUTED,
        va="bottom",
        linespacing=1.4,
    )


def height(coverage: float) -> float:
    """Place on the vertical scale: how rare intervals are that do not cover, 1 in 1,000 at most."""
    import math

    return -math.log10(max(1.0 - coverage, 1e-3))


def _panel(axes: Axes, lines: pd.DataFrame) -> None:
    axes.set_xscale("log")
    axes.set_xlim(1.5, 2600)
    axes.set_ylim(-0.04, 3.12)
    axes.set_xticks([5, 20, 100, 500, 2000], ["5", "20", "100", "500", "2,000"])
    axes.set_xticks([], minor=True)
    axes.set_yticks(
        [height(c) for c in TICKS] + [3.0], [f"{100 * c:.0f}\u202f%" for c in TICKS] + ["99.9\u202f%"], fontsize=8.5
    )
    axes.tick_params(length=0, labelsize=8.5, colors=MUTED)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.axhline(height(NOMINAL), color=INK, linewidth=1.0, zorder=1.5)
    starts = {}
    for share, (colour, _, marker) in LINES.items():
        line = lines.loc[share]
        heights = [height(c) for c in line["coverage"]]
        axes.plot(line.index, heights, color=colour, linewidth=1.6, zorder=2)
        for n, y, empty in zip(line.index, heights, line["empty"], strict=True):
            fill = "#ffffff" if empty > MANY_EMPTY else colour
            axes.plot([n], [y], marker, markersize=4.6, markeredgecolor=colour, markerfacecolor=fill, zorder=3)
        starts[share] = heights[0]
    for share, y in _apart(starts, 0.19).items():
        colour, label, _ = LINES[share]
        dark = MUTED if colour == GREY else colour
        label = label.replace(" ", "\u202f")
        axes.text(4.3, y, label, fontsize=9, fontweight=SEMIBOLD, color=dark, ha="right", va="center")


def _apart(places: dict[float, float], room: float) -> dict[float, float]:
    """Move labels up until each has its room."""
    moved: dict[float, float] = {}
    last = -1.0
    for share, y in sorted(places.items(), key=lambda item: item[1]):
        last = max(y, last + room, 0.06)
        moved[share] = last
    return moved


def page(table: pd.DataFrame) -> str:
    """Say how the study was made and what it found, with its tables, in Markdown."""
    facts, fractions = table.attrs, table.attrs["fractions"]
    worst = 100 * table["coverage_se"].max()
    return f"""# Coverage of the intervals

`python benchmarks/coverage.py` makes this page, [coverage.csv](coverage.csv) with every cell, and the figure.

![Coverage of nominal 95 % intervals by method, by respondents in the domain](coverage.svg)

## How it was made

One artificial population of {facts["workplaces"]:,} workplaces, designed like the barometer's: {facts["strata"]} strata (15 sectors
by 4 sizes), of which {100 * min(fractions):.0f} to {100 * max(fractions):.0f} % are in a sample, {facts["answers"]:,} in all; large workplaces more often. It stays as it is; the
samples are stratified and simple random without replacement within strata. Weights are N_h/n_h: non-response beyond the strata is not simulated.

Domains hold 5 to 2,000 respondents on average, up to three of each kind: whole strata (as a sector is), a random part of each of
12 strata (as an industry within three sectors), and a random part of each of all strata (as a region). Each has six
outcomes with true shares of 0.02, 0.05, 0.1, 0.26, 0.5 and 0.8, or the nearest that whole workplaces allow, which differ between strata.
For each, {facts["samples"]:,} samples were drawn; the standard error of a coverage in coverage.csv is at most {worst:.2f} points.
Of every domain and outcome three samples were also given to `estimate_shares`, which found the same share, variance, n and df.

An empty interval counts as not covering. In brackets: how many are empty. An interval is empty where the df of the
domain are below 1, and for logit, arcsine and Wald where nobody or everybody said yes.

## What it shows

{_findings(table)}
## Coverage, true shares of 2, 5 and 10 %

{_method_table(table, RARE)}
## Coverage, true shares of 26, 50 and 80 %

{_method_table(table, COMMON)}
Both tables: whole strata and parts of 12 strata, Student's t with the domain's df; percent.

## Mean width in points, true shares of 26, 50 and 80 %

{_width_table(table)}
## Student's t or the normal, df of the domain or of the design: logit, true share 0.5

{_df_table(table)}"""


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _findings(table: pd.DataFrame) -> str:
    cells = pooled(table, ["method", "share", "n"])
    coverage: dict[Any, float] = cells["coverage"].to_dict()
    empties: dict[Any, float] = cells["empty"].to_dict()

    def said(method: str, share: float, n: int) -> str:
        return f"{_percent(coverage[method, share, n])} %"

    def empty(share: float, n: int) -> str:
        return f"{_percent(empties['logit', share, n])} %"

    thin = table[(table["domain"] == "parts of all strata") & (table["df"] == "domain") & (table["method"] == "beta")]
    lost = thin[thin["distribution"] == "t"].groupby("n")["empty"].mean()
    return f"""- **Common shares.** At a true share of 0.5, coverage at n = 30 is {said("logit", 0.5, 30)} (logit), {said("wilson", 0.5, 30)} (Wilson), {said("beta", 0.5, 30)}
  (beta), {said("likelihood", 0.5, 30)} (likelihood), {said("arcsine", 0.5, 30)} (arcsine) and {said("wald", 0.5, 30)} (Wald).
- **Rare shares.** At a true share of 0.02 and n = 50, logit covers {said("logit", 0.02, 50)} because {empty(0.02, 50)} of its intervals are empty: nobody
  in the sample said yes. Wilson covers {said("wilson", 0.02, 50)}, beta {said("beta", 0.02, 50)}, likelihood {said("likelihood", 0.02, 50)}: they answer there too.
- **Rare shares in larger domains.** At 0.02 and n = 200 coverage is {said("logit", 0.02, 200)} (logit), {said("wilson", 0.02, 200)} (Wilson), {said("beta", 0.02, 200)} (beta)
  and {said("wald", 0.02, 200)} (Wald), at n = 500 {said("logit", 0.02, 500)}, {said("wilson", 0.02, 500)}, {said("beta", 0.02, 500)} and {said("wald", 0.02, 500)}: four or ten
  with yes are few, so that the variance itself is uncertain; that is the likely cause, and was not tested by itself.
- **Thin domains.** Where 10 respondents are spread over all strata, {_percent(lost.loc[10])} % of the intervals are empty by any method, at 5
  {_percent(lost.loc[5])} %, at 20 {_percent(lost.loc[20])} %: respondents less strata present leave no df. The df of the design give an interval, see the last table.
"""


def _grid(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _method_table(table: pd.DataFrame, shares: tuple[float, ...]) -> str:
    cells = pooled(table[table["share"].isin(shares)], ["method", "n"])
    numbers = sorted(table["n"].unique())
    rows = []
    for method, title in TITLES.items():
        row = [title]
        for n in numbers:
            cell = cells.loc[(method, n)]
            lost = f" ({_percent(cell['empty'])})" if cell["empty"] >= 0.0005 else ""
            row.append(_percent(cell["coverage"]) + lost)
        rows.append(row)
    return _grid(["method", *(f"n = {n:,}" for n in numbers)], rows)


def _width_table(table: pd.DataFrame) -> str:
    cells = pooled(table[table["share"].isin(COMMON)], ["method", "n"])["width"]
    numbers = sorted(table["n"].unique())
    rows = [[title, *(_percent(cells.loc[(method, n)]) for n in numbers)] for method, title in TITLES.items()]
    return _grid(["method", *(f"n = {n:,}" for n in numbers)], rows)


def _df_table(table: pd.DataFrame) -> str:
    chosen = table[(table["method"] == "logit") & (table["share"] == 0.5)]
    numbers = [n for n in sorted(table["n"].unique()) if n <= 200]
    rows = []
    for (domain, distribution, df), cells in chosen.groupby(["domain", "distribution", "df"], sort=False):
        coverage, empty = (dict(zip(cells["n"], cells[what], strict=True)) for what in ("coverage", "empty"))
        what = "normal" if distribution == "normal" else f"t, df of the {df}"
        found = [f"{_percent(coverage[n])} ({_percent(empty[n])})" for n in numbers]
        rows.append([str(domain), what, *found])
    return _grid(["domain", "quantile", *(f"n = {n:,}" for n in numbers)], rows)
