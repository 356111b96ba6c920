"""`queue`: the keys that `serve` uploads with, and the progress of each."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...calendar_words import name_moment
from ...dating.local_zone import find_local_zone
from ...errors import STANDARD_INPUT, SettingsError
from ...object_stores import is_url, is_withheld
from ...options import BY_NAME, kinds, parse_option
from ..archive_session import archive_flags
from ..environment import read_environment
from ..flags import (
    LongCommand,
    changed_flag,
    json_flag,
    ledger_flag,
    order_flags,
    pace_flags,
    same_account_flags,
    table_flags,
)
from ..groups import CommandGroup
from ..output import print_json, print_line, say, say_next
from ..session import open_ledger
from ..times import to_iso
from .serve import describe_progress, find_queue_location

if TYPE_CHECKING:
    from ...serve.key_queue import KeyQueue, QueuedKey

T = TypeVar("T")
_NOT_STORED = ("jobs",)
"""Options of the machine, which the queue does not store."""
_WITHHELD = (
    "{url}: a URL with a password or a query (?…) is not stored, so 'serve' could not open it; "
    "give 'serve' the cloud's own credentials and the URL without them, or copy the files to a "
    "place that 'serve' reads"
)


@click.group(name="queue", cls=CommandGroup)
def command() -> None:
    """Add, list, pause, resume and remove the keys that 'serve' uploads with.

    The queue is in the database of a PostgreSQL ledger. It contains profile names, never keys.
    """


@command.command(name="add", cls=LongCommand)
@archive_flags
@click.option(
    "--profile", required=True, metavar="NAME", help="The profile whose key 'serve' uses."
)
@same_account_flags
@ledger_flag
@pace_flags
@table_flags("titles", "concurrency")
@changed_flag
@order_flags
def add(paths: tuple[str, ...], profile: str, ledger: str | None, **flags: Any) -> int:
    """Let 'serve' upload an archive with the key of a profile.

    The paths and the key must exist where 'serve' runs, not here. Settings files are read there
    at each turn.
    """
    from ...serve.key_queue import LOCAL_ZONE

    given = _collect_flags(flags)
    given[LOCAL_ZONE] = find_local_zone(read_environment().variables)
    full = [_make_absolute(path) for path in paths]
    _ask(ledger, lambda queue: queue.add(profile, full, given))
    say(f"{profile}: added to the queue")
    say_next("'transcript-bridge serve' on any machine uploads it")
    return 0


@command.command(name="list")
@ledger_flag
@json_flag("One JSON object per key, on standard output.")
def show(ledger: str | None, as_json: bool) -> int:
    """Show what each key does: until when it waits, where it runs, what is done, why it failed."""
    keys = _ask(ledger, lambda queue: queue.list_keys())
    if not keys and not as_json:
        say("the queue is empty; 'transcript-bridge queue add' fills it")
    now = datetime.now(UTC)
    width = max((len(key.profile) for key in keys), default=0)
    for key in keys:
        if as_json:
            print_json(_as_data(key))
        else:
            print_line(f"{key.profile:{width}}  {describe_key(key, now)}")
    return 0


@command.command(name="pause")
@ledger_flag
@click.argument("profile")
def pause(profile: str, ledger: str | None) -> int:
    """Stop uploading with a key after the current requests."""
    _ask(ledger, lambda queue: queue.pause(profile))
    say(f"{profile}: paused; 'transcript-bridge queue resume {profile}' continues")
    return 0


@command.command(name="resume")
@ledger_flag
@click.argument("profile")
def resume(profile: str, ledger: str | None) -> int:
    """Continue with a key that was paused, has failed, or is done (in part)."""
    _ask(ledger, lambda queue: queue.resume(profile))
    say(f"{profile}: waits for a worker")
    return 0


@command.command(name="remove")
@ledger_flag
@click.argument("profile")
def remove(profile: str, ledger: str | None) -> int:
    """Remove a key from the queue; what was sent stays in Omi and in the ledger."""
    _ask(ledger, lambda queue: queue.remove(profile))
    say(f"{profile}: removed from the queue; what was sent stays in Omi")
    return 0


def _ask(ledger: str | None, ask: Callable[[KeyQueue], Awaitable[T]]) -> T:
    """The answer of the queue in a ledger's database. Raises MissingExtraError, and like
    _open_location."""
    from ...serve.key_queue import ask_queue

    return ask_queue(_open_location(ledger), ask)


def _open_location(ledger: str | None) -> str:
    """The ledger of the queue. It is opened once, because its errors are clearer than the queue's.

    Raises SettingsError and LedgerError.
    """
    location = find_queue_location(ledger)
    open_ledger(location).close()
    return location


def _collect_flags(flags: dict[str, Any]) -> dict[str, Any]:
    """The given options by name, with absolute paths. Raises SettingsError for an impossible
    value."""
    given = {}
    for name, value in flags.items():
        if value is None or value == () or name in _NOT_STORED:
            continue
        option = BY_NAME.get(name)
        if option is not None:
            parse_option(name, value, option.flag)
        is_path = name == "settings" or (option is not None and option.kind is kinds.PATH)
        given[name] = _make_absolute(value) if is_path else value
    return given


def _make_absolute(path: str) -> str:
    """An absolute path; a URL is returned unchanged.

    Raises SettingsError for standard input, and for a URL that is useless without its secret.
    """
    if path == STANDARD_INPUT:
        raise SettingsError("the queue cannot read standard input; name a file or a folder")
    if is_url(path):
        if is_withheld(path):
            raise SettingsError(_WITHHELD.format(url=path))
        return path
    return os.path.abspath(path)  # noqa: PTH100  # keeps symbolic links, as scan.py does


def describe_key(key: QueuedKey, now: datetime) -> str:
    """`waiting until 15:32, 25 of 900 in Omi: all 25 writes of the window are used`."""
    from ...serve.turns import STATE_WORDS

    words = STATE_WORDS.get(key.state, key.state)
    if key.paused:
        words = "paused"
        if key.state == "running":
            words = f"paused; ends on {key.worker}"
    elif key.state == "running":
        words = f"running on {key.worker} since {name_moment(key.changed_at, now)}"
    elif key.state == "waiting" and key.next_at is not None and key.next_at > now:
        words = f"waiting until {name_moment(key.next_at, now)}"
    elif key.state == "waiting":
        words = "waiting for a worker"
    reason = key.reason
    if key.paused:
        reason = ""
    return words + describe_progress(key.stored, key.total, reason)


def _as_data(key: QueuedKey) -> dict[str, Any]:
    return {
        "profile": key.profile,
        "state": "paused" if key.paused else key.state,
        "next_at": to_iso(key.next_at),
        "reason": key.reason,
        "code": key.code,
        "worker": key.worker,
        "stored": key.stored,
        "conversations": key.total,
        "paths": list(key.paths),
        "flags": dict(key.flags),
        "changed_at": key.changed_at.isoformat(),
    }
