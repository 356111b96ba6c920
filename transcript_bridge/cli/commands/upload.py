"""`upload`: transcripts become conversations in Omi, each exactly once."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ...errors import BridgeError, InputError, OmiError, PlanRequiredError, RejectedError
from ...request_models import to_requests
from ...timecode import render_span
from ..options import Choices, reading_flags, shaping_flags
from ..output import ExitStatus, plural, say, say_problems
from ..session import (
    ledger_flag,
    open_client,
    open_ledger,
    pace_flags,
    read_pace,
    say_waiting,
    stop_on_signals,
)

if TYPE_CHECKING:
    from ...transfer.events import Event, Finished, Summary
    from ...transfer.states import Row, Upload
    from ...wire import ConversationRequest

_READING = ("format", "encoding", "no_recover", "strict", "recording", "reassign", "raw")


@click.command(name="upload")
@reading_flags
@shaping_flags
@ledger_flag
@pace_flags
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Requests under way at once.",
)
@click.option(
    "--changed",
    type=click.Choice(["ask", "upload", "skip"]),
    default="ask",
    show_default=True,
    help="An input that has changed since it was uploaded: fail, upload the new, leave.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be sent, and send nothing; needs no key."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a conversation, on standard output."
)
@click.option(
    "-v", "--verbose", count=True, help="Tell of every retry; -vv of every connection too."
)
def command(inputs: tuple[str, ...], dry_run: bool, as_json: bool, **flags: Any) -> int:
    """Convert transcripts and create the conversations in Omi, each exactly once.

    What was sent is written down in a ledger: the same command again goes on where it stopped, and
    what is done is never sent twice. The key comes from OMI_API_KEY, the Omi CLI's profile, or
    'auth login'.
    """
    choices = Choices.of(flags)
    if dry_run:
        return _preview(inputs, choices, as_json)
    if flags["verbose"] > 1:
        logging.basicConfig(level=logging.DEBUG, format="%(name)s: %(message)s")
    return _upload(inputs, choices, flags, as_json)


def _upload(inputs: tuple[str, ...], choices: Choices, flags: dict[str, Any], as_json: bool) -> int:
    from ...transfer.uploader import Uploader

    pace = read_pace(flags["rate"], flags["gap"])
    sys.setswitchinterval(
        0.0005
    )  # the thread that talks to the server shall not wait for the one that plans
    with ExitStack() as stack:
        client, account = open_client(choices.settings)
        stack.enter_context(client)
        ledger = stack.enter_context(open_ledger(flags["ledger"]))
        ledger.open_account(account, flags.get("profile") or "")
        stop = stack.enter_context(stop_on_signals())
        uploads = [_upload_of(name, choices) for name in inputs]
        names = dict(zip((upload.path for upload in uploads), inputs, strict=True))
        telling = _Telling(
            names, as_json, flags["verbose"], skips_changed=flags["changed"] == "skip"
        )
        uploader = Uploader(
            client,
            ledger,
            account,
            pace=pace,
            concurrency=flags["concurrency"],
            changed=flags["changed"],
            stop=stop,
            observe=telling.observe,
        )
        telling.end(uploader.run(uploads))
    return telling.tally.code


def _upload_of(name: str, choices: Choices) -> Upload:
    from ...transfer.states import Upload

    def load() -> list[ConversationRequest]:
        transcript, _ = choices.load(name)
        requests: list[ConversationRequest] = to_requests(transcript, choices.options)
        say_problems(transcript)
        return requests

    asked = [choices.flags.get(flag) for flag in _READING]
    options = hashlib.sha256(
        repr((asked, choices.options)).encode("utf-8", "surrogatepass")
    ).hexdigest()[:20]
    if name == "-":
        return _upload_of_stdin(load, options)
    files = [name, *([choices.flags["diarization"]] if choices.flags["diarization"] else [])]
    path = os.path.abspath(name)  # noqa: PTH100  # as archives are named
    return Upload(path, options, lambda: _digest_files(files), load)


def _upload_of_stdin(load: Any, options: str) -> Upload:
    """Standard input is read once, and is another one the next time: only what it holds has an
    identity."""
    from ...transfer.states import Upload

    kept: list[ConversationRequest] = []

    def load_once() -> Sequence[ConversationRequest]:
        if not kept:
            kept.extend(load())
        return kept

    def read_digest() -> str:
        return hashlib.sha256(
            " ".join(r.client_session_id for r in load_once()).encode()
        ).hexdigest()[:40]

    return Upload("-", options, read_digest, load_once, tracked=False)


def _digest_files(names: Sequence[str]) -> str:
    """The digest of what stands in them.

    A file that cannot be read is left for `load` to complain about.
    """
    digest = hashlib.sha256()
    for name in names:
        try:
            with Path(name).open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError:
            return "unreadable"
    return digest.hexdigest()[:40]


class _Telling:
    """Puts the uploader's events into words, and into an exit code."""

    def __init__(
        self, names: dict[str, str], as_json: bool, verbose: int, *, skips_changed: bool
    ) -> None:
        self.tally = ExitStatus()
        self._names = names
        self._as_json = as_json
        self._verbose = verbose
        self._skips_changed = skips_changed

    def observe(self, event: Event) -> None:
        from ...transfer.events import Delayed, Finished, SourceChanged, SourceFailed

        match event:
            case Finished():
                self._finish(event)
            case Delayed(part, _, message, seconds):
                name = str(part).replace(part.path, self._name(part.path), 1)
                if seconds is None:
                    say(f"{name}: {message}", mark="warning")
                elif self._verbose or seconds >= 5:
                    say(f"{name}: {message}; looking again in {seconds:.0f} s")
            case SourceFailed(path, error, planned):
                self.tally.fail(error)
                if planned:
                    say(
                        f"{self._name(path)}: {plural(planned, 'request')} of it stay in the ledger, not sent"
                    )
            case SourceChanged(path, uploaded, fresh):
                self._change(self._name(path), uploaded, fresh)
            case _:
                say_waiting(event)

    def end(self, summary: Summary) -> None:
        """The last words."""
        if summary.error is not None:
            self.tally.fail(summary.error)
        if summary.left or summary.stopped:
            rest = (
                f"{plural(summary.left, 'request')} left"
                if summary.left
                else "the rest was not sent"
            )
            say(f"stopped; {rest}; run the same command again to go on")
            if self.tally.code != 3:
                self.tally.code = 4

    def _finish(self, event: Finished) -> None:
        row, part = event.row, event.part
        name = str(part).replace(part.path, self._name(part.path), 1)
        status = _STATUS[row.state.value]
        if status == "failed" or status == "deleted":
            kind: type[OmiError] = PlanRequiredError if row.state == "blocked" else RejectedError
            advice = "; 'transcript-bridge retry' plans it again" if status == "failed" else ""
            self.tally.fail(kind(f"{name}: {row.last_error}{advice}"))
        if self._as_json:
            shown = {
                "input": self._name(part.path),
                "part": part.number,
                "parts": part.parts,
                **_show(row, status),
            }
            click.echo(json.dumps({**shown, "repeated": event.repeated}, ensure_ascii=False))
        elif status == "completed":
            known = ", was there already" if event.repeated else ""
            discarded = (
                " (discarded as too short; it is readable by its id)"
                if row.state == "discarded"
                else ""
            )
            click.echo(f"{name}: {row.conversation_id} completed{known}{discarded}")

    def _change(self, name: str, uploaded: int, fresh: int) -> None:
        what = f"{plural(uploaded, 'conversation')} of what it held before were uploaded, {fresh} of now would be new"
        if self._skips_changed:
            say(f"{name}: skipped, it has changed: {what}")
            return
        advice = "choose --changed upload or skip, or 'transcript-bridge undo' it first"
        self.tally.fail(InputError(f"this has changed: {what}; {advice}", path=name))

    def _name(self, path: str) -> str:
        """As the user wrote it."""
        return self._names.get(path, path)


