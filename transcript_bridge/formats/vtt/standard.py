"""The WebVTT parser of the standard (W3C WebVTT, section 6.1 to 6.4), for `--no-recover`.

Written along its steps, so that the two can be compared; settings, regions and style sheets are
passed over, because no text stands in them. Hours are limited to fifteen digits, which is more than
any recording has.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ..cues.markup import standard_text, standard_voice

_STAMP = r"(?:([0-9]{1,15}+):)?([0-9]{2}):([0-9]{2})\.([0-9]{3})(?![0-9])"
TIMES = re.compile(rf"[ \t\f]*+{_STAMP}[ \t\f]*+-->[ \t\f]*+{_STAMP}")
"""Section 6.3, "collect WebVTT cue timings and settings", up to the settings."""


def read_standard_times(line: str) -> tuple[int, int] | None:
    """Start and end in ms; None where the standard finds an error."""
    match = TIMES.match(line)
    if match is None:
        return None
    h1, m1, s1, f1, h2, m2, s2, f2 = (int(digits or 0) for digits in match.groups())
    if max(m1, s1, m2, s2) > 59:
        return None
    return ((h1 * 60 + m1) * 60 + s1) * 1000 + f1, ((h2 * 60 + m2) * 60 + s2) * 1000 + f2


class _Block(NamedTuple):
    cue: Utterance | None
    position: int
    line: int


def parse_standard(text: str) -> Transcript:
    """Exactly the cues that the standard accepts, each one utterance with its lines as they are.

    Raises MalformedError for a file that is no WebVTT by the standard.
    """
    text = text.replace("\0", "\ufffd")
    if text[:6] != "WEBVTT" or text[6:7] not in ("", " ", "\t", "\n"):
        raise MalformedError(
            "by the standard this is no WebVTT: it must begin with a line 'WEBVTT'; read it without --no-recover",
            line=1,
        )
    position = text.find("\n") + 1 or len(text)
    line = 2
    if text[position : position + 1] != "\n":
        _, position, line = _collect_block(text, position, line, in_header=True)
    found: list[Utterance] = []
    while True:
        while text[position : position + 1] == "\n":
            position += 1
            line += 1
        if position >= len(text):
            break
        cue, position, line = _collect_block(text, position, line)
        if cue:
            found.append(cue)
    return Transcript(Utterances.of(found), cues=len(found))


def _collect_block(text: str, position: int, number: int, *, in_header: bool = False) -> _Block:
    """Section 6.2, "collect a WebVTT block"; its buffer is `text[begin:previous]`."""
    begin = previous = position
    lines = 0
    times: tuple[int, int] | None = None
    seen_arrow = False
    id_, at = "", number
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        following = min(end + 1, len(text))
        lines += 1
        if text.find("-->", position, end) >= 0:
            if in_header or not (lines == 1 or (lines == 2 and not seen_arrow)):
                position = previous
                break
            seen_arrow = True
            times = read_standard_times(text[position:end])
            if times:
                id_, at, begin = text[begin : max(begin, position - 1)], number, following
            previous = following
        elif position == end:
            number += 1
            position = following
            break
        else:
            previous = following
        number += 1
        position = following
    if times is None:
        return _Block(None, position, number)
    raw = text[begin:previous].removesuffix("\n")
    cue = Utterance(*times, standard_text(raw), standard_voice(raw), (), id_ or None, at)
    return _Block(cue, position, number)
