"""Whether a file contains speech: subtitle files are also used for other things.

Players show pictures of a preview, chapters and data with WebVTT; drones and cameras write a cue of
measurements for each picture. Such a file is refused with what it holds.

`require_speech` judges by a table of kinds (`_KINDS`), on a sample of the texts. Nearly all files
are speech, and are recognized by two neighboring words in one of three texts: that takes 2 µs of
the 70 in which a file of twenty cues is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from ..calendar_words import SHORT_MONTH
from ..errors import MalformedError, NoSpeechError
from ..models import Transcript, Utterances
from ..problems import Problem
from ..quantities import words_for
from ..sentences import SENTENCE_MARKS

_SAMPLE = 40
"""Texts that are judged, evenly spread over the file."""
_SHARE = 0.9
"""The share of the sample that must be of one kind."""
_LONGEST = 4000
"""Characters of a text that are judged."""
_SEVERAL = 3
"""Texts: a web address or a date that is alone in a file may have been said."""

_DATA_BEGINNINGS = "{[($#<"
_DATA_ENDS = "}])"
_WORDS = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+[,.!?]? [^\W\d_]{2,}")
"""Two words side by side. The first one is looked for where a word begins: from each letter of a
long word it took the square of its length."""

# All other patterns are strings, which `re` compiles when they are first used: that takes 6 ms, and
# nearly all files need none of them.
_SPOKEN_SCRIPT = r"[\u0370-\u1fff\u2c00-\ud7ff]{2}"
"""Letters of a script that data for programs is not written in."""


def require_speech(transcript: Transcript) -> None:
    """Raise NoSpeechError if the texts are not speech, MalformedError if no entry can be read."""
    utterances = transcript.utterances
    if utterances:
        name = _find_kind(utterances)
        if name is not None:
            raise NoSpeechError(_message(name))
    elif not transcript.turns and (transcript.cues or _find_lost(transcript)):
        raise make_no_speech_error(transcript)


def _find_kind(utterances: Utterances) -> str | None:
    """Find what a file without speech contains; None for speech."""
    if _are_chapters(utterances):
        return _CHAPTERS
    texts = utterances.texts
    middle = texts[len(texts) // 2]
    if any(map(_is_plain, (middle, texts[0], texts[-1]))):
        return None
    sample = _take_sample(texts)
    for kind in _KINDS:
        may_be = kind.is_of_kind(sample[0]) or kind.is_of_kind(middle)
        if may_be and kind.matches(sample):
            return kind.name
    return None


def refuse_track(name: str, reason: str) -> NoSpeechError:
    """Raise the error for a file that states its purpose itself."""
    return NoSpeechError(f"{_message(name)} ({reason})")


def _message(name: str) -> str:
    return f"this holds {name}, not speech; use the file with the transcript instead"


def make_no_speech_error(transcript: Transcript) -> MalformedError | NoSpeechError:
    """Make the error for a file with entries or stray text, but without utterances."""
    number = transcript.cues
    lost = _find_lost(transcript)
    if lost and not number:
        message = f"{lost[0].message}; nothing else is in it, export it again"
        return MalformedError(message, line=lost[0].line)
    if lost:
        none = words_for(number, "its only entry cannot", f"none of its {number:,} entries can")
        message = f"{none} be read ({lost[0].message}); export it again"
        return MalformedError(message, line=lost[0].line)
    none = words_for(number, "its only entry has no", f"none of its {number:,} entries has a")
    return NoSpeechError(f"{none} text that can be read")


def _find_lost(transcript: Transcript) -> list[Problem]:
    return [problem for problem in transcript.problems if problem.level == "lost"]


def _is_plain(text: str) -> bool:
    """Whether a text looks like speech by a quick check."""
    if text[:1] in _DATA_BEGINNINGS or text[-1:] in _DATA_ENDS:
        return False
    if _WORDS.search(text):
        return True
    return not text.isascii() and re.search(_SPOKEN_SCRIPT, text) is not None


def _take_sample(texts: Sequence[str]) -> list[str]:
    step = max(1, len(texts) // _SAMPLE)
    return [text[:_LONGEST] for text in texts[::step]]


# ---- chapters

_CHAPTERS = "chapters or scenes"
_LONG = 60_000
"""ms, on average: utterances are shorter, chapters longer."""
_LONG_FOR_TITLES = 20_000
"""ms, on average, where no text is a sentence."""
_SENTENCE_END = rf"(?s).*[{SENTENCE_MARKS},;]"
_MAX_GAP = 1000
"""ms between two chapters."""
_SLOWEST = 1
"""Characters a second; speech has 10 to 22."""


def _are_chapters(utterances: Utterances) -> bool:
    """Whether each text fills minutes, or half of one if all are titles, without a pause between
    them."""
    starts = utterances.starts
    ends = utterances.ends
    number = len(starts)
    average = (ends[-1] - starts[0]) / number
    if number < _SEVERAL or average < _LONG_FOR_TITLES:
        return False
    if average < _LONG and not _are_titles(utterances):
        return False
    for index, text in enumerate(utterances.texts):
        length = ends[index] - starts[index]
        if length < _LONG // 4 or len(text) * 1000 > length * _SLOWEST:
            return False
        if index and abs(starts[index] - ends[index - 1]) > _MAX_GAP:
            return False
    return True


def _are_titles(utterances: Utterances) -> bool:
    """Whether texts without speakers are not sentences, and none is repeated.

    Whisper writes `you` for each window of 30 seconds without speech.
    """
    texts = utterances.texts
    if len(set(texts)) < len(texts) or any(utterances.speakers):
        return False
    return not any(re.fullmatch(_SENTENCE_END, text) for text in texts)


# ---- kinds of texts

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_PICTURE = r"(?i)[^\n]*#xywh=\S+|\S+\.(?:jpe?g|png|webp|gif|avif|bmp|svg)(?:[?#]\S*)?"
_ADDRESS = r"(?:https?|ftp|blob|file)://?\S+|data:\S+|www\.\S+|[\w.~-]*(?:/[\w.~%-]+)+"
_ENCODED = r"(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}"
_OBJECT = (
    r"(?s)\s*+(?:(?:\[\s*+)?\{\s*+[\"']?[\w.-]+[\"']?\s*:.*[\]}]"
    r"|[\[{]\s*(?:\d[\s\d.,+-]*)?[\]}])\s*"
)
"""An object with keys, numbers or nothing, as JSON or similar: `{'lat': 1.5}`."""
_TELEMETRY = "measurements (telemetry of a drone, a camera or GPS)"
_SENTENCE = r"\$[A-Z]{4,6},\S*"
"""Of a GPS receiver (NMEA 0183): `$GPRMC,…`."""
_MEASURED = (
    r"(?i)"
    r"\b(frame ?cnt|srt ?cnt|diff ?time|iso|shutter|f-?num|ev|ct|lat(?:itude)?|lon(?:g|gitude)?|lng"
    r"|gps|home|(?:rel_|abs_)?alt(?:itude)?|baro(?:meter)?|speed|velocity|heading|bearing|course"
    r"|pitch|yaw|roll|gimbal\w*|gb_\w+|focal_len|dzoom\w*|color_md|ss|f|d|h|h\.s|v\.s|temp\w*"
    r"|acc(?:el\w*)?|gyro\w*|hdop|sat(?:s|ellites)?|rpm|voltage|battery|dist(?:ance)?|fps|frame"
    r"|timecode|timestamp|hr|bpm|power|cadence|x|y|z|w|width|height)"
    r"\"?'? ?[:=(\[/] ?\"?'?[-+(\[NSEW]?\d"
)
_FINE_NUMBER = r"(?<!\d:)(?<!\d)[-+]?\d{1,3}\.\d{3,}"
"""Not the seconds of a clock, as in `00:01.250`."""
_LETTERS = r"[^\W\d_]{4,}"
_COLUMNS = rf"(?:[\w-]+[,;|]\s*+)?[\[(]?{_NUMBER}(?:(?:\s*[,;|]\s*|\s+){_NUMBER}){{2,}}[\])]?"
_BOXED = rf"(?s).*[\[(]\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*[\])]"
_MONTH = rf"(?:{SHORT_MONTH})[a-z]*\.?"
_DATE = (
    r"(?:\d{4}[-/.:]\d{1,2}[-/.:]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    rf"|\d{{1,2}}[ .-]*{_MONTH}[ ,.-]*\d{{2,4}}|{_MONTH} ?\d{{1,2}},? \d{{4}})"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,:;]\d+)?)?(?: ?[ap]\.?m\.?)?(?:Z| ?[+-]\d{2}:?\d{2})?"
_MOMENT = rf"(?i)(?:{_DATE}(?:[T, _-]*{_CLOCK})?|{_CLOCK}(?:[ ,]*{_DATE})?)"
_PAIRS = r"[\w.-]+=[^\s;&]*(?:[;&]\s*[\w.-]+=[^\s;&]*)*+;?"
_CHAPTER = (
    r"(?i)(?:chapter|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk|rozdział|глава|scene|szene|scène)"
    r" *#?\d+"
)
_TAG = r"#EXT[A-Z0-9-]*(?::.*)?"
"""Of a playlist (HLS): where advertisements begin and end."""
_COUNTER = r"(?i)(?:frame|image|img|picture|#)[ :#_]*\d+(?: ?/ ?\d+)?"


def _matches(pattern: str) -> Callable[[str], object]:
    """Make a predicate: a text matches `pattern`."""
    return partial(re.fullmatch, pattern)


def _lines_match(pattern: str) -> Callable[[str], bool]:
    """Make a predicate: every line of a text matches `pattern`."""

    def is_of_kind(text: str) -> bool:
        return all(re.fullmatch(pattern, line.strip()) for line in text.split("\n"))

    return is_of_kind


def _is_measurement(text: str) -> bool:
    """Whether a text names two measurements, or is mostly numbers with fine fractions."""
    names = {found.lower() for found in re.findall(_MEASURED, text)}
    words = [word for word in re.findall(_LETTERS, text) if word.lower() not in names]
    has_measurements = len(names) >= 2 or len(re.findall(_FINE_NUMBER, text)) >= 2
    return has_measurements and len(words) <= len(re.findall(_NUMBER, text))


def _differ(sample: Sequence[str]) -> bool:
    """Whether texts differ in how many numbers they have, as when somebody counts aloud."""
    lengths = {len(re.findall(_NUMBER, text)) for text in sample}
    return len(lengths) > 1


class _SpeechlessKind(NamedTuple):
    """A kind of file without speech.

    name: for messages. at_least: the smallest sample that decides. is_of_kind: takes one text.
    are_alike: whether the texts also must have equally many numbers.
    """

    name: str
    at_least: int
    is_of_kind: Callable[[str], object]
    are_alike: bool = False

    def matches(self, sample: Sequence[str]) -> bool:
        """Whether a sample is of this kind."""
        number = len(list(filter(self.is_of_kind, sample)))
        is_of_kind = number >= max(self.at_least, _SHARE * len(sample))
        return is_of_kind and not (self.are_alike and _differ(sample))


_KINDS = (
    _SpeechlessKind("pictures of a preview (thumbnails)", 1, _lines_match(_PICTURE)),
    _SpeechlessKind("data for programs (metadata)", 1, _matches(_OBJECT)),
    _SpeechlessKind(_TELEMETRY, 1, _lines_match(_SENTENCE)),
    _SpeechlessKind(_TELEMETRY, 1, _is_measurement),
    _SpeechlessKind("encoded data", 1, _lines_match(_ENCODED)),
    _SpeechlessKind("data for programs (metadata)", 1, _lines_match(_TAG)),
    _SpeechlessKind("data for programs (metadata)", _SEVERAL, _lines_match(_PAIRS)),
    _SpeechlessKind("chapters or scenes", _SEVERAL, _lines_match(_CHAPTER)),
    _SpeechlessKind("addresses of files or pages", 2, _lines_match(_ADDRESS)),
    _SpeechlessKind("dates and times of a clock", _SEVERAL, _lines_match(_MOMENT)),
    _SpeechlessKind("numbers of frames", _SEVERAL, _lines_match(_COUNTER)),
    _SpeechlessKind("columns of numbers", _SEVERAL, _lines_match(_COLUMNS), are_alike=True),
    _SpeechlessKind(
        "texts found in pictures, with their places (OCR)", _SEVERAL, _lines_match(_BOXED)
    ),
)
"""The first that matches decides."""
