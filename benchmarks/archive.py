"""How long it takes to plan an archive: on one core and on two, again when nothing changed, and
what memory it takes.

    python benchmarks/archive.py                      10,000 files, 2 million cues
    python benchmarks/archive.py --files 1000         a tenth of it
    python benchmarks/archive.py --keep FOLDER        leave the archive there for the next time
    python benchmarks/archive.py --engine dask        a row more for a cluster; see engines.py
    python benchmarks/archive.py --path-rules 2000    what a rule for each file costs, alone

Half of the files are SRT, half are WebVTT as Zoom and Teams write it, so that pysubs2 can read all
of them. It is measured with a loop that merely loads each file; planning reads the same files,
finds the speakers and the dates, repairs, and counts what it would send. Each run is a process of
its own. "CPU" is the CPU time of all its processes: it shows the work even on a busy
machine. Memory is the highest sum over the main process and its workers, looked at every 50 ms
(on Linux only: elsewhere the column is empty).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_WORDS = (
    "the we and you that it to of in is so have what about this one can there when think "
    "know right going just like"
    " people time work first year maybe because before after question answer number report"
    " project customer budget"
    " tomorrow meeting water garden window morning coffee train river letter music doctor market"
)
WORDS = _WORDS.split()
_RULED_CUES = 200
NAMES = ("Alice Doe", "Bob Stone", "Carmen Ruiz", "Dilip Rao", "Eva Lund", "Farid Aziz")


def write_archive(folder: Path, files: int, cues: int) -> None:
    """`files` transcripts in folders of a hundred, the same every time."""
    dice = random.Random(20240124)
    lines = [
        " ".join(dice.choices(WORDS, k=dice.randint(4, 16))).capitalize() + "." for _ in range(5000)
    ]
    began = datetime(2021, 1, 4, 9, 0, tzinfo=UTC)
    for number in range(files):
        began += timedelta(hours=2, minutes=dice.randint(0, 50))
        place = folder / f"{began:%Y-%m}" / f"week-{began:%V}"
        place.mkdir(parents=True, exist_ok=True)
        make = (_srt, _zoom, _srt, _teams)[number % 4]
        suffix = ".srt" if make is _srt else ".vtt"
        name = f"{began:%Y%m%d_%H%M%S} call {number}{suffix}"
        (place / name).write_text(make(dice, lines, cues), encoding="utf-8")


def _times(dice: random.Random, cues: int) -> list[tuple[int, int]]:
    at = 0
    times = []
    for _ in range(cues):
        start = at + dice.randint(0, 900)
        at = start + dice.randint(900, 5000)
        times.append((start, at))
    return times


def _clock(ms: int, mark: str) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{rest:03d}"


def _srt(dice: random.Random, lines: list[str], cues: int) -> str:
    blocks = [
        f"{n}\n{_clock(a, ',')} --> {_clock(b, ',')}\n{dice.choice(NAMES)}: {dice.choice(lines)}\n"
        for n, (a, b) in enumerate(_times(dice, cues), 1)
    ]
    return "\n".join(blocks)


def _zoom(dice: random.Random, lines: list[str], cues: int) -> str:
    blocks = [
        f"{n}\r\n{_clock(a, '.')} --> {_clock(b, '.')}\r\n{dice.choice(NAMES)}: "
        f"{dice.choice(lines)}\r\n"
        for n, (a, b) in enumerate(_times(dice, cues), 1)
    ]
    return "WEBVTT\r\n\r\n" + "\r\n".join(blocks)


def _teams(dice: random.Random, lines: list[str], cues: int) -> str:
    blocks = [
        f"0f3a/{n}-0\n{_clock(a, '.')} --> {_clock(b, '.')}\n<v "
        f"{dice.choice(NAMES)}>{dice.choice(lines)}</v>\n"
        for n, (a, b) in enumerate(_times(dice, cues), 1)
    ]
    return "WEBVTT\n\n" + "\n".join(blocks)


def load_with_pysubs2(folder: Path) -> None:
    """Read every file with pysubs2, and do nothing else."""
    import pysubs2

    cues = 0
    for path in sorted(folder.rglob("*.*")):
        if path.suffix in (".srt", ".vtt"):
            cues += len(pysubs2.load(str(path), encoding="utf-8"))
    print(cues)


def measure(*words: str) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of all processors, and MB of one process with all of its
    children."""
    begin = time.perf_counter()
    used = sum(os.times()[2:4])
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = [0.0]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, most, over))
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - begin
    over.set()
    watcher.join()
    if process.returncode not in (0, 1):
        raise SystemExit(errors.decode())
    return seconds, sum(os.times()[2:4]) - used, most[0]


