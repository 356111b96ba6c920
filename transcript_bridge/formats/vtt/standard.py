"""The WebVTT parser of the standard (W3C WebVTT, sections 6.1 to 6.4), for `--no-recover`.

It is written along the standard's steps, so that the two can be compared. Settings, regions and
style sheets are skipped, because they hold no text. Hours are limited to fifteen digits, which is
more than any recording has.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...timecode import read_clock
from ..cues.markup import standard_text, standard_voice
from .header import has_signature

_STAMP = r"(?:([0-9]{1,15}+):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})(?![0-9])"
_TIMES = re.compile(rf"[ \t\f]*+{_STAMP}[ \t\f]*+-->[ \t\f]*+{_STAMP}")
"""Section 6.3, "collect WebVTT cue timings and settings", up to the settings."""


def read_standard_times(line: str) -> tuple[int, int] | None:
    """Start and end in ms; None if the standard finds an error."""
    match = _TIMES.match(line)
    if match is None:
        return None
    numbers = match.groups()
    return read_clock(*numbers[:4]), read_clock(*numbers[4:])


def parse_standard(text: str) -> Transcript:
    """Read the cues that the standard accepts, each as one utterance with unchanged lines.

    Raises MalformedError for a file that is not WebVTT by the standard.
    """
    text = text.replace("\0", "\ufffd")
    if not has_signature(text):
        raise MalformedError(
            "by the standard this is not WebVTT: it must begin with a line 'WEBVTT'; "
            "read it without --no-recover",
            line=1,
        )
    collector = _Collector(text)
    collector.skip_header()
    found = []
    while collector.skip_empty_lines():
        cue = collector.collect_block()
        if cue:
            found.append(cue)
    return Transcript(Utterances.of(found), cues=len(found))


class _LinePlace(NamedTuple):
    start: int
    end: int
    next: int
    """Where the next line starts, at most the length of the text."""


class _Collector:
    """Section 6.1 and 6.2: the text, the position in it, and the 1-based line of that."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._number = 1

    def skip_header(self) -> None:
        self._pass(self._line())
        if self._text[self._position : self._position + 1] != "\n":
            self.collect_block(in_header=True)

    def skip_empty_lines(self) -> bool:
        """Whether anything follows them."""
        while self._text[self._position : self._position + 1] == "\n":
            self._pass(self._line())
        return self._position < len(self._text)

    def collect_block(self, *, in_header: bool = False) -> Utterance | None:
        """Section 6.2, "collect a WebVTT block"; its buffer is `text[begin:end]`."""
        text = self._text
        begin = end = self._position
        id_ = ""
        times: tuple[int, int] | None = None
        times_number = self._number
        lines = 0
        seen_arrow = False
        while self._position < len(text):
            line = self._line()
            lines += 1
            if text.find("-->", line.start, line.end) >= 0:
                is_times = lines == 1 or (lines == 2 and not seen_arrow)
                if in_header or not is_times:
                    break
                seen_arrow = True
                times = read_standard_times(text[line.start : line.end])
                if times:
                    id_ = text[begin : max(begin, line.start - 1)]
                    times_number = self._number
                    begin = line.next
            elif line.start == line.end:
                self._pass(line)
                break
            end = line.next
            self._pass(line)
        if times is None:
            return None
        raw = text[begin:end].removesuffix("\n")
        voice = standard_voice(raw)
        return Utterance(*times, standard_text(raw), voice, (), id_ or None, times_number)

    def _line(self) -> _LinePlace:
        end = self._text.find("\n", self._position)
        if end < 0:
            end = len(self._text)
        return _LinePlace(self._position, end, min(end + 1, len(self._text)))

    def _pass(self, line: _LinePlace) -> None:
        self._position = line.next
        self._number += 1