_STATUS: dict[str, Literal["completed", "failed", "deleted"]] = {
    "done": "completed",
    "discarded": "completed",
    "rejected": "failed",
    "blocked": "failed",
    "deleted": "deleted",
}


def _show(row: Row, status: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "segments": row.segments,
        "started_at": row.started_at.isoformat(),
        "client_session_id": row.wire_session_id,
        "id": row.conversation_id,
        "status": status,
        "discarded": row.state == "discarded",
    }
    return shown | ({"message": row.last_error} if status != "completed" else {})


def _preview(inputs: tuple[str, ...], choices: Choices, as_json: bool) -> int:
    """What would be sent."""
    tally = ExitStatus()
    for name in inputs:
        try:
            transcript, _ = choices.load(name)
            requests = to_requests(transcript, choices.options)
        except BridgeError as error:
            tally.fail(error)
            continue
        say_problems(transcript)
        for number, request in enumerate(requests, 1):
            _preview_request(name, number, len(requests), request, as_json)
    return tally.code


def _preview_request(
    name: str, number: int, count: int, request: ConversationRequest, as_json: bool
) -> None:
    segments = len(request.transcript_segments)
    if as_json:
        row = {
            "input": name,
            "part": number,
            "parts": count,
            "segments": segments,
            "started_at": request.started_at.isoformat(),
            "client_session_id": request.client_session_id,
            "status": "dry-run",
        }
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    part = f" part {number}/{count}" if count > 1 else ""
    length = round((request.finished_at - request.started_at).total_seconds() * 1000)
    click.echo(
        f"{name}{part}: would send {plural(segments, 'segment')}, {render_span(length)} "
        f"from {request.started_at:%Y-%m-%d %H:%M}"
    )
