"""The report for programs: one object for JSON, or one flat row per conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..archive.plan_export import describe_moment, describe_problems
from .states import MEANINGS
from .summary import FileReport, Month, Report, SentConversation, Totals

ROW_NAMES = (
    "path",
    "state",
    "part",
    "parts",
    "id",
    "started_at",
    "date_source",
    "date_is_guessed",
    "seconds",
    "segments",
    "words",
    "attempts",
    "account",
    "message",
    "advice",
    "problems",
    "speakers",
)
"""The columns of the table."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters that a spreadsheet takes for the beginning of a formula."""


def report_data(report: Report) -> dict[str, Any]:
    """Everything except the charts."""
    speakers = [
        {
            "label": label.label,
            "name": label.name,
            "is_user": label.is_user,
            "files": len(label.files),
            "segments": label.segments,
            "seconds": label.ms / 1000,
        }
        for label in report.labels
    ]
    leftovers = report.leftovers
    notices = [notice._asdict() for notice in leftovers.notices]
    return {
        "made_at": report.made_at.isoformat(),
        "totals": _totals(report.totals),
        "guessed_day": describe_moment(report.guessed_day),
        "months": [_month(month) for month in report.months],
        "speakers": speakers,
        "files": [_file(file) for file in report.files],
        "notices": notices,
        "other_files": dict(leftovers.other_files.most_common()),
        "other_file_names": [file.path for file in leftovers.left_out],
        "hidden": leftovers.hidden,
        "other_forms": leftovers.other_forms,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "files": totals.files,
        "conversations": totals.conversations,
        "stored": totals.stored,
        "segments": totals.segments,
        "hours": round(totals.seconds / 3600, 3),
        "by_state": dict(totals.by_state),
        "files_by_state": dict(totals.files_by_state),
        "with_problems": totals.with_problems,
        "guessed_dates": totals.guessed_dates,
        "left_out": totals.left_out,
        "gone": totals.gone,
    }


def _month(month: Month) -> dict[str, Any]:
    return {
        "month": f"{month.year:04d}-{month.month:02d}",
        "files": month.files,
        "conversations": month.conversations,
        "hours": round(sum(month.seconds.values()) / 3600, 3),
    }


def _file(file: FileReport) -> dict[str, Any]:
    conversations = [
        {**conversation._asdict(), "started_at": conversation.started_at.isoformat()}
        for conversation in file.sent
    ]
    speakers = [
        {
            "label": speaker.label,
            "name": speaker.name,
            "is_user": speaker.is_user,
            "segments": speaker.segments,
            "seconds": speaker.ms / 1000,
        }
        for speaker in file.heard
    ]
    return {
        "path": file.path,
        "state": file.state,
        "there": file.there,
        "began": describe_moment(file.began),
        "date_source": file.date_source or None,
        "date_is_guessed": file.date_is_guessed,
        "seconds": round(file.seconds, 3),
        "segments": file.segments,
        "format": file.format or None,
        "title": file.title or None,
        "language": file.language,
        "message": file.message or None,
        "conversations": conversations,
        "problems": describe_problems(file.problems),
        "speakers": speakers,
    }


def report_rows(report: Report) -> Iterator[dict[str, Any]]:
    """Values of ROW_NAMES: one row per conversation, and one per file without any.

    A value that a spreadsheet would take for a formula is prefixed with an apostrophe.
    """
    for file in report.files:
        rows = [_conversation_row(file, conversation) for conversation in file.sent]
        rows = rows or [_file_row(file)]
        of_file = _values_of_file(file)
        for row in rows:
            values = row | of_file
            yield {name: _disarm(values[name]) for name in ROW_NAMES}


def _values_of_file(file: FileReport) -> dict[str, str]:
    """The values that all rows of a file share."""
    grave = [problem for problem in file.problems if problem.is_grave]
    problems = [f"{problem.code}×{problem.times}" for problem in grave]
    speakers = [speaker.label or "" for speaker in file.heard]
    return {
        "date_source": file.date_source,
        "date_is_guessed": "yes" if file.date_is_guessed else "",
        "problems": " ".join(problems),
        "speakers": "; ".join(speakers),
    }


def _conversation_row(file: FileReport, conversation: SentConversation) -> dict[str, Any]:
    return {
        **conversation._asdict(),
        "path": file.path,
        "started_at": conversation.started_at.isoformat(),
    }


def _file_row(file: FileReport) -> dict[str, Any]:
    return dict.fromkeys(ROW_NAMES, "") | {
        "path": file.path,
        "state": file.state,
        "started_at": describe_moment(file.began) or "",
        "seconds": file.seconds or "",
        "segments": file.segments or "",
        "message": file.message,
        "advice": MEANINGS[file.state].advice,
    }


def _disarm(value: Any) -> Any:
    is_formula = isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA)
    if is_formula:
        return f"'{value}"
    return value
