"""Facts of a file about its own speakers, and how they reach the requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import transcript_bridge as tb
from transcript_bridge.models import KnownSpeaker, Transcript, Utterance
from transcript_bridge.pipeline import to_request_dicts

_START = datetime(2025, 10, 8, 7, 0, tzinfo=UTC)


def _make_transcript(*known: KnownSpeaker, **changes: Any) -> Transcript:
    labels = ("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
    rows = [
        Utterance(n * 1000, n * 1000 + 900, f"line {n}", label) for n, label in enumerate(labels)
    ]
    return Transcript(
        tuple(rows),
        cues=len(rows),
        started_at=_START,
        start_source="stated",
        known_speakers=known,
        **changes,
    )


def _segments(transcript: Transcript, speakers: tb.SpeakerMap | None = None) -> list[Any]:
    options = tb.Options(speakers=speakers or tb.SpeakerMap())
    return list(to_request_dicts(transcript, options)[0]["transcript_segments"])


def test_the_owner_and_the_people_of_a_file_reach_the_request() -> None:
    known = (KnownSpeaker("SPEAKER_01", is_user=True), KnownSpeaker("SPEAKER_02", person_id="p-2"))
    rows = _segments(_make_transcript(*known))
    assert [row["is_user"] for row in rows] == [False, True, False]
    assert [row.get("person_id") for row in rows] == [None, None, "p-2"]
    assert [row["speaker"] for row in rows] == ["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"]


def test_two_labels_of_the_owner_become_one_speaker() -> None:
    known = (KnownSpeaker("SPEAKER_00", is_user=True), KnownSpeaker("SPEAKER_02", is_user=True))
    rows = _segments(_make_transcript(*known))
    assert [row["is_user"] for row in rows] == [True, False, True]
    assert rows[0]["speaker_id"] == rows[2]["speaker_id"]


def test_two_labels_with_one_person_id_become_one_speaker() -> None:
    known = (KnownSpeaker("SPEAKER_00", person_id="p"), KnownSpeaker("SPEAKER_02", person_id="p"))
    rows = _segments(_make_transcript(*known))
    assert [row.get("person_id") for row in rows] == ["p", None, "p"]


def test_the_speaker_map_goes_before_the_file() -> None:
    known = (KnownSpeaker("SPEAKER_01", is_user=True), KnownSpeaker("SPEAKER_02", person_id="p-2"))
    speakers = tb.SpeakerMap([tb.Person("Ada", True, aliases=("SPEAKER_00",))])
    rows = _segments(_make_transcript(*known), speakers)
    assert [row["is_user"] for row in rows] == [True, False, False]
    assert rows[2]["person_id"] == "p-2"


def test_the_person_of_the_map_keeps_the_id_of_the_map() -> None:
    known = (KnownSpeaker("SPEAKER_02", person_id="p-2", name="Bea"),)
    speakers = tb.SpeakerMap([tb.Person("Ben", person_id="p-1", aliases=("speaker_02",))])
    rows = _segments(_make_transcript(*known), speakers)
    assert [row.get("person_id") for row in rows] == [None, None, "p-1"]


def test_the_owner_of_the_map_is_the_owner_of_the_file() -> None:
    known = (KnownSpeaker("SPEAKER_01", is_user=True),)
    speakers = tb.SpeakerMap([tb.Person("Ada", is_user=True)])
    rows = _segments(_make_transcript(*known), speakers)
    assert [row["is_user"] for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("proposed", "given", "sent"),
    [
        ("limitless", None, "limitless"),
        ("limitless", "plaud", "plaud"),
        ("limitless", "phone", "phone"),
        (None, None, "phone"),
        ("external_integration", None, "phone"),
        ("something", None, "phone"),
    ],
)
def test_the_source_of_the_product_is_sent_unless_the_user_names_one(
    proposed: str | None, given: str | None, sent: str
) -> None:
    bodies = to_request_dicts(_make_transcript(source=proposed), tb.Options(source=given))
    assert bodies[0]["source"] == sent


def test_the_place_of_a_file_is_sent_unless_the_user_names_one() -> None:
    transcript = _make_transcript(location=(52.5, 13.4))
    own = to_request_dicts(transcript, tb.Options())[0]["geolocation"]
    assert own == {"latitude": 52.5, "longitude": 13.4}
    given = to_request_dicts(transcript, tb.Options(location=(1.0, 2.0)))[0]["geolocation"]
    assert given == {"latitude": 1.0, "longitude": 2.0}


def test_the_digest_of_options_is_the_same_as_when_phone_was_the_default() -> None:
    assert tb.Options().digest() == tb.Options(source="phone").digest()
    assert tb.Options().digest() != tb.Options(source="plaud").digest()
