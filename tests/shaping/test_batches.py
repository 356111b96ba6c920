from __future__ import annotations

import json
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge.limits import MAX_BODY_BYTES, MAX_COMPRESSED_BYTES, MAX_SEGMENTS
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.options import Options
from transcript_bridge.request_models import to_requests
from transcript_bridge.shaping.batches import Split
from transcript_bridge.shaping.speakers import Person, SpeakerMap

BEGAN = datetime(2024, 1, 24, 20, 29, 1, tzinfo=UTC)


def transcript(*utterances: Utterance, stated: bool = True) -> Transcript:
    source = "stated" if stated else "guessed"
    return Transcript(
        utterances=utterances, cues=len(utterances), started_at=BEGAN, start_source=source
    )


def talk(count: int, length: int = 1000, text: str = "word") -> tuple[Utterance, ...]:
    return tuple(
        Utterance(n * length, (n + 1) * length, f"{text} {n}", f"S{n % 3}") for n in range(count)
    )


def test_fill_fills_each_to_the_limit() -> None:
    sizes = [
        len(r.transcript_segments) for r in to_requests(transcript(*talk(2 * MAX_SEGMENTS + 1)))
    ]
    assert sizes == [MAX_SEGMENTS, MAX_SEGMENTS, 1]


def test_each_part_is_rebased_to_its_own_start() -> None:
    first, second = to_requests(transcript(*talk(MAX_SEGMENTS + 1)))
    assert second.started_at == BEGAN + timedelta(seconds=MAX_SEGMENTS)
    assert second.transcript_segments[0].start == 0.0
    assert second.finished_at == second.started_at + timedelta(seconds=1)
    assert first.finished_at == BEGAN + timedelta(seconds=MAX_SEGMENTS)


def test_finished_at_is_the_latest_end_not_the_last() -> None:
    (request,) = to_requests(transcript(Utterance(0, 9000, "long"), Utterance(1000, 2000, "short")))
    assert request.finished_at == BEGAN + timedelta(seconds=9)


def test_pause_cuts_at_the_widest_pause_without_more_parts() -> None:
    early = [Utterance(n * 1000, n * 1000 + 900, "a") for n in range(4)]
    late = [Utterance(n * 1000 + 60_000, n * 1000 + 60_900, "b") for n in range(4)]
    options = Options(max_segments=5, split="pause")
    parts = to_requests(transcript(*early, *late), options)
    assert ["".join(s.text for s in p.transcript_segments) for p in parts] == ["aaaa", "bbbb"]


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=60), st.integers(1, 20))
def test_pause_needs_no_more_parts_than_fill_and_loses_nothing(gaps: list[int], limit: int) -> None:
    at, utterances = 0, []
    for n, gap in enumerate(gaps):
        at += gap
        utterances.append(Utterance(at, at + 500, str(n)))
    found = transcript(*utterances)
    fill = to_requests(found, Options(max_segments=limit))
    pause = to_requests(found, Options(max_segments=limit, split="pause"))
    assert len(fill) == len(pause)
    assert all(1 <= len(p.transcript_segments) <= limit for p in pause)
    assert [s.text for p in pause for s in p.transcript_segments] == [u.text for u in utterances]


@pytest.mark.untraced
@pytest.mark.parametrize("text", ["x", '"\\', "é", "漢", "😀"])
def test_no_body_is_larger_than_the_limit(text: str) -> None:
    requests = to_requests(transcript(*talk(500, text=text * 8000)), Options(keep_names=True))
    assert len(requests) > 1
    assert all(len(r.to_json().encode()) <= MAX_BODY_BYTES for r in requests)
    assert sum(len(r.transcript_segments) for r in requests) == 500


def ids(found: Transcript, options: Options | None = None) -> list[str]:
    return [r.client_session_id for r in to_requests(found, options)]


def test_identity_is_stable_across_versions() -> None:
    """A changed value here means that everything ever uploaded would be uploaded again."""
    assert ids(transcript(*talk(2))) == ["tb1-874377a825b7f9ffb3e10799466915a2a4b2f663"]


