"""Hypothesis strategies that several test files share: one makes cues, each test deforms them in
one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from transcript_bridge.timecode import render_clock

Made = TypeVar("Made")

more_examples = settings(max_examples=150 if settings.default.max_examples < 100 else 1000)
"""Settings for random combinations of pieces, where a single example rarely finds anything."""


class Subtitle(NamedTuple):
    """A cue as it should come out (ms)."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


# What readers trip over, in the middle of what people say.
NASTY = (
    "&amp;",
    "a & b",
    "12:30",
    "1999",
    "-",
    "–",
    "[Music]",
    "(laughs)",
    "{curly}",
    "…",
    "'",
    '"',
    "%",
    "\\N",
)
_WORDS = ("hello", "Over", "there,", "naïve", "日本", "привет", "no.", "♪", "x", *NASTY)
_LATEST = 99 * 3_600_000
_LONGEST = 60_000


def made(make: Callable[[Random], Made]) -> st.SearchStrategy[Made]:
    """What a function makes with dice, of which one number is drawn.

    Hypothesis keeps each choice that it draws, and tries to change it: a list of cues of some
    hundred choices took ten times as long to draw as to read.
    """
    return st.integers(0, 2**32).map(lambda seed: make(Random(seed)))


def roll_few(dice: Random, mean: int, most: int) -> int:
    """A count that is small in most cases: from 0 to `most`."""
    return min(int(dice.expovariate(1 / mean)), most)


def join_few(dice: Random, pieces: Sequence[str], most: int) -> str:
    """A text of at most this many pieces; most texts have a few."""
    return "".join(dice.choices(pieces, k=roll_few(dice, 5, most)))


_CHARACTERS = ((0, 32), (32, 127), (127, 256), (256, 0x3000), (0x3000, 0xD800))
_ODD_CHARACTERS = ((0xD800, 0xE000), (0xE000, 0x10000), (0x10000, 0x110000))
"""Ranges of code points, from the first up to the one after the last: surrogates, private ones and
those outside of Unicode's first plane."""


def make_text(dice: Random, most: int) -> str:
    """Up to `most` characters of all kinds; many are short."""
    ranges = dice.choices([*_CHARACTERS, *_ODD_CHARACTERS], k=roll_few(dice, most // 2, most))
    return "".join(chr(dice.randrange(*each)) for each in ranges)


def _make_line(dice: Random) -> str:
    """One line of text that no format takes for its own."""
    line = " ".join(dice.choices(_WORDS, k=dice.randint(1, 6)))
    return _make_line(dice) if line.isdecimal() else line


def make_subtitles(dice: Random) -> list[Subtitle]:
    """One to eight cues, not in order."""
    cues = []
    for _ in range(dice.randint(1, 8)):
        start = dice.randint(0, _LATEST)
        text = [_make_line(dice) for _ in range(dice.randint(1, 3))]
        cues.append(Subtitle(start, start + dice.randint(1, _LONGEST), tuple(text)))
    return cues


subtitles = made(make_subtitles)

# Tokens that the readers look for, thrown together: nearly never a whole file, nearly always parts
# of one.
_DEBRIS = [
    *("\n", "\n\n", "\n \n", " ", "\t", "\0", "\ufeff", "\u3000"),
    *(
        "1\n",
        "2\n",
        "00:00:01,000 --> 00:00:02,000\n",
        "00:00:02.000 --> 00:00:01.000\n",
        "0:1 -> 0:2\n",
    ),
    *(
        "00:00:01",
        ",000",
        " --> ",
        "-->",
        "–",
        "->",
        " - ",
        "00:00:03:12 - 00:00:04:05\n",
        "7",
        "-1",
    ),
    *(
        "<v Ann>",
        "<v.x  B b>",
        "</v>",
        "<u>",
        "</u>",
        "<i>",
        "< i>",
        "<",
        ">",
        "<00:00:01.500>",
        "<c>",
        "<br>",
    ),
    *(
        "&lt;",
        "&",
        "&#",
        "&#1114112;",
        "&notit;",
        "{\\an8}",
        "{\\c&HFFF000&}",
        "{",
        "}",
        "X1:1 Y2:2",
    ),
    *(
        "WEBVTT",
        "WEBVTT\n\n",
        "NOTE language:en\n",
        "STYLE\n",
        "REGION\n",
        "Language: de\n",
        "X-TIMESTAMP-MAP=1\n",
    ),
    *(
        "Ann: ",
        "[SPEAKER_00]: ",
        ">> ",
        "word",
        "two words",
        '2 "Doe, J" (17)\n',
        "[00:01.000 --> 00:02.000] ",
    ),
]


def make_debris(dice: Random) -> str:
    """Up to sixty of these tokens."""
    return join_few(dice, _DEBRIS, 60)


def tear(text: str, dice: Random) -> str:
    """A text with debris in one to four places, where it may replace some characters."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(text))
        text = text[:at] + make_debris(dice) + text[at + dice.randint(0, 12) :]
    return text


debris = made(make_debris)


def compose_srt(
    cues: Sequence[Subtitle],
    *,
    mark: str = ",",
    arrow: str = " --> ",
    numbered: bool = True,
    gap: str = "\n\n",
    settings: str = "",
) -> str:
    """SRT as it should be, or with one habit of some writer."""
    parts = []
    for number, (start, end, text) in enumerate(cues, 1):
        head = f"{number}\n" if numbered else ""
        span = f"{render_clock(start, mark)}{arrow}{render_clock(end, mark)}{settings}"
        parts.append(f"{head}{span}\n" + "\n".join(text))
    return gap.join(parts) + "\n"


def compose_vtt(
    cues: Sequence[Subtitle], *, header: str = "WEBVTT", voice: str = "", gap: str = "\n\n"
) -> str:
    """Make valid WebVTT; `voice` is before each text."""
    blocks = [header]
    for start, end, text in cues:
        plain = "\n".join(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{render_clock(start)} --> {render_clock(end)}\n{voice}{plain}")
    return gap.join(blocks) + "\n"
