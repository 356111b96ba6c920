"""Uploading files in one call, for programs: the engine of `transcript-bridge upload`."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from threading import Event as Flag
from typing import get_args

from .archive.ledger_link import FileUpload, read_digests
from .arguments import KEY, PATH, SWITCH, TEXT, Expected, one_of, takes
from .errors import OmiError
from .limits import DEFAULT_API_BASE
from .omi.client import OmiClient
from .opening import OpenedFile, load_file, open_turns, with_zone
from .options import CONCURRENCY, MAX_CONCURRENCY, Options
from .parts import list_parts
from .pipeline import OPTIONS, Loaded
from .transfer.account_label import AccountLabel, name_account
from .transfer.events import Event, Finished, Observe, SourceChanged, SourceFailed, Summary
from .transfer.ledger import ChangePolicy, Ledger
from .transfer.pace import Pace
from .transfer.states import STORED
from .transfer.upload import Upload
from .transfer.uploader import Uploader
from .turns_file import TurnsFile
from .workspace.locations import default_ledger, refuse_other_file
from .workspace.other_ledgers import OtherLedger, find_other_ledger
from .workspace.same_account import decide_by, join_same_accounts
from .workspace.this_machine import find_config_folder, read_environment

AnyPath = str | os.PathLike[str]
_DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The result of `upload`.

    finished: one event per conversation; its row has the state and the id in Omi. failed: files
    that cannot be read, and files that were sent before with other content or settings. left: the
    number of requests that are still open. error: why the run ended early, if the server or the key
    was the reason. other_ledger: set if this ledger knows nothing of the account but another ledger
    file does, so that the name may be mistyped. Conversations that the other one created are found
    in Omi, and not created again.
    """

    finished: tuple[Finished, ...]
    failed: tuple[SourceFailed | SourceChanged, ...]
    left: int
    stopped: bool
    error: OmiError | None
    other_ledger: OtherLedger | None = None

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
    pace=Expected("a Pace", (Pace, type(None))),
    concurrency=Expected(CONCURRENCY.wanted, (int,), range(1, MAX_CONCURRENCY + 1)),
    observe=Expected("a function that takes an event", (Callable,)),  # type: ignore[arg-type]  # an ABC
    stop=Expected("a threading.Event", (Flag, type(None))),
)
def upload(
    paths: AnyPath | Iterable[AnyPath],
    options: Options | None = None,
    *,
    api_key: str,
    ledger: AnyPath,
    api_base: str = DEFAULT_API_BASE,
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

    ledger: a path or a `postgresql://` URL, as of `upload --ledger`; it records what was sent.
    turns: a file of speaker turns for all files. changed: what to do with files that were sent
    before with other content or settings: "ask" puts them under `failed`; others as `--changed`.
    same_account: whether another key, with which some of these files were sent, is of the same
    account. observe: called with each event. stop: set it to end after the current requests.

    Waits as the server's limit asks for. Raises SettingsError (also for `same_account`) and
    LedgerError; problems of files and requests are in the result.
    """
    events = _KeptEvents(observe)
    make_uploader = partial(
        Uploader, pace=pace or Pace(), concurrency=concurrency, changed=changed, stop=stop or Flag()
    )
    with OmiClient(api_key, api_base, allow_http=allow_http) as client, _open(ledger) as book:
        uploads = _make_uploads(paths, with_zone(options or _DEFAULTS), turns, book)
        account = _open_account(book, client.base_url, api_key)
        digests = set(read_digests(uploads))
        other = _look_for_other(book, str(ledger), account, digests)
        account = _confirm_account(client, book, account, digests, same_account)
        uploader = make_uploader(client, book, account, observe=events.add, is_same=same_account)
        summary = uploader.run(uploads)
    return replace(_gather(events.seen, summary, asks=changed == "ask"), other_ledger=other)


def _open(location: AnyPath) -> Ledger:
    refuse_other_file(str(location))
    return Ledger(str(location))


def _look_for_other(
    ledger: Ledger, location: str, account: str, digests: Collection[str]
) -> OtherLedger | None:
    """Another ledger in which these contents are recorded; found as the commands find it."""
    usual = default_ledger(read_environment(find_config_folder()))
    other = find_other_ledger(ledger, location, account, digests, usual)
    if other is not None:
        other.distrust_where_needed(ledger)
    return other


class _KeptEvents:
    """Keeps all events, and passes them on."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self.seen: list[Event] = []

    def add(self, event: Event) -> None:
        """Keep an event, then pass it on."""
        self.seen.append(event)
        self._observe(event)


def _gather(events: Sequence[Event], summary: Summary, *, asks: bool) -> UploadResult:
    """asks: whether files that were sent before with other content count as failed."""
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

    return FileUpload(path, options, now, open_named_turns, load)


def _confirm_account(
    client: OmiClient,
    ledger: Ledger,
    account: str,
    digests: Collection[str],
    same_account: bool | None,
) -> str:
    """The account to use. Raises SettingsError if `same_account` is needed and not given."""
    decide = decide_by(same_account, "pass same_account=True or False")
    return join_same_accounts(ledger, account, digests, decide, client)
