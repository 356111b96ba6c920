"""The report for machines: one object for JSON, or one flat row a conversation for a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .states import MEANINGS
from .summary import FileReport, Report, SentConversation

ROW_NAMES = (
    "path",
    "state",
    "part",
    "parts",
    "id",
    "started_at",
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


def report_data(report: Report) -> dict[str, Any]:
    """Everything but the pictures."""
    totals = report.totals
    return {
        "made_at": report.made_at.isoformat(),
        "totals": {
            "files": totals.files,
            "conversations": totals.conversations,
            "stored": totals.stored,
            "segments": totals.segments,
            "hours": round(totals.seconds / 3600, 3),
            "by_state": dict(totals.by_state),
            "files_by_state": dict(totals.files_by_state),
            "with_problems": totals.with_problems,
            "gone": totals.gone,
        },
        "months": [
            {
                "month": f"{m.year:04d}-{m.month:02d}",
                "files": m.files,
                "conversations": m.conversations,
                "hours": round(sum(m.seconds.values()) / 3600, 3),
            }
            for m in report.months
        ],
        "speakers": [
            {
                "label": label.label,
                "name": label.name,
                "is_user": label.is_user,
                "files": len(label.files),
                "segments": label.segments,
                "seconds": label.ms / 1000,
            }
            for label in report.labels
        ],
        "files": [_file(file) for file in report.files],
        "notices": [{"path": path, "message": what} for path, what in report.around.notices],
        "other_files": dict(report.around.other_files.most_common()),
        "hidden": report.around.hidden,
        "other_forms": report.around.other_forms,
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "state": file.state,
        "there": file.there,
        "began": file.began.isoformat() if file.began else None,
        "seconds": round(file.seconds, 3),
        "segments": file.segments,
        "format": file.format or None,
        "language": file.language,
        "message": file.message or None,
        "conversations": [
            {**one._asdict(), "started_at": one.started_at.isoformat()} for one in file.sent
        ],
        "problems": [
            {"code": code, "level": level, "count": count} for code, level, count in file.problems
        ],
        "speakers": [
            {
                "label": h.label,
                "name": h.name,
                "is_user": h.is_user,
                "segments": h.segments,
                "seconds": h.ms / 1000,
            }
            for h in file.heard
        ],
    }


def report_rows(report: Report) -> Iterator[dict[str, Any]]:
    """Values of ROW_NAMES: one row a conversation, and one for each file without any.

    What a spreadsheet would take for a formula gets an apostrophe before it.
    """
    for file in report.files:
        for one in file.sent or (None,):
            row = _conversation(file, one) if one else _whole(file)
            row["problems"] = " ".join(
                f"{code}×{count}" for code, level, count in file.problems if level != "note"
            )
            row["speakers"] = "; ".join(h.label if h.label is not None else "" for h in file.heard)
            yield {name: _tame(row[name]) for name in ROW_NAMES}


def _conversation(file: FileReport, one: SentConversation) -> dict[str, Any]:
    return {**one._asdict(), "path": file.path, "started_at": one.started_at.isoformat()}


def _whole(file: FileReport) -> dict[str, Any]:
    return dict.fromkeys(ROW_NAMES, "") | {
        "path": file.path,
        "state": file.state,
        "started_at": file.began.isoformat() if file.began else "",
        "seconds": file.seconds or "",
        "segments": file.segments or "",
        "message": file.message,
        "advice": MEANINGS[file.state].advice,
    }


def _tame(value: Any) -> Any:
    return (
        f"'{value}"
        if isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA)
        else value
    )
