"""The routes of the list."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ....archive.files import printable
from ....report.html import Markup, join, tag
from ...answers import answer_page, read_session, take_choice
from ...contents import ArchiveContents
from ...frame import render_head, render_tail
from ...place import PagePlace
from ...session import Session
from ...wording import find_root, shown_zone
from .choices import (
    choose_date,
    choose_including,
    choose_language,
    choose_leaving_out,
    choose_settled,
    choose_timezone,
)
from .filters import View, choose_rows
from .markup import (
    Setting,
    render_controls,
    render_empty,
    render_next_step,
    render_notices,
    render_progress,
    render_selection,
    render_title,
    stream_rows,
)

_NAME = "archive"
_PATIENCE_SECONDS = 0.5
"""Reading from the cache mostly takes less than this; then no progress bar flashes up."""
_MAIN = Markup('<main id="content" tabindex="-1" inert>')
_END = Markup("</main>")


def show_list(request: Request) -> Response:
    """The page: the rows, or how far reading is."""
    session = read_session(request)
    contents = session.wait_until_read(_PATIENCE_SECONDS)
    if session.error:
        title = tag("h1", tag("bdi", ", ".join(session.paths)))
        words = tag("p", session.error, class_="wrong")
        return answer_page(request, _NAME, "Archive", title, words)
    if contents is None:
        title = tag("h1", tag("bdi", ", ".join(session.paths)))
        bar = render_progress(*session.progress)
        rows = _render_arrived(session)
        return answer_page(request, _NAME, "Archive", title, bar, rows)
    title = render_title(contents, session.paths)
    if not contents.rows:
        notices = render_notices(contents, _read_setting(session))
        return answer_page(request, _NAME, "Archive", title, notices, render_empty(contents))
    view = View.of(request.query_params)
    parts = _stream_page(request, session, contents, view)
    return StreamingResponse(parts, media_type="text/html")


def _stream_page(
    request: Request, session: Session, contents: ArchiveContents, view: View
) -> Iterator[str]:
    """Ten thousand rows take 5 MB, so the first are shown while the last are made."""
    yield join([render_head(request, _NAME, "Archive"), _MAIN])
    notices = render_notices(contents, _read_setting(session))
    upper = [
        render_title(contents, session.paths),
        render_next_step(contents, session.owner),
        notices,
        render_controls(contents, view),
    ]
    yield join(upper)
    yield from _stream_rows(session, contents, view)
    yield join([_END, render_tail(request, render_selection())])


def _stream_rows(session: Session, contents: ArchiveContents, view: View) -> Iterator[Markup]:
    rows = choose_rows(contents, view)
    yield from stream_rows(rows, _read_setting(session), f"{view.filter.title} recordings")


def _read_setting(session: Session) -> Setting:
    root = ""
    if len(session.paths) == 1:
        root = find_root(session, printable(session.paths[0]))
    return Setting(shown_zone(session), root)


def _render_arrived(session: Session) -> Markup:
    """The rows of the recordings read so far."""
    rows = session.arrived.list_rows(session.archive.options, session.now())
    if not rows:
        return tag("div", id="rows")
    return join(list(stream_rows(rows, _read_setting(session), "Recordings read so far")))


def show_rows(request: Request) -> Response:
    """The rows alone, for a search while the user types."""
    session = read_session(request)
    contents = session.wait_until_read()
    if contents is None:
        return HTMLResponse("", 409)
    parts = _stream_rows(session, contents, View.of(request.query_params))
    return StreamingResponse(parts, media_type="text/html")


def show_progress(request: Request) -> Response:
    """How far reading is, as JSON. shown: how many recordings the page lists already; rows are sent
    only if there are more."""
    session = read_session(request)
    done, total = session.progress
    is_over = not session.is_reading
    parts = {"reading": render_progress(done, total)}
    count = session.arrived.count
    is_news = request.query_params.get("shown") != str(count)
    if session.contents is None and is_news:
        parts["rows"] = _render_arrived(session)
    return JSONResponse({"over": is_over, "parts": parts, "shown": count})


PLACE = PagePlace(
    _NAME,
    (
        Route("/archive", show_list),
        Route("/archive-rows", show_rows),
        Route("/archive-progress", show_progress),
        Route("/archive-leave-out", take_choice(choose_leaving_out), methods=["POST"]),
        Route("/archive-include", take_choice(choose_including), methods=["POST"]),
        Route("/archive-settle", take_choice(choose_settled), methods=["POST"]),
        Route("/archive-date", take_choice(choose_date), methods=["POST"]),
        Route("/archive-timezone", take_choice(choose_timezone), methods=["POST"]),
        Route("/archive-language", take_choice(choose_language), methods=["POST"]),
    ),
    title="Archive",
    key="a",
)
