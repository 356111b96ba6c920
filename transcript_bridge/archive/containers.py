"""What a zip or a tar holds, as sources; nothing is unpacked to disk, so no name can lead out of
the archive.

Refused and told: archives inside archives, members that unpack to absurd sizes, names that lead
out, links, devices, encrypted members.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import posixpath
import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from ..errors import InputError
from .files import MAX_BYTES, ArchiveFile, printable

MAX_RATIO = 250
"""Subtitles pack to a tenth, the dullest to a fiftieth; deflate's bound, which bombs come near, is
a thousand."""
RATIO_MATTERS_FROM = 4 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024**3
"""Of all members of one archive that would be read."""
MAX_MEMBERS = 1_000_000

Tell = Callable[[str, str], None]
"""Takes the path it is about and what is to be told."""

_TAR_SUFFIXES = {
    ".tar": "",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.bz2": "bz2",
    ".tbz2": "bz2",
    ".tbz": "bz2",
    ".tar.xz": "xz",
    ".txz": "xz",
}
_PACKERS: dict[str, Any] = {"": open, "gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
_CODE_PAGES = ("cp437", "cp850", "cp866", "cp932", "gbk", "cp1252", "cp1251")
"""What zip programs wrote names in, before they had UTF-8: DOS first, then what Windows has for
whom."""


def container_kind(name: str) -> str | None:
    """`zip`, `tar`, `tar:gz` … by the suffix; None for what is no archive that can be read here."""
    lower = name.lower()
    if not lower.endswith((".zip", *_TAR_SUFFIXES)):  # nearly every file
        return None
    if lower.endswith(".zip"):
        return "zip"
    for suffix, packing in _TAR_SUFFIXES.items():
        if lower.endswith(suffix):
            return f"tar:{packing}" if packing else "tar"
    return None


def list_container(
    path: str, shown: str, kind: str, stamp: int, wanted: Callable[[str], bool], tell: Tell
) -> list[ArchiveFile]:
    """The files in an archive, in its own order.

    path, shown: what the system opens, and what people read. stamp: when it was last written, in
    ns. wanted: whether a member of this name would ever be read; others count for no limit.
    Raises InputError where it is no such archive or is damaged.
    """
    try:
        if kind == "zip":
            return list(_list_zip(path, shown, stamp, wanted, tell))
        return list(_list_tar(path, shown, kind.partition(":")[2], stamp, wanted, tell))
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile) or error.strerror is None:
            raise InputError(
                "this archive is damaged; export or copy it again", path=shown
            ) from None
        raise InputError(
            f"this cannot be opened ({error.strerror}); check its permissions", path=shown
        ) from None
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        ValueError,
    ):
        raise InputError("this archive is damaged; export or copy it again", path=shown) from None


@dataclass(slots=True)
class _Budget:
    """What one archive may still unpack to, in bytes."""

    left: int = MAX_TOTAL_BYTES

    def refuse(self, size: int, packed: int | None) -> str | None:
        """Why a member of this size is not read; None where it is."""
        if size > MAX_BYTES:
            return (
                f"it would unpack to {size / 2**20:,.0f} MB, more than any transcript has; left out"
            )
        if packed is not None and size > RATIO_MATTERS_FROM and size > MAX_RATIO * max(packed, 1):
            return f"it would unpack to {size // max(packed, 1):,} times its size, as a bomb does; left out"
        if size > self.left:
            return "the archive would unpack to more than 16 GB; this and what follows was left out"
        self.left -= size
        return None


# ---- zip


def _list_zip(
    path: str, shown: str, stamp: int, wanted: Callable[[str], bool], tell: Tell
) -> Iterator[ArchiveFile]:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise InputError(f"it holds {len(members):,} files; unpack it first", path=shown)
    names = _names(members)
    budget = _Budget()
    for member, name in zip(members, names, strict=True):
        inside = _safe(name)
        full = f"{shown}!{printable((inside or name).encode('utf-8', 'surrogateescape'))}"
        why = None
        if inside is None:
            why = "its name leads out of the archive; left out"
        elif member.external_attr >> 28 == 0xA:
            why = "a link inside an archive is not followed; left out"
        elif not wanted(inside):
            pass
        elif member.flag_bits & 0x1:
            why = "it is encrypted; unpack the archive with its password first"
        else:
            why = budget.refuse(member.file_size, member.compress_size)
        if why:
            tell(full, why)
            continue
        yield ArchiveFile(
            full,
            path,
            member.file_size,
            stamp,
            _zip_time(member),
            "zip",
            member.filename,
            inside=len(shown) + 1,
        )


def _names(members: list[zipfile.ZipInfo]) -> list[str]:
    """The names as they were meant: UTF-8 where it says or is so, else the code page in which they
    are words.

    zipfile reads whatever is not marked as UTF-8 as cp437, which gives the bytes back exactly. One
    archive was written by one program, so all its names choose the code page together.
    """
    raw: dict[int, bytes] = {}
    names = []
    for index, member in enumerate(members):
        name = _unicode_path(member) or member.filename
        names.append(name)
        if not name.isascii() and not member.flag_bits & 0x800 and name == member.filename:
            raw[index] = (
                member.orig_filename if "\0" not in member.orig_filename else name
            ).encode("cp437", "replace")
    if raw:
        encoding = _code_page(raw.values())
        for index, data in raw.items():
            names[index] = data.decode(encoding, "replace")
    return names


def _unicode_path(member: zipfile.ZipInfo) -> str | None:
    """Info-ZIP's extra field 0x7075: the name in UTF-8, with a checksum of the name it stands for."""
    data = dict(_extra_fields(member.extra)).get(0x7075, b"")
    if len(data) > 5 and data[0] == 1:
        try:
            if struct.unpack_from("<I", data, 1)[0] == zlib.crc32(member.filename.encode("cp437")):
                return data[5:].decode("utf-8")
        except UnicodeError:
            return None
    return None


