"""LRC from a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from math import inf
from typing import NamedTuple

from ...line_joining import join_lines
from ...models import Transcript, Utterance, Utterances
from ..cues.writing import label_utterances
from .read import STAMP

_WORD_TIME = re.compile(rf"<({STAMP})>")
_SHORTEST_PAUSE = 200
"""ms between two words; in a shorter one, a word lasts until the next."""
_NEVER = 10**15
"""ms, later than all times that are written."""
_BRACKETS = str.maketrans({"[": "(", "]": ")"})


def render(transcript: Transcript) -> str:
    """One line for each utterance: `[00:12.34]Jane: Water is on`, with the times of its words if
    all of them are known. A time alone ends an utterance that a pause follows.

    Times have hundredths, and milliseconds in a transcript that has them. LRC cannot say that two
    people speak at once: the first of them ends where the second begins. What would be taken for
    the time of a word gets other brackets.
    """
    utterances = transcript.utterances
    lines = list(_render_headers(transcript))
    is_fine = _needs_milliseconds(utterances)
    labeled = [text for _, _, text in label_utterances(utterances)]
    followings = [*utterances.starts[1:], inf]
    for utterance, text, following in zip(utterances, labeled, followings, strict=False):
        said = _render_text(utterance, text, is_fine)
        lines.append(f"[{render_stamp(utterance.start, is_fine)}]{said}")
        if utterance.end < following:
            lines.append(f"[{render_stamp(utterance.end, is_fine)}]")
    return "\n".join([*lines, ""])


def render_stamp(ms: int, is_fine: bool) -> str:
    """`mm:ss.xx`, or `mm:ss.xxx` if `is_fine`."""
    minutes, rest = divmod(ms, 60_000)
    seconds, fraction = divmod(rest, 1000)
    if is_fine:
        return f"{minutes:02d}:{seconds:02d}.{fraction:03d}"
    return f"{minutes:02d}:{seconds:02d}.{fraction // 10:02d}"


def _render_headers(transcript: Transcript) -> Iterator[str]:
    title = join_lines(transcript.title).translate(_BRACKETS)
    if title:
        yield f"[ti:{title}]"
    if transcript.language:
        yield f"[la:{transcript.language}]"


def _needs_milliseconds(utterances: Utterances) -> bool:
    word_times = [word[1:3] for word in chain.from_iterable(utterances.words)]
    times = chain(utterances.starts, utterances.ends, *word_times)
    return any(time % 10 for time in filter(None, times))


class _PlacedWord(NamedTuple):
    """A word with its times (ms), and where it is in the text."""

    place: int
    text: str
    start: int
    end: int


def _render_text(utterance: Utterance, labeled: str, is_fine: bool) -> str:
    """labeled: the text on one line, after the name of its speaker."""
    text = _WORD_TIME.sub(r"(\1)", labeled)
    label = len(labeled) - len(join_lines(utterance.text))
    words = _place_words(utterance, text, label)
    if not words:
        if text.startswith("["):
            return " " + text
        return text
    parts = [text[: words[0].place]]
    for word, following in pairwise([*words, _PlacedWord(len(text), "", _NEVER, _NEVER)]):
        parts.append(f"<{render_stamp(word.start, is_fine)}>{word.text}")
        if following.start - word.end >= _SHORTEST_PAUSE:
            parts.append(f"<{render_stamp(word.end, is_fine)}>")
        parts.append(text[word.place + len(word.text) : following.place])
    return "".join(parts)


def _place_words(utterance: Utterance, text: str, begin: int) -> list[_PlacedWord]:
    """Find the place of each word in `text`; [] if the words are not all of it, or not all have
    times in order."""
    spelled = "".join([word.text for word in utterance.words])
    if "".join(spelled.split()) != "".join(text[begin:].split()):
        return []
    placed = []
    times = [utterance.start]
    for word in utterance.words:
        place = text.find(word.text, begin)
        if place < 0 or word.start is None or word.end is None:
            return []
        placed.append(_PlacedWord(place, word.text, word.start, word.end))
        times += (word.start, word.end)
        begin = place + len(word.text)
    times.append(utterance.end)
    if times != sorted(times):
        return []
    return placed
