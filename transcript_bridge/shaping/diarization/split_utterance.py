"""Cuts utterances into words and at the places where the speaker changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import itemgetter

from ...models import Transcript, Utterance, Word
from ...problems import Problem
from .speech import words_of

_SPEAKER = itemgetter(Word._fields.index("speaker"))


def split_speakers(transcript: Transcript) -> Transcript:
    """Cuts utterances whose words carry different speakers; a word without one takes its
    neighbour's.

    Where the words name a speaker, they count and the utterance's own label does not.
    """
    if not any(transcript.utterances.words):
        return transcript
    utterances: list[Utterance] = []
    for utterance in transcript.utterances:
        own = {word.speaker for word in utterance.words}
        own.discard(None)
        if not own:
            utterances.append(utterance)
        elif len(own) == 1:
            utterances.append(utterance._replace(speaker=own.pop()))
        else:
            labels = fill([word.speaker for word in utterance.words])
            utterances.extend(
                cut(utterance, [(label, len(list(run))) for label, run in groupby(labels)])
            )
    extra = len(utterances) - len(transcript.utterances)
    return transcript.evolve(utterances, split_problems(extra))


def split_problems(extra: int) -> list[Problem]:
    """What there is to tell when utterances became `extra` more."""
    if not extra:
        return []
    message = (
        "cues that held several speakers were split where the speaker changes: "
        f"{extra} more utterances"
    )
    return [Problem("speaker-split", message, cues=-extra)]


def fill(labels: Sequence[str | None]) -> list[str | None]:
    """`labels` where each None took the label before it, those at the beginning the first one."""
    filled: list[str | None] = []
    last = next((label for label in labels if label is not None), None)
    for label in labels:
        last = label if label is not None else last
        filled.append(last)
    return filled


def cut_all(
    utterances: Iterable[Utterance], counts: Iterable[int], runs: Iterable[tuple[str | None, int]]
) -> Iterator[list[Utterance]]:
    """The pieces of each utterance.

    `counts`: how many words each has; `runs`: labels, and where each ends.
    """
    upcoming = iter(runs)
    label, stop = None, 0
    done = 0
    own: list[tuple[str | None, int]]
    for utterance, words in zip(utterances, counts, strict=True):
        end = done + words
        own = []
        while done < end:
            if stop <= done:
                label, stop = next(upcoming)
            taken = min(stop, end) - done
            own.append((label, taken))
            done += taken
        yield cut(utterance, own)


def cut(utterance: Utterance, runs: Sequence[tuple[str | None, int]]) -> list[Utterance]:
    """One utterance for each run: a label, and how many words (`words_of`) it holds.

    Words keep their times. The pieces' texts are slices of the utterance's own, blanks trimmed. The
    outer edges stay the utterance's; inside, a piece reaches from its first word to its last. The
    id stays with the first piece alone, so that it remains one of a kind.
    """
    start, end, _, speaker, own, name, line = utterance
    if len(runs) <= 1:
        label = runs[0][0] if runs else speaker
        return [Utterance(start, end, utterance.text, label, _relabel(own, label), name, line)]
    words = words_of(utterance)
    pieces: list[Utterance] = []
    at = 0
    reached = start
    for (label, count), text in zip(runs, _slice(utterance.text, words, runs), strict=True):
        stop = at + count
        begin, reached = _extent(words[at:stop], reached)
        if at == 0:
            begin = start
        if stop == len(words):
            reached = end
        kept = _relabel(own[at:stop], label) if own else ()
        pieces.append(
            Utterance(begin, max(begin, reached), text, label, kept, None if at else name, line)
        )
        at = stop
    return pieces


def _slice(text: str, words: Sequence[Word], runs: Iterable[tuple[str | None, int]]) -> list[str]:
    """The text of each run of words, as it is spelt in `text`; where it is not to be found there,
    joined anew."""
    stops = [0, *accumulate([count for _, count in runs])]
    texts = [word[0] for word in words]
    if " ".join(texts) == text:
        return [" ".join(texts[begin:end]) for begin, end in pairwise(stops)]
    places = _find(text, texts)
    if places:
        edges = [0, *[places[stop] for stop in stops[1:-1]], len(text)]
        return [text[begin:end].strip() for begin, end in pairwise(edges)]
    blank = "" if len(text.split()) == 1 else " "
    return [blank.join(map(str.strip, texts[begin:end])) for begin, end in pairwise(stops)]


def _find(text: str, texts: Iterable[str]) -> list[int]:
    """Where each of `texts` begins in `text`, in order; nothing if one is missing."""
    places: list[int] = []
    find = text.find
    at = 0
    for word in texts:
        word = word.strip()
        at = find(word, at)
        if at < 0:
            return []
        places.append(at)
        at += len(word)
    return places


def _extent(words: Sequence[Word], otherwise: int) -> tuple[int, int]:
    """From when to when `words` are said (ms); `otherwise` where none has a time."""
    starts = [word[1] for word in words if word[1] is not None]
    ends = [word[2] for word in words if word[2] is not None]
    start = starts[0] if starts else ends[0] if ends else otherwise
    return start, max(ends, default=start)


def _relabel(words: tuple[Word, ...], label: str | None) -> tuple[Word, ...]:
    """The words, none of which contradicts the utterance's label."""
    if not any(map(_SPEAKER, words)):
        return words
    return tuple([word if word.speaker is None else word._replace(speaker=label) for word in words])
