"""Selects the part of the ledger for `status`, `verify`, `report`, `undo` and `retry`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ..errors import SettingsError, name_input
from ..quantities import count_of
from .accounts import load_server
from .environment import read_environment
from .flags import inputs_argument, ledger_flag, server_flags, settings_flag
from .one_of import Command
from .output import FAILED, render_now, say
from .progress import show_progress

if TYPE_CHECKING:
    from ..config import RunOptions
    from ..transfer.ledger import Ledger, LedgerEntry
    from ..workspace.opened import OpenArchive
    from ..workspace.selection import Selection, UnsentRecording


_LINES_SHOWN = 20


def selection_flags(command: Command) -> Command:
    """`[INPUT]...`, the account, the ledger, and how the inputs are read."""
    for decorate in (settings_flag, ledger_flag, server_flags, inputs_argument):
        command = decorate(command)
    return command


def select(
    ledger: Ledger,
    account: str | None,
    inputs: Sequence[str],
    settings: str | None,
    *,
    says_skipped: bool = True,
) -> Selection:
    """The part of the ledger that belongs to the inputs, in one account or in all (None); without
    inputs, everything.

    Prints what was skipped in the inputs, unless `says_skipped` is False. settings: of
    `--settings`. Raises InputError if no input exists or is in the ledger.
    """
    from ..workspace.opened import open_archive
    from ..workspace.selection import select_inputs
    from .plan_lines import say_notices

    def open_paths(paths: tuple[str, ...]) -> OpenArchive:
        return open_archive(paths, {"settings": settings}, read_environment())

    now = datetime.now(UTC)
    selection = select_inputs(ledger, account, inputs, open_paths, now, show_progress)
    if says_skipped:
        for error in selection.missing:
            say(str(error), mark="error")
        say_notices(selection.plan)
    return selection


def existing_paths(inputs: Sequence[str]) -> tuple[str, ...]:
    """The inputs that can be read as an archive: the ledger also knows files that no longer
    exist."""
    from ..workspace.roots import expand_inputs

    return tuple(root.path for root in expand_inputs(inputs) if root.exists)


def judge_missing(selection: Selection) -> int:
    """The exit code for the inputs: FAILED if one neither exists nor is in the ledger, else 0."""
    if selection.missing:
        return FAILED
    return 0


def read_settings(inputs: Sequence[str], settings: str | None) -> RunOptions | None:
    """The options that settings give to the inputs; settings: of `--settings`.

    None if they cannot be read: that matters only for an upload, which reports it. Raises
    SettingsError for a file that the user named.
    """
    from ..workspace.settings import collect_options, read_archive_settings

    environment = read_environment()
    paths = existing_paths(inputs) if inputs else ()
    try:
        found = read_archive_settings(paths, settings, environment.home)
        server = load_server({})
        return collect_options({}, found.values, environment, me_is_everywhere=False, server=server)
    except SettingsError:
        if settings is not None:
            raise
        return None


def find_zone(run: RunOptions | None) -> tzinfo | None:
    """The zone in which times are shown; None means the computer's."""
    if run is None:
        return None
    return ZoneInfo(run.options.zone)


def source_lines(entries: Sequence[LedgerEntry], *, every: bool = False) -> list[str]:
    """One line per source, with its number of conversations; only the first ones unless `every`."""
    counts: dict[str, int] = {}
    for entry in entries:
        path = name_input(entry.parts[0].path) if entry.parts else entry.label
        counts[path] = counts.get(path, 0) + 1
    lines = [f"  {path}: {count_of(count, 'conversation')}" for path, count in counts.items()]
    return _shorten_list(lines, every=every)


def entry_as_data(entry: LedgerEntry, status: str) -> dict[str, Any]:
    """A request that a command has changed, as `--json` shows it. status: what it is now."""
    path = entry.label
    part = parts = 1
    if entry.parts:
        first = entry.parts[0]
        path = first.path
        part = first.number
        parts = first.parts
    return {
        "input": path,
        "time": render_now(),
        "part": part,
        "parts": parts,
        "id": entry.row.conversation_id,
        "status": status,
    }


def unsent_lines(unsent: Sequence[UnsentRecording]) -> list[str]:
    """Make lines for the first recordings that were not sent."""
    lines = []
    for recording in unsent:
        reason = "never sent"
        if recording.is_changed:
            reason = "it has changed since it was sent; the new content was never sent"
        lines.append(
            f"{recording.path}: {reason} ({count_of(recording.conversations, 'conversation')})"
        )
    return _shorten_list(lines)


def _shorten_list(lines: list[str], *, every: bool = False) -> list[str]:
    if every or len(lines) <= _LINES_SHOWN + 1:
        return lines
    return [*lines[:_LINES_SHOWN], f"  … and {len(lines) - _LINES_SHOWN:,} more files"]
