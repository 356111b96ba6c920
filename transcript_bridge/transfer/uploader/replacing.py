"""The earlier conversations that `--changed replace` deletes in the end, if they are ours."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ...errors import RowChangedError
from ...limits import DEFAULT_SOURCE
from ...wire import ConversationRequest, TranscriptSegmentInput
from ..events import Observe, Replaced
from ..ledger import Ledger, LedgerEntry
from ..states import Row
from ..undo import Undoer
from .jobs import Job

_WORDS = "This was replaced."


def delete_replaced(undoer: Undoer, observe: Observe) -> bool:
    """Delete the replaced conversations. False if the user stopped it. Raises what `undo` does."""
    entries = _select_own(undoer.ledger, undoer.account, observe)
    count = 0
    for done in undoer.undo(entries):
        count += 1
        observe(Replaced(done.entry.parts[0], done.entry.row, done.error))
    return count == len(entries)


def _select_own(ledger: Ledger, account: str, observe: Observe) -> list[LedgerEntry]:
    """The replaced conversations, without those that another program may have created: these stay
    in Omi, which is reported once."""
    own = []
    for entry in ledger.select_replaced(account):
        if not entry.row.adopted:
            own.append(entry)
            continue
        with suppress(RowChangedError):
            ledger.change(entry, replaced_by=None)
            observe(Replaced(entry.parts[0], entry.row, is_kept=True))
    return own


def make_settling_jobs(ledger: Ledger, account: str) -> list[Job]:
    """Jobs that find out whether replaced requests are in Omi, so that they can be deleted."""
    return [_make_job(entry) for entry in ledger.select_unsettled(account)]


def _make_job(entry: LedgerEntry) -> Job:
    body = _make_body(entry.row)

    def load() -> Sequence[ConversationRequest]:
        return [body]

    return Job(load, entry.parts[0], entry.row, body)


def _make_body(row: Row) -> ConversationRequest:
    """A body in place of the one that was sent, which cannot be made any more.

    A server that honors session ids answers with the conversation of the session id, whatever the
    body says. If it has none, it creates one, which is deleted like the others.
    """
    segment = TranscriptSegmentInput(text=_WORDS, speaker_id=0, start=0.0, end=1.0)
    return ConversationRequest(
        transcript_segments=(segment,),
        source=DEFAULT_SOURCE,
        started_at=row.started_at,
        finished_at=row.finished_at,
        client_session_id=row.session_id,
    )
