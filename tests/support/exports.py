"""Exports of products, made up in their real shapes: files that hold many conversations.

A `Talk` is the same conversation in each of them. `PRODUCTS` is for tests of what holds for all.
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
        """When its first line begins."""
        return BEGAN + timedelta(days=self.number)

    @property
    def updated(self) -> datetime:
        """When the product changed it last."""
        return self.began.replace(hour=self.updated_hour)

    def spoken(self) -> list[Line]:
        """All of its lines."""
        return [Line(self, number) for number in range(self.lines)]


class Line(NamedTuple):
    """One line of a talk: it begins every 3 seconds, and lasts 2."""

    talk: Talk
    number: int

    @property
    def text(self) -> str:
        """Words that no other line has."""
        return f"Line {self.number} of talk {self.talk.number} is said here."

    @property
    def is_owner(self) -> bool:
        """The owner and another person take turns."""
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
    """As JavaScript writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dump(value: Any) -> str:
    """As JSON."""
    return json.dumps(value, ensure_ascii=False)


# ---- Omi


def make_omi(talks: Sequence[Talk]) -> str:
    """The app's export."""
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
    """An answer of the API."""
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
    """A Markdown file of the app's export."""
    paragraphs = [f"# {talk.title}", "## A summary of it", "### A topic"]
    for line in talk.spoken():
        speaker = 1 if line.is_owner else 2
        times = f"startMs={to_ms(line.start)}&endMs={to_ms(line.end)}"
        paragraphs.append(f"> [{speaker}](#{times}): {line.text}")
    return "\n\n".join(paragraphs) + "\n"


def name_lifelog_file(talk: Talk) -> str:
    """Its name in the ZIP file."""
    return f"lifelogs/{talk.began:%Y/%m/%d/%Y-%m-%d_%Hh%Mm%Ss}_Talk-{talk.number}.md"


# ---- Bee


def make_bee(talks: Sequence[Talk]) -> str:
    """Several answers to `bee conversations get ID --json` in one list."""
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
    "limitless": Product(make_lifelogs, "limitless", '{"data": {"lifelogs": []}}'),
}
"""By the names of the formats."""
