"""The `Uploader`, and the loop that decides what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from threading import Semaphore

from ...errors import OmiError, UnreachableError
from ...limits import READ_TIMEOUT, WAITS_PER_REQUEST
from ..answers import SERVER_ERRORS_PER_RUN, Outcome
from ..clock import Clock
from ..destination import Destination
from ..events import (
    ClaimsMade,
    Delayed,
    Event,
    Finished,
    Observe,
    RateLimited,
    SourceChanged,
    SourceFailed,
    Started,
    Summary,
)
from ..ledger import (
    Busy,
    ChangePolicy,
    Claim,
    Claimant,
    Claimed,
    Closed,
    Dropped,
    Ledger,
    claiming,
)
from ..pace import Pace, Pause, find_asked_wait
from ..settle import Patience
from ..states import OPEN, Row, State, is_replaced
from ..titling import TitleList, Titler
from ..undo import Undoer
from ..upload import Upload
from .jobs import Job, JobQueue
from .replacing import delete_replaced, make_settling_jobs
from .sending import Sender
from .sources import SourceReader
from .waiting import OUTAGE, Hold, Outage

_PREFETCH = 4
"""How many more requests are claimed than can be sent at once, if that does no harm: then the
server never waits for the ledger."""
_TAKEN_OVER_SECONDS = 1.0
"""Seconds until a request is tried again that another process has taken over."""
_QUESTIONS = (State.UNCERTAIN, State.PROCESSING)
"""States in which the server is usually asked about a request, which is not a write; a hold on
writes does not affect them."""
_SERVICE_UNAVAILABLE = 503
_LEASE = WAITS_PER_REQUEST * READ_TIMEOUT + 60.0
"""Seconds: no claim may end while its request still waits for an answer."""

_Answer = tuple[Outcome, Row | None]


@dataclass(eq=False)
class Uploader:
    """Uploads sources to one account of one server.

    account: as of `name_account`. concurrency: how many requests are sent at once. changed: what to
    do if a source was uploaded with other content. stop: set it (from a signal handler or another
    thread) and `run` returns after the requests that are being sent. observe: called in the thread
    of `run`. lease, is_same: as in Claimant. titles: whether to give conversations the titles of
    their sources when everything is sent.
    """

    destination: Destination
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
    titles: bool = False
    is_same: bool | None = None

    def run(self, uploads: Iterable[Upload]) -> Summary:
        """Upload everything, as far as possible now.

        Raises LedgerError when the ledger fails; the next run settles whatever was being sent.
        """
        self.account = self.ledger.open_account(self.account)  # it may be joined to another one
        threads = self.concurrency + _PREFETCH
        with (
            claiming(self.pace, self.lease, self.is_same) as claimant,
            ThreadPoolExecutor(threads, "uploader") as pool,
        ):
            run = _Run(self, claimant, pool, iter(uploads))
            summary = run.run()
            if not summary.stopped and self.titles:
                summary = self._send_titles(summary, run.untitled, claimant)
        if summary.stopped:
            return summary
        # Last: until the new ones are stored, the old ones are all that Omi has.
        return self._delete_replaced(summary)

    def _send_titles(self, summary: Summary, due: TitleList, claimant: Claimant) -> Summary:
        """Give conversations their titles: those of this run, and those of one that was killed."""
        titler = Titler(
            self.destination,
            self.ledger,
            self.account,
            claimant,
            self.clock,
            self.stop,
            self.observe,
        )
        try:
            titler.send(due.conversations)
        except OmiError as error:
            return replace(summary, stopped=True, error=error)
        return replace(summary, stopped=self.stop.is_set())

    def _delete_replaced(self, summary: Summary) -> Summary:
        """Delete what `--changed replace` has replaced, in this run or in one that was killed."""
        undoer = Undoer(
            self.destination,
            self.ledger,
            self.account,
            pace=self.pace,
            clock=self.clock,
            stop=self.stop,
            observe=self.observe,
            may_return=False,
        )
        try:
            is_complete = delete_replaced(undoer, self.observe)
        except OmiError as error:
            return replace(summary, stopped=True, error=error)
        return replace(summary, stopped=not is_complete)


class _Run:
    """One run. Everything except Sender.work happens in the caller's thread."""

    def __init__(
        self,
        uploader: Uploader,
        claimant: Claimant,
        pool: ThreadPoolExecutor,
        uploads: Iterator[Upload],
    ) -> None:
        self._uploader = uploader
        self._claimant = claimant
        self._pool = pool
        self._uploads = uploads
        self._is_exhausted = False
        self._sources = SourceReader(
            uploader.ledger, uploader.account, uploader.changed, self._report, uploader.is_same
        )
        self._jobs = JobQueue()
        self._hold = Hold(uploader.clock, uploader.observe)
        self._outage = Outage(uploader.clock, uploader.patience)
        self._sender = Sender(
            uploader.destination,
            uploader.ledger,
            claimant,
            uploader.patience,
            uploader.clock,
            Semaphore(uploader.concurrency),
            self._is_stopping,
        )
        self._running: dict[Future[_Answer], tuple[Job, Claimed]] = {}
        self._prefetch = 0
        self._error: OmiError | None = None
        self._finished: Counter[State] = Counter()
        self._left = 0  # open requests that are out of the queue: this run can do no more for them
        self._sources_failed = 0
        self.untitled = TitleList()

    def run(self) -> Summary:
        """Work until nothing is left to do, or the user stops it."""
        is_over = False
        while not is_over and not self._is_stopping():
            self._collect()
            is_over = not self._step()
        # Without its answer, a request would be uncertain, and the next run would look for it.
        while self._running:
            self._wait_for_answers(None)
            self._collect()
        left = len(self._jobs) + self._left
        return Summary(self._finished, left, self._sources_failed, not is_over, self._error)

    def _is_stopping(self) -> bool:
        return self._error is not None or self._uploader.stop.is_set()

    def _step(self) -> bool:
        """Do one step; False if there is nothing left to do."""
        room = self._uploader.concurrency + self._prefetch - len(self._running)
        # With room for several, one transaction claims them: each claim waits for the disk.
        if room <= self._prefetch // 2:
            self._read_ahead()
            return True
        jobs = self._take_due() or self._take_ready(room if self._prefetch else 1)
        if jobs:
            self._claim(jobs)
            return True
        is_busy = self._running or len(self._jobs)
        if self._is_exhausted and not is_busy:
            return False
        self._wait_for_something()
        return True

    # -- which is next

    def _take_due(self) -> list[Job]:
        """A waiting job that is due."""
        now = self._uploader.clock.monotonic()
        for job in self._jobs.take_due(now):
            if now >= self._hold.until or job.row.state in _QUESTIONS:
                return [job]
            self._jobs.put_off(job, self._hold.until)
        return []

    def _take_ready(self, count: int) -> list[Job]:
        """Jobs that may be sent now; sources are read until there are some."""
        if self._uploader.clock.monotonic() < self._hold.until:
            return []
        while not self._jobs.has_ready and self._open_next():
            if self._uploader.stop.is_set():
                return []
        return self._jobs.take_ready(count)

    def _read_ahead(self) -> None:
        """Read the next source while the server is busy."""
        if self._jobs.has_ready or self._is_exhausted or not self._open_next():
            self._wait_for_answers(None)

    def _open_next(self) -> bool:
        """Read one more source; False if there is none."""
        upload = next(self._uploads, None)
        if upload is None:
            if not self._is_exhausted:
                self._is_exhausted = True
                for job in make_settling_jobs(self._uploader.ledger, self._uploader.account):
                    self._jobs.add(job)
            return False
        if self._uploader.titles:
            self.untitled.add_source(upload)
        for job in self._sources.open(upload):
            self._jobs.add(job)
        return True

    # -- claiming

    def _claim(self, jobs: list[Job]) -> None:
        began = self._uploader.clock.monotonic()
        claims = self._uploader.ledger.claim([job.row for job in jobs], self._claimant)
        seconds = self._uploader.clock.monotonic() - began
        self._jobs.put_back(jobs[len(claims) :])  # the claims end at the first Pause
        for job, claim in zip(jobs, claims, strict=False):
            self._follow(job, claim)
        self._report(ClaimsMade(len(claims), seconds))

    def _follow(self, job: Job, claim: Claim) -> None:
        match claim:
            case Closed(row):
                self._report(Finished(job.part, row, repeated=True))
            case Dropped():
                self._sources.report_dropped(job.part.path)
            case Busy(row, seconds):
                job.row = row or job.row
                self._put_off(job, seconds)
            case Pause(seconds, reason):
                self._hold.extend(seconds, reason)
                if job.row.state is State.PLANNED and job.body is not None:
                    self._jobs.put_back([job])
                else:
                    self._put_off(job, seconds)
            case Claimed(row):
                job.row = row
                # If sending again is free, a few more claims than requests do no harm if the
                # program ends here.
                has_gap = self._uploader.pace.gap > 0
                is_free = claim.honors_session_ids is True and not has_gap
                self._prefetch = _PREFETCH if is_free else 0
                self._running[self._pool.submit(self._sender.work, job, claim)] = (job, claim)
                if claim.task == "send":
                    self._report(Started(job.part, row))

    # -- judging

    def _collect(self) -> None:
        """Take the answers that have come."""
        for future in [future for future in self._running if future.done()]:
            job, claimed = self._running.pop(future)
            outcome, row = future.result()
            self._count_trouble(job, outcome)
            if row is None:  # another process took it over, and will record the outcome
                self._put_off(job, _TAKEN_OVER_SECONDS)
            else:
                job.row = row
                self._judge(job, claimed, outcome)

    def _judge(self, job: Job, claimed: Claimed, outcome: Outcome) -> None:
        """Decide what to do with a job after an answer."""
        # The order matters: a settled request needs nothing more, whatever else the answer shows;
        # and a request about which the server was not asked has not failed.
        row = job.row
        has_new_name = row.generation != claimed.row.generation
        if row.state not in OPEN or (is_replaced(row) and row.state is State.PROCESSING):
            self._report(Finished(job.part, row, repeated=False))
        elif outcome.fatal is not None:
            self._error = self._error or outcome.fatal
            self._jobs.add(job)
        elif outcome.not_asked or has_new_name:
            self._jobs.put_back([job])
        elif self._is_given_up(job, claimed, outcome):
            self._left += 1
            self._report(Delayed(job.part, row, outcome.error, None, outcome.needs_user))
        elif outcome.limited is not None:
            wait = find_asked_wait(outcome.limited)
            self._hold.extend(wait, "the server's rate limit is used up")
            self._jobs.put_back([job])
        else:
            self._continue_later(job, outcome)

    def _is_given_up(self, job: Job, claimed: Claimed, outcome: Outcome) -> bool:
        """Whether this run can do no more for a request."""
        if outcome.needs_user or job.failures >= self._uploader.patience.tries:
            return True
        is_sent_next = job.row.state is State.PLANNED or claimed.honors_session_ids is True
        return is_sent_next and job.server_errors >= SERVER_ERRORS_PER_RUN

    def _continue_later(self, job: Job, outcome: Outcome) -> None:
        seconds = outcome.wait
        if outcome.trouble is not None:
            seconds = max(seconds, self._outage.find_backoff())
        if job.row.state is not State.PROCESSING and outcome.error:
            self._report(Delayed(job.part, job.row, outcome.error, seconds))
        self._put_off(job, seconds)

    def _count_trouble(self, job: Job, outcome: Outcome) -> None:
        if outcome.limited is not None:
            self._report(RateLimited(job.part, job.row, find_asked_wait(outcome.limited)))
        trouble = outcome.trouble
        job.server_errors += int(outcome.server_error)
        if trouble is None:
            self._outage.note_success(outcome)
            return
        # If nothing gets through at all, this request is not the reason.
        if not isinstance(trouble, UnreachableError) and trouble.status != _SERVICE_UNAVAILABLE:
            job.failures += 1
        self._error = self._error or self._outage.note_failure(trouble)
        self._hold.extend(self._outage.find_backoff(), OUTAGE)

    def _report(self, event: Event) -> None:
        """Count an event, and pass it on."""
        if isinstance(event, Started | Finished) and is_replaced(event.row):
            return  # it is only settled so that it can be deleted
        if isinstance(event, Finished):
            self._finished[event.row.state] += 1
            self.untitled.note(event.part, event.row)
        asks_user = isinstance(event, SourceChanged) and self._uploader.changed == "ask"
        if asks_user or isinstance(event, SourceFailed):
            self._sources_failed += 1
        self._uploader.observe(event)

    # -- waiting

    def _put_off(self, job: Job, seconds: float) -> None:
        self._jobs.put_off(job, self._uploader.clock.monotonic() + seconds)

    def _wait_for_something(self) -> None:
        """Wait until an answer comes, a job is due, or writes are allowed again."""
        clock = self._uploader.clock
        now = clock.monotonic()
        moments = []
        if self._jobs.next_moment is not None:
            moments.append(self._jobs.next_moment)
        if self._jobs.has_ready or not self._is_exhausted:
            moments.append(self._hold.until)
        if self._running:
            self._wait_for_answers(max(0.0, min(moments) - now) if moments else None)
            return
        seconds = min(moments) - now
        if seconds <= 0:
            return
        if now >= self._hold.until:
            reason = "the server may still be working on requests whose outcome is unknown"
            self._hold.show(seconds, reason)
        clock.sleep(seconds, self._uploader.stop)

    def _wait_for_answers(self, seconds: float | None) -> None:
        wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
