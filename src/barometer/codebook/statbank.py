"""StatBank's tables on public-sector innovation: what their variables and codes are in the codebook, with the traps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from barometer.codebook.records import NOTHING, Label, Lang
from barometer.errors import UnknownNameError

Rows = Literal["parallel", "exclusive", "overlapping", "time"]
CodeKind = Literal["total", "group", "indicator", "wave", "none", "unknown"]
LATE = Label(
    "Numrene er sat ind mellem ældre numre, så de første år har nok ingen tal (udledt).",
    "The numbers are set in between older ones, so the first years probably have no cells (inferred).",
)
HEADINGS = {
    "variable": Label("Variabel", "Variable"),
    "code": Label("Kode", "Code"),
    "label": Label("Statistikbankens tekst", "StatBank's label"),
    "kind": Label("Slags", "Kind"),
    "ours": Label("I kodebogen", "In the codebook"),
    "waves": Label("Kun bølge", "Waves only"),
    "late": Label("Senere kode", "Later code"),
    "warning": Label("Advarsel", "Warning"),
    "inferred": Label("Udledt", "Inferred"),
}
KINDS: dict[CodeKind, Label] = {
    "total": Label("i alt", "total"),
    "group": Label("gruppe", "group"),
    "indicator": Label("indikator", "indicator"),
    "wave": Label("bølge", "wave"),
    "none": Label("intet tilsvarende", "no counterpart"),
    "unknown": Label("ukendt", "unknown"),
}


@dataclass(frozen=True, slots=True)
class StatBankCode:
    """
    One code of a variable, and what it is here.

    Attributes
    ----------
    label : Label
        StatBank's own words.
    kind : {"total", "group", "indicator", "wave", "none", "unknown"}
        What it is: the whole, a group of a domain, an indicator, a wave, nothing of the codebook's, or not known.
    ours : str
        Name of the indicator, "domain.group", or number of the wave; empty for the other kinds.
    waves : tuple of int
        The waves that have cells; empty for all.
    late : bool
        Whether its number is set in between older ones, so that early years are likely to have no cells.
    warning : Label
        Why there is no counterpart, or what a reader of StatBank's label would get wrong.
    inferred : Label
        What of it no page says.
    """

    code: str
    label: Label
    kind: CodeKind
    ours: str
    waves: tuple[int, ...] = ()
    late: bool = False
    warning: Label = NOTHING
    inferred: Label = NOTHING


@dataclass(frozen=True, slots=True)
class CodeGap:
    """Codes that are there between two known ones, and were not to be read."""

    after: str
    before: str
    reason: Label

    def holds(self, code: str) -> bool:
        """Whether a code lies between the two."""
        return code.isdecimal() and int(self.after) < int(code) < int(self.before)


@dataclass(frozen=True, slots=True)
class StatBankVariable:
    """
    A variable with its codes.

    Attributes
    ----------
    name : str
        What it is called here: the same variable may have several codes at StatBank, and one code may name several.
    code : str
        StatBank's code of it in one table.
    rows : {"parallel", "exclusive", "overlapping", "time"}
        What its codes are to each other. Parallel: several hierarchies in one column, never to be added up.
        Exclusive: one answer each, adding up to 100 per cent. Overlapping: several answers, adding up to more.
    note : Label
        What to bear in mind.
    unknown : tuple of CodeGap
    absent : tuple of int
        Waves that a variable of time does not have.
    """

    name: str
    code: str
    label: Label
    rows: Rows
    note: Label
    codes: tuple[StatBankCode, ...]
    unknown: tuple[CodeGap, ...]
    absent: tuple[int, ...]

    def find(self, code: str) -> StatBankCode:
        """
        Return one code; one that lies in a gap is of the kind "unknown".

        Raises
        ------
        UnknownNameError
            If there is no such code and no gap that it could lie in.
        """
        for known in self.codes:
            if known.code == code:
                return known
        for gap in self.unknown:
            if gap.holds(code):
                return StatBankCode(code, NOTHING, "unknown", "", warning=gap.reason)
        raise UnknownNameError(f"code of {self.code}", code, [known.code for known in self.codes])


@dataclass(frozen=True, slots=True, repr=False)
class StatBankTable:
    """
    A table of StatBank; its numbers are shares in per cent of a base.

    Attributes
    ----------
    id : str
        For instance "OIN01DK".
    base : str
        Base of the codebook that its shares are of.
    variables : tuple of StatBankVariable
    warning : Label
        What is odd about the table.
    """

    id: str
    label: Label
    base: str
    variables: tuple[StatBankVariable, ...]
    source: str
    warning: Label

    def variable(self, code: str) -> StatBankVariable:
        """
        Return a variable by StatBank's code of it in this table.

        Raises
        ------
        UnknownNameError
            If the table has no such variable.
        """
        for variable in self.variables:
            if variable.code == code:
                return variable
        raise UnknownNameError(f"variable of {self.id}", code, [variable.code for variable in self.variables])

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        List every code with what it is in the codebook, one row each; join on variable and code, never on labels.

        Parameters
        ----------
        lang : {"da", "en"}

        Returns
        -------
        DataFrame
            Codes that could not be read are one row, "2000-4200" for those between the two.
        """
        rows = [
            (
                variable.code,
                code.code,
                code.label,
                code.kind,
                code.ours,
                code.waves,
                code.late,
                code.warning,
                code.inferred,
            )
            for variable in self.variables
            for code in _with_gaps(variable)
        ]
        frame = pd.DataFrame(rows, columns=[label.text(lang) for label in HEADINGS.values()])
        words = {name: HEADINGS[name].text(lang) for name in ("label", "kind", "waves", "warning", "inferred")}
        for name in ("label", "warning", "inferred"):
            frame[words[name]] = [text.text(lang) for text in frame[words[name]]]
        frame[words["kind"]] = [KINDS[kind].text(lang) for kind in frame[words["kind"]]]
        frame[words["waves"]] = [", ".join(map(str, waves)) for waves in frame[words["waves"]]]
        return frame

    def warnings(self, lang: Lang = "en") -> list[str]:
        """Return everything to bear in mind with the table: its own, its variables', its codes'."""
        told = [self.warning.text(lang)]
        for variable in self.variables:
            told.append(variable.note.text(lang))
            told += [f"{c.code}: {c.warning.text(lang)}" for c in _with_gaps(variable) if c.warning.en]
            late = [code.code for code in variable.codes if code.late]
            told += [f"{', '.join(late)}: {LATE.text(lang)}"] if late else []
        return list(filter(None, told))

    def __repr__(self) -> str:
        """Say what the table is and how to look."""
        codes = sum(len(variable.codes) for variable in self.variables)
        names = ", ".join(variable.code for variable in self.variables)
        return f"<StatBankTable {self.id}: {self.label.en}; {names}; {codes} codes; .to_frame('en'), .warnings('en')>"


def _with_gaps(variable: StatBankVariable) -> Iterator[StatBankCode]:
    """Give the codes in order, with one for each gap."""
    gaps = {gap.after: gap for gap in variable.unknown}
    for code in variable.codes:
        yield code
        if code.code in gaps:
            gap = gaps[code.code]
            yield StatBankCode(f"{gap.after}-{gap.before}", NOTHING, "unknown", "", warning=gap.reason)
