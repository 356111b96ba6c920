"""How long anything takes to read, and how much memory: a search for what grows too fast.

    python fuzz/limits.py                   all shapes, then a search of 2,000 steps: hours
    python fuzz/limits.py --seconds 600     as far as ten minutes go, in random order
    python fuzz/limits.py --seed 7          another search
    python fuzz/limits.py --target srt      only this; may be repeated

An input is a frame around a few parts. A part is a token once, a run of a token, a token of which
one character is run, or a token that is counted so that no two are the same; one odd character may
come last, and all line ends may be left out. Tokens are those of `limit_recipes.py`, and the lines
of the fixtures of every format.

Each input is made in two sizes, 32 kB and eight times that, and is read, shaped and split in a
process of its own, as each format and by detection; its lines are also names to propose spellings
for, and labels of turns to join. A finding takes more than 20 times as long for eight times the
size, or more than two seconds per megabyte (twelve for labels), or more memory than 20 times its
size. What grows fast in a short time is measured in 64 times the size, too. The times for 1, 2, 4
and 8 times the size are printed of each finding, and at the end of the slowest inputs. The search
continues with the inputs that grew fastest.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.limit_recipes import Recipe, any_recipe, change, every_recipe, recipes_of_lines
from transcript_bridge import formats
from transcript_bridge.archive.voices.similar_names import propose
from transcript_bridge.errors import BridgeError
from transcript_bridge.models import Transcript, Turn, Utterance, Utterances
from transcript_bridge.options import Options
from transcript_bridge.pipeline import make_bodies, read_bytes, shape
from transcript_bridge.shaping.diarization import join_turns

SIZE = 32_000
"""Bytes of the smallest size."""
FACTORS = (1, 2, 4, 8)
FAR_FACTOR = 64
"""What is short, but grows fast, is measured in so many times the size."""
MAX_GROWTH = 20.0
"""How often as long eight times the size may take."""
SUSPICIOUS_GROWTH = 14.0
SUSPICIOUS_SECONDS = 0.04
MIN_SECONDS = 0.25
"""Shorter times say nothing about growth."""
SECONDS_PER_MEGABYTE = 2.0
LABELS_SECONDS_PER_MEGABYTE = 12.0
"""The same where each line is a label: tens of thousands of people in one archive."""
LABEL_TARGETS = frozenset({"spellings", "join"})
TIMES = 20.0
"""Memory as a multiple of the size; the first megabytes are the program's own."""
FREE_MEMORY = 32_000_000
CPU_LIMIT = 60
"""Seconds after which a measurement is ended."""
KEPT = 24
"""The number of inputs, those that grew fastest, with which the search continues."""
SHOWN = 5
"""How many of the slowest inputs are printed at the end."""
DETECTED = "detected"
_OPTIONS = Options(started_at=datetime(2026, 1, 15, 9, tzinfo=UTC))
BYTES_PER_TURN = 40
"""A turn or a cue takes so many bytes in any file."""
_WORD_STEP = 300
"""Milliseconds from one utterance to the next where turns are joined."""

Work = Callable[[bytes], None]


class Measured(NamedTuple):
    """CPU seconds and peak memory (bytes) of one input in one size."""

    size: int
    seconds: float
    memory: int


# -- what is measured


def convert(data: bytes, format: str | None) -> None:
    """From the bytes to the bodies of requests."""
    with suppress(BridgeError):
        transcript = shape(read_bytes(data, format=format))
        make_bodies(transcript, _OPTIONS)


def propose_spellings(data: bytes) -> None:
    """Each line is the name of a speaker in an archive."""
    names = data.decode("utf-8", "replace").split("\n")
    propose({name[:200]: ([name[:200]], 1000) for name in names if name})


