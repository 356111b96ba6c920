"""Compares reading SRT and WebVTT with other libraries in one run: cues per second, memory,
start-up. small_files.py measures files of 20 cues.

    python -m venv bench && . bench/bin/activate
    pip install -e . -r benchmarks/requirements-reading.txt
    python benchmarks/reading.py                    everything, some minutes
    python benchmarks/reading.py read --cues 20000  one part, smaller

read      a file of 100,000 cues to objects, without and with speakers. Ours is `read_bytes`:
          with decoding, detection and speakers. The other libraries get decoded text.
requests  the same file to request bodies as JSON, compared with the fastest other library, which
          only reads: as `convert` writes them, and as pydantic models, which the uploader and
          `to_requests` make
memory    the highest resident size of a process that reads the file and does nothing else
formats   a long file of every format, in each of --sizes: MB/s, and how much more a byte of the
          largest costs than one of the smallest (1.0 where time grows with size)
start     `transcript-bridge --version` and `convert` of 20 cues, compared with Python that imports
          click and nothing else

The files are made in a temporary folder and are the same each time. A figure is the best of several
runs, which alternate between the libraries so that a busy machine slows all of them equally. Times
are CPU seconds (wall seconds for start-up). Nothing here fails.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.long_files import MAKERS, make_file_of_size
from transcript_bridge.timecode import render_clock

PARTS = ("read", "requests", "memory", "formats", "start")
NAMES = ("Alice Doe", "Bob Stone", "Carmen Ruiz")
_WORDS = (
    "the we and you that it to of in is so have what about this one can there when think know right"
    " going just like people time work first year maybe because before after question answer number"
    " report project customer budget"
)
WORDS = _WORDS.split()
OURS = "transcript-bridge"
Reader = Callable[[bytes], Any]


# --- the files


def write_cues(suffix: str, cues: int, *, speakers: bool) -> str:
    """A transcript with one or two lines per cue: `Name: text` in SRT, `<v Name>text` in WebVTT."""
    dice = random.Random(7)
    srt = suffix == "srt"
    parts = [] if srt else ["WEBVTT\n"]
    for number in range(cues):
        lines = [
            " ".join(dice.choices(WORDS, k=dice.randint(4, 8))) for _ in range(dice.randint(1, 2))
        ]
        name = NAMES[number // 3 % len(NAMES)]
        label = "" if not speakers else f"{name}: " if srt else f"<v {name}>"
        mark = "," if srt else "."
        start, end = render_clock(number * 3000, mark), render_clock(number * 3000 + 2400, mark)
        parts.append(f"{number + 1}\n{start} --> {end}\n{label}" + "\n".join(lines) + "\n")
    return "\n".join(parts)


# --- the libraries


def _ours(data: bytes) -> Any:
    from transcript_bridge import read_bytes

    return read_bytes(data)


def _srt(data: bytes) -> Any:
    import srt

    return list(srt.parse(data.decode()))


def _pysrt(data: bytes) -> Any:
    import pysrt

    return pysrt.from_string(data.decode())


def _pysubs2_srt(data: bytes) -> Any:
    import pysubs2

    return pysubs2.SSAFile.from_string(data.decode(), format_="srt")


def _pysubs2_vtt(data: bytes) -> Any:
    import pysubs2

    return pysubs2.SSAFile.from_string(data.decode(), format_="vtt")


def _webvtt(data: bytes) -> Any:
    import webvtt

    return webvtt.from_string(data.decode())


def _ttconv_srt(data: bytes) -> Any:
    import io

    from ttconv.srt import reader

    return reader.to_model(io.StringIO(data.decode()))


def _ttconv_vtt(data: bytes) -> Any:
    import io

    from ttconv.vtt import reader

    return reader.to_model(io.StringIO(data.decode()))


READERS: dict[str, dict[str, Reader]] = {
    "srt": {
        OURS: _ours,
        "srt": _srt,
        "pysrt": _pysrt,
        "pysubs2": _pysubs2_srt,
        "ttconv": _ttconv_srt,
    },
    "vtt": {OURS: _ours, "webvtt-py": _webvtt, "pysubs2": _pysubs2_vtt, "ttconv": _ttconv_vtt},
}
SLOW = ("ttconv",)
"""Ten times slower than the others: one run is enough."""


def readers(suffix: str) -> dict[str, Reader]:
    """The libraries that are installed."""
    return {
        name: read for name, read in READERS[suffix].items() if name == OURS or _is_installed(name)
    }


def _is_installed(name: str) -> bool:
    try:
        importlib.import_module({"webvtt-py": "webvtt"}.get(name, name))
    except ImportError:
        return False
    return True


# --- measuring


def best_of(
    jobs: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """Seconds of each job: the best of `rounds`, alternating between the jobs."""
    seconds: dict[str, float] = {}
    for turn in range(rounds):
        for name, job in jobs.items():
            if turn and name in SLOW:
                continue
            gc.collect()
            begin = clock()
            kept = job()
            took = clock() - begin
            del kept
            seconds[name] = min(took, seconds.get(name, took))
    return seconds


def print_rates(title: str, seconds: Mapping[str, float], count: int, unit: str) -> None:
    """A table of rates, and of multiples of the fastest other library's rate."""
    peers = {name: took for name, took in seconds.items() if not name.startswith(OURS)}
    fastest = min(peers.values(), default=0.0)
    print(f"\n{title}")
    for name, took in sorted(seconds.items(), key=lambda item: item[1]):
        ratio = f"{fastest / took:6.2f} x the fastest other library" if fastest else ""
        print(f"  {name:26} {count / took:12,.0f} {unit}/s {took:9.3f} s {ratio}")


