"""`inspect`: shows what is in a transcript, for people and for programs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ...config import RunOptions
from ...dating.wording import describe_began
from ...errors import BridgeError, name_input
from ...label_decisions import LabelDecisions, explain_labels
from ...models import Transcript, Voice
from ...pipeline import Loaded, make_bodies
from ...problems import Problem
from ...quantities import count_of
from ...timecode import render_span
from ..flags import LongCommand, file_flags, json_flag
from ..label_decisions import decision_lines, decisions_as_data
from ..named_files import (
    collect_file_options,
    expand_parts,
    load_opened,
    open_named,
    open_named_turns,
)
from ..output import (
    ExitStatus,
    Styled,
    describe,
    group_by_code,
    print_json,
    print_line,
    print_lines,
    say_next,
    shorten,
)
from ..speaker_chart import Span, draw_chart
from ..times import to_iso

if TYPE_CHECKING:
    from ...shaping.diarization import JoinStatistics

_LINES_SHOWN = 8
"""How many problems of one code are shown in full."""
_PLACES_SHOWN = 32
"""How many lines of further problems are listed."""
_TITLE_WIDTH = 100
_NO_LABEL = "(no label)"
_LEVEL_COLORS = {"lost": "red", "repaired": "yellow"}
_LANE_COLORS = ("blue", "yellow", "magenta", "cyan", "bright_red", "bright_blue")
"""The colors of the chart; green is the owner's. Terminals adapt them to their background."""
_TABLE_LABEL_WIDTH = 32
_CHART_LABEL_WIDTH = 20
_MIN_CHART_WIDTH = 20
_MAX_CHART_COLUMNS = 120
_MIN_SAMPLE = 20
_MIN_BAR = 10
_MAX_BAR = 30
_OTHER_COLUMNS = 52
"""The width of the table without label and bar."""


class SpeakerRow(NamedTuple):
    """One speaker of one transcript."""

    label: str | None
    voice: Voice
    segments: int
    seconds: float
    """The talk time."""
    share: float
    """The share of all talk time, from 0 to 1."""
    sample: str
    """The longest utterance; empty for turns without words."""

    @property
    def name(self) -> str:
        """The label, or words for speech without one; with the name of the speaker map if there is
        one."""
        label = _NO_LABEL if self.label is None else self.label
        name = self.voice.name
        if name is not None and name != self.label:
            return f"{label} = {name}"
        return label


@click.command(name="inspect", cls=LongCommand)
@file_flags
@json_flag("One JSON object per input, on standard output.")
@click.option(
    "--explain",
    is_flag=True,
    help="For each text before a colon, say why it is a speaker's label or not.",
)
def command(inputs: tuple[str, ...], as_json: bool, explain: bool, **flags: Any) -> int:
    """Show what is in a transcript: speakers, times, problems."""
    run = collect_file_options(inputs, flags)
    inputs = expand_parts(inputs, run)
    status = ExitStatus(as_json=as_json)
    to_send = 0
    for number, name in enumerate(inputs):
        try:
            found = _inspect(name, run, explain=explain)
        except BridgeError as error:
            status.fail(error, input=name)
            continue
        to_send += found.requests
        if as_json:
            print_json(_as_data(found))
            continue
        if number:
            print_line("")
        print_lines(_as_lines(found))
    if to_send and not as_json and not status.code:
        say_next("'transcript-bridge upload' with the same arguments sends it to Omi")
    return status.code


class _Inspected(NamedTuple):
    """An input, the requests that it would become, and the decisions about its labels if wanted."""

    loaded: Loaded
    rows: list[SpeakerRow]
    requests: int
    decisions: LabelDecisions | None


def _inspect(name: str, run: RunOptions, *, explain: bool) -> _Inspected:
    """Raises BridgeError."""
    now = datetime.now(UTC)
    opened = open_named(name, now)
    loaded = load_opened(opened, run, open_named_turns(run), now)
    decisions = None
    if explain:
        decisions = explain_labels(
            opened.data,
            path=opened.path,
            format=loaded.options.format,
            encoding=loaded.options.encoding,
            recover=loaded.options.recover,
        )
    return _Inspected(loaded, _list_speakers(loaded), _count_requests(loaded), decisions)


def _count_requests(loaded: Loaded) -> int:
    transcript = loaded.transcript
    if not transcript.utterances:
        return 0
    if transcript.started_at is None:  # of a URL; how many there are does not depend on it
        transcript = transcript.evolve(started_at=datetime.now(UTC), start_source="guessed")
    return len(make_bodies(transcript, loaded.options))


