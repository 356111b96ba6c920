"""A text cut at its time lines, for the careful path, and into chunks and columns, for the fast
one.

The careful path can read anything; the fast one reads a chunk only if every cue in it is as the
format has it, and it gives the chunk back otherwise. tests/formats/test_fast_paths.py shows that
they never differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, repeat
from operator import add
from typing import NamedTuple

from ...models import Utterances, Word, pack
from .timestamps import TIME_LINE, read_times

BLANKS = " \t\f\v\xa0\u3000\u200b\ufeff"
"""What is taken off both ends of each line. YouTube writes lines of U+200B to move the others."""

CHUNK = 1 << 17
"""Characters at a time: the strings of a chunk fit the processor's cache, and never crowd the
memory."""


class Stretch(NamedTuple):
    """The lines that follow a time line, up to the next one; or those before the first."""

    match: re.Match[str] | None
    """The time line; None before the first."""
    times: tuple[int, int]
    line: int
    """Of the time line; of the line before `lines`, in any case."""
    lines: list[str]
    ends: bool
    """Whether no time line follows."""


def stretches(chunk: str, line: int) -> Iterator[Stretch]:
    """Cut `chunk`, which begins with `\\n`, at its time lines.

    line: that of the chunk's first character, the `\\n` that ends it.
    """
    match: re.Match[str] | None = None
    times = (0, 0)
    at = 0
    for following in TIME_LINE.finditer(chunk):
        found = read_times(following)
        if found is None:
            continue
        yield Stretch(match, times, line, _lines(chunk[at + 1 : following.start()]), False)
        line += chunk.count("\n", at, following.start() + 1)
        match, times, at = following, found, following.end()
    yield Stretch(match, times, line, _lines(chunk[at + 1 :]), True)


_EDGE = 1000
"""Lines at each end of a stretch that are looked at one by one."""


def _lines(body: str) -> list[str]:
    """The lines of a stretch; those in the middle of thousands, which is no cue at all, in one to
    spare memory."""
    if body.count("\n") < 3 * _EDGE:
        return body.split("\n")
    first = body.split("\n", _EDGE)
    return first[:-1] + first[-1].rsplit("\n", _EDGE)


class Chunk(NamedTuple):
    """A piece of a text with whole cues, which begins with the line breaks before the first of
    them."""

    text: str
    line: int
    """The line that the first character is on."""
    last: bool
    """Whether the text ends with it; then without the line breaks at the end."""


def chunks(
    text: str, beginning: re.Pattern[str] | None, at: int = 0, line: int = 1
) -> Iterator[Chunk]:
    """Cut `text`, from `at` on, into pieces of about CHUNK characters, where a cue begins; in one
    if that is None.

    line: that of `at`. The beginning of a file is taken for the end of two empty lines, as in the
    middle of it. No copy of the whole text is made: it may be large.
    """
    lead = "" if at else "\n\n"
    line -= len(lead)
    while at < len(text):
        found = (
            beginning.search(text, at + CHUNK) if beginning and len(text) - at > 2 * CHUNK else None
        )
        end = found.start() if found else len(text)
        piece = lead + text[at:end]
        yield Chunk(piece if found else piece.rstrip("\n"), line, not found)
        line += piece.count("\n")
        lead, at = "", end


def clean_lines(text: str) -> str:
    """`text` without blanks at the ends of its lines, and without empty lines."""
    if "\n" not in text:
        return text.strip(BLANKS)
    if len(text) > CHUNK:
        return "\n".join(filter(None, map(clean_lines, _halves(text))))
    return "\n".join([kept for line in text.split("\n") if (kept := line.strip(BLANKS))])


def _halves(text: str) -> tuple[str, str]:
    """Cut at a line break near the middle, so that no more than a part of the lines is a string of
    its own."""
    cut = text.find("\n", len(text) // 2)
    cut = cut if cut >= 0 else text.rfind("\n")
    return text[:cut], text[cut + 1 :]


_ODD_BEGINNING = re.compile(rf"\n[\n{BLANKS}\d-]")
"""That of an empty line, of one with blanks to take off, of a time line; and of some ordinary ones."""


def tidy_texts(texts: list[str]) -> list[str] | None:
    """Texts with clean lines; None if one is empty or has a blank line, an arrow or a time line
    inside.

    Asked of all texts in one, because a search in a long string costs next to nothing.
    """
    whole = "\n".join(["", *texts, ""])
    if not (_ODD_BEGINNING.search(whole) or _has_blank_ends(whole) or "->" in whole):
        return texts
    if "\n\n" in whole:
        texts = list(map(str.rstrip, texts, repeat("\n")))  # two empty lines between cues
        whole = "\n".join(["", *texts, ""])
    if "\n\n" in whole or (">" in whole and "->" in whole) or TIME_LINE.search(whole):
        return None
    if not any(f"\n{blank}" in whole for blank in BLANKS) and not _has_blank_ends(whole):
        return texts
    cleaned = list(map(clean_lines, texts))
    lines_stay = sum(map(str.count, cleaned, repeat("\n"))) == sum(
        map(str.count, texts, repeat("\n"))
    )
    return cleaned if lines_stay and "" not in cleaned else None


def _has_blank_ends(whole: str) -> bool:
    found = [blank in whole and f"{blank}\n" in whole for blank in BLANKS]
    return any(found)


def number_lines(first: int, texts: Sequence[str], between: int) -> list[int]:
    """The lines of time lines: `first`, then after each text its line breaks and `between` more."""
    breaks = accumulate(map(str.count, texts, repeat("\n")), initial=first)
    return list(map(add, breaks, range(0, between * len(texts), between)))


_no_words: tuple[Word, ...] = ()


def make_utterances(
    starts: Sequence[int],
    ends: Sequence[int],
    texts: Sequence[str],
    speakers: Sequence[str | None] | None,
    ids: Sequence[str | None] | None,
    lines: Sequence[int],
) -> Utterances:
    """Columns to utterances without words; None is a column of nothing but None."""
    nothing = [None] * len(texts)
    speakers, ids, words = speakers or nothing, ids or nothing, [_no_words] * len(texts)
    return Utterances(pack(starts), pack(ends), texts, speakers, words, ids, pack(lines))
