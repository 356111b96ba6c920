"""Records what a source consists of, before any of it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..comparing import Candidate, are_gone, compare, list_candidates, sort_differences
from ..states import (
    OPEN,
    SENT,
    Difference,
    Row,
    SameWords,
    State,
    count_words,
    is_replaced,
    name_speakers,
    was_refused_at_once,
)
from .file_marks import begin_wanted, lock_planning, mark_files
from .joining import check_other_accounts
from .rows import change_row, chunks, insert_new, is_due, micros, read_row
from .same_words import find_same_words
from .schema import parts, requests, sources
from .unsent import delete_unsent

if TYPE_CHECKING:
    from ...wire import ConversationRequest

ChangePolicy = Literal["ask", "upload", "skip", "replace"]
_MAY_BE_THERE = (
    "what was removed may have been another program's; it is checked before anything is sent again"
)
_SENDS: frozenset[ChangePolicy] = frozenset({"upload", "replace"})


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """A source that is to be planned, and its requests.

    changed: what to do if the path was uploaded with other content, or the same words under another
    session id. tracked: whether the path names the same thing in every run; standard input does
    not. conversation: the product's id of it, the same in each of its exports; a newer export is
    the same source under another path. is_same: as in `check_other_accounts`.
    """

    account: str
    path: str
    content_digest: str
    options_digest: str
    bodies: Sequence[ConversationRequest]
    changed: ChangePolicy = "ask"
    tracked: bool = True
    conversation: str = ""
    is_same: bool | None = None

    @property
    def session_ids(self) -> list[str]:
        """The session ids of its requests, in order."""
        return [body.client_session_id for body in self.bodies]


@dataclass(frozen=True, slots=True)
class PlanConflict:
    """Nothing was planned, because the server has some of it with other content or settings.

    uploaded: how many requests of the path, with other content or options, are on the server.
    fresh: how many new requests would be sent. differs: how the new ones differ from those of the
    path. same_words: requests with the same words under other session ids.
    """

    uploaded: int
    fresh: int
    differs: tuple[Difference, ...] = ()
    same_words: tuple[SameWords, ...] = ()


def plan_source(tx: Connection, now: float, plan: SourcePlan) -> list[Row] | PlanConflict:
    """Record a source; returns the rows of its requests, in order.

    Writes nothing, and raises like `check_other_accounts`, if some of them are in Omi under another
    account that may be the same one.
    """
    lock_planning(tx, plan.account)
    names = plan.session_ids
    known = _find_rows(tx, plan.account, names)
    counted = _without_replaced(known)
    requested = list_candidates(plan.bodies)
    new = [request for request in requested if request.name not in counted]
    _check_other_accounts(tx, plan, new, known)
    former = _find_former(tx, plan)
    earlier = _find_earlier(tx, plan, new, former) if new else _Earlier()
    conflict = _find_conflict(tx, plan, new, earlier)
    if conflict is not None:
        return conflict
    delete_unsent(tx, former)
    if new:
        delete_unsent(tx, _find_renamed(tx, plan))
    _write_requests(tx, now, plan.account, requested, known)
    rows = _find_rows(tx, plan.account, names)
    source = _link_source(tx, now, plan, [rows[name].id for name in names])
    if plan.changed == "replace":
        # Also if nothing is new: a run that was killed may have left another form half sent.
        left = [row.id for row in former if not row.undone and row.state in (*SENT, State.PLANNED)]
        _mark_replaced(tx, source, [*earlier.row_ids, *left])
    return [rows[name] for name in names]


def _check_other_accounts(
    tx: Connection, plan: SourcePlan, new: Iterable[Candidate], known: Mapping[str, Row]
) -> None:
    """Check the requests of a plan that would be sent. Raises like `check_other_accounts`."""
    may_be_sent = [request.name for request in new]
    may_be_sent += [name for name, row in known.items() if row.state is State.PLANNED]
    check_other_accounts(tx, plan.account, may_be_sent, plan.is_same)


def preview_source(
    tx: Connection, account: str, plan: SourcePlan
) -> Mapping[str, Row] | PlanConflict:
    """Return what `plan_source` would, without writing: the existing rows by session id."""
    plan = replace(plan, account=account)
    known = _without_replaced(_find_rows(tx, account, plan.session_ids))
    new = [request for request in list_candidates(plan.bodies) if request.name not in known]
    if not new:
        return known
    earlier = _find_earlier(tx, plan, new, _find_former(tx, plan))
    return _find_conflict(tx, plan, new, earlier) or known


@dataclass(frozen=True, slots=True)
class _Earlier:
    """Requests that the server has already: former ones of the path, and the same words from
    elsewhere."""

    uploaded: Sequence[Row] = ()
    same_words: Sequence[SameWords] = ()

    def __bool__(self) -> bool:
        return bool(self.uploaded or self.same_words)

    @property
    def row_ids(self) -> list[int]:
        """Their rows."""
        return [row.id for row in self.uploaded] + [same.row_id for same in self.same_words]


def _find_earlier(
    tx: Connection, plan: SourcePlan, new: Sequence[Candidate], former: Sequence[Row]
) -> _Earlier:
    uploaded = [row for row in former if row.state in SENT and not row.undone]
    own_rows = {row.id for row in former}
    same_words = find_same_words(tx, plan.account, new, own_rows, plan.content_digest)
    return _Earlier(uploaded, same_words)


def _without_replaced(known: Mapping[str, Row]) -> dict[str, Row]:
    """The rows without those that were replaced: sending such a request again is a new change."""
    return {name: row for name, row in known.items() if not is_replaced(row)}


def _find_conflict(
    tx: Connection, plan: SourcePlan, new: Sequence[Candidate], earlier: _Earlier
) -> PlanConflict | None:
    """The conflict with what was sent earlier, if the user has not said what to do about it."""
    if not earlier or plan.changed in _SENDS:
        return None
    differs = _find_differences(tx, plan, new, earlier.uploaded)
    same_words = tuple(_describe(earlier.same_words))
    return PlanConflict(len(earlier.uploaded), len(new), differs, same_words)


def _write_requests(
    tx: Connection,
    now: float,
    account: str,
    requested: Iterable[Candidate],
    known: Mapping[str, Row],
) -> None:
    """Insert the new requests, and update the others."""
    columns = {request.name: _to_columns(account, request, now) for request in requested}
    insert_new(tx, requests, [values for name, values in columns.items() if name not in known])
    # In a fixed order, so that two workers that do the same cannot wait for each other.
    for row in sorted(known.values(), key=attrgetter("id")):
        _renew(tx, now, row, columns[row.session_id])


def _describe(found: Iterable[SameWords]) -> Iterator[SameWords]:
    """One of them for each source."""
    seen: set[str] = set()
    for same in found:
        if same.path not in seen:
            seen.add(same.path)
            yield same


def _find_differences(
    tx: Connection, plan: SourcePlan, new: Iterable[Candidate], uploaded: Sequence[Row]
) -> tuple[Difference, ...]:
    """How the new requests of a path differ from those that were uploaded, if there are any."""
    if not uploaded:
        return ()
    says_the_same: dict[str, Row] = {}
    for row in uploaded:
        says_the_same.setdefault(row.content_digest, row)
    differs: set[Difference] = set()
    for request in new:
        former = says_the_same.get(request.content)
        if former is not None:
            differs.update(compare(request, former.session_id, former.started_at))
        else:
            differs.add("options" if _has_source(tx, plan) else "content")
    return sort_differences(differs)


def _has_source(tx: Connection, plan: SourcePlan) -> bool:
    """Whether the path had the same content before, with other options."""
    query = sa.select(sources.c.id).where(
        sources.c.account == plan.account,
        sources.c.path == plan.path,
        sources.c.content_digest == plan.content_digest,
    )
    return tx.execute(query.limit(1)).first() is not None


def _mark_replaced(tx: Connection, source: int, row_ids: Sequence[int]) -> None:
    """Mark requests that are to be deleted once the source is in Omi."""
    for chunk in chunks(row_ids):
        tx.execute(requests.update().where(requests.c.id.in_(chunk)).values(replaced_by=source))


def plan_again(row: Row, *, fresh: bool) -> dict[str, Any]:
    """The columns of a request that is sent once more.

    fresh: under a new session id, because the old one is used up.
    """
    values: dict[str, Any] = {
        "state": State.PLANNED,
        "last_error": "",
        "undone": False,
        "replaced_by": None,
        "verdict": "",
        "verified_at": None,
        "not_before": 0.0,
        "server_errors": 0,
    }
    if was_refused_at_once(row):
        values["attempts"] = 0
    if fresh:
        values["generation"] = row.generation + 1
        values["conversation_id"] = None
        values["attempts"] = 0
        values["adopted"] = False
        values["title_state"] = ""
        values["title_error"] = ""
    return values


def plan_removed(row: Row) -> dict[str, Any]:
    """The columns of a request that is sent again after its conversation was removed.

    If that was only found by its words, it may have been another program's. Then our own may still
    be on the server, and its session id is not used up: the request is settled first, like any
    request of unknown outcome.
    """
    if not row.adopted:
        return plan_again(row, fresh=True)
    values = plan_again(row, fresh=False)
    values["state"] = State.UNCERTAIN
    values["last_error"] = _MAY_BE_THERE
    return values


# Built once, as in rows.py.
_FIND_NAMED = sa.select(requests).where(
    requests.c.account == sa.bindparam("account"),
    requests.c.session_id.in_(sa.bindparam("names", expanding=True)),
)
_FIND_SOURCE = sa.select(sources.c.id).where(
    sources.c.account == sa.bindparam("account"),
    sources.c.path == sa.bindparam("path"),
    sources.c.content_digest == sa.bindparam("content_digest"),
    sources.c.options_digest == sa.bindparam("options_digest"),
)
_FIND_FORMER = (
    sa.select(requests)
    .distinct()
    .join(parts, parts.c.request == requests.c.id)
    .join(sources, parts.c.source == sources.c.id)
    .where(sources.c.account == sa.bindparam("account"))
)
_OF_PATH = sources.c.path == sa.bindparam("path")
_OF_CONVERSATION = sources.c.conversation == sa.bindparam("conversation")
# Parameters for `tracked` and `conversation` of a plan: is it tracked, has it a conversation?
_FORMER_OF = {
    (True, True): _FIND_FORMER.where(_OF_PATH | _OF_CONVERSATION),
    (True, False): _FIND_FORMER.where(_OF_PATH),
    (False, True): _FIND_FORMER.where(_OF_CONVERSATION),
}
_FIND_RENAMED = _FIND_FORMER.add_columns(sources.c.path).where(
    sources.c.content_digest == sa.bindparam("content_digest"),
    sources.c.path != sa.bindparam("path"),
)


def _find_rows(tx: Connection, account: str, names: Sequence[str]) -> dict[str, Row]:
    """session id -> row, for those that the ledger knows."""
    found: dict[str, Row] = {}
    for chunk in chunks(list(dict.fromkeys(names))):
        for columns in tx.execute(_FIND_NAMED, {"account": account, "names": chunk}).mappings():
            found[columns["session_id"]] = read_row(columns)
    return found


def _find_former(tx: Connection, plan: SourcePlan) -> list[Row]:
    """The requests that this path, or the conversation in another export of the product, consisted
    of before, and no longer does."""
    query = _FORMER_OF.get((plan.tracked, bool(plan.conversation)))
    if query is None:
        return []
    source = {"account": plan.account, "path": plan.path, "conversation": plan.conversation}
    present = set(plan.session_ids)
    rows = [read_row(columns) for columns in tx.execute(query, source).mappings()]
    return [row for row in rows if row.session_id not in present]


def _find_renamed(tx: Connection, plan: SourcePlan) -> list[Row]:
    """The other requests of files with the same bytes that are no longer at their paths: of this
    file under an earlier name, which stated another date."""
    source = {"account": plan.account, "path": plan.path, "content_digest": plan.content_digest}
    present = set(plan.session_ids)
    found = []
    for columns in tx.execute(_FIND_RENAMED, source).mappings():
        row = read_row(columns)
        if row.session_id not in present and are_gone([columns["path"]]):
            found.append(row)
    return found


def _to_columns(account: str, request: Candidate, now: float) -> dict[str, Any]:
    body = request.body
    return {
        "account": account,
        "session_id": request.name,
        "state": State.PLANNED,
        "started_at": micros(body.started_at),
        "finished_at": micros(body.finished_at),
        "segments": len(body.transcript_segments),
        "words": count_words(body),
        "content_digest": request.content,
        "speakers": name_speakers(body.transcript_segments),
        "date_stated": request.is_date_stated,
        "updated_at": now,
    }


def _renew(tx: Connection, now: float, row: Row, new: dict[str, Any]) -> None:
    """Update a known request.

    A guessed start may differ in this run. It counts as long as nothing is, or may be, in Omi.
    """
    if not row.speakers:  # a row of an older program
        change_row(tx, row, now, speakers=new["speakers"])
    if (is_replaced(row) and row.state is State.DELETED) or (row.state not in OPEN and is_due(row)):
        row = change_row(tx, row, now, **plan_removed(row)) or row
    elif is_replaced(row):  # it is, or may be, still in Omi, and may stay there
        row = change_row(tx, row, now, replaced_by=None) or row
    if row.state is not State.PLANNED:
        return
    times = {"started_at": new["started_at"], "finished_at": new["finished_at"]}
    known = {"started_at": micros(row.started_at), "finished_at": micros(row.finished_at)}
    if times != known:
        change_row(tx, row, now, **times)


def _link_source(tx: Connection, now: float, plan: SourcePlan, row_ids: Sequence[int]) -> int:
    """Record which requests a source consists of; returns its id."""
    key = {
        "account": plan.account,
        "path": plan.path,
        "content_digest": plan.content_digest,
        "options_digest": plan.options_digest,
    }
    named = {"planned_at": now, "conversation": plan.conversation}
    insert_new(tx, sources, [{**key, **named}])
    source = int(tx.execute(_FIND_SOURCE, key).scalar_one())
    links = []
    for number, row_id in enumerate(row_ids, 1):
        links.append({"source": source, "number": number, "request": row_id})
    insert_new(tx, parts, links)
    begin_wanted(tx, plan.account, plan.content_digest)
    mark_files(tx, plan.account, plan.path)
    return source
