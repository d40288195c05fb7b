"""Workplaces like ours: the peer group of one workplace's profile, widened until it is large enough to publish."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis.designs import wave_design
from barometer.codebook import Codebook
from barometer.codebook.names import as_name
from barometer.codebook.numbers import integer
from barometer.codebook.records import Domain, Group, Label, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SYNTHETIC, Provenance, Wave, check_wave

Codes = tuple[tuple[str, str], ...]
"""Domains with the group of each: what the workplaces of a peer group have in common."""

PEERS = "peers"
"""Name of the domain that a peer group is, and code of its one group."""
MINIMUM = 30
"""Answers that a peer group has at least: below 30 the presentation standards of the US National Center for Health
Statistics (Parker et al. 2017), which the flags of shares follow, show no proportion."""
FEWEST = 5
"""Answers below which a step does not say how many there are; the minimum that was asked for, where it is less."""

RULE = Label(
    "Gruppen gøres større, til den har mindst {minimum} svar: først udelades det, der ikke er del af en inddeling i "
    "over- og undergrupper (størrelse før branche), derefter går en undergruppe op i den gruppe, den ligger i (sektor "
    "i niveau), og til sidst er det alle.",
    "The group is widened until it has {minimum} answers or more: first what is no part of a division into groups and "
    "subgroups is left out (size before industry), then a subgroup gives way to the group it lies in (sector to "
    "level), and at last it is everybody.",
)
WORKPLACES_LIKE_THIS = Label("Sammenligningsgruppe", "Peer group")
EVERYBODY = Label("Alle {units}", "All {units}")
TOO_FEW = Label("under {fewest}", "fewer than {fewest}")
HEADINGS = {
    "label": Label("Gruppe", "Group"),
    "n": Label("Svar (n)", "Answers (n)"),
    "weighted": Label("Vægtet antal", "Weighted size"),
    "chosen": Label("Valgt", "Chosen"),
}
YES = Label("ja", "yes")
FOUND = Label("{label}: n = {n} i bølge {wave}.", "{label}: n = {n} in wave {wave}.")


@dataclass(frozen=True, slots=True)
class PeerStep:
    """
    One group that was tried, the narrowest first.

    Attributes
    ----------
    codes : tuple of (domain, code)
        What its workplaces have in common; empty for everybody.
    label : Label
    n : int or None
        Answers; None for fewer than 5, or than the minimum where that is less.
    weighted : float or None
        What they stand for together; None where `n` is.
    """

    codes: Codes
    label: Label
    n: int | None
    weighted: float | None


@dataclass(frozen=True, eq=False, repr=False)
class PeerGroup:
    """
    The workplaces like one workplace: a description that any wave can be asked about, never the workplaces.

    Give it to `by=`: `estimate_shares(wave, "shared", by=peers)` has the whole and the peers, and
    `compare_domains(wave, "shared", by=peers)` the difference between them.

    Attributes
    ----------
    wave : int
        Where it was found.
    profile : tuple of (domain, code)
        Of the workplace that asked.
    steps : tuple of PeerStep
        What was tried; the last one is the peer group.
    minimum : int
        Answers asked for.
    base : str
        Base in which they were counted.
    codebook : Codebook
        Of the wave.
    provenance : Provenance
    """

    wave: int
    profile: Codes
    steps: tuple[PeerStep, ...]
    minimum: int
    base: str
    codebook: Codebook
    provenance: Provenance

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata it was counted in are artificial."""
        return self.provenance.kind == "synthetic"

    @property
    def codes(self) -> Codes:
        """What the peers have in common."""
        return self.steps[-1].codes

    @property
    def label(self) -> Label:
        """The peers in words."""
        return self.steps[-1].label

    @property
    def n(self) -> int:
        """Answers of the peers in the base."""
        return self.steps[-1].n or 0

    @property
    def weighted(self) -> float:
        """What the peers' answers stand for together."""
        return self.steps[-1].weighted or 0.0

    @property
    def domain(self) -> Domain:
        """The peers as a domain with one group; everybody else is outside it."""
        return Domain(PEERS, "register", WORKPLACES_LIKE_THIS, (Group(PEERS, self.label),), PEERS)

    def rule(self, lang: Lang = "en") -> str:
        """Say how the group was widened."""
        return RULE.text(lang).format(minimum=self.minimum)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return what was tried, the narrowest group first.

        Parameters
        ----------
        lang : {"da", "en"}

        Returns
        -------
        DataFrame
            Group, answers and weighted size as text ("fewer than 5"), and which was chosen.
        """
        few = TOO_FEW.text(lang).format(fewest=min(FEWEST, self.minimum))
        columns = {
            "label": [step.label.text(lang) for step in self.steps],
            "n": [few if step.n is None else integer(step.n, lang) for step in self.steps],
            "weighted": ["" if step.weighted is None else integer(round(step.weighted), lang) for step in self.steps],
            "chosen": ["" if step is not self.steps[-1] else YES.text(lang) for step in self.steps],
        }
        return pd.DataFrame({HEADINGS[name].text(lang): values for name, values in columns.items()})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        table = self.to_frame(lang)
        for name in ("n", "weighted"):
            heading = HEADINGS[name].text(lang)
            numbers = [getattr(step, name) for step in self.steps]
            known = [given if value is None else value for value, given in zip(numbers, table[heading], strict=True)]
            table[heading] = pd.Series(known, index=table.index, dtype=object)
        title = WORKPLACES_LIKE_THIS.text(lang)
        notes = (
            FOUND.text(lang).format(label=self.label.text(lang), n=integer(self.n, lang), wave=self.wave),
            self.rule(lang),
            *((f"{SYNTHETIC.text(lang)}.",) if self.is_synthetic else ()),
            base_note(self.codebook, [self.base], self.n, lang),
            source_note(self.codebook, self.wave, self.codebook.wave(self.wave).period, lang),
        )
        return (Sheet(PEERS, "", title, notes, table),)

    def __repr__(self) -> str:
        """Say who they are, how many, and what was tried before."""
        origin = f"; {SYNTHETIC.en}" if self.is_synthetic else ""
        body = self.to_frame("en").to_string(index=False)
        return (
            f"<PeerGroup: {self.label.en}, n = {self.n:,} (minimum {self.minimum}), wave {self.wave}{origin}>\n{body}"
        )

    def _repr_html_(self) -> str:
        note = f"<strong>{escape(SYNTHETIC.en)}.</strong> " if self.is_synthetic else ""
        table = self.to_frame("en").to_html(index=False, border=0)
        return f"<p>{note}{escape(self.label.en)}</p>{table}<p>{escape(self.rule('en'))}</p>"


def find_peers(wave: Wave, *, minimum: int = MINIMUM, base: str = "all", **profile: str | None) -> PeerGroup:
    """
    Find the peer group of a workplace: the narrowest group like it that is large enough to publish.

    Parameters
    ----------
    wave : Wave
    minimum : int
        Answers that the group must have. 30 by default, below which the standards that the flags of shares follow show
        no proportion; what a data provider demands of a published cell (3, 5 or 10 answers) is less.
    base : str
        Base in which answers are counted: "all", or that of the questions which will be asked about the group
        ("innovative"). A share of a narrower base has fewer answers than this.
    **profile : str
        Register domains of the workplace with its code: `level="municipality"`, `sector="municipal_schools"`,
        `size="small"`, ... What is not given, or None, does not matter.

    Returns
    -------
    PeerGroup
        Who the peers are in both languages, how many answered and what they stand for, and every step that was tried.

    Raises
    ------
    ArgumentError
        If nothing is given, codes contradict each other, or everybody together is not enough.
    UnknownNameError
        If there is no such domain, code or base.

    Notes
    -----
    Widening: what is no part of a nested division is left out, the last in the codebook's order first (size, then
    industry); then a group gives way to the one it lies in (sector to level); then everybody.

    References
    ----------
    Parker et al. (2017), National Center for Health Statistics data presentation standards for proportions. Vital
    Health Stat. 2(175).

    Examples
    --------
    >>> import barometer as bm
    >>> peers = bm.find_peers(bm.load_wave(3), sector="municipal_schools", size="small")
    >>> peers.label.en, peers.n >= 30
    ('Primary schools', True)
    """
    check_wave(wave)
    if not isinstance(minimum, int) or isinstance(minimum, bool) or minimum < 1:
        raise ArgumentError("minimum", f"must be a whole number of answers, 1 or more; got {minimum!r}")
    wave.codebook.base(as_name("base", base))
    asked = _profile(wave, profile)
    inside, weight = wave.answers.base(base), wave_design(wave).weight
    steps: list[PeerStep] = []
    for codes in _widened(wave.codebook, asked):
        member = inside & _members(wave, codes)
        n = int(member.sum())
        known = n >= min(FEWEST, minimum)
        steps.append(
            PeerStep(
                codes,
                _label(wave.codebook, codes),
                n if known else None,
                float(weight[member].sum()) if known else None,
            )
        )
        if n >= minimum:
            book, number = wave.codebook, wave.record.number
            return PeerGroup(number, tuple(asked.items()), tuple(steps), minimum, base, book, wave.provenance)
    raise ArgumentError("minimum", f"asks for {minimum:,} answers; everybody in the base {base!r} is {n:,}")


def peer_codes(wave: Wave, peers: PeerGroup) -> NDArray[np.intp]:
    """Group of each workplace of a wave in `peers.domain`: 0 for the peers, -1 for everybody else."""
    return np.where(_members(wave, peers.codes), 0, -1).astype(np.intp)


def _profile(wave: Wave, given: Mapping[str, str | None]) -> dict[str, str]:
    """Check the profile, in the codebook's order."""
    registers = {d.name: d for d in wave.codebook.domains.values() if d.kind == "register" and d.name in wave.microdata}
    for name in given:
        if name not in registers:
            raise UnknownNameError("register domain", name, registers)
    profile = {name: as_name(name, given[name]) for name in registers if given.get(name) is not None}
    if not profile:
        example = ", ".join(f"{name}=" for name in list(registers)[:3])
        raise ArgumentError("profile", f"nothing is given: say what the workplace is like by {example}")
    for name, code in profile.items():
        group = _group(registers[name], code)
        wider = registers[name].inside
        if wider in profile and profile[wider] != group.of:
            raise ArgumentError(name, f"{code!r} lies in {wider} {group.of!r}, not in {profile[wider]!r}")
    return profile


