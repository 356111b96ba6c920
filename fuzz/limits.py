"""How long anything takes to read, and how much memory: a search for what grows too fast.

    python fuzz/limits.py                   each token and each shape, then a search of 2,000 steps
    python fuzz/limits.py --steps 0         without the search
    python fuzz/limits.py --seed 7          another search

An input is a frame around a few parts. A part is a token once, a run of a token, a token of which
one character is run, or a token that is counted so that no two are the same; one odd character may
come last, and all line ends may be left out. Each input is made in two sizes, 32 kB and eight times
that, and is read, shaped and split in a process of its own, as each format and by detection. Where
eight times the size takes more than 20 times as long, or more than two seconds per megabyte, or
more memory than 20 times the size, the times for 1, 2, 4 and 8 times the size are printed. The
search goes on from the inputs that grew fastest.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from transcript_bridge import formats
from transcript_bridge.errors import BridgeError
from transcript_bridge.options import Options
from transcript_bridge.pipeline import make_bodies, shape
from transcript_bridge.reading import read_bytes

SIZE = 32_000
"""Bytes of the smallest size."""
FACTORS = (1, 2, 4, 8)
MAX_GROWTH = 20.0
"""How often as long eight times the size may take."""
MIN_SECONDS = 0.25
"""Shorter times say nothing about growth."""
SECONDS_PER_MEGABYTE = 2.0
TIMES = 20.0
"""Memory as a multiple of the size; the first megabytes are the program's own."""
FREE_MEMORY = 32_000_000
CPU_LIMIT = 60
"""Seconds after which a measurement is ended."""
_OPTIONS = Options(started_at=datetime(2026, 1, 15, 9, tzinfo=UTC))
KEPT = 24
"""How many of the inputs that grew fastest the search goes on from."""

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


class Measured(NamedTuple):
    """CPU seconds and peak memory (bytes) of one input in one size."""

    size: int
    seconds: float
    memory: int


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
    """A neighbour of a recipe."""
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


def work(data: bytes, format: str | None) -> None:
    """From the bytes to the bodies of requests."""
    with suppress(BridgeError):
        transcript = shape(read_bytes(data, format=format))
        make_bodies(transcript, _OPTIONS)


def measure(data: bytes, format: str | None) -> Measured:
    """What one input takes, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        before, begin = _peak(), time.process_time()
        work(data, format)
        measured = f"{time.process_time() - begin} {_peak() - before}"
        os.write(writing, measured.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read().split()
    os.waitpid(child, 0)
    if not answer:  # ended by its limit
        return Measured(len(data), float(CPU_LIMIT), 0)
    return Measured(len(data), float(answer[0]), int(answer[1]))


def _peak() -> int:
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmHWM"):
            return int(row.split()[1]) * 1024
    raise OSError("this needs Linux")


def find_growth(small: Measured, large: Measured) -> float:
    """How often as long the large one took, for eight times the size; 1 where it is too short."""
    if large.seconds < MIN_SECONDS:
        return 1.0
    ratio = large.seconds / max(small.seconds, 0.001)
    return ratio * FACTORS[-1] * small.size / large.size


def is_finding(small: Measured, large: Measured) -> bool:
    """Whether it takes too long, or too much memory."""
    is_slow = large.seconds > max(MIN_SECONDS, SECONDS_PER_MEGABYTE * large.size / 1e6)
    is_large = large.memory > FREE_MEMORY + TIMES * large.size
    return is_slow or is_large or find_growth(small, large) > MAX_GROWTH


class Search:
    """Measures recipes, prints the findings, and keeps those that grew fastest."""

    def __init__(self, targets: list[str | None]) -> None:
        self.targets = targets
        self.count = 0
        self.findings = 0
        self.fastest: list[tuple[float, Recipe]] = []

    def try_recipe(self, recipe: Recipe, targets: list[str | None]) -> None:
        small_data = recipe.write(SIZE)
        large_data = recipe.write(SIZE * FACTORS[-1])
        for target in targets:
            small = measure(small_data, target)
            large = measure(large_data, target)
            self.count += 1
            if is_finding(small, large):
                self.findings += 1
                self._print(recipe, target)
            per_byte = large.seconds / max(1, large.size)
            score = find_growth(small, large) * per_byte
            self.fastest.append((score, recipe))
        self.fastest.sort(key=lambda pair: -pair[0])
        del self.fastest[KEPT:]

    def _print(self, recipe: Recipe, target: str | None) -> None:
        print(f"{target or 'detected'}  {recipe}")
        for factor in FACTORS:
            size, seconds, memory = measure(recipe.write(SIZE * factor), target)
            print(f"  {size:9,} bytes {seconds:8.3f} s {memory / 1e6:8.1f} MB", flush=True)
            if seconds > CPU_LIMIT / 4:
                break


def main() -> None:
    """Measure all shapes, then search."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-search", action="store_true")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    search = Search([None, *[format.name for format in formats.all_formats()]])
    if not arguments.only_search:
        for recipe in every_recipe():
            search.try_recipe(recipe, search.targets)
    for _ in range(arguments.steps):
        is_new = not search.fastest or dice.random() < 0.5
        recipe = any_recipe(dice)
        if not is_new:
            recipe = change(dice.choice(search.fastest)[1], dice)
        search.try_recipe(recipe, dice.sample(search.targets, 2))
    print(f"{search.count:,} inputs measured twice; {search.findings} findings")


if __name__ == "__main__":
    main()
