"""The routes of the list."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ....report.html import tag
from ...answers import answer_page, read_session
from ...place import Place


def show_list(request: Request) -> Response:
    """The page."""
    session = read_session(request)
    return answer_page(request, "archive", "Archive", tag("h1", ", ".join(session.paths)))


PLACE = Place("archive", (Route("/archive", show_list),), title="Archive", key="a")
