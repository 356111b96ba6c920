"""Sequences of the model that once lost or doubled something, each in its shortest form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

pytest.importorskip("greenlet")  # of the dependency group `test`

from tests.support.model.machine import Machine
from tests.support.model.recordings import RECORDINGS
from transcript_bridge.transfer.ledger import Ledger, LedgerEntry
from transcript_bridge.transfer.states import State

pytestmark = pytest.mark.untraced


@contextmanager
def playing(
    generation: str, *, lease_decides: bool = False, after_delete: str = "gone"
) -> Iterator[Machine]:
    """A machine whose rules are called in the block; in the end everything has to be true."""
    machine = Machine()
    try:
        machine.begin(after_delete=after_delete, generation=generation, lease_decides=lease_decides)
        yield machine
        machine.nothing_is_doubled()
    finally:
        machine.teardown()


def list_entries(model: Machine) -> list[LedgerEntry]:
    clock = model.world.make_clock(lambda seconds, stop: None)
    with Ledger(model.ledger, clock) as ledger:
        return ledger.select()


def list_states(model: Machine) -> list[State]:
    return [entry.row.state for entry in list_entries(model)]


@pytest.mark.parametrize("generation", ["old", "middle"])
@pytest.mark.parametrize("loses_count", [False, True], ids=["in-place", "elsewhere"])
def test_a_ledger_restored_while_the_server_is_working_sends_nothing_twice(
    generation: str, loses_count: bool
) -> None:
    """And the clock was set forward: it says that the server has long been done."""
    with playing(generation) as model:
        model.upload_all(key="key", recordings=["short"], fates=[])
        model.back_up()
        model.answer_posts(fates=["timeout, stored later"])
        model.start_upload(key="key", recordings=["one part"], changed="upload")
        while not model.server.is_working_unseen:
            model.advance(number=0, steps=1)
        model.kill(number=0)
        if loses_count:
            model.restore(loses_count=True)
            model.start_upload(key="key", recordings=["one part"], changed="upload")
            model.advance(number=0, steps=1)
            model.set_clock(seconds=7200.0)
        else:
            model.set_clock(seconds=7200.0)
            model.restore(loses_count=False)
        model.upload_all(key="key", recordings=["one part"], fates=[])


def test_a_new_server_that_never_answered_leaves_a_short_conversation_to_the_user() -> None:
    """Nothing has shown that it honors session ids: it may have stored and discarded it. The next
    answer to this account shows it, and settles it."""
    with playing("new") as model:
        model.answer_posts(fates=["502 before"])
        model.start_upload(key="other person", recordings=["short"], changed="upload")
        model.finish(number=0)
        assert list_states(model) == [State.UNCERTAIN]
        model.upload_all(key="other person", recordings=["one part", "short"], fates=[])
        model.upload_all(key="other person", recordings=["short"], fates=[])
        assert list_states(model) == [State.DONE, State.DONE]


def test_replace_leaves_a_conversation_of_another_program_with_the_same_words() -> None:
    with playing("new") as model:
        model.store_foreign(
            name=next(iter(RECORDINGS["one part"].load())).client_session_id, named=False
        )
        model.upload_all(key="key", recordings=["one part"], fates=["502 before"])
        model.start_upload(
            key="key", recordings=["same words, other speaker", "one part"], changed="replace"
        )
        model.finish(number=0)


def test_an_upload_ends_whose_requests_another_one_has_replaced() -> None:
    """The file was changed between two uploads: the second has planned other requests in the place
    of the first one's, which waited for them for ever."""
    with playing("old") as model:
        model.answer_posts(fates=["stored"])
        model.start_upload(key="key", recordings=["two parts, second changed"], changed="ask")
        while not model.server.stored:
            model.advance(number=0, steps=1)
        model.upload_all(key="key", recordings=["two parts"], fates=[])
        (first, *_others) = model.processes
        model.finish(number=0)
        assert first.has_ended
        assert first.result.sources_failed == 1


def test_what_undo_has_hidden_and_a_restored_ledger_forgot_is_no_loss() -> None:
    """`verify` finds it hidden. The user did not ask for it again."""
    with playing("old") as model:
        model.upload_all(key="key", recordings=["one part"], fates=[])
        model.back_up()
        model.start_undo(key="key", recording="one part", discard=True, adopted=False)
        model.finish(number=0)
        model.restore(loses_count=False)
        model.start_upload(key="new key", recordings=["one part"], changed="upload")


