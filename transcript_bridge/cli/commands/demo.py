"""`demo`: from file to conversation, against a sandbox on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...opening import load
from ...options import Options
from ...quantities import count_of
from ...request_models import to_requests
from ...shaping.speakers import SpeakerMap
from ...timecode import render_span
from ..output import print_line

if TYPE_CHECKING:
    from ...omi.client import OmiClient

_EXAMPLES: tuple[tuple[str, str | None, str], ...] = (
    ("kitchen.srt", None, "Mara"),
    ("planning.vtt", None, "Tom Okafor"),
    ("interview.json", None, "SPEAKER_01"),
    ("walk.json", "walk.rttm", "abebe"),
)
"""A transcript, its file of turns, and the label of the owner."""
_BEGAN = datetime(2024, 1, 24, 15, 0, tzinfo=UTC)


@click.command(name="demo")
def command() -> int:
    """Try everything against a sandbox on this machine; needs no key."""
    from ...omi.client import OmiClient
    from ...omi.sandbox import SandboxSettings, run_sandbox

    with (
        as_file(files("transcript_bridge") / "demo") as folder,
        run_sandbox(SandboxSettings(owner_name="You")) as url,
    ):
        print_line(f"A sandbox of Omi's server runs at {url}. Converting and uploading:")
        print_line("")
        with OmiClient("omi_dev_demo", url) as omi:
            ids = []
            for number, (name, turns, me) in enumerate(_EXAMPLES):
                options = Options(
                    speakers=SpeakerMap(me=me),
                    started_at=_BEGAN + timedelta(hours=number),
                    timezone="UTC",
                )
                ids += _upload(omi, folder, name, turns, options)
            print_line("")
            print_line("What is in Omi now, read back over HTTP:")
            for conversation_id in ids:
                _show(omi, conversation_id)
    print_line("")
    print_line("Now try your own file:  transcript-bridge inspect FILE")
    return 0


def _upload(
    omi: OmiClient, folder: Path, name: str, turns: str | None, options: Options
) -> list[str]:
    """The ids of the conversations that a file becomes."""
    source = name
    turns_path: Path | None = None
    if turns is not None:
        source = f"{name} + {turns}"
        turns_path = folder / turns
    loaded = load(folder / name, options, turns=turns_path)
    ids = []
    for request in to_requests(loaded):
        created = omi.create_conversation(request)
        count = count_of(len(request.transcript_segments), "segment")
        print_line(
            f"  {source:<24} {loaded.transcript.format:<13} {count:<11} -> "
            f"{created.status} {created.id}"
        )
        ids.append(created.id)
    return ids


def _show(omi: OmiClient, conversation_id: str) -> None:
    conversation = omi.get_conversation(conversation_id, include_transcript=True)
    print_line("")
    print_line(f"  {conversation.started_at:%Y-%m-%d %H:%M} UTC  {conversation.title}")
    for segment in conversation.transcript_segments or ():
        start = render_span(round(segment.start * 1000))
        name = segment.speaker_name or f"Speaker {segment.speaker_id}"
        print_line(f"    {start:>5}  {name + ':':<11} {segment.text}")
