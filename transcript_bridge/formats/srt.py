"""SRT (SubRip): numbered cues, times with a comma, a blank line between two.

    1
    00:00:01,000 --> 00:00:02,500
    Alice: Good morning.

There is no standard, only what players read. A time line begins a cue, wherever it stands; a number
alone on the line before belongs to it; every line up to the next cue is text, those after a blank
line included, because a viewer sees one cue. One or two digits after the comma are tenths or
hundredths (`02,46` is 2.460 s).

The cues of a file must be found whatever was done to it: docs/formats.md lists what is read,
fixtures/srt/ shows it. Speakers in the text (`Alice:`) are found by shaping/labels.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from sys import intern

from ..errors import MalformedError
from ..models import Transcript, Utterance, Utterances
from .base import Format
from .cues.cue import Cue, Findings, quote
from .cues.markup import plain_text, to_utterances
from .cues.repeats import Collapse, collapses_for
from .cues.salvage import (
    blank_before_text,
    is_blank,
    number_in,
    take_out_torn_end,
    take_out_unreadable,
)
from .cues.stretch import (
    BLANKS,
    Chunk,
    Stretch,
    chunks,
    clean_lines,
    make_utterances,
    number_lines,
    stretches,
    tidy_texts,
)
from .cues.timestamps import STAMP, TIME_LINE, has_times, read_columns
from .cues.writing import escape, label_utterances

_TIME = r"[0-9]{1,6}:[0-5][0-9]:[0-5][0-9][,.][0-9]{3}"
_BEGINNING = re.compile(rf"\n\n[0-9]{{1,9}}+\n(?={_TIME} --> {_TIME}\n)")
_HEADER = re.compile(r"\n\n[0-9]{1,9}+\n([^\n]++)\n")
"""_BEGINNING in half the time: what stands before the text of a cue, if `read_columns` finds times
there."""
_TIMES = re.compile(rf"(?:{_TIME}\n)++")
_ORDINARY = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}")


def sniff(text: str) -> int:
    """A time line with a comma is SRT's own; other time lines are likelier SRT than anything else."""
    if text[:100].lstrip(BLANKS + "\n")[:6].upper() == "WEBVTT":
        return 0
    for match in TIME_LINE.finditer("\n" + text):
        if has_times(match) and ">" in match["arrow"]:
            return 90 if "," in match["start"] else 80
    return 0


def parse(text: str) -> Transcript:
    """Read SRT; `text` of an utterance keeps the lines of its cue, `line` is that of its times.

    Raises MalformedError where there is no time line at all.
    """
    findings = Findings()
    if "\0" in text:
        findings.tell(
            "nul-bytes", "NUL characters were taken out", text.count("\n", 0, text.index("\0")) + 1
        )
        text = text.replace("\0", "")
    collapses = collapses_for(text)
    coloured = _speaks_in_colours(text)
    plain = not collapses and not coloured
    pieces: list[Utterances] = []
    for chunk in chunks(text, _BEGINNING if plain else None):
        made = read_fast(chunk) if plain else None
        if made is None:
            made = Utterances.of(
                read_carefully(chunk, findings, collapses=collapses, coloured=coloured)
            )
        else:
            findings.cues += len(made)
        pieces.append(made)
    if findings.cues == findings.unreadable:
        raise MalformedError(
            "there is no time line such as 00:00:01,000 --> 00:00:02,500; export it as SRT again",
            line=1,
        )
    return Transcript(Utterances.joined(pieces), problems=findings.problems(), cues=findings.cues)


# --- the fast path


def read_fast(chunk: Chunk) -> Utterances | None:
    """All cues of `chunk` in columns; None where one of them needs care."""
    flat = _HEADER.split(chunk.text)
    times, raw = flat[1::2], flat[2::2]
    columns = read_columns(times, _TIMES) if times and not flat[0] else None
    texts = tidy_texts(raw) if columns else None
    if columns is None or texts is None:
        return None
    if "<" in chunk.text or "{" in chunk.text or "&" in chunk.text:
        texts = [
            _plain(text) if "<" in text or "{" in text or "&" in text else text for text in texts
        ]
        if "" in texts:
            return None
    return make_utterances(*columns, texts, None, None, number_lines(chunk.line + 3, raw, 4))


def _plain(text: str) -> str:
    """Without markup; empty where the markup says something."""
    return plain_text(_as_vtt(text))


# --- the careful path


def _speaks_in_colours(text: str) -> bool:
    """Whether most cues begin with a colour, and there are several: AssemblyAI's speakers."""
    if "c&H" not in text:
        return False
    colours = Counter(_COLOUR.findall(text))
    return len(colours) > 1 and 2 * sum(colours.values()) > text.count("-->")


def read_carefully(
    chunk: Chunk, findings: Findings, *, collapses: Sequence[Collapse] = (), coloured: bool = False
) -> Iterator[Utterance]:
    """The cues of `chunk`, whatever they look like; `coloured` tells that colours are speakers."""
    cues: Iterable[Cue] = _cues(chunk, findings)
    for collapse in collapses:
        cues = collapse(cues, findings)
    for cue in cues:
        colour = _COLOUR.match("\n" + cue.text) if coloured else None
        if "<" in cue.text or "{" in cue.text:
            cue = cue._replace(text=clean_lines(_as_vtt(cue.text)))
        made = to_utterances(cue, findings)
        if colour:
            made = [utterance._replace(speaker=f"colour {colour[1].upper()}") for utterance in made]
        yield from made


