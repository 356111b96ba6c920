"""Clocks at the beginning of cues are removed; spoken times stay."""

from __future__ import annotations

import pytest

from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.shaping.labels import read_labels

ROWS = [
    (1, "Nora", "Where is the ferry?"),
    (5, "Tom", "At 10:30: the next one."),
    (9, "Nora", "Note: it is late."),
]


def read(texts: list[str], starts: list[int]) -> Transcript:
    rows = [
        Utterance(start * 1000, start * 1000 + 900, text)
        for start, text in zip(starts, texts, strict=True)
    ]
    return read_labels(Transcript(tuple(rows), cues=len(rows)))


@pytest.mark.parametrize(
    "form",
    [
        "[00:00:0{}] {}: {}",
        "(0:0{}) {}: {}",
        "00:00:0{} {}: {}",
        "[0:0{} - 1:00] {}: {}",
        "[10:02:0{} AM] {}: {}",
        "00:00:0{} - {}: {}",
        "[00:00:0{}]\n{}: {}",
        "{1} [00:00:0{0}]: {2}",
        "{1}: (0:0{0}) {2}",
    ],
)
def test_clocks_are_left_out_and_reported_once(form: str) -> None:
    transcript = read([form.format(*row) for row in ROWS], [start for start, _, _ in ROWS])
    said = [(row.speaker, row.text) for row in transcript.utterances]
    assert said == [(name, text) for _, name, text in ROWS]
    assert [problem.code for problem in transcript.problems] == ["clock-in-cue"]


def test_the_clock_of_a_cue_that_is_alone_must_be_its_own() -> None:
    assert read(["[0:07] Where?"], [7]).utterances[0].text == "Where?"
    assert read(["[3:16] Where?"], [7]).utterances[0].text == "[3:16] Where?"


@pytest.mark.parametrize(
    "texts",
    [
        ["10:30 is too late.", "11:00 is fine.", "12:30 then."],
        ["[3:16] For God so loved", "[3:17] For God sent not", "[3:18] He that believes"],
        ["[00:00:09] backwards", "[00:00:05] it goes", "[00:00:01] to zero"],
        ["[00:00:01] once", "and then", "no more"],
    ],
    ids=["said", "verses", "backwards", "once"],
)
def test_times_that_do_not_run_with_the_cues_are_text(texts: list[str]) -> None:
    transcript = read(texts, [1, 5, 9])
    assert [row.text for row in transcript.utterances] == texts
    assert transcript.problems == ()
