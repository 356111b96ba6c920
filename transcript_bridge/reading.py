"""The first stage: bytes -> text -> format -> names in the text -> one speaker per utterance."""

from __future__ import annotations

import os
import re
from itertools import islice
from operator import lt
from typing import NamedTuple

from . import formats
from .arguments import BYTES, PATH, SWITCH, TEXT, takes
from .errors import InputError, MalformedError, UnknownFormatError
from .formats import Format
from .formats.base import SNIFF_WINDOW
from .formats.cues.single_words import join_single_words
from .formats.decode import WORD, Decoded, decode
from .formats.speech import require_speech
from .gc_pause import collector_paused
from .languages import language_of_name
from .models import Transcript
from .problems import Problem
from .shaping import diarization
from .shaping.labels import read_labels
from .shaping.repeats import drop_repeats
from .shaping.restarts import join_parts

_CERTAIN = 100
_LABEL = r"\s*\[?(?:SPEAKER|Speaker)[ _]\d{1,3}\]?:"
"""What Faster-Whisper-XXL and others write into the texts of their JSON."""
_FORMATS_IN_WORD = ("text", "tsv", "srt", "vtt")
"""Those that people write in Word, or save as Word documents."""
_NO_TIMES_IN_WORD = (
    "this Word document has no text with times, as the transcripts of Teams and Google Meet have it"
)


@takes(
    data=BYTES,
    path=PATH,
    format=TEXT.or_none(),
    encoding=TEXT.or_none(),
    recover=SWITCH,
    holds_turns=SWITCH,
)
def read_bytes(
    data: bytes,
    *,
    path: str | os.PathLike[str] = "",
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
    holds_turns: bool = False,
) -> Transcript:
    """Read the bytes of one file.

    path: its name, which errors name. Its suffix says what the content may be, and it may state the
    language (`talk.de.srt`).
    format, encoding: override what the content looks like.
    holds_turns: whether a file of speaker turns is expected. This decides if the content could be
    either.
    recover: False reads strictly by the format's standard, if it has one: without repairs, and
    without looking for names in the text.

    Raises InputError (UnknownFormatError, DecodingError, MalformedError, NoSpeechError), which
    names `path`; SettingsError for arguments of other types.
    """
    named = os.fspath(path)
    with collector_paused():
        parsed = parse_bytes(data, ReadOptions(named, format, encoding, recover, holds_turns))
        transcript = _interpret(parsed)
    transcript = transcript.evolve(
        problems=parsed.problems, path=named, format=parsed.format.name, encoding=parsed.encoding
    )
    return _take_language_of_name(transcript)


def _take_language_of_name(transcript: Transcript) -> Transcript:
    """The transcript with the language that the file's name states, if the file states none."""
    if transcript.language:
        return transcript
    name = transcript.path.replace(os.sep, "/").rpartition("/")[2]
    language = language_of_name(name)
    if language is None:
        return transcript
    return transcript.evolve(language=language, language_is_from_name=True)


class ReadOptions(NamedTuple):
    """The options of `read_bytes`."""

    path: str
    format: str | None
    encoding: str | None
    recover: bool
    holds_turns: bool = False


class Parsed(NamedTuple):
    """A file as its format reads it: names may still be in the text."""

    transcript: Transcript
    format: Format
    is_strict: bool
    """Read strictly by the format's standard, which knows no speakers in the text."""
    encoding: str
    """The encoding of the bytes."""
    problems: tuple[Problem, ...]


def parse_bytes(data: bytes, options: ReadOptions) -> Parsed:
    """The first part of `read_bytes`, which raises the same errors."""
    try:
        text, encoding, problems = _decode(data, options.encoding)
        chosen = _choose_format(text, options)
        _refuse_many(chosen, text)
    except InputError as error:
        raise error.at(options.path, certainty=error.certainty) from None
    try:
        chosen, transcript = _parse(chosen, text, options.recover)
    except InputError as error:
        certainty = chosen.sniff(text[:SNIFF_WINDOW])
        raise error.at(options.path, certainty=certainty) from None
    is_strict = not options.recover and chosen.parse_standard is not None
    return Parsed(transcript, chosen, is_strict, encoding, problems)


def _choose_format(text: str, options: ReadOptions) -> Format:
    if options.format:
        return formats.get(options.format)
    if options.holds_turns:
        return formats.detect_turns(text, options.path)
    return formats.detect(text, options.path)


def _decode(data: bytes, encoding: str | None) -> Decoded:
    """The text of a file. Raises InputError for one without text, a document without times."""
    decoded = decode(data, encoding)
    text = decoded.text
    if not text or text.isspace():
        found = "blank" if data else "empty"
        raise InputError(f"this file is {found}; export it again")
    if decoded.encoding == WORD:
        window = text[:SNIFF_WINDOW]
        if not any(formats.get(name).sniff(window) for name in _FORMATS_IN_WORD):
            raise UnknownFormatError(_NO_TIMES_IN_WORD)
    return decoded


def _refuse_many(chosen: Format, text: str) -> None:
    parts = chosen.parts
    if parts is not None and parts.begins(text[:SNIFF_WINDOW]):
        raise InputError(
            "this holds many conversations; give the file itself, in UTF-8, or one "
            "conversation as FILE!ID",
            certainty=_CERTAIN,
        )


def _parse(chosen: Format, text: str, recover: bool) -> tuple[Format, Transcript]:
    """The transcript, and its format: of JSON it may be that of captions within it."""
    try:
        transcript = _parse_as(chosen, text, recover)
    except MalformedError:
        found = formats.find_captions(text, formats.get("text").sniff)
        if found is None:
            raise
        chosen = formats.get(found.format)
        transcript = _parse_as(chosen, found.text, recover)
        language = transcript.language or found.language
        transcript = transcript.evolve(problems=(found.problem,), language=language)
    require_speech(transcript)
    return chosen, transcript


def _parse_as(chosen: Format, text: str, recover: bool) -> Transcript:
    if not recover and chosen.parse_standard is not None:
        return chosen.parse_standard(text)
    return chosen.parse(text)


def may_name_speakers(parsed: Parsed) -> bool:
    """Whether to look for labels in the texts: in some formats always; in formats that have a place
    for speakers, only if the first text begins with a label."""
    if parsed.format.names_in_text:
        return True
    utterances = parsed.transcript.utterances
    if not utterances or "peaker" not in utterances.texts[0].lower()[:10]:
        return False
    return utterances.speakers[0] is None and re.match(_LABEL, utterances.texts[0]) is not None


def _interpret(parsed: Parsed) -> Transcript:
    """Find names in the text, split utterances of several speakers, remove repeated cues, and shift
    times that start again."""
    transcript = parsed.transcript
    if parsed.is_strict:
        return transcript
    if may_name_speakers(parsed):
        transcript = join_single_words(read_labels(transcript))
    # Most files have no word times and do not need the diarization, which takes 3 ms to import.
    if any(transcript.utterances.words):
        transcript = diarization.split_speakers(transcript)
    starts = transcript.utterances.starts
    if all(map(lt, starts, islice(starts, 1, None))):  # nothing is there twice, or starts again
        return transcript
    return join_parts(drop_repeats(transcript))