@pytest.mark.parametrize("generation", ["old", "middle", "new"])
@pytest.mark.parametrize("steps", range(1, 8))
@pytest.mark.parametrize("changed", ["ask", "upload"])
def test_an_upload_goes_on_in_the_account_that_its_key_was_joined_to_meanwhile(
    generation: str, steps: int, changed: str
) -> None:
    """It had opened its own account before: what it planned there was sent a second time."""
    with playing(generation) as model:
        model.upload_all(key="key", recordings=["one part", "two parts"], fates=[])
        model.start_upload(
            key="new key", recordings=["one part", "short", "two parts"], changed=changed
        )
        model.advance(number=0, steps=steps)
        model.join_keys()
        model.set_clock(seconds=300.0)
        if model.processes:
            model.finish(number=0)
        model.start_upload(key="key", recordings=["one part", "short"], changed=changed)
        model.finish(number=0)


@pytest.mark.parametrize("changed", ["two parts", "two parts, second changed"])
def test_what_was_hidden_with_one_key_is_created_again_with_another_one(changed: str) -> None:
    """The server answered with the hidden conversation, and the upload took it for a short one that
    Omi does not keep."""
    with playing("new") as model:
        model.upload_all(key="key", recordings=["two parts"], fates=[])
        model.start_undo(key="key", recording="two parts", discard=True, adopted=False)
        model.finish(number=0)
        model.upload_all(key="new key", recordings=[changed], fates=[])
        assert list_states(model)[2:] == [State.DONE, State.DONE]


def test_what_a_forgotten_undo_has_hidden_is_not_called_too_short() -> None:
    """The advice in the message helps."""
    with playing("new") as model:
        model.upload_all(key="key", recordings=["one part"], fates=[])
        model.back_up()
        model.upload_all(key="key", recordings=["two parts"], fates=[])
        model.start_undo(key="key", recording="two parts", discard=True, adopted=False)
        model.finish(number=0)
        model.restore(loses_count=False)
        model.upload_all(key="key", recordings=["two parts"], fates=[])
        assert list_states(model) == [State.DONE, State.DISCARDED, State.DISCARDED]
        for entry in list_entries(model)[1:]:
            assert entry.row.last_error.startswith("it was hidden in Omi already; 'undo'")
        model.start_undo(key="key", recording="two parts", discard=False, adopted=False)
        model.finish(number=0)
        model.upload_all(key="key", recordings=["two parts"], fates=[])
        assert list_states(model) == [State.DONE, State.DONE, State.DONE]


def test_joining_keys_keeps_that_a_name_is_used_up() -> None:
    """The other key's request was refused, and stayed in the place of what had been hidden: the
    next upload got the hidden conversation, and took it for one that Omi does not keep."""
    with playing("new") as model:
        model.upload_all(key="new key", recordings=["short"], fates=[])
        model.start_undo(key="new key", recording="short", discard=True, adopted=False)
        model.finish(number=0)
        model.upload_all(key="key", recordings=["short"], fates=["422"])
        model.join_keys()
        model.upload_all(key="key", recordings=["short"], fates=[])
        assert list_states(model) == [State.DONE]


def let_verify_overtake(model: Machine) -> None:
    """The undo, command 0, has removed the conversation, and `verify` writes that down first."""
    while model.server.stored[0].state == "completed":
        model.advance(number=0, steps=1)
    model.start_verify(key="key")
    model.finish(number=1)
    model.finish(number=0)


@pytest.mark.parametrize("discard", [True, False], ids=["hidden", "deleted"])
@pytest.mark.parametrize("generation", ["middle", "new"])
def test_what_verify_misses_before_undo_has_written_it_down_is_created_again(
    generation: str, discard: bool
) -> None:
    """`verify` wrote down first that it is hidden or gone, as if the user had removed it in Omi."""
    with playing(generation) as model:
        model.upload_all(key="key", recordings=["short"], fates=[])
        model.start_undo(key="key", recording="short", discard=discard, adopted=False)
        let_verify_overtake(model)
        (entry,) = list_entries(model)
        assert entry.row.undone
        model.upload_all(key="key", recordings=["short"], fates=[])
        assert list_states(model) == [State.DONE]


def test_an_undo_whose_answer_was_lost_goes_on_after_verify_has_missed_the_conversation() -> None:
    """It said that nothing was deleted, and the next upload did not create it again."""
    with playing("new") as model:
        model.upload_all(key="key", recordings=["one part"], fates=[])
        model.answer_removals(fates=["cut after"])
        model.start_undo(key="key", recording="one part", discard=False, adopted=False)
        let_verify_overtake(model)
        model.upload_all(key="key", recordings=["one part"], fates=[])
        assert list_states(model) == [State.DONE]


@pytest.mark.parametrize("server", ["old", "middle", "gone", "deleted", "recreate"])
@pytest.mark.parametrize("fate", ["cut after", "timeout, stored later", "cut before"])
def test_after_undo_adopted_an_upload_settles_what_it_had_sent(server: str, fate: str) -> None:
    """The answer was lost, and a conversation of another program was taken for ours and deleted.
    Ours was on the server all the time, and the next upload made a second one."""
    name = next(iter(RECORDINGS["one part"].load())).client_session_id
    with playing_on(server) as model:
        model.store_foreign(name=name, named=False)
        model.upload_all(key="key", recordings=["one part"], fates=[fate])
        model.start_undo(key="key", recording="one part", discard=False, adopted=True)
        model.finish(number=0)
        model.upload_all(key="key", recordings=["one part"], fates=[])
        assert list_states(model) == [State.DONE]


