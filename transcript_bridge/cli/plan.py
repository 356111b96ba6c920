"""`plan`: what would happen to an archive, before anything is sent."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ..timecode import render_span
from .archives import archive_flags, open_archive, say_failures
from .connect import read_pace
from .say import plural, say

if TYPE_CHECKING:
    from ..archive.planning import ArchivePlan, Entry

_FEW = 30
"""So many recordings are listed without being asked for."""
_TOLD_SHOWN = 12
_SOURCES = {
    "header": "stated in the transcript", "name": "by the file's name", "sidecar": "noted beside it",
    "media": "by the media file", "folder": "by the folder's name", "file": "guessed from the file's time",
}  # fmt: skip


@click.command(name="plan")
@archive_flags
@click.option("--rate", metavar="N/hour", help="Reckon with so many writes an hour (default: 25, the usual limit).")
@click.option("--files", is_flag=True, help="List every recording, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, the totals last, on standard output.")
def command(paths: tuple[str, ...], files: bool, as_json: bool, rate: str | None, **flags: Any) -> int:
    """Show what would be sent of folders, zip and tar files, and when it would be done.

    Nothing is sent, and no key is needed.
    """
    from ..archive.planning import plan_rows, plan_totals

    archive = open_archive(paths, flags)
    per_hour = rate_of(rate, archive.rate)
    plan = archive.plan()
    if as_json:
        for row in plan_rows(plan):
            click.echo(json.dumps({"kind": "file", **row}, ensure_ascii=False))
        totals = plan_totals(plan, per_hour, archive.settings.try_gap / 1000)
        click.echo(json.dumps({"kind": "plan", **totals}, ensure_ascii=False))
    else:
        if files or len(plan.ready) <= _FEW:
            click.echo("\n".join(file_lines(plan.ready)))
        click.echo("\n".join(plan_lines(plan, per_hour, archive.settings.try_gap / 1000)))
    say_told(plan)
    return say_failures(plan)


def rate_of(flag: str | None, own: int | None) -> int:
    """Writes an hour: by the flag, by the archive's settings, by what servers usually allow."""
    from ..archive.planning import WRITES_PER_HOUR

    return read_pace(flag, 0.0).rate or own or WRITES_PER_HOUR


def file_lines(entries: tuple[Entry, ...]) -> list[str]:
    """One line a recording: when, how long, how many, by what its date is known."""
    if not entries:
        return []
    lines = [f"{'began':<22} {'length':>8} {'convers.':>8}  {'date':<17} file"]
    for entry in entries:
        mark = "~" if entry.began.start_source == "guessed" else " "
        lines.append(
            f"{entry.at:%Y-%m-%d %H:%M %z} {mark}{render_span(entry.converted.ms):>9}"
            f" {entry.converted.conversations:>8,}  {entry.began.source:<17} {entry.converted.path}"
        )
    return [*lines, ""]


def plan_lines(plan: ArchivePlan, per_hour: int, try_gap: float) -> list[str]:
    """The whole in words."""
    ready = plan.ready
    hours = plan.length.total_seconds() / 3600
    lines = [
        click.style(f"{plural(plan.files, 'transcript')}, {len(ready):,} to send", bold=True)
        + f" as {plural(plan.conversations, 'conversation')}:"
        + f" {plural(plan.segments, 'segment')}, {hours:,.1f} hours of speech"
    ]
    if plan.span:
        first, last = plan.span
        lines.append(_row("spans", f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"))
    dates = plan.date_sources
    lines += [_row("dates", f"{count:,} {_source_words(source)}") for source, count in dates.most_common()]
    labels = plan.labels()
    unknown = [label for label in labels if label.name is None]
    if labels:
        words = f"{plural(len(labels), 'label')}, {len(unknown):,} of them nobody the speaker map knows"
        lines.append(_row("speakers", words + ("; 'speakers' lists them" if unknown else "")))
    if plan.without_user and ready:
        words = f"in {plan.without_user:,} of {len(ready):,} recordings nobody is you (--me, or a speaker map)"
        lines.append(_row("", words))
    lines += _aside_lines(plan)
    return [*lines, *_time_lines(plan, per_hour, try_gap)]


def _aside_lines(plan: ArchivePlan) -> list[str]:
    lines = []
    problems: Counter[str] = Counter()
    for entry in plan.with_problems:
        problems.update(code for code, level, _ in entry.converted.problems if level != "note")
    if problems:
        codes = ", ".join(f"{code} {count:,}" for code, count in problems.most_common(5))
        files = plural(len(plan.with_problems), "file")
        lines.append(_row("problems", f"{files} with something mended or lost: {codes}"))
    aside = (
        (len(plan.failed), "cannot be read or dated"), (len(plan.turns_alone), "with speaker turns and no words"),
        (len(plan.silent), "in which nothing is said"), (len(plan.duplicates), "the same as another"),
        (plan.other_forms, "left for a better form of the same recording"),
    )  # fmt: skip
    lines += [_row("set aside", f"{count:,} {what}") for count, what in aside if count]
    if plan.ignored:
        most = ", ".join(f"{suffix or '(no suffix)'} {count:,}" for suffix, count in plan.ignored.most_common(8))
        lines.append(_row("ignored", f"{plural(plan.ignored.total(), 'file')}, not transcripts: {most}"))
    if plan.hidden:
        lines.append(_row("", f"{plan.hidden:,} hidden files and folders"))
    return lines


def _time_lines(plan: ArchivePlan, per_hour: int, try_gap: float) -> list[str]:
    from ..archive.planning import time_needed

    if not plan.ready:
        return []
    needed = time_needed(plan.conversations, per_hour)
    done = datetime.now().astimezone() + needed
    lines = [_row("time", f"{render_time(needed)} at {per_hour} an hour: done about {done:%A, %d %B %Y, %H:%M}")]
    if plan.conversations_if_merged < plan.conversations:
        merged = time_needed(plan.conversations_if_merged, per_hour)
        lines.append(
            _row("", f"with --merge-gap {try_gap:g} it would be {plural(plan.conversations_if_merged, 'conversation')} "
                 f"instead of {plan.conversations:,}: {render_time(merged)} instead of {render_time(needed)}")
        )  # fmt: skip
    return lines


def render_time(needed: timedelta) -> str:
    """`8 hours`, `2 days 3 hours`."""
    hours = round(needed.total_seconds() / 3600)
    if hours < 1:
        return "less than an hour"
    days, rest = divmod(hours, 24)
    parts = [plural(days, "day")] if days else []
    return " ".join([*parts, *([plural(rest, "hour")] if rest else [])])


def say_told(plan: ArchivePlan) -> None:
    """What was refused or doubted on the way."""
    for path, what in plan.told[:_TOLD_SHOWN]:
        say(f"{path}: {what}", mark="warning")
    if len(plan.told) > _TOLD_SHOWN:
        say(f"and {len(plan.told) - _TOLD_SHOWN:,} more; --json has all of them")


def _source_words(source: str) -> str:
    return " and ".join(_SOURCES.get(one, one) for one in source.split(" and "))


def _row(name: str, words: str) -> str:
    return f"  {name:<10} {words}"
