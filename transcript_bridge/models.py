"""The plain data that readers make and stages pass on.

All times are integer milliseconds from the beginning of the recording: exact, cheap, and as fine as
any format that carries words. Seconds as floats appear on the wire alone (wire.py). The small
things are named tuples because a file can hold a hundred thousand of them: they cost a quarter of a
frozen dataclass to make. Those that a transcript holds stand in columns (Utterances), which cost a
tenth of that again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, repeat
from typing import Any, Literal, NamedTuple, Self, cast, overload

from .problems import Problem


class Word(NamedTuple):
    """One word with its own time, where the source knows it (ms; None where it could not be
    aligned)."""

    text: str
    start: int | None = None
    end: int | None = None
    speaker: str | None = None
    """The label of who said it, if the source says so word by word."""


class Utterance(NamedTuple):
    """What one speaker said in one stretch: a cue of a subtitle file, a segment of a recogniser
    (ms)."""

    start: int
    end: int
    text: str
    speaker: str | None = None
    """The label exactly as the source has it; None where nobody is named."""
    words: tuple[Word, ...] = ()
    id: str | None = None
    """The cue identifier, where the format has one."""
    line: int | None = None
    """The 1-based line at which it begins in the file, where the format has lines."""


_FEW, _SLAB = 256, 4096


def pack(numbers: Sequence[Any]) -> Sequence[Any]:
    """A column of integers in a fifth of the memory; as it is where they are few, or one is None or
    enormous."""
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
    """Utterances in order, held in columns; one is made when it is asked for.

    A reader fills columns faster than objects, and a stage asks for one thing of all of them: is
    any text blank, are the starts in order. Equal to any list or tuple of the same utterances.
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
        """The columns of what stands in rows, some at a time; what is in columns already stays as
        it is."""
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
        if len(pieces) < 2:
            return pieces[0] if pieces else cls()
        return cls(*map(_join, zip(*(piece.columns() for piece in pieces), strict=True)))

    def columns(self) -> tuple[Sequence[Any], ...]:
        """In the order of Utterance's fields."""
        return self.starts, self.ends, self.texts, self.speakers, self.words, self.ids, self.lines

    def replace(self, texts: Sequence[str], speakers: Sequence[str | None]) -> Utterances:
        """The same times, words, ids and lines with other texts and speakers."""
        return Utterances(self.starts, self.ends, texts, speakers, self.words, self.ids, self.lines)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Utterance]:
        # All in C, and past the class's own __new__, which only counts the fields once more.
        return map(cast(Any, tuple.__new__), repeat(Utterance), zip(*self.columns(), strict=True))

    @overload
    def __getitem__(self, index: int) -> Utterance: ...
    @overload
    def __getitem__(self, index: slice) -> Utterances: ...
    def __getitem__(self, index: int | slice) -> Utterance | Utterances:
        picked = [column[index] for column in self.columns()]
        return Utterance._make(picked) if isinstance(index, int) else Utterances(*picked)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Utterances | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(map(tuple.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Utterances.of({list(self)!r})"


class Turn(NamedTuple):
    """A stretch of time in which a speaker talks, without words: the output of diarization (ms)."""

    start: int
    end: int
    speaker: str
    recording: str | None = None
    """Which recording it belongs to, where a file holds several."""


class Voice(NamedTuple):
    """What the wire says of one label."""

    number: int
    is_user: bool = False
    person_id: str | None = None
    name: str | None = None
    """What to call the speaker in a text: the user's name for them, else the label if it is a name."""

    @property
    def speaker(self) -> str:
        """`SPEAKER_%02d`: the one shape that every generation of the server parses alike."""
        return f"SPEAKER_{self.number:02d}"


StartSource = Literal["stated", "guessed"]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file as it was understood: the one thing that readers make and stages pass on.

    The sum checks: `cues == len(utterances) + sum(problem.cues for problem in problems)`.
    """

    utterances: Utterances = Utterances()  # noqa: RUF009  # never changed
    """Any other sequence of utterances that is given becomes one of columns."""
    turns: tuple[Turn, ...] = ()
    problems: tuple[Problem, ...] = ()
    cues: int = 0
    """How many cues (segments, lexemes …) the reader found in the file, kept or not."""
    language: str | None = None
    """BCP 47 tag, where the file states it."""
    started_at: datetime | None = None
    """When time 0 was, always with an offset; None where nothing says so."""
    start_source: StartSource = "guessed"
    """`stated` by the user or the file, or `guessed` from the file's own date: a guess is no part
    of the identity."""
    format: str = ""
    """The name of the format plug-in that read it."""
    encoding: str = ""
    path: str = ""
    """Where it came from, for messages; `-` is standard input."""

    def __post_init__(self) -> None:
        if not isinstance(self.utterances, Utterances):
            object.__setattr__(self, "utterances", Utterances.of(self.utterances))

    def evolve(
        self,
        utterances: Sequence[Utterance] | None = None,
        problems: Sequence[Problem] = (),
        **changes: object,
    ) -> Transcript:
        """A copy with other utterances and with `problems` added to those already told."""
        if utterances is not None:
            changes["utterances"] = Utterances.of(utterances)
        if problems:
            changes["problems"] = (*self.problems, *problems)
        if not changes:
            return self
        # dataclasses.replace takes three times as long, which small files notice.
        kept = {name: getattr(self, name) for name in self.__slots__}
        return Transcript(**{**kept, **changes})

    @property
    def duration(self) -> int:
        """The latest end of any utterance or turn, in ms."""
        return max(
            max(self.utterances.ends, default=0), max((t.end for t in self.turns), default=0)
        )

    def speakers(self) -> tuple[str | None, ...]:
        """The labels in order of appearance; None stands for nobody named."""
        return tuple(dict.fromkeys(self.utterances.speakers))
