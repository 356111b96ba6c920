"""Problems that readers and stages report: the codes, their levels and meanings.

`CODES` is the one table of them: `Problem.level`, `--strict` and docs/problems.md use it.

Levels:
    note        nothing was lost, and the result is what the file meant; `--strict` accepts it
    repaired    the file was wrong, and was read as a person would read it
    lost        something in the file is not in the result
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Level = Literal["note", "repaired", "lost"]


class Code(NamedTuple):
    """The level of a problem, and its meaning."""

    level: Level
    meaning: str


CODES: dict[str, Code] = {
    # bytes and characters
    "encoding-guessed": Code("note", "not Unicode; the encoding was guessed from the bytes"),
    "broken-bytes": Code("lost", "bytes that are invalid in the file's encoding became U+FFFD"),
    "nul-bytes": Code("repaired", "NUL characters were removed"),
    "torn-character": Code("repaired", "half of a character (a lone surrogate) became U+FFFD"),
    "escaped-text": Code(
        "repaired", "the whole file was escaped as for a web page; the escapes were undone"
    ),
    # the layout of subtitle files
    "bad-signature": Code("repaired", "'WEBVTT' is not at the beginning"),
    "no-blank-line": Code("repaired", "no blank line before a cue; it was recognized by its times"),
    "blank-line-in-cue": Code("repaired", "a blank line within a cue; the text after it was kept"),
    "text-on-time-line": Code("repaired", "text on the line with the times of a cue; it was kept"),
    "arrow-in-text": Code("repaired", "a line with an arrow but no times; it was kept as text"),
    "stray-angle": Code("repaired", "a '<' that does not begin a tag; it was kept as text"),
    "stray-number": Code(
        "note", "a number between blank lines that is not the index of a cue was left out"
    ),
    "truncated": Code("lost", "the file ends in the middle of its last cue"),
    # entries of a file: lines, cues, segments
    "bad-line": Code("lost", "a line that the format does not know"),
    "skipped-line": Code("note", "lines that are neither turns nor words"),
    "bad-item": Code(
        "lost", "an entry of the file's list is not a segment or turn, or its text is not text"
    ),
    "empty-cue": Code("note", "a cue or segment without text was left out"),
    "stray-text": Code("lost", "text without times, before the first cue, was left out"),
    "captions-in-json": Code(
        "note", "the captions, or the text with times, are a text within a JSON document"
    ),
    "other-tier": Code(
        "note", "tiers that are not a transcript (sounds, glosses, notes …) were left out"
    ),
    "other-language": Code("note", "captions of the same speech in another language were left out"),
    # times
    "time-guessed": Code(
        "repaired", "a time was missing or not a time; it was estimated from the times around it"
    ),
    "unit-guessed": Code(
        "repaired",
        "whole numbers without a unit; milliseconds or 100 ns, by the length of turns or the rate "
        "of speech",
    ),
    "zone-missing": Code(
        "note", "the times are dates without a time zone; they do not say when it began"
    ),
    "odd-time": Code(
        "repaired", "a time written as text, or not a time (NaN, Infinity, an object)"
    ),
    "odd-time-line": Code(
        "repaired", "times in another notation than that of the format, but readable"
    ),
    "frame-times": Code(
        "repaired", "times that end in frames; the number of frames a second was estimated"
    ),
    "unreadable-times": Code("lost", "a cue with unreadable times was left out"),
    "timestamp-map": Code("note", "X-TIMESTAMP-MAP was ignored; the times are those of the cues"),
    "times-restart": Code(
        "repaired", "the times start again in the file; the part was put after the one before"
    ),
    # words with times
    "odd-words": Code(
        "repaired",
        "words without a usable text, time or speaker; the text of the segment is complete",
    ),
    "words-missing": Code(
        "lost", "the text of a document has more words than its list of timed words"
    ),
    "single-words": Code("note", "cues of one word were joined to utterances"),
    "word-by-word": Code(
        "note", "a sentence that was repeated for each of its words became one utterance"
    ),
    # repeats
    "rolling-repeat": Code("note", "cues that only repeat the cue before were left out"),
    "segment-repeat": Code(
        "note", "a cue that is in two joined segments of a stream was kept once"
    ),
    "layer-repeat": Code(
        "note", "the same text at the same time in another layer of the picture was left out"
    ),
    "live-repeat": Code(
        "note", "speech of a live transcription was left out because a later transcription has it"
    ),
    "cue-repeat": Code(
        "repaired", "cues that the file has twice, with the same times, were kept once"
    ),
    # speakers and labels in the text
    "odd-speaker": Code("repaired", "a speaker that is not a label; it was ignored"),
    "odd-label": Code(
        "repaired", "a label or file name with spaces, which the format cannot write"
    ),
    "crowded-cue": Code(
        "repaired", "a cue with implausibly many voices; it was kept as one, without a speaker"
    ),
    "speaker-split": Code("note", "a cue with several speakers became one utterance per speaker"),
    "label-only-cue": Code("note", "a cue with only a label; the label applies to the next cue"),
    "clock-in-cue": Code("note", "cues began with a clock, which is not speech and was left out"),
    # speaker turns
    "empty-turn": Code("note", "turns without length were left out"),
    "unnamed-turn": Code("note", "turns without a speaker were left out"),
    "loose-words": Code(
        "repaired", "words outside the turns of their speaker became separate utterances"
    ),
    "several-recordings": Code("repaired", "words of several recordings in one file"),
    "words-ignored": Code("lost", "a file of turns also contains words; only the turns were read"),
    "speaker-unknown": Code("note", "words where no turn names a speaker have no speaker"),
    "labels-kept": Code("note", "utterances kept their own speakers instead of those of the turns"),
    "turns-unusable": Code(
        "repaired", "the file of turns beside a transcript contains none; it was not used"
    ),
    "turns-misfit": Code(
        "repaired", "the turns and the transcript differ in length, or are shifted"
    ),
    "untranscribed": Code("note", "turns without words became utterances with a placeholder text"),
    # shaping/repair, merging
    "unspeakable-characters": Code(
        "repaired", "NUL, other control characters and broken surrogates were removed"
    ),
    "blank-text": Code("lost", "an utterance without text was dropped"),
    "absurd-time": Code("lost", "a time beyond a year of recording; the utterance was dropped"),
    "negative-start": Code("repaired", "an utterance began before time 0 and was moved there"),
    "no-length": Code(
        "repaired", "an utterance did not end after it began; its end was estimated from its text"
    ),
    "long-text": Code("note", "a text too long for one segment was split"),
    "out-of-order": Code("repaired", "utterances were sorted by time"),
    "merged": Code("note", "neighboring utterances of one speaker were joined (--merge-gap)"),
    # dates and settings
    "start-guessed": Code(
        "note",
        "nothing says when it began; a time in the file or that of the file was used (for a pipe: "
        "the present time)",
    ),
    "implausible-date": Code(
        "note", "a date in the future, or one before 2000 that a clock wrote, was not used"
    ),
    "part-not-found": Code("note", "a [[files.during]] table of the settings fits no speech"),
}


class Problem(NamedTuple):
    """Something that a reader skipped or a stage changed.

    `cues` is how many cues of the file this problem accounts for: 1 if a cue was dropped, 0 if it
    was changed and kept, -1 if it became two utterances. So for every transcript
    `cues found = utterances + sum(problem.cues)`.
    """

    code: str
    """One of `CODES`; a plug-in may use its own, which count as repaired."""
    message: str
    line: int | None = None
    """The 1-based line in the file, if the format has lines."""
    cues: int = 0

    @property
    def level(self) -> Level:
        """note, repaired or lost."""
        known = CODES.get(self.code)
        if known:
            return known.level
        return "repaired"


def find_grave(problems: Iterable[Problem]) -> list[Problem]:
    """The problems whose level is repaired or lost."""
    return [problem for problem in problems if problem.level != "note"]


def shorten(text: str, length: int = 40) -> str:
    """The beginning of `text`, at most `length` characters, for a message."""
    if len(text) <= length:
        return text
    return text[: length - 1] + "…"


class ProblemLog:
    """Collects problems while a file is read or shaped.

    After 1,000 problems of one code, further ones are only counted: otherwise a megabyte of junk
    would become a hundred megabytes of problems.
    """

    LIMIT = 1000

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        # Two Counters would take 1 % of reading a small file, and most files have no problem.
        self._counts: dict[str, int] = {}
        self._cues_of_the_rest: dict[str, int] = {}

    def add(self, code: str, message: str, line: int | None = None, cues: int = 0) -> None:
        """Report one problem; the parameters are the fields of Problem."""
        count = self._counts.get(code, 0) + 1
        self._counts[code] = count
        if count <= self.LIMIT:
            self._problems.append(Problem(code, message, line, cues))
        else:
            self._cues_of_the_rest[code] = self._cues_of_the_rest.get(code, 0) + cues

    def problems(self) -> tuple[Problem, ...]:
        """All problems in order, and for each code beyond the limit one with the rest."""
        sums = []
        for code, cues in self._cues_of_the_rest.items():
            more = self._counts[code] - self.LIMIT
            sums.append(Problem(code, f"and {more} more of the same", None, cues))
        return (*self._problems, *sums)
