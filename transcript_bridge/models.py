"""The plain data that readers make and stages pass on.

All times are integer milliseconds from the beginning of the recording: exact, cheap, and as fine as
any format that carries words. Seconds as floats appear only in requests (wire.py). Words, turns and
utterances are named tuples, because a file can hold a hundred thousand of them: creating one takes
a quarter of the time of a frozen dataclass. A transcript holds its utterances in columns
(Utterances), which takes a tenth of that again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, cast, overload

from .arguments import NUMBER, TEXT, Expected
from .problems import Problem


class Word(NamedTuple):
    """One word with its own times (ms), which are None if the recognizer could not align it."""

    text: str
    start: int | None = None
    end: int | None = None
    speaker: str | None = None
    """The label of the speaker, if the file has one for each word."""

    def move(self, offset: int) -> Word:
        """The word with its times later by `offset` (ms)."""
        start = None
        if self.start is not None:
            start = self.start + offset
        end = None
        if self.end is not None:
            end = self.end + offset
        return self._replace(start=start, end=end)


class Utterance(NamedTuple):
    """One stretch of speech by one speaker: a cue of a subtitle file, a segment of a recognizer
    (ms)."""

    start: int
    end: int
    text: str
    speaker: str | None = None
    """The label exactly as the file has it; None if it names nobody."""
    words: tuple[Word, ...] = ()
    id: str | None = None
    """The identifier of the cue, if the format has one."""
    line: int | None = None
    """The 1-based line at which it begins in the file, if the format has lines."""

    def move(self, offset: int) -> Utterance:
        """The utterance with its times, and those of its words, later by `offset` (ms)."""
        words = tuple([word.move(offset) for word in self.words])
        start = self.start + offset
        return self._replace(start=start, end=self.end + offset, words=words)


_FEW = 256
"""Shorter columns are not packed: it would save nothing."""
_SLAB = 4096
"""Rows at a time."""


def pack(numbers: Sequence[Any]) -> Sequence[Any]:
    """A column of integers in a fifth of the memory; unchanged if it is short, or if a value is
    None or too large for 64 bits."""
    if len(numbers) < _FEW:
        return numbers
    try:
        return array("q", numbers)
    except (OverflowError, TypeError):
        return numbers


def _join(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    if not isinstance(columns[0], array):
        return list(chain.from_iterable(columns))
    whole = array("q")
    try:
        for column in columns:
            whole.extend(column)
    except (OverflowError, TypeError):
        return list(chain.from_iterable(columns))
    return whole


class Utterances(Sequence[Utterance]):
    """A sequence of utterances, held in columns; an Utterance is created when it is read.

    Readers fill columns faster than they create objects, and stages check whole columns at once:
    is any text blank, are the starts in order. Equal to a list or tuple of the same utterances.
    Columns are never changed in place.
    """

    __slots__ = ("ends", "ids", "lines", "speakers", "starts", "texts", "words")

    def __init__(
        self,
        starts: Sequence[int] = (),
        ends: Sequence[int] = (),
        texts: Sequence[str] = (),
        speakers: Sequence[str | None] = (),
        words: Sequence[tuple[Word, ...]] = (),
        ids: Sequence[str | None] = (),
        lines: Sequence[int | None] = (),
    ) -> None:
        """Columns of one length, in the order of Utterance's fields; see `of` for rows."""
        self.starts = starts
        self.ends = ends
        self.texts = texts
        self.speakers = speakers
        self.words = words
        self.ids = ids
        self.lines = lines

    @classmethod
    def of(cls, rows: Iterable[Utterance]) -> Self:
        """Rows as columns, some at a time; columns are returned unchanged."""
        if isinstance(rows, cls):
            return rows
        pieces = []
        left = iter(rows)
        while some := list(islice(left, _SLAB)):
            starts, ends, texts, speakers, words, ids, lines = zip(*some, strict=True)
            pieces.append(cls(pack(starts), pack(ends), texts, speakers, words, ids, pack(lines)))
        return cls.joined(pieces)

    @classmethod
    def joined(cls, pieces: Sequence[Self]) -> Self:
        """All of `pieces`, one after the other."""
        if len(pieces) == 1:
            return pieces[0]
        return cls(*map(_join, zip(*(piece.columns() for piece in pieces), strict=True)))

    def columns(self) -> tuple[Sequence[Any], ...]:
        """In the order of Utterance's fields."""
        return self.starts, self.ends, self.texts, self.speakers, self.words, self.ids, self.lines

    def replace(self, texts: Sequence[str], speakers: Sequence[str | None]) -> Utterances:
        """The same times, words, ids and lines, with other texts and speakers."""
        return Utterances(self.starts, self.ends, texts, speakers, self.words, self.ids, self.lines)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Utterance]:
        # This loop runs in C; one with Utterance(*row) takes twice as long.
        return map(cast(Any, tuple.__new__), repeat(Utterance), zip(*self.columns(), strict=True))

    @overload
    def __getitem__(self, index: int) -> Utterance: ...
    @overload
    def __getitem__(self, index: slice) -> Utterances: ...
    def __getitem__(self, index: int | slice) -> Utterance | Utterances:
        picked = [column[index] for column in self.columns()]
        if isinstance(index, int):
            return Utterance._make(picked)
        return Utterances(*picked)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Utterances | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(map(tuple.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Utterances.of({list(self)!r})"


class Turn(NamedTuple):
    """A time in which somebody speaks, without words: the result of diarization (ms)."""

    start: int
    end: int
    speaker: str
    recording: str | None = None
    """The recording that it belongs to, if a file holds several."""


class Voice(NamedTuple):
    """The speaker of a request for one label."""

    number: int
    is_user: bool = False
    person_id: str | None = None
    name: str | None = None
    """The name to write before the speaker's words: that of the speaker map, else the label if it
    is a name."""

    @property
    def speaker(self) -> str:
        """`SPEAKER_%02d`, which every generation of the server understands in the same way."""
        return f"SPEAKER_{self.number:02d}"


class KnownSpeaker(NamedTuple):
    """Facts that a file states about one of its labels. The user's speaker map overrides it."""

    label: str
    is_user: bool = False
    """Whether it is the owner."""
    person_id: str | None = None
    """The id of a person in Omi."""
    name: str | None = None
    """The name to write instead of the label; empty if the label is not a name."""


StartSource = Literal["stated", "guessed"]

if TYPE_CHECKING:

    class _AnyUtterances:
        """For type checkers: accepts any sequence of utterances, and returns columns."""

        def __get__(self, instance: object, owner: type) -> Utterances: ...
        def __set__(self, instance: object, value: Sequence[Utterance]) -> None: ...


@dataclass(frozen=True, repr=False)
class Transcript:
    """A file, as read: what readers make, and stages take and return.

    The sum is checked: `cues == len(utterances) + sum(problem.cues for problem in problems)`.
    """

    if TYPE_CHECKING:
        utterances: _AnyUtterances = _AnyUtterances()
    else:
        utterances: Utterances = Utterances()  # never changed
    """Any other sequence of utterances becomes one of columns."""
    turns: tuple[Turn, ...] = ()
    problems: tuple[Problem, ...] = ()
    cues: int = 0
    """How many cues (segments, lexemes …) the reader found in the file, kept or not."""
    language: str | None = None
    """BCP 47 tag, if the file or its name states it."""
    language_is_from_name: bool = False
    started_at: datetime | None = None
    """The moment of time 0; None if it is not known. A reader sets it without an offset if the file
    states a local time; dating then applies the user's time zone."""
    start_source: StartSource = "guessed"
    """`stated` by the user or the file, or `guessed` from the file's time. A guess is not part of
    the session id."""
    dates: tuple[str, ...] = ()
    """Further dates that the file states, if it does not say when the recording began: `created_at
    2024-01-24`. The first that is one is a guess."""
    title: str = ""
    """The title of the conversation in the file; empty without one."""
    conversation_id: str = ""
    """The product's own id of the conversation: the same in every export, even after its text was
    edited."""
    updated_at: datetime | None = None
    """The last change in the product, with an offset; None if the file does not state it."""
    known_speakers: tuple[KnownSpeaker, ...] = ()
    """The labels that the file itself identifies as the owner or as people."""
    source: str | None = None
    """The conversation's `source`, one of Omi's list, if the format knows it."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees, if the file states them."""
    format: str = ""
    """The name of the format that read it."""
    encoding: str = ""
    path: str = ""
    """The name of the input, for messages; `-` is standard input."""

    @property
    def is_turns_alone(self) -> bool:
        """Whether it says who speaks when, but not what is said."""
        return bool(self.turns) and not self.utterances

    def __post_init__(self) -> None:
        """Raises SettingsError for values of other types in a transcript made of rows. Readers make
        columns, whose types are not checked: there may be a hundred thousand."""
        if not isinstance(self.utterances, Utterances):
            rows = _UTTERANCE.check_each("utterances", self.utterances)
            utterances = Utterances.of(rows)
            _check_types(utterances)
            _check_fields(self)
            object.__setattr__(self, "utterances", utterances)

    def __repr__(self) -> str:
        """One short line, also for a file of a hundred thousand cues."""
        name = self.path[-60:]
        return (
            f"<Transcript {name!r}: {len(self.utterances)} utterances, {len(self.turns)} turns, "
            f"{self.duration / 1000:g} s, {len(self.problems)} problems>"
        )

    def evolve(
        self,
        utterances: Sequence[Utterance] | None = None,
        problems: Sequence[Problem] = (),
        **changes: object,
    ) -> Transcript:
        """A copy with other utterances, and with `problems` added to those that it has."""
        if utterances is not None:
            changes["utterances"] = Utterances.of(utterances)
        if problems:
            changes["problems"] = (*self.problems, *problems)
        if not changes:
            return self
        # dataclasses.replace takes ten times as long; with two copies per file, that is 7 % of
        # reading a small one. This way needs a class without slots.
        copy = object.__new__(Transcript)
        assert changes.keys() <= self.__dict__.keys()
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(changes)
        return copy

    @property
    def duration(self) -> int:
        """The latest end of any utterance or turn, in ms."""
        last_utterance = max(self.utterances.ends, default=0)
        last_turn = max((turn.end for turn in self.turns), default=0)
        return max(last_utterance, last_turn)

    def speakers(self) -> tuple[str | None, ...]:
        """The labels in order of appearance; None stands for speech without a label."""
        return tuple(dict.fromkeys(self.utterances.speakers))


# ---- the types of a transcript that was made by hand

_UTTERANCE = Expected('an Utterance, such as Utterance(0, 1500, "Hello.")', (Utterance,))
_WORDS = Expected('a tuple of Word, such as (Word("Hello", 0, 400),)', (tuple,))
_WORD = Expected('a Word, such as Word("Hello", 0, 400)', (Word,))
_TURN = Expected('a Turn, such as Turn(0, 1500, "Alice")', (Turn,))
_PROBLEM = Expected("a Problem", (Problem,))
_MS = Expected("a whole number of milliseconds", (int,))
_UTTERANCE_TYPES = {
    "starts": _MS,
    "ends": _MS,
    "texts": TEXT,
    "speakers": TEXT.or_none(),
    "words": _WORDS,
    "ids": TEXT.or_none(),
    "lines": NUMBER.or_none(),
}
_WORD_TYPES = {
    "text": TEXT,
    "start": _MS.or_none(),
    "end": _MS.or_none(),
    "speaker": TEXT.or_none(),
}
_FIELD_TYPES = {
    "cues": NUMBER,
    "language": TEXT.or_none(),
    "started_at": Expected("a datetime", (datetime, type(None))),
    "title": TEXT,
    "source": TEXT.or_none(),
}


def _check_types(utterances: Utterances) -> None:
    for name, expected in _UTTERANCE_TYPES.items():
        expected.check_each(f"the {name} of utterances", getattr(utterances, name))
    words = _WORD.check_each("the words", chain.from_iterable(utterances.words))
    for name, expected in _WORD_TYPES.items():
        expected.check_each(f"the words' {name}", [getattr(word, name) for word in words])


def _check_fields(transcript: Transcript) -> None:
    for name, expected in _FIELD_TYPES.items():
        expected.check(name, getattr(transcript, name))
    _TURN.check_each("turns", transcript.turns)
    _PROBLEM.check_each("problems", transcript.problems)
