"""Words (LEXEME lines) and turns -> utterances."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from ...models import Turn, Utterance, Word
from ...problems import ProblemLog
from ..word_groups import Pauses, join_words, split_at_pauses
from .line import Line

_MAX_DISTANCE = 500
"""How far outside a turn, in ms, the middle of a word may be and still belong to it."""
_PAUSES = Pauses(short=1000)
"""The pauses at which words outside of turns are split into utterances."""
_STEPS_BACK = 3
"""How many turns before a word are searched: turns of one speaker rarely overlap."""

_Key = tuple[str | None, str | None]
"""A recording and a speaker in it."""
_by_time = attrgetter("start", "end")


# ---- files of our own


def follow_lines(lines: Iterable[Line]) -> Iterator[Utterance]:
    """The utterances of a file of our own: each SPEAKER line with the LEXEME lines after it."""
    groups: list[tuple[Line, list[Line]]] = []
    for line in lines:
        if not line.text or not groups:
            groups.append((line, []))
        if line.text:
            groups[-1][1].append(line)
    for turn, inside in groups:
        if inside:
            words = tuple([Word(line.text, line.start, line.end) for line in inside])
            text = " ".join([word.text for word in words])
            yield Utterance(turn.start, turn.end, text, turn.speaker, words, line=turn.number)


# ---- files of others


def assign_words(turns: list[Turn], lines: list[Line], log: ProblemLog) -> list[Utterance]:
    """The utterances of any other file: a speaker's words go to that speaker's turns, by time."""
    turns_of: defaultdict[_Key, list[Line]] = defaultdict(list)
    words_of: defaultdict[_Key, list[Line]] = defaultdict(list)
    for turn in turns:
        line = Line(turn.start, turn.end, turn.speaker, turn.recording, "", 0)
        turns_of[turn.recording, turn.speaker].append(line)
    for line in lines:
        group = words_of if line.text else turns_of
        group[line.recording, line.speaker].append(line)
    recordings: defaultdict[str | None, list[Utterance]] = defaultdict(list)
    for key, words in words_of.items():
        words.sort(key=_by_time)
        recordings[key[0]] += _fill_turns(sorted(turns_of[key]), words, log)
    if len(recordings) > 1:
        message = f"the file has words of {len(recordings)} recordings, put one after the other"
        log.add("several-recordings", message)
    return [utterance for said in recordings.values() for utterance in sorted(said, key=_by_time)]


def _fill_turns(turns: list[Line], words: list[Line], log: ProblemLog) -> Iterator[Utterance]:
    """One speaker's words in that speaker's turns, both sorted.

    Words in no turn are reported, and grouped by pauses.
    """
    starts = [turn.start for turn in turns]
    words_in: defaultdict[int, list[Line]] = defaultdict(list)
    for word in words:
        words_in[_find_turn(turns, starts, word)].append(word)
    loose = words_in.pop(_NONE, [])
    for index, inside in words_in.items():
        turn = turns[index]
        said = join_words(inside, turn.speaker, turn.number or inside[0].number)
        yield said._replace(start=turn.start, end=turn.end)
    for group in split_at_pauses(loose, _PAUSES):
        first = group[0]
        shown = f"from {first.text!r} on: {len(group)}"
        log.add("loose-words", f"words outside all turns of their speaker, {shown}", first.number)
        yield join_words(group, first.speaker, first.number)


_NONE = -1
"""In place of the index of a turn."""


def _find_turn(turns: Sequence[Line], starts: Sequence[int], word: Line) -> int:
    """The index of the turn that covers the middle of a word, the last to begin if several do.

    Otherwise the nearest turn, if it is near enough. turns: sorted; starts: theirs (ms).
    """
    middle = (word.start + word.end) // 2
    following = bisect_right(starts, middle)
    for index in range(following - 1, max(following - _STEPS_BACK, 0) - 1, -1):
        if turns[index].end >= middle:
            return index
    near = range(max(following - 1, 0), min(following + 1, len(turns)))
    distances = [
        (max(turns[index].start - middle, middle - turns[index].end), index) for index in near
    ]
    distance, index = min(distances, default=(_MAX_DISTANCE + 1, _NONE))
    return index if distance <= _MAX_DISTANCE else _NONE