def _widened(codebook: Codebook, profile: dict[str, str]) -> Iterator[Codes]:
    """Yield the profile and then wider groups, as the rule says."""
    domains = codebook.domains
    holders = {domain.inside for domain in domains.values()}
    current = {name: code for name, code in profile.items() if not _implied(domains, name, profile)}
    yield tuple(current.items())
    free = [name for name in current if not domains[name].inside and name not in holders]
    for name in reversed(free):
        del current[name]
        yield tuple(current.items())
    while current:
        name, code = current.popitem()
        if domains[name].inside:
            current[domains[name].inside] = _group(domains[name], code).of
        yield tuple(current.items())


def _implied(domains: Mapping[str, Domain], name: str, profile: Mapping[str, str]) -> bool:
    """Whether a narrower domain of the profile says more."""
    return any(domains[other].inside == name for other in profile)


def _members(wave: Wave, codes: Codes) -> NDArray[np.bool_]:
    inside = np.ones(wave.n, dtype=np.bool_)
    for name, code in codes:
        domain = wave.codebook.domain(name)
        inside &= wave.domain_codes(name) == domain.groups.index(_group(domain, code))
    return inside


def _group(domain: Domain, code: str) -> Group:
    for group in domain.groups:
        if group.code == code:
            return group
    raise UnknownNameError(f"group of {domain.name}", code, [group.code for group in domain.groups])


def _label(codebook: Codebook, codes: Codes) -> Label:
    groups = [_group(codebook.domains[name], code).label for name, code in codes]
    if not groups:
        units = codebook.about.unit_label
        return Label(EVERYBODY.da.format(units=units.da), EVERYBODY.en.format(units=units.en))
    return Label(", ".join(label.da for label in groups), ", ".join(label.en for label in groups))
