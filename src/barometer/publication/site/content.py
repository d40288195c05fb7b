"""What the pages are written from, and what belongs to which theme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from barometer.codebook import Codebook
from barometer.codebook.records import Label
from barometer.publication.disclosure.audit import Audit
from barometer.publication.disclosure.differencing import Differencing
from barometer.publication.editions import Edition
from barometer.publication.figure import Figure
from barometer.publication.numbers import Drift
from barometer.publication.verdicts import CheckedClaim

WAVES = "waves"
"""Folder of the figures that are drawn over all waves."""
STATBANK = "statbank"
"""Folder of the tables of StatBank."""
OTHER = Label("Øvrige", "Other")


@dataclass(frozen=True, slots=True)
class NotebookPage:
    """
    An executed notebook.

    Attributes
    ----------
    stem : str
        Name of its file without ending.
    source : bytes
        The notebook as it lies in its folder: without outputs.
    body : str
        What a page shows of it, as HTML.
    """

    stem: str
    title: str
    source: bytes
    body: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One figure of one wave."""

    edition: Edition
    figure: Figure

    @property
    def stem(self) -> str:
        """Its files, from the folder of the report, without language and ending."""
        return f"figures/wave{self.edition.number}/{self.figure.id}"


@dataclass(frozen=True, eq=False)
class Content:
    """
    Everything that the pages show.

    Attributes
    ----------
    editions : tuple of Edition
        In the order of the waves.
    notebooks : tuple of NotebookPage
    drift, since : Drift or None
        Against the approved numbers, and against the report that this one takes the place of; None where there was
        nothing to compare with.
    trends : dict of str to Figure
        Drawn over all waves, by theme.
    statbank : tuple of str
        Names of the tables of StatBank that lie in the report.
    differencing : Differencing or None
        What came of comparing all of its tables with each other; None where nobody did.
    tabled : dict of str to Audit
        What disclosure control did to the tables of StatBank.
    rooms : dict of str to (int, int)
        Width and height of the drawings, where they have been drawn: `find_rooms`.
    """

    editions: tuple[Edition, ...]
    notebooks: tuple[NotebookPage, ...] = ()
    drift: Drift | None = None
    since: Drift | None = None
    trends: Mapping[str, Figure] = field(default_factory=dict)
    statbank: tuple[str, ...] = ()
    differencing: Differencing | None = None
    tabled: Mapping[str, Audit] = field(default_factory=dict)
    rooms: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def drawn(self) -> list[tuple[str, Figure]]:
        """Every figure with the folder of its files."""
        own = [(f"wave{edition.number}", figure) for edition in self.editions for figure in edition.figures]
        return [*own, *((WAVES, figure) for figure in self.trends.values())]

    def of_theme(self, theme: str) -> list[Drawn]:
        """Every figure of a theme, in the order of the codebook, the newest wave first."""
        return [one for name, found in self.figures.items() if self.theme_of(name) == theme for one in found]

    @property
    def audits(self) -> dict[str, Audit]:
        """What disclosure control did to the numbers of every figure and table, by folder and name of its files."""
        drawn = {f"{folder}/{figure.id}": figure.audit for folder, figure in self.drawn if figure.audit is not None}
        return drawn | dict(self.tabled)

    @property
    def codebook(self) -> Codebook:
        """The codebook of all waves."""
        return self.editions[0].codebook.whole

    @property
    def newest(self) -> Edition:
        """The last wave."""
        return self.editions[-1]

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.newest.is_synthetic

    @cached_property
    def claims(self) -> tuple[CheckedClaim, ...]:
        """Every claim, wave by wave."""
        return tuple(claim for edition in self.editions for claim in edition.checked.claims)

    @cached_property
    def figures(self) -> dict[str, tuple[Drawn, ...]]:
        """Drawings of each figure, the newest wave first, in the order of the codebook."""
        drawn = [Drawn(edition, figure) for edition in reversed(self.editions) for figure in edition.figures]
        ids = {one.figure.id for one in drawn}
        ordered = dict.fromkeys([*(name for name in self.codebook.figures if name in ids), *sorted(ids)])
        return {name: tuple(one for one in drawn if one.figure.id == name) for name in ordered}

    def theme_of(self, figure: str) -> str:
        """Return the theme of a figure."""
        books = [edition.codebook for edition in self.editions]
        return next((book.figures[figure].theme for book in books if figure in book.figures), "")

    @cached_property
    def themes(self) -> dict[str, Label]:
        """The themes that have a figure, in the order of the codebook."""
        used = dict.fromkeys(self.theme_of(name) for name in self.figures)
        known = self.codebook.themes
        ordered = [*(name for name in known if name in used), *(name for name in used if name not in known)]
        return {name: self.theme_label(name) for name in ordered}

    def theme_label(self, theme: str) -> Label:
        """Return what a theme is called; its code where the codebook has no list of themes."""
        return self.codebook.themes.get(theme, Label(theme, theme) if theme else OTHER)

    @cached_property
    def claims_by_theme(self) -> dict[str, tuple[CheckedClaim, ...]]:
        """Claims that speak of each theme, in the order of the codebook; those of none are left out."""
        used = {theme for claim in self.claims for theme in claim.themes}
        ordered = dict.fromkeys([*(name for name in self.codebook.themes if name in used), *sorted(used)])
        return {name: tuple(claim for claim in self.claims if name in claim.themes) for name in ordered}
