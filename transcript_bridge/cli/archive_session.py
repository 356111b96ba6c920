"""An archive on the command line: its flags, its own settings, and the way from paths to a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from .. import config
from ..config import RunOptions
from ..errors import BridgeError, InputError, MissingKeyError, SettingsError
from ..options import Options
from ..workspace.locations import has_ledger, plan_cache_file
from .environment import read_environment
from .options import archive_option_flags, collect_options
from .output import say
from .progress import show_progress
from .session import open_client, open_ledger

if TYPE_CHECKING:
    from ..archive.ledger_link import KnownState
    from ..archive.planning import ArchivePlan
    from ..archive.scan import ScanResult
    from ..archive.summary import RecordingSummary
    from ..transfer.ledger import Ledger
    from ..transfer.pace import Window

Command = TypeVar("Command", bound=Callable[..., Any])
SETTINGS_NAME = "transcript-bridge.toml"


def archive_flags(command: Command) -> Command:
    """PATH..., and everything that says how an archive becomes conversations."""
    command = archive_option_flags(command)
    command = click.option(
        "--settings", metavar="FILE", help=f"Default: {SETTINGS_NAME} in a PATH."
    )(command)
    return click.argument("paths", nargs=-1, required=True, metavar="PATH...")(command)


@dataclass(frozen=True)
class Archive:
    """What the user named, and how it is read."""

    paths: tuple[str, ...]
    run: RunOptions
    me: str | None = None
    """The label that is the user, if it was named."""

    @property
    def options(self) -> Options:
        """How its recordings are converted."""
        return self.run.options

    def scan(self, samples: int = 0) -> tuple[ScanResult, list[RecordingSummary]]:
        """Find everything and look into it. Raises InputError for a path that is not there."""
        from ..archive.parallel import convert_all
        from ..archive.plan_cache import FilePlanCache
        from ..archive.scan import scan

        environment = read_environment()
        found = scan(self.paths, ignore=self.run.ignore)
        cache = FilePlanCache(plan_cache_file(environment)) if self.run.use_cache else None
        with show_progress("reading") as progress:
            summaries = convert_all(
                found.recordings,
                self.options,
                samples=samples,
                jobs=self.run.jobs or environment.cores,
                cache=cache,
                progress=progress,
            )
        return found, summaries

    def plan(self) -> ArchivePlan:
        """What would be sent. Raises SettingsError if --me is nobody in any file."""
        from ..archive.planning import make_plan

        found, converted = self.scan()
        plan = make_plan(found, converted, datetime.now(UTC))
        if self.me and plan.ready and plan.without_user == len(plan.ready):
            labels = [label.label for label in plan.labels()[:12] if label.label]
            shown = ", ".join(labels) if labels else "none"
            raise SettingsError(
                f"--me {self.me!r} is nobody in any of the files; the labels heard most are: {shown}"
            )
        return plan


def open_archive(
    paths: tuple[str, ...], flags: Mapping[str, Any], *, unwritten: str | None = None
) -> Archive:
    """Put the options together: flags, the environment, the archive's own file, the user's,
    defaults.

    unwritten: a speaker map that is going to be written; the archive's file may name it already.
    Raises SettingsError.
    """
    own = _read_own(paths, flags.get("settings"))
    named = own.get("speakers")
    if (
        named
        and unwritten
        and not Path(named).exists()
        and Path(named).resolve() == Path(unwritten).resolve()
    ):
        del own["speakers"]
    run = collect_options(flags, own, me_is_everywhere=False)
    return Archive(paths, run, flags.get("me") or own.get("me"))


class Sent(NamedTuple):
    """What the ledger says of an account."""

    known: KnownState | None = None
    """None: nothing was sent."""
    limit: int | None = None
    """Writes an hour, where the server has shown how many it allows."""
    wait: timedelta = timedelta()
    """Until it takes the next one."""


def read_sent(ledger: Ledger, account: str) -> Sent:
    """What was sent with an account."""
    from ..archive.ledger_link import KnownState
    from ..transfer.pace import Pace

    window = find_window(ledger, account)
    pause = window.wait(ledger.now(), Pace(gap=0))
    return Sent(
        KnownState(ledger.survey_sources(account), ledger.survey_requests(account)),
        window.limit,
        timedelta(seconds=pause.seconds if pause else 0),
    )


def find_window(ledger: Ledger, account: str) -> Window:
    """What is known of the server's limit."""
    from ..transfer.pace import Window

    return next((view.window for view in ledger.survey() if view.account == account), Window())


def reckon_limit(learnt: int | None, own: int | None) -> int:
    """Writes an hour: as the user wants (`own`), as the server was seen to allow, as servers
    usually do."""
    from ..limits import WRITES_PER_HOUR

    return min(limit for limit in (own, learnt or WRITES_PER_HOUR) if limit)


def look_into_ledger(location: str | None, server: config.ServerSettings) -> Sent:
    """What was sent with the key of `server`; without one, with the only account that there is.

    Only looks: no file is made, Omi is not asked, and a ledger that cannot be read is told.
    """
    if not has_ledger(location, read_environment()):
        return Sent()
    try:
        with open_ledger(location) as ledger:
            try:
                client, account = open_client(server)
                client.close()
            except MissingKeyError:
                accounts = [view.account for view in ledger.survey()]
                if len(accounts) > 1:
                    say(
                        "the ledger has several accounts, and no key tells which is meant: nothing is subtracted"
                    )
                account = accounts[0] if len(accounts) == 1 else ""
            return read_sent(ledger, account)
    except BridgeError as error:
        say(f"{error.message} (what was sent already is not subtracted)", mark="warning")
        return Sent()


def _read_own(paths: tuple[str, ...], named: str | None) -> dict[str, Any]:
    if named is not None:
        if not Path(named).exists():
            raise SettingsError(f"{named}: there is no such settings file")
        return config.read_archive_file(Path(named))
    found = [Path(path) / SETTINGS_NAME for path in paths if (Path(path) / SETTINGS_NAME).is_file()]
    if len(found) > 1:
        raise SettingsError(
            f"{found[0]} and {found[1]} both hold settings; choose one with --settings"
        )
    return config.read_archive_file(found[0]) if found else {}


def say_failures(plan: ArchivePlan) -> int:
    """Each transcript that cannot be sent, in words; the exit code that it makes."""
    for one in (*plan.failed, *plan.turns_alone):
        say(str(InputError(one.error, path=one.path)), mark="error")
    return 1 if plan.failed or plan.turns_alone else 0
