"""Bytes to text: by a byte order mark, else the pattern of NULs, else UTF-8, else the letters.

word        Word documents, a line for each paragraph
broken_end  bytes at the end of ASCII that no encoding explains
charset     which of the older encodings the letters of a text point to
twice       UTF-8 that was taken for another encoding and encoded again
"""

from __future__ import annotations

import codecs
import json
import re
from typing import NamedTuple

from ...errors import DecodingError, SettingsError
from ...on_demand import on_demand
from ...problems import Problem
from .twice import undo_second_encoding
from .word import read_word

_guess = on_demand(__name__, "charset", "guess")
_has_broken_end = on_demand(__name__, "broken_end", "has_broken_end")
_is_ascii_before_end = on_demand(__name__, "broken_end", "is_ascii_before_end")


class Decoded(NamedTuple):
    """A file as text."""

    text: str
    """`\\n` is its only line ending; it has no lone surrogates."""
    encoding: str
    """Python's name of what the bytes were in, or `WORD`."""
    problems: tuple[Problem, ...] = ()


_SAMPLE = 65_536
"""Bytes that are looked at for NULs and control characters."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ZIP = b"PK\x03\x04"
WORD = "docx"
"""The `encoding` of a Word document."""
_MARK_BEGINNINGS = frozenset(mark[:1] for mark, _ in _MARKS)
_WEBVTT = b"WEBVTT"
"""A file that begins so is text, however many NULs it has: by the standard they are U+FFFD."""
_CHAT = (b"@UTF8", b"\xef\xbb\xbf@UTF8")
"""Transcripts in which U+0015 marks the times."""
_SIGNATURES = (
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*", "a picture"),
    (rb"PK\x03\x04.{26}(?:mimetype|word/|xl/|ppt/|\[Content_Types\])", "an office document"),
    (rb"PK(?:\x03\x04|\x05\x06)", "a ZIP file"),
    (
        rb"\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!\x1a",
        "a compressed file",
    ),
    (rb"%PDF-", "a PDF"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (rb"\0\0..ftypM4[AB]|RIFF.{4}WAVE|ID3[\x02-\x04]|OggS\0|fLaC\0", "a recording"),
    (rb"\0\0..ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI |FLV\x01|\0\0\x01\xb3", "a video"),
    (rb"\0\0\x01\xba", "a video, or subtitles as pictures (VobSub)"),
    (rb"SQLite format 3\0", "an SQLite database"),
    (rb"ooBinaryFile", "a file in Praat's binary form (it saves text files, too)"),
    (rb"\x7fELF|MZ.{0,4}\0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe", "a program"),
)
_BINARY = re.compile(b"|".join(b"(%b)" % pattern for pattern, _ in _SIGNATURES), re.DOTALL)
_CONTROLS = bytes([*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
"""Bytes that text does not have. Not among them: tab, line ends, form feed, and escape
(ISO-2022)."""
_NOT_LEADS = bytes(range(0xC0))
"""All bytes that do not begin a character of several bytes in UTF-8."""
_ESCAPE = 0x1B


_FENCE = "```"
_QUOTE = '"'
_JSON_ESCAPE = "\\"
"""Escapes of line breaks and quotes in a text of JSON."""
_FENCED = re.compile(r"```\w{0,20}[ \t]*\n(?P<text>.*?)\n```[ \t]*\s*", re.DOTALL)


def _open_fence(text: str) -> str:
    """Remove the fences of a text that is one block of code, as chat assistants write it.

    The number of lines stays.
    """
    found = _FENCED.fullmatch(text)
    if found is None or _FENCE in found["text"]:
        return text
    return "\n" + found["text"] + "\n"


def _open_string(text: str) -> str:
    """Remove the quotes of a text that is one string of JSON, as web servers return it."""
    bare = text.strip()
    if "\n" in bare or _JSON_ESCAPE not in bare:
        return text
    try:
        opened = json.loads(bare)
    except ValueError:
        return text
    return _tidy(opened.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a whole file. encoding: used instead of detecting it.

    Raises DecodingError for bytes that are not text, SettingsError for an unknown encoding.
    """
    if encoding is not None and encoding != WORD:
        return _decode_as(data, encoding)
    document = _read_known_binary(data)
    if document is not None:
        return document
    wide = _find_mark(data)
    if wide is None and not data.startswith(_WEBVTT):
        wide = _find_wide(data[:_SAMPLE])
    if wide:
        return _decode_wide(data, wide)
    _refuse_control_characters(data)
    if _ESCAPE in data and _is_iso2022(data):
        return _decode_leniently(data, "iso2022_jp")
    try:
        return _decode_utf8(data)
    except UnicodeDecodeError:
        pass
    if _is_broken_utf8(data) or _has_broken_end(data):
        return _decode_leniently(data, "utf-8")
    return _decode_guessed(data)


