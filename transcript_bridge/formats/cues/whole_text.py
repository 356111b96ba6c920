"""What a program did to a whole file, undone before its cues are read.

    escaped     `--&gt;` for every arrow: the file went through a web page. Then its tags and
                entities are escaped, too (fixtures/srt/escaped-file.srt)
    frames      `00:00:01:12`: the number of a picture within the second
                (fixtures/srt/frames.srt)
    hard blanks `\\h`, as ffmpeg writes the indents of television captions
                (fixtures/srt/hard-blanks.srt)
    voices      `&lt;v Ann&gt;`: only the tags are escaped (fixtures/vtt/escaped-voices.vtt)
    fences      ``` around the cues, as chat assistants write them (fixtures/srt/fenced.srt); an
                article with an example in it is refused
    bold names  `**Ann:** text`, of Markdown (fixtures/srt/bold-names.srt)
    tokens      of the recognizer (formats/recognizer_tokens.py)

No function changes the number of lines. A file with none of these costs a few searches for single
characters and a look at its first time line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...errors import MalformedError
from ..recognizer_tokens import has_tokens, remove_tokens
from ..time_units import find_frame_rate
from .cue import FindingLog, quote
from .timestamps import has_times, time_line

_ARROW = "-->"
_ESCAPED_ARROWS = ("--&gt;", "--&amp;gt;", "--&#62;")
_MOST_ESCAPES = 2
"""Times that a file is escaped; more do not occur."""


def correct_text(text: str, log: FindingLog) -> str:
    """`text` without the faults of a whole file, which are reported."""
    if _ARROW not in text:
        text = _unescape(text, log)
    for character, sign, correct in _FAULTS:
        if character in text and sign in text:
            text = correct(text, log)
    if has_tokens(text):
        text = remove_tokens(text)
    return _replace_frames(text, log)


# ---- escaped


def _unescape(text: str, log: FindingLog) -> str:
    """`text` with characters for entities if all of its arrows are escaped."""
    found = [text.find(arrow) for arrow in _ESCAPED_ARROWS if arrow in text]
    if not found:
        return text
    from html import unescape  # slow to import, and rarely needed

    line = text.count("\n", 0, min(found)) + 1
    log.add("escaped-text", "the whole file is escaped as for a web page (--&gt;)", line)
    for _ in range(_MOST_ESCAPES):
        if _ARROW not in text:
            pieces = [unescape(piece) for piece in text.split("\n")]
            text = "\n".join([piece.replace("\n", " ") for piece in pieces])
    return text


_ESCAPED_VOICE = re.compile(r"&lt;(v[ .][^&<>\n]{1,80}|/v)&gt;")


def _unescape_voices(text: str, log: FindingLog) -> str:
    if "<v" in text:
        return text
    line = text.count("\n", 0, text.find("&lt;v")) + 1
    log.add("escaped-text", "voices are escaped as for a web page (&lt;v …&gt;)", line)
    return _ESCAPED_VOICE.sub(r"<\1>", text)


# ---- Markdown

_FENCE = re.compile(r"[ \t]*```+[ \t]*\w{0,20}[ \t]*")
_ONE_BLOCK = 2
"""Fences of one block of code."""
_HEADING = re.compile(r"#{1,6} \S")
_BOLD_NAME = re.compile(r"(?m)^\*\*([^*:\n]{1,60})(?::[ ]?\*\*|\*\*:)[ ]?")


def _unwrap_names(text: str, _log: FindingLog) -> str:
    return _BOLD_NAME.sub(r"\1: ", text)


def _open_fence(text: str, log: FindingLog) -> str:
    """`text` without the fences of a block of code, and without what is written below it."""
    lines = text.split("\n")
    fences = [row for row, line in enumerate(lines) if _FENCE.fullmatch(line)]
    if not fences:
        return text
    if _is_document(lines, fences):
        raise MalformedError(
            "this is a document with an example of subtitles in it, not a transcript; give the "
            "subtitles as a file of their own",
            line=fences[0] + 1,
        )
    for row in fences:
        lines[row] = ""
    if len(fences) > 1:
        _leave_out_below(lines, fences[-1] + 1, log)
    return "\n".join(lines)


def _leave_out_below(lines: list[str], begin: int, log: FindingLog) -> None:
    """Empty the lines from `begin` on if they have words but no cue."""
    said = [row for row in range(begin, len(lines)) if lines[row].strip()]
    if not said or any(_ARROW in lines[row] for row in said):
        return
    message = f"text below the last cue, {quote(lines[said[0]])!r}, was left out"
    log.add("stray-text", message, said[0] + 1)
    for row in said:
        lines[row] = ""


def _is_document(lines: Sequence[str], fences: Sequence[int]) -> bool:
    """Whether more is written around the blocks of code than in them, under headings or around
    several: nobody's answer, but an article about subtitles (fixtures/srt/article.srt)."""
    inside = outside = 0
    begin = 0
    is_code = False
    for row in [*fences, len(lines)]:
        length = sum(len(line.strip()) for line in lines[begin:row])
        if is_code:
            inside += length
        else:
            outside += length
        is_code = not is_code
        begin = row + 1
    if outside <= inside:
        return False
    has_heading = any(_HEADING.match(line) for line in lines)
    return has_heading or len(fences) > _ONE_BLOCK


