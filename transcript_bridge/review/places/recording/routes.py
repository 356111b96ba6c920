"""The routes of one recording."""

from __future__ import annotations

import json
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ....errors import InputError
from ....pipeline import make_bodies
from ....report.html import Markup, join, tag
from ...answers import answer_page, read_session, take_choice
from ...contents import ArchiveContents
from ...frame import render_head, render_tail
from ...opened import OpenedRecording
from ...place import PagePlace
from ...session import Session
from .choices import (
    choose_absent,
    choose_date,
    choose_file_date,
    choose_keep_names,
    choose_leaving_out,
    choose_me,
    choose_merge,
    choose_name,
    choose_settled,
    find_open_reasons,
)
from .markup import (
    Neighbors,
    render_date,
    render_decisions,
    render_facts,
    render_heading,
    render_path,
    render_player,
    render_problems,
    render_reasons,
)
from .parts import choose_exchange, choose_part, choose_part_back, render_given, render_part_form
from .sound import answer_sound
from .transcript import stream_transcript
from .voices import draw_lanes, render_voices

_NAME = "recording"
_END = Markup("</main>")


def show_recording(request: Request) -> Response:
    """Show the page: the speakers, the date, the transcript."""
    session = read_session(request)
    contents = session.wait_until_read()
    number = _read_number(request)
    if contents is None:
        return answer_page(request, _NAME, "Recording", tag("p", session.error, class_="wrong"))
    opened = session.open_recording(number)
    parts = _stream_page(request, session, opened, find_neighbors(contents, number))
    return StreamingResponse(parts, media_type="text/html")


def _read_number(request: Request, name: str = "number") -> int:
    text = request.query_params.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise InputError(f"this address has no {name} of a recording; open the list again")
    return int(text)


def find_neighbors(contents: ArchiveContents, number: int) -> Neighbors:
    """The recordings before and after one, in the order of the list."""
    numbers = [row.number for row in contents.rows if row.entry is not None]
    if number not in numbers:
        return Neighbors(1, 1)
    place = numbers.index(number)
    previous = numbers[place - 1] if place else None
    following = numbers[place + 1] if place + 1 < len(numbers) else None
    return Neighbors(place + 1, len(numbers), previous, following)


def _stream_page(
    request: Request, session: Session, opened: OpenedRecording, neighbors: Neighbors
) -> Iterator[str]:
    length = opened.transcript.duration
    about = f'data-number="{opened.number}" data-length="{length}"'
    main = Markup(f'<main id="content" tabindex="-1" inert {about}>')
    contents = session.contents
    entry = contents.find_entry(opened.number) if contents is not None else None
    is_sent = entry is not None and entry.is_sent
    upper = [
        render_path(neighbors),
        render_heading(opened),
        render_facts(opened),
        render_reasons(find_open_reasons(session, opened), is_sent=is_sent),
        render_decisions(opened, session.archive.options),
        render_date(opened),
        render_voices(opened, session.list_people()),
        render_problems(opened),
        _render_sending(),
        _render_said(),
        render_given(opened),
    ]
    yield join([render_head(request, _NAME, opened.form.name), main, upper])
    yield from stream_transcript(opened)
    below = join([render_part_form(opened), render_player(opened)])
    yield join([_END, render_tail(request, below)])


def _render_said() -> Markup:
    words = "Correct who says a line"
    correct = tag("button", words, type="button", id="part-open", aria_keyshortcuts="w")
    return tag("div", tag("h2", "What is said"), correct, class_="said")


def _render_sending() -> Markup:
    """A button for what will be sent; its script fills it in."""
    button = tag("button", "Show what will be sent", type="button", id="show-sent")
    dialog = tag(
        "dialog",
        tag("form", tag("button", "Close"), method="dialog"),
        tag("h2", "What will be sent", id="sent-title"),
        tag("div", id="sent-bodies"),
        id="sent",
        aria_labelledby="sent-title",
    )
    return tag("section", button, dialog, class_="sending")


def show_bodies(request: Request) -> Response:
    """The requests of a recording as text, one for each conversation. Nothing is sent."""
    session = read_session(request)
    opened = session.open_recording(_read_number(request))
    bodies = make_bodies(opened.transcript, opened.options)
    texts = [json.dumps(body, ensure_ascii=False, indent=2) for body in bodies]
    return JSONResponse({"bodies": texts})


def show_lanes(request: Request) -> Response:
    """The lanes between two times, in ms, as parts of the page."""
    session = read_session(request)
    start = _read_number(request, "from")
    end = max(_read_number(request, "to"), start + 1)
    opened = session.open_recording(_read_number(request))
    return JSONResponse({"parts": draw_lanes(opened, start, end)})


def send_sound(request: Request) -> Response:
    """The sound beside a recording, or a part of it."""
    session = read_session(request)
    return answer_sound(session.find_recording(_read_number(request)).recording)


_CHOICES = {
    "recording-name": choose_name,
    "recording-me": choose_me,
    "recording-absent": choose_absent,
    "recording-merge": choose_merge,
    "recording-exchange": choose_exchange,
    "recording-keep-names": choose_keep_names,
    "recording-part": choose_part,
    "recording-part-back": choose_part_back,
    "recording-date": choose_date,
    "recording-date-back": choose_file_date,
    "recording-leave-out": choose_leaving_out,
    "recording-settle": choose_settled,
}


def _list_choices() -> Iterator[Route]:
    for name, choose in _CHOICES.items():
        yield Route(f"/{name}", take_choice(choose), methods=["POST"])


PLACE = PagePlace(
    _NAME,
    (
        Route("/recording", show_recording),
        Route("/recording-bodies", show_bodies),
        Route("/recording-lanes", show_lanes),
        Route("/sound", send_sound),
        *_list_choices(),
    ),
)
