"""Words (LEXEME lines) and turns -> utterances."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter

from ...line_joining import join_texts
from ...models import Turn, Utterance, Word
from ...problems import ProblemLog
from .line import Line

_MAX_DISTANCE = 500
"""How far outside a turn, in ms, the middle of a word may be and still belong to it."""
_MIN_PAUSE = 1000
"""Words in no turn are split into utterances at pauses of this length, in ms."""
_STEPS_BACK = 8
"""How many turns before a word are searched: turns of one speaker rarely overlap."""

_Key = tuple[str | None, str | None]
"""A recording and a speaker in it."""


# ---- files of our own


def follow_lines(lines: Iterable[Line]) -> Iterator[Utterance]:
    """The utterances of a file of our own: each SPEAKER line with the LEXEME lines after it."""
    groups: list[tuple[Line, list[Line]]] = []
    for line in lines:
        if line.text is None or not groups:
            groups.append((line, []))
        if line.text is not None:
            groups[-1][1].append(line)
    for turn, words in groups:
        if words:
            yield _make_own(turn, words)


def _make_own(turn: Line, lines: list[Line]) -> Utterance:
    words = _to_words(lines)
    text = " ".join([word.text for word in words])
    return Utterance(turn.start, turn.end, text, turn.speaker, words, line=turn.number)


# ---- files of others


def assign_words(turns: list[Turn], lines: list[Line], log: ProblemLog) -> list[Utterance]:
    """The utterances of any other file: a speaker's words go to that speaker's turns, by time."""
    turns_of, words_of = _group_lines(turns, lines)
    ranks: dict[str | None, int] = {}
    for recording, _ in words_of:
        ranks.setdefault(recording, len(ranks))
    if len(ranks) > 1:
        message = f"the file has words of {len(ranks)} recordings, put one after another"
        log.add("several-recordings", message)
    made: list[tuple[int, int, int, Utterance]] = []
    for key, words in words_of.items():
        rank = ranks[key[0]]
        words.sort(key=attrgetter("start", "end"))
        for utterance in _fill_turns(sorted(turns_of[key]), words, log):
            made.append((rank, utterance.start, utterance.end, utterance))
    made.sort(key=itemgetter(0, 1, 2))
    return [utterance for *_, utterance in made]


def _group_lines(
    turns: list[Turn], lines: list[Line]
) -> tuple[defaultdict[_Key, list[Line]], defaultdict[_Key, list[Line]]]:
    """The turns and the words of each speaker in each recording."""
    turns_of: defaultdict[_Key, list[Line]] = defaultdict(list)
    words_of: defaultdict[_Key, list[Line]] = defaultdict(list)
    for turn in turns:
        line = Line(turn.start, turn.end, turn.speaker, turn.recording, None, 0)
        turns_of[turn.recording, turn.speaker].append(line)
    for line in lines:
        if line.text is None:
            group = turns_of
        else:
            group = words_of
        group[line.recording, line.speaker].append(line)
    return turns_of, words_of


def _fill_turns(turns: list[Line], words: list[Line], log: ProblemLog) -> Iterator[Utterance]:
    """One speaker's words in that speaker's turns, both sorted.

    Words in no turn are reported, and grouped by pauses.
    """
    finder = _TurnFinder(turns)
    words_in: defaultdict[int, list[Line]] = defaultdict(list)
    loose: list[Line] = []
    for word in words:
        index = finder.find((word.start + word.end) // 2)
        if index is None:
            loose.append(word)
        else:
            words_in[index].append(word)
    for index, inside in words_in.items():
        turn = turns[index]
        yield _make_utterance(inside, turn.start, turn.end, turn.number or inside[0].number)
    for group in _split_at_pauses(loose):
        first = group[0]
        shown = f"from {first.text!r} on: {len(group)}"
        log.add("loose-words", f"words outside all turns of their speaker, {shown}", first.number)
        end = max(line.end for line in group)
        yield _make_utterance(group, first.start, end, first.number)


class _TurnFinder:
    """Finds the turn that a time belongs to, among one speaker's turns, sorted by start."""

    def __init__(self, turns: list[Line]) -> None:
        self._turns = turns
        self._starts = [turn.start for turn in turns]
        self._last_to_end: list[int] = []
        """For each turn: which one ends last, of it and those before it."""
        latest = 0
        for index, turn in enumerate(turns):
            if turn.end >= turns[latest].end:
                latest = index
            self._last_to_end.append(latest)

    def find(self, time: int) -> int | None:
        """The index of the turn that covers a time (ms), the last to begin if several do.

        Otherwise the nearest turn, if it is near enough; None if it is not.
        """
        before = bisect_right(self._starts, time) - 1
        for index in range(before, max(before - _STEPS_BACK, -1), -1):
            if self._turns[index].end >= time:
                return index
        distance, index = min(self._neighbors(before, time), default=(_MAX_DISTANCE + 1, 0))
        if distance <= _MAX_DISTANCE:
            return index
        return None

    def _neighbors(self, before: int, time: int) -> Iterator[tuple[int, int]]:
        """Distance (ms) and index of the nearest turn before a time and of the one after it."""
        if before >= 0:
            latest = self._last_to_end[before]
            yield max(0, time - self._turns[latest].end), latest
        after = before + 1
        if after < len(self._turns):
            yield self._starts[after] - time, after


def _split_at_pauses(words: list[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for word in words:
        if group and word.start - group[-1].end >= _MIN_PAUSE:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _make_utterance(lines: list[Line], start: int, end: int, number: int) -> Utterance:
    words = _to_words(lines)
    text = join_texts([word.text for word in words])
    return Utterance(start, end, text, lines[0].speaker, words, line=number)


def _to_words(lines: list[Line]) -> tuple[Word, ...]:
    return tuple([Word(line.text or "", line.start, line.end) for line in lines])
