"""Text with times: each timed line with the lines after it is a cue; else text with headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ..base import SNIFF_WINDOW
from ..cues.cue import FindingLog, quote
from ..cues.lines import BLANKS, EDGES, clean_lines
from ..cues.timestamps import read_stamp
from ..recognizer_tokens import has_tokens, remove_tokens
from .fractions import shorten_fractions
from .headed import parse_headed
from .header import blank_product_lines, read_header
from .line_rows import blank_rows
from .number_lines import write_timed_lines
from .ranges import find_ranges, has_ranges, read_ranges
from .sections import find_sections, name_at, read_name_alone
from .windows import SIGN, place_windows

_CLOCK = r"(?:\d{1,6}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?|\d{1,9}(?:\.\d{1,3})?s"
TIMED_LINE = re.compile(rf"\n[ \t]*+\[({_CLOCK})[ \t]*+-{{1,2}}>[ \t]*+({_CLOCK})\]([^\n]*+)")
"""A line with times, with the line break before it: start, end, the text after them."""
_PIECES = 4
"""Into so many TIMED_LINE divides each cue."""
_ANY_CLOCK = re.compile(r"(?<!\d)\d{1,2}:[0-5]\d(?!\d)")
_RECOGNIZER_LOG = re.compile(
    r"(?:whisper_|ggml_|main:|system_info:|Detecting language|Detected language|Loading Whisper"
    rf"|\[Start speaking\]|{SIGN}\d)"
)


def parse(text: str) -> Transcript:
    """Read lines of text with times; `text` of an utterance keeps its lines.

    Raises MalformedError if no line has times, NoSpeechError for a chat.
    """
    log = FindingLog()
    text = "\n" + shorten_fractions(text.replace("\0", ""))
    if has_tokens(text):
        text = remove_tokens(text)
    if has_ranges(text[:SNIFF_WINDOW]):  # as in `sniff`; all of it would take 8 % longer
        return _parse_ranges(text[1:], log)
    first = TIMED_LINE.search(text)
    if not first and (written := write_timed_lines(text)):
        text = written
        first = TIMED_LINE.search(text)
    if not first:
        headed = parse_headed(text[1:], log)
        if headed is not None:
            return headed
        reason = "this text has no times, like WhisperX's .txt"
        if _ANY_CLOCK.search(text):
            reason = "this text has times, but in a form that is not read (see docs/formats.md)"
        raise MalformedError(f"{reason}; export JSON (best), SRT or VTT instead", line=1)
    return _parse_timed_lines(text, first, log)


def _parse_timed_lines(text: str, first: re.Match[str], log: FindingLog) -> Transcript:
    sections = _find_sections(text, first)
    lines = blank_rows(text.split("\n"), sections)
    text = "\n".join(lines)
    above, *cues = TIMED_LINE.split(text)
    _report_stray(above, log)
    utterances = Utterances.of(_read_utterances(cues, above.count("\n") + 1, log))
    if SIGN in text:
        utterances = Utterances.of(place_windows(utterances, lines, log))
    if sections:
        speakers = [name_at(sections, line or 0) for line in utterances.lines]
        utterances = utterances.replace(utterances.texts, speakers)
    return Transcript(utterances, problems=log.problems(), cues=log.cues)


def _parse_ranges(text: str, log: FindingLog) -> Transcript:
    lines = blank_product_lines(text.split("\n"), log)
    found = find_ranges(lines)
    header = read_header(lines[: min(found)], log)
    utterances = Utterances.of(read_ranges(lines, found, log))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=log.cues,
        title=header.title,
        started_at=header.started_at,
    )


def _find_sections(text: str, first: re.Match[str]) -> Mapping[int, str]:
    """Find names that are above several lines with times, by row."""
    above = text[: first.start()].rstrip()
    if not read_name_alone(above[above.rfind("\n") + 1 :]):
        return {}
    lines = text.split("\n")
    timed = [row for row, line in enumerate(lines) if TIMED_LINE.match(f"\n{line}")]
    return find_sections(lines, timed)


def _report_stray(text: str, log: FindingLog) -> None:
    """Report text before the first times."""
    for line in clean_lines(text).split("\n"):
        if line and not _RECOGNIZER_LOG.match(line):
            message = f"text before the first times, {quote(line)!r}, was left out"
            log.add("stray-text", message, 1)
            return


def _read_utterances(cues: Sequence[str], line: int, log: FindingLog) -> Iterator[Utterance]:
    """cues: of each its start, its end, the text after them, and the lines up to the next one.

    line: that of the first one, from 1.
    """
    for place in range(0, len(cues), _PIECES):
        start, end, first, rest = cues[place : place + _PIECES]
        log.cues += 1
        said = _read_text(first, rest)
        if said:
            yield Utterance(_read_clock(start), _read_clock(end), said, line=line)
        else:
            log.add("empty-cue", "a cue without text was left out", line, 1)
        line += rest.count("\n") + 1


def _read_text(first: str, rest: str) -> str:
    """Join the text of a cue; `rest` begins with the line break after `first`."""
    if not rest.strip(EDGES):
        return first.strip(BLANKS)
    lines = [line for line in rest.split("\n") if not _RECOGNIZER_LOG.match(line)]
    return clean_lines("\n".join([first, *lines]))


def _read_clock(clock: str) -> int:
    """Read `00:01.000` or `1.00s` as ms."""
    if ":" in clock:
        return read_stamp(clock)
    return round(float(clock[:-1]) * 1000)
