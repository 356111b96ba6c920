"""Reads SRT in any condition, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...models import Utterance
from ..cues.blocks import CueBlock, split_blocks
from ..cues.chunks import Chunk
from ..cues.cue import Cue, FindingLog, quote
from ..cues.lines import (
    BLANKS,
    EDGES,
    INVISIBLE,
    NO_NUMBER,
    clean_lines,
    is_blank,
    number_in,
    split_hard_breaks,
)
from ..cues.markup import to_utterances
from ..cues.repeats import CueFilter, filter_cues
from ..cues.salvage import leave_out_damaged
from ..cues.timestamps import GAP
from .colors import color_of
from .fast import TIME
from .markup import to_vtt

_STANDARD_TIMES = re.compile(rf"{GAP}{TIME}[ \t]*-->[ \t]*{TIME}")
_POSITION = re.compile(r"(?:[^\s:]*+:\S*+\s*+)*+")
"""Coordinates that may follow the times: `X1:40 X2:600 Y1:20 Y2:50`."""
_BLANK_LINE = re.compile(rf"\n[{BLANKS}]*+(?=\n)")


def read(
    chunk: Chunk, log: FindingLog, *, filters: Sequence[CueFilter] = (), colored: bool = False
) -> Iterator[Utterance]:
    """The cues of `chunk`, through `filters`; if `colored`, the colors are speakers."""
    for cue in filter_cues(_read_cues(chunk, log), filters, log):
        color = None
        if colored:
            color = color_of(cue.text)
        yield from to_utterances(cue._replace(text=to_vtt(cue.text)), log, color)


def _read_cues(chunk: Chunk, log: FindingLog) -> Iterator[Cue]:
    number = NO_NUMBER
    for block in split_blocks(chunk):
        number = block.times.number or number
        text, next_number = _cut_next_number(block, number, log)
        text = leave_out_damaged(block, text, number, log)
        if block.is_cue:
            log.cues += 1
            yield _make_cue(block, text, log)
        else:
            _report_stray(text, block.line + 1, log)
        number = next_number


def _cut_next_number(block: CueBlock, number: int, log: FindingLog) -> tuple[str, int]:
    """The lines of a cue without the number of the next one, and that number.

    A number at the end of the text belongs to the next cue if it continues the count, if the times
    follow directly, or if a blank line is before it. Alone between two time lines it is a text,
    unless two of these are so (fixtures/srt/number-as-text.srt, no-blank-lines.srt).

    number: that of the cue itself.
    """
    text = block.text.rstrip(EDGES)
    if block.is_last or not text:
        return text, NO_NUMBER
    above, _, last = text.rpartition("\n")
    is_alone = block.is_cue and "\n" not in text
    is_free = not is_alone and is_blank(above.rpartition("\n")[2])
    touches_times = "\n" not in block.text[len(text) :]
    found = number_in(last)
    counts_on = found == max(number, 0) + 1
    line = block.line + text.count("\n") + 1
    if found != NO_NUMBER and counts_on + touches_times + is_free > is_alone:
        if not is_free:
            log.count("no-blank-line", line)
        return above.rstrip(EDGES), found
    if touches_times and block.is_cue:
        log.count("no-blank-line", line + 1)
    return text, NO_NUMBER


def _report_stray(text: str, line: int, log: FindingLog) -> None:
    """Report text before the first cue."""
    stray = text.lstrip(EDGES)
    if stray:
        message = f"text before the first cue, {quote(stray)!r}, belongs to no cue and was left out"
        log.add("stray-text", message, line + text.count("\n", 0, len(text) - len(stray)))


def _make_cue(block: CueBlock, text: str, log: FindingLog) -> Cue:
    times = block.times
    if not _STANDARD_TIMES.match(times.text):
        log.count("odd-time-line", block.line, times.text)
    text = "\n" + text.rstrip(EDGES)
    blank = _BLANK_LINE.search(text)
    if blank:
        message = "a blank line inside a cue; the text after it was kept in the same cue"
        log.add("blank-line-in-cue", message, block.line + text.count("\n", 0, blank.end()))
    rest = times.rest.strip(INVISIBLE)
    if not _POSITION.fullmatch(rest):
        log.count("text-on-time-line", block.line, rest)
        text = rest + text
    return Cue(times.start, times.end, clean_lines(split_hard_breaks(text)), "", block.line)
