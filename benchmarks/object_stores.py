"""Measures the requests, bytes and time of planning an archive in an object store.

    python benchmarks/object_stores.py                 1,000 objects, a ZIP file of 100 MB
    python benchmarks/object_stores.py --objects 100

The store is moto's S3 server in this process; the command runs in one of its own. Requests and
bytes are exact. The time by the clock is mostly that of the server, which answers about 250
requests a second; "CPU" is the command's alone.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.support.s3 import Bucket, S3Server

_FILM_BYTES = 100 * 1024 * 1024
_MEMBERS = 400
_CUES = 40
_MEGABYTE = 1e6


class Row(NamedTuple):
    """One run of `plan`. cpu, wall: seconds."""

    name: str
    planned: int
    requests: Counter[str]
    sent: int
    cpu: float
    wall: float


def make_vtt(number: int) -> str:
    """A transcript that no other is like."""
    lines = ["WEBVTT", ""]
    for cue in range(_CUES):
        start = f"00:{cue:02}:00.000 --> 00:{cue:02}:05.000"
        lines += [start, f"Mara: this is sentence {cue} of talk {number}.", ""]
    return "\n".join(lines)


def make_json(number: int) -> str:
    """The same as WhisperX writes it."""
    segments = [
        {"start": 60 * cue, "end": 60 * cue + 5, "text": f"sentence {cue} of {number}"}
        for cue in range(_CUES)
    ]
    return json.dumps({"segments": segments, "language": "en"})


def make_zip() -> bytes:
    """Transcripts around a film that is larger than all of them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as container:
        for number in range(_MEMBERS):
            if number == _MEMBERS // 2:
                container.writestr("film.mp4", bytes(_FILM_BYTES))
            container.writestr(f"2024-01-01 talk {number}.vtt", make_vtt(number))
    return packed.getvalue()


def plan(name: str, bucket: Bucket, path: str, home: Path) -> Row:
    """Run the command; what it asked of the store."""
    bucket.server.requests.clear()
    words = ["plan", "--files", "--json", "--timezone", "UTC", f"{bucket.url}/{path}"]
    environ = {**os.environ, **bucket.environ, "HOME": str(home)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "transcript_bridge", *words],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    planned = sum(row.get("state") == "ready" for row in rows)
    methods = Counter(request.method for request in bucket.requests)
    sent = sum(request.sent for request in bucket.requests)
    return Row(name, planned, methods, sent, cpu, wall)


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=1000)
    objects = parser.parse_args().objects
    rows = []
    with S3Server() as server, tempfile.TemporaryDirectory() as home:
        bucket = server.make_bucket()
        for number in range(objects):
            bucket.put(f"vtt/2024-01-01 talk {number}.vtt", make_vtt(number).encode())
            bucket.put(f"json/2024-01-01 talk {number}.json", make_json(number).encode())
        bucket.put("zip/all.zip", make_zip())
        folder = Path(home)
        rows.append(plan(f"{objects:,} WebVTT objects", bucket, "vtt/", folder))
        rows.append(plan("the same again", bucket, "vtt/", folder))
        rows.append(plan(f"{objects:,} JSON objects", bucket, "json/", folder))
        rows.append(plan(f"a ZIP file: {_MEMBERS} and a film", bucket, "zip/all.zip", folder))
    print("| archive | planned | GET | HEAD | MB read | CPU s | s |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        requests = f"{row.requests['GET']:,} | {row.requests['HEAD']:,}"
        times = f"{row.cpu:.1f} | {row.wall:.1f}"
        print(
            f"| {row.name} | {row.planned:,} | {requests} | {row.sent / _MEGABYTE:.1f} | {times} |"
        )


if __name__ == "__main__":
    main()
