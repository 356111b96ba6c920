"""Every fixture is detected as its own format only, whatever its file name.

A format claims a text with a bid of 90 or more: then the formats of the next round are not asked. A
new format's fixtures are tested automatically.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from transcript_bridge import formats, testing
from transcript_bridge.errors import DecodingError, InputError, UnknownFormatError
from transcript_bridge.formats import SNIFF_WINDOW, registry
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.formats.decode import decode
from transcript_bridge.reading import read_bytes
from transcript_bridge.testing import Fixture

pytestmark = pytest.mark.untraced

CLAIM = 90
MARGIN = 5
"""So much higher than all others is the bid of the right format."""
FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
OTHER = {"joins", "omi-api", "ledgers"}
"""Folders without files of one format each."""
if find_spec("docx") is None:
    OTHER.add("docx")
ALL = [
    fixture
    for folder in sorted(FIXTURES.iterdir())
    if folder.is_dir() and folder.name not in OTHER
    for fixture in testing.find_fixtures(folder)
]
NAMES = tuple(BUILT_IN)
SUFFIXES = sorted({suffixes[0] for suffixes in BUILT_IN.values()})


def name_of(fixture: Fixture) -> str:
    return f"{fixture.path.parent.name}/{fixture.path.stem}"


def find_own(fixture: Fixture) -> str | None:
    """The format of a fixture; None if no file tells: it is refused, or the format is given."""
    if "format" in fixture.options:
        return None
    if fixture.path.parent.name in NAMES:
        return fixture.path.parent.name
    found: str | None = fixture.expected.get("format")
    return found


def read_bids(text: str) -> dict[str, int]:
    window = text[:SNIFF_WINDOW]
    return {name: formats.get(name).sniff(window) for name in NAMES}


@pytest.fixture(scope="module")
def _formats_that_are_asked_once() -> Iterator[None]:
    """A bid depends on the text alone. Here each format bids once on each text, not again for each
    of the suffixes: that took half of the test."""
    asked = {
        format.name: replace(format, sniff=lru_cache(2)(format.sniff))
        for format in formats.all_formats()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry._registry, "_formats", asked)
        yield


@pytest.mark.usefixtures("_formats_that_are_asked_once")
@pytest.mark.parametrize("fixture", ALL, ids=name_of)
def test_a_file_is_claimed_by_its_own_format_alone_whatever_its_name(fixture: Fixture) -> None:
    own = find_own(fixture)
    try:
        text = decode(fixture.path.read_bytes(), fixture.options.get("encoding")).text
    except DecodingError:
        assert fixture.is_refused
        return
    bids = read_bids(text)
    claims = [name for name, bid in bids.items() if bid >= CLAIM and name != own]
    if own is not None or fixture.is_refused:
        assert claims == []
    if own is not None and not fixture.is_refused:
        others = max(bid for name, bid in bids.items() if name != own)
        assert bids[own] >= others + MARGIN, bids
        for suffix in SUFFIXES:
            assert formats.detect(text, f"talk{suffix}").name == own, suffix


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"name": "left-pad", "version": "1.0.0", "dependencies": {}}',
        '[{"ts": "1700000000.0001", "user": "U1", "text": "hello"}]',
        '{"type": "FeatureCollection", "features": []}',
        '{"start": 1, "end": 2}',
        '{"rows": [{"id": 1, "title": "a", "body": "b"}]}',
    ],
    ids=["object", "npm", "slack", "geojson", "numbers", "table"],
)
def test_no_json_is_claimed_by_luck(text: str) -> None:
    claims = [name for name in NAMES if formats.get(name).sniff(text) >= CLAIM]
    assert claims == []
    try:
        found = formats.detect(text, "data.json")
    except UnknownFormatError:
        return
    with pytest.raises((testing.MalformedError, testing.NoSpeechError)):
        found.parse(text)


MESSAGE = {"id": 1, "date": "2024-01-01T10:00:00", "text": "hello", "text_entities": []}
CHAT = {"creator": {"name": "Ann"}, "created_date": "Monday", "text": "hello"}
NOT_READ: dict[str, tuple[Any, str]] = {
    "deepgram": ({"results": {"channels": []}}, "Deepgram's answer; convert it to SRT or WebVTT"),
    "aws-job": (
        {"TranscriptionJob": {"TranscriptionJobStatus": "COMPLETED"}},
        "an Amazon Transcribe job; download the file",
    ),
    "assembly": (
        {"audio_url": "x", "status": "queued", "text": None, "utterances": None},
        "is not finished, or failed; fetch it again",
    ),
    "zoom": ({"recording_files": [{"download_url": "x"}]}, "Zoom's list of recordings; download"),
    "yt-dlp": ({"formats": [], "automatic_captions": {}}, "--write-auto-subs"),
    "telegram": ({"name": "Ann", "messages": [MESSAGE]}, "Telegram's export; its messages were"),
    "google-chat": ({"messages": [CHAT]}, "Google Chat's export; its messages were written"),
    "twitch": (
        {"comments": [{"content_offset_seconds": 1, "commenter": {}, "message": {"body": "hi"}}]},
        "Twitch's chat; its messages were written",
    ),
    "youtube-chat": (
        [{"replayChatItemAction": {"actions": [{"addChatItemAction": {}}]}}] * 2,
        "YouTube's live chat; its messages were written",
    ),
    "chatgpt": ([{"mapping": {"a": {}}, "create_time": 1.5}], "ChatGPT's export; its messages"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_a_file_of_another_product_is_refused_by_its_name(name: str) -> None:
    document, message = NOT_READ[name]
    with pytest.raises(InputError) as refusal:
        read_bytes(json.dumps(document).encode(), path="export.json")
    assert message in str(refusal.value)


@pytest.mark.parametrize("path", ["talk.json", "talk.srt", "talk.vtt"])
def test_a_web_page_in_the_place_of_a_file_is_named(path: str) -> None:
    page = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Hello</body></html>"
    with pytest.raises(InputError, match="this is a web page") as refusal:
        read_bytes(page, path=path)
    assert "download the transcript again" in str(refusal.value)
