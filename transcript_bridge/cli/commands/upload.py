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
from typing import TYPE_CHECKING, Any

import click

from ...errors import BridgeError
from ...request_models import to_requests
from ...timecode import render_span
from ..event_printer import UploadPrinter
from ..options import Choices, reading_flags, shaping_flags
from ..output import ExitStatus, plural, say_problems
from ..session import (
    ledger_flag,
    open_client,
    open_ledger,
    pace_flags,
    read_pace,
    stop_on_signals,
)

if TYPE_CHECKING:
    from ...transfer.states import Upload
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
        printer = UploadPrinter(
            names,
            as_json=as_json,
            verbose=flags["verbose"] > 0,
            skips_changed=flags["changed"] == "skip",
        )
        uploader = Uploader(
            client,
            ledger,
            account,
            pace=pace,
            concurrency=flags["concurrency"],
            changed=flags["changed"],
            stop=stop,
            observe=printer.observe,
        )
        printer.end(uploader.run(uploads))
    return printer.status.code


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
