"""The routes of one recording."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ....report.html import tag
from ...answers import answer_page
from ...place import Place


def show_recording(request: Request) -> Response:
    """The page."""
    return answer_page(request, "recording", "Recording", tag("h1", "Recording"))


PLACE = Place("recording", (Route("/recording", show_recording),))
