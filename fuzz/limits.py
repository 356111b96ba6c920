"""How long a megabyte of anything takes to read, and how much memory.

    python fuzz/limits.py                  every token of the formats, and two thousand mixtures
    python fuzz/limits.py --mixtures 0     only the tokens

Each input is a megabyte of one token, or of a few tokens repeated, and is read as each format in a
process of its own. Inputs that take more than two CPU seconds, or more memory than twenty times
their size, are printed, and the worst of both at the end.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

from transcript_bridge import formats
from transcript_bridge.errors import BridgeError
from transcript_bridge.pipeline import read_bytes, shape

SIZE = 1_000_000
SECONDS = 2.0
TIMES = 20
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
)
FRAMES = (
    "{}",
    "[{}]",
    '{{"segments":[{}]}}',
    '{{"chunks":[{}]}}',
    '{{"transcription":[{}]}}',
    "WEBVTT\n\n{}",
    "00:00:01,000 --> 00:00:02,000\n{}",
)


def inputs(mixtures: int) -> Iterator[tuple[str, bytes]]:
    """(what it is made of, the megabyte) of each input."""
    dice = random.Random(1)
    made = [(token,) for token in TOKENS] + [
        tuple(dice.choices(TOKENS, k=dice.randint(2, 5))) for _ in range(mixtures)
    ]
    for number, tokens in enumerate(made):
        unit = "".join(tokens)
        for frame in FRAMES if number < len(TOKENS) else (dice.choice(FRAMES),):
            body = unit * (SIZE // len(unit.encode()))
            yield (
                f"{frame.format(unit)!r}",
                frame.format(body.rstrip(",") if "[" in frame else body).encode(),
            )


def measure(data: bytes, format: str) -> tuple[float, float]:
    """CPU seconds, and peak memory as a multiple of the input's size, in a process of its own."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        before, begin = _peak(), time.process_time()
        with suppress(BridgeError):
            shape(read_bytes(data, format=format))
        measured = f"{time.process_time() - begin} {(_peak() - before) / len(data)}"
        os.write(writing, measured.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        seconds, times = pipe.read().split()
    os.wait()
    return float(seconds), float(times)


def _peak() -> int:
    (line,) = [
        row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM")
    ]
    return int(line.split()[1]) * 1024


def main() -> None:
    """Measure all inputs, print those over the limits."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mixtures", type=int, default=2000)
    arguments = parser.parse_args()
    names = [format.name for format in formats.all_formats()]
    slowest = largest = (0.0, "")
    count = 0
    for (what, data), name in product(inputs(arguments.mixtures), names):
        seconds, times = measure(data, name)
        count += 1
        slowest, largest = (
            max(slowest, (seconds, f"{name} {what}")),
            max(largest, (times, f"{name} {what}")),
        )
        if seconds > SECONDS or times > TIMES:
            print(f"{seconds:6.2f} s {times:6.1f} times its size  {name} {what}", flush=True)
    print(f"{count:,} inputs of {SIZE / 1e6:.0f} MB; slowest {slowest[0]:.2f} s ({slowest[1]})")
    print(f"most memory {largest[0]:.1f} times the input ({largest[1]})")


if __name__ == "__main__":
    main()
