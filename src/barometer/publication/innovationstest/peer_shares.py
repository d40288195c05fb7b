"""The shares that the test compares with: every peer group and every measure, under disclosure control together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from barometer.analysis import Comparisons, Estimates, PeerGroup, compare_domains, estimate_shares, find_peers
from barometer.analysis.peers import MINIMUM, Codes
from barometer.analysis.suppression import suppress_rows
from barometer.analysis.wording import full_label
from barometer.codebook.answer_codes import AnswerCodes, answer_codes
from barometer.codebook.records import Domain, Group, Label
from barometer.microdata import Wave
from barometer.microdata.arrays import BoolArray
from barometer.publication.disclosure import DisclosurePolicy
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice, find_policy
from barometer.publication.disclosure.protecting import suppress_tables
from barometer.publication.disclosure.share_tables import (
    comparisons_cells,
    estimates_cells,
    hide_comparisons,
    hide_estimates,
)
from barometer.publication.disclosure.tables import CROSS, CellTable
from barometer.publication.innovationstest.measures import Measure, measures

COLUMNS = ["share", "ci_low", "ci_high", "n"]
"""What is known of a peer group and a measure; n is missing where disclosure control hid it."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class GoesWith:
    """
    A tested association: how often `then` is so with and without `given`.

    Attributes
    ----------
    question : str
        Of the test, beside whose result it stands.
    given, then : Label
    share, share_rest : float
        Of those with `given`, and of the rest: fractions of one.
    difference, ci_low, ci_high : float
        share less share_rest, with its interval.
    p_value : float
        Of no difference.
    """

    question: str
    given: Label
    then: Label
    share: float
    share_rest: float
    difference: float
    ci_low: float
    ci_high: float
    p_value: float


@dataclass(frozen=True, eq=False, repr=False)
class PeerShares:
    """
    What a test compares workplaces with; every number has passed disclosure control.

    Attributes
    ----------
    wave : Wave
    codes : AnswerCodes
        The questions, and how answers are written.
    measures : tuple of Measure
    groups : dict of (domain, code) pairs to DataFrame
        One row for each measure: share, ci_low, ci_high (fractions of one), n.
    associations : tuple of GoesWith
    policy : DisclosurePolicy
    """

    wave: Wave
    codes: AnswerCodes
    measures: tuple[Measure, ...]
    groups: Mapping[Codes, pd.DataFrame]
    associations: tuple[GoesWith, ...]
    policy: DisclosurePolicy


def estimate_peer_shares(wave: Wave, *, policy: PolicyChoice = DEFAULT, peers: PeerGroup | None = None) -> PeerShares:
    """
    Estimate the shares of everybody, of every level and sector, and of one more peer group.

    They are read side by side, and are protected together; answers of a scale are never taken together, as the test
    compares the same measures everywhere.

    Parameters
    ----------
    wave : Wave
    policy : str or DisclosurePolicy
    peers : PeerGroup, optional
        One that is narrower than a sector: workplaces of one size in it. The others of the sector follow from the
        sector less these, and from what is asked of them another time; so every size of the sector is protected.

    Raises
    ------
    UnknownNameError
        If the wave has no test, or no such policy is known.
    """
    chosen = replace(find_policy(policy), merging="never")
    codes = answer_codes(wave.codebook, wave.record.number)
    measured = measures(codes.form)
    names = [measure.indicator for measure in measured]
    sector = codes.profile[0]
    splits: list[list[str]] = [[name] for name in (sector.inside, sector.name) if name]
    splits += [[name for name, _ in peers.codes]] if peers else []
    shares = [estimate_shares(wave, names, by=by, confidence=CONFIDENCE) for by in splits]
    pairs = _pairs(wave, codes)
    compared = [compare_domains(wave, then, by=given, against="no") for _, given, then in pairs]
    inside = [groups_inside(shares[-1], peers.codes[0][1])] if peers else []
    plain = shares[:-1] if peers else shares
    tables = [*map(estimates_cells, plain), *map(comparisons_cells, compared), *(table for table, _ in inside)]
    hidden = suppress_tables(tables, chosen)
    groups = _groups([hide_estimates(*each) for each in zip(plain, hidden[: len(plain)], strict=True)])
    if peers:
        rows = suppress_rows(shares[-1].table[inside[0][1]], hidden[-1].cell | hidden[-1].base, hidden[-1].base)
        is_in = np.logical_and.reduce([rows[name] == code for name, code in peers.codes])
        groups[peers.codes] = rows.loc[is_in, COLUMNS].astype(float).reset_index(drop=True)
    safe = [hide_comparisons(*each) for each in zip(compared, hidden[len(plain) :][: len(pairs)], strict=True)]
    found = [_association(wave, *pair, result) for pair, result in zip(pairs, safe, strict=True)]
    return PeerShares(wave, codes, measured, groups, tuple(each for each in found if each), chosen)


