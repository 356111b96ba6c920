"""The stages in order: start reading here.

    read      bytes -> text -> format -> names in the text -> one utterance a speaker
    shape     placeholder for turns without words -> repair -> merge neighbours
    bodies    rows -> parts of at most 500 -> request bodies as plain data

`read` and `read_turns` open files; everything else is a pure function of what it is given.
request_models.py makes pydantic models of rows and bodies, for whoever needs them: loading pydantic
takes longer than converting a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from . import formats
from .errors import InputError, NoWordsError, SettingsError
from .formats.decode import decode
from .gc_pause import collector_paused
from .limits import MAX_BODY_BYTES, MAX_SEGMENTS
from .models import Transcript, Turn, Utterances, Voice
from .shaping.batches import Split, cut, session_id
from .shaping.diarization import split_speakers
from .shaping.labels import read_labels
from .shaping.merging import merge_neighbours
from .shaping.records import to_rows
from .shaping.repair import repair
from .shaping.speakers import SpeakerMap
from .shaping.untranscribed import speak_turns


@dataclass(frozen=True, slots=True)
class Options:
    """How a transcript becomes requests. Frozen, and pickles."""

    speakers: SpeakerMap = field(default_factory=SpeakerMap)
    keep_names: bool = False
    """Write "Alice: …" into the text, since Omi never shows labels."""
    merge_gap: int | None = None
    """Join neighbours of one speaker that are at most so many ms apart; None joins nothing."""
    untranscribed_text: str | None = None
    """What turns without words are made to say; None refuses them."""
    max_segments: int = MAX_SEGMENTS
    split: Split = "fill"
    source: str = "phone"
    language: str | None = None
    """Overrides the file's own."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    started_at: datetime | None = None
    """When time 0 was, with an offset; overrides the file's own."""

    def __post_init__(self) -> None:
        if self.location is not None and not (
            -90 <= self.location[0] <= 90 and -180 <= self.location[1] <= 180
        ):
            raise SettingsError(
                "location must be latitude -90 to 90 and longitude -180 to 180, in degrees"
            )
        if not 1 <= self.max_segments <= MAX_SEGMENTS:
            raise SettingsError(
                f"max_segments must be from 1 to {MAX_SEGMENTS}, which is all the server takes"
            )
        if self.merge_gap is not None and self.merge_gap < 0:
            raise SettingsError("merge_gap must not be negative")
        if self.started_at is not None and self.started_at.tzinfo is None:
            raise SettingsError("started_at needs an offset, such as +01:00")


def read(
    path: str | Path,
    *,
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
) -> Transcript:
    """Read one file, see read_bytes; raises InputError for a file that cannot be opened."""
    name = str(path)
    try:
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123  # a Path costs as much as ten cues
            data = file.read()
    except IsADirectoryError:
        raise InputError("this is a folder; name the files in it", path=name) from None
    except FileNotFoundError:
        raise InputError("there is no such file; check the name", path=name) from None
    except OSError as error:
        raise InputError(
            f"this cannot be opened ({error.strerror}); check its permissions", path=name
        ) from None
    return read_bytes(data, path=name, format=format, encoding=encoding, recover=recover)


def read_bytes(
    data: bytes,
    *,
    path: str = "",
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
) -> Transcript:
    """Read the bytes of one file.

    format, encoding: override what the content looks like.
    recover: False reads by the format's standard and nothing else, where it has one: no repair, no
    names
        looked for in the text.

    Raises InputError (UnknownFormatError, DecodingError, MalformedError), told of `path`.
    """
    try:
        text, encoding, problems = decode(data, encoding)
        if not text or text.isspace():
            raise InputError("this file is empty; export it again")
        chosen = formats.get(format) if format else formats.detect(text, path)
        standard = None if recover else chosen.parse_standard
        with collector_paused():
            transcript = (standard or chosen.parse)(text)
            del text  # as large as the file, and not needed any more
            if not standard:
                if chosen.names_in_text:
                    transcript = read_labels(transcript)
                transcript = split_speakers(transcript)
    except InputError as error:
        raise error.at(path) from None
    return transcript.evolve(problems=problems, path=path, format=chosen.name, encoding=encoding)


