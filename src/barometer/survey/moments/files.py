"""Moments on disk: a folder with the sums as Parquet, and what they are as JSON."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.errors import ArgumentError, MissingFileError, MomentsError, OutputError, as_path
from barometer.survey.arrays import FloatArray
from barometer.survey.moments.collected import Moments, MomentsNote, MomentsPart
from barometer.survey.sample_names import ObjectArray, SampleNames, StageNames
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums, Products

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 2
"""Of the format; a file of another is not read."""
CELLS, ABOUT = "cells.parquet", "moments.json"
FLAT, SQUARE = "flat_", "square_"
PER_CELL = ("centre", "rows", "weighted", "weight", "weight_sq", "numerator", "denominator")
CODES = ("cluster", "group")


def write_moments(moments: Moments, folder: Path) -> None:
    """
    Write moments to a folder that is not there yet.

    Raises
    ------
    OutputError
        If it is there already or cannot be written; nothing is left then.
    ArgumentError
        If a group has a label that JSON has no word for.
    """
    import pyarrow.parquet as pq

    about = _about(moments)
    if folder.exists():
        raise OutputError(folder, "is there already: moments are never written over others")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as place:
            staged = Path(place) / folder.name
            staged.mkdir()
            pq.write_table(_table(moments.sums), staged / CELLS, use_dictionary=False)
            about["cells"] = _hash((staged / CELLS).read_bytes())
            text = json.dumps({**about, "hash": _hash(_text(about))}, ensure_ascii=False, indent=1)
            (staged / ABOUT).write_text(text, encoding="utf-8")
            staged.rename(folder)
    except OSError as error:
        raise OutputError(folder, f"cannot be written ({error.strerror or error})") from error


def load_moments(path: str | Path) -> Moments:
    """
    Read moments that were saved.

    Parameters
    ----------
    path : str or Path
        The folder.

    Returns
    -------
    Moments
        As they were saved, to the last bit.

    Raises
    ------
    MissingFileError
        If there are none.
    MomentsError
        If they are of another version of the format, or have been changed since they were saved.

    Notes
    -----
    The hashes find a file that was damaged or edited; they are no signature, and do not say who made it.

    Examples
    --------
    >>> import tempfile
    >>> from barometer.survey import collect_moments, declare_design, estimate_shares, load_moments, summarise
    >>> found = estimate_shares(declare_design([2.0, 2.0, 4.0]), [1, 0, 1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     collect_moments(found.sums, sample="denmark 2023").save(f"{folder}/denmark")
    ...     summarise(load_moments(f"{folder}/denmark").sums).estimate
    array([[0.75]])
    """
    folder = as_path("path", path)
    if not (folder / ABOUT).is_file() or not (folder / CELLS).is_file():
        raise MissingFileError(folder, "folder of moments", f"It has {ABOUT} and {CELLS}.")
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except ValueError:
        raise MomentsError(folder.name, f"cannot be read: {ABOUT} is damaged") from None
    if not isinstance(about, dict) or about.get("version") != VERSION:
        raise MomentsError(folder.name, f"is not of version {VERSION} of the format: save it with this version anew")
    content = (folder / CELLS).read_bytes()
    stated = about.pop("hash", "")
    if stated != _hash(_text(about)) or about.get("cells") != _hash(content):
        raise MomentsError(folder.name, "has been changed since it was saved: ask for it again where it was made")
    try:
        return Moments(_sums(about, content), tuple(_part(part) for part in about["parts"]), about["checked"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise MomentsError(folder.name, "does not hold what a file of moments holds: make it anew") from error


def _part(about: Mapping[str, Any]) -> MomentsPart:
    notes = tuple(MomentsNote(**note) for note in about["notes"])
    return MomentsPart(about["id"], about["sample"], about["name"], notes)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text(about: Mapping[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True, ensure_ascii=False).encode()


def _about(moments: Moments) -> dict[str, Any]:
    sums = moments.sums
    facts = sums.facts
    stages = [
        {name: None if value is None else value.tolist() for name, value in _arrays(stage).items()}
        for stage in facts.stages
    ]
    return {
        "version": VERSION,
        "statistic": sums.statistic,
        "names": list(sums.names),
        "domains": list(sums.domains),
        "labels": [[_plain(part) for part in label] for label in sums.labels],
        "base": sums.base.tolist(),
        "across": sums.across,
        "design": {
            "stages": stages,
            "lonely_psu": facts.lonely_psu,
            "lonely_domain": facts.lonely_domain,
            "df": facts.df,
            "pilot": facts.pilot.tolist(),
            "names": None if facts.names is None else _about_names(facts.names),
        },
        "same": _same(sums),
        "measured_from_pilot": bool(sums.pilot.any()),
        "checked": moments.checked,
        "parts": [asdict(part) for part in moments.parts],
    }


def _arrays(stage: Stage) -> dict[str, Any]:
    return {each.name: getattr(stage, each.name) for each in fields(Stage)}


def _about_names(names: SampleNames) -> dict[str, Any]:
    return {
        "stages": [
            {
                "stratum": [_named(label) for label in stage.stratum],
                "unit": None if stage.unit is None else [_named(label) for label in stage.unit],
                "population": None if stage.population is None else stage.population.tolist(),
            }
            for stage in names.stages
        ],
        "psu_labels": names.psu_labels,
        "weighted": names.weighted.tolist(),
    }


def _named(label: object) -> object:
    """Return the label of a stratum or unit as JSON has it; of several that were merged, a list."""
    if isinstance(label, tuple):
        return [_named(each) for each in label]
    label = label.item() if isinstance(label, np.generic) else label
    return label if isinstance(label, str | bool | int | float) else str(label)


def _plain(label: object) -> object:
    value = label.item() if isinstance(label, np.generic) else label
    if not isinstance(value, str | bool | int | float):
        raise ArgumentError("labels", f"a group has a label of type {type(value).__name__}: give text or numbers")
    return value


def _wide(sums: CellSums) -> dict[str, FloatArray]:
    """Return every array that has a row for each cell, by its name in the file."""
    wide: dict[str, FloatArray] = {name: getattr(sums, name) for name in PER_CELL}
    for prefix, products in ((FLAT, sums.flat), (SQUARE, sums.square)):
        if products is not None:
            wide |= {f"{prefix}{name}": getattr(products, name) for name in ("uu", "ux", "xx")}
    if sums.products is not None:
        wide["products"] = sums.products.reshape(sums.group.size, -1)
    return wide


def _same(sums: CellSums) -> dict[str, str]:
    """Return the arrays that are others too, as a share's squares are its sums: they are written once."""
    first: dict[int, str] = {}
    found = {name: first.setdefault(id(values), name) for name, values in _wide(sums).items()}
    return {name: other for name, other in found.items() if name != other}


def _table(sums: CellSums) -> "pa.Table":
    import pyarrow as pa

    columns = {name: pa.array(getattr(sums, name)) for name in CODES}
    same = _same(sums)
    for name, values in _wide(sums).items():
        if name not in same:
            flat = pa.array(np.ascontiguousarray(values).ravel())
            columns[name] = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
    return pa.table(columns)


def _sums(about: Mapping[str, Any], content: bytes) -> CellSums:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(content), use_threads=False)
    arrays = {
        name: np.array(table.column(name).combine_chunks().flatten()).reshape(table.num_rows, -1)
        for name in table.column_names
        if name not in CODES
    }
    arrays |= {name: arrays[other] for name, other in about["same"].items()}
    facts = _facts(about["design"])
    size = len(about["names"]) + arrays["rows"].shape[1]
    return CellSums(
        facts=facts,
        statistic=about["statistic"],
        names=tuple(about["names"]),
        domains=tuple(about["domains"]),
        labels=tuple(tuple(label) for label in about["labels"]),
        base=np.array(about["base"], dtype=np.intp),
        pilot=facts.pilot if about["measured_from_pilot"] else np.zeros(facts.clusters),
        cluster=np.array(table.column("cluster"), dtype=np.intp),
        group=np.array(table.column("group"), dtype=np.intp),
        centre=arrays["centre"],
        rows=arrays["rows"],
        weighted=arrays["weighted"],
        weight=arrays["weight"],
        weight_sq=arrays["weight_sq"],
        numerator=arrays["numerator"],
        denominator=arrays["denominator"],
        flat=Products(*(arrays[FLAT + name] for name in ("uu", "ux", "xx"))),
        square=Products(*(arrays[SQUARE + name] for name in ("uu", "ux", "xx"))) if SQUARE + "uu" in arrays else None,
        across=about["across"],
        products=arrays["products"].reshape(-1, size, size) if "products" in arrays else None,
    )


def _facts(design: Mapping[str, Any]) -> DesignFacts:
    stages = tuple(_stage(stage) for stage in design["stages"])
    pilot = np.array(design["pilot"], dtype=np.float64)
    names = None if design["names"] is None else _names(design["names"])
    return DesignFacts(stages, design["lonely_psu"], design["lonely_domain"], design["df"], pilot, names)


def _names(about: Mapping[str, Any]) -> SampleNames:
    stages = tuple(
        StageNames(
            _labels(stage["stratum"]),
            None if stage["unit"] is None else _labels(stage["unit"]),
            None if stage["population"] is None else np.array(stage["population"], dtype=np.float64),
        )
        for stage in about["stages"]
    )
    return SampleNames(stages, about["psu_labels"], np.array(about["weighted"], dtype=np.intp))


def _labels(labels: Sequence[Any]) -> ObjectArray:
    found = np.empty(len(labels), dtype=object)
    found[:] = [tuple(label) if isinstance(label, list) else label for label in labels]
    return found


def _stage(stage: Mapping[str, Sequence[float] | None]) -> Stage:
    def array(name: str, kind: type) -> Any:
        return np.array(stage[name], dtype=kind)

    unit = None if stage["unit"] is None else array("unit", np.intp)
    return Stage(
        unit,
        array("stratum", np.intp),
        array("n", np.intp),
        array("fraction", np.float64),
        array("multiplier", np.float64),
        array("parent", np.intp),
    )
