"""The endpoints of the API."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ...limits import LIST_PAGE, TRANSCRIPT_PAGE
from . import control, rules
from .answers import answer_created, show_conversation
from .faults import (
    FAIL_PROCESSING,
    PROCESSING_FAILED,
    CrashError,
    FaultDesk,
    FaultInjection,
    Sleep,
    answer_crash,
    plan_bad_day,
)
from .guards import HostCheck, make_token
from .limits import Windows
from .schema import (
    ConversationResponse,
    CreateConversationFromSegments,
    CreateConversationWithSession,
    ErrorResponse,
    UpdateConversation,
)
from .settings import SandboxSettings
from .store import Draft, Store, Stored

CONVERSATIONS = "/v1/dev/user/conversations"
_KEY_PREFIX = "omi_dev_"
_READ_ONLY_PREFIX = "omi_dev_readonly"
_WRONG_PREFIX = "omi_dev_wrong"

_bearer = HTTPBearer(scheme_name="bearerAuth", auto_error=False)


class Sandbox:
    """The state that all endpoints use."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.windows = Windows(settings.window_seconds)
        self.desk = FaultDesk()
        token = settings.control_token
        self.token = make_token() if token is None else token
        """The token for the endpoints of control.py; empty: none is needed."""
        if settings.fault_share:
            for fault in plan_bad_day(settings.fault_share):
                self.desk.order(fault)
        self.sleep: Sleep = asyncio.sleep
        """Waits while a conversation is processed. Tests replace it."""
        self.at_work: set[asyncio.Task[Response]] = set()
        """Conversations that are processed after their request was answered with 504. The event
        loop itself keeps only weak references to tasks."""

    def limit(self, user: str, kind: str, limit: int | None) -> None:
        """Raises 429 if the user's window is used up."""
        wait = self.windows.take(f"{kind} {user}", limit)
        if wait is not None:
            raise HTTPException(
                429,
                f"Rate limit exceeded. Try again in {wait}s.",
                {
                    "Retry-After": str(wait),
                    "X-RateLimit-Limit": str(limit),
                    "X-RateLimit-Remaining": "0",
                },
            )


def _sandbox_of(request: Request) -> Sandbox:
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


# -- keys