def _watch(pid: int, most: list[float], over: threading.Event) -> None:
    while not over.wait(0.05):
        most[0] = max(most[0], sum(_memory(p) for p in _family(pid)))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(p for child in children for p in _family(int(child)))]


def _memory(pid: int) -> float:
    """MB that belong to a process, with its share of what it has in common with others."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def measure_steps(folder: Path, scratch: Path, most: int = 1000) -> None:
    """Measure the cost of each step in this process, over so many of the recordings."""
    from transcript_bridge.archive.convert import convert_recording
    from transcript_bridge.archive.parallel import recording_key
    from transcript_bridge.archive.plan_cache import FilePlanCache
    from transcript_bridge.archive.planning import make_plan
    from transcript_bridge.archive.scan import scan
    from transcript_bridge.archive.summary import summarize
    from transcript_bridge.options import Options
    from transcript_bridge.pipeline import shape, to_request_dicts
    from transcript_bridge.reading import read_bytes
    from transcript_bridge.request_models import to_requests

    settings = Options(timezone="UTC")
    options = replace(settings, started_at=datetime(2024, 1, 24, tzinfo=UTC))
    cache = FilePlanCache(scratch / "steps.db")
    found, walked = _timed(lambda: scan([str(folder)]))
    recordings = found.recordings[:most]
    sources = [recording.forms[0] for recording in recordings]
    datas, opened = _timed(lambda: [source.read() for source in sources])
    _, named = _timed(lambda: [hashlib.sha256(data).hexdigest() for data in datas])
    read, reading = _timed(
        lambda: [read_bytes(d, path=s.path) for d, s in zip(datas, sources, strict=True)]
    )
    shaped, shaping = _timed(lambda: [shape(transcript, options) for transcript in read])
    _, summing = _timed(lambda: [summarize(transcript, options, 0) for transcript in shaped])
    converted, whole = _timed(
        lambda: [convert_recording(recording, settings) for recording in recordings]
    )
    bodies, making = _timed(
        lambda: [body for transcript in read for body in to_request_dicts(transcript, options)]
    )
    texts, writing = _timed(
        lambda: [json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies]
    )
    _, checking = _timed(lambda: [to_requests(transcript, options) for transcript in read])
    keys, keying = _timed(
        lambda: [recording_key(recording, settings.digest()) for recording in recordings]
    )
    _, keeping = _timed(lambda: cache.save(list(zip(keys, converted, strict=True))))
    _, finding = _timed(lambda: cache.load(keys))
    some = replace(found, recordings=recordings)
    _, planning = _timed(lambda: make_plan(some, converted, datetime.now(UTC)))
    files, cues = len(recordings), sum(transcript.cues for transcript in read)
    rows = (
        ("walk and stat", walked / len(found.recordings), "file"),
        ("read", opened / files, "file"),
        ("name by content", named / files, "file"),
        ("decode, recognize, parse, find the speakers", reading / cues, "cue"),
        ("repair", shaping / cues, "cue"),
        ("speakers, conversations", summing / cues, "cue"),
        ("all of it, as the plan does it", whole / cues, "cue"),
        ("request bodies", making / cues, "cue"),
        ("... as JSON", writing / cues, "cue"),
        ("... checked by pydantic", checking / cues, "cue"),
        ("keep what was found", keeping / files, "file"),
        ("find it again", (keying + finding) / files, "file"),
        ("put the plan together", planning / files, "file"),
    )
    print(
        f"\neach step, {files:,} recordings; {sum(map(len, texts)) / cues:.0f} bytes of JSON a cue"
    )
    for name, seconds, unit in rows:
        print(f"  {name:<45} {seconds * 1e6:8.1f} µs a {unit}")


def _timed(job: Callable[[], T]) -> tuple[T, float]:
    begin = time.process_time()
    done = job()
    return done, time.process_time() - begin


def main() -> None:
    """Make the archive, measure, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--cues", type=int, default=200, help="cues a file")
    parser.add_argument("--keep", type=Path)
    parser.add_argument(
        "--rounds", type=int, default=3, help="the best of so many runs of ours counts"
    )
    parser.add_argument("--steps", action="store_true", help="only what each step costs")
    parser.add_argument("--without-pysubs2", action="store_true")
    parser.add_argument("--path-rules", type=int, help="so many files, each with rules of its own")
    parser.add_argument("--engine", help="also with this engine, such as dask")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.load:
        load_with_pysubs2(asked.load)
        return
    if asked.path_rules:
        with tempfile.TemporaryDirectory() as scratch:
            compare_path_rules(Path(scratch), asked.path_rules, asked.rounds)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch) / "archive"
        if not folder.exists():
            write_archive(folder, asked.files, asked.cues)
        sizes = [path.stat().st_size for path in folder.rglob("*.*") if path.is_file()]
        count = (
            f"{len(sizes):,} files, {len(sizes) * asked.cues:,} cues, {sum(sizes) / 1e6:,.0f} MB"
        )
        print(f"{count}; {os.cpu_count()} cores")
        if not asked.steps:
            report(folder, Path(scratch), asked)
        measure_steps(folder, Path(scratch))


