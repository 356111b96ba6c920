"""Split utterances where the speaker changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ...models import Transcript, Utterance, Word
from ...problems import Problem
from .speech import words_of
from .text_cuts import cut_text

_SPEAKER = itemgetter(Word._fields.index("speaker"))


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
        end = done + words
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
    if len(runs) <= 1:
        return [_rename(utterance, runs)]
    words = words_of(utterance)
    pieces = _cut(utterance.text, words, runs)
    if len(pieces) <= 1:
        return [_rename(utterance, [run for run, _ in pieces])]
    split: list[Utterance] = []
    done = 0
    reached = utterance.start
    for (label, count), text in pieces:
        stop = done + count
        begin, reached = _find_extent(words[done:stop], reached)
        if done == 0:
            begin = utterance.start
        if stop == len(words):
            reached = utterance.end
        kept: tuple[Word, ...] = ()
        if utterance.words:
            kept = _relabel(utterance.words[done:stop], label)
        id_ = utterance.id if done == 0 else None
        end = max(begin, reached)
        split.append(Utterance(begin, end, text, label, kept, id_, utterance.line))
        done = stop
    return split


def _rename(utterance: Utterance, runs: Sequence[Run]) -> Utterance:
    """The utterance with the label of its only run."""
    start, end, text, speaker, own, id_, line = utterance
    label = runs[0].label if runs else speaker
    # Not _replace, which takes three times as long: most utterances pass here.
    return Utterance(start, end, text, label, _relabel(own, label), id_, line)


def _cut(text: str, words: Sequence[Word], runs: Sequence[Run]) -> list[tuple[Run, str]]:
    """Runs with their texts, none of them empty, so that all words and all of the text are in one.

    A run without a text joins the run before it, or the next one at the beginning.
    """
    texts = cut_text(text, words, [run.words for run in runs])
    if all(texts):
        return list(zip(runs, texts, strict=True))
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
    texts = cut_text(text, words, [run.words for run in kept])
    return list(zip(kept, texts, strict=True))


def _find_extent(words: Sequence[Word], otherwise: int) -> tuple[int, int]:
    """When `words` begin and end (ms); `otherwise` if none has a time."""
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
    if not any(map(_SPEAKER, words)):
        return words
    relabelled: list[Word] = []
    for word in words:
        if word.speaker is not None:
            word = word._replace(speaker=label)
        relabelled.append(word)
    return tuple(relabelled)
