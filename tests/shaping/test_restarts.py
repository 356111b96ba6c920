"""Times that start again within a file."""

from __future__ import annotations

import pytest

from transcript_bridge.models import Transcript, Utterance, Word
from transcript_bridge.shaping.restarts import join_parts


def transcript_of(*spans: tuple[float, float], speakers: str = "") -> Transcript:
    """Utterances from seconds, said by one letter each if there are any; `-` is nobody."""
    names = [None if letter == "-" else letter for letter in speakers] or [None] * len(spans)
    utterances = [
        Utterance(round(start * 1000), round(end * 1000), f"Text {number}.", name, line=number)
        for number, ((start, end), name) in enumerate(zip(spans, names, strict=True), 1)
    ]
    return Transcript(tuple(utterances), cues=len(utterances))


def starts(transcript: Transcript) -> list[float]:
    return [utterance.start / 1000 for utterance in join_parts(transcript).utterances]


def test_windows_of_thirty_seconds_are_added() -> None:
    read = join_parts(transcript_of((0, 14), (14, 29), (0, 12), (12, 28), (0, 9)))
    assert [u.start for u in read.utterances] == [0, 14000, 30000, 42000, 60000]
    assert [(p.code, p.level, p.line) for p in read.problems] == [
        ("times-restart", "repaired", 3),
        ("times-restart", "repaired", 5),
    ]


def test_recordings_in_one_file_keep_their_order() -> None:
    first = [(1.0, 2.0), (40.0, 41.0), (80.0, 81.0)]
    assert starts(transcript_of(*first, *first)) == [1, 40, 80, 82, 121, 161]


def test_words_move_with_their_utterance() -> None:
    first = transcript_of((0, 20), (20, 29)).utterances
    words = (Word("Text", 1000, 2000), Word("three."))
    second = Utterance(1000, 5000, "Text three.", None, words)
    read = join_parts(Transcript((*first, second), cues=3))
    assert read.utterances[2].words == (Word("Text", 31000, 32000), Word("three."))


def test_a_cue_out_of_order_is_no_new_recording() -> None:
    spans = [(1.0, 2.0), (40.0, 41.0), (0.5, 0.9), (80.0, 81.0), (90.0, 91.0)]
    assert starts(transcript_of(*spans)) == [1, 40, 0.5, 80, 90]


def test_one_speaker_after_the_other_is_no_new_recording() -> None:
    spans = [(1.0, 2.0), (40.0, 41.0), (80.0, 81.0)]
    assert starts(transcript_of(*spans, *spans, speakers="aaabbb")) == [1, 40, 80, 1, 40, 80]


@pytest.mark.parametrize("speakers", ["abaaba", "aaa---", "---aaa"])
def test_recordings_may_have_the_same_speakers_or_no_labels(speakers: str) -> None:
    spans = [(1.0, 2.0), (40.0, 41.0), (80.0, 81.0)]
    assert starts(transcript_of(*spans, *spans, speakers=speakers)) == [1, 40, 80, 82, 121, 161]


def test_a_file_in_order_comes_back_as_it_is() -> None:
    transcript = transcript_of((1, 2), (3, 4))
    assert join_parts(transcript) is transcript
