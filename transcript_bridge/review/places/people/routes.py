"""The routes of People."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ....archive.voices.likely_owner import propose_owner
from ....errors import SettingsError
from ....report.html import tag
from ....workspace.settings_writer import SettingsWriter, Written
from ...answers import ChoiceOutcome, Fields, answer_page, read_session, take_choice
from ...contents import ArchiveContents
from ...opened import OpenedRecording, VoiceRow
from ...place import PagePlace
from ...session import Session
from ...wording import NAMELESS_OWNER
from .known_people import ListedVoice, list_in_order, list_people, list_proposals, list_unnamed
from .markup import render_owner, render_people, render_proposals, render_unnamed
from .queue import QueuePlace, render_voice

_NAME = "people"


async def show(request: Request) -> Response:
    """The page: the owner, spellings, everybody with a name, and how many have none."""
    return await run_in_threadpool(_show, request, read_session(request))


def _show(request: Request, session: Session) -> Response:
    title = tag("h1", "People")
    contents = session.wait_until_read()
    if contents is None:
        return answer_page(request, _NAME, "People", title, tag("p", session.error, class_="wrong"))
    people = list_people(session, contents)
    proposals = list_proposals(session, contents)
    summaries = [entry.summary for entry in contents.plan.ready]
    unnamed = list_unnamed(session, contents)
    recordings = {voice.row.number for voice in unnamed}
    return answer_page(
        request,
        _NAME,
        "People",
        title,
        render_owner(session.owner, people, summaries, propose_owner(summaries, proposals)),
        render_proposals(proposals),
        render_unnamed(len(unnamed), len(recordings)),
        render_people(people, session.owner),
    )


async def show_queue(request: Request) -> Response:
    """One voice without a name. after: the key of the voice shown before."""
    return await run_in_threadpool(_show_queue, request, read_session(request))


def _show_queue(request: Request, session: Session) -> Response:
    contents = session.wait_until_read()
    if contents is None:
        return RedirectResponse("people", 303)
    unnamed = list_unnamed(session, contents)
    if not unnamed:
        return RedirectResponse("people", 303)
    place = _find_next(unnamed, request.query_params.get("after", ""))
    voice = unnamed[place]
    number = voice.row.number
    assert number is not None  # of what can be opened
    opened = session.open_recording(number)
    for row in opened.voices:
        if row.label == voice.speaker.label:
            people = list_in_order(session, contents)
            content = render_voice(
                session, people, opened, row, voice, QueuePlace(place + 1, len(unnamed))
            )
            return answer_page(request, _NAME, "Voices without a name", content)
    return RedirectResponse("people", 303)  # its file has changed since the archive was read


def _find_next(unnamed: Sequence[ListedVoice], after: str) -> int:
    """The place of the voice after the one shown before; otherwise the first."""
    for place, voice in enumerate(unnamed[:-1]):
        if voice.key == after:
            return place + 1
    return 0


# ---- all recordings


def choose_owner(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say who is the owner, in all recordings. labels: spellings of the name."""
    name = _read_name(fields)
    labels = fields.texts("labels")

    def write(to: SettingsWriter) -> Iterator[Written]:
        if len(labels) > 1:
            yield to.one_person(labels, name)
        yield to.set_owner(name)

    session.decide(f"{name} is you", write)
    return ChoiceOutcome(data={"go": "people"})


