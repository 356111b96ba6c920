"""The endpoints of the API."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, NoReturn

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from . import control, rules
from .faults import (
    FAIL_PROCESSING,
    PROCESSING_FAILED,
    FaultDesk,
    FaultInjection,
    Sleep,
    answer_crash,
)
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
MAX_PAGE = 100
MAX_PAGE_WITH_TRANSCRIPTS = 25

_bearer = HTTPBearer(scheme_name="bearerAuth", auto_error=False)


class Sandbox:
    """What the endpoints share."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.windows = Windows(settings.window_seconds)
        self.desk = FaultDesk()
        self.sleep: Sleep = asyncio.sleep
        """What waits while a conversation is made. Tests give another."""
        self.at_work: set[asyncio.Task[JSONResponse]] = set()
        """Conversations that are made behind an answered 504; the loop itself keeps only weak
        references."""

    def limit(self, user: str, kind: str, limit: int | None) -> None:
        """429 where the user's window is full."""
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


async def _key_of(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    if credentials is None:
        raise HTTPException(
            401,
            "Missing or invalid Authorization header. Must be 'Bearer API_KEY'",
            {"WWW-Authenticate": "Bearer"},
        )
    if not credentials.credentials.startswith("omi_dev_"):
        raise HTTPException(401, "Invalid API Key")
    return credentials.credentials


def _user_of(key: str) -> str:
    """Each key is a user.

    The key itself is not kept: a sandbox may be given a real one by mistake.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _may_write(key: str) -> bool:
    return not key.startswith("omi_dev_readonly")


async def _writer(request: Request, key: Annotated[str, Depends(_key_of)]) -> str:
    """The user, if the key may write and the window is open. Runs before the body is looked at, as
    on the real server: a refused body costs one of the window's requests too."""
    if not _may_write(key):
        raise HTTPException(403, "Insufficient permissions. Required scope: conversations:write")
    sandbox, user = _sandbox_of(request), _user_of(key)
    if request.method == "POST" or sandbox.settings.generation == "new":
        sandbox.limit(user, "writes", sandbox.settings.writes_per_window)
    return user


async def _reader(
    request: Request, key: Annotated[str, Depends(_key_of)], include_transcript: bool = False
) -> str:
    sandbox, user = _sandbox_of(request), _user_of(key)
    sandbox.limit(user, "reads", sandbox.settings.reads_per_window)
    if include_transcript:
        sandbox.limit(user, "transcripts", sandbox.settings.transcript_reads_per_window)
    return user


Writer = Annotated[str, Depends(_writer)]
Reader = Annotated[str, Depends(_reader)]


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
    app.include_router(control.router)
    create: Callable[..., Any] = _create_with_session if settings.generation == "new" else _create
    app.post(
        f"{CONVERSATIONS}/from-segments",
        operation_id="createConversationFromSegments",
        summary="Create conversation from transcript segments",
        tags=["Conversations"],
        response_model=ConversationResponse,
        responses={code: {"model": ErrorResponse} for code in (401, 422)},
    )(create)
    app.get(CONVERSATIONS, tags=["Conversations"])(_list)
    app.get(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_get)
    app.patch(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_update)
    app.delete(CONVERSATIONS + "/{conversation_id}", tags=["Conversations"])(_delete)
    if settings.generation == "new":
        app.get("/v1/dev/key", tags=["API Keys"])(_get_key)
    return app


async def _crash(_request: Request, _error: Exception) -> Response:
    return answer_crash()


async def _create(body: CreateConversationFromSegments, request: Request, user: Writer) -> Response:
    sandbox = _sandbox_of(request)
    draft = rules.draft_conversation(body, user, sandbox.settings)
    known = sandbox.store.find(user, draft.id)
    repeated = _repeat(known, sandbox.settings) if known else None
    if repeated is not None:
        return repeated
    sandbox.store.claim(user, draft)
    work = _process(sandbox, user, draft, fails=FAIL_PROCESSING in request.scope)
    if sandbox.settings.processing_seconds <= sandbox.settings.gateway_seconds:
        return await work
    task = asyncio.create_task(work)
    sandbox.at_work.add(task)
    task.add_done_callback(sandbox.at_work.discard)
    await sandbox.sleep(sandbox.settings.gateway_seconds)
    return Response(status_code=504)


async def _create_with_session(
    body: CreateConversationWithSession, request: Request, user: Writer
) -> Response:
    return await _create(body, request, user)


def _repeat(known: Stored, settings: SandboxSettings) -> Response | None:
    """The answer to a client_session_id that was used before; None where it may be used (again).

    Whose body came first stays: the text of a repeat with another body is lost, there as here.
    """
    if known.status == "deleted":
        if settings.after_delete == "gone":
            raise HTTPException(410, {"code": "conversation_deleted"})
        if settings.after_delete == "recreate":
            return None
        return _created(known.id, "deleted", discarded=True)
    if known.status == "processing":
        if known.is_stale(settings.claim_seconds):
            return None
        if settings.while_processing == "conflict":
            raise HTTPException(409, "Conversation creation already in progress")
    return _created(known.id, known.status, discarded=bool(known.discarded))


def _created(conversation_id: str, status: str, *, discarded: bool) -> JSONResponse:
    return JSONResponse({"id": conversation_id, "status": status, "discarded": discarded})


async def _process(sandbox: Sandbox, user: str, draft: Draft, *, fails: bool) -> JSONResponse:
    """Make the conversation: what takes the real server some twenty model calls."""
    await sandbox.sleep(sandbox.settings.processing_seconds)
    if fails or draft.size > rules.MAX_DOCUMENT_BYTES:
        sandbox.store.release(user, draft.id)
        return JSONResponse({"detail": PROCESSING_FAILED}, 500)
    sandbox.store.complete(user, draft.id, rules.title_of(draft.segments))
    return _created(draft.id, "completed", discarded=draft.discarded)


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
    if sandbox.store.is_poisoned(user):
        raise rules.CrashError("a stored conversation cannot be written as JSON")
    limit = max(0, min(limit, MAX_PAGE_WITH_TRANSCRIPTS if include_transcript else MAX_PAGE))
    start, end = (rules.as_utc(moment) if moment else None for moment in (start_date, end_date))
    page = sandbox.store.list_page(user, start, end, limit, max(0, offset))
    return JSONResponse([_show(row, sandbox.settings, include_transcript) for row in page])


async def _get(
    request: Request, user: Reader, conversation_id: str, include_transcript: bool = False
) -> Response:
    sandbox = _sandbox_of(request)
    row = _find(sandbox, user, conversation_id)
    if row.locked:
        _not_found()
    if row.poisoned and include_transcript:
        raise rules.CrashError("the conversation cannot be written as JSON")
    return JSONResponse(_show(row, sandbox.settings, include_transcript))


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
    return JSONResponse(_show(_find(sandbox, user, conversation_id), sandbox.settings, False))


async def _delete(request: Request, user: Writer, conversation_id: str) -> Response:
    sandbox = _sandbox_of(request)
    _refuse_locked(_find(sandbox, user, conversation_id))
    sandbox.store.change(user, conversation_id, status="deleted")
    return JSONResponse({"success": True})


async def _get_key(key: Annotated[str, Depends(_key_of)]) -> Response:
    scopes = ["conversations:read", *(["conversations:write"] if _may_write(key) else [])]
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


def _show(row: Stored, settings: SandboxSettings, include_transcript: bool) -> dict[str, Any]:
    """A conversation as the API gives it back.

    There is no status in it: an empty title is the hint.
    """
    shown: dict[str, Any] = {
        "id": row.id,
        "created_at": row.started_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "structured": {"title": row.title, "overview": "", "category": "other"},
        "language": row.language,
        "source": row.source,
        "discarded": bool(row.discarded),
    }
    if include_transcript:
        shown["transcript_segments"] = [_show_segment(s, settings) for s in row.read_segments()]
    return shown


def _show_segment(segment: dict[str, Any], settings: SandboxSettings) -> dict[str, Any]:
    name = settings.people.get(segment["person_id"] or "", f"Speaker {segment['speaker_id']}")
    shown = {key: segment[key] for key in ("id", "text", "speaker_id", "start", "end")}
    return {**shown, "speaker_name": settings.owner_name if segment["is_user"] else name}
