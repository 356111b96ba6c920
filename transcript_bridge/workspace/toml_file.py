"""A settings file that a program edits: its comments stay, and no change by others is lost.

    edit    read, change, check, write: completely or not at all
    restore the bytes from before, unless another program has written the file since

Before the first change of a session, a copy is made beside the file (`speakers.toml.bak`). A file
that another program has changed since it was last read is not touched; SettingsConflictError says
so.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import SettingsConflictError, SettingsError
from ..settings_places import decode_text, read_place

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

BACKUP_SUFFIX = ".bak"
_NEW_FILE_MODE = 0o666
"""The mode of a new file, before the umask."""
_PERMISSION_BITS = 0o777
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

Change = Callable[["TOMLDocument"], None]
Check = Callable[[str], None]
"""Takes the new text; raises SettingsError if it does not have the choice."""


def _accept(_text: str) -> None:
    """Accept any text."""


class Edit(NamedTuple):
    """How to change a settings file. check: verifies the new text."""

    change: Change
    check: Check = _accept


class Revision(NamedTuple):
    """One change of a file. before: its bytes; None if there was no file."""

    path: Path
    before: bytes | None
    after: bytes


class TomlFile:
    """A settings file, as this session last read or wrote it."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one. Raises SettingsError if it cannot be read."""
        self.path = path
        self._content = read_place(self.path)
        self._document: TOMLDocument | None = None
        self._has_backup = self._content is None

    @property
    def exists(self) -> bool:
        """Whether there was a file when it was last read or written."""
        return self._content is not None

    @property
    def text(self) -> str:
        """The text when it was last read or written; empty if there is no file."""
        return decode_text(self._content or b"", self.path)

    def reload(self) -> None:
        """Read the file again, with the changes of others. Raises SettingsError."""
        self._content = read_place(self.path)
        self._document = None

    def require_unchanged(self) -> None:
        """Raises SettingsConflictError if the file was written since it was last read."""
        if read_place(self.path) != self._content:
            raise SettingsConflictError(
                f"{self.path}: another program has changed this file; load it again, then "
                "repeat your choice",
                path=str(self.path),
            )

    def edit(self, edit: Edit) -> Revision | None:
        """Change the file; None if that leaves it unchanged.

        Raises SettingsConflictError; SettingsError for a text that its check refuses, and for a
        file that cannot be written. Then nothing is written.
        """
        self.require_unchanged()
        before = self._content
        document = self._take_document()
        edit.change(document)
        text = document.as_string()
        edit.check(text)
        after = text.encode("utf-8")
        if after == (before or b""):
            self._document = document
            return None
        self._write(after)
        self._document = document
        return Revision(self.path, before, after)

    def require_revision(self, revision: Revision) -> None:
        """Raises SettingsConflictError if the file has changed since that revision."""
        if read_place(self.path) != revision.after:
            raise SettingsConflictError(
                f"{self.path}: this file was changed since; undo the later choices first, or load "
                "it again",
                path=str(self.path),
            )

    def restore(self, revision: Revision) -> None:
        """Undo a change: restore the exact bytes from before, or delete a file that was new.

        Raises SettingsConflictError if the file has changed since that revision.
        """
        self.require_revision(revision)
        if revision.before is None:
            try:
                self.path.unlink()
            except OSError as error:
                raise self._explain(error) from None
        else:
            self._write(revision.before)
        self._content = revision.before
        self._document = None

    def _take_document(self) -> TOMLDocument:
        """The parsed file, taken out of the cache: a change that fails may leave it half
        changed."""
        document = self._document
        self._document = None
        if document is not None:
            return document
        import tomlkit  # the command line reads settings without it

        try:
            # Parsing 2,000 tables takes half a second, so it is done once per session.
            return tomlkit.parse(self.text)
        except ValueError as error:
            raise SettingsError(
                f"{self.path}: the settings cannot be read as TOML: {error}"
            ) from None

    def _write(self, content: bytes) -> None:
        try:
            self._back_up()
            _replace(self.path, content)
        except OSError as error:
            raise self._explain(error) from None
        self._content = content

    def _back_up(self) -> None:
        """Copy the file as it was before this session, once."""
        if self._has_backup or self._content is None:
            return
        backup = _free_name(self.path, self._content)
        if backup is not None:
            _replace(backup, self._content)
        self._has_backup = True

    def _explain(self, error: OSError) -> SettingsError:
        if error.errno == errno.ENOSPC:
            return SettingsError(
                f"{self.path}: this cannot be written because the disk is full: free some space, "
                "then repeat your choice"
            )
        return SettingsError(
            f"{self.path}: this cannot be written ({error.strerror}); to keep choices elsewhere, "
            "make an empty file transcript-bridge.toml there, and name it with --settings in every "
            "command"
        )


def _free_name(path: Path, content: bytes) -> Path | None:
    """A free name for a copy; None if there is a copy with this content."""
    number = 1
    while True:
        ending = BACKUP_SUFFIX
        if number != 1:
            ending = f"{BACKUP_SUFFIX}{number}"
        backup = path.with_name(path.name + ending)
        if not backup.exists():
            return backup
        if backup.is_file() and backup.read_bytes() == content:
            return None
        number += 1


def _replace(path: Path, content: bytes) -> None:
    """Write a file completely or not at all; links to it and its permissions stay."""
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, _NEW_FILE, _NEW_FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            draft.chmod(target.stat().st_mode & _PERMISSION_BITS)
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
