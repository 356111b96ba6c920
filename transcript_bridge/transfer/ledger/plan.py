"""Writing down what a source consists of, before anything of it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...wire import ConversationRequest
from ..states import OPEN, SENT, Row, State, count_words, digest_content
from .rows import change_row, insert_new, is_due, micros, read_row
from .schema import parts, requests, sources

ChangePolicy = Literal["ask", "upload", "skip"]
_CHUNK = 400
"""Values in one IN (…): SQLite takes 999 in its oldest versions."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing was planned: (parts of) another content of this path are on the server."""

    uploaded: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be planned."""

    account: str
    path: str
    content_digest: str
    options_digest: str
    bodies: Sequence[ConversationRequest]
    changed: ChangePolicy = "ask"
    tracked: bool = True
    """Whether the path names the same thing in every run."""


def plan_source(tx: Connection, now: float, plan: Plan) -> list[Row] | Changed:
    """The rows of the bodies, in their order."""
    names = [body.client_session_id for body in plan.bodies]
    known = _find_rows(tx, plan.account, names)
    if plan.tracked:
        former = [row for row in _find_former(tx, plan) if row.session_id not in set(names)]
        uploaded = [row for row in former if row.state in SENT and not row.undone]
        fresh = [name for name in names if name not in known]
        if uploaded and fresh and plan.changed != "upload":
            return Changed(len(uploaded), len(fresh))
        _forget(tx, [row for row in former if row.state is State.PLANNED and row.attempts == 0])
    new = {b.client_session_id: _new_request(plan.account, b, now) for b in plan.bodies}
    insert_new(tx, requests, [values for name, values in new.items() if name not in known])
    for row in sorted(
        known.values(), key=lambda row: row.id
    ):  # in one order: two workers may be at it
        _renew(tx, now, row, new[row.session_id])
    rows = _find_rows(tx, plan.account, names)
    _link(tx, now, plan, [rows[name].id for name in names])
    return [rows[name] for name in names]


def _find_rows(tx: Connection, account: str, names: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for chunk in _chunks(list(dict.fromkeys(names))):
        query = sa.select(requests).where(
            requests.c.account == account, requests.c.session_id.in_(chunk)
        )
        found |= {r["session_id"]: read_row(r) for r in tx.execute(query).mappings()}
    return found


def _find_former(tx: Connection, plan: Plan) -> list[Row]:
    """Every request that this path ever consisted of."""
    query = (
        sa.select(requests)
        .distinct()
        .join(parts, parts.c.request == requests.c.id)
        .join(sources, parts.c.source == sources.c.id)
        .where(sources.c.account == plan.account, sources.c.path == plan.path)
    )
    return [read_row(r) for r in tx.execute(query).mappings()]


def _forget(tx: Connection, rows: Sequence[Row]) -> None:
    """Former requests that were never sent: the new content takes their place.

    Their source is no longer known by its content. What is left of it would look finished, should
    it come back.
    """
    for chunk in _chunks([row.id for row in rows]):
        torn = sa.select(parts.c.source).where(parts.c.request.in_(chunk))
        no_content = sa.literal("torn ") + sa.cast(sources.c.id, sa.Text)
        tx.execute(sources.update().where(sources.c.id.in_(torn)).values(content_digest=no_content))
        tx.execute(parts.delete().where(parts.c.request.in_(chunk)))
        tx.execute(requests.delete().where(requests.c.id.in_(chunk)))


def _new_request(account: str, body: ConversationRequest, now: float) -> dict[str, Any]:
    return {
        "account": account,
        "session_id": body.client_session_id,
        "state": State.PLANNED,
        "started_at": micros(body.started_at),
        "finished_at": micros(body.finished_at),
        "segments": len(body.transcript_segments),
        "words": count_words(body),
        "content_digest": digest_content(body.transcript_segments),
        "updated_at": now,
    }


def _renew(tx: Connection, now: float, row: Row, new: dict[str, Any]) -> None:
    """A known request.

    A guessed start may be another one by now, which only matters while nothing was sent.
    """
    if row.state not in OPEN and is_due(row):
        change_row(tx, row, now, **plan_again(row, fresh=True))
    if row.attempts == 0 and row.state is State.PLANNED:
        times = (new["started_at"], new["finished_at"])
        if times != (micros(row.started_at), micros(row.finished_at)):
            change_row(tx, row, now, started_at=times[0], finished_at=times[1])


def plan_again(row: Row, *, fresh: bool) -> dict[str, Any]:
    """The columns of a request that is sent once more.

    fresh: under a new name, because the old one is used up.
    """
    again = {"state": State.PLANNED, "last_error": "", "undone": False, "not_before": 0.0}
    if fresh:
        again |= {"generation": row.generation + 1, "conversation_id": None, "attempts": 0}
    return again


def _link(tx: Connection, now: float, plan: Plan, ids: Sequence[int]) -> None:
    key = {
        "account": plan.account,
        "path": plan.path,
        "content_digest": plan.content_digest,
        "options_digest": plan.options_digest,
    }
    insert_new(tx, sources, [{**key, "planned_at": now}])
    query = sa.select(sources.c.id).where(
        *(sources.c[name] == value for name, value in key.items())
    )
    source = tx.execute(query).scalar_one()
    links = [
        {"source": source, "number": number, "request": row} for number, row in enumerate(ids, 1)
    ]
    insert_new(tx, parts, links)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
