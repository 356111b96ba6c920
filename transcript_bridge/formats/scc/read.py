"""Scenarist captions: bytes -> utterances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ..cues.cue import FindingLog, quote
from ..cues.lines import clean_lines
from .letters import BASIC, EXTENDED, SPECIAL

_LINE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d\d)[ \t]+(\S.*)")
_PAIR = re.compile(r"[0-9a-fA-F]{4}")
_FRAME = 1001 / 30
"""ms."""
_SLOWER = 1.001
"""How long a second takes of a clock that counts 30 frames and drops none."""
_POP_ON, _LIVE = 0x20, (0x25, 0x26, 0x27, 0x29, 0x2A, 0x2B)
_BACKSPACE, _ERASE_SHOWN, _NEW_LINE, _ERASE_PREPARED, _SHOW = 0x21, 0x2C, 0x2D, 0x2E, 0x2F
_ENDING = {*_LIVE, _ERASE_SHOWN, _NEW_LINE, _SHOW}
"""Commands that end the caption on the screen."""
_IS_PREPARED = {_POP_ON: True, **dict.fromkeys(_LIVE, False)}
"""Commands that say whether captions are prepared, or shown while they come (roll-up, paint-on)."""
_SECOND_CHANNEL = 0x08
_LAST_CODE = 0x1F


def parse(text: str) -> Transcript:
    """Read the captions of the first channel; MalformedError if no line has bytes and a time."""
    log = FindingLog()
    decoder = _Decoder()
    is_any = False
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line.strip())
        if found is not None:
            is_any = True
            decoder.line = number
            _decode(_read_clock(found), found[6], decoder)
        elif line.strip() and is_any:
            log.add("bad-line", f"this is not a line of captions: {quote(line)!r}", number)
    if not is_any:
        raise MalformedError("no line has a time and the bytes of captions", line=1)
    decoder.finish()
    return Transcript(
        Utterances.of(decoder.found), problems=log.problems(), cues=len(decoder.found)
    )


def _read_clock(found: re.Match[str]) -> float:
    """The ms of a line."""
    hours, minutes, seconds, sign, frames = found.groups()[:5]
    ms = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000.0
    if sign == ":":
        ms *= _SLOWER
    return ms + int(frames) * _FRAME


def _decode(start: float, body: str, decoder: _Decoder) -> None:
    before = None
    for place, pair in enumerate(_PAIR.findall(body)):
        first = int(pair[:2], 16) & 0x7F
        second = int(pair[2:], 16) & 0x7F
        decoder.now = round(start + place * _FRAME)
        is_code = 0x10 <= first <= _LAST_CODE
        if is_code and pair == before:  # codes come twice, for the case that one is lost
            before = None
            continue
        before = pair
        if not is_code:
            decoder.write(_letter(first) + _letter(second))
        elif not first & _SECOND_CHANNEL:
            decoder.obey(first, second)


def _letter(byte: int) -> str:
    if byte <= _LAST_CODE:
        return ""
    return BASIC.get(byte) or chr(byte)


class _Decoder:
    """The decoder's memory: the caption being prepared, and the one shown. Its attributes have the
    results."""

    def __init__(self) -> None:
        self.now = 0
        self.line = 1
        self.found: list[Utterance] = []
        self._is_prepared = True
        self._prepared = ""
        self._shown = ""
        self._shown_at = 0

    def write(self, text: str) -> None:
        """Add letters to the caption that is being prepared or shown."""
        if self._is_prepared:
            self._prepared += text
            return
        if not self._shown.strip() and text.strip():
            self._shown_at = self.now
        self._shown += text

    def obey(self, first: int, second: int) -> None:
        """A code: a letter of two bytes, a place, or a command."""
        if second >= 0x40:  # the place of a row
            self.write("\n")
        elif first == 0x11 and second >= 0x30:
            self.write(SPECIAL[second - 0x30])
        elif first in EXTENDED and second >= 0x20:
            self._delete()
            self.write(EXTENDED[first][second - 0x20])
        elif first == 0x11:  # color or italics, which take the room of a blank
            self.write(" ")
        elif first in (0x14, 0x15):
            self._command(second)

    def _command(self, command: int) -> None:
        if command in _ENDING:
            self.finish()
        if command == _SHOW:
            self._shown, self._shown_at = self._prepared, self.now
        if command in (_SHOW, _ERASE_PREPARED):
            self._prepared = ""
        elif command == _BACKSPACE:
            self._delete()
        self._is_prepared = _IS_PREPARED.get(command, self._is_prepared)

    def _delete(self) -> None:
        if self._is_prepared:
            self._prepared = self._prepared[:-1]
        else:
            self._shown = self._shown[:-1]

    def finish(self) -> None:
        """End the caption on the screen, and keep it."""
        said = "\n".join(_clean(self._shown))
        if said:
            self.found.append(Utterance(self._shown_at, self.now, said, line=self.line))
        self._shown = ""


def _clean(text: str) -> Iterator[str]:
    for line in clean_lines(text).split("\n"):
        yield " ".join(line.split())
