"""Applies [[files]] tables to whole recordings: left out, another form, other turns."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..errors import SettingsError
from ..object_stores import full_name
from ..options import FileTable
from .files import ArchiveFile, Notice, printable
from .grouping import Recording
from .leave_out_rules import LeaveOutRules, LeftOutByRule, leave_out_recording
from .table_choices import TableChoices


class Decided(NamedTuple):
    """The recordings after the tables were applied."""

    recordings: tuple[Recording, ...]
    left_out: tuple[LeftOutByRule, ...]
    notices: tuple[Notice, ...]


def apply_tables(
    recordings: Sequence[Recording],
    rules: LeaveOutRules,
    tables: Sequence[FileTable],
    files: Sequence[ArchiveFile],
) -> Decided:
    """Leave out recordings, and choose the forms and the turns of others.

    files: of the archive, including turns. Raises SettingsError for turns that do not exist.
    """
    decision = _Decision(tables, files)
    kept = []
    left_out = []
    for recording in recordings:
        rule = rules.find_for_recording(recording)
        if rule is None:
            kept.append(decision.change(recording))
        else:
            left_out.append(leave_out_recording(recording, rule))
    kept = [
        recording for recording in kept if recording.forms[0].absolute not in decision.used_turns
    ]
    return Decided(tuple(kept), tuple(left_out), tuple(decision.notices))


class _Decision:
    """Applies the tables to recordings, one after the other."""

    def __init__(self, tables: Sequence[FileTable], files: Iterable[ArchiveFile]) -> None:
        self.used_turns: set[str] = set()
        self.notices: list[Notice] = []
        self._forms = TableChoices("form", tables)
        self._turns = TableChoices("turns", tables)
        self._files = files

    def change(self, recording: Recording) -> Recording:
        recording = self._choose_form(recording)
        return self._choose_turns(recording)

    @cached_property
    def _by_path(self) -> Mapping[str, ArchiveFile]:
        return {file.absolute: file for file in self._files}

    def _choose_form(self, recording: Recording) -> Recording:
        choices = self._forms.find_for_forms(recording)
        if not choices:
            return recording
        suffix = choices[0].value
        wanted = [form for form in recording.forms if form.name.lower().endswith(suffix)]
        if not wanted:
            message = f"no form of this recording ends with {suffix}, so the best one is used"
            self.notices.append(Notice(recording.path, message))
            return recording
        others = [form for form in recording.forms if form not in wanted]
        return recording._replace(forms=(*wanted, *others))

    def _choose_turns(self, recording: Recording) -> Recording:
        choices = self._turns.find_for_forms(recording)
        if not choices:
            return recording
        path = choices[0].value
        if path is None:
            return recording._replace(turns=None)
        absolute = printable(full_name(path))
        turns = self._by_path.get(absolute) or _open_turns(path, absolute)
        self.used_turns.add(absolute)
        return recording._replace(turns=turns)


def _open_turns(path: str, absolute: str) -> ArchiveFile:
    try:
        status = os.stat(path)  # noqa: PTH116  # as in scan.py
    except OSError as error:
        raise SettingsError(f"{absolute}: turns cannot be opened ({error.strerror})") from None
    if not stat.S_ISREG(status.st_mode):
        raise SettingsError(f"{absolute}: turns must be a file")
    return ArchiveFile(absolute, path, status.st_size, status.st_mtime_ns)
