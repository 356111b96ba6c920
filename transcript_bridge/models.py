"""The plain data that readers make and stages pass on.

All times are integer milliseconds from the beginning of the recording: exact, cheap, and as fine as any
format that carries words. Seconds as floats appear on the wire alone (wire.py). The small things are named
tuples because a file can hold a hundred thousand of them: they cost a quarter of a frozen dataclass to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from .problems import Problem


class Word(NamedTuple):
    """One word with its own time, where the source knows it (ms; None where it could not be aligned)."""

    text: str
    start: int | None = None
    end: int | None = None
    speaker: str | None = None
    """The label of who said it, if the source says so word by word."""


class Utterance(NamedTuple):
    """What one speaker said in one stretch: a cue of a subtitle file, a segment of a recogniser (ms)."""

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

    utterances: tuple[Utterance, ...] = ()
    turns: tuple[Turn, ...] = ()
    problems: tuple[Problem, ...] = ()
    cues: int = 0
    """How many cues (segments, lexemes …) the reader found in the file, kept or not."""
    language: str | None = None
    """BCP 47 tag, where the file states it."""
    started_at: datetime | None = None
    """When time 0 was, always with an offset; None where nothing says so."""
    start_source: StartSource = "guessed"
    """`stated` by the user or the file, or `guessed` from the file's own date: a guess is no part of the identity."""
    format: str = ""
    """The name of the format plug-in that read it."""
    encoding: str = ""
    path: str = ""
    """Where it came from, for messages; `-` is standard input."""

    def evolve(
        self,
        utterances: Sequence[Utterance] | None = None,
        problems: Sequence[Problem] = (),
        **changes: object,
    ) -> Transcript:
        """A copy with other utterances and with `problems` added to those already told."""
        if utterances is not None:
            changes["utterances"] = tuple(utterances)
        if problems:
            changes["problems"] = (*self.problems, *problems)
        return replace(self, **changes) if changes else self  # type: ignore[arg-type]  # checked by the dataclass

    @property
    def duration(self) -> int:
        """The latest end of any utterance or turn, in ms."""
        return max(max((u.end for u in self.utterances), default=0), max((t.end for t in self.turns), default=0))

    def speakers(self) -> tuple[str | None, ...]:
        """The labels in order of appearance; None stands for nobody named."""
        return tuple(dict.fromkeys(u.speaker for u in self.utterances))
