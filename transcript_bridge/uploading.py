"""Uploading files in one call, for programs: the engine of `transcript-bridge upload`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Event as Flag
from typing import get_args

from .archive.ledger_link import read_digests, upload_of_file
from .arguments import KEY, NUMBER, PATH, SWITCH, TEXT, Wanted, one_of, takes
from .errors import OmiError, SettingsError
from .omi.address import DEFAULT_BASE_URL
from .omi.client import OmiClient
from .opening import OpenedFile, load_file, open_turns, with_zone
from .options import CONCURRENCY, Options
from .parts import list_parts
from .pipeline import OPTIONS, Loaded
from .transfer.account_label import AccountLabel, name_account
from .transfer.events import Event, Finished, Observe, SourceChanged, SourceFailed, Summary
from .transfer.ledger import ChangePolicy, Ledger
from .transfer.pace import Pace
from .transfer.states import STORED, Upload
from .transfer.uploader import Uploader
from .turns_file import TurnsFile
from .workspace.same_account import decide_by, settle_account

AnyPath = str | os.PathLike[str]
_DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What `upload` has done.

    finished: one event per conversation; its row has the state and the id in Omi. failed: files
    that cannot be read, and files of which something was sent before in another form. left:
    requests that are still open. error: why the run ended early, if a server or a key did it.
    """

    finished: tuple[Finished, ...]
    failed: tuple[SourceFailed | SourceChanged, ...]
    left: int
    stopped: bool
    error: OmiError | None

    @property
    def is_complete(self) -> bool:
        """Whether every conversation of every file is in Omi."""
        if self.failed or self.left or self.stopped:
            return False
        return all(event.row.state in STORED for event in self.finished)


@takes(
    options=OPTIONS,
    api_key=KEY,
    ledger=PATH,
    api_base=TEXT,
    allow_http=SWITCH,
    turns=PATH.or_none(),
    changed=one_of(*get_args(ChangePolicy)),
    same_account=SWITCH.or_none(),
    pace=Wanted("a Pace", (Pace, type(None))),
    concurrency=NUMBER,
    observe=Wanted("a function that takes an event", (Callable,)),  # type: ignore[arg-type]  # an ABC
    stop=Wanted("a threading.Event", (Flag, type(None))),
)
def upload(
    paths: AnyPath | Iterable[AnyPath],
    options: Options | None = None,
    *,
    api_key: str,
    ledger: AnyPath,
    api_base: str = DEFAULT_BASE_URL,
    allow_http: bool = False,
    turns: AnyPath | None = None,
    changed: ChangePolicy = "ask",
    same_account: bool | None = None,
    pace: Pace | None = None,
    concurrency: int = 1,
    observe: Observe = lambda event: None,
    stop: Flag | None = None,
) -> UploadResult:
    """Create the conversations of files in Omi, each exactly once; call it again to continue.

    ledger: a path or a `postgresql://` URL; it records what was sent, and makes the promise hold
    for everybody who uses the same one, `transcript-bridge upload --ledger` included. turns: a file
    of speaker turns for all of the files. changed: "ask" puts what was sent before in another form
    under `failed`; the others as the command's `--changed`. same_account: the answer where these
    files are in Omi under another key of the ledger. observe: called with each event. stop: set it
    from another thread to end after the requests that are being sent.

    Waits as long as the server's rate limit asks for. Raises SettingsError (arguments do not fit,
    `same_account` is needed) and LedgerError; problems of files and requests are in the result.
    """
    _require_sender(concurrency)
    events = _Events(observe)
    make_uploader = partial(
        Uploader, pace=pace or Pace(), concurrency=concurrency, changed=changed, stop=stop or Flag()
    )
    with OmiClient(api_key, api_base, allow_http=allow_http) as client, Ledger(str(ledger)) as book:
        uploads = _make_uploads(paths, with_zone(options or _DEFAULTS), turns, book)
        account = _open_account(book, client.base_url, api_key)
        account = _settle_account(book, account, uploads, same_account)
        uploader = make_uploader(client, book, account, observe=events.add, is_same=same_account)
        summary = uploader.run(uploads)
    return _gather(events.seen, summary, asks=changed == "ask")


def _require_sender(concurrency: int) -> None:
    try:
        CONCURRENCY.parse(concurrency)
    except ValueError:
        message = f"concurrency must be {CONCURRENCY.wanted}, not {concurrency}"
        raise SettingsError(message) from None


class _Events:
    """Passes events on, and keeps them."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self.seen: list[Event] = []

    def add(self, event: Event) -> None:
        """Keep an event, then pass it on."""
        self.seen.append(event)
        self._observe(event)


def _gather(events: Sequence[Event], summary: Summary, *, asks: bool) -> UploadResult:
    """asks: whether what was sent in another form needs a decision."""
    finished = []
    failed: list[SourceFailed | SourceChanged] = []
    for event in events:
        if isinstance(event, Finished):
            finished.append(event)
        elif isinstance(event, SourceFailed) or (asks and isinstance(event, SourceChanged)):
            failed.append(event)
    return UploadResult(
        tuple(finished), tuple(failed), summary.left, summary.stopped, summary.error
    )


def _open_account(ledger: Ledger, server: str, api_key: str) -> str:
    label = AccountLabel(server=server)
    return ledger.open_account(name_account(server, api_key), label)


def _make_uploads(
    paths: AnyPath | Iterable[AnyPath], options: Options, turns: AnyPath | None, ledger: Ledger
) -> list[Upload]:
    now = datetime.fromtimestamp(ledger.now(), UTC)
    return [_make_upload(path, options, turns, now) for path in _list_paths(paths, options)]


def _list_paths(paths: AnyPath | Iterable[AnyPath], options: Options) -> list[str]:
    """The paths, each file that holds many conversations replaced by its conversations."""
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    listed: list[str] = []
    for path in PATH.check_each("paths", paths):
        name = os.fspath(path)
        listed += list_parts(name, options.format) or [name]
    return listed


def _make_upload(path: str, options: Options, turns: AnyPath | None, now: datetime) -> Upload:
    def open_named_turns() -> TurnsFile | None:
        if turns is None:
            return None
        return open_turns(os.fspath(turns))

    def load(opened: OpenedFile, speakers: TurnsFile | None) -> Loaded:
        return load_file(opened, options, speakers, now)

    return upload_of_file(path, options, now, open_named_turns, load)


def _settle_account(
    ledger: Ledger, account: str, uploads: Sequence[Upload], same_account: bool | None
) -> str:
    """The account that counts. Raises SettingsError where no option says whether two are one."""
    decide = decide_by(same_account, "pass same_account=True or False")
    return settle_account(ledger, account, read_digests(uploads), decide)
