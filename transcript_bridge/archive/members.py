"""One file of a container by its path, for commands that take single files: `all.zip!talk.vtt`.

The file is what a scan of the container would find, within the same limits, and has the same name
in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ..dating.companions import Companions
from ..errors import InputError
from ..object_stores import full_name
from ..opening import OpenedFile, open_companions, open_file
from ..parts import MARK, FileState, existing_containers, find_state
from .containers.listing import container_kind
from .convert import read_companions
from .files import ArchiveFile
from .grouping import Recording
from .scan import scan


class Member(NamedTuple):
    """A file of a container, with the recording that it belongs to."""

    form: ArchiveFile
    recording: Recording


def find_member(path: str) -> Member | None:
    """The file at a path such as `all.zip!talk.vtt`; None for any other path.

    Raises InputError if the container has no such file, or cannot be read.
    """
    container = _find_container(path)
    if container is None:
        return None
    member = _list_members(container).get(_name_in(container, path))
    if member is None:
        raise InputError(
            f"this container has no transcript {_name_in(container, path)!r}; "
            "'transcript-bridge plan --files' lists what is in it",
            path=container,
        )
    return member


def list_conversations(path: str) -> list[str]:
    """The paths of the conversations in a file of a container that holds many; else empty.

    Never raises: a file that cannot be opened has no conversations.
    """
    container = _find_container(path)
    if container is None:
        return []
    try:
        names = list(_list_members(container))
    except InputError:
        return []
    beginning = _name_in(container, path) + MARK
    return [f"{container}{MARK}{name}" for name in names if name.startswith(beginning)]


def open_single(path: str) -> OpenedFile:
    """A file on disk or in a container, with its companions. Raises InputError."""
    member = find_member(path)
    if member is None:
        return open_file(path)
    companions = read_companions(member.form, member.recording)
    return OpenedFile(path, member.form.read(), companions, member.form.format or None)


def open_companions_of(path: str) -> Companions:
    """The companions of a file on disk or in a container. Never raises."""
    try:
        member = find_member(path)
    except InputError:
        return Companions(parts=tuple(path.split("/")))
    if member is None:
        return open_companions(path)
    return read_companions(member.form, member.recording)


def _find_container(path: str) -> str | None:
    for file in existing_containers(path):
        if container_kind(file) is not None:
            return file
    return None


def _name_in(container: str, path: str) -> str:
    return path[len(container) + len(MARK) :]


def _list_members(container: str) -> Mapping[str, Member]:
    """The files of a container that may be transcripts, by name. Raises InputError."""
    return _scan_container(container, find_state(container))


@lru_cache(maxsize=4)
def _scan_container(container: str, _state: FileState) -> Mapping[str, Member]:
    found = scan([container])
    full = full_name(container)
    for broken in found.broken:
        if broken.absolute == full:
            raise broken.error.at(container)
    members = {}
    for recording in found.recordings:
        for form in (*recording.forms, *recording.read_beside):
            members[form.path[form.member_start :]] = Member(form, recording)
    return members