def measure_reading(cues: int, rounds: int) -> None:
    """Cues per second of both formats, without and with speakers."""
    for suffix in READERS:
        for speakers in (False, True):
            data = write_cues(suffix, cues, speakers=speakers).encode()
            seconds = best_of(
                {name: _bind(read, data) for name, read in readers(suffix).items()}, rounds
            )
            kind = "with speakers" if speakers else "without speakers"
            print_rates(f"read {suffix}, {cues:,} cues {kind}", seconds, cues, "cues")


def _bind(read: Reader, data: bytes) -> Callable[[], object]:
    return lambda: read(data)


def measure_requests(cues: int, rounds: int) -> None:
    """From the bytes of a file to the bodies of its requests; other libraries only read it."""
    import transcript_bridge

    def bodies(data: bytes) -> list[str]:
        bodies = transcript_bridge.to_request_dicts(transcript_bridge.read_bytes(data), _options())
        return [json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies]

    def models(data: bytes) -> list[str]:
        requests = transcript_bridge.to_requests(transcript_bridge.read_bytes(data), _options())
        return [request.to_json() for request in requests]

    for suffix in READERS:
        data = write_cues(suffix, cues, speakers=True).encode()
        jobs = {
            name: _bind(read, data)
            for name, read in readers(suffix).items()
            if name not in (OURS, *SLOW)
        }
        ours = {OURS: _bind(bodies, data), f"{OURS}, models": _bind(models, data)}
        seconds = best_of({**ours, **jobs}, rounds)
        print_rates(
            f"{suffix} to request bodies as JSON (the others only read)", seconds, cues, "cues"
        )


def _options() -> Any:
    from datetime import UTC, datetime

    from transcript_bridge import Options

    return Options(started_at=datetime(2024, 1, 24, 20, 29, tzinfo=UTC))


