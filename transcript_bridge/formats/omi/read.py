"""One conversation of Omi's as a Transcript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ...errors import MalformedError
from ...models import KnownSpeaker, Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ...timecode import MS_PER_CHARACTER, milliseconds_in_range
from ..json_text import as_object, is_number, load_json, replace_surrogates

_SEGMENTS = "transcript_segments"


def is_conversation(value: Any) -> bool:
    """Whether a JSON value is a conversation rather than one of its parts."""
    return isinstance(value, dict) and ("structured" in value or _SEGMENTS in value)


def parse(text: str) -> Transcript:
    """Read one conversation. Raises MalformedError for anything else."""
    value = load_json(text)
    if isinstance(value, list):
        raise MalformedError("this is a list of conversations, each of which is read alone")
    if not is_conversation(value):
        raise MalformedError("this JSON is not a conversation of Omi: it has no segments")
    rows = value.get(_SEGMENTS) or []
    if not isinstance(rows, list):
        raise MalformedError("the segments of this conversation are not a list; export it again")
    log = ProblemLog()
    speakers = _Speakers()
    utterances = Utterances.of(_read_segments(rows, speakers, log))
    started_at = _read_moment(value.get("started_at")) or _read_moment(value.get("created_at"))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=len(rows),
        language=_read_string(value.get("language")) or None,
        started_at=started_at,
        title=_read_string(as_object(value.get("structured")).get("title")),
        conversation_id=_read_string(value.get("id")),
        updated_at=_read_moment(value.get("updated_at")),
        known_speakers=speakers.known(),
        source=_read_string(value.get("source")) or None,
        location=_read_location(value.get("geolocation")),
    )


class _Speakers:
    """The labels of one conversation.

    In the app, single segments can be given to the owner or to a person, so one label may mean
    several people. Each of them gets a label of its own.
    """

    def __init__(self) -> None:
        self._labels: dict[tuple[str, bool, str | None], str] = {}
        self._used: set[str] = set()

    def label_of(self, row: dict[str, Any]) -> str | None:
        """The label of a segment; None if it names nobody."""
        label = _find_label(row)
        is_user = row.get("is_user") is True
        person_id = _read_string(row.get("person_id")) or None
        if label is None:
            if not is_user and person_id is None:
                return None
            label = "owner" if is_user else f"person {person_id}"
        key = (label, is_user, person_id)
        if key not in self._labels:
            self._labels[key] = self._make_unique(label)
        return self._labels[key]

    def known(self) -> tuple[KnownSpeaker, ...]:
        """What the file says of its labels."""
        found = []
        for (_, is_user, person_id), label in self._labels.items():
            if is_user or person_id:
                found.append(KnownSpeaker(label, is_user, person_id))
        return tuple(sorted(found, key=_is_not_user))

    def _make_unique(self, label: str) -> str:
        candidate = label
        number = 2
        while candidate in self._used:
            candidate = f"{label} ({number})"
            number += 1
        self._used.add(candidate)
        return candidate


def _is_not_user(speaker: KnownSpeaker) -> bool:
    return not speaker.is_user


def _find_label(row: dict[str, Any]) -> str | None:
    """`speaker`; answers of the API have `speaker_name` and `speaker_id` instead."""
    for key in ("speaker", "speaker_name"):
        label = replace_surrogates(_read_string(row.get(key)))
        if label:
            return label
    number = row.get("speaker_id")
    if type(number) is int:
        return f"SPEAKER_{number:02d}"
    return None


# ---- segments


def _read_segments(rows: list[Any], speakers: _Speakers, log: ProblemLog) -> Iterator[Utterance]:
    latest = 0
    for number, row in enumerate(rows, 1):
        utterance = _read_segment(row, number, latest, speakers, log)
        if utterance is not None:
            latest = utterance.end
            yield utterance


def _read_segment(
    row: Any, number: int, latest: int, speakers: _Speakers, log: ProblemLog
) -> Utterance | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        log.add("bad-item", f"segment {number} has no text", cues=1)
        return None
    text = row["text"].strip()
    if not text:
        log.add("empty-cue", f"segment {number} has an empty text", cues=1)
        return None
    start = _read_seconds(row.get("start"))
    end = _read_seconds(row.get("end"))
    if start is None or end is None:
        log.add("time-guessed", f"segment {number} has no times; they were estimated")
        start = latest if start is None else start
        end = start + len(text) * MS_PER_CHARACTER if end is None else end
    return Utterance(start, end, text, speakers.label_of(row))


def _read_seconds(value: Any) -> int | None:
    if is_number(value):
        return milliseconds_in_range(value)
    return None


# ---- values


def _read_string(value: Any) -> str:
    if isinstance(value, str):
        return replace_surrogates(value).strip()
    return ""


def _read_moment(value: Any) -> datetime | None:
    """An ISO time; without an offset it is UTC, as Omi writes it."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _read_location(value: Any) -> tuple[float, float] | None:
    place = as_object(value)
    if not is_number(place.get("latitude")) or not is_number(place.get("longitude")):
        return None
    latitude = float(place["latitude"])
    longitude = float(place["longitude"])
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    if not is_on_earth or (latitude == 0 and longitude == 0):  # nobody was at 0, 0: it is unset
        return None
    return latitude, longitude
