"""Which waves may be compared, for every indicator and its split, as the codebook says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.analysis.occasions import AlignedWaves
from barometer.codebook import Codebook
from barometer.codebook.comparability import ORDER, Comparability, compare_domain, compare_waves
from barometer.codebook.published import Effect
from barometer.codebook.records import Domain, Indicator, Lang
from barometer.microdata import Wave


@dataclass(frozen=True, eq=False, repr=False)
class WaveVerdicts:
    """
    What the codebook says of every pair of W waves.

    Attributes
    ----------
    effect : (W, W, 2, k) int
        Position in `ORDER` of the verdict on each indicator: of its total, and of its groups, which the domains must
        allow too. The earlier wave first.
    records : dict of (name, first, second) to Comparability
        Verdicts on indicators and domains, by the numbers of the waves.
    domains : tuple of str
    """

    effect: NDArray[np.intp]
    records: Mapping[tuple[str, int, int], Comparability]
    domains: tuple[str, ...]

    def code(self, first: int, second: int, indicator: int, grouped: bool) -> Effect:
        """Return the verdict on a total or on groups, by the positions of waves and indicator."""
        return ORDER[int(self.effect[first, second, int(grouped), indicator])]

    def reason(self, indicator: str, first: int, second: int, grouped: bool, lang: Lang) -> str:
        """Say what is different between two waves, by their numbers; empty where nothing is."""
        names = (indicator, *(self.domains if grouped else ()))
        labels = [label for name in names for label in self.records[name, first, second].reasons]
        return " ".join(dict.fromkeys(label.text(lang) for label in labels))


def judge_waves(aligned: AlignedWaves) -> WaveVerdicts:
    """Look up every pair of waves."""
    size, k = len(aligned.waves), len(aligned.indicators)
    effect = np.zeros((size, size, 2, k), dtype=np.intp)
    records: dict[tuple[str, int, int], Comparability] = {}
    for a, b in combinations(range(size), 2):
        for_pair = compare_pair(aligned.waves[a], aligned.waves[b], aligned.indicators, aligned.domains)
        records |= {(found.indicator, found.first, found.second): found for found in for_pair}
        ranks = [ORDER.index(found.verdict) for found in for_pair]
        effect[a, b, 0] = ranks[:k]
        effect[a, b, 1] = np.maximum(ranks[:k], max(ranks[k:], default=0))
    return WaveVerdicts(effect, records, tuple(domain.name for domain in aligned.domains))


def compare_pair(
    first: Wave, second: Wave, indicators: Sequence[Indicator], domains: Sequence[Domain]
) -> list[Comparability]:
    """Return the verdicts on indicators and then on domains, for an earlier and a later wave of one codebook."""
    books: list[tuple[int, Codebook]] = [(wave.record.number, wave.codebook) for wave in (first, second)]
    found = []
    for indicator in indicators:
        one, two = ((number, book.indicators.get(indicator.name)) for number, book in books)
        found.append(compare_waves(indicator.name, one, two, second.codebook.changes))
    return [*found, *(compare_domain(domain.name, *books) for domain in domains)]