def measure_memory(cues: int, folder: Path) -> None:
    """The highest resident size of one process for each reader."""
    for suffix in READERS:
        path = folder / f"memory.{suffix}"
        path.write_text(write_cues(suffix, cues, speakers=True), encoding="utf-8")
        print(f"\nmemory, {suffix}, {cues:,} cues ({path.stat().st_size / 1e6:.1f} MB on disk)")
        sizes = {name: _peak(name, suffix, path) for name in readers(suffix)}
        for name, size in sorted(sizes.items(), key=lambda item: item[1]):
            print(f"  {name:18} {size / 1e6:9.0f} MB")


def _peak(name: str, suffix: str, path: Path) -> int:
    done = subprocess.run(
        [sys.executable, __file__, "--peak", name, suffix, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def print_peak(name: str, suffix: str, path: str) -> None:
    """Runs in the process that `_peak` starts: read once, print the peak memory in bytes."""
    kept = READERS[suffix][name](Path(path).read_bytes())
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, ru_maxrss begins at the size of the parent
        (high,) = [
            line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")
        ]
        print(int(high) * 1024)
    else:
        import resource

        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    del kept


def measure_formats(sizes: list[float], rounds: int) -> None:
    """Megabytes per second of every format."""
    title = ", ".join(f"{size:g} MB" for size in sorted(sizes))
    print(f"\nreading a file of each format: {title}, in MB/s; cost of a byte, largest : smallest")
    for name in MAKERS:
        row = _measure_format(name, sorted(sizes), rounds)
        rates = "".join(f"{rate:9.1f}" for rate in row.rates)
        growth = row.rates[0] / row.rates[-1]
        print(f"  {row.name:14}{rates}   {growth:5.2f}   {row.cues:9,} cues", flush=True)


class FormatSpeed(NamedTuple):
    """rates: MB/s of each size. cues: of the largest file."""

    name: str
    rates: list[float]
    cues: int


def _measure_format(name: str, sizes: list[float], rounds: int) -> FormatSpeed:
    rates = []
    cues = 0
    for size in sizes:
        data = make_file_of_size(name, round(size * 1e6))
        cues = _ours(data).cues
        took = best_of({name: _bind(_ours, data)}, rounds)[name]
        rates.append(len(data) / 1e6 / took)
    return FormatSpeed(name, rates, cues)


def measure_start(rounds: int, folder: Path) -> None:
    """Whole processes, from the start of Python to its end."""
    path = folder / "twenty.srt"
    path.write_text(write_cues("srt", 20, speakers=True), encoding="utf-8")
    ours = [sys.executable, "-m", "transcript_bridge"]
    commands = {
        "import click": [sys.executable, "-c", "import click"],
        "--version": [*ours, "--version"],
        "convert, 20 cues": [*ours, "convert", str(path), "-o", str(folder / "out.jsonl")],
    }
    environ = {**os.environ, "HOME": str(folder)}

    def run(command: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, check=True, capture_output=True, env=environ)

    seconds = best_of(
        {name: run(command) for name, command in commands.items()}, 5 * rounds, time.perf_counter
    )
    print("\nstart-up")
    for name, took in seconds.items():
        ratio = took / seconds["import click"]
        print(f"  {name:18} {1000 * took:9.0f} ms {ratio:6.2f} x `import click`")


def main() -> None:
    """Run the selected parts."""
    if sys.argv[1:2] == ["--peak"]:
        print_peak(*sys.argv[2:5])
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)"
    )
    parser.add_argument("--cues", type=int, default=100_000, help="cues of the long file")
    parser.add_argument(
        "--sizes", type=float, nargs="+", default=[1, 10], help="of a file of each format, in MB"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs, of which the best counts")
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()!r}; choose from {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "read" in parts:
            measure_reading(chosen.cues, chosen.rounds)
        if "requests" in parts:
            measure_requests(chosen.cues, chosen.rounds)
        if "memory" in parts:
            measure_memory(chosen.cues, folder)
        if "formats" in parts:
            measure_formats(chosen.sizes, chosen.rounds)
        if "start" in parts:
            measure_start(chosen.rounds, folder)


if __name__ == "__main__":
    main()
