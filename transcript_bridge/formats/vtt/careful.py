"""WebVTT, whatever it looks like: block by block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ...models import Utterance
from ..cues.blocks import Block, split_blocks
from ..cues.chunks import Chunk
from ..cues.cue import Cue, FindingLog, quote
from ..cues.lines import BLANKS, clean_lines, number_in, split_hard_breaks
from ..cues.markup import to_utterances
from ..cues.repeats import CueFilter, filter_cues
from ..cues.salvage import blank_unreadable, cut_torn_end
from . import webex
from .header import is_metadata, read_language
from .standard import read_standard_times

_NO_TEXT = re.compile(r"(?:NOTE|STYLE|REGION)(?![^\s])")


class _Paragraph(NamedTuple):
    """Lines without an empty one between them, and the 1-based number of the first."""

    line: int
    lines: list[str]


def read(
    chunk: Chunk, log: FindingLog, *, filters: Sequence[CueFilter] = ()
) -> Iterator[Utterance]:
    """The cues of `chunk`, through `filters`."""
    for cue in filter_cues(_read_cues(chunk, log), filters, log):
        made = to_utterances(cue, log)
        name = webex.read_name(cue.id)
        if name and not any(utterance.speaker for utterance in made):
            made = [utterance._replace(speaker=name) for utterance in made]
        yield from made


def _read_cues(chunk: Chunk, log: FindingLog) -> Iterator[Cue]:
    id_ = ""
    for block in split_blocks(chunk.text, chunk.line):
        match = block.match
        first = block.line + 1
        number = number_in(id_)
        lines, next_id = _cut_next_id(block, number, log)
        if chunk.is_last:
            lines = cut_torn_end(block, lines, number, log)
        lines = blank_unreadable(lines, first, log, in_cue=match is not None)
        paragraphs = _split_paragraphs(lines, first)
        if match:
            log.cues += 1
            yield _make_cue(block, match, paragraphs, id_, log)
        else:
            _report_stray(paragraphs, log)
        id_ = next_id


def _cut_next_id(block: Block, number: int | None, log: FindingLog) -> tuple[list[str], str]:
    """The lines of a cue without the identifier of the next one, and that; empty for none.

    By the standard an identifier is a line between an empty one and the times. Beyond that, a
    number directly before the times is one: whoever leaves out the empty line writes SRT's indexes.
    number: that of the cue itself.
    """
    lines = block.lines
    if block.is_last or not lines[-1]:
        return lines, ""
    if _is_next_id(block, number, log):
        return lines[:-1], lines[-1]
    return lines, ""


def _is_next_id(block: Block, number: int | None, log: FindingLog) -> bool:
    """Whether the last line, which is directly before the next times, is their identifier."""
    last = block.lines[-1]
    found = number_in(last)
    height = _count_last_lines(block.lines)
    if height < len(block.lines):  # below an empty line
        return "-->" not in last and (height == 1 or found is not None)
    if block.match is None:
        return False
    if found is None:
        is_id = False
    elif height == 1:
        is_id = found == (number or 0) + 1
    else:
        is_id = True
    times_line = block.line + len(block.lines) + 1
    log.count("no-blank-line", times_line - 1 if is_id else times_line)
    return is_id


def _count_last_lines(lines: list[str]) -> int:
    """How many lines there are after the last empty one."""
    count = 0
    while count < len(lines) and lines[-1 - count]:
        count += 1
    return count


def _split_paragraphs(lines: list[str], line: int) -> Iterator[_Paragraph]:
    """The first paragraph is the text directly under the times, and may be empty."""
    found: list[str] = []
    begin = line
    for number, this in enumerate([*lines, ""], line):
        if this:
            found.append(this)
            continue
        if found or begin == line:
            yield _Paragraph(begin, found)
        found = []
        begin = number + 1


def _is_text(paragraph: _Paragraph, log: FindingLog) -> bool:
    """Whether a paragraph without times is text: no comment, style, region, number or arrow."""
    line, lines = paragraph
    if _NO_TEXT.match(lines[0]):
        for comment in lines:
            read_language(comment, log)
        return False
    if len(lines) == 1 and number_in(lines[0]) is not None:
        log.count("stray-number", line, lines[0])
        return False
    return any(text.strip(BLANKS + "->") for text in lines)


def _report_stray(paragraphs: Iterable[_Paragraph], log: FindingLog) -> None:
    """Report text before the first cue; metadata below a comment are none."""
    for paragraph in paragraphs:
        if all(is_metadata(line) for line in paragraph.lines):
            for line in paragraph.lines:
                read_language(line, log)
        elif _is_text(paragraph, log):
            shown = quote(" ".join(paragraph.lines))
            message = f"text without times, {shown!r}, belongs to no cue and was left out"
            log.add("stray-text", message, paragraph.line)


def _make_cue(
    block: Block,
    match: re.Match[str],
    paragraphs: Iterator[_Paragraph],
    id_: str,
    log: FindingLog,
) -> Cue:
    if read_standard_times(match[0][1:]) is None:
        log.count("odd-time-line", block.line, match[0])
    first = next(paragraphs)
    lines = first.lines
    for number, line in enumerate(lines, first.line):
        if "-->" in line:
            log.count("arrow-in-text", number, line)
    for paragraph in paragraphs:
        if _is_text(paragraph, log):
            message = "a blank line inside a cue; the text after it was kept in the same cue"
            log.add("blank-line-in-cue", message, paragraph.line - 1)
            lines.extend(paragraph.lines)
    start, end = block.times
    text = split_hard_breaks("\n".join(lines))
    return Cue(start, end, clean_lines(text), id_ or None, block.line)
