"""Messages about transcripts of an archive that cannot be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
from ..quantities import count_of, list_some
from .output import say

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan

_ALIKE_SHOWN = 20
"""How many transcripts with the same reason have a line each; more share one line."""
_NAMES_SHOWN = 3
_LINES_SHOWN = 200


def say_unusable(plan: ArchivePlan) -> int:
    """Print the transcripts that cannot be sent; returns the exit code for them.

    Of many with the same reason, only the first are named, in one line.
    """
    lines = _unusable_lines(plan)
    for line in lines[:_LINES_SHOWN]:
        say(line, mark="error")
    not_shown = len(lines) - _LINES_SHOWN
    if not_shown > 0:
        say(f"and {not_shown:,} more errors; 'plan --json' has all of them")
    unusable = (*plan.failed, *plan.turns_alone)
    return max((summary.error_kind.exit_code for summary in unusable), default=0)


def _unusable_lines(plan: ArchivePlan) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for summary in (*plan.failed, *plan.turns_alone):
        by_reason.setdefault(summary.error, []).append(summary.path)
    lines = []
    for reason, paths in by_reason.items():
        if len(paths) > _ALIKE_SHOWN:
            names = list_some(paths, _NAMES_SHOWN)
            lines.append(f"{count_of(len(paths), 'file')}: {reason}: {names}")
            continue
        lines += [str(InputError(reason, path=path)) for path in paths]
    return lines