async def _key_of(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    if credentials is None:
        raise HTTPException(
            401,
            "Missing or invalid Authorization header. Must be 'Bearer API_KEY'",
            {"WWW-Authenticate": "Bearer"},
        )
    key = credentials.credentials
    if not key.startswith(_KEY_PREFIX) or key.startswith(_WRONG_PREFIX):
        raise HTTPException(401, "Invalid API Key")
    return key


def _user_of(key: str) -> str:
    """The user of a key. The key itself is not stored: it may be a real one, by mistake."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _may_write(key: str) -> bool:
    return not key.startswith(_READ_ONLY_PREFIX)


async def _writer(request: Request, key: Annotated[str, Depends(_key_of)]) -> str:
    """The user, if the key may write and the window has space. Runs before the body is checked, as
    on the real server: a refused body also counts."""
    if not _may_write(key):
        raise HTTPException(403, "Insufficient permissions. Required scope: conversations:write")
    sandbox = _sandbox_of(request)
    user = _user_of(key)
    if request.method == "POST" or sandbox.settings.generation == "new":
        sandbox.limit(user, "writes", sandbox.settings.writes_per_window)
    return user


async def _reader(
    request: Request, key: Annotated[str, Depends(_key_of)], include_transcript: bool = False
) -> str:
    sandbox = _sandbox_of(request)
    user = _user_of(key)
    sandbox.limit(user, "reads", sandbox.settings.reads_per_window)
    if include_transcript:
        sandbox.limit(user, "transcripts", sandbox.settings.transcript_reads_per_window)
    return user


Writer = Annotated[str, Depends(_writer)]
Reader = Annotated[str, Depends(_reader)]


# -- the application


def create_app(settings: SandboxSettings | None = None) -> FastAPI:
    """The sandbox as an ASGI application. Faults that cut connections need uvicorn below it."""
    settings = settings or SandboxSettings()
    sandbox = Sandbox(settings)

    @asynccontextmanager
    async def close_behind(_: FastAPI) -> AsyncIterator[None]:
        yield
        sandbox.store.close()

    app = FastAPI(title="Omi Developer API", version="1.0.0", lifespan=close_behind)
    app.state.sandbox = sandbox
    app.add_exception_handler(Exception, _crash)
    app.add_middleware(FaultInjection, desk=sandbox.desk)
    app.add_middleware(HostCheck, checks_port=settings.checks_port)
    # The routes themselves: FastAPI would analyze each signature again for an included router.
    app.router.routes += [*control.router.routes, *_make_router(settings.generation).routes]
    return app


@cache
def _make_router(generation: str) -> APIRouter:
    """The endpoints, shared by the applications of a generation: FastAPI analyzes each signature,
    which takes most of the time of creating an application."""
    is_new = generation == "new"
    create: Callable[..., Any] = _create
    if is_new:
        create = _create_with_session
    router = APIRouter()
    router.post(
        f"{CONVERSATIONS}/from-segments",
        operation_id="createConversationFromSegments",
        summary="Create conversation from transcript segments",
        tags=["Conversations"],
        response_model=ConversationResponse,
        responses={code: {"model": ErrorResponse} for code in (401, 422)},
    )(create)
    router.get(CONVERSATIONS, tags=["Conversations"])(_list)
    router.get(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_get)
    router.patch(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_update)
    router.delete(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_delete)
    if is_new:
        router.get("/v1/dev/key", tags=["API Keys"])(_get_key)
    return router


async def _crash(_request: Request, _error: Exception) -> Response:
    """Starlette raises the error again after this answer, and uvicorn closes the connection."""
    return answer_crash()


# -- creating


async def _create(body: CreateConversationFromSegments, request: Request, user: Writer) -> Response:
    sandbox = _sandbox_of(request)
    draft = rules.draft_conversation(body, user, sandbox.settings)
    known = sandbox.store.find(user, draft.id)
    repeated = None
    if known:
        repeated = _repeat(known, sandbox.settings)
    if repeated is not None:
        return repeated
    sandbox.store.claim(user, draft)
    work = _process(sandbox, user, draft, fails=FAIL_PROCESSING in request.scope)
    if sandbox.settings.processing_seconds <= sandbox.settings.gateway_seconds:
        return await work
    task = asyncio.create_task(work)
    sandbox.at_work.add(task)
    task.add_done_callback(lambda done: _forget(sandbox, done))
    await sandbox.sleep(sandbox.settings.gateway_seconds)
    return Response(status_code=504)


async def _create_with_session(
    body: CreateConversationWithSession, request: Request, user: Writer
) -> Response:
    return await _create(body, request, user)


def _repeat(known: Stored, settings: SandboxSettings) -> Response | None:
    """The answer to a client_session_id that was used before; None if it may be used (again).

    The first body is kept, and the text of a repeat with another body is lost, as on the real
    server.
    """
    if known.status == "deleted":
        if settings.after_delete == "gone":
            raise HTTPException(410, {"code": "conversation_deleted"})
        if settings.after_delete == "recreate":
            return None
        return answer_created(known.id, "deleted", discarded=True)
    if known.status == "processing":
        if known.is_stale(settings.claim_seconds):
            return None
        if settings.while_processing == "conflict":
            raise HTTPException(409, "Conversation creation already in progress")
    return answer_created(known.id, known.status, discarded=bool(known.discarded))


async def _process(sandbox: Sandbox, user: str, draft: Draft, *, fails: bool) -> Response:
    """Process the conversation, for which the real server needs some twenty model calls."""
    await sandbox.sleep(sandbox.settings.processing_seconds)
    if fails or rules.fails_on_source(draft, sandbox.settings.generation):
        sandbox.store.release(user, draft.id)
        return JSONResponse({"detail": PROCESSING_FAILED}, 500)
    if rules.is_too_large(draft):
        sandbox.store.release(user, draft.id)
        raise CrashError("the database takes no document of this size")
    title = ""
    if not draft.discarded:
        title = rules.make_title(draft.segments)
    sandbox.store.complete(user, draft.id, title)
    return answer_created(draft.id, "completed", discarded=draft.discarded)


def _forget(sandbox: Sandbox, task: asyncio.Task[Response]) -> None:
    """Handle the end of processing for a request that was answered with 504."""
    sandbox.at_work.discard(task)
    if not task.cancelled():
        task.exception()  # retrieved, so that asyncio does not complain


# -- reading, changing, deleting


async def _list(
    request: Request,
    user: Reader,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    limit: int = 25,
    offset: int = 0,
    include_transcript: bool = False,
) -> Response:
    sandbox = _sandbox_of(request)
    if include_transcript and sandbox.store.is_poisoned(user):
        raise CrashError("a stored conversation cannot be written as JSON")
    limit = _clamp(limit, sandbox.settings, include_transcript=include_transcript)
    start = None
    if start_date:
        start = rules.as_utc(start_date)
    end = None
    if end_date:
        end = rules.as_utc(end_date)
    page = sandbox.store.list_page(user, start, end, limit, max(0, offset))
    shown = [
        show_conversation(row, sandbox.settings, include_transcript=include_transcript)
        for row in page
    ]
    return JSONResponse(shown)


def _clamp(limit: int, settings: SandboxSettings, *, include_transcript: bool) -> int:
    """How many conversations a page has. Older servers accept any number, and crash below 0."""
    if settings.generation == "new":
        return max(0, min(limit, TRANSCRIPT_PAGE if include_transcript else LIST_PAGE))
    if limit < 0:
        raise CrashError("the database takes no negative limit")
    return limit


async def _get(
    request: Request, user: Reader, conversation_id: str, include_transcript: bool = False
) -> Response:
    sandbox = _sandbox_of(request)
    row = _find(sandbox, user, conversation_id)
    if row.locked:
        _not_found()
    if row.poisoned and include_transcript:
        raise CrashError("the conversation cannot be written as JSON")
    shown = show_conversation(row, sandbox.settings, include_transcript=include_transcript)
    return JSONResponse(shown)


async def _update(
    request: Request, user: Writer, conversation_id: str, changes: UpdateConversation
) -> Response:
    sandbox = _sandbox_of(request)
    row = _find(sandbox, user, conversation_id)
    _refuse_locked(row)
    values = changes.model_dump(exclude_none=True)
    if not values:
        rules.refuse("At least one field (title or discarded) must be provided")
    sandbox.store.change(user, conversation_id, **values)
    changed = _find(sandbox, user, conversation_id)
    return JSONResponse(show_conversation(changed, sandbox.settings, include_transcript=False))


async def _delete(request: Request, user: Writer, conversation_id: str) -> Response:
    sandbox = _sandbox_of(request)
    _refuse_locked(_find(sandbox, user, conversation_id))
    sandbox.store.change(user, conversation_id, status="deleted")
    return JSONResponse({"success": True})


async def _get_key(key: Annotated[str, Depends(_key_of)]) -> Response:
    scopes = ["conversations:read"]
    if _may_write(key):
        scopes.append("conversations:write")
    return JSONResponse({"name": "Sandbox", "key_prefix": key[:12], "scopes": scopes})


def _find(sandbox: Sandbox, user: str, conversation_id: str) -> Stored:
    row = sandbox.store.find(user, conversation_id)
    if row is None or row.status == "deleted":
        _not_found()
    return row


def _not_found() -> NoReturn:
    raise HTTPException(404, "Conversation not found")


def _refuse_locked(row: Stored) -> None:
    if row.locked:
        raise HTTPException(402, "A paid plan is required to access this conversation.")
