"""Read the dialogue lines of SubStation Alpha."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...timecode import read_clock
from ..cues.lines import clean_lines

_SECTION = re.compile(r"\[([^\]]+)\]\s*")
_CLOCK = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})[.:,](\d{1,3})\s*", re.ASCII)
_TAGS = re.compile(r"(?<!\\)\{[^{}]*\}")
_DRAWING_ON = re.compile(r"(?<!\\)\{[^{}]*\\p[1-9][^{}]*\}")
_DRAWING = re.compile(r"(?<!\\)\{[^{}]*\\p[1-9][^{}]*\}.*?(?:(?<!\\)\{[^{}]*\\p0[^{}]*\}|\Z)", re.S)
_ESCAPES = re.compile(r"\\([Nnh{}])")
_ESCAPED = {"N": "\n", "n": "\n", "h": " ", "{": "{", "}": "}"}
_COLUMNS = (
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
)
"""The columns without a `Format:` line."""
_NOBODY = "NTP"
"""The name that Sub Station Alpha wrote in every line; Subtitle Edit still does."""
_VOICE_STYLE = re.compile(r"(?:speaker|spk|voice)[ _-]?(?:\d{1,3}|[A-Z])", re.IGNORECASE)
"""A style that is called like a voice (`Speaker00`, `SPEAKER_01`, `Speaker A`), as programs name
them that give each voice its color."""


class _Dialogue(NamedTuple):
    start: int
    end: int
    speaker: str | None
    style: str
    text: str
    line: int


def parse(text: str) -> Transcript:
    """One utterance for each dialogue line, in the order of their times.

    A line of drawing commands or without text is left out. Copies of a line in several layers, by
    which shadows and colors are made, are one utterance. Raises MalformedError without dialogue.
    """
    reader = _AssReader()
    for number, line in enumerate(text.split("\n"), 1):
        reader.read_line(line, number)
    if not reader.cues:
        raise MalformedError("this has no 'Dialogue:' line; export the subtitles as .ass or .srt")
    utterances = _merge_layers(_label_by_style(reader.dialogues), reader.log)
    return Transcript(Utterances.of(utterances), problems=reader.log.problems(), cues=reader.cues)


class _AssReader:
    """Reads line by line; its attributes hold what it found."""

    def __init__(self) -> None:
        self.cues = 0
        self.dialogues: list[_Dialogue] = []
        self.log = ProblemLog()
        self._is_in_events = True  # some files have nothing but events, and no section
        self._columns: Sequence[str] = _COLUMNS

    def read_line(self, line: str, number: int) -> None:
        section = _SECTION.fullmatch(line)
        if section:
            self._is_in_events = section[1].strip().lower() == "events"
            return
        kind, colon, rest = line.partition(":")
        if not colon or not self._is_in_events:
            return
        kind = kind.strip().lower()
        if kind == "format":
            self._columns = [name.strip().lower() for name in rest.split(",")]
        elif kind == "dialogue":
            self.cues += 1
            self._read_dialogue(rest, number)

    def _read_dialogue(self, rest: str, number: int) -> None:
        values = rest.split(",", len(self._columns) - 1)
        fields = dict(zip(self._columns, values, strict=False))
        start = _read_clock(fields.get("start", ""))
        end = _read_clock(fields.get("end", ""))
        if start is None or end is None or "text" not in fields:
            quoted = shorten(rest.strip())
            self.log.add("bad-line", f"not a dialogue with times and text: {quoted!r}", number, 1)
            return
        raw = fields["text"]
        said = _read_text(raw)
        if not said:
            kind = "a dialogue without text"
            if _DRAWING_ON.search(raw):
                kind = "a drawing"
            self.log.add("empty-cue", f"{kind} was left out", number, 1)
            return
        speaker = " ".join(fields.get("name", fields.get("actor", "")).split())
        if speaker == _NOBODY:
            speaker = ""
        style = fields.get("style", "").strip().lstrip("*")
        self.dialogues.append(_Dialogue(start, end, speaker or None, style, said, number))


def _label_by_style(dialogues: list[_Dialogue]) -> list[_Dialogue]:
    """Use the styles of voices as speakers, if no dialogue has a name."""
    if any(dialogue.speaker for dialogue in dialogues):
        return dialogues
    labeled = []
    for dialogue in dialogues:
        if _VOICE_STYLE.fullmatch(dialogue.style):
            dialogue = dialogue._replace(speaker=dialogue.style)
        labeled.append(dialogue)
    return labeled


def _read_clock(clock: str) -> int | None:
    """The ms of `0:00:01.00`."""
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return None
    return read_clock(*match.groups())


def _read_text(raw: str) -> str:
    """Remove override tags and drawings from a text, and write its line breaks."""
    if "{" in raw:
        raw = _TAGS.sub("", _DRAWING.sub("", raw))
    return clean_lines(_ESCAPES.sub(_unescape, raw))


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPED[match[1]]


def _merge_layers(dialogues: Sequence[_Dialogue], log: ProblemLog) -> list[Utterance]:
    """Sort dialogues by time, and keep each text once at one time."""
    utterances: list[Utterance] = []
    seen: set[tuple[int, int, str]] = set()
    for dialogue in sorted(dialogues, key=attrgetter("start")):
        key = (dialogue.start, dialogue.end, dialogue.text)
        if key in seen:
            message = "the same text at the same time, in another layer, was left out"
            log.add("layer-repeat", message, dialogue.line, 1)
            continue
        seen.add(key)
        utterances.append(
            Utterance(
                dialogue.start, dialogue.end, dialogue.text, dialogue.speaker, line=dialogue.line
            )
        )
    return utterances
