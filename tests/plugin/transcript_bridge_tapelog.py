"""Tape logs, a format made up for this example: `@12.34 words`, with headers such as `# By: me`.

The number is seconds. A line lasts until the next time. A time without words ends the line before
it.
"""

from __future__ import annotations

import re

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import Format
from transcript_bridge.models import Transcript, Utterance, Utterances
from transcript_bridge.problems import Problem

LINE = re.compile(r"@(\d{1,6})\.(\d\d)(?: (.*))?", re.ASCII)
HEADER = re.compile(r"# [A-Z][a-z]*: .*")
LAST_LINE = 2000
"""ms: how long the last line lasts, if no time ends it."""


def sniff(text: str) -> int:
    """Headers, then a time."""
    for line in text[:2000].split("\n"):
        if line.strip() and not HEADER.match(line):
            return 85 if LINE.fullmatch(line) else 0
    return 0


def parse(text: str) -> Transcript:
    """One utterance for each line; MalformedError if no line has a time."""
    found: list[Utterance] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        timed = LINE.fullmatch(line)
        if timed:
            start = int(timed[1]) * 1000 + int(timed[2]) * 10
            found.append(Utterance(start, start, (timed[3] or "").strip(), line=number))
        elif line.strip() and not HEADER.match(line):
            problems.append(Problem("tapelog-no-time", f"no time in {line[:40]!r}", number))
    if not found:
        raise MalformedError("no line has a time (@12.34 words)")
    ends = [utterance.start for utterance in found[1:]] + [found[-1].start + LAST_LINE]
    timed_lines = [u._replace(end=end) for u, end in zip(found, ends, strict=True)]
    spoken = [utterance for utterance in timed_lines if utterance.text]
    pauses = len(found) - len(spoken)
    if pauses:
        problems.append(Problem("tapelog-pause", "times without words", cues=pauses))
    return Transcript(Utterances.of(spoken), problems=tuple(problems), cues=len(found))


def render(transcript: Transcript) -> str:
    """A line for each utterance; a time alone where a pause begins. Speakers are not written."""
    lines: list[str] = []
    end: int | None = None
    for utterance in transcript.utterances:
        if end is not None and end < utterance.start:
            lines.append(render_time(end))
        lines.append(render_time(utterance.start) + " " + " ".join(utterance.text.split()))
        end = utterance.end
    if end is not None:
        lines.append(render_time(end))
    return "\n".join([*lines, ""])


def render_time(ms: int) -> str:
    """`@seconds.hundredths`"""
    seconds, rest = divmod(ms, 1000)
    return f"@{seconds}.{rest // 10:02d}"


FORMAT = Format(
    name="tapelog",
    title="tape log",
    suffixes=(".tapelog",),
    sniff=sniff,
    parse=parse,
    render=render,
    rank=40,  # better than text with times, not as good as subtitles
    owns_suffixes=True,  # a broken .tapelog in an archive is a failure
)
