"""Reads a JSON document as a transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from ...line_joining import has_any
from ...models import KnownSpeaker, StartSource, Transcript, Utterance, Utterances, Word
from ...on_demand import on_demand
from ...problems import ProblemLog
from ..json_text import load_json, replace_surrogates
from ..recognizer_tokens import has_tokens, without_tokens
from .careful import read_segments, report_words
from .entry import Entry, Found
from .plain import read_plain
from .recording import read_recording
from .words import join_words
from .wrapped import take_documents

# Plain documents do without the search. To import it takes 8 % of `inspect` with a small file.
_find_lists: Callable[[Any], Found] = on_demand(__package__, "shapes", "find_lists")
_unroll_texts: Callable[[Transcript], Transcript] = on_demand(
    __package__, "rolling", "unroll_texts"
)
_SURROGATES = ("\\ud", "\\uD")
"""How half a character is written in JSON, and the only way that it can be."""
_WHOSE = attrgetter("speaker", "is_owners")


def parse(text: str) -> Transcript:
    """Read a document.

    Raises MalformedError if it is not JSON, or has neither segments nor words with times.
    """
    document = load_json(take_documents(text))
    recording = read_recording(document)
    log = ProblemLog()
    found = read_plain(document) or _find_lists(document)
    utterances = _make_utterances(found, log)
    started_at = found.started_at or recording.started_at
    start_source: StartSource = "stated" if started_at else "guessed"
    # Most files have no backslash: a search for one character takes a thirtieth of one for three.
    if "\\" in text and has_any(text, _SURROGATES):
        utterances = Utterances.of(_without_surrogates(utterances, log))
    if has_tokens("\n".join(utterances.texts)):
        utterances = Utterances.of(without_tokens(utterances, log))
    transcript = Transcript(
        utterances,
        problems=log.problems(),
        cues=len(found.segments) or len(utterances),
        language=found.language,
        started_at=started_at,
        start_source=start_source,
        title=recording.title,
        dates=() if started_at else recording.dates,
        known_speakers=_find_owners(found.segments),
    )
    if "\n" in "".join(utterances.texts):
        return _unroll_texts(transcript)
    return transcript


def _make_utterances(found: Found, log: ProblemLog) -> Utterances:
    for code, message in found.problems:
        log.add(code, message)
    report_words(found.words, "the list of words", log)
    if found.segments:
        return read_segments(found.segments, log)
    return Utterances.of(join_words(found.words.words))


def _find_owners(entries: Sequence[Entry]) -> tuple[KnownSpeaker, ...]:
    """Find the labels whose entries are all marked as the owner's."""
    said = dict.fromkeys(map(_WHOSE, entries))
    labels = [speaker for speaker, is_owners in said if is_owners and (speaker, False) not in said]
    return tuple([KnownSpeaker(label, is_user=True) for label in filter(None, labels)])


def _without_surrogates(utterances: Utterances, log: ProblemLog) -> Iterator[Utterance]:
    for number, utterance in enumerate(utterances, 1):
        cleaned = utterance._replace(
            text=replace_surrogates(utterance.text),
            speaker=_clean_label(utterance.speaker),
            words=tuple(map(_clean_word, utterance.words)),
        )
        if cleaned != utterance:
            message = f"utterance {number} has half a character; it became \ufffd"
            log.add("torn-character", message)
        yield cleaned


def _clean_word(word: Word) -> Word:
    return word._replace(text=replace_surrogates(word.text), speaker=_clean_label(word.speaker))


def _clean_label(label: str | None) -> str | None:
    return label and replace_surrogates(label)
