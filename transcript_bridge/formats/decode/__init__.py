"""Bytes to text: a byte order mark decides, then the pattern of NULs, then UTF-8, then the letters
(charset.py)."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from ...errors import DecodingError, SettingsError
from ...problems import Problem
from .charset import guess


class Decoded(NamedTuple):
    """Text with `\\n` as its only line ending and no lone surrogates, the encoding it was in, and
    what to tell."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


_SAMPLE = 65_536
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ALL_MARKS = tuple(mark for mark, _ in _MARKS)
_SIGNATURES = (
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*", "a picture"),
    (rb"PK\x03\x04.{26}(?:mimetype|word/|xl/|ppt/|\[Content_Types\])", "an office document"),
    (rb"PK(?:\x03\x04|\x05\x06)", "a ZIP archive"),
    (
        rb"\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!\x1a",
        "a compressed file",
    ),
    (rb"%PDF-", "a PDF"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (rb"\0\0..ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI |FLV\x01|\0\0\x01[\xba\xb3]", "a video"),
    (rb"RIFF.{4}WAVE|ID3[\x02-\x04]|OggS\0|fLaC\0", "a recording"),
    (rb"SQLite format 3\0", "an SQLite database"),
    (rb"\x7fELF|MZ.{0,4}\0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe", "a program"),
)
_BINARY = re.compile(b"|".join(b"(%b)" % pattern for pattern, _ in _SIGNATURES), re.DOTALL)
_CONTROLS = bytes([*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
"""What text does not have. Not among them: tab, line ends, form feed, and escape (ISO-2022)."""
_NOT_LEADS = bytes(range(0xC0))


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a whole file; `encoding` overrides what the bytes look like.

    Raises DecodingError for bytes that are no text, SettingsError for an encoding that Python does
    not know.
    """
    if encoding is not None:
        return _as_told(data, encoding)
    _refuse_known_binary(data)
    if data.startswith(_ALL_MARKS):
        return _leniently(data, next(name for mark, name in _MARKS if data.startswith(mark)))
    if wide := _wide(data[:_SAMPLE]):
        return _leniently(data, wide)
    _refuse_control_characters(data)
    if data.isascii():
        name = "iso2022_jp" if b"\x1b$" in data else "ascii"
        return (
            _leniently(data, name)
            if name != "ascii"
            else Decoded(_tidy(data.decode(name)), "utf-8")
        )
    try:
        return Decoded(_tidy(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    if _is_broken_utf8(data):
        return _leniently(data, "utf-8")
    return _guessed(data)


def _as_told(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeError):
            raise DecodingError(
                f"this is not {encoding} ({error}); leave --encoding out to have it guessed"
            ) from None
        raise SettingsError(
            f"there is no encoding {encoding!r}; try utf-8, cp1252, gb18030 …"
        ) from None
    if not text.isascii():  # utf-7 and a few others can bring forth halves of characters
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Decoded(_tidy(text), encoding)


def _leniently(data: bytes, encoding: str) -> Decoded:
    """Decode, with U+FFFD for what means nothing, and one problem that tells of it."""
    try:
        return Decoded(_tidy(data.decode(encoding)), encoding)
    except UnicodeError:
        text = _tidy(data.decode(encoding, errors="replace"))
    first = text.find("\ufffd")
    line = text.count("\n", 0, first) + 1 if first >= 0 else None
    count = text.count("\ufffd")
    told = Problem(
        "broken-bytes",
        f"bytes that are no {encoding} became \ufffd: {count}; export it again if it matters",
        line,
    )
    return Decoded(text, encoding, (told,))


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without its mark: NULs stand at every other byte, or at three of four, and
    only there.

    Timestamps alone bring enough of them, whatever the language.
    """
    units = len(sample) // 4
    if units < 2 or sample.count(0) * 20 < len(sample):
        return None
    places = [sample[place : units * 4 : 4] for place in range(4)]
    nuls = [place.count(0) for place in places]
    # No character of UTF-32 is beyond 0x10FFFF, and those beyond 0xFFFF are few.
    if nuls[3] == units and max(places[2]) <= 0x10 and nuls[2] > units / 2 > nuls[0]:
        return "utf-32-le"
    if nuls[0] == units and max(places[1]) <= 0x10 and nuls[1] > units / 2 > nuls[3]:
        return "utf-32-be"
    even, odd = nuls[0] + nuls[2], nuls[1] + nuls[3]
    if max(even, odd) < units * 2 / 5:  # a fifth of all characters
        return None
    if odd > 20 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 20 * odd else None


def _refuse_known_binary(data: bytes) -> None:
    if (match := _BINARY.match(data)) and match.lastindex:
        _, what = _SIGNATURES[match.lastindex - 1]
        raise DecodingError(f"this is no text: it looks like {what}; name the transcript itself")


def _refuse_control_characters(data: bytes) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, delete=_CONTROLS))
    # A NUL here and there occurs in text (the WebVTT standard says what to do with it);
    # of random bytes a tenth are controls.
    allowed = 0.2 if data.isascii() else 0.02
    if controls > 1 + allowed * len(sample):
        share = 100 * controls // len(sample)
        raise DecodingError(
            f"this is no text: {share} % of it are control characters; name the transcript itself"
        )


def _is_broken_utf8(data: bytes) -> bool:
    """Whether most of what is beyond ASCII is good UTF-8: legacy bytes hardly ever are, even by
    chance."""
    text = data.decode("utf-8", errors="replace")
    good = len(text.encode("utf-8", "replace").translate(None, delete=_NOT_LEADS))
    replaced = text.count("\ufffd")
    there_before = data.count("\ufffd".encode())
    broken = replaced - there_before
    return good - replaced > 2 * broken


def _guessed(data: bytes) -> Decoded:
    found = guess(data)
    if found is None:
        raise DecodingError(
            "this is no text in any encoding known here; name it with --encoding if it is"
        )
    decoded = _leniently(data, found.encoding)
    why = f" by its letters ({found.language})" if found.language else ""
    told = Problem(
        "encoding-guessed", f"read as {found.encoding}{why}; name another with --encoding"
    )
    return decoded._replace(problems=(told, *decoded.problems))


def _tidy(text: str) -> str:
    text = text.lstrip("\ufeff") if text.startswith("\ufeff") else text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
