"""`serve`: a worker that uploads with the keys of the queue, for days or permanently."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...calendar_words import name_moment
from ...errors import SettingsError
from ...options.kinds import number_kind
from ...quantities import count_of
from ..environment import read_environment
from ..flags import ledger_flag, quiet_flag
from ..json_log import log_format_flag
from ..monitoring import metrics_flag, monitoring
from ..output import FAILED, STOPPED, say
from ..path_types import OPTION_PATH
from ..serve_log import log_serving
from ..session import open_ledger
from ..signals import stop_on_signals
from ..value_types import ValueType

if TYPE_CHECKING:
    from ...serve.dispatcher import Dispatcher
    from ...serve.key_queue import KeyCounts
    from ...serve.turns import KeyTurn, Listen, ServeEvent
    from ...transfer.events import Observe
    from ...transfer.ledger import Ledger

_MARKS = {"failed": "error", "partly": "warning"}
"""The words for how a turn ends."""


@click.command(name="serve")
@ledger_flag
@click.option(
    "--slots",
    type=ValueType(number_kind(1, 1024)),
    default=64,
    show_default=True,
    metavar="N",
    help="Keys that upload at the same time, at most 1024. All machines together need keys x 25 x "
    "the seconds of a request / 3600.",
)
@click.option(
    "--keys",
    type=OPTION_PATH,
    metavar="FOLDER",
    help="A folder with one file per profile that contains its key (mounted secrets).",
)
@click.option("--api-base", metavar="URL", help="Another Omi server, for all keys of this machine.")
@click.option(
    "--allow-http",
    is_flag=True,
    envvar="TRANSCRIPT_BRIDGE_ALLOW_HTTP",
    help="Allow plain http to a server in your own network; keys are sent unencrypted.",
)
@click.option("--until-done", is_flag=True, help="End when no key is waiting.")
@metrics_flag
@log_format_flag
@quiet_flag
def command(ledger: str | None, metrics: str | None, **flags: Any) -> int:
    """Upload with the keys of the queue, each within its own limit.

    A key uploads until its limit is used up, then gives its slot to another key, and continues when
    its limit allows, on any machine that runs this command. Stop it at any time: Ctrl-C or SIGTERM
    ends it after the current requests. 'queue add' fills the queue.
    """
    location = find_queue_location(ledger)
    with open_ledger(location) as opened:
        dispatcher = _make_dispatcher(location, opened, flags)
        gauges = [dispatcher.read_gauges]
        checks = {"worker": dispatcher.check}
        with (
            stop_on_signals() as stop,
            monitoring(metrics, opened, read_gauges=gauges, checks=checks) as count,
        ):
            say(f"{count_of(flags['slots'], 'slot')}; Ctrl-C stops after the current requests")
            listen = _print_serving
            if flags["log_format"] == "json":
                listen = log_serving
            counts = dispatcher.run(stop, _count_with(count, listen))
    return _end(counts)


def find_queue_location(ledger: str | None) -> str:
    """The ledger that has the queue. Raises SettingsError for a ledger that is a file."""
    from ...serve.queue_database import require_address
    from ...workspace.locations import default_ledger

    location = ledger or str(default_ledger(read_environment()))
    require_address(location)
    return location


def _make_dispatcher(location: str, ledger: Ledger, flags: dict[str, Any]) -> Dispatcher:
    from ...serve.dispatcher import Dispatcher
    from ...serve.key_turn import WorkerProcess
    from ...serve.profile_keys import KeyPlaces
    from ...serve.queue_database import QueueDatabase

    folder = None
    if flags["keys"]:
        folder = Path(flags["keys"])
        if not folder.is_dir():
            raise SettingsError(f"--keys: there is no folder {folder}; check the name")
    places = KeyPlaces(folder, flags["api_base"], flags["allow_http"])
    name = f"{platform.node() or 'worker'}:{os.getpid()}"
    process = WorkerProcess(name, ledger, read_environment(), places)
    return Dispatcher(
        process, QueueDatabase(location), flags["slots"], until_done=flags["until_done"]
    )


def _count_with(count: Observe | None, listen: Listen) -> Listen:
    """A listener that also counts the events of uploaders."""
    from ...serve.turns import TurnBegan, TurnEnded, TurnRescued

    def listen_and_count(profile: str, event: ServeEvent) -> None:
        listen(profile, event)
        if count is not None and not isinstance(event, TurnBegan | TurnEnded | TurnRescued):
            count(event)

    return listen_and_count


def _print_serving(profile: str, event: ServeEvent) -> None:
    """Print what happens to keys."""
    from ...serve.turns import TurnBegan, TurnEnded, TurnRescued

    match event:
        case TurnBegan():
            say(f"{profile}: begins")
        case TurnRescued():
            say(f"{profile}: its worker is gone; another one continues", mark="warning")
        case TurnEnded(turn):
            _say_turn(profile, turn)


def _say_turn(profile: str, turn: KeyTurn) -> None:
    from ...serve.turns import STATE_WORDS

    words = STATE_WORDS.get(turn.state, turn.state)
    mark = _MARKS.get(turn.state)
    if turn.is_failure:
        mark = "warning"
    if turn.seconds:
        now = datetime.now(UTC)
        words += f" until {name_moment(now + timedelta(seconds=turn.seconds), now)}"
    elif turn.state == "waiting":
        words = "gives its slot to another key"
    words += describe_progress(turn.stored, turn.total, turn.reason)
    say(f"{profile}: {words}", mark=mark)


def describe_progress(stored: int | None, total: int | None, reason: str) -> str:
    """`, 25 of 900 in Omi: all 25 writes of the window are used`; empty if nothing is known."""
    words = ""
    if total is not None:
        words = f", {stored:,} of {total:,} in Omi"
    if reason:
        words += f": {reason}"
    return words


def _end(counts: KeyCounts) -> int:
    """Print the last line; returns the exit code."""
    from ...serve.turns import STATE_WORDS

    words = []
    for state, number in counts._asdict().items():
        if number:
            words.append(f"{number:,} {STATE_WORDS.get(state, state)}")
    say(f"keys: {', '.join(words) or 'none'}")
    if counts.waiting or counts.running:
        return STOPPED
    if counts.partly or counts.failed:
        return FAILED
    return 0
