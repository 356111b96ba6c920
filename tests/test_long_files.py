"""The long files of benchmarks/reading.py: one for every format, read by that format in full."""

from __future__ import annotations

import pytest

from benchmarks.long_files import MAKERS, make_entries, make_file, make_file_of_size
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.reading import read_bytes

ENTRIES = 60


def test_every_format_has_a_long_file() -> None:
    assert MAKERS.keys() == BUILT_IN.keys()


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_long_file_is_read_in_full(name: str) -> None:
    transcript = read_bytes(make_file(name, ENTRIES))
    assert transcript.format == name
    spoken = sum(len(text.split()) for text in transcript.utterances.texts)
    if transcript.turns:
        assert len(transcript.turns) == ENTRIES
    else:
        assert spoken == sum(len(entry.text.split()) for entry in make_entries(ENTRIES))


def test_a_long_word_document_is_read_in_full() -> None:
    pytest.importorskip("docx", reason="the extra docx is not installed")
    transcript = read_bytes(make_file("docx", ENTRIES))
    assert (transcript.encoding, transcript.cues) == ("docx", ENTRIES)


def test_a_long_file_has_about_the_size_that_is_asked_for() -> None:
    assert len(make_file_of_size("vtt", 100_000)) == pytest.approx(100_000, rel=0.05)
