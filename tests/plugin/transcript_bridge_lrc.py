"""LRC song lyrics: `[00:12.34]words`, with header lines such as `[ti:A title]`."""

from __future__ import annotations

import re

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import Format
from transcript_bridge.models import Transcript, Utterance, Utterances
from transcript_bridge.problems import Problem

_LINE = re.compile(r"\[(\d{1,3}):(\d\d)\.(\d\d)\](.*)", re.ASCII)
_HEADER = re.compile(r"\[[a-z]+:.*\]")


def parse(text: str) -> Transcript:
    """One utterance a line, each until the next begins.

    Raises MalformedError where no line has a time.
    """
    found: list[Utterance] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if timed := _LINE.match(line):
            minutes, seconds, hundredths = (int(part) for part in timed.groups()[:3])
            start = (minutes * 60 + seconds) * 1000 + hundredths * 10
            found.append(Utterance(start, start, timed[4].strip(), line=number))
        elif line.strip() and not _HEADER.match(line):
            problems.append(Problem("lrc-no-time", f"this line has no time: {line[:40]!r}", number))
    if not found:
        raise MalformedError("no line of this has a time ([00:12.34]words)")
    ends = [*(u.start for u in found[1:]), found[-1].start + 2000]
    sung = [u._replace(end=end) for u, end in zip(found, ends, strict=True) if u.text]
    pauses = len(found) - len(sung)
    if pauses:
        problems.append(
            Problem("lrc-pause", "times without words end the line before", cues=pauses)
        )
    return Transcript(Utterances.of(sung), problems=tuple(problems), cues=len(found))


def sniff(text: str) -> int:
    """Only its first lines: headers, then a time."""
    for line in text[:2000].split("\n"):
        if line.strip() and not _HEADER.match(line):
            return 85 if _LINE.match(line) else 0
    return 0


FORMAT = Format(name="lrc", title="LRC song lyrics", suffixes=(".lrc",), sniff=sniff, parse=parse)
