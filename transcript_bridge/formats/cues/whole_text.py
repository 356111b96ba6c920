"""Changes that programs make to whole files, undone before the cues are read.

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
    names above   the times of cues (names_above)

No function changes the number of lines. A file with none of these costs a few searches for single
characters and a look at its first time line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...errors import MalformedError
from ...on_demand import on_demand
from ..recognizer_tokens import has_tokens, remove_tokens
from ..time_units import find_frame_rate
from .cue import FindingLog, quote
from .lines import has_sign, is_blank, is_number
from .timestamps import find_time_lines, has_times, time_line

_ARROW = "-->"
_put_names_below = on_demand(__package__, "names_above", "put_names_below")
_ESCAPED_ARROW = re.compile("--&(?:gt|amp;gt|#62);")


def correct_text(text: str, log: FindingLog) -> str:
    """Correct the faults of a whole file, and report them."""
    if _ARROW not in text:
        text = _unescape(text, log)
    for sign, correct in _FAULTS.items():
        if has_sign(text, sign):
            text = correct(text, log)
    if has_tokens(text):
        text = remove_tokens(text)
    if _may_have_names(text):
        text = _put_names_below(text)
    return _replace_frames(text, log)


def _line_of(text: str, place: int) -> int:
    """The 1-based line of a character."""
    return text.count("\n", 0, place) + 1


# ---- escaped


def _unescape(text: str, log: FindingLog) -> str:
    """`text` with characters for entities if all of its arrows are escaped."""
    arrow = _ESCAPED_ARROW.search(text)
    if arrow is None:
        return text
    from html import unescape  # slow to import, and rarely needed

    line = _line_of(text, arrow.start())
    log.add("escaped-text", "the whole file is escaped as for a web page (--&gt;)", line)
    while _ARROW not in text:  # some are escaped twice
        lines = map(unescape, text.split("\n"))
        text = "\n".join([line.replace("\n", " ") for line in lines])
    return text


_ESCAPED_VOICE = re.compile(r"&lt;(v[ .][^&<>\n]{1,80}|/v)&gt;")


def _unescape_voices(text: str, log: FindingLog) -> str:
    if "<v" in text:
        return text
    line = _line_of(text, text.find("&lt;v"))
    log.add("escaped-text", "voices are escaped as for a web page (&lt;v …&gt;)", line)
    return _ESCAPED_VOICE.sub(r"<\1>", text)


# ---- Markdown

_FENCE = re.compile(r"(?m)^[ \t]*+```++[ \t]*+\w{0,20}+[ \t]*+$")
_ONE_BLOCK = 3
"""Parts of a file with one block of code: above it, in it, below it."""
_HEADING = re.compile(r"(?m)^#{1,6} \S")
_BOLD_NAME = re.compile(r"(?m)^\*\*([^*:\n]{1,60})(?::[ ]?\*\*|\*\*:)[ ]?")


def _unwrap_names(text: str, _log: FindingLog) -> str:
    return _BOLD_NAME.sub(r"\1: ", text)


def _open_fence(text: str, log: FindingLog) -> str:
    """`text` without the fences of a block of code, and without what is written below it if that
    has words but no cue."""
    *parts, below = _FENCE.split(text)
    if not parts:
        return text
    if _is_document(text, [*parts, below]):
        raise MalformedError(
            "this is a document with an example of subtitles in it, not a transcript; put the "
            "subtitles into a separate file",
            line=_line_of(text, len(parts[0])),
        )
    said = below.strip()
    if len(parts) + 1 >= _ONE_BLOCK and said and _ARROW not in said:
        first_line = said.partition("\n")[0]
        message = f"text below the last cue, {quote(first_line)!r}, was left out"
        log.add("stray-text", message, _line_of(text, text.rfind(said)))
        below = "\n" * below.count("\n")
    return "".join([*parts, below])


def _is_document(text: str, parts: Sequence[str]) -> bool:
    """Whether more is written around the blocks of code than in them, under headings or around
    several: it is not the answer of an assistant, but an article about subtitles
    (fixtures/srt/article.srt).

    parts: around the blocks and in them, in turn.
    """
    if _measure(parts[::2]) <= _measure(parts[1::2]):
        return False
    return len(parts) > _ONE_BLOCK or _HEADING.search(text) is not None


def _measure(texts: Sequence[str]) -> int:
    return len(" ".join("".join(texts).split()))


# ---- hard blanks

_EVIDENCE = re.compile(r"\{\\|(?:\n|\\h)\\h")
"""A sign that `\\h` is not a backslash of speech: a tag of the format that it comes from
(`{\\an7}`), or another place for it than between words."""
_HARD_BLANKS = re.compile(r"\n(?:\\h)++|(?:(?<![^\s\\])|(?<=\\h))[^\s\\]*:\\\S*|((?:\\h)+)")
"""Hard blanks; and paths such as `C:\\home`, which have none. A path is looked for where a word
begins: from each letter of a long word it took the square of its length."""


def _replace_hard_blanks(text: str, _log: FindingLog) -> str:
    """`text` with blanks for `\\h`, if there is evidence that they are."""
    if _EVIDENCE.search(text):
        return _HARD_BLANKS.sub(_replace_blank, text)
    return text


def _replace_blank(match: re.Match[str]) -> str:
    if match[0].startswith("\n"):
        return "\n"
    if match[1]:
        return " "
    return match[0]


_FAULTS = {
    "&lt;v": _unescape_voices,
    "```": _open_fence,
    "**": _unwrap_names,
    "\\h": _replace_hard_blanks,
}
"""The sign of a fault, and what undoes it."""


# ---- names


def _may_have_names(text: str) -> bool:
    """Whether the line above the first times is not a number; this takes 1 µs."""
    above, *_ = text[: max(0, text.find(_ARROW))].rpartition("\n")
    last = above.rpartition("\n")[2]
    return not is_blank(last) and not is_number(last)


# ---- frames

_LONGEST_STAMP = 20
"""Characters before an arrow in which a time ends."""
_WITH_FRAMES = re.compile(r"(?<![\d:;])(\d+[:;]\d+[:;]\d+)[:;](\d\d)(?![\d:;.,])")
"""Premiere writes `00;00;01;12` where the rate is that of American television."""


def _replace_frames(text: str, log: FindingLog) -> str:
    """`text` with milliseconds for the frames, if all of its times end in them."""
    whole = "\n" + text
    if not _may_have_frames(text):
        return text
    rate = _find_rate(whole)
    first = next(find_time_lines(whole), None)
    if first is None or rate is None:
        return text
    message = f"all times end in frames, as in {quote(first[0])!r}; read as {rate} a second"
    log.add("frame-times", message, _line_of(whole, first.start()))

    def to_milliseconds(stamp: re.Match[str]) -> str:
        return f"{stamp[1]}.{int(stamp[2]) * 1000 // rate:03}"

    def correct(match: re.Match[str]) -> str:
        if has_times(match):
            return _WITH_FRAMES.sub(to_milliseconds, match[0], count=2)
        return match[0]

    return time_line().sub(correct, whole)[1:]


def _may_have_frames(text: str) -> bool:
    """Whether two digits are before the first arrow: this takes 0.3 µs, a search 5."""
    arrow = text.find(_ARROW)
    if arrow < 0:
        return True
    before = text[max(0, arrow - _LONGEST_STAMP) : arrow].rstrip()
    return before[-3:-2] in (":", ";")


def _find_rate(text: str) -> int | None:
    """The frames a second; None if a time does not end in a frame, or is beyond all rates."""
    highest = 0
    for match in find_time_lines(text):
        frames = [int(frame) for _, frame in _WITH_FRAMES.findall(match[0])[:2]]
        if len(frames) < 2:
            return None
        highest = max(highest, *frames)
    return find_frame_rate(highest)
