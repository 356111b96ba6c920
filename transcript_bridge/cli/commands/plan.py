"""`plan`: what would happen to an archive, before anything is sent."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from ...timecode import render_span
from ..archive_session import (
    archive_flags,
    look_into_ledger,
    open_archive,
    reckon_limit,
    say_failures,
)
from ..dates import describe_source
from ..output import plural, say
from ..session import ledger_flag, read_pace

if TYPE_CHECKING:
    from ...archive.planning import ArchivePlan, PlanEntry

_FEW = 30
"""So many recordings are listed without being asked for."""
_TOLD_SHOWN = 12

_dump = json.JSONEncoder(ensure_ascii=False).encode


@click.command(name="plan")
@archive_flags
@ledger_flag
@click.option(
    "--rate",
    metavar="N/hour",
    help="Reckon with so many writes an hour (default: the server's limit, or 25).",
)
@click.option("--files", is_flag=True, help="List every recording, however many there are.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object a file, the totals last, on standard output.",
)
def command(
    paths: tuple[str, ...], files: bool, as_json: bool, rate: str | None, **flags: Any
) -> int:
    """Show what would be sent of folders, zip and tar files, and when it would be done.

    Nothing is sent, and no key is needed. What the ledger knows to be in Omi is subtracted.
    """
    from ...archive.plan_export import plan_rows, plan_totals
    from ...archive.summary import TRY_GAP

    archive = open_archive(paths, flags)
    stated = read_pace(rate, 0.0).rate
    plan = archive.plan()
    sent = look_into_ledger(flags["ledger"], archive.run.server)
    if sent.known is not None:
        from ...archive.ledger_link import with_ledger_state

        plan = with_ledger_state(plan, archive.options, sent.known, datetime.now(UTC))
    outlook = (
        stated or reckon_limit(sent.limit, archive.run.rate),
        TRY_GAP.total_seconds(),
        sent.wait,
    )
    if as_json:
        rows = ({"kind": "file", **row} for row in plan_rows(plan))
        click.echo(
            "\n".join(map(_dump, chain(rows, [{"kind": "plan", **plan_totals(plan, *outlook)}])))
        )
    elif files or len(plan.ready) <= _FEW:
        click.echo("\n".join(file_lines(plan.ready)))
    say_told(plan)
    code = say_failures(plan)
    if not as_json:  # last, for it is what is to be seen
        click.echo("\n".join(plan_lines(plan, *outlook)))
    return code


def file_lines(entries: tuple[PlanEntry, ...]) -> list[str]:
    """One line a recording: when, how long, how many, by what its date is known."""
    if not entries:
        return []
    was_sent = any(entry.ledger_counts for entry in entries)
    lines = [
        f"{'began':<22} {'length':>8} {'convers.':>8}{' to go' if was_sent else ''}  {'date':<17} file"
    ]
    for entry in entries:
        mark = "~" if entry.began.start_source == "guessed" else " "
        to_go = f" {entry.counts.to_go:>5,}" if was_sent else ""
        lines.append(
            f"{entry.at:%Y-%m-%d %H:%M %z} {mark}{render_span(entry.summary.ms):>9}"
            f" {entry.summary.conversations:>8,}{to_go}  {entry.began.source:<17} {entry.summary.path}"
        )
    return [*lines, ""]


def plan_lines(plan: ArchivePlan, per_hour: int, try_gap: float, wait: timedelta) -> list[str]:
    """The whole in words."""
    ready = plan.ready
    lines = _head_lines(plan)
    if plan.span:
        first, last = plan.span
        lines.append(_row("spans", f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"))
    dates = plan.date_sources
    lines += [
        _row("dates", f"{count:,} {describe_source(source)}")
        for source, count in dates.most_common()
    ]
    labels = plan.labels()
    unknown = [label for label in labels if label.name is None]
    if labels:
        words = (
            f"{plural(len(labels), 'label')}, {len(unknown):,} of them nobody the speaker map knows"
        )
        lines.append(_row("speakers", words + ("; 'speakers' lists them" if unknown else "")))
    if plan.without_user and ready:
        words = f"in {plan.without_user:,} of {len(ready):,} recordings nobody is you (--me, or a speaker map)"
        lines.append(_row("", words))
    lines += _aside_lines(plan)
    return [*lines, *_time_lines(plan, per_hour, try_gap, wait)]


def _head_lines(plan: ArchivePlan) -> list[str]:
    """How much there is, and how much of it is to go."""
    from ...archive.planning import total_length

    files, conversations = (
        plural(plan.files, "transcript"),
        plural(plan.conversations, "conversation"),
    )
    size = f"{plural(plan.segments, 'segment')}, {_hours(plan.length)} of speech"
    if len(plan.not_started) == len(plan.ready):
        return [
            click.style(f"{files}, {len(plan.ready):,} to send", bold=True)
            + f" as {conversations}: {size}"
        ]
    stored, aside, changed, to_go = plan.counts
    if stored:
        conversations += (
            f", {'all' if stored == plan.conversations else f'{stored:,}'} of them in Omi already"
        )
    rest = f"{to_go:,} to go" if to_go else "nothing to go"
    lines = [click.style(f"{files}: {conversations}; {rest}", bold=True), _row("in all", size)]
    if to_go:
        lines.append(
            _row(
                "to go",
                f"{plural(len(plan.to_go), 'recording')}, {_hours(total_length(plan.to_go))} long",
            )
        )
    told = (
        (aside, "refused, or deleted in Omi; 'retry' plans them again"),
        (changed, "sent before with another content or other settings; see migrate's --changed"),
    )
    return lines + [
        _row("set aside", f"{plural(count, 'conversation')} {what}")
        for count, what in told
        if count
    ]


def _aside_lines(plan: ArchivePlan) -> list[str]:
    lines = []
    problems: Counter[str] = Counter()
    for entry in plan.with_problems:
        problems.update(code for code, level, _ in entry.summary.problems if level != "note")
    if problems:
        codes = ", ".join(f"{code} {count:,}" for code, count in problems.most_common(5))
        files = plural(len(plan.with_problems), "file")
        lines.append(_row("problems", f"{files} with something repaired or lost: {codes}"))
    aside = (
        (len(plan.failed), "cannot be read or dated"),
        (len(plan.turns_alone), "with speaker turns and no words"),
        (len(plan.silent), "in which nothing is said"),
        (len(plan.duplicates), "the same as another"),
        (plan.other_forms, "left for a better form of the same recording"),
    )
    lines += [_row("set aside", f"{count:,} {what}") for count, what in aside if count]
    if plan.other_files:
        most = ", ".join(
            f"{suffix or '(no suffix)'} {count:,}"
            for suffix, count in plan.other_files.most_common(8)
        )
        lines.append(
            _row("ignored", f"{plural(plan.other_files.total(), 'file')}, not transcripts: {most}")
        )
    if plan.hidden:
        lines.append(_row("", f"{plan.hidden:,} hidden files and folders"))
    return lines


def _time_lines(plan: ArchivePlan, per_hour: int, try_gap: float, wait: timedelta) -> list[str]:
    from ...archive.planning import time_needed

    to_go = plan.counts.to_go
    if not to_go:
        return []
    needed = time_needed(to_go, per_hour, wait)
    done = datetime.now().astimezone() + needed
    lines = [
        _row(
            "time",
            f"{render_time(needed)} at {per_hour} an hour: done about {done:%A, %d %B %Y, %H:%M}",
        )
    ]
    plain = sum(entry.summary.conversations for entry in plan.not_started)
    merged = sum(entry.summary.conversations_if_merged for entry in plan.not_started)
    if merged < plain:
        what = "it" if len(plan.not_started) == len(plan.ready) else "what is not begun"
        words = f"with --merge-gap {try_gap:g} {what} would be {plural(merged, 'conversation')} instead of {plain:,}"
        times = [render_time(time_needed(count, per_hour, wait)) for count in (merged, plain)]
        lines.append(
            _row(
                "", words + (f": {times[0]} instead of {times[1]}" if times[0] != times[1] else "")
            )
        )
    return lines


def _hours(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    return f"{minutes / 60:,.1f} hours" if minutes >= 60 else plural(round(minutes), "minute")


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
    for path, what in plan.notices[:_TOLD_SHOWN]:
        say(f"{path}: {what}", mark="warning")
    if len(plan.notices) > _TOLD_SHOWN:
        say(f"and {len(plan.notices) - _TOLD_SHOWN:,} more; --json has all of them")


def _row(name: str, words: str) -> str:
    return f"  {name:<10} {words}"
