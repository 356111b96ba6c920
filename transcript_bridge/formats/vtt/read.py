"""WebVTT as people read it: what the standard accepts, and what it would drop though it is plain to
see.

Where the standard accepts a cue, its times, identifier and text are the standard's (lines without
the blanks at their ends). Beyond it: time lines that are written otherwise (Teams 2020: `0:0:0.0
--> 0:0:3.490`), a missing signature, cues without a blank line before them, text after a blank line
inside of a cue, a `<` that is no tag. Each is told as a problem.

Speakers: voices (`<v Alice>`), else Webex's, which stand in the cue's identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ..cues.cue import Cue, Findings, quote
from ..cues.markup import clean_name, plain_text, to_utterances
from ..cues.repeats import Collapse, collapses_for
from ..cues.salvage import number_in, take_out_torn_end, take_out_unreadable
from ..cues.stretch import (
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
from ..cues.timestamps import read_columns
from .standard import read_standard_times

_TIME = r"(?:[0-9]{2,6}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
_TIMES = re.compile(rf"(?:{_TIME}\n)++")
_BEGINNING = re.compile(rf"\n\n(?:[^\n]+\n)??{_TIME} --> {_TIME}[ \t\n]")
_HEADER = re.compile(
    r"\n\n((?:[^\n]+\n)??)([0-9:.]++ --> [0-9:.]++)(?:[ \t][^\n]*+)?\n(?:<v ([^<>\n]+)>)?+"
)
"""_BEGINNING in less time: what stands before the text of a cue, if `read_columns` finds times
there."""
_NO_TEXT = re.compile(r"(?:NOTE|STYLE|REGION)(?![^\s])")
_EDGES = BLANKS + "\n"
_WEBEX = re.compile(r'\d+ "([^"]*)" \(\d+\)')


def parse(text: str) -> Transcript:
    """Read WebVTT; `text` of an utterance keeps the lines of its cue, `line` is that of its times.

    Raises MalformedError for a text that has neither a signature nor a cue.
    """
    findings = Findings()
    text = text.replace("\0", "\ufffd")
    header, at, line = _take_header(text, findings)
    _read_header(header, findings)
    collapses = collapses_for(text)
    pieces: list[Utterances] = []
    for chunk in chunks(text, None if collapses else _BEGINNING, at, line):
        made = None if collapses else read_fast(chunk)
        if made is None:
            made = Utterances.of(read_carefully(chunk, findings, collapses=collapses))
        else:
            findings.cues += len(made)
        pieces.append(made)
    if not header and findings.cues == findings.unreadable:
        raise MalformedError(
            "there is neither 'WEBVTT' at the beginning nor a time line such as 00:01.000 --> 00:02.500; "
            "export it as WebVTT again",
            line=1,
        )
    problems = findings.problems()
    return Transcript(
        Utterances.joined(pieces), problems=problems, cues=findings.cues, language=findings.language
    )


# --- the header


def _take_header(text: str, findings: Findings) -> tuple[str, int, int]:
    """The header block, where its last line break stands, and on which line; empty and the
    beginning without one."""
    start = len(text) - len(text.lstrip(BLANKS + "\n"))
    if text[start : start + 6].upper() != "WEBVTT":
        findings.tell("bad-signature", "'WEBVTT' is missing at the beginning; read without it", 1)
        return "", 0, 1
    if start or text[:6] != "WEBVTT" or text[6:7] not in ("", " ", "\t", "\n"):
        findings.tell(
            "bad-signature", f"the file begins with {quote(text[:20])!r} instead of 'WEBVTT'", 1
        )
    end = _find(text, "\n", start)
    while end < len(text) and text[end + 1 : end + 2] != "\n":
        after = _find(text, "\n", end + 1)
        if "-->" in text[end:after]:
            break
        end = after
    return text[:end], end, text.count("\n", 0, end) + 1


def _find(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found


def _read_header(header: str, findings: Findings) -> None:
    """`Language: en` and `X-TIMESTAMP-MAP=…` (HLS, RFC 8216 section 3.5); other metadata say
    nothing of the text."""
    for number, line in enumerate(header.split("\n"), 1):
        _read_language(line, findings)
        if line.startswith("X-TIMESTAMP-MAP") and re.search(r"[1-9]", line):
            told = (
                "X-TIMESTAMP-MAP shifts the times of a stream; they are left as the cues have them"
            )
            findings.tell("timestamp-map", told, number)


_LANGUAGE = re.compile(
    r"(?:NOTE[ \t]+)?language[ \t]*:[ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)[ \t]*", re.I
)


def _read_language(line: str, findings: Findings) -> None:
    if findings.language is None and (found := _LANGUAGE.fullmatch(line)):
        findings.language = found[1]


# --- the fast path


def read_fast(chunk: Chunk) -> Utterances | None:
    """All cues of `chunk` in columns; None where one of them is not as plain as can be.

    A voice may stand at the beginning of a cue, and its end tag at the end: that is how all
    products write them.
    """
    flat = _HEADER.split(chunk.text)
    ids, times, voices, raw = flat[1::4], flat[2::4], flat[3::4], flat[4::4]
    if flat[0] or not times or ("" in ids and any(ids)) or ">" in "".join(ids):
        return None
    texts = tidy_texts(raw)
    if texts is None:
        return None
    if "</v>" in chunk.text:
        texts = [text.removesuffix("</v>").strip(_EDGES) for text in texts]
    if chunk.text.count("<") > len(voices) - voices.count(None) or "&" in chunk.text:
        texts = [plain_text(text) if "<" in text or "&" in text else text for text in texts]
    if "" in texts:
        return None
    names = {voice: clean_name(voice) for voice in set(voices)}
    speakers = [names[voice] for voice in voices]
    if '" (' in chunk.text:
        speakers = [speaker or _webex(id_[:-1]) for speaker, id_ in zip(speakers, ids, strict=True)]
    columns = read_columns(times, _TIMES)
    if columns is None:
        return None
    lines = number_lines(chunk.line + (3 if ids[0] else 2), raw, 4 if ids[0] else 3)
    return make_utterances(
        *columns, texts, speakers, [id_[:-1] for id_ in ids] if ids[0] else None, lines
    )


def _webex(id_: str | None) -> str | None:
    """The name in an identifier such as `2 "Doe, Kevin" (3768348160)`; None in `1 "" (0)`."""
    found = _WEBEX.fullmatch(id_) if id_ else None
    return clean_name(found[1]) if found else None


# --- the careful path


def read_carefully(
    chunk: Chunk, findings: Findings, *, collapses: Sequence[Collapse] = ()
) -> Iterator[Utterance]:
    """The cues of `chunk`, whatever they look like."""
    cues: Iterable[Cue] = _cues(chunk, findings)
    for collapse in collapses:
        cues = collapse(cues, findings)
    for cue in cues:
        made = to_utterances(cue, findings)
        if (name := _webex(cue.id)) and not any(utterance.speaker for utterance in made):
            made = [utterance._replace(speaker=name) for utterance in made]
        yield from made


def _cues(chunk: Chunk, findings: Findings) -> Iterator[Cue]:
    id_: str | None = None
    for stretch in stretches(chunk.text, chunk.line):
        match = stretch.match
        lines, following = _divide(stretch, number_in(id_ or ""), findings)
        if stretch.ends and chunk.last and match:
            lines = take_out_torn_end(lines, stretch.line + 1, number_in(id_ or ""), findings)
        lines = take_out_unreadable(lines, stretch.line + 1, findings, in_cue=match is not None)
        blocks = _blocks(lines, stretch.line + 1)
        if match is None:
            _tell_stray(blocks, findings)
        else:
            findings.cues += 1
            yield _cue(stretch, match, blocks, id_, findings)
        id_ = following


def _divide(
    stretch: Stretch, number: int | None, findings: Findings
) -> tuple[list[str], str | None]:
    """The lines of a cue without the identifier of the next one, and that.

    By the standard an identifier is a line between an empty one and the times. Beyond that, a
    number directly before the times is one: whoever leaves out the empty line writes SRT's indexes.
    """
    lines = stretch.lines
    if stretch.ends or not lines[-1]:
        return lines, None
    start = len(lines)
    while start and lines[start - 1]:
        start -= 1
    alone = len(lines) - start == 1
    if start:
        if "-->" in lines[-1]:
            return lines, None
        is_id = alone or number_in(lines[-1]) is not None
        return lines, lines.pop() if is_id else None
    if stretch.match is None:
        return lines, None
    found = number_in(lines[-1])
    is_id = found is not None and (not alone or found == (number or 0) + 1)
    findings.count("no-blank-line", stretch.line + len(lines) + (not is_id))
    return lines, lines.pop() if is_id else None


_Block = tuple[int, list[str]]
"""Lines without an empty one between them, and the number of the first."""


def _blocks(lines: list[str], line: int) -> Iterator[_Block]:
    """The first block may be empty: the text that stands directly under the times."""
    block: _Block = (line, [])
    for number, this in enumerate(lines, line):
        if this:
            block[1].append(this)
        elif block[1] or block[0] == line:
            yield block
            block = (number + 1, [])
        else:
            block = (number + 1, [])
    if block[1] or block[0] == line:
        yield block


def _is_text(block: _Block, findings: Findings) -> bool:
    """Whether a block without times says something: no comment, style, region, lone number nor
    arrow."""
    number, lines = block
    if _NO_TEXT.match(lines[0]):
        for line in lines:
            _read_language(line, findings)
        return False
    if len(lines) == 1 and number_in(lines[0]) is not None:
        findings.count("stray-number", number, lines[0])
        return False
    return any(line.strip(BLANKS + "->") for line in lines)


def _tell_stray(blocks: Iterable[_Block], findings: Findings) -> None:
    for block in blocks:
        if block[1] and _is_text(block, findings):
            told = f"text without times, {quote(' '.join(block[1]))!r}, belongs to no cue and was left out"
            findings.tell("stray-text", told, block[0])


def _cue(
    stretch: Stretch,
    match: re.Match[str],
    blocks: Iterator[_Block],
    id_: str | None,
    findings: Findings,
) -> Cue:
    if read_standard_times(match[0][1:]) is None:
        findings.count("odd-time-line", stretch.line, match[0])
    first, lines = next(blocks)
    for number, line in enumerate(lines, first):
        if "-->" in line:
            findings.count("arrow-in-text", number, line)
    for block in blocks:
        if _is_text(block, findings):
            told = "a blank line inside of a cue; what follows it was kept as the same cue's"
            findings.tell("blank-line-in-cue", told, block[0] - 1)
            lines.extend(block[1])
    return Cue(*stretch.times, clean_lines("\n".join(lines)), id_ or None, stretch.line)
