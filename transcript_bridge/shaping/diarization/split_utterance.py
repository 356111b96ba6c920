"""Split utterances where the speaker changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ...models import Transcript, Utterance, Word
from ...problems import Problem
from .speech import words_of
from .text_cuts import cut_text

_SPEAKER = itemgetter(Word._fields.index("speaker"))
_END = itemgetter(Word._fields.index("end"))


class Run(NamedTuple):
    """Neighbouring words of one speaker."""

    label: str | None
    words: int


def split_speakers(transcript: Transcript) -> Transcript:
    """Split utterances whose words have different speakers.

    A word without a speaker takes its neighbour's. If any word has a speaker, the label of the
    utterance does not count.
    """
    if not any(transcript.utterances.words):
        return transcript
    utterances: list[Utterance] = []
    for utterance in transcript.utterances:
        utterances.extend(_split_by_words(utterance))
    extra = len(utterances) - len(transcript.utterances)
    return transcript.evolve(utterances, split_problems(extra))


def _split_by_words(utterance: Utterance) -> list[Utterance]:
    found = {word.speaker for word in utterance.words}
    found.discard(None)
    if not found:
        return [utterance]
    if len(found) == 1:
        return [utterance._replace(speaker=found.pop())]
    labels = fill([word.speaker for word in utterance.words])
    return split_utterance(
        utterance, [Run(label, len(list(run))) for label, run in groupby(labels)]
    )


def split_problems(extra: int) -> list[Problem]:
    """What to report if utterances became `extra` more."""
    if not extra:
        return []
    message = (
        "cues that held several speakers were split where the speaker changes: "
        f"{extra} more utterances"
    )
    return [Problem("speaker-split", message, cues=-extra)]


def fill(labels: Sequence[str | None]) -> list[str | None]:
    """`labels` with each None replaced by the label before it, or at the start by the first one."""
    filled: list[str | None] = []
    last = next((label for label in labels if label is not None), None)
    for label in labels:
        if label is not None:
            last = label
        filled.append(last)
    return filled


def split_utterances(
    utterances: Iterable[Utterance],
    counts: Iterable[int],
    boundaries: Iterable[tuple[str | None, int]],
) -> Iterator[list[Utterance]]:
    """The pieces of each utterance.

    counts: how many words each utterance has. boundaries: labels, and the word at which each ends,
    counted over all utterances.
    """
    upcoming = iter(boundaries)
    label, stop = None, 0
    done = 0
    for utterance, words in zip(utterances, counts, strict=True):
        if not words:
            yield [utterance]
            continue
        if stop <= done:
            label, stop = next(upcoming)
        end = done + words
        if stop >= end:  # most utterances
            done = end
            yield [_rename(utterance, label)]
            continue
        runs: list[Run] = []
        while done < end:
            if stop <= done:
                label, stop = next(upcoming)
            taken = min(stop, end) - done
            runs.append(Run(label, taken))
            done += taken
        yield split_utterance(utterance, runs)


def split_utterance(utterance: Utterance, runs: Sequence[Run]) -> list[Utterance]:
    """One utterance for each run of its words (`words_of`) that has any text.

    Words keep their times. The texts are slices of the utterance's text, without blanks at the
    ends; a run to which nothing in the text corresponds joins its neighbour. The first piece begins
    and the last one ends with the utterance; inside, a piece lasts from its first word to its last.
    Only the first piece keeps the id, so that it stays unique.
    """
    if len(runs) == 1:
        return [_rename(utterance, runs[0].label)]
    start, end, whole_text, _, own, id_, line = utterance
    words = words_of(utterance)
    runs, texts = _cut(whole_text, words, runs)
    if len(runs) == 0:
        return [utterance]
    has_labels = any(map(_SPEAKER, own))
    split: list[Utterance] = []
    done = 0
    reached = start
    for (label, count), text in zip(runs, texts, strict=True):
        stop = done + count
        said = words[done:stop]
        begin, reached = _find_extent(said, reached)
        if done == 0:
            begin = start
        if stop == len(words):
            reached = end
        kept: tuple[Word, ...] = ()
        if own:
            kept = own[done:stop]
        if has_labels:
            kept = _relabel(kept, label)
        finish = reached if reached > begin else begin
        split.append(_new_utterance((begin, finish, text, label, kept, id_, line)))
        id_ = None
        done = stop
    return split


def _rename(utterance: Utterance, label: str | None) -> Utterance:
    """The utterance with a label."""
    start, end, text, _, own, id_, line = utterance
    if any(map(_SPEAKER, own)):
        own = _relabel(own, label)
    return _new_utterance((start, end, text, label, own, id_, line))


# Not `Utterance(…)` or `_replace`, which take twice and six times as long.
_new_utterance: Callable[[Any], Utterance] = partial(tuple.__new__, Utterance)


def _cut(text: str, words: Sequence[Word], runs: Sequence[Run]) -> tuple[Sequence[Run], list[str]]:
    """Runs with their texts, none of them empty, so that all words and all of the text are in one.

    A run without a text joins the run before it, or the next one at the beginning.
    """
    texts = cut_text(text, words, [count for _, count in runs])
    if all(texts):
        return runs, texts
    kept: list[Run] = []
    waiting = 0
    for (label, count), piece in zip(runs, texts, strict=True):
        if not piece and kept:
            kept[-1] = Run(kept[-1].label, kept[-1].words + count)
        elif not piece:
            waiting += count
        elif kept and kept[-1].label == label:
            kept[-1] = Run(label, kept[-1].words + count)
        else:
            kept.append(Run(label, count + waiting))
            waiting = 0
    return kept, cut_text(text, words, [count for _, count in kept])


def _find_extent(words: Sequence[Word], otherwise: int) -> tuple[int, int]:
    """When `words` begin and end (ms); `otherwise` if none has a time."""
    start = words[0].start
    all_ends = list(map(_END, words))
    if start is not None and None not in all_ends:  # most pieces
        return start, max(all_ends)
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    start = otherwise
    if starts:
        start = starts[0]
    elif ends:
        start = ends[0]
    return start, max(ends, default=start)


def _relabel(words: tuple[Word, ...], label: str | None) -> tuple[Word, ...]:
    """The words with the utterance's label, if they have one of their own."""
    relabelled: list[Word] = []
    for word in words:
        if word.speaker is not None:
            word = word._replace(speaker=label)
        relabelled.append(word)
    return tuple(relabelled)
