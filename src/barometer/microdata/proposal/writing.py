"""A proposed layout as commented TOML that an analyst finishes by hand."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from barometer.microdata.proposal.answers import CodeProposal
from barometer.microdata.proposal.columns import DeliveredColumn
from barometer.microdata.proposal.matching import Match

if TYPE_CHECKING:
    from barometer.microdata.proposal.proposal import LayoutProposal

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def layout_text(proposal: "LayoutProposal") -> str:
    """Write a proposal as TOML: what was found as entries, what was not as comments at the end."""
    names = _code_tables(proposal.matches, proposal.codes)
    roles = {role.role: role for role in proposal.roles}
    blocks = [_head(proposal), _file(proposal)]
    if mark := roles.get("mark"):
        blocks.append(["[mark]", f"column = {_text(mark.column)}  # {mark.because}", 'codes = "mark"'])
    blocks.append(_design(proposal))
    registers = [match for match in proposal.matches if match.place.is_register]
    answers = [match for match in proposal.matches if not match.place.is_register]
    blocks.append(["[registers]", *(_entry(match, names) for match in registers)])
    blocks.append(["[answers]", *(_entry(match, names) for match in answers)])
    if mark:
        blocks.append(["[codes.mark]", *(f'{_key(code)} = "yes"' for code in mark.codes)])
    blocks += _codes(proposal, names)
    blocks += _left_over(proposal)
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _head(proposal: "LayoutProposal") -> list[str]:
    is_synthetic = any(role.role == "mark" for role in proposal.roles)
    return [
        f"# Proposed for wave {proposal.wave} of the codebook {proposal.codebook} from {_remark(proposal.file)}.",
        "# Read it before you use it. The number after an entry is the likeness of the texts, 0 to 1; `unsure`",
        "# marks what a person must look at. What could not be placed is at the end; `barometer layout check` says",
        "# what is still missing.",
        "",
        f"wave = {proposal.wave}",
        f'kind = "{"synthetic" if is_synthetic else "delivery"}"',
        "ignored = []  # delivered columns that are not used",
    ]


def _file(proposal: "LayoutProposal") -> list[str]:
    blank = sorted({code for found in proposal.codes.values() for code in found.blank})
    used = {code for found in proposal.codes.values() for code in found.codes}
    lines = ["[file]", f"name = {_text(proposal.file)}"]
    lines += [f"{name} = {_text(value)}" for name, value in proposal.settings.items()]
    if blank:
        doubtful = "  # unsure: answers elsewhere" if used & set(blank) else ""
        lines.append(f"missing = [{', '.join(map(_text, ['', *blank]))}]{doubtful}")
    return lines


def _design(proposal: "LayoutProposal") -> list[str]:
    roles = {role.role: role for role in proposal.roles}
    lines = ["[design]"]
    for name in ("id", "weight", "population"):
        if role := roles.get(name):
            lines.append(f"{name} = {_text(role.column)}  # {'' if role.is_sure else 'unsure: '}{role.because}")
        else:
            lines.append(f'{name} = ""  # unsure: no column was found')
    return lines


def _entry(match: Match, names: dict[str, str]) -> str:
    unsure = "" if match.is_sure else "unsure "
    label = f": {_remark(match.column.label)}" if match.column.label else ""
    target = f"{{ column = {_text(match.column.name)}, codes = {_text(names[match.place.name])} }}"
    return f"{_key(match.place.name)} = {target}  # {unsure}{match.score:.2f}{label}"


def _code_tables(matches: Iterable[Match], codes: Mapping[str, CodeProposal]) -> dict[str, str]:
    """Name the table of codes of every place; places with the same codes share one."""
    tables: dict[tuple[object, ...], str] = {}
    names = {}
    for match in matches:
        place, found = match.place, codes[match.place.name]
        content = (tuple(found.codes.items()), found.unsure, found.declared, found.left, place.answers)
        if content not in tables:
            wanted = "tick" if place.is_tick else place.question or place.name
            taken = set(tables.values()) | {"mark"}
            again = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
            tables[content] = wanted if wanted not in taken else next(name for name in again if name not in taken)
        names[place.name] = tables[content]
    return names


def _codes(proposal: "LayoutProposal", names: dict[str, str]) -> list[list[str]]:
    """Write every table of codes once, with the labels of the file and what no answer was found for."""
    written: dict[str, list[str]] = {}
    for match in proposal.matches:
        name, found, labels = names[match.place.name], proposal.codes[match.place.name], match.column.value_labels
        if name in written:
            continue
        lines = [f"[codes.{_key(name)}]"]
        for code, answer in found.codes.items():
            unsure = "unsure: " if code in found.unsure else ""
            remark = f"  # {unsure}{_label_of(code, labels)}".rstrip(" #:")
            lines.append(f"{_key(code)} = {_text(answer)}{remark}")
        lines += [
            f"# {_remark(code)} is declared missing by the file: a blank, unless it is mapped"
            for code in found.declared
        ]
        if found.left:
            lines.append(f"# no answer found; there are {', '.join(answer.code for answer in match.place.answers)}")
            lines += [f'# {_key(code)} = ""  # {_label_of(code, labels)}'.rstrip(" #") for code in found.left]
        written[name] = lines
    return list(written.values())


def _left_over(proposal: "LayoutProposal") -> list[list[str]]:
    blocks = []
    if proposal.missing:
        lines = ["# Could not be placed: columns of the codebook that no delivered column is like."]
        for group, places in groupby(proposal.missing, key=lambda place: place.question or "registers"):
            lines.append(f"# {group}")
            lines += [
                f'#   {_key(place.name)} = {{ column = "", codes = "" }}  # {_remark(place.own[-1])}'
                for place in places
            ]
        blocks.append(lines)
    if proposal.left:
        lines = ["# Could not be placed: columns of the file. Map them above, or list them under `ignored`."]
        blocks.append([*lines, *map(_left_column, proposal.left)])
    return blocks


def _left_column(column: DeliveredColumn) -> str:
    codes = ""
    if column.codes:
        codes = ", ".join(f"{_remark(code)} {_label_of(code, column.value_labels)}".strip() for code in column.codes)
    label = f": {_remark(column.label)}" if column.label else ""
    return f"#   {_text(column.name)}{label}" + (f" [{codes}]" if codes else "")


def _label_of(code: str, labels: Mapping[str, str]) -> str:
    """Return the label of a code, empty for one that is its own."""
    label = labels.get(code, "")
    return "" if label == code else _remark(label)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """Write a TOML string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _remark(text: str) -> str:
    """Write a text of the file into a comment: on one line, whatever it holds."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
