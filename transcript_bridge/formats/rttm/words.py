"""LEXEME lines and turns, made into utterances: where an RTTM holds words."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from ...line_joining import join_texts
from ...models import Turn, Utterance, Word
from ...problems import ProblemLog

_NEAR = 500
"""How far outside a turn, in ms, the middle of a word may lie and still belong to it."""
_PAUSE = 1000
"""Words in no turn are apart from this length of silence on, in ms."""


class Line(NamedTuple):
    """A SPEAKER or LEXEME line (ms); `text` is a LEXEME's word, None for a SPEAKER."""

    start: int
    end: int
    speaker: str | None
    recording: str | None
    text: str | None
    number: int


def follow(lines: Iterable[Line]) -> Iterator[Utterance]:
    """Utterances of a file of our own: each SPEAKER line with the LEXEME lines after it."""
    turn: Line | None = None
    words: list[Word] = []
    for line in lines:
        if line.text is not None:
            turn = turn or line
            words.append(Word(line.text, line.start, line.end))
            continue
        if turn and words:
            yield _utterance(turn, words)
        turn, words = line, []
    if turn and words:
        yield _utterance(turn, words)


def _utterance(turn: Line, words: list[Word]) -> Utterance:
    text = " ".join(word.text for word in words)
    return Utterance(turn.start, turn.end, text, turn.speaker, tuple(words), line=turn.number)


def assign(turns: list[Turn], lines: list[Line], log: ProblemLog) -> list[Utterance]:
    """Utterances of anyone's file: the words of a speaker go to the turns of that speaker, by time."""
    turns_of: defaultdict[tuple[str | None, str | None], list[Line]] = defaultdict(list)
    words_of: defaultdict[tuple[str | None, str | None], list[Line]] = defaultdict(list)
    for t in turns:
        turns_of[t.recording, t.speaker].append(
            Line(t.start, t.end, t.speaker, t.recording, None, 0)
        )
    for line in lines:
        (turns_of if line.text is None else words_of)[line.recording, line.speaker].append(line)
    recordings = {
        recording: rank
        for rank, recording in enumerate(dict.fromkeys(name for name, _ in words_of))
    }
    if len(recordings) > 1:
        log.add(
            "several-recordings",
            f"words of {len(recordings)} recordings stand in one file; they were put one after another",
        )
    made: list[tuple[int, Utterance]] = []
    for (recording, speaker), words in words_of.items():
        rank = recordings[recording]
        words.sort(key=lambda line: (line.start, line.end))
        made += ((rank, u) for u in _fill(sorted(turns_of[recording, speaker]), words, log))
    made.sort(key=lambda item: (item[0], item[1].start, item[1].end))
    return [u for _, u in made]


def _fill(turns: list[Line], words: list[Line], log: ProblemLog) -> Iterator[Utterance]:
    """One speaker's words in that speaker's turns, both sorted; words in no turn are told, and
    gathered by pauses."""
    starts = [turn.start for turn in turns]

    def later_end(a: int, b: int) -> int:
        return b if turns[b].end >= turns[a].end else a

    last_to_end = list(accumulate(range(len(turns)), later_end))
    filled: defaultdict[int, list[Line]] = defaultdict(list)
    loose: list[Line] = []
    for word in words:
        index = _turn_at((word.start + word.end) // 2, turns, starts, last_to_end)
        if index is None:
            loose.append(word)
        else:
            filled[index].append(word)
    for index, inside in filled.items():
        yield _gather(
            inside, turns[index].start, turns[index].end, turns[index].number or inside[0].number
        )
    for group in _parted_by_pauses(loose):
        what = f"words outside every turn of their speaker, from {group[0].text!r} on: {len(group)}"
        log.add("loose-words", what, group[0].number)
        yield _gather(group, group[0].start, max(line.end for line in group), group[0].number)


def _parted_by_pauses(words: list[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for word in words:
        if group and word.start - group[-1].end >= _PAUSE:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _turn_at(time: int, turns: list[Line], starts: list[int], last_to_end: list[int]) -> int | None:
    """The turn that covers a time, the last to begin if several do; else the nearest by edge, if it
    is near."""
    before = bisect_right(starts, time) - 1
    for index in range(before, max(before - 8, -1), -1):
        if turns[index].end >= time:
            return index
    near: list[tuple[int, int]] = []
    if before >= 0:
        longest = last_to_end[
            before
        ]  # turns of one speaker seldom overlap, so that eight steps back are plenty
        near.append((max(0, time - turns[longest].end), longest))
    if before + 1 < len(turns):
        near.append((starts[before + 1] - time, before + 1))
    distance, index = min(near, default=(_NEAR + 1, 0))
    return index if distance <= _NEAR else None


def _gather(words: list[Line], start: int, end: int, number: int) -> Utterance:
    text = join_texts(line.text or "" for line in words)
    told = tuple(Word(line.text or "", line.start, line.end) for line in words)
    return Utterance(start, end, text, words[0].speaker, told, line=number)
