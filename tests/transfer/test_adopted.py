"""Conversations that were only found by their words may be another program's, so they stay."""

from __future__ import annotations

import pytest

from tests.support.desk import MakeDesk
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.cli.event_printer import describe_replaced
from transcript_bridge.transfer.events import Replaced
from transcript_bridge.transfer.ledger import Ledger


@pytest.mark.parametrize("generation", ["old", "middle"])
@pytest.mark.parametrize("path", ["/in", "/renamed"], ids=["changed-file", "renamed-file"])
def test_replace_leaves_what_another_program_may_have_made(
    desk: MakeDesk, generation: str, path: str
) -> None:
    """Our POST never arrived, and another program has stored the same words."""
    d = desk(generation=generation)
    first = [make_request("a", 0), make_request("b", 1)]
    foreign = first[0].model_dump(mode="json", exclude={"client_session_id"})
    authorization = {"Authorization": "Bearer omi_dev_Tr4nsfer"}
    route = "/v1/dev/user/conversations/from-segments"
    d.http.post(route, json=foreign, headers=authorization).raise_for_status()
    d.order("reset_before", method="POST")
    d.upload(make_upload("/in", first))
    said = [make_request("c", 0, content="a", speaker=1), make_request("d", 1, content="b")]
    new = make_upload(path, said)
    assert not d.upload(new, changed="replace").stopped
    assert d.stored() == {"a": 2, "b": 1}
    kept, deleted = sorted(d.events_of(Replaced), key=lambda event: event.part.number)
    assert (kept.is_kept, deleted.is_kept) == (True, False)
    status, message = describe_replaced(kept)
    assert status == "kept"
    assert "another program may have created it" in message
    d.upload(new)
    assert len(d.events_of(Replaced)) == 2  # it is said once
    with Ledger(d.path) as ledger:
        assert [entry.row.adopted for entry in ledger.select()].count(True) == 1
