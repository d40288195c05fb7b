"""Several waves laid side by side: the same indicators, groups and strata, and who answered twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Literal

import numpy as np

from barometer import survey
from barometer.analysis.designs import sampling_design
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.peers import PeerGroup
from barometer.codebook import load_codebook
from barometer.codebook.names import as_names
from barometer.codebook.records import Domain, DontKnowRule, Indicator
from barometer.errors import ArgumentError, DesignError, UnknownNameError
from barometer.microdata import Wave, as_waves, check_one_codebook
from barometer.microdata.arrays import BoolArray, IntArray

Unlinked = Literal["", "asked", "no_ids", "synthetic", "running_numbers"]
"""Why no id is looked at; empty where ids are."""
SampleChoice = Literal["auto", "by_id", "independent"]
"""Which ids are the same workplace: those of deliveries, those of any waves, or none."""


@dataclass(frozen=True, eq=False, repr=False)
class AlignedWaves:
    """
    W waves with the same k indicators and G groups.

    Attributes
    ----------
    waves : (W,) tuple of Wave
        By number.
    indicators : (k,) tuple of Indicator
        As the latest wave that has it defines it.
    domains : tuple of Domain
        With the groups of all waves.
    groups : (G,) tuple of tuple of str
        Codes, one for each domain.
    occasions : (W,) tuple of Occasion
        What an indicator or a group lacks has nobody in it.
    asked : (W, k) bool
        Whether a wave has the indicator.
    split : (W,) bool
        Whether it has every domain.
    offered : (W, G) bool
        Whether it has the group.
    unlinked : {"", "asked", "no_ids", "synthetic", "running_numbers"}
        Why no ids are compared; empty where they are.
    """

    waves: tuple[Wave, ...]
    indicators: tuple[Indicator, ...]
    domains: tuple[Domain, ...]
    groups: tuple[tuple[str, ...], ...]
    occasions: "tuple[survey.Occasion, ...]"
    asked: BoolArray
    split: BoolArray
    offered: BoolArray
    unlinked: Unlinked


def align_waves(
    waves: Sequence[Wave],
    indicators: str | Sequence[str],
    by: str | Sequence[str] | None,
    dont_know: DontKnowChoice,
    samples: SampleChoice,
) -> AlignedWaves:
    """
    Lay waves side by side.

    Parameters
    ----------
    waves : sequence of Wave
        Two at least, in any order.
    indicators, by, dont_know
        As for `estimate_shares`; what some of the waves have is enough.
    samples : {"auto", "by_id", "independent"}
        See `estimate_trend`.

    Raises
    ------
    ArgumentError
        If there are not two waves, one comes twice, or a domain does.
    MixedCodebooksError
        If they answer to different codebooks.
    UnknownNameError
        If no wave has an indicator or a domain.
    DesignError
        If workplaces are in two waves whose strata are not the same.
    """
    ordered = sort_waves(waves)
    chosen = _find_indicators(ordered, indicators)
    rules: list[DontKnowRule] = [i.dont_know if dont_know == "record" else dont_know for i in chosen]
    names = () if by is None else domain_names(by)
    if len(set(names)) < len(names):
        raise ArgumentError("by", "names the same domain twice")
    splits = [[_split(wave, name) for name in names] for wave in ordered]
    domains = tuple(_join_groups(name, ordered, [of_wave[d] for of_wave in splits]) for d, name in enumerate(names))
    groups, codes = _cross(ordered, domains, splits)
    unlinked, strata = _unlinked(ordered, samples), _strata(ordered)
    units = [None] * len(ordered) if unlinked else _units(ordered)
    _check_strata(ordered, units, strata)
    occasions = tuple(
        survey.Occasion(
            sampling_design(wave), _columns(wave, chosen, rules), survey.Groups(code, names, groups), stratum, unit
        )
        for wave, code, stratum, unit in zip(ordered, codes, strata, units, strict=True)
    )
    asked = np.array([[i.name in wave.codebook.indicators for i in chosen] for wave in ordered])
    has_all = np.array([None not in of_wave for of_wave in splits])
    offered = np.array([[_offers(of_wave, group) for group in groups] for of_wave in splits], dtype=np.bool_)
    return AlignedWaves(
        ordered,
        chosen,
        domains,
        groups,
        occasions,
        asked,
        has_all,
        offered.reshape(len(ordered), len(groups)),
        unlinked,
    )


def sort_waves(waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """Return waves by number, or refuse what cannot stand in one row of them."""
    waves = as_waves(waves)
    if len(waves) < 2:
        raise ArgumentError("waves", "a change needs two waves at least, [bm.load_wave(3), bm.load_wave(4)]; got 1")
    check_one_codebook(waves)
    numbers = [wave.record.number for wave in waves]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise ArgumentError("waves", f"wave {', '.join(map(str, twice))} is given more than once: give each wave once")
    return tuple(sorted(waves, key=lambda wave: wave.record.number))


def domain_names(by: object) -> tuple[str, ...]:
    """Take the names of one domain or of several to cross, or refuse with an example."""
    if isinstance(by, PeerGroup):
        raise ArgumentError(
            "by", "peers are found in one wave: name a domain that the waves have, for instance 'sector'"
        )
    if isinstance(by, str) or (isinstance(by, Sequence) and all(isinstance(name, str) for name in by)):
        return as_names("by", by)
    kind = "None" if by is None else f"a {type(by).__name__}"
    raise ArgumentError(
        "by", f"must be a domain or several to cross, for instance 'sector' or ['level', 'size']; got {kind}"
    )


def _find_indicators(waves: Sequence[Wave], names: str | Sequence[str]) -> tuple[Indicator, ...]:
    found: dict[str, Indicator] = {}
    for name in as_names("indicators", names):
        missing: list[UnknownNameError] = []
        for wave in waves:
            try:
                found |= {indicator.name: indicator for indicator in wave.select(name)}
            except UnknownNameError as error:
                missing.append(error)
        if len(missing) == len(waves):
            raise _say_who_asked(name, waves) or missing[-1]
    if not found:
        raise ArgumentError("indicators", "no indicator was named")
    return tuple(found.values())


def _say_who_asked(name: str, waves: Sequence[Wave]) -> UnknownNameError | None:
    """Say which other waves of the codebook have an indicator; None where none has."""
    folder = waves[0].codebook.folder
    if not folder.is_dir():
        return None
    book, asked = load_codebook(folder), []
    for number in book.waves:
        with suppress(UnknownNameError):
            book.select(name, number)
            asked.append(number)
    if not asked:
        return None
    lacking = " and ".join(str(wave.record.number) for wave in waves)
    have = f"Waves {' and '.join(map(str, asked))} have it." if len(asked) > 1 else f"Wave {asked[0]} has it."
    return UnknownNameError(f"indicator in waves {lacking}", name, [], have)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Split:
    """A domain as one wave has it, and the group of each workplace: its position, -1 in none."""

    domain: Domain
    code: IntArray


def _split(wave: Wave, name: str) -> _Split | None:
    """Split a wave by a domain; None where it does not have the domain."""
    if not wave.codebook.has_domain(name):
        return None
    try:
        return _Split(wave.codebook.domain(name), wave.domain_codes(name))
    except UnknownNameError:
        return None


def _offers(splits: Sequence[_Split | None], group: Sequence[str]) -> bool:
    """Whether a wave has every part of a group."""
    return all(
        split is not None and any(own.code == code for own in split.domain.groups)
        for split, code in zip(splits, group, strict=True)
    )


def _join_groups(name: str, waves: Sequence[Wave], splits: Sequence[_Split | None]) -> Domain:
    """Return a domain with the groups of all waves: those of the latest, then what only earlier ones have."""
    held = [split.domain for split in reversed(splits) if split is not None]
    if not held:
        waves[-1].domain_codes(name)  # says which domains there are
    groups = {group.code: group for domain in reversed(held) for group in domain.groups}
    order = dict.fromkeys(group.code for domain in held for group in domain.groups)
    return replace(held[0], groups=tuple(groups[code] for code in order))


def _cross(
    waves: Sequence[Wave], domains: Sequence[Domain], splits: Sequence[Sequence[_Split | None]]
) -> tuple[tuple[tuple[str, ...], ...], list[IntArray]]:
    """Cross the domains: all groups of one, and of several the cells that some wave has answers in."""
    if not domains:
        return (), [np.full(wave.n, -1, dtype=np.intp) for wave in waves]
    sizes = [len(domain.groups) for domain in domains]
    every = list(product(*([group.code for group in domain.groups] for domain in domains)))
    cells = [np.full(wave.n, -1, dtype=np.intp) for wave in waves]
    for cell, of_wave in zip(cells, splits, strict=True):
        held = [split for split in of_wave if split is not None]
        if len(held) == len(domains):
            codes = [_joined(split, domain) for split, domain in zip(held, domains, strict=True)]
            inside = np.logical_and.reduce([code >= 0 for code in codes])
            cell[inside] = np.ravel_multi_index([code[inside] for code in codes], sizes)
    if len(domains) == 1:
        return tuple(every), cells
    present = np.unique(np.concatenate(cells))
    present = present[present >= 0]
    renumbered = np.full(len(every) + 1, -1, dtype=np.intp)
    renumbered[present] = np.arange(present.size)
    return tuple(every[place] for place in present), [renumbered[cell] for cell in cells]


def _joined(split: _Split, domain: Domain) -> IntArray:
    """Return the groups of one wave, by their position among those of all waves."""
    place = {group.code: position for position, group in enumerate(domain.groups)}
    return np.array([*(place[group.code] for group in split.domain.groups), -1], dtype=np.intp)[split.code]


def _columns(wave: Wave, chosen: Sequence[Indicator], rules: Sequence[DontKnowRule]) -> "survey.Columns":
    """Yes/no of every indicator; one that the wave does not have has nobody in its base."""
    asked = [place for place, indicator in enumerate(chosen) if indicator.name in wave.codebook.indicators]
    names = tuple(indicator.name for indicator in chosen)
    yes = np.zeros((wave.n, len(chosen)), dtype=np.bool_)
    present, base = np.zeros((wave.n, 1), dtype=np.bool_), np.zeros(len(chosen), dtype=np.intp)
    if asked:
        own = [wave.codebook.indicators[chosen[place].name] for place in asked]
        arrays = wave.indicator_arrays(own, [rules[place] for place in asked])
        yes[:, asked] = arrays.yes
        present = np.concatenate([present, arrays.bases], axis=1)
        base[asked] = 1 + arrays.base
    return survey.Columns("share", names, yes, present, base, None)


def _unlinked(waves: Sequence[Wave], samples: SampleChoice) -> Unlinked:
    """Say why ids of the waves are not to be compared; empty where they are."""
    if samples == "independent":
        return "asked"
    if any("id" not in wave.microdata for wave in waves):
        return "no_ids"
    if samples == "by_id":
        return ""
    if any(wave.is_synthetic for wave in waves):
        return "synthetic"
    return "running_numbers" if any(_is_numbered(wave) for wave in waves) else ""


def _is_numbered(wave: Wave) -> bool:
    """Whether ids are numbers without a gap, as rows are numbered: such an id is nobody's outside its delivery."""
    ids = wave.microdata["id"]
    if not ids.str.fullmatch(r"[0-9]{1,15}").all():
        return False
    numbers = ids.astype("int64")
    return int(numbers.max() - numbers.min()) + 1 == numbers.size


