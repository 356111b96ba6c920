from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import Subtitle, debris, subtitles
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import text as format_
from transcript_bridge.formats.text.write import render
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.reading import read_bytes
from transcript_bridge.timecode import render_clock


@given(subtitles)
def test_lines_after_the_first_belong_to_it(cues: list[Subtitle]) -> None:
    written = "".join(
        f"[{render_clock(c.start)} --> {render_clock(c.end)}]  {c.text}\n" for c in cues
    )
    transcript = format_.parse(written)
    assert [(u.start, u.end, u.text) for u in transcript.utterances] == [
        (c.start, c.end, c.text) for c in cues
    ]
    lines = [u.line for u in transcript.utterances]
    assert lines == [1 + sum(len(cue.lines) for cue in cues[:i]) for i in range(len(cues))]


@given(debris)
def test_files_with_debris_are_read_or_refused(debris: str) -> None:
    transcript = format_.parse("[00:00.000 --> 00:01.000] hi\n" + debris)
    assert transcript.cues == len(transcript.utterances) + sum(
        problem.cues for problem in transcript.problems
    )
    with suppress(MalformedError):
        format_.parse(debris)


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        ("[00:00.000 --> 00:01.000] hi", 98),
        ("log\n[00:00:00.000 --> 00:00:01.000]  hi", 98),
        ("[0.00s -> 1s] hi", 98),
        ("[ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02", 0),
        ("[SPEAKER_00]: a\n[SPEAKER_01]: b\n", 10),
        ("[Music]", 0),
        ("x [00:00.000 --> 00:01.000] hi", 0),
        ("1\n00:00:00,000 --> 00:00:01,000\nhi", 0),
    ],
)
def test_sniff(text: str, bid: int) -> None:
    assert format_.sniff(text) == bid


def test_text_before_the_first_times_is_reported() -> None:
    transcript = format_.parse("A meeting\n[00:00.000 --> 00:01.000] hi")
    assert [(p.code, p.line) for p in transcript.problems] == [("stray-text", 1)]


NAMES = st.sampled_from(["Alice", "Bob Roe", "SPEAKER_07", None])
SAID = st.sampled_from(
    ["Yes.", "Note: this", "<i>x</i> &amp; {\\an8}", "12", "[00:00.000 --> 00:01.000] x"]
)


@given(st.lists(st.tuples(NAMES, SAID), min_size=1, max_size=8))
def test_what_was_written_reads_the_same(said: list[tuple[str | None, str]]) -> None:
    utterances = tuple(  # slower than words: cues of one word each would be joined
        Utterance(i * 2000, i * 2000 + 1500, text, name) for i, (name, text) in enumerate(said)
    )
    read = read_bytes(render(Transcript(utterances=utterances)).encode())
    assert [u[:4] for u in read.utterances] == [u[:4] for u in utterances]