def join_labels(data: bytes) -> None:
    """Each line is the label of a turn; turns overlap more and more."""
    labels = data.decode("utf-8", "replace").split("\n")[: len(data) // BYTES_PER_TURN]
    turns = []
    for number, label in enumerate(labels):
        start = number * _WORD_STEP
        turns.append(Turn(start, start + 1 + number * number % 100_000, label[:200] or "A"))
    utterances = [
        Utterance(n * _WORD_STEP, n * _WORD_STEP + 250, "a word") for n in range(len(labels))
    ]
    join_turns(Transcript(Utterances.of(utterances), cues=len(utterances)), turns)


def find_targets() -> dict[str, Work]:
    """Everything that an input is given to, by name."""
    targets: dict[str, Work] = {DETECTED: partial(convert, format=None)}
    for format in formats.all_formats():
        targets[format.name] = partial(convert, format=format.name)
    return {**targets, "spellings": propose_spellings, "join": join_labels}


def measure(data: bytes, work: Work) -> Measured:
    """Measure one input in a separate process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _measure_here(data, work, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read().split()
    os.waitpid(child, 0)
    if not answer:  # ended by its limit, or by an error that is none of ours
        return Measured(len(data), float(CPU_LIMIT), 0)
    return Measured(len(data), float(answer[0]), int(answer[1]))


def _measure_here(data: bytes, work: Work, writing: int) -> None:
    """Write seconds and bytes to a pipe, and end the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    before, begin = _peak(), time.process_time()
    try:
        work(data)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(1)
    measured = f"{time.process_time() - begin} {_peak() - before}"
    os.write(writing, measured.encode())
    os._exit(0)


def _peak() -> int:
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmHWM"):
            return int(row.split()[1]) * 1024
    raise OSError("this needs Linux")


# -- what is too much


def find_growth(small: Measured, large: Measured, shortest: float = MIN_SECONDS) -> float:
    """How often as long the large one took, for eight times the size; 1 where it is too short."""
    if large.seconds < shortest or not small.size:
        return 1.0
    ratio = large.seconds / max(small.seconds, 0.001)
    return ratio * FACTORS[-1] * small.size / large.size


def is_suspicious(small: Measured, large: Measured) -> bool:
    """Whether it grows so fast that a larger size should be measured."""
    return find_growth(small, large, SUSPICIOUS_SECONDS) > SUSPICIOUS_GROWTH


def is_finding(name: str, small: Measured, large: Measured) -> bool:
    """Whether it takes too long, or too much memory."""
    rate = SECONDS_PER_MEGABYTE
    if name in LABEL_TARGETS:
        rate = LABELS_SECONDS_PER_MEGABYTE
    is_slow = large.seconds > max(MIN_SECONDS, rate * large.size / 1e6)
    is_large = large.memory > FREE_MEMORY + TIMES * large.size
    return is_slow or is_large or find_growth(small, large) > MAX_GROWTH


# -- the search


class Search:
    """Measures recipes, prints the findings, and keeps those that grew fastest."""

    def __init__(self, targets: dict[str, Work]) -> None:
        self.targets = targets
        self.count = 0
        self.findings = 0
        self.fastest: list[tuple[float, Recipe]] = []
        self.slowest: list[tuple[float, str, Recipe]] = []

    def try_recipe(self, recipe: Recipe, names: list[str]) -> None:
        """Measure a recipe in two sizes, or three, for the targets of these names."""
        small_data = recipe.write(SIZE)
        large_data = recipe.write(SIZE * FACTORS[-1])
        for name in names:
            work = self.targets[name]
            small = measure(small_data, work)
            large = measure(large_data, work)
            self.count += 1
            is_bad = is_finding(name, small, large)
            if not is_bad and is_suspicious(small, large):
                is_bad = is_finding(name, large, measure(recipe.write(SIZE * FAR_FACTOR), work))
            if is_bad:
                self.findings += 1
                self.show(recipe, name)
            self._keep(recipe, name, small, large)

    def _keep(self, recipe: Recipe, name: str, small: Measured, large: Measured) -> None:
        per_byte = large.seconds / max(1, large.size)
        self.fastest.append((find_growth(small, large) * per_byte, recipe))
        self.fastest.sort(key=lambda pair: -pair[0])
        del self.fastest[KEPT:]
        self.slowest.append((per_byte, name, recipe))
        self.slowest.sort(key=lambda entry: -entry[0])
        del self.slowest[SHOWN:]

    def show(self, recipe: Recipe, name: str) -> None:
        """Print time and memory against size."""
        print(f"{name}  {recipe}")
        for factor in FACTORS:
            size, seconds, memory = measure(recipe.write(SIZE * factor), self.targets[name])
            print(f"  {size:9,} bytes {seconds:8.3f} s {memory / 1e6:8.1f} MB", flush=True)
            if seconds > CPU_LIMIT / 4:
                break


def all_work(search: Search, dice: random.Random) -> Iterator[tuple[Recipe, list[str]]]:
    """Every recipe, with the targets to try it with."""
    names = [*search.targets]
    for recipe in every_recipe():
        yield recipe, names
    for folder, recipe in recipes_of_lines(dice):
        own = [name for name in names if name in (folder, DETECTED)]
        yield recipe, own or names[:1]


def main() -> None:
    """Measure all shapes, then search."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="end after so long; the order is random then")
    parser.add_argument("--target", action="append", choices=[*find_targets()])
    parser.add_argument("--only-search", action="store_true")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    targets = find_targets()
    search = Search({name: targets[name] for name in arguments.target or targets})
    end = time.monotonic() + (arguments.seconds or float("inf"))
    if not arguments.only_search:
        pairs = [(recipe, [name]) for recipe, names in all_work(search, dice) for name in names]
        if arguments.seconds:
            dice.shuffle(pairs)
        for recipe, names in pairs:
            if time.monotonic() > end:
                break
            search.try_recipe(recipe, names)
    for _ in range(arguments.steps):
        if time.monotonic() > end:
            break
        search.try_recipe(_next_recipe(search, dice), [dice.choice([*search.targets])])
    print("the slowest:")
    for _, name, recipe in search.slowest:
        search.show(recipe, name)
    print(f"{search.count:,} inputs measured in two sizes; {search.findings} findings")


def _next_recipe(search: Search, dice: random.Random) -> Recipe:
    """A new recipe, or a neighbor of one that grew fast."""
    is_new = not search.fastest or dice.random() < 0.5
    if is_new:
        return any_recipe(dice)
    return change(dice.choice(search.fastest)[1], dice)


if __name__ == "__main__":
    main()
