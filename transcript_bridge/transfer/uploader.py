"""The loop that takes requests from the ledger to Omi: which is next, who does it, what came of it.

One thread, the caller's, reads sources, claims requests and decides; a pool of `concurrency`
threads talks to the server and writes down the answers. Running the same again is resuming.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from threading import Semaphore

from ..errors import BridgeError, OmiError, UnreachableError
from ..omi.client import OmiClient
from ..wire import ConversationRequest
from .answers import Outcome, judge_created, judge_failure
from .clock import Clock
from .events import Delayed, Event, Finished, Observe, SourceChanged, SourceFailed, Summary, Waiting
from .ledger import owners
from .ledger.claims import Busy, Claim, Claimed, Closed
from .ledger.ledger import Ledger
from .ledger.plan import Changed, ChangePolicy, Plan
from .pace import Pace, Pause
from .settle import Patience, look, poll
from .states import OPEN, Part, Row, State, Upload, fit_body

_LEASE = 240.0
"""Seconds: more than the client waits for an answer (180), so that no claim ends under a request."""
_KEPT_BODIES = 64
"""Requests that wait keep their bodies up to so many; beyond, they are made again from their
source."""
_AHEAD = 4
"""So many more requests are claimed than may be sent at once, where that does no harm: the server
never waits then."""
_TOLD = 5.0
"""Waits from so many seconds on are told."""


@dataclass(slots=True, eq=False)
class _Job:
    upload: Upload
    part: Part
    row: Row
    body: ConversationRequest | None
    failures: int = 0


@dataclass(slots=True)
class _Trouble:
    """Failures of the server, or of the way to it, without a success between them."""

    count: int = 0
    since: float = 0.0
    ever_worked: bool = False


@dataclass(eq=False)
class Uploader:
    """Brings uploads to one account of one server.

    stop: set it (from a signal handler, from another thread) and `run` returns after the requests
    under way. observe: called in the thread of `run`.
    `run` raises LedgerError when the ledger fails: whatever was under way is settled by the next
    run.
    """

    client: OmiClient
    ledger: Ledger
    account: str
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    concurrency: int = 1
    changed: ChangePolicy = "ask"
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: Observe = lambda event: None
    lease: float = _LEASE

    def run(self, uploads: Iterable[Upload]) -> Summary:
        """Upload all of it, as far as it goes today."""
        self.ledger.open_account(self.account)
        owner = owners.enrol()
        try:
            with ThreadPoolExecutor(self.concurrency + _AHEAD, "uploader") as pool:
                return _Run(self, owner, pool, iter(uploads)).run()
        finally:
            owners.retire(owner)


class _Run:
    """One run of an uploader."""

    def __init__(
        self, uploader: Uploader, owner: str, pool: ThreadPoolExecutor, uploads: Iterator[Upload]
    ) -> None:
        self._up = uploader
        self._ledger = uploader.ledger
        self._clock = uploader.clock
        self._owner = owner
        self._pool = pool
        self._uploads = uploads
        self._looks_ahead = False
        self._line = Semaphore(uploader.concurrency)
        self._exhausted = False
        self._ready: deque[_Job] = deque()
        self._later: list[tuple[float, int, _Job]] = []
        self._order = itertools.count()
        self._running: dict[Future[tuple[Outcome, Row | None]], tuple[_Job, Claimed]] = {}
        self._held_until = 0.0  # by the monotonic clock: no write before
        self._refused_until = (
            0.0  # the same, for what is claimed already: the server would refuse it
        )
        self._told_until = 0.0
        self._trouble = _Trouble()
        self._error: OmiError | None = None
        self._finished: Counter[State] = Counter()
        self._asked = 0
        self._sources_failed = 0

    def run(self) -> Summary:
        is_over = False
        while not is_over and self._error is None and not self._up.stop.is_set():
            self._collect()
            is_over = not self._step()
        while self._running:
            self._wait_for_answers(None)
            self._collect()
        left = len(self._ready) + len(self._later) + self._asked
        return Summary(self._finished, left, self._sources_failed, not is_over, self._error)

    def _step(self) -> bool:
        """Do one thing; False when there is nothing left to do."""
        ahead = _AHEAD if self._looks_ahead else 0
        room = self._up.concurrency + ahead - len(self._running)
        if room <= ahead // 2:
            # The next source is read while the server is busy.
            if self._ready or self._exhausted or not self._open_next():
                self._wait_for_answers(None)
            return True
        jobs = self._next_due() or self._next_ready(room if ahead else 1)
        if jobs:
            self._try(jobs)
            return True
        if self._exhausted and not self._running and not self._later and not self._ready:
            return False
        self._wait_for_something()
        return True

    # -- which is next

    def _next_due(self) -> list[_Job]:
        now = self._clock.monotonic()
        while self._later and self._later[0][0] <= now:
            job = heapq.heappop(self._later)[2]
            if now >= self._held_until or job.row.state in (State.UNCERTAIN, State.PROCESSING):
                return [job]
            self._put_off(job, self._held_until - now)
        return []

    def _next_ready(self, room: int) -> list[_Job]:
        if self._clock.monotonic() < self._held_until:
            return []
        while not self._ready and self._open_next():
            if self._up.stop.is_set():
                return []
        return [self._ready.popleft() for _ in range(min(room, len(self._ready)))]

    def _open_next(self) -> bool:
        """Read one source more; False when there is none."""
        upload = next(self._uploads, None)
        if upload is None:
            self._exhausted = True
            return False
        self._open(upload)
        return True

    def _open(self, upload: Upload) -> None:
        """Read one source and plan it."""
        try:
            digest = upload.read_digest()
            closed = self._ledger.find_closed(
                self._up.account, upload.path, digest, upload.options_digest
            )
            bodies = upload.load() if closed is None else ()
        except BridgeError as error:
            if not _is_about_source(error):
                raise
            self._sources_failed += 1
            planned = self._ledger.count_open(self._up.account, upload.path)
            self._tell(SourceFailed(upload.path, error, planned))
            return
        if closed is not None:
            for part, row in closed:
                self._finish(part, row, repeated=True)
            return
        plan = Plan(
            self._up.account,
            upload.path,
            digest,
            upload.options_digest,
            bodies,
            self._up.changed,
            upload.tracked,
        )
        rows = self._ledger.plan(plan)
        if isinstance(rows, Changed):
            self._sources_failed += self._up.changed == "ask"
            self._tell(SourceChanged(upload.path, rows.uploaded, rows.fresh))
            return
        for number, (row, body) in enumerate(zip(rows, bodies, strict=True), 1):
            part = Part(upload.path, number, len(rows))
            if row.state in OPEN:
                self._ready.append(_Job(upload, part, row, body))
            else:
                self._finish(part, row, repeated=True)

    # -- one request

    def _try(self, jobs: list[_Job]) -> None:
        claims = self._ledger.claim(
            [j.row.id for j in jobs], self._owner, self._up.pace, self._up.lease
        )
        self._ready.extendleft(reversed(jobs[len(claims) :]))
        for job, claim in zip(jobs, claims, strict=False):
            self._follow(job, claim)

    def _follow(self, job: _Job, claim: Claim) -> None:
        match claim:
            case Closed(row):
                self._finish(job.part, row, repeated=True)
            case Busy(row, seconds):
                job.row = row or job.row
                self._put_off(job, seconds)
            case Pause(seconds, reason):
                self._hold(seconds, reason)
                if job.row.state is State.PLANNED and job.body is not None:
                    self._ready.appendleft(job)
                else:
                    self._put_off(job, seconds)
            case Claimed(row):
                job.row = row
                # Where sending again is free, a few claims more than requests do no harm if all
                # ends here.
                self._looks_ahead = claim.honours_key is True and not self._up.pace.gap
                self._running[self._pool.submit(self._work, job, claim)] = (job, claim)

    def _work(self, job: _Job, claimed: Claimed) -> tuple[Outcome, Row | None]:
        """In a thread of the pool: talk to the server, and write down what came of it."""
        with self._line:
            outcome = (
                Outcome(claimed.former) if self._is_too_late(claimed) else self._ask(job, claimed)
            )
            if outcome.limited is not None:  # before the next in line goes out and meets the same
                self._refused_until = self._clock.monotonic() + (outcome.limited.retry_after or 0.0)
        return outcome, self._ledger.record(claimed, self._owner, outcome, self._up.pace)

    def _is_too_late(self, claimed: Claimed) -> bool:
        """Whether something happened since it was claimed that should keep it from being sent."""
        if self._up.stop.is_set() or self._error is not None:
            return True
        return claimed.task == "send" and self._clock.monotonic() < self._refused_until

    def _ask(self, job: _Job, claimed: Claimed) -> Outcome:
        row = claimed.row
        client, patience = self._up.client, self._up.patience
        if claimed.task == "look":
            return look(
                client,
                row,
                self._elapsed(row),
                patience,
                lambda row, ids: self._ledger.find_rivals(self._up.account, row, ids),
            )
        if claimed.task == "poll":
            return poll(client, row, self._elapsed(row), patience, honours_key=claimed.honours_key)
        try:
            body = fit_body(job.body or _load_again(job), row)
        except BridgeError as error:
            return Outcome(claimed.former, error=error.message, asks_user=True)
        try:
            outcome = judge_created(client.create_conversation(body))
        except OmiError as error:
            outcome = judge_failure(error)
        if outcome.state in (State.UNCERTAIN, State.PROCESSING) and not outcome.wait:
            # The server needs about a minute for a conversation.
            return replace(
                outcome, wait=patience.grace / (20 if outcome.state is State.UNCERTAIN else 120)
            )
        return outcome

    def _elapsed(self, row: Row) -> float:
        """Seconds since it was sent: by the boot's own clock where that can be, because the other
        one jumps."""
        passed = self._clock.since(row.sent_mark)
        return max(0.0, self._ledger.now() - (row.sent_at or 0.0)) if passed is None else passed

    # -- what came of it

    def _collect(self) -> None:
        for future in [f for f in self._running if f.done()]:
            job, claimed = self._running.pop(future)
            outcome, row = future.result()
            self._judge(job, claimed, outcome, row)

    def _judge(self, job: _Job, claimed: Claimed, outcome: Outcome, row: Row | None) -> None:
        self._count_trouble(job, outcome)
        if row is None:  # another process took it over: it will say how it ended
            self._put_off(job, 1.0)
            return
        job.row = row
        if row.state not in OPEN:
            self._finish(job.part, row, repeated=False)
        elif outcome.fatal is not None:
            self._error = self._error or outcome.fatal
            self._ready.append(job)
        elif outcome == Outcome(claimed.former):  # it was not sent any more
            self._ready.appendleft(job)
        elif outcome.asks_user or job.failures >= self._up.patience.tries:
            self._asked += 1
            self._tell(Delayed(job.part, row, outcome.error, None))
        elif outcome.limited is not None:
            self._hold(outcome.limited.retry_after or 0.0, "the server's rate limit is used up")
            self._ready.appendleft(job)
        else:
            seconds = max(outcome.wait, 0.0 if outcome.trouble is None else self._backoff())
            if row.state is not State.PROCESSING and outcome.error:
                self._tell(Delayed(job.part, row, outcome.error, seconds))
            self._put_off(job, seconds)

    def _count_trouble(self, job: _Job, outcome: Outcome) -> None:
        trouble = self._trouble
        if outcome.trouble is None:
            trouble.count = 0
            trouble.ever_worked = trouble.ever_worked or outcome.fatal is None
            return
        now = self._clock.monotonic()
        trouble.since = trouble.since if trouble.count else now
        trouble.count += 1
        # Where nothing gets through, no request is to blame.
        job.failures += not (
            isinstance(outcome.trouble, UnreachableError) or outcome.trouble.status == 503
        )
        patience = self._up.patience
        never = not trouble.ever_worked and trouble.count >= patience.tries
        if never or now - trouble.since > patience.outage:
            self._error = self._error or outcome.trouble
        self._hold(self._backoff(), "the server, or the way to it, is in trouble")

    def _backoff(self) -> float:
        """1, 2, 4 … 60 s, with some chance in it, so that many clients do not come back at once."""
        seconds = self._up.patience.backoff * 2.0 ** min(self._trouble.count - 1, 6)
        return min(60.0, seconds) * (0.75 + self._clock.jitter() / 2)

    def _finish(self, part: Part, row: Row, *, repeated: bool) -> None:
        self._finished[row.state] += 1
        self._tell(Finished(part, row, repeated))

    # -- waiting

    def _put_off(self, job: _Job, seconds: float) -> None:
        if len(self._later) >= _KEPT_BODIES:
            job.body = None
        heapq.heappush(self._later, (self._clock.monotonic() + seconds, next(self._order), job))

    def _hold(self, seconds: float, reason: str) -> None:
        """No writes for so long."""
        self._held_until = max(self._held_until, self._clock.monotonic() + seconds)
        self._tell_wait(seconds, reason)

    def _tell_wait(self, seconds: float, reason: str) -> None:
        until = self._clock.monotonic() + seconds
        if seconds >= _TOLD and abs(until - self._told_until) > 2.0:
            self._told_until = until
            self._tell(Waiting(seconds, self._clock.now() + seconds, reason))

    def _wait_for_something(self) -> None:
        now = self._clock.monotonic()
        moments = [self._later[0][0]] if self._later else []
        if self._ready or not self._exhausted:
            moments.append(self._held_until)
        if self._running:
            self._wait_for_answers(max(0.0, min(moments) - now) if moments else None)
            return
        seconds = min(moments) - now
        if seconds > 0:
            if now >= self._held_until:
                self._tell_wait(seconds, "the server may still be at work on what is unclear")
            self._clock.sleep(seconds, self._up.stop)

    def _wait_for_answers(self, seconds: float | None) -> None:
        wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)

    def _tell(self, event: Event) -> None:
        self._up.observe(event)


def _is_about_source(error: BridgeError) -> bool:
    """Whether only this source suffers from it."""
    return error.exit_code in (1, 2)


def _load_again(job: _Job) -> ConversationRequest:
    """The body of a request that waited too long to keep it.

    Raises InputError where the source gives it no more.
    """
    name = job.row.session_id
    for body in job.upload.load():
        if body.client_session_id == name:
            return body
    raise BridgeError("its source has changed since it was planned")
