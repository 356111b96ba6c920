"""Reading one source and planning its requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...errors import BridgeError
from ..events import Event, Finished, SourceChanged, SourceFailed
from ..ledger import ChangePolicy, Ledger, PlanConflict, SourcePlan
from ..states import OPEN, SourcePart, Upload
from .jobs import Job

_ONLY_THIS_SOURCE = (1, 2)
"""Exit codes of errors that concern one source; the other sources can still be read."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceReader:
    """Turns uploads into jobs, and reports what needs no job."""

    ledger: Ledger
    account: str
    changed: ChangePolicy
    report: Callable[[Event], None]

    def open(self, upload: Upload) -> list[Job]:
        """The requests of a source that are open. Reports finished ones, failures and changes."""
        try:
            return self._open(upload)
        except BridgeError as error:
            if error.exit_code not in _ONLY_THIS_SOURCE:
                raise
            planned = self.ledger.count_open(self.account, upload.path)
            self.report(SourceFailed(upload.path, error, planned))
            return []

    def _open(self, upload: Upload) -> list[Job]:
        digest = upload.read_digest()
        closed = self.ledger.find_closed(self.account, upload.path, digest, upload.options_digest)
        if closed is not None:
            for part, row in closed:
                self.report(Finished(part, row, repeated=True))
            return []
        plan = SourcePlan(
            account=self.account,
            path=upload.path,
            content_digest=digest,
            options_digest=upload.options_digest,
            bodies=upload.load(),
            changed=self.changed,
            tracked=upload.tracked,
        )
        return self._plan(upload, plan)

    def _plan(self, upload: Upload, plan: SourcePlan) -> list[Job]:
        rows = self.ledger.plan(plan)
        if isinstance(rows, PlanConflict):
            self.report(
                SourceChanged(upload.path, rows.uploaded, rows.fresh, rows.differs, rows.same_words)
            )
            return []
        jobs = []
        for number, (row, body) in enumerate(zip(rows, plan.bodies, strict=True), 1):
            part = SourcePart(upload.path, number, len(rows))
            if row.state in OPEN:
                jobs.append(Job(upload, part, row, body))
            else:
                self.report(Finished(part, row, repeated=True))
        return jobs