def _list_speakers(loaded: Loaded) -> list[SpeakerRow]:
    """The speakers in order of appearance; those of the turns if there are no words."""
    counts: dict[str | None, int] = {}
    talk_times: dict[str | None, int] = {}
    for label, start, end in _list_spans(loaded.transcript):
        counts[label] = counts.get(label, 0) + 1
        talk_times[label] = talk_times.get(label, 0) + end - start
    voices = loaded.options.speakers.assign(counts)
    samples = _find_samples(loaded.transcript)
    total = sum(talk_times.values()) or 1
    rows = []
    for label, count in counts.items():
        ms = talk_times[label]
        sample = samples.get(label, "")
        rows.append(SpeakerRow(label, voices[label], count, ms / 1000, ms / total, sample))
    return rows


def _find_samples(transcript: Transcript) -> dict[str | None, str]:
    """The longest utterance of each speaker: it shows best who it is."""
    samples: dict[str | None, str] = {}
    for utterance in transcript.utterances:
        if len(utterance.text) > len(samples.get(utterance.speaker, "")):
            samples[utterance.speaker] = utterance.text
    return samples


def _list_spans(transcript: Transcript) -> list[Span]:
    """Make the chart of speakers from the utterances, or from the turns without words."""
    if transcript.utterances:
        return [
            (utterance.speaker, utterance.start, utterance.end)
            for utterance in transcript.utterances
        ]
    return [(turn.speaker, turn.start, turn.end) for turn in sorted(transcript.turns)]


# ---- for programs


def _as_data(found: _Inspected) -> dict[str, Any]:
    loaded = found.loaded
    transcript = loaded.transcript
    data: dict[str, Any] = {
        "input": transcript.path,
        "format": transcript.format,
        "encoding": transcript.encoding,
        "language": loaded.options.language or transcript.language,
        "language_is_from_name": transcript.language_is_from_name and not loaded.options.language,
        "title": transcript.title or None,
        "started_at": to_iso(transcript.started_at),
        "date_source": loaded.began.source or None,
        "date_is_guessed": loaded.began.at is not None and loaded.began.start_source == "guessed",
        "assumed_zone": loaded.began.zone or None,
        "duration": transcript.duration / 1000,
        "cues": transcript.cues,
        "segments": len(transcript.utterances),
        "requests": found.requests,
        "speakers": [_speaker_as_data(row) for row in found.rows],
        "problems": [_problem_as_data(problem) for problem in transcript.problems],
    }
    if loaded.statistics is not None:
        data["join"] = loaded.statistics._asdict()
        data["lanes"] = _lanes_as_data(_list_spans(transcript), found.rows)
    if found.decisions is not None:
        data["labels"] = decisions_as_data(found.decisions)
    return data


def _speaker_as_data(row: SpeakerRow) -> dict[str, Any]:
    return {
        "speaker": row.voice.speaker,
        "label": row.label,
        "is_user": row.voice.is_user,
        "person_id": row.voice.person_id,
        "segments": row.segments,
        "seconds": round(row.seconds, 3),
        "share": round(row.share, 4),
    }


def _problem_as_data(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "level": problem.level,
        "message": problem.message,
        "line": problem.line,
        "cues": problem.cues,
    }


def _lanes_as_data(spans: Sequence[Span], rows: Sequence[SpeakerRow]) -> list[dict[str, Any]]:
    by_label: dict[str | None, list[list[float]]] = {row.label: [] for row in rows}
    for label, start, end in spans:
        by_label[label].append([start / 1000, end / 1000])
    return [{"label": label, "spans": own} for label, own in by_label.items()]


# ---- for people


def _as_lines(found: _Inspected) -> list[str]:
    loaded, rows, requests, decisions = found
    transcript = loaded.transcript
    lines = _head_lines(loaded, requests)
    if rows:
        counted = "segments" if transcript.utterances else "turns"
        lines += ["", *_table_lines(rows, counted)]
        samples = _sample_lines(rows)
        if samples:
            lines += ["", *samples]
    if len(rows) > 1:
        lines += ["", *_chart_lines(transcript, rows)]
    if loaded.statistics is not None:
        lines += ["", f"  {_describe_join(loaded.statistics)}"]
    if transcript.problems:
        lines.append("")
        for problems in group_by_code(transcript.problems):
            lines += _problem_lines(problems)
    if decisions is not None:
        lines += ["", *decision_lines(decisions)]
    return lines


def _head_lines(loaded: Loaded, requests: int) -> list[str]:
    transcript = loaded.transcript
    facts = [transcript.format, transcript.encoding]
    if loaded.options.language:
        facts.append(f"{loaded.options.language} (set by you)")
    elif transcript.language:
        origin = " (by its name)" if transcript.language_is_from_name else ""
        facts.append(f"{transcript.language}{origin}")
    facts.append(f"{render_span(transcript.duration)} long")
    lines = [Styled(name_input(transcript.path), bold=True), f"  {', '.join(facts)}"]
    if transcript.is_turns_alone:
        turns = count_of(len(transcript.turns), "turn")
        lines.append(f"  {turns} and no words: join them to a transcript with --diarization")
    else:
        cues = count_of(transcript.cues, "cue")
        segments = count_of(len(transcript.utterances), "segment")
        lines.append(f"  {cues} -> {segments} -> {count_of(requests, 'conversation')}")
        if not requests:
            lines.append("  it has no speech: there is nothing to send")
    if transcript.title:
        lines.append(f"  title {shorten(transcript.title, _TITLE_WIDTH)}")
    if transcript.utterances or transcript.turns:
        lines.append(f"  began {describe_began(loaded.began, loaded.options.zone)}")
    return lines


