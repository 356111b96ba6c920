"""Segments and words as they stand -> utterances: the plain ones fast, the rest with care, nothing
lost untold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...line_joining import join_texts
from ...models import Utterance, Word
from ...problems import ProblemLog
from ...timecode import milliseconds

_LIMIT = 1e10
"""Seconds. Beyond three hundred years a number is no time; the mending stage has a narrower limit
for the rest."""
_MS_PER_CHARACTER = 65
"""How long a text takes to say where nothing else tells: 15 characters a second."""
_SHORTEST_GUESS = 300
_SILENCE = 3000
"""A guessed end reaches to the next segment, unless that begins later than the text needs and this
(ms)."""
_PAUSE = 1000
_LONG = 10_000
"""From this length in ms on, an utterance that is built from words ends with the sentence."""

_new = (
    tuple.__new__
)  # a named tuple's own constructor takes twice as long, and a file can have a million words


class Labels(dict[Any, str | None]):
    """Speaker fields -> labels: stripped, numbers as text, blanks as nobody; TypeError for anything
    else."""

    def __missing__(self, value: Any) -> str | None:
        if isinstance(value, str):
            label = value.strip() or None
        elif isinstance(value, int) and not isinstance(value, bool):
            label = str(value)
        else:
            raise TypeError
        self[value] = label
        return label


# ---- segments: the plain ones fast, the rest with care


def read_segments(rows: list[Any], log: ProblemLog) -> Iterator[Utterance]:
    labels = Labels({None: None})
    latest = 0
    for index, row in enumerate(rows):
        utterance = _plain_segment(row, labels) or _mend_segment(rows, index, latest, labels, log)
        if utterance is not None:
            latest = utterance.end
            yield utterance


def _plain_segment(row: Any, labels: Labels) -> Utterance | None:
    """The utterance of a segment with nothing odd about it, None for any other."""
    try:
        start, end, text = row["start"], row["end"], row["text"].strip()
        if type(start) is not float or type(end) is not float:
            start, end = _float(start), _float(end)
        if not text or "\r" in text or not (-_LIMIT < start < _LIMIT and -_LIMIT < end < _LIMIT):
            return None
        words = row.get("words")
        told = _plain_words(words, labels) if words else ()
        if told is None:
            return None
        times = round(start * 1000), round(end * 1000)
        return _new(Utterance, (*times, text, labels[row.get("speaker")], told, None, None))
    except (KeyError, TypeError, AttributeError, OverflowError):
        return None


def _float(value: Any) -> float:
    """A JSON number as a float; TypeError for anything else."""
    if type(value) is not int and type(value) is not float:
        raise TypeError
    return float(value)


def _plain_words(items: list[Any], labels: Labels) -> tuple[Word, ...] | None:
    """Words that have a text and good times or none; None where any is odd (or an error, which
    means the same)."""
    words = []
    low, high = -_LIMIT, _LIMIT
    key = "word" if "word" in items[0] else "text"  # whisper-timestamped and pyannoteAI say `text`
    for item in items:
        get = item.get
        text, start, end = item[key].strip(), get("start"), get("end")
        if start is not None or end is not None:
            if type(start) is not float or type(end) is not float:
                start, end = _float(start), _float(end)
            if not (low < start < high and low < end < high):
                return None
            start, end = round(start * 1000), round(end * 1000)
        if not text:
            return None
        words.append(_new(Word, (text, start, end, labels[get("speaker")])))
    return tuple(words)


def _mend_segment(
    rows: list[Any], index: int, latest: int, labels: Labels, log: ProblemLog
) -> Utterance | None:
    """The utterance of a segment that has something odd; None, and a problem, where it says
    nothing."""
    row, name = rows[index], f"segment {index + 1}"
    if not isinstance(row, dict):
        log.add("bad-item", f"{name} is no object but {_quote(row)}", cues=1)
        return None
    words = tuple(read_words(row.get("words"), name, labels, log))
    text = _text(row.get("text"), words, name, log)
    if text is None:
        return None
    start, end = _read_times(row, name, log)
    if start is None or end is None:
        missing = " and ".join(
            f"no {key}" if row.get(key) is None else f"no {key} but {_quote(row[key])}"
            for key, time in (("start", start), ("end", end))
            if time is None
        )
        start, end = _guess_times(start, end, words, rows, index, latest, text)
        put = f"{start / 1000:.3f} to {end / 1000:.3f} s"
        log.add("time-guessed", f"{name} has {missing}; it was put at {put}")
    return Utterance(start, end, text, _label(row.get("speaker"), name, labels, log), words)


def _text(value: Any, words: tuple[Word, ...], name: str, log: ProblemLog) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if value is None and words:
        value = _join(words)
    if isinstance(value, str):
        if text := value.replace("\r\n", "\n").replace("\r", "\n").strip():
            return text
        log.add("empty-cue", f"{name} has no text", cues=1)
    elif value is None:
        log.add("empty-cue", f"{name} has no text", cues=1)
    else:
        log.add("bad-item", f"the text of {name} is no text but {_quote(value)}", cues=1)
    return None


def _read_times(row: dict[str, Any], name: str, log: ProblemLog) -> tuple[int | None, int | None]:
    start, end = read_time(row.get("start")), read_time(row.get("end"))
    for key, time in (("start", start), ("end", end)):
        if time is not None and isinstance(row[key], str):
            log.add("odd-time", f"the {key} of {name} is written as text: {_quote(row[key])}")
    return start, end


_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?", re.ASCII)


def read_time(value: Any) -> int | None:
    """Seconds, as a number or as text, or a clock `00:01:02,500`, in ms; None for anything else."""
    if type(value) in (int, float):
        return milliseconds(value) if -_LIMIT < value < _LIMIT else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    if _NUMBER.fullmatch(value.strip()):
        return read_time(float(value))
    if clock := _CLOCK.fullmatch(value.strip()):
        hours, minutes, seconds, fraction = clock.groups()
        whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * 1000 + int(f"{fraction or 0:0<3}"[:3])
    return None


def _guess_times(
    start: int | None,
    end: int | None,
    words: tuple[Word, ...],
    rows: list[Any],
    index: int,
    latest: int,
    text: str,
) -> tuple[int, int]:
    """The missing time from the words, else from the neighbours, else from the length of the text
    (ms)."""
    starts = [w.start for w in words if w.start is not None]
    ends = [w.end for w in words if w.end is not None]
    length = max(_SHORTEST_GUESS, _MS_PER_CHARACTER * len(text))
    if start is None:
        before = latest if end is None else min(latest, end)
        start = starts[0] if starts else before
    if end is None:
        following = rows[index + 1] if index + 1 < len(rows) else None
        beginning = read_time(following.get("start")) if isinstance(following, dict) else None
        if ends and ends[-1] > start:
            end = ends[-1]
        elif beginning is not None and start < beginning < start + length + _SILENCE:
            end = beginning
        else:  # nothing follows, or only after a long silence
            end = start + length
    return start, end


def _label(value: Any, name: str, labels: Labels, log: ProblemLog) -> str | None:
    try:
        return labels[value]
    except TypeError:
        log.add("odd-speaker", f"the speaker of {name} is no label but {_quote(value)}")
        return None


def _quote(value: Any) -> str:
    """A JSON value, short enough for a message."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) > 10**20:
        return "a huge number"
    shown = json.dumps(value)  # ASCII: half a character would break whoever prints it
    return shown if len(shown) <= 30 else shown[:29] + "…"


