"""`inspect`: what is in a transcript, for people and for machines."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import Any, NamedTuple

import click

from ...errors import BridgeError
from ...models import Transcript, Voice
from ...pipeline import Loaded, make_bodies
from ...shaping.diarization import JoinStatistics
from ...timecode import render_span
from ..dates import describe_began
from ..options import collect_file_options, file_flags, load_named
from ..output import ExitStatus, describe, group_by_code, plural
from ..speaker_chart import Span, draw_chart

_LINES_SHOWN = 8


class SpeakerRow(NamedTuple):
    """One speaker of one transcript; `seconds` is talk time, `share` of all talk time from 0 to 1."""

    label: str | None
    voice: Voice
    segments: int
    seconds: float
    share: float


@click.command(name="inspect")
@file_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, on standard output.")
def command(inputs: tuple[str, ...], as_json: bool, **flags: Any) -> int:
    """Show what is in a transcript: speakers, times, problems."""
    run = collect_file_options(flags)
    now = datetime.now(UTC)
    tally = ExitStatus()
    for index, name in enumerate(inputs):
        try:
            loaded = load_named(name, run, now)
            rows = speaker_rows(loaded)
            requests = _count_requests(loaded)
        except BridgeError as error:
            tally.fail(error)
            continue
        if as_json:
            click.echo(json.dumps(_as_data(loaded, rows, requests), ensure_ascii=False))
        else:
            if index:
                click.echo("")
            click.echo("\n".join(_as_lines(loaded, rows, requests)))
    return tally.code


def _count_requests(loaded: Loaded) -> int:
    if not loaded.transcript.utterances:
        return 0
    return len(make_bodies(loaded.transcript, loaded.options))


def speaker_rows(loaded: Loaded) -> list[SpeakerRow]:
    """The speakers in order of appearance, those of the turns where there are no words."""
    counts: dict[str | None, list[int]] = {}
    for label, start, end in _spans(loaded.transcript):
        entry = counts.setdefault(label, [0, 0])
        entry[0] += 1
        entry[1] += end - start
    voices = loaded.options.speakers.assign(counts)
    total = sum(ms for _, ms in counts.values()) or 1
    return [
        SpeakerRow(label, voices[label], n, ms / 1000, ms / total)
        for label, (n, ms) in counts.items()
    ]


def _spans(transcript: Transcript) -> list[Span]:
    """Who spoke when: by the utterances, or by the turns where there are no words."""
    if transcript.utterances:
        return [(u.speaker, u.start, u.end) for u in transcript.utterances]
    return [(t.speaker, t.start, t.end) for t in sorted(transcript.turns)]


def _as_data(loaded: Loaded, rows: list[SpeakerRow], requests: int) -> dict[str, Any]:
    transcript, statistics = loaded.transcript, loaded.statistics
    data: dict[str, Any] = {
        "input": transcript.path,
        "format": transcript.format,
        "encoding": transcript.encoding,
        "language": transcript.language,
        "started_at": transcript.started_at.isoformat() if transcript.started_at else None,
        "date_source": loaded.began.source or None,
        "assumed_zone": loaded.began.zone or None,
        "duration": transcript.duration / 1000,
        "cues": transcript.cues,
        "segments": len(transcript.utterances),
        "requests": requests,
        "speakers": [
            {
                "speaker": row.voice.speaker,
                "label": row.label,
                "is_user": row.voice.is_user,
                "person_id": row.voice.person_id,
                "segments": row.segments,
                "seconds": round(row.seconds, 3),
                "share": round(row.share, 4),
            }
            for row in rows
        ],
        "problems": [
            {"code": p.code, "message": p.message, "line": p.line} for p in transcript.problems
        ],
    }
    if statistics is not None:
        spans = _spans(transcript)
        data["join"] = statistics._asdict()
        data["lanes"] = [
            {
                "label": row.label,
                "spans": [
                    [start / 1000, end / 1000] for label, start, end in spans if label == row.label
                ],
            }
            for row in rows
        ]
    return data


def _as_lines(loaded: Loaded, rows: list[SpeakerRow], requests: int) -> list[str]:
    transcript, statistics = loaded.transcript, loaded.statistics
    language = f", {transcript.language}" if transcript.language else ""
    lines = [
        click.style(transcript.path, bold=True),
        f"  {transcript.format}, {transcript.encoding}{language}, {render_span(transcript.duration)} long",
        f"  {plural(transcript.cues, 'cue')} -> {plural(len(transcript.utterances), 'segment')}"
        f" -> {plural(requests, 'conversation')}",
    ]
    if transcript.turns and not transcript.utterances:
        lines[-1] = (
            f"  {plural(len(transcript.turns), 'turn')} and no words: join them to a transcript with --diarization"
        )
    if loaded.began.at is not None:
        lines.append(f"  began {describe_began(loaded.began)}")
    if rows:
        lines += ["", *_speaker_table(rows, "turns" if not transcript.utterances else "segments")]
    if len(rows) > 1:
        lines += ["", *_picture(transcript, rows)]
    if statistics is not None:
        lines += ["", f"  {_describe_join(statistics)}"]
    if transcript.problems:
        lines += ["", *_problem_lines(transcript)]
    return lines


def _speaker_table(rows: list[SpeakerRow], counted: str) -> list[str]:
    shown = [row.label if row.label is not None else "(nobody named)" for row in rows]
    label_width = min(max(len(label) for label in (*shown, "label")), 32)
    bar_width = max(10, min(30, shutil.get_terminal_size().columns - label_width - 52))
    lines = [f"  {'label':<{label_width}}  {'in Omi':<12}  {counted:>8}  {'talk time':>9}  share"]
    for label, row in zip(shown, rows, strict=True):
        cut = label if len(label) <= label_width else label[: label_width - 1] + "…"
        who = "you" if row.voice.is_user else row.voice.speaker
        bar = "█" * round(row.share * bar_width) or "▏"
        lines.append(
            f"  {cut:<{label_width}}  {who:<12}  {row.segments:>8,}  {render_span(round(row.seconds * 1000)):>9}"
            f"  {row.share:>4.0%} {bar}"
        )
    return lines


def _picture(transcript: Transcript, rows: list[SpeakerRow]) -> list[str]:
    shown = [row.label if row.label is not None else "(nobody named)" for row in rows]
    label_width = min(max(map(len, shown)), 20)
    width = max(20, min(shutil.get_terminal_size().columns, 120) - label_width - 6)
    lanes = draw_chart(_spans(transcript), [row.label for row in rows], width)
    names = [
        *(
            label if len(label) <= label_width else label[: label_width - 1] + "…"
            for label in shown
        ),
        "",
    ]
    return [
        f"  {name:<{label_width}}  {lane}".rstrip() for name, lane in zip(names, lanes, strict=True)
    ]


def _describe_join(statistics: JoinStatistics) -> str:
    rules = (
        (statistics.covered, "by the turn that covers them"),
        (statistics.nearest, "by the nearest turn"),
        (statistics.smoothed, "by the words around them"),
        (statistics.untimed, "without a time, by their neighbours"),
        (statistics.kept, "kept the speaker they had"),
        (statistics.unknown, "near no turn, unknown"),
    )
    decided = ", ".join(f"{count:,} {how}" for count, how in rules if count)
    return f"{plural(statistics.words, 'word')}: {decided}; {statistics.confidence:.0%} sure"


def _problem_lines(transcript: Transcript) -> list[str]:
    lines = []
    for problems in group_by_code(transcript.problems):
        code = problems[0].code
        count = f" ({len(problems):,} times)" if len(problems) > 1 else ""
        level = problems[0].level
        lines.append(
            f"  {click.style(level, fg={'lost': 'red', 'repaired': 'yellow'}.get(level))} {code}{count}"
        )
        lines += [f"    {describe(p)}" for p in problems[:_LINES_SHOWN]]
        if len(problems) > _LINES_SHOWN:
            where = ", ".join(str(p.line) for p in problems[_LINES_SHOWN:40] if p.line is not None)
            lines.append(
                f"    and {len(problems) - _LINES_SHOWN:,} more"
                + (f", at lines {where} …" if where else "")
            )
    return lines
