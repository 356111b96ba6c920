"""Reads WebVTT in any condition, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...models import Utterance
from ..cues.blocks import CueBlock, split_blocks
from ..cues.chunks import Chunk
from ..cues.cue import Cue, FindingLog, quote
from ..cues.lines import (
    EDGES,
    clean_lines,
    is_number,
    number_in,
    number_matches,
    split_hard_breaks,
)
from ..cues.markup import to_utterances
from ..cues.repeats import CueFilter, filter_cues
from ..cues.salvage import leave_out_damaged
from . import webex
from .header import is_metadata, read_language
from .standard import read_standard_times

_NO_TEXT = re.compile(r"(?:NOTE|STYLE|REGION)(?![^\s])")
_PARAGRAPH = re.compile(r"[^\n]++(?:\n[^\n]++)*+")
"""Lines without an empty one between them."""
_WITH_ARROW = re.compile(r"(?m)^[^\n]*-->[^\n]*+")


def read(
    chunk: Chunk, log: FindingLog, *, filters: Sequence[CueFilter] = ()
) -> Iterator[Utterance]:
    """The cues of `chunk`, through `filters`."""
    for cue in filter_cues(_read_cues(chunk, log), filters, log):
        yield from to_utterances(cue, log, webex.read_name(cue.id))


def _read_cues(chunk: Chunk, log: FindingLog) -> Iterator[Cue]:
    id_ = ""
    for block in split_blocks(chunk):
        number = number_in(id_)
        text, next_id = _cut_next_id(block, number, log)
        text = leave_out_damaged(block, text, number, log)
        if block.is_cue:
            log.cues += 1
            yield _make_cue(block, text, id_, log)
        else:
            _report_stray(text, block.line, log)
        id_ = next_id


def _cut_next_id(block: CueBlock, number: int, log: FindingLog) -> tuple[str, str]:
    """The lines of a cue without the identifier of the next one, and that; empty for none.

    By the standard an identifier is a line between an empty one and the times. Beyond that, a
    number directly before the times is one: whoever leaves out the empty line writes SRT's indexes.
    number: that of the cue itself.
    """
    above, _, last = block.text.rpartition("\n")
    if block.is_last or not last:
        return block.text, ""
    if _is_next_id(block, number, log):
        return above, last
    return block.text, ""


def _is_next_id(block: CueBlock, number: int, log: FindingLog) -> bool:
    """Whether the last line, which is directly before the next times, is their identifier."""
    text = "\n" + block.text
    _, empty_line, paragraph = text.rpartition("\n\n")
    last = text[text.rfind("\n") + 1 :]
    if empty_line:
        is_alone = "\n" not in paragraph
        return "-->" not in last and (is_alone or is_number(last))
    if not block.is_cue:
        return False
    if "\n" in block.text:
        is_id = is_number(last)
    else:
        is_id = number_in(last) == max(number, 0) + 1
    log.count("no-blank-line", block.line + text.count("\n") + 1 - is_id)
    return is_id


def _is_text(paragraph: str, line: int, log: FindingLog) -> bool:
    """Whether a paragraph without times is text: no comment, style, region, number or arrow."""
    if _NO_TEXT.match(paragraph):
        read_language(paragraph, log)
        return False
    if is_number(paragraph):
        log.count("stray-number", line, paragraph)
        return False
    return paragraph.strip(EDGES + "->") != ""


def _report_stray(text: str, line: int, log: FindingLog) -> None:
    """Report text before the first cue, except metadata below a comment. line: before the text."""
    for number, found in number_matches(_PARAGRAPH, text):
        paragraph = found[0]
        if is_metadata(paragraph):
            read_language(paragraph, log)
        elif _is_text(paragraph, line + number, log):
            shown = quote(paragraph)
            message = f"text without times, {shown!r}, belongs to no cue and was left out"
            log.add("stray-text", message, line + number)


def _make_cue(block: CueBlock, text: str, id_: str, log: FindingLog) -> Cue:
    start, end = block.times.start, block.times.end
    if read_standard_times(block.times.text) is None:
        log.count("odd-time-line", block.line, block.times.text)
    said = []
    for number, found in number_matches(_PARAGRAPH, text):
        line = block.line + number
        if found.start() == 0:
            _report_arrows(found[0], block.line, log)
            said.append(found[0])
        elif _is_text(found[0], line, log):
            message = "a blank line inside a cue; the text after it was kept in the same cue"
            log.add("blank-line-in-cue", message, line - 1)
            said.append(found[0])
    whole = split_hard_breaks("\n".join(said))
    return Cue(start, end, clean_lines(whole), id_, block.line)


def _report_arrows(text: str, line: int, log: FindingLog) -> None:
    """Report the lines of a text that have an arrow. line: the one before it."""
    for number, found in number_matches(_WITH_ARROW, text):
        log.count("arrow-in-text", line + number, found[0])
