"""LRC from a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...line_joining import join_lines
from ...models import Transcript, Utterance, Word
from ..cues.writing import label_utterances
from .read import STAMP

_WORD_TIME = re.compile(rf"<({STAMP})>")
_SHORTEST_PAUSE = 200
"""ms between two words; in a shorter one, a word lasts until the next."""
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
    if utterances:
        is_fine = _needs_milliseconds(utterances)
        labeled = [text for _, _, text in label_utterances(utterances)]
        for utterance, text, following in zip(
            utterances, labeled, [*utterances.starts[1:], None], strict=True
        ):
            said = _render_text(utterance, text, is_fine)
            lines.append(f"[{render_stamp(utterance.start, is_fine)}]{said}")
            if following is None or utterance.end < following:
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


def _needs_milliseconds(utterances: Sequence[Utterance]) -> bool:
    times: list[int | None] = []
    for utterance in utterances:
        times += (utterance.start, utterance.end)
        for word in utterance.words:
            times += (word.start, word.end)
    return any(time is not None and time % 10 for time in times)


def _render_text(utterance: Utterance, labeled: str, is_fine: bool) -> str:
    """labeled: the text on one line, after the name of its speaker."""
    text = _WORD_TIME.sub(r"(\1)", labeled)
    label = len(labeled) - len(join_lines(utterance.text))
    places = _find_words(utterance, text, label)
    if not places:
        if text.startswith("["):
            return " " + text
        return text
    parts = [text[: places[0]]]
    words = utterance.words
    for index, (word, place) in enumerate(zip(words, places, strict=True)):
        end = place + len(word.text)
        following = places[index + 1] if index + 1 < len(places) else len(text)
        parts.append(f"<{render_stamp(word.start or 0, is_fine)}>{text[place:end]}")
        is_last = index + 1 == len(words)
        if is_last or _has_pause(word, words[index + 1]):
            parts.append(f"<{render_stamp(word.end or 0, is_fine)}>")
        parts.append(text[end:following])
    return "".join(parts)


def _has_pause(word: Word, following: Word) -> bool:
    """Whether the end of a word is worth a time of its own."""
    if word.end is None or following.start is None:
        return False
    return following.start - word.end >= _SHORTEST_PAUSE


def _find_words(utterance: Utterance, text: str, begin: int) -> list[int]:
    """Where each word is in `text`; [] if the words are not all of it, or not all have times in
    order."""
    words = utterance.words
    spelled = "".join([word.text for word in words])
    if not words or "".join(spelled.split()) != "".join(text[begin:].split()):
        return []
    if not _are_in_order(utterance, words):
        return []
    places = []
    for word in words:
        place = text.find(word.text, begin)
        if place < 0:
            return []
        places.append(place)
        begin = place + len(word.text)
    return places


def _are_in_order(utterance: Utterance, words: Sequence[Word]) -> bool:
    times: list[int] = [utterance.start]
    for word in words:
        if word.start is None or word.end is None:
            return False
        times += (word.start, word.end)
    times.append(utterance.end)
    return all(earlier <= later for earlier, later in pairwise(times))