def choose_owner_too(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that the owner also has this name."""
    name = _read_name(fields)
    owner = session.owner
    if owner is None:
        raise SettingsError("no speaker is marked as you yet: first say which label is yours")
    session.decide(f"{name} is you, too", lambda to: [to.one_person([owner, name], owner)])
    return ChoiceOutcome(data={"go": "people"})


def choose_no_owner(session: Session, _fields: Fields) -> ChoiceOutcome:
    """Say that no person is the owner after all."""
    session.decide(f"{session.owner} is not you", lambda to: [to.forget_owner()])
    return ChoiceOutcome(data={"go": "people"})


def choose_apart(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that a spelling is another person."""
    label = fields.text("label")
    session.decide(f"{label} is a person of its own", lambda to: [to.separate(label)])
    return ChoiceOutcome(data={"go": "people"})


def choose_one(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that labels are one person."""
    name = _read_name(fields)
    labels = _read_labels(fields)
    others = ", ".join(label for label in labels if label != name)
    session.decide(f"{others} is {name}", lambda to: [to.one_person(labels, name)])
    return ChoiceOutcome(data={"go": "people"})


def choose_two(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that labels are different people, which also ends the proposal to join them."""
    labels = _read_labels(fields)
    said = f"{' and '.join(labels)} are different people"
    session.decide(said, lambda to: [to.two_people(labels)])
    return ChoiceOutcome(data={"go": "people"})


def choose_id(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say which person of Omi a person of the archive is."""
    name = _read_name(fields)
    person_id = fields.text("id") or None
    said = f"{name} has no id in Omi" if person_id is None else f"{name} has the id {person_id}"
    session.decide(said, lambda to: [to.set_person_id(name, person_id)])
    return ChoiceOutcome(data={"go": "people"})


def _read_name(fields: Fields) -> str:
    name = " ".join(fields.text("name").split())
    if not name:
        raise SettingsError("enter a name first")
    return name


def _read_labels(fields: Fields) -> list[str]:
    labels = fields.texts("labels")
    if len(labels) < 2:
        raise SettingsError("the page sent fewer than two labels")
    return labels


# ---- one voice after the other


def _open_voice(session: Session, fields: Fields) -> tuple[OpenedRecording, VoiceRow]:
    opened = session.open_recording(fields.number("number"))
    return opened, opened.find_voice(fields.number("voice"))


def _go_on(session: Session, fields: Fields) -> ChoiceOutcome:
    """Go to the voice after the one of the choice."""
    contents = session.contents
    key = fields.text("key")
    before = _find_before(session, contents, key) if contents is not None else ""
    return ChoiceOutcome(data={"go": f"people-queue?after={quote(before)}"})


def _find_before(session: Session, contents: ArchiveContents, key: str) -> str:
    """The key of the voice before this one; this one is no longer listed after the choice."""
    before = ""
    for voice in list_unnamed(session, contents):
        if voice.key == key:
            return before
        before = voice.key
    return before


def choose_name(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say who speaks, in this recording."""
    opened, voice = _open_voice(session, fields)
    name = _read_name(fields)
    outcome = _go_on(session, fields)
    file = opened.form.absolute
    said = f"{voice.called} is {name} in {opened.form.name}"
    session.decide(said, lambda to: [to.name_voice(file, voice.label, name)])
    return outcome


def choose_me(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that the owner speaks, in this recording."""
    opened, voice = _open_voice(session, fields)
    owner = session.owner or NAMELESS_OWNER
    outcome = _go_on(session, fields)
    file = opened.form.absolute
    said = f"{voice.called} is you in {opened.form.name}"
    session.decide(said, lambda to: [to.set_me(file, voice.label, owner)])
    return outcome


def leave_unnamed(session: Session, fields: Fields) -> ChoiceOutcome:
    """Do not ask about this voice again in this run."""
    outcome = _go_on(session, fields)
    session.left_unnamed.add(fields.text("key"))
    return outcome


def go_on_later(_session: Session, fields: Fields) -> ChoiceOutcome:
    """Go to the next voice; this one is shown again later."""
    return ChoiceOutcome(data={"go": f"people-queue?after={quote(fields.text('key'))}"})


PLACE = PagePlace(
    _NAME,
    (
        Route("/people", show),
        Route("/people-queue", show_queue),
        Route("/people-owner", take_choice(choose_owner), methods=["POST"]),
        Route("/people-owner-too", take_choice(choose_owner_too), methods=["POST"]),
        Route("/people-no-owner", take_choice(choose_no_owner), methods=["POST"]),
        Route("/people-apart", take_choice(choose_apart), methods=["POST"]),
        Route("/people-one", take_choice(choose_one), methods=["POST"]),
        Route("/people-two", take_choice(choose_two), methods=["POST"]),
        Route("/people-id", take_choice(choose_id), methods=["POST"]),
        Route("/people-name", take_choice(choose_name), methods=["POST"]),
        Route("/people-me", take_choice(choose_me), methods=["POST"]),
        Route("/people-leave", take_choice(leave_unnamed), methods=["POST"]),
        Route("/people-later", take_choice(go_on_later), methods=["POST"]),
    ),
    title="People",
    key="p",
)
