"""Whisper-family JSON: a document to a transcript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...models import KnownSpeaker, StartSource, Transcript, Utterance, Utterances, Word
from ...problems import ProblemLog
from ..json_text import as_object, first_object, first_of, load_json, replace_surrogates
from ..recognizer_tokens import has_tokens, without_tokens
from . import careful, fast
from .events import take_documents
from .recording import read_recording
from .rows import OWNER_KEYS, is_owners
from .shapes import find_lists
from .values import Labels
from .words import join_words, read_words

_SURROGATES = ("\\ud", "\\uD")
"""How half a character is written in JSON, and the only way that it can be."""


def parse(text: str) -> Transcript:
    """Read a document.

    Raises MalformedError if it is not JSON, or has neither segments nor words with times.
    """
    document = load_json(take_documents(text))
    recording = read_recording(document)
    found = find_lists(document)
    log = ProblemLog()
    for code, message in found.problems:
        log.add(code, message)
    if found.segments or not found.words:
        cues = len(found.segments)
        utterances = Utterances.of(read_segments(found.segments, log))
    else:
        words = read_words(found.words, "the list of words", Labels(), log)
        utterances = Utterances.of(join_words(words))
        cues = len(utterances)
    started_at = found.started_at or recording.started_at
    start_source: StartSource = "stated" if started_at else "guessed"
    if "\\" in text and any(sign in text for sign in _SURROGATES):
        utterances = Utterances.of(_without_surrogates(utterances, log))
    if has_tokens("\n".join(utterances.texts)):
        utterances = Utterances.of(without_tokens(utterances, log))
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=cues,
        language=found.language,
        started_at=started_at,
        start_source=start_source,
        title=recording.title,
        known_speakers=_find_owners(found.segments),
    )


def _find_owners(rows: list[Any]) -> tuple[KnownSpeaker, ...]:
    """The labels of which all entries are the owner's."""
    if OWNER_KEYS.isdisjoint(first_object(rows)):
        return ()
    labels = Labels()
    owners: dict[str, bool] = {}
    for row in rows:
        fields = as_object(row)
        speaker = fields.get("speaker")
        if isinstance(speaker, str | int) and labels[speaker]:
            label = str(labels[speaker])
            owners[label] = owners.get(label, True) and is_owners(fields)
    return tuple([KnownSpeaker(label, is_user=True) for label in owners if owners[label]])


def read_segments(rows: list[Any], log: ProblemLog) -> Iterator[Utterance]:
    """Each segment by the fast reader, or else by the careful one."""
    labels = Labels()
    latest = 0
    for index, row in enumerate(rows):
        utterance = fast.read(row, labels)
        if utterance is None:
            following = first_of(rows[index + 1 : index + 2])
            reader = careful.SegmentReader(f"segment {index + 1}", latest, following, labels, log)
            utterance = reader.read(row)
        if utterance is not None:
            latest = utterance.end
            yield utterance


def _without_surrogates(utterances: Utterances, log: ProblemLog) -> Iterator[Utterance]:
    for number, utterance in enumerate(utterances, 1):
        if _has_surrogates(utterance):
            message = f"utterance {number} has half a character; it became \ufffd"
            log.add("torn-character", message)
            yield utterance._replace(
                text=replace_surrogates(utterance.text),
                speaker=_clean_label(utterance.speaker),
                words=tuple([_clean_word(word) for word in utterance.words]),
            )
        else:
            yield utterance


def _has_surrogates(utterance: Utterance) -> bool:
    texts = [utterance.text, utterance.speaker or ""]
    for word in utterance.words:
        texts += (word.text, word.speaker or "")
    whole = "".join(texts)
    return replace_surrogates(whole) != whole


def _clean_word(word: Word) -> Word:
    return word._replace(text=replace_surrogates(word.text), speaker=_clean_label(word.speaker))


def _clean_label(label: str | None) -> str | None:
    if label:
        return replace_surrogates(label)
    return label
