"""Reading one source and planning its requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ...errors import BridgeError, RowChangedError
from ...wire import ConversationRequest
from ..events import Event, Finished, SourceChanged, SourceFailed
from ..ledger import ChangePolicy, Ledger, PlanConflict, SourcePlan, is_due
from ..states import OPEN, SENT, Row, SourcePart, Upload
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
    _dropped: set[str] = field(default_factory=set)

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

    def report_dropped(self, path: str) -> None:
        """Another process has planned something else of a source; said once for each."""
        if path in self._dropped:
            return
        self._dropped.add(path)
        message = "another process has changed what is planned of it; run the same command again"
        self.report(SourceFailed(path, RowChangedError(message, path=path), 0))

    def _open(self, upload: Upload) -> list[Job]:
        digest = upload.read_digest()
        closed = self.ledger.find_closed(self.account, upload.path, digest, upload.options_digest)
        if closed is not None:
            for part, row in closed:
                self.report(Finished(part, row, repeated=True))
            return []
        bodies = upload.load()
        plan = SourcePlan(
            account=self.account,
            path=upload.path,
            content_digest=digest,
            options_digest=upload.options_digest,
            bodies=bodies,
            changed=self.changed,
            tracked=upload.tracked,
            conversation=upload.read_conversation(),
        )
        sent = self.ledger.find_sent(self.account, digest, upload.options_digest)
        names = {row.session_id for row in sent}
        if names <= set(plan.session_ids):
            return self._plan(upload, plan)
        return self._finish_earlier(upload, plan, sent)

    def _finish_earlier(self, upload: Upload, plan: SourcePlan, sent: Sequence[Row]) -> list[Job]:
        """Go on with an unchanged source that an earlier version of the program made other requests
        of. sent: its requests, of which some are in Omi, maybe from another path."""
        names = {row.session_id for row in sent}
        for bodies in upload.load_earlier():
            if names == {body.client_session_id for body in bodies}:
                earlier = replace(upload, load=partial(_keep, bodies))
                return self._plan(earlier, replace(plan, bodies=bodies))
        if not any(is_due(row) for row in sent):
            for number, row in enumerate(sent, 1):
                part = SourcePart(upload.path, number, len(sent))
                self.report(Finished(part, row, repeated=True))
            return []
        if self.changed in ("upload", "replace"):
            return self._plan(upload, plan)
        known = sum(row.state in SENT for row in sent)
        self.report(SourceChanged(upload.path, known, len(plan.bodies), ("options",)))
        return []

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


def _keep(bodies: Sequence[ConversationRequest]) -> Sequence[ConversationRequest]:
    return bodies
