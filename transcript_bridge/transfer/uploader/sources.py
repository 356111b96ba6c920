"""Reads one source, and plans its requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ...errors import BridgeError, RowChangedError
from ...wire import ConversationRequest
from ..events import Event, Finished, SourceChanged, SourceFailed
from ..ledger import ChangePolicy, Ledger, PlanConflict, SourcePlan, is_due
from ..states import (
    OPEN,
    SENT,
    Planned,
    Row,
    SourcePart,
    State,
    is_replaced,
    match_row,
    number_bodies,
)
from ..upload import Upload
from .jobs import Job, Load

_ONLY_THIS_SOURCE = (1, 2)
"""Exit codes of errors that concern one source; other sources can still be read."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceReader:
    """Turns uploads into jobs, and reports those that need no job."""

    ledger: Ledger
    account: str
    changed: ChangePolicy
    report: Callable[[Event], None]
    is_same: bool | None = None
    _dropped: set[str] = field(default_factory=set)

    def open(self, upload: Upload) -> list[Job]:
        """The open requests of a source. Reports finished ones, failures and changes."""
        try:
            return self._open(upload)
        except BridgeError as error:
            self._report_failure(upload, error)
            return []

    def report_dropped(self, path: str) -> None:
        """Report that another process has changed what is planned of a source, once for each
        source."""
        if path in self._dropped:
            return
        self._dropped.add(path)
        message = "another process has changed what is planned of it; run the same command again"
        self.report(SourceFailed(path, RowChangedError(message, path=path), 0))

    def preview(self, upload: Upload) -> list[Planned]:
        """The requests of which `open` would make jobs. Reports the same, and writes nothing."""
        try:
            found = self._find_plan(upload)
            if found is None:
                return []
            return self._preview(found[1])
        except BridgeError as error:
            self._report_failure(upload, error)
            return []

    def _open(self, upload: Upload) -> list[Job]:
        found = self._find_plan(upload)
        if found is None:
            return []
        return self._plan(*found)

    def _find_plan(self, upload: Upload) -> tuple[Load, SourcePlan] | None:
        """How the bodies of a source are made again, and its plan; None if there is nothing to
        plan, which it reports."""
        digest = upload.read_digest()
        closed = self.ledger.find_closed(self.account, upload.path, digest, upload.options_digest)
        if closed is not None and not any(is_replaced(row) for _, row in closed):
            for part, row in closed:
                self.report(Finished(part, row, repeated=True))
            return None
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
            is_same=self.is_same,
        )
        sent = self.ledger.find_sent(self.account, digest, upload.options_digest)
        names = {row.session_id for row in sent}
        if names <= set(plan.session_ids):
            return upload.load, plan
        return self._finish_earlier(upload, plan, sent)

    def _finish_earlier(
        self, upload: Upload, plan: SourcePlan, sent: Sequence[Row]
    ) -> tuple[Load, SourcePlan] | None:
        """Finish an unchanged source of which an earlier version made other requests.

        sent: these requests. Some of them are in Omi, maybe from another path.
        """
        names = {row.session_id for row in sent}
        for bodies in upload.load_earlier():
            if names == {body.client_session_id for body in bodies}:
                return partial(_keep, bodies), replace(plan, bodies=bodies)
        if not any(is_due(row) for row in sent):
            for number, row in enumerate(sent, 1):
                part = SourcePart(upload.path, number, len(sent))
                self.report(Finished(part, row, repeated=True))
            return None
        if self.changed in ("upload", "replace"):
            return upload.load, plan
        known = sum(row.state in SENT for row in sent)
        self.report(SourceChanged(upload.path, known, len(plan.bodies), ("options",)))
        return None

    def _plan(self, load: Load, plan: SourcePlan) -> list[Job]:
        rows = self.ledger.plan(plan)
        if isinstance(rows, PlanConflict):
            self._report_conflict(plan.path, rows)
            return []
        jobs = []
        for number, (row, body) in enumerate(zip(rows, plan.bodies, strict=True), 1):
            part = SourcePart(plan.path, number, len(rows))
            if row.state in OPEN:
                jobs.append(Job(load, part, row, body))
            else:
                self.report(Finished(part, row, repeated=True))
        return jobs

    def _preview(self, plan: SourcePlan) -> list[Planned]:
        known = self.ledger.preview(plan)
        if isinstance(known, PlanConflict):
            self._report_conflict(plan.path, known)
            return []
        planned = []
        for request in number_bodies(plan.path, plan.bodies):
            row = known.get(request.body.client_session_id)
            if row is None:
                planned.append(request)
            elif is_due(row):
                planned.append(request._replace(body=_as_sent(request.body, row), row=row))
            else:
                self.report(Finished(request.part, row, repeated=True))
        return planned

    def _report_failure(self, upload: Upload, error: BridgeError) -> None:
        """Report a failure. Raises the error itself if no other source can be read either."""
        if error.exit_code not in _ONLY_THIS_SOURCE:
            raise error
        planned = self.ledger.count_open(self.account, upload.path)
        self.report(SourceFailed(upload.path, error, planned))

    def _report_conflict(self, path: str, found: PlanConflict) -> None:
        self.report(
            SourceChanged(path, found.uploaded, found.fresh, found.differs, found.same_words)
        )


def _as_sent(body: ConversationRequest, row: Row) -> ConversationRequest:
    """The body with the start and session id with which it may have been stored before."""
    may_be_stored = row.state in OPEN and row.state is not State.PLANNED
    return match_row(body, row) if may_be_stored else body


def _keep(bodies: Sequence[ConversationRequest]) -> Sequence[ConversationRequest]:
    return bodies
