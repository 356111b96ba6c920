"""What a reader or a stage may have to tell: the codes, how grave each is, what it means.

One table, because three things read it: `Problem.level`, the tables of docs/formats.md (a test
keeps them in step), and `--strict`.

Levels:
    note      nothing was lost or altered beyond the file's own intent; `--strict` lets it pass
    repaired    the file was wrong, and was read the way a person would
    lost      something in the file did not come out
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["note", "repaired", "lost"]


class Code(NamedTuple):
    """How grave a code is, and what it means to the owner of the file."""

    level: Level
    meaning: str


CODES: dict[str, Code] = {
    # formats
    "encoding-guessed": Code("note", "not Unicode; the encoding was guessed from the bytes"),
    # whisper_json, rttm, pyannote
    "bad-line": Code("lost", "a line that is nothing the format knows"),
    "empty-cue": Code("note", "a cue or segment without any text was left out"),
    "bad-item": Code(
        "lost", "an entry of the file's list was no segment or turn, or its text was no text"
    ),
    "time-guessed": Code(
        "repaired", "a time was missing or no time; it was reckoned from what stands around it"
    ),
    "odd-time": Code(
        "repaired", "a time written as text, or no time at all (NaN, Infinity, an object)"
    ),
    "odd-speaker": Code("repaired", "a speaker that is no label; nobody is named there"),
    "odd-words": Code(
        "repaired",
        "words without a usable text, time or speaker of their own; the segment's text is whole",
    ),
    "torn-character": Code("repaired", "half of a character (a lone surrogate) became U+FFFD"),
    "skipped-line": Code("note", "lines that are neither turns nor words"),
    "odd-label": Code(
        "repaired", "a label or file name with blanks, which the format has no way to write"
    ),
    "empty-turn": Code("note", "turns without a length were left out"),
    "unnamed-turn": Code("note", "turns that name nobody were left out"),
    "loose-words": Code(
        "repaired", "words in no turn of their speaker became utterances of their own"
    ),
    "several-recordings": Code("repaired", "words of several recordings in one file"),
    "words-ignored": Code("lost", "a file of turns holds words, too, and was read for its turns"),
    "broken-bytes": Code("lost", "bytes that mean nothing in the file's encoding became U+FFFD"),
    # srt, vtt, text
    "odd-time-line": Code(
        "repaired", "times written otherwise than the format has them, and readable"
    ),
    "no-blank-line": Code("repaired", "no blank line before a cue; it was told apart by its times"),
    "blank-line-in-cue": Code(
        "repaired", "a blank line inside of a cue; the text after it was kept"
    ),
    "text-on-time-line": Code("repaired", "text on the line of a cue's times; it was kept"),
    "arrow-in-text": Code("repaired", "a line with an arrow and no times; it was kept as text"),
    "stray-angle": Code("repaired", "a '<' that begins no tag; it was kept as text"),
    "bad-signature": Code("repaired", "'WEBVTT' does not stand at the beginning"),
    "crowded-cue": Code(
        "repaired", "a cue with more voices than any cue has; it was kept whole and names nobody"
    ),
    "nul-bytes": Code("repaired", "NUL characters were taken out"),
    "stray-number": Code("note", "a number between empty lines, the index of no cue, was left out"),
    "rolling-repeat": Code("note", "cues that only repeat what the cue before shows were left out"),
    "word-by-word": Code("note", "a sentence repeated for each of its words became one utterance"),
    "timestamp-map": Code(
        "note", "a stream's X-TIMESTAMP-MAP was left aside; times are the cues' own"
    ),
    "unreadable-times": Code("lost", "a cue whose times nobody can read was left out"),
    "truncated": Code("lost", "the file breaks off in the middle of its last cue"),
    "stray-text": Code("lost", "text without times, before the first cue, was left out"),
    # shaping
    "speaker-split": Code(
        "note", "one cue held several speakers and became one utterance for each"
    ),
    # shaping/labels, merging
    "label-only-cue": Code("note", "a cue held nothing but a label, which went to the next cue"),
    "merged": Code("note", "neighbouring utterances of one speaker were joined, as asked"),
    "speaker-unknown": Code("note", "words that no turn is near stay without a speaker"),
    "labels-kept": Code(
        "note", "utterances had speakers already and kept them instead of the turns'"
    ),
    "turns-unusable": Code(
        "repaired", "the file of turns beside a transcript holds none; it was left out"
    ),
    "untranscribed": Code("note", "turns without words became utterances with a placeholder text"),
    "unspeakable-characters": Code(
        "repaired", "NUL, other control characters and broken surrogates were removed"
    ),
    "blank-text": Code("lost", "an utterance without any text was dropped"),
    "absurd-time": Code("lost", "a time beyond a year of recording; the utterance was dropped"),
    "negative-start": Code("repaired", "an utterance began before time 0 and was moved there"),
    "no-length": Code(
        "repaired", "an utterance did not end after it began; its end was reckoned from its text"
    ),
    "long-text": Code("note", "a text too long for one segment was cut in pieces"),
    "out-of-order": Code("repaired", "utterances were sorted by time"),
    "start-guessed": Code("note", "nothing says when it began; the time of the file was used"),
    "implausible-date": Code("note", "a date in the future or before 2000 was not used"),
    "turns-misfit": Code(
        "repaired", "the turns and the transcript differ in length, or are shifted"
    ),
}


class Problem(NamedTuple):
    """Something that a reader skipped or a stage changed.

    `cues` is how many cues of the file this problem accounts for: 1 for a cue that was dropped, 0
    for one that was kept though changed, -1 for one that became two utterances. So for every
    transcript `cues found = utterances + sum(problem.cues)`.
    """

    code: str
    """One of `CODES`; a plug-in may use its own, which count as repaired."""
    message: str
    line: int | None = None
    """The 1-based line in the file, where the format has lines."""
    cues: int = 0

    @property
    def level(self) -> Level:
        """note, repaired or lost."""
        known = CODES.get(self.code)
        return known.level if known else "repaired"


def shorten(text: str, length: int = 40) -> str:
    """The beginning of `text`, at most `length` characters, for a message."""
    return text if len(text) <= length else text[: length - 1] + "…"


class ProblemLog:
    """Collects problems while a file is read or shaped.

    From the thousandth of one code on they are summed up in one: a megabyte of junk would otherwise
    become a hundred megabytes of problems, and nobody reads the second thousand.
    """

    LIMIT = 1000

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._seen: dict[str, int] = {}
        self._cues_left_out: dict[str, int] = {}

    def add(self, code: str, message: str, line: int | None = None, cues: int = 0) -> None:
        """Tell one problem; see Problem for what `cues` counts."""
        self._seen[code] = seen = self._seen.get(code, 0) + 1
        if seen <= self.LIMIT:
            self._told.append(Problem(code, message, line, cues))
        else:
            self._cues_left_out[code] = self._cues_left_out.get(code, 0) + cues

    def problems(self) -> tuple[Problem, ...]:
        """What was told, in order, the sums last."""
        sums = [
            Problem(
                code, f"and {seen - self.LIMIT} more of the same", None, self._cues_left_out[code]
            )
            for code, seen in self._seen.items()
            if seen > self.LIMIT
        ]
        return (*self._told, *sums)