# ---- hard blanks

_OVERRIDE = "{\\"
"""How a tag of the format begins that `\\h` comes from: `{\\an7}`."""
_HARD_BLANKS = re.compile(r"\n(?:\\h)++|(?:(?<![^\s\\])|(?<=\\h))[^\s\\]*:\\\S*|((?:\\h)+)")
"""Hard blanks; and paths such as `C:\\home`, which have none. A path is looked for where a word
begins: from each letter of a long word it took the square of its length."""


def _replace_hard_blanks(text: str, _log: FindingLog) -> str:
    """`text` with blanks for `\\h`, if anything else says that it is no backslash of speech."""
    has_evidence = _OVERRIDE in text or "\\h\\h" in text or "\n\\h" in text
    if has_evidence:
        return _HARD_BLANKS.sub(_replace_blank, text)
    return text


def _replace_blank(match: re.Match[str]) -> str:
    if match[0].startswith("\n"):
        return "\n"
    if match[1]:
        return " "
    return match[0]


_FAULTS = (
    ("&", "&lt;v", _unescape_voices),
    ("`", "```", _open_fence),
    ("*", "**", _unwrap_names),
    ("\\", "\\h", _replace_hard_blanks),
)
"""A character, the sign that begins with it, and what undoes the fault that has this sign. A search
for one character takes a hundredth of a search for several."""


# ---- frames

_BEGINNING = 2000
"""Characters in which the first time line is looked for."""
_LONGEST_STAMP = 20
"""Characters before an arrow in which a time ends."""
_WITH_FRAMES = re.compile(r"(\d+:\d+:\d+)[:;](\d\d)")


def _replace_frames(text: str, log: FindingLog) -> str:
    """`text` with milliseconds for the frames, if all of its times end in them."""
    if not _may_have_frames(text):
        return text
    beginning = "\n" + text[:_BEGINNING]
    first = time_line().search(beginning)
    if first is None or not _WITH_FRAMES.fullmatch(first["start"]):
        return text
    whole = "\n" + text
    rate = _find_rate(whole)
    if rate is None:
        return text
    line = beginning.count("\n", 0, first.start()) + 1
    message = f"all times end in frames, as in {quote(first[0])!r}; read as {rate} a second"
    log.add("frame-times", message, line)

    def to_milliseconds(stamp: re.Match[str]) -> str:
        return f"{stamp[1]}.{int(stamp[2]) * 1000 // rate:03}"

    def correct(match: re.Match[str]) -> str:
        if has_times(match):
            return _WITH_FRAMES.sub(to_milliseconds, match[0], count=2)
        return match[0]

    return time_line().sub(correct, whole)[1:]


def _may_have_frames(text: str) -> bool:
    """Whether two digits are before the first arrow: a look that costs 0.3 µs, a search 5."""
    arrow = text.find(_ARROW)
    if arrow < 0:
        return True
    before = text[max(0, arrow - _LONGEST_STAMP) : arrow].rstrip()
    return before[-3:-2] in (":", ";")


def _find_rate(text: str) -> int | None:
    """The frames a second; None if a time does not end in a frame, or is beyond all rates."""
    highest = 0
    for match in time_line().finditer(text):
        if not has_times(match):
            continue
        for stamp in (match["start"], match["end"]):
            found = _WITH_FRAMES.fullmatch(stamp)
            if found is None:
                return None
            highest = max(highest, int(found[2]))
    return find_frame_rate(highest)
