"""WebVTT: the fast reader for each chunk of well-formed cues, else the careful one."""

from __future__ import annotations

import re
from functools import partial

from ...errors import MalformedError
from ...models import Transcript
from ...on_demand import on_demand
from ..cues.cue import FindingLog
from ..cues.lines import has_sign
from ..cues.reading import ONE_BY_ONE, read_chunks
from ..cues.repeats import find_filters
from ..cues.whole_text import correct_text
from . import fast
from .header import find_header, read_header, refuse_unspoken
from .payloads import open_payloads
from .segments import drop_segment_repeats, remove_inner_headers
from .voices import correct_voices

_read_carefully = on_demand(__package__, "careful", "read")
_OVERRIDE_BEGINNING = "{\\"
_OVERRIDE = re.compile(r"\{\\[^{}\n]*+\}")
"""`{\\an8}`, which is left where SRT was made WebVTT by a change of its commas."""


def parse(text: str) -> Transcript:
    """Read WebVTT; `text` of an utterance keeps the lines of its cue, `line` is that of its times.

    Raises MalformedError for a text that has neither a signature nor a cue, NoSpeechError for a
    track of another kind.
    """
    log = FindingLog()
    text = correct_text(text.replace("\0", "\ufffd"), log)
    if has_sign(text, _OVERRIDE_BEGINNING):
        text = _OVERRIDE.sub("", text)
    header = find_header(text, log)
    refuse_unspoken(header.text)
    read_header(header.text, log)
    text, is_joined = remove_inner_headers(text, header.end)
    filters = find_filters(text)
    if is_joined:
        filters = (*filters, drop_segment_repeats)
    reader = fast.READER
    if filters:
        reader = ONE_BY_ONE
    read_carefully = partial(_read_carefully, filters=filters)
    utterances = read_chunks(text, reader, read_carefully, log, header.end, header.line)
    if not header.text and log.cues == log.unreadable:
        raise MalformedError(
            "this has neither WEBVTT at the beginning nor a line with times such as "
            "00:01.000 --> 00:02.500; export it as WebVTT again",
            line=1,
        )
    if any(utterances.speakers):
        utterances = correct_voices(utterances, text)
    problems = log.problems()
    read = Transcript(utterances, problems=problems, cues=log.cues, language=log.language)
    return open_payloads(read)
