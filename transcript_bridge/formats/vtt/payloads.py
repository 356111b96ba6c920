"""Cues whose text is a JSON object with the speech, as Microsoft Graph writes them.

    00:00:03.120 --> 00:00:05.000
    {"startDateTime": "2026-03-04T09:00:12.12Z", "endDateTime": …, "speakerName": "Nora Weiss",
    "spokenText": "Good morning.", "spokenLanguage": "en-us"}

Source: Microsoft Graph, `callTranscript`, `metadataContent`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ..dated_entries import state_start
from ..json_text import as_object
from ..json_values import read_moment_ms, read_string

_TEXT = "spokenText"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def open_payloads(transcript: Transcript) -> Transcript:
    """The transcript with the texts inside of the objects; a cue with another text stays as it
    is."""
    first_text = "".join(transcript.utterances.texts[:1])
    if _TEXT not in _load(first_text):
        return transcript
    payloads = _Payloads()
    utterances = Utterances.of(payloads.open(transcript.utterances))
    started_at, start_source = state_start(payloads.zero)
    return replace(
        transcript,
        utterances=utterances,
        problems=(*transcript.problems, *payloads.log.problems()),
        language=transcript.language or payloads.language,
        started_at=started_at,
        start_source=start_source,
    )


class _Payloads:
    """Reads the objects, and collects their facts about the recording."""

    def __init__(self) -> None:
        self.log = ProblemLog()
        self.language: str | None = None
        self.zero: int | None = None
        """ms since 1970: when time 0 was, by the first cue that says when it was spoken."""

    def open(self, utterances: Utterances) -> Iterator[Utterance]:
        """The utterances with their text."""
        for utterance in utterances:
            fields = _load(utterance.text)
            if _TEXT not in fields:
                yield utterance
                continue
            self._look_around(utterance, fields)
            text = read_string(fields[_TEXT])
            if not text:
                self.log.add("empty-cue", f"a cue has an empty {_TEXT}", utterance.line, 1)
                continue
            speaker = read_string(fields.get("speakerName")) or utterance.speaker
            yield utterance._replace(text=text, speaker=speaker)

    def _look_around(self, utterance: Utterance, fields: dict[str, Any]) -> None:
        moment = read_moment_ms(fields.get("startDateTime"))
        if moment is not None and self.zero is None:
            self.zero = moment - utterance.start
        language = read_string(fields.get("spokenLanguage"))
        if self.language is None and _LANGUAGE.fullmatch(language):
            self.language = language


def _load(text: str) -> dict[str, Any]:
    """Load the object of a cue; empty if its text is not an object."""
    if text[:1] != "{":
        return {}
    try:
        return as_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}
