"""Hypothesis strategies that several test files share: one makes cues, each test deforms them in
one way."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from transcript_bridge.timecode import render_clock

more_examples = settings(max_examples=150 if settings.default.max_examples < 100 else 1000)
"""For what is torn apart and thrown together at random: one example rarely finds anything."""


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
times = st.integers(min_value=0, max_value=_LATEST)


def _is_harmless(line: str) -> bool:
    return not line.isdecimal()


lines = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join).filter(_is_harmless)
"""One line of text that no format takes for its own."""


@st.composite
def _subtitle(draw: st.DrawFn) -> Subtitle:
    start = draw(times)
    return Subtitle(
        start,
        start + draw(st.integers(1, _LONGEST)),
        tuple(draw(st.lists(lines, min_size=1, max_size=3))),
    )


subtitles = st.lists(_subtitle(), min_size=1, max_size=8)


def _make_subtitles(seed: int) -> list[Subtitle]:
    dice = Random(seed)
    made = []
    for _ in range(dice.randint(1, 8)):
        start = dice.randint(0, _LATEST)
        text = (
            " ".join(dice.choices(_WORDS, k=dice.randint(1, 6))) for _ in range(dice.randint(1, 3))
        )
        made.append(Subtitle(start, start + dice.randint(1, _LONGEST), tuple(text)))
    return made


made_subtitles = st.integers(0, 2**32).map(_make_subtitles)
"""The same, made from one number: for a test in which something else is drawn that counts more. A
drawn cue is twenty choices, each of which Hypothesis keeps, and tries to change."""

# Tokens that the readers look for, thrown together: nearly never a whole file, nearly always parts
# of one.
debris = st.lists(
    st.sampled_from(
        [
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
    ),
    max_size=60,
).map("".join)


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
    """WebVTT as it should be; `voice` stands before each text."""
    blocks = [header]
    for start, end, text in cues:
        plain = "\n".join(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{render_clock(start)} --> {render_clock(end)}\n{voice}{plain}")
    return gap.join(blocks) + "\n"
