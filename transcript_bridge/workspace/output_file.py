"""An output file that the user named: written whole or not at all, without losing other files.

An existing file is replaced only if this program wrote it and it has not changed since
(`written_files`), or with `force`. The draft gets a random name in the folder of the file and must
not exist (O_EXCL), so that a planted link is never followed. A link is refused, because it may lead
anywhere; a device or a named pipe is written to directly.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ..errors import OutputError, OutputExistsError
from ..pipes import open_pipe_or_device
from .written_files import Digest, WrittenFiles, digest_file, start_digest

_DESCRIPTOR = re.compile(r"(?:/dev|/proc/self)/fd/(\d+)|/dev/(stderr)")
"""Open files of this process, such as `>(gzip)` of a shell. The client handles `/dev/stdout`."""
_NEW_FILE_MODE = 0o666
"""The mode of a new file, before the umask."""
_TEXTS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.ENOENT: "its folder does not exist",
}


@dataclass(frozen=True, slots=True)
class OutputRules:
    """The rules for replacing an existing file.

    kind: what is written, such as `report` or `convert vtt`. inputs: the files that the command
    reads, as the user wrote them. force: replace any regular file.
    """

    kind: str
    written: WrittenFiles
    inputs: tuple[str, ...] = ()
    force: bool = False


class OutputFile:
    """One output, to use in a `with`: the file appears at the end, if there was no exception.

    Without a `write`, no file is created. Raises OutputError.
    """

    def __init__(self, name: str, rules: OutputRules) -> None:
        """name: as the user wrote it."""
        self._name = name
        self._path = Path(name)
        self._rules = rules
        self._stream: IO[bytes] | None = None
        self._draft: Path | None = None
        self._digest: Digest | None = None
        self._replaces = False

    def check(self) -> None:
        """Refuse files that must not be replaced, before any work is done."""
        if _find_descriptor(self._name) is not None:
            return
        try:
            self._path.parent.stat()
            self._examine()
        except OSError as error:
            raise self._explain(error) from None

    def write(self, text: str) -> None:
        """Add a text, as UTF-8; what cannot be encoded becomes `?`."""
        data = text.encode("utf-8", "replace")
        try:
            if self._stream is None:
                self._stream = self._open()
            self._stream.write(data)
        except OSError as error:
            raise self._explain(error) from None
        if self._digest is not None:
            self._digest.update(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is None:
            return
        try:
            if kind is not None:
                return
            self._stream.close()
            self._publish()
        except OSError as failure:
            raise self._explain(failure) from None
        finally:
            self._discard()

    # -- checks

    def _examine(self) -> int | None:
        """The mode of the existing file; None if there is none. Raises OutputError and OSError."""
        try:
            status = self._path.lstat()
        except FileNotFoundError:
            return None
        kind = stat.S_IFMT(status.st_mode)
        if kind == stat.S_IFLNK:
            target = self._path.readlink()
            raise OutputError(
                f"{self._name}: this is a link to {target}; name the file itself with -o"
            )
        if kind == stat.S_IFDIR:
            raise OutputError(f"{self._name}: this is a folder; name a file in it with -o")
        if kind == stat.S_IFREG:
            self._refuse_foreign_file()
        elif kind not in (stat.S_IFCHR, stat.S_IFIFO):
            raise OutputError(f"{self._name}: this is not a file; choose another -o")
        return status.st_mode

    def _refuse_foreign_file(self) -> None:
        """Raises OutputExistsError for a file that must not be replaced."""
        rules = self._rules
        if rules.force:
            return
        for name in rules.inputs:
            if _is_same_file(self._path, name):
                raise OutputExistsError(
                    f"{self._name}: this is an input, which the output would replace; choose "
                    "another -o, or add --force"
                )
        if not rules.written.has(digest_file(rules.kind, self._path)):
            raise OutputExistsError(
                f"{self._name}: this file exists, and '{rules.kind}' did not write it, or it was "
                "changed since; choose another -o, or replace it with --force"
            )

    # -- writing

    def _open(self) -> IO[bytes]:
        descriptor = _find_descriptor(self._name)
        if descriptor is not None:
            return _open_descriptor(os.dup(descriptor))
        mode = self._examine()
        if mode is not None and not stat.S_ISREG(mode):
            return _open_descriptor(open_pipe_or_device(self._name))
        self._replaces = mode is not None
        suffix = os.urandom(8).hex()  # as secrets.token_hex, which is slow to import
        draft = self._path.with_name(f".transcript-bridge-{suffix}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        opened = os.open(draft, flags, _NEW_FILE_MODE)
        self._draft = draft
        stream = _open_descriptor(opened)
        if mode is not None:
            with suppress(OSError):
                draft.chmod(stat.S_IMODE(mode))
        self._digest = start_digest(self._rules.kind, self._path)
        return stream

    def _publish(self) -> None:
        """Rename the draft. A file that appeared meanwhile is not replaced."""
        if self._draft is None or self._digest is None:
            return
        if self._replaces:
            self._examine()
            self._draft.replace(self._path)
        else:
            self._publish_new(self._draft)
        self._rules.written.add(self._digest.hexdigest())

    def _publish_new(self, draft: Path) -> None:
        try:
            self._path.hardlink_to(draft)
        except OSError:  # the file exists by now, or the file system has no hard links
            self._examine()
            draft.replace(self._path)

    def _discard(self) -> None:
        """Close what is open, and delete the draft."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        if self._draft is not None:
            with suppress(OSError):
                self._draft.unlink(missing_ok=True)

    def _explain(self, error: OSError) -> OutputError:
        reason = _TEXTS.get(error.errno or 0, error.strerror)
        return OutputError(f"{self._name}: this cannot be written ({reason}); choose another -o")


def _open_descriptor(descriptor: int) -> IO[bytes]:
    return open(descriptor, "wb")  # not a Path; OutputFile closes it


def _find_descriptor(name: str) -> int | None:
    """The number of an open file of this process from its name; None for other names."""
    match = _DESCRIPTOR.fullmatch(name)
    if match is None:
        return None
    standard_error = 2
    if match[2]:
        return standard_error
    return int(match[1])


def _is_same_file(path: Path, name: str) -> bool:
    try:
        return path.samefile(name)
    except (OSError, ValueError):
        return False
