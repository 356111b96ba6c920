"""One conversation of Omi's as a Transcript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ...timecode import MS_PER_CHARACTER, count_spoken, milliseconds_in_range
from ..json_parts import SEVERAL
from ..json_text import as_number, as_object, load_json
from ..json_values import read_location, read_moment, read_string
from ..speaker_labels import SpeakerLabels

_SEGMENTS = "transcript_segments"
_SIGNS = {"structured", _SEGMENTS}


def is_conversation(value: Any) -> bool:
    """Whether a JSON value is a conversation rather than one of its parts."""
    return not _SIGNS.isdisjoint(as_object(value))


def parse(text: str) -> Transcript:
    """Read one conversation. Raises MalformedError for anything else."""
    value = load_json(text)
    if isinstance(value, list):
        raise MalformedError(SEVERAL)
    if not is_conversation(value):
        raise MalformedError("this JSON is not a conversation of Omi: it has no segments")
    rows = value.get(_SEGMENTS) or []
    if not isinstance(rows, list):
        raise MalformedError("the segments of this conversation are not a list; export it again")
    log = ProblemLog()
    speakers = SpeakerLabels()
    utterances = Utterances.of(_read_segments(rows, speakers, log))
    started_at = read_moment(value.get("started_at")) or read_moment(value.get("created_at"))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=len(rows),
        language=read_string(value.get("language")) or None,
        started_at=started_at,
        title=read_string(as_object(value.get("structured")).get("title")),
        conversation_id=read_string(value.get("id")),
        updated_at=read_moment(value.get("updated_at")),
        known_speakers=speakers.known(),
        source=read_string(value.get("source")) or None,
        location=read_location(value.get("geolocation")),
    )


def _read_label(row: dict[str, Any], speakers: SpeakerLabels) -> str | None:
    return speakers.label_of(
        _find_label(row),
        is_user=row.get("is_user") is True,
        person_id=read_string(row.get("person_id")) or None,
    )


def _find_label(row: dict[str, Any]) -> str | None:
    """A name if there is one; answers of the API have no `speaker`."""
    for key in ("speaker_name", "speaker"):
        label = read_string(row.get(key))
        if label:
            return label
    number = row.get("speaker_id")
    if type(number) is int:
        return f"SPEAKER_{number:02d}"
    return None


# ---- segments


def _read_segments(
    rows: list[Any], speakers: SpeakerLabels, log: ProblemLog
) -> Iterator[Utterance]:
    latest = 0
    for number, row in enumerate(rows, 1):
        utterance = _read_segment(row, number, latest, speakers, log)
        if utterance is not None:
            latest = utterance.end
            yield utterance


def _read_segment(
    row: Any, number: int, latest: int, speakers: SpeakerLabels, log: ProblemLog
) -> Utterance | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        log.add("bad-item", f"segment {number} has no text", cues=1)
        return None
    text = row["text"].strip()
    if not text:
        log.add("empty-cue", f"segment {number} has an empty text", cues=1)
        return None
    start = milliseconds_in_range(as_number(row.get("start")))
    end = milliseconds_in_range(as_number(row.get("end")))
    if start is None or end is None:
        log.add("time-guessed", f"segment {number} has no times; they were estimated")
        start = latest if start is None else start
        end = start + count_spoken(text) * MS_PER_CHARACTER if end is None else end
    return Utterance(start, end, text, _read_label(row, speakers))
