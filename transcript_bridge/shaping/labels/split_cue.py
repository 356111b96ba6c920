"""Splits one utterance into several; its time and its words are divided with the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ...models import Utterance, Word
from ...timecode import share_time


class SpokenText(NamedTuple):
    """A text and its speaker."""

    speaker: str | None
    text: str


def split_cue(utterance: Utterance, passages: Sequence[SpokenText]) -> list[Utterance]:
    """One utterance for each passage, with the id and the line of the cue. No text is empty.

    A passage begins with its first word that has a time. Without such a word, the time is divided
    in proportion to the length of the texts.
    """
    shares = assign_words(utterance, [passage.text for passage in passages])
    edges = _find_edges(utterance, passages, shares)
    pieces: list[Utterance] = []
    for number, passage in enumerate(passages):
        pieces.append(
            Utterance(
                edges[number],
                edges[number + 1],
                passage.text,
                passage.speaker,
                shares[number],
                utterance.id,
                utterance.line,
            )
        )
    return pieces


def _find_edges(
    utterance: Utterance, passages: Sequence[SpokenText], shares: Sequence[tuple[Word, ...]]
) -> list[int]:
    """Find when the passages begin and end (ms), in order."""
    if len(passages) < 2:
        return [utterance.start, utterance.end]
    start, end = utterance.start, max(utterance.start, utterance.end)
    by_length = share_time(start, end, [len(passage.text) for passage in passages])
    edges = [start]
    for number in range(1, len(passages)):
        begin, _ = by_length[number]
        for word in shares[number]:
            if word.start is not None:
                begin = word.start
                break
        edges.append(max(edges[-1], min(begin, end)))
    edges.append(end)
    return edges


def assign_words(utterance: Utterance, texts: Sequence[str]) -> list[tuple[Word, ...]]:
    """The words of each of `texts`, which are parts of the utterance's text without the labels.

    A word belongs to the text that contains its characters, ignoring blanks. If the words do not
    spell the text, they are divided in proportion to the length of the texts. The words of labels
    are left out.
    """
    if not utterance.words:
        return [()] * len(texts)
    whole = _without_blanks(utterance.text)
    letters = list(map(_without_blanks, texts))
    spelled = [_without_blanks(word.text) for word in utterance.words]
    spelled_length = sum(map(len, spelled))
    spans = _find_spans(whole, letters)
    if spans and spelled_length == len(whole):
        return _words_in(utterance.words, spelled, spans, trim=True)
    ends = list(accumulate(map(len, letters), initial=0))
    scale = spelled_length / max(ends[-1], 1)
    spans = list(pairwise([round(end * scale) for end in ends]))
    return _words_in(utterance.words, spelled, spans, trim=False)


def _find_spans(whole: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    """The position of each text in `whole`; [] if one is missing.

    Searched from the end, because no label follows the last text.
    """
    spans: list[tuple[int, int]] = []
    end = len(whole)
    for text in reversed(texts):
        start = whole.rfind(text, 0, end)
        if start < 0:
            return []
        spans.append((start, start + len(text)))
        end = start
    return spans[::-1]


def _words_in(
    words: Sequence[Word], spelled: Sequence[str], spans: Sequence[tuple[int, int]], *, trim: bool
) -> list[tuple[Word, ...]]:
    """The words of each span: those with characters in it.

    trim: cut off the characters outside of the span, because `Alice:Hello` may be one word. A word
    without characters goes to the span at its position.
    """
    shares: list[list[Word]] = [[] for _ in spans]
    end = current = 0
    for word, letters in zip(words, spelled, strict=True):
        start, end = end, end + len(letters)
        while current < len(spans) - 1 and start >= spans[current][1]:
            current += 1
        lower, upper = spans[current]
        within = letters[max(lower - start, 0) : max(upper - start, 0)]
        if letters and not within:
            continue
        if trim and within != letters:
            word = word._replace(text=within)
        shares[current].append(word)
    return list(map(tuple, shares))


def _without_blanks(text: str) -> str:
    return "".join(text.split())
