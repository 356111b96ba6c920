"""A plan for programs: one object per transcript or file that looks like one, and one for the
whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from .ledger_counts import LedgerCounts
from .plan import ArchivePlan, PlanEntry, total_length
from .sending_time import HOUR, Allowance, time_needed
from .summary import ProblemCount, RecordingSummary


def plan_rows(plan: ArchivePlan) -> Iterator[dict[str, Any]]:
    """Each transcript as plain data."""
    for entry in plan.ready:
        yield _entry(entry)
    for duplicate in plan.duplicates:
        yield {"path": duplicate.path, "state": "duplicate", "same_as": duplicate.kept}
    yield from unusable_rows(plan)
    for summary in plan.silent:
        yield {"path": summary.path, "state": "silent"}
    for file in plan.unread:
        yield {"path": file.path, "state": "unread", "message": file.advice}
    for record in plan.left_out_by_rule:
        yield {"path": record.path, "state": "left-out", "rule": record.rule}


def unusable_rows(plan: ArchivePlan) -> Iterator[dict[str, Any]]:
    """Each transcript that cannot be sent, as plain data."""
    for summary in plan.failed:
        yield _unusable(summary, "failed")
    for summary in plan.turns_alone:
        yield _unusable(summary, "turns-alone")


def _unusable(summary: RecordingSummary, state: str) -> dict[str, Any]:
    kind = summary.error_kind
    error = {"code": kind.code, "message": summary.error, "exit_code": kind.exit_code}
    return {"path": summary.path, "state": state, "error": error}


def _entry(entry: PlanEntry) -> dict[str, Any]:
    summary = entry.summary
    media = entry.recording.media
    speakers = [
        {
            "label": speaker.label,
            "name": speaker.name,
            "is_user": speaker.is_user,
            "seconds": speaker.ms / 1000,
        }
        for speaker in summary.speakers
    ]
    return {
        "path": summary.path,
        "state": "ready",
        "format": summary.format,
        "title": summary.title or None,
        "started_at": entry.at.isoformat(),
        "date_source": entry.began.source,
        "date_is_guessed": entry.is_guessed,
        "seconds": summary.ms / 1000,
        "segments": summary.segments,
        "conversations": summary.conversations,
        "conversations_if_merged": summary.conversations_if_merged,
        **_counts(entry.counts),
        "titles": entry.titles_to_go,
        "differs": list(entry.counts.differs),
        "language": summary.language,
        "language_is_from_name": summary.language_is_from_name,
        "turns": summary.turns or None,
        "media": media.path if media is not None else None,
        "other_forms": list(summary.others),
        "speakers": speakers,
        "problems": describe_problems(summary.problems),
    }


def describe_problems(problems: Iterable[ProblemCount]) -> list[dict[str, Any]]:
    """The problems of a file, as plain data."""
    return [
        {"code": problem.code, "level": problem.level, "count": problem.times}
        for problem in problems
    ]


def _counts(counts: LedgerCounts) -> dict[str, int]:
    return {
        "in_omi": counts.stored,
        "set_aside": counts.set_aside,
        "changed": counts.changed,
        "to_go": counts.to_go,
    }


def plan_totals(
    plan: ArchivePlan, allowance: Allowance, try_gap: float, wait: timedelta = timedelta()
) -> dict[str, Any]:
    """The whole plan as plain data. try_gap: seconds, the gap for `conversations_if_merged`."""
    first, last = plan.span or (None, None)
    return {
        "files": plan.files,
        "ready": len(plan.ready),
        "conversations": plan.totals.conversations,
        "segments": plan.totals.segments,
        "seconds": plan.totals.length.total_seconds(),
        **_counts(plan.totals.counts),
        "titles": plan.totals.titles_to_go,
        "titles_to_go": plan.titles_to_go,
        "ready_to_go": len(plan.to_go),
        "seconds_to_go": total_length(plan.to_go).total_seconds(),
        "first": describe_moment(first),
        "last": describe_moment(last),
        "date_sources": dict(plan.totals.date_sources),
        "guessed_day": describe_moment(plan.guessed_day),
        "with_problems": len(plan.with_problems),
        "unknown_speakers": sum(label.name is None for label in plan.labels()),
        "without_user": plan.totals.without_user,
        "without_language": plan.totals.languages[None],
        "languages_from_names": plan.totals.languages_from_names,
        "duplicates": len(plan.duplicates),
        "failed": len(plan.failed),
        "turns_alone": len(plan.turns_alone),
        "silent": len(plan.silent),
        "other_forms": len(plan.other_forms),
        "unread": len(plan.unread),
        "left_out": len(plan.left_out_by_rule),
        "other_files": dict(plan.other_files.most_common()),
        "other_file_names": [file.path for file in plan.left_out if not file.advice],
        "hidden": plan.hidden,
        "notices": [notice._asdict() for notice in plan.notices],
        "per_hour": allowance.per_hour,
        "hours": _hours(plan.writes_to_go, allowance, wait),
        "if_merged": _totals_if_merged(plan, allowance, try_gap, wait),
    }


def describe_moment(moment: date | None) -> str | None:
    """ISO 8601 of a day or a moment."""
    if moment is None:
        return None
    return moment.isoformat()


def _totals_if_merged(
    plan: ArchivePlan, allowance: Allowance, try_gap: float, wait: timedelta
) -> dict[str, Any]:
    return {
        "gap": try_gap,
        "conversations": plan.totals.conversations_if_merged,
        "to_go": plan.merging.merged,
        "hours": _hours(plan.merging.merged_writes, allowance, wait),
    }


def _hours(writes: int, allowance: Allowance, wait: timedelta) -> float:
    return round(time_needed(writes, allowance, wait).total_seconds() / HOUR, 2)
