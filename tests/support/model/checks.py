"""Checks of the server alone, and of ledger and server together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.ledger_counts import check_counts
from transcript_bridge.errors import BridgeError
from transcript_bridge.limits import DISCARD_WORDS
from transcript_bridge.transfer.ledger import Ledger, LedgerEntry
from transcript_bridge.transfer.states import State, digest_content, may_have_speakers

from .commands import KEYS, find_live, find_user
from .recordings import RECORDINGS
from .server import LIVE, Server, show

_THERE = (*LIVE, "hidden")


@dataclass
class Checks:
    """may_delete_foreign: the user said `--adopted` once. may_be_hidden: `undo --discard` hid
    something and could not write that down."""

    server: Server
    may_delete_foreign: bool = False
    may_be_hidden: bool = False

    def check_server(self) -> None:
        """Check that no conversation is stored twice, and that none of other programs is gone."""
        counts: Counter[tuple[str, str]] = Counter()
        for stored in self.server.stored:
            if stored.name and stored.state in LIVE and not stored.vanishes:
                counts[stored.user, stored.base] += 1
            is_gone = not stored.name and stored.state != "completed"
            assert not is_gone or self.may_delete_foreign, "a foreign conversation was removed"
        doubled = [name for name, count in counts.items() if count > 1]
        assert not doubled, f"doubled: {doubled}"

    def count_foreign(self) -> int:
        """Count the conversations of other programs."""
        return sum(not stored.name for stored in self.server.stored)

    def has_hidden(self) -> bool:
        """Whether `undo --discard` has hidden anything."""
        return any(stored.state == "hidden" for stored in self.server.stored)

    def check_error(self, error: BaseException) -> None:
        """Check that a command ended with an error for people, or without one."""
        if not isinstance(error, BridgeError):
            raise error

    def check_ledger(self, ledger: Ledger, wanted: Mapping[tuple[str, str], str]) -> None:
        """Check the ledger after a last upload of everything that nothing disturbed."""
        check_counts(ledger)
        rows: dict[tuple[str, str], LedgerEntry] = {}
        for entry in ledger.select():
            self._check_row(ledger, entry)
            rows[entry.account, entry.row.session_id] = entry
        for (key, _path), name in wanted.items():
            account = ledger.find_account(KEYS[key].account)
            for body in RECORDINGS[name].load():
                entry = rows.get((account, body.client_session_id))
                self._check_wanted(ledger, key, body.client_session_id, entry)

    def _check_row(self, ledger: Ledger, entry: LedgerEntry) -> None:
        row = entry.row
        stored = self.server.find(row.conversation_id)
        if row.state is State.DONE:
            assert stored is not None, f"{row.session_id} is done, and not on the server"
            assert stored.state in _THERE, f"{row.session_id} is done, and {stored.state}"
            assert stored.user == find_user(ledger, entry), "it is in another account"
            segments = show(stored).transcript_segments or ()
            assert digest_content(segments) == row.content_digest, "it is another one"
            assert may_have_speakers(segments, row.speakers), "it has other speakers"
            assert row.adopted or stored.base == row.session_id, "it is that of another request"
        if row.state is State.DELETED:
            is_there = stored is not None and stored.state in LIVE
            assert not is_there, f"{row.session_id} is deleted, and on the server"

    def _check_wanted(self, ledger: Ledger, key: str, name: str, entry: LedgerEntry | None) -> None:
        """Check that a request is stored, or that the ledger states why not."""
        user = KEYS[key].user
        if find_live(self.server, user, name) is not None:
            return
        assert entry is not None or self._is_elsewhere(ledger, name), f"{name} was never planned"
        if entry is None:
            return
        row = entry.row
        if row.state is State.DONE and row.adopted:
            return
        said = f"{name} is lost, and {row.state}: {row.last_error}"
        assert row.state in self._find_reasons(ledger, entry), said

    def _is_elsewhere(self, ledger: Ledger, name: str) -> bool:
        """Whether it may be stored under another key, which the user has not explained."""
        return any(entry.row.session_id == name for entry in ledger.select())

    def _find_reasons(self, ledger: Ledger, entry: LedgerEntry) -> set[State]:
        """Find the states that a request may have if it is not stored."""
        reasons = {State.DELETED} if entry.replaced else set()
        if self.may_be_hidden:
            reasons.add(State.DISCARDED)
        is_short = entry.row.words <= DISCARD_WORDS
        if is_short and not _has_shown_that_it_honors_names(ledger, entry.account):
            reasons.add(State.UNCERTAIN)
        return reasons


def _has_shown_that_it_honors_names(ledger: Ledger, account: str) -> bool:
    """Whether an answer to this account has shown that the server honors session ids."""
    for view in ledger.survey():
        if view.account == account:
            return view.honors_session_ids is True
    return False
