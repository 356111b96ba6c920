"""`demo`: the whole way from file to conversation, against a sandbox on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files

import click

from ...opening import load
from ...options import Options
from ...request_models import make_requests
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
                options = Options(
                    speakers=SpeakerMap(me=me),
                    started_at=_BEGAN + timedelta(hours=number),
                    timezone="UTC",
                )
                turns_path = folder / turns if turns is not None else None
                loaded = load(folder / name, options, turns=turns_path)
                for request in make_requests(loaded):
                    created = omi.create_conversation(request)
                    ids.append(created.id)
                    source = name + (f" + {turns}" if turns else "")
                    count = plural(len(request.transcript_segments), "segment")
                    click.echo(
                        f"  {source:<24} {loaded.transcript.format:<13} {count:<11} -> {created.status} {created.id}"
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