def _table_lines(rows: Sequence[SpeakerRow], counted: str) -> list[str]:
    longest = max(len(name) for name in ("label", *[row.name for row in rows]))
    label_width = min(longest, _TABLE_LABEL_WIDTH)
    left = shutil.get_terminal_size().columns - label_width - _OTHER_COLUMNS
    bar_width = max(_MIN_BAR, min(_MAX_BAR, left))
    lines = [f"  {'label':<{label_width}}  {'in Omi':<12}  {counted:>8}  {'talk time':>9}  share"]
    for row in rows:
        label = shorten(row.name, label_width)
        who = "you" if row.voice.is_user else row.voice.speaker
        talk_time = render_span(round(row.seconds * 1000))
        bar = "█" * round(row.share * bar_width) or "▏"
        line = (
            f"  {label:<{label_width}}  {who:<12}  {row.segments:>8,}  {talk_time:>9}"
            f"  {row.share:>4.0%} {bar}"
        )
        lines.append(_paint_owner(line, row))
    return lines


def _sample_lines(rows: Sequence[SpeakerRow]) -> list[str]:
    """Show what each speaker says, because a label such as `SPEAKER_00` names nobody."""
    with_words = [row for row in rows if row.sample]
    width = min(max((len(row.name) for row in with_words), default=0), _TABLE_LABEL_WIDTH)
    lines = []
    for row in with_words:
        room = min(shutil.get_terminal_size().columns, _MAX_CHART_COLUMNS) - width - 6
        text = shorten(" ".join(row.sample.split()), max(room, _MIN_SAMPLE))
        name = shorten(row.name, width)
        lines.append(_paint_owner(f"  {name:<{width}}  “{text}”", row))
    return lines


def _paint_owner(line: str, row: SpeakerRow) -> str:
    if row.voice.is_user:
        return Styled(line, bold=True, color="green")
    return line


def _chart_lines(transcript: Transcript, rows: Sequence[SpeakerRow]) -> list[str]:
    label_width = min(max(len(row.name) for row in rows), _CHART_LABEL_WIDTH)
    columns = min(shutil.get_terminal_size().columns, _MAX_CHART_COLUMNS)
    width = max(_MIN_CHART_WIDTH, columns - label_width - 6)
    chart = draw_chart(_list_spans(transcript), [row.label for row in rows], width)
    names = [shorten(row.name, label_width) for row in rows]
    names.append("")  # before the time axis
    lanes = zip(names, chart, strict=True)
    lines = [f"  {name:<{label_width}}  {line}".rstrip() for name, line in lanes]
    *drawn, time_axis = lines
    painted = [_paint_lane(line, number, rows[number]) for number, line in enumerate(drawn)]
    return [*painted, time_axis]


def _paint_lane(text: str, number: int, row: SpeakerRow) -> str:
    """A lane in its own color; that of the owner is as in the table."""
    if row.voice.is_user:
        return _paint_owner(text, row)
    return Styled(text, color=_LANE_COLORS[number % len(_LANE_COLORS)])


def _describe_join(statistics: JoinStatistics) -> str:
    rules = (
        (statistics.covered, "by the turn that covers them"),
        (statistics.nearest, "by the nearest turn"),
        (statistics.smoothed, "by the words around them"),
        (statistics.untimed, "without a time, by their neighbors"),
        (statistics.kept, "kept the speaker they had"),
        (statistics.unknown, "near no turn, without a speaker"),
    )
    decided = ", ".join([f"{count:,} {how}" for count, how in rules if count])
    text = f"{count_of(statistics.words, 'word')}: {decided}"
    if statistics.kept + statistics.unknown < statistics.words:  # the turns decided some
        text += f"; {statistics.confidence:.0%} sure"
    return text


def _problem_lines(problems: Sequence[Problem]) -> list[str]:
    """The problems of one code."""
    first = problems[0]
    times = f" ({len(problems):,} times)" if len(problems) > 1 else ""
    rest = f" {first.code}{times}"
    lines: list[str] = [Styled(f"  {first.level}", color=_LEVEL_COLORS.get(first.level), rest=rest)]
    not_shown = problems[_LINES_SHOWN:]
    lines += [f"    {describe(problem)}" for problem in problems[:_LINES_SHOWN]]
    if not_shown:
        more = f"    and {len(not_shown):,} more"
        places = [
            str(problem.line) for problem in not_shown[:_PLACES_SHOWN] if problem.line is not None
        ]
        if places:
            more += f", at lines {', '.join(places)} …"
        lines.append(more)
    return lines
