"""`/_sandbox/…`: the endpoints for tests and demos. They need no key, but the token of this sandbox
in the header `X-Sandbox-Token` (guards.py).

GET    /_sandbox/stats    {"requests": {"POST 200": 3, "POST reset": 1}, "counts": {"completed": 4},
       "faults": [...]}
GET    /_sandbox/state    the same, with every conversation and its segments as they came in
POST   /_sandbox/faults   a Fault (schema.py), or a list of them
DELETE /_sandbox/faults   cancel all faults
POST   /_sandbox/conversations/{id}/lock   {"locked": true}
"""

import json
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from .guards import check_token
from .schema import Fault, Lock
from .store import Stored

router = APIRouter(prefix="/_sandbox", include_in_schema=False, dependencies=[Depends(check_token)])


@router.get("/stats")
async def show_stats(request: Request) -> dict[str, Any]:
    """Return only the counts."""
    sandbox = request.app.state.sandbox
    return {
        "requests": dict(sandbox.desk.answers),
        "counts": sandbox.store.count(),
        "faults": [fault.model_dump() for fault in sandbox.desk.list_open()],
    }


@router.get("/state")
async def show_state(request: Request) -> Response:
    """Return everything.

    Written with Python's JSON, because standard JSON cannot represent everything that is stored.
    """
    stats = await show_stats(request)
    settings = request.app.state.sandbox.settings
    rows = [_show_row(row) for row in request.app.state.sandbox.store.list_all()]
    state = {
        **stats,
        "generation": settings.generation,
        "conversations": rows,
    }
    return Response(json.dumps(state), media_type="application/json")


@router.post("/faults")
async def order_faults(request: Request, faults: Fault | list[Fault]) -> dict[str, int]:
    """Order faults; for each request, the earliest matching order is used."""
    orders = faults if isinstance(faults, list) else [faults]
    for fault in orders:
        request.app.state.sandbox.desk.order(fault)
    return {"ordered": len(orders)}


@router.delete("/faults")
async def clear_faults(request: Request) -> dict[str, bool]:
    """Cancel the orders that are still open."""
    request.app.state.sandbox.desk.clear()
    return {"success": True}


@router.post("/conversations/{conversation_id}/lock")
async def lock_conversation(request: Request, conversation_id: str, lock: Lock) -> dict[str, bool]:
    """Lock a conversation, or unlock it."""
    store = request.app.state.sandbox.store
    user = store.find_user(conversation_id)
    if user is None:
        raise HTTPException(404, "Conversation not found")
    store.change(user, conversation_id, locked=lock.locked)
    return {"success": True}


def _show_row(row: Stored) -> dict[str, Any]:
    return {
        "id": row.id,
        "user": row.user,
        "status": row.status,
        "client_session_id": row.session,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "title": row.title,
        "source": row.source,
        "language": row.language,
        "geolocation": json.loads(row.geolocation),
        "discarded": bool(row.discarded),
        "locked": bool(row.locked),
        "poisoned": bool(row.poisoned),
        "segments": row.read_segments(),
    }
