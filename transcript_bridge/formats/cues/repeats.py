"""Captions that repeat themselves, so that read naively the text is two to ten times too long.

Rolling: YouTube's automatic captions show two lines. Each cue repeats the line before in plain text
and adds one with its words' times; between two of them stands one of 10 ms that holds the first
(fixtures/vtt/youtube-auto.vtt, and as converted to SRT fixtures/srt/youtube-auto.srt).

Word by word: WhisperX and openai-whisper with `--highlight_words` write a sentence once for each
word, that word in `<u>`, and once plain for each pause (fixtures/vtt/whisperx-highlight.vtt).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ...models import Word
from ..base import SNIFF_WINDOW
from .cue import Cue, Findings
from .markup import standard_text
from .stretch import BLANKS, clean_lines

_ROLL = re.compile(
    r"\n([^\n]*[^\s])[ \t]*\n(?=(?:[ \t]*\n)+(?:[^\n]+\n)?[^\n]*-->[^\n]*\n(?:[ \t]*\n)?"
    r"\1[ \t]*\n(?!\1[ \t]*\n)[ \t]*[^\s])"
)
_INLINE_TIME = re.compile(r"<\d")
_NEAR = 250
"""ms between a cue and one that repeats it."""


def unroll(cues: Iterable[Cue], findings: Findings) -> Iterator[Cue]:
    """Leave out the lines that the cue before has shown already, and the cues that have no others."""
    shown: list[str] = []
    until = 0
    for cue in cues:
        lines = [line for line in cue.text.split("\n") if line.strip(BLANKS)]
        plain = [" ".join(standard_text(line).split()) for line in lines]
        repeated = _repeated(shown, lines, plain) if abs(cue.start - until) <= _NEAR else 0
        shown, until = plain, cue.end
        if repeated and repeated == len(lines):
            findings.count("rolling-repeat", cue.line, cues=1)
        else:
            yield cue._replace(text="\n".join(lines[repeated:])) if repeated else cue


def _repeated(shown: list[str], lines: list[str], plain: list[str]) -> int:
    """How many lines at the top stand at the bottom of what was shown; a line with times is always
    new."""
    for n in range(min(len(shown), len(lines)), 0, -1):
        if plain[:n] == shown[-n:] and not any(map(_INLINE_TIME.search, lines[:n])):
            return n
    return 0


_UNDERLINED = re.compile(r"<u>([^<>]*+)</u>")
_LABEL = re.compile(r"\s*\[[^\[\]\n]{1,64}\]:\s")


def gather_words(cues: Iterable[Cue], findings: Findings) -> Iterator[Cue]:
    """Make one cue, with word times, of those that underline the words of one sentence in turn."""
    group: list[Cue] = []
    key, reached = "", -1
    for cue in cues:
        mark = _UNDERLINED.search(cue.text)
        at = len(_squeeze(cue.text[: mark.start()])) if mark else reached + 1
        this = _squeeze(cue.text)
        if group and (this != key or at <= reached or abs(cue.start - group[-1].end) > _NEAR):
            yield from _gather(group, findings)
            group, reached = [], -1
        group.append(cue)
        key, reached = this, at if mark else reached
    yield from _gather(group, findings)


def _squeeze(text: str) -> str:
    """Without tags and blanks: in scripts that write none, WhisperX parts the words in some cues
    only."""
    return "".join(standard_text(text).split())


def _gather(group: list[Cue], findings: Findings) -> Iterable[Cue]:
    marked = [(cue, mark) for cue in group if (mark := _UNDERLINED.search(cue.text))]
    if not marked:
        return group
    for cue in group[1:]:
        findings.count("word-by-word", cue.line, cues=1)
    texts = [clean_lines(_UNDERLINED.sub(r"\1", cue.text)) for cue in group]
    spans = [
        (len(_squeeze(cue.text[: mark.start()])), len(_squeeze(mark[1])), cue.start, cue.end)
        for cue, mark in marked
    ]
    words = tuple(_spell(max(texts, key=len), spans))
    return [group[0]._replace(end=group[-1].end, text=min(texts, key=len), words=words)]


def _spell(text: str, spans: list[tuple[int, int, int, int]]) -> Iterator[Word]:
    """The words of `text`: those of `spans` (place and length without blanks, start, end) with
    their times.

    What no span covers was not aligned; the label before a sentence is no word.
    """
    label = _LABEL.match(text)
    at = len(_squeeze(label[0])) if label else 0
    whole = _squeeze(text)
    breaks = set()
    length = 0
    for token in text.split():
        length += len(_squeeze(token))
        breaks.add(length)
    for place, size, start, end in [*spans, (len(whole), 0, 0, 0)]:
        begin = at
        for cut in sorted({b for b in breaks if at < b < place} | {max(place, at)}):
            if whole[begin:cut]:
                yield Word(whole[begin:cut])
            begin = cut
        if size and place >= at:
            yield Word(whole[place : place + size], start, end)
        at = max(at, place + size)


Collapse = Callable[[Iterable[Cue], Findings], Iterator[Cue]]


def collapses_for(text: str) -> tuple[Collapse, ...]:
    """What the cues of `text` must go through, judged by its beginning; () for nearly every file.

    Rolling is told by cues that begin with the last line of the cue before, and go on with another
    one; highlighting by an underlined word in most cues.
    """
    window = text[:SNIFF_WINDOW]
    cues = window.count("-->")
    found: list[Collapse] = []
    if "<u>" in window and 3 * window.count("<u>") >= cues:
        found.append(gather_words)
    if _repeats_lines(window, cues):
        hits = _ROLL.findall(window)
        if len(set(hits)) > 2 and 4 * len(hits) >= cues:
            found.append(unroll)
    return tuple(found)


def _repeats_lines(window: str, cues: int) -> bool:
    """Whether a fourth of the cues could repeat a line: a look that costs less than `_ROLL`."""
    lines = window.split("\n")
    return 4 * (len(lines) - lines.count("") - len(set(lines))) >= cues
