"""Plain bodies and pydantic's models are the same thing, so whoever writes the first need not load
the second."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import transcript_bridge as tb
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.options import Options
from transcript_bridge.pipeline import to_request_dicts, to_segment_dicts
from transcript_bridge.request_models import to_requests, to_segments
from transcript_bridge.shaping.speakers import Person, SpeakerMap

times = st.integers(-5000, 5_000_000)
utterances = st.builds(
    Utterance,
    start=times,
    end=times,
    text=st.text(st.characters(), max_size=20),
    speaker=st.sampled_from([None, "A", "B"]),
)
options = st.builds(
    Options,
    speakers=st.sampled_from([SpeakerMap(), SpeakerMap([Person("A", True, "p-1")])]),
    keep_names=st.booleans(),
    merge_gap=st.none() | st.integers(0, 2000).map(lambda ms: timedelta(milliseconds=ms)),
    max_segments=st.integers(1, 4),
    split=st.sampled_from(["fill", "pause"]),
    language=st.sampled_from([None, "de"]),
    location=st.sampled_from([None, (52.5, 13.4)]),
)


def test_a_local_time_of_a_file_is_one_in_the_zone_of_the_options() -> None:
    transcript = Transcript(
        [Utterance(1000, 2000, "Good morning.")],
        cues=1,
        started_at=datetime(2025, 3, 4, 10, 30),  # as readers give it
    )
    (request,) = to_requests(transcript, Options(timezone="Europe/Berlin"))
    assert request.started_at.isoformat() == "2025-03-04T10:30:01+01:00"


@given(st.lists(utterances, max_size=9).map(tuple), options)
def test_whatever_goes_in_no_body_is_refused_and_both_ways_agree(
    found: tuple[Utterance, ...], how: Options
) -> None:
    began = datetime(2024, 1, 24, 20, 29, 1, 500_000, tzinfo=UTC)
    transcript = Transcript(utterances=found, cues=len(found), started_at=began)
    bodies = to_request_dicts(transcript, how)
    for body, request in zip(bodies, to_requests(transcript, how), strict=True):
        again = json.loads(request.to_json())
        for name in ("started_at", "finished_at"):
            again[name] = datetime.fromisoformat(again[name])
            body = {**body, name: datetime.fromisoformat(body[name])}
        assert again == body
    rows = [json.loads(s.model_dump_json(exclude_none=True)) for s in to_segments(transcript, how)]
    assert rows == to_segment_dicts(transcript, how)


def test_what_was_read_becomes_the_same_requests_as_what_was_loaded(tmp_path: Path) -> None:
    path = tmp_path / "talk.de.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nAnn: Guten Tag.\n", encoding="utf-8")
    table = tb.FileTable((("source", "plaud"),), "*.de.srt")
    how = Options(started_at=datetime(2024, 1, 24, tzinfo=UTC), files=(table,))
    loaded = tb.load(path, how)
    requests = to_requests(loaded)
    assert to_requests(tb.read(path), how) == requests
    assert (requests[0].language, requests[0].source) == ("de", "plaud")
    assert to_segments(loaded) == to_segments(tb.read(path), how)


def test_speakers_that_change_places_do_so_once() -> None:
    cue = "00:00:0{},000 --> 00:00:0{},000\n{}\n\n"
    srt = (cue.format(1, 2, "Ann: Hi.") + cue.format(3, 4, "Ben: Hey.")).encode()
    swapped = [tb.LabelChange(0, None, "Ann", "Ben"), tb.LabelChange(0, None, "Ben", "Ann")]
    loaded = tb.load(srt, Options(started_at="2024-01-24T15:00Z", during=swapped))
    assert [one.speaker for one in loaded.transcript.utterances] == ["Ben", "Ann"]
    assert [row["text"] for row in to_segment_dicts(loaded)] == ["Hi.", "Hey."]
