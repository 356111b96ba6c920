"""How inputs are made in any size: what `limits.py` measures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parent.parent / "fixtures"
LONGEST_TOKEN = 400
"""Characters of a line of a fixture that is run."""
LINES_PER_FORMAT = 60
GROWN_PER_LINE = 3

TOKENS = (
    "\n",
    "\n\n",
    " ",
    "\t",
    "\0",
    "\ufeff",
    "a",
    "A",
    "1",
    "1\n",
    ":",
    "-",
    "->",
    "-->",
    "—",
    "\u3042",
    "é",
    "😀",
    "<",
    ">",
    "<v A>",
    "<v A>a",
    "</v>",
    "<i>",
    "<u>a</u>",
    "<00:00:01.000>",
    "&",
    "&lt;",
    "&#1;",
    "{\\an8}",
    "[",
    "A: ",
    "A: b\n",
    "[A]: ",
    ">> ",
    "- a\n",
    "SPEAKER_00: ",
    "[Music]\n",
    "ab: ",
    "NOTE a\n",
    "WEBVTT\n",
    "X1:1 ",
    "0:1:1->0:1:2\n",
    "0:1:1->0:1:2 a\n",
    "0:01.5-->0:02.5\na\n",
    "00:00:01,000 --> 00:00:02,000\na\n\n",
    "1\n00:00:01,000 --> 00:00:02,000\na\n\n",
    "00:01.000 --> 00:02.000\n<v A>a\n\n",
    "[0:01.0 --> 0:02.0] a\n",
    "00:00:01,000 --> 00:00:02,000\n\n",
    "[1s->2s]\n",
    "[1s->2s]a\n",
    "0:01.5->0:02.5\na",
    "00:00:01,0-",
    '{"',
    '{"a":',
    "{},",
    "[],",
    "[1,",
    '"a",',
    "[0,1],",
    '{"text":"a"},',
    '{"start":0,"end":1,"text":"a"},',
    '{"start":0,"end":1,"speaker":"A"},',
    '{"word":"a"},',
    '{"text":"a","timestamp":[0,1]},',
    '{"words":[{}]},',
    "SPEAKER f 1 0 1 <NA> <NA> A\n",
    "LEXEME f 1 0 1 a lex A\n",
    "SPKR-INFO f\n",
    ";\n",
    "SPEAKER f 1 0 0 x x A\n",
    "[ 00:00:00.030 -->  00:00:00.824] A S\n",
    "[ 0:00:00 -->  0:00:01] A S\n",
    "00:00:01.000 --> 00:00:02.000\n<u>a</u> b\n\n",
    "00:00:01.000 --> 00:00:02.000\n",
    "A A: ",
    "Aa ",
    "\xa0",
    "\u200e",
    ". ",
    "(a) ",
    "[a] ",
    "\\",
    '"',
)
COUNTED = (
    "L{n}: a\n",
    "L{n}: ",
    "[L{n}] a\n",
    "- L{n}: a\n",
    "<v L{n}>a</v>\n",
    "(L{n})\n",
    "a{n} ",
    "a{n}\n",
    "{n}\n",
    "00:00:01,000 --> 00:00:02,000\nL{n}: a\n\n",
    "00:00:01.000 --> 00:00:02.000\n<v L{n}>a\n\n",
    "[{n}s->{n}s] a\n",
    "SPEAKER f 1 {n} 100 <NA> <NA> L{n}\n",
    "SPEAKER f{n} 1 {n} 1 <NA> <NA> L\n",
    "[ 00:00:00.030 -->  00:00:00.824] A L{n}\n",
    '{"start":{n},"end":{n}9,"speaker":"L{n}","text":"a"},',
    '{"a{n}":1},',
    '"a{n}":1,',
    '{"word":"a","start":{n},"end":{n},"speaker":"L{n}"},',
)
"""Tokens that differ each time: many labels, many keys, many files."""
ODD = ("\xe9", "\n", ":", "-->", "a", "\0", "\ud800", "<", "}")
"""What comes last where everything before is the same; the lone surrogate stands for one byte that
is no UTF-8."""

CUE_FRAME = "00:00:01,000 --> 00:00:02,000\n\x00"
FRAMES = (
    "\x00",
    "[\x00]",
    '{"segments":[\x00]}',
    '{"chunks":[\x00]}',
    '{"transcription":[\x00]}',
    '{"segments":[{"start":0,"end":1,"text":"\x00"}]}',
    "WEBVTT\n\n\x00",
    CUE_FRAME,
    "1\n00:00:01,000 --> 00:00:02,000\n\x00\n\n2\n00:00:02,000 --> 00:00:03,000\n\x00",
)


class Part(NamedTuple):
    """A token, and how it fills its share of the input."""

    kind: str
    """once, run, grown (its character `at` is run), counted."""
    token: str
    at: int = 0

    def write(self, size: int) -> str:
        """About `size` bytes of it."""
        if self.kind == "once":
            return self.token
        if self.kind == "grown":
            before, character, after = (
                self.token[: self.at],
                self.token[self.at],
                self.token[self.at + 1 :],
            )
            return before + character * (size // len(character.encode())) + after
        if self.kind == "counted":
            room = len(self.token.encode()) + 4
            return "".join(self.token.replace("{n}", str(number)) for number in range(size // room))
        return self.token * (size // len(self.token.encode()))


class Recipe(NamedTuple):
    """How an input is made, in any size."""

    frame: str
    parts: tuple[Part, ...]
    odd: str = ""
    is_one_line: bool = False

    def write(self, size: int) -> bytes:
        share = size // max(1, sum(part.kind != "once" for part in self.parts))
        body = "".join(part.write(share) for part in self.parts)
        if self.is_one_line:
            body = body.replace("\n", " ")
        if "[\x00]" in self.frame:
            body = body.rstrip(",")
        text = self.frame.replace("\x00", body + self.odd)
        return text.encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\xe9")


def find_lines(dice: random.Random) -> dict[str, list[str]]:
    """Some lines of the fixtures of each format, and the beginnings of whole files.

    So what a new format looks like is tried without anybody adding it here.
    """
    found = {}
    for folder in sorted(FIXTURES.iterdir()):
        lines: dict[str, None] = {}
        for path in sorted(folder.glob("*")):
            if not path.is_file() or path.name.endswith(".expected.json"):
                continue
            text = path.read_bytes().decode("utf-8", "replace")
            lines[text[: 4 * LONGEST_TOKEN]] = None
            for line in text.splitlines():
                lines[line[:LONGEST_TOKEN] + "\n"] = None
        if lines:
            found[folder.name] = dice.sample([*lines], min(LINES_PER_FORMAT, len(lines)))
    return found


def recipes_of_lines(dice: random.Random) -> Iterator[tuple[str, Recipe]]:
    """Lines of the fixtures, run and grown; each with the name of its folder of fixtures."""
    for name, lines in find_lines(dice).items():
        for line in lines:
            yield name, Recipe("\x00", (Part("run", line),))
            yield name, Recipe("\x00", (Part("run", line),), dice.choice(ODD), True)
            for _ in range(GROWN_PER_LINE):
                yield name, Recipe("\x00", (Part("grown", line, dice.randrange(len(line))),))


def every_recipe() -> Iterator[Recipe]:
    """Each token in each shape, in the frames it may be part of."""
    for frame in FRAMES:
        for token in TOKENS:
            yield Recipe(frame, (Part("run", token),))
        for token in COUNTED:
            yield Recipe(frame, (Part("counted", token),))
    for token in TOKENS:
        for odd in ODD:
            yield Recipe("\x00", (Part("run", token),), odd)
        yield Recipe("\x00", (Part("run", token),), is_one_line=True)
        yield Recipe(CUE_FRAME, (Part("run", token),), is_one_line=True)
        for at in range(len(token)):
            yield Recipe("\x00", (Part("grown", token, at),))


def any_recipe(dice: random.Random) -> Recipe:
    """One out of all that can be made."""
    parts = tuple(any_part(dice) for _ in range(dice.randint(1, 4)))
    odd = dice.choice(ODD) if dice.random() < 0.5 else ""
    return Recipe(dice.choice(FRAMES), parts, odd, dice.random() < 0.3)


def any_part(dice: random.Random) -> Part:
    kind = dice.choice(("once", "run", "run", "grown", "counted"))
    if kind == "counted":
        return Part(kind, dice.choice(COUNTED))
    token = dice.choice(TOKENS)
    return Part(kind, token, dice.randrange(len(token)))


def change(recipe: Recipe, dice: random.Random) -> Recipe:
    """A neighbor of a recipe."""
    parts = [*recipe.parts]
    action = dice.randrange(6)
    if action == 0:
        return recipe._replace(frame=dice.choice(FRAMES))
    if action == 1:
        return recipe._replace(odd=dice.choice(ODD))
    if action == 2:
        return recipe._replace(is_one_line=not recipe.is_one_line)
    if action == 3 and len(parts) > 1:
        del parts[dice.randrange(len(parts))]
    elif action == 4:
        parts.insert(dice.randint(0, len(parts)), any_part(dice))
    else:
        parts[dice.randrange(len(parts))] = any_part(dice)
    return recipe._replace(parts=tuple(parts))
