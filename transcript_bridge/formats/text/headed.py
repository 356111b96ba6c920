"""Utterances from text with headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...models import Transcript, Utterance, Utterances
from ...sentences import SENTENCE_ENDS
from ...timecode import MS_PER_CHARACTER, SHORTEST_SPEECH, count_spoken, share_time
from ..chat_signs import refuse_chat
from ..cues.cue import FindingLog
from ..speaker_labels import are_repeated
from .header import blank_product_lines, read_header
from .heading_lines import NAME, Heading, TextBlock
from .line_rows import match_rows
from .markdown import clean_blocks, read_front_matter
from .pace import NEVER
from .usual_lines import find_headed

_LABELED = re.compile(rf"[ \t]*((?![a-z]){NAME}):[ \t]+\S")
_MIN_LABELS = 4


def parse_headed(text: str, log: FindingLog) -> Transcript | None:
    """Read a text with headings; None if it has none. Raises NoSpeechError for a chat.

    A block ends where the next begins, or earlier, after the time that it takes to speak its text.
    Below a heading without a name, each line is a cue, and the lines share the time.
    """
    lines = blank_product_lines(text.split("\n"), log)
    front = read_front_matter(lines)
    headed = find_headed(lines)
    if headed.is_chat:
        refuse_chat()
    if not headed.blocks:
        return None
    for finding in headed.findings:
        log.add(finding.code, finding.message, finding.row + 1)
    if front.rows:
        log.add("skipped-line", f"front matter (title and date are used): {front.rows} lines", 1)
    above = headed.lines[: headed.blocks[0].heading.row]
    above = [""] * front.rows + [*above[front.rows :]]
    early = _find_early(above, headed.blocks[0].heading.start)
    above = above[: early[0].heading.row] if early else above
    header = read_header(above, log)
    blocks = clean_blocks([*early, *headed.blocks], log)
    utterances = Utterances.of(_read_blocks(blocks, log))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=log.cues,
        title=front.title or header.title,
        started_at=front.began or header.started_at or headed.began,
    )


def _find_early(above: Sequence[str], following: int) -> list[TextBlock]:
    """Find the speech above the first time (ms), if labels are repeated there: interviews may have
    a time every few minutes only. It ends at that time."""
    labeled = match_rows(_LABELED, above)
    labels = [match[1] for match in labeled.values()]
    if len(labels) < _MIN_LABELS or not are_repeated(labels):
        return []
    # `Place: Harbor` is a header: it is not a sentence, and not repeated.
    said_rows = [row for row in labeled if above[row].rstrip().endswith(SENTENCE_ENDS)]
    row = min(said_rows, default=min(labeled))
    said = tuple(filter(None, map(str.strip, above[row:])))
    start = max(0, following - sum(map(count_spoken, said)) * MS_PER_CHARACTER)
    return [TextBlock(Heading(row, start, start, "", ""), said)]


def _read_blocks(blocks: Sequence[TextBlock], log: FindingLog) -> Iterator[Utterance]:
    starts = [block.heading.start for block in blocks]
    for block, following in zip(blocks, [*starts[1:], NEVER], strict=True):
        head = block.heading
        said = block.text
        if not said:
            log.cues += 1
            log.add("empty-cue", "a heading without text was left out", head.row + 1, 1)
        elif head.speaker or head.text:
            end = _find_end(head, following, count_spoken(said))
            yield _make_utterance(said, head, end, log)
        else:
            yield from _share_time(block, following, log)


def _share_time(block: TextBlock, following: int, log: FindingLog) -> Iterator[Utterance]:
    """Make an utterance of each line of a block; they share its time by their lengths."""
    head = block.heading
    count = len(block.lines)
    if count > 1:
        log.add("time-guessed", f"{count} lines share one time", head.row + 1)
    sizes = [count_spoken(text) for text in block.lines]
    end = _find_end(head, following, sum(sizes))
    spans = share_time(head.start, end, sizes)
    for text, (start, stop) in zip(block.lines, spans, strict=True):
        yield _make_utterance(text, head._replace(start=start), max(stop, start + 1), log)


def _make_utterance(text: str, head: Heading, end: int, log: FindingLog) -> Utterance:
    log.cues += 1
    return Utterance(head.start, end, text, head.speaker or None, line=head.row + 1)


def _find_end(head: Heading, following: int, characters: int) -> int:
    """The end of a block (ms). following: the start of the next block (ms)."""
    if head.end > head.start:
        return head.end
    end = head.start + characters * MS_PER_CHARACTER
    if following >= head.start:  # another recording begins again at 0
        end = min(end, following)
    return max(end, head.start + SHORTEST_SPEECH)
