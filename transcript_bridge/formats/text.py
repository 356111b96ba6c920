"""Lines of text with their times, as recognisers print them and as `convert --to text` writes them.

    [00:00:01.000 --> 00:00:02.500] Alice: Good morning.
    [00:02.500 --> 00:04.000]  Morning.
    [4.00s -> 5.25s] Shall we?

openai-whisper leaves out the hours below one hour, whisper.cpp never does, the third line is what
faster-whisper's users print. A line without times goes on with the cue before it. Speakers stand in
the text, as in SRT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise

from ..errors import MalformedError
from ..models import Transcript, Utterance, Utterances
from ..timecode import render_clock
from .base import Format
from .cues.cue import Findings, quote
from .cues.stretch import clean_lines
from .cues.timestamps import read_stamp
from .cues.writing import label_utterances

_CLOCK = r"(?:\d{1,6}:)?\d{1,2}:\d{2}[.,]\d{1,3}|\d{1,9}(?:\.\d{1,3})?s"
_LINE = re.compile(rf"\n[ \t]*+\[({_CLOCK})[ \t]*+-{{1,2}}>[ \t]*+({_CLOCK})\]([^\n]*+)")
_SPOKEN = re.compile(r"\[SPEAKER_\d+\]:")
_LOG = re.compile(r"(?:whisper_|ggml_|main:|system_info:|Detecting language|Detected language)")


def sniff(text: str) -> int:
    """Times in brackets at the beginning of a line are sure; labels without times are a hint.

    pyannote prints its turns alike, though always with a blank after the bracket, for the sign of
    the time.
    """
    if _LINE.search("\n" + text):
        return 98
    return 10 if len(_SPOKEN.findall(text)) > 1 else 0


def parse(text: str) -> Transcript:
    """Read lines of text with times; `text` of an utterance keeps its lines.

    Raises MalformedError where no line has times.
    """
    findings = Findings()
    text = "\n" + text.replace("\0", "")
    first = _LINE.search(text)
    if not first:
        raise MalformedError(
            "this text has no times, as WhisperX's .txt has none; export JSON (best), SRT or VTT instead",
            line=1,
        )
    before = clean_lines(text[: first.start()])
    strays = [line for line in before.split("\n") if line and not _LOG.match(line)]
    if strays:
        told = (
            f"text before the first times, {quote(strays[0])!r}, belongs to no cue and was left out"
        )
        findings.tell("stray-text", told, 1)
    utterances = Utterances.of(_utterances(text, findings))
    return Transcript(utterances, problems=findings.problems(), cues=findings.cues)


def _utterances(text: str, findings: Findings) -> Iterator[Utterance]:
    line, at = 0, 0
    for match, following in pairwise(chain(_LINE.finditer(text), [None])):
        assert match is not None
        line += text.count("\n", at, match.start() + 1)
        at = match.start() + 1
        findings.cues += 1
        rest = text[match.end() : following.start() if following else len(text)]
        more = [more for more in rest.split("\n") if not _LOG.match(more)]
        said = clean_lines("\n".join([match[3], *more]))
        if said:
            yield Utterance(_read(match[1]), _read(match[2]), said, line=line)
        else:
            findings.tell("empty-cue", "a cue without text was left out", line, 1)


def _read(clock: str) -> int:
    """ms of `00:01.000` or `1.00s`."""
    return read_stamp(clock) if ":" in clock else round(float(clock[:-1]) * 1000)


def render(transcript: Transcript) -> str:
    """One line an utterance, its speaker as SRT has it: `[00:00:01.000 --> 00:00:02.500] Alice:
    Good morning.`"""
    return "".join(
        f"[{render_clock(start)} --> {render_clock(end)}] {text}\n"
        for start, end, text in label_utterances(transcript.utterances)
    )


FORMAT = Format(
    name="text",
    title="text with times",
    suffixes=(".txt", ".text"),
    sniff=sniff,
    parse=parse,
    render=render,
    names_in_text=True,
    rank=70,
)
