"""A Transcript from YouTube's captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import inf
from operator import attrgetter

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances, Word
from ..cues.cue import Cue, FindingLog
from ..cues.inline_times import time_words
from ..cues.rolling import unroll_if_rolling
from ..json_text import load_json
from ..xml_text import load_xml
from .events import Event, read_json3, read_panel, read_xml


def parse(text: str) -> Transcript:
    """Read json3, the panel, srv3, srv2 or srv1.

    A cue is an event with a text. Raises MalformedError for what is neither JSON nor XML, and where
    no event has a start and a text.
    """
    if text.lstrip("\ufeff \t\n").startswith("<"):
        found = read_xml(load_xml(text))
    else:
        document = load_json(text)
        found = chain(read_json3(document), read_panel(document))
    events = list(filter(Event.has_start, found))
    spoken = list(filter(attrgetter("text"), events))
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
    followings = [*(event.start for event in events[1:]), inf]
    for number, (event, following) in enumerate(zip(events, followings, strict=True), 1):
        start = int(event.start)
        end = event.end
        if are_automatic and following > start:
            end = min(end, following)
        end = int(end)
        words: tuple[Word, ...] = ()
        if event.has_word_times:
            words = time_words(event.pieces, start, end, end)
        yield Cue(start, end, event.text, "", number, words)
