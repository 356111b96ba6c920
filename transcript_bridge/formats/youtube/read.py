"""A Transcript from YouTube's captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...timecode import MS_PER_CHARACTER
from ..cues.cue import Cue, FindingLog
from ..cues.inline_times import time_words
from ..cues.lines import clean_lines
from ..cues.rolling import unroll_if_rolling
from ..json_text import load_json, replace_surrogates
from ..xml_text import load_xml
from .events import Event, read_json3, read_xml


def parse(text: str) -> Transcript:
    """Read json3, srv3, srv2 or srv1.

    A cue is an event with a text. Raises MalformedError for what is neither JSON nor XML, and where
    no event has a start and a text.
    """
    if text.lstrip("\ufeff \t\n").startswith("<"):
        events = list(read_xml(load_xml(text)))
    else:
        events = list(read_json3(load_json(text)))
    spoken = [event for event in events if clean_lines(event.text)]
    if not spoken:
        raise MalformedError("no event of these captions has a start and a text")
    log = FindingLog()
    are_automatic = any(event.is_appended or event.has_word_times for event in events)
    cues = list(_make_cues(spoken, are_automatic))
    number = len(cues)
    if not any(cue.words for cue in cues):
        cues = list(unroll_if_rolling(cues, log))
    utterances = [Utterance(cue.start, cue.end, cue.text, None, cue.words) for cue in cues]
    return Transcript(Utterances.of(utterances), problems=log.problems(), cues=number)


def _make_cues(events: Sequence[Event], are_automatic: bool) -> Iterator[Cue]:
    for index, event in enumerate(events):
        end = _find_end(event)
        if are_automatic and index + 1 < len(events):
            following = events[index + 1].start
            if following > event.start:
                end = min(end, following)
        pieces = [_clean(piece) if isinstance(piece, str) else piece for piece in event.pieces]
        words = time_words(pieces, event.start, end, end) if event.has_word_times else ()
        text = clean_lines(_clean(event.text))
        yield Cue(event.start, end, text, None, index + 1, words)


def _find_end(event: Event) -> int:
    if event.length is None:
        return event.start + len(event.text) * MS_PER_CHARACTER
    return event.start + event.length


def _clean(text: str) -> str:
    return replace_surrogates(text).replace("\0", "")
