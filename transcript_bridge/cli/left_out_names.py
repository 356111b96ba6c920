"""The files of an archive that are not sent, or not in full: how many, and their names for
`plan --files`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problems import CODES
from ..quantities import count_of

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan


def left_out_names(plan: ArchivePlan) -> list[str]:
    """One line for each file that is not read or sent, or not in full, and why."""
    lines = []
    if plan.left_out_by_rule:
        lines.append("left out by your settings:")
    for record in plan.left_out_by_rule:
        lines.append(f"  {record.path}: {record.rule}")
    lines += _spare_names(plan)
    if plan.silent:
        lines.append("files without speech:")
    for summary in plan.silent:
        lines.append(f"  {summary.path}")
    lines += _names_of_files_with_problems(plan)
    if plan.left_out:
        lines.append("files that are not read:")
    for file in plan.left_out:
        line = f"  {file.path}"
        reason = file.advice or file.why
        if reason:
            line += f": {reason}"
        lines.append(line)
    lines.append("")
    return lines


def _names_of_files_with_problems(plan: ArchivePlan) -> list[str]:
    """The files in which something was repaired or lost, and what."""
    lines = []
    if plan.with_problems:
        lines.append("sent with something repaired or lost ('inspect' with a file shows where):")
    for entry in plan.with_problems:
        grave = [problem for problem in entry.summary.problems if problem.is_grave]
        counts = [f"{CODES[problem.code].meaning} ({problem.times:,})" for problem in grave]
        lines.append(f"  {entry.summary.path}: {'; '.join(counts)}")
    return lines


def _spare_names(plan: ArchivePlan) -> list[str]:
    """Copies and files that are not needed, each with the file that is used instead."""
    lines = []
    if plan.duplicates:
        lines.append("copies, of which one is sent:")
    for copy in plan.duplicates:
        lines.append(f"  {copy.path}: {copy.relation} {copy.kept}")
    if plan.other_forms:
        lines.append("files that are not needed because another one has the same recording:")
    for path, better in plan.other_forms:
        lines.append(f"  {path}: better form {better}")
    return lines


def count_unusable(files: int) -> str:
    """How many transcripts and containers cannot be read or dated."""
    return f"{count_of(files, 'file')} cannot be sent"


def describe_unusable(files: int) -> str:
    """The same, where the reasons were not printed."""
    return f"{count_unusable(files)}; 'plan' says why"


def describe_unread(files: int) -> str:
    """How many files look like transcripts, but in a form that is not read."""
    one = "file may contain transcripts and was not read"
    count = count_of(files, one, "files may contain transcripts and were not read")
    return f"{count}; 'plan' says what to do"