def _is_iso2022(data: bytes) -> bool:
    return b"\x1b$" in data and data.isascii()


def _decode_utf8(data: bytes) -> Decoded:
    text = data.decode("utf-8")
    if not text.isascii():
        before = undo_second_encoding(text)
        if before is not None:
            message = "its UTF-8 was encoded twice, which was undone; --encoding utf-8 keeps it"
            return Decoded(_tidy(before), "utf-8", (Problem("encoding-guessed", message),))
    return Decoded(_tidy(text), "utf-8")


def _find_mark(data: bytes) -> str | None:
    if data[:1] not in _MARK_BEGINNINGS:  # 1 % of reading a small file
        return None
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    return None


_OTHER_ORDER = {codecs.BOM_UTF16_LE: "utf-16-be", codecs.BOM_UTF16_BE: "utf-16-le"}
"""By mark, the encoding that it does not mean."""


def _decode_wide(data: bytes, encoding: str) -> Decoded:
    if encoding == "utf-16" and _has_wrong_mark(data):
        return _decode_against_mark(data)
    return _decode_leniently(data, encoding)


def _has_wrong_mark(data: bytes) -> bool:
    """Whether the bytes of UTF-16 have the other order than their mark says."""
    return _find_wide(data[2:_SAMPLE]) == _OTHER_ORDER[data[:2]]


def _decode_against_mark(data: bytes) -> Decoded:
    encoding = _OTHER_ORDER[data[:2]]
    decoded = _decode_leniently(data[2:], encoding)
    message = f"its byte order mark is wrong; read as {encoding}"
    problem = Problem("encoding-guessed", message)
    return decoded._replace(problems=(problem, *decoded.problems))


