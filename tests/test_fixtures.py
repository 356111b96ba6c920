"""Every file in fixtures/ beside a `.expected.json` is read and compared: a new case needs no code.

The expectation holds what `read()` gives: format, language, cues, utterances as [start, end,
speaker, text] in ms, problems as [code, line]; `words` ([[text, start, end, speaker], …] an
utterance) and `turns` ([start, end, speaker]) where it has them; `encoding` where it is not UTF-8;
`options` are passed to `read`. A file that must be refused has
{"error": class, "message": text, "line": n} instead.

To write one down after looking at it:  python tests/test_fixtures.py FILE > FILE's .expected.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from transcript_bridge.errors import InputError
from transcript_bridge.pipeline import read

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = sorted(FIXTURES.glob("*/*.expected.json"))


def source_of(expected: Path) -> Path:
    stem = expected.name.removesuffix(".expected.json")
    (found,) = [p for p in expected.parent.iterdir() if p.name.removesuffix(p.suffix) == stem]
    return found


def describe(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    try:
        transcript = read(path, **options)
    except InputError as error:
        return {"error": type(error).__name__, "message": error.message, "line": error.line}
    found: dict[str, Any] = {
        "format": transcript.format,
        "language": transcript.language,
        "cues": transcript.cues,
        "utterances": [[u.start, u.end, u.speaker, u.text] for u in transcript.utterances],
        "problems": [[p.code, p.line] for p in transcript.problems],
    }
    if any(u.words for u in transcript.utterances):
        found["words"] = [[list(word) for word in u.words] for u in transcript.utterances]
    if transcript.turns:
        found["turns"] = [[t.start, t.end, t.speaker] for t in transcript.turns]
    if transcript.started_at:
        found["started_at"] = transcript.started_at.isoformat()
    if transcript.encoding not in ("utf-8", "utf-8-sig"):
        found["encoding"] = transcript.encoding
    return found


@pytest.mark.parametrize(
    "expected", EXPECTED, ids=lambda p: f"{p.parent.name}/{p.name.removesuffix('.expected.json')}"
)
def test_fixture_reads_as_expected(expected: Path) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    options = wanted.pop("options", {})
    assert describe(source_of(expected), options) == wanted


@pytest.mark.parametrize(
    "expected", EXPECTED, ids=lambda p: f"{p.parent.name}/{p.name.removesuffix('.expected.json')}"
)
def test_the_sum_checks(expected: Path) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    if "error" in wanted:
        pytest.skip("refused as a whole")
    transcript = read(source_of(expected), **wanted.get("options", {}))
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)


def test_no_fixture_is_forgotten() -> None:
    orphans = [
        p.relative_to(FIXTURES).as_posix()
        for p in FIXTURES.glob("*/*")
        if p.parent.name not in ("omi",)
        and not p.name.endswith(".expected.json")
        and not (p.parent / (p.name.removesuffix(p.suffix) + ".expected.json")).exists()
    ]
    assert orphans == []


if __name__ == "__main__":
    lines = json.dumps(describe(Path(sys.argv[1]), {}), ensure_ascii=False)
    sys.stdout.write(lines.replace(', "', ',\n "').replace("], [", "],\n  [") + "\n")
