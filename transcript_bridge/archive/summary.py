"""The summary of a recording after it was read: small, plain, and unchanged by JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import Any, Literal, NamedTuple, Self

from ..dating.finder import GUESSES, Dated
from ..errors import InputError, MissingCredentialsError, NoWordsError
from ..limits import MAX_BODY_BYTES, MAX_COMPRESSED_BYTES
from ..models import KnownSpeaker, Transcript, Utterances, Voice
from ..options import Options
from ..problems import Level, Problem
from ..shaping.batches import split_batches
from ..shaping.merging import merge_neighbors
from ..shaping.speakers import Person
from .files import Notice
from .left_out import LeftOut
from .voices.anonymous_labels import lacks_name
from .voices.samples import Sample, choose_samples

TRY_GAP = timedelta(seconds=2)
"""The gap for `conversations_if_merged`: what joining neighbors this close would save."""
_LEVELS: tuple[Level, ...] = ("lost", "repaired", "note")
"""The levels, the most serious first."""
_ROW_BYTES = 400
_BYTES_PER_NAME = 8
_BYTES_PER_CHARACTER = 8
"""An upper bound for the JSON of a segment, whatever its characters are."""

LONGEST_NAMES = 100
"""Characters of a name and an id together; with longer ones, conversations are counted again."""

State = Literal["ready", "failed", "turns", "silent", "none"]


class SpeakerSummary(NamedTuple):
    """One speaker of one recording."""

    label: str | None
    segments: int
    ms: int
    name: str | None
    """The name in the speaker map; None if the label is not in it."""
    is_user: bool
    samples: tuple[Sample, ...] = ()
    """Samples of its speech, if they were wanted."""

    @property
    def is_unnamed(self) -> bool:
        """Whether nothing says who it is, neither the label nor the map."""
        return lacks_name(self.label, self.name, is_user=self.is_user)


_ERROR_KINDS: dict[str, type[InputError]] = {"turns": NoWordsError}
"""By the state of a summary."""


class ProblemCount(NamedTuple):
    """How often a problem occurs in a file."""

    code: str
    level: Level
    times: int

    @property
    def is_grave(self) -> bool:
        """Whether something was repaired or lost."""
        return self.level != "note"


class RecordingSummary(NamedTuple):
    """The result of reading one recording."""

    path: str
    """The form that was used; if none can be, the best."""
    state: State
    """ready; failed (`error` says why); turns without words; silent; none: not a transcript."""
    error: str = ""
    format: str = ""
    digest: str = ""
    """The digest of the bytes of the transcript and its turns, independent of their names."""
    text_digest: str = ""
    """The digest of the bytes of the transcript only."""
    cues: int = 0
    segments: int = 0
    conversations: int = 0
    conversations_if_merged: int = 0
    """With neighbors joined across TRY_GAP; the same as `conversations` if they are joined
    anyway."""
    ms: int = 0
    """From time 0 to the end, in ms."""
    first_ms: int = 0
    """When the first segment begins, in ms."""
    language: str | None = None
    language_is_from_name: bool = False
    """Whether the language was taken from the name of the file."""
    dates: tuple[Dated, ...] = ()
    speakers: tuple[SpeakerSummary, ...] = ()
    problems: tuple[ProblemCount, ...] = ()
    """The most serious level first."""
    turns: str = ""
    """The path of its turns."""
    others: tuple[str, ...] = ()
    """Other forms of the same recording, which were not used."""
    notices: tuple[Notice, ...] = ()
    """Files of this recording that could not be used."""
    left_out: tuple[LeftOut, ...] = ()
    """Files that turned out not to be transcripts, or not to be readable as such."""
    is_fault: bool = False
    """Whether the reason for the failure may not be in the file: then it is tried again the next
    time."""
    title: str = ""
    """The title of the conversation in the file."""
    conversation_id: str = ""
    """The product's id of the conversation, with the name of the format."""
    updated_at: str = ""
    """When it was last changed in the product, in ISO 8601."""
    characters: int = 0
    """A digest of all texts."""
    known_speakers: tuple[KnownSpeaker, ...] = ()
    """What the file itself says about its speakers."""
    depends_on_names: bool = False
    """Whether the number of conversations depends on the names and ids of its speakers."""
    needs_credentials: bool = False
    """Whether it failed because a store wants credentials."""

    @property
    def error_kind(self) -> type[InputError]:
        """The class of `error`, which has the code for programs and the exit code."""
        if self.needs_credentials:
            return MissingCredentialsError
        return _ERROR_KINDS.get(self.state, InputError)

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Self:
        """A summary from the list that JSON makes of it.

        Texts that many recordings share are kept in memory once.
        """
        fields = dict(zip(cls._fields, row, strict=True))
        fields["state"] = intern(fields["state"])
        fields["format"] = intern(fields["format"])
        if fields["text_digest"] == fields["digest"]:
            fields["text_digest"] = fields["digest"]
        for name, read in _ROW_READERS.items():
            fields[name] = tuple([read(*row) for row in fields[name]])
        fields["others"] = tuple(fields["others"])
        return cls(**fields)

    @property
    def is_repaired(self) -> bool:
        """Whether anything was repaired or lost."""
        return any(problem.is_grave for problem in self.problems)


def _read_date(source: str, at: str, has_time: bool, text: str, zone: str) -> Dated:
    if source in GUESSES:  # always the same text
        text = intern(text)
    return Dated(intern(source), at, has_time, text, intern(zone))