def write_path_rules(folder: Path) -> None:
    """For each file a table in both settings files, as choices on the page write them."""
    speakers = []
    settings = ['speakers = "speakers.toml"\n']
    for path in sorted(folder.rglob("*.*")):
        table = f'[[files]]\npath = "{path.relative_to(folder)}"\n'
        speakers.append(f'{table}[files.speakers."Alice"]\naliases = ["{NAMES[0]}"]\n')
        settings.append(f'{table}timezone = "Europe/Berlin"\n')
    (folder / "speakers.toml").write_text("\n".join(speakers), encoding="utf-8")
    (folder / "transcript-bridge.toml").write_text("\n".join(settings), encoding="utf-8")


def compare_path_rules(scratch: Path, files: int, rounds: int) -> None:
    """The processors' time of a plan with rules for each file, and without; in turns."""
    os.environ |= {"HOME": str(scratch), "TZ": "UTC"}
    plain = scratch / "plain"
    ruled = scratch / "ruled"
    for folder in (plain, ruled):
        write_archive(folder, files, _RULED_CUES)
    write_path_rules(ruled)
    best: dict[tuple[str, Path], float] = {}
    for _ in range(rounds):
        for folder in (plain, ruled):
            os.environ["XDG_CACHE_HOME"] = str(scratch / f"cache of {folder.name}")
            shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)
            for name in ("first", "again"):
                words = (sys.executable, "-m", "transcript_bridge", "plan", str(folder))
                _, work, _ = measure(*words, "--jobs", "1")
                best[name, folder] = min(work, best.get((name, folder), work))
    print(f"\nCPU seconds to plan {files:,} files, with {files:,} path rules in each settings file")
    for name in ("first", "again"):
        bare, work = best[name, plain], best[name, ruled]
        print(f"  {name:<6} without {bare:6.2f}   with {work:6.2f}   ratio {work / bare:.2f}")


def report(folder: Path, scratch: Path, asked: argparse.Namespace) -> None:
    """One row a run: the best of several rounds, in turns."""
    cache = scratch / "cache"
    os.environ |= {"HOME": str(scratch), "XDG_CACHE_HOME": str(cache), "TZ": "UTC"}
    plan = (sys.executable, "-m", "transcript_bridge", "plan", str(folder))
    ours = {
        "plan, one core": (*plan, "--jobs", "1", "--no-cache"),
        "plan, two cores": (*plan, "--jobs", "2"),
        "plan again, nothing changed": (*plan, "--jobs", "2"),
    }
    if asked.engine:
        name = f"plan, {asked.engine}"
        ours[name] = (*plan, "--jobs", "2", "--no-cache", "--engine", asked.engine)
    theirs = "pysubs2, merely reading"
    best: dict[str, tuple[float, float, float]] = {}
    if not asked.without_pysubs2:
        best[theirs] = measure(sys.executable, __file__, "--load", str(folder))
    for _ in range(asked.rounds):
        shutil.rmtree(cache, ignore_errors=True)
        for name, words in ours.items():
            row = measure(*words)
            seconds, work, memory = map(min, row, best.get(name, row))
            best[name] = (seconds, work, memory)
    print(f"{'':<30} {'seconds':>8} {'CPU':>8} {'MB':>6}")
    for name, (seconds, work, memory) in best.items():
        print(f"{name:<30} {seconds:>8.2f} {work:>8.2f} {memory:>6.0f}")
    one, two, again, *_ = (best[name][0] for name in ours)
    print(
        f"\ntwo cores against one: {one / two:.2f}   again against first: {again / two:.3f}", end=""
    )
    if theirs in best:
        other = best[theirs][0]
        print(
            f"   pysubs2 against two cores: {other / two:.1f}, against one: {other / one:.1f}",
            end="",
        )
    print()


if __name__ == "__main__":
    main()
