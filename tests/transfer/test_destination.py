"""Another destination than Omi: one class with the six calls, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import NotFoundError, OutcomeUnknownError
from transcript_bridge.transfer.destination import Destination
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.transfer.verify import Verifier
from transcript_bridge.wire import Conversation, ConversationRequest, Created, StoredSegment


@dataclass
class Shelf:
    """Keeps conversations in memory, knows no session ids, and loses its first answer."""

    kept: dict[str, Conversation] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    has_lost_an_answer: bool = False

    def create_conversation(self, body: ConversationRequest) -> Created:
        segments = tuple(
            StoredSegment(text=s.text, start=s.start, end=s.end) for s in body.transcript_segments
        )
        made = Conversation(
            id=str(uuid4()),
            created_at=body.started_at,
            structured={"title": "made"},
            transcript_segments=segments,
        )
        self.kept[made.id] = made
        if not self.has_lost_an_answer:
            self.has_lost_an_answer = True
            raise OutcomeUnknownError("the answer was lost")
        return Created(id=made.id, status="completed")

    def list_conversations(
        self,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
        include_transcript: bool = False,
    ) -> list[Conversation]:
        def has_begun_between(each: Conversation) -> bool:
            assert each.created_at is not None
            is_late_enough = start_date is None or each.created_at >= start_date
            return is_late_enough and (end_date is None or each.created_at <= end_date)

        shown = [
            each
            for each in reversed(self.kept.values())
            if each.id not in self.hidden and has_begun_between(each)
        ]
        return shown[offset : offset + limit]

    def get_conversation(
        self, conversation_id: str, include_transcript: bool = False
    ) -> Conversation:
        if conversation_id not in self.kept:
            raise NotFoundError("there is no such conversation")
        return self.kept[conversation_id]

    def title_conversation(self, conversation_id: str, title: str) -> None:
        self.get_conversation(conversation_id)
        self.titles[conversation_id] = title

    def hide_conversation(self, conversation_id: str) -> None:
        self.hidden.add(self.get_conversation(conversation_id).id)

    def delete_conversation(self, conversation_id: str) -> None:
        del self.kept[self.get_conversation(conversation_id).id]


def test_the_engine_needs_six_calls_of_a_destination(tmp_path: Path) -> None:
    shelf = Shelf()
    destination: Destination = shelf
    source = make_upload("/in", [make_request(f"{n}", n) for n in range(3)])
    pace = Pace(gap=0)
    with Ledger(tmp_path / "ledger.db") as ledger:
        patience = Patience(grace=0.1, backoff=0.01)
        uploader = Uploader(destination, ledger, "shelf", pace=pace, patience=patience)
        assert uploader.run([source]).finished == {State.DONE: 3}
        assert len(shelf.kept) == 3
        titled = make_upload("/in", source.load(), "Kitchen talk")
        Uploader(destination, ledger, "shelf", pace=pace, titles=True).run([titled])
        assert sorted(shelf.titles.values()) == ["Kitchen talk (2/3)", "Kitchen talk (3/3)"]
        found = list(Verifier(destination).verify(ledger.select("shelf", [State.DONE])))
        assert [each.verdict for each in found] == ["same"] * 3
        first, *others = ledger.select("shelf", UNDOABLE)
        hide = Undoer(destination, ledger, "shelf", discard=True, pace=pace)
        assert [each.error for each in hide.undo([first])] == [None]
        assert len(shelf.list_conversations()) == 2
        delete = Undoer(destination, ledger, "shelf", pace=pace)
        assert [each.error for each in delete.undo(others)] == [None, None]
    assert len(shelf.kept) == 1
