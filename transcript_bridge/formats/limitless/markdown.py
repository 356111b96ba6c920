"""The Markdown of a lifelog: headings with summaries, and quotes of the speech with moments."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog, shorten
from ..cues.lines import clean_lines
from ..dated_entries import DatedEntry, describe_zero, place_entries
from ..json_values import read_moment_ms, to_moment
from ..speaker_labels import SpeakerLabels, marks_owner

QUOTE = re.compile(
    r"^[ \t]*>[ \t]*\[(?P<speaker>[^\]\n]{0,80})\]\(#startMs=(?P<times>[^)\n]{0,80})\)[ \t]*:?"
    r"(?P<text>[^\n]*)",
    re.MULTILINE,
)
_TIMES = re.compile(r"(\d{1,16})(?:&(?:amp;)?endMs=(\d{1,16}))?", re.ASCII)
_TORN = re.compile(r"\[[^\]\n]{0,80}(?:\](?:\((?:#startMs=[\d&;=A-Za-z]{0,80})?)?)?\s*")
"""A quote that ends before its text does."""
_QUOTED = re.compile(r"[ \t]*>[ \t]?(.*)")
_TITLE = re.compile(r"#[ \t]+(.*)")
_OWNER_NUMBER = "1"
_SHOWN = 40
"""Characters of a line that are quoted."""


class _Quote(NamedTuple):
    speaker: str
    times: str
    lines: list[str]
    line: int


def read_text(text: str) -> Transcript:
    """The quotes of a lifelog. Raises MalformedError if it has none."""
    log = ProblemLog()
    quotes, title = _find_quotes(text, log)
    if not quotes:
        raise MalformedError("this Markdown has no quotes with times (> [1](#startMs=…): …)")
    labels = SpeakerLabels()
    entries = [_read_quote(quote, labels, log) for quote in quotes]
    speech = place_entries(list(filter(None, entries)), log)
    started_at = None
    if speech.zero is not None:
        started_at = to_moment(speech.zero)
    problems = log.problems()
    return Transcript(
        speech.utterances,
        problems=problems,
        cues=len(speech.utterances) + sum(problem.cues for problem in problems),
        started_at=started_at,
        start_source="stated",
        title=title,
        conversation_id="" if speech.zero is None else describe_zero(speech.zero),
        known_speakers=labels.known(),
        source="limitless",
    )


def _find_quotes(text: str, log: ProblemLog) -> tuple[list[_Quote], str]:
    """The quotes, and the first heading."""
    quotes: list[_Quote] = []
    title = ""
    for number, line in enumerate(text.split("\n"), 1):
        found = QUOTE.match(line)
        if found is not None:
            quotes.append(_Quote(found["speaker"].strip(), found["times"], [found["text"]], number))
            continue
        continued = _QUOTED.match(line)
        heading = _TITLE.match(line)
        if continued is not None:
            _add_line(quotes, continued[1], number, log)
        elif heading is not None and not title:
            title = heading[1].strip()
    return quotes, title


def _add_line(quotes: list[_Quote], text: str, number: int, log: ProblemLog) -> None:
    """A line of a quote without times belongs to the quote before it."""
    if not text.strip():
        return
    if _TORN.fullmatch(text.strip()):
        log.add("truncated", "the file ends before the text of a quote", number, cues=1)
        return
    if quotes:
        quotes[-1].lines.append(text)
        return
    message = f"a quote without times was left out: {shorten(text.strip(), _SHOWN)!r}"
    log.add("bad-line", message, number, cues=1)


def _read_quote(quote: _Quote, labels: SpeakerLabels, log: ProblemLog) -> DatedEntry | None:
    text = clean_lines("\n".join(quote.lines))
    if not text:
        log.add("empty-cue", "a quote has no text", quote.line, cues=1)
        return None
    label = quote.speaker or None
    is_user = label == _OWNER_NUMBER or marks_owner(label)
    times = _TIMES.fullmatch(quote.times)
    start = end = None
    if times is not None:
        start, end = map(read_moment_ms, map(int, times.groups("0")))
    speaker = labels.label_of(label, is_user=is_user)
    return DatedEntry(start, end, text, speaker, quote.line)