def _decode_as(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise DecodingError(
            f"this is not {encoding} ({error}); leave --encoding out to have it guessed"
        ) from None
    except (LookupError, ValueError):
        raise SettingsError(
            f"there is no encoding {encoding!r}; try utf-8, cp1252, gb18030 …"
        ) from None
    if not text.isascii():  # utf-7 and a few others can produce lone surrogates
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Decoded(_tidy(text), encoding)


def _decode_leniently(data: bytes, encoding: str) -> Decoded:
    """Decode, with U+FFFD for invalid bytes, and one problem for all of them."""
    try:
        return Decoded(_tidy(data.decode(encoding)), encoding)
    except UnicodeError:
        text = _tidy(data.decode(encoding, errors="replace"))
    first = text.find("\ufffd")
    if first >= 0:
        line = text.count("\n", 0, first) + 1
    else:
        line = None
    count = text.count("\ufffd")
    message = f"bytes that are not {encoding} became \ufffd: {count}; export it again if it matters"
    return Decoded(text, encoding, (Problem("broken-bytes", message, line),))


_MIN_NULS = 1 / 20
"""Share of all bytes: text that is not wide has fewer NULs."""
_MIN_NULS_IN_PLACE = 1 / 5
"""Share of all characters of UTF-16 that are below 256: times alone bring enough of them."""
_HIGHEST_PLANE = 0x10
"""No character of UTF-32 is beyond 0x10FFFF, and those beyond 0xFFFF are few."""
_ONE_SIDED = 20
"""NULs in the one place of UTF-16 for each in the other."""


def _find_wide(sample: bytes) -> str | None:
    """Recognize UTF-16 or UTF-32 without a mark; None for other text.

    NULs are at every other byte, or at three of four, and only there.
    """
    if 0 not in sample:  # nearly all: 1 % of reading a small file
        return None
    units = len(sample) // 4
    if units < 2 or sample.count(0) < _MIN_NULS * len(sample):
        return None
    places = [sample[place : units * 4 : 4] for place in range(4)]
    if _is_utf32(places, units):
        return "utf-32-le"
    if _is_utf32(places[::-1], units):
        return "utf-32-be"
    even = places[0].count(0) + places[2].count(0)
    odd = places[1].count(0) + places[3].count(0)
    if max(even, odd) < _MIN_NULS_IN_PLACE * 2 * units:
        return None
    if odd > _ONE_SIDED * even:
        return "utf-16-le"
    if even > _ONE_SIDED * odd:
        return "utf-16-be"
    return None


def _is_utf32(places: list[bytes], units: int) -> bool:
    """places: the lowest byte of each character, then the next, up to the highest."""
    lowest, _, plane, highest = places
    has_planes = highest.count(0) == units and max(plane) <= _HIGHEST_PLANE
    return has_planes and plane.count(0) > units / 2 > lowest.count(0)


def _read_known_binary(data: bytes) -> Decoded | None:
    """A Word document as text; None for bytes that may be text. Raises DecodingError otherwise."""
    if (match := _BINARY.match(data)) and match.lastindex:
        _, kind = _SIGNATURES[match.lastindex - 1]
        if data.startswith(_ZIP):
            text = read_word(data)
            if text is not None:
                return Decoded(text, WORD)
        raise DecodingError(
            f"this is not text: it looks like {kind}; give the transcript file itself"
        )
    return None


_MAX_CONTROLS_ASCII, _MAX_CONTROLS = 0.2, 0.02
"""Share of all bytes. A NUL here and there occurs in text (the WebVTT standard says what to do with
it); of random bytes a tenth are controls."""


def _refuse_control_characters(data: bytes) -> None:
    sample = data[:_SAMPLE]
    if _count_controls(sample) < 2:  # nearly all
        return
    # A download that was interrupted ends in NULs.
    sample = sample.rstrip(b"\0") or sample
    if data.startswith(_WEBVTT):
        sample = sample.replace(b"\0", b"")
    elif data.startswith(_CHAT):
        sample = sample.replace(b"\x15", b"")
    controls = _count_controls(sample)
    if data.isascii():
        allowed = _MAX_CONTROLS_ASCII
    else:
        allowed = _MAX_CONTROLS
    if controls > 1 + allowed * len(sample):
        share = 100 * controls // len(sample)
        raise DecodingError(
            f"this is not text: it is binary data ({share} % control characters); give the "
            "transcript file itself"
        )


def _count_controls(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, delete=_CONTROLS))


def _is_broken_utf8(data: bytes) -> bool:
    """Whether most bytes beyond ASCII are valid UTF-8, which older encodings hardly ever are."""
    text = data.decode("utf-8", errors="replace")
    good = len(text.encode("utf-8", "replace").translate(None, delete=_NOT_LEADS))
    replaced = text.count("\ufffd")
    there_before = data.count("\ufffd".encode())
    broken = replaced - there_before
    return good - replaced > 2 * broken


def _decode_guessed(data: bytes) -> Decoded:
    found = _guess(data)
    if found is None and _is_ascii_before_end(data):
        return _decode_leniently(data, "utf-8")
    if found is None:
        raise DecodingError(
            "this is not text in any known encoding; export it as UTF-8", option="encoding"
        )
    decoded = _decode_leniently(data, found.encoding)
    if found.language:
        why = f" by its letters ({found.language})"
    else:
        why = ""
    message = f"read as {found.encoding}{why}; name another with --encoding"
    problem = Problem("encoding-guessed", message)
    return decoded._replace(problems=(problem, *decoded.problems))


def _tidy(text: str) -> str:
    text = text.lstrip("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\ufeff" in text:  # the mark of a file that was appended to another
        text = text.replace("\n\ufeff", "\n")
    if "\u2028" in text and "\n" not in text:
        text = text.replace("\u2028", "\n")
    if text.startswith(_FENCE):
        text = _open_fence(text)
    if text.startswith(_QUOTE):
        text = _open_string(text)
    return text
