"""What [[files]] tables say of whole recordings: left out, another form, other turns."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..errors import SettingsError
from ..object_stores import full_name
from ..options import FileTable
from ..path_patterns import find_fitting
from .files import ArchiveFile, printable
from .grouping import Recording
from .leaving_out import LeavingOut, LeftOutByRule, leave_out_recording, tables_with

_NAMES = ("form", "turns")


class Decided(NamedTuple):
    """The recordings as the tables want them. notices: (path, message)."""

    recordings: tuple[Recording, ...]
    left_out: tuple[LeftOutByRule, ...]
    notices: tuple[tuple[str, str], ...]


def apply_tables(
    recordings: Sequence[Recording],
    rules: LeavingOut,
    tables: Sequence[FileTable],
    files: Sequence[ArchiveFile],
) -> Decided:
    """Leave out recordings, and choose the forms and the turns of others.

    files: of the archive, among which turns are. Raises SettingsError for turns that do not exist.
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
    kept = [one for one in kept if one.forms[0].absolute not in decision.used_turns]
    return Decided(tuple(kept), tuple(left_out), tuple(decision.notices))


class _Decision:
    """Applies the tables to one recording after the other."""

    def __init__(self, tables: Sequence[FileTable], files: Iterable[ArchiveFile]) -> None:
        self.used_turns: set[str] = set()
        self.notices: list[tuple[str, str]] = []
        self._by_name = {name: tables_with(name, tables) for name in _NAMES}
        self._files = {}
        if self._by_name["turns"]:
            self._files = {file.absolute: file for file in files}

    def change(self, recording: Recording) -> Recording:
        recording = self._choose_form(recording)
        return self._choose_turns(recording)

    def _choose_form(self, recording: Recording) -> Recording:
        table = _find_table(self._by_name["form"], recording)
        if table is None:
            return recording
        suffix = dict(table.values)["form"]
        wanted = [form for form in recording.forms if form.name.lower().endswith(suffix)]
        if not wanted:
            message = f"no form of this recording ends with {suffix}, so the best one is used"
            self.notices.append((recording.path, message))
            return recording
        others = [form for form in recording.forms if form not in wanted]
        return recording._replace(forms=(*wanted, *others))

    def _choose_turns(self, recording: Recording) -> Recording:
        table = _find_table(self._by_name["turns"], recording)
        if table is None:
            return recording
        path = dict(table.values)["turns"]
        if path is None:
            return recording._replace(turns=None)
        absolute = printable(full_name(path))
        turns = self._files.get(absolute) or _open_turns(path, absolute)
        self.used_turns.add(absolute)
        return recording._replace(turns=turns)


def _find_table(tables: tuple[FileTable, ...], recording: Recording) -> FileTable | None:
    """The last table that fits the first form for which there is one."""
    if not tables:
        return None
    for form in recording.forms:
        fitting = find_fitting(tables, "/".join(form.parts))
        if fitting:
            return fitting[-1]
    return None


def _open_turns(path: str, absolute: str) -> ArchiveFile:
    try:
        status = os.stat(path)  # noqa: PTH116  # as in scan.py
    except OSError as error:
        raise SettingsError(f"{absolute}: turns cannot be opened ({error.strerror})") from None
    if not stat.S_ISREG(status.st_mode):
        raise SettingsError(f"{absolute}: turns must be a file")
    return ArchiveFile(absolute, path, status.st_size, status.st_mtime_ns)