def groups_inside(crossed: Estimates, code: str) -> tuple[CellTable, BoolArray]:
    """
    Take the groups of a cross that lie in one group of its first domain, as groups inside that one.

    Parameters
    ----------
    crossed : Estimates
        By two domains.
    code : str
        Of the first one.

    Returns
    -------
    CellTable
        The total, and these groups.
    (rows,) bool
        Which rows of the cross they are.
    """
    whole = estimates_cells(crossed)
    outer = crossed.domains[0].name
    name = ", ".join(domain.name for domain in crossed.domains)
    rows = np.array([cell.domain == "" or cell.group.split(CROSS)[0] == code for cell in whole.cells])
    cells = [cell for cell, is_in in zip(whole.cells, rows, strict=True) if is_in]
    renamed = tuple(c._replace(domain=name, group=c.group.replace(CROSS, ", ")) if c.domain else c for c in cells)
    groups = dict.fromkeys(cell.group for cell in renamed if cell.domain)
    unnamed = Label("", "")
    domain = Domain(name, "register", unnamed, tuple(Group(g, unnamed, of=code) for g in groups), name, inside=outer)
    numbers = (whole.count, whole.base, whole.weighted, whole.weighted_base)
    count, base, weighted, weighted_base = (values[rows] for values in numbers)
    domains = {**whole.domains, name: domain}
    return CellTable(name, renamed, count, base, weighted, weighted_base, whole.sums, domains), rows


def peers_of(wave: Wave, profile: Mapping[str, str], *, minimum: int = MINIMUM) -> PeerGroup:
    """
    Return the peers of a workplace: as `find_peers`, counted in the narrowest base that most questions of a test have.

    The base is that of the question with the fewest asked, so that one group serves the whole test.
    """
    form = answer_codes(wave.codebook, wave.record.number).form
    bases = {question.asked_of for question in form.questions}
    narrow = min(sorted(bases), key=lambda name: int(wave.answers.base(name).sum()))
    return find_peers(wave, minimum=minimum, base=narrow, **profile)


def _pairs(wave: Wave, codes: AnswerCodes) -> list[tuple[str, str, str]]:
    """Return question, indicator and indicator of every association that the wave can show."""
    known = wave.codebook.indicators
    pairs = [
        (question.name, *pair) for question in codes.form.questions if question.test for pair in question.test.goes_with
    ]
    return [pair for pair in pairs if pair[1] in known and pair[2] in known]


def _groups(results: Sequence[Estimates]) -> dict[Codes, pd.DataFrame]:
    """Cut the tables of shares up by group; the total is everybody."""
    found: dict[Codes, pd.DataFrame] = {}
    for result in results:
        name = result.domains[0].name
        by_group = result.table[COLUMNS].astype(float).groupby(result.table[name], observed=False, sort=False)
        for code, rows in by_group:
            group = ((name, str(code)),) if code != "total" else ()
            known = found.get(group)
            table = rows.reset_index(drop=True)
            # What one table of several hides, none shows.
            found[group] = table if known is None else table.where(np.asarray(known.notna() & table.notna()))
    return found


def _association(wave: Wave, question: str, given: str, then: str, result: Comparisons) -> GoesWith | None:
    """Return the row of those with `given`; None where disclosure control hid it."""
    row = result.row(then, "yes")
    numbers = [float(row[name]) for name in ("share", "share_versus", "difference", "ci_low", "ci_high", "p_value")]
    if np.isnan(numbers).any():
        return None
    indicators = [wave.codebook.indicator(name) for name in (given, then)]
    # A row of a grid says enough without its question.
    labels = [full_label(wave.codebook, each) if each.name.count(".") == 1 else each.label for each in indicators]
    return GoesWith(question, labels[0], labels[1], *numbers)
