"""Inputs whose reading once took time by the square of their size: each is finished, none hangs.

`fuzz/limits.py` searches for more of them.
"""

from __future__ import annotations

import pytest

from tests.support.hangs import no_hang
from transcript_bridge.archive.similar_names import propose
from transcript_bridge.formats.decode import decode
from transcript_bridge.models import Transcript, Utterance, Utterances
from transcript_bridge.pipeline import read_bytes
from transcript_bridge.shaping import repair

MEGABYTE = 1_000_000


def test_one_odd_byte_at_the_end_of_a_long_line() -> None:
    with no_hang():
        assert decode(b"a" * MEGABYTE + b"\xe9").text.endswith("aé")


def test_the_language_is_found_far_behind_the_beginning() -> None:
    """The first odd byte comes after megabytes of plain text."""
    text = "a plain line\n" * 200_000 + "Příliš žluťoučký kůň úpěl ďábelské ódy\n"
    assert decode(text.encode("cp1250")).encoding == "cp1250"


@pytest.mark.parametrize("letter", ["a", "Ab", "é", "aÉ"])
def test_a_long_word_of_an_older_encoding(letter: str) -> None:
    text = letter * 100_000 + "é"
    with no_hang():
        assert len(decode(text.encode("cp1252")).text) == len(text)


@pytest.mark.parametrize(
    "pattern",
    ["person{} of{}", "a{} smith", "alic{} doe", "a smith{}", "speaker of town{}"],
)
def test_ten_thousand_labels_of_an_archive(pattern: str) -> None:
    names = [pattern.replace("{}", chr(0x4E00 + number)) for number in range(10_000)]
    with no_hang():
        propose({name: ([name], 1000) for name in names})


def test_captions_of_thousands_of_equal_lines() -> None:
    head = "".join(
        f"00:{n:02d}:00.000 --> 00:{n + 1:02d}:00.000\nroll {n}\nroll {n + 1}\n\n"
        for n in range(1, 41)
    )
    lines = "a\n" * 50_000
    huge = "".join(f"01:{n:02d}:00.000 --> 01:{n + 1:02d}:00.000\n{lines}{n}\n\n" for n in range(6))
    with no_hang():
        transcript = read_bytes(f"WEBVTT\n\n{head}{huge}".encode())
    assert len(transcript.utterances) == 46


def test_a_very_long_text_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_TEXT", 100)
    text = "word " * 2_000_000 + "end"
    with no_hang():
        repaired = repair.repair(Transcript(Utterances.of([Utterance(0, 10**9, text)]), cues=1))
    assert " ".join(repaired.utterances.texts) == text
    assert max(map(len, repaired.utterances.texts)) <= 100