def test_identity_covers_words_times_people_part_and_stated_start() -> None:
    base = transcript(*talk(3))
    others = [
        replace(base, utterances=(*base.utterances[:2], base.utterances[2]._replace(text="other"))),
        replace(base, utterances=(*base.utterances[:2], base.utterances[2]._replace(end=3001))),
        replace(base, utterances=(*base.utterances[:2], base.utterances[2]._replace(speaker="S1"))),
        replace(base, started_at=BEGAN + timedelta(seconds=1)),
    ]
    mine = Options(speakers=SpeakerMap(me="S0"))
    named = Options(speakers=SpeakerMap([Person("S0", person_id="p")]))
    found = [
        ids(base),
        *map(ids, others),
        ids(base, mine),
        ids(base, named),
        ids(base, Options(keep_names=True)),
    ]
    assert len({tuple(i) for i in found}) == len(found)
    same = [Utterance(n * 1000, n * 1000 + 1000, "again") for n in range(2)]
    assert len(set(ids(transcript(*same, stated=False), Options(max_segments=1)))) == 2


def test_a_guessed_start_and_another_offset_change_nothing() -> None:
    guessed = transcript(*talk(3), stated=False)
    assert ids(guessed) == ids(replace(guessed, started_at=BEGAN + timedelta(days=400)))
    base = transcript(*talk(3))
    assert ids(base) == ids(
        replace(base, started_at=BEGAN.astimezone(timezone(timedelta(hours=5))))
    )


def test_what_omi_files_it_under_is_no_part_of_the_identity() -> None:
    base = transcript(*talk(3))
    assert ids(base) == ids(base, Options(source="desktop", language="de", location=(1.0, 2.0)))


def test_a_body_is_complete() -> None:
    options = Options(
        language="de", location=(52.5, 13.4), source="desktop", speakers=SpeakerMap(me="S0")
    )
    (request,) = to_requests(transcript(Utterance(500, 1500, "Hallo", "S0")), options)
    body = json.loads(request.to_json())
    name = body.pop("client_session_id")
    assert body == {
        "transcript_segments": [
            {
                "text": "Hallo",
                "speaker": "SPEAKER_00",
                "speaker_id": 0,
                "is_user": True,
                "start": 0.0,
                "end": 1.0,
            }
        ],
        "source": "desktop",
        "started_at": "2024-01-24T20:29:01.500000Z",
        "finished_at": "2024-01-24T20:29:02.500000Z",
        "language": "de",
        "geolocation": {"latitude": 52.5, "longitude": 13.4},
    }
    assert 1 <= len(name) <= 200


def speak(seed: int, length: int) -> str:
    """Text that compresses like English speech: to somewhat less than half."""
    dice = random.Random(seed)
    letters = "".join(chr(97 + dice.randrange(26)) for _ in range(4000))
    words = [letters[n : n + 2 + n % 7] for n in range(0, 4000, 4)]
    return " ".join(dice.choice(words) for _ in range(length))


@pytest.mark.untraced
@pytest.mark.parametrize("split", ["fill", "pause"])
def test_a_part_fits_into_the_servers_document(split: Split) -> None:
    """The limit is that of the compressed segments: about 900 kB of English are too much."""
    long = [Utterance(n * 1000, n * 1000 + 900, speak(n, 300), "S") for n in range(500)]
    requests = to_requests(transcript(*long), Options(split=split))
    assert 2 <= len(requests) <= 4
    assert sum(len(request.transcript_segments) for request in requests) == 500
    for request in requests:
        rows = [segment.model_dump() for segment in request.transcript_segments]
        assert len(zlib.compress(json.dumps(rows).encode())) <= MAX_COMPRESSED_BYTES


def test_what_compresses_well_is_not_cut_for_its_size() -> None:
    repeated = [
        Utterance(n * 1000, n * 1000 + 900, "and so on " * 140, "S") for n in range(MAX_SEGMENTS)
    ]
    assert len(to_requests(transcript(*repeated))) == 1
