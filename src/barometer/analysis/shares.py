"""Weighted shares with their uncertainty, for any indicators and any domain, from one pass over the answers."""

from collections.abc import Sequence
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import wave_design, wave_method
from barometer.analysis.estimates import TOTAL, Estimates
from barometer.analysis.method import DF_RULES, DontKnowChoice, dont_know_rules
from barometer.analysis.peers import PeerGroup, peer_codes
from barometer.codebook.names import as_names
from barometer.codebook.records import Domain, Indicator
from barometer.errors import ArgumentError, check_choice, check_confidence
from barometer.microdata import Wave, check_wave


def estimate_shares(
    wave: Wave,
    indicators: str | Sequence[str] = "*",
    *,
    by: str | Sequence[str] | PeerGroup | None = None,
    dont_know: DontKnowChoice = "record",
    df: "survey.DfRule" = "domain",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
) -> Estimates:
    """
    Estimate weighted shares with standard errors and confidence intervals.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        Names of indicators ("positive_role.citizens"), families ("positive_role", "value"), everything below a name
        ("factor.citizens.*"), or "*" for all.
    by : str, sequence of str or PeerGroup, optional
        A domain ("level", "sector", "size", ...), an indicator used as one, or several to cross; or the peers of a
        workplace, as `find_peers` gives them.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        What happens to don't-know answers: each indicator's own rule, or one rule for all. "keep" leaves them in the
        base, "drop" takes those out who are not counted and did not know, "no" and "disagree" merge them with the
        negative answer.
    df : {"domain", "design"}
        Degrees of freedom: answers in the domain inside its base less the strata present (R's `degf(subset(...))`),
        or of the whole design.
    interval : {"logit", "xlogit", "wilson", "beta", "likelihood", "arcsine", "wald"}
        See `barometer.survey.share_interval`. "wilson" and "beta" also have one at shares of 0 and 1.
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    Estimates
        The total and every group; `.table`, `.to_frame("da")`, `.covariance(...)`, `.difference(...)`.

    Raises
    ------
    UnknownNameError
        With names that look like the one given.
    ArgumentError
        If confidence, `dont_know`, `df` or `interval` is none of what it may be, a domain is given twice, no indicator
        is, or one rule for don't know is asked of an indicator that it cannot be applied to: "no" and "disagree" need a
        negative answer to move don't know to.

    Notes
    -----
    The share is a ratio of weighted sums; its variance is linearized within strata with finite population correction, a
    domain being an outcome of zero outside and never a filtered sample. See `barometer.survey.estimate_shares` and
    `barometer.survey.share_interval` for the formulas and their sources.

    Examples
    --------
    >>> import barometer as bm
    >>> shares = bm.estimate_shares(bm.load_wave(3), "positive_role.private_firms", by="level")
    >>> [f"{100 * share:.0f} %" for share in shares.table["share"].head(1)]
    ['26 %']
    """
    check_wave(wave)
    confidence = check_confidence(confidence)
    check_choice("df", df, tuple(DF_RULES))
    check_choice("interval", interval, get_args(survey.IntervalMethod))
    chosen = wave.select(indicators)
    if not chosen:
        raise ArgumentError("indicators", "no indicator was named")
    rules = dont_know_rules(chosen, dont_know)
    arrays = wave.indicator_arrays(chosen, rules)
    domains, group, groups = _cross(wave, by)
    names = tuple(indicator.name for indicator in chosen)
    counted = survey.Columns("share", names, arrays.yes, arrays.bases, arrays.base, None)
    by_group = survey.Groups(group, tuple(domain.name for domain in domains), groups)
    choices = survey.Choices(confidence, interval, df=df)
    found = survey.estimate_columns(wave_design(wave), counted, by_group, choices)
    answered = survey.count_answered(counted, by_group)

    table = share_table(chosen, rules, domains, groups, found, wave.provenance.kind)
    method = wave_method(wave, choices, dont_know)
    return Estimates(table, method, wave.codebook, tuple(chosen), domains, groups, found, answered)


def share_table(
    chosen: Sequence[Indicator],
    rules: Sequence[str],
    domains: Sequence[Domain],
    groups: Sequence[tuple[str, ...]],
    found: "survey.DomainEstimates",
    provenance: str,
) -> pd.DataFrame:
    """
    Lay out shares: one row per indicator and group, the total first.

    Parameters
    ----------
    chosen, rules : sequence of k
        Indicators, and the rule for don't know of each.
    domains : sequence of Domain
    groups : sequence of G
        Codes of each group, one per domain.
    found : DomainEstimates
        Of k outcomes and G groups.
    provenance : str
    """
    rows = 1 + len(groups)
    columns: dict[str, object] = {"indicator": _repeated([i.name for i in chosen], rows)}
    for position, domain in enumerate(domains):
        categories = [TOTAL, *(g.code for g in domain.groups)]
        codes = [0, *(categories.index(codes[position]) for codes in groups)]
        columns[domain.name] = pd.Categorical.from_codes(
            np.tile(codes, len(chosen)), pd.Index(categories), ordered=True
        )
    columns |= {
        "base": _repeated([i.base for i in chosen], rows),
        "dont_know": _repeated(rules, rows),
        "share": found.estimate.T.ravel(),
        "se": found.se.T.ravel(),
        "ci_low": found.ci_low.T.ravel(),
        "ci_high": found.ci_high.T.ravel(),
        "df": found.df.T.ravel(),
        "n": found.n.T.ravel(),
        "weighted_base": found.weighted_base.T.ravel(),
        "note": pd.Categorical.from_codes(found.interval.reason.T.ravel(), pd.Index(survey.REASONS)),
        "provenance": _repeated([provenance], rows * len(chosen)),
    }
    return pd.DataFrame(columns)


def _repeated(values: Sequence[str], times: int) -> "pd.Categorical[str]":
    categories = list(dict.fromkeys(values))
    where = {value: position for position, value in enumerate(categories)}
    return pd.Categorical.from_codes(np.repeat([where[value] for value in values], times), pd.Index(categories))


def _cross(
    wave: Wave, by: str | Sequence[str] | PeerGroup | None
) -> tuple[tuple[Domain, ...], NDArray[np.intp], tuple[tuple[str, ...], ...]]:
    """Return domains, the group of each workplace, and the groups: all of one domain, those with answers of a cross."""
    if isinstance(by, PeerGroup):
        return (by.domain,), peer_codes(wave, by), tuple((group.code,) for group in by.domain.groups)
    names = () if by is None else as_names("by", by, "sector")
    if len(set(names)) < len(names):
        raise ArgumentError("by", "names the same domain twice")
    domains = tuple(wave.codebook.domain(name) for name in names)
    codes = [wave.domain_codes(name) for name in names]
    if not domains:
        return (), np.full(wave.n, -1, dtype=np.intp), ()
    sizes = [len(domain.groups) for domain in domains]
    inside = np.logical_and.reduce([code >= 0 for code in codes])
    crossed = np.where(inside, np.ravel_multi_index([np.maximum(code, 0) for code in codes], sizes), -1)
    every = list(product(*([group.code for group in domain.groups] for domain in domains)))
    if len(domains) == 1:
        return domains, crossed.astype(np.intp), tuple(every)
    present = np.unique(crossed[inside])
    renumbered = np.full(len(every) + 1, -1, dtype=np.intp)
    renumbered[present] = np.arange(present.size)
    return domains, renumbered[crossed], tuple(every[cell] for cell in present)
