"""The table "From what you have to Omi" says what the fixtures of each product carry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from transcript_bridge import testing

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "from-what-you-have.md"
ROW = re.compile(r"^\|" + r" ([^|]+) \|" * 8 + r"$", re.MULTILINE)
COLUMNS = ("words", "speakers", "began", "you", "title")
FIXTURES = {
    "Omi, another account or server": "omi/conversation.json",
    "Omi, one conversation": "text/omi-copied.txt",
    "Limitless": "limitless/lifelog.md",
    "Bee": "bee/conversation.json",
    "Plaud": "plaud/recording.json",
    "Granola": "granola/meeting.json",
    "Otter": "text/otter.txt",
    "Zoom, cloud": "vtt/zoom.vtt",
    "Zoom, on the computer": "text/zoom-saved-captions.txt",
    "Teams": "vtt/teams.vtt",
    "Teams, Word": "docx/teams.docx",
    "Google Meet": "docx/meet.docx",
    "Webex": "vtt/webex.vtt",
    "Fireflies": "meetings/fireflies-transcript.json",
    "Fathom": "meetings/fathom.json",
    "Read.ai": "meetings/read-ai-webhook.json",
    "YouTube": "youtube/automatic.json3",
    "Apple, Spotify and other podcasts": "podcast_json/words.json",
    "WhisperX": "whisper_json/whisperx.json",
    "Whisper, faster-whisper, whisper.cpp": "whisper_json/openai-whisper.json",
    "AssemblyAI": "whisper_json/assemblyai.json",
    "Deepgram": "whisper_json/deepgram-words.json",
    "ElevenLabs Scribe": "whisper_json/elevenlabs.json",
    "AWS Transcribe": "whisper_json/aws-transcribe.json",
    "Azure, fast transcription": "whisper_json/azure-fast.json",
    "Google Speech-to-Text": "whisper_json/google-diarized.json",
    "Speechmatics": "whisper_json/speechmatics.json",
    "Rev": "whisper_json/rev.json",
    "Premiere": "whisper_json/premiere.json",
    "MacWhisper": "whisper_json/macwhisper.dote",
    "Subtitle editors": "ass/aegisub.ass",
}


class Row(NamedTuple):
    """A row of the page's table, without the columns on exporting and on losses."""

    product: str
    carried: dict[str, bool]


def read_rows() -> dict[str, Row]:
    rows = {}
    for cells in ROW.findall(PAGE.read_text(encoding="utf-8")):
        product, _, *carried, _ = cells
        if product == "from":
            continue
        assert set(carried) <= {"yes", "–"}, product
        values = dict(zip(COLUMNS, [cell == "yes" for cell in carried], strict=True))
        rows[product] = Row(product, values)
    return rows


def find_carried(expected: dict[str, Any]) -> dict[str, bool]:
    utterances = expected["utterances"]
    known = expected.get("known_speakers", [])
    return {
        "words": any("words" in utterance for utterance in utterances),
        "speakers": any(utterance["speaker"] for utterance in utterances),
        "began": "started_at" in expected,
        "you": any(speaker["is_user"] for speaker in known),
        "title": "title" in expected,
    }


ROWS = read_rows()


def test_every_product_of_the_table_has_a_fixture() -> None:
    assert ROWS.keys() == FIXTURES.keys()


@pytest.mark.parametrize("product", FIXTURES)
def test_the_table_says_what_comes_along(product: str) -> None:
    fixture = testing.load_fixture(ROOT / "fixtures" / FIXTURES[product])
    assert not fixture.is_refused
    assert ROWS[product].carried == find_carried(fixture.expected)
