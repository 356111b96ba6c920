"""Makes exports of products in their real form: files that hold many conversations.

A `Talk` is the same conversation in each of them. `PRODUCTS` is for tests that apply to all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

BEGAN = datetime(2025, 10, 1, 7, 0, 0, 250_000, tzinfo=UTC)


class Talk(NamedTuple):
    """Two people take turns; the owner speaks first. number: its day, and part of its id."""

    number: int
    lines: int = 2
    updated_hour: int = 8

    @property
    def id(self) -> str:
        """The product's."""
        return f"t{self.number}"

    @property
    def title(self) -> str:
        """Its name in the product."""
        return f"Talk “{self.number}”"

    @property
    def began(self) -> datetime:
        """The start of its first line."""
        return BEGAN + timedelta(days=self.number)

    @property
    def updated(self) -> datetime:
        """The time of the last change in the product."""
        return self.began.replace(hour=self.updated_hour)

    def spoken(self) -> list[Line]:
        """The lines of the talk."""
        return [Line(self, number) for number in range(self.lines)]


class Line(NamedTuple):
    """One line of a talk: it begins every 3 seconds, and lasts 2."""

    talk: Talk
    number: int

    @property
    def text(self) -> str:
        """A text that no other line has."""
        return f"Line {self.number} of talk {self.talk.number} is said here."

    @property
    def is_owner(self) -> bool:
        """Whether the owner speaks: the owner and another person take turns."""
        return self.number % 2 == 0

    @property
    def start(self) -> datetime:
        """The moment at which it begins."""
        return self.talk.began + timedelta(seconds=3 * self.number)

    @property
    def end(self) -> datetime:
        """The moment at which it ends."""
        return self.start + timedelta(seconds=2)


def to_ms(moment: datetime) -> int:
    """ms since 1970."""
    return round(moment.timestamp() * 1000)


def to_iso(moment: datetime) -> str:
    """Write a moment as JavaScript does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dump(value: Any) -> str:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


# ---- Omi


def make_omi(talks: Sequence[Talk]) -> str:
    """Make an export of the app."""
    return dump([_omi_conversation(talk) for talk in talks])


def _omi_conversation(talk: Talk) -> dict[str, Any]:
    segments = []
    for line in talk.spoken():
        start = (line.start - talk.began).total_seconds()
        segment = {"text": line.text, "speaker": f"SPEAKER_{line.number % 2:02d}"}
        segments.append({**segment, "is_user": line.is_owner, "start": start, "end": start + 2})
    return {
        "id": talk.id,
        "created_at": to_iso(talk.began),
        "started_at": to_iso(talk.began),
        "updated_at": to_iso(talk.updated),
        "source": "omi",
        "structured": {"title": talk.title},
        "transcript_segments": segments,
    }


# ---- Limitless


def make_lifelogs(talks: Sequence[Talk]) -> str:
    """Make an answer of the API."""
    lifelogs = [_lifelog(talk) for talk in talks]
    return dump({"data": {"lifelogs": lifelogs}, "meta": {"lifelogs": {"nextCursor": None}}})


def _lifelog(talk: Talk) -> dict[str, Any]:
    contents: list[dict[str, Any]] = [{"type": "heading1", "content": talk.title, "children": []}]
    for line in talk.spoken():
        quote = {
            "type": "blockquote",
            "content": line.text,
            "startTime": to_iso(line.start),
            "endTime": to_iso(line.end),
            "speakerName": "You" if line.is_owner else "Unknown",
            "speakerIdentifier": "user" if line.is_owner else None,
        }
        contents.append(quote)
    return {
        "id": talk.id,
        "title": talk.title,
        "markdown": f"# {talk.title}",
        "startTime": to_iso(talk.began),
        "updatedAt": to_iso(talk.updated),
        "isStarred": False,
        "contents": contents,
    }


def make_lifelog_file(talk: Talk) -> str:
    """Make a Markdown file of the app's export."""
    paragraphs = [f"# {talk.title}", "## A summary of it", "### A topic"]
    for line in talk.spoken():
        speaker = 1 if line.is_owner else 2
        times = f"startMs={to_ms(line.start)}&endMs={to_ms(line.end)}"
        paragraphs.append(f"> [{speaker}](#{times}): {line.text}")
    return "\n\n".join(paragraphs) + "\n"


def name_lifelog_file(talk: Talk) -> str:
    """Return the name of this file in the ZIP file."""
    return f"lifelogs/{talk.began:%Y/%m/%d/%Y-%m-%d_%Hh%Mm%Ss}_Talk-{talk.number}.md"


# ---- Bee


def make_bee(talks: Sequence[Talk]) -> str:
    """Make several answers to `bee conversations get ID --json` in one list."""
    return dump([{"conversation": _bee_conversation(talk), "timezone": "UTC"} for talk in talks])


