"""Word documents (.docx) as text: a line for each paragraph, as Teams and Meet write transcripts.

What a document may unpack to is checked before it is opened: a few kilobytes can hold gigabytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...errors import DecodingError
from ...extras import name_install

if TYPE_CHECKING:
    from zipfile import ZipInfo

_DOCUMENT = "word/document.xml"
_MAX_XML_BYTES = 32 * 1024 * 1024
"""Of all XML in it, unpacked: a day of talk has less."""
_MAX_BYTES = 256 * 1024 * 1024
"""Of everything in it, pictures included."""
_METHODS = (0, 8)
"""Stored and deflated: no other method may be used in a document (ISO/IEC 29500-2)."""
_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"

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
"""What the library raises for a damaged document; the errors of its XML are SyntaxErrors."""


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
    """The lines of all paragraphs, also of those in tables."""
    from zipfile import BadZipFile

    try:
        from docx import Document
        from docx.exceptions import PythonDocxError
        from docx.opc.exceptions import OpcError
        from docx.text.paragraph import Paragraph
    except ModuleNotFoundError:
        raise DecodingError(
            f"reading Word documents needs: {name_install('docx')}; or export a .vtt"
        ) from None

    try:
        document: Any = Document(io.BytesIO(data))
        for element in document.element.body.iter(_PARAGRAPH):
            text = str(Paragraph(element, document).text)
            yield text.replace("\xa0", " ")
    except (PythonDocxError, OpcError, BadZipFile, *_DAMAGED):
        raise DecodingError(_UNREADABLE) from None