def _code_page(names: Iterable[bytes]) -> str:
    whole = b"\n".join(names)
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return max(_CODE_PAGES, key=lambda encoding: _wordliness(whole, encoding))
    return "utf-8"


def _wordliness(data: bytes, encoding: str) -> float:
    """How much a decoding looks like names: the share of words of one script, less what is no
    letter at all."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    words = [
        word
        for word in re.split(r"[\x00-\x40\x5b-\x60\x7b-\x7f]+", text)
        if word and not word.isascii()
    ]
    good = 0
    for word in words:
        scripts = {unicodedata.name(c, "NONE").split()[0] if c.isalpha() else "SIGN" for c in word}
        kana = scripts <= {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
        inner_capital = any(a.islower() and b.isupper() for a, b in pairwise(word))
        good += (
            (len(scripts) == 1 or kana)
            and "SIGN" not in scripts
            and "HALFWIDTH" not in scripts
            and not inner_capital
        )
    return good / len(words) if words else 0.0


def _extra_fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _zip_time(member: zipfile.ZipInfo) -> datetime | None:
    """The exact time where the packer noted it (extra field 0x5455), else the local time of whoever
    packed."""
    data = dict(_extra_fields(member.extra)).get(0x5455, b"")
    if len(data) >= 5 and data[0] & 1:
        return datetime.fromtimestamp(struct.unpack_from("<I", data, 1)[0], UTC)
    try:
        moment = datetime(*member.date_time)
    except ValueError:  # zeros in all fields: the packer had no clock
        return None
    return moment if moment.year > 1980 else None


# ---- tar


def _list_tar(
    path: str, shown: str, packing: str, stamp: int, wanted: Callable[[str], bool], tell: Tell
) -> Iterator[ArchiveFile]:
    budget = _Budget()
    # The tar is read as if it lay there unpacked, so that `offset_data` is a place in the unpacked
    # stream.
    with (
        _PACKERS[packing](path, "rb") as stream,
        tarfile.open(fileobj=stream, mode="r:") as archive,
    ):
        packed = _size_of(path)
        while (member := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # or it keeps them all
            if member.isdir():
                continue
            inside = _safe(member.name)
            full = (
                f"{shown}!{printable((inside or member.name).encode('utf-8', 'surrogateescape'))}"
            )
            if (
                packing
                and member.offset_data > RATIO_MATTERS_FROM
                and member.offset_data > MAX_RATIO * packed
            ):
                tell(
                    full,
                    "the archive unpacks to hundreds of times its size, as a bomb does; this and the rest was left out",
                )
                return
            why = _refuse_member(member, inside) or (
                budget.refuse(member.size, None) if inside and wanted(inside) else None
            )
            if why:
                tell(full, why)
                continue
            written = datetime.fromtimestamp(member.mtime, UTC) if 0 < member.mtime < 1e11 else None
            yield ArchiveFile(
                full,
                path,
                member.size,
                stamp,
                written,
                "tar",
                "",
                member.offset_data,
                len(shown) + 1,
                packing,
            )


def _refuse_member(member: tarfile.TarInfo, inside: str | None) -> str | None:
    if inside is None:
        return "its name leads out of the archive; left out"
    if member.islnk() or member.issym():
        return "a link inside an archive is not followed; left out"
    if not member.isreg() or member.issparse():
        return "it is no ordinary file; left out"
    return None


def _size_of(path: str) -> int:
    with open(path, "rb") as file:  # noqa: PTH123  # the name may be no text that Path likes
        return max(1, file.seek(0, 2))


def _safe(name: str) -> str | None:
    """The name with `/` between its parts; None where it leads out of the archive."""
    name = name.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return None
    path = posixpath.normpath(name)
    return None if path == ".." or path.startswith("../") or "\0" in path else path
