"""The state of the page: an archive, read in a thread, and its recordings by number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..archive.files import printable
from ..archive.guard import describe_fault
from ..archive.planning import make_plan
from ..errors import BridgeError, InputError, SettingsConflictError, SettingsError
from ..quantities import count_of
from ..workspace.environment import Environment
from ..workspace.opened import OpenArchive, open_archive
from ..workspace.settings_files import are_writable, choose_other_settings, find_settings_files
from ..workspace.settings_writer import SettingsWriter, Written
from .arrived_recordings import ArrivedRecordings
from .contents import ArchiveContents, Numbers, SummarizedRecording, list_contents
from .ledger_access import add_known
from .opened import OpenedRecording, open_recording
from .sender import PageSender


class Progress(NamedTuple):
    """How far the archive is read. total: 0 if it is not known yet."""

    done: int = 0
    total: int = 0

    def describe(self) -> str:
        """`The archive is being read: 3 of 8 recordings.`"""
        if not self.total:
            return "The archive is being read."
        recordings = count_of(self.total, "recording")
        return f"The archive is being read: {self.done:,} of {recordings}."


class Step(NamedTuple):
    """One choice that can be undone. tokens: of what was written for it."""

    said: str
    tokens: Sequence[int]


Write = Callable[[SettingsWriter], Iterable[Written]]
"""Writes a choice."""


class Session:
    """One run of the page. Its methods may be called from any thread.

    paths, flags: what the command was given. now: the clock. Raises SettingsError.
    """

    def __init__(
        self,
        paths: Sequence[str],
        flags: Mapping[str, Any],
        environment: Environment,
        now: Callable[[], datetime],
    ) -> None:
        self.paths = tuple(paths)
        self.now = now
        self.environment = environment
        self._flags = dict(flags)
        self._lock = threading.RLock()
        self._writer = self._open_writer()  # first: it refuses URLs before a store is asked
        self._archive = open_archive(self.paths, self._flags, environment)
        self._other_settings = self._find_other_settings()
        self._steps: list[Step] = []
        self._progress = Progress()
        self.arrived = ArrivedRecordings()
        self._contents: ArchiveContents | None = None
        self._numbers = Numbers()
        self._opened: OpenedRecording | None = None
        """The recording that was opened last. Choices are mostly about the same one again, and
        reading a long one takes a third of a second."""
        self._was_read = threading.Event()
        self._reading_lock = threading.Lock()
        self._reading_number = 0
        """Of the reading that began last: an earlier one that ends after it is out of date."""
        self._is_stale = False
        self._error = ""
        self._said = ""
        self.sender = PageSender(self)
        self.left_unnamed: set[str] = set()
        """Keys of the voices that the user leaves without a name in this run."""
        self._people_order: dict[str, None] = {}

    @property
    def is_single_file(self) -> bool:
        """Whether the user named one file, which is shown at once."""
        return len(self.paths) == 1 and Path(self.paths[0]).is_file()

    @property
    def ledger_location(self) -> str | None:
        """The ledger that the user named; None for the default."""
        location: str | None = self._flags.get("ledger")
        return location

    @property
    def archive(self) -> OpenArchive:
        """The archive with the settings as they are now."""
        return self._archive

    @property
    def progress(self) -> Progress:
        """How far the archive is read."""
        return self._progress

    @property
    def is_reading(self) -> bool:
        """Whether the archive is being read."""
        return not self._was_read.is_set()

    @property
    def contents(self) -> ArchiveContents | None:
        """The contents of the archive; None while it is read for the first time."""
        return self._contents

    @property
    def error(self) -> str:
        """Why the archive cannot be read; empty if it can."""
        return self._error

    # ---- reading

    def start_reading(self) -> None:
        """Read the archive in a thread."""
        self._is_stale = False
        with self._reading_lock:
            self._reading_number += 1
            self._was_read.clear()
            number = self._reading_number
        threading.Thread(target=self._read, args=(number,), name="reading", daemon=True).start()

    def wait_until_read(self, seconds: float | None = None) -> ArchiveContents | None:
        """The contents of the archive, once it is read.

        None if it cannot be read, or not in time. After a choice it is read again, from the cache,
        the next time that this is called.
        """
        with self._lock:
            if self._is_stale:
                self.start_reading()
        if not self._was_read.wait(seconds):
            return None
        return self._contents

    def _read(self, number: int) -> None:
        contents, error = self._contents, ""
        try:
            contents = self._read_contents()
        except BridgeError as raised:
            error = str(raised)
        except Exception as raised:
            error = describe_fault(raised)
        with self._reading_lock:
            if number != self._reading_number:
                return
            self._contents, self._error = contents, error
            self._was_read.set()
        self._writer.prepare()

    def _read_contents(self) -> ArchiveContents:
        found, summaries = self._archive.scan(self._advance, arrive=self.arrived.add)
        plan = add_known(self, make_plan(found, summaries, self.now()))
        return list_contents(
            found.recordings, summaries, plan, self._numbers, self._archive.options
        )

    def _advance(self, done: int, total: int) -> None:
        self._progress = Progress(done, total)

    def find_recording(self, number: int) -> SummarizedRecording:
        """The recording of a number that this run gave. Raises InputError."""
        contents = self._contents
        if contents is None or number not in contents.found:
            contents = self.wait_until_read()
        if contents is None or number not in contents.found:
            raise _no_recording(number)
        return contents.found[number]

    def find_file(self, number: int) -> str:
        """The absolute path of a number, also for a recording that is left out. Raises
        InputError."""
        path = self._numbers.find_path(number)
        if path is None:
            raise _no_recording(number)
        return path

    def open_recording(self, number: int) -> OpenedRecording:
        """The recording with a number, read with the settings as they are now.

        Raises InputError if it cannot be read any more, SettingsError for a speaker map that does
        not fit.
        """
        recording, summary = self.find_recording(number)
        options = self._archive.options
        known = self._opened
        if known is None or not known.is_of(number, recording, options):
            known = open_recording(number, recording, summary.path, options, self.now())
        self._opened = known.with_options(options)
        return self._opened

    def list_people(self) -> list[str]:
        """The names to offer for a voice: the people of the speaker map, then names from the
        files."""
        people = {person.name: None for person in self._archive.options.speakers.people}
        contents = self._contents
        if contents is not None:
            people.update(dict.fromkeys(contents.names))
        return list(people)

    def order_people(self, names: Iterable[str]) -> list[str]:
        """Names in the order in which this run first saw them."""
        known = set(names)
        self._people_order.update(dict.fromkeys(names))
        return [name for name in self._people_order if name in known]

    def count_files(self, label: str | None) -> int:
        """The number of recordings in which a label speaks, as far as they are read."""
        if self._contents is None:
            return 0
        return self._contents.label_files.get(label, 0)

    # ---- where choices are kept

    def _open_writer(self) -> SettingsWriter:
        return SettingsWriter(find_settings_files(self.paths, self._flags, self.environment))

    def _find_other_settings(self) -> Path | None:
        files = self._writer.files
        return None if are_writable(files) else choose_other_settings(files, self.environment)

    @property
    def other_settings(self) -> Path | None:
        """Another place for choices, if the folder of the archive cannot be written to and the user
        has not agreed yet; otherwise None."""
        return self._other_settings

    def keep_elsewhere(self) -> None:
        """Keep choices in `other_settings` from now on. Raises SettingsError."""
        with self._lock:
            path = self._other_settings
            if path is None:
                raise SettingsError("choices are kept next to the archive already")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            except OSError as error:
                raise SettingsError(f"{path}: this cannot be created ({error.strerror})") from None
            self._flags["settings"] = str(path)
            self._writer = self._open_writer()
            self._archive = open_archive(self.paths, self._flags, self.environment)
            self._other_settings = None
            self._is_stale = True
            self._said = f"Choices are kept in {path.parent}"

    # ---- choices

    def decide(self, said: str, write: Write) -> None:
        """Write a choice to the settings files at once, and use it from now on.

        said: what is done, for the status line. write: writes it, and returns what was written,
        which is undone together. Raises SettingsError for a choice that does not fit; then nothing
        is written. After a SettingsConflictError the files are read again.
        """
        if self._other_settings is not None:
            raise SettingsError(
                "this folder cannot be written to; say first, at the top of the page, where "
                "choices are kept"
            )
        with self._lock:
            done: list[Written] = []
            try:
                for written in write(self._writer):
                    done.append(written)
                self._archive = open_archive(self.paths, self._flags, self.environment)
            except SettingsConflictError:
                self._take_back(done)
                self._read_files_again()
                raise
            except BridgeError:
                self._take_back(done)
                raise
            self._is_stale = True
            self._said = said
            tokens = [change.token for change in done if change.token is not None]
            if tokens:
                self._steps.append(Step(said, tokens))
                files: dict[str, None] = {}
                for change in done:
                    files.update(dict.fromkeys(printable(path.name) for path in change.files))
                self._said = f"{said}. Written to {' and '.join(files)}"

    def _take_back(self, done: Sequence[Written]) -> None:
        for written in reversed(done):
            if written.token is not None:
                self._writer.undo(written.token)

    def _read_files_again(self) -> None:
        """After a change by another program; the choices of this session can no longer be
        undone."""
        self._writer.reload()
        self._steps.clear()
        self._archive = open_archive(self.paths, self._flags, self.environment)
        self._is_stale = True

    def undo(self) -> None:
        """Take back the last choice. Raises SettingsError if there is none, or if it is too late.

        After a SettingsConflictError the files are read again.
        """
        with self._lock:
            if not self._steps:
                raise SettingsError("there is nothing to undo")
            step = self._steps.pop()
            try:
                for token in reversed(step.tokens):
                    self._writer.undo(token)
            except SettingsConflictError:
                self._read_files_again()
                raise
            self._archive = open_archive(self.paths, self._flags, self.environment)
            self._is_stale = True
            self._said = f"Taken back: {step.said}"

    @property
    def owner(self) -> str | None:
        """The name of the owner; None if it is not known yet."""
        return self._writer.owner

    def describe_undo(self, status: str) -> str:
        """The label of the button; empty if there is no choice to take back.

        It names the choice, unless the status line beside it does.
        """
        if not self._steps:
            return ""
        last = self._steps[-1].said
        return "Undo" if status.startswith(last) else f"Undo: {last}"

    @property
    def said(self) -> str:
        """The last change, for the status line."""
        return self._said

    def look_again(self) -> None:
        """Mark the list as out of date, because more or less of the archive is in Omi now."""
        with self._lock:
            self._is_stale = True

    def note(self, said: str) -> None:
        """Remember a sentence for the status line of the next page."""
        self._said = said

    def describe_places(self) -> str:
        """The file in which choices are kept."""
        files = self._writer.files
        if self._other_settings is not None:
            return "Choices cannot be kept in this folder"
        is_elsewhere = self._flags.get("settings") is not None
        place = files.speakers.absolute().parent
        folder = printable(str(place) if is_elsewhere else place.name)
        names = f"{printable(files.speakers.name)} and {printable(files.settings.name)}"
        return f"Choices are kept in {folder}/{names}"


def _no_recording(number: int) -> InputError:
    return InputError(f"there is no recording {number} in this run; open the list again")
