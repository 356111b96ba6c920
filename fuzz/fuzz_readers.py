"""Coverage-guided fuzzing of everything that reads a user's files; see README.md."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import atheris

with atheris.instrument_imports(include=["transcript_bridge"]):
    from transcript_bridge import formats
    from transcript_bridge.cli import main as run_command
    from transcript_bridge.errors import BridgeError
    from transcript_bridge.formats.decode import decode
    from transcript_bridge.models import Transcript, Turn, Utterance, Utterances
    from transcript_bridge.pipeline import shape
    from transcript_bridge.reading import read_bytes
    from transcript_bridge.shaping.diarization import join_turns
    from transcript_bridge.shaping.labels import read_labels
    from transcript_bridge.shaping.repair import repair

FIXTURES = Path(__file__).parent.parent / "fixtures"
FREE_SECONDS = 1.0
SECONDS_PER_BYTE = 100e-6
"""CPU time that an input may take. Counting which branches are taken makes everything about ten
times slower; what grows by the square takes far longer still."""
FREE_MEMORY = 96_000_000
MEMORY_PER_BYTE = 20
"""By how much an input may raise the process's highest memory."""
EXIT_CODES = (0, 1, 2, 3, 4)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
Target = Callable[[bytes], None]


def check_sum(transcript: Transcript) -> None:
    """Every cue is accounted for."""
    explained = sum(problem.cues for problem in transcript.problems)
    assert transcript.cues == len(transcript.utterances) + explained


def check_error(error: BridgeError) -> None:
    """An error message is one line for every input."""
    assert "\n" not in str(error)


def read_and_shape(data: bytes, format: str | None) -> None:
    """Every cue is accounted for at each step, and every error is a BridgeError."""
    try:
        transcript = read_bytes(data, format=format)
        check_sum(transcript)
        check_sum(shape(transcript))
    except BridgeError as error:
        check_error(error)


def detect(data: bytes) -> None:
    """Decoding and detection, any format."""
    read_and_shape(data, None)


def make_utf8(data: bytes) -> bytes:
    """Recode a text as UTF-8 after any change; UTF-16 is not changed.

    Almost every changed input is not UTF-8, and guessing its encoding takes more than half of the
    time: `detect` does that.
    """
    if data.startswith(BYTE_ORDER_MARKS):
        return data
    return data.decode("utf-8", "replace").encode()


def read_as(name: str) -> Target:
    """The reader of one format, and that of its published standard, if it has one."""
    format = formats.get(name)

    def read(data: bytes) -> None:
        data = make_utf8(data)
        read_and_shape(data, name)
        if format.parse_standard is None:
            return
        with contextlib.suppress(BridgeError):
            text = decode(data).text
            try:
                format.parse_standard(text)
            except BridgeError as error:
                check_error(error)

    return read


def make_transcript(data: bytes) -> Transcript:
    """Utterances whose texts, labels and times are what the bytes say."""
    provider = atheris.FuzzedDataProvider(data)
    utterances: list[Utterance] = []
    while provider.remaining_bytes() and len(utterances) < 200:
        start = provider.ConsumeIntInRange(-(10**6), 10**12)
        length = provider.ConsumeIntInRange(-1000, 10**6)
        text = provider.ConsumeUnicode(provider.ConsumeIntInRange(0, 300))
        label = provider.ConsumeUnicode(provider.ConsumeIntInRange(0, 12)) or None
        utterances.append(Utterance(start, start + length, text, label))
    return Transcript(Utterances.of(utterances), cues=len(utterances))


def find_labels(data: bytes) -> None:
    """Labels in the text: one utterance for each line of the input."""
    texts = data.decode("utf-8", "replace").split("\n")
    utterances = [Utterance(n * 1000, n * 1000 + 900, text) for n, text in enumerate(texts) if text]
    check_sum(read_labels(Transcript(Utterances.of(utterances), cues=len(utterances))))


def repair_anything(data: bytes) -> None:
    """Repair, twice: the second time there is nothing left to do."""
    once = repair(make_transcript(data))
    check_sum(once)
    assert repair(once).utterances == once.utterances


def join_anything(data: bytes) -> None:
    """The join of words and turns that overlap as the bytes say."""
    provider = atheris.FuzzedDataProvider(data)
    turns: list[Turn] = []
    for _ in range(provider.ConsumeIntInRange(0, 300)):
        start = provider.ConsumeIntInRange(0, 10**6)
        end = start + provider.ConsumeIntInRange(-10, 10**6)
        turns.append(Turn(start, end, f"S{provider.ConsumeIntInRange(0, 400)}"))
    transcript = make_transcript(provider.ConsumeBytes(provider.remaining_bytes()))
    check_sum(join_turns(repair(transcript), turns, reassign=True).transcript)


def convert(folder: Path) -> Target:
    """The command `convert` over a folder, a ZIP or a tar file."""

    def run(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        kind = provider.ConsumeIntInRange(0, 3)
        name = provider.PickValueInList(["a.srt", "a.vtt", "a.json", "a.rttm", "a.txt", "é.srt"])
        content = provider.ConsumeBytes(provider.remaining_bytes())
        source = folder / ["one", "one.zip", "one.tar", "raw.zip"][kind]
        if kind == 0:
            source.mkdir(exist_ok=True)
            (source / name).write_bytes(content)
        elif kind == 1:
            with zipfile.ZipFile(source, "w") as container:
                container.writestr(name, content)
        elif kind == 2:
            with tarfile.open(source, "w") as tar:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        else:
            source.write_bytes(content)
        _run(["convert", str(source), "-o", str(folder / "out"), "--force"], folder)
        if kind == 0:
            (source / name).unlink()

    return run


def _run(words: list[str], folder: Path) -> None:
    """The command in this process. Anything but an exit code of ours is a finding."""
    err = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["transcript-bridge", *words]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(err),
        mock.patch.dict(os.environ, {"HOME": str(folder)}),
    ):
        code: object = None
        try:
            run_command()
        except SystemExit as end:
            code = end.code
    assert code in (None, *EXIT_CODES)
    assert "Traceback" not in err.getvalue()
    assert "a fault in Transcript Bridge" not in err.getvalue()


def measured(target: Target) -> Target:
    """The target, with too much time or memory for the size of the input as a failure."""

    def run(data: bytes) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        begin = time.process_time()
        target(data)
        seconds = time.process_time() - begin
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
        size = len(data)
        assert seconds <= FREE_SECONDS + SECONDS_PER_BYTE * size, f"{seconds:.1f} s: {size} bytes"
        assert memory <= FREE_MEMORY + MEMORY_PER_BYTE * size, f"{memory:,} more: {size} bytes"

    return run


def find_target(name: str, folder: Path) -> Target:
    """The function that a name on the command line stands for."""
    targets: dict[str, Target] = {
        "bytes": detect,
        "labels": find_labels,
        "repair": repair_anything,
        "join": join_anything,
        "convert": convert(folder),
    }
    return targets[name] if name in targets else read_as(name)


def main() -> None:
    """Fuzz the target named by the first argument; libFuzzer gets the others.

    New inputs are written to the first folder among them, if there is one.
    """
    name = sys.argv.pop(1)
    seeds = FIXTURES / name if (FIXTURES / name).is_dir() else FIXTURES
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(sorted(seeds.rglob("*"))):
            if seed.is_file() and not seed.name.endswith(".expected.json"):
                (Path(corpus) / f"{number}-{seed.name}").write_bytes(seed.read_bytes())
        target = measured(find_target(name, Path(folder)))
        atheris.Setup([*sys.argv, corpus], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
