"""The stage that joins a transcript with a file of speaker turns."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from .errors import InputError
from .models import Transcript, Turn
from .options import Options
from .problems import Problem
from .reading import read_bytes
from .shaping import diarization

if TYPE_CHECKING:
    from .shaping.diarization import JoinStatistics, Mode

_CERTAIN = 100
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}\Z")


class TurnsFile(NamedTuple):
    """A file of speaker turns that belongs to a transcript."""

    data: bytes
    path: str
    is_named: bool = False
    """True if the user named it: then it must hold turns. False if it was found beside the
    transcript."""


def join(
    transcript: Transcript, turns: TurnsFile | None, options: Options
) -> tuple[Transcript, JoinStatistics | None]:
    """Assign the speakers of a file of turns to the words. The statistics are None if nothing was
    joined.

    Raises InputError for turns that cannot be used: speakers cannot be added to a conversation
    that has been sent.
    """
    if turns is None:
        return transcript, None
    if not transcript.utterances:
        _refuse_swapped(transcript, turns)
        return transcript, None
    found = _read_turns(transcript, turns, options)
    if found is None:
        unusable = Problem("turns-unusable", f"{turns.path}: there are no speaker turns in this")
        return transcript.evolve(problems=[unusable]), None
    chosen, problems = found
    mode: Mode = "raw"
    if options.smooth:
        mode = "smooth"
    try:
        joined = diarization.join_turns(transcript, chosen, mode=mode, reassign=options.reassign)
    except InputError as error:
        raise error.at(transcript.path, certainty=_CERTAIN) from None
    return joined.transcript.evolve(problems=problems), joined.statistics


def _refuse_swapped(transcript: Transcript, turns: TurnsFile) -> None:
    """Raises InputError if the user named the file of turns as the transcript."""
    if turns.is_named and transcript.is_turns_alone:
        raise InputError(
            f"this has speaker turns and no words; name the file with the words as the input, and "
            f"this one with --diarization instead of {turns.path}",
            path=transcript.path,
        )


def _read_turns(
    transcript: Transcript, turns: TurnsFile, options: Options
) -> tuple[tuple[Turn, ...], list[Problem]] | None:
    """The turns of this recording and the problems of their file; None if it has no turns."""
    try:
        turns_transcript = read_bytes(
            turns.data, path=turns.path, format=options.turns_format, holds_turns=True
        )
        if turns.is_named:
            require_turns(turns_transcript)
        stem = _stem(transcript.path)
        chosen = diarization.select_recording(turns_transcript.turns, options.recording, stem)
    except InputError as error:
        if turns.is_named:
            raise error.at(turns.path) from None
        raise InputError(
            f"its turns in {turns.path} cannot be used ({error.message}); fix that file or "
            "move it away",
            path=transcript.path,
            certainty=_CERTAIN,
        ) from None
    if not chosen:
        return None
    return chosen, _problems_of_turns(turns_transcript)


def _problems_of_turns(turns_transcript: Transcript) -> list[Problem]:
    """The problems of the file of turns, as problems of the transcript: they account for none of
    its cues, and the message names their line."""
    found = []
    for problem in turns_transcript.problems:
        placed = InputError(problem.message, path=turns_transcript.path, line=problem.line)
        found.append(Problem(problem.code, str(placed)))
    return found


def _stem(path: str) -> str:
    """`meeting.en` of `exports.zip!team/meeting.en.vtt`."""
    name = PurePosixPath(path.replace("\\", "/").replace("!", "/")).name
    return _SUFFIX.sub("", name)


def require_turns(transcript: Transcript) -> tuple[Turn, ...]:
    """The turns of a file that must have some; raises InputError."""
    if not transcript.turns:
        raise InputError(
            "there are no speaker turns in this; give RTTM, pyannote's JSON, or lines with two "
            "times and a label",
            path=transcript.path,
        )
    return transcript.turns
