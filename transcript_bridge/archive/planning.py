"""Makes a plan from what was found in an archive and in its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..dating.finder import choose
from ..gc_pause import collector_paused
from .duplicates import without_copied_forms, without_duplicates, without_older
from .files import Notice
from .grouping import Recording
from .plan import ArchivePlan, PlanEntry
from .scan import ScanResult
from .summary import RecordingSummary

_NO_DATE = (
    "nothing says when it began; tick it on the 'review' page and set the date, or put the date "
    "into its name, such as 2024-01-24 15.04.05"
)
_NO_DATE_IN = {
    "url": "nothing says when it began (the date of its upload is not used); put the date "
    "into its name, such as 2024-01-24 15.04.05"
}
"""The same, by the place of a file whose time is not used."""


class _PlanDraft:
    """A plan while it is being made."""

    def __init__(self, found: ScanResult) -> None:
        self.left_out = list(found.left_out)
        self.notices = list(found.notices)
        self.entries: list[PlanEntry] = []
        self.by_state: dict[str, list[RecordingSummary]] = {}
        self.other_forms: list[tuple[str, str]] = []
        for broken in found.broken:
            summary = RecordingSummary(broken.path, "failed", broken.message)
            self._set_aside(summary._replace(needs_credentials=broken.needs_credentials))

    def add(self, recording: Recording, summary: RecordingSummary, now: datetime) -> None:
        self.left_out += summary.left_out
        self.other_forms += [(other, summary.path) for other in summary.others]
        self.notices += summary.notices
        if summary.state != "ready":
            self._set_aside(summary)
            return
        began = choose(summary.dates, now)
        self.notices += [Notice(summary.path, reason) for reason in began.refused]
        if began.at is None:
            error = _NO_DATE_IN.get(recording.form(summary.path).place, _NO_DATE)
            self._set_aside(summary._replace(state="failed", error=error))
            return
        self.entries.append(PlanEntry(recording, summary, began))

    def in_state(self, state: str) -> tuple[RecordingSummary, ...]:
        return tuple(self.by_state.get(state, ()))

    def _set_aside(self, summary: RecordingSummary) -> None:
        self.by_state.setdefault(summary.state, []).append(summary)


@collector_paused()
def make_plan(
    found: ScanResult, summaries: Sequence[RecordingSummary], now: datetime
) -> ArchivePlan:
    """Combine the files that were found with the summaries. summaries: in the order of
    `found.recordings`."""
    draft = _PlanDraft(found)
    for recording, summary in zip(found.recordings, summaries, strict=True):
        draft.add(recording, summary, now)
    newest, older = without_older(draft.entries)
    originals, copies = without_copied_forms(newest)
    ready, duplicates = without_duplicates(originals)
    return ArchivePlan(
        ready,
        (*older, *copies, *duplicates),
        failed=draft.in_state("failed"),
        broken=len(found.broken),
        turns_alone=draft.in_state("turns"),
        silent=draft.in_state("silent"),
        left_out=tuple(draft.left_out),
        left_out_by_rule=found.left_out_by_rule,
        hidden=found.hidden,
        other_forms=tuple(draft.other_forms),
        notices=tuple(draft.notices),
    )
