"""Limits of containers, and the messages for what exceeds them.

Nothing is unpacked to disk, so no name can lead out of the container. Skipped with a message:
containers in containers, members that unpack to absurd sizes, names that lead out, links, devices,
encrypted members.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..files import MAX_FILE_BYTES, printable

MAX_RATIO = 250
"""The largest ratio of unpacked to packed size. Subtitles pack to a tenth, the most repetitive to a
fiftieth; deflate's own limit, which decompression bombs approach, is a thousand."""
RATIO_MATTERS_FROM = 4 * 1024 * 1024
"""Bytes, unpacked; a smaller file does no harm, whatever its ratio."""
MAX_TOTAL_BYTES = 16 * 1024**3
"""Unpacked bytes of all members of a container that would be read."""

Report = Callable[[str, str], None]
"""Takes a path and the message about it."""

OUTSIDE = "its name leads out of the container; skipped"
LINK = "a link in a container is not followed; skipped"
SAME_NAME = (
    "the container has a later file of this name, which replaces this one as in unpacking; skipped"
)
NOT_REGULAR = "this is not a regular file; skipped"


@dataclass(frozen=True, slots=True)
class Container:
    """A container to list.

    path, shown: what is opened (a path or a URL), and what messages show. size: bytes, packed.
    modified_ns: when it was last written. wanted: returns whether a member of this name would ever
    be read; others are not counted for the limits.
    """

    path: str
    shown: str
    size: int
    modified_ns: int
    wanted: Callable[[str], bool]
    report: Report

    def member_path(self, name: str) -> str:
        """`export.zip!folder/file.vtt`, printable."""
        return f"{self.shown}!{printable(name.encode('utf-8', 'surrogateescape'))}"


@dataclass(slots=True)
class Budget:
    """How many bytes one container may still unpack to."""

    remaining: int = MAX_TOTAL_BYTES

    def refuse(self, size: int, packed: int | None) -> str | None:
        """Why a member of this size is skipped; None if it is read.

        size, packed: bytes, unpacked and packed; packed is None if it is not known.
        """
        if size > MAX_FILE_BYTES:
            megabytes = size / 2**20
            return f"it would unpack to {megabytes:,.0f} MB, more than any transcript has; skipped"
        if packed is not None and is_bomb(size, packed):
            ratio = size // max(packed, 1)
            return (
                f"it would unpack to {ratio:,} times its size, like a decompression bomb; skipped"
            )
        if size > self.remaining:
            return "the container would unpack to more than 16 GB; this and what follows is skipped"
        self.remaining -= size
        return None


def is_bomb(size: int, packed: int) -> bool:
    """Whether this ratio of unpacked to packed bytes occurs only in a decompression bomb."""
    return size > RATIO_MATTERS_FROM and size > MAX_RATIO * max(packed, 1)


def safe_name(name: str) -> str | None:
    """A member's name with `/` between its parts; None if it leads out of the container."""
    name = name.replace("\\", "/")
    is_absolute = name.startswith("/") or re.match(r"[A-Za-z]:", name)
    if is_absolute or "\0" in name:
        return None
    path = posixpath.normpath(name)
    if path == ".." or path.startswith("../"):
        return None
    return path
