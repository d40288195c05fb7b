"""Small workbooks written by hand: .ods and .xls, which nothing else here writes, and .xlsx with parts replaced."""

import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | float | bool | None
SHEET = "xl/worksheets/sheet1.xml"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def write_xlsx(path: Path, rows: Sequence[Sequence[Cell]], sheets: Sequence[str] = ("Ark1",)) -> None:
    """Write the same rows on every sheet; text that begins with = is written as a formula."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    for name in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Replace one part of a zipped workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    assert change(parts[part]) != parts[part]
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def write_ods(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write one sheet as LibreOffice would, with empty rows and columns repeated to the end of the sheet."""
    table = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}{_blank(16_000)}</table:table-row>" for row in rows
    )
    rest = f'<table:table-row table:number-rows-repeated="1048000">{_blank(16_384)}</table:table-row>'
    sheet = f'<table:table table:name="Ark1">{table}{rest}</table:table>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _ODS)
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
        archive.writestr("content.xml", content)


def _blank(times: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def write_xls(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write one sheet of numbers and text as Excel 97 did: a BIFF8 stream in a compound file."""
    path.write_bytes(_compound(_workbook_stream(rows)))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _workbook_stream(rows: Sequence[Sequence[Cell]]) -> bytes:
    def begin(kind: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    cells = [
        _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + value.encode("utf-16-le"))
        if isinstance(value, str)
        else _record(0x0203, struct.pack("<HHHd", r, c, 0, value))
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value is not None
    ]
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    sheet = begin(0x0010) + _record(0x0200, size) + b"".join(cells) + _record(0x000A)
    opening = begin(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    place = len(opening) + 4 + 8 + len("Ark1") + 4
    return opening + _record(0x0085, struct.pack("<IBBBB", place, 0, 0, 4, 0) + b"Ark1") + _record(0x000A) + sheet


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    assert len(table) <= 128
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0,
        end, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    directory = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, 2, len(stream))
    return header + fat + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    free = 0xFFFFFFFF
    return struct.pack("<64sHBBIII16xIQQIQ", text, len(text), kind, 1, free, free, child, 0, 0, 0, start, size)
