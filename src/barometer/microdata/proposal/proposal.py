"""Propose a layout for a delivered file from its names, labels and categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import pandas as pd

from barometer.codebook import Codebook
from barometer.errors import OutputError
from barometer.microdata.codes import code_values
from barometer.microdata.proposal.answers import CodeProposal, propose_codes, value_words
from barometer.microdata.proposal.columns import DeliveredColumn, describe_columns
from barometer.microdata.proposal.matching import Match, match_columns
from barometer.microdata.proposal.places import Place, wave_places
from barometer.microdata.proposal.roles import FoundRole, find_roles
from barometer.microdata.raw_table import RawTable


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayoutProposal:
    """
    What could be found of a delivery's layout; nothing of it is certain before an analyst read it.

    Attributes
    ----------
    codebook : str
    wave : int
    file : str
        Name of the delivered file.
    settings : dict of str to str
        Delimiter, decimal mark and encoding of a text file; empty for others.
    roles : tuple of FoundRole
        Where the workplace's number, the weight, the population and the synthetic mark are.
    matches : tuple of Match
        Delivered columns and the places proposed for them.
    codes : dict of str to CodeProposal
        By place.
    left : tuple of DeliveredColumn
        Delivered columns that no place was found for.
    missing : tuple of Place
        Places of the codebook that no column was found for.
    """

    codebook: str
    wave: int
    file: str
    settings: Mapping[str, str]
    roles: tuple[FoundRole, ...]
    matches: tuple[Match, ...]
    codes: Mapping[str, CodeProposal]
    left: tuple[DeliveredColumn, ...]
    missing: tuple[Place, ...]

    @property
    def table(self) -> pd.DataFrame:
        """
        One row for every role and place of the codebook, found or not, then one for every column left over.

        Columns: place, column, score (0 to 1; NaN where there is none), status ("placed", "unsure", "not placed"),
        codes (how many have an answer), codes_left.
        """
        rows: list[tuple[object, ...]] = [
            (role.role, role.column, float("nan"), _status(sure=role.is_sure), 0, 0) for role in self.roles
        ]
        for match in self.matches:
            codes = self.codes[match.place.name]
            status = _status(sure=match.is_sure)
            counts = (len(codes.codes), len(codes.left))
            rows.append((match.place.name, match.column.name, match.score, status, *counts))
        rows += [(place.name, "", float("nan"), "not placed", 0, 0) for place in self.missing]
        rows += [("", column.name, float("nan"), "not placed", 0, 0) for column in self.left]
        return pd.DataFrame(rows, columns=["place", "column", "score", "status", "codes", "codes_left"])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table

    def to_toml(self) -> str:
        """Return the layout as the text of a commented TOML file."""
        from barometer.microdata.proposal.writing import layout_text

        return layout_text(self)

    def save(self, path: str | Path, *, existing: Literal["keep", "replace"] = "keep") -> Path:
        """
        Write the layout.

        Parameters
        ----------
        path : str or Path
        existing : {"keep", "replace"}
            What to do with a file that is there already.

        Raises
        ------
        OutputError
            If there is a file already and it is to be kept, or the file cannot be written.
        """
        path = Path(path)
        try:
            with path.open("w" if existing == "replace" else "x", encoding="utf-8", newline="\n") as file:
                file.write(self.to_toml())
        except FileExistsError:
            message = "is there already, and an analyst may have worked on it; choose another name, or replace it"
            raise OutputError(path, message) from None
        except OSError as error:
            raise OutputError(path, f"cannot be written ({error.strerror})") from error
        return path

    def __repr__(self) -> str:
        """Say how much was found."""
        sure = sum(match.is_sure for match in self.matches)
        places = len(self.matches) + len(self.missing)
        roles = ", ".join(f"{role.role} {role.column}" for role in self.roles) or "none"
        codes = sum(len(found.left) for found in self.codes.values())
        return "\n".join(
            [
                f"<LayoutProposal for {self.file}, wave {self.wave} of {self.codebook!r}>",
                f"  places of the codebook: {places}; placed {sure}, unsure {len(self.matches) - sure}, "
                f"not placed {len(self.missing)}",
                f"  design columns found: {roles}",
                f"  delivered columns that could not be placed: {len(self.left)}",
                f"  codes without an answer in placed columns: {codes}",
            ]
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>{self.table.to_html(index=False, border=0)}"


def propose_from(table: RawTable, file: str, wave: int, codebook: Codebook, sheet: str | None = None) -> LayoutProposal:
    """Propose a layout for a file that was read, from this sheet if it is a workbook of several."""
    columns, places = describe_columns(table), wave_places(codebook, wave)
    marks = find_roles(table.frame, columns, ("mark",))
    free = [column for column in columns if column.name not in {role.column for role in marks}]
    words = value_words(free, places)
    matches = match_columns(free, places, words)
    placed = {match.column.name: match.place for match in matches}
    stratum = codebook.wave(wave).stratum
    strata = [name for name, place in placed.items() if place.name in stratum]
    rest = [column for column in free if column.name not in placed]
    known = strata if len(strata) == len(stratum) else None
    roles = [*marks, *find_roles(table.frame, rest, ("id", "weight", "population"), known)]
    used = {*placed, *(role.column for role in roles)}
    return LayoutProposal(
        codebook=codebook.about.name,
        wave=wave,
        file=file,
        settings={**({"sheet": sheet} if sheet else {}), **_settings(table, roles)},
        roles=tuple(roles),
        matches=tuple(matches),
        codes={match.place.name: propose_codes(match.column, match.place, words) for match in matches},
        left=tuple(column for column in columns if column.name not in used),
        missing=tuple(place for place in places if place.name not in {match.place.name for match in matches}),
    )


def _settings(table: RawTable, roles: Sequence[FoundRole]) -> dict[str, str]:
    """Say how a text file is written, as far as a layout must: its numbers by the decimal mark of its weights."""
    if not table.delimiter:
        return {}
    weights = [code_values(table.frame[role.column]).texts for role in roles if role.role == "weight"]
    decimal = "," if any("," in text for texts in weights for text in texts) else "."
    return {"delimiter": table.delimiter, "decimal": decimal, "encoding": table.encoding}


def _status(*, sure: bool) -> str:
    return "placed" if sure else "unsure"
