"""JSON that was written is read back the same: Podcasting 2.0, Omi's own form."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge import formats
from transcript_bridge.formats.omi.write import render
from transcript_bridge.models import KnownSpeaker, Transcript, Utterance
from transcript_bridge.reading import read_bytes

NAMES = st.sampled_from(["Alice", "Bob Roe", "SPEAKER_07", "SPEAKER_7", "a: b", "李雷", None])
SAID = st.sampled_from(
    ["Yes", "and", "Note: this", '"12"', "<b>", "10:30", "- no", "日本", "A whole sentence.", "\\n"]
)
SPEECH = st.lists(st.tuples(NAMES, SAID, st.integers(0, 2000)), min_size=1, max_size=8)


def make_utterances(said: list[tuple[str | None, str, int]]) -> list[Utterance]:
    found = []
    start = 0
    for name, text, pause in said:
        found.append(Utterance(start, start + 900, text, name))
        start += 900 + pause
    return found


@pytest.mark.parametrize("name", ["podcast_json", "omi"])
@given(said=SPEECH)
def test_what_was_written_reads_the_same(
    name: str, said: list[tuple[str | None, str, int]]
) -> None:
    utterances = make_utterances(said)
    render = formats.get(name).render
    assert render is not None
    found = read_bytes(render(Transcript(utterances=utterances)).encode())
    assert found.format == name
    assert [u[:4] for u in found.utterances] == [u[:4] for u in utterances]


def test_names_may_have_hyphens() -> None:
    assert formats.get("podcast-json") is formats.get("podcast_json")


def test_omis_shape_keeps_the_owner_the_people_and_the_conversation() -> None:
    transcript = Transcript(
        [Utterance(0, 900, "Yes.", "Alice"), Utterance(900, 1500, "No.", "SPEAKER_00")],
        language="en",
        started_at=datetime(2025, 10, 8, 7, 0, 25, tzinfo=UTC),
        start_source="stated",
        title="Garden",
        conversation_id="c-1",
        source="omi",
        location=(52.5, 13.25),
        known_speakers=(KnownSpeaker("Alice", True), KnownSpeaker("SPEAKER_00", False, "p-1")),
    )
    written = render(transcript)
    found = read_bytes(written.encode())
    for name in Transcript.__dataclass_fields__:
        if name not in ("cues", "format", "encoding", "path", "start_source"):
            assert getattr(found, name) == getattr(transcript, name), name
    assert json.loads(written)["transcript_segments"][0]["speaker"] == "SPEAKER_01"


def test_a_guessed_beginning_is_not_written() -> None:
    guessed = datetime(2025, 10, 8, tzinfo=UTC)
    transcript = Transcript([Utterance(0, 900, "Yes.")], started_at=guessed)
    render = formats.get("omi").render
    assert render is not None
    assert "2025" not in render(transcript)
