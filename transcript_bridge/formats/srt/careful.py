"""SRT, whatever it looks like: block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...models import Utterance
from ..cues.blocks import Block, split_blocks
from ..cues.chunks import Chunk
from ..cues.cue import Cue, FindingLog, quote
from ..cues.lines import (
    BLANKS,
    INVISIBLE,
    blank_before_text,
    clean_lines,
    end_of_text,
    is_blank,
    number_in,
    split_hard_breaks,
)
from ..cues.markup import to_utterances
from ..cues.repeats import CueFilter, filter_cues
from ..cues.salvage import blank_unreadable, cut_torn_end
from .colors import color_of
from .fast import TIME
from .markup import to_vtt

_STANDARD_TIMES = re.compile(rf"{TIME}[ \t]*-->[ \t]*{TIME}")


def read(
    chunk: Chunk, log: FindingLog, *, filters: Sequence[CueFilter] = (), colored: bool = False
) -> Iterator[Utterance]:
    """The cues of `chunk`, through `filters`; if `colored`, the colors are speakers."""
    for cue in filter_cues(_read_cues(chunk, log), filters, log):
        if colored:
            color = color_of(cue.text)
        else:
            color = None
        if "<" in cue.text or "{" in cue.text:
            cue = cue._replace(text=clean_lines(to_vtt(cue.text)))
        for utterance in to_utterances(cue, log):
            if color:
                yield utterance._replace(speaker=f"color {color}")
            else:
                yield utterance


def _read_cues(chunk: Chunk, log: FindingLog) -> Iterator[Cue]:
    number: int | None = None
    for block in split_blocks(chunk.text, chunk.line):
        match = block.match
        first = block.line + 1
        if match and match["index"]:
            number = int(match["index"])
        lines, next_number = _cut_next_number(block, number, log)
        if chunk.is_last:
            lines = cut_torn_end(block, lines, number, log)
        lines = blank_unreadable(lines, first, log, in_cue=match is not None)
        if match:
            log.cues += 1
            yield _make_cue(block, match, lines, log)
        else:
            _report_stray(lines, first, log)
        number = next_number


def _cut_next_number(
    block: Block, number: int | None, log: FindingLog
) -> tuple[list[str], int | None]:
    """The lines of a cue without the number of the next one, and that number.

    number: that of the cue itself.
    """
    lines = block.lines
    end = end_of_text(lines)
    if block.is_last or end == 0:
        return lines[:end], None
    found = number_in(lines[end - 1])
    touches_times = end == len(lines)
    if found is None or not _is_next_number(found, number, block, end):
        if touches_times and block.match:
            log.count("no-blank-line", block.line + end + 1)
        return lines[:end], None
    is_alone = end == 1 and block.match is not None
    if is_alone or not _follows_blank(lines, end):
        log.count("no-blank-line", block.line + end)
    end = end_of_text(lines[: end - 1])
    return lines[:end], found


def _is_next_number(found: int, number: int | None, block: Block, end: int) -> bool:
    """Whether the number at the end of the text belongs to the next cue.

    It does if a blank line or text is before it. Alone between two time lines it is a text, unless
    it goes on counting (fixtures/srt/number-as-text.srt, no-blank-lines.srt).
    """
    counts_on = found == (number or 0) + 1
    touches_times = end == len(block.lines)
    if end == 1 and block.match:
        return counts_on and touches_times
    return counts_on or touches_times or _follows_blank(block.lines, end)


def _follows_blank(lines: list[str], end: int) -> bool:
    return end == 1 or is_blank(lines[end - 2])


def _report_stray(lines: list[str], line: int, log: FindingLog) -> None:
    """Report text before the first cue."""
    for index, stray in enumerate(lines):
        if not is_blank(stray):
            shown = quote(" ".join(lines[index:]))
            message = f"text before the first cue, {shown!r}, belongs to no cue and was left out"
            log.add("stray-text", message, line + index)
            return


def _make_cue(block: Block, match: re.Match[str], lines: list[str], log: FindingLog) -> Cue:
    if match["index"] or not _STANDARD_TIMES.match(match.string, match.start("start")):
        log.count("odd-time-line", block.line, match[0])
    lines = [line.strip(BLANKS) for line in lines]
    blank = blank_before_text(lines)
    if blank is not None:
        message = "a blank line inside a cue; the text after it was kept in the same cue"
        log.add("blank-line-in-cue", message, block.line + 1 + blank)
    rest = match["rest"].strip(INVISIBLE)
    if rest and not _is_position(rest):
        log.count("text-on-time-line", block.line, rest)
        lines.insert(0, rest)
    start, end = block.times
    text = split_hard_breaks("\n".join(lines))
    return Cue(start, end, clean_lines(text), None, block.line)


def _is_position(rest: str) -> bool:
    """Whether what follows the times is a position: `X1:40 X2:600 Y1:20 Y2:50`."""
    return all(":" in word for word in rest.split())
