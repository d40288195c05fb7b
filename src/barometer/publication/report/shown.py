"""Everything that one report shows of its waves, protected together and compared with each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from barometer.analysis import Estimates, Trend
from barometer.errors import DifferencingError
from barometer.microdata import Wave
from barometer.publication.disclosure.audit import Audit
from barometer.publication.disclosure.differencing import Differencing, find_differences
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.protecting import Protected, protect_tables
from barometer.publication.draw import estimate_published
from barometer.publication.statbank.folder import statbank_waves
from barometer.publication.statbank.shares import StatBankShares, estimate_table, lay_out
from barometer.publication.theme_trends import estimate_theme_trends


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """
    What a report shows besides claims.

    Attributes
    ----------
    figures : dict of int to sequence of Protected
        By wave, in the order of the records of its figures.
    trends : dict of str to Protected
        By theme.
    statbank : tuple of StatBankShares
        Tables that have a year of one of the waves.
    audits : dict of str to Audit
        Of the tables of StatBank, by name.
    differencing : Differencing
        Of all of them.
    """

    figures: Mapping[int, Sequence[Protected[Estimates]]]
    trends: Mapping[str, Protected[Trend]]
    statbank: tuple[StatBankShares, ...]
    audits: Mapping[str, Audit]
    differencing: Differencing


def protect_shown(waves: Sequence[Wave], policy: DisclosurePolicy) -> Shown:
    """
    Protect the figures of all waves, the trends and the tables of StatBank together.

    Parameters
    ----------
    waves : sequence of Wave
        Of one codebook.
    policy : DisclosurePolicy

    Returns
    -------
    Shown

    Raises
    ------
    DifferencingError
        If two of them, one taken from the other, tell what fewer than the threshold answered; with the names of both.
    """
    own = {wave.record.number: estimate_published(wave) for wave in waves}
    trends = estimate_theme_trends(waves)
    in_statbank = [wave for wave in waves if wave.record.number in statbank_waves(wave.codebook)]
    records = in_statbank[0].codebook.statbank.values() if in_statbank else ()
    tables = [estimate_table(record, in_statbank) for record in records]
    named: list[tuple[str, Any]] = [
        *((f"wave {number}: {name}", shares) for number, found in own.items() for name, shares in found.items()),
        *((f"trend: {theme}", trend) for theme, trend in trends.items()),
        *(pair for each in tables for pair in zip(each.names, each.results, strict=True)),
    ]
    done = protect_tables([result for _, result in named], policy)
    cells = [(replace(table, name=name), gone) for (name, _), (_, (table, gone)) in zip(named, done, strict=True)]
    compared = find_differences(cells, policy)
    if pairs := compared.pairs:
        raise DifferencingError(pairs)
    safe = iter([protected for protected, _ in done])
    audits = {name: protected.audit for (name, _), (protected, _) in zip(named, done, strict=True)}
    return Shown(
        {number: list(islice(safe, len(found))) for number, found in own.items()},
        dict(zip(trends, islice(safe, len(trends)), strict=True)),
        tuple(lay_out(each, list(islice(safe, len(each.results))), policy) for each in tables),
        {f"statbank/{name}": audits[name] for each in tables for name in each.names},
        compared,
    )