def _bee_conversation(talk: Talk) -> dict[str, Any]:
    utterances = []
    for line in talk.spoken():
        seconds = (line.start - talk.began).total_seconds()
        utterance = {"id": line.number, "start": seconds, "end": seconds + 2}
        speaker = "You" if line.is_owner else "SPEAKER_2"
        spoken = {"spoken_at": to_ms(line.start), "text": line.text, "speaker": speaker}
        utterances.append({**utterance, **spoken})
    return {
        "id": talk.id,
        "start_time": to_ms(talk.began),
        "short_summary": talk.title,
        "state": "COMPLETED",
        "updated_at": to_ms(talk.updated),
        "transcriptions": [{"id": 1, "realtime": False, "utterances": utterances}],
    }


# ---- Granola


def make_granola(talks: Sequence[Talk]) -> str:
    """Make a cache of the app: JSON in a text of JSON."""
    documents = {}
    transcripts = {}
    for talk in talks:
        moments = {"created_at": to_iso(talk.began), "updated_at": to_iso(talk.updated)}
        documents[talk.id] = {"id": talk.id, "title": talk.title, **moments, "notes": {"a": ["]"]}}
        transcripts[talk.id] = [_granola_entry(line) for line in talk.spoken()]
    state = {"documents": documents, "transcripts": transcripts, "events": []}
    return dump({"cache": dump({"state": state, "version": 3})})


def _granola_entry(line: Line) -> dict[str, Any]:
    return {
        "document_id": line.talk.id,
        "start_timestamp": to_iso(line.start),
        "end_timestamp": to_iso(line.end),
        "text": line.text + ' "]}\\',
        "source": "microphone" if line.is_owner else "system",
        "id": f"{line.talk.id}-{line.number}",
        "is_final": True,
    }


# ---- Plaud


def make_plaud(talks: Sequence[Talk]) -> str:
    """Make a list of recordings with their transcripts."""
    recordings = [_plaud_recording(talk) for talk in talks]
    return dump({"status": 0, "msg": "success", "data_file_list": recordings})


def _plaud_recording(talk: Talk) -> dict[str, Any]:
    rows = []
    for line in talk.spoken():
        start = to_ms(line.start) - to_ms(talk.began)
        row = {"start_time": start, "end_time": start + 2000, "content": line.text}
        speaker = f"Speaker {line.number % 2 + 1}"
        rows.append({**row, "speaker": "", "original_speaker": speaker})
    return {
        "id": talk.id,
        "filename": talk.title,
        "start_time": to_ms(talk.began),
        "version_ms": to_ms(talk.updated),
        "is_trans": True,
        "trans_result": rows,
    }


# ---- Fireflies, Fathom, Read.ai


def make_fireflies(talks: Sequence[Talk]) -> str:
    """Make an answer to the query `transcripts`."""
    return dump({"data": {"transcripts": [_fireflies_meeting(talk) for talk in talks]}})


def _fireflies_meeting(talk: Talk) -> dict[str, Any]:
    sentences = []
    for line in talk.spoken():
        start = (line.start - talk.began).total_seconds()
        sentence = {"index": line.number, "text": line.text, "start_time": start}
        name = "Ann" if line.is_owner else "Bo"
        sentences.append({**sentence, "end_time": start + 2, "speaker_name": name})
    moment = {"date": to_ms(talk.began), "updated_at": to_iso(talk.updated)}
    return {"id": talk.id, "title": talk.title, **moment, "sentences": sentences}


def make_fathom(talks: Sequence[Talk]) -> str:
    """Make a page of the list of meetings."""
    meetings = []
    for talk in talks:
        rows = []
        for line in talk.spoken():
            seconds = round((line.start - talk.began).total_seconds())
            clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            speaker = {"display_name": "Ann" if line.is_owner else "Bo"}
            rows.append({"speaker": speaker, "text": line.text, "timestamp": clock})
        times = {"recording_start_time": to_iso(talk.began), "updated_at": to_iso(talk.updated)}
        meeting = {"recording_id": talk.id, "title": talk.title, **times, "transcript": rows}
        meetings.append(meeting)
    return dump({"limit": 10, "next_cursor": None, "items": meetings})


class Product(NamedTuple):
    """A product whose files hold many conversations. make: such a file. source: of Omi's list."""

    make: Callable[[Sequence[Talk]], str]
    source: str
    empty: str
    """A file without any conversation."""
    has_owner: bool = True


PRODUCTS = {
    "omi": Product(make_omi, "omi", "[]"),
    "bee": Product(make_bee, "bee", '{"conversations": [], "next_cursor": null}'),
    "granola": Product(make_granola, "phone", make_granola([])),
    "plaud": Product(make_plaud, "plaud", '{"data_file_list": []}', has_owner=False),
    "fireflies": Product(make_fireflies, "phone", '{"data": {"transcripts": []}}', has_owner=False),
    "fathom": Product(make_fathom, "phone", '{"items": [], "limit": 10}', has_owner=False),
    "limitless": Product(make_lifelogs, "limitless", '{"data": {"lifelogs": []}}'),
}
"""By their names."""
