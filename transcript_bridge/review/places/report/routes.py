"""The routes of Report."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ....report.html import tag
from ...answers import answer_page, read_session
from ...gate import HEADERS, POLICY_HEADER
from ...place import Place
from ...session import Session

_NAME = "report"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


async def show(request: Request) -> Response:
    """The page: the report in a frame, and a link that saves it."""
    save = tag("a", "Save as file", href="report-file", download="report.html", class_="button")
    view = tag("iframe", src="report-page", title="The report", class_="report")
    title = tag("h1", "Report")
    answer = answer_page(request, _NAME, "Report", title, tag("p", save), view)
    answer.headers[POLICY_HEADER] = f"{HEADERS[POLICY_HEADER]}; frame-src 'self'"
    return answer


async def show_report(request: Request) -> Response:
    """The report itself. Its style stands in the page, so this answer names its digest."""
    text = await run_in_threadpool(_render, read_session(request))
    answer = HTMLResponse(text)
    answer.headers[POLICY_HEADER] = _make_policy(text)
    return answer


def _make_policy(text: str) -> str:
    """Nothing but this style, and only in a frame of our own page."""
    style = _STYLE.search(text)
    digest = hashlib.sha256((style[1] if style else "").encode()).digest()
    source = f"'sha256-{base64.b64encode(digest).decode()}'"
    return (
        f"default-src 'none'; style-src {source}; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )


async def save_report(request: Request) -> Response:
    """The same as a file."""
    text = await run_in_threadpool(_render, read_session(request))
    headers = {"content-disposition": 'attachment; filename="report.html"'}
    return HTMLResponse(text, headers=headers)


def _render(session: Session) -> str:
    return session.sender.render_report()


PLACE = Place(
    _NAME,
    (
        Route("/report", show),
        Route("/report-page", show_report),
        Route("/report-file", save_report),
    ),
    title="Report",
    key="r",
)
