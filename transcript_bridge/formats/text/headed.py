"""Utterances from text with headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ...models import Transcript, Utterance, Utterances
from ...timecode import MS_PER_CHARACTER, SHORTEST_SPEECH
from ..cues.cue import FindingLog
from .header import blank_product_lines, read_header
from .heading_lines import Block, Heading
from .markdown import clean_blocks, read_front_matter
from .usual_lines import find_headed


def parse_headed(text: str, log: FindingLog) -> Transcript | None:
    """Read a text with headings; None if it has none.

    A stretch ends where the next begins, or earlier, after the time that its text takes. Below a
    time that stands alone, each line is a cue, and the lines share the time.
    """
    lines = blank_product_lines(text.split("\n"), log)
    front = read_front_matter(lines)
    headed = find_headed(lines)
    if not headed.blocks:
        return None
    for finding in headed.findings:
        log.add(finding.code, finding.message, finding.row + 1)
    if front.rows:
        log.add("skipped-line", f"front matter (title and date are used): {front.rows} lines", 1)
    above = headed.lines[: headed.blocks[0].heading.row]
    header = read_header(["" for _ in above[: front.rows]] + [*above[front.rows :]], log)
    blocks = clean_blocks(headed.blocks, log)
    utterances = Utterances.of(_read_blocks(blocks, log))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=log.cues,
        title=front.title or header.title,
        started_at=front.began or header.started_at or headed.began,
    )


def _read_blocks(blocks: Sequence[Block], log: FindingLog) -> Iterator[Utterance]:
    headings = [block.heading for block in blocks]
    for block, following in zip_longest(blocks, headings[1:]):
        head = block.heading
        line = head.row + 1
        if not block.text:
            log.cues += 1
            log.add("empty-cue", "a heading without text was left out", line, 1)
            continue
        stands_alone = head.speaker is None and not head.text
        if stands_alone and len(block.lines) > 1:
            yield from _share_time(block, following, log)
            continue
        log.cues += 1
        end = _find_end(head, following, len(block.text))
        yield Utterance(head.start, end, block.text, head.speaker, line=line)


def _find_end(head: Heading, following: Heading | None, characters: int) -> int:
    if head.end is not None and head.end > head.start:
        return head.end
    end = head.start + characters * MS_PER_CHARACTER
    if following is not None:
        end = min(end, following.start)
    return max(end, head.start + SHORTEST_SPEECH)


def _share_time(block: Block, following: Heading | None, log: FindingLog) -> Iterator[Utterance]:
    """An utterance for each line below a time, one after the other, by their lengths."""
    head = block.heading
    characters = sum(map(len, block.lines))
    length = _find_end(head, following, characters) - head.start
    log.add("time-guessed", f"{len(block.lines)} lines share one time", head.row + 1)
    before = 0
    for text in block.lines:
        log.cues += 1
        start = head.start + length * before // characters
        before += len(text)
        end = head.start + length * before // characters
        yield Utterance(start, max(end, start + 1), text, line=head.row + 1)
