"""Coverage-guided fuzzing of the readers; see README.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["transcript_bridge"]):
    from transcript_bridge import formats
    from transcript_bridge.errors import BridgeError
    from transcript_bridge.formats.decode import decode
    from transcript_bridge.pipeline import read_bytes, shape

FIXTURES = Path(__file__).parent.parent / "fixtures"


def check(data: bytes, format: str | None) -> None:
    """Read and shape: every cue is accounted for at each step, and every error is a BridgeError."""
    try:
        transcript = read_bytes(data, format=format)
        assert transcript.cues == len(transcript.utterances) + sum(
            p.cues for p in transcript.problems
        )
        shaped = shape(transcript)
        assert shaped.cues == len(shaped.utterances) + sum(p.cues for p in shaped.problems)
    except BridgeError as error:
        check_error(error)


def check_error(error: BridgeError) -> None:
    """An error message is one line for every input."""
    assert "\n" not in str(error)


def check_standard(text: str, format: formats.Format) -> None:
    """Read by the published standard, if the format has one."""
    if format.parse_standard is not None:
        try:
            format.parse_standard(text)
        except BridgeError as error:
            check_error(error)


def main() -> None:
    """Fuzz the target named by the first argument; libFuzzer gets the others."""
    target = sys.argv.pop(1)
    seeds = FIXTURES if target == "bytes" else FIXTURES / target

    def one_input(data: bytes) -> None:
        if target == "bytes":
            check(data, None)
            return
        check(data, target)
        try:
            text = decode(data).text
        except BridgeError:
            return
        check_standard(text, formats.get(target))

    with tempfile.TemporaryDirectory() as corpus:
        for seed in seeds.rglob("*"):
            if seed.is_file() and not seed.name.endswith(".expected.json"):
                (Path(corpus) / seed.name).write_bytes(seed.read_bytes())
        atheris.Setup([sys.argv[0], corpus, *sys.argv[1:]], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
