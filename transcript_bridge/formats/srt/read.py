"""SRT: the fast reader for each chunk of well-formed cues, else the careful one."""

from __future__ import annotations

from functools import partial

from ...errors import MalformedError
from ...models import Transcript
from ...on_demand import on_demand
from ..cues.cue import FindingLog
from ..cues.reading import ONE_BY_ONE, read_chunks
from ..cues.repeats import find_filters
from ..cues.whole_text import correct_text
from . import fast
from .colors import has_colors

_read_carefully = on_demand(__package__, "careful", "read")


def parse(text: str) -> Transcript:
    """Read SRT; `text` of an utterance keeps the lines of its cue, `line` is that of its times.

    Raises MalformedError if there is no time line at all.
    """
    log = FindingLog()
    text = correct_text(_remove_nuls(text, log), log)
    filters = find_filters(text)
    colored = has_colors(text)
    reader = fast.READER
    if filters or colored:
        reader = ONE_BY_ONE
    read_carefully = partial(_read_carefully, filters=filters, colored=colored)
    utterances = read_chunks(text, reader, read_carefully, log)
    if log.cues == log.unreadable:
        raise MalformedError(
            "no line has times such as 00:00:01,000 --> 00:00:02,500; export it as SRT again",
            line=1,
        )
    return Transcript(utterances, problems=log.problems(), cues=log.cues)


def _remove_nuls(text: str, log: FindingLog) -> str:
    first = text.find("\0")
    if first < 0:
        return text
    log.add("nul-bytes", "NUL characters were removed", text.count("\n", 0, first) + 1)
    return text.replace("\0", "")
