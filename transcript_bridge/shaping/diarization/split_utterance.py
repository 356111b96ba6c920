"""Split utterances where the speaker changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, cast

from ...models import Transcript, Utterance, Utterances, Word
from ...problems import Problem
from ...quantities import count_of
from .speech import Words, known_times, read_words
from .text_cuts import cut_text

_SPEAKER = itemgetter(Word._fields.index("speaker"))


Run = tuple[str | None, int]
"""Neighboring words of one speaker: the label, and the number of the word before which they end.
Creating a named tuple would take four times as long."""


def split_speakers(transcript: Transcript) -> Transcript:
    """Split utterances whose words have different speakers.

    A word without a speaker takes that of its neighbor. If any word has a speaker, the utterance's
    label is ignored.
    """
    if not _names_others(transcript.utterances):
        return transcript
    utterances: list[Utterance] = []
    for utterance in transcript.utterances:
        utterances.extend(_split_by_words(utterance))
    extra = len(utterances) - len(transcript.utterances)
    return transcript.evolve(utterances, split_problems(extra))


def _names_others(utterances: Utterances) -> bool:
    """Whether any word has another speaker than its utterance. Not creating utterances in other
    transcripts saves half of the time."""
    for speaker, words in zip(utterances.speakers, utterances.words, strict=True):
        if not {None, speaker}.issuperset(map(_SPEAKER, words)):
            return True
    return False


def _split_by_words(utterance: Utterance) -> list[Utterance]:
    if not utterance.words:
        return [utterance]
    labels = fill(list(map(_SPEAKER, utterance.words)), utterance.speaker)
    if len(set(labels)) < 2:
        return [utterance._replace(speaker=labels[0])]
    runs: list[Run] = []
    stop = 0
    for label, words in groupby(labels):
        stop += len(list(words))
        runs.append((label, stop))
    return split_utterance(utterance, read_words([utterance]), 0, runs, True)


def split_problems(extra: int) -> list[Problem]:
    """The problem to report if splitting made `extra` utterances more."""
    if not extra:
        return []
    message = (
        "cues that held several speakers were split where the speaker changes: "
        f"{count_of(extra, 'more utterance')}"
    )
    return [Problem("speaker-split", message, cues=-extra)]


def fill(labels: Sequence[str | None], otherwise: str | None) -> list[str | None]:
    """`labels` with each None replaced by the label before it, or at the start by the first one.

    otherwise: the label if no word has one.
    """
    filled: list[str | None] = []
    last = next((label for label in labels if label is not None), otherwise)
    for label in labels:
        if label is not None:
            last = label
        filled.append(last)
    return filled


def split_utterances(
    utterances: Iterable[Utterance], words: Words, runs: Iterable[Run], has_labels: bool
) -> list[Utterance]:
    """All utterances, with those whose words are in several runs replaced by their pieces.

    words: those of the utterances, divided by `runs`; utterances without words stay unchanged.
    has_labels: whether any word has a label.
    """
    split: list[Utterance] = []
    upcoming = iter(runs)
    label, stop = None, 0
    first = 0
    for utterance, count in zip(utterances, words.counts, strict=True):
        if not count:
            split.append(utterance)
            continue
        end = first + count
        if stop <= first:
            label, stop = next(upcoming)
        if stop >= end:  # most utterances
            split.append(_rename(utterance, label, has_labels))
        else:
            own_runs: list[Run] = []
            while stop < end:
                own_runs.append((label, stop))
                label, stop = next(upcoming)
            own_runs.append((label, end))
            split += split_utterance(utterance, words, first, own_runs, has_labels)
        first = end
    return split


def split_utterance(
    utterance: Utterance, words: Words, first: int, runs: Sequence[Run], has_labels: bool
) -> list[Utterance]:
    """Split an utterance into one for each run of its words that has text.

    first: the number of its first word in `words`. Words keep their times. The texts are slices of
    the utterance's text, without blanks at the ends; a run without corresponding text joins its
    neighbor. The first piece begins and the last one ends with the utterance; inside, a piece lasts
    from its first word to its last. Only the first piece keeps the id, so that ids stay unique.
    """
    start, end, whole_text, _, own, id_, line = utterance
    _, starts, ends, _ = words
    runs, pieces = _cut(whole_text, words.texts, first, runs)
    split: list[Utterance] = []
    offset = first
    reached = start
    for (label, stop), text in zip(runs, pieces, strict=True):
        begin, reached = _find_extent(starts[first:stop], ends[first:stop], reached)
        if first == offset:
            begin = start
        if stop == runs[-1][1]:
            reached = end
        kept = own[first - offset : stop - offset]
        if has_labels:
            kept = _relabel(kept, label)
        finish = begin
        if reached > begin:
            finish = reached
        split.append(_new_utterance((begin, finish, text, label, kept, id_, line)))
        id_ = None
        first = stop
    return split or [utterance]


def _rename(utterance: Utterance, label: str | None, has_labels: bool) -> Utterance:
    """The utterance with a label, which also replaces the labels of its words."""
    start, end, text, _, own, id_, line = utterance
    if has_labels:
        own = _relabel(own, label)
    return _new_utterance((start, end, text, label, own, id_, line))


# `Utterance(…)` takes twice as long, and `_replace` six times.
_new_utterance: Callable[[Any], Utterance] = partial(tuple.__new__, Utterance)


def _cut(
    text: str, words: Sequence[str], first: int, runs: Sequence[Run]
) -> tuple[Sequence[Run], list[str]]:
    """Runs with their texts, none of which is empty; together they have all words and the whole
    text.

    A run without text joins the run before it, or at the beginning the next one.
    """
    pieces = cut_text(text, words, [first, *[stop for _, stop in runs]])
    if all(pieces):
        return runs, pieces
    kept: list[Run] = []
    for (label, stop), piece in zip(runs, pieces, strict=True):
        if kept and (not piece or kept[-1][0] == label):
            kept[-1] = (kept[-1][0], stop)
        elif piece:
            kept.append((label, stop))
    if not kept:
        return [], []
    return kept, cut_text(text, words, [first, *[stop for _, stop in kept]])


def _find_extent(
    starts: Sequence[int | None], ends: Sequence[int | None], otherwise: int
) -> tuple[int, int]:
    """Find when words begin and end (ms); `otherwise` if none has a time."""
    first = starts[0]
    if first is not None and None not in ends:  # most pieces
        return first, max(cast(Sequence[int], ends))
    known_ends = known_times(ends)
    start = next(chain(known_times(starts), known_ends), otherwise)
    return start, max(known_ends, default=start)


def _relabel(words: tuple[Word, ...], label: str | None) -> tuple[Word, ...]:
    """The words, with the utterance's label in place of their own if they have one."""
    if not any(map(_SPEAKER, words)):
        return words
    relabeled: list[Word] = []
    for word in words:
        if word.speaker is not None:
            word = word._replace(speaker=label)
        relabeled.append(word)
    return tuple(relabeled)
