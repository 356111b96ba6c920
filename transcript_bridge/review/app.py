"""The ASGI application: the routes of all places, and the answers to errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files as resources

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from ..errors import BridgeError
from ..report import read_style
from .answers import ChoiceOutcome, Fields, answer_error, answer_missing, take_choice
from .keys import Keys
from .place import PagePlace
from .places import archive, people, progress, recording, report, send
from .session import Session

PLACES: tuple[PagePlace, ...] = (
    archive.PLACE,
    recording.PLACE,
    people.PLACE,
    send.PLACE,
    progress.PLACE,
    report.PLACE,
)
"""In the order of the navigation."""
_STYLE = "style.css"
_TYPES = {".js": "text/javascript", ".css": "text/css"}


def create_app(session: Session, keys: Keys) -> Starlette:
    """The application for one archive; `gate.Gate` goes in front of it."""
    undo = Route("/undo", take_choice(_undo), methods=["POST"])
    keep = Route("/keep-elsewhere", take_choice(_keep_elsewhere), methods=["POST"])
    routes = [Route("/", _go_to_first), undo, keep, *_list_assets()]
    for place in PLACES:
        routes += place.routes
    app = Starlette(
        routes=[Mount(keys.root.rstrip("/"), routes=routes)],
        exception_handlers={BridgeError: answer_error, HTTPException: answer_missing},
    )
    app.router.redirect_slashes = False
    app.state.session = session
    app.state.places = PLACES
    return app


def _go_to_first(request: Request) -> Response:
    """Open the recording if the archive is one file; otherwise the list."""
    session: Session = request.app.state.session
    if session.is_single_file:
        contents = session.wait_until_read()
        if contents is not None and len(contents.found) == 1:
            (number,) = contents.found
            return RedirectResponse(f"recording?number={number}", 303)
    return RedirectResponse("archive", 303)


def _undo(session: Session, _fields: Fields) -> ChoiceOutcome:
    session.undo()
    return ChoiceOutcome()


def _keep_elsewhere(session: Session, _fields: Fields) -> ChoiceOutcome:
    session.keep_elsewhere()
    return ChoiceOutcome()


def _list_assets() -> Iterator[Route]:
    """The style of the report and of the page as one file, and the scripts."""
    folder = resources(__package__).joinpath("assets")
    own_style = folder.joinpath("review.css").read_text(encoding="utf-8")
    yield _serve_text(_STYLE, f"{read_style()}\n{own_style}")
    for name in sorted(_list_scripts(folder.iterdir())):
        yield _serve_text(name, folder.joinpath(name).read_text(encoding="utf-8"))


def _list_scripts(files: Iterable[object]) -> Iterator[str]:
    for file in files:
        name = getattr(file, "name", "")
        if name.endswith(".js"):
            yield name


def _serve_text(name: str, text: str) -> Route:
    media_type = _TYPES[name[name.rindex(".") :]]

    def serve(_request: Request) -> Response:
        return Response(text, media_type=media_type)

    return Route(f"/{name}", serve)
