"""A Transcript from SubViewer captions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ..cues.cue import quote
from ..cues.lines import clean_lines
from ..cues.timestamps import read_stamp

_STAMP = r"\d{1,3}:\d{2}:\d{2}[.:]\d{1,3}"
TIME_LINE = re.compile(rf"\n[ \t\ufeff]*({_STAMP}),[ \t]?({_STAMP})[ \t]*(?=\n|$)")
"""The line with the times of a cue, with the line break before it."""
_THIRD_COLON = re.compile(r"(\d+:\d+:\d+):")
_END = "[END SUBTITLE]"
"""The last line of SubViewer 1."""
_BREAK = re.compile(r"\[br\]|<br[ ]?/?>")
_HEADER = re.compile(r"\[[A-Z][A-Z ]*\].*")
"""`[INFORMATION]`, `[TITLE] …`: what SubViewer writes before the first cue."""


def parse(text: str) -> Transcript:
    """Read captions; `text` of an utterance keeps its lines.

    Raises MalformedError if no line has times.
    """
    log = ProblemLog()
    text = "\n" + text.replace("\0", "")
    found = list(TIME_LINE.finditer(text))
    if not found:
        raise MalformedError(
            "no line has times such as 0:00:01.200,0:00:03.529; export it again", line=1
        )
    _report_stray(text[: found[0].start()], log)
    utterances = Utterances.of(_read_cues(text, found, log))
    return Transcript(utterances, problems=log.problems(), cues=len(found))


def _report_stray(before: str, log: ProblemLog) -> None:
    for number, line in enumerate(before.split("\n")):
        if line.strip() and not _HEADER.fullmatch(line.strip()):
            message = f"text before the first times, {quote(line)!r}, was left out"
            log.add("stray-text", message, max(number, 1))
            return


def _read_cues(text: str, found: list[re.Match[str]], log: ProblemLog) -> Iterator[Utterance]:
    line = 0
    at = 0
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        begin = match.start() + 1
        line += text.count("\n", at, begin)
        at = begin
        said = clean_lines(_BREAK.sub("\n", text[match.end() : end]).replace(_END, ""))
        if not said:
            log.add("empty-cue", "a cue without text was left out", line, 1)
            continue
        yield Utterance(_read_clock(match[1]), _read_clock(match[2]), said, line=line)


def _read_clock(clock: str) -> int:
    """The ms of `0:00:01.200`; SubViewer 1 has a colon before the fraction."""
    return read_stamp(_THIRD_COLON.sub(r"\1.", clock))
