"""Compares reading files of 20 cues with other libraries and with another checkout, in one run.

    pip install -e . -r benchmarks/requirements-reading.txt
    python benchmarks/small_files.py
    python benchmarks/small_files.py --against ../version-1    a checkout of another version

Each kind of file is read from memory again and again, by its own process for each library, so that
all of them are equally warm; several files in turn, so that nothing is known from the one before.
Ours is `read_bytes`: decoding, detection, speakers, repeats. The
others get the same bytes and do less: pysrt and webvtt-py make their objects, pydantic validates
what `json` has loaded against models of WhisperX's segments and words.

A figure is the best of several rounds, which alternate between the processes, in CPU microseconds
for a file; behind it is our time as a share of theirs. A dash is a kind that is not read. Nothing
here fails.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent.parent
OURS = "ours"
CUES = 20
FILES = 8
"""Different files, which are read in turn."""
NAMES = ("Alice Doe", "Bob Stone", "Carmen Ruiz")
TEXTS = (
    "I think we can start now because it is ten.",
    "The report is nearly ready, and the numbers look right.",
    "What about the budget for next year?",
    "Nobody has asked the customer yet, as far as I know.",
    "Then let us write to them before the end of the week.",
)
Reader = Callable[[bytes], Any]


class Cue(NamedTuple):
    """One cue of a file; times in ms."""

    start: int
    end: int
    speaker: str
    text: str


def make_cues(count: int, first: int = 0) -> list[Cue]:
    """Make the speech of a small file. first: the number of the first cue, which differs by
    file."""
    cues = []
    for number in range(first, first + count):
        start = number * 3000
        name = NAMES[number // 3 % len(NAMES)]
        cues.append(Cue(start, start + 2400, name, TEXTS[number % len(TEXTS)]))
    return cues


# --- the files


def _clock(ms: int, mark: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{ms:03}"


def _srt(cues: list[Cue]) -> str:
    return _write_cues(cues, ",", "{speaker}: {text}")


def _srt_without_names(cues: list[Cue]) -> str:
    return _write_cues(cues, ",", "{text}")


def _vtt(cues: list[Cue]) -> str:
    return "WEBVTT\n\n" + _write_cues(cues, ".", "<v {speaker}>{text}")


def _write_cues(cues: list[Cue], mark: str, line: str) -> str:
    blocks = []
    for number, cue in enumerate(cues, 1):
        times = f"{_clock(cue.start, mark)} --> {_clock(cue.end, mark)}"
        blocks.append(f"{number}\n{times}\n{line.format_map(cue._asdict())}\n")
    return "\n".join(blocks)


def _headings(cues: list[Cue]) -> str:
    blocks = []
    for cue in cues:
        seconds = cue.start // 1000
        blocks.append(f"{cue.speaker}  {seconds // 60}:{seconds % 60:02}\n{cue.text}\n")
    return "\n".join(blocks)


def _whisperx(cues: list[Cue]) -> str:
    return _write_segments(cues, with_words=True)


def _whisperx_segments(cues: list[Cue]) -> str:
    return _write_segments(cues, with_words=False)


def _write_segments(cues: list[Cue], *, with_words: bool) -> str:
    segments = []
    for cue in cues:
        segment: dict[str, Any] = {"start": cue.start / 1000, "end": cue.end / 1000}
        segment["text"] = " " + cue.text
        if with_words:
            segment["words"] = _make_words(cue)
        segment["speaker"] = cue.speaker
        segments.append(segment)
    document: dict[str, Any] = {"segments": segments}
    if with_words:
        document["word_segments"] = [word for segment in segments for word in segment["words"]]
    document["language"] = "en"
    return json.dumps(document)


def _make_words(cue: Cue) -> list[dict[str, Any]]:
    texts = cue.text.split()
    step = (cue.end - cue.start) / len(texts)
    words = []
    for place, text in enumerate(texts):
        start = round((cue.start + place * step) / 1000, 3)
        end = round((cue.start + (place + 0.8) * step) / 1000, 3)
        words.append({"word": text, "start": start, "end": end, "score": 0.912})
        words[-1]["speaker"] = cue.speaker
    return words


def _whisper(cues: list[Cue]) -> str:
    segments = []
    for number, cue in enumerate(cues):
        segment = {"id": number, "seek": 0, "start": cue.start / 1000, "end": cue.end / 1000}
        tokens = [50364, *range(300, 312), 50484]
        segments.append({**segment, "text": " " + cue.text, "tokens": tokens, "temperature": 0.0})
        segments[-1].update(avg_logprob=-0.21, compression_ratio=1.31, no_speech_prob=0.012)
    text = "".join(f" {cue.text}" for cue in cues)
    return json.dumps({"text": text, "segments": segments, "language": "en"})


class Kind(NamedTuple):
    """A kind of file."""

    path: str
    """Of which the suffix helps to detect the format."""
    write: Callable[[list[Cue]], str]
    peer: str = ""
    """The other library that reads it."""


KINDS = {
    "SRT, names in the text": Kind("talk.srt", _srt, "pysrt"),
    "SRT without names": Kind("talk.srt", _srt_without_names, "pysrt"),
    "WebVTT with voices": Kind("talk.vtt", _vtt, "webvtt-py"),
    "WhisperX, words": Kind("talk.json", _whisperx, "json and pydantic"),
    "WhisperX, segments": Kind("talk.json", _whisperx_segments, "json and pydantic"),
    "openai-whisper": Kind("talk.json", _whisper, "json and pydantic"),
    "text with headings": Kind("talk.txt", _headings),
}


# --- the libraries


def _make_ours(path: str) -> Reader:
    from transcript_bridge import read_bytes

    return lambda data: read_bytes(data, path=path)


def _make_pysrt(path: str) -> Reader:
    import pysrt

    return lambda data: pysrt.from_string(data.decode())


def _make_webvtt(path: str) -> Reader:
    import webvtt

    return lambda data: webvtt.from_string(data.decode())


def _make_pydantic(path: str) -> Reader:
    from pydantic import create_model

    times: dict[str, Any] = {"start": (float | None, None), "end": (float | None, None)}
    speaker: dict[str, Any] = {"speaker": (str | None, None)}
    word = create_model("Word", word=(str, ...), score=(float | None, None), **times, **speaker)
    words: Any = (list[word], [])  # type: ignore[valid-type]  # made above
    segment = create_model("Segment", text=(str, ...), words=words, **times, **speaker)
    document = create_model(
        "Document",
        segments=(list[segment], ...),  # type: ignore[valid-type]  # made above
        word_segments=words,
        language=(str, ...),
    )
    return lambda data: document.model_validate(json.loads(data))


PEERS: dict[str, tuple[str, Callable[[str], Reader]]] = {
    OURS: ("transcript_bridge", _make_ours),
    "pysrt": ("pysrt", _make_pysrt),
    "webvtt-py": ("webvtt", _make_webvtt),
    "json and pydantic": ("pydantic", _make_pydantic),
}
"""The module, and what makes a reader."""


def is_installed(peer: str) -> bool:
    """Whether another library can be measured."""
    return bool(peer) and importlib.util.find_spec(PEERS[peer][0]) is not None


# --- measuring: one process for each library, which reads on command


def serve(root: str, kind_name: str, peer: str, repeats: int) -> None:
    """In the process of a library: CPU seconds of a file, once for each line of standard input."""
    sys.path.insert(0, root)
    kind = KINDS[kind_name]
    files = [kind.write(make_cues(CUES, number)).encode() for number in range(FILES)]
    read = PEERS[peer][1](kind.path)
    try:
        for data in files * 3:
            read(data)
    except Exception as error:  # an older version may not know the kind
        print(f"no: {error}", flush=True)
        return
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        begin = time.process_time()
        for _ in range(repeats):
            for data in files:
                read(data)
        print((time.process_time() - begin) / repeats / FILES, flush=True)


class Process:
    """A process that reads files with one library."""

    def __init__(self, root: Path, kind: str, peer: str, repeats: int) -> None:
        command = [sys.executable, __file__, "--serve", str(root), kind, peer, str(repeats)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin
        self._output = self._process.stdout
        self.can_read = self._output.readline().strip() == "ready"
        self.seconds = float("inf")
        """The best round."""

    def run(self) -> None:
        """One round."""
        if self.can_read:
            self._input.write("\n")
            self._input.flush()
            self.seconds = min(self.seconds, float(self._output.readline()))

    def stop(self) -> None:
        """Let it end."""
        self._input.close()
        self._process.wait()
        self._output.close()


def measure(kind: str, against: Path | None, repeats: int, rounds: int) -> dict[str, float]:
    """CPU seconds of a file for each library; without those that do not read it."""
    processes = {OURS: Process(HERE, kind, OURS, repeats)}
    if is_installed(KINDS[kind].peer):
        processes[KINDS[kind].peer] = Process(HERE, kind, KINDS[kind].peer, repeats)
    if against is not None:
        processes[against.name] = Process(against, kind, OURS, repeats)
    for _ in range(rounds):
        for process in processes.values():
            process.run()
    for process in processes.values():
        process.stop()
    return {name: one.seconds for name, one in processes.items() if one.can_read}


def print_row(kind: str, seconds: dict[str, float], other: str) -> None:
    """One line of the table."""
    ours = seconds.get(OURS, float("nan"))
    cells = [f"{1e6 * ours:8.0f} us"]
    for name in (other, KINDS[kind].peer):
        if name in seconds:
            cells.append(f"{ours / seconds[name]:6.2f} of {name} ({1e6 * seconds[name]:.0f} us)")
        elif name:
            cells.append(f"     - of {name}")
    print(f"  {kind:24}" + "".join(f"{cell:34}" for cell in cells).rstrip(), flush=True)


def main() -> None:
    """Measure each kind of file."""
    if sys.argv[1:2] == ["--serve"]:
        root, kind, peer, repeats = sys.argv[2:]
        serve(root, kind, peer, int(repeats))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", type=Path, help="a checkout of another version")
    parser.add_argument("--repeats", type=int, default=40, help=f"of {FILES} files in a round")
    parser.add_argument("--rounds", type=int, default=9, help="of which the best counts")
    chosen = parser.parse_args()
    against = chosen.against.resolve() if chosen.against else None
    print(f"reading one file of {CUES} cues, CPU time; our time as a share of another's")
    for kind in KINDS:
        seconds = measure(kind, against, chosen.repeats, chosen.rounds)
        print_row(kind, seconds, against.name if against else "")


if __name__ == "__main__":
    main()
