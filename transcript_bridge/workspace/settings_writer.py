"""Writes what the user chooses about recordings and people to the two settings files.

Each choice is written at once, and returns a sentence and a token to undo it. The new text is
checked before it is written: the map or the tables must have the choice, so that a later rule of
the user never silently overrides it. Choices for one file go to a `[[files]]` table with its path.

Every function raises SettingsError for a choice that is invalid or cannot be written, and
SettingsConflictError if another program changed the file; then nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import SettingsError
from ..quantities import count_of
from ..shaping.relabeling import LabelChange
from ..unnamed import call_label
from .file_choices import edit_option_of_all, edit_option_of_files
from .part_choices import edit_label_changes
from .settings_files import SettingsFiles
from .speaker_choices import SpeakerChoices
from .toml_file import Edit, Revision, TomlFile

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


class Written(NamedTuple):
    """The result of a choice. sentence: for people. token: for `undo`; None if nothing had to be
    written. files: those that were written.
    """

    sentence: str
    token: int | None
    files: tuple[Path, ...] = ()


class SettingsWriter:
    """One session of choices about an archive; several threads may use it."""

    def __init__(self, files: SettingsFiles) -> None:
        """Reads both files. Raises SettingsError."""
        self.files = files
        self._settings = TomlFile(files.settings)
        self._speakers = TomlFile(files.speakers)
        self._speaker_choices = SpeakerChoices(files.speakers, files.me)
        self._steps: list[tuple[Revision, ...]] = []
        self._lock = RLock()

    @property
    def owner(self) -> str | None:
        """The name of the owner in the map; None if the map does not say."""
        return self._choices().owner

    def prepare(self) -> None:
        """Import what the first choice needs (0.1 s) before the user makes it."""
        import tomlkit  # noqa: F401

    def reload(self) -> None:
        """Read both files again, after a SettingsConflictError."""
        with self._lock:
            self._settings.reload()
            self._speakers.reload()

    # ---- voices of one recording

    def name_voice(self, file: str, label: str | None, name: str | None) -> Written:
        """Set who speaks under a label in one file; None removes that.

        file: the absolute path of the form that is used, as in the ledger (`entry.absolute`).
        label: None is speech without a label.
        """
        edit = self._choices().name_voices(file, [label], name)
        shown = call_label(label)
        if name is None:
            return self._edit_map(edit, f"{shown} has no name in {file} now")
        return self._edit_map(edit, f"{shown} is {name} in {file}")

    def merge(self, file: str, labels: Sequence[str | None], name: str) -> Written:
        """Set that several labels of one file are one person, with this name."""
        edit = self._choices().name_voices(file, labels, name)
        shown = " and ".join(map(call_label, labels))
        return self._edit_map(edit, f"{shown} are one person, {name}, in {file}")

    def set_me(self, file: str, label: str | None, owner: str | None = None) -> Written:
        """Set that a voice of one file is the owner, instead of any other voice.

        owner: the owner's name; needed as long as the map does not have it.
        """
        edit = self._choices().set_me(file, label, owner)
        shown = call_label(label)
        return self._edit_map(edit, f"{shown} is you in {file}")

    def not_me_here(self, file: str) -> Written:
        """Set that the owner does not speak in one file."""
        edit = self._choices().not_me_here(file)
        return self._edit_map(edit, f"you do not speak in {file}")

    # ---- people of all recordings

    def set_owner(self, name: str) -> Written:
        """Set which person is the owner, in all files."""
        self._require_free_owner()
        edit = self._choices().set_owner(name)
        return self._edit_map(edit, f"{name} is you")

    def forget_owner(self) -> Written:
        """Set that no person is the owner, in all files."""
        self._require_free_owner()
        edit = self._choices().forget_owner()
        return self._edit_map(edit, "no speaker is you")

    def _require_free_owner(self) -> None:
        if self.files.me is not None:
            raise SettingsError(
                f"the settings or a flag say that {self.files.me!r} is you: remove it there first"
            )

    def separate(self, label: str) -> Written:
        """Set that a label is a separate person, in all files."""
        edit = self._choices().separate(label)
        return self._edit_map(edit, f"{label} is a separate person in all files")

    def one_person(self, labels: Sequence[str], name: str) -> Written:
        """Set that labels mean one person in all files."""
        edit = self._choices().one_person(labels, name)
        shown = ", ".join(label for label in labels if label != name)
        return self._edit_map(edit, f"{shown} is {name} in all files")

    def two_people(self, labels: Sequence[str]) -> Written:
        """Set that similar labels are different people, so that they are not proposed again."""
        edit = self._choices().two_people(labels)
        return self._edit_map(edit, f"{' and '.join(labels)} are different people")

    def set_person_id(self, name: str, person_id: str | None) -> Written:
        """Set the id of a person in Omi; None removes it."""
        edit = self._choices().set_person_id(name, person_id)
        if person_id is None:
            return self._edit_map(edit, f"{name} has no id in Omi")
        return self._edit_map(edit, f"{name} has the id {person_id} in Omi")

    # ---- settings of recordings

    def set_option(self, files: Iterable[str], name: str, value: Any) -> Written:
        """Set an option of a [[files]] table for some files; None removes it.

        name, value: as in the settings file: `language`, `"de"`. files: as in `name_voice`.
        """
        chosen = list(files)
        edit = edit_option_of_files(self._folder(), chosen, name, value)
        words = f"{name} is {_show(value)} for {_name_files(chosen)}"
        return self._edit_settings(edit, words)

    def set_date(self, file: str, started_at: Any) -> Written:
        """Set when a recording began (a datetime); None goes back to what the file says."""
        return self.set_option([file], "started_at", started_at)

    def set_label_changes(self, file: str, changes: Sequence[LabelChange]) -> Written:
        """Set the parts of a recording that belong to other speakers; this is the complete list."""
        edit = edit_label_changes(self._folder(), file, changes)
        one = f"part of {file} has another speaker"
        words = count_of(len(changes), one, f"parts of {file} have another speaker")
        return self._edit_settings(edit, words)

    def leave_out(self, files: Iterable[str]) -> Written:
        """Leave recordings out."""
        return self.set_option(files, "leave_out", True)

    def include_again(self, files: Iterable[str]) -> Written:
        """Include recordings again, whatever left them out; only a flag takes precedence."""
        return self.set_option(files, "leave_out", False)

    def settle(self, files: Iterable[str], *, settled: bool = True) -> Written:
        """Set that recordings are fine as they are, or that they are not."""
        return self.set_option(files, "settled", True if settled else None)

    def set_for_all(self, name: str, value: Any) -> Written:
        """Set an option for the whole archive, such as `merge_gap`; None removes it."""
        edit = edit_option_of_all(name, value)
        return self._edit_settings(edit, f"{name} is {_show(value)}")

    # ---- undo

    def undo(self, token: int) -> str:
        """Restore the exact bytes from before a choice; returns a sentence.

        Raises SettingsConflictError if the file has changed since that choice: the latest choice
        must be undone first.
        """
        with self._lock:
            revisions = self._steps[token]
            for revision in reversed(revisions):
                self._file_of(revision).require_revision(revision)
            for revision in reversed(revisions):
                self._file_of(revision).restore(revision)
                if revision.path == self.files.settings and len(revisions) > 1:
                    self.files = self.files._replace(is_map_named=False)
            names = " and ".join(str(revision.path) for revision in revisions)
            return f"undone: {names} as before"

    # ---- inside

    def _choices(self) -> SpeakerChoices:
        return self._speaker_choices.at(self._speakers.text)

    def _folder(self) -> str:
        return str(self.files.folder)

    def _file_of(self, revision: Revision) -> TomlFile:
        if revision.path == self.files.settings:
            return self._settings
        return self._speakers

    def _edit_settings(self, edit: Edit, words: str) -> Written:
        with self._lock:
            revision = self._settings.edit(edit)
            return self._finish([revision], words, self._settings)

    def _edit_map(self, edit: Edit, words: str) -> Written:
        with self._lock:
            revision = self._speakers.edit(edit)
            revisions = [revision]
            if not self.files.is_map_named and self._speakers.exists:
                try:
                    revisions.append(self._settings.edit(self._name_map()))
                except SettingsError:
                    if revision is not None:
                        self._speakers.restore(revision)
                    raise
                self.files = self.files._replace(is_map_named=True)
            return self._finish(revisions, words, self._speakers)

    def _name_map(self) -> Edit:
        """The edit that names the map in the settings, without which it would not be used."""
        path = os.path.relpath(self.files.speakers, self.files.folder).replace(os.sep, "/")

        def change(document: TOMLDocument) -> None:
            document["speakers"] = path

        return Edit(change)

    def _finish(self, revisions: Sequence[Revision | None], words: str, file: TomlFile) -> Written:
        done = tuple([revision for revision in revisions if revision])
        if not done:
            return Written(f"{words}: {file.path} says so already", None)
        self._steps.append(done)
        files = tuple(revision.path for revision in done)
        names = " and ".join(map(str, files))
        return Written(f"{words}: written to {names}", len(self._steps) - 1, files)


def _name_files(files: Sequence[str]) -> str:
    if len(files) == 1:
        return files[0]
    return count_of(len(files), "file")


def _show(value: Any) -> str:
    if value is None:
        return "no longer set"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
