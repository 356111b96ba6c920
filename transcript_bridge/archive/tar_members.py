"""The members of a tar file, compressed or not, as ArchiveFiles."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime

from .container_limits import LINK, NOT_REGULAR, OUTSIDE, Budget, Container, is_bomb, safe_name
from .files import OPENERS, ArchiveFile

_LATEST_TIME = 1e11
"""Seconds since 1970; larger ones are not times."""
_BOMB = "the container unpacks to hundreds of times its size, as a bomb does; this and the rest "
_BOMB += "is skipped"


def list_tar(container: Container, compression: str) -> Iterator[ArchiveFile]:
    """The files in a tar file, in its own order. compression: gz, bz2, xz, or empty."""
    budget = Budget()
    packed = _size_of(container.path)
    # The stream is unpacked before tarfile sees it, so that `offset_data` is a place in the
    # unpacked stream.
    with (
        OPENERS[compression](container.path, "rb") as stream,
        tarfile.open(fileobj=stream, mode="r:", encoding="utf-8", errors="surrogateescape") as tar,
    ):
        while (member := tar.next()) is not None:
            tar.members = []  # type: ignore[attr-defined]  # or tarfile keeps them all
            if member.isdir():
                continue
            name = safe_name(member.name)
            path = container.member_path(name or member.name)
            if compression and is_bomb(member.offset_data, packed):
                container.report(path, _BOMB)
                return
            reason = _refuse(member, name, container, budget)
            if reason:
                container.report(path, reason)
                continue
            yield _archive_file(member, path, container, compression)


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
    """Why a member is skipped; None where it is not."""
    if name is None:
        return OUTSIDE
    if member.islnk() or member.issym():
        return LINK
    if not member.isreg() or member.issparse():
        return NOT_REGULAR
    if container.wanted(name):
        return budget.refuse(member.size, None)
    return None


def _size_of(path: str) -> int:
    # Not Path: the name may contain bytes that are not text.
    with open(path, "rb") as file:  # noqa: PTH123
        return file.seek(0, 2)