def read_turns(
    path: str | Path, *, format: str | None = None, encoding: str | None = None
) -> tuple[Turn, ...]:
    """The speaker turns of a diarization file (RTTM, pyannote's JSON or printed form).

    Raises InputError for a file without turns, and whatever `read` raises.
    """
    turns = read(path, format=format, encoding=encoding).turns
    if not turns:
        raise InputError(
            "there are no speaker turns in this; give RTTM or pyannote's JSON", path=str(path)
        )
    return turns


def shape(transcript: Transcript, options: Options | None = None) -> Transcript:
    """Make a transcript fit for the server, every change told as a problem; twice is the same as
    once.

    Raises NoWordsError for turns alone, unless `untranscribed_text` is set.
    """
    options = options or Options()
    with collector_paused():
        if transcript.turns and not transcript.utterances:
            if options.untranscribed_text is None:
                raise NoWordsError(
                    "speaker turns without words; give the transcript as the input and this file as --diarization, "
                    'or take the turns alone with --untranscribed-text "[speech]"',
                    path=transcript.path,
                )
            transcript = speak_turns(transcript, options.untranscribed_text)
        transcript = repair(transcript)
        if options.merge_gap is not None:
            transcript = merge_neighbours(transcript, options.merge_gap)
    return transcript


def segment_rows(transcript: Transcript, options: Options | None = None) -> list[dict[str, Any]]:
    """The whole transcript as rows of a segment's fields, times in seconds from its own beginning.

    Raises SettingsError when the speaker map does not fit.
    """
    options = options or Options()
    transcript = shape(transcript, options)
    with collector_paused():
        voices = options.speakers.for_file(transcript.path).assign(transcript.speakers())
        return to_rows(transcript.utterances, voices, keep_names=options.keep_names)


def request_bodies(transcript: Transcript, options: Options | None = None) -> list[dict[str, Any]]:
    """The transcript as complete request bodies, in order, each at most 500 segments and 900 kB of
    JSON.

    Plain data, ready for json.dumps; the fields are those of ConversationRequest, the absent ones
    left out. Raises SettingsError when nothing says when it began, or the speaker map does not fit.
    """
    options = options or Options()
    transcript = shape(transcript, options)
    if options.started_at is not None:
        transcript = transcript.evolve(started_at=options.started_at, start_source="stated")
    if transcript.started_at is None:
        raise SettingsError("nothing says when this began; give started_at")
    with collector_paused():
        voices = options.speakers.for_file(transcript.path).assign(transcript.speakers())
        parts = cut(
            transcript.utterances,
            voices,
            max_segments=options.max_segments,
            max_bytes=MAX_BODY_BYTES,
            split=options.split,
        )
        return [
            _body(part, number, transcript, voices, options) for number, part in enumerate(parts, 1)
        ]


def _body(
    part: Utterances,
    number: int,
    transcript: Transcript,
    voices: Mapping[str | None, Voice],
    options: Options,
) -> dict[str, Any]:
    assert transcript.started_at is not None
    origin = part.starts[0]
    began = transcript.started_at + timedelta(milliseconds=origin)
    ended = transcript.started_at + timedelta(milliseconds=max(part.ends))
    rows = to_rows(part, voices, keep_names=options.keep_names, origin=origin)
    body: dict[str, Any] = {
        "transcript_segments": rows,
        "source": options.source,
        "started_at": began.isoformat(),
        "finished_at": ended.isoformat(),
        "client_session_id": session_id(
            rows, number, began if transcript.start_source == "stated" else None
        ),
    }
    if language := options.language or transcript.language:
        body["language"] = language
    if options.location:
        body["geolocation"] = {"latitude": options.location[0], "longitude": options.location[1]}
    return body
