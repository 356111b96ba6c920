"""Records what this program wrote: it may replace its own output, and nothing else.

The record has one line per file: a digest of the kind of output, its place and its content, without
any name or text. A file that was edited, moved or replaced has another digest, and no longer counts
as ours.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

_CHUNK_BYTES = 1 << 20


class Digest(Protocol):
    """A running digest of a file, to which its content is added."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class WrittenFiles(NamedTuple):
    """The record of written files. record: its path; it need not exist."""

    record: Path

    def has(self, digest: str) -> bool:
        """Whether a file with this digest was written. False if the record cannot be read."""
        with suppress(OSError), self.record.open("rb") as lines:
            wanted = digest.encode()
            return any(line.rstrip() == wanted for line in lines)
        return False

    def add(self, digest: str) -> None:
        """Add a file. If that fails, the file is not recognized later, and `--force` is needed."""
        with suppress(OSError):
            self.record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # One write of a short line in append mode, because other processes may do the same.
            with self.record.open("ab", buffering=0) as lines:
                lines.write(f"{digest}\n".encode())


def start_digest(kind: str, path: Path) -> Digest:
    """Start the digest of a file, to which its content is then added.

    kind: what the file is, such as `report`; a report does not replace a transcript.
    """
    folder = os.path.realpath(path.parent)
    place = os.fsencode(os.path.join(folder, path.name))  # noqa: PTH118  # realpath gives a str
    digest = hashlib.sha256()
    digest.update(b"\0".join((kind.encode(), place, b"")))
    return digest


def digest_file(kind: str, path: Path) -> str:
    """The digest of a file as it is now. Raises OSError."""
    digest = start_digest(kind, path)
    with path.open("rb", buffering=0) as content:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
