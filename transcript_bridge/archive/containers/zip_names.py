"""Decodes the names in a ZIP file.

Names are UTF-8 if the file says so, or if the bytes are valid UTF-8. Otherwise they are in the code
page of the system that wrote them, which the file does not state. `zipfile` decodes those as cp437,
from which the bytes can be recovered exactly. One program wrote the whole container, so the code
page is chosen for all names together: the one in which they look most like words.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise

_CODE_PAGES = ("cp437", "cp850", "cp866", "cp932", "gbk", "cp1252", "cp1251")
"""Code pages in which ZIP programs wrote names before they used UTF-8: DOS first, then Windows."""
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
"""Info-ZIP's extra field with the name in UTF-8 and a checksum of the name that it replaces."""
_BETWEEN_WORDS = re.compile(r"[\x00-\x40\x5b-\x60\x7b-\x7f]+")
_JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
_UNLIKELY = frozenset({"SIGN", "HALFWIDTH"})


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The name of each member, in their order."""
    names = []
    undecoded: dict[int, bytes] = {}
    for index, member in enumerate(members):
        name = _unicode_path(member)
        if name is None:
            name = member.filename
            is_unmarked = not member.flag_bits & _UTF8_FLAG
            if is_unmarked and not name.isascii():
                undecoded[index] = _raw_name(member)
        names.append(name)
    if undecoded:
        encoding = _find_encoding(b"\n".join(undecoded.values()))
        for index, data in undecoded.items():
            names[index] = data.decode(encoding, "surrogateescape")
    return names


def extra_fields(data: bytes) -> dict[int, bytes]:
    """The extra fields of a member by number; of equal numbers, the last."""
    fields = {}
    at = 0
    while at + 4 <= len(data):
        number, size = struct.unpack_from("<HH", data, at)
        fields[number] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return fields


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    name = member.orig_filename
    if "\0" in name:
        name = member.filename
    return name.encode("cp437", "replace")


def _unicode_path(member: zipfile.ZipInfo) -> str | None:
    field = extra_fields(member.extra).get(_UNICODE_PATH, b"")
    if len(field) <= 5 or field[0] != 1:
        return None
    try:
        # Python 3.13 has already put the field's name into `filename`.
        checksum = zlib.crc32(member.orig_filename.encode("cp437"))
        if struct.unpack_from("<I", field, 1)[0] != checksum:
            return None
        return field[5:].decode("utf-8")
    except UnicodeError:
        return None


def _find_encoding(names: bytes) -> str:
    try:
        names.decode("utf-8")
    except UnicodeDecodeError:
        return max(_CODE_PAGES, key=lambda encoding: _share_of_words(names, encoding))
    return "utf-8"


def _share_of_words(data: bytes, encoding: str) -> float:
    """The share of non-ASCII words that look like words, 0 to 1; -1 for an impossible encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    words = [word for word in _BETWEEN_WORDS.split(text) if not word.isascii()]
    if not words:
        return 0.0
    return sum(map(_looks_like_word, words)) / len(words)


def _looks_like_word(word: str) -> bool:
    """Whether it has one script, only letters, and no capital after a small letter."""
    if any(before.islower() and after.isupper() for before, after in pairwise(word)):
        return False
    scripts = {_script_of(character) for character in word}
    if scripts & _UNLIKELY:
        return False
    return len(scripts) == 1 or scripts <= _JAPANESE


def _script_of(character: str) -> str:
    if not character.isalpha():
        return "SIGN"
    return unicodedata.name(character, "NONE").split()[0]