def _cues(chunk: Chunk, findings: Findings) -> Iterator[Cue]:
    number: int | None = None
    for stretch in stretches(chunk.text, chunk.line):
        match = stretch.match
        if match and match["index"]:
            number = int(match["index"])
        lines, following = _divide(stretch, number, findings)
        if stretch.ends and chunk.last and match:
            lines = take_out_torn_end(lines, stretch.line + 1, number, findings)
        lines = take_out_unreadable(lines, stretch.line + 1, findings, in_cue=match is not None)
        if match is None:
            _tell_stray(lines, stretch.line + 1, findings)
        else:
            findings.cues += 1
            yield _cue(stretch, match, lines, findings)
        number = following


def _divide(
    stretch: Stretch, number: int | None, findings: Findings
) -> tuple[list[str], int | None]:
    """The lines of a cue without the number of the next one, and that number.

    A number belongs to the next cue if a blank line or text stands before it. Alone between two
    time lines it is a text, unless it goes on counting (fixtures/srt/number-as-text.srt,
    no-blank-lines.srt).
    """
    lines = stretch.lines
    end = len(lines)
    while end and is_blank(lines[end - 1]):
        end -= 1
    if stretch.ends or not end:
        return lines[:end], None
    touches = end == len(lines)
    found = number_in(lines[end - 1])
    counts_on = found is not None and found == (number or 0) + 1
    alone = end == 1 and stretch.match is not None
    after_blank = end == 1 or is_blank(lines[end - 2])
    if found is None or not (
        counts_on and touches if alone else after_blank or touches or counts_on
    ):
        if touches and stretch.match:
            findings.count("no-blank-line", stretch.line + end + 1)
        return lines[:end], None
    if not after_blank or alone:
        findings.count("no-blank-line", stretch.line + end)
    end -= 1
    while end and is_blank(lines[end - 1]):
        end -= 1
    return lines[:end], found


def _tell_stray(lines: list[str], line: int, findings: Findings) -> None:
    for i, stray in enumerate(lines):
        if not is_blank(stray):
            told = f"text before the first cue, {quote(' '.join(lines[i:]))!r}, belongs to none and was left out"
            findings.tell("stray-text", told, line + i)
            return


def _cue(stretch: Stretch, match: re.Match[str], lines: list[str], findings: Findings) -> Cue:
    if match["index"] or not _ORDINARY.match(match.string, match.start("start")):
        findings.count("odd-time-line", stretch.line, match[0])
    lines = [line.strip(BLANKS) for line in lines]
    blank = blank_before_text(lines)
    if blank is not None:
        told = "a blank line inside of a cue; what follows it was kept as the same cue's"
        findings.tell("blank-line-in-cue", told, stretch.line + 1 + blank)
    rest = match["rest"].strip(BLANKS)
    if rest and not all(":" in word for word in rest.split()):  # X1:40 X2:600 Y1:20 Y2:50
        findings.count("text-on-time-line", stretch.line, rest)
        lines.insert(0, rest)
    return Cue(*stretch.times, clean_lines("\n".join(lines)), None, stretch.line)


_COLOUR = re.compile(r"\n[ \t]*+\{\\1?c&H([0-9A-Fa-f]{6})&?[^{}\n]*+\}")
_OVERRIDE = re.compile(r"\{\\[^{}]*+\}")
_ANGLE = re.compile(
    r"<(?:(?P<line>\s*+br\s*+/?>)"
    r"|(?P<known>(?:/?|\s*+/\s*+)(?:b|i|u|s|em|strong|font|span|ruby|rt|rp|rb|c|p|div|center|small|big|sub|sup|a|lang)"
    rf"(?:[.\s/][^<>]*+)?>|\s++[biu]>)|(?P<kept>(?:v(?:[.\s][^<>]*+)?|/\s*+v\s*+|{STAMP})>)|)",
    re.IGNORECASE,
)


def _as_vtt(text: str) -> str:
    """SRT's markup in terms of WebVTT's: tags that players know go, other angle brackets are
    characters."""
    if "{" in text:
        text = _OVERRIDE.sub("", text)
    return _ANGLE.sub(_angle, text) if "<" in text else text


def _angle(match: re.Match[str]) -> str:
    if match["line"]:
        return "\n"
    if match["known"]:
        return ""
    # One string for equal tags: a megabyte of them (fuzz/limits.py) would take twenty times its
    # size.
    return intern(match[0]) if match["kept"] else "&lt;"


# --- the way back


def render(transcript: Transcript) -> str:
    """Write SRT with pysrt, one line a cue, the speaker before it: `Name: text`.

    Whom nobody names is `[UNKNOWN]` where others have names, or where the text would be taken for a
    name. What would be taken for markup is written as entities. `parse`, with the names read, gives
    the same utterances.
    """
    import pysrt  # slow to import, and needed for nothing else

    file = pysrt.SubRipFile()
    for number, (start, end, text) in enumerate(label_utterances(transcript.utterances), 1):
        times = (pysrt.SubRipTime.from_ordinal(start), pysrt.SubRipTime.from_ordinal(end))
        file.append(pysrt.SubRipItem(number, *times, escape(text)))
    out = StringIO()
    file.write_into(out)
    return out.getvalue()


FORMAT = Format(
    name="srt",
    title="SRT subtitles",
    suffixes=(".srt",),
    sniff=sniff,
    parse=parse,
    render=render,
    names_in_text=True,
    rank=30,
    owns_suffixes=True,
)
