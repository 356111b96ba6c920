"""The transcript of a recording as HTML.

Ten thousand utterances are 1.2 MB: each line has its time, but a name only if the speaker changes,
and the end tags that HTML does not need are left out. The browser lays out blocks as they come into
view (`content-visibility`), so that searching in the page finds every line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ....problems import Problem
from ....report.html import Markup, join, tag, text
from ....timecode import render_span
from ...opened import OpenedRecording, VoiceRow

_BLOCK_LINES = 50
_SECOND = 1000
"""ms, because `render_span` rounds to them."""


class _Notice(NamedTuple):
    """A line of the page between two utterances. before: the place of the second utterance."""

    before: int
    line: Markup


def stream_transcript(opened: OpenedRecording) -> Iterator[Markup]:
    """The whole transcript, one block at a time."""
    notices: dict[int, list[Markup]] = {}
    for notice in (*_list_problems(opened), *_list_borders(opened)):
        notices.setdefault(notice.before, []).append(notice.line)
    yield Markup('<section id="transcript" aria-label="Transcript">')
    names = {voice.label: _render_name(voice) for voice in opened.voices}
    count = len(opened.utterances)
    for first in range(0, count, _BLOCK_LINES):
        last = min(first + _BLOCK_LINES, count)
        yield Markup("".join(_render_block(opened, range(first, last), names, notices)))
    yield join([notices.get(count), Markup("</section>")])


def _render_block(
    opened: OpenedRecording,
    places: range,
    names: Mapping[str | None, str],
    notices: Mapping[int, Sequence[Markup]],
) -> Iterator[str]:
    """The strings are joined by hand: `tag` takes three times as long for ten thousand lines."""
    utterances = opened.utterances
    offsets = _list_offsets(utterances.starts[places.start : places.stop])
    yield f"<div class=lines{offsets}>"
    before = utterances.speakers[places[0] - 1] if places[0] else object()
    for place in places:
        yield from notices.get(place, ())
        start = utterances.starts[place]
        label = utterances.speakers[place]
        name = names[label] if label != before else ""
        before = label
        yield f"<p><i>{render_span(start)}</i>{name}{text(utterances.texts[place])}"
    yield "</div>\n"


def _list_offsets(starts: Sequence[int]) -> str:
    """The ms of each line's start after the full second that it shows, for the player.

    Once for each block, and not at all if all are zero: with an attribute at each line, the page
    was a third larger.
    """
    offsets = [start - round(start / _SECOND) * _SECOND for start in starts]
    if not any(offsets):
        return ""
    return f' data-offsets="{" ".join(map(str, offsets))}"'


def _render_name(voice: VoiceRow) -> str:
    """The heading of a speaker. Scripts find all headings of a voice by its class, which also has
    the color of the voice's place; any other color needs a class of its own."""
    look = f"v{voice.place}"
    if voice.color != voice.place:
        look = f'"v{voice.place} c{voice.color}"'
    return f"<b class={look}>{text(voice.name)}</b>"


# ---- between the lines


def _list_borders(opened: OpenedRecording) -> Iterator[_Notice]:
    for number, before in enumerate(opened.borders, 2):
        at = render_span(opened.utterances.starts[before])
        words = f"Conversation {number} begins here (segment {before + 1:,}, {at})"
        yield _Notice(before, tag("div", words, class_="border"))


def _list_problems(opened: OpenedRecording) -> Iterator[_Notice]:
    """Problems at the lines of the file that they are about."""
    lines = [line for line in opened.utterances.lines if line is not None]
    if len(lines) < len(opened.utterances):
        return
    for number, problem in enumerate(opened.transcript.problems):
        if problem.line is None:
            continue
        before = bisect_left(lines, problem.line)
        yield _Notice(before, _render_problem(problem, number))


def _render_problem(problem: Problem, number: int) -> Markup:
    words = f"line {problem.line}: {problem.message}"
    mark = tag("span", "⚠ ", aria_hidden="true")
    return tag("div", mark, words, class_=f"problem {problem.level}", id=f"problem{number}")
