"""An archive on the command line: its flags, its own settings, and the way from paths to a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import config
from ..config import RunOptions
from ..errors import SettingsError
from ..options import Options
from ..workspace.ledger_state import LedgerState
from ..workspace.locations import has_ledger, plan_cache_file
from .environment import read_environment
from .options import archive_option_flags, collect_options
from .output import say
from .plan_lines import Outlook
from .progress import show_progress

if TYPE_CHECKING:
    from ..archive.planning import ArchivePlan
    from ..archive.scan import ScanResult
    from ..archive.summary import RecordingSummary

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
class OpenArchive:
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
                f"--me: no speaker is called {self.me!r} in any file; "
                f"the most frequent labels are: {shown}"
            )
        return plan


def open_archive(
    paths: tuple[str, ...], flags: Mapping[str, Any], *, unwritten: str | None = None
) -> OpenArchive:
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
    return OpenArchive(paths, run, flags.get("me") or own.get("me"))


def make_outlook(per_hour: int, state: LedgerState) -> Outlook:
    """What the time of an upload depends on."""
    from ..archive.summary import TRY_GAP

    return Outlook(per_hour, TRY_GAP.total_seconds(), state.wait)


def peek_into_ledger(location: str | None, archive: OpenArchive) -> LedgerState:
    """What was sent already; prints why a ledger that exists could not be used."""
    environment = read_environment()
    if not has_ledger(location, environment):
        return LedgerState()
    from ..workspace import ledger_reading

    state = ledger_reading.peek_into_ledger(location, archive.run.server, environment)
    if state.warning:
        say(state.warning, mark="warning")
    return state


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
