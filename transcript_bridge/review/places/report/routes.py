"""The routes of Report."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ....errors import BridgeError
from ....report.html import tag
from ...answers import answer_page, read_session
from ...gate import HEADERS, POLICY_HEADER
from ...ledger_access import render_report
from ...place import PagePlace

_NAME = "report"
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""No scripts at all, and only in a frame of our own page. The report is a single file, so its
styles are inline."""


async def show(request: Request) -> Response:
    """The page: the report in a frame, and a link that saves it."""
    session = read_session(request)
    if session.error:
        words = tag("p", session.error, class_="wrong")
        return answer_page(request, _NAME, "Report", tag("h1", "Report"), words)
    save = tag("a", "Save as file", href="report-file", download="report.html", class_="button")
    view = tag("iframe", src="report-page", title="The report", class_="report")
    title = tag("h1", "Report")
    answer = answer_page(request, _NAME, "Report", title, tag("p", save), view)
    answer.headers[POLICY_HEADER] = f"{HEADERS[POLICY_HEADER]}; frame-src 'self'"
    return answer


async def show_report(request: Request) -> Response:
    """The report itself."""
    try:
        text = await run_in_threadpool(render_report, read_session(request))
        answer = HTMLResponse(text)
    except BridgeError as error:
        answer = HTMLResponse(tag("p", str(error)), 500)
    answer.headers[POLICY_HEADER] = _REPORT_POLICY
    return answer


async def save_report(request: Request) -> Response:
    """The same as a file."""
    text = await run_in_threadpool(render_report, read_session(request))
    headers = {"content-disposition": 'attachment; filename="report.html"'}
    return HTMLResponse(text, headers=headers)


PLACE = PagePlace(
    _NAME,
    (
        Route("/report", show),
        Route("/report-page", show_report),
        Route("/report-file", save_report),
    ),
    title="Report",
    key="r",
)
