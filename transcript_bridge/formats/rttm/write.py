"""RTTM from a transcript: a SPEAKER line for each utterance, LEXEME lines for its words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import PurePath

from ...models import Transcript, Utterance
from ...timecode import share_time
from .escapes import HEADER, NOBODY, encode

_Span = tuple[int, int]
"""Start and end in ms."""
_TOKEN_BORDER = re.compile(r"(?<=.) (?=[^ ])", re.DOTALL)


def render(transcript: Transcript) -> str:
    """Write RTTM; a transcript without utterances gets a SPEAKER line for each turn.

    Read again, it gives the same utterances: times, speakers, texts to the last blank. A word
    without a time of its own gets its share of the time around it, by length.
    """
    recording = PurePath(transcript.path).stem.strip("-") or "recording"
    lines = [HEADER]
    for utterance in transcript.utterances:
        lines += _render_utterance(utterance, recording)
    if not transcript.utterances:
        for turn in transcript.turns:
            file = turn.recording or recording
            lines.append(_speaker_line(file, turn.start, turn.end, turn.speaker))
    return "\n".join(lines) + "\n"


def _render_utterance(utterance: Utterance, recording: str) -> Iterator[str]:
    speaker = utterance.speaker
    yield _speaker_line(recording, utterance.start, utterance.end, speaker)
    for token, (start, end) in _time_tokens(utterance):
        yield _line("LEXEME", recording, start, end, f"{encode(token)} lex", speaker)


def _speaker_line(recording: str, start: int, end: int, speaker: str | None) -> str:
    return _line("SPEAKER", recording, start, end, f"{NOBODY} {NOBODY}", speaker)


def _line(kind: str, recording: str, start: int, end: int, word: str, speaker: str | None) -> str:
    """word: the columns ortho and subtype."""
    if speaker:
        name = encode(speaker)
    else:
        name = NOBODY
    times = f"{start / 1000:.3f} {(end - start) / 1000:.3f}"
    return f"{kind} {encode(recording)} 1 {times} {word} {name} {NOBODY} {NOBODY}"


def _time_tokens(utterance: Utterance) -> Iterator[tuple[str, _Span]]:
    """The text cut at its blanks, so that joining it by blanks gives it back; each piece timed."""
    if not utterance.text:
        return
    tokens = _TOKEN_BORDER.split(utterance.text)
    times = _find_times(utterance, tokens)
    index = 0
    low = utterance.start
    while index < len(tokens):
        time = times[index]
        if time is not None:
            yield tokens[index], time
            low = time[1]
            index += 1
            continue
        stop, high = _next_time(times, index, utterance.end)
        lengths = [len(token) for token in tokens[index:stop]]
        spans = share_time(low, max(low, high), lengths)
        yield from zip(tokens[index:stop], spans, strict=True)
        index = stop


def _next_time(times: list[_Span | None], index: int, end: int) -> tuple[int, int]:
    """The index of the next piece with a time and when that begins; else the end of both."""
    for stop in range(index, len(times)):
        time = times[stop]
        if time is not None:
            return stop, time[0]
    return len(times), end


def _find_times(utterance: Utterance, tokens: list[str]) -> list[_Span | None]:
    """The time of each piece of the text in which a timed word of the utterance occurs."""
    times: list[_Span | None] = [None] * len(tokens)
    token_ends = list(accumulate(len(token) + 1 for token in tokens))
    position = 0
    for word in utterance.words:
        found = utterance.text.find(word.text, position)
        if found < 0:
            break
        position = found + len(word.text)
        start = word.start
        end = word.end
        if start is None or end is None or end < start:
            continue
        index = min(bisect_right(token_ends, found), len(tokens) - 1)
        before = times[index]
        if before:
            start = before[0]
            end = max(before[1], end)
        times[index] = (start, end)
    return times
