"""The members of a tar file, compressed or not, as ArchiveFiles."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from ..files import ArchiveFile
from .kept_open import open_unpacked
from .limits import LINK, NOT_REGULAR, OUTSIDE, Budget, Container, is_bomb, safe_name

_LATEST_TIME = 1e11
"""Seconds since 1970; larger numbers are not times."""
MAX_HEADER_BYTES = 1024 * 1024
"""The largest extended header: names and attributes."""
_MAX_GLOBAL_HEADERS = 1000
"""tarfile keeps them for all members that follow. `git archive` writes one."""
_BOMB = (
    "the container unpacks to hundreds of times its size, like a decompression bomb; this and the "
    "rest is skipped"
)


def list_tar(container: Container, compression: str) -> Iterator[ArchiveFile]:
    """The files in a tar file, in its own order. compression: gz, bz2, xz, or empty."""
    budget = Budget()
    # The stream is decompressed before tarfile reads it, so that `offset_data` is a position in the
    # decompressed stream.
    with open_unpacked(container.path, compression) as unpacked:
        stream = _HeaderStream(unpacked, container.size if compression else None)
        while True:
            try:
                member = stream.next_member()
            except _BombError:
                container.report(container.shown, _BOMB)
                return
            if member is None:
                return
            if member.isdir():
                continue
            name = safe_name(member.name)
            path = container.member_path(name or member.name)
            reason = _refuse(member, name, container, budget)
            if reason:
                container.report(path, reason)
                continue
            yield _archive_file(member, path, container, compression)


class _BombError(Exception):
    """The stream would unpack to hundreds of times its size."""


class _HeaderStream:
    """The headers of a tar file, and the stream that tarfile reads them from.

    tarfile reads an extended header in one piece, however large it claims to be, and skips the data
    between headers by seeking, for which all of it must be decompressed. It keeps all members, and
    the headers that apply to all that follow.
    """

    def __init__(self, unpacked: BinaryIO, packed: int | None) -> None:
        """packed: the size of the file in bytes; None for one that is not compressed."""
        self._unpacked = unpacked
        self._packed = packed
        self.tell = unpacked.tell
        self._tar = tarfile.open(  # noqa: SIM115  # it holds nothing but this stream
            fileobj=self,  # type: ignore[call-overload]
            mode="r:",
            encoding="utf-8",
            errors="surrogateescape",
        )

    def next_member(self) -> tarfile.TarInfo | None:
        """The next member; None after the last. Raises tarfile.TarError and _BombError."""
        member: tarfile.TarInfo | None = self._tar.next()
        self._tar.members = []
        if len(self._tar.pax_headers) > _MAX_GLOBAL_HEADERS:
            raise tarfile.ReadError("there are too many global headers")
        return member

    def read(self, size: int) -> bytes:
        """Raises tarfile.ReadError for a header that is larger than MAX_HEADER_BYTES."""
        if size > MAX_HEADER_BYTES:
            raise tarfile.ReadError("a header is too large")
        return self._unpacked.read(size)

    def seek(self, position: int, whence: int = 0) -> int:
        """Raises _BombError."""
        if self._packed is not None and is_bomb(position, self._packed):
            raise _BombError
        return self._unpacked.seek(position, whence)


def _archive_file(
    member: tarfile.TarInfo, path: str, container: Container, compression: str
) -> ArchiveFile:
    modified = None
    if 0 < member.mtime < _LATEST_TIME:
        modified = datetime.fromtimestamp(member.mtime, UTC)
    return ArchiveFile(
        path,
        container.path,
        member.size,
        container.modified_ns,
        modified,
        "tar",
        offset=member.offset_data,
        member_start=len(container.shown) + 1,
        compression=compression,
    )


def _refuse(
    member: tarfile.TarInfo, name: str | None, container: Container, budget: Budget
) -> str | None:
    """Why a member is skipped; None if it is not."""
    if name is None:
        return OUTSIDE
    if member.islnk() or member.issym():
        return LINK
    if not member.isreg() or member.issparse():
        return NOT_REGULAR
    if container.wanted(name):
        return budget.refuse(member.size, None)
    return None
