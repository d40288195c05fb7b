"""Shares over waves: the verb, and its tables from the kernel's arrays."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.estimates import TOTAL
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.occasions import AlignedWaves, SampleChoice, align_waves
from barometer.analysis.trend import Trend, TrendMethod, Versus
from barometer.analysis.trend_words import CHANGE_NOTES, linking_label
from barometer.analysis.wave_verdicts import WaveVerdicts, judge_waves
from barometer.analysis.wave_years import place_waves
from barometer.analysis.weighting import waves_text
from barometer.codebook.records import DontKnowRule, Label
from barometer.errors import ArgumentError, check_choice, check_confidence
from barometer.microdata import Wave

NUMBERS = ("se", "ci_low", "ci_high", "statistic", "df", "p_value")
Codes = NDArray[np.object_]


def estimate_trend(
    waves: Sequence[Wave],
    indicators: str | Sequence[str] = "*",
    by: str | Sequence[str] | None = None,
    *,
    versus: Versus = "previous",
    samples: SampleChoice = "auto",
    overlap: "survey.OverlapRule" = "stacked",
    dont_know: DontKnowChoice = "record",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
    years: Mapping[int, float] | None = None,
    adjust: "survey.Adjustment" = "holm",
) -> Trend:
    """
    Follow shares over waves: levels, changes between waves, and linear trends.

    Parameters
    ----------
    waves : sequence of Wave
        Two at least of one codebook, in any order.
    indicators : str or sequence of str
        As for `estimate_shares`; those that only some of the waves have get rows that say so.
    by : str or sequence of str, optional
        A domain, or several to cross.
    versus : {"previous", "first", "all"} or int
        Which changes: each wave against the one before, against the first, any two, or all against the wave of that
        number. A change is always the later wave less the earlier one.
    samples : {"auto", "by_id", "independent"}
        "auto": workplaces of deliveries with the same id are the same, unless the ids of a wave are running numbers;
        those of synthetic waves never are. "by_id": in any waves. "independent": no ids are looked at.
    overlap : {"conditional", "stacked"}
        How the covariance of workplaces in common is taken: given how many workplaces each wave has in a stratum, or
        as R does of the stacked waves with the workplace as sampling unit, where variances too are those of the stack.
        See `barometer.survey.covariance_of_samples`.
    dont_know, interval, confidence
        As for `estimate_shares`; the interval is that of the shares, a change has a symmetric one.
    years : dict of int to float, optional
        When a wave was, in years; otherwise the mean of the years that its period names.

    adjust : {"holm", "bh", "none"}
        Adjustment of the p-values for the number of tests: Holm's; Benjamini and Hochberg's; or none. Adjusted together
        are the changes of an indicator's total, those of its groups, and likewise its slopes; of the changes over whole
        stretches (`.spans`) the totals of all indicators, and their groups.

    Returns
    -------
    Trend
        `.table`, `.changes` and `.slopes`; `.to_frame(lang, part)`, `.summary(lang)`.

    Raises
    ------
    ArgumentError
        If there are not two waves, a wave or a domain comes twice, a later wave is placed before an earlier one, or
        a choice is none of what it may be.
    MixedCodebooksError
        If the waves answer to different codebooks.
    UnknownNameError
        If no wave has an indicator or a domain.
    DesignError
        If workplaces are in two waves whose strata are not the same.

    Notes
    -----
    The codebook decides what is compared: a change is computed where definitions match, marked where they match with a
    break, and left empty with its reason where they do not. For groups the domain must match too. A linear trend is the
    least-squares slope on the waves' years, over each stretch of waves without a break. A change from a share of 0 or 1
    or from a single answer is given without a standard error and a test, as in `compare_domains`.

    Examples
    --------
    >>> import barometer as bm
    >>> trend = bm.estimate_trend([bm.load_wave(3), bm.load_wave(4)], "partner.citizens")
    >>> trend.changes[["first", "second", "samples", "comparable"]].values.tolist()
    [[3, 4, 'independent', 'comparable']]
    """
    confidence = check_confidence(confidence)
    _check(dont_know, samples, overlap, adjust)
    aligned = align_waves(waves, indicators, by, dont_know, samples)
    choices = survey.Choices(confidence, interval)
    repeated = survey.estimate_occasions(aligned.occasions, choices, overlap)
    verdicts = judge_waves(aligned)
    numbers = [wave.record.number for wave in aligned.waves]
    periods = {wave.record.number: wave.record.period for wave in aligned.waves}
    placed = place_waves(periods, years)
    method = TrendMethod(
        periods=periods,
        years=placed,
        samples=samples,
        linking=_linking(aligned, overlap, linked=bool(repeated.linked.any())),
        overlap=overlap,
        versus=versus,
        adjustment=adjust,
        confidence=confidence,
        interval=interval,
        dont_know=dont_know,
        is_synthetic=any(wave.is_synthetic for wave in aligned.waves),
    )
    lacking = _lacking(aligned)
    names = [domain.name for domain in aligned.domains]
    slopes = _slopes(aligned, repeated, verdicts, lacking, method)
    changes = _changes(aligned, repeated, verdicts, lacking, _pairs(versus, numbers), confidence)
    every = _changes(aligned, repeated, verdicts, lacking, _pairs("all", numbers), confidence)
    return Trend(
        table=_levels(aligned, repeated, verdicts, lacking, method),
        changes=_adjusted(changes, ["indicator"], names, adjust),
        slopes=_adjusted(slopes, ["indicator"], names, adjust),
        spans=_adjusted(_spans(every, slopes, names), [], names, adjust),
        method=method,
        indicators=aligned.indicators,
        families=tuple(_family(aligned, k) for k in range(len(aligned.indicators))),
        domains=aligned.domains,
        verdicts=verdicts,
        codebooks={wave.record.number: wave.codebook for wave in aligned.waves},
        answered=np.stack([survey.count_answered(o.columns, o.groups) for o in aligned.occasions]).T.ravel(),
        weighted_base=np.stack([found.weighted_base for found in repeated.found]).T.ravel(),
    )


def _check(dont_know: str, samples: str, overlap: str, adjust: str) -> None:
    for argument, value, allowed in (
        ("dont_know", dont_know, ("record", *get_args(DontKnowRule))),
        ("samples", samples, get_args(SampleChoice)),
        ("overlap", overlap, get_args(survey.OverlapRule)),
        ("adjust", adjust, get_args(survey.Adjustment)),
    ):
        check_choice(argument, value, allowed)


def _family(aligned: AlignedWaves, k: int) -> Label:
    """Title of an indicator's family, in the words of the latest wave that has it."""
    latest = aligned.waves[int(np.flatnonzero(aligned.asked[:, k])[-1])]
    family = aligned.indicators[k].family
    return latest.codebook.family_label(family) if family else Label("", "")


