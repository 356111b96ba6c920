"""An open archive: what the user named, how it is read, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..archive.parallel import Arrive, OwnProcesses, convert_all, ignore_arrival
from ..archive.plan import ArchivePlan
from ..archive.plan_cache import FilePlanCache
from ..archive.planning import make_plan
from ..archive.scan import ScanResult, scan
from ..archive.summary import RecordingSummary
from ..config import RunOptions, ServerSettings
from ..errors import SettingsError
from ..options import Options
from ..settings_places import SettingsPlace
from ..shaping.speakers import UNLABELED
from .chosen_server import load_server
from .environment import Environment
from .locations import plan_cache_file
from .reading_engine import open_reading_engine
from .settings import collect_options, read_archive_settings

_LABELS_SHOWN = 12

Advance = Callable[[int, int], None]
"""Called with how many files are read, and how many there are."""


@dataclass(frozen=True)
class OpenArchive:
    """Paths and the options that apply to them.

    me: the label of the owner, if the user named one. settings_above: a settings file that is not
    in one of the paths, but above.
    """

    paths: tuple[str, ...]
    run: RunOptions
    environment: Environment
    me: str | None = None
    settings_above: SettingsPlace | None = None

    @property
    def options(self) -> Options:
        """The options with which its recordings are converted."""
        return self.run.options

    @property
    def jobs(self) -> int:
        """How many processes read it."""
        return self.run.jobs or self.environment.cores

    def choose_processes(self, arrive: Arrive = ignore_arrival) -> OwnProcesses:
        """The processes of this machine, with the cache of earlier results unless the user wants to
        read everything again. arrive: as in OwnProcesses."""
        cache = None
        if self.run.use_cache:
            cache = FilePlanCache(plan_cache_file(self.environment), self.environment.warn)
        return OwnProcesses(self.jobs, cache, arrive)

    def scan(
        self, progress: Advance, samples: int = 0, arrive: Arrive = ignore_arrival
    ) -> tuple[ScanResult, list[RecordingSummary]]:
        """Find all files and read them; returns one summary per recording.

        samples: how many lines of each speaker to keep. arrive: as in OwnProcesses. Raises
        InputError like `archive.scan`, EngineError if a cluster cannot continue.
        """
        found = scan(
            self.paths,
            ignore=self.run.ignore,
            tables=self.options.files,
            people=self.options.speakers.rules,
            follow_links=self.run.follow_links,
        )
        own = self.choose_processes(arrive)
        with open_reading_engine(self.paths, self.run, own, self.environment) as engine:
            summaries = convert_all(
                found.recordings, self.options, engine, samples=samples, progress=progress
            )
        return found, summaries

    def plan(self, now: datetime, progress: Advance) -> ArchivePlan:
        """The plan, without the ledger.

        Raises SettingsError if no file has a speaker called `me`.
        """
        found, summaries = self.scan(progress)
        plan = replace(
            make_plan(found, summaries, now),
            sends_titles=self.run.titles,
            timezone=self.options.zone,
        )
        has_no_owner = len(plan.ready) > 0 and plan.totals.without_user == len(plan.ready)
        if self.me and has_no_owner:
            raise SettingsError(_explain_unknown_owner(self.me, plan))
        return plan


def _explain_unknown_owner(me: str, plan: ArchivePlan) -> str:
    labels = [label.label for label in plan.labels()[:_LABELS_SHOWN] if label.label]
    shown = ", ".join(labels) or "none"
    if me == UNLABELED:
        reason = f"{me!r} is for recordings without labels, and all of these have labels"
    else:
        reason = f"no speaker is called {me!r} in any file"
    return f"--me: {reason}; the most frequent labels are: {shown}"


def open_archive(
    paths: Sequence[str],
    flags: Mapping[str, Any],
    environment: Environment,
    *,
    new_map: str | None = None,
    server: ServerSettings | None = None,
) -> OpenArchive:
    """Collect the options of an archive; only its settings are read yet.

    flags: by option name, and `settings` for another settings file. new_map: a speaker map that
    will be written; the settings may already name it. server: None if the flags, the environment
    and the files choose it. Raises SettingsError.
    """
    found = read_archive_settings(paths, flags.get("settings"), environment.home)
    settings = found.values
    if new_map is not None and _is_missing(settings.get("speakers"), new_map):
        del settings["speakers"]
    if server is None:
        server = load_server(environment, flags)
    run = collect_options(flags, settings, environment, me_is_everywhere=False, server=server)
    me = flags.get("me") or settings.get("me")
    return OpenArchive(tuple(paths), run, environment, me, found.path if found.is_above else None)


def _is_missing(named: str | None, new_map: str) -> bool:
    """Whether the settings name the very speaker map that will be written."""
    if named is None or Path(named).exists():
        return False
    return Path(named).resolve() == Path(new_map).resolve()