def _units(waves: Sequence[Wave]) -> list[IntArray | None]:
    """Code the workplaces by id over all waves."""
    ids = [wave.microdata["id"].to_numpy().astype(str) for wave in waves]
    known = np.unique(np.concatenate(ids))
    return [np.searchsorted(known, own).astype(np.intp) for own in ids]


def _strata(waves: Sequence[Wave]) -> list[IntArray]:
    """Code the strata by name over all waves."""
    known = sorted({name for wave in waves for name in wave.stratum[1]})
    place = {name: position for position, name in enumerate(known)}
    return [np.array([place[name] for name in wave.stratum[1]], dtype=np.intp)[wave.stratum[0]] for wave in waves]


def _check_strata(waves: Sequence[Wave], units: Sequence[IntArray | None], strata: Sequence[IntArray]) -> None:
    """Refuse workplaces in two waves whose strata are made otherwise, or who are in two strata."""
    for a, b in combinations(range(len(waves)), 2):
        one, two = units[a], units[b]
        if one is None or two is None:
            continue
        both, of_first, of_second = np.intersect1d(one, two, return_indices=True)
        made = [" x ".join(waves[place].record.stratum) or "none" for place in (a, b)]
        moved = int((strata[a][of_first] != strata[b][of_second]).sum())
        if both.size and (made[0] != made[1] or moved):
            pair = f"waves {waves[a].record.number} and {waves[b].record.number}"
            why = (
                f"their strata are made of {made[0]} and of {made[1]}"
                if made[0] != made[1]
                else f"{moved:,} of them are in another stratum in the later wave"
            )
            raise DesignError(
                "samples",
                f"{both.size:,} ids are in both {pair}, and {why}: their covariance can only be taken within strata "
                'that both waves carry. If an id does not mean the same unit in both, say samples="independent"; if '
                "units moved, deliver the later wave with the strata that they had when they were first drawn",
            )