def _read_speaker(
    label: str | None,
    segments: int,
    ms: int,
    name: str | None,
    is_user: bool,
    samples: Iterable[Sequence[Any]],
) -> SpeakerSummary:
    if label is not None:
        label = intern(label)
    read = tuple([Sample(*sample) for sample in samples])
    return SpeakerSummary(label, segments, ms, name, is_user, read)


_ROW_READERS: Mapping[str, Callable[..., Any]] = {
    "dates": _read_date,
    "speakers": _read_speaker,
    "problems": ProblemCount,
    "notices": Notice,
    "known_speakers": KnownSpeaker,
    "left_out": LeftOut,
}
"""The types of the fields of a summary that are lists."""


def summarize(transcript: Transcript, options: Options, samples: int) -> RecordingSummary:
    """The part of a summary that follows from the transcript.

    options: for this file. samples: how many to keep of each speaker.
    """
    utterances = transcript.utterances
    conversations = _count_conversations(transcript, options)
    return RecordingSummary(
        transcript.path,
        "ready" if utterances else "silent",
        format=transcript.format,
        cues=transcript.cues,
        segments=len(utterances),
        conversations=conversations,
        conversations_if_merged=_count_if_merged(transcript, options, conversations),
        ms=transcript.duration,
        first_ms=utterances.starts[0] if utterances else 0,
        language=options.language or transcript.language,
        language_is_from_name=transcript.language_is_from_name and not options.language,
        speakers=_summarize_speakers(transcript, options, samples),
        problems=_count_problems(transcript.problems),
        characters=sum(map(len, utterances.texts)),
        title=transcript.title,
        conversation_id=name_conversation(transcript),
        updated_at=_render_moment(transcript.updated_at),
        known_speakers=transcript.known_speakers,
        depends_on_names=_depends_on_names(transcript, options),
    )


def _render_moment(moment: datetime | None) -> str:
    """A moment in UTC, so that two of them can be compared as texts."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def name_conversation(transcript: Transcript) -> str:
    """The product's id of a conversation, with the name of the format."""
    if not transcript.conversation_id:
        return ""
    return f"{transcript.format}:{transcript.conversation_id}"


def _count_problems(problems: Iterable[Problem]) -> tuple[ProblemCount, ...]:
    counts = Counter((problem.code, problem.level) for problem in problems)
    rows = [ProblemCount(*kind, times) for kind, times in counts.items()]
    return tuple(sorted(rows, key=lambda row: _LEVELS.index(row.level)))


def _count_if_merged(transcript: Transcript, options: Options, conversations: int) -> int:
    if conversations <= 1 or options.merge_gap is not None:
        return conversations
    merged = merge_neighbors(transcript, options.merge_limits(TRY_GAP))
    return _count_conversations(merged, options)


def _count_conversations(transcript: Transcript, options: Options) -> int:
    """How many conversations it takes; the number does not depend on where they are split
    (shaping/batches.py)."""
    utterances = transcript.utterances
    if not utterances:
        return 0
    voices = options.speakers.assign(transcript.speakers())
    return _count_parts(utterances, voices, options)


def _depends_on_names(transcript: Transcript, options: Options) -> bool:
    """Whether long names would cause more conversations than short ones."""
    labels = transcript.speakers()
    long_names = dict.fromkeys(labels, Voice(0, name="x" * LONGEST_NAMES))
    most = _count_parts(transcript.utterances, long_names, options)
    if most == 1:  # the usual case
        return False
    return most != _count_parts(transcript.utterances, dict.fromkeys(labels, Voice(0)), options)


def _count_parts(
    utterances: Utterances, voices: Mapping[str | None, Voice], options: Options
) -> int:
    longest_name = 0
    for voice in voices.values():
        longest_name = max(longest_name, len(voice.name or "") + len(voice.person_id or ""))
    # Nearly all are far below the limits; measuring every segment would take longer than the rest.
    rows = len(utterances) * (_ROW_BYTES + _BYTES_PER_NAME * longest_name)
    most_bytes = rows + _BYTES_PER_CHARACTER * sum(map(len, utterances.texts))
    if len(utterances) <= options.max_segments and most_bytes < MAX_COMPRESSED_BYTES:
        return 1
    parts = split_batches(
        utterances, voices, max_segments=options.max_segments, max_bytes=MAX_BODY_BYTES
    )
    return len(parts)


def describe_person(person: Person | None) -> tuple[str | None, bool]:
    """The name of a person, and whether it is the owner. None: a person that is not in the map."""
    if person is None:
        return None, False
    return person.name, person.is_user


def _summarize_speakers(
    transcript: Transcript, options: Options, samples: int
) -> tuple[SpeakerSummary, ...]:
    utterances = transcript.utterances
    counts = Counter(utterances.speakers)
    talk_times = dict.fromkeys(counts, 0)
    columns = zip(utterances.speakers, utterances.starts, utterances.ends, strict=True)
    for label, start, end in columns:
        talk_times[label] += end - start
    chosen: dict[str | None, tuple[Sample, ...]] = {}
    if samples:
        chosen = choose_samples(utterances, transcript.duration, samples)
    found = []
    people = options.speakers.people_of(counts)
    for label, count in counts.items():
        name, is_user = describe_person(people[label])
        shared_label = label
        if label is not None:  # `str` because a subclass cannot be interned
            shared_label = intern(str(label))
        speaker = SpeakerSummary(
            shared_label,
            segments=count,
            ms=talk_times[label],
            name=name,
            is_user=is_user,
            samples=chosen.get(label, ()),
        )
        found.append(speaker)
    return tuple(found)
