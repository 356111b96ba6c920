"""Reads Word documents (.docx) as text: a line for each paragraph, as in transcripts of Teams and
Meet.

What a document may unpack to is checked before it is opened: a few kilobytes can hold gigabytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
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
_Column = Sequence[list[str]]
"""The lines of each cell of a column, without blank ones."""

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
    """Yield a line for each row, with tabs between its cells."""
    rows = []
    for row in _find_own(table, _ROW):
        rows.append([_read_cell(cell) for cell in _find_own(row, _CELL)])
    # Without columns of nothing but pictures.
    columns: list[_Column] = list(filter(any, zip_longest(*rows, fillvalue=[])))
    if len(columns) > 1:
        columns[-1:] = _part_names(columns[-1])
        columns = [_fill_names(column, columns[-1]) for column in columns]
    for cells in zip(*columns, strict=True):
        if any(cells[1:]):
            yield "\t".join(map(" ".join, cells))
        else:  # a heading, or a table that only frames the text
            yield from chain(*cells)


def _part_names(said: _Column) -> list[_Column]:
    """Part the names that begin the cells of a column, in paragraphs of their own."""
    longer = [lines for lines in said if len(lines) > 1]
    names = [lines[0] for lines in longer]
    if 2 * len(longer) <= len(said) or not are_repeated(names):
        return [said]
    parted: list[list[str]] = []
    texts: list[list[str]] = []
    for lines in said:
        place = min(len(lines) - 1, 1) if lines else 0  # a single line is a text
        parted.append(lines[:place])
        texts.append(lines[place:])
    return [parted, texts]


def _fill_names(column: _Column, said: _Column) -> _Column:
    """Write the names of a column of names into the empty cells below them: they go on speaking.

    said: the column of texts; a row without one is no speech.
    """
    names = [" ".join(lines) for lines in column if lines]
    if len(names) == len(column) or not are_repeated(names):
        return column
    filled = []
    last: list[str] = []
    for lines, text in zip(column, said, strict=True):
        last = lines or last
        filled.append(last if text else lines)
    return filled


def _read_cell(cell: Any) -> list[str]:
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
