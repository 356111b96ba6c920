"""Reads Word documents (.docx) as text: a line for each paragraph, as in transcripts of Teams and
Meet.

What a document may unpack to is checked before it is opened: a few kilobytes can hold gigabytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from ...errors import DecodingError
from ...extras import name_install
from ..speaker_labels import are_repeated

if TYPE_CHECKING:
    from zipfile import ZipInfo

_DOCUMENT = "word/document.xml"
_MAX_XML_BYTES = 32 * 1024 * 1024
"""Of all XML in it, unpacked: a day of talk has less."""
_MAX_BYTES = 256 * 1024 * 1024
"""Of everything in it, pictures included."""
_METHODS = (0, 8)
"""Stored and deflated: no other method may be used in a document (ISO/IEC 29500-2)."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _RUN = f"{_WORD}p", f"{_WORD}r"
_TABLE, _ROW, _CELL = f"{_WORD}tbl", f"{_WORD}tr", f"{_WORD}tc"
_TEXT, _BREAK, _TYPE = f"{_WORD}t", f"{_WORD}br", f"{_WORD}type"
_SIGNS = {f"{_WORD}tab": "\t", _BREAK: "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}
_BOX = f"{_WORD}txbxContent"
_HIDDEN = frozenset(
    (
        f"{_WORD}del",
        f"{_WORD}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)
"""Around what somebody removed while Word tracked changes, and what is there once more for older
programs."""
_Lines = list[str]
"""Of a cell, without blank ones."""

_UNREADABLE = "this Word document cannot be read; save it again in Word, or export a .vtt"
_DAMAGED = (
    zlib.error,
    KeyError,
    ValueError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    SyntaxError,
)
"""Exceptions of the library for a damaged document; the errors of its XML are SyntaxErrors."""


def read_word(data: bytes) -> str | None:
    """The text of a Word document; None for any other office document or ZIP file.

    Raises DecodingError for one that is damaged or unpacks to too much, and where the library that
    reads it is missing.
    """
    from zipfile import BadZipFile, ZipFile  # slow to import, and rarely needed

    try:
        with ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (BadZipFile, *_DAMAGED):
        return None
    if not any(member.filename == _DOCUMENT for member in members):
        return None
    _check_size(members)
    return "\n".join(_read_lines(data)) + "\n"


def _check_size(members: list[ZipInfo]) -> None:
    """A member never unpacks to more than the size that it states: zipfile stops there, with the
    methods that the format allows."""
    xml = 0
    total = 0
    for member in members:
        if member.compress_type not in _METHODS:
            raise DecodingError(_UNREADABLE)
        total += member.file_size
        if member.filename.endswith((".xml", ".rels")):
            xml += member.file_size
    if xml > _MAX_XML_BYTES or total > _MAX_BYTES:
        megabytes = total / 2**20
        raise DecodingError(
            f"this Word document would unpack to {megabytes:,.0f} MB, more than any transcript has"
        )


def _read_lines(data: bytes) -> Iterator[str]:
    """The lines of all paragraphs; a row of a table is one line, with tabs between its cells."""
    from zipfile import BadZipFile

    try:
        from docx import Document
        from docx.exceptions import PythonDocxError
        from docx.opc.exceptions import OpcError
    except ModuleNotFoundError:
        raise DecodingError(
            f"reading Word documents needs: {name_install('docx')}; or export a .vtt"
        ) from None

    try:
        document: Any = Document(io.BytesIO(data))
        yield from _read_blocks(document.element.body)
    except (PythonDocxError, OpcError, BadZipFile, *_DAMAGED):
        raise DecodingError(_UNREADABLE) from None


def _read_blocks(parent: Any) -> Iterator[str]:
    """The lines of the paragraphs and tables in an element of XML."""
    for element in parent:
        if element.tag == _PARAGRAPH:
            yield _read_paragraph(element)
            for box in element.iter(_BOX):
                if _is_shown(box):
                    yield from _read_blocks(box)
        elif element.tag == _TABLE:
            yield from _read_table(element)
        elif element.tag not in _HIDDEN:
            yield from _read_blocks(element)


def _read_table(table: Any) -> Iterator[str]:
    """A line for each row, with tabs between its cells."""
    cells_of_rows = []
    for row in _find_own(table, _ROW):
        cells_of_rows.append([_read_cell(cell) for cell in _find_own(row, _CELL)])
    filled = {place for cells in cells_of_rows for place, lines in enumerate(cells) if lines}
    rows = []
    for cells in cells_of_rows:  # without columns that have only pictures
        rows.append([lines for place, lines in enumerate(cells) if place in filled])
    _part_names(rows)
    _fill_names(rows)
    for cells in rows:
        if any(cells[1:]):
            yield "\t".join([" ".join(lines) for lines in cells])
        else:  # a heading, or a table that only frames the text
            yield from chain(*cells)


def _part_names(rows: Sequence[list[_Lines]]) -> None:
    """Make a column of the names that begin the last cells of rows, in paragraphs of their own."""
    ends = [cells[-1] for cells in rows if any(cells[:-1])]
    names = [lines[0] for lines in ends if len(lines) > 1]
    if 2 * len(names) <= len(ends) or not are_repeated(names):
        return
    for cells in rows:
        if any(cells[:-1]):
            cells[-1:] = [cells[-1][:1], cells[-1][1:]]


def _fill_names(rows: Sequence[list[_Lines]]) -> None:
    """Write names into the empty cells below them: the same person continues to speak."""
    for place in range(max(map(len, rows), default=0)):
        column = [cells for cells in rows if any(cells[1:]) and place < len(cells)]
        written = [" ".join(cells[place]) for cells in column if cells[place]]
        if len(written) == len(column) or not are_repeated(written):
            continue
        last: _Lines = []
        for cells in column:
            last = cells[place] = cells[place] or last


def _read_cell(cell: Any) -> _Lines:
    lines = "\n".join(_read_blocks(cell)).split("\n")
    return [line.strip() for line in lines if line.strip()]


def _read_paragraph(paragraph: Any) -> str:
    """Return the text of a paragraph with all tracked changes accepted."""
    pieces = []
    for run in _find_own(paragraph, _RUN):
        if _is_shown(run):
            pieces += [_read_piece(piece) for piece in run]
    return "".join(pieces).replace("\xa0", " ")


def _find_own(parent: Any, tag: str) -> Iterator[Any]:
    """The elements of a kind inside of another, but not inside of a nested one like it: tables
    may be in cells, and text boxes in paragraphs."""
    for element in parent.iter(tag):
        if next(element.iterancestors(parent.tag)) is parent:
            yield element


def _is_shown(element: Any) -> bool:
    return not any(around.tag in _HIDDEN for around in element.iterancestors())


def _read_piece(piece: Any) -> str:
    if piece.tag == _TEXT:
        return piece.text or ""
    if piece.tag == _BREAK and piece.get(_TYPE, "textWrapping") != "textWrapping":
        return ""  # the end of a page or a column
    return _SIGNS.get(piece.tag, "")
