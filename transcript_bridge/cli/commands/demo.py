"""`demo`: the whole way from file to conversation, against a sandbox on this machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import click

from ...models import Transcript
from ...pipeline import Options, read, read_turns
from ...request_models import to_requests
from ...shaping.diarization import join_turns
from ...shaping.speakers import SpeakerMap
from ...timecode import render_span
from ..output import plural

_EXAMPLES = (
    ("kitchen.srt", None, "Mara"),
    ("planning.vtt", None, "Tom Okafor"),
    ("interview.json", None, "SPEAKER_01"),
    ("walk.json", "walk.rttm", "abebe"),
)
_BEGAN = datetime(2024, 1, 24, 15, 0, tzinfo=UTC)


@click.command(name="demo")
def command() -> int:
    """Try it all against a sandbox on this machine; needs no key and nothing to configure."""
    from ...omi.client import OmiClient
    from ...omi.sandbox import SandboxSettings, run_sandbox

    with (
        as_file(files("transcript_bridge") / "demo") as folder,
        run_sandbox(SandboxSettings(owner_name="You")) as url,
    ):
        click.echo(f"A stand-in for Omi's server runs at {url}. Converting and uploading:\n")
        with OmiClient("omi_dev_demo", url) as omi:
            ids = []
            for number, (name, turns, me) in enumerate(_EXAMPLES):
                transcript = _read(folder, name, turns)
                options = Options(
                    speakers=SpeakerMap(me=me), started_at=_BEGAN + timedelta(hours=number)
                )
                for request in to_requests(transcript, options):
                    created = omi.create_conversation(request)
                    ids.append(created.id)
                    source = name + (f" + {turns}" if turns else "")
                    count = plural(len(request.transcript_segments), "segment")
                    click.echo(
                        f"  {source:<24} {transcript.format:<13} {count:<11} -> {created.status} {created.id}"
                    )
            click.echo("\nWhat stands in Omi now, read back over HTTP:")
            for conversation in (omi.get_conversation(i, include_transcript=True) for i in ids):
                click.echo(f"\n  {conversation.started_at:%Y-%m-%d %H:%M}  {conversation.title}")
                for s in conversation.transcript_segments or ():
                    who = s.speaker_name or f"Speaker {s.speaker_id}"
                    click.echo(
                        f"    {render_span(round(s.start * 1000)):>5}  {who + ':':<11} {s.text}"
                    )
    click.echo("\nNow your own file:  transcript-bridge inspect FILE")
    return 0


def _read(folder: Path, name: str, turns: str | None) -> Transcript:
    transcript = read(folder / name)
    if turns is not None:
        transcript = join_turns(transcript, read_turns(folder / turns)).transcript
    return replace(transcript, path=name)
