"""What this program wrote: it may replace its own output, and nothing else.

The record has one line for each file: a digest of what kind of output it was, where, and of its
content. It holds no name and no text. A file that the user edited, moved or replaced has another
digest, so it is not ours any more.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

_CHUNK_BYTES = 1 << 20


class Digest(Protocol):
    """What a file is recognized by, while its content is added."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class WrittenFiles(NamedTuple):
    """The record of files that were written. record: its path; it need not exist."""

    record: Path

    def has(self, digest: str) -> bool:
        """Whether a file with this digest was written. A record that cannot be read has nothing."""
        with suppress(OSError), self.record.open("rb") as lines:
            wanted = digest.encode()
            return any(line.rstrip() == wanted for line in lines)
        return False

    def add(self, digest: str) -> None:
        """Remember a file. If that fails, the file is not recognized later: `--force` is needed."""
        with suppress(OSError):
            self.record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # One write of a short line in append mode: other processes may do the same.
            with self.record.open("ab", buffering=0) as lines:
                lines.write(f"{digest}\n".encode())


def start_digest(kind: str, path: Path) -> Digest:
    """The digest of a file, to which its content is added.

    kind: what the file is, such as `report`; a report replaces no transcript.
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
