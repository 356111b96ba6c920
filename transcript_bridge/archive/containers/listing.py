"""Lists ZIP and tar files: which files are containers, and their members as ArchiveFiles."""

from __future__ import annotations

import gzip
import tarfile

from ...errors import InputError
from ..files import DAMAGED, ArchiveFile
from .limits import SAME_NAME, Container
from .tar_members import list_tar
from .zip_members import list_zip

_KINDS = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "tar:gz",
    ".tgz": "tar:gz",
    ".tar.bz2": "tar:bz2",
    ".tbz2": "tar:bz2",
    ".tbz": "tar:bz2",
    ".tar.xz": "tar:xz",
    ".txz": "tar:xz",
}
"""The kind by suffix; a tar file with its compression."""


def container_kind(name: str) -> str | None:
    """`zip`, `tar`, `tar:gz` and so on, by the suffix; None for a file that is not a container."""
    lower = name.lower()
    if not lower.endswith(tuple(_KINDS)):  # the usual case
        return None
    for suffix, kind in _KINDS.items():
        if lower.endswith(suffix):
            return kind
    return None


def list_container(container: Container, kind: str) -> list[ArchiveFile]:
    """The files in a container, in its own order. kind: as of `container_kind`.

    Raises InputError if it is damaged or cannot be opened.
    """
    try:
        if kind == "zip":
            members = list(list_zip(container))
        else:
            members = list(list_tar(container, kind.partition(":")[2]))
    except NotImplementedError:
        message = "Python cannot read the compression of this container; unpack it first"
        raise InputError(message, path=container.shown) from None
    except (OSError, tarfile.TarError, *DAMAGED) as error:
        raise InputError(_explain(error), path=container.shown) from None
    return _keep_last(members, container)


def _keep_last(members: list[ArchiveFile], container: Container) -> list[ArchiveFile]:
    """Keep the last of the members with the same name, as unpacking does; the others are reported.

    Appending to a tar file adds a changed file again under its name.
    """
    last = {member.path: member for member in members}
    if len(last) == len(members):  # the usual case
        return members
    for member in members:
        if last[member.path] is not member:
            container.report(member.path, SAME_NAME)
    return list(last.values())


def _explain(error: Exception) -> str:
    """Why a container cannot be listed, and what to do about it."""
    reason = getattr(error, "strerror", None)
    if reason is not None and not isinstance(error, gzip.BadGzipFile):
        return f"this cannot be opened ({reason}); check its permissions"
    return "this container is damaged; export or copy it again"