def _pairs(versus: Versus, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Positions of the waves that are compared, the earlier one first."""
    every = list(combinations(range(len(numbers)), 2))
    if versus == "all":
        return every
    if versus == "previous":
        return [(a, b) for a, b in every if b == a + 1]
    wanted = numbers[0] if versus == "first" else versus
    if isinstance(wanted, bool) or wanted not in numbers:
        raise ArgumentError("versus", f"must be previous, first, all or one of the waves {numbers}; got {versus!r}")
    return [(a, b) for a, b in every if wanted in (numbers[a], numbers[b])]


def _lacking(aligned: AlignedWaves) -> Codes:
    """(W, 1 + G, k) why a wave has no number; empty where it has."""
    size, k, groups = len(aligned.waves), len(aligned.indicators), len(aligned.groups)
    result = np.full((size, 1 + groups, k), "", dtype=object)
    result[:, 1:][~aligned.offered] = "no_group"
    result[~aligned.split, 1:] = "no_domain"
    result[np.broadcast_to(~aligned.asked[:, np.newaxis], result.shape)] = "not_asked"
    return result


def _before(aligned: AlignedWaves) -> NDArray[np.intp]:
    """(W, k) position of the nearest wave before that has the indicator, -1 where none has."""
    places = np.where(aligned.asked, np.arange(len(aligned.waves))[:, np.newaxis], -1)
    return np.concatenate([np.full_like(places[:1], -1), np.maximum.accumulate(places, axis=0)[:-1]])


def _levels(
    aligned: AlignedWaves,
    repeated: "survey.RepeatedEstimates",
    verdicts: WaveVerdicts,
    lacking: Codes,
    method: TrendMethod,
) -> pd.DataFrame:
    reasons = np.array(survey.REASONS, dtype=object)
    note = np.stack([reasons[found.interval.reason] for found in repeated.found])
    note = np.where(lacking != "", lacking, note)
    shape = lacking.shape
    before, broken = _before(aligned), np.full(shape, "", dtype=object)
    for place, of_wave in enumerate(before):
        for k, earlier in enumerate(of_wave):
            if earlier >= 0 and aligned.asked[place, k]:
                codes = [verdicts.code(earlier, place, k, grouped) for grouped in (False, True)]
                total, groups = ("" if code == "comparable" else code for code in codes)
                broken[place, 0, k], broken[place, 1:, k] = total, groups
    numbers = [wave.record.number for wave in aligned.waves]
    index = np.indices(shape).transpose(0, 3, 2, 1).reshape(3, -1)  # indicator slowest, wave fastest
    wave = np.array(numbers)[index[0]]
    columns = _keys(aligned, index) | {
        "wave": wave,
        "period": [method.periods[number] for number in wave.tolist()],
        "year": [method.years[number] for number in wave.tolist()],
    }
    for name, field in (("share", "estimate"), ("se", "se"), ("ci_low", "ci_low"), ("ci_high", "ci_high")):
        columns[name] = np.stack([getattr(found, field) for found in repeated.found])[tuple(index)]
    for name in ("df", "n"):
        columns[name] = np.stack([getattr(found, name) for found in repeated.found])[tuple(index)]
    columns["note"] = _coded(note[tuple(index)])
    columns["break_before"] = _coded(broken[tuple(index)])
    columns["provenance"] = _provenance(aligned, index[0])
    return pd.DataFrame(columns)


def _changes(
    aligned: AlignedWaves,
    repeated: "survey.RepeatedEstimates",
    verdicts: WaveVerdicts,
    lacking: Codes,
    pairs: Sequence[tuple[int, int]],
    confidence: float,
) -> pd.DataFrame:
    found = [repeated.change(a, b, confidence) for a, b in pairs]
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    effect = verdicts.effect[first, second]
    grouped = np.minimum(np.arange(lacking.shape[1]), 1)
    comparable = np.array(["comparable", "break", "not_comparable"], dtype=object)[effect[:, grouped]]
    note = np.where(lacking[first] != "", lacking[first], lacking[second])
    note = np.where((note == "") & (comparable == "not_comparable"), "not_comparable", note)
    index = np.indices(note.shape).transpose(0, 3, 2, 1).reshape(3, -1)
    numbers = np.array([wave.record.number for wave in aligned.waves])
    columns = _keys(aligned, index) | {"first": numbers[first[index[0]]], "second": numbers[second[index[0]]]}
    columns |= _tested("change", found, index, note[tuple(index)])
    columns["comparable"] = _coded(comparable[tuple(index)])
    columns["note"] = columns.pop("note")
    columns["provenance"] = _provenance(aligned, first[index[0]], second[index[0]])
    return pd.DataFrame(columns)


def _slopes(
    aligned: AlignedWaves,
    repeated: "survey.RepeatedEstimates",
    verdicts: WaveVerdicts,
    lacking: Codes,
    method: TrendMethod,
) -> pd.DataFrame:
    numbers = [wave.record.number for wave in aligned.waves]
    stretches: dict[tuple[int, ...], int] = {}
    rows: list[tuple[int, int, int]] = []
    for k in range(len(aligned.indicators)):
        for group in range(lacking.shape[1]):
            there = [place for place in range(len(numbers)) if lacking[place, group, k] == ""]
            unbroken = _unbroken(there, verdicts, k, group > 0) or [()]
            rows += [(stretches.setdefault(stretch, len(stretches)), group, k) for stretch in unbroken]
    index = np.array(rows).T
    found = [_slope(repeated, stretch, [method.years[n] for n in numbers], method.confidence) for stretch in stretches]
    reasons = ["no_stretch" if not stretch else "" for stretch in stretches]
    reasons = [
        "no_year" if stretch and not np.isfinite([method.years[numbers[i]] for i in stretch]).all() else reason
        for stretch, reason in zip(stretches, reasons, strict=True)
    ]
    ends = [(numbers[s[0]], numbers[s[-1]], len(s)) if s else (None, None, 0) for s in stretches]
    first, last, count = ([end[place] for end in ends] for place in range(3))
    columns = _keys(aligned, index) | {
        "first": pd.array([first[s] for s in index[0]], dtype="Int64"),
        "last": pd.array([last[s] for s in index[0]], dtype="Int64"),
        "waves": np.array(count)[index[0]],
    }
    columns |= _tested("slope", found, index, np.array(reasons, dtype=object)[index[0]])
    columns["note"] = columns.pop("note")
    every = np.indices((len(numbers), index.shape[1]))[0]
    columns["provenance"] = _provenance(aligned, *every)
    return pd.DataFrame(columns)


def _spans(changes: pd.DataFrame, slopes: pd.DataFrame, domains: list[str]) -> pd.DataFrame:
    """Pick the changes over whole stretches."""
    keys = ["indicator", *domains]
    stretches = slopes.loc[slopes["last"].notna(), [*keys, "first", "last"]]
    ends = stretches.rename(columns={"last": "second"}).astype({"first": np.int64, "second": np.int64})
    return changes[changes["comparable"] == "comparable"].merge(ends, on=[*keys, "first", "second"])


def _adjusted(rows: pd.DataFrame, families: list[str], domains: list[str], adjust: "survey.Adjustment") -> pd.DataFrame:
    """Add p_adjusted: totals among totals and groups among groups, within each family."""
    grouped = (rows[domains] != TOTAL).any(axis=1) if domains else pd.Series(False, index=rows.index)
    p_value = rows["p_value"].to_numpy(dtype=np.float64)
    adjusted = np.full(len(rows), np.nan)
    for places in rows.groupby([*(rows[name] for name in families), grouped], observed=True).indices.values():
        adjusted[places] = survey.adjust_p_values(p_value[places], adjust)
    result = rows.copy()
    result.insert(list(rows.columns).index("p_value") + 1, "p_adjusted", adjusted)
    return result


def _unbroken(there: Sequence[int], verdicts: WaveVerdicts, k: int, grouped: bool) -> list[tuple[int, ...]]:
    """Stretches of two waves and more in which each may be compared with the one before, without a break."""
    stretches: list[list[int]] = []
    for place in there:
        if stretches and verdicts.code(stretches[-1][-1], place, k, grouped) == "comparable":
            stretches[-1].append(place)
        else:
            stretches.append([place])
    return [tuple(stretch) for stretch in stretches if len(stretch) > 1]


def _slope(
    repeated: "survey.RepeatedEstimates", stretch: tuple[int, ...], years: Sequence[float], confidence: float
) -> "survey.Changes | None":
    times = [years[place] for place in stretch]
    if not stretch or not np.isfinite(times).all():
        return None
    return repeated.slope(stretch, times, confidence)


def _tested(
    name: str, found: "Sequence[survey.Changes | None]", index: NDArray[np.intp], note: Codes
) -> dict[str, Any]:
    """Columns of estimates and tests for the rows of an index (what, group, indicator); empty where a note says why."""
    held = next((each for each in found if each is not None), None)
    shape = (1, 1) if held is None else held.estimate.shape
    empty = np.full(shape, np.nan)

    def column(field: str) -> NDArray[Any]:
        stacked = np.stack([empty if each is None else getattr(each, field) for each in found])
        values: NDArray[Any] = stacked[tuple(index)] if held is not None else np.full(index.shape[1], np.nan)
        return values

    value = column("estimate")
    own = np.array(survey.COMPARISON_REASONS, dtype=object)[np.nan_to_num(column("reason")).astype(np.intp)]
    said = np.where(note == "", own, note)
    refused = note != ""
    columns: dict[str, Any] = {name: np.where(refused, np.nan, value)}
    columns |= {field: np.where(refused, np.nan, column(field)) for field in NUMBERS}
    overlapping = np.array([each is not None and each.overlapping for each in found])[index[0]]
    columns["samples"] = _coded(np.where(overlapping, "overlapping", "independent"))
    columns["common"] = np.where(refused, 0.0, np.nan_to_num(column("common"))).astype(np.intp)
    columns["note"] = _coded(said)
    return columns


def _keys(aligned: AlignedWaves, index: NDArray[np.intp]) -> dict[str, Any]:
    """Columns that say which indicator and group each row of an index (what, group, indicator) is."""
    names = [indicator.name for indicator in aligned.indicators]
    columns: dict[str, Any] = {"indicator": pd.Categorical.from_codes(index[2], pd.Index(names))}
    for position, domain in enumerate(aligned.domains):
        categories = [TOTAL, *(group.code for group in domain.groups)]
        codes = np.array([0, *(categories.index(group[position]) for group in aligned.groups)])
        columns[domain.name] = pd.Categorical.from_codes(codes[index[1]], pd.Index(categories), ordered=True)
    return columns


def _coded(values: Codes | NDArray[np.str_]) -> "pd.Categorical[str]":
    known = [code for code in (*CHANGE_NOTES, "comparable", "break", "independent", "overlapping") if code in values]
    return pd.Categorical(values.astype(object), categories=pd.Index(known, dtype=object).astype("str"))


def _provenance(aligned: AlignedWaves, *places: NDArray[np.intp]) -> "pd.Categorical[str]":
    """Return "synthetic" where the microdata of a wave behind the row are."""
    synthetic = np.array([wave.is_synthetic for wave in aligned.waves])
    either = np.logical_or.reduce([synthetic[place] for place in places])
    return pd.Categorical.from_codes(either.astype(np.intp), pd.Index(["delivery", "synthetic"]))


def _linking(aligned: AlignedWaves, overlap: "survey.OverlapRule", *, linked: bool) -> Label:
    """Say whose workplaces are the same, and whose weights were moved."""
    said, moved = linking_label(aligned.unlinked, overlap, linked=linked), waves_text(aligned.waves)
    return Label(f"{said.da}{moved.da}", f"{said.en}{moved.en}")
