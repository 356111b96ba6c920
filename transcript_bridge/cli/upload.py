"""`upload`: transcripts become conversations in Omi."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from ..errors import BridgeError, MissingKeyError
from ..pipeline import to_requests
from ..timecode import render_span
from .flags import Choices, reading_flags, shaping_flags
from .say import Tally, plural, say, say_problems

if TYPE_CHECKING:
    from ..omi.client import OmiClient
    from ..wire import ConversationRequest

_NO_KEY = (
    "no API key; make one in Omi under Settings > Developer > Create Key, with conversations:write, and set OMI_API_KEY"
)


@click.command(name="upload")
@reading_flags
@shaping_flags
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing; needs no key.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a conversation, on standard output.")
def command(inputs: tuple[str, ...], dry_run: bool, as_json: bool, **flags: Any) -> int:
    """Convert transcripts and create the conversations in Omi.

    The key comes from OMI_API_KEY or from the Omi CLI's profile.
    """
    choices = Choices.of(flags)
    tally = Tally()
    with ExitStack() as stack:
        client = None if dry_run else stack.enter_context(_client(choices))
        for name in inputs:
            try:
                transcript, _ = choices.load(name)
                requests = to_requests(transcript, choices.options)
            except BridgeError as error:
                tally.fail(error)
                continue
            say_problems(transcript)
            if not _send(name, requests, client, tally, as_json):
                break
    return tally.code


def _client(choices: Choices) -> OmiClient:
    from ..omi.client import OmiClient

    if not choices.settings.api_key:
        raise MissingKeyError(_NO_KEY)
    return OmiClient(choices.settings.api_key, choices.settings.api_base)


def _send(
    name: str, requests: list[ConversationRequest], client: OmiClient | None, tally: Tally, as_json: bool
) -> bool:
    """Send one input's requests in order; False when it makes no sense to go on with anything."""
    for number, request in enumerate(requests, 1):
        part = f" part {number}/{len(requests)}" if len(requests) > 1 else ""
        row: dict[str, Any] = {"input": name, "part": number, "parts": len(requests),
                               "segments": len(request.transcript_segments), "started_at": request.started_at.isoformat(),
                               "client_session_id": request.client_session_id}  # fmt: skip
        try:
            if client is None:
                row["status"] = "dry-run"
                length = round((request.finished_at - request.started_at).total_seconds() * 1000)
                words = f"would send {plural(row['segments'], 'segment')}, {render_span(length)} from {request.started_at:%Y-%m-%d %H:%M}"
            else:
                created = client.create_conversation(request)
                row |= {"id": created.id, "status": created.status, "discarded": created.discarded}
                words = f"{created.id} {created.status}" + (" (discarded as too short)" if created.discarded else "")
        except BridgeError as error:
            row |= {"status": "failed", "error": type(error).__name__, "message": error.message}
            tally.fail(type(error)(f"{name}{part}: {error.message}", **error.data))
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        elif row["status"] != "failed":
            click.echo(f"{name}{part}: {words}")
        if tally.code in (3, 4):
            say("stopped; the rest was not sent")
            return False
    return True