@pytest.mark.parametrize("fate", ["stored", "429 for seconds", "503", "cut before", "cut after"])
@pytest.mark.parametrize("discard", [True, False], ids=["hidden", "deleted"])
@pytest.mark.parametrize("server", ["gone", "deleted", "recreate"])
def test_after_undo_adopted_our_own_is_created_again_even_if_short(
    server: str, discard: bool, fate: str
) -> None:
    """It was ours: a server that honors session ids says so, and the name is used up."""
    with playing_on(server) as model:
        model.upload_all(key="key", recordings=["short"], fates=["unreadable answer"])
        model.upload_all(key="key", recordings=["one part"], fates=[])
        model.start_undo(key="key", recording="short", discard=discard, adopted=True)
        model.finish(number=0)
        model.upload_all(key="key", recordings=["short"], fates=[fate])
        assert list_states(model) == [State.DONE, State.DONE]


def playing_on(server: str) -> AbstractContextManager[Machine]:
    """On an old or a middle server, or on a new one with what it does with a used name."""
    if server in ("old", "middle"):
        return playing(server)
    return playing("new", after_delete=server)


def test_after_undo_adopted_a_short_conversation_is_left_to_the_user() -> None:
    """The server may have stored and discarded it, and lists no discarded ones."""
    name = next(iter(RECORDINGS["short"].load())).client_session_id
    with playing("old") as model:
        model.store_foreign(name=name, named=False)
        model.upload_all(key="key", recordings=["short"], fates=["cut after, discarded"])
        model.start_undo(key="key", recording="short", discard=False, adopted=True)
        model.finish(number=0)
        model.upload_all(key="key", recordings=["short"], fates=[])
        (entry,) = list_entries(model)
        assert entry.row.state is State.UNCERTAIN
        assert "so short that the server may have discarded it" in entry.row.last_error
        model.start_resolve()
        model.finish(number=0)
        assert list_states(model) == [State.DONE]


def test_what_the_server_is_still_working_on_is_not_found_in_omi() -> None:
    """The user found a conversation that nobody could see yet: so `undo` called it gone. Where the
    server honors session ids, sending it again does no harm."""
    with playing("new", after_delete="recreate") as model:
        model.upload_all(key="key", recordings=["one part"], fates=[])
        model.start_resolve()
        model.upload_all(
            key="key", recordings=["two parts"], fates=["timeout, stored later", "401"]
        )
        model.finish(number=0)
        assert list_states(model) == [State.DONE, State.PLANNED, State.PLANNED]
        model.start_undo(key="key", recording="two parts", discard=False, adopted=False)


@pytest.mark.parametrize("seconds", [0.08, 0.33])
def test_an_upload_ends_where_less_is_left_to_wait_than_a_clock_shows(seconds: float) -> None:
    """A tiny part of a second was left of the ten minutes: it passed for no wait, and the same
    search was made again and again."""
    with playing("old") as model:
        model.world.pass_time(seconds)
        model.upload_all(key="key", recordings=["one part"], fates=["cut before"])
        assert list_states(model) == [State.DONE]


@pytest.mark.parametrize("generation", ["old", "middle", "new"])
def test_a_user_who_looks_while_the_server_is_working_doubles_nothing(generation: str) -> None:
    """`resolve --send-again` of what is not in Omi yet."""
    with playing(generation) as model:
        model.answer_posts(fates=["timeout, stored later"])
        model.start_upload(key="key", recordings=["one part"], changed="upload")
        while not model.server.is_working_unseen:
            model.advance(number=0, steps=1)
        model.kill(number=0)
        model.start_resolve()
        model.finish(number=0)
        assert list_states(model) == [State.SENDING]
        model.upload_all(key="key", recordings=["one part"], fates=[])
        assert list_states(model) == [State.DONE]


@pytest.mark.parametrize("fate", ["502 before", "502 after"])
@pytest.mark.parametrize("is_foreign", [False, True], ids=["ours", "of another program"])
def test_what_was_found_with_an_id_made_from_a_session_id_is_ours_or_not(
    fate: str, *, is_foreign: bool
) -> None:
    """The first answer to an account is lost. The server knows whose the conversation is."""
    (body,) = RECORDINGS["one part"].load()
    with playing("new") as model:
        if is_foreign:
            model.store_foreign(name=body.client_session_id, named=True)
        model.upload_all(key="key", recordings=["one part"], fates=[fate])
        (entry,) = list_entries(model)
        assert (entry.row.state, entry.row.adopted) == (State.DONE, False)
        assert len(model.server.stored) == 1 + is_foreign
