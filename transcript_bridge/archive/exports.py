"""Exports: files that hold many conversations, each of which is an ArchiveFile of its own.

The list of an export is read in every scan, piece by piece; a conversation is read later in a
worker process, like any other file.
"""

from __future__ import annotations

from typing import NamedTuple

from ..formats import SNIFF_WINDOW, Format, find_parts, may_hold_many
from .files import ArchiveFile
from .guard import Effort, guard


class Export(NamedTuple):
    """The conversations of a file that holds many.

    faults: why parts of the file cannot be read; empty for a complete file.
    """

    parts: list[ArchiveFile]
    faults: list[str]


def may_be_export(file: ArchiveFile) -> bool:
    """Whether the suffix allows an export, so that the beginning of the file must be read."""
    return may_hold_many(file.name)


def open_export(file: ArchiveFile) -> Export | None:
    """The conversations in a file; None for a file that does not hold many.

    Raises InputError if the file cannot be read, and FaultError like `guard`.
    """
    if not may_be_export(file):
        return None
    chosen = find_parts(file.read(SNIFF_WINDOW))
    if chosen is None:
        return None
    with guard(file.path, Effort.for_bytes(file.size)):
        return _list_parts(file, chosen)


def _list_parts(file: ArchiveFile, chosen: Format) -> Export:
    assert chosen.parts is not None
    export = Export([], [])
    with file.stream() as stream:
        for part in chosen.parts.find(stream):
            if part.fault:
                export.faults.append(part.fault)
            else:
                export.parts.append(file.part(part, chosen.name))
    return export