# ---- words


def read_words(items: Any, name: str, labels: Labels, log: ProblemLog) -> Iterator[Word]:
    """The words that can be read, with the times and labels that can; one problem for all the
    others."""
    if items is None:
        return
    labels.setdefault(None, None)
    odd = guessed = 0
    for item in items if isinstance(items, list) else [None]:
        if not isinstance(item, dict) or (text := _word_text(item)) is None:
            odd += 1
            continue
        start, end = read_time(item.get("start")), read_time(item.get("end"))
        if start is not None and item.get("end") is None:
            end = start + _MS_PER_CHARACTER * len(text)  # transformers leaves the last one open
            guessed += 1
        if start is None or end is None:
            odd += not (item.get("start") is None and item.get("end") is None)
            start = end = None
        try:
            speaker = labels[item.get("speaker")]
        except TypeError:
            speaker, odd = None, odd + 1
        if text:
            yield Word(text, start, end, speaker)
    if guessed:
        log.add(
            "time-guessed",
            f"words of {name} without an end: {guessed}; it was reckoned from their length",
        )
    if odd:
        log.add(
            "odd-words",
            f"words of {name} without a usable text, time or speaker of their own: {odd}",
        )


def _word_text(item: dict[str, Any]) -> str | None:
    text = item.get("word", item.get("text"))
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return str(text)  # a numeral that lost its quotes
    return text.strip() if isinstance(text, str) else None


def join_words(words: Iterator[Word]) -> Iterator[Utterance]:
    """Utterances from words alone; a numeral, which has neither time nor speaker, stays with the
    word before it."""
    held: list[Word] = []
    start = end = 0
    for word in words:
        begin = end if word.start is None else word.start
        finish = begin if word.end is None else word.end
        if held and (
            (word.speaker != held[0].speaker and word != (word.text, None, None, None))
            or begin - end >= _PAUSE
            or (
                end - start >= _LONG
                and held[-1].text.endswith((".", "?", "!", "…", "。", "?", "!"))
            )
        ):
            yield Utterance(start, end, _join(held), held[0].speaker, tuple(held))
            held = []
        if not held:
            start = end = begin
        held.append(word)
        end = max(end, finish)
    if held:
        yield Utterance(start, end, _join(held), held[0].speaker, tuple(held))


def _join(words: list[Word] | tuple[Word, ...]) -> str:
    return join_texts(word.text for word in words)


# ---- characters

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(utterances: list[Utterance], log: ProblemLog) -> list[Utterance]:
    """U+FFFD for each half of a torn `\\ud83d\\ude00`: no encoding can write it, and the server
    chokes on it."""

    def clean(text: str) -> str:
        return _SURROGATE.sub("\ufffd", text)

    cleaned = []
    for index, u in enumerate(utterances):
        if not _SURROGATE.search(
            "".join((u.text, u.speaker or "", *(w.text + (w.speaker or "") for w in u.words)))
        ):
            cleaned.append(u)
            continue
        log.add("torn-character", f"utterance {index + 1} holds half a character; it became \ufffd")
        words = tuple(
            w._replace(text=clean(w.text), speaker=w.speaker and clean(w.speaker)) for w in u.words
        )
        cleaned.append(
            u._replace(text=clean(u.text), speaker=u.speaker and clean(u.speaker), words=words)
        )
    return cleaned
